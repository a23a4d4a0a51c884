# SPDX-License-Identifier: EUPL-1.2
"""Worlds that a search does not find, and what is not monotone by nature: each as a test of its own."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

from kgbx.case.structures import from_value
from kgbx.consent.decide import decide
from kgbx.consent.facts import Facts, Item, Request, WithdrawalFact
from kgbx.consent.policy import Policy
from kgbx.consent.reasons import REASONS
from tests.consent.test_own_decisions import answer, protection, serving
from tests.consent.village import ALWAYS, AT, AUTHORITY, EVERYBODY_PERMITS, PERSON, permit

TABLE: Final = json.loads((Path(__file__).parent / "decisions.json").read_bytes())
POLICY: Final = from_value(Policy, TABLE["policy"])
M, K9, K13, K16 = (PERSON[name] for name in ("M", "K9", "K13", "K16"))


def row(number: str, **more: Any) -> Any:  # noqa: ANN401  # a Decision
    """Return the decision of a worked row, with more facts in some of its lists."""
    found = next(one for one in TABLE["rows"] if one["id"] == number)
    known = {**TABLE["facts"], **found["facts"]}
    facts = from_value(Facts, {**known, **{name: [*known.get(name, []), *rows] for name, rows in more.items()}})
    asked = dict(found["request"])
    item = from_value(Item, asked.pop("item"))
    return decide(item, from_value(Request, asked), facts=facts, policy=POLICY)


def of_row_39() -> dict[str, Any]:
    found = next(one for one in TABLE["rows"] if one["id"] == "39")
    ground: dict[str, Any] = found["facts"]["legal_grounds"][0]
    return ground


def permit_of(who: str, about: str) -> dict[str, Any]:
    every = {"recipients": ["*"], "purposes": ["*"], "categories": ["*"], "proven": True, **ALWAYS}
    return {"id": f"{who} {about}", "decided_by": who, "about": about, "decision": "permit", **every}


EVERYBODY: Final = [permit_of(who, "K13") for who in ("M", "F", "K13")]


class TestADutyLiftsTheLimitWhateverReleases:
    """Some fitting ground is a duty: that lifts the third-party limit, whatever came first or released."""

    def test_row_39_and_a_power_with_a_smaller_id(self) -> None:
        power = {**of_row_39(), "id": "a", "trigger": "own_initiative"}
        assert dict(row("39", legal_grounds=[power]).released_by) == {"K13": "duty:JW-7.3.11-4"}

    def test_row_39_and_the_permit_of_everybody(self) -> None:
        decision = row("39", consents=EVERYBODY)
        assert (decision.reasons, dict(decision.released_by)) == ((), {"K13": "consent"})

    def test_the_permit_of_everybody_without_the_duty_does_not(self) -> None:
        """The control: the duty was what lifted it."""
        power = {**of_row_39(), "trigger": "own_initiative"}
        unproven = {"id": "x", **{name: value for name, value in power.items() if name != "id"}, "proven": False}
        found = row("58", consents=EVERYBODY, legal_grounds=[unproven])
        assert "THIRD_PARTY" in found.reasons


class TestWhatADenialExplains:
    """A sentence for each reason, its article, and where only a stricter choice than the statute denies."""

    def test_in_both_languages(self) -> None:
        decision = answer({"consents": ()}, {"working_note": True}, {})
        missing, note = decision.explain("en")
        assert missing.endswith(f" [{REASONS['CONSENT_MISSING'].source}]")
        assert (
            note == f"{REASONS['WORKING_NOTE'].text.en} [{REASONS['WORKING_NOTE'].source} (stricter than the statute)]"
        )
        dutch = REASONS["WORKING_NOTE"]
        assert decision.explain()[1] == f"{dutch.text.nl} [{dutch.source} (strenger dan de wet)]"


class TestWithdrawingARefusal:
    """A withdrawal ends a permit, never a refusal."""

    def test_the_refusal_stays(self) -> None:
        refused = permit(M, M, id="no", decision="refuse")
        for by in (None, M):
            gone = WithdrawalFact(consent="no", by=by, recorded_at=AT, effective_at=AT)
            facts = {"consents": (*EVERYBODY_PERMITS, refused), "withdrawals": (gone,)}
            assert answer(facts, {}, {}).reasons == ("REFUSED",)


class TestWhoMayWithdraw:
    """The decider, the representative, or from 12 the youth it is about."""

    def asked(self, child: str, by: str) -> tuple[str, ...]:
        given = tuple(one for one in EVERYBODY_PERMITS if one.about == child)
        parents = next(one for one in given if one.decided_by == M)
        gone = WithdrawalFact(consent=parents.id, by=by, recorded_at=AT, effective_at=AT)
        served = {"caseloads": (_serving(child),)}
        return tuple(answer({"consents": given, "withdrawals": (gone,), **served}, {"about": (child,)}, {}).reasons)

    def test_the_youth_of_thirteen(self) -> None:
        assert self.asked(K13, K13) == ("CONSENT_MISSING",)

    def test_not_the_child_of_nine(self) -> None:
        assert self.asked(K9, K9) == ()

    def test_the_other_parent_until_sixteen(self) -> None:
        assert self.asked(K13, PERSON["F"]) == ("CONSENT_MISSING",)

    def test_not_the_other_parent_of_who_is_sixteen(self) -> None:
        assert self.asked(K16, PERSON["F"]) == ()

    def test_the_representative_of_an_adult(self) -> None:
        gone = WithdrawalFact(consent=permit(M, PERSON["V"]).id, by=M, recorded_at=AT, effective_at=AT)
        facts = {"consents": EVERYBODY_PERMITS, "withdrawals": (gone,), "caseloads": (_serving(PERSON["V"]),)}
        assert answer(facts, {"about": (PERSON["V"],)}, {}).reasons == ("CONSENT_MISSING",)


def _serving(person: str) -> Any:  # noqa: ANN401  # a CaseloadFact
    return next(one for one in serving(person)["caseloads"] if one.person == person)


class TestNotMonotoneByNature:
    """Losing a holder of authority, a birthday, superseding a refusal and ending a protection may widen a view."""

    def test_losing_a_holder_of_authority(self) -> None:
        only = (permit(M, K9),)
        facts = {"consents": only, "caseloads": (_serving(K9),)}
        mother = tuple(one for one in AUTHORITY if one.holder == M)
        assert answer(facts, {"about": (K9,)}, {}).reasons == ("CONSENT_MISSING",)
        assert answer({**facts, "parental_authority": mother}, {"about": (K9,)}, {})

    def test_a_birthday(self) -> None:
        facts = {"consents": (permit(K16, K16),), "caseloads": (_serving(K16),)}
        day_before = {"at": "2026-02-28", "known_at": "2026-02-28"}
        assert answer(facts, {"about": (K16,)}, day_before).reasons == ("CONSENT_MISSING",)
        assert answer(facts, {"about": (K16,)}, {})

    def test_superseding_a_refusal(self) -> None:
        refused = permit(M, M, id="no", decision="refuse")
        later = permit(M, M, id="yes", supersedes=("no",))
        assert answer({"consents": (refused, permit(M, M))}, {}, {}).reasons == ("REFUSED",)
        assert answer({"consents": (refused, permit(M, M), later)}, {}, {})

    def test_ending_a_protection(self) -> None:
        place = {"reveals_location_of": (M,)}
        assert answer(protection(allowed=()), place, {}).reasons == ("SECRET_LOCATION",)
        assert answer(protection(allowed=(), valid_until=AT), place, {})
