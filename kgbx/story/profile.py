# SPDX-License-Identifier: EUPL-1.2
"""Need profiles: what a function needs to know on an occasion, as published data.

Rules:
    - a profile is a file, ``schemas/needs/<function>.<occasion>.json``; unknown members are refused;
    - a need asks for a topic that somebody told about, or for a record; ``also`` names what answers it as well;
    - a need about where somebody lives is one of adults, because it may be asked of the person concerned only;
    - an array that this version of the case does not have answers nothing.

Form: ``kgbx-needs/1``.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Annotated, Final, Literal

from pydantic import Field, StringConstraints

from kgbx.case.fields import Maybe, True_
from kgbx.case.structures import Key, Shape, read_shape
from kgbx.codes import Code, code_list
from kgbx.errors import DocumentError, Problem, UsageError
from kgbx.messages import Text
from kgbx.resources import schemas_path

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kgbx.messages import Language

FORMAT: Literal["kgbx-needs/1"] = "kgbx-needs/1"

Per = Literal["case", "each_child", "each_authority_holder", "each_adult", "each_person"]
Level = Literal["must", "should", "may"]
Sentence = Annotated[str, StringConstraints(min_length=1, max_length=400)]
Member = Annotated[str, StringConstraints(min_length=1, max_length=60, pattern="^[a-z][a-z_]*$")]
NeedId = Annotated[str, StringConstraints(min_length=1, max_length=80, pattern="^[a-z][a-z0-9_.]*$")]

_NAME: Final = re.compile(r"[a-z][a-z0-9_]*\Z")
_ADULTS: Final = frozenset({"each_adult", "each_authority_holder"})
_TWICE: Final = Text(
    "Twee behoeften hebben hetzelfde id. Geef elke behoefte een eigen id.",
    "Two needs have the same id. Give each need an id of its own.",
)
_ONE_OF: Final = Text(
    "Een behoefte vraagt naar een onderwerp of naar een record: precies een van beide.",
    "A need asks for a topic or for a record: exactly one of the two.",
)
_CHILDREN: Final = Text(
    "Waar iemand woont wordt alleen aan die persoon zelf gevraagd: gebruik each_adult of each_authority_holder.",
    "Where somebody lives is asked of that person only: use each_adult or each_authority_holder.",
)


class Bilingual(Shape):
    """A sentence in Dutch and in English."""

    nl: Sentence
    en: Sentence

    def say(self, language: Language) -> str:
        """Return the sentence in a language."""
        return self.nl if language == "nl" else self.en


class Asks(Shape):
    """What answers a need: a statement on a topic, or a record.

    Attributes:
        topic: A topic, or ``strength.*`` for every topic below one.
        record: Name of an array.
        where: Members of the record and the value each must have; of several values one suffices.
        member: Member of the record that must be there.
        person: Member of the record that names the person it answers for; absent: those it is about.
    """

    topic: Maybe[Key] = None
    record: Maybe[Member] = None
    where: dict[Member, str | bool | int] = Field(default_factory=dict)
    member: Maybe[Member] = None
    person: Maybe[Member] = None


class Need(Shape):
    """One thing that a function needs to know.

    Attributes:
        id: Names the need within its profile.
        text: How a professional would ask it.
        asks: What answers it.
        also: What else answers it.
        per: Once for the case, or for each person of a kind.
        level: Whether it must, should or may be known.
        accepts: Kinds of statement that answer it; empty: all.
        max_age_days: Days of the calendar after which an answer is stale.
        from_register: Register in which it is looked up, instead of being asked.
        location: True when the answer tells where somebody lives.
        told_by: ``self``: only the person's own words answer it.
        from_age: Years from which on it is asked about a child.
        answered_by: Whether the family or a professional is who can answer it.
        purpose: Purpose for which it is needed; absent: that of the profile.
        source: Law or standard, where it differs from that of the profile.
    """

    id: NeedId
    text: Bilingual
    asks: Asks
    also: tuple[Asks, ...] = ()
    per: Per
    level: Level
    accepts: tuple[Annotated[str, Code("statement_kind")], ...] = ()
    max_age_days: Maybe[Annotated[int, Field(ge=1, le=36_500)]] = None
    from_register: Maybe[Annotated[str, Code("register_name")]] = None
    location: Maybe[True_] = None
    told_by: Maybe[Literal["self"]] = None
    from_age: Maybe[Annotated[int, Field(ge=1, le=17)]] = None
    answered_by: Literal["family", "professional"] = "family"
    purpose: Maybe[Annotated[str, Code("purpose")]] = None
    source: Maybe[Sentence] = None

    @property
    def answers(self) -> tuple[Asks, ...]:
        """Everything that answers it."""
        return (self.asks, *self.also)


class Profile(Shape):
    """What a function needs to know on an occasion."""

    format: Literal["kgbx-needs/1"]
    license: Literal["CC0-1.0"]
    function: Annotated[str, Code("org_function")]
    occasion: Key
    title: Bilingual
    purpose: Annotated[str, Code("purpose")]
    source: Sentence
    needs: Annotated[tuple[Need, ...], Field(min_length=1)]


def read_profile(data: bytes) -> Profile:
    """Return the profile in `data`.

    Raises:
        DocumentError: the guard's problem, all problems of shape, or all problems of meaning: D_CODE (a topic that is
            not in the list), D_CONFLICT (an id twice), D_TYPE (neither or both of topic and record), D_REFERENCE (a
            need about a place that is not one of adults).
    """
    found = read_shape(data, Profile)
    problems = tuple(_problems(found))
    if problems:
        raise DocumentError(problems)
    return found


def profiles() -> tuple[tuple[str, str], ...]:
    """Return function and occasion of every published profile, sorted."""
    names = (path.name.removesuffix(".json").split(".") for path in schemas_path("needs").glob("*.*.json"))
    return tuple(sorted((function, occasion) for function, occasion in names))


@cache
def profile(function: str, occasion: str) -> Profile:
    """Return a published profile.

    Raises:
        UsageError: U_PROFILE, there is none for this function and occasion.
        DocumentError: the file is malformed.
    """
    path = schemas_path("needs", f"{function}.{occasion}.json")
    if not _NAME.match(function) or not _NAME.match(occasion) or not path.is_file():
        raise UsageError("U_PROFILE")
    return read_profile(path.read_bytes())


def _problems(found: Profile) -> Iterator[Problem]:
    seen: set[str] = set()
    for number, need in enumerate(found.needs):
        pointer = f"/needs/{number}"
        if need.id in seen:
            yield Problem.of_shape("D_CONFLICT", f"{pointer}/id", text=_TWICE)
        seen.add(need.id)
        yield from _problems_of_asks(need.asks, f"{pointer}/asks")
        for place, asks in enumerate(need.also):
            yield from _problems_of_asks(asks, f"{pointer}/also/{place}")
        if need.location and need.per not in _ADULTS:
            yield Problem.of_shape("D_REFERENCE", f"{pointer}/per", text=_CHILDREN)


def _problems_of_asks(asks: Asks, pointer: str) -> Iterator[Problem]:
    of_record = (asks.record, asks.member, asks.person, asks.where or None)
    if (asks.topic is None) == (asks.record is None) or (asks.topic and any(of_record)):
        yield Problem.of_shape("D_TYPE", pointer, text=_ONE_OF)
    elif asks.topic is not None and not topics_of(asks.topic):
        yield Problem.of_shape("D_CODE", f"{pointer}/topic")


def topics_of(topic: str) -> tuple[str, ...]:
    """Return the topics that a need means: one, or all below ``strength.*``; none where the list has no such topic."""
    known = code_list("topic").codes
    if topic.endswith(".*"):
        return tuple(code for code in known if code.startswith(topic[:-1]))
    return (topic,) if topic in known else ()
