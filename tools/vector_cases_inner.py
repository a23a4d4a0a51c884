# SPDX-License-Identifier: EUPL-1.2
"""The envelopes of the vectors that are wrong inside: signatures, manifest, binding, time, parts.

Rules: as :mod:`tools.vector_cases`. Who sends these can encrypt well: only signatures and signed statements stand
between such a sender and a family's case.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

from kgbx.envelope.encoding import b64, unb64
from tools.vector_cases import Case, drop, first, flip, flipped, member, put
from tools.vector_forge import AT, LIFETIME, Changes, Json, Org

if TYPE_CHECKING:
    from collections.abc import Callable

    from tools.vector_forge import Change

TOO_LONG: Final = 30 * 86_400 + 1


def manifest(change: Change) -> Changes:
    """Return a change of the signed members."""
    return Changes(manifest=change)


def part(n: int, /, **members: object) -> Changes:
    """Return a change of the entry of one part."""
    return manifest(member("parts", lambda parts: [{**p, **(members if p["n"] == n else {})} for p in parts]))


def signature(n: int, change: Change) -> Changes:
    """Return a change of one entry of ``signatures``."""
    return Changes(jws=member("signatures", _nth(n, change)))


def _nth(n: int, change: Change) -> Callable[[list[Any]], list[Any]]:
    return lambda items: [change(item) if i == n else item for i, item in enumerate(items)]


def _bytes_of_signature(n: int, change: Callable[[bytes], bytes]) -> Changes:
    return signature(n, member("signature", lambda text: b64(change(unb64(text)))))


def _entries(change: Callable[[list[Any]], list[Any]]) -> Changes:
    return Changes(jws=member("signatures", change))


def _headers(n: int, change: Change) -> Changes:
    return Changes(headers=_nth(n, change))


def _compact(plaintext: bytes) -> bytes:
    signed = json.loads(plaintext)
    entry = signed["signatures"][0]
    return f"{entry['protected']}.{signed['payload']}.{entry['signature']}".encode()


def _bare(plaintext: bytes) -> bytes:
    return unb64(json.loads(plaintext)["payload"])


def _other_payload(jws: Json) -> Json:
    payload = json.loads(unb64(jws["payload"]))
    return {**jws, "payload": b64(json.dumps({**payload, "exp": payload["exp"] + 1}).encode())}


def _renamed(name: str) -> Change:
    """Return a change of header that puts the signature's header beside it, unprotected."""
    return lambda entry: {**entry, name: {"kid": "x"}}


def _swap(sender: Json) -> Json:
    return {**sender, "sig": sender["sig"][::-1]}


def _many(parts: list[Json]) -> list[Json]:
    return [parts[0], *({**parts[1], "n": n} for n in range(1, 257))]


