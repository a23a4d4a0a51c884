# SPDX-License-Identifier: EUPL-1.2
"""What is coming in a case and what was left undone: each kind on its day, and not before its time."""

from __future__ import annotations

from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kgbx.case import FamilyCase, Record
from kgbx.consent.joins import Registers, facts_from_case
from kgbx.consent.policies import published_policies
from kgbx.consent.warnings import CaseWarning, warnings
from kgbx.consent.warnings_kinds import KINDS
from kgbx.errors import UsageError
from kgbx.testing.strategies import records
from tests.case.builders import FATHER, MOTHER, SMALLEST, STATEMENT, TEAM, Value, an_id, as_bytes, document, words
from tests.effort import scaled

POLICY: Final = published_policies()[0]
AT: Final = "2026-03-02"
REGISTERS: Final = Registers(format="kgbx-registers/1")
SILENT: Final = {"family_informed": "not", "reason_not_informed": "gevaar"}
HANDING: Final = {"kind": "handover", "state": "offered", "requested_on": "2026-03-01"}
ROWS: Final[tuple[tuple[str, str, dict[str, Any], str], ...]] = (
    ("CONSENT_ENDS", "consents", {"valid_until": "2026-04-01"}, "2026-04-01"),
    ("REFUSAL_ENDS", "consents", {"valid_until": "2026-04-01", "decision": "refuse"}, "2026-04-01"),
    ("GROUND_ENDS", "legal_grounds", {"valid_until": "2026-04-01T21:59:59Z"}, "2026-04-01"),
    ("GROUND_ENDS", "legal_grounds", {"valid_until": "2026-04-01T22:00:00Z"}, "2026-04-02"),
    ("GROUND_TERM", "legal_grounds", {"provision": "NOOD", "valid_until": "2026-09-01"}, "2026-03-01"),
    ("WEIGHING_ENDS", "third_party_weighings", {"valid_until": "2026-04-01"}, "2026-04-01"),
    ("MEASURE_ENDS", "measures", {"planned_end": "2026-04-01", "valid_until": "2026-04-02"}, "2026-04-01"),
    ("MEASURE_OVER", "measures", {"planned_end": "2026-02-01"}, "2026-02-01"),
    ("AUTHORITY_ENDS", "parental_authorities", {"valid_until": "2026-04-01"}, "2026-04-01"),
    ("PROTECTION_ENDS", "protections", {"valid_until": "2026-04-01"}, "2026-04-01"),
    ("RESTRICTION_ENDS", "restrictions", {"valid_until": "2026-04-01"}, "2026-04-01"),
    ("AGREEMENT_ENDS", "agreements", {"valid_until": "2026-04"}, "2026-04-01"),
    ("OBJECTION_ENDS", "decisions", {"objection_until": "2026-04-01"}, "2026-04-01"),
    ("KEEP_UNTIL", "statements", {"keep_until": "2026-04-01"}, "2026-04-01"),
    ("KEEP_UNTIL", "statements", {"keep_until": "2026-03-02"}, "2026-03-02"),
    ("EMERGENCY_NOT_SEEN", "legal_grounds", {"provision": "NOOD", "valid_until": "2026-03-03"}, "2026-03-02"),
    ("EMERGENCY_NOT_TOLD", "legal_grounds", {"provision": "NOOD", "valid_until": "2026-03-03", **SILENT}, "2026-03-02"),
    ("GROUND_NOT_TOLD", "legal_grounds", {"family_informed": "not"}, "2026-03-01"),
    ("INFORM_BY", "legal_grounds", {"inform_by": "2026-04-01", **SILENT}, "2026-04-01"),
    ("PERSON_NOT_TOLD", "informings", {"informed": False, "reason_not_informed": "gevaar"}, "2026-03-01"),
    ("PERMIT_WITHOUT_PROOF", "consents", {"recorded_by": {"org": "urn:osb:oin:00000099000000002000"}}, "2026-03-01"),
    (
        "GROUND_WITHOUT_PROOF",
        "legal_grounds",
        {"recorded_by": {"org": "urn:osb:oin:00000099000000002000"}},
        "2026-03-01",
    ),
    ("PROTECTION_WITHOUT_ALLOWED", "protections", {"allowed": []}, "2026-03-01"),
    ("ASSESS_AGAIN", "safety_assessments", {"assess_again_by": "2026-03-08"}, "2026-03-08"),
    ("PLAN_LOOK_BACK", "plans", {"evaluate_on": "2026-04-01"}, "2026-04-01"),
    ("AGREEMENT_LOOK_BACK", "agreements", {"evaluate_on": "2026-04-01"}, "2026-04-01"),
    ("CONFIDENCE_REVIEW", "confidences", {"review_on": "2026-04-01"}, "2026-04-01"),
    ("GROUND_REVIEW", "legal_grounds", {"review_on": "2026-04-01"}, "2026-04-01"),
    ("CORRECTION_OPEN", "reactions", {"kind": "correctie_feit"}, "2026-03-01"),
    ("FIXED_CONTACT_ENDS", "involvements", {"role": "fixed_contact", "valid_until": "2026-04-01"}, "2026-04-01"),
    ("WAITING_NORM", "milestones", {"norm_days": 28, "norm_source": "treeknorm"}, "2026-03-30"),
    ("WAITING_PROMISE", "milestones", {"expected_on": "2026-04-01"}, "2026-04-01"),
    ("WAITING_SAFETY", "milestones", {"safety_check_every_days": 7}, "2026-03-08"),
    ("HANDOVER_STUCK", "collaborations", HANDING, "2026-03-15"),
    ("HANDOVER_STUCK", "collaborations", {**HANDING, "first_day_receiver": "2026-04-01"}, "2026-04-01"),
    (
        "HANDOVER_DECLINED",
        "collaborations",
        {**HANDING, "state": "declined", "reason": "vol", "answered_on": "2026-03-01"},
        "2026-03-01",
    ),
)
"""Kind, type, what is different from the smallest record, and its day."""

