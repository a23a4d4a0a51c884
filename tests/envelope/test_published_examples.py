# SPDX-License-Identifier: EUPL-1.2
"""Published examples of the three algorithms that are new, made again from what they begin with.

Rules: nothing long is copied: a key, a ciphertext or a signature that follows from a seed is computed here and compared
with the thumbprint or digest of what was published. What is random in an example cannot be made again: of HPKE-9-KE the
key is checked, and its encrypted key and content were opened once with this library, by hand.
"""

from __future__ import annotations

import hashlib
from typing import Any, Final

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from dilithium_py.ml_dsa import ML_DSA_65 as INDEPENDENT_ML_DSA_65
from kyber_py.ml_kem import ML_KEM_768 as INDEPENDENT_ML_KEM_768

from kgbx.envelope.encoding import b64, compact_json, unb64
from kgbx.envelope.jwe import HPKE_INFO
from kgbx.envelope.keys import HPKE_9_KE, ML_DSA_65, generate_key
from kgbx.errors import EnvelopeError
from tests.envelope.by_the_page import SUITE_ID, X_WING_LABEL, content_key, prefixed

ML_KEM_BYTES: Final = 1184

# draft-connolly-cfrg-xwing-kem, appendix C, the same from -05 to -11: seed, eseed in two halves, ss; then SHA-256 of
# pk and ct of the first
X_WING: Final = (
    (
        "7f9c2ba4e88f827d616045507605853ed73b8093f6efbc88eb1a6eacfa66ef26",
        "3cb1eea988004b93103cfb0aeefd2a686e01fa4a58e8a3639ca8a1e3f9ae57e2",
        "35b8cc873c23dc62b8d260169afa2f75ab916a58d974918835d25e6a435085b2",
        "d2df0522128f09dd8e2c92b1e905c793d8f57a54c3da25861f10bf4ca613e384",
    ),
    (
        "badfd6dfaac359a5efbb7bcc4b59d538df9a04302e10c8bc1cbf1a0b3a5120ea",
        "17cda7cfad765f5623474d368ccca8af0007cd9f5e4c849f167a580b14aabdef",
        "aee7eef47cb0fca9767be1fda69419dfb927e9df07348b196691abaeb580b32d",
        "f2e86241c64d60f6649fbc6c5b7d17180b780a3f34355e64a85749949c45f150",
    ),
    (
        "ef58538b8d23f87732ea63b02b4fa0f4873360e2841928cd60dd4cee8cc0d4c9",
        "22a96188d032675c8ac850933c7aff1533b94c834adbb69c6115bad4692d8619",
        "f90b0cdf8a7b9c264029ac185b70b83f2801f2f4b3f70c593ea3aeeb613a7f1b",
        "953f7f4e8c5b5049bdc771d1dffada0dd961477d1a2ae0988baa7ea6898d893f",
    ),
)
X_WING_PK: Final = "2e816deebcd76c5c80d0cd2d174478871658e8e2ff42bc9d4a6e486372e856bb"
X_WING_CT: Final = "17cd532d657e44c897ca6583e548a5424fc70bf54f99515a4d2bcf99e3469f33"

# draft-ietf-jose-hpke-pq-pqt, appendix A.4 (HPKE-9-KE): priv and kid
HPKE_9_KE_PRIV: Final = "q_aDEMZpRAjbiqHwO23vKcgImYieSqUsCK7wWZEsq8Y"
HPKE_9_KE_KID: Final = "I8THo1KoAq9OG96cJTyk2WF8abZqb3kKKHgdfajHUb8"

# draft-ietf-cose-dilithium, the JOSE example of ML-DSA-65 (RFC 9964): kid of the key of 32 zero bytes, its signature
ML_DSA_KID: Final = "Suiu29qbfuaBaR4Ats-c6XQBePB_OpAxAwcTR_0KXVM"
ML_DSA_BEGIN: Final = "ce63bdff46cb80901e82854dca67d1a389c63cae6556d4851a70dbcdfcd8003e"
ML_DSA_END: Final = "000000000000060c151c252f"
ML_DSA_SHA256: Final = "2d3d1ba6581e89392226d707e2fe24e3326f80b9f7c6865707be9bd6f89d6ec6"
RFC7520_TEXT: Final = "It\u2019s a dangerous business, Frodo, going out your door."  # RFC 7520 section 4, its beginning


def key_of(seed: bytes, alg: str) -> Any:  # noqa: ANN401  # a private key
    return generate_key(alg, random=lambda _size: seed)


def encapsulated(public: bytes, *eseed: bytes) -> tuple[bytes, bytes]:
    """Return ct and ss of X-Wing with the random bytes of an example; ML-KEM by an implementation that is not ours."""
    secret, ct = INDEPENDENT_ML_KEM_768._encaps_internal(public[:ML_KEM_BYTES], eseed[0])
    once = X25519PrivateKey.from_private_bytes(eseed[1])
    own = once.public_key().public_bytes_raw()
    shared = once.exchange(X25519PublicKey.from_public_bytes(public[ML_KEM_BYTES:]))
    ss = hashlib.sha3_256(secret + shared + own + public[ML_KEM_BYTES:] + X_WING_LABEL).digest()
    return ct + own, ss