JWS_CASES: Final = (
    Case("73", "manifest without signatures", ("E_MEMBERS",), Changes(plaintext=_bare)),
    Case("74", "compact JWS", ("E_JSON",), Changes(plaintext=_compact)),
    Case("75", "no ML-DSA signature", ("E_SIG_COUNT",), _entries(lambda entries: entries[:1])),
    Case("76", "no Ed25519 signature", ("E_SIG_COUNT",), _entries(lambda entries: entries[1:])),
    Case("77", "two Ed25519 signatures", ("E_SIG_ALG",), _entries(lambda entries: [entries[0], entries[0]])),
    Case("78", "three signatures", ("E_SIG_COUNT",), _entries(lambda entries: [*entries, entries[0]])),
    Case("79", "signatures in the other order", ("E_SIG_ALG",), _entries(lambda entries: entries[::-1])),
    Case("80", "unprotected header in a signature", ("E_MEMBERS",), signature(0, _renamed("header"))),
    Case("81", "alg none", ("E_SIG_ALG",), _headers(0, put(alg="none"))),
    Case("82", "alg HS256", ("E_SIG_ALG",), _headers(0, put(alg="HS256"))),
    Case("83", "alg EdDSA", ("E_SIG_ALG",), _headers(0, put(alg="EdDSA"))),
    Case("84", "alg ML-DSA-44", ("E_SIG_ALG",), _headers(1, put(alg="ML-DSA-44"))),
    Case("85", "jwk in a header", ("E_MEMBERS",), _headers(0, put(jwk={"kty": "OKP"}))),
    Case("86", "x5c in a header", ("E_MEMBERS",), _headers(0, put(x5c=["AAAA"]))),
    Case("87", "crit and b64 false", ("E_MEMBERS",), _headers(0, put(crit=["b64"], b64=False))),
    Case("88", "typ JWT", ("E_SIG_ALG",), Changes(headers=lambda rows: [put(typ="JWT")(row) for row in rows])),
    Case("88b", "typ of another statement", ("E_SIG_ALG",), _headers(1, put(typ="kgbx-org+jws"))),
    Case("89", "unknown kid", ("E_UNKNOWN_SENDER_KEY",), _headers(0, put(kid="A" * 43))),
    Case("92", "bit of the Ed25519 signature flipped", ("E_SIGNATURE",), _bytes_of_signature(0, flip)),
    Case("93", "bit of the ML-DSA signature flipped", ("E_SIGNATURE",), _bytes_of_signature(1, flip)),
    Case("94", "signature in another alphabet", ("E_ENCODING",), signature(0, put(signature="+" * 86))),
    Case("95", "Ed25519 signature of 63 bytes", ("E_LENGTH",), _bytes_of_signature(0, lambda data: data[:-1])),
    Case("96", "ML-DSA signature of 3310 bytes", ("E_LENGTH",), _bytes_of_signature(1, lambda data: data + b"\0")),
    Case("96b", "header of a signature over 512 bytes", ("E_LENGTH",), _headers(0, put(kid="A" * 600))),
    Case("99", "payload under other signatures", ("E_SIGNATURE",), Changes(jws=_other_payload)),
)

BINDING_CASES: Final = (
    Case("102", "kc of another key, signed", ("E_BINDING",), manifest(member("kc", flipped))),
    Case("108", "key twice in to", ("E_RECIPIENTS",), manifest(member("to", lambda to: [to[0], to[0]]))),
    Case("108b", "nobody in to", ("E_RECIPIENTS",), manifest(put(to=[]))),
    Case("108c", "org in to no URN", ("E_RECIPIENTS",), manifest(member("to", first(put(org="example"))))),
    Case("109", "other kid of the receiver in to", ("E_BINDING",), manifest(member("to", first(put(kid="A" * 43))))),
    Case("110", "from.sig differs", ("E_SENDER_MISMATCH",), manifest(member("from", put(sig=["A" * 43, "A" * 43])))),
    Case("110b", "from.sig in the other order", ("E_SENDER_MISMATCH",), manifest(member("from", _swap))),
    Case("111", "suite kgbx-c1 inside", ("E_SUITE",), manifest(put(suite="kgbx-c1"))),
    Case("111b", "suite kgbx-1h inside", ("E_SUITE",), manifest(put(suite="kgbx-1h"))),
    Case("112", "v true", ("E_SUITE",), manifest(put(v=True))),
    Case("112b", "v 1.0", ("E_SUITE",), manifest(put(v=1.0))),
    Case("112c", "v 2", ("E_SUITE",), manifest(put(v=2))),
    Case("113", "unknown member", ("E_MEMBERS",), manifest(put(x=1))),
    Case("113b", "member missing", ("E_MEMBERS",), manifest(drop("type"))),
    Case("113c", "receipt in a message", ("E_MEMBERS",), manifest(put(receipt={}))),
    Case("113d", "unknown member of from", ("E_MEMBERS",), manifest(member("from", put(x=1)))),
    Case("113e", "payload no JSON", ("E_JSON",), Changes(payload=lambda data: data[:-1])),
    Case("114", "receipt as message", ("E_KIND",), manifest(put(kind="receipt"))),
    Case("114b", "receipt without parts as message", ("E_KIND",), manifest(put(kind="receipt", parts=[], receipt={}))),
    Case("115", "id in upper case", ("E_MANIFEST",), manifest(member("id", str.upper))),
    Case("116", "id in braces", ("E_MANIFEST",), manifest(member("id", lambda text: "{" + text + "}"))),
    Case("116b", "id of version 7", ("E_MANIFEST",), manifest(member("id", lambda text: text[:14] + "7" + text[15:]))),
    Case("116c", "thid no UUID", ("E_MANIFEST",), manifest(put(thid="thread"))),
    Case("116d", "ref null", ("E_MANIFEST",), manifest(put(ref=None))),
    Case("116e", "type no URI", ("E_MANIFEST",), manifest(put(type="case"))),
)


