# SPDX-License-Identifier: EUPL-1.2
"""The cost of sealing and unsealing above the bare primitives that any program would need for the same protection."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from functools import partial
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from cryptography.cobblestone import Cobblestone256Decryptor, Cobblestone256Encryptor
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA65PrivateKey
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hpke import MLKEM768X25519PrivateKey

from bench.timing import compare
from kgbx.directory import Directory, describe, make_document, verify_document
from kgbx.envelope.identity import Identity, create_identity
from kgbx.envelope.primitives import HPKE
from kgbx.envelope.seal import seal
from kgbx.envelope.unseal import unseal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bench.timing import Ratio
    from kgbx.envelope.ports import OrganisationDocument

AT: Final = datetime(2026, 3, 1, 10, tzinfo=UTC)
ORG: Final = "urn:osb:oin:00000099{:012}"
MESSAGE_TYPE: Final = "https://kgbx.example/messages/bench"
MANIFEST_BYTES: Final = 1200
SIZES: Final = (10_000, 1_000_000)


def document_of(identity: Identity) -> OrganisationDocument:
    """Return the verified document of an organisation."""
    document = describe(identity, name="Verzonnen organisatie", seq=1, at=AT)
    signed = make_document(document, root=identity.root)
    return verify_document(signed, org=identity.org, root=identity.root.signing_kids)


class Bare:
    """The primitives alone: no encoding, no checks, no manifest; the same keys for every message."""

    def __init__(self) -> None:
        self.ed25519 = Ed25519PrivateKey.generate()
        self.ml_dsa = MLDSA65PrivateKey.generate()
        self.x_wing = MLKEM768X25519PrivateKey(MLKEM768PrivateKey.generate(), X25519PrivateKey.generate())
        self.public = self.x_wing.public_key()
        self.manifest = os.urandom(MANIFEST_BYTES)

    def seal(self, body: bytes) -> tuple[bytes, ...]:
        """Wrap a key, sign twice, encrypt manifest and body, hash the body before and after."""
        key, iv = os.urandom(32), os.urandom(12)
        signatures = self.ed25519.sign(self.manifest), self.ml_dsa.sign(self.manifest)
        inner = AESGCM(key).encrypt(iv, self.manifest + b"".join(signatures), None)
        encryptor = Cobblestone256Encryptor(key, b"")
        blob = encryptor.update(body) + encryptor.finalize()
        digests = sha256(body).digest(), sha256(blob).digest()
        return HPKE.encrypt(key, self.public, info=b""), iv, inner, blob, *signatures, *digests

    def unseal(self, sealed: tuple[bytes, ...]) -> bytes:
        """Unwrap the key, decrypt manifest and body, verify twice, hash the body before and after."""
        wrapped, iv, inner, blob, ed25519, ml_dsa, *digests = sealed
        key = HPKE.decrypt(wrapped, self.x_wing, info=b"")
        AESGCM(key).decrypt(iv, inner, None)
        self.ed25519.public_key().verify(ed25519, self.manifest)
        self.ml_dsa.public_key().verify(ml_dsa, self.manifest)
        decryptor = Cobblestone256Decryptor(key, b"")
        body = decryptor.update(blob) + decryptor.finalize()
        if [sha256(body).digest(), sha256(blob).digest()] != digests:
            raise ValueError("another body")
        return body


def sealed_bytes(body: bytes, *, sender: Identity, to: OrganisationDocument) -> bytes:
    """Return a bundle in memory."""
    sealed = seal(body, sender=sender, to=to, at=AT, media_type="application/octet-stream", message_type=MESSAGE_TYPE)
    return sealed.to_bytes()


def ratios() -> Iterator[Ratio]:
    """Yield what sealing and unsealing cost."""
    sender, receiver = (create_identity(ORG.format(n), at=AT) for n in (1, 2))
    documents = document_of(sender), document_of(receiver)
    directory, bare = Directory(documents), Bare()
    for size in SIZES:
        body = os.urandom(size)

        ours = partial(sealed_bytes, body, sender=sender, to=documents[1])
        sealed, plain = ours(), bare.seal(body)
        yield compare(f"seal / bare primitives, {size // 1000} kB", ours, partial(bare.seal, body))
        yield compare(
            f"unseal / bare primitives, {size // 1000} kB",
            partial(unseal, sealed, identity=receiver, directory=directory, at=AT, seen=None),
            partial(bare.unseal, plain),
        )
