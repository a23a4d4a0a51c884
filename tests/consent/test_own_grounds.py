# SPDX-License-Identifier: EUPL-1.2
"""Tables of decisions on legal grounds, teams, GDPR and third parties: what just fits, and what just does not."""

from __future__ import annotations

from typing import Any, Final

import pytest

from kgbx.consent.facts import CareTeamFact, MeasureFact, WeighingFact
from tests.consent.test_own_decisions import answer, organisation, serving
from tests.consent.village import AFTER, ALWAYS, AUTHORITY, ORG, PERSON, ground, permit

M, F, N, K13, K9 = (PERSON[name] for name in ("M", "F", "N", "K13", "K9"))
LT, GI, PROV, VT, RVDK, GGZ = (ORG[name] for name in ("LT", "GI", "PROV", "VT", "RVDK", "GGZ"))
GROUND: Final = {"id": "g", "provision": "JW-7.3.11-4", "recipient": GI}
TO_GI: Final = {"recipient": GI, "purpose": "protection"}
CHILD: Final = {"about": (K13,)}
Changes = dict[str, Any]


def decided(*grounds: Any, facts: Changes | None = None, item: Changes | None = None, **asked: Any) -> Any:  # noqa: ANN401  # a Decision
    """Return the decision about the child under supervision, nobody permitting."""
    known = {"consents": (), "legal_grounds": grounds, **(facts or {})}
    return answer(known, {**CHILD, **(item or {})}, {**TO_GI, **asked})


def no(about: str = K13, **changes: Any) -> Any:  # noqa: ANN401  # members of a fact
    return permit(about, about, **{"id": "no", "decision": "refuse", **changes})


OTS: Final = {"kind": "ondertoezichtstelling", "child": K13, "organisation": GI, **ALWAYS}
FITS: Final[dict[str, tuple[Changes, Changes, Changes]]] = {
    "on request": ({}, {}, {}),
    "not proportionate, a duty need not be": ({"proportionality": None}, {}, {}),
    "not subsidiary, a duty need not be": ({"subsidiarity": " "}, {}, {}),
    "not informed, with a reason": ({"family_informed": "not", "reason_not_informed": "gevaar"}, {}, {}),
    "informed later": ({"family_informed": "after"}, {}, {}),
    "this category": ({"categories": ("family_story",)}, {}, {}),
    "this purpose": ({"purposes": ("protection",)}, {}, {}),
    "this child": ({"subjects": (K13,)}, {}, {}),
    "a parent of the child": ({}, {}, {"about": (M,)}),
    "no term is needed": ({"valid_until": AFTER}, {}, {}),
    "a refusal weighed": ({"refusals_weighed": ("no",)}, {"consents": (no(),)}, {}),
    "more refusals weighed than there are": ({"refusals_weighed": ("no", "other")}, {"consents": (no(),)}, {}),
    "a refusal about another": ({}, {"consents": (no(M),)}, {}),
    "a refusal for another recipient": ({}, {"consents": (no(recipients=(PROV,)),)}, {}),
    "two measures": ({}, {"measures": (MeasureFact(**OTS), MeasureFact(**{**OTS, "child": K9}))}, {}),
}


@pytest.mark.parametrize("name", FITS)
def test_a_duty_that_fits(name: str) -> None:
    changes, facts, item = FITS[name]
    decision = decided(ground(**{**GROUND, **changes}), facts=facts, item=item)
    about = item.get("about", (K13,))
    assert (decision.reasons, dict(decision.released_by)) == ((), dict.fromkeys(about, "duty:JW-7.3.11-4"))


@pytest.mark.parametrize(("category", "told"), [("concern", True), ("care_plan", False)])
def test_a_provision_for_the_report_opens_nothing_else(category: str, *, told: bool) -> None:
    report = {"provision": "WMO-4.1.1-2d", "sender": VT, "recipient": PROV, "trigger": "own_initiative"}
    decision = decided(ground(id="g", **report), item={"category": category}, sender=VT, recipient=PROV, purpose="care")
    assert ("PROVISION_CATEGORY" in decision.reasons, "CONSENT_MISSING" in decision.reasons) == (not told, not told)


