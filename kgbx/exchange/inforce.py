# SPDX-License-Identifier: EUPL-1.2
"""Whether signatures of long ago count: by the newest document that lists a key, and by the one in force at signing.

Rules: both signatures must be of the organisation that the statement names. A key counts if a document that was in
force while it may have signed lists it as active. One that was revoked counts no more, and one that was revoked after
the statement says it was made shows as such: without a witness of that day nobody can tell when it signed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal

from kgbx.errors import DirectoryError, EnvelopeError

if TYPE_CHECKING:
    from kgbx.envelope import jws
    from kgbx.envelope.ports import KeyDirectory, KeyEntry, OrganisationDocument, SigningKey

KeyState = Literal["valid", "bad_signature", "unknown_key", "other_org", "not_in_force", "revoked", "revoked_later"]
"""What the signatures are worth: ``valid``, or the first thing that is wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """Who is said to have signed, and when: between two Unix seconds, which are equal where the moment is known.

    Attributes:
        org: URN of the organisation.
        first: First second at which it may have signed.
        last: Last second at which it may have signed.
    """

    org: str
    first: int
    last: int


def state_of_signatures(parsed: jws.Parsed, *, said: Signed, directory: KeyDirectory) -> KeyState:
    """Return what the signatures of a statement are worth.

    Args:
        parsed: The statement, by form.
        said: What it says of its signer.
        directory: Knows everybody's keys, and as far as kept the documents of before.
    """
    for signature in parsed.signatures:
        found = directory.signing_key(signature.kid, signature.alg)
        if found is None or found.key.alg != signature.alg:
            return "unknown_key"
        if not _verifies(found, signature):
            return "bad_signature"
        if found.org != said.org:
            return "other_org"
        state = _state_of_key(found, said, directory)
        if state != "valid":
            return state
    return "valid"


def _verifies(found: SigningKey, signature: jws.Signature) -> bool:
    try:
        found.key.verify(signature.signature, signature.signing_input)
    except EnvelopeError:
        return False
    return True


def _state_of_key(found: SigningKey, said: Signed, directory: KeyDirectory) -> KeyState:
    newest = found.document.entry(found.key.kid)
    if newest is None:
        return "unknown_key"
    if newest.status == "revoked":
        later = newest.revoked_at is not None and said.last < newest.revoked_at
        return "revoked_later" if later else "revoked"
    known, vouched = _documents(said, directory)
    if not vouched:
        return "unknown_key"
    if not known:  # no document of that day is kept here: the newest one still lists the key's whole life
        return "valid" if _alive(newest, said) else "not_in_force"
    return "valid" if any(_lists(document, found.key.kid, said) for document in known) else "not_in_force"


def _documents(said: Signed, directory: KeyDirectory) -> tuple[list[OrganisationDocument], bool]:
    """Return the documents in force at the first and last second, and whether anybody vouched then."""
    known, vouched = [], False
    for second in {said.first, said.last}:
        try:
            document = directory.document(said.org, datetime.fromtimestamp(second, tz=UTC))
        except DirectoryError:
            continue
        vouched = True
        if document is not None:
            known.append(document)
    return known, vouched


def _lists(document: OrganisationDocument, kid: str, said: Signed) -> bool:
    entry = document.entry(kid)
    return entry is not None and entry.status == "active" and _alive(entry, said) and said.first < document.exp


def _alive(entry: KeyEntry, said: Signed) -> bool:
    return entry.use == "sig" and entry.nbf <= said.last and said.first < entry.exp
