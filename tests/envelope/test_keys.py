# SPDX-License-Identifier: EUPL-1.2
"""Keys: forms, thumbprints, published examples, and what is refused at import."""

from __future__ import annotations

import pickle
from typing import Any, Final

import pytest

from kgbx.envelope.encoding import b64, unb64
from kgbx.envelope.keys import (
    ALGS,
    ED25519,
    HPKE_9_KE,
    ML_DSA_65,
    PublicKey,
    generate_key,
    private_key_from_jwk,
    public_key_from_jwk,
    thumbprint,
)
from kgbx.errors import EnvelopeError

KEYS: Final = {alg: generate_key(alg) for alg in ALGS}
P: Final = 2**255 - 19

# RFC 8037 appendix A.1, A.2, A.3, A.4
RFC8037_SEED: Final = "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A"
RFC8037_X: Final = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"
RFC8037_THUMBPRINT: Final = "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"
RFC8037_INPUT: Final = b"eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc"
RFC8037_SIGNATURE: Final = "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg"


def ed25519_jwk(y: int, *, sign: int = 0) -> dict[str, str]:
    raw = (y | sign << 255).to_bytes(32, "little")
    return {"kty": "OKP", "crv": "Ed25519", "alg": "Ed25519", "x": b64(raw)}


def rfc8037_key() -> Any:  # noqa: ANN401  # a private key
    public = {"kty": "OKP", "crv": "Ed25519", "alg": "Ed25519", "x": RFC8037_X}
    return private_key_from_jwk({**public, "priv": RFC8037_SEED})


def x_wing_of_seed(seed: str) -> bytes:
    return generate_key(HPKE_9_KE, random=lambda _size: bytes.fromhex(seed)).public.raw


def refuse(jwk: object) -> str:
    with pytest.raises(EnvelopeError) as caught:
        public_key_from_jwk(jwk)
    assert caught.value.__context__ is None
    return caught.value.code


class TestPublishedExamples:
    """Our keys, thumbprints and signatures are those of RFC 8037 (Ed25519 in JOSE)."""

    def test_thumbprint(self) -> None:
        assert rfc8037_key().kid == RFC8037_THUMBPRINT

    def test_signature(self) -> None:
        assert b64(rfc8037_key().sign(RFC8037_INPUT)) == RFC8037_SIGNATURE

    def test_verification(self) -> None:
        assert rfc8037_key().public.verify(unb64(RFC8037_SIGNATURE), RFC8037_INPUT) is None


@pytest.mark.parametrize("alg", ALGS)
class TestEveryAlgorithm:
    """A key is its JWK, is named by its thumbprint, and never shows its secret."""

    def test_public_round_trip(self, alg: str) -> None:
        assert public_key_from_jwk(KEYS[alg].public.jwk()) == KEYS[alg].public

    def test_private_round_trip(self, alg: str) -> None:
        assert private_key_from_jwk(KEYS[alg].jwk()).jwk() == KEYS[alg].jwk()

    def test_kid_is_the_thumbprint(self, alg: str) -> None:
        assert KEYS[alg].kid == thumbprint(KEYS[alg].public.jwk()) == thumbprint(KEYS[alg].jwk())

    def test_public_size_is_that_of_the_registry(self, alg: str) -> None:
        assert len(KEYS[alg].public.raw) == ALGS[alg].public_bytes

    def test_repr_shows_alg_and_kid_only(self, alg: str) -> None:
        key = KEYS[alg]
        assert repr(key) == f"PrivateKey(alg='{alg}', kid='{key.kid}')"
        assert repr(key.public) == f"PublicKey(alg='{alg}', kid='{key.kid}')"

    def test_private_member_in_a_public_key_is_refused(self, alg: str) -> None:
        assert refuse(KEYS[alg].jwk()) == "E_KEY_INVALID"

    def test_seed_of_another_key_is_refused(self, alg: str) -> None:
        with pytest.raises(EnvelopeError) as caught:
            private_key_from_jwk({**KEYS[alg].public.jwk(), "priv": b64(bytes(32))})
        assert caught.value.code == "E_KEY_INVALID"

    def test_short_seed_is_refused(self, alg: str) -> None:
        with pytest.raises(EnvelopeError) as caught:
            private_key_from_jwk({**KEYS[alg].public.jwk(), "priv": b64(bytes(31))})
        assert caught.value.code == "E_KEY_INVALID"

    @pytest.mark.parametrize("change", [-1, 1])
    def test_other_length_is_refused(self, alg: str, change: int) -> None:
        jwk = KEYS[alg].public.jwk()
        raw = KEYS[alg].public.raw
        assert refuse({**jwk, ALGS[alg].member: b64((raw + b"\0")[: len(raw) + change])}) == "E_KEY_INVALID"

    def test_unknown_member_is_refused(self, alg: str) -> None:
        assert refuse({**KEYS[alg].public.jwk(), "kid": KEYS[alg].kid}) == "E_KEY_INVALID"

    def test_other_kty_is_refused(self, alg: str) -> None:
        assert refuse({**KEYS[alg].public.jwk(), "kty": "RSA"}) == "E_KEY_INVALID"


@pytest.mark.parametrize(
    "jwk", [None, [], "x", {}, {"alg": 1}, {"alg": ["Ed25519"]}, {"alg": "RS256"}, {"alg": "ed25519"}]
)
def test_what_is_no_key_is_refused(jwk: object) -> None:
    assert refuse(jwk) == "E_KEY_INVALID"


