# SPDX-License-Identifier: EUPL-1.2
"""One family through its history, three times: with kgbx, each for itself, and with all questions put all the same.

Rules: the course, the choices of the family and what it tells are the same in all three; each draw has its own dice.
With kgbx an organisation first asks all others that know the family for what it may have, and asks the family what is
left. The ledger is told everything, and counts.
"""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, Final, Protocol

from kgbx.testing.dice import Dice
from kgbx.testing.region.answering import Telling, answered, registered, stated
from kgbx.testing.region.bodies import BODIES, CHANCES, DAYS_BETWEEN_TALKS, DAYS_TO_GATHER, QUESTIONS_A_TALK
from kgbx.testing.region.choices import Choices
from kgbx.testing.region.course import course_of, day_of, days_of
from kgbx.testing.region.desk import Desk
from kgbx.testing.region.guides import Guides
from kgbx.testing.region.kin import make_kin
from kgbx.testing.region.law import Law
from kgbx.testing.region.ledger import Hidden, Ledger
from kgbx.testing.region.office import Office, base_records
from kgbx.testing.region.tally import MANNERS, Manner, Outcome
from kgbx.testing.region.wants import Entry, Put, wants

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import date

    from kgbx.case import FamilyCase
    from kgbx.consent.share import Share
    from kgbx.testing.region.bodies import Body
    from kgbx.testing.region.course import Event
    from kgbx.testing.region.kin import Kin
    from kgbx.testing.region.wants import Want


class Sealer(Protocol):
    """Seals and opens what one organisation sends another."""

    def pass_on(self, sender: Office, asker: Office, *, desk: Desk, now: datetime) -> tuple[Share, int, bool]:
        """Return what was shared, how many records were looked at first, and whether a message went."""


MONTHS: Final = 24
"""Months that are told when nobody says how many."""

_FIRST_HOUR: Final = time(9, tzinfo=UTC)
_TWELVE: Final = 12
_BOTH: Final = 2
_LONGEST_HANDOVER_DAYS: Final = 400
_KNOWS_PLACES: Final = ("team", "veilig_thuis", "raad", "gi")
_HEARS_CHILDREN: Final = ("team", "youth_ggz", "school", "veilig_thuis")
_MEASURES: Final = {"raad": ("raadsonderzoek", 120), "gi": ("ondertoezichtstelling", 364)}
_SECRETS: Final = ("child.voice.view", "problem.conflict_thuis")


def simulate_family(number: int, *, seed: int, months: int = MONTHS, sealing: Sealer | None = None) -> Outcome:
    """Return what was counted of one family.

    Args:
        number: Which family of the region.
        seed: Which region.
        months: How many months of its history.
        sealing: Seals and opens every message for real; None: views are passed on as they are.
    """
    luck = f"region/{seed}/{number}"
    kin = make_kin(Dice(f"{luck}/kin"))
    course = course_of(kin, Dice(f"{luck}/course"), months=months)
    outcome = Outcome(families=1)
    for manner in MANNERS:
        play = _Play(kin, manner, luck=luck, outcome=outcome, sealing=sealing if manner == "with_kgbx" else None)
        play.run(course, until=day_of(kin, days_of(months)))
        outcome.tallies[manner] = play.ledger.tally
    return outcome


