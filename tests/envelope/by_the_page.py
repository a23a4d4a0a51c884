# SPDX-License-Identifier: EUPL-1.2
"""Opens a vector by following docs/spec/envelope.md, with the primitives and nothing of kgbx.

Rules: no check but those without which nothing comes out; it shows that the page's formulas are complete and right, and
gives the values of its worked example.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

Json = dict[str, Any]

INFO: Final = b"JOSE-HPKE rcpt\xffA256GCM\xff"
SUITE_ID: Final = b"HPKE" + bytes.fromhex("647a00110002")
X_WING_LABEL: Final = bytes.fromhex("5c2e2f2f5e5c")
CHUNKS: Final = b"c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM\0"


def unb64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def prefixed(data: bytes) -> bytes:
    return len(data).to_bytes(2, "big") + data


def extract(secret: bytes) -> bytes:
    return hmac.new(bytes(64), secret, "sha512").digest()


def expand(key: bytes, info: bytes, size: int) -> bytes:
    out = block = b""
    for counter in range(1, -(-size // 64) + 1):
        block = hmac.new(key, block + info + bytes([counter]), "sha512").digest()
        out += block
    return out[:size]


def hkdf(secret: bytes, info: bytes) -> bytes:
    return expand(extract(secret), info, 32)


def pad(size: int) -> int:
    exponent = size.bit_length() - 1
    mask = 2 ** (exponent - exponent.bit_length()) - 1 if size > 1 else 0
    return max(4096, (size + mask) & ~mask)


def content_key(entry: Json, seed: bytes, values: dict[str, bytes]) -> bytes:
    """Section 4.2."""
    ek, expanded = unb64(entry["header"]["ek"]), hashlib.shake_256(seed).digest(96)
    x25519 = X25519PrivateKey.from_private_bytes(expanded[64:])
    values["ss_M"] = MLKEM768PrivateKey.from_seed_bytes(expanded[:64]).decapsulate(ek[:1088])
    values["ss_X"] = x25519.exchange(X25519PublicKey.from_public_bytes(ek[1088:]))
    public = x25519.public_key().public_bytes_raw()
    joined = values["ss_M"] + values["ss_X"] + ek[1088:] + public + X_WING_LABEL
    values["shared_secret"] = hashlib.sha3_256(joined).digest()
    secrets = prefixed(b"") + prefixed(values["shared_secret"])
    label = b"HPKE-v1" + SUITE_ID + prefixed(b"secret") + (108).to_bytes(2, "big")
    secret = hashlib.shake_256(secrets + label + b"\0" + prefixed(b"") + prefixed(INFO)).digest(108)
    values["key, nonce of HPKE"] = secret[:44]
    return AESGCM(secret[:32]).decrypt(secret[32:44], unb64(entry["encrypted_key"]), b"")


def part(blob: bytes, key: bytes, context: bytes, values: dict[str, bytes]) -> bytes:
    """Section 6: the padded content."""
    found = expand(key, CHUNKS + blob[:24] + context, 76)
    values |= {"nonce_salt": blob[:24], "chunk_key": found[:32], "base": found[32:44], "commitment": found[44:]}
    if found[44:] != blob[24:56]:
        raise ValueError("commitment")
    chunks = [blob[place : place + 16_400] for place in range(56, len(blob), 16_400)]
    base = int.from_bytes(found[32:44], "big")
    plain = [AESGCM(found[:32]).decrypt((base ^ n).to_bytes(12, "big"), c, b"") for n, c in enumerate(chunks)]
    return b"".join(plain)


@dataclass(frozen=True)
class Found:
    """What came out: values by their names in the worked example, manifest, contents, statement, its padding."""

    values: dict[str, bytes]
    manifest: Json
    contents: list[bytes]
    statement: bytes
    padded: bytes


def opened(file: Json, vector: Json) -> Found:
    """Return what is in a vector whose reader has the first entry."""
    values: dict[str, bytes] = {}
    identity = next(one for one in file["identities"] if one["org"] == vector["as"])
    envelope = json.loads(unb64(vector["envelope"]))
    cek = content_key(envelope["recipients"][0], unb64(identity["keys"][0]["priv"]), values)
    values |= {"CEK": cek, "HKDF-Extract(CEK)": extract(cek), "kc": hkdf(cek, b"kgbx/1 key commitment\0A256GCM")}
    sealed = unb64(envelope["ciphertext"]) + unb64(envelope["tag"])
    padded = AESGCM(cek).decrypt(unb64(envelope["iv"]), sealed, envelope["protected"].encode())
    statement = padded.rstrip(b" ")
    payload = unb64(json.loads(statement)["payload"])
    manifest = json.loads(payload)
    values |= {
        "SHA-256(manifest)": hashlib.sha256(payload).digest(),
        "id16": bytes.fromhex(manifest["id"].replace("-", "")),
    }
    contents = [contents_of(n, unb64(blob), manifest, values) for n, blob in enumerate(vector["parts"])]
    return Found(values, manifest, contents, statement, padded)


def contents_of(n: int, blob: bytes, manifest: Json, values: dict[str, bytes]) -> bytes:
    """Return the content of one part, whose digest must be the one in the manifest."""
    place = values["id16"] + n.to_bytes(4, "big")
    key, salt = (hkdf(values["CEK"], b"kgbx/1 part %s\0" % label + place) for label in (b"key", b"salt"))
    own = {"context": b"kgbx/1 part\0" + place, "key": key, "salt": salt}
    padded = part(blob, key, own["context"], own)
    values |= {f"{name} of part {n}": value for name, value in own.items()}
    entry = manifest["parts"][n]
    content = padded[: entry["size"]]
    if hashlib.sha256(salt + content).digest() != unb64(entry["digest"]) or len(padded) != pad(entry["size"]):
        raise ValueError("digest")
    return content
