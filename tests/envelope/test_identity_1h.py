# SPDX-License-Identifier: EUPL-1.2
"""Keys of the reserve suite in an identity folder: made, kept, followed up and published like those of the default."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from kgbx.directory import Directory, describe, make_document, next_document, sign_next, verify_document
from kgbx.envelope.identity import Identity, create_identity, load, save
from kgbx.envelope.seal import seal
from kgbx.envelope.unseal import unseal
from kgbx.errors import EnvelopeError, UsageError
from tests.envelope.makers import AT, BODY, MEDIA, TYPE, org_urn

if TYPE_CHECKING:
    from pathlib import Path

    from kgbx.envelope.ports import OrganisationDocument

LATER = AT + timedelta(days=1)
PLAIN, RESERVE = (create_identity(org_urn(7301), at=AT, suite=suite) for suite in ("kgbx-1", "kgbx-1h"))
OTHER, OTHER_RESERVE = (create_identity(org_urn(7302), at=AT, suite=suite) for suite in ("kgbx-1", "kgbx-1h"))


def published(identity: Identity) -> OrganisationDocument:
    signed = make_document(describe(identity, name="Voorbeeld", seq=1, at=AT), root=identity.root)
    return verify_document(signed, org=identity.org, root=identity.root.signing_kids)


def crossed(sender: Identity, receiver: Identity, *documents: OrganisationDocument) -> str:
    to = next(document for document in documents if document.org == receiver.org)
    sealed = seal(BODY, sender=sender, to=to, at=LATER, suite=sender.suite, media_type=MEDIA, message_type=TYPE)
    directory = Directory(documents)
    return unseal(sealed, identity=receiver, directory=directory, at=LATER, seen=None).manifest.suite


def refused(sender: Identity, receiver: Identity, *documents: OrganisationDocument) -> str:
    with pytest.raises(EnvelopeError) as caught:
        crossed(sender, receiver, *documents)
    return caught.value.code


class TestKeys:
    """The algorithms are those of the suite; the root pair is always that of the default suite."""

    def test_algorithms(self) -> None:
        assert [(key.use, key.alg) for key in RESERVE.keys] == [
            ("sig", "Ed25519"),
            ("sig", "ML-DSA-87"),
            ("enc", "HPKE-10-KE"),
            ("root", "Ed25519"),
            ("root", "ML-DSA-65"),
        ]
        assert (RESERVE.suite, PLAIN.suite) == ("kgbx-1h", "kgbx-1")

    def test_successors_are_of_the_same_suite(self) -> None:
        renewed = RESERVE.with_new_keys("sig", at=LATER).with_new_keys("enc", at=LATER)
        assert [key.alg for key in renewed.keys[5:]] == ["Ed25519", "ML-DSA-87", "HPKE-10-KE"]
        assert renewed.at(LATER).signing_kids == tuple(key.kid for key in renewed.keys[5:7])

    def test_a_suite_that_is_none(self) -> None:
        with pytest.raises(EnvelopeError) as caught:
            create_identity(org_urn(7301), at=AT, suite="kgbx-2")
        assert caught.value.code == "E_SUITE"


class TestFolder:
    """A folder holds keys of one suite."""

    def test_keys_come_back(self, tmp_path: Path) -> None:
        save(RESERVE, tmp_path / "keys", passphrase=None)
        found = load(tmp_path / "keys", None)
        assert (found, found.suite, found.signing_kids) == (RESERVE, "kgbx-1h", RESERVE.signing_kids)

    def test_keys_of_two_suites_are_no_identity(self, tmp_path: Path) -> None:
        save(RESERVE, tmp_path / "keys", passphrase=None)
        file = tmp_path / "keys" / "identity.json"
        members = json.loads(file.read_bytes())
        save(PLAIN, tmp_path / "plain", passphrase=None)
        plain = json.loads((tmp_path / "plain" / "identity.json").read_bytes())
        members["keys"].append(plain["keys"][2])
        file.write_text(json.dumps(members))
        with pytest.raises(EnvelopeError) as caught:
            load(tmp_path / "keys", None)
        assert caught.value.code == "E_KEY_FILE"


class TestPublished:
    """A document lists the suites of its keys, and messages go by the suite of the sender's keys."""

    def test_reserve_only(self) -> None:
        document, other = published(RESERVE), published(OTHER_RESERVE)
        assert (document.suites, document.floor) == (("kgbx-1h",), "kgbx-1h")
        assert crossed(RESERVE, OTHER_RESERVE, document, other) == "kgbx-1h"

    def test_both(self) -> None:
        documents = published(PLAIN.beside(RESERVE)), published(OTHER.beside(OTHER_RESERVE))
        assert (documents[0].suites, documents[0].floor) == (("kgbx-1", "kgbx-1h"), "kgbx-1")
        assert crossed(PLAIN, OTHER, *documents) == "kgbx-1"
        assert crossed(RESERVE, OTHER_RESERVE, *documents) == "kgbx-1h"

    def test_who_has_only_the_reserve_is_not_sent_the_default(self) -> None:
        assert refused(PLAIN, OTHER_RESERVE, published(PLAIN), published(OTHER_RESERVE)) == "E_SUITE"

    def test_who_has_only_the_default_is_not_sent_the_reserve(self) -> None:
        assert refused(RESERVE, OTHER, published(PLAIN.beside(RESERVE)), published(OTHER)) == "E_SUITE"

    def test_a_suite_that_comes_later_is_added(self) -> None:
        first = published(PLAIN)
        both = PLAIN.beside(RESERVE)
        second = next_document(first, both, at=LATER)
        signed = sign_next(second, both, previous=first)
        found = verify_document(signed, org=PLAIN.org, root=first.root)
        assert (found.suites, found.floor, len(found.keys)) == (("kgbx-1", "kgbx-1h"), "kgbx-1", len(first.keys) + 3)

    @pytest.mark.parametrize("other", [PLAIN, OTHER_RESERVE], ids=["the same suite", "another organisation"])
    def test_what_cannot_stand_beside_it(self, other: Identity) -> None:
        with pytest.raises(UsageError) as caught:
            PLAIN.beside(other)
        assert caught.value.code == "U_ARGUMENT"
