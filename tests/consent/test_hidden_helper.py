# SPDX-License-Identifier: EUPL-1.2
"""The name of a helper that tells where somebody is stays hidden, whatever else names it that the asker never sees."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from kgbx.consent.access_report import access_report, unnamed_organisations
from kgbx.consent.facts import Request
from kgbx.consent.log import chained, disclosure
from kgbx.consent.share import share
from tests.case.builders import CHILD, CONSENT, FATHER, GROUND, MOTHER, full
from tests.consent.small_world import (
    ALWAYS,
    AT,
    POLICY,
    PROVIDER,
    TEAM,
    asker,
    facts_of,
    family,
    permit,
    registers,
    told,
)

if TYPE_CHECKING:
    from kgbx.case import FamilyCase

Rows = dict[str, list[dict[str, Any]]]
PERIOD = {"valid_from": "2026-01-01", "valid_until": "2027-01-01"}
PERMIT = CONSENT | PERIOD | {"recipients": [PROVIDER], "subject": CHILD, "capacity": "parent_with_authority"}
HOME: Rows = {
    "statements": [told()],
    "households": [full(81, kind="particulier", members=[{"person": MOTHER}, {"person": CHILD}])],
    "involvements": [full(82, persons=[CHILD], org=PROVIDER, role="care_provider")],
}
KNOWN = registers(
    protections=[{"person": CHILD, "allowed": ["*"], "blocked": [FATHER], **ALWAYS}],
    consents=[permit(one, about) for about in (MOTHER, CHILD) for one in (MOTHER, FATHER)],
)

NAMING: dict[str, Rows] = {
    "the protection": {
        "protections": [full(61, person=CHILD, allowed=[TEAM, PROVIDER], blocked=[FATHER], valid_from="2026-01-01")]
    },
    "the permit of the mother": {"consents": [full(91, **PERMIT | {"decided_by": MOTHER})]},
    "the own permit": {"consents": [full(91, **PERMIT | {"decided_by": FATHER})]},
    "a ground": {"legal_grounds": [full(48, **GROUND | PERIOD | {"recipient": PROVIDER})]},
    "what is about the mother": {
        "collaborations": [
            full(43, kind="consult_named", persons=[MOTHER], requested_by=TEAM, asked=[PROVIDER], state="accepted")
        ]
    },
}


def with_more(rows: Rows) -> FamilyCase:
    return family(HOME | rows)


@pytest.mark.parametrize("rows", NAMING.values(), ids=NAMING)
def test_nothing_the_blocked_parent_cannot_see_makes_it_harmless(rows: Rows) -> None:
    case = with_more(rows)
    assert PROVIDER in unnamed_organisations(case, asker(case, known=KNOWN))


@pytest.mark.parametrize("rows", NAMING.values(), ids=NAMING)
def test_the_blocked_parent_is_not_told_that_it_got_something(rows: Rows) -> None:
    case, facts = with_more(rows), facts_of(with_more(rows), KNOWN)
    request = Request(sender=TEAM, recipient=PROVIDER, purpose="care", at=AT, known_at=AT)
    account = share(case, request=request, policy=POLICY, facts=facts).account
    log = chained([disclosure(account, policy=POLICY, facts=facts, entry_id="entry", case=case)])
    assert account.passed
    assert not access_report(case, asker(case, known=KNOWN), about=CHILD, log=log).received


def test_what_the_asker_sees_does() -> None:
    """The control: the helper stands in what is about the father himself."""
    own = full(43, kind="consult_named", persons=[FATHER], requested_by=TEAM, asked=[PROVIDER], state="accepted")
    case = with_more({"collaborations": [own]})
    assert PROVIDER not in unnamed_organisations(case, asker(case, known=KNOWN))
    assert TEAM not in unnamed_organisations(case, asker(case, known=KNOWN))


def test_who_is_protected_reads_the_name() -> None:
    case = with_more({})
    assert PROVIDER not in unnamed_organisations(case, asker(case, MOTHER))
