# SPDX-License-Identifier: EUPL-1.2
"""The receipt of a choice about sharing, in plain words, for the person who made it: a page, and lines for a screen.

Rules: short sentences for who is not used to read letters; says what was chosen, about whom, for whom, what, until
when, and how to change it: taking back needs no form and no reason. Whether it counts is told by the same facts as a
decision uses, and what it means and how to change it follow from that. No sentence says that all names stand on it,
for some may have been left out, and none says that this one lacks any. What somebody wrote in their own words never
stands on it; no organisation or worker is named whose name tells where somebody is, and if nobody else is left, there
is no receipt. Read together, unless by a contact point that is safe. Every value is escaped; no script, nothing
fetched; readable when printed without colour.

Source: AVG 7 lid 1 and 3, 12 lid 1, 13; ISO/IEC TS 27560:2023 (receipt).
"""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from kgbx.case import Consent
from kgbx.consent.access_report import protected_places, unnamed_organisations
from kgbx.consent.standing import standing_of
from kgbx.errors import ConsentError, UsageError
from kgbx.messages import Text
from kgbx.render.sheet import COMMON, Sheet

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from kgbx.case import FamilyCase
    from kgbx.consent.asker import Asker
    from kgbx.consent.standing import State
    from kgbx.messages import Language

_WIDTH: Final = 80
_ANY: Final = "*"

SENTENCES: Final[Mapping[str, Text]] = {
    **COMMON,
    "title": Text("Uw keuze over delen", "Your choice about sharing"),
    "permit": Text("U zei ja.", "You said yes."),
    "refuse": Text("U zei nee.", "You said no."),
    "permit_means": Text(
        "Wij mogen delen waar u ja op zei, en niet meer dan dat. Niet elke naam staat op papier: vraag ons wie het "
        "krijgt. Soms moet nog iemand ja zeggen, zoals de andere ouder. Dan wachten wij daarop.",
        "We may share what you said yes to, and no more than that. Not every name stands on paper: ask us who gets it. "
        "Sometimes somebody else must say yes too, like the other parent. Then we wait for that.",
    ),
    "permit_later": Text(
        "Straks mogen wij delen waar u ja op zei, en niet meer dan dat. Nu nog niet. Niet elke naam staat op papier: "
        "vraag ons wie het krijgt.",
        "Later we may share what you said yes to, and no more than that. Not yet now. Not every name stands on paper: "
        "ask us who gets it.",
    ),
    "permit_nothing": Text("Om dit ja delen wij nu niets.", "Because of this yes we share nothing now."),
    "refuse_means": Text(
        "Wij delen niet wat hieronder staat, behalve als de wet zegt dat het toch moet of mag.",
        "We do not share what is below, unless the law says that we must or may.",
    ),
    "refuse_later": Text(
        "Straks delen wij niet wat hieronder staat, behalve als de wet zegt dat het toch moet of mag.",
        "Later we do not share what is below, unless the law says that we must or may.",
    ),
    "refuse_partly": Text(
        "Wij delen niet wat hieronder staat, behalve waar u later ja op zei, of als de wet zegt dat het moet of mag.",
        "We do not share what is below, unless you said yes to it later, or the law says that we must or may.",
    ),
    "refuse_weighed": Text("Uw nee alleen houdt delen nu niet tegen.", "Your no alone does not stop sharing now."),
    "refuse_nothing": Text("Dit nee houdt nu niets meer tegen.", "This no stops nothing any more."),
    "said_on": Text("Gezegd op", "Said on"),
    "about": Text("Over wie", "About whom"),
    "yourself": Text("uzelf", "yourself"),
    "permit_whom": Text("Wie het krijgt", "Who gets it"),
    "refuse_whom": Text("Wie het niet krijgt", "Who does not get it"),
    "what": Text("Wat", "What"),
    "what_for": Text("Waarvoor", "What for"),
    "period": Text("Tot wanneer", "Until when"),
    "from": Text("van", "from"),
    "until": Text("tot", "until"),
    "everybody": Text("iedereen", "everybody"),
    "everything": Text("alles", "everything"),
    "anything": Text("alle doelen", "all purposes"),
    "not_yet": Text("Dit geldt nog niet.", "This does not hold yet."),
    "now": Text("Dit geldt nu.", "This holds now."),
    "over": Text("Dit geldt niet meer: de tijd is om.", "This no longer holds: the time is over."),
    "withdrawn": Text("Dit geldt niet meer: het is teruggenomen op", "This no longer holds: it was taken back on"),
    "lifted": Text("Dit geldt niet meer: u zei later ja.", "This no longer holds: you said yes later."),
    "partly_lifted": Text(
        "Dit geldt nog, behalve voor waar u later ja op zei.",
        "This still holds, but not for what you said yes to later.",
    ),
    "unproven": Text(
        "Dit telt nog niet: wij kunnen niet laten zien dat u dit zei. Zeg of schrijf het nog een keer.",
        "This does not count yet: we cannot show that you said it. Say or write it once more.",
    ),
    "permit_not_decider": Text(
        "Dit telt nu niet: iemand anders beslist hier nu over. Vraag ons wie dat is.",
        "This does not count now: somebody else decides about this now. Ask us who that is.",
    ),
    "refuse_not_decider": Text(
        "Iemand anders beslist hier nu over. Wij kijken nog wel naar uw nee.",
        "Somebody else decides about this now. We still look at your no.",
    ),
    "change": Text("Van gedachten veranderd?", "Changed your mind?"),
    "permit_change": Text(
        "U mag altijd stoppen. U hoeft niets in te vullen en niet te zeggen waarom. Zeg het tegen ons: aan tafel, aan "
        "de telefoon, hoe u wilt. Vanaf dan delen wij dit niet meer. Wat al gedeeld is, kunnen wij niet terughalen.",
        "You may always stop. There is nothing to fill in and you need not say why. Just tell us: at the table, by "
        "telephone, as you like. From then on we no longer share this. What was shared already we cannot take back.",
    ),
    "permit_take_back": Text(
        "U mag dit ja altijd terugnemen. U hoeft niets in te vullen en niet te zeggen waarom. Zeg het tegen ons: aan "
        "tafel, aan de telefoon, hoe u wilt. Wat al gedeeld is, kunnen wij niet terughalen.",
        "You may always take this yes back. There is nothing to fill in and you need not say why. Just tell us: at the "
        "table, by telephone, as you like. What was shared already we cannot take back.",
    ),
    "permit_again": Text(
        "U mag altijd opnieuw ja zeggen. Dan spreken wij af wat u goed vindt, en voor wie. Wat al gedeeld is, kunnen "
        "wij niet terughalen.",
        "You may always say yes again. Then we agree on what you find right, and for whom. What was shared already we "
        "cannot take back.",
    ),
    "refuse_again": Text(
        "U mag altijd opnieuw nee zeggen. Zeg het tegen ons: aan tafel, aan de telefoon, hoe u wilt.",
        "You may always say no again. Just tell us: at the table, by telephone, as you like.",
    ),
    "refuse_change": Text(
        "U mag altijd alsnog ja zeggen. Dan spreken wij af wat u goed vindt, en voor wie.",
        "You may always say yes after all. Then we agree on what you find right, and for whom.",
    ),
    "agreed_way": Text(
        "Wij spraken met u af hoe u dit laat weten. Weet u het niet meer? Vraag het ons.",
        "We agreed with you how to tell us. Do you not remember? Ask us.",
    ),
    "ask": Text("Vragen?", "Questions?"),
    "ask_whom": Text("Vraag het aan", "Ask"),
    "ask_giver": Text("Vraag het aan wie dit met u las.", "Ask who read this with you."),
    "end": Text(
        "Soms zegt de wet dat een organisatie iets moet of mag delen, ook als u nee zei, bijvoorbeeld als een kind in "
        "gevaar is. Dan vertellen wij u dat, behalve als dat gevaarlijk is. Niet tevreden? U kunt klagen bij ons of "
        "bij de Autoriteit Persoonsgegevens.",
        "Sometimes the law says that an organisation must or may share something, even if you said no, for instance "
        "when a child is in danger. Then we tell you, unless that is dangerous. Not satisfied? You can complain to us "
        "or to the data protection authority.",
    ),
}