ELSEWHERE: Final = {"TURNS_12", "TURNS_16", "TURNS_18", "PERMIT_NOT_ENOUGH", "GROUND_LOSES_MEASURE", "POLICY_ENDS"}
"""Kinds that no single record makes; they have tests of their own."""


COMING: Final = tuple(row for row in ROWS if row[3] > AT)
ENDING: Final = tuple(row for row in ROWS if row[0].endswith("_ENDS") and row[1] != "involvements")


def named(rows: tuple[tuple[str, str, dict[str, Any], str], ...]) -> list[str]:
    return [f"{kind} {number}" for number, (kind, *_) in enumerate(rows)]


def whole_case(**arrays: list[Value]) -> FamilyCase:
    """Return a valid case with the smallest record of each type but in the arrays that are given."""
    smallest = {name: [record] for name, record in SMALLEST.items() if name not in ("withdrawals", "capacities")}
    return FamilyCase.from_json(as_bytes(document(**{**smallest, **arrays})))


def case_of(array: str, *records: Value, changes: dict[str, Any] | None = None) -> FamilyCase:
    """Return a case with these records in an array, or with its smallest record changed."""
    return whole_case(**{array: [*records] if records else [SMALLEST[array] | (changes or {})]})


def found(case: FamilyCase, at: str = AT, days: int = 60) -> tuple[CaseWarning, ...]:
    proven = {one.id for one in case if one.recorded_by.org == TEAM}
    facts = facts_from_case(case, REGISTERS, own=TEAM, proven=proven)
    return warnings(case, facts=facts, policy=POLICY, at=at, days=days)


def days_of(kind: str, case: FamilyCase, at: str = AT, days: int = 60) -> list[str]:
    return [one.on for one in found(case, at, days) if one.kind == kind]


@pytest.mark.parametrize(("kind", "array", "changes", "day"), ROWS, ids=named(ROWS))
def test_each_kind_is_told_with_its_day_and_record(kind: str, array: str, changes: dict[str, Any], day: str) -> None:
    told = [(one.on, one.array, one.record) for one in found(case_of(array, changes=changes)) if one.kind == kind]
    assert told == [(day, array, SMALLEST[array]["id"])]


def test_every_kind_has_a_test() -> None:
    assert {kind for kind, *_ in ROWS} | ELSEWHERE == set(KINDS)


def test_the_smallest_records_make_no_warning() -> None:
    assert found(case_of("plans")) == ()


@pytest.mark.parametrize(("kind", "array", "changes", "day"), COMING, ids=named(COMING))
def test_a_day_is_told_when_it_lies_in_the_window(kind: str, array: str, changes: dict[str, Any], day: str) -> None:
    case = case_of(array, changes=changes)
    far = (int(day[5:7]) - 3) * 31 + int(day[8:]) - 2
    assert [len(days_of(kind, case, days=days)) for days in (far - 1, far)] == [0, 1]


@pytest.mark.parametrize("row", ENDING, ids=named(ENDING))
def test_what_has_ended_is_no_longer_told(row: tuple[str, str, dict[str, Any], str]) -> None:
    kind, array, changes, _ = row
    assert days_of(kind, case_of(array, changes=changes), at="2026-05-02") == []


