# SPDX-License-Identifier: EUPL-1.2
"""Comparing partial dates and finding circles: against a slower way that is plainly right."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgbx.case import Person
from kgbx.case.dates import Certain, day_recorded, exceeding, overlapping, recorded_before, surely_before
from kgbx.case.graph import circular
from kgbx.clock import span_of
from tests.case.builders import full

DAY = date(2026, 1, 1)
NODES = st.sampled_from("abcdef")
EDGES = st.lists(st.tuples(NODES, NODES), max_size=12)
PERIODS = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9), st.integers(1, 5)), max_size=6)


def reachable(edges: list[tuple[str, str]], start: str) -> set[str]:
    found: set[str] = set()
    waiting = [start]
    while waiting:
        fresh = {to for before, to in edges if before == waiting[-1]} - found
        waiting.pop()
        found |= fresh
        waiting.extend(fresh)
    return found


class TestCircles:
    """An edge is told when it lies on a circle, and never when its graph has none."""

    @given(EDGES)
    def test_every_edge_on_a_circle_is_told(self, edges: list[tuple[str, str]]) -> None:
        on_a_circle = {(start, to) for start, to in edges if start in reachable(edges, to) | {to}}
        assert on_a_circle <= circular(edges)

    @given(EDGES)
    def test_nothing_is_told_of_a_graph_without_circles(self, edges: list[tuple[str, str]]) -> None:
        has_circle = any(start in reachable(edges, to) | {to} for start, to in edges)
        assert bool(circular(edges)) is has_circle

    def test_a_long_chain_is_no_circle(self) -> None:
        assert circular((str(number), str(number + 1)) for number in range(50_000)) == set()


def certain(start: int, until: int) -> Certain:
    return Certain(DAY + timedelta(start), DAY + timedelta(until))


def held_on(period: Certain, day: date) -> bool:
    return period.start <= day < period.until


class TestPeriods:
    """Things overlap if there is a day on which both surely held."""

    @given(PERIODS)
    def test_something_overlaps_if_and_only_if_a_day_has_two(self, rows: list[tuple[int, int, int]]) -> None:
        periods = [certain(start, until) for start, until, _ in rows]
        crowded = any(sum(held_on(period, DAY + timedelta(day)) for period in periods) > 1 for day in range(10))
        assert bool(list(overlapping((period, period) for period in periods))) is crowded

    @given(PERIODS)
    def test_a_sum_is_exceeded_if_and_only_if_it_is_on_some_day(self, rows: list[tuple[int, int, int]]) -> None:
        weighed = [(certain(start, until), weight, None) for start, until, weight in rows]
        sums = [
            sum(weight for period, weight, _ in weighed if held_on(period, DAY + timedelta(day))) for day in range(10)
        ]
        assert bool(list(exceeding(weighed, limit=7))) is (max(sums) > 7)


@pytest.mark.parametrize(
    ("one", "other", "before"),
    [
        ("2025", "2026", True),
        ("2025", "2025-12", False),
        ("2025-11", "2025-12", True),
        ("2024-02-29", "2024-03", True),
        ("2026", "2025", False),
        ("2025", "2025", False),
    ],
)
def test_one_partial_date_is_before_another_only_if_it_must_be(one: str, other: str, *, before: bool) -> None:
    assert surely_before(one, other) is before


DAYS = st.dates(date(1000, 1, 1), date(2999, 12, 31)).map(str)
PARTIAL = st.tuples(DAYS, st.sampled_from((4, 7, 10))).map(lambda row: row[0][: row[1]])


class TestPartialDates:
    """Partial dates compare as the days do that they can mean."""

    @given(st.one_of(PARTIAL, DAYS), PARTIAL)
    def test_before_means_that_the_last_day_of_one_is_before_the_first_of_the_other(self, one: str, other: str) -> None:
        for left, right in ((one, other), (one, one[:4]), (one[:7], one)):
            assert surely_before(left, right) is (span_of(left)[1] < span_of(right)[0])

    @given(DAYS, st.times(), PARTIAL)
    def test_recorded_before_means_on_an_earlier_day_in_amsterdam(self, day: str, clock: time, other: str) -> None:
        record = Person(**full(1, recorded_at=f"{day}T{clock:%H:%M:%S}Z"))
        following = str(min(date.fromisoformat(day), date(2999, 12, 30)) + timedelta(1))
        for partial in (other, day, day[:7], following, following[:7], following[:4]):
            assert recorded_before(record, partial) is (day_recorded(record) < span_of(partial)[0])


@pytest.mark.parametrize(
    ("recorded_at", "day"),
    [
        ("2026-03-28T23:30:00Z", date(2026, 3, 29)),
        ("2026-07-01T21:59:59Z", date(2026, 7, 1)),
        ("2026-07-01T22:00:00Z", date(2026, 7, 2)),
        ("1000-01-01T00:00:00Z", date(1000, 1, 1)),
        ("2999-12-31T23:59:59Z", date(3000, 1, 1)),
    ],
)
def test_a_record_is_recorded_on_a_day_in_amsterdam(recorded_at: str, day: date) -> None:
    assert day_recorded(Person(**full(1, recorded_at=recorded_at))) == day