ALONE: Final = {"CONSENT_MISSING"}
FAILS: Final[dict[str, tuple[Changes, Changes, Changes, set[str]]]] = {
    "unknown provision": ({"provision": "WAMS"}, {}, {}, {"PROVISION_UNKNOWN", *ALONE}),
    "another sender": ({"sender": VT}, {}, {}, ALONE),
    "another recipient": ({"recipient": RVDK}, {}, {}, ALONE),
    "not proven": ({"proven": False}, {}, {}, ALONE),
    "over": ({"valid_until": "2026-03-01"}, {}, {}, ALONE),
    "not yet": ({"valid_from": AFTER}, {}, {}, ALONE),
    "another child": ({"subjects": (K9,)}, {}, {}, ALONE),
    "another category": ({"categories": ("health",)}, {}, {}, ALONE),
    "another purpose": ({"purposes": ("care",)}, {}, {}, ALONE),
    "provision of other recipients": (
        {"provision": "BW-1:240", "proportionality": None},
        {},
        {},
        {
            "PROVISION_RECIPIENT",
            "PROVISION_PURPOSE",
            "PRECONDITION_NOT_IN_REGISTER",
            "BALANCING_INCOMPLETE",
            *ALONE,
        },
    ),
    "provision of other senders": (
        {"provision": "JW-7.4.0-2"},
        {},
        {},
        {"PROVISION_SENDER", "PROVISION_RECIPIENT", "PROVISION_PURPOSE", *ALONE},
    ),
    "no measure": ({}, {"measures": ()}, {}, {"PRECONDITION_NOT_IN_REGISTER", *ALONE}),
    "measure of another": (
        {},
        {"measures": (MeasureFact(**{**OTS, "organisation": RVDK}),)},
        {},
        {"PRECONDITION_NOT_IN_REGISTER", *ALONE},
    ),
    "another measure": (
        {},
        {"measures": (MeasureFact(**{**OTS, "kind": "raadsonderzoek"}),)},
        {},
        {"PRECONDITION_NOT_IN_REGISTER", *ALONE},
    ),
    "measure for another child": (
        {},
        {"measures": (MeasureFact(**{**OTS, "child": K9}),)},
        {},
        {"SUBJECT_OUT_OF_SCOPE", *ALONE},
    ),
    "a brother": ({}, {}, {"about": (K9,)}, {"SUBJECT_OUT_OF_SCOPE", *ALONE}),
    "a neighbour": ({}, {}, {"about": (N,)}, {"SUBJECT_OUT_OF_SCOPE", *ALONE}),
    "a parent without authority": (
        {},
        {"parental_authority": AUTHORITY[1:2] + AUTHORITY[6:]},
        {"about": (F,)},
        {"SUBJECT_OUT_OF_SCOPE", *ALONE},
    ),
    "not necessary": ({"necessity": "  "}, {}, {}, {"BALANCING_INCOMPLETE", *ALONE}),
    "no necessity": ({"necessity": None}, {}, {}, {"BALANCING_INCOMPLETE", *ALONE}),
    "a power that is not necessary": (
        {"trigger": "own_initiative", "necessity": ""},
        {},
        {},
        {"BALANCING_INCOMPLETE", *ALONE},
    ),
    "a power that is not proportionate": (
        {"trigger": "own_initiative", "proportionality": ""},
        {},
        {},
        {"BALANCING_INCOMPLETE", *ALONE},
    ),
    "a power that is not subsidiary": (
        {"trigger": "own_initiative", "subsidiarity": None},
        {},
        {},
        {"BALANCING_INCOMPLETE", *ALONE},
    ),
    "not informed": ({"family_informed": "not"}, {}, {}, {"NOT_INFORMED_WITHOUT_REASON", *ALONE}),
    "not informed, no words": (
        {"family_informed": "not", "reason_not_informed": " "},
        {},
        {},
        {"NOT_INFORMED_WITHOUT_REASON", *ALONE},
    ),
    "a refusal not weighed": ({}, {"consents": (no(),)}, {}, {"REFUSAL_NOT_WEIGHED", "REFUSED", *ALONE}),
    "one of two refusals weighed": (
        {"refusals_weighed": ("no",)},
        {"consents": (no(), no(id="no too"))},
        {},
        {"REFUSAL_NOT_WEIGHED", "REFUSED", *ALONE},
    ),
    "a refusal that was lifted, not weighed": (
        {},
        {"consents": (no(), permit(K13, K13, supersedes=("no",)))},
        {},
        {"REFUSAL_NOT_WEIGHED", *ALONE},
    ),
}


