# SPDX-License-Identifier: EUPL-1.2
"""What happens to a family in what order: which organisations come, who says what, who moves, who turns twelve.

Rules: the course is the same however the organisations work: with kgbx, each for itself, or asking all it would ask.
Days count from the first. What comes after the months that are told is left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final, Literal

from kgbx.testing.region.bodies import CHANCES
from kgbx.testing.region.kin import TURNS, turned

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from kgbx.testing.dice import Dice
    from kgbx.testing.region.kin import Kin

Happening = Literal[
    "start", "hand_over", "review", "flight", "confide", "dispute", "withdraw", "lift", "turnover", "birthday"
]

_DAYS_OF_MONTHS: Final = 30.4375
_REVIEW_DAYS: Final = 91
_WAITS: Final = {"youth_ggz": (20, 120), "adult_ggz": (15, 100), "addiction_care": (5, 40), "debt_help": (7, 50)}
_ON_THE_SIDE: Final = ("youth_ggz", "adult_ggz", "addiction_care", "debt_help")
_AWHILE: Final = (20, 200)


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Event:
    """Something that happens.

    Attributes:
        day: Days since the first.
        order: Place among what happens on one day.
        what: What it is.
        body: Name of the organisation that it is about, or "".
        requested: For a start: the day on which it was asked for.
        person: Id of the person that it is about, or "".
    """

    day: int
    order: int
    what: Happening
    body: str = ""
    requested: int = 0
    person: str = ""


def course_of(kin: Kin, dice: Dice, *, months: int) -> tuple[Event, ...]:
    """Return what happens in the first months, in order."""
    last = days_of(months)
    found = sorted((*_way(kin, dice), *_life(kin, dice)), key=lambda event: (event.day, event.what, event.body))
    placed = (
        Event(
            day=event.day,
            order=number,
            what=event.what,
            body=event.body,
            requested=event.requested,
            person=event.person,
        )
        for number, event in enumerate(found)
    )
    return tuple(event for event in placed if event.day < last)


def days_of(months: int) -> int:
    """Return how many days a number of months has."""
    return int(months * _DAYS_OF_MONTHS)


def day_of(kin: Kin, days: int) -> date:
    """Return the day that comes so many days after the first."""
    return kin.start + timedelta(days=days)


def _start(body: str, requested: int, wait: int) -> Event:
    return Event(day=requested + wait, order=0, what="start", body=body, requested=requested)


def _way(kin: Kin, dice: Dice) -> Iterator[Event]:
    """Yield the way past the organisations: school, team, Veilig Thuis, Raad, GI, back; and care on the side."""
    begin = dice.below(20)
    if dice.happens(CHANCES["school_first"]):
        yield _start("school", begin, 0)
    team = begin + dice.between(3, 30)
    yield _start("team", team, dice.between(3, 20))
    yield from _pressed(team + 25, kin, dice)
    for body in _ON_THE_SIDE:
        if dice.happens(CHANCES[body]):
            yield _start(body, team + dice.between(*_AWHILE), dice.between(*_WAITS[body]))
    for day in range(team + _REVIEW_DAYS, 10_000, _REVIEW_DAYS):
        yield Event(day=day, order=0, what="review")


def _pressed(begin: int, kin: Kin, dice: Dice) -> Iterator[Event]:
    """Yield what follows a report to Veilig Thuis."""
    if not dice.happens(CHANCES["veilig_thuis"]):
        return
    report = begin + dice.between(*_AWHILE)
    yield _start("veilig_thuis", report, dice.between(0, 7))
    if len(kin.parents) > 1 and dice.happens(CHANCES["flight"]):
        yield Event(day=report + dice.between(8, 40), order=0, what="flight", person=kin.parents[1].id)
    if dice.happens(CHANCES["second_report"]):
        yield _start("veilig_thuis", report + dice.between(200, 400), dice.between(0, 5))
    if not dice.happens(CHANCES["raad"]):
        return
    asked = report + dice.between(20, 60)
    yield _start("raad", asked, dice.between(5, 30))
    if not dice.happens(CHANCES["measure"]):
        return
    order = asked + dice.between(50, 100)
    yield _start("gi", order, dice.between(1, 10))
    yield Event(day=order + 11, order=0, what="hand_over", body="gi")
    if dice.happens(CHANCES["back"]):
        back = order + dice.between(250, 364)
        yield Event(day=back, order=0, what="hand_over", body="team")
        yield _start("team", back, dice.between(1, 8))


def _life(kin: Kin, dice: Dice) -> Iterator[Event]:
    """Yield what the people do, and their birthdays."""
    for child in kin.children:
        for age in TURNS:
            turns = turned(child.born, age)
            if turns > kin.start:
                yield Event(day=(turns - kin.start).days, order=0, what="birthday", person=child.id)
        if dice.happens(CHANCES["confide"]):
            yield Event(day=dice.between(60, 600), order=0, what="confide", person=child.id)
    for what in ("dispute", "withdraw", "lift", "turnover"):
        while dice.happens(CHANCES[what]):
            yield Event(day=dice.between(60, 700), order=0, what=what)