@pytest.mark.parametrize("kind", ["ASSESS_AGAIN", "PLAN_LOOK_BACK", "WAITING_NORM", "HANDOVER_STUCK", "INFORM_BY"])
def test_what_was_not_done_is_told_for_as_long_as_it_is_not(kind: str) -> None:
    _, array, changes, day = next(row for row in ROWS if row[0] == kind)
    told = [one for one in found(case_of(array, changes=changes), at="2028-01-01", days=0) if one.kind == kind]
    assert [(one.on, one.due) for one in told] == [(day, True)]


def test_on_its_day_it_is_due_and_the_day_before_not() -> None:
    case = case_of("plans", changes={"evaluate_on": "2026-04-01"})
    due = [next(iter(found(case, at))).due for at in ("2026-03-31T21:59:59Z", "2026-03-31T22:00:00Z")]
    assert due == [False, True]


def test_what_is_recorded_later_is_not_known() -> None:
    assert found(case_of("plans", changes={"evaluate_on": "2026-03-01"}), at="2026-02-01") == ()


class TestWhatEndsTheWarning:
    """What was done is not told."""

    def test_a_later_judgement_of_the_same_persons(self) -> None:
        first = SMALLEST["safety_assessments"] | {"assess_again_by": "2026-03-08"}
        later = SMALLEST["safety_assessments"] | {"id": an_id(90), "assessed_on": "2026-03-02"}
        known = later | {"recorded_at": "2026-03-02T10:00:00Z"}
        assert days_of("ASSESS_AGAIN", case_of("safety_assessments", first, known), at="2026-03-03") == []

    def test_the_next_step_on_the_way_to_help(self) -> None:
        waits = SMALLEST["milestones"] | {"norm_days": 28, "norm_source": "treeknorm"}
        next_step = SMALLEST["milestones"] | {"id": an_id(90), "kind": "first_contact"}
        other_help = next_step | {"help_form": "jeugd_ggz"}
        cases = [case_of("milestones", waits, step) for step in (next_step, other_help)]
        assert [len(days_of("WAITING_NORM", case)) for case in cases] == [0, 1]

    def test_telling_everybody_of_twelve_or_older_later(self) -> None:
        ground = SMALLEST["legal_grounds"] | {"inform_by": "2026-04-01", "subjects": [MOTHER, FATHER], **SILENT}
        informing = SMALLEST["informings"] | {"record": ground["id"]}
        told = [informing | {"id": an_id(90 + number), "person": one} for number, one in enumerate((MOTHER, FATHER))]
        cases = [whole_case(legal_grounds=[ground], informings=told[:number]) for number in range(3)]
        assert [len(days_of("INFORM_BY", case)) for case in cases] == [1, 1, 0]

    def test_telling_the_person_after_all(self) -> None:
        silent = SMALLEST["informings"] | {"informed": False, "reason_not_informed": "gevaar"}
        told = SMALLEST["informings"] | {"id": an_id(90)}
        cases = [case_of("informings", silent, told | {"person": person}) for person in (MOTHER, FATHER)]
        assert [len(days_of("PERSON_NOT_TOLD", case)) for case in cases] == [0, 1]

    def test_a_decision_on_the_correction(self) -> None:
        outcome = {"result": "accepted", "by": {"org": TEAM}, "on": "2026-03-01"}
        case = case_of("reactions", changes={"kind": "correctie_feit", "outcome": outcome})
        assert days_of("CORRECTION_OPEN", case) == []

    @pytest.mark.parametrize(("start", "number"), [("2026-04-01", 0), ("2026-04-02", 1), ("2026-04", 1)])
    def test_a_successor_who_is_surely_there_when_the_fixed_contact_ends(self, start: str, number: int) -> None:
        ends = SMALLEST["involvements"] | {"role": "fixed_contact", "valid_until": "2026-04-01"}
        follows = SMALLEST["involvements"] | {"id": an_id(90), "role": "fixed_contact", "valid_from": start}
        assert len(days_of("FIXED_CONTACT_ENDS", case_of("involvements", ends, follows))) == number

    def test_a_fixed_contact_that_ended_when_nobody_is_around_any_more(self) -> None:
        ended = SMALLEST["involvements"] | {"role": "fixed_contact", "valid_until": "2026-02-01"}
        around = SMALLEST["involvements"] | {"id": an_id(90)}
        cases = [case_of("involvements", ended), case_of("involvements", ended, around)]
        assert [len(days_of("FIXED_CONTACT_ENDS", case)) for case in cases] == [0, 1]

    def test_asking_another_after_a_handover_was_declined(self) -> None:
        declined = SMALLEST["collaborations"] | next(row for row in ROWS if row[0] == "HANDOVER_DECLINED")[2]
        again = SMALLEST["collaborations"] | HANDING | {"id": an_id(90), "recorded_at": "2026-03-01T10:00:01Z"}
        assert days_of("HANDOVER_DECLINED", case_of("collaborations", declined, again)) == []

    def test_a_permit_that_lifts_the_refusal_that_ends(self) -> None:
        refusal = SMALLEST["consents"] | {"decision": "refuse", "valid_until": "2026-04-01"}
        permit = SMALLEST["consents"] | {"id": an_id(90), "supersedes": [refusal["id"]]}
        assert days_of("REFUSAL_ENDS", case_of("consents", refusal, permit)) == []


