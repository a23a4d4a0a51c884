# SPDX-License-Identifier: EUPL-1.2
"""The vectors of the second generation that need more than one change: other recipients, keys, labels, replays.

Rules: as :mod:`tools.vector_cases`. A row is a case, who reads it, its envelope, its encrypted parts and the body that
must come out.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from dataclasses import replace
from typing import Final, TypeAlias

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from kgbx.envelope.encoding import b64, compact_json, hkdf
from kgbx.envelope.parts import PartKeys, encrypt_part, part_keys
from tools.vector_cases import Case, member
from tools.vector_cases_inner import fresh_id, manifest
from tools.vector_forge import INFO, Cast, Changes, Content, Draft, Json, Org, new_org

Row: TypeAlias = tuple[Case, Org, bytes, list[bytes], bytes]
Keys: TypeAlias = Callable[[Draft, int], PartKeys]

EXACT_CHUNKS: Final = 2 * 16_384
_BLOCKED: Final = ("E_PART_DECRYPT",)


def second_special(cast: Cast, content: Content) -> list[Row]:
    """Return the rows."""
    draft = Draft(sender=cast.sender, to=[cast.receiver, cast.second], content=content)
    return [
        *_sizes(draft, cast),
        *_copies(draft, cast),
        *_labels(draft, cast),
        *_parts(draft, cast),
        *_session(draft, cast),
    ]


def _fresh(draft: Draft, **changes: object) -> Draft:
    """Return a draft with its own key and id."""
    fresh = {"cek": os.urandom(32), "message_id": fresh_id(), "blobs": [], "changes": Changes(), **changes}
    return replace(draft, **fresh)  # type: ignore[arg-type]  # fields of a draft


def _row(case: Case, reader: Org, draft: Draft) -> Row:
    return case, reader, draft.build(), draft.blobs, draft.content.body


def _sizes(draft: Draft, cast: Cast) -> list[Row]:
    attachment = draft.content.attachment
    empty = _fresh(draft, content=Content(b"", attachment))
    whole = _fresh(draft, content=Content(b"x" * EXACT_CHUNKS, attachment))
    crowd = _fresh(draft, to=[cast.receiver, *(new_org(number) for number in range(5101, 5116))])
    crowded = _fresh(draft, to=[*crowd.to, cast.second], wrap_for=[cast.receiver])
    return [
        _row(Case("261", "empty body", with_parts=True), cast.receiver, empty),
        _row(Case("262", "body of exactly two chunks", with_parts=True), cast.receiver, whole),
        _row(Case("263", "sixteen recipients", with_parts=True), cast.receiver, crowd),
        _row(Case("264", "seventeen addressees, one entry", ("E_RECIPIENTS",)), cast.receiver, crowded),
    ]


def _copies(draft: Draft, cast: Cast) -> list[Row]:
    trimmed = _fresh(draft, anonymous=True, wrap_for=[cast.receiver])
    others = _fresh(draft, wrap_for=[cast.second])
    anonymous = _fresh(draft, anonymous=True)
    bare = _fresh(draft)
    signed = compact_json(bare.signed(compact_json(bare.manifest())))
    claims = _fresh(draft)
    claims.changes = manifest(member("from", lambda sender: {**sender, "org": cast.stranger.org}))
    return [
        _row(Case("265", "one anonymous entry", with_parts=True), cast.receiver, trimmed),
        _row(Case("266", "copy of another recipient", ("E_NOT_FOR_ME",)), cast.receiver, others),
        _row(Case("267", "anonymous, and not for the reader", ("E_NOT_FOR_ME",)), cast.stranger, anonymous),
        (
            Case("268", "signed manifest without padding", with_parts=True),
            cast.receiver,
            bare.sealed(signed),
            bare.blobs,
            draft.content.body,
        ),
        _row(Case("269", "from.org is another trusted organisation", ("E_SENDER_MISMATCH",)), cast.receiver, claims),
    ]


def _labels(draft: Draft, cast: Cast) -> list[Row]:
    """Each value is derived soundly, and from another label."""
    info, aad, label = _fresh(draft), _fresh(draft), _fresh(draft)
    info.changes = Changes(recipients=lambda entries: [_wrapped(entries[0], cast.receiver, info.cek), *entries[1:]])
    aad.changes = Changes(outer=lambda outer: _without_aad(outer, aad))
    label.changes = Changes(
        protected=lambda head: {**head, "kc": b64(hkdf(label.cek, b"kgbx/1 key commitment", size=32))}
    )
    return [
        _row(Case("271", "content key wrapped without the JOSE-HPKE label", ("E_DECRYPT",)), cast.receiver, info),
        _row(
            Case("272", "content encrypted without the header as associated data", ("E_DECRYPT",)), cast.receiver, aad
        ),
        _row(Case("273", "kc of the right key under another label", ("E_DECRYPT",)), cast.receiver, label),
    ]


def _wrapped(entry: Json, org: Org, cek: bytes) -> Json:
    wrapped = org.enc.public.wrap(cek, INFO.removesuffix(b"A256GCM\xff"))
    return {
        "header": {**entry["header"], "ek": b64(wrapped[:1120])},
        "encrypted_key": b64(wrapped[1120:]),
    }


def _without_aad(outer: Json, draft: Draft) -> Json:
    iv = os.urandom(12)
    sealed = AESGCM(draft.cek).encrypt(iv, b"{}".ljust(4096), None)
    return {**outer, "iv": b64(iv), "ciphertext": b64(sealed[:-16]), "tag": b64(sealed[-16:])}


def _parts(draft: Draft, cast: Cast) -> list[Row]:
    rows: tuple[tuple[Case, Keys], ...] = (
        (Case("281", "part keys of another message", _BLOCKED, with_parts=True), _keys_of_another_message),
        (Case("282", "part keys of another number", _BLOCKED, with_parts=True), _keys_of_another_number),
        (Case("283", "context of another number", _BLOCKED, with_parts=True), _context_of_another_number),
        (Case("284", "digest without its salt", ("E_PART_DIGEST",), with_parts=True), _no_salt),
    )
    return [_row(case, cast.receiver, _with_keys(_fresh(draft), keys)) for case, keys in rows]


def _keys_of_another_message(draft: Draft, n: int) -> PartKeys:
    own = part_keys(draft.cek, message_id=draft.message_id, n=n)
    return replace(own, key=part_keys(draft.cek, message_id=fresh_id(), n=n).key)


def _keys_of_another_number(draft: Draft, n: int) -> PartKeys:
    own = part_keys(draft.cek, message_id=draft.message_id, n=n)
    return replace(own, key=part_keys(draft.cek, message_id=draft.message_id, n=1 - n).key)


def _context_of_another_number(draft: Draft, n: int) -> PartKeys:
    own = part_keys(draft.cek, message_id=draft.message_id, n=n)
    return replace(own, context=part_keys(draft.cek, message_id=draft.message_id, n=1 - n).context)


def _no_salt(draft: Draft, n: int) -> PartKeys:
    return replace(part_keys(draft.cek, message_id=draft.message_id, n=n), salt=b"")


def _with_keys(draft: Draft, keys: Keys) -> Draft:
    """Return a draft whose body is encrypted and digested with other keys; the attachment is done right."""
    sound = draft.part

    def part(n: int, media: str, data: bytes) -> Json:
        if n:
            return sound(n, media, data)
        sealed: list[bytes] = []
        figures = encrypt_part([data], sealed.append, keys=keys(draft, n))
        draft.blobs.append(b"".join(sealed))
        return {
            "n": n,
            "role": "body",
            "media": media,
            "size": figures.size,
            "digest": b64(figures.digest),
            "csize": figures.csize,
            "csha256": b64(hashlib.sha256(draft.blobs[-1]).digest()),
        }

    draft.part = part  # type: ignore[method-assign]  # one part of one vector is made otherwise
    return draft


def _session(draft: Draft, cast: Cast) -> list[Row]:
    """In file order: a message, its trimmed copy, another sender's message under the same id."""
    whole = _fresh(draft)
    envelope = whole.build()
    outer = json.loads(envelope)
    trimmed = compact_json({**outer, "recipients": outer["recipients"][:1]})
    foreign = _fresh(draft, sender=cast.stranger, message_id=whole.message_id)
    first = Case("291", "first delivery", with_parts=True, session=True)
    again = Case("292", "the same message as a trimmed copy", ("E_DUPLICATE",), session=True)
    other = Case("293", "same id of another sender", with_parts=True, session=True)
    return [
        (first, cast.receiver, envelope, whole.blobs, draft.content.body),
        (again, cast.receiver, trimmed, [], draft.content.body),
        _row(other, cast.receiver, foreign),
    ]
