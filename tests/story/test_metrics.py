# SPDX-License-Identifier: EUPL-1.2
"""Figures of a region: what a family adds to them, what is hidden, and that it stays hidden."""

from __future__ import annotations

import json
from itertools import product
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgbx.case import FamilyCase
from kgbx.clock import parse_moment
from kgbx.codes import code_list
from kgbx.errors import DocumentError, UsageError
from kgbx.story.metrics import STEPS, FamilyFigures, Wait, family_figures, region
from kgbx.story.metrics_hiding import LEAST, hide
from kgbx.story.metrics_norms import OURS, Norms, read_norms
from kgbx.story.retelling import retelling
from kgbx.testing.families import make_family
from kgbx.testing.leaks import found_in
from tests.case.builders import CHILD, MOTHER, SMALLEST, TEAM, Value, an_id, full
from tests.case.strategies import records
from tests.effort import scaled
from tests.story.makers import case

if TYPE_CHECKING:
    from kgbx.case import BareRecord

AT = parse_moment("2026-06-01")
GI = "urn:osb:oin:00000099000000002000"


def figures(norms: Norms = OURS, **arrays: list[Value]) -> FamilyFigures:
    return family_figures(case(**arrays), at=AT, norms=norms)


def step(number: int, kind: str, on: str, form: str = "ambulant", **members: object) -> Value:
    made = {"id": an_id(0x800 + number), "kind": kind, "help_form": form, "reached_on": on, "persons": [MOTHER]}
    return SMALLEST["milestones"] | made | members


def contact(number: int, since: str, until: str | None = None, *, who: int = 1, **members: object) -> Value:
    made = full(
        number, persons=[CHILD], org=TEAM, role="fixed_contact", professional=an_id(0x700 + who), valid_from=since
    )
    return made | ({} if until is None else {"valid_until": until, "end_reason": "vertrek"}) | members


def waits(*steps: Value, norms: Norms = OURS) -> dict[str, Wait]:
    return dict(figures(norms, milestones=list(steps)).waits)


# --- one family


def test_a_wait_counts_from_the_request() -> None:
    found = waits(
        step(1, "requested", "2026-01-01"), step(2, "accepted", "2026-01-06"), step(3, "started", "2026-02-01")
    )
    assert {name: one.days for name, one in found.items()} == {"accepted": 5, "first_contact": 31, "started": 31}


def test_the_longest_wait_of_a_family_counts() -> None:
    short = (step(1, "requested", "2026-01-01"), step(2, "started", "2026-01-03"))
    long = (step(3, "requested", "2026-02-01", "crisis"), step(4, "started", "2026-04-01", "crisis"))
    assert waits(*short, *long)["started"].days == 59


def test_a_second_request_begins_a_second_wait() -> None:
    first = (step(1, "requested", "2026-01-01"), step(2, "started", "2026-01-03"), step(3, "ended", "2026-01-05"))
    again = (step(4, "requested", "2026-03-01"), step(5, "started", "2026-03-11"))
    assert waits(*first, *again)["started"].days == 10


def test_who_still_waits_beyond_the_norm_is_late() -> None:
    found = waits(step(1, "requested", "2026-05-01", norm_days=14))
    assert found["accepted"] == Wait(days=None, late=True)


@pytest.mark.parametrize(("on", "late"), [("2026-01-15", False), ("2026-01-16", True)])
def test_the_norm_of_the_record_counts_for_the_first_step(on: str, late: bool) -> None:  # noqa: FBT001  # a parameter
    steps = (
        step(1, "requested", "2026-01-01", norm_days=14),
        step(2, "first_contact", on),
        step(3, "started", "2026-05-01"),
    )
    found = waits(*steps)
    assert (found["first_contact"].late, found["started"].late) == (late, None)


def test_a_norm_of_the_region_goes_before_that_of_the_record() -> None:
    rows = [
        {"help_form": form, "until": "accepted", "days": days, "source": "region"} for form, days in (("ambulant", 3),)
    ]
    norms = read_norms(json.dumps({"format": "kgbx-norms/1", "norms": rows}).encode())
    steps = step(1, "requested", "2026-01-01", norm_days=14), step(2, "accepted", "2026-01-06")
    assert (waits(*steps, norms=norms)["accepted"].late, waits(*steps)["accepted"].late) == (True, False)


