# SPDX-License-Identifier: EUPL-1.2
"""Who a family of the region is: who is born when, who holds authority, who lives with whom.

Rules: ids and dates only; a name tells nothing here. One child is always near twelve, sixteen or eighteen, so that
birthdays change who decides.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from kgbx.clock import age_on
from kgbx.testing.region.bodies import CHANCES

if TYPE_CHECKING:
    from kgbx.testing.dice import Dice
    from kgbx.testing.region.bodies import Body

_ADULT: Final = 18
TURNS: Final = (12, 16, 18)
"""Ages at which others decide: the youth too, the youth alone, an adult. Source: Jeugdwet 7.3.11, 7.3.15; BW 1:233."""

_MOST_CHILDREN: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Kinsman:
    """One person of the family.

    Attributes:
        id: UUID version 4.
        born: Birth date.
        child: Whether the person is a child of the family, of whatever age.
        bsn: Made-up BSN.
    """

    id: str
    born: date
    child: bool
    bsn: str

    def age(self, day: date) -> int:
        """Return the age on a day, in years."""
        return age_on(self.born, day)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kin:
    """A family.

    Attributes:
        people: Parents first, then children.
        at_odds: Whether the parents disagree about sharing.
        start: First day of its history.
    """

    people: tuple[Kinsman, ...]
    at_odds: bool
    start: date

    @property
    def ids(self) -> tuple[str, ...]:
        """Ids of everybody."""
        return tuple(one.id for one in self.people)

    @property
    def parents(self) -> tuple[Kinsman, ...]:
        """The parents: both hold authority over all children."""
        return tuple(one for one in self.people if not one.child)

    @property
    def children(self) -> tuple[Kinsman, ...]:
        """The children, of whatever age."""
        return tuple(one for one in self.people if one.child)

    def of(self, person: str) -> Kinsman:
        """Return a person by id."""
        return next(one for one in self.people if one.id == person)

    def minors(self, day: date) -> tuple[Kinsman, ...]:
        """Return who is under eighteen."""
        return tuple(one for one in self.people if one.age(day) < _ADULT)

    def adults(self, day: date) -> tuple[Kinsman, ...]:
        """Return who is eighteen or older."""
        return tuple(one for one in self.people if one.age(day) >= _ADULT)

    def holders(self, day: date) -> tuple[str, ...]:
        """Return the ids of who holds authority over a child on a day."""
        return tuple(one.id for one in self.parents) if self.minors(day) else ()

    def served_by(self, body: Body) -> tuple[str, ...]:
        """Return the ids of those whom an organisation serves."""
        parents, children = [one.id for one in self.parents], [one.id for one in self.children]
        return {
            "family": self.ids,
            "children": tuple(children),
            "child": (children[0], *parents),
            "adults": tuple(parents),
            "first_parent": (parents[0],),
            "second_parent": (parents[-1],),
        }[body.serves]


def make_kin(dice: Dice) -> Kin:
    """Return a family that the dice decide."""
    start = date(2026, 1, 5) + timedelta(days=dice.below(50))
    grown = 2 if dice.happens(CHANCES["two_parents"]) else 1
    people = [_person(dice, _born(start, dice.between(30, 48), dice), child=False) for _ in range(grown)]
    turning = dice.choice(TURNS)
    people.append(_person(dice, start - timedelta(days=_days(turning) - dice.between(30, 500)), child=True))
    more = dice.below(_MOST_CHILDREN)
    people.extend(_person(dice, _born(start, dice.between(4, 15), dice), child=True) for _ in range(more))
    odds = grown > 1 and dice.happens(CHANCES["at_odds"])
    return Kin(people=tuple(people), at_odds=odds, start=start)


def turned(born: date, age: int) -> date:
    """Return the day on which somebody turns an age; of 29 February the day after, where there is none."""
    try:
        return born.replace(year=born.year + age)
    except ValueError:
        return born.replace(year=born.year + age, month=3, day=1)


def _person(dice: Dice, born: date, *, child: bool) -> Kinsman:
    return Kinsman(id=dice.id(), born=born, child=child, bsn=dice.bsn())


def _born(start: date, age: int, dice: Dice) -> date:
    return start - timedelta(days=_days(age) + dice.below(365))


def _days(years: int) -> int:
    return years * 365 + years // 4
