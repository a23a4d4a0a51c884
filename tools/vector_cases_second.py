# SPDX-License-Identifier: EUPL-1.2
"""The envelopes of the second generation of vectors: what the first left out, on both sides of each line.

Rules: as :mod:`tools.vector_cases`; the numbers begin at 201. Many of these are accepted: an implementation that is
stricter than the specification is wrong too.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from kgbx.envelope.encoding import b64, unb64
from tools.vector_cases import Case, drop, first, header, member, protected, put
from tools.vector_cases_inner import fresh_id, manifest, part, signature
from tools.vector_forge import AT, Changes, Json

if TYPE_CHECKING:
    from collections.abc import Callable

    from tools.vector_forge import Change

ED25519_ORDER: Final = 2**252 + 27_742_317_777_372_353_535_851_937_790_883_648_493
LONG_MEDIA: Final = "application/" + "a" * 115
BEYOND_64_GIB: Final = 2**36 + 1


def _spaced(data: bytes) -> bytes:
    return json.dumps(json.loads(data), indent=1, sort_keys=True).encode()


def _twice(name: str) -> Callable[[bytes], bytes]:
    return lambda data: b'{"%s":0,' % name.encode() + data[1:]


def _without_kid_value(entries: list[Json]) -> list[Json]:
    return [member("header", put(kid=None))(entry) for entry in entries]


def _spare_bits(kid: str) -> str:
    """Return another spelling of the same 32 bytes: the last character carries two bits that are not used."""
    return kid[:-1] + chr(ord(kid[-1]) + 1)


def _other_s(text: str) -> str:
    """Return an Ed25519 signature with S + L for S: the same equation, but a second spelling."""
    raw = unb64(text)
    other = int.from_bytes(raw[32:], "little") + ED25519_ORDER
    return b64(raw[:32] + other.to_bytes(32, "little"))


def _raw_header(change: Callable[[bytes], bytes]) -> Change:
    def changed(entry: Json) -> Json:
        return {**entry, "protected": b64(change(unb64(entry["protected"])))}

    return changed


def _nested(levels: int) -> Change:
    value: list[Any] = []
    for _ in range(levels):
        value = [value]
    return put(x=value)


def _only_body(value: Json) -> Json:
    return {**value, "parts": value["parts"][:1]}


def body_only(number: str, title: str, change: Change = lambda value: value) -> Case:
    """Return an accepted case of a message without attachment."""
    changes = manifest(lambda value: change(_only_body(value)))
    return Case(number, title, (), changes, with_parts=True, parts=lambda blobs: blobs[:1])


def accepted(number: str, title: str, changes: Changes) -> Case:
    """Return a case that differs from the control and is right all the same."""
    return Case(number, title, (), changes, with_parts=True)


LEGAL: Final = (
    body_only("201", "body only, with thid and ref", put(thid=fresh_id(), ref=fresh_id())),
    accepted("202", "white space and another order of members, outside", Changes(data=_spaced)),
    accepted("202b", "the same in the signed manifest", Changes(payload=_spaced)),
    accepted("202c", "the same in the statement", Changes(plaintext=_spaced)),
    accepted("202d", "the same in the protected header", Changes(protected=lambda v: _spaced(json.dumps(v).encode()))),
    accepted("203", "member name written with an escape", Changes(data=lambda d: d.replace(b'"iv"', b'"\\u0069v"', 1))),
    accepted("204", "more spaces than the size class asks for", Changes(plaintext=lambda data: data + b" " * 5000)),
    accepted("205", "media type of 127 characters", part(1, media=LONG_MEDIA)),
    accepted("205b", "part name with dots and spaces inside", part(1, name="a..b .txt")),
    accepted("205c", "body with a name", part(0, name="case.json")),
    accepted("206", "message type is a URN", manifest(put(type="urn:example:kgbx:test"))),
)

FORM: Final = (
    Case("211", "classical key agreement ECDH-ES+A256KW", *protected(put(alg="ECDH-ES+A256KW"))),
    Case(
        "212",
        "alg of another suite beside a recipient",
        ("E_MEMBERS",),
        Changes(recipients=header(put(alg="HPKE-10-KE"))),
    ),
    Case("213", "kid in a second spelling", ("E_RECIPIENTS",), Changes(recipients=header(member("kid", _spare_bits)))),
    Case("214", "kid null everywhere", ("E_RECIPIENTS",), Changes(recipients=_without_kid_value)),
    Case("215", "iv of 11 bytes", ("E_LENGTH",), Changes(outer=put(iv=b64(bytes(11))))),
    Case("216", "recipient no object", ("E_MEMBERS",), Changes(recipients=first(lambda _: "x"))),
    Case("217", "no ek", ("E_MEMBERS",), Changes(recipients=header(drop("ek")))),
    Case("218", "padding of zeros in place of spaces", ("E_JSON",), Changes(plaintext=lambda data: data + b"\0")),
    Case("219", "signatures no list", ("E_SIG_COUNT",), Changes(jws=put(signatures={}))),
    Case("220", "kid of a signature no text", ("E_MEMBERS",), Changes(headers=first(put(kid=1)))),
    Case("221", "member repeated in a signature's header", ("E_JSON",), signature(0, _raw_header(_twice("alg")))),
    Case("222", "payload with = padding", ("E_ENCODING",), Changes(jws=member("payload", lambda text: text + "="))),
    Case(
        "223", "Ed25519 signature in a second spelling", ("E_SIGNATURE",), signature(0, member("signature", _other_s))
    ),
    Case("224", "member repeated in the manifest", ("E_JSON",), Changes(payload=_twice("v"))),
    Case("225", "lone surrogate in the manifest", ("E_JSON",), manifest(put(type="urn:x:\ud800"))),
    Case("226", "integer over 2^53-1 in the manifest", ("E_JSON",), manifest(put(iat=2**53))),
    Case("227", "manifest nested 70 deep", ("E_JSON", "E_MEMBERS"), manifest(_nested(70))),
)

VALUES: Final = (
    Case("231", "unknown kind", ("E_KIND",), manifest(put(kind="order"))),
    Case("232", "kind a number", ("E_MANIFEST",), manifest(put(kind=1))),
    Case("233", "v as text", ("E_SUITE",), manifest(put(v="1"))),
    Case("234", "suite a number", ("E_SUITE",), manifest(put(suite=1))),
    Case("235", "from no object", ("E_MEMBERS",), manifest(put(**{"from": "x"}))),
    Case("236", "seventeen in to", ("E_RECIPIENTS",), manifest(member("to", lambda to: [to[0], to[1]] + [to[0]] * 15))),
    Case("237", "to no list", ("E_RECIPIENTS",), manifest(put(to="x"))),
    Case(
        "238",
        "org in to with a newline behind it",
        ("E_RECIPIENTS",),
        manifest(member("to", first(member("org", lambda o: o + "\n")))),
    ),
    Case(
        "239",
        "org in to with digits of another script",
        ("E_RECIPIENTS",),
        manifest(member("to", first(put(org="urn:osb:oin:" + "\u0660" * 20)))),
    ),
    Case("240", "id with a newline behind it", ("E_MANIFEST",), manifest(member("id", lambda text: text + "\n"))),
    Case(
        "241",
        "message type of over 255 characters after its scheme",
        ("E_MANIFEST",),
        manifest(put(type="urn:" + "a" * 256)),
    ),
    Case("242", "media type of 128 characters", ("E_MANIFEST",), part(1, media=LONG_MEDIA + "a")),
    Case("243", "part name with a letter beyond ASCII", ("E_MANIFEST",), part(1, name="zo\u00eb.txt")),
    Case("244", "part name with a newline behind it", ("E_MANIFEST",), part(1, name="a\n")),
    Case("245", "part name null", ("E_MANIFEST",), part(1, name=None)),
    Case("246", "parts no list", ("E_MANIFEST",), manifest(put(parts={}))),
    Case("247", "part no object", ("E_MANIFEST",), manifest(member("parts", lambda parts: [parts[0], 1]))),
    Case("248", "size over 64 GiB", ("E_MANIFEST",), part(1, size=BEYOND_64_GIB)),
    Case("249", "csha256 of 33 bytes", ("E_LENGTH",), part(1, csha256=b64(bytes(33)))),
    Case("250", "exp before iat", ("E_TIME",), manifest(put(exp=AT - 1))),
)

SECOND_CASES: Final = (*LEGAL, *FORM, *VALUES)
