# SPDX-License-Identifier: EUPL-1.2
"""The access report in plain words, for a person of the family: a page, and the same lines for a screen.

Rules: short sentences that a person without schooling in law understands; every sentence that is not about what the
person may see is the same for everybody, so that it tells nothing; what a worker must do first does not stand here, for
it would tell the person; every value is escaped; no script, nothing fetched.
"""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from kgbx.clock import format_instant
from kgbx.messages import Text
from kgbx.render.passed import Passed, kinds, reasons
from kgbx.render.sheet import COMMON, COMMON_YOUNG, Sheet
from kgbx.story.people import ADULT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from kgbx.case import FamilyCase
    from kgbx.consent.access_report import AccessReport, Held, Received
    from kgbx.consent.policy import Policy
    from kgbx.messages import Language

_WIDTH: Final = 100

SENTENCES: Final[Mapping[str, Text]] = {
    **COMMON,
    "title": Text("Wat er over u bewaard wordt", "What is kept about you"),
    "title_about": Text("Wat er bewaard wordt over", "What is kept about"),
    "held": Text("Wat u mag zien", "What you may see"),
    "held_intro": Text("Dit bewaren wij. Tussen haakjes staat hoe vaak.", "This we keep. In brackets is how many."),
    "col_when": Text("Wanneer", "When"),
    "received": Text("Wie het kreeg", "Who received it"),
    "nothing_held": Text("Er is niets dat u kunt zien.", "There is nothing that you can see."),
    "nothing_received": Text("Er is niets doorgegeven dat u kunt zien.", "Nothing was passed on that you can see."),
    "up_to": Text("tot en met", "to"),
    "end": Text(
        "Dit overzicht laat zien wat u mag zien. Soms mag iets niet, om een ander te beschermen. Wilt u lezen wat er "
        "staat, in uw eigen woorden? Vraag om uw verhaal. Klopt er iets niet, of mist u iets? Zeg het. U mag vragen om "
        "iets te verbeteren of weg te halen, en u mag uw eigen verhaal laten toevoegen. Bent u het niet eens met wat "
        "wij doen? Dan kunt u klagen bij ons, bij de Autoriteit Persoonsgegevens of bij de rechter.",
        "This shows what you may see. Sometimes something may not be shown, to protect another. Do you want to read "
        "what it says, in your own words? Ask for your story. Is something wrong or missing? Say so. You may ask to "
        "correct or remove something, and you may have your own story added. Do you disagree with what we do? Then you "
        "can complain to us, to the data protection authority or to a court.",
    ),
}

TO_THE_YOUNG: Final[Mapping[str, str]] = {
    **COMMON_YOUNG,
    "title": "Wat er over jou bewaard wordt",
    "held": "Wat je mag zien",
    "nothing_held": "Er is niets dat je kunt zien.",
    "nothing_received": "Er is niets doorgegeven dat je kunt zien.",
    "end": "Dit overzicht laat zien wat je mag zien. Soms mag iets niet, om een ander te beschermen. Wil je lezen wat "
    "er staat, in je eigen woorden? Vraag om je verhaal. Klopt er iets niet, of mis je iets? Zeg het. Je mag vragen om "
    "iets te verbeteren of weg te halen, en je mag je eigen verhaal laten toevoegen. Ben je het niet eens met wat wij "
    "doen? Dan kun je klagen bij ons, bij de Autoriteit Persoonsgegevens of bij de rechter.",
}
"""What is said otherwise, in Dutch, to somebody under eighteen."""


@dataclass(frozen=True, slots=True)
class Group:
    """Records of one type that one organisation recorded."""

    what: str
    when: str
    whom: str


class ReportPage(Sheet):
    """The access report in words."""

    template = "report.html"
    sentences = SENTENCES
    to_the_young = TO_THE_YOUNG

    def __init__(
        self, report: AccessReport, case: FamilyCase, *, policy: Policy, at: datetime, language: Language, handed: bool
    ) -> None:
        """Put a report in words.

        Args:
            report: What the person may know.
            case: The own file, for names.
            policy: The policy in force, for the articles.
            at: Aware datetime of the report.
            language: Language of the page.
            handed: Whether it may be handed over by a safe contact point.

        Raises:
            UsageError: U_MOMENT, `at` has no offset.
        """
        super().__init__(case, at=at, language=language, handed=handed)
        ages = self.names.family.ages(report.asker)
        self.young = ages is not None and ages[1] < ADULT
        self._report = report
        self._policy = policy
        self._at = format_instant(at)

    @property
    def title(self) -> str:
        """Whom the page is about."""
        if self._report.asker == self._report.about:
            return self.say("title")
        return f"{self.say('title_about')} {self.names.young(self._report.about)}"

    @property
    def reader(self) -> str:
        """For whom the page is, and of which day."""
        return f"{self.say('for')} {self.names.party(self._report.asker)}, {self.names.date(self._at)}"

    @property
    def held(self) -> tuple[Group, ...]:
        """What the person may see, by type and organisation."""
        groups: dict[tuple[str, str], list[Held]] = {}
        for one in self._report.held:
            groups.setdefault((one.array, one.org), []).append(one)
        return tuple(
            Group(
                what=self.kept(array, len(rows)),
                when=self._days(rows[0].recorded_on, rows[-1].recorded_on),
                whom=self.names.organisation(org),
            )
            for (array, org), rows in groups.items()
        )

    @property
    def received(self) -> tuple[Passed, ...]:
        """Who received what of it."""
        return tuple(self._passed(one) for one in self._report.received)

    def _passed(self, one: Received) -> Passed:
        return Passed(
            whom=self.names.organisation(one.recipient),
            when=self.names.date(one.on),
            what_for=self.label("purpose", one.purpose),
            what=kinds(self, one.arrays),
            why=reasons(self, one.why, policy=self._policy),
        )

    def _days(self, first: str, last: str) -> str:
        words = (self.names.date(first), self.names.date(last))
        return words[0] if first == last else f"{words[0]} {self.say('up_to')} {words[1]}"

    def lines(self) -> Iterator[str]:
        """Yield the page as lines for a screen."""
        yield from (self.title, self.reader, "", self.how)
        yield from ("", self.say("held"))
        yield from (f"  - {one.what}: {one.whom}, {one.when}" for one in self.held)
        if not self.held:
            yield f"  {self.say('nothing_held')}"
        yield from ("", self.say("received"))
        for passed in self.received:
            yield f"  - {passed.whom}, {passed.when}"
            yield f"      {self.say('what_for')}: {passed.what_for}"
            yield f"      {self.say('what')}: {passed.what}"
            yield f"      {self.say('why')}: {'; '.join(passed.why)}"
        if not self.received:
            yield f"  {self.say('nothing_received')}"
        yield from ("", *textwrap.wrap(self.say("end"), _WIDTH))
