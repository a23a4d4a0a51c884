# SPDX-License-Identifier: EUPL-1.2
"""Who a made-up family is: its people with their names, ages and homes.

Rules: names come from the fixed lists of ``world.json``; no two people of a family have one call name, so that texts
stay clear. A child that is expected is nobody of whom groups speak until it is born.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from kgbx.testing.story import Story, world

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from kgbx.testing.dice import Dice

_BLANK: Final = re.compile(r"\{(?P<name>[a-z_]+)(?:\.(?P<word>[A-Za-z]+))?\}")
_WORDS: Final[Mapping[str, tuple[str, str]]] = {
    "man": ("man", "vrouw"),
    "hij": ("hij", "zij"),
    "hem": ("hem", "haar"),
    "zijn": ("zijn", "haar"),
    "vader": ("vader", "moeder"),
}
"""Words that go with a sex: man, woman."""

_CAPACITIES: Final[Mapping[str, str]] = {
    "child": "jeugdige",
    "sibling": "jeugdige",
    "parent": "ouder_met_gezag",
    "partner": "partner",
    "caregiver": "pleegouder",
    "relative": "familielid",
    "network": "netwerk",
}
_SEXES: Final = ("vrouw", "man")
_LAST_DAY: Final = 28
_MONTHS: Final = 12


class AbsentError(Exception):
    """A step names what is not in this family."""


class Family:
    """The people of one family, the helpers around it, and where it lives.

    Attributes:
        people: For each person who is in this family: what the story says of that person.
        names: For each person: given name, prefix and surname.
        sexes: For each person: man or vrouw; of a child that is expected nobody knows it yet.
        ids: For each person: the id.
        place: The place where the family lives.
    """

    def __init__(self, story: Story, dice: Dice) -> None:
        self.people = {name: one for name, one in story.people.items() if dice.happens(one.get("chance", 100))}
        self.place = dice.choice(world()["places"])
        self.sexes = {name: one.get("sex") or dice.choice(_SEXES) for name, one in self.people.items()}
        self.ids = {name: dice.id() for name in self.people}
        self.names = self._named(dice)
        self._helpers = _drawn(list(world()["helpers"]), dice)
        self._helper_of: dict[str, str] = {}
        self._unborn = {name for name, one in self.people.items() if "expected" in one}

    def _named(self, dice: Dice) -> dict[str, dict[str, str]]:
        surnames = [
            {"surname": surname, "prefix": dice.choice(world()["prefixes"])}
            for surname in _drawn(list(world()["surnames"]), dice)
        ]
        given = {sex: _drawn(list(names), dice) for sex, names in world()["given"].items()}
        names: dict[str, dict[str, str]] = {}
        for name, one in self.people.items():
            full = {"given": given[self.sexes[name]].pop(), **surnames[one.get("surname", 0)]}
            names[name] = {member: text for member, text in full.items() if text}
        return names

    def born(self, name: str, is_born: bool) -> None:  # noqa: FBT001  # a fact about the person, not a switch
        """Note that a person is born, or still expected."""
        if is_born:
            self._unborn.discard(name)

    def group(self, name: str) -> list[str]:
        """Return those of the family, its children or its adults who are born, in the order of the story."""
        wanted = {"children": {"child"}, "adults": {"parent", "partner"}}.get(name, {"child", "parent", "partner"})
        return [who for who, one in self.people.items() if one["role"] in wanted and who not in self._unborn]

    def capacity_of(self, name: str) -> str:
        """Return in which capacity a person tells something; as if there, for who is not in this family."""
        one = self.people.get(name, {"role": "network"})
        return str(one.get("capacity") or _CAPACITIES[one["role"]])

    def helper(self, name: str) -> str:
        """Return the name of a helper, the same each time."""
        return self._helper_of.setdefault(name, self._helpers[len(self._helper_of)])

    def described(self, organisation: Mapping[str, Any]) -> dict[str, Any]:
        """Return name and functions of an organisation in the place where the family lives."""
        return {
            "name": organisation["name"].replace("{place}", self.place),
            "functions": list(organisation["functions"]),
            "region": "Vierstromen",
        }

    def fill(self, text: str) -> tuple[str, set[str]]:
        """Return a text with names in its blanks, and the persons whom it names."""
        named: set[str] = set()

        def word(found: re.Match[str]) -> str:
            name, form = found["name"], found["word"]
            if name == "place":
                return str(self.place)
            if name in world()["professionals"]:
                return self.helper(name).split(" ", maxsplit=1)[0]
            named.add(name)
            return self._word_for(name, form)

        return _BLANK.sub(word, text), named

    def _word_for(self, name: str, form: str | None) -> str:
        if name not in self.names:
            raise AbsentError
        if form is None or form == "surname":
            return self.names[name][form or "given"]
        spoken = _WORDS[form.lower()][self.sexes[name] == "vrouw"]
        return spoken.capitalize() if form[0].isupper() else spoken


def birth_date(age: int, start: date, *, dice: Dice) -> str:
    """Return a birth date of somebody who has an age, in years, on the day on which the story starts."""
    month, day = dice.between(1, _MONTHS), dice.between(1, _LAST_DAY)
    passed = (month, day) <= (start.month, start.day)
    return f"{start.year - age - (not passed)}-{month:02d}-{day:02d}"


def _drawn(things: list[str], dice: Dice) -> list[str]:
    """Return the things in an order that the dice decide."""
    return [things.pop(dice.below(len(things))) for _ in range(len(things))]