def test_help_that_ended_before_it_began_is_no_wait() -> None:
    rows = [{"until": "started", "days": 1, "source": "region"}]
    norms = read_norms(json.dumps({"format": "kgbx-norms/1", "norms": rows}).encode())
    found = waits(step(1, "requested", "2026-01-01"), step(2, "ended", "2026-03-01"), norms=norms)
    assert found["started"] == Wait(days=None, late=None)


def test_what_is_still_to_come_was_not_reached() -> None:
    assert waits(step(1, "requested", "2026-05-01"), step(2, "started", "2026-07-01"))["started"].days is None


def test_who_requested_nothing_does_not_wait() -> None:
    assert waits(step(1, "started", "2026-01-01")) == {}


def test_fixed_contacts_are_counted_by_year_and_person() -> None:
    rows = [contact(0x600, "2025-03-01", "2025-09-01"), contact(0x601, "2025-09-01", who=2)]
    found = figures(involvements=rows)
    assert (dict(found.contacts), found.gap) == ({2025: 2, 2026: 1}, False)


def test_a_fixed_contact_that_ended_at_new_year_was_none_in_that_year() -> None:
    rows = [contact(0x600, "2025-03-01", "2026-01-01"), contact(0x601, "2026-01-01", who=2)]
    assert dict(figures(involvements=rows).contacts) == {2025: 1, 2026: 1}


def test_a_day_without_is_a_gap_and_never_one_is_none() -> None:
    rows = [contact(0x600, "2025-03-01", "2025-09-01"), contact(0x601, "2025-09-02", who=2)]
    assert (figures(involvements=rows).gap, figures().gap) == (True, None)


def test_professionals_of_the_last_year_are_counted_once() -> None:
    rows = [
        contact(0x600, "2020-01-01", "2021-01-01", who=1),
        contact(0x601, "2021-01-01", "2026-01-01", who=2),
        contact(0x602, "2026-01-01", who=3),
        contact(0x605, "2025-09-01", "2025-12-01", who=4),
        full(0x603, persons=[CHILD], org=GI, role="care_provider", valid_from="2026-03-01"),
        full(0x604, persons=[MOTHER], org=GI, role="care_provider", valid_from="2026-03-01"),
    ]
    assert figures(involvements=rows).professionals == 4


def test_handovers_are_counted_and_declined_ones_apart() -> None:
    base = SMALLEST["collaborations"] | {"persons": [CHILD], "asked": [GI]}
    rows = [base | {"id": an_id(0x610), "kind": "handover", "state": "declined", "reason": "Vol."}]
    rows += [base | {"id": an_id(0x611), "kind": "consult_named", "state": "declined", "reason": "Vol."}]
    found = figures(collaborations=rows)
    assert (found.handovers, found.declined) == (1, 1)


def test_what_is_handed_in_is_passed_on() -> None:
    told = retelling(case(), at=AT, could_have_had=lambda *_: True)
    found = family_figures(case(), at=AT, norms=OURS, told=told, overdue=2)
    assert (found.asked, found.retold, found.overdue) == (0, 0, 2)


# --- a region


def some(number: int, **members: Any) -> list[FamilyFigures]:  # noqa: ANN401  # members of the figures
    return [FamilyFigures(**members)] * number


def test_of_four_families_nothing_is_told() -> None:
    found = region(some(4), at=AT)
    assert (found.families, dict(found.groups)) == (None, {})


def test_a_small_group_is_hidden_with_another() -> None:
    found = region([*some(9, gap=False), *some(3, gap=True), *some(20)], at=AT)
    assert found.groups["gap"] == {"gap": None, "no_gap": None, "no_contact": 20}


def test_ratio_and_counts_are_told_when_no_group_is_small() -> None:
    found = region([*some(10, asked=4, retold=1), *some(10, asked=4, retold=0)], at=AT)
    assert (found.asked, found.retold, found.ratio) == (80, 10, 0.12)


