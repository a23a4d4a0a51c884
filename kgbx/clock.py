# SPDX-License-Identifier: EUPL-1.2
"""Time as kgbx writes it, and where it comes from.

Rules: instants are UTC, ``YYYY-MM-DDTHH:MM:SSZ``, no fraction; days ``YYYY-MM-DD``; partial dates ``YYYY``, ``YYYY-MM``
or a day. A partial date is a span of days, never a made-up 1 January. Periods are half-open. Ages count by calendar day
in Europe/Amsterdam. Only :class:`SystemClock` reads the clock of the machine.
Malformed text and naive datetimes raise UsageError.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final, Protocol
from zoneinfo import ZoneInfo

from kgbx.errors import UsageError
from kgbx.messages import Text

AMSTERDAM: Final = ZoneInfo("Europe/Amsterdam")

_YEAR = "[12][0-9]{3}"
_LEAP_YEAR = "(?:[12][0-9](?:0[48]|[2468][048]|[13579][26])|(?:1[26]|2[048])00)"
_LONG_MONTH = "(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])"
_SHORT_MONTH = "(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)"
_FEBRUARY = "02-(?:0[1-9]|1[0-9]|2[0-8])"
_MONTH_DAY = f"(?:{_LONG_MONTH}|{_SHORT_MONTH}|{_FEBRUARY})"
_DAY = f"(?:{_YEAR}-{_MONTH_DAY}|{_LEAP_YEAR}-02-29)"

DAY_PATTERN: Final = f"^{_DAY}$"
"""A day of the Gregorian calendar, years 1000 to 2999: the pattern itself knows leap years, so no validator needs
`format` to refuse 31 February."""

PARTIAL_DATE_PATTERN: Final = f"^(?:{_YEAR}(?:-(?:0[1-9]|1[0-2]))?|{_DAY})$"
"""A year, a month of a year, or a day."""

INSTANT_PATTERN: Final = f"^{_DAY}T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]Z$"
"""An instant in UTC to the second; no leap second, no fraction, no offset but Z (RFC 3339 profile)."""

_DAY_RE: Final = re.compile(DAY_PATTERN.rstrip("$") + r"\Z")
_PARTIAL_RE: Final = re.compile(PARTIAL_DATE_PATTERN.rstrip("$") + r"\Z")
_INSTANT_RE: Final = re.compile(INSTANT_PATTERN.rstrip("$") + r"\Z")
_YEAR_CHARS: Final = 4
_MONTH_CHARS: Final = 7
_DECEMBER: Final = 12
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST_YEAR: Final = 1000
_LAST_YEAR: Final = 2999
_FIRST_SECOND: Final = int(datetime(_FIRST_YEAR + 1, 1, 1, tzinfo=UTC).timestamp())
_END_SECOND: Final = int(datetime(_LAST_YEAR, 1, 1, tzinfo=UTC).timestamp())

_MOMENT: Final = Text(
    "Dit is geen moment. Geef een dag die bestaat, als 2026-03-01, of een tijdstip in UTC, als 2026-03-01T10:00:00Z.",
    "This is no moment. Give a day that exists, as 2026-03-01, or an instant in UTC, as 2026-03-01T10:00:00Z.",
)


class Clock(Protocol):
    """Where the present comes from."""

    def now(self) -> datetime:
        """Return the present as an aware datetime in UTC, whole seconds."""
        ...


class SystemClock:
    """The clock of the machine."""

    def now(self) -> datetime:
        """Return the present, UTC, whole seconds."""
        return datetime.now(UTC).replace(microsecond=0)  # noqa: TID251  # the one place


@dataclass(slots=True)
class FixedClock:
    """A clock for tests and demonstrations: stands still until it is moved.

    Attributes:
        moment: Aware datetime; what :meth:`now` returns.
    """

    moment: datetime

    def now(self) -> datetime:
        """Return the moment, UTC, whole seconds."""
        return require_aware(self.moment).replace(microsecond=0)

    def tick(self, **step: float) -> None:
        """Move on by a timedelta, given as its keywords, e.g. ``clock.tick(days=1)``."""
        self.moment += timedelta(**step)


def require_aware(moment: datetime) -> datetime:
    """Return `moment` in UTC.

    Raises:
        UsageError: U_MOMENT, the datetime has no offset, or its year is not one of 1001 to 2998.
    """
    if moment.utcoffset() is None or not _FIRST_YEAR < moment.year < _LAST_YEAR:
        raise UsageError("U_MOMENT")
    return moment.astimezone(UTC)


def format_instant(moment: datetime) -> str:
    """Return an aware datetime as ``YYYY-MM-DDTHH:MM:SSZ``; a fraction of a second is dropped.

    Raises:
        UsageError: U_MOMENT, the datetime has no offset.
    """
    return require_aware(moment).strftime("%Y-%m-%dT%H:%M:%SZ")


def parse_instant(text: str) -> datetime:
    """Return the aware datetime of ``YYYY-MM-DDTHH:MM:SSZ``.

    Raises:
        UsageError: U_MOMENT, any other text.
    """
    if not _INSTANT_RE.match(text):
        raise UsageError("U_MOMENT")
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)


def parse_moment(text: str) -> datetime:
    """Return the instant of an instant, or the first instant of a day in Europe/Amsterdam.

    Raises:
        UsageError: U_MOMENT, any other text.
    """
    if _INSTANT_RE.match(text):
        return parse_instant(text)
    if not _DAY_RE.match(text):
        raise UsageError("U_MOMENT", text=_MOMENT)
    local = datetime.combine(date.fromisoformat(text), datetime.min.time(), tzinfo=AMSTERDAM)
    return local.astimezone(UTC)


def local_day(moment: datetime) -> date:
    """Return the calendar day in Europe/Amsterdam.

    Raises:
        UsageError: U_MOMENT, the datetime has no offset.
    """
    return require_aware(moment).astimezone(AMSTERDAM).date()


def day_of_moment(text: str) -> date:
    """Return a day as it is, and of an instant its calendar day in Europe/Amsterdam; defined for every year.

    Raises:
        UsageError: U_MOMENT, any other text.
    """
    if _DAY_RE.match(text):
        return date.fromisoformat(text)
    return parse_instant(text).astimezone(AMSTERDAM).date()


def day_of_second(second: int) -> date:
    """Return the calendar day in Europe/Amsterdam of a Unix second; defined for every year of a date."""
    return (_EPOCH + timedelta(seconds=second)).astimezone(AMSTERDAM).date()


def is_second(value: object) -> bool:
    """Tell whether a value is a Unix second of the years 1001 to 2998, those that :func:`require_aware` accepts."""
    return type(value) is int and _FIRST_SECOND <= value < _END_SECOND


def span_of(partial: str) -> tuple[date, date]:
    """Return the first and the last day that a partial date can mean, both inclusive.

    Args:
        partial: ``YYYY``, ``YYYY-MM`` or ``YYYY-MM-DD``.

    Raises:
        UsageError: U_ARGUMENT, any other text.
    """
    if not _PARTIAL_RE.match(partial):
        raise UsageError
    if len(partial) == _YEAR_CHARS:
        return date(int(partial), 1, 1), date(int(partial), _DECEMBER, 31)
    if len(partial) == _MONTH_CHARS:
        year, month = int(partial[:4]), int(partial[5:])
        after = date(year + month // _DECEMBER, month % _DECEMBER + 1, 1)
        return date(year, month, 1), after - timedelta(days=1)
    day = date.fromisoformat(partial)
    return day, day


def age_on(birth: date, day: date) -> int:
    """Return the age in whole years on `day`; someone born on 29 February turns a year older on 1 March.

    Source: BW 1:233 speaks of reaching an age; that 29 February is followed by 1 March is the library's reading.
    """
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def ages_on(partial_birth: str, day: date) -> tuple[int, int]:
    """Return the lowest and the highest age that a partial birth date allows on `day`.

    Raises:
        UsageError: U_ARGUMENT, `partial_birth` is not a partial date.
    """
    earliest, latest = span_of(partial_birth)
    return age_on(latest, day), age_on(earliest, day)
