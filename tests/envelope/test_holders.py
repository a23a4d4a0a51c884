# SPDX-License-Identifier: EUPL-1.2
"""Who signs and opens: one contract, kept by the identity folder, by a ring of keys and by keys in another process."""

from __future__ import annotations

import multiprocessing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from kgbx.envelope.encoding import b64
from kgbx.envelope.jwe import HPKE_INFO
from kgbx.envelope.keyring import KeyRing
from kgbx.envelope.keys import ALGS, public_key_from_jwk
from kgbx.envelope.suites import KGBX_1, KGBX_1H
from kgbx.errors import EnvelopeError, UsageError
from tests.envelope.makers import AT, DIRECTORY, RECEIVER, SENDER, enc_key, opened, sealed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from multiprocessing.connection import Connection

    from kgbx.envelope.keys import PublicKey
    from kgbx.envelope.ports import Keyholder
    from kgbx.envelope.suites import SuiteRow

OTHER_KID = b64(bytes(32))


def serve(connection: Connection, ring: Any) -> None:  # noqa: ANN401  # any holder
    """Answer by kid until the other side is gone; a private key never passes the pipe."""
    while True:
        try:
            name, arguments, keywords = connection.recv()
        except EOFError:
            return
        try:
            found = getattr(ring, name)
            connection.send(("ok", found(*arguments, **keywords) if callable(found) else found))
        except EnvelopeError as error:
            connection.send(("error", error.code))


@dataclass
class Elsewhere:
    """Signs and opens with keys that live in another process."""

    connection: Connection

    def ask(self, name: str, *arguments: object, **keywords: object) -> Any:  # noqa: ANN401  # what the other side says
        self.connection.send((name, arguments, keywords))
        kind, value = self.connection.recv()
        if kind == "error":
            raise EnvelopeError(value)
        return value

    @property
    def org(self) -> str:
        return str(self.ask("org"))

    @property
    def signing_kids(self) -> tuple[str, str]:
        first, second = self.ask("signing_kids")
        return first, second

    @property
    def encryption_kids(self) -> tuple[str, ...]:
        return tuple(self.ask("encryption_kids"))

    def sign(self, kid: str, message: bytes) -> bytes:
        return bytes(self.ask("sign", kid, message))

    def unwrap(self, kid: str, *, ek: bytes, encrypted_key: bytes, info: bytes) -> bytes:
        return bytes(self.ask("unwrap", kid, ek=ek, encrypted_key=encrypted_key, info=info))


@dataclass(frozen=True)
class Held:
    """A holder, its public keys, and its suite."""

    holder: Keyholder
    public: dict[str, PublicKey]
    suite: SuiteRow


def publics(holder: Any) -> dict[str, PublicKey]:  # noqa: ANN401  # a ring or an identity
    if isinstance(holder, KeyRing):
        keys = [*holder.pair, *holder.opening]
    else:
        keys = [key.private for key in holder.keys if key.private is not None]
    return {key.kid: public_key_from_jwk(key.public.jwk()) for key in keys}


@pytest.fixture(scope="module", params=["identity", "ring", "ring of the reserve", "another process"])
def held(request: pytest.FixtureRequest) -> Iterator[Held]:
    if request.param == "identity":
        yield Held(RECEIVER, publics(RECEIVER), KGBX_1)
    elif request.param.startswith("ring"):
        suite = KGBX_1H if request.param.endswith("reserve") else KGBX_1
        ring = KeyRing.create(RECEIVER.org, suite=suite.id)
        yield Held(ring, publics(ring), suite)
    else:
        here, there = multiprocessing.Pipe()
        process = multiprocessing.get_context("fork").Process(target=serve, args=(there, RECEIVER), daemon=True)
        process.start()
        there.close()
        yield Held(Elsewhere(here), publics(RECEIVER), KGBX_1)
        here.close()
        process.terminate()
        process.join()