MEANS: Final[Mapping[str, Mapping[State, str]]] = {
    "permit": {
        "now": "permit_means",
        "not_yet": "permit_later",
        "unproven": "permit_nothing",
        "not_decider": "permit_nothing",
        "withdrawn": "permit_nothing",
        "over": "permit_nothing",
    },
    "refuse": {
        "now": "refuse_means",
        "not_yet": "refuse_later",
        "partly_lifted": "refuse_partly",
        "not_decider": "refuse_weighed",
        "lifted": "refuse_nothing",
        "over": "refuse_nothing",
    },
}
"""What a choice means, by what it is and whether it counts."""

CHANGE: Final[Mapping[str, Mapping[State, str]]] = {
    "permit": {
        "now": "permit_change",
        "not_yet": "permit_take_back",
        "unproven": "permit_take_back",
        "not_decider": "permit_take_back",
        "withdrawn": "permit_again",
        "over": "permit_again",
    },
    "refuse": {
        "now": "refuse_change",
        "not_yet": "refuse_change",
        "partly_lifted": "refuse_change",
        "not_decider": "refuse_change",
        "lifted": "refuse_again",
        "over": "refuse_again",
    },
}
"""How to change a choice, by what it is and whether it counts."""

GONE: Final[frozenset[State]] = frozenset({"withdrawn", "over"})
"""Of what cannot be taken back."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the receipt: what it is, and what was said of it."""

    label: str
    values: tuple[str, ...]


