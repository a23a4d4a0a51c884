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
from kgbx.render.sheet import COMMON, Sheet

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
    "received": Text("Wie het kreeg", "Who received it"),
    "nothing_held": Text("Er is niets dat u kunt zien.", "There is nothing that you can see."),
    "nothing_received": Text("Er is niets doorgegeven dat u kunt zien.", "Nothing was passed on that you can see."),
    "up_to": Text("tot en met", "to"),
    "what_for": Text("waarvoor", "what for"),
    "what": Text("wat", "what"),
    "why": Text("waarom dit mocht", "why this was allowed"),
    "consent": Text("er is toestemming gegeven", "consent was given"),
    "team": Text("deze organisaties helpen u samen", "these organisations help you together"),
    "duty": Text("de wet zegt dat het moet", "the law says that it must"),
    "power": Text("de wet zegt dat het mag", "the law says that it may"),
    "end": Text(
        "Dit overzicht laat zien wat u mag zien. Soms mag iets niet, om een ander te beschermen. Klopt er iets niet, "
        "of mist u iets? Zeg het. U mag vragen om iets te verbeteren of weg te halen, en u mag uw eigen verhaal laten "
        "toevoegen. Bent u het niet eens met wat wij doen? Dan kunt u klagen bij ons, bij de Autoriteit "
        "Persoonsgegevens of bij de rechter.",
        "This shows what you may see. Sometimes something may not be shown, to protect another. Is something wrong or "
        "missing? Say so. You may ask to correct or remove something, and you may have your own story added. Do you "
        "disagree with what we do? Then you can complain to us, to the data protection authority or to a court.",
    ),
}


@dataclass(frozen=True, slots=True)
class Group:
    """Records of one type that one organisation recorded."""

    what: str
    when: str
    whom: str


@dataclass(frozen=True, slots=True)
class Passed:
    """What one organisation received at one time."""

    whom: str
    when: str
    what_for: str
    what: str
    why: tuple[str, ...]


class ReportPage(Sheet):
    """The access report in words."""

    template = "report.html"
    sentences = SENTENCES

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
            what=", ".join(self.kept(array, number) for array, number in one.arrays.items()),
            why=tuple(dict.fromkeys(self._why(release) for release in one.why)),
        )

    def _why(self, release: str) -> str:
        kind, _, provision = release.partition(":")
        found = self._policy.provision_by_id.get(provision)
        article = f" ({found.source})" if found else f" ({provision})" if provision else ""
        return self.say(kind) + article

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