TIME_CASES: Final = (
    Case("117", "made in the future", ("E_NOT_YET",), at=AT - 301),
    Case("117b", "made 300 seconds in the future: clocks differ", at=AT - 300, with_parts=True),
    Case("118", "expired", ("E_EXPIRED",), at=AT + LIFETIME + 301),
    Case("118b", "expired 300 seconds ago: clocks differ", at=AT + LIFETIME + 300, with_parts=True),
    Case("119", "valid for more than 30 days", ("E_TIME",), manifest(put(exp=AT + TOO_LONG))),
    Case("119b", "valid for 30 days", (), manifest(put(exp=AT + TOO_LONG - 1)), with_parts=True),
    Case("119c", "exp equals iat", ("E_TIME",), manifest(put(exp=AT))),
    Case("120", "exp with a fraction", ("E_TIME",), manifest(put(exp=AT + 60.5))),
    Case("120b", "iat true", ("E_TIME",), manifest(put(iat=True))),
    Case("120c", "exp as text", ("E_TIME",), manifest(put(exp="2026-03-02T10:00:00Z"))),
)

_PARTS: Final = ("E_PART_SIZE", "E_PART_DECRYPT", "E_PART_DIGEST")
_CIPHER: Final = ("E_PART_DECRYPT", "E_PART_DIGEST")
"""Who checks csha256 first answers E_PART_DIGEST."""

MANIFEST_PART_CASES: Final = (
    Case("125", "part name with folders", ("E_MANIFEST",), part(1, name="../../etc/passwd")),
    Case("126", "part name with NUL", ("E_MANIFEST",), part(1, name="a\0b")),
    Case("127", "part name ..", ("E_MANIFEST",), part(1, name="..")),
    Case("127b", "part name of spaces", ("E_MANIFEST",), part(1, name="  ")),
    Case("127c", "part name of 121 characters", ("E_MANIFEST",), part(1, name="a" * 121)),
    Case("127d", "part name of 120 characters", (), part(1, name="a" * 120), with_parts=True),
    Case("128", "media type with parameter", ("E_MANIFEST",), part(1, media="text/plain; charset=utf-8")),
    Case("129", "size negative", ("E_MANIFEST",), part(1, size=-1)),
    Case("130", "size 2^52", ("E_MANIFEST",), part(1, size=2**52)),
    Case("130b", "size true", ("E_MANIFEST",), part(1, size=True)),
    Case("131", "csize does not follow from size", ("E_MANIFEST",), part(1, csize=5000)),
    Case("132", "n is no index", ("E_MANIFEST",), part(1, n=2)),
    Case("133", "two bodies", ("E_MANIFEST",), part(1, role="body")),
    Case("133b", "no parts", ("E_MANIFEST",), manifest(put(parts=[]))),
    Case("134", "257 parts", ("E_MANIFEST",), manifest(member("parts", _many))),
    Case("135", "digest of 31 bytes", ("E_LENGTH",), part(1, digest=b64(bytes(31)))),
    Case("135b", "digest in another alphabet", ("E_ENCODING",), part(1, digest="+" * 43)),
    Case("135c", "unknown member of a part", ("E_MEMBERS",), part(1, path="/tmp")),  # noqa: S108  # refused
)


