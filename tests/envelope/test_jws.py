# SPDX-License-Identifier: EUPL-1.2
"""Signed statements: pairs of signatures, exact members, one domain each."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgbx.envelope import jws
from kgbx.envelope.encoding import b64
from kgbx.errors import EnvelopeError
from tests.envelope.makers import OTHER, SENDER

if TYPE_CHECKING:
    from collections.abc import Callable

TYP: Final = "kgbx-org+jws"
SIGNED: Final = jws.sign(b"payload", typ=TYP, signers=[SENDER.root])
KEYS: Final = {key.kid: key.private.public for key in SENDER.keys if key.private is not None}


def refused(data: bytes, **options: Any) -> str:  # noqa: ANN401  # the keywords of parse
    with pytest.raises(EnvelopeError) as caught:
        jws.parse(data, **{"typ": TYP, **options})
    return caught.value.code


def changed(change: Callable[[Any], Any]) -> bytes:
    return json.dumps(change(json.loads(SIGNED))).encode()


def entry(**members: object) -> bytes:
    return changed(lambda v: {**v, "signatures": [{**v["signatures"][0], **members}, v["signatures"][1]]})


def header(**members: object) -> bytes:
    good = {"alg": "Ed25519", "kid": SENDER.root.signing_kids[0], "typ": TYP}
    kept = {name: value for name, value in (good | members).items() if value is not None}
    return entry(protected=b64(json.dumps(kept).encode()))


class TestPair:
    """A statement has exactly two signatures a signer, Ed25519 and ML-DSA-65, in this order."""

    @given(st.binary(max_size=300))
    def test_both_signatures_verify(self, payload: bytes) -> None:
        parsed = jws.parse(jws.sign(payload, typ=TYP, signers=[SENDER]), typ=TYP)
        for signature in parsed.signatures:
            KEYS[signature.kid].verify(signature.signature, signature.signing_input)
        assert (parsed.payload, [s.alg for s in parsed.signatures]) == (payload, list(jws.PAIR))

    def test_change_of_roots_has_two_pairs(self) -> None:
        data = jws.sign(b"payload", typ=TYP, signers=[SENDER.root, OTHER.root])
        kids = [signature.kid for signature in jws.parse(data, typ=TYP, pairs=2).signatures]
        assert kids == [*SENDER.root.signing_kids, *OTHER.root.signing_kids]

    def test_one_pair_is_not_two(self) -> None:
        assert refused(SIGNED, pairs=2) == "E_SIG_COUNT"

    @pytest.mark.parametrize("signatures", [[], {}, None])
    def test_other_number(self, signatures: object) -> None:
        assert refused(changed(lambda value: {**value, "signatures": signatures})) == "E_SIG_COUNT"

    def test_repr_shows_no_payload(self) -> None:
        assert "payload" not in repr(jws.parse(SIGNED, typ=TYP))


class TestForm:
    """Exact members, one typ, canonical base64url, bounded lengths."""

    @pytest.mark.parametrize("data", [b"", b"x", b"a.b.c"])
    def test_no_json(self, data: bytes) -> None:
        assert refused(data) == "E_JSON"

    def test_unknown_outer_member(self) -> None:
        assert refused(changed(lambda value: {**value, "x": 1})) == "E_MEMBERS"

    def test_flattened(self) -> None:
        assert refused(changed(lambda v: {"payload": v["payload"], **v["signatures"][0]})) == "E_MEMBERS"

    def test_unprotected_header(self) -> None:
        assert refused(entry(header={})) == "E_MEMBERS"

    @pytest.mark.parametrize("members", [{"kid": None}, {"kid": 1}, {"crit": ["b64"]}, {"jku": "https://example.org"}])
    def test_header_members(self, members: dict[str, object]) -> None:
        assert refused(header(**members)) == "E_MEMBERS"

    @pytest.mark.parametrize("members", [{"alg": "EdDSA"}, {"alg": []}, {"typ": "kgbx-manifest+jws"}, {"typ": "JWT"}])
    def test_algorithm_and_domain(self, members: dict[str, object]) -> None:
        assert refused(header(**members)) == "E_SIG_ALG"

    def test_header_no_json(self) -> None:
        assert refused(entry(protected=b64(b"{"))) == "E_JSON"

    def test_header_too_long(self) -> None:
        assert refused(header(kid="A" * 600)) == "E_LENGTH"

    def test_payload_too_long(self) -> None:
        assert refused(SIGNED, max_payload=6) == "E_LENGTH"

    def test_statement_too_long(self) -> None:
        assert refused(SIGNED, max_bytes=100) == "E_JSON"

    @pytest.mark.parametrize("payload", ["=", 1, None])
    def test_payload_encoding(self, payload: object) -> None:
        assert refused(changed(lambda value: {**value, "payload": payload})) == "E_ENCODING"

    def test_signature_length(self) -> None:
        assert refused(entry(signature=b64(bytes(63)))) == "E_LENGTH"


def test_signer_without_the_key_signs_nothing() -> None:
    with pytest.raises(EnvelopeError) as caught:
        SENDER.root.sign(SENDER.signing_kids[0], b"payload")
    assert caught.value.code == "E_KEY_INVALID"
