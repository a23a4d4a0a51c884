# SPDX-License-Identifier: EUPL-1.2
"""The directory that sealing and opening ask: verified documents, newest first.

Rules:
    - only documents of organisations that are believed are held (:mod:`kgbx.directory.trusting`); others are left out
      and named;
    - one organisation, one sequence number, two contents: E_DIR_EQUIVOCATION, for the whole directory;
    - a document or statement older than the highest one known before, or gone: E_DIR_ROLLBACK;
    - one key in documents of two organisations: it counts for neither, and is named; nobody can tell whose it is;
    - sending needs a document that has not expired: E_DIR_STALE; one that is not made yet: E_DIR_NOT_YET, the clock is
      wrong. For opening the document is handed out with its age;
    - an organisation that only the directory statement vouches for is not answered for after its end: E_DIR_STALE.

Source: envelope specification, section 3.7.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from kgbx.clock import require_aware
from kgbx.directory.files import read_directory_file, read_directory_statement, read_trust_file
from kgbx.directory.state import STATEMENT
from kgbx.directory.statement import verify_statement
from kgbx.directory.trusting import believe
from kgbx.envelope.ports import KeyEntry, OrganisationDocument, SigningKey
from kgbx.envelope.suites import KGBX_1, require_suite, suite_named
from kgbx.errors import DirectoryError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from kgbx.directory.files import Trust
    from kgbx.directory.statement import Statement
    from kgbx.directory.trusting import Certifying
    from kgbx.envelope.evidence import Evidence
    from kgbx.envelope.keys import PublicKey
    from kgbx.envelope.ports import Anchor


class Directory:
    """Verified organisation documents; implements :class:`kgbx.envelope.ports.KeyDirectory`.

    Attributes:
        untrusted: Organisations that the directory file named and nothing vouched for; sorted.
        contested: Kids that several organisations list, each with these, sorted: an alarm. No document here has them.
        statement: The directory statement that was verified, None without one.
    """

    def __init__(
        self,
        documents: Iterable[OrganisationDocument],
        *,
        untrusted: Iterable[str] = (),
        anchors: Mapping[str, tuple[Anchor, ...]] | None = None,
        statement: Statement | None = None,
        vouched: Mapping[str, int] | None = None,
    ) -> None:
        """Hold verified documents.

        Args:
            documents: Verified by the caller; several of one organisation are its history.
            untrusted: Organisations left out because nothing vouches for them.
            anchors: For each organisation why its root is believed.
            statement: The directory statement that was verified.
            vouched: For each organisation that keepers vouch for until when, Unix seconds, exclusive.

        Raises:
            DirectoryError: E_DIR_EQUIVOCATION.
        """
        self.untrusted = tuple(sorted(set(untrusted)))
        self.statement = statement
        self._anchors = dict(anchors or {})
        self._vouched = dict(vouched or {})
        histories = _histories(documents)
        self.contested = _contested(histories)
        self._of_org = {
            org: tuple(_without(document, self.contested) for document in history) for org, history in histories.items()
        }
        self._of_kid = _newest(self._of_org)

    @classmethod
    def load(
        cls,
        directory_file: bytes,
        trust_file: bytes,
        *,
        known: Mapping[str, tuple[int, bytes]] | None = None,
        certifying: Certifying | None = None,
    ) -> Directory:
        """Return the directory of a directory file, as far as it is believed.

        Args:
            directory_file: ``kgbx-directory-file/1``.
            trust_file: ``kgbx-trust/1``.
            known: What :attr:`known` gave before, from a :class:`~kgbx.directory.state.DirectoryState`.
            certifying: By what certificates are judged, None to use none.

        Raises:
            DirectoryError: as :func:`kgbx.directory.trusting.believe`; E_DIR_SIGNATURE, too few keepers signed the
                statement; E_DIR_EQUIVOCATION, E_DIR_ROLLBACK, compared with `known`.
        """
        trust = read_trust_file(trust_file)
        statement = _statement(read_directory_statement(directory_file), trust)
        documents = read_directory_file(directory_file)
        statements = () if statement is None else (statement,)
        found = believe(documents, trust=trust, statements=statements, certifying=certifying)
        directory = cls(
            found.documents,
            untrusted=found.untrusted,
            anchors=found.anchors,
            statement=statement,
            vouched=found.vouched,
        )
        for name, (seq, digest) in (known or {}).items():
            directory._refuse_older(name, seq, digest, trust=trust)
        return directory

    @classmethod
    def of_evidence(cls, record: Evidence, trust_file: bytes, *, newer: bytes | None = None) -> Directory:
        """Return the directory by which an evidence record is verified: its own documents, as far as they are believed.

        The statement in the record lists every organisation of its region; the documents of two of them are there. What
        was said after its end, such as a receipt of weeks later, is vouched for by the statement of `newer`, if at all.

        Args:
            record: As it was read.
            trust_file: ``kgbx-trust/1``, of then or of now.
            newer: A directory file that tells what was revoked since, None without one; it must be good by itself.

        Raises:
            DirectoryError: as :meth:`load`.
        """
        trust = read_trust_file(trust_file)
        documents, stated = record.documents, [record.directory]
        if newer is not None:
            cls.load(newer, trust_file)
            documents = (*documents, *read_directory_file(newer))
            stated.append(read_directory_statement(newer))
        statements = [one for data in stated if (one := _statement(data, trust)) is not None]
        found = believe(documents, trust=trust, statements=statements, whole=False)
        return cls(
            found.documents,
            untrusted=found.untrusted,
            anchors=found.anchors,
            statement=next(iter(statements), None),
            vouched=found.vouched,
        )

    @property
    def organisations(self) -> tuple[str, ...]:
        """URNs of all organisations, sorted."""
        return tuple(sorted(self._of_org))

    @property
    def known(self) -> dict[str, tuple[int, bytes]]:
        """For each organisation its highest sequence number and the digest of that document: keep it for `load`.

        The directory statement is there too, as ``directory``.
        """
        known = {org: (history[0].seq, history[0].sha256) for org, history in self._of_org.items()}
        if self.statement is not None:
            known[STATEMENT] = self.statement.seq, self.statement.sha256
        return known

    def anchors(self, org: str) -> tuple[Anchor, ...]:
        """Return why an organisation's root is believed; empty when the caller vouched for the documents."""
        return self._anchors.get(org, ())

    def history(self, org: str) -> tuple[OrganisationDocument, ...]:
        """Return all documents of an organisation, newest first; empty when there are none."""
        return self._of_org.get(org, ())

    def document(self, org: str, at: datetime) -> OrganisationDocument | None:
        """Return the newest document of `org` made at or before `at`, expired or not; None when there is none.

        Raises:
            DirectoryError: E_DIR_STALE, only the directory statement vouches for it, and that has expired.
            UsageError: U_MOMENT, `at` has no offset.
        """
        second = int(require_aware(at).timestamp())
        if self.anchors(org) == ("directory",) and self._vouched.get(org, 0) <= second:
            raise DirectoryError("E_DIR_STALE")
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
        anchors = self.anchors(document.org)
        stated = self.statement.jws if self.statement is not None and "directory" in anchors else None
        return SigningKey(org=document.org, key=entry.key, document=document, anchors=anchors, statement=stated)

    def encryption_key(self, org: str, at: datetime, *, suite: str = KGBX_1.id) -> PublicKey:
        """Return the key to send to: of the suite, active, within its window at `at`, the latest nbf.

        Args:
            org: URN of the organisation.
            at: Moment of sending, aware.
            suite: Name of the suite; another than the default is used only where it is asked for.

        Raises:
            DirectoryError: E_DIR_UNKNOWN_ORG; E_DIR_UNTRUSTED, the organisation is in the file but not trusted;
                E_DIR_STALE, its document has expired; E_DIR_NOT_YET, its document is made later than `at`;
                E_KEY_EXPIRED, it has no key for this moment.
            EnvelopeError: E_SUITE, there is no such suite, or the organisation does not accept it.
            UsageError: U_MOMENT, `at` has no offset.
        """
        document = self.require(org, at)
        row = suite_named(suite)
        require_suite(row, document)
        second = int(require_aware(at).timestamp())
        live = [
            entry
            for entry in document.keys
            if (entry.use, entry.key.alg, entry.status) == ("enc", row.kem, "active")
            and entry.nbf <= second < entry.exp
        ]
        if not live:
            raise DirectoryError("E_KEY_EXPIRED")
        return max(live, key=lambda entry: (entry.nbf, entry.key.kid)).key

    def require(self, org: str, at: datetime) -> OrganisationDocument:
        """Return the document of `org` that is in force at `at`, for sending.

        Raises:
            DirectoryError: E_DIR_UNKNOWN_ORG, E_DIR_UNTRUSTED, E_DIR_STALE, E_DIR_NOT_YET.
            UsageError: U_MOMENT, `at` has no offset.
        """
        document = self.document(org, at)
        if document is None and self.history(org):
            raise DirectoryError("E_DIR_NOT_YET")
        if document is None:
            raise DirectoryError("E_DIR_UNTRUSTED" if org in self.untrusted else "E_DIR_UNKNOWN_ORG")
        if document.exp <= int(require_aware(at).timestamp()):
            raise DirectoryError("E_DIR_STALE")
        return document

    def _refuse_older(self, name: str, seq: int, digest: bytes, *, trust: Trust) -> None:
        now = self.known.get(name)
        if now is None:
            if trust.root_of(name) is not None or (name == STATEMENT and trust.keepers is not None):
                raise DirectoryError("E_DIR_ROLLBACK")
            return  # a person took the pin away, or the keepers took it off their list: that is no rollback
        if now[0] < seq:
            raise DirectoryError("E_DIR_ROLLBACK")
        held = [now, *((document.seq, document.sha256) for document in self.history(name))]
        if any(one == seq and other != digest for one, other in held):
            raise DirectoryError("E_DIR_EQUIVOCATION")