@pytest.mark.parametrize("name", FAILS)
def test_a_ground_that_does_not_fit(name: str) -> None:
    changes, facts, item, wanted = FAILS[name]
    decision = decided(ground(**{**GROUND, **changes}), facts=facts, item=item)
    assert set(decision.reasons) == wanted
    assert not decision.escalate


NOOD: Final = {"id": "g", "provision": "NOOD", "recipient": GI, "valid_from": "2026-03-27T23:30:00Z"}


@pytest.mark.parametrize(
    ("until", "fits"),
    [("2026-03-30T21:59:59Z", True), ("2026-03-31T21:59:59Z", True), ("2026-03-31T22:00:00Z", False), (None, False)],
    ids=["two days", "three days over the clock change", "four days", "open-ended"],
)
def test_an_emergency_lasts_three_local_days(until: str | None, *, fits: bool) -> None:
    decision = decided(ground(**NOOD, valid_until=until), at="2026-03-28T06:00:00Z", known_at="2026-03-28")
    assert ("TERM_TOO_LONG" in decision.reasons) == (not fits)
    assert bool(decision) == fits


@pytest.mark.parametrize(
    ("consulted", "at", "fits"),
    [
        ("collega", "2026-03-29", True),
        ("pro", "2026-03-28T23:29:59Z", True),
        (None, "2026-03-28T23:29:59Z", True),
        ("pro", "2026-03-28T23:30:00Z", False),
        (None, "2026-03-28T23:30:00Z", False),
    ],
)
def test_a_second_person_looks_within_a_day(consulted: str | None, at: str, *, fits: bool) -> None:
    decision = decided(ground(**NOOD, consulted=consulted, valid_until="2026-03-30"), at=at, known_at=at)
    assert decision.reasons == (() if fits else ("CONSENT_MISSING", "NO_SECOND_PAIR_OF_EYES"))


EARLIER: Final = {"id": "f", "consulted": None, "recorded_at": "2026-03-25"}
_TWO_DAYS: Final = {"valid_from": "2026-03-25", "valid_until": "2026-03-27"}


@pytest.mark.parametrize(
    ("changes", "fits"),
    [
        ({}, False),
        ({"recipient": VT}, False),
        ({"consulted": "pro"}, False),
        ({"valid_until": "2026-03-28T23:30:00Z", "valid_from": "2026-03-27T12:00:00Z"}, True),
        ({"consulted": "collega"}, True),
        ({"subjects": (M,)}, True),
        ({"provision": "WMO-5.2.6"}, True),
        ({"sender": PROV}, True),
        ({"proven": False}, True),
        ({"recorded_at": "2026-03-30"}, True),
        ({"valid_until": "2026-03-25"}, True),
    ],
)
def test_the_hours_do_not_begin_again_while_nobody_looked(changes: Changes, *, fits: bool) -> None:
    two = (
        ground(**{**NOOD, **EARLIER, **_TWO_DAYS, **changes}),
        ground(**NOOD, consulted=None, valid_until="2026-03-30"),
    )
    for grounds in (two, two[::-1]):
        decision = decided(*grounds, at="2026-03-28T06:00:00Z", known_at="2026-03-28T06:00:00Z")
        assert decision.reasons == (() if fits else ("CONSENT_MISSING", "NO_SECOND_PAIR_OF_EYES"))


TO_THE_COLLEGE: Final = {"id": "g", "provision": "JW-7.4.0-2", "sender": PROV, "recipient": GI, "subjects": ("*",)}


@pytest.mark.parametrize(
    ("about", "subjects", "facts", "fits"),
    [
        (K13, (K13,), {}, True),
        (M, (M, K13), {}, True),
        (M, (M,), {}, False),
        (N, (N, K13), {}, False),
        (N, (N,), {}, False),
        (F, (F, K13), {"parental_authority": AUTHORITY[1:2] + AUTHORITY[6:]}, False),
    ],
    ids=["a child", "its parent", "a parent alone", "a neighbour", "alone", "a parent without authority"],
)
@pytest.mark.parametrize("provision", ["JW-7.4.0-2", "WMO-4.2.12-3"])
def test_what_the_college_gets_is_about_children_and_who_holds_authority(
    provision: str, about: str, subjects: tuple[str, ...], facts: Changes, *, fits: bool
) -> None:
    sender = PROV if provision.startswith("JW") else VT
    held = ground(**{**TO_THE_COLLEGE, "provision": provision, "sender": sender, "subjects": subjects})
    asked = {"sender": sender, "recipient": GI, "purpose": "allocation"}
    known = organisation("GI", function="gemeente_toegang") | facts
    decision = decided(held, facts=known, item={"about": (about,), "category": "contact"}, **asked)
    assert ("SUBJECT_OUT_OF_SCOPE" in decision.reasons) == (not fits)
    assert dict(decision.released_by) == ({about: f"duty:{provision}"} if fits else {})


