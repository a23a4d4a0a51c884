# SPDX-License-Identifier: EUPL-1.2
"""The envelopes of the vectors that are wrong on the outside: JSON, protected header, recipients, ciphertext.

Rules: one row, one failure; the number is that of the published attack list, a letter marks a case in its spirit.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from kgbx.envelope.encoding import b64, unb64
from tools.vector_forge import AT, Changes, Json

if TYPE_CHECKING:
    from collections.abc import Callable

    from tools.vector_forge import Change


@dataclass(frozen=True)
class Case:
    """One vector to be made.

    Attributes:
        id: Number in the attack list.
        title: What is wrong.
        codes: Codes, any one of which is right; none for one that is accepted.
        changes: What is done differently.
        at: Moment of opening, Unix seconds.
        with_parts: Whether the encrypted parts are given.
        parts: Change of the list of encrypted parts.
        session: Whether the vector shares the replay store.
    """

    id: str
    title: str
    codes: tuple[str, ...] = ()
    changes: Changes = field(default_factory=Changes)
    at: int = AT
    with_parts: bool = False
    parts: Change | None = None
    session: bool = False


def put(**members: object) -> Callable[[Json], Json]:
    """Return a change that sets members of an object."""
    return lambda value: {**value, **members}


def drop(name: str) -> Callable[[Json], Json]:
    """Return a change that takes a member out of an object."""
    return lambda value: {key: member for key, member in value.items() if key != name}


def flip(data: bytes, place: int = 0) -> bytes:
    """Return bytes with one bit flipped."""
    changed = bytearray(data)
    changed[place] ^= 1
    return bytes(changed)


def flipped(text: str, place: int = 0) -> str:
    """Return base64url with one bit of its bytes flipped."""
    return b64(flip(unb64(text), place))


def member(name: str, change: Change) -> Callable[[Json], Json]:
    """Return a change of one member of an object."""
    return lambda value: {**value, name: change(value[name])}


def first(change: Change) -> Callable[[list[Any]], list[Any]]:
    """Return a change of the first item of a list."""
    return lambda items: [change(items[0]), *items[1:]]


def header(change: Change) -> Callable[[list[Json]], list[Json]]:
    """Return a change of the first recipient's header."""
    return first(member("header", change))


def encapsulation(change: Callable[[bytes], bytes]) -> Changes:
    """Return a change of the first recipient's encapsulation."""
    return Changes(recipients=header(member("ek", lambda ek: b64(change(unb64(ek))))))


def _fake_jws(_outer: Json) -> Json:
    return {"payload": b64(b"{}"), "signatures": []}


def _compact(outer: Json) -> bytes:
    fields = (outer["protected"], outer["recipients"][0]["encrypted_key"], outer["iv"], outer["ciphertext"])
    return ".".join((*fields, outer["tag"])).encode()


def _flattened(outer: Json) -> Json:
    entry = outer["recipients"][0]
    return {**drop("recipients")(outer), "header": entry["header"], "encrypted_key": entry["encrypted_key"]}


def _twice(name: str) -> Callable[[bytes], bytes]:
    """Return a change of JSON bytes that repeats a member."""

    def change(data: bytes) -> bytes:
        value = json.dumps(json.loads(data)[name]).encode()
        return b'{"%s":%s,' % (name.encode(), value) + data[1:]

    return change


def _header_twice(value: Json) -> bytes:
    return _twice("alg")(json.dumps(value, separators=(",", ":")).encode())


def _null_kid(recipients: list[Json]) -> list[Json]:
    anonymous = [member("header", drop("kid"))(entry) for entry in recipients]
    return [anonymous[0], member("header", put(kid=None))(anonymous[1])]