@pytest.mark.parametrize(
    "families",
    [
        [*some(4, asked=4, retold=1), *some(16, asked=4, retold=0)],
        [*some(5, asked=4, retold=0), *some(5, asked=4, retold=1), *some(1, asked=400, retold=300)],
        [*some(20, asked=4, retold=1), *some(1)],
    ],
    ids=["few families", "one family is most of it", "one was not measured"],
)
def test_ratio_and_counts_are_hidden_otherwise(families: list[FamilyFigures]) -> None:
    found = region(families, at=AT)
    assert (found.asked, found.retold, found.ratio) == (None, None, None)


def test_what_could_not_be_judged_is_told_apart_and_has_no_ratio() -> None:
    found = region([*some(6, asked=4, retold=0, judged=False), *some(7, asked=4, retold=0)], at=AT)
    expected = {"nothing_asked": 0, "not_judged": 6, "none_retold": 7, "retold": 0}
    assert (found.groups["retelling"], found.ratio) == (expected, None)


def test_what_was_not_measured_is_not_told() -> None:
    assert {"retelling", "overdue"}.isdisjoint(region(some(9), at=AT).groups)
    assert region(some(9, overdue=0), at=AT).groups["overdue"] == {"overdue": 0, "nothing_overdue": 9}


def test_programs_get_what_is_told() -> None:
    told = region([*some(10, asked=4, retold=1), *some(10, asked=4, retold=0)], at=AT).as_value()
    assert set(told) == {"at", "families", "least", "retelling", "groups"}
    assert (told["at"][:4], told["families"], told["least"]) == ("2026", 20, LEAST)
    assert told["retelling"] == {"asked": 80, "retold": 10, "ratio": 0.12}


@pytest.mark.parametrize(
    ("since", "until", "years"),
    [("2026-06-01", None, {2026}), ("2025-03-01", "2026-01-02", {2025, 2026}), ("2026-05-31", "2026-06-01", {2026})],
)
def test_one_day_of_a_year_counts(since: str, until: str | None, years: set[int]) -> None:
    found = figures(involvements=[contact(0x600, since, until)])
    assert dict(found.contacts) == dict.fromkeys(years, 1)


def test_years_of_long_ago_are_not_told() -> None:
    found = figures(involvements=[contact(0x600, "2010-03-01")])
    assert dict(found.contacts) == dict.fromkeys(range(2022, 2027), 1)


def test_a_moment_without_zone_is_refused() -> None:
    with pytest.raises(UsageError) as caught:
        region(some(9), at=AT.replace(tzinfo=None))
    assert caught.value.code == "U_MOMENT"


def test_no_id_name_or_day_of_a_family_is_in_the_result() -> None:
    cases = [make_family(seed) for seed in range(12)]
    value = json.dumps(region([family_figures(one, at=AT, norms=OURS) for one in cases], at=AT).as_value())
    for one in cases:
        words = [text for record in one.records("persons") for text in _said(record)]
        assert list(found_in(value, words)) == []


def _said(record: Any) -> list[str]:  # noqa: ANN401  # a person
    name = record.name
    return [record.id, *([] if name is None else filter(None, (name.given, name.surname)))]


# --- hiding


COUNTS = st.lists(st.integers(0, 9), min_size=2, max_size=4)


def possible(told: list[int | None], total: int) -> list[tuple[int, ...]]:
    """Return every table that agrees with what is told and with the rule, as somebody who knows the rule would."""
    ranges = [range(total + 1) if one is None else (one,) for one in told]
    tables = (one for one in product(*ranges) if sum(one) == total)
    return [one for one in tables if _told(list(one)) == told]


def _told(counts: list[int]) -> list[int | None]:
    return list(hide({str(n): one for n, one in enumerate(counts)}).values())


class TestASmallCountStaysHidden:
    """A count of one to four is not told, and cannot be worked out from the others, the total and the rule."""

    @given(COUNTS)
    def test_no_small_count_is_told(self, counts: list[int]) -> None:
        assert all(one is None or one == 0 or one >= LEAST for one in _told(counts))

    @given(COUNTS.filter(lambda one: sum(one) >= LEAST))
    def test_each_small_count_could_be_another(self, counts: list[int]) -> None:
        tables = possible(_told(counts), sum(counts))
        for place, count in enumerate(counts):
            if 0 < count < LEAST:
                assert len({one[place] for one in tables}) > 1

    @given(COUNTS)
    def test_what_is_told_is_true(self, counts: list[int]) -> None:
        assert all(one is None or one == count for one, count in zip(_told(counts), counts, strict=True))