class TestTheOrderOfReleases:
    """Consent, the first fitting duty, the first fitting power (by provision, then id), team."""

    def release(self, *grounds: Any, **facts: Any) -> tuple[str, ...]:  # noqa: ANN401  # facts of any kind
        return tuple(decided(*grounds, facts=facts).released_by.values())

    def test_duty_before_power_whatever_the_id(self) -> None:
        power = ground(**{**GROUND, "id": "a", "trigger": "own_initiative"})
        assert self.release(power) == ("power:JW-7.3.11-4",)
        assert self.release(power, ground(**GROUND)) == ("duty:JW-7.3.11-4",)

    def test_consent_before_duty(self) -> None:
        permits = tuple(permit(one, K13) for one in (M, F, K13))
        assert self.release(ground(**GROUND), consents=permits) == ("consent",)

    def test_power_by_provision_and_before_team(self) -> None:
        team = CareTeamFact(subject=K13, organisations=(LT, GI), **ALWAYS)
        emergency = ground(id="a", provision="NOOD", recipient=GI, valid_from="2026-02-28", valid_until="2026-03-02")
        power = ground(**{**GROUND, "trigger": "own_initiative"})
        assert self.release(emergency, power, care_teams=(team,)) == ("power:JW-7.3.11-4",)
        assert self.release(emergency, care_teams=(team,)) == ("power:NOOD",)

    def test_one_fitting_ground_is_enough(self) -> None:
        assert self.release(ground(**{**GROUND, "id": "a", "necessity": ""}), ground(**GROUND)) == ("duty:JW-7.3.11-4",)


TEAMS: Final[dict[str, tuple[Changes, Changes, Changes, bool]]] = {
    "together": ({}, {}, {}, True),
    "with a third": ({"organisations": (VT, LT, PROV)}, {}, {}, True),
    "without the sender": ({"organisations": (PROV, VT)}, {}, {}, False),
    "without the recipient": ({"organisations": (LT, VT)}, {}, {}, False),
    "for another": ({"subject": K9}, {}, {}, False),
    "over": ({"valid_until": "2026-03-01"}, {}, {}, False),
    "collected for something else": ({}, {}, {"collected_for": "safety"}, False),
    "collected for nothing in particular": ({}, {}, {"collected_for": None}, False),
    "collected for anything": ({}, {}, {"collected_for": "*"}, False),
    "a refusal": ({}, {"consents": (no(),)}, {}, False),
    "a refusal that was lifted": ({}, {"consents": (no(), permit(K13, K13, supersedes=("no",)))}, {}, False),
    "a refusal for another recipient": ({}, {"consents": (no(recipients=(GI,)),)}, {}, True),
}


@pytest.mark.parametrize("name", TEAMS)
def test_a_team(name: str) -> None:
    team, facts, item, fits = TEAMS[name]
    made = CareTeamFact(**{"subject": K13, "organisations": (LT, PROV), **ALWAYS, **team})
    known = {"care_teams": (made,), **serving(K13), **facts}
    decision = decided(facts=known, item=item, recipient=PROV, purpose="care")
    assert dict(decision.released_by) == ({K13: "team"} if fits else {})


def weighed(**changes: Any) -> Changes:  # noqa: ANN401  # members of a fact
    made = {"item": "i", "person": N, "decided_by": "pro", "why_not_harmed": "geen schade", "proven": True, **ALWAYS}
    return {"third_party_weighings": (WeighingFact(**{**made, **changes}),)}


def _both_weighings() -> Changes:
    rows = (weighed(), weighed(why_not_harmed=""))
    return {"third_party_weighings": tuple(one for row in rows for one in row["third_party_weighings"])}