def _last(change: Callable[[bytes], bytes]) -> Change:
    return lambda blobs: [blobs[0], change(blobs[1])]


def blob(number: str, title: str, codes: tuple[str, ...], change: Callable[[bytes], bytes]) -> Case:
    """Return a case in which the encrypted attachment arrives otherwise than it was sent."""
    return Case(number, title, codes, with_parts=True, parts=_last(change))


PART_CASES: Final = (
    Case("140", "control: nothing is wrong", with_parts=True),
    blob("141", "last byte cut", _PARTS, lambda data: data[:-1]),
    blob("142", "cut at the end of a chunk", _PARTS, lambda data: data[: 56 + 16_400]),
    blob("143", "a byte more", _PARTS, lambda data: data + b"\0"),
    blob("144", "bit of a chunk flipped", _CIPHER, lambda data: flip(data, 100)),
    blob("145", "bit of the salt flipped", _CIPHER, flip),
    blob("146", "bit of the commitment flipped", _CIPHER, lambda data: flip(data, 30)),
    blob("147", "two chunks swapped", _PARTS, lambda d: d[:56] + d[16_456:] + d[56:16_456]),
    blob("148", "empty", _PARTS, lambda _: b""),
    blob("149", "header only", _PARTS, lambda data: data[:56]),
    Case("150", "part missing", ("E_PART_MISSING",), with_parts=True, parts=lambda blobs: blobs[:1]),
    Case("150b", "part too many", ("E_BUNDLE",), with_parts=True, parts=lambda blobs: [*blobs, blobs[0]]),
    Case("150c", "parts in the other order", _PARTS, with_parts=True, parts=lambda blobs: blobs[::-1]),
    Case("151", "other content of the same size", ("E_PART_DIGEST",), part(1, digest=b64(bytes(32))), with_parts=True),
    Case("152", "csha256 of another blob", ("E_PART_DIGEST",), part(1, csha256=b64(bytes(32))), with_parts=True),
)

INNER_CASES: Final = (*JWS_CASES, *BINDING_CASES, *TIME_CASES, *MANIFEST_PART_CASES, *PART_CASES)


def cases_with_others(sender: Org, stranger: Org) -> tuple[Case, ...]:
    """Return the cases in which another organisation, or another key of the sender, plays a part."""

    def half(n: int, message: bytes) -> bytes:
        return sender.ed.sign(message) if n == 0 else stranger.ml.sign(message)

    def with_context(n: int, message: bytes) -> bytes:
        return sender.ed.sign(message) if n == 0 else _ml_dsa_with_context(sender, message)

    claims = manifest(put(**{"from": {"org": sender.org, "sig": stranger.kids}}))
    claims.headers = lambda rows: [{**row, "kid": kid} for row, kid in zip(rows, stranger.kids, strict=True)]
    claims.sign = lambda n, message: (stranger.ed, stranger.ml)[n].sign(message)
    mixed = _headers(1, put(kid=stranger.ml.kid))
    mixed.sign = half
    return (
        Case("90", "kid of another organisation", ("E_SIGNATURE",), _headers(0, put(kid=stranger.ed.kid))),
        Case("91", "kid of an encryption key", ("E_UNKNOWN_SENDER_KEY",), _headers(0, put(kid=sender.enc.kid))),
        Case("97", "half signed by another organisation", ("E_SENDER_MISMATCH",), mixed),
        Case("98", "another organisation says it is the sender", ("E_SENDER_MISMATCH",), claims),
        Case("100", "ML-DSA with a context", ("E_SIGNATURE",), Changes(sign=with_context)),
    )


def _ml_dsa_with_context(sender: Org, message: bytes) -> bytes:
    native: Any = sender.ml._native  # noqa: SLF001  # what no sound key does must be forced
    return bytes(native.sign(message, b"kgbx"))


def fresh_id() -> str:
    """Return a message id."""
    return str(uuid4())
