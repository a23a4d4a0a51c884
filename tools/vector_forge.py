# SPDX-License-Identifier: EUPL-1.2
"""Build envelopes that are wrong in exactly one place, with the real primitives.

Rules: every stage of sealing (manifest, payload, signatures, plaintext, header, envelope, bytes) can be changed on its
way; what is not changed is as :func:`kgbx.envelope.seal.seal` makes it, so that a vector fails for one reason only.
Does not call `seal` and `unseal`: a mistake there must not shape the vectors.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import uuid4

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from kgbx.envelope.encoding import b64, hkdf, pad
from kgbx.envelope.keys import ED25519, HPKE_9_KE, ML_DSA_65, PrivateKey, generate_key
from kgbx.envelope.parts import encrypt_part, part_keys

Json = dict[str, Any]
Change = Callable[[Any], Any]

AT: Final = 1_772_359_200
"""2026-03-01T10:00:00Z: the present of the vectors."""

LIFETIME: Final = 86_400
INFO: Final = b"JOSE-HPKE rcpt\xffA256GCM\xff"
TYPE: Final = "https://example.org/kgbx/test-message"


@dataclass(frozen=True)
class Org:
    """A made-up organisation with one key of each kind."""

    org: str
    ed: PrivateKey
    ml: PrivateKey
    enc: PrivateKey

    @property
    def kids(self) -> list[str]:
        """Kids of the signing pair."""
        return [self.ed.kid, self.ml.kid]


def new_org(number: int) -> Org:
    """Return a made-up organisation with fresh keys."""
    org = f"urn:osb:oin:00000099{number:012d}"
    return Org(org, generate_key(ED25519), generate_key(ML_DSA_65), generate_key(HPKE_9_KE))


@dataclass(frozen=True)
class Cast:
    """Who plays: a sender, two receivers, a stranger that is trusted for itself."""

    sender: Org
    receiver: Org
    second: Org
    stranger: Org

    @property
    def all(self) -> tuple[Org, ...]:
        """Everybody."""
        return self.sender, self.receiver, self.second, self.stranger


@dataclass(frozen=True)
class Content:
    """Body and attachment of the vectors."""

    body: bytes
    attachment: bytes


@dataclass
class Changes:
    """What is done differently at each stage; a stage without an entry is done right."""

    manifest: Change | None = None
    payload: Change | None = None
    headers: Change | None = None
    sign: Callable[[int, bytes], bytes] | None = None
    jws: Change | None = None
    plaintext: Change | None = None
    protected: Change | None = None
    protected_text: Change | None = None
    recipients: Change | None = None
    outer: Change | None = None
    data: Change | None = None


@dataclass
class Draft:
    """One envelope in the making.

    Attributes:
        sender: Who signs.
        to: To whom the manifest and the envelope are addressed.
        content: Body and attachment.
        changes: What is done differently.
        cek: Content key.
        message_id: Id.
        anonymous: Leave kids out.
        wrap_for: Whom the envelope opens for, if others than `to`.
    """

    sender: Org
    to: list[Org]
    content: Content
    changes: Changes = field(default_factory=Changes)
    cek: bytes = field(default_factory=lambda: os.urandom(32))
    message_id: str = field(default_factory=lambda: str(uuid4()))
    anonymous: bool = False
    wrap_for: list[Org] | None = None
    blobs: list[bytes] = field(default_factory=list)

    @property
    def kc(self) -> str:
        """Key commitment of the content key."""
        return b64(hkdf(self.cek, b"kgbx/1 key commitment\x00A256GCM", size=32))

    def manifest(self) -> Json:
        """Return a good manifest; encrypts the parts."""
        contents = [("application/json", self.content.body), ("application/octet-stream", self.content.attachment)]
        return {
            "v": 1,
            "suite": "kgbx-1",
            "kind": "message",
            "id": self.message_id,
            "kc": self.kc,
            "iat": AT,
            "exp": AT + LIFETIME,
            "from": {"org": self.sender.org, "sig": self.sender.kids},
            "to": [{"org": org.org, "kid": org.enc.kid} for org in self.to],
            "type": TYPE,
            "parts": [self.part(n, media, data) for n, (media, data) in enumerate(contents)],
        }

    def part(self, n: int, media: str, data: bytes) -> Json:
        """Return the entry of one part and keep its encrypted bytes."""
        sealed: list[bytes] = []
        figures = encrypt_part([data], sealed.append, keys=part_keys(self.cek, message_id=self.message_id, n=n))
        self.blobs.append(b"".join(sealed))
        return {
            "n": n,
            "role": "attachment" if n else "body",
            "media": media,
            "size": figures.size,
            "digest": b64(figures.digest),
            "csize": figures.csize,
            "csha256": b64(figures.csha256),
        }

    def build(self) -> bytes:
        """Return the envelope with the changes made."""
        payload = _changed(self.changes.payload, _json(_changed(self.changes.manifest, self.manifest())))
        signed = _changed(self.changes.jws, self.signed(payload))
        plaintext = _changed(self.changes.plaintext, _json(signed))
        return self.sealed(plaintext.ljust(pad(len(plaintext))))

    def signed(self, payload: bytes) -> Json:
        """Return the JWS as an object."""
        headers = [
            {"alg": key.alg, "kid": key.kid, "typ": "kgbx-manifest+jws"} for key in (self.sender.ed, self.sender.ml)
        ]
        headers = _changed(self.changes.headers, headers)
        return {"payload": b64(payload), "signatures": [self._entry(n, h, payload) for n, h in enumerate(headers)]}

    def _entry(self, n: int, header: Json, payload: bytes) -> Json:
        protected = b64(_json(header))
        message = f"{protected}.{b64(payload)}".encode()
        signature = (
            (self.sender.ed, self.sender.ml)[n % 2].sign(message)
            if self.changes.sign is None
            else self.changes.sign(n, message)
        )
        return {"protected": protected, "signature": b64(signature)}

    def sealed(self, padded: bytes) -> bytes:
        """Return the envelope of a padded plaintext."""
        header = {
            "alg": "HPKE-9-KE",
            "enc": "A256GCM",
            "typ": "kgbx-envelope+jwe",
            "cty": "kgbx-manifest+jws",
            "kc": self.kc,
        }
        header = _changed(self.changes.protected, header)
        protected = _changed(self.changes.protected_text, b64(header if isinstance(header, bytes) else _json(header)))
        iv = os.urandom(12)
        sealed = AESGCM(self.cek).encrypt(iv, padded, protected.encode())
        orgs = self.to if self.wrap_for is None else self.wrap_for
        outer = {
            "protected": protected,
            "recipients": _changed(self.changes.recipients, [self.recipient(org) for org in orgs]),
            "iv": b64(iv),
            "ciphertext": b64(sealed[:-16]),
            "tag": b64(sealed[-16:]),
        }
        outer = _changed(self.changes.outer, outer)
        return bytes(_changed(self.changes.data, outer if isinstance(outer, bytes) else _json(outer)))

    def recipient(self, org: Org, *, cek: bytes | None = None) -> Json:
        """Return the entry of one recipient."""
        wrapped = org.enc.public.wrap(self.cek if cek is None else cek, INFO)
        header = {"ek": b64(wrapped[:1120])}
        return {
            "header": header if self.anonymous else {"kid": org.enc.kid, **header},
            "encrypted_key": b64(wrapped[1120:]),
        }


def _changed(change: Change | None, value: Any) -> Any:  # noqa: ANN401  # any stage of the envelope
    return value if change is None else change(value)


def _json(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()


# --- two keys, one ciphertext


def salamander(first: bytes, second: bytes, iv: bytes, aad: bytes) -> bytes:
    """Return a ciphertext of three blocks with its tag that AES-256-GCM opens under both keys.

    The tag is linear in each block, so one block is solved for: AES-GCM does not commit to its key.
    Source: Grubbs, Lu, Ristenpart, "Message franking via committing authenticated encryption", section 3.
    """
    blocks = [os.urandom(16), bytes(16), os.urandom(16)]
    difference = _tag(first, iv, aad, blocks) ^ _tag(second, iv, aad, blocks)
    weight = _power(_hash_key(first), 3) ^ _power(_hash_key(second), 3)  # of block 1: two more and the lengths follow
    blocks[1] = _multiply(difference, _power(weight, 2**128 - 2)).to_bytes(16, "big")
    return b"".join(blocks) + _tag(first, iv, aad, blocks).to_bytes(16, "big")


def _hash_key(key: bytes) -> int:
    return int.from_bytes(_block_cipher(key, bytes(16)), "big")


def _tag(key: bytes, iv: bytes, aad: bytes, blocks: list[bytes]) -> int:
    h, y = _hash_key(key), 0
    padded = aad.ljust(-(-len(aad) // 16) * 16, b"\0")
    lengths = (len(aad) * 8).to_bytes(8, "big") + (len(blocks) * 128).to_bytes(8, "big")
    for block in [*(padded[i : i + 16] for i in range(0, len(padded), 16)), *blocks, lengths]:
        y = _multiply(y ^ int.from_bytes(block, "big"), h)
    return y ^ int.from_bytes(_block_cipher(key, iv + b"\0\0\0\1"), "big")


def _block_cipher(key: bytes, block: bytes) -> bytes:
    """Return AES of one block, by way of counter mode: the keystream of a zero block."""
    return Cipher(algorithms.AES256(key), modes.CTR(block)).encryptor().update(bytes(16))


def _multiply(left: int, right: int) -> int:
    """Return the product in GF(2^128) as GCM writes it (NIST SP 800-38D, algorithm 1)."""
    product = 0
    for bit in range(127, -1, -1):
        if left >> bit & 1:
            product ^= right
        right = right >> 1 ^ (0xE1 << 120 if right & 1 else 0)
    return product


def _power(base: int, exponent: int) -> int:
    result = 1 << 127
    while exponent:
        if exponent & 1:
            result = _multiply(result, base)
        base = _multiply(base, base)
        exponent >>= 1
    return result
