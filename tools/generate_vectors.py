# SPDX-License-Identifier: EUPL-1.2
"""Make a file of envelope vectors: ``python -m tools.generate_vectors 2 tests/vectors/envelope-2.json``.

Rules: the first argument chooses the generation, which is a list of cases; vectors hold fresh keys and random
signatures, so a file is made once and committed: a new generation is a new file, and an existing one is never
overwritten. Each vector fails for one reason. Everything in it is made up.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import Final

from kgbx.envelope.encoding import b64, be32, compact_json, hkdf, id16, pad
from tools.vector_cases import OUTER_CASES, Case
from tools.vector_cases_inner import INNER_CASES, cases_with_others, fresh_id
from tools.vector_cases_second import SECOND_CASES
from tools.vector_forge import AT, Cast, Changes, Content, Draft, Json, Org, new_org, salamander
from tools.vector_special import second_special

TITLE: Final = "kgbx envelope vectors, {} generation; everything in them is made up"
BODY: Final = b'{"synthetic":true,"told":"Wij vertellen het maar een keer."}'
ATTACHMENT: Final = b"made up " * 2500
SMALL: Final = b"made up"
_BODY_SHA256: Final = b64(hashlib.sha256(BODY).digest())


def first_generation() -> Json:
    """Return the first file of vectors, with fresh keys."""
    cast = _cast()
    cases = (*OUTER_CASES, *cases_with_others(cast.sender, cast.stranger), *INNER_CASES)
    return _file("first", cast, [*(_row(case, cast) for case in cases), *_special(cast)])


def second_generation() -> Json:
    """Return the second file of vectors, with fresh keys: a small attachment, no case of the first."""
    cast = _cast()
    rows = [_row(case, cast, attachment=SMALL) for case in SECOND_CASES]
    for case, reader, envelope, blobs, body in second_special(cast, Content(BODY, SMALL)):
        row = _vector(case, reader, envelope, blobs)
        digest = {"body_sha256": b64(_sha256(body))} if not case.codes else {}
        rows.append({**row, "expect": {**row["expect"], **digest}})
    return _file("second", cast, rows)


def _cast() -> Cast:
    return Cast(*(new_org(number) for number in (5001, 5002, 5003, 5004)))


def _file(generation: str, cast: Cast, rows: list[Json]) -> Json:
    return {
        "format": "kgbx-envelope-vectors/1",
        "title": TITLE.format(generation),
        "identities": [{"org": org.org, "keys": [org.enc.jwk()]} for org in cast.all],
        "senders": [
            {"org": o.org, "keys": [o.ed.public.jwk(), o.ml.public.jwk(), o.enc.public.jwk()]} for o in cast.all
        ],
        "vectors": sorted(rows, key=_place),
    }


def _place(row: Json) -> tuple[int, str]:
    number = str(row["id"])
    return int(number.rstrip("bcdef")), number


def _draft(cast: Cast, changes: Changes, attachment: bytes = ATTACHMENT) -> Draft:
    content = Content(BODY, attachment)
    return Draft(sender=cast.sender, to=[cast.receiver, cast.second], content=content, changes=changes)


def _row(case: Case, cast: Cast, *, attachment: bytes = ATTACHMENT) -> Json:
    draft = _draft(cast, case.changes, attachment)
    return _vector(case, cast.receiver, draft.build(), draft.blobs)


def _vector(case: Case, reader: Org, envelope: bytes, blobs: list[bytes]) -> Json:
    parts = blobs if case.with_parts else []
    expect = {"outcome": "refused" if case.codes else "accepted", "codes": list(case.codes)}
    if not case.codes:
        expect["body_sha256"] = _BODY_SHA256
    return {
        "id": case.id,
        "title": case.title,
        "as": reader.org,
        "at": case.at,
        "envelope": b64(envelope),
        "parts": [b64(part) for part in (parts if case.parts is None else case.parts(parts))],
        "seen": "session" if case.session else None,
        "expect": expect,
    }


def _special(cast: Cast) -> list[Json]:
    return [*_forwarded(cast), *_legal(cast), *_replayed(cast), _padding(cast), _salamander(cast), _stranger(cast)]


def _stranger(cast: Cast) -> Json:
    """An envelope that reaches somebody for whom it has no entry."""
    draft = _draft(cast, Changes())
    return _vector(Case("64", "not for the reader", ("E_NOT_FOR_ME",)), cast.stranger, draft.build(), draft.blobs)


def _forwarded(cast: Cast) -> list[Json]:
    """The receiver passes the sender's signed manifest on to a stranger."""
    original = _draft(cast, Changes())
    signed = _signed(original)
    again = replace(original, to=[cast.stranger], cek=os.urandom(32), changes=Changes(), blobs=[])
    repacked = again.sealed(signed.ljust(pad(len(signed))))
    same_key = replace(original, wrap_for=[cast.stranger], changes=Changes(plaintext=lambda _: signed), blobs=[])
    named = same_key.build()
    anonymous = replace(same_key, anonymous=True, blobs=[]).build()
    return [
        _vector(Case("101", "repacked for a stranger", ("E_BINDING",)), cast.stranger, repacked, []),
        _vector(Case("101b", "same key, stranger named", ("E_BINDING",)), cast.stranger, named, []),
        _vector(Case("103", "same key, stranger anonymous", ("E_NOT_ADDRESSEE",)), cast.stranger, anonymous, []),
    ]


