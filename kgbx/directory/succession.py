# SPDX-License-Identifier: EUPL-1.2
"""The next document of an organisation: which keys it lists, with which status.

Rules:
    - what the organisation holds is listed: active until its end, then retired;
    - what is revoked stays listed as revoked, whoever holds it;
    - of what it no longer holds only signing keys stay, retired, as long as a message that they signed can be under
      way, and the root pair that the change needs; an encryption key that is destroyed is not sent to;
    - each document names the one before it; a change of root is signed by both pairs, so neither is revoked in it: the
      former one is revoked in the document after.
Must not read clocks or files.

Source: envelope specification, section 3.7.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from kgbx.clock import require_aware
from kgbx.directory.document import entries_of, make_document
from kgbx.errors import DirectoryError, UsageError
from kgbx.limits import DAY_SECONDS, MAX_LIFETIME_SECONDS, MAX_ORG_DOCUMENT_LIFETIME_SECONDS

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from kgbx.envelope.identity import Identity
    from kgbx.envelope.ports import KeyEntry, OrganisationDocument


@dataclass(frozen=True, slots=True, kw_only=True)
class Revocation:
    """A key that may no longer be trusted.

    Attributes:
        kid: The key.
        at: Unix seconds from which it is not trusted.
        reason: Why, for people.
    """

    kid: str
    at: int
    reason: str


def next_document(
    previous: OrganisationDocument,
    identity: Identity,
    *,
    at: datetime,
    revoked: Iterable[Revocation] = (),
    days: int = MAX_ORG_DOCUMENT_LIFETIME_SECONDS // DAY_SECONDS,
) -> OrganisationDocument:
    """Return what an organisation says after what it said before; name, floor, suites and endpoints stay.

    The suite of a key that is new is added.

    Args:
        previous: Its document before; verified by the caller.
        identity: Its keys; the root pair must be among them.
        at: Moment at which it is said, aware.
        revoked: Keys that may no longer be trusted.
        days: How long it may be relied on, at most 90.

    Raises:
        DirectoryError: E_DIR_NOT_YET, the document before was made later than `at`.
        EnvelopeError: E_KEY_FILE, the root pair is not here.
        UsageError: U_ARGUMENT, the document before is of another organisation; U_KEY, a revoked key is not listed;
            U_ROOT, U_NO_KEYS, one of the root keys that must sign is revoked, or not within its window; U_MOMENT, `at`
            has no offset.
    """
    second = int(require_aware(at).timestamp())
    if previous.org != identity.org:
        raise UsageError
    if second < previous.iat:
        raise DirectoryError("E_DIR_NOT_YET")
    entries = _entries(previous, identity, second)
    for one in revoked:
        if one.kid not in entries:
            raise UsageError("U_KEY")
        entries[one.kid] = replace(entries[one.kid], status="revoked", revoked_at=one.at, reason=one.reason)
    kids = {*identity.root.signing_kids, *previous.root}
    _require_signing([entries[kid] for kid in sorted(kids) if kid in entries], second)
    return replace(
        previous,
        seq=previous.seq + 1,
        iat=second,
        exp=second + days * DAY_SECONDS,
        keys=tuple(entries.values()),
        root=identity.root.signing_kids,
        suites=(*previous.suites, *(suite for suite in identity.suites if suite not in previous.suites)),
        previous=previous.sha256,
        former_root=None,
        cert=None,
        sha256=b"",
        jws=b"",
    )


def _require_signing(roots: list[KeyEntry], second: int) -> None:
    """Return if the root keys that must sign a document may do so."""
    if any(entry.status == "revoked" for entry in roots):
        raise UsageError("U_ROOT")
    if not all(entry.nbf <= second < entry.exp for entry in roots):
        raise UsageError("U_NO_KEYS")


def sign_next(document: OrganisationDocument, identity: Identity, *, previous: OrganisationDocument) -> bytes:
    """Return the signed document; where it changes the root, the root before signs too.

    Raises:
        DirectoryError: E_DIR_MALFORMED, form or limits.
        EnvelopeError: E_KEY_FILE, E_KEY_INVALID, a root pair is not here.
    """
    former = None if previous.root == document.root else identity.root_pair(previous.root)
    return make_document(document, root=identity.root, former=former)


def _entries(previous: OrganisationDocument, identity: Identity, second: int) -> dict[str, KeyEntry]:
    entries = entries_of(identity, second)
    for held in previous.keys:
        kid = held.key.kid
        if held.status == "revoked":
            entries[kid] = held
        elif kid not in entries and _is_still_needed(held, previous, second):
            entries[kid] = replace(held, status="retired")
    return entries


def _is_still_needed(entry: KeyEntry, previous: OrganisationDocument, second: int) -> bool:
    if entry.use == "sig":
        return second < entry.exp + MAX_LIFETIME_SECONDS
    return entry.use == "root" and entry.key.kid in previous.root
