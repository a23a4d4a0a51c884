# SPDX-License-Identifier: EUPL-1.2
"""What the envelope needs from outside: someone who signs, someone who opens, a memory of ids, a directory of keys.

Rules: only protocols and the frozen values that pass through them; no behaviour but look-up in a value. Times inside
the values are Unix seconds. Keys may live elsewhere (another process, a hardware module): a Signer or an Opener is
asked by kid and never hands out a private key.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from datetime import datetime

    from kgbx.envelope.keys import PublicKey

KeyUse = Literal["sig", "enc", "root"]
KeyStatus = Literal["active", "retired", "revoked"]
Anchor = Literal["pinned", "directory", "certificate"]
"""Why an organisation's root keys are believed: a person checked them, the keepers of a directory say so, or a
certificate does."""


class Signer(Protocol):
    """Who signs for an organisation."""

    @property
    def org(self) -> str:
        """URN of the organisation."""
        ...

    @property
    def signing_kids(self) -> tuple[str, str]:
        """Kids of the pair that signs: Ed25519, ML-DSA-65."""
        ...

    def sign(self, kid: str, message: bytes) -> bytes:
        """Return the signature of the key `kid` over `message`.

        Raises:
            EnvelopeError: E_KEY_INVALID, there is no such signing key here.
        """
        ...


class Opener(Protocol):
    """Who opens envelopes for an organisation.

    One whose keys are of another suite than the default has an attribute ``suite``, its name; envelopes of any other
    suite are then refused by form.
    """

    @property
    def org(self) -> str:
        """URN of the organisation."""
        ...

    @property
    def encryption_kids(self) -> tuple[str, ...]:
        """Kids of the encryption keys that still open, newest first."""
        ...

    def unwrap(self, kid: str, *, ek: bytes, encrypted_key: bytes, info: bytes) -> bytes:
        """Return the content key that was encrypted to the key `kid`.

        Raises:
            EnvelopeError: E_DECRYPT, it does not open; E_KEY_INVALID, there is no such encryption key here.
        """
        ...


class Keyholder(Signer, Opener, Protocol):
    """Who signs and opens for one organisation."""


class ReplayStore(Protocol):
    """The memory of messages received: (sender's organisation, id) to the digest of the manifest."""

    def digest_of(self, org: str, message_id: str) -> bytes | None:
        """Return the digest under which a message was written, None for one never seen."""
        ...

    def write(self, org: str, message_id: str, *, digest: bytes, expires: int) -> bool:
        """Write the digest unless there is one, in one step, and tell whether it was written.

        Args:
            org: Sender's organisation.
            message_id: UUID of the manifest.
            digest: SHA-256 of the manifest.
            expires: Unix seconds after which the row may be forgotten.
        """
        ...

    def purge(self, now: int) -> int:
        """Forget rows that expired before `now` (Unix seconds) and return how many."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyEntry:
    """A key as an organisation document lists it.

    Attributes:
        key: The public key, checked at import.
        use: ``sig``, ``enc`` or ``root``.
        nbf: First second of its life, Unix seconds.
        exp: End of its life, Unix seconds, exclusive.
        status: ``active``, ``retired`` or ``revoked``.
        revoked_at: Unix seconds, only when revoked.
        reason: Why it was revoked, only when revoked.
    """

    key: PublicKey
    use: KeyUse
    nbf: int
    exp: int
    status: KeyStatus = "active"
    revoked_at: int | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateClaim:
    """What a certificate says of an organisation document; verified by the directory only.

    Attributes:
        chain: DER of the certificates, the organisation's own first.
        alg: ``PS256``, ``RS256`` or ``ES256``.
        signature: By the key of the first certificate.
    """

    chain: tuple[bytes, ...] = field(repr=False)
    alg: str
    signature: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationDocument:
    """What an organisation says of itself, signed by its root keys and verified by the directory.

    Attributes:
        org: URN of the organisation.
        name: Its name, for people.
        seq: Sequence number; a newer document has a higher one.
        iat: Unix seconds at which it was made.
        exp: Unix seconds until which it may be relied on, exclusive.
        keys: All keys, with their status.
        root: Kids of the root pair: Ed25519, ML-DSA-65.
        suites: Suites it accepts.
        floor: Weakest suite it accepts.
        endpoints: Pairs of type and URL.
        previous: SHA-256 of the payload of the document before this one, None in a first document.
        former_root: Kids of the root pair before, whose signatures stand under a document that changes the root.
        cert: What a certificate says of the document, None without one.
        sha256: Digest of the signed payload, 32 bytes.
        jws: The document as received.
    """

    org: str
    name: str = field(repr=False)
    seq: int
    iat: int
    exp: int
    keys: tuple[KeyEntry, ...] = field(repr=False)
    root: tuple[str, str]
    suites: tuple[str, ...]
    floor: str
    endpoints: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    previous: bytes | None = field(default=None, repr=False)
    former_root: tuple[str, str] | None = None
    cert: CertificateClaim | None = field(default=None, repr=False)
    sha256: bytes = field(default=b"", repr=False)
    jws: bytes = field(default=b"", repr=False)

    def entry(self, kid: str) -> KeyEntry | None:
        """Return the entry of a key, None if it is not listed."""
        return next((entry for entry in self.keys if entry.key.kid == kid), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningKey:
    """A signing key found in the directory.

    Attributes:
        org: The organisation that owns it.
        key: The public key.
        document: The newest document that lists it.
        anchors: Why the organisation's root is believed, for the evidence; empty when the caller vouched.
        statement: The signed directory statement that is one of these anchors, None without one.
    """

    org: str
    key: PublicKey
    document: OrganisationDocument
    anchors: tuple[Anchor, ...] = ()
    statement: bytes | None = field(default=None, repr=False)


class KeyDirectory(Protocol):
    """Who has which keys, as far as this side trusts it.

    Opening judges status, window, revocation and age itself: the directory answers what it knows, expired or not.
    """

    def signing_key(self, kid: str, alg: str) -> SigningKey | None:
        """Return the key that a trusted document lists under this kid with this algorithm and use ``sig``, or None."""
        ...

    def document(self, org: str, at: datetime) -> OrganisationDocument | None:
        """Return the newest trusted document of `org` made at or before `at`, which may have expired; or None.

        Raises:
            DirectoryError: what is known of `org` cannot be relied on.
        """
        ...

    def encryption_key(self, org: str, at: datetime) -> PublicKey:
        """Return the encryption key to send to: active, within its window at `at`, the latest nbf.

        Raises:
            DirectoryError: E_DIR_UNKNOWN_ORG, E_DIR_UNTRUSTED, E_DIR_STALE.
        """
        ...
