# SPDX-License-Identifier: EUPL-1.2
"""What somebody said, with who, when, to whom, who wrote it down, and beside it who agrees and who does not.

Rules: the words come first and are never changed; a verdict or reaction stands beside the words it is about.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from kgbx.case import Statement
from kgbx.story.answers import DISAGREES, Answers

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kgbx.render.names import Names

OWN_WORDS: Final = frozenset({"woordelijk", "eigen_woorden_genoteerd", "voorgelezen", "vertaald"})
"""Forms of wording that are shown between quotation marks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What somebody said about a statement.

    Attributes:
        who: Name.
        what: What kind of reaction or verdict it is.
        text: The words; may be empty.
        lang: Language of the words.
        when: Day in words.
        against: Whether it disagrees.
        outcome: What was done with it; may be empty.
    """

    who: str
    what: str
    text: str
    lang: str
    when: str
    against: bool
    outcome: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """A statement as the page shows it.

    Attributes:
        text: The words.
        lang: Their language.
        quoted: Whether they are somebody's own words.
        original: The words in the own language; may be empty.
        original_lang: That language.
        teller: Who told it.
        capacity: In which capacity; may be empty.
        when: When, in words.
        told_to: To whom; may be empty.
        written_by: Who wrote it down, where that is somebody else; may be empty.
        kind: Kind of statement.
        marks: Form of the words, certainty, hearsay.
        topics: Labels of the topics.
        about: Names of the persons it is about.
        agreed: Who read the words and agrees; may be empty.
        replies: Verdicts and reactions, oldest first.
        disputed: True where people disagree and no reply says so.
        not_with: From whom it is kept in confidence; may be empty.
        earlier: What it said before it was corrected.
    """

    text: str
    lang: str
    quoted: bool
    original: str
    original_lang: str
    teller: str
    capacity: str
    when: str
    told_to: str
    written_by: str
    kind: str
    marks: tuple[str, ...]
    topics: tuple[str, ...]
    about: str
    agreed: str
    replies: tuple[Reply, ...]
    disputed: bool
    not_with: str
    earlier: tuple[str, ...]


class Voices:
    """Makes voices of the statements of a view."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self._answers = Answers(names.records, names.family)
        current = names.records.current
        self._reactions = _by_target(current("reactions"))
        self._reviews = _by_target(current("reviews"))
        self._confidences = _by_target(current("confidences"))
        versions = names.records.versions
        self._old: dict[str, list[Statement]] = defaultdict(list)
        live = {record.id for record in current("statements")}
        for record in names.records.case.records("statements"):
            if isinstance(record, Statement) and record.id not in live:
                self._old[versions.of(record.id)].append(record)

    def of(self, statement: Statement) -> Voice:
        """Return a statement as the page shows it."""
        names, words = self._names, statement.wording
        agreed = self._answers.agreed(statement)
        replies = self.replies(statement)
        teller = self._teller(statement)
        written_by = names.writer(words.written_by)
        told_to = [names.professional(one.professional, one.org) for one in statement.told_to or ()]
        return Voice(
            text=words.text,
            lang=words.language,
            quoted=words.form in OWN_WORDS,
            original=words.original.text if words.original else "",
            original_lang=words.original.language if words.original else "",
            teller=teller,
            capacity=names.label("capacity", statement.told_by.capacity),
            when=names.date(statement.told_on),
            told_to="; ".join(told_to),
            written_by="" if written_by in {teller, *told_to} else written_by,
            kind=names.label("statement_kind", statement.kind),
            marks=self._marks(statement),
            topics=tuple(dict.fromkeys(names.label("topic", topic) for topic in statement.topics)),
            about=names.people(statement.about),
            agreed=names.people(agreed),
            replies=replies,
            disputed=self._answers.is_disputed(statement) and not any(reply.against for reply in replies),
            not_with=self.not_with(statement.id),
            earlier=tuple(old.wording.text for old in self._old.get(names.records.versions.of(statement.id), ())),
        )

    def not_with(self, record: str) -> str:
        """Return the names of those from whom a record is kept in confidence; empty where there are none."""
        return self._names.people(one for kept in self._confidences.get(record, ()) for one in kept.withheld_from)

    def replies(self, record: Any) -> tuple[Reply, ...]:  # noqa: ANN401  # a record of any type
        """Return reactions to a record, and verdicts on it that say more than yes; oldest first."""
        reactions = [(one.reacted_on, self._reaction(one)) for one in self._reactions.get(record.id, ())]
        verdicts = [(one.reviewed_on, self._verdict(one)) for one in self._answers.latest_reviews(record) if _more(one)]
        return tuple(reply for _, reply in sorted((*reactions, *verdicts), key=lambda pair: pair[0]))

    def _reaction(self, reaction: Any) -> Reply:  # noqa: ANN401  # a reaction
        names = self._names
        outcome = reaction.outcome
        return Reply(
            who=names.young(reaction.by),
            what=names.label("reaction_kind", reaction.kind),
            text=reaction.words.text,
            lang=reaction.words.language,
            when=names.date(reaction.reacted_on),
            against=reaction.kind in DISAGREES,
            outcome=": ".join(filter(None, (names.label("reaction_outcome", outcome.result), outcome.reason)))
            if outcome
            else "",
        )

    def _verdict(self, review: Any) -> Reply:  # noqa: ANN401  # a review
        names = self._names
        return Reply(
            who=names.young(review.by),
            what=names.label("review_verdict", review.verdict),
            text=review.remark or "",
            lang=names.language,
            when=names.date(review.reviewed_on),
            against=review.verdict == "niet_akkoord",
        )

    def _teller(self, statement: Statement) -> str:
        names, told = self._names, statement.told_by
        if told.person:
            return names.young(told.person)
        if told.professional:
            return names.professional(told.professional)
        if told.register_name:
            return names.label("register_name", told.register_name)
        if told.document:
            return names.document(told.document)
        return names.say("anonymous")

    def _marks(self, statement: Statement) -> tuple[str, ...]:
        names, first = self._names, statement.first_teller
        marks = [
            names.label("wording_form", statement.wording.form),
            names.label("verifiability", statement.verifiability),
        ]
        if statement.hearsay or first is not None:
            whom = "" if first is None else names.person(first.person) if first.person else ""
            marks.append(" ".join(filter(None, (names.say("hearsay"), whom and f"({whom})"))))
        return tuple(filter(None, marks))


def _more(review: Any) -> bool:  # noqa: ANN401  # a review
    return review.verdict != "akkoord" or bool(review.remark)


def _by_target(records: Iterable[Any]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = defaultdict(list)
    for record in records:
        found[record.record].append(record)
    return found
