# SPDX-License-Identifier: EUPL-1.2
"""Days, partial dates, instants, ages: the calendar as law counts it."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgbx import clock
from kgbx.errors import UsageError
from tests.effort import scaled

DAYS = st.dates(date(1000, 1, 1), date(2999, 12, 31))
INSTANTS = st.datetimes(datetime(1001, 1, 1), datetime(2998, 12, 31), timezones=st.timezones())  # noqa: DTZ001  # bounds
TWO_HOURS = timezone(timedelta(hours=2))


def code_of(caught: pytest.ExceptionInfo[UsageError]) -> str:
    """Return the code; the error must hold no other error."""
    assert caught.value.__context__ is None
    return caught.value.code


class TestDayPattern:
    """The pattern accepts exactly the days of the Gregorian calendar of the years 1000 to 2999."""

    PATTERN = re.compile(clock.DAY_PATTERN)

    def test_every_day_of_1896_to_2104(self) -> None:
        first, last = date(1896, 1, 1), date(2104, 12, 31)
        days = [(first + timedelta(days=n)).isoformat() for n in range((last - first).days + 1)]
        assert [day for day in days if not self.PATTERN.match(day)] == []

    def test_every_other_month_and_day_of_1896_to_2104(self) -> None:
        years = scaled(quick=(1896, 1900, 1999, 2000, 2023, 2024, 2100), ci=range(1896, 2105), long=range(1000, 3000))
        texts = [f"{year:04}-{month:02}-{day:02}" for year in years for month in range(20) for day in range(40)]
        assert [text for text in texts if bool(self.PATTERN.match(text)) != is_a_day(text)] == []

    @given(st.integers(1000, 2999))
    def test_29_february_of_leap_years_only(self, year: int) -> None:
        assert bool(self.PATTERN.match(f"{year}-02-29")) == is_a_day(f"{year}-02-29")

    @given(st.from_regex(re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII), fullmatch=True))
    def test_any_digits(self, text: str) -> None:
        within = "1000" <= text[:4] <= "2999"
        assert bool(self.PATTERN.match(text)) == (within and is_a_day(text))


def is_a_day(text: str) -> bool:
    """Tell whether the standard library knows the day."""
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


NOT_INSTANTS = [
    "",
    "2026-03-01",
    "2026-03-01T10:00:00",
    "2026-03-01T10:00:00+00:00",
    "2026-03-01T10:00:00z",
    "2026-03-01t10:00:00Z",
    "2026-03-01 10:00:00Z",
    "2026-03-01T10:00:00.0Z",
    "2026-03-01T10:00Z",
    "2026-03-01T24:00:00Z",
    "2026-03-01T10:60:00Z",
    "2026-12-31T23:59:60Z",
    "2026-02-29T10:00:00Z",
    "0999-01-01T00:00:00Z",
    "2026-03-01T10:00:00Z\n",
    " 2026-03-01T10:00:00Z",
    "\uff12\uff10\uff12\uff16-03-01T10:00:00Z",
]


class TestInstants:
    """An instant is written in exactly one way, and only that way is read."""

    @given(INSTANTS)
    def test_writing_and_reading_gives_the_second(self, moment: datetime) -> None:
        assert clock.parse_instant(clock.format_instant(moment)) == moment.astimezone(UTC).replace(microsecond=0)

    @given(INSTANTS)
    def test_what_is_written_fits_the_published_pattern(self, moment: datetime) -> None:
        assert re.search(clock.INSTANT_PATTERN, clock.format_instant(moment))

    @pytest.mark.parametrize("text", NOT_INSTANTS)
    def test_another_spelling_is_refused(self, text: str) -> None:
        with pytest.raises(UsageError) as caught:
            clock.parse_instant(text)
        assert code_of(caught) == "U_MOMENT"

    @given(st.text(max_size=24))
    def test_any_text_is_an_instant_or_refused(self, text: str) -> None:
        with pytest.raises(UsageError) as caught:
            clock.parse_instant(text)
        assert code_of(caught) == "U_MOMENT"

    @pytest.mark.parametrize("read", [clock.require_aware, clock.format_instant, clock.local_day])
    def test_a_naive_datetime_is_refused(self, read: object) -> None:
        with pytest.raises(UsageError) as caught:
            read(datetime(2026, 3, 1))  # type: ignore[operator]  # noqa: DTZ001  # that is the point
        assert code_of(caught) == "U_MOMENT"

    @pytest.mark.parametrize("year", [1, 999, 1000, 2999, 9999])
    def test_a_year_that_kgbx_does_not_write_is_refused(self, year: int) -> None:
        with pytest.raises(UsageError) as caught:
            clock.format_instant(datetime(year, 1, 1, tzinfo=TWO_HOURS))
        assert code_of(caught) == "U_MOMENT"


class TestMoments:
    """A day stands for its first instant in Europe/Amsterdam."""

    @pytest.mark.parametrize(
        ("text", "instant"),
        [
            ("2026-01-15", "2026-01-14T23:00:00Z"),
            ("2026-07-15", "2026-07-14T22:00:00Z"),
            ("2026-03-29", "2026-03-28T23:00:00Z"),
            ("2026-03-30", "2026-03-29T22:00:00Z"),
            ("2026-10-25", "2026-10-24T22:00:00Z"),
            ("2026-10-26", "2026-10-25T23:00:00Z"),
            ("2026-07-15T10:00:00Z", "2026-07-15T10:00:00Z"),
        ],
    )
    def test_first_instant(self, text: str, instant: str) -> None:
        assert clock.format_instant(clock.parse_moment(text)) == instant

    @given(st.dates(date(1001, 1, 2), date(2998, 12, 31)))
    def test_the_first_instant_lies_on_the_day(self, day: date) -> None:
        moment = clock.parse_moment(day.isoformat())
        assert clock.local_day(moment) == day
        assert clock.local_day(moment - timedelta(seconds=1)) == day - timedelta(days=1)

    @pytest.mark.parametrize("text", ["2026-02-29", "2026", "2026-03", "2026-03-01\n", "vandaag"])
    def test_what_is_no_moment_is_refused(self, text: str) -> None:
        with pytest.raises(UsageError) as caught:
            clock.parse_moment(text)
        assert code_of(caught) == "U_MOMENT"


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 1, 1, 22, 59, tzinfo=UTC), date(2026, 1, 1)),
        (datetime(2026, 1, 1, 23, 0, tzinfo=UTC), date(2026, 1, 2)),
        (datetime(2026, 7, 1, 22, 0, tzinfo=UTC), date(2026, 7, 2)),
        (datetime(2026, 7, 2, 0, 30, tzinfo=TWO_HOURS), date(2026, 7, 2)),
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), date(2026, 10, 25)),
        (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), date(2026, 10, 25)),
        (datetime(2026, 12, 31, 23, 30, tzinfo=UTC), date(2027, 1, 1)),
    ],
)
def test_the_day_is_that_of_amsterdam(moment: datetime, day: date) -> None:
    assert clock.local_day(moment) == day


class TestPartialDates:
    """A partial date is a span of days, never a made-up 1 January."""

    @pytest.mark.parametrize(
        ("partial", "first", "last"),
        [
            ("2019", date(2019, 1, 1), date(2019, 12, 31)),
            ("2019-04", date(2019, 4, 1), date(2019, 4, 30)),
            ("2019-12", date(2019, 12, 1), date(2019, 12, 31)),
            ("2019-02", date(2019, 2, 1), date(2019, 2, 28)),
            ("2020-02", date(2020, 2, 1), date(2020, 2, 29)),
            ("2000-02", date(2000, 2, 1), date(2000, 2, 29)),
            ("1900-02", date(1900, 2, 1), date(1900, 2, 28)),
            ("2019-04-30", date(2019, 4, 30), date(2019, 4, 30)),
            ("2999-12", date(2999, 12, 1), date(2999, 12, 31)),
        ],
    )
    def test_span(self, partial: str, first: date, last: date) -> None:
        assert clock.span_of(partial) == (first, last)

    @given(DAYS)
    def test_year_and_month_hold_the_day(self, day: date) -> None:
        for partial in (day.isoformat(), day.isoformat()[:7], day.isoformat()[:4]):
            first, last = clock.span_of(partial)
            assert first <= day <= last

    @pytest.mark.parametrize(
        "partial",
        [
            "",
            "19",
            "2019-",
            "2019-00",
            "2019-13",
            "2019-4",
            "2019-02-29",
            "2019-04-31",
            "2019\n",
            "\uff12\uff10\uff11\uff19",
        ],
    )
    def test_what_is_no_partial_date_is_refused(self, partial: str) -> None:
        with pytest.raises(UsageError) as caught:
            clock.span_of(partial)
        assert code_of(caught) == "U_ARGUMENT"


class TestAges:
    """An age counts whole years by calendar day."""

    @pytest.mark.parametrize(
        ("birth", "day", "age"),
        [
            (date(2010, 5, 20), date(2026, 5, 19), 15),
            (date(2010, 5, 20), date(2026, 5, 20), 16),
            (date(2008, 2, 29), date(2026, 2, 28), 17),
            (date(2008, 2, 29), date(2026, 3, 1), 18),
            (date(2008, 2, 29), date(2024, 2, 29), 16),
            (date(2026, 5, 20), date(2026, 5, 20), 0),
        ],
    )
    def test_age(self, birth: date, day: date, age: int) -> None:
        assert clock.age_on(birth, day) == age

    @given(DAYS, st.integers(0, 60_000))
    def test_an_age_never_goes_down_and_grows_once_a_year(self, birth: date, days: int) -> None:
        day = min(birth + timedelta(days=days), date(2999, 12, 30))
        step = clock.age_on(birth, day + timedelta(days=1)) - clock.age_on(birth, day)
        assert step in {0, 1}

    @pytest.mark.parametrize(
        ("partial", "ages"),
        [("2010", (15, 16)), ("2010-05", (15, 16)), ("2010-04", (16, 16)), ("2010-05-20", (16, 16))],
    )
    def test_a_partial_birth_date_gives_the_lowest_and_the_highest_age(
        self, partial: str, ages: tuple[int, int]
    ) -> None:
        assert clock.ages_on(partial, date(2026, 5, 20)) == ages

    def test_what_is_no_partial_date_has_no_age(self) -> None:
        with pytest.raises(UsageError) as caught:
            clock.ages_on("onbekend", date(2026, 5, 20))
        assert code_of(caught) == "U_ARGUMENT"


class TestClocks:
    """The present comes from a clock, in UTC and whole seconds."""

    def test_the_clock_of_the_machine_gives_whole_seconds_in_utc(self) -> None:
        now = clock.SystemClock().now()
        assert (now.tzinfo, now.microsecond) == (UTC, 0)

    def test_the_clock_of_the_machine_does_not_go_back(self) -> None:
        machine = clock.SystemClock()
        assert machine.now() <= machine.now()

    def test_a_fixed_clock_moves_only_when_told(self) -> None:
        fixed = clock.FixedClock(datetime(2026, 3, 1, 12, 0, 0, 5, tzinfo=TWO_HOURS))
        assert clock.format_instant(fixed.now()) == "2026-03-01T10:00:00Z"
        fixed.tick(days=1, seconds=1)
        assert clock.format_instant(fixed.now()) == "2026-03-02T10:00:01Z"

    def test_a_fixed_clock_refuses_a_naive_moment(self) -> None:
        with pytest.raises(UsageError) as caught:
            clock.FixedClock(datetime(2026, 3, 1)).now()  # noqa: DTZ001  # that is the point
        assert code_of(caught) == "U_MOMENT"


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        ("1000-01-01", "1000-01-01"),
        ("2999-12-31", "2999-12-31"),
        ("2999-12-31T23:59:59Z", "3000-01-01"),
        ("1000-01-01T00:00:00Z", "1000-01-01"),
        ("2026-06-30T22:30:00Z", "2026-07-01"),
    ],
)
def test_every_moment_has_a_day(moment: str, day: str) -> None:
    assert clock.day_of_moment(moment).isoformat() == day


def test_what_is_no_moment_has_no_day() -> None:
    with pytest.raises(UsageError) as caught:
        clock.day_of_moment("vandaag")
    assert caught.value.code == "U_MOMENT"


@pytest.mark.parametrize(
    ("second", "day"), [(0, "1970-01-01"), (-30_610_224_000, "1000-01-01"), (82_800, "1970-01-02")]
)
def test_every_second_has_a_day(second: int, day: str) -> None:
    assert clock.day_of_second(second).isoformat() == day