JSON_CASES: Final = (
    Case("01", "empty file", ("E_JSON",), Changes(data=lambda _: b"")),
    Case("02", "no JSON", ("E_JSON",), Changes(data=lambda _: b"kgbx")),
    Case("03", "array", ("E_MEMBERS",), Changes(data=lambda _: b"[1]")),
    Case("04", "byte order mark", ("E_JSON",), Changes(data=lambda data: b"\xef\xbb\xbf" + data)),
    Case("05", "UTF-16", ("E_JSON",), Changes(data=lambda data: data.decode().encode("utf-16"))),
    Case("06", "trailing bytes", ("E_JSON",), Changes(data=lambda data: data + b"{}")),
    Case("07", "member repeated", ("E_JSON",), Changes(data=_twice("iv"))),
    Case("07b", "member repeated with an escape", ("E_JSON",), Changes(data=lambda d: b'{"\\u0069v":"",' + d[1:])),
    Case("08", "nested 100,000 deep", ("E_JSON",), Changes(data=lambda _: b"[" * 100_000)),
    Case("08b", "lone surrogate", ("E_JSON",), Changes(data=lambda d: b'{"x":"\\ud800",' + d[1:])),
    Case("09", "unknown member", ("E_MEMBERS",), Changes(outer=put(x=1))),
    Case("10", "shared unprotected header", ("E_MEMBERS",), Changes(outer=put(unprotected={"alg": "dir"}))),
    Case("11", "aad", ("E_MEMBERS",), Changes(outer=put(aad="AAAA"))),
    Case("12", "flattened JWE", ("E_MEMBERS",), Changes(outer=_flattened)),
    Case("13", "compact JWE", ("E_JSON",), Changes(outer=_compact)),
    Case("14", "JWS in place of JWE", ("E_MEMBERS",), Changes(outer=_fake_jws)),
    Case("16", "NaN", ("E_JSON",), Changes(data=lambda d: b'{"x":NaN,' + d[1:])),
    Case("17", "integer of 20,000 digits", ("E_JSON",), Changes(data=lambda d: b'{"x":%s,' % (b"9" * 20_000) + d[1:])),
)


def protected(change: Change, *codes: str) -> tuple[tuple[str, ...], Changes]:
    """Return codes and change of a case in the protected header."""
    return codes or ("E_SUITE",), Changes(protected=change)


_MEMBER: Final = ("E_MEMBERS", "E_SUITE")
"""A header with another algorithm and other members may be refused for either."""

PROTECTED_CASES: Final = (
    Case("20", "alg none", *protected(put(alg="none"))),
    Case("21", "alg dir", *protected(put(alg="dir"))),
    Case("22", "PBES2 with 2^31 rounds", *protected(put(alg="PBES2-HS256+A128KW", p2c=2**31, p2s="AA"), *_MEMBER)),
    Case("23", "alg RSA1_5", *protected(put(alg="RSA1_5"))),
    Case("24", "classical downgrade to HPKE-4-KE", *protected(put(alg="HPKE-4-KE"))),
    Case("24b", "reserve suite HPKE-10-KE", *protected(put(alg="HPKE-10-KE"))),
    Case("25", "alg in lower case", *protected(put(alg="hpke-9-ke"))),
    Case("26", "integrated HPKE-9", *protected(put(alg="HPKE-9"))),
    Case("27", "enc A128GCM", *protected(put(enc="A128GCM"))),
    Case("28", "enc A256CBC-HS512", *protected(put(enc="A256CBC-HS512"))),
    Case("29", "zip DEF", *protected(put(zip="DEF"), "E_MEMBERS")),
    Case("30", "unknown crit", *protected(put(crit=["x"], x=1), "E_MEMBERS")),
    Case("31", "empty crit", *protected(put(crit=[]), "E_MEMBERS")),
    Case("32", "jwk", *protected(put(jwk={"kty": "OKP"}), "E_MEMBERS")),
    Case("33", "jku", *protected(put(jku="https://example.org/keys"), "E_MEMBERS")),
    Case("33b", "x5u", *protected(put(x5u="https://example.org/cert"), "E_MEMBERS")),
    Case("34", "no typ", *protected(drop("typ"), "E_MEMBERS")),
    Case("35", "other typ", *protected(put(typ="kgbx-custody+jws"))),
    Case("36", "other cty", *protected(put(cty="application/json"))),
    Case("37", "no kc", *protected(drop("kc"), "E_MEMBERS")),
    Case("38", "psk_id", *protected(put(psk_id="AA"), "E_MEMBERS")),
    Case("39", "epk", *protected(put(epk={"kty": "OKP"}), "E_MEMBERS")),
    Case("40", "b64 false", *protected(put(b64=False), "E_MEMBERS")),
    Case("41", "alg as list", *protected(put(alg=["HPKE-9-KE"]))),
    Case("42", "kc of another key", *protected(member("kc", flipped), "E_DECRYPT")),
    Case("43", "kc of 31 bytes", *protected(member("kc", lambda kc: b64(unb64(kc)[:31])), "E_LENGTH")),
    Case("44", "kc no string", *protected(put(kc=7), "E_ENCODING")),
    Case("45", "protected with = padding", ("E_ENCODING",), Changes(outer=member("protected", lambda p: p + "="))),
    Case("46", "alphabet with + and /", ("E_ENCODING",), Changes(outer=member("iv", lambda iv: "+/" + iv[2:]))),
    Case(
        "47",
        "newline in base64url",
        ("E_ENCODING",),
        Changes(outer=member("tag", lambda tag: tag[:4] + "\n" + tag[4:])),
    ),
    Case("48", "trailing bits not zero", ("E_ENCODING",), Changes(outer=member("tag", lambda tag: tag[:-1] + "B"))),
    Case("49", "member repeated in the header", ("E_JSON",), Changes(protected=_header_twice)),
    Case("50", "protected header of 2 KiB", ("E_LENGTH",), Changes(protected=put(x="A" * 2048))),
)

