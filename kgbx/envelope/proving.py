# SPDX-License-Identifier: EUPL-1.2
"""Who signed a statement, and whether the keys could sign at that moment.

Rules: a pair of keys of one organisation; valid by the document in force at the moment that the statement names; a key
that was revoked proves nothing from then on, and before then only with a witness. Reads no clock.

Source: envelope specification, sections 3.6 and 3.7.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from kgbx.clock import is_second
from kgbx.envelope import jws
from kgbx.envelope.manifest import TYP, Manifest, digest_of, read_manifest
from kgbx.errors import DirectoryError, EnvelopeError
from kgbx.limits import CLOCK_SKEW_SECONDS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kgbx.envelope.ports import KeyDirectory, KeyEntry, OrganisationDocument


def judge_signer(
    directory: KeyDirectory, *, org: str, kids: tuple[str, str], moment: int, witnesses: Iterable[int] = ()
) -> OrganisationDocument:
    """Return the document in force at `moment` if it lists both keys, valid then, and nothing known now undoes that.

    Args:
        directory: Knows the documents of `org`: those of then, and newer ones.
        org: Who signed.
        kids: Its keys.
        moment: When it was signed by its own account, Unix seconds.
        witnesses: When others signed that they had it, Unix seconds.

    Raises:
        EnvelopeError: E_TIME, no moment; E_DIR_STALE, no document was in force; E_KEY_EXPIRED, a key was not valid
            then; E_KEY_REVOKED, a key was revoked and no witness had the statement before.
    """
    document = in_force(directory, org, moment=moment)
    entries = [document.entry(kid) for kid in kids]
    if not all(entry is not None and _could_sign(entry, moment) for entry in entries):
        raise EnvelopeError("E_KEY_EXPIRED")
    earliest = min(witnesses, default=None)
    for entry in entries:
        revoked = None if entry is None else _revoked_at(directory, entry)
        if revoked is not None and (moment >= revoked or earliest is None or earliest >= revoked):
            raise EnvelopeError("E_KEY_REVOKED")
    return document


def in_force(directory: KeyDirectory, org: str, *, moment: int) -> OrganisationDocument:
    """Return the document of `org` that was in force at `moment`.

    Raises:
        EnvelopeError: E_TIME, no moment; E_DIR_STALE, there was none; the code of the directory.
    """
    if not is_second(moment):
        raise EnvelopeError("E_TIME")
    try:
        document = directory.document(org, datetime.fromtimestamp(moment, UTC))
        code = "E_DIR_STALE"
    except DirectoryError as error:
        document, code = None, error.code
    if document is None or document.exp <= moment:
        raise EnvelopeError(code)
    return document


def require_seconds(manifest: Manifest) -> None:
    """Return if the times of a manifest can be written as dates.

    Raises:
        EnvelopeError: E_TIME.
    """
    if not (is_second(manifest.iat) and is_second(manifest.exp)):
        raise EnvelopeError("E_TIME")


def _could_sign(entry: KeyEntry, moment: int) -> bool:
    return entry.use == "sig" and entry.nbf <= moment < entry.exp


def _revoked_at(directory: KeyDirectory, entry: KeyEntry) -> int | None:
    """Return when a key was revoked by what is known now, the document of then included."""
    found = directory.signing_key(entry.key.kid, entry.key.alg)
    newest = None if found is None else found.document.entry(entry.key.kid)
    moments = [one.revoked_at or 0 for one in (entry, newest) if one is not None and one.status == "revoked"]
    return min(moments, default=None)


def require_belongs(manifest: Manifest, sent: bytes) -> None:
    """Return if a receipt is about the message that was sent, and given by one of its addressees.

    Args:
        manifest: Of the receipt.
        sent: The signed manifest of the message.

    Raises:
        EnvelopeError: E_BINDING, E_SENDER_MISMATCH, E_TIME, as :func:`kgbx.envelope.receipting.open_receipt`.
    """
    payload, said = jws.parse(sent, typ=TYP, suites=jws.EVERY).payload, manifest.receipt
    message = read_manifest(payload)
    if said is None or message.kind != "message":
        raise EnvelopeError("E_BINDING")
    if (said.message_id, said.sender, said.manifest) != (message.id, message.sender, digest_of(payload)):
        raise EnvelopeError("E_BINDING")
    if manifest.sender not in {addressee.org for addressee in message.to}:
        raise EnvelopeError("E_SENDER_MISMATCH")
    if len(said.parts) > len(message.parts) or (said.code is None and len(said.parts) != len(message.parts)):
        raise EnvelopeError("E_BINDING")
    if not message.iat - CLOCK_SKEW_SECONDS <= said.at <= manifest.iat + CLOCK_SKEW_SECONDS:
        raise EnvelopeError("E_TIME")