def _signed(draft: Draft) -> bytes:
    """Return the signed manifest of a draft, as its receiver has it after decryption."""
    return compact_json(draft.signed(compact_json(draft.manifest())))


def _legal(cast: Cast) -> list[Json]:
    trimmed = replace(_draft(cast, Changes()), wrap_for=[cast.receiver])
    anonymous = replace(_draft(cast, Changes()), anonymous=True)
    whole = _draft(cast, Changes())
    rows = []
    for case, draft, reader in (
        (Case("106", "only the reader's entry is delivered", with_parts=True), trimmed, cast.receiver),
        (Case("107", "anonymous recipients", with_parts=True), anonymous, cast.second),
        (Case("107b", "second recipient", with_parts=True), whole, cast.second),
    ):
        rows.append(_vector(case, reader, draft.build(), draft.blobs))
    return rows


def _replayed(cast: Cast) -> list[Json]:
    """In file order: a damaged first delivery, a good one, the same again, another message under the same id."""
    message_id = fresh_id()
    draft, other = (replace(_draft(cast, Changes()), message_id=message_id, blobs=[]) for _ in range(2))
    envelope = draft.build()
    damaged = Case(
        "121",
        "damaged first delivery does not burn the id",
        ("E_PART_DECRYPT", "E_PART_DIGEST", "E_PART_SIZE"),
        with_parts=True,
        parts=lambda blobs: [blobs[0], blobs[1][:-1]],
        session=True,
    )
    return [
        _vector(damaged, cast.receiver, envelope, draft.blobs),
        _vector(Case("122", "first delivery", with_parts=True, session=True), cast.receiver, envelope, draft.blobs),
        _vector(Case("123", "same again", ("E_DUPLICATE",), session=True), cast.receiver, envelope, []),
        _vector(Case("124", "other message, same id", ("E_ID_REUSE",), session=True), cast.receiver, other.build(), []),
    ]


def _padding(cast: Cast) -> Json:
    """A sender hides bytes in the padding of the body."""
    hidden = b"hidden"
    draft = _draft(cast, Changes())
    entry_of = draft.part
    shorter = len(BODY)

    def part(n: int, media: str, data: bytes) -> Json:
        if n:
            return entry_of(n, media, data)
        entry = entry_of(n, media, data + hidden)
        salt = hkdf(draft.cek, b"kgbx/1 part salt\x00" + id16(draft.message_id) + be32(0), size=32)
        return {**entry, "size": shorter, "digest": b64(_sha256(salt + data))}

    draft.part = part  # type: ignore[method-assign]  # one part of one vector is made otherwise
    case = Case("153", "padding is not zero", ("E_PART_PADDING",), with_parts=True)
    return _vector(case, cast.receiver, draft.build(), draft.blobs)


def _salamander(cast: Cast) -> Json:
    """One ciphertext that opens under two content keys, one for each reader; the commitment is to the first."""
    draft = _draft(cast, Changes())
    other = os.urandom(32)
    draft.changes.recipients = lambda entries: [entries[0], draft.recipient(cast.second, cek=other)]
    draft.changes.outer = lambda outer: _two_keys(outer, draft.cek, other)
    case = Case("183", "one ciphertext, two keys", ("E_DECRYPT",))
    return _vector(case, cast.second, draft.build(), draft.blobs)


def _two_keys(outer: Json, cek: bytes, other: bytes) -> Json:
    iv = os.urandom(12)
    sealed = salamander(cek, other, iv, outer["protected"].encode())
    return {**outer, "iv": b64(iv), "ciphertext": b64(sealed[:-16]), "tag": b64(sealed[-16:])}


def _sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


GENERATIONS: Final = {"1": first_generation, "2": second_generation}


def main(arguments: list[str]) -> int:
    """Write a new file of vectors; refuse to overwrite one."""
    generation, path = arguments[0], Path(arguments[1])
    with path.open("x", encoding="ascii", newline="\n") as file:
        json.dump(GENERATIONS[generation](), file, indent=1)
        file.write("\n")
    print(f"{path}: made at {AT}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