NAMED: Final = {"third_parties": (N,)}
POWER: Final = {**GROUND, "trigger": "own_initiative"}
OTHERS: Final[dict[str, tuple[Changes, Changes, Changes, bool]]] = {
    "a duty": (GROUND, {}, {}, True),
    "a duty, under the wgbo": (GROUND, {}, {"regime": "wgbo"}, False),
    "a duty, under the wgbo, weighed": (GROUND, weighed(), {"regime": "wgbo"}, True),
    "a power": (POWER, {}, {}, False),
    "a power, weighed": (POWER, weighed(), {}, True),
    "weighed without proof": (POWER, weighed(proven=False), {}, False),
    "weighed without words": (POWER, weighed(why_not_harmed=" "), {}, False),
    "weighed with nothing": (POWER, weighed(why_not_harmed=None), {}, False),
    "another item weighed": (POWER, weighed(item="j"), {}, False),
    "another person weighed": (POWER, weighed(person=M), {}, False),
    "weighed later": (POWER, weighed(valid_from=AFTER), {}, False),
    "weighed well and badly": (POWER, _both_weighings(), {}, True),
    "refused": (POWER, {**weighed(), "consents": (no(N),)}, {}, False),
    "refused and weighed": (POWER, {**weighed(refusals_weighed=("no",)), "consents": (no(N),)}, {}, True),
    "refused for others": (POWER, {**weighed(), "consents": (no(N, recipients=(PROV,)),)}, {}, True),
}


@pytest.mark.parametrize("name", OTHERS)
def test_who_else_is_named(name: str) -> None:
    made, facts, item, fits = OTHERS[name]
    known = {**facts, "consents": (*facts.get("consents", ()), permit(M, M))}
    decision = decided(ground(**made), facts=known, item={**NAMED, **item})
    assert decision.reasons == (() if fits else ("THIRD_PARTY",))


def test_a_duty_for_one_of_two_subjects_lets_nobody_be_named() -> None:
    only = ground(**{**GROUND, "subjects": (K13,)})
    decision = decided(only, facts={"consents": (permit(M, M),)}, item={**NAMED, "about": (K13, M)})
    assert (decision.reasons, decision.escalate) == (("THIRD_PARTY",), False)


def test_a_duty_that_meets_a_denial_is_escalated() -> None:
    decision = decided(ground(**GROUND), item={"working_note": True})
    assert (decision.reasons, decision.escalate, dict(decision.released_by)) == (("WORKING_NOTE",), True, {})
    assert not decided(ground(**POWER), item={"working_note": True}).escalate
    assert not decided(ground(**GROUND), item={"about": (), "working_note": True}).escalate


@pytest.mark.parametrize(
    ("kind", "code"),
    [({"category": "health", "health": True}, "NO_ART9_EXCEPTION"), ({"criminal": True}, "NO_ART10_EXCEPTION")],
)
def test_health_and_criminal_data_need_an_exception_or_the_consent_of_all(kind: Changes, code: str) -> None:
    facts = {
        **serving(K13),
        "legal_grounds": (
            ground(id="g", provision="NOOD", recipient=PROV, valid_until="2026-03-02", valid_from="2026-02-28"),
        ),
    }
    asked = {"recipient": PROV, "purpose": "care"}
    permits = {"consents": tuple(permit(one, K13) for one in (M, F, K13))}
    open_secrets = organisation("PROV", bound_to_secrecy=False) if code == "NO_ART9_EXCEPTION" else {}
    assert decided(facts={**facts, **open_secrets, "consents": ()}, item=kind, **asked).reasons == (code,)
    assert decided(facts={**facts, **open_secrets, **permits}, item=kind, **asked)
    assert decided(ground(**GROUND), item=kind)


def test_the_consent_of_one_of_two_is_no_exception_for_health_data() -> None:
    only, facts = ground(**{**GROUND, "subjects": (K13,)}), organisation("GI", bound_to_secrecy=False)
    decision = decided(only, facts={**facts, "consents": (permit(M, M),)}, item={"about": (K13, M), "health": True})
    assert decision.reasons == ("NO_ART9_EXCEPTION",)


def test_health_data_go_to_a_health_function_bound_to_secrecy() -> None:
    facts = organisation("GI", bound_to_secrecy=False)
    assert decided(ground(**GROUND), facts=facts, item={"health": True}).reasons == ("NO_ART9_EXCEPTION",)
    assert decided(ground(**GROUND), facts=facts)