class _Play:
    """One family in one manner of working."""

    def __init__(self, kin: Kin, manner: Manner, *, luck: str, outcome: Outcome, sealing: Sealer | None) -> None:
        self._kin = kin
        self._manner = manner
        self._luck = luck
        self._outcome = outcome
        self._sealing = sealing
        self._now = datetime.combine(kin.start, _FIRST_HOUR)
        self._base = base_records(kin, now=self._now, dice=Dice(f"{luck}/base"))
        self._desk = Desk(kin)
        self._choices = Choices(kin, self._desk, luck=luck)
        self._offices: dict[str, Office] = {}
        self._law = Law(self._desk, holders=self._offices, now=self._now)
        self.ledger = Ledger(kin, may_have=self._law.reasons, outcome=outcome)
        self._guides = Guides(self._offices, self.ledger, luck=luck)

    def run(self, course: Iterable[Event], *, until: date) -> None:
        """Let everything happen."""
        for event in course:
            self._go_to(day_of(self._kin, event.day))
            _HAPPENINGS[event.what](self, event)
        self._go_to(until)
        last = until + timedelta(days=_LONGEST_HANDOVER_DAYS)
        while self._guides.busy and self._now.date() < last:
            self._go_to(self._now.date() + timedelta(days=1))
        self._guides.look_back(self._outcome)
        for end, count in self._guides.ends.items():
            self._count(f"handover_{end}", count)
        for office in self._offices.values():
            errors = [one for one in office.case.problems() if one.severity == "error"]
            self._outcome.check("files_valid", holds=not errors)

    # --- time

    def _go_to(self, day: date) -> None:
        """Let the days pass until one, with what is under way between organisations."""
        while self._now.date() < day:
            self._now = datetime.combine(self._now.date() + timedelta(days=1), _FIRST_HOUR)
            self._guides.pass_day(self._now.date(), tick=self._tick)

    def _tick(self) -> datetime:
        """Return the next moment."""
        self._now += timedelta(seconds=1)
        self._law.now = self._now
        return self._now

    def _dice(self, *what: object) -> Dice:
        return Dice("/".join((self._luck, *(str(one) for one in what))))

    def _count(self, what: str, times: int = 1) -> None:
        if self._manner == "with_kgbx":
            self._outcome.happened[what] += times

    # --- an organisation starts, and looks again

    def start(self, event: Event) -> None:
        """Let an organisation begin to help: hear the family's choices, gather, ask, write down that it is there."""
        body = BODIES[event.body]
        self._count(f"start_{body.name}")
        office = self._open(body)
        self._choices.about(body, self._kin.people, now=self._tick())
        self._begin_measure(body)
        others = [one for one in self._offices.values() if one is not office]
        for one in others:
            self._choices.weigh(one.body, body, now=self._tick(), after_report="veilig_thuis" in self._offices)
        referred = self._gather(office)
        shared = self._manner != "baseline"
        self.ledger.on_receipt(body.name, self._wants(body), day=self._now.date(), shared=shared)
        wanted = {want.id: want for want in self._wants(body)}
        self.ledger.believes(body.name, wanted, told=office.taken_for_told(self._tick()), day=self._now.date())
        asked = self._talk(office, referred=referred, stale_only=False)
        self._talk_is_over(office, referred=referred, stale_only=False)
        talks = max(0, (asked - 1) // QUESTIONS_A_TALK)
        gathering = DAYS_TO_GATHER if shared and others else 0
        self.ledger.waited(event.day - event.requested + talks * DAYS_BETWEEN_TALKS + gathering)
        self._introduce(office)

    def _open(self, body: Body) -> Office:
        if body.name in self._offices:
            return self._offices[body.name]
        dice = self._dice(self._manner, body.name)
        office = self._offices[body.name] = Office(body, self._base, desk=self._desk, dice=dice)
        for record in self._base:
            self.ledger.told(registered(record), to=body.name)
        for person in self._kin.served_by(body):
            apart = self._dice("barrier", body.name, person).happens(CHANCES["barrier"])
            self._desk.serve(body, person, now=self._tick(), apart=apart)
            if not apart:
                self.ledger.serves(body.name, person)
        return office

    def _begin_measure(self, body: Body) -> None:
        if body.name in _MEASURES:
            kind, days = _MEASURES[body.name]
            for child in self._kin.minors(self._now.date()):
                ends = self._now.date() + timedelta(days=days)
                self._desk.measure(kind, child.id, body=body, now=self._tick(), ends=ends)

    def _introduce(self, office: Office) -> None:
        """Write down that the organisation is there; the lokaal team is the first fixed contact."""
        if office.body.name == "team":
            self._guides.first(office, now=self._tick())
            return
        served, day = self._kin.served_by(office.body), self._now.date()
        members: dict[str, Any] = {
            "org": office.body.org,
            "role": "education" if office.body.name == "school" else "care_provider",
            "persons": list(served),
            "valid_from": day.isoformat(),
        }
        record = office.write("involvements", members, now=self._tick())
        entry = Entry(record=record, array="involvements", about=frozenset(served), on=day, members=members)
        self.ledger.told(entry, to=office.body.name)

    def review(self, _event: Event) -> None:
        """Let the fixed contact ask again what may have changed."""
        office = self._guides.office
        if office is not None and office.still_to_ask(now=self._tick(), referred=False, stale_only=True):
            referred = self._manner == "with_kgbx" and self._gather(office)
            self._talk(office, referred=referred, stale_only=True)
        if office is not None:
            self._talk_is_over(office, referred=False, stale_only=True)

    # --- gathering and asking

    def _gather(self, office: Office) -> bool:
        """Ask every other organisation that knows the family for what it may share; tell whether any had something."""
        if self._manner == "baseline":
            return False
        found = False
        for other in self._offices.values():
            if other is not office:
                view = self._pass_on(other, office)
                found = found or bool(len(view))
                used = [one.id for one in view if one.id in office.case]
                self.ledger.received(office.body.name, seen=[one.id for one in view], used=used)
        return found

    def _pass_on(self, sender: Office, asker: Office) -> FamilyCase:
        """Pass on what may be shared, sealed or as it is, and return what arrives."""
        now = self._tick()
        if self._sealing is not None:
            shared, looked, sealed = self._sealing.pass_on(sender, asker, desk=self._desk, now=now)
            self._outcome.sealed += sealed
        else:
            shared = sender.share_with(asker.body, now=now)
            looked = asker.take_in(shared, sender=sender, now=now)
        self.ledger.tally.looked_at += looked
        return shared.view

    @staticmethod
    def _wants(body: Body) -> tuple[Want, ...]:
        return wants(body.function, body.occasion)

    def _talk(self, office: Office, *, referred: bool, stale_only: bool) -> int:
        """Put the questions that are left, look again after an answer that may answer more, and count them."""
        by_id = {want.id: want for want in self._wants(office.body)}
        look = self._looking(office, referred=referred, stale_only=stale_only)
        put: set[tuple[str, str | None]] = set()
        pending = look()
        while pending:
            need, about, ask = pending.pop(0)
            if (need, about) in put:
                continue
            put.add((need, about))
            entry = self._put(office, by_id[need], about, ask)
            others = [(by_id[one], person) for one, person, _ in pending if (one, person) not in put]
            if entry is not None and any(want.answered_by(entry, person) for want, person in others):
                pending = look()
        return len(put)

    def _talk_is_over(self, office: Office, *, referred: bool, stale_only: bool) -> None:
        """Let the ledger look whether all was asked that had to be."""
        body, day, left = office.body, self._now.date(), referred or self._manner == "control"
        self.ledger.talk_is_over(body.name, self._wants(body), day=day, places_left=left, stale_only=stale_only)

    def _looking(
        self, office: Office, *, referred: bool, stale_only: bool
    ) -> Callable[[], list[tuple[str, str | None, tuple[str, ...]]]]:
        """Return what gives the questions that an organisation would put now."""
        if self._manner == "control":
            return lambda: list(office.everything(now=self._tick(), stale_only=stale_only))
        return lambda: [
            (one.need.id, one.about, one.ask)
            for one in office.still_to_ask(now=self._tick(), referred=referred, stale_only=stale_only)
        ]

    def _put(self, office: Office, want: Want, about: str | None, ask: tuple[str, ...]) -> Entry | None:
        """Put one question; return what was told, if anything."""
        now, name = self._tick(), office.body.name
        dice = self._dice("put", name, want.id, about, now.date())
        put = Put(want=want, person=about, of=dice.choice(ask))
        self.ledger.asked(name, put, day=now.date())
        if not dice.happens(CHANCES["tells"]):
            self.ledger.tally.unanswered += 1
            return None
        entry = answered(office, put, kin=self._kin, now=now, dice=dice)
        self.ledger.told(entry, to=name)
        return entry

    # --- what the people do

    def flight(self, event: Event) -> None:
        """Let the first parent and the children move to a place that the other parent must not learn."""
        self._count("flight")
        hidden = tuple(one.id for one in self._kin.people if one.id != event.person)
        allowed = tuple(BODIES[name].org for name in _KNOWS_PLACES)
        for person in hidden:
            self._desk.protect(person, blocked=event.person, allowed=allowed, now=self._tick())
        names, day = frozenset(_KNOWS_PLACES), self._now.date()
        self.ledger.hid(Hidden(persons=frozenset(hidden), blocked=event.person, allowed=names, since=day))
        if (team := self._offices.get("team")) is not None:
            parent = self._kin.parents[0].id
            self._tells(team, "safety.hidden_address", teller=parent, about=hidden)

    def confide(self, event: Event) -> None:
        """Let a child tell something that a parent must not hear."""
        hearing = [self._offices[name] for name in _HEARS_CHILDREN if name in self._offices]
        dice = self._dice("confide", event.person, event.day)
        if not hearing or self._kin.of(event.person).age(self._now.date()) < _TWELVE:
            return
        self._count("confide")
        office, parent = dice.choice(hearing), dice.choice(self._kin.parents).id
        entry = self._tells(office, dice.choice(_SECRETS), teller=event.person, about=(event.person,))
        entry.kept_from = frozenset({parent})
        members = {"record": entry.record, "withheld_from": [parent]}
        record = office.write("confidences", members, now=self._tick())
        day = self._now.date()
        confidence = Entry(record=record, array="confidences", about=entry.about, on=day, members=members)
        self.ledger.told(confidence, to=office.body.name)

    def _tells(self, office: Office, topic: str, *, teller: str, about: tuple[str, ...]) -> Entry:
        dice, now = self._dice("tells", office.body.name, topic, teller, self._now.date()), self._tick()
        entry = stated(office, Telling(topic=topic, teller=teller, about=about), now=now, dice=dice)
        self.ledger.told(entry, to=office.body.name)
        return entry

    def dispute(self, event: Event) -> None:
        """Let the second parent disagree with what the first one told the fixed contact."""
        office = self._guides.office
        if office is None or len(self._kin.parents) < _BOTH:
            return
        second = self._kin.parents[1].id
        told = [one for one in self.ledger.told_at(office.body.name) if one.teller != second and not one.kept_from]
        if not told or second in self._desk.blocked:
            return
        self._count("dispute")
        entry, now = self._dice("dispute", event.order).choice(told), self._tick()
        words = {"text": "Zo was het niet.", "language": "nl", "form": "woordelijk"}
        members = {"record": entry.record, "by": second, "kind": "oneens", "words": words}
        record = office.write("reactions", members | {"reacted_on": now.date().isoformat()}, now=now)
        self.ledger.disputed(entry.record)
        reaction = Entry(record=record, array="reactions", about=entry.about, on=now.date(), members=members)
        reaction.teller = second
        self.ledger.told(reaction, to=office.body.name)

    def withdraw(self, event: Event) -> None:
        """Let somebody take a permit back."""
        if self._offices:
            dice = self._dice("withdraw", event.order)
            told_to = dice.choice(sorted(self._offices))
            if self._choices.take_back(told_to, now=self._tick(), dice=dice):
                self._count("withdraw")

    def lift(self, event: Event) -> None:
        """Let somebody who refused permit after all."""
        if self._choices.lift(now=self._tick(), dice=self._dice("lift", event.order)):
            self._count("lift")

    def birthday(self, event: Event) -> None:
        """Let a child that turned twelve decide too; at sixteen and eighteen its own choices stand alone."""
        age = self._kin.of(event.person).age(self._now.date())
        self._count(f"turned_{age}")
        if age == _TWELVE:
            self._choices.turns_twelve(event.person, tuple(self._offices), now=self._tick())

    def turnover(self, _event: Event) -> None:
        """Let another worker become the fixed contact, in the same organisation."""
        if self._guides.office is not None:
            self._count("turnover")
            self._guides.next_worker(self._tick())

    def hand_over(self, event: Event) -> None:
        """Let the organisation that is responsible hand the family over."""
        self._guides.hand_to(event.body)


_HAPPENINGS: Final[dict[str, Callable[[_Play, Event], None]]] = {
    "start": _Play.start,
    "hand_over": _Play.hand_over,
    "review": _Play.review,
    "flight": _Play.flight,
    "confide": _Play.confide,
    "dispute": _Play.dispute,
    "withdraw": _Play.withdraw,
    "lift": _Play.lift,
    "turnover": _Play.turnover,
    "birthday": _Play.birthday,
}