def test_waiting_is_hidden_where_few_requested_help_or_few_did_not() -> None:
    waited = {name: Wait(days=3, late=None) for name in STEPS}
    found = region([*some(3), *some(20, waits=waited)], at=AT)
    assert found.groups["requests"] == {"request": None, "no_request": None}
    assert {one for step in STEPS for one in found.groups[f"days {step}"].values()} == {None}
    assert region([*some(5), *some(20, waits=waited)], at=AT).groups["days started"]["0-7"] == 20


def test_without_hiding_along_a_small_count_could_be_worked_out() -> None:
    naive = [None, 20, 9]
    assert 32 - sum(one for one in naive if one) == 3
    assert _told([3, 20, 9]) == [None, 20, None]


class TestARegionHidesWhatIsSmall:
    """Counts below five are suppressed in every group of a region, whatever the families are."""

    @given(st.lists(st.integers(0, scaled(quick=200, ci=2000, long=100_000)), min_size=0, max_size=9, unique=True))
    def test_no_group_tells_a_small_count(self, seeds: list[int]) -> None:
        families = [family_figures(make_family(seed, 6), at=parse_moment("2023-01-01"), norms=OURS) for seed in seeds]
        found = region(families, at=parse_moment("2023-01-01"))
        counts = [one for group in found.groups.values() for one in group.values()]
        assert all(one is None or one == 0 or one >= LEAST for one in counts)
        assert (found.families is None) == (len(seeds) < LEAST) == (found.groups == {})


# --- norms


def test_our_norms_name_kinds_of_help_that_exist_and_where_they_come_from() -> None:
    assert all(one.help_form in code_list("help_form").codes and one.source for one in OURS.norms)
    assert read_norms(OURS.model_dump_json(exclude_none=True).encode()) == OURS


def test_a_norm_for_every_kind_of_help_stands_back_for_one_of_its_own() -> None:
    rows = [{"until": "started", "days": 70, "source": "region"}]
    rows += [{"help_form": "crisis", "until": "started", "days": 1, "source": "region"}]
    norms = read_norms(json.dumps({"format": "kgbx-norms/1", "norms": rows}).encode())
    assert [norms.days(form, "started") for form in ("crisis", "ambulant")] == [1, 70]
    assert norms.days("crisis", "accepted") is None
    assert {one.until for one in norms.norms} <= set(STEPS)


@pytest.mark.parametrize(
    "norms",
    [
        [{"until": "ended", "days": 1, "source": "x"}],
        [{"until": "started", "days": -1, "source": "x"}],
        [{"until": "started", "days": 1}],
        [{"until": "started", "days": 1, "source": "x", "help_form": "zomaar"}],
        [{"until": "started", "days": 1, "source": "x"}] * 2,
        "none",
    ],
    ids=["step", "days", "no source", "help", "twice", "no list"],
)
def test_malformed_norms_are_refused(norms: object) -> None:
    with pytest.raises(DocumentError) as caught:
        read_norms(json.dumps({"format": "kgbx-norms/1", "norms": norms}).encode())
    assert caught.value.code == "D_INVALID"


def test_an_empty_case_has_figures() -> None:
    found = family_figures(FamilyCase(synthetic=True), at=AT, norms=OURS)
    assert (found.professionals, dict(found.waits), dict(found.contacts)) == (0, {}, {})


class TestEveryCaseIsMeasured:
    """Whatever the records say, a family has figures, and a meter."""

    @given(st.lists(records(), max_size=10, unique_by=lambda one: one.id))
    def test_any_records_are_measured(self, some: list[BareRecord]) -> None:
        made = FamilyCase(some, synthetic=True)
        told = retelling(made, at=AT, could_have_had=lambda *_: True)
        found = family_figures(made, at=AT, norms=OURS, told=told)
        assert (found.retold or 0) <= (found.asked or 0)
        assert set(found.waits) in ({*STEPS}, set())
