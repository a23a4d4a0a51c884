# SPDX-License-Identifier: EUPL-1.2
"""The reserve suite end to end: ML-KEM-1024 with P-384, Ed25519 with ML-DSA-87; asked for, never mixed."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from kgbx.directory import Directory, make_document, verify_document
from kgbx.envelope import jwe, jws
from kgbx.envelope.custody import Custody, parts_of_manifest, sign_statement, verify_statement
from kgbx.envelope.evidence import verify_evidence
from kgbx.envelope.inspect import inspect
from kgbx.envelope.keyring import KeyRing
from kgbx.envelope.keys import generate_key, private_key_from_jwk, public_key_from_jwk
from kgbx.envelope.manifest import TYP, read_manifest
from kgbx.envelope.ports import KeyEntry
from kgbx.envelope.receipting import open_receipt, receipt
from kgbx.envelope.seal import seal
from kgbx.envelope.suites import KGBX_1H
from kgbx.envelope.unseal import unseal
from kgbx.errors import EnvelopeError
from tests.envelope.makers import AT, BODY, MEDIA, NOW, OTHER, RECEIVER, SENDER, TYPE, document_of, enc_key

if TYPE_CHECKING:
    from collections.abc import Callable

    from kgbx.envelope.identity import Identity
    from kgbx.envelope.ports import OrganisationDocument
    from kgbx.envelope.seal import Sealed
    from kgbx.envelope.unseal import Opened

BOTH = ("kgbx-1", "kgbx-1h")
RINGS = {one.org: KeyRing.create(one.org, suite="kgbx-1h") for one in (SENDER, RECEIVER, OTHER)}


def said(identity: Identity, *, suites: tuple[str, ...] = BOTH, floor: str = "kgbx-1") -> OrganisationDocument:
    """Return a verified document that lists the keys of both suites."""
    ring = RINGS[identity.org]
    more = tuple(
        KeyEntry(key=key.public, use="enc" if key in ring.opening else "sig", nbf=NOW - 60, exp=NOW + 86_400)
        for key in (*ring.pair, *ring.opening)
    )
    plain = document_of(identity)
    document = replace(plain, keys=(*plain.keys, *more), suites=suites, floor=floor)
    signed = make_document(document, root=identity.root)
    return verify_document(signed, org=identity.org, root=identity.root.signing_kids)


DOCUMENTS = {one.org: said(one) for one in (SENDER, RECEIVER, OTHER)}
DIRECTORY = Directory(DOCUMENTS.values())


def sent(**options: Any) -> Sealed:  # noqa: ANN401  # the keywords of seal
    call: dict[str, Any] = {"sender": RINGS[SENDER.org], "to": DOCUMENTS[RECEIVER.org], "suite": "kgbx-1h", "at": AT}
    return seal(BODY, **{**call, "media_type": MEDIA, "message_type": TYPE, **options})


def got(message: Any, **options: Any) -> Opened:  # noqa: ANN401  # everything that unseal takes
    call: dict[str, Any] = {"identity": RINGS[RECEIVER.org], "directory": DIRECTORY, "at": AT, "seen": None, **options}
    return unseal(message, **call)


def code_of(action: Callable[[], object]) -> str:
    with pytest.raises(EnvelopeError) as caught:
        action()
    return caught.value.code


MESSAGE = sent(attachments=[b"attached"])


class TestEndToEnd:
    """Everything that kgbx-1 does, with the parameters of the reserve."""

    def test_message(self) -> None:
        found = got(MESSAGE)
        assert (found.body, found.parts[1].read(), found.manifest.suite) == (BODY, b"attached", "kgbx-1h")

    def test_outside_says_the_suite(self) -> None:
        assert inspect(MESSAGE).suite == "kgbx-1h"
        assert [len(recipient.ek) for recipient in jwe.parse(MESSAGE.envelope).recipients] == [1665]

    def test_anonymous(self) -> None:
        assert got(sent(anonymous=True)).body == BODY

    def test_several_and_a_trimmed_copy(self) -> None:
        message = sent(to=[DOCUMENTS[RECEIVER.org], DOCUMENTS[OTHER.org]], shared=True)
        copy = message.trimmed(RINGS[RECEIVER.org].encryption_kids[0])
        assert (got(copy).body, inspect(copy).suite) == (BODY, "kgbx-1h")

    def test_receipt_and_evidence(self) -> None:
        answer = receipt(got(MESSAGE), status="processed", identity=RINGS[RECEIVER.org], at=AT)
        keep = {MESSAGE.id: MESSAGE.jws}.get
        found = open_receipt(answer, identity=RINGS[SENDER.org], directory=DIRECTORY, at=AT, sent=keep)
        assert found.manifest.suite == "kgbx-1h"
        assert verify_evidence(found.evidence(), directory=DIRECTORY).receipts[0].by == RECEIVER.org

    def test_custody(self) -> None:
        said_ = Custody(
            message_id=MESSAGE.id,
            envelope=bytes(32),
            parts=parts_of_manifest(MESSAGE.jws),
            by=RECEIVER.org,
            at=NOW,
            window_days=45,
            epoch=MESSAGE.id,
            chain=bytes(32),
        )
        signed = sign_statement(said_, RINGS[RECEIVER.org], suite=KGBX_1H)
        assert verify_statement(signed, directory=DIRECTORY) == said_

    @pytest.mark.parametrize("alg", ["ML-DSA-87", "HPKE-10-KE"])
    def test_keys_go_to_jwk_and_back(self, alg: str) -> None:
        key = generate_key(alg)
        assert (private_key_from_jwk(key.jwk()), public_key_from_jwk(key.public.jwk())) == (key, key.public)

    def test_point_that_is_not_on_the_curve(self) -> None:
        jwk = generate_key("HPKE-10-KE").public.jwk()
        raw = bytearray(base64.urlsafe_b64decode(jwk["pub"] + "=" * (-len(jwk["pub"]) % 4)))
        raw[-1] ^= 1
        changed = base64.urlsafe_b64encode(bytes(raw)).rstrip(b"=").decode()
        assert code_of(lambda: public_key_from_jwk({**jwk, "pub": changed})) == "E_KEY_INVALID"


class TestPolicy:
    """The suite comes from the documents of both sides, and is never below the floor of either."""

    def test_recipient_that_does_not_list_it(self) -> None:
        assert code_of(lambda: sent(to=said(RECEIVER, suites=("kgbx-1",)))) == "E_SUITE"

    @pytest.mark.parametrize("who", [SENDER, RECEIVER], ids=["sender", "receiver"])
    def test_receiving_what_one_side_does_not_list(self, who: Identity) -> None:
        rest = [DOCUMENTS[one.org] for one in (SENDER, RECEIVER) if one is not who]
        directory = Directory([*rest, said(who, suites=("kgbx-1",))])
        assert code_of(lambda: got(MESSAGE, directory=directory)) == "E_SUITE"

    def test_reserve_needs_the_own_document(self) -> None:
        assert code_of(lambda: got(MESSAGE, directory=Directory([DOCUMENTS[SENDER.org]]))) == "E_SUITE"

    def test_default_suite_below_the_floor(self) -> None:
        high = said(RECEIVER, floor="kgbx-1h")
        assert code_of(lambda: sent(sender=SENDER, to=high, suite="kgbx-1")) == "E_SUITE"
        message = sent(sender=SENDER, suite="kgbx-1")
        directory = Directory([DOCUMENTS[SENDER.org], high])
        assert code_of(lambda: got(message, identity=RECEIVER, directory=directory)) == "E_SUITE"

    def test_keys_of_the_default_suite_refuse_it_by_form(self) -> None:
        assert code_of(lambda: got(MESSAGE, identity=RECEIVER)) == "E_SUITE"

    def test_unknown_suite(self) -> None:
        assert code_of(lambda: sent(suite="kgbx-0")) == "E_SUITE"

    def test_default_is_not_changed_by_what_the_other_could_do(self) -> None:
        message = seal(BODY, sender=SENDER, to=DOCUMENTS[RECEIVER.org], at=AT, media_type=MEDIA, message_type=TYPE)
        assert inspect(message).suite == "kgbx-1"


class TestNeverMixed:
    """A suite is a closed bundle: no key, signature or header of another."""

    def test_key_of_the_other_suite(self) -> None:
        assert code_of(lambda: sent(to=(RECEIVER.org, enc_key(RECEIVER)))) == "E_SUITE"

    def test_signer_of_the_other_suite(self) -> None:
        assert code_of(lambda: sent(sender=SENDER)) == "E_KEY_INVALID"
        assert code_of(lambda: sent(sender=RINGS[SENDER.org], suite="kgbx-1")) == "E_KEY_INVALID"

    def test_header_changed_to_the_other_suite(self) -> None:
        envelope = json.loads(MESSAGE.envelope)
        header = json.loads(base64.urlsafe_b64decode(envelope["protected"] + "=="))
        header["alg"] = "HPKE-9-KE"
        envelope["protected"] = base64.urlsafe_b64encode(json.dumps(header).encode()).rstrip(b"=").decode()
        assert code_of(lambda: got(json.dumps(envelope).encode(), parts=())) == "E_SUITE"

    def test_inner_suite_other_than_the_outer(self) -> None:
        cek = bytes(range(32))
        manifest = read_manifest(jws.parse(MESSAGE.jws, typ=TYP, suites=jws.EVERY).payload)
        lying = replace(manifest, suite="kgbx-1", kc=jwe.commitment(cek))
        signed = jws.sign(lying.encode(), typ=TYP, signers=[RINGS[SENDER.org]], suite=KGBX_1H)
        key = RINGS[RECEIVER.org].opening[0].public
        envelope = jwe.encrypt(signed, cek=cek, recipients=[key], anonymous=False, random=bytes, suite=KGBX_1H)
        assert code_of(lambda: got(envelope)) == "E_SUITE"

    def test_inner_signatures_of_the_other_suite(self) -> None:
        other = seal(BODY, sender=SENDER, to=DOCUMENTS[RECEIVER.org], at=AT, media_type=MEDIA, message_type=TYPE)
        key = RINGS[RECEIVER.org].opening[0].public
        envelope = jwe.encrypt(other.jws, cek=bytes(32), recipients=[key], anonymous=False, random=bytes, suite=KGBX_1H)
        assert code_of(lambda: got(envelope)) == "E_SIG_ALG"