class Receipt(Sheet):
    """A choice in words."""

    template = "receipt.html"
    sentences = SENTENCES

    def __init__(
        self, consent: Consent, case: FamilyCase, *, asker: Asker, at: datetime, language: Language, handed: bool
    ) -> None:
        """Put a choice in words.

        Args:
            consent: The choice.
            case: The own file, for names.
            asker: The person who decided, at the moment of the receipt.
            at: Aware datetime of the receipt, for dates.
            language: Language of the page.
            handed: Whether it may be handed over by a safe contact point.

        Raises:
            ConsentError: C_RECEIPT, no organisation is left that may be named, or the decider is no person.
            UsageError: U_MOMENT, `at` has no offset.
        """
        super().__init__(case, at=at, language=language, handed=handed)
        self._consent = consent
        self._standing = standing_of(consent.id, index=asker.sharing, policy=asker.policy)
        self._places = protected_places(case, asker, own=consent.recorded_by.org)
        self._unnamed = unnamed_organisations(case, asker)
        if consent.decided_by.startswith("urn:") or not self._named:
            raise ConsentError("C_RECEIPT")

    @property
    def title(self) -> str:
        """What the page is."""
        return self.say("title")

    @property
    def reader(self) -> str:
        """For whom the page is."""
        return f"{self.say('for')} {self.names.full(self._consent.decided_by)}"

    @property
    def said(self) -> str:
        """Yes or no."""
        return self.say(self._consent.decision)

    @property
    def means(self) -> str:
        """What the choice means."""
        return self.say(MEANS[self._consent.decision][self._standing.state])

    @property
    def state(self) -> str:
        """Whether it holds."""
        state, since = self._standing.state, self._standing.since
        if since is not None:
            return f"{self.say(state)} {self.names.date(since)}."
        return self.say(f"{self._consent.decision}_{state}" if state == "not_decider" else state)

    @property
    def rows(self) -> tuple[Row, ...]:
        """What was chosen, line by line."""
        consent, names = self._consent, self.names
        itself = names.family.same(consent.subject) == names.family.same(consent.decided_by)
        method = self.label("consent_method", consent.ceremony.method)
        said = f"{names.date(consent.ceremony.at)}, {method}"
        start, until = names.date(consent.valid_from), names.date(consent.valid_until)
        return (
            Row(self.say("about"), (self.say("yourself") if itself else names.full(consent.subject),)),
            Row(self.say(f"{consent.decision}_whom"), tuple(self._organisation(org) for org in self._named)),
            Row(self.say("what"), self._labels("category", consent.categories, "everything")),
            Row(self.say("what_for"), self._labels("purpose", consent.purposes, "anything")),
            Row(self.say("period"), (f"{self.say('from')} {start} {self.say('until')} {until}",)),
            Row(self.say("said_on"), (said,)),
        )

    @property
    def change(self) -> tuple[str, ...]:
        """How to change the choice."""
        state = self._standing.state
        agreed = self._consent.how_to_withdraw is not None and state not in GONE
        return (self.say(CHANGE[self._consent.decision][state]), *((self.say("agreed_way"),) if agreed else ()))

    @property
    def ask(self) -> str:
        """Who answers questions."""
        recorder = self._consent.recorded_by
        worker = self.names.professional(recorder.professional, recorder.org)
        if recorder.org in self._unnamed or self._places.stand_in(worker):
            return self.say("ask_giver")
        return f"{self.say('ask_whom')} {worker}."

    def lines(self) -> Iterator[str]:
        """Yield the receipt as lines for a screen."""
        yield from (self.title, self.reader, "")
        if self.synthetic:
            yield from (self.say("made_up"), "")
        yield from (*textwrap.wrap(self.how, _WIDTH), "", self.said)
        yield from (*textwrap.wrap(self.means, _WIDTH), self.state, "")
        for row in self.rows:
            yield f"{row.label}:"
            yield from (f"  - {value}" for value in row.values)
        yield from ("", self.say("change"))
        for text in self.change:
            yield from textwrap.wrap(text, _WIDTH)
        yield from ("", self.say("ask"), *textwrap.wrap(self.ask, _WIDTH))
        yield from ("", *textwrap.wrap(self.say("end"), _WIDTH))

    def as_value(self) -> dict[str, object]:
        """Return the receipt as JSON: what the page says, in its language, and whether it counts as a code."""
        return {
            "consent": self._consent.id,
            "language": self.names.language,
            "read_together": not self.handed,
            "decision": self._consent.decision,
            "standing": self._standing.state,
            "state": self.state,
            "means": self.means,
            "rows": [{"label": row.label, "values": list(row.values)} for row in self.rows],
            "change": list(self.change),
            "ask": self.ask,
        }

    @property
    def _named(self) -> tuple[str, ...]:
        named = (org for org in self._consent.recipients if org not in self._unnamed)
        return tuple(org for org in named if not self._places.stand_in(self._organisation(org)))

    def _organisation(self, org: str) -> str:
        return self.say("everybody") if org == _ANY else self.names.organisation(org)

    def _labels(self, name: str, codes: tuple[str, ...], every: str) -> tuple[str, ...]:
        return tuple(self.say(every) if code == _ANY else self.label(name, code) for code in codes)


def consent_of(case: FamilyCase, consent_id: str) -> Consent:
    """Return the choice with an id.

    Raises:
        UsageError: U_CONSENT, there is none that is current.
    """
    found = case.get(consent_id)
    if isinstance(found, Consent) and found in case.current("consents"):
        return found
    raise UsageError("U_CONSENT")
