# SPDX-License-Identifier: EUPL-1.2
"""What is erased is gone with what speaks about it, and does not come back."""

from __future__ import annotations

from itertools import count
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kgbx.case import Actor, Erasure, FamilyCase, Person, Reaction, Stamp
from kgbx.case.types import TYPE_OF
from kgbx.errors import DocumentError, IntegrityError, UsageError
from tests.case.builders import (
    AT,
    CHILD,
    FATHER,
    MOTHER,
    SMALLEST,
    STATEMENT,
    TEAM,
    Value,
    an_id,
    as_bytes,
    bare,
    document,
    full,
    smallest,
)
from tests.case.histories import histories
from tests.case.rule_documents import gezag
from tests.effort import scaled

Cases = tuple[FamilyCase, ...]
RULE, ON = "request_youth_care_file", "2026-03-01"
SPEAKING_OF_THE_STATEMENT = (
    "reactions",
    "reviews",
    "informings",
    "third_party_weighings",
    "confidences",
    "restrictions",
)

of_histories = settings(
    max_examples=scaled(quick=15, ci=80, long=5000), suppress_health_check=[HealthCheck.too_slow], deadline=None
)


def small_case() -> FamilyCase:
    return FamilyCase.from_json(as_bytes(smallest()))


def stamp(start: int = 5000) -> Stamp:
    numbers = count(start)
    return Stamp(recorded_by=Actor(org=TEAM), recorded_at=AT, ids=lambda: UUID(an_id(next(numbers))), random=bytes)


def erased(case: FamilyCase, record_id: str) -> FamilyCase:
    return case.erase(record_id, rule=RULE, on=ON, stamp=stamp())


def test_a_record_is_gone_and_an_erasure_says_so() -> None:
    after = erased(FamilyCase([Person(**full(1))], synthetic=True), MOTHER)
    (erasure,) = after.records()
    assert isinstance(erasure, Erasure)
    assert (erasure.record, erasure.rule, erasure.on, erasure.recorded_at) == (MOTHER, RULE, ON, AT)
    assert after.erased == {MOTHER}


def test_an_erasure_says_nothing_of_what_it_was_or_of_whom() -> None:
    members = set(Erasure.model_fields)
    assert members == {"id", "recorded_at", "recorded_by", "salt", "extensions", "record", "rule", "on"}


def test_with_a_record_goes_what_speaks_about_it() -> None:
    case = small_case()
    gone = {STATEMENT, *(one.id for array in SPEAKING_OF_THE_STATEMENT for one in case.records(array))}
    after = erased(case, STATEMENT)
    assert {record.id for record in case} - {record.id for record in after} == gone
    assert after.erased - case.erased == gone


@pytest.mark.parametrize(("array", "speaking"), [("reports", "reporters"), ("consents", "withdrawals")])
def test_with_a_report_goes_its_reporter_and_with_a_consent_its_withdrawal(array: str, speaking: str) -> None:
    case = small_case()
    assert erased(case, case.records(array)[0].id).records(speaking) == ()


def test_with_a_reaction_goes_what_speaks_about_that() -> None:
    rows = [SMALLEST["reactions"], SMALLEST["confidences"] | {"record": an_id(19)}]
    value = document(statements=[SMALLEST["statements"]], reactions=rows[:1], confidences=rows[1:])
    assert {type(one) for one in erased(FamilyCase.from_json(as_bytes(value)), STATEMENT)} == {Erasure}


def test_what_only_names_a_person_stays() -> None:
    case = small_case()
    assert {record.id for record in case} - {record.id for record in erased(case, CHILD)} == {CHILD}


def test_links_stay_and_are_told_about() -> None:
    after = erased(small_case(), STATEMENT)
    assert after.records("links")
    assert ("KGBX-R-130", "/links/0/from") in {(problem.code, problem.pointer) for problem in after.warnings()}
    assert FamilyCase.from_json(after.to_json()) == after


def test_the_old_version_does_not_come_back_when_its_correction_is_erased() -> None:
    value = document(persons=[full(1), full(2)], links=[bare(50, from_=FATHER, kind="replaces", to=MOTHER)])
    after = erased(FamilyCase.from_json(as_bytes(value)), FATHER)
    assert (after.current("persons"), [one.id for one in after.history(MOTHER)]) == ((), [MOTHER])


def test_a_correction_stays_when_its_old_version_is_erased() -> None:
    value = document(persons=[full(1), full(2)], links=[bare(50, from_=FATHER, kind="replaces", to=MOTHER)])
    after = erased(FamilyCase.from_json(as_bytes(value)), MOTHER)
    assert [one.id for one in after.current("persons")] == [FATHER]
    assert after.warnings() == ()


def test_a_conflict_ends_when_one_of_two_versions_is_erased() -> None:
    links = [bare(50 + number, from_=an_id(number), kind="replaces", to=MOTHER) for number in (2, 3)]
    case = FamilyCase.from_json(as_bytes(document(persons=[full(1), full(2), full(3)], links=links)))
    assert (len(case.conflicts()), erased(case, CHILD).conflicts()) == (1, ())