class TestEd25519Points:
    """Points of low order, not reduced, or not on the curve are refused: a signature under them says nothing."""

    @pytest.mark.parametrize("sign", [0, 1])
    @pytest.mark.parametrize("y", [0, 1, P - 1])
    def test_low_order(self, y: int, sign: int) -> None:
        assert refuse(ed25519_jwk(y, sign=sign)) == "E_KEY_INVALID"

    @pytest.mark.parametrize("sign", [0, 1])
    @pytest.mark.parametrize(
        "hexadecimal",
        [
            "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
            "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        ],
    )
    def test_order_eight(self, hexadecimal: str, sign: int) -> None:
        y = int.from_bytes(bytes.fromhex(hexadecimal), "little")
        assert refuse(ed25519_jwk(y, sign=sign)) == "E_KEY_INVALID"

    @pytest.mark.parametrize("y", range(P, 2**255))
    def test_not_reduced(self, y: int) -> None:
        assert refuse(ed25519_jwk(y)) == "E_KEY_INVALID"

    def test_not_on_the_curve(self) -> None:
        assert refuse(ed25519_jwk(2)) == "E_KEY_INVALID"

    def test_control_a_small_y_on_the_curve_is_accepted(self) -> None:
        assert public_key_from_jwk(ed25519_jwk(3)).alg == ED25519


class TestXWingVector:
    """A seed gives the public key of draft-connolly-cfrg-xwing-kem-10, appendix C, first vector."""

    PUBLIC = x_wing_of_seed("7f9c2ba4e88f827d616045507605853ed73b8093f6efbc88eb1a6eacfa66ef26")

    def test_ml_kem_half_begins_as_published(self) -> None:
        assert self.PUBLIC.hex().startswith("e2236b35a8c24b39b10aa1323a96a919a2ced88400633a7b07131713fc14b2b5")

    def test_x25519_half_ends_as_published(self) -> None:
        assert self.PUBLIC.hex().endswith("23593d4ba32d9abac8cd049040ef6534")


class TestXWing:
    """Both halves of an X-Wing key are checked at import, before a message is lost."""

    RAW = KEYS[HPKE_9_KE].public.raw

    def jwk(self, raw: bytes) -> dict[str, str]:
        return {"kty": "AKP", "alg": HPKE_9_KE, "pub": b64(raw)}

    @pytest.mark.parametrize("point", [0, 1, 2**255 - 20, 2**255 - 19, 2**255 - 18])
    def test_low_order_x25519_half_is_refused(self, point: int) -> None:
        assert refuse(self.jwk(self.RAW[:1184] + point.to_bytes(32, "little"))) == "E_KEY_INVALID"

    def test_unreduced_ml_kem_coefficients_are_refused(self) -> None:
        assert refuse(self.jwk(b"\xff\xff\xff" + self.RAW[3:])) == "E_KEY_INVALID"


def test_wrong_signature_has_its_code() -> None:
    with pytest.raises(EnvelopeError) as caught:
        KEYS[ML_DSA_65].public.verify(bytes(3309), b"message")
    assert caught.value.code == "E_SIGNATURE"


def test_encryption_key_verifies_nothing() -> None:
    with pytest.raises(EnvelopeError) as caught:
        KEYS[HPKE_9_KE].public.verify(bytes(64), b"message")
    assert caught.value.code == "E_SIGNATURE"


def test_encryption_key_signs_nothing() -> None:
    with pytest.raises(EnvelopeError) as caught:
        KEYS[HPKE_9_KE].sign(b"message")
    assert caught.value.code == "E_KEY_INVALID"


def test_signing_key_wraps_nothing() -> None:
    with pytest.raises(EnvelopeError) as caught:
        KEYS[ED25519].public.wrap(bytes(32), b"")
    assert caught.value.code == "E_KEY_INVALID"


def test_signing_key_unwraps_nothing() -> None:
    with pytest.raises(EnvelopeError) as caught:
        KEYS[ED25519].unwrap(ek=b"", encrypted_key=b"", info=b"")
    assert caught.value.code == "E_KEY_INVALID"


@pytest.mark.parametrize(("size", "info"), [(1168, b"other"), (1167, b"info"), (0, b"info")])
def test_wrapped_key_that_does_not_open_has_its_code(size: int, info: bytes) -> None:
    wrapped = KEYS[HPKE_9_KE].public.wrap(bytes(32), b"info")[:size]
    with pytest.raises(EnvelopeError) as caught:
        KEYS[HPKE_9_KE].unwrap(ek=wrapped[:1120], encrypted_key=wrapped[1120:], info=info)
    assert (caught.value.code, caught.value.__context__) == ("E_DECRYPT", None)


def test_key_of_an_unknown_algorithm_is_not_generated() -> None:
    with pytest.raises(EnvelopeError) as caught:
        generate_key("RS256")
    assert caught.value.code == "E_KEY_INVALID"


@pytest.mark.parametrize("jwk", [{}, {"alg": "Ed25519", "kty": "OKP"}, {"alg": "RS256"}])
def test_thumbprint_of_what_is_no_key_is_refused(jwk: dict[str, str]) -> None:
    with pytest.raises(EnvelopeError) as caught:
        thumbprint(jwk)
    assert caught.value.code == "E_KEY_INVALID"


def test_private_key_cannot_be_pickled_by_accident() -> None:
    with pytest.raises(TypeError):
        pickle.dumps(KEYS[ED25519])


def test_public_key_is_equal_by_value() -> None:
    key = KEYS[ED25519].public
    assert isinstance(key, PublicKey)
    assert {key, public_key_from_jwk(key.jwk())} == {key}
