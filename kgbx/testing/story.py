# SPDX-License-Identifier: EUPL-1.2
"""Life stories as data: who there is, and what happens in which month.

Rules: a story is a JSON file in ``stories/`` that a practitioner can read and correct without reading code; ``_parts``
are pieces that several stories have in common. Nothing here knows of records.

How a step is written:

- ``month`` and ``day`` say when; ``every`` repeats it that many months later, and so on ``until`` a month;
  ``chance`` is in percent; ``include`` puts a part here;
- ``writer`` is who records it, if not the worker of the lokaal team; ``tells`` and ``notes`` say who tells a statement;
- ``add`` names the kind of record; the other members are those of the record; ``as`` gives it a name;
- ``@name`` means that person, helper, organisation or record; ``!name`` the helper with the organisation;
- ``=`` is the day of the step, ``=+14`` and ``=-30`` days around it, ``=-6m`` a month and ``=-4y`` a year as a date
  that is no more precise than that, ``=now`` the moment;
- ``say`` holds a text, or several of which one is taken; ``{mother}`` is her name, ``{child.hij}`` hij or zij;
- ``replaces`` makes a corrected copy of an earlier record; ``links`` joins the record to earlier ones.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

from kgbx.canonical import parse
from kgbx.errors import UsageError
from kgbx.messages import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

Step = dict[str, Any]

_FOLDER: Final = Path(__file__).resolve().parent
_STORIES: Final = _FOLDER / "stories"


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One life story.

    Attributes:
        name: Its name, as ``--story`` takes it.
        text: What happens, in one sentence.
        people: For each person: role, age at the start, sex.
        parents: For each child, who are its parents.
        homes: For each household, who lives there.
        authority: For each child: kind of parental authority and who hold it.
        steps: What happens, in order.
        warnings: Ids of the rules that this story means to warn about.
    """

    name: str
    text: Text
    people: Mapping[str, Mapping[str, Any]]
    parents: Mapping[str, tuple[str, ...]]
    homes: Mapping[str, Mapping[str, Any]]
    authority: Mapping[str, Mapping[str, Any]]
    steps: tuple[Step, ...]
    warnings: frozenset[str]


@cache
def world() -> Mapping[str, Any]:
    """Return the places, names, organisations and helpers of the made-up world."""
    return _read(_FOLDER / "world.json")


@cache
def story_names() -> tuple[str, ...]:
    """Return the names of all stories, sorted."""
    return tuple(sorted(path.stem for path in _STORIES.glob("[a-z]*.json")))


@cache
def read_story(name: str) -> Story:
    """Return a story.

    Raises:
        UsageError: U_ARGUMENT, there is no story of this name.
    """
    if name not in story_names():
        raise UsageError
    told = _read(_STORIES / f"{name}.json")
    return Story(
        name=name,
        text=Text(told["nl"], told["en"]),
        people=told["people"],
        parents={child: tuple(parents) for child, parents in told.get("parents", {}).items()},
        homes=told["homes"],
        authority=told.get("authority", {}),
        steps=tuple(_in_order(_with_parts(told["steps"]))),
        warnings=frozenset(told.get("warnings", ())),
    )


def _read(path: Path) -> dict[str, Any]:
    return cast("dict[str, Any]", parse(path.read_bytes()))


@cache
def _parts() -> dict[str, Any]:
    return _read(_STORIES / "_parts.json")


def _with_parts(steps: list[Step]) -> list[Step]:
    """Put the steps of a part where the story names it; its months count from there."""
    found: list[Step] = []
    for step in steps:
        if "include" not in step:
            found.append(step)
            continue
        start = step.get("month", 0)
        end = {"until": step["until"]} if "until" in step else {}
        found += [inner | end | {"month": inner.get("month", 0) + start} for inner in _parts()[step["include"]]]
    return found


def _in_order(steps: list[Step]) -> list[Step]:
    return sorted(steps, key=lambda step: (step.get("month", 0), step.get("day", 1)))