RECIPIENT_CASES: Final = (
    Case("51", "no recipients", ("E_RECIPIENTS",), Changes(recipients=lambda _: [])),
    Case("51b", "recipients no list", ("E_RECIPIENTS",), Changes(recipients=lambda _: {})),
    Case("52", "seventeen recipients", ("E_RECIPIENTS",), Changes(recipients=lambda r: r + [r[0]] * 15)),
    Case("53", "kid twice", ("E_RECIPIENTS",), Changes(recipients=lambda r: [r[0], r[0]])),
    Case("54", "named and anonymous", ("E_RECIPIENTS",), Changes(recipients=header(drop("kid")))),
    Case("54b", "kid null beside anonymous", ("E_RECIPIENTS",), Changes(recipients=_null_kid)),
    Case("55", "alg in a recipient header", ("E_MEMBERS",), Changes(recipients=header(put(alg="ECDH-ES+A256KW")))),
    Case("56", "ek of 1119 bytes", ("E_LENGTH",), encapsulation(lambda ek: ek[:-1])),
    Case(
        "57",
        "encrypted_key of 64 bytes",
        ("E_LENGTH",),
        Changes(recipients=first(member("encrypted_key", lambda key: b64(unb64(key) + bytes(16))))),
    ),
    Case("58", "bit of the ML-KEM half flipped", ("E_DECRYPT",), encapsulation(lambda ek: flip(ek, 10))),
    Case("59", "bit of the X25519 half flipped", ("E_DECRYPT",), encapsulation(lambda ek: flip(ek, 1100))),
    Case("60", "X25519 half all zero", ("E_DECRYPT",), encapsulation(lambda ek: ek[:1088] + bytes(32))),
    Case(
        "61",
        "bit of the encrypted key flipped",
        ("E_DECRYPT",),
        Changes(recipients=first(member("encrypted_key", flipped))),
    ),
    Case("62", "kid that is a path", ("E_RECIPIENTS",), Changes(recipients=header(put(kid="../../etc/passwd")))),
    Case("63", "kid a number", ("E_RECIPIENTS",), Changes(recipients=header(put(kid=1)))),
)


CONTENT_CASES: Final = (
    Case("67", "bit of the ciphertext flipped", ("E_DECRYPT",), Changes(outer=member("ciphertext", flipped))),
    Case("68", "bit of the tag flipped", ("E_DECRYPT",), Changes(outer=member("tag", flipped))),
    Case("69", "tag of 12 bytes", ("E_LENGTH",), Changes(outer=member("tag", lambda tag: b64(unb64(tag)[:12])))),
    Case("70", "iv of 16 bytes", ("E_LENGTH",), Changes(outer=member("iv", lambda iv: b64(unb64(iv) + bytes(4))))),
    Case("71", "ciphertext cut", ("E_DECRYPT",), Changes(outer=member("ciphertext", lambda c: b64(unb64(c)[:-1])))),
    Case("72", "no ciphertext", ("E_DECRYPT",), Changes(outer=put(ciphertext=""))),
)

OUTER_CASES: Final = (*JSON_CASES, *PROTECTED_CASES, *RECIPIENT_CASES, *CONTENT_CASES)
