# SPDX-License-Identifier: EUPL-1.2
"""What was told and written down, as a person of the family reads it: the words, whose they are, what others say of it.

Rules: the words come first and are never changed; the reader is spoken to; no codes and no terms of the trade, but for
what a court or an authority calls its own decision.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kgbx.case import about_of
from kgbx.render.family_words import SAID
from kgbx.render.names import Names
from kgbx.render.plain import MEANS
from kgbx.render.voices import OWN_WORDS
from kgbx.story.answers import DISAGREES, Answers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from datetime import date

    from kgbx.case import FamilyCase, Statement
    from kgbx.case.told import Wording
    from kgbx.messages import Language


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """Words, in their language.

    Attributes:
        text: The words.
        lang: Their language; empty where nobody wrote that down.
        quoted: Whether they are somebody's own.
    """

    text: str
    lang: str
    quoted: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What somebody said about what was told.

    Attributes:
        says: Who, and in a few words what.
        words: What was said; None where nothing was.
        when: Day in words; may be empty.
        against: Whether it disagrees.
        reader: Whether who reads said it.
        outcome: What we did with it; may be empty.
    """

    says: str
    words: Words | None = None
    when: str = ""
    against: bool = False
    reader: bool = False
    outcome: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One thing that was told or written down.

    Attributes:
        words: The words; None where it has none.
        lines: Who, when, to whom, about whom: sentences.
        more: Words that belong to it: an original text, what it said before, steps; each with what it is.
        secret: From whom it is kept in confidence, as a sentence; may be empty.
        replies: What people say of it, oldest first.
    """

    words: Words | None
    lines: tuple[str, ...]
    more: tuple[tuple[str, Words], ...] = ()
    secret: str = ""
    replies: tuple[Reply, ...] = ()

    @property
    def against(self) -> str:
        """Key of the sentence that somebody disagrees: the reader alone, or others; empty where nobody does."""
        who = {one.reader for one in self.replies if one.against}
        return ("against_self" if who == {True} else "against") if who else ""


class FamilyNames(Names):
    """Names for one reader, who is spoken to.

    Attributes:
        reader: Id of the reader.
    """

    def __init__(
        self, case: FamilyCase, *, day: date, language: Language, reader: str, say: Callable[[str], str]
    ) -> None:
        """Look up who everybody is in what the reader may read.

        Args:
            case: What the reader may read, and nothing else.
            day: For ages.
            language: Language of the page.
            reader: Who reads.
            say: Gives the sentences of the page.
        """
        super().__init__(case, day=day, language=language)
        self.reader = reader
        self._words = say

    def is_reader(self, person: str) -> bool:
        """Tell whether a person is who reads."""
        return self.family.same(person) == self.family.same(self.reader)

    def person(self, person_id: str) -> str:
        """Return what a person is called."""
        found = self.family.person(person_id)
        return super().person(person_id) if found is not None and found.name else self._words("somebody")

    def organisation(self, org: str) -> str:
        """Return the name of an organisation."""
        return super().organisation(org) if org in self._organisations else self._words("some_org")

    def professional(self, professional_id: str | None, org: str | None = None) -> str:
        """Return name and organisation of a worker, as far as they are known."""
        known = professional_id is not None and professional_id in self.records.case
        return super().professional(professional_id, org) if known or org else self._words("some_worker")

    def own(self, org: str) -> str:
        """Return the name of the organisation whose page it is; empty where the reader may see none."""
        return super().organisation(org) if org in self._organisations else ""

    def who(self, person: str) -> str:
        """Return a person at the beginning of a sentence."""
        return self._words("subject") if self.is_reader(person) else self.person(person)

    def whom(self, person: str) -> str:
        """Return a person inside a sentence."""
        return self._words("object") if self.is_reader(person) else self.person(person)

    def all_of(self, persons: Iterable[str]) -> str:
        """Return persons inside a sentence, the reader first: ``u, Daan en Lotte``."""
        ordered = sorted(persons, key=lambda one: (not self.is_reader(one), self.person(one)))
        return self.listed(dict.fromkeys(self.whom(one) for one in ordered))

    def listed(self, words: Iterable[str]) -> str:
        """Return words as one says them: ``een, twee en drie``."""
        *before, last = words
        return f"{', '.join(before)} {self._words('and')} {last}" if before else last


class FamilyVoices:
    """Makes what a reader reads of the records of a part."""

    def __init__(self, names: FamilyNames, say: Callable[[str], str]) -> None:
        """Gather what speaks about records."""
        self._names = names
        self._say = say
        self._answers = Answers(names.records, names.family)
        self._reactions = _by_target(names.records.current("reactions"))
        self._confidences = _by_target(names.records.current("confidences"))
        self._older: dict[str, list[Statement]] = defaultdict(list)
        live = {one.id for one in names.records.current("statements")}
        for one in names.records.case.records("statements"):
            if one.id not in live:
                self._older[names.records.versions.of(one.id)].append(one)  # type: ignore[arg-type]  # statements only

    def statement(self, one: Statement) -> Told:
        """Return something that was told."""
        words = one.wording
        earlier = self._older.get(self._names.records.versions.of(one.id), ())
        heard = "hearsay_self" if one.told_by.person and self._names.is_reader(one.told_by.person) else "hearsay"
        lines = [self._told(one), *((self._say(heard),) if one.hearsay or one.first_teller else ())]
        more = [] if words.original is None else [(self._say("own_language"), words.original)]
        return Told(
            words=words_of(words),
            lines=(*lines, *self._about(one.about)),
            more=(
                *((title, Words(text=text.text, lang=text.language)) for title, text in more),
                *((self._say("earlier"), words_of(old.wording)) for old in earlier),
            ),
            secret=self._secret(one.id),
            replies=self.replies(one),
        )

    def _told(self, one: Statement) -> str:
        names, say, told, on = self._names, self._say, one.told_by, self._names.date(one.told_on)
        if told.person is not None:
            to = names.listed(
                dict.fromkeys(names.professional(to.professional, to.org) for to in one.told_to or ()) or [""]
            )
            return f"{names.who(told.person)} {say('told')} {on}" + (f" {say('was_told_to')} {to}." if to else ".")
        if told.professional is not None:
            return f"{say('written')} {names.professional(told.professional)}, {on}."
        if told.register_name is not None:
            return f"{say('stands_in')}: {names.label('register_name', told.register_name)}, {on}."
        if told.document is not None:
            return f"{say('stands_in')}: {names.document(told.document)}, {on}."
        return f"{say('unnamed_teller')} {on}."

    def _about(self, persons: Iterable[str]) -> tuple[str, ...]:
        """Return about whom it is, where that is not the reader alone."""
        about = tuple(persons)
        said = f"{self._say('about')}: {self._names.all_of(about)}." if about else ""
        return (said,) if said and not all(map(self._names.is_reader, about)) else ()

    def _secret(self, record: str) -> str:
        kept = [person for one in self._confidences.get(record, ()) for person in one.withheld_from]
        return f"{self._say('secret')}: {self._names.all_of(kept)}." if kept else ""

    # --- what people say of it

    def replies(self, record: Any) -> tuple[Reply, ...]:  # noqa: ANN401  # a record of any type
        """Return reactions and verdicts, oldest first, then the answers that stand in the record itself."""
        reactions = [(one.reacted_on, self._reaction(one)) for one in self._reactions.get(record.id, ())]
        verdicts = [(one.reviewed_on, self._verdict(one)) for one in self._answers.latest_reviews(record)]
        dated = (reply for _, reply in sorted((*reactions, *verdicts), key=lambda pair: pair[0]))
        return (*dated, *self._given(record))

    def _says(self, person: str, name: str, code: str) -> str:
        plain = SAID.get((name, code))
        said = self._names.label(name, code) if plain is None else plain.say(self._names.language)
        return f"{self._names.who(person)}: {said}"

    def _reaction(self, one: Any) -> Reply:  # noqa: ANN401  # a reaction
        outcome = ""
        if one.outcome is not None:
            done = SAID["reaction_outcome", one.outcome.result].say(self._names.language)
            outcome = " ".join(filter(None, (done, one.outcome.reason)))
        return Reply(
            says=self._says(one.by, "reaction_kind", one.kind),
            words=words_of(one.words),
            when=self._names.date(one.reacted_on),
            against=one.kind in DISAGREES,
            reader=self._names.is_reader(one.by),
            outcome=outcome,
        )

    def _verdict(self, one: Any) -> Reply:  # noqa: ANN401  # a review
        return Reply(
            says=self._says(one.by, "review_verdict", one.verdict),
            words=self._remark(one.remark),
            when=self._names.date(one.reviewed_on),
            against=one.verdict == "niet_akkoord",
            reader=self._names.is_reader(one.by),
        )

    def _given(self, record: Any) -> Iterator[Reply]:  # noqa: ANN401  # a record of any type
        for member, name in (("answers", "agreed"), ("seen_by_family", "seen_by_family")):
            for one in getattr(record, member, None) or ():
                says, words = self._says(one.person, name, one.answer), self._remark(one.remark)
                reader = self._names.is_reader(one.person)
                yield Reply(says=says, words=words, against=one.answer == "nee", reader=reader)

    def _remark(self, text: str | None) -> Words | None:
        return Words(text=text, lang="") if text else None

    # --- what was written down besides

    def note(self, array: str, one: Any) -> Told:  # noqa: ANN401  # a record of any type
        """Return a record that is no statement: what it says, who wrote it down, about whom, who agrees."""
        words = getattr(one, "words", None)
        text = self._text(array, one)
        own = Words(text=text[0].upper() + text[1:], lang=self._names.language, quoted=False) if text else None
        persons = about_of(one, self._names.records.case)
        by = self._names.professional(one.recorded_by.professional, one.recorded_by.org)
        written = f"{self._say('written')} {by}, {self._names.date(one.recorded_at)}."
        return Told(
            words=own if words is None else words_of(words),
            lines=(*self._means(array, one), written, *self._about(persons)),
            more=tuple(self._more(one)),
            replies=self.replies(one),
        )

    def _text(self, array: str, one: Any) -> str:  # noqa: ANN401  # a record of any type
        names = self._names
        made: Mapping[str, Callable[[], str]] = {
            "involvements": lambda: names.professional(one.professional, one.org),
            "concerns": lambda: names.label("problem_domain", one.domain),
            "safety_assessments": lambda: self._assessed(one),
            "analyses": lambda: str(one.question),
            "plans": lambda: names.label("plan_kind", one.kind),
            "measures": lambda: self._measure(one),
            "decisions": lambda: self._decision(one),
            "documents": lambda: f"{one.title}, {names.date(one.written_on)}".removesuffix(", "),
        }
        return made[array]() if array in made else ""

    def _assessed(self, one: Any) -> str:  # noqa: ANN401  # a safety assessment
        level = SAID.get(("safety_level", one.conclusion))
        found = level.say(self._names.language) if level else self._names.label("safety_level", one.conclusion)
        return " ".join(filter(None, (found, one.explanation)))

    def _measure(self, one: Any) -> str:  # noqa: ANN401  # a measure
        names = self._names
        period = [(self._say("since"), one.valid_from), (self._say("until"), one.valid_until or one.planned_end)]
        told = " ".join(f"{word} {names.date(moment)}" for word, moment in period if moment)
        parts = (names.label("measure_kind", one.kind), names.label("measure_status", one.status), told)
        return ", ".join(filter(None, parts))

    def _means(self, array: str, one: Any) -> tuple[str, ...]:  # noqa: ANN401  # a record of any type
        found = MEANS.get(("measure_kind", one.kind)) if array == "measures" else None
        return () if found is None else (found.say(self._names.language),)

    def _decision(self, one: Any) -> str:  # noqa: ANN401  # a decision
        names = self._names
        result = names.label("decision_result", one.result)
        parts = (names.label("decision_kind", one.kind), result, names.date(one.decided_on))
        return ", ".join(filter(None, parts))

    def _more(self, one: Any) -> Iterator[tuple[str, Words]]:  # noqa: ANN401  # a record of any type
        for number, step in enumerate(getattr(one, "steps", None) or (), 1):
            done = f", {self._say('done')} {self._names.date(step.done_on)}" if step.done_on else ""
            yield f"{self._say('step')} {number}{done}", Words(text=step.text, lang="", quoted=False)
        for number, guess in enumerate(getattr(one, "hypotheses", None) or (), 1):
            yield str(number), Words(text=guess.text, lang="", quoted=False)


def words_of(words: Wording) -> Words:
    """Return words with whether they are somebody's own."""
    return Words(text=words.text, lang=words.language, quoted=words.form in OWN_WORDS)


def _by_target(records: Iterable[Any]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = defaultdict(list)
    for record in records:
        found[record.record].append(record)
    return found
