# SPDX-License-Identifier: EUPL-1.2
"""Who has keys of the reserve suite signs contributions and proofs with them, and with the pair of the moment."""

from __future__ import annotations

import os
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from kgbx.directory import describe, make_document
from kgbx.directory.lookup import Directory
from kgbx.envelope import jws
from kgbx.envelope.identity import create_identity
from kgbx.exchange import check_proof, sign_record
from kgbx.exchange.contributing import TYP, check_contribution, contribute
from tests.exchange.test_contributions import case_of as strengths
from tests.exchange.test_contributions import strength
from tests.exchange.test_proofs import case_of as consents
from tests.exchange.test_proofs import consent
from tests.parties import AT, GI, TEAM, directory_file, party, trust_file

if TYPE_CHECKING:
    from kgbx.envelope.identity import Identity

DAY = AT + timedelta(days=10)
RESERVE = "kgbx-1h"


def both(org: str) -> tuple[Identity, Directory]:
    """Return keys of the reserve suite that an organisation has beside the others, and a directory that says so."""
    speaker = party(org)
    reserve = create_identity(org, at=AT, suite=RESERVE)
    said = describe(speaker.identity.beside(reserve), name="Organisatie", seq=2, at=AT + timedelta(hours=1))
    document = make_document(said, root=speaker.identity.root)
    return reserve, Directory.load(directory_file(speaker.document, document), trust_file(speaker))


@pytest.mark.parametrize("ahead", [False, True])
def test_a_contribution(*, ahead: bool) -> None:
    signer, directory = both(TEAM)
    signer = signer.with_new_keys("sig", at=DAY + timedelta(days=8)).at(DAY) if ahead else signer
    case = strengths(strength(60, TEAM))
    signed = contribute(list(case), signer=signer, at=DAY, random=os.urandom)
    assert check_contribution(signed, directory=directory, at=DAY).state == "valid"


@pytest.mark.parametrize("ahead", [False, True])
def test_a_proof(*, ahead: bool) -> None:
    signer, directory = both(GI)
    signer = signer.with_new_keys("sig", at=DAY + timedelta(days=8)) if ahead else signer
    proof = sign_record(consent(), signer=signer, at=DAY)
    assert check_proof(proof, case=consents(consent()), directory=directory, at=DAY).state == "valid"


def test_the_suite_of_the_signer_unless_another_is_named() -> None:
    signer, _ = both(TEAM)
    signed = jws.sign(b"{}", typ=TYP, signers=[signer])
    assert jws.parse(signed, typ=TYP, suites=jws.EVERY).algs == ("Ed25519", "ML-DSA-87")
    assert jws.parse(jws.sign(b"{}", typ=TYP, signers=[signer.root]), typ=TYP).algs == jws.PAIR
