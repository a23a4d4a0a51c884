# SPDX-License-Identifier: EUPL-1.2
"""The directory that sealing and opening ask: verified documents, newest first.

Rules:
    - only documents signed by a pinned root are held; those of other organisations are left out and named;
    - one organisation, one sequence number, two contents: E_DIR_EQUIVOCATION, for the whole directory;
    - a document older than the highest one known before: E_DIR_ROLLBACK;
    - one signing or encryption key in documents of two organisations: E_KEY_INVALID, nobody may claim another's key;
    - sending needs a document that has not expired: E_DIR_STALE. For opening the document is handed out with its age.

Source: envelope specification, section 3.7.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from kgbx.clock import require_aware
from kgbx.directory.document import peek_document, verify_document
from kgbx.directory.files import read_directory_file, read_trust_file
from kgbx.envelope.ports import KeyEntry, OrganisationDocument, SigningKey
from kgbx.errors import DirectoryError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from kgbx.envelope.keys import PublicKey


class Directory:
    """Verified organisation documents; implements :class:`kgbx.envelope.ports.KeyDirectory`.

    Attributes:
        untrusted: Organisations that the directory file named and the trust file did not; sorted.
    """

    def __init__(self, documents: Iterable[OrganisationDocument], *, untrusted: Iterable[str] = ()) -> None:
        """Hold verified documents.

        Args:
            documents: Verified by the caller; several of one organisation are its history.
            untrusted: Organisations left out because nothing vouches for them.

        Raises:
            DirectoryError: E_DIR_EQUIVOCATION, E_KEY_INVALID.
        """
        self.untrusted = tuple(sorted(set(untrusted)))
        self._of_org = _histories(documents)
        self._of_kid = _owners(self._of_org)

    @classmethod
    def load(
        cls, directory_file: bytes, trust_file: bytes, *, known: Mapping[str, tuple[int, bytes]] | None = None
    ) -> Directory:
        """Return the directory of a directory file, as far as a trust file vouches for it.

        Args:
            directory_file: ``kgbx-directory-file/1``.
            trust_file: ``kgbx-trust/1``.
            known: For each organisation the highest sequence number seen before, with the digest of that document.

        Raises:
            DirectoryError: E_DIR_MALFORMED, E_KEY_INVALID, E_DIR_SIGNATURE, E_DIR_UNTRUSTED (a pinned organisation
                with another root), E_DIR_EQUIVOCATION, E_DIR_ROLLBACK.
        """
        trust = read_trust_file(trust_file)
        documents, untrusted = [], []
        for data in read_directory_file(directory_file):
            org = peek_document(data).org
            root = trust.root_of(org)
            if root is None:
                untrusted.append(org)
            else:
                documents.append(verify_document(data, org=org, root=root))
        directory = cls(documents, untrusted=untrusted)
        for org, (seq, digest) in (known or {}).items():
            directory._refuse_older(org, seq, digest)
        return directory

    @property
    def organisations(self) -> tuple[str, ...]:
        """URNs of all organisations, sorted."""
        return tuple(sorted(self._of_org))

    @property
    def known(self) -> dict[str, tuple[int, bytes]]:
        """For each organisation its highest sequence number and the digest of that document: keep it for `load`."""
        return {org: (history[0].seq, history[0].sha256) for org, history in self._of_org.items()}

    def history(self, org: str) -> tuple[OrganisationDocument, ...]:
        """Return all documents of an organisation, newest first; empty when there are none."""
        return self._of_org.get(org, ())

    def document(self, org: str, at: datetime) -> OrganisationDocument | None:
        """Return the newest document of `org` made at or before `at`, expired or not; None when there is none.

        Raises:
            UsageError: U_MOMENT, `at` has no offset.
        """
        second = int(require_aware(at).timestamp())
        return next((document for document in self.history(org) if document.iat <= second), None)

    def signing_key(self, kid: str, alg: str) -> SigningKey | None:
        """Return the signing key `kid` with the newest document that lists it, or None.

        Args:
            kid: JWK thumbprint.
            alg: Its algorithm; a key of another algorithm is not found.
        """
        found = self._of_kid.get(kid)
        if found is None or found[1].use != "sig" or found[1].key.alg != alg:
            return None
        document, entry = found
        return SigningKey(org=document.org, key=entry.key, document=document)

    def encryption_key(self, org: str, at: datetime) -> PublicKey:
        """Return the key to send to: active, within its window at `at`, the latest nbf.

        Raises:
            DirectoryError: E_DIR_UNKNOWN_ORG; E_DIR_UNTRUSTED, the organisation is in the file but not trusted;
                E_DIR_STALE, its document has expired; E_KEY_EXPIRED, it has no key for this moment.
            UsageError: U_MOMENT, `at` has no offset.
        """
        document = self.require(org, at)
        second = int(require_aware(at).timestamp())
        live = [
            entry
            for entry in document.keys
            if entry.use == "enc" and entry.status == "active" and entry.nbf <= second < entry.exp
        ]
        if not live:
            raise DirectoryError("E_KEY_EXPIRED")
        return max(live, key=lambda entry: (entry.nbf, entry.key.kid)).key

    def require(self, org: str, at: datetime) -> OrganisationDocument:
        """Return the document of `org` that is in force at `at`, for sending.

        Raises:
            DirectoryError: E_DIR_UNKNOWN_ORG, E_DIR_UNTRUSTED, E_DIR_STALE.
            UsageError: U_MOMENT, `at` has no offset.
        """
        document = self.document(org, at)
        if document is None:
            raise DirectoryError("E_DIR_UNTRUSTED" if org in self.untrusted else "E_DIR_UNKNOWN_ORG")
        if document.exp <= int(require_aware(at).timestamp()):
            raise DirectoryError("E_DIR_STALE")
        return document

    def _refuse_older(self, org: str, seq: int, digest: bytes) -> None:
        newest = self.history(org)[:1]
        if not newest or newest[0].seq < seq:
            raise DirectoryError("E_DIR_ROLLBACK")
        if any(document.seq == seq and document.sha256 != digest for document in self.history(org)):
            raise DirectoryError("E_DIR_EQUIVOCATION")


def _histories(documents: Iterable[OrganisationDocument]) -> dict[str, tuple[OrganisationDocument, ...]]:
    """Group by organisation, newest first; the same document twice counts once."""
    of_org: dict[str, dict[int, OrganisationDocument]] = defaultdict(dict)
    for document in documents:
        held = of_org[document.org].setdefault(document.seq, document)
        if held.sha256 != document.sha256:
            raise DirectoryError("E_DIR_EQUIVOCATION")
    return {org: tuple(sorted(by_seq.values(), key=lambda document: -document.seq)) for org, by_seq in of_org.items()}


def _owners(
    of_org: Mapping[str, tuple[OrganisationDocument, ...]],
) -> dict[str, tuple[OrganisationDocument, KeyEntry]]:
    """Return for each kid the newest document that lists it."""
    owners: dict[str, tuple[OrganisationDocument, KeyEntry]] = {}
    documents = (document for history in of_org.values() for document in history)
    for document, entry in ((one, entry) for one in documents for entry in one.keys):
        held = owners.setdefault(entry.key.kid, (document, entry))
        if held[0].org != document.org:
            raise DirectoryError("E_KEY_INVALID")
    return owners
