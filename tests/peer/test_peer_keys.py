# SPDX-License-Identifier: EUPL-1.2
"""Both implementations take in the same public keys, under the same kid, and refuse the same."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import pytest

from kgbx.envelope.encoding import b64, unb64
from kgbx.envelope.keys import ALGS, generate_key, public_key_from_jwk
from kgbx.errors import EnvelopeError
from tests.effort import EFFORT
from tests.interop.javascript import TAKES_LONGER
from tests.peer.faults import WRONG, faults

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.peer.process import Peer

if EFFORT == "quick":
    pytest.skip(TAKES_LONGER, allow_module_level=True)

Jwk = dict[str, Any]

P: Final = 2**255 - 19
MODULUS: Final = 3329
ML_KEM_BYTES: Final = {"HPKE-9-KE": 1184, "HPKE-10-KE": 1568}
ORDER_8: Final = (
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
)
"""The y of points of order 8 (RFC 8032)."""
LOW_ORDER: Final = (
    *(0, 1, P - 1, P, P + 1),
    325606250916557431795983626356110631294008115727848805560023387167927233504,
    39382357235489614581723060781553021112529911719440698176882885853963445705823,
)
"""The u of points of low order (RFC 7748, section 6.1, and Bernstein's list)."""


def ours(jwk: object) -> str:
    try:
        return public_key_from_jwk(jwk).kid
    except EnvelopeError as error:
        return error.code


def theirs(peer: Peer, jwk: object) -> str:
    answer = peer.ask("key", jwk=jwk)
    return str(answer.get("kid", answer.get("code")))


def disagreements(peer: Peer, jwks: Iterable[object]) -> list[tuple[str, str, str]]:
    found = ((json.dumps(jwk)[-60:], ours(jwk), theirs(peer, jwk)) for jwk in jwks)
    return [row for row in found if row[1] != row[2]]


def is_json(value: object) -> bool:
    """Tell whether a file of ours could hold this: no integer beyond 2^53 - 1."""
    return str(2**53) not in json.dumps(value)


@pytest.mark.parametrize("alg", ALGS)
def test_changed_jwk(peer: Peer, alg: str) -> None:
    jwk = generate_key(alg).public.jwk()
    rows = [change(jwk) for change in faults(jwk).values()]
    rows += [{**jwk, name: "AAAA"} for name in ("priv", "d", "kid", "use", "key_ops")]
    rows += [{**jwk, "alg": other} for other in ALGS]
    assert disagreements(peer, filter(is_json, rows)) == []
    assert theirs(peer, jwk) == ours(jwk) == public_key_from_jwk(jwk).kid


def with_tail(jwk: Jwk, tail: bytes) -> Jwk:
    raw = unb64(jwk["pub"])
    return {**jwk, "pub": b64(raw[: len(raw) - len(tail)] + tail)}


def test_points_of_ed25519(peer: Peer) -> None:
    values = [*range(20), P - 1, P, P + 1, P + 2, P + 18, 2**255 - 1]
    values += [int.from_bytes(bytes.fromhex(text), "little") for text in ORDER_8]
    raws = [(y | sign << 255).to_bytes(32, "little") for y in values for sign in (0, 1)]
    rows = [{"kty": "OKP", "crv": "Ed25519", "alg": "Ed25519", "x": b64(raw)} for raw in raws]
    assert disagreements(peer, rows) == []
    assert {ours(row) == "E_KEY_INVALID" for row in rows} == {True, False}


def test_halves_of_x25519(peer: Peer) -> None:
    jwk = generate_key("HPKE-9-KE").public.jwk()
    values = [*LOW_ORDER, *(u | 1 << 255 for u in LOW_ORDER), 2, 9, P + 2, P + 9, 2**255 - 1, 2**255 + 9, 2**256 - 1]
    rows = [with_tail(jwk, u.to_bytes(32, "little")) for u in values]
    assert disagreements(peer, rows) == []
    assert [ours(row) for row in rows[: 2 * len(LOW_ORDER)]] == ["E_KEY_INVALID"] * 2 * len(LOW_ORDER)


def test_points_of_p384(peer: Peer) -> None:
    jwk = generate_key("HPKE-10-KE").public.jwk()
    point = unb64(jwk["pub"])[-97:]
    other_sign = (2**384 - 2**128 - 2**96 + 2**32 - 1 - int.from_bytes(point[49:], "big")).to_bytes(48, "big")
    compressed = bytes([2 + point[-1] % 2]) + point[1:49] + bytes(48)
    hybrid = bytes([6 + point[-1] % 2]) + point[1:]
    tails = [bytes(97), b"\4" + bytes(96), compressed, hybrid, point[:-1] + bytes([point[-1] ^ 1])]
    rows = [with_tail(jwk, tail) for tail in (*tails, point[:49] + other_sign)]
    assert disagreements(peer, rows) == []
    assert [ours(row) == "E_KEY_INVALID" for row in rows] == [True] * len(tails) + [False]


@pytest.mark.parametrize("alg", ML_KEM_BYTES)
def test_coefficients_of_ml_kem(peer: Peer, alg: str) -> None:
    jwk = generate_key(alg).public.jwk()
    rows = []
    for place in (0, 3, ML_KEM_BYTES[alg] - 35):
        for value in (MODULUS - 1, MODULUS, 4095):
            raw = bytearray(unb64(jwk["pub"]))
            rest = int.from_bytes(raw[place : place + 3], "little")
            raw[place : place + 3] = (rest >> 12 << 12 | value).to_bytes(3, "little")
            raw2 = bytearray(unb64(jwk["pub"]))
            raw2[place : place + 3] = (rest & 4095 | value << 12).to_bytes(3, "little")
            rows += [{**jwk, "pub": b64(bytes(raw))}, {**jwk, "pub": b64(bytes(raw2))}]
    assert disagreements(peer, rows) == []
    assert [ours(row) == "E_KEY_INVALID" for row in rows] == [False, False, True, True, True, True] * 3


def test_what_is_no_key(peer: Peer) -> None:
    assert disagreements(peer, filter(is_json, WRONG)) == []
