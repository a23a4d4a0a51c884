# SPDX-License-Identifier: EUPL-1.2
"""The anonymous consult: a question about a family that nobody may recognise, and its answer; documents of their own.

Rules:
    - ages in years of children, a role for everybody else; weeks ago instead of dates; codes instead of records. No
      name, date, place, number or id of the case, no contribution, no thread, no reference;
    - what is kept in confidence or not used stays out, and what the need profile ``any.consult_anonymous`` excludes;
    - the free text is searched for traces of the family: one is an error with its place, never with its value;
    - every body has 16 KiB exactly, filled up with spaces: the size tells nothing;
    - the token for the answer is random and new in each question: only who asked knows which question it was.
A consult is never about who is responsible or who the fixed contact is: nothing here can say so.

Source: Jeugdwet 7.3.11; AVG 5 lid 1 onder c; Wet meldcode stap 2.
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Final, Literal, Self

from pydantic import Field, StringConstraints

from kgbx.canonical import dumps
from kgbx.case.base import Model
from kgbx.case.fields import NO_LINE_END, Language, Many, Maybe, Salt, True_, doc
from kgbx.clock import local_day
from kgbx.codes import Code
from kgbx.errors import DocumentError, Problem
from kgbx.limits import CONSULT_BYTES, MAX_CONSULT_ROWS, MAX_CONSULT_TEXT_CHARS
from kgbx.messages import Text
from kgbx.story.anonymous_sketch import sketch
from kgbx.story.anonymous_traces import find_traces
from kgbx.story.bodies.base import Typed

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from kgbx.case import FamilyCase
    from kgbx.story.anonymous_traces import Kind, Trace

TOKEN_BYTES: Final = 16

Prose = Annotated[
    str,
    StringConstraints(
        min_length=1,
        max_length=MAX_CONSULT_TEXT_CHARS,
        pattern="^[^\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f]+$",
    ),
]
"""What somebody asks or answers; line ends and tabs, no other control characters."""

Weeks = Annotated[int, Field(ge=0, le=2080)]

KINDS: Final[dict[Kind, Text]] = {
    "name": Text("een naam", "a name"),
    "initials": Text("voorletters", "initials"),
    "number": Text("een nummer", "a number"),
    "date": Text("een datum of jaar", "a date or year"),
    "place": Text("een straat of plaats", "a street or place"),
    "contact": Text("een adres op internet of telefoon", "an address of the internet or telephone"),
    "organisation": Text("een organisatie", "an organisation"),
    "school": Text("een school", "a school"),
    "id": Text("een kenmerk", "an id"),
}
"""Kinds of trace in words."""

_SIZE: Final = Text(
    "Een anoniem overleg is precies 16 KiB groot. Vraag de afzender het opnieuw te maken.",
    "An anonymous consult has 16 KiB exactly. Ask the sender to make it again.",
)


class Someone(Model):
    """Somebody of the family, by role."""

    role: Annotated[str, Code("person_role"), doc("rol", "Place in the family.")]
    years: Annotated[Maybe[Annotated[int, Field(ge=0, le=120)]], doc("jaren", "Age of a child in whole years.")] = None
    unborn: Annotated[Maybe[True_], doc("ongeboren", "True for a child that is expected.")] = None


class Worry(Model):
    """What worries, as a code."""

    domain: Annotated[str, Code("problem_domain"), doc("gebied", "What it is about.")]
    level: Annotated[str, Code("concern_level"), doc("ernst", "How serious it is.")]
    weeks_ago: Annotated[Maybe[Weeks], doc("weken geleden", "Since how many weeks.")] = None


class Safety(Model):
    """The last judgement of safety."""

    conclusion: Annotated[str, Code("safety_level"), doc("conclusie", "How safe.")]
    weeks_ago: Annotated[Weeks, doc("weken geleden", "How many weeks ago it was judged.")]


class Help(Model):
    """How far a kind of help is."""

    form: Annotated[str, Code("help_form"), doc("soort hulp", "Kind of help.")]
    step: Annotated[str, Code("milestone_kind"), doc("stand", "How far it is.")]
    weeks_ago: Annotated[Weeks, doc("weken geleden", "How many weeks ago it came so far.")]


class AnonymousBody(Typed):
    """What question and answer have."""

    answer_token: Annotated[
        Salt, doc("antwoordkenmerk", "16 random bytes, new in each question; the answer repeats them.")
    ]
    language: Annotated[Language, doc("taal", "Language of the text.", source="RFC 5646")]
    padding: Annotated[
        Maybe[Annotated[str, StringConstraints(pattern="^ *$", max_length=CONSULT_BYTES), NO_LINE_END]],
        doc("vulling", "As many spaces as make the document 16 KiB."),
    ] = None

    @classmethod
    def read(cls, data: bytes) -> Self:
        """Return the one in `data`.

        Raises:
            DocumentError: D_LENGTH, it has not 16 KiB; and those of every body.
        """
        if len(data) != CONSULT_BYTES:
            raise DocumentError.single("D_LENGTH", text=_SIZE)
        return super().read(data).model_copy(update={"padding": None})

    def to_json(self) -> bytes:
        """Return its one spelling, filled up to 16 KiB; the limits of its members are less."""
        value = {**self.model_dump(mode="json", by_alias=True, exclude_defaults=True), "padding": ""}
        return dumps(value | {"padding": " " * (CONSULT_BYTES - len(dumps(value)))})


class AnonymousQuestion(AnonymousBody):
    """A question about a family that is not named."""

    schema_: Annotated[
        Literal["https://kgbx.example/messages/anonymous_consult_question/1.0"],
        Field(alias="schema"),
        doc("schema", "Names this version of the schema."),
    ]
    people: Annotated[
        Many[Someone], Field(max_length=MAX_CONSULT_ROWS), doc("mensen", "Who belongs to the family.")
    ] = ()
    worries: Annotated[Many[Worry], Field(max_length=MAX_CONSULT_ROWS), doc("zorgen", "What worries.")] = ()
    safety: Annotated[Maybe[Safety], doc("veiligheid", "The last judgement of safety.")] = None
    help: Annotated[Many[Help], Field(max_length=MAX_CONSULT_ROWS), doc("hulp", "Which help there is or was.")] = ()
    strengths: Annotated[
        Many[Annotated[str, Code("strength_domain")]],
        Field(max_length=MAX_CONSULT_ROWS),
        doc("krachten", "Where strengths lie."),
    ] = ()
    question: Annotated[Prose, doc("vraag", "The question, in words that name nobody.")]


class AnonymousAnswer(AnonymousBody):
    """The answer to an anonymous question."""

    schema_: Annotated[
        Literal["https://kgbx.example/messages/anonymous_consult_answer/1.0"],
        Field(alias="schema"),
        doc("schema", "Names this version of the schema."),
    ]
    answer: Annotated[Prose, doc("antwoord", "The answer.")]


@dataclass(frozen=True, slots=True)
class _Place:
    """A place in a text as people count: line and character, from 1."""

    line: int
    character: int


def anonymous_consult(
    case: FamilyCase, *, question: str, at: datetime, random: Callable[[int], bytes], language: str = "nl"
) -> AnonymousQuestion:
    """Return a question about the family of a case in which nothing leads to it.

    Args:
        case: The own file.
        question: What somebody wants to know, in words that name nobody; at most 2,500 characters.
        at: Present moment, aware; ages and weeks are those of its day in Europe/Amsterdam.
        random: Gives n random bytes; a cryptographic generator.
        language: Language of the question.

    Raises:
        DocumentError: D_TRACE, for each trace of the family in the question, with its place; D_LENGTH, D_FORMAT, the
            question is too long, empty or has signs that no text has.
        UsageError: U_MOMENT, `at` has no offset.
    """
    traces = find_traces(question[:MAX_CONSULT_TEXT_CHARS], case)
    if traces:
        raise DocumentError(problem_of(trace, question, pointer="/question") for trace in traces)
    return AnonymousQuestion.new(
        **sketch(case, local_day(at)),
        question=question,
        language=language,
        answer_token=_token(random),
        **_made_up(case.synthetic),
    )


def anonymous_answer(question: AnonymousQuestion, *, answer: str, language: str = "nl") -> AnonymousAnswer:
    """Return the answer to a question.

    Raises:
        DocumentError: D_LENGTH, D_FORMAT, the answer is too long, empty or has signs that no text has.
    """
    return AnonymousAnswer.new(
        answer=answer,
        language=language,
        answer_token=question.answer_token,
        **_made_up(bool(question.synthetic)),
    )


def problem_of(trace: Trace, text: str, *, pointer: str) -> Problem:
    """Return what to do about a trace, with its place by line and character, and never what stands there."""
    at, kind = _place_of(trace, text), KINDS[trace.kind]
    return Problem.of_shape(
        "D_TRACE",
        pointer,
        text=Text(
            f"Regel {at.line}, teken {at.character}: hier staat {kind.nl}. Dat kan naar het gezin leiden: haal het weg "
            "of schrijf het anders.",
            f"Line {at.line}, character {at.character}: here stands {kind.en}. It may lead to the family: take it out "
            "or write it differently.",
        ),
    )


def _place_of(trace: Trace, text: str) -> _Place:
    before = text[: trace.start]
    return _Place(before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1)


def _made_up(synthetic: bool) -> dict[str, bool]:  # noqa: FBT001  # one fact
    return {"synthetic": True} if synthetic else {}


def _token(random: Callable[[int], bytes]) -> str:
    return urlsafe_b64encode(random(TOKEN_BYTES)).rstrip(b"=").decode("ascii")