def test_same_person_is_undone_by_an_erasure() -> None:
    case = small_case()
    pair = case.records("same_person")[0]
    after = erased(case, pair.id)
    assert (after.records("same_person"), after.merge(case).records("same_person")) == ((), ())


def test_a_mark_of_what_was_erased_goes_too() -> None:
    case = FamilyCase.from_json(as_bytes(document(persons=[full(1), full(2)], disputed=[MOTHER, FATHER])))
    assert erased(case, MOTHER).disputed == (FATHER,)


def test_erasing_twice_changes_nothing() -> None:
    once = erased(small_case(), STATEMENT)
    again = once.erase(STATEMENT, rule="unlawful", on="2026-03-02", stamp=stamp(9000))
    assert again.to_json() == once.to_json()


def test_erasing_again_takes_along_what_arrived_since() -> None:
    once = erased(FamilyCase.from_json(as_bytes(document(statements=[SMALLEST["statements"]]))), STATEMENT)
    reaction = Reaction(**SMALLEST["reactions"])
    later = once.merge(FamilyCase([reaction], synthetic=True))
    assert reaction.id in later
    assert reaction.id not in later.erase(STATEMENT, rule=RULE, on=ON, stamp=stamp(9000))


@pytest.mark.parametrize("record_id", [an_id(999), SMALLEST["erasures"]["id"]])
def test_what_is_not_there_or_is_an_erasure_cannot_be_erased(record_id: str) -> None:
    with pytest.raises(UsageError) as caught:
        erased(small_case(), record_id)
    assert caught.value.code == "U_ARGUMENT"


@pytest.mark.parametrize("change", [{"rule": "because"}, {"on": "2026"}])
def test_an_erasure_of_another_form_is_refused(change: dict[str, str]) -> None:
    with pytest.raises(DocumentError) as caught:
        small_case().erase(CHILD, **{"rule": RULE, "on": ON} | change, stamp=stamp())
    assert {problem.code for problem in caught.value.problems} <= {"D_CODE", "D_FORMAT", "D_LENGTH"}


def test_nothing_is_erased_before_it_is_recorded() -> None:
    with pytest.raises(DocumentError) as caught:
        small_case().erase(CHILD, rule=RULE, on="2026-03-02", stamp=stamp())
    assert [problem.code for problem in caught.value.problems] == ["KGBX-R-117"]


def test_a_link_without_which_two_versions_would_be_current_is_not_erased() -> None:
    link = bare(50, from_=an_id(18), kind="replaces", to=an_id(17))
    value = document(parental_authorities=[gezag("tijdelijk_geen"), gezag("tijdelijk_geen", number=18)], links=[link])
    with pytest.raises(DocumentError) as caught:
        erased(FamilyCase.from_json(as_bytes(value)), an_id(50))
    assert [problem.code for problem in caught.value.problems] == ["KGBX-R-042"]


# --- it does not come back


def test_what_was_erased_cannot_be_added_again() -> None:
    person = Person(**full(1))
    after = erased(FamilyCase([person], synthetic=True), MOTHER)
    with pytest.raises(IntegrityError) as caught:
        after.add(person)
    assert (caught.value.code, caught.value.records) == ("D_ERASED", (MOTHER,))


def test_an_erasure_that_is_added_takes_away_what_it_names() -> None:
    notice = Erasure(**SMALLEST["erasures"] | {"record": MOTHER})
    assert MOTHER not in FamilyCase([Person(**full(1))], synthetic=True).add(notice)


def test_an_erasure_of_an_erasure_has_no_effect() -> None:
    first = Erasure(**SMALLEST["erasures"])
    second = Erasure(**SMALLEST["erasures"] | {"id": an_id(70), "record": first.id})
    case = FamilyCase([first, second], synthetic=True)
    assert (len(case), set(case.erased)) == (2, {first.record, first.id})


def test_a_document_that_still_holds_what_it_erased_is_refused() -> None:
    value: Value = document(persons=[full(1)], erasures=[SMALLEST["erasures"] | {"record": MOTHER}])
    with pytest.raises(DocumentError) as caught:
        FamilyCase.from_json(as_bytes(value))
    assert [(problem.code, problem.pointer) for problem in caught.value.problems] == [("KGBX-R-131", "/persons/0")]


class TestAnErasedRecordNeverReturns:
    """An erased record never returns by merge, and what speaks about it goes with it where it is erased."""

    @of_histories
    @given(histories(2), st.data())
    def test_from_a_partners_copy(self, cases: Cases, data: st.DataObject) -> None:
        one, other = cases
        whole = one.merge(other)
        erasable = [record.id for record in whole if not isinstance(record, (Erasure, *LINKS))]
        if not erasable:
            return
        after = erased(whole, data.draw(st.sampled_from(erasable)))
        gone = after.erased - whole.erased
        assert gone.isdisjoint(record.id for record in after.merge(one).merge(other))
        assert not [record.id for record in after if names_target(record) in gone]


LINKS = tuple(model for model, row in TYPE_OF.items() if row.array == "links")


def names_target(record: object) -> str | None:
    """Return what a record speaks about, if anything."""
    target = TYPE_OF[type(record)].target  # type: ignore[index]  # records only
    return getattr(record, target) if target else None
