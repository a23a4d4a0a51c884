# SPDX-License-Identifier: EUPL-1.2
"""Need profiles: what a function needs to know on an occasion, as published data.

Rules:
    - a profile is a file, ``schemas/needs/<function>.<occasion>.json``; unknown members are refused;
    - a profile of every function (crisis, handover, anonymous consult) has no function and no purpose: those are of
      whoever asks, and it is published under ``any``;
    - a need asks for a topic that somebody told about, or for a record; ``also`` names what answers it as well;
    - a need about where somebody lives is one of adults, because it may be asked of the person concerned only;
    - a misspelled topic, record or member is refused: a need that nothing can answer is a question to the family.

Form: ``kgbx-needs/1``.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Annotated, Final, Literal

from pydantic import Field, StringConstraints

from kgbx.case.fields import Maybe, True_
from kgbx.case.shape import members_of
from kgbx.case.structures import Key, Shape, read_shape
from kgbx.case.types import TYPE_OF_ARRAY
from kgbx.codes import Code, code_list
from kgbx.errors import DocumentError, Problem, UsageError
from kgbx.messages import Text
from kgbx.resources import schemas_path

if TYPE_CHECKING:
    from collections.abc import Container, Iterator

    from kgbx.messages import Language

FORMAT: Literal["kgbx-needs/1"] = "kgbx-needs/1"
ANY_FUNCTION: Final = "any"
"""Stands in the name of a profile that is meant for every function."""

_SUFFIX: Final = ".json"
_SCHEMA_SUFFIX: Final = ".schema.json"

Per = Literal["case", "each_child", "each_authority_holder", "each_adult", "each_person"]
Level = Literal["must", "should", "may"]
Sentence = Annotated[str, StringConstraints(min_length=1, max_length=400)]
Member = Annotated[str, StringConstraints(min_length=1, max_length=60, pattern="^[a-z][a-z_]*$")]
NeedId = Annotated[str, StringConstraints(min_length=1, max_length=80, pattern="^[a-z][a-z0-9_.]*$")]

_ADULTS: Final = frozenset({"each_adult", "each_authority_holder"})
_TWICE: Final = Text(
    "Twee behoeften hebben hetzelfde id. Geef elke behoefte een eigen id.",
    "Two needs have the same id. Give each need an id of its own.",
)
_ONE_OF: Final = Text(
    "Een behoefte vraagt naar een onderwerp of naar een record: precies een van beide.",
    "A need asks for a topic or for a record: exactly one of the two.",
)
_NO_PURPOSE: Final = Text(
    "Een vraagprofiel van een functie noemt zijn doel; een profiel zonder functie heeft er geen. Vul aan of haal weg.",
    "A need profile of a function names its purpose; a profile without a function has none. Add it or remove it.",
)
_NO_RECORD: Final = Text(
    "Dit soort record bestaat niet. Kies een soort uit de lijst van recordsoorten.",
    "There is no such type of record. Choose one from the record types.",
)
_NO_MEMBER: Final = Text(
    "Dit soort record heeft zo'n veld niet. Kijk bij de recordsoorten welke velden er zijn.",
    "This type of record has no such member. See the record types for its members.",
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
    """What a function needs to know on an occasion.

    Attributes:
        format: Always ``kgbx-needs/1``.
        license: Always ``CC0-1.0``.
        function: Whose needs these are; absent: of whichever function asks.
        occasion: When it needs them.
        title: What people call it.
        purpose: Purpose for which it needs them; absent exactly when the function is.
        source: Law or standard it comes from.
        excludes: Categories of data that this function must not be told here; no need may ask for one.
        needs: What it needs to know, in the order in which one would ask.
    """

    format: Literal["kgbx-needs/1"]
    license: Literal["CC0-1.0"]
    function: Maybe[Annotated[str, Code("org_function")]] = None
    occasion: Key
    title: Bilingual
    purpose: Maybe[Annotated[str, Code("purpose")]] = None
    source: Sentence
    excludes: tuple[Annotated[str, Code("category")], ...] = ()
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
    """Return function and occasion of every published profile, sorted; ``any`` where it is of every function."""
    names = (path.name for path in schemas_path("needs").glob(f"*.*{_SUFFIX}"))
    pairs = (name.removesuffix(_SUFFIX).split(".") for name in names if not name.endswith(_SCHEMA_SUFFIX))
    return tuple(sorted((function, occasion) for function, occasion in pairs))


@cache
def profile(function: str, occasion: str) -> Profile:
    """Return a published profile: of the function, or the one of every function on this occasion, made out to it.

    Args:
        function: A function of the code list, or ``any``.
        occasion: As the profile calls it.

    Raises:
        UsageError: U_PROFILE, there is none for this function and occasion.
        DocumentError: the file is malformed.
    """
    published = profiles()
    if (function, occasion) in published:
        return read_profile(schemas_path("needs", f"{function}.{occasion}{_SUFFIX}").read_bytes())
    if function not in code_list("org_function").codes or (ANY_FUNCTION, occasion) not in published:
        raise UsageError("U_PROFILE")
    return profile(ANY_FUNCTION, occasion).model_copy(update={"function": function})


def _problems(found: Profile) -> Iterator[Problem]:
    if (found.function is None) != (found.purpose is None):
        yield Problem.of_shape("D_MISSING", "/purpose" if found.purpose is None else "/function", text=_NO_PURPOSE)
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
    elif asks.topic is not None:
        if not topics_of(asks.topic):
            yield Problem.of_shape("D_CODE", f"{pointer}/topic")
    elif asks.record not in TYPE_OF_ARRAY:
        yield Problem.of_shape("D_CODE", f"{pointer}/record", text=_NO_RECORD)
    else:
        yield from _problems_of_members(asks, members_of(TYPE_OF_ARRAY[asks.record].model), pointer)


def _problems_of_members(asks: Asks, known: Container[str], pointer: str) -> Iterator[Problem]:
    for name in ("member", "person"):
        if (value := getattr(asks, name)) is not None and value not in known:
            yield Problem.of_shape("D_CODE", f"{pointer}/{name}", text=_NO_MEMBER)
    if any(name not in known for name in asks.where):
        yield Problem.of_shape("D_CODE", f"{pointer}/where", text=_NO_MEMBER)


def topics_of(topic: str) -> tuple[str, ...]:
    """Return the topics that a need means: one, or all below ``strength.*``; none where the list has no such topic."""
    known = code_list("topic").codes
    if topic.endswith(".*"):
        return tuple(code for code in known if code.startswith(topic[:-1]))
    return (topic,) if topic in known else ()
