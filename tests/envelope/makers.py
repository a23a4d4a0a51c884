# SPDX-License-Identifier: EUPL-1.2
"""Made-up organisations with keys, a directory that says what a test wants, and short ways to seal and open."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from kgbx.envelope.identity import Identity, create_identity
from kgbx.envelope.ports import KeyEntry, OrganisationDocument, SigningKey
from kgbx.envelope.seal import Sealed, seal
from kgbx.envelope.unseal import Opened, unseal
from kgbx.errors import DirectoryError

if TYPE_CHECKING:
    from kgbx.envelope.keys import PublicKey
    from kgbx.envelope.ports import KeyDirectory, ReplayStore

AT: Final = datetime(2026, 3, 1, 10, tzinfo=UTC)
NOW: Final = int(AT.timestamp())
BODY: Final = b'{"synthetic":true}'
MEDIA: Final = "application/json"
TYPE: Final = "https://example.org/kgbx/test-message"


def org_urn(number: int) -> str:
    return f"urn:osb:oin:00000099{number:012d}"


SENDER: Final = create_identity(org_urn(7001), at=AT - timedelta(days=1))
RECEIVER: Final = create_identity(org_urn(7002), at=AT - timedelta(days=1))
OTHER: Final = create_identity(org_urn(7003), at=AT - timedelta(days=1))

IDENTITY: Final = create_identity(org_urn(7100), at=AT)
"""What is kept in a folder."""


def enc_key(identity: Identity) -> PublicKey:
    return next(key.private.public for key in identity.keys if key.use == "enc" and key.private is not None)


def document_of(identity: Identity, **changes: Any) -> OrganisationDocument:  # noqa: ANN401  # any field
    entries = tuple(
        KeyEntry(key=key.private.public, use=key.use, nbf=key.nbf, exp=key.exp)
        for key in identity.keys
        if key.private is not None
    )
    document = OrganisationDocument(
        org=identity.org,
        name="Voorbeeldorganisatie",
        seq=1,
        iat=NOW - 3600,
        exp=NOW + 86_400 * 60,
        keys=entries,
        root=identity.root.signing_kids,
        suites=("kgbx-1",),
        floor="kgbx-1",
    )
    return replace(document, **changes)


def with_entries(document: OrganisationDocument, **changes: Any) -> OrganisationDocument:  # noqa: ANN401  # any field
    """Return the document with every signing key's entry changed."""
    keys = (replace(entry, **changes) if entry.use == "sig" else entry for entry in document.keys)
    return replace(document, keys=tuple(keys))


@dataclass
class StaticDirectory:
    """A directory that holds what it is given."""

    documents: dict[str, OrganisationDocument] = field(default_factory=dict)
    error: str | None = None

    def signing_key(self, kid: str, alg: str) -> SigningKey | None:
        for document in self.documents.values():
            entry = document.entry(kid)
            if entry is not None and entry.use == "sig" and entry.key.alg == alg:
                return SigningKey(org=document.org, key=entry.key, document=document)
        return None

    def document(self, org: str, at: datetime) -> OrganisationDocument | None:  # noqa: ARG002  # one for all times
        if self.error is not None:
            raise DirectoryError(self.error)
        return self.documents.get(org)

    def encryption_key(self, org: str, at: datetime) -> PublicKey:
        raise NotImplementedError(org, at)


def directory_of(*documents: OrganisationDocument) -> StaticDirectory:
    return StaticDirectory({document.org: document for document in documents})


DIRECTORY: Final = directory_of(document_of(SENDER), document_of(RECEIVER), document_of(OTHER))


def sealed(body: bytes = BODY, **options: Any) -> Sealed:  # noqa: ANN401  # the keywords of seal
    call: dict[str, Any] = {
        "sender": SENDER,
        "to": (RECEIVER.org, enc_key(RECEIVER)),
        "at": AT,
        "media_type": MEDIA,
        "message_type": TYPE,
    }
    return seal(body, **{**call, **options})


def opened(
    message: Any,  # noqa: ANN401  # everything that unseal takes
    *,
    identity: Identity = RECEIVER,
    directory: KeyDirectory = DIRECTORY,
    at: datetime = AT,
    seen: ReplayStore | None = None,
    parts: Any = (),  # noqa: ANN401  # idem
) -> Opened:
    return unseal(message, identity=identity, directory=directory, at=at, seen=seen, parts=parts)
