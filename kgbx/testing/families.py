# SPDX-License-Identifier: EUPL-1.2
"""Made-up families: a seed and a number of months give a family case, the same one each time.

Rules: everything is made up and says so; every family passes the checks of kgbx without errors, and without warnings
but those that its story means. Nothing is claimed about how often such things happen in real life. The bytes of a seed
stay the same within a minor version of kgbx; a test holds a few of them.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Final

from kgbx.case import FamilyCase
from kgbx.errors import UsageError
from kgbx.limits import MAX_FAMILY_MONTHS
from kgbx.testing.dice import Dice
from kgbx.testing.people import Family, birth_date
from kgbx.testing.scribe import Scribe
from kgbx.testing.story import Step, Story, read_story, story_names, world

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["MONTHS", "make_family", "stories", "story_of"]

MONTHS: Final = 24
"""Months that are told when nobody says how many."""

_FIRST_YEAR: Final = 2021
_YEARS: Final = 3
_MONTHS_OF_A_YEAR: Final = 12
_CARES: Final = frozenset({"parent", "caregiver"})
_BRP: Final = {"kind": "register", "register_name": "brp", "as_of": "="}
_GEZAG: Final = {"kind": "register", "register_name": "gezagsregister", "as_of": "="}


def make_family(seed: int, months: int = MONTHS, *, story: str | None = None) -> FamilyCase:
    """Return a made-up family case.

    Args:
        seed: Any whole number; the same one gives the same bytes.
        months: How many months of the story are told, 1 to 240; what comes later is left out. A
            shorter telling is a part of a longer one.
        story: Name of the story, see :func:`stories`; None lets the seed choose.

    Raises:
        UsageError: U_ARGUMENT, no such story, or months out of range.
        TypeError: the seed or the months are no whole number.
    """
    if type(seed) is not int or type(months) is not int:
        raise TypeError("seed and months are whole numbers")
    if not 1 <= months <= MAX_FAMILY_MONTHS:
        raise UsageError
    name = story_of(seed, story)
    told, dice = read_story(name), Dice(f"{name}/{seed}")
    case_id = dice.id()
    family = Family(told, dice)
    start = date(_FIRST_YEAR + dice.below(_YEARS), dice.between(1, _MONTHS_OF_A_YEAR), 1)
    scribe = Scribe(family, start=start, dice=dice)
    for step, month in _happening(told, family, start, months=months, dice=dice):
        scribe.write(step, month)
    return FamilyCase(scribe.records, id=case_id, synthetic=True)


def story_of(seed: int, story: str | None = None) -> str:
    """Return the story that was asked for, or the one that the seed chooses: seeds in a row go through all stories."""
    return story or story_names()[seed % len(story_names())]


def stories() -> dict[str, Story]:
    """Return every story by name."""
    return {name: read_story(name) for name in story_names()}


def _happening(story: Story, family: Family, start: date, *, months: int, dice: Dice) -> Iterator[tuple[Step, int]]:
    """Yield what happens in the first months, in order, with the month in which it does."""
    for step in _opening(story, family, start, dice):
        yield step, 0
    luck = dice.text(16)
    planned = [
        (month, step.get("day", 1), number, step)
        for number, step in enumerate(story.steps)
        for month in range(step.get("month", 0), min(months, step.get("until", months)), step.get("every", months))
        if "chance" not in step or Dice(f"{luck}/{number}/{month}").happens(step["chance"])
    ]
    for month, _, _, step in sorted(planned, key=lambda item: item[:3]):
        yield step, month


def _opening(story: Story, family: Family, start: date, dice: Dice) -> Iterator[Step]:
    """Yield what is known on the first day: who there is, how they belong together, where they live."""
    for name, one in family.people.items():
        yield from _person(name, one, family, start=start, dice=dice)
    for child, parents in story.parents.items():
        for parent in parents:
            if child in family.people and parent in family.people:
                yield {"add": "relations", "from": f"@{parent}", "to": f"@{child}", "kind": "ouder", "source": _BRP}
    for child, authority in story.authority.items():
        if child in family.people:
            yield _authority(child, authority)
    for name, home in story.homes.items():
        yield from _home(name, home, family, dice)


def _person(name: str, one: Any, family: Family, *, start: date, dice: Dice) -> Iterator[Step]:  # noqa: ANN401  # JSON
    role = one["role"]
    known: Step = {
        "add": "persons",
        "as": name,
        "id": f"@{name}",
        "roles": [role],
        "languages": one.get("languages", ["nl"]),
    }
    if "expected" in one:
        yield known | {"expected_birth_date": f"=+{dice.between(*one['expected'])}", "source": {"kind": "told"}}
        return
    known |= {"name": dict(family.names[name]), "sex": family.sexes[name]}
    known |= {"birth_date": birth_date(dice.between(*one["age"]), start, dice=dice), "source": _BRP}
    yield known | one.get("members", {})
    if role == "child" and not one.get("without_number"):
        number = {"person": f"@{name}", "system": "bsn", "value": dice.bsn(), "legal_basis": "jw_7_2_1"}
        verified = {"by": "!writer", "on": "=", "against": "brp"}
        yield {"add": "identifiers", "as": f"bsn_{name}", **number, "verified": verified, "source": _BRP}
    if role in _CARES:
        yield from _phone(name, dice)


def _phone(name: str, dice: Dice) -> Iterator[Step]:
    number = f"06 0000 {dice.below(10_000):04d}"
    safe = {"safe_to_use": True, "source": {"kind": "told"}}
    yield {
        "add": "contact_points",
        "as": f"phone_{name}",
        "persons": [f"@{name}"],
        "kind": "mobile",
        "value": number,
        **safe,
    }


def _authority(child: str, authority: Any) -> Step:  # noqa: ANN401  # JSON
    step = {"add": "parental_authorities", "as": f"authority_{child}", "minor": f"@{child}", "kind": authority["kind"]}
    holders = [{"person": f"@{holder}", "capacity": "ouder"} for holder in authority.get("holders", ())]
    organisations = [{"org": f"@{org}", "capacity": "derde"} for org in authority.get("orgs", ())]
    if holders or organisations:
        step["holders"] = holders + organisations
    return step | {"basis": authority.get("basis", "van_rechtswege"), "source": _GEZAG}


def _home(name: str, home: Any, family: Family, dice: Dice) -> Iterator[Step]:  # noqa: ANN401  # JSON
    since = f"=-{dice.between(2, 8)}y"
    members = [{"person": f"@{who}", **home.get("shares", {}).get(who, {})} for who in home["members"]]
    members = [member for member in members if member["person"][1:] in family.people]
    registered = [f"@{who}" for who in home.get("registered", home["members"])]
    where = {"street": dice.choice(world()["streets"]), "house_number": str(dice.between(1, 240)), "city": family.place}
    address = {"add": "addresses", "as": f"address_{name}", "persons": registered, **where, "valid_from": since}
    yield address | {"source": _BRP} | home.get("address", {})
    household = {"add": "households", "as": f"household_{name}", "members": members, "valid_from": since}
    yield household | {"source": {"kind": "told"}} | home.get("household", {})