def test_an_emergency_is_told_in_its_own_words_only() -> None:
    changes = {"provision": "NOOD", "valid_until": "2026-03-03", "family_informed": "not"}
    kinds = {one.kind for one in found(case_of("legal_grounds", changes=changes)) if one.array == "legal_grounds"}
    assert kinds == {"EMERGENCY_NOT_SEEN", "EMERGENCY_NOT_TOLD", "GROUND_ENDS"}


def test_a_protection_that_has_ended_needs_nobody_who_may_know() -> None:
    case = case_of("protections", changes={"allowed": [], "valid_until": "2026-03-02"})
    assert days_of("PROTECTION_WITHOUT_ALLOWED", case) == []


def test_a_partial_date_is_told_with_both_ends() -> None:
    case = case_of("agreements", changes={"valid_until": "2026-04"})
    assert [(one.on, one.latest) for one in found(case) if one.kind == "AGREEMENT_ENDS"] == [
        ("2026-04-01", "2026-04-30")
    ]


def test_a_ground_whose_measure_ends_first_is_told() -> None:
    ground = SMALLEST["legal_grounds"] | {"valid_until": "2026-08-01"}
    case = case_of("legal_grounds", ground)
    measure = {"child": ground["subjects"][0], "organisation": ground["recipient"], "recorded_at": AT, "valid_from": AT}
    ends = [None if end is None else {"valid_until": end} for end in ("2026-04-01", "2026-09-01", None)]
    told = []
    for end in ends:
        fact = {"kind": "ondertoezichtstelling", **measure, **(end or {})}
        registers = Registers.model_validate({"format": "kgbx-registers/1", "measures": (fact,)})
        facts = facts_from_case(case, registers, own=TEAM, proven={ground["id"]})
        seen = warnings(case, facts=facts, policy=POLICY, at=AT, days=300)
        told.append([one.on for one in seen if one.kind == "GROUND_LOSES_MEASURE"])
    assert told == [["2026-04-01"], [], []]


def test_the_day_on_which_another_policy_begins_is_told() -> None:
    end = POLICY.valid_until or ""
    assert end == "2026-09-01"
    told = [one for one in found(case_of("plans"), at="2026-08-01") if one.kind == "POLICY_ENDS"]
    assert [(one.on, one.record) for one in told] == [(end, POLICY.version)]


def test_warnings_hold_no_text_of_the_case() -> None:
    said = "Zij slaapt bij haar zus."
    arrays = {"statements": SMALLEST["statements"] | {"wording": words(said), "keep_until": "2026-04-01"}}
    told = found(case_of("statements", arrays["statements"]))
    assert STATEMENT in {one.record for one in told}
    assert not [one for one in told if said in f"{one!r} {one.say('nl')} {one.say('en')}"]


@pytest.mark.parametrize("days", [-1, 3661])
def test_an_impossible_window_is_refused(days: int) -> None:
    with pytest.raises(UsageError) as caught:
        found(case_of("plans"), days=days)
    assert caught.value.code == "U_ARGUMENT"


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_says_what_and_what_to_do_and_where_it_comes_from(kind: str) -> None:
    row = KINDS[kind]
    assert all(len(text) > 40 and text.endswith((".", "?")) for text in (row.text.nl, row.text.en))
    assert (row.id, bool(row.source)) == (kind, True)


@settings(max_examples=scaled(quick=8, ci=100, long=3000), deadline=None)
@given(st.lists(records(), min_size=1, max_size=8, unique_by=lambda one: one.id), st.sampled_from([AT, "2900-01-01"]))
def test_whatever_valid_records_say_there_is_an_answer(held: list[Record], at: str) -> None:
    told = found(FamilyCase(held, synthetic=True), at, days=400)
    assert {one.kind for one in told} <= set(KINDS)


def test_a_window_beyond_every_calendar_is_refused() -> None:
    with pytest.raises(UsageError) as caught:
        found(case_of("plans"), at="2998-01-01", days=800)
    assert caught.value.code == "U_MOMENT"


def test_nobody_is_sent_for_the_proof_of_a_ground_of_another() -> None:
    told = KINDS["GROUND_WITHOUT_PROOF"].text
    assert "Ask for the proof" not in told.en
    assert ("weigh it yourself" in told.en, "weeg zelf" in told.nl) == (True, True)