def _statement(data: bytes | None, trust: Trust) -> Statement | None:
    """Return the statement if the trust file names keepers and there is one; else it does not count."""
    if trust.keepers is None or data is None:
        return None
    return verify_statement(data, roots=trust.keepers.roots, threshold=trust.keepers.threshold)


def _histories(documents: Iterable[OrganisationDocument]) -> dict[str, tuple[OrganisationDocument, ...]]:
    """Group by organisation, newest first; the same document twice counts once."""
    of_org: dict[str, dict[int, OrganisationDocument]] = defaultdict(dict)
    for document in documents:
        held = of_org[document.org].setdefault(document.seq, document)
        if held.sha256 != document.sha256:
            raise DirectoryError("E_DIR_EQUIVOCATION")
    return {org: tuple(sorted(by_seq.values(), key=lambda document: -document.seq)) for org, by_seq in of_org.items()}


def _contested(of_org: Mapping[str, tuple[OrganisationDocument, ...]]) -> dict[str, tuple[str, ...]]:
    """Return the kids that documents of several organisations list, with these organisations."""
    owners: dict[str, set[str]] = defaultdict(set)
    for org, history in of_org.items():
        for entry in (entry for document in history for entry in document.keys):
            owners[entry.key.kid].add(org)
    return {kid: tuple(sorted(orgs)) for kid, orgs in sorted(owners.items()) if len(orgs) > 1}


def _without(document: OrganisationDocument, contested: Mapping[str, tuple[str, ...]]) -> OrganisationDocument:
    """Return a document without contested keys, for whoever looks at its keys; root keys only sign documents."""
    left = tuple(entry for entry in document.keys if entry.use == "root" or entry.key.kid not in contested)
    return document if len(left) == len(document.keys) else replace(document, keys=left)


def _newest(
    of_org: Mapping[str, tuple[OrganisationDocument, ...]],
) -> dict[str, tuple[OrganisationDocument, KeyEntry]]:
    """Return for each kid the newest document that lists it."""
    found: dict[str, tuple[OrganisationDocument, KeyEntry]] = {}
    for document in (document for history in of_org.values() for document in history):
        for entry in document.keys:
            found.setdefault(entry.key.kid, (document, entry))
    return found
