# SPDX-License-Identifier: EUPL-1.2
"""The cost of sealing and unsealing above the bare primitives that any program would need for the same protection."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from functools import partial
from hashlib import sha256
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Final

from cryptography.cobblestone import Cobblestone256Decryptor, Cobblestone256Encryptor
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA65PrivateKey
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hpke import MLKEM768X25519PrivateKey

from bench.jose import others
from bench.timing import Absent, Figure, compare
from kgbx.directory import Directory, describe, make_document, verify_document
from kgbx.envelope.identity import Identity, create_identity
from kgbx.envelope.primitives import HPKE
from kgbx.envelope.seal import seal
from kgbx.envelope.unseal import unseal
from kgbx.errors import EnvelopeError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from bench.timing import Ratio
    from kgbx.envelope.ports import OrganisationDocument

AT: Final = datetime(2026, 3, 1, 10, tzinfo=UTC)
ORG: Final = "urn:osb:oin:00000099{:012}"
MEDIA_TYPE: Final = "application/octet-stream"
MESSAGE_TYPE: Final = "https://kgbx.example/messages/bench"
MANIFEST_BYTES: Final = 1200
SIZES: Final = ((10_000, 1.2, 1.5), (1_000_000, 1.25, 1.25), (5_000_000, 1.25, 1.25))
"""Bytes of the body, and how many times the bare primitives sealing and unsealing may take."""

RECIPIENTS: Final = 5
REFUSAL_GOAL: Final = 0.35
"""Times opening a good envelope that a refusal at steps 1 to 7 may take."""

WIRE_GOAL: Final = 1.04
"""Bytes on the wire for each byte of content at 1 MB."""

WIRE_BYTES: Final = 1_000_000
JOSE_GOAL: Final = 0.33
"""Times what classical nested JOSE takes at 1 MB: at least three times as fast."""

STATUS: Final = Path("/proc/self/status")
LARGE_BYTES: Final = 1024**3
MEMORY_GOAL: Final = 32.0
"""MiB above idle for an attachment of 1 GiB."""


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


def sealed_bytes(body: bytes, *, sender: Identity, to: Sequence[OrganisationDocument]) -> bytes:
    """Return a bundle in memory."""
    several = len(to) > 1
    sealed = seal(body, sender=sender, to=to, at=AT, media_type=MEDIA_TYPE, message_type=MESSAGE_TYPE, shared=several)
    return sealed.to_bytes()


def refused(action: Callable[[], object]) -> Callable[[], None]:
    """Return the action as one that must be refused."""

    def run() -> None:
        try:
            action()
        except EnvelopeError:
            return
        raise ValueError("a bad envelope was opened")

    return run


def flipped(sealed: bytes) -> dict[str, bytes]:
    """Return bad copies of a bundle of the same length, by the step that refuses them."""
    place = sealed.index(b'"tag":"') + len(b'"tag":"')
    tag = sealed[:place] + (b"A" if sealed[place : place + 1] != b"A" else b"B") + sealed[place + 1 :]
    kid = sealed.index(b'"kid":"') + len(b'"kid":"')
    other = sealed[:kid] + (b"A" if sealed[kid : kid + 1] != b"A" else b"B") + sealed[kid + 1 :]
    brace = sealed.index(b"{")
    return {
        "no JSON (step 2)": sealed[:brace] + b"[" + sealed[brace + 1 :],
        "not for me (step 5)": other,
        "damaged (step 7)": tag,
    }


def large_message() -> float:
    """Return by how many MiB this process grew for sealing and opening an attachment of 1 GiB."""
    sender, receiver = (create_identity(ORG.format(n), at=AT) for n in (1, 2))
    documents = document_of(sender), document_of(receiver)
    large = [Zeros(LARGE_BYTES)]
    idle = _peak_kib()
    sealed = seal(
        b"",
        sender=sender,
        to=documents[1],
        at=AT,
        media_type=MEDIA_TYPE,
        message_type=MESSAGE_TYPE,
        attachments=large,
    )
    unseal(sealed, identity=receiver, directory=Directory(documents), at=AT, seen=None)
    return (_peak_kib() - idle) / 1024


def _peak_kib() -> int:
    """Return the most memory that this program ever had; what getrusage says is that of its parent too."""
    rows = dict(line.split(":", 1) for line in STATUS.read_text(encoding="ascii").splitlines())
    return int(rows["VmHWM"].split()[0])


def beside_jose(
    body: bytes, ours: Callable[[], bytes], opening: Callable[[], object], *, goal: float | None
) -> Iterator[Ratio | Absent]:
    """Yield sealing and unsealing beside others' JWS in JWE of the same body: classical, and fewer checks."""
    title = f"{len(body) // 1000} kB"
    for name, other in others():
        if isinstance(other, str):
            yield Absent(f"seal and unseal / {name}, classical, {title}", other)
            continue
        theirs = other.seal(body)
        if other.unseal(theirs) != body:
            raise ValueError("the other opens something else")
        yield compare(f"seal / {name}, classical, {title}", ours, partial(other.seal, body), goal=goal)
        yield compare(f"unseal / {name}, classical, {title}", opening, partial(other.unseal, theirs), goal=goal)


class Zeros:
    """A stream of zeros that is never in memory whole."""

    def __init__(self, size: int) -> None:
        self._left = size

    def read(self, size: int = -1, /) -> bytes:
        """Return the next zeros."""
        block = bytes(min(size, self._left))
        self._left -= len(block)
        return block


def ratios() -> Iterator[Ratio | Figure | Absent]:
    """Yield what sealing and unsealing cost."""
    people = [create_identity(ORG.format(n), at=AT) for n in range(RECIPIENTS + 1)]
    sender, receiver = people[:2]
    documents = [document_of(one) for one in people]
    directory, bare = Directory(documents), Bare()
    opened = partial(unseal, identity=receiver, directory=directory, at=AT, seen=None)
    for size, goal_seal, goal_unseal in SIZES:
        body, title = os.urandom(size), f"{size // 1000} kB"
        ours = partial(sealed_bytes, body, sender=sender, to=documents[1:2])
        many = partial(sealed_bytes, body, sender=sender, to=documents[1:])
        sealed, plain = ours(), bare.seal(body)
        base = partial(bare.seal, body)
        yield compare(f"seal / bare primitives, {title}", ours, base, goal=goal_seal)
        yield compare(f"seal for {RECIPIENTS} / bare primitives for one, {title}", many, base)
        base_open = partial(bare.unseal, plain)
        yield compare(f"unseal / bare primitives, {title}", partial(opened, sealed), base_open, goal=goal_unseal)
        yield compare(f"unseal one of {RECIPIENTS} / bare primitives, {title}", partial(opened, many()), base_open)
        yield from beside_jose(body, ours, partial(opened, sealed), goal=JOSE_GOAL if size == WIRE_BYTES else None)
        if size == WIRE_BYTES:
            yield Figure(f"bytes on the wire for each of content, {title}", len(sealed) / size, "", WIRE_GOAL)
    sealed = sealed_bytes(os.urandom(SIZES[0][0]), sender=sender, to=documents[1:2])
    for step, bad in flipped(sealed).items():
        action = refused(partial(opened, bad))
        yield compare(f"refuse, {step} / unseal, 10 kB", action, partial(opened, sealed), goal=REFUSAL_GOAL)
    title = "memory for an attachment of 1 GiB, sealed and opened"
    if not STATUS.exists():
        yield Absent(title, "only measured on Linux")
        return
    with get_context("spawn").Pool(1) as pool:
        yield Figure(title, pool.apply(large_message), "MiB", MEMORY_GOAL)
