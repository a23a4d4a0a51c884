# SPDX-License-Identifier: EUPL-1.2
"""Which documents of a directory file are believed, and why.

Rules:
    - of an organisation for which nobody can vouch only its name is read: nothing else of its documents is verified,
      and nothing that is wrong with them stops the others;
    - an organisation is believed when at least one anchor holds: a person pinned its root pair, enough keepers of the
      directory listed its document, or a certificate names it; which ones held is kept for the evidence;
    - all its documents hang together: each has the root of the one before or is signed by it too, with keys that the
      one before neither revoked nor dates otherwise, and names it by its digest; a chain that breaks is no reason to
      guess which half is right;
    - a pin that another root contradicts, and a listed document that is missing or differs, are refused loudly.
Nothing here reads files or clocks.

Source: envelope specification, section 3.7.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from kgbx.directory.certificates import check_certificate
from kgbx.directory.document import claimed_org, may_sign, peek_document
from kgbx.errors import DirectoryError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from kgbx.directory.certificates import Authorities
    from kgbx.directory.files import Trust
    from kgbx.directory.statement import Listed, Statement
    from kgbx.envelope.ports import Anchor, OrganisationDocument


@dataclass(frozen=True, slots=True, kw_only=True)
class Believed:
    """What a directory file holds, as far as it is believed.

    Attributes:
        documents: All documents of the organisations that are believed.
        anchors: For each of these organisations why.
        vouched: For each that keepers vouch for until when, Unix seconds, exclusive: by the last statement to end.
        untrusted: Organisations for which no anchor holds; sorted.
    """

    documents: tuple[OrganisationDocument, ...]
    anchors: dict[str, tuple[Anchor, ...]]
    vouched: dict[str, int]
    untrusted: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Certifying:
    """Certificates may count.

    Attributes:
        authorities: Roots and revocation lists.
        at: Present moment, aware.
    """

    authorities: Authorities
    at: datetime


def believe(
    documents: Iterable[bytes],
    *,
    trust: Trust,
    statements: Sequence[Statement] = (),
    certifying: Certifying | None = None,
    whole: bool = True,
) -> Believed:
    """Return what is believed of the documents of a directory file.

    Args:
        documents: Organisation documents as JWS bytes.
        trust: Whose root keys are believed.
        statements: Verified directory statements; evidence may have one of its time and a newer one.
        certifying: By what certificates are judged, None to use none.
        whole: Whether every organisation of the statement must be here; evidence holds the documents of two.

    Raises:
        DirectoryError: E_DIR_MALFORMED, it cannot be told whose document one is; for organisations that are pinned or
            listed: E_DIR_MALFORMED, E_KEY_INVALID, E_DIR_SIGNATURE, one document; E_DIR_UNTRUSTED, another root than
            the pinned one, or a chain that breaks; E_DIR_ROLLBACK, a listed document is missing;
            E_DIR_EQUIVOCATION, a document is not the one that was listed or named.
        UsageError: U_MOMENT, the moment of `certifying` has no offset.
    """
    of_org: dict[str, list[bytes]] = defaultdict(list)
    for document in documents:
        of_org[claimed_org(document)].append(document)
    pins = {pin.org: pin.root for pin in trust.pinned}
    listed: dict[str, list[tuple[Listed, int]]] = defaultdict(list)
    for statement in statements:
        for row in statement.documents:
            listed[row.org].append((row, statement.exp))
    if whole and listed.keys() - of_org.keys():
        raise DirectoryError("E_DIR_ROLLBACK")
    anchors: dict[str, tuple[Anchor, ...]] = {}
    vouched: dict[str, int] = {}
    kept: list[OrganisationDocument] = []
    for org, signed in of_org.items():
        if org in pins or org in listed:
            history = _history(signed)
            ends = [exp for row, exp in listed.get(org, ()) if _is_listed(history, row)]
            vouched.update({org: max(ends)} if ends else {})
            found = _anchors(history, pin=pins.get(org), listed=bool(ends), certifying=certifying)
        else:
            history, found = _introduced(signed, certifying)
        if found:
            require_chain(history)
            anchors[org] = found
            kept.extend(history)
    untrusted = tuple(sorted(of_org.keys() - anchors.keys()))
    return Believed(documents=tuple(kept), anchors=anchors, vouched=vouched, untrusted=untrusted)


def _history(signed: Iterable[bytes]) -> list[OrganisationDocument]:
    """Return the documents of one organisation, verified by themselves, oldest first, each once."""
    by_seq: dict[int, OrganisationDocument] = {}
    for document in map(peek_document, signed):
        held = by_seq.setdefault(document.seq, document)
        _refuse_other(held.sha256, document.sha256)
    return [by_seq[seq] for seq in sorted(by_seq)]


def _introduced(
    signed: Iterable[bytes], certifying: Certifying | None
) -> tuple[list[OrganisationDocument], tuple[Anchor, ...]]:
    """Return the history of an organisation for which only a certificate can vouch; whatever is wrong, it does not."""
    if certifying is None:
        return [], ()
    try:
        history = _history(signed)
        require_chain(history)
    except DirectoryError:
        return [], ()
    return history, _anchors(history, pin=None, listed=False, certifying=certifying)


def _anchors(
    history: list[OrganisationDocument],
    *,
    pin: tuple[str, str] | None,
    listed: bool,
    certifying: Certifying | None,
) -> tuple[Anchor, ...]:
    found: list[Anchor] = []
    if pin is not None:
        if not any(pin in (document.root, document.former_root) for document in history):
            raise DirectoryError("E_DIR_UNTRUSTED")
        found.append("pinned")
    if listed:
        found.append("directory")
    if certifying is not None and _is_certified(history[-1], certifying):
        found.append("certificate")
    return tuple(found)


def _is_listed(history: list[OrganisationDocument], row: Listed) -> bool:
    """Tell whether the listed document is here; a newer one may stand beside it, an older one alone may not."""
    if history[-1].seq < row.seq:
        raise DirectoryError("E_DIR_ROLLBACK")
    same = [document for document in history if document.seq == row.seq]
    for document in same:
        _refuse_other(document.sha256, row.sha256)
    return bool(same)


def _is_certified(document: OrganisationDocument, certifying: Certifying) -> bool:
    try:
        check_certificate(document, authorities=certifying.authorities, at=certifying.at)
    except DirectoryError:
        return False
    return True


def require_chain(documents: Iterable[OrganisationDocument]) -> None:
    """Return if all documents of one organisation hang together.

    Args:
        documents: Verified by themselves, in any order.

    Raises:
        DirectoryError: E_DIR_UNTRUSTED, one is not signed by the root keys of the one before, or by keys that this one
            does not let sign; E_DIR_EQUIVOCATION, one names another document before it.
    """
    history = sorted(documents, key=lambda document: document.seq)
    for before, after in pairwise(history):
        if before.root not in (after.root, after.former_root):
            raise DirectoryError("E_DIR_UNTRUSTED")
        if not may_sign(after, listed_in=before, kids=(*after.root, *(after.former_root or ()))):
            raise DirectoryError("E_DIR_UNTRUSTED")
        if after.previous is not None and after.seq == before.seq + 1:
            _refuse_other(after.previous, before.sha256)


def _refuse_other(one: bytes, other: bytes) -> None:
    if one != other:
        raise DirectoryError("E_DIR_EQUIVOCATION")