class TestSigner:
    """A Signer is asked by kid, and signs with keys of its suite, Ed25519 first."""

    def test_pair_is_of_the_suite(self, held: Held) -> None:
        assert tuple(held.public[kid].alg for kid in held.holder.signing_kids) == held.suite.signatures

    def test_signatures_verify(self, held: Held) -> None:
        for kid in held.holder.signing_kids:
            signature = held.holder.sign(kid, b"message")
            held.public[kid].verify(signature, b"message")
            assert len(signature) == ALGS[held.public[kid].alg].signature_bytes

    @pytest.mark.parametrize("which", ["encryption key", "nobody's"])
    def test_other_key_does_not_sign(self, held: Held, which: str) -> None:
        kid = held.holder.encryption_kids[0] if which == "encryption key" else OTHER_KID
        with pytest.raises(EnvelopeError) as caught:
            held.holder.sign(kid, b"message")
        assert caught.value.code == "E_KEY_INVALID"


class TestOpener:
    """An Opener is asked by kid, and opens with keys of its suite."""

    def wrapped(self, held: Held) -> tuple[str, dict[str, bytes]]:
        kid = held.holder.encryption_kids[0]
        data, size = held.public[kid].wrap(b"k" * 32, HPKE_INFO), ALGS[held.suite.kem].ek_bytes
        return kid, {"ek": data[:size], "encrypted_key": data[size:], "info": HPKE_INFO}

    def test_unwraps(self, held: Held) -> None:
        kid, wrapped = self.wrapped(held)
        assert held.holder.unwrap(kid, **wrapped) == b"k" * 32

    @pytest.mark.parametrize("member", ["ek", "encrypted_key", "info"])
    def test_changed(self, held: Held, member: str) -> None:
        kid, wrapped = self.wrapped(held)
        wrapped[member] = wrapped[member][:-1] + bytes([wrapped[member][-1] ^ 1])
        with pytest.raises(EnvelopeError) as caught:
            held.holder.unwrap(kid, **wrapped)
        assert caught.value.code == "E_DECRYPT"

    @pytest.mark.parametrize("which", ["signing key", "nobody's"])
    def test_other_key_does_not_open(self, held: Held, which: str) -> None:
        kid = held.holder.signing_kids[0] if which == "signing key" else OTHER_KID
        _, wrapped = self.wrapped(held)
        with pytest.raises(EnvelopeError) as caught:
            held.holder.unwrap(kid, **wrapped)
        assert caught.value.code == "E_KEY_INVALID"


@pytest.mark.parametrize("held", ["identity", "another process"], indirect=True)
def test_messages_go_to_and_from_keys_in_another_process(held: Held) -> None:
    """Whoever holds the keys of the default suite receives and sends like the identity whose keys they are."""
    assert opened(sealed(), identity=held.holder).sender == SENDER.org  # type: ignore[arg-type]  # an Opener
    answer = sealed(sender=held.holder, to=(SENDER.org, enc_key(SENDER)), at=AT)
    assert opened(answer, identity=SENDER, directory=DIRECTORY).sender == RECEIVER.org


class TestRing:
    """One suite a ring."""

    def test_keys_of_two_suites(self) -> None:
        one, other = KeyRing.create(SENDER.org, suite="kgbx-1"), KeyRing.create(SENDER.org, suite="kgbx-1h")
        with pytest.raises(EnvelopeError) as caught:
            KeyRing(org=SENDER.org, suite="kgbx-1h", pair=other.pair, opening=one.opening)
        assert caught.value.code == "E_SUITE"

    def test_no_organisation(self) -> None:
        with pytest.raises(UsageError) as caught:
            KeyRing.create("somebody", suite="kgbx-1")
        assert caught.value.code == "U_ARGUMENT"

    def test_repr_shows_no_key(self) -> None:
        assert repr(KeyRing.create(SENDER.org, suite="kgbx-1")) == f"KeyRing(org='{SENDER.org}', suite='kgbx-1')"