def wrapped(ss: bytes, cek: bytes) -> bytes:
    """Return the encrypted key that goes with a shared secret, by section 4.2 of the specification."""
    label = b"HPKE-v1" + SUITE_ID + prefixed(b"secret") + (108).to_bytes(2, "big")
    joined = prefixed(b"") + prefixed(ss) + label + b"\0" + prefixed(b"") + prefixed(HPKE_INFO)
    secret = hashlib.shake_256(joined).digest(108)
    return AESGCM(secret[:32]).encrypt(secret[32:44], cek, b"")


class TestXWing:
    """Keys, ciphertexts and shared secrets of the three examples, and what our key opens that was sealed with them."""

    def test_key_and_ciphertext_of_the_first(self) -> None:
        seed, *eseed, _ = map(bytes.fromhex, X_WING[0])
        public = key_of(seed, HPKE_9_KE).public.raw
        ct, _ = encapsulated(public, *eseed)
        assert (hashlib.sha256(public).hexdigest(), hashlib.sha256(ct).hexdigest()) == (X_WING_PK, X_WING_CT)

    @pytest.mark.parametrize("example", X_WING, ids=["first", "second", "third"])
    def test_shared_secret(self, example: tuple[str, ...]) -> None:
        seed, *eseed, expected = map(bytes.fromhex, example)
        _, ss = encapsulated(key_of(seed, HPKE_9_KE).public.raw, *eseed)
        assert ss == expected

    @pytest.mark.parametrize("example", X_WING, ids=["first", "second", "third"])
    def test_our_key_opens_what_was_wrapped_with_it(self, example: tuple[str, ...]) -> None:
        seed, *eseed, expected = map(bytes.fromhex, example)
        key, cek = key_of(seed, HPKE_9_KE), bytes(range(32))
        ek, _ = encapsulated(key.public.raw, *eseed)
        encrypted_key = wrapped(expected, cek)
        assert key.unwrap(ek=ek, encrypted_key=encrypted_key, info=HPKE_INFO) == cek
        entry = {"header": {"ek": b64(ek)}, "encrypted_key": b64(encrypted_key)}
        assert content_key(entry, seed, {}) == cek

    def test_the_shared_secret_of_another_example_opens_nothing(self) -> None:
        seed, *eseed, _ = map(bytes.fromhex, X_WING[0])
        key = key_of(seed, HPKE_9_KE)
        ek, _ = encapsulated(key.public.raw, *eseed)
        with pytest.raises(EnvelopeError, match=r"^E_DECRYPT"):
            key.unwrap(ek=ek, encrypted_key=wrapped(bytes.fromhex(X_WING[1][-1]), bytes(32)), info=HPKE_INFO)


def test_key_of_the_jose_example_of_hpke_9_ke() -> None:
    """The thumbprint covers all 1216 bytes of the public key, and the name of the algorithm."""
    assert key_of(unb64(HPKE_9_KE_PRIV), HPKE_9_KE).kid == HPKE_9_KE_KID


class TestMlDsa:
    """The JOSE example of ML-DSA-65: its key, its signature, and both directions with an independent implementation."""

    KEY = key_of(bytes(32), ML_DSA_65)
    HEADER = b64(compact_json({"alg": "ML-DSA-65", "kid": ML_DSA_KID}))
    MESSAGE = f"{HEADER}.{b64(RFC7520_TEXT.encode())}".encode()

    def example(self) -> bytes:
        """Return the signature of the example: that of FIPS 204 without random bytes."""
        public, private = INDEPENDENT_ML_DSA_65.key_derive(bytes(32))
        assert public == self.KEY.public.raw
        signature: bytes = INDEPENDENT_ML_DSA_65.sign(private, self.MESSAGE, deterministic=True)
        return signature

    def test_key(self) -> None:
        assert self.KEY.kid == ML_DSA_KID

    def test_signature_is_the_published_one_and_verifies(self) -> None:
        signature = self.example()
        assert signature.hex().startswith(ML_DSA_BEGIN)
        assert signature.hex().endswith(ML_DSA_END)
        assert hashlib.sha256(signature).hexdigest() == ML_DSA_SHA256
        self.KEY.public.verify(signature, self.MESSAGE)

    def test_a_changed_signature_does_not_verify(self) -> None:
        signature = bytearray(self.example())
        signature[100] ^= 1
        with pytest.raises(EnvelopeError, match=r"^E_SIGNATURE"):
            self.KEY.public.verify(bytes(signature), self.MESSAGE)

    def test_ours_verifies_elsewhere(self) -> None:
        signature = self.KEY.sign(self.MESSAGE)
        assert INDEPENDENT_ML_DSA_65.verify(self.KEY.public.raw, self.MESSAGE, signature)
        assert not INDEPENDENT_ML_DSA_65.verify(self.KEY.public.raw, self.MESSAGE + b"x", signature)
