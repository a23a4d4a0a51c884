# SPDX-License-Identifier: EUPL-1.2
"""Three organisations that hand a family over through the bodies of messages, and a network that loses, doubles and
shuffles them; the first is responsible to begin with, and its fixed contact is there."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from kgbx.case import Collaboration, FamilyCase, Stamp
from kgbx.case.base import Actor
from kgbx.case.helpers import Involvement, Professional
from kgbx.case.people import Person
from kgbx.errors import DocumentError
from kgbx.story import Handover, act, prepare
from kgbx.story.bodies import TYPE_OF_URI, HandoverBody, HandoverComplete, message_of, taken
from kgbx.story.fixed_contact import begins, fixed_contacts, passed_on, require_begins
from kgbx.story.handover import keeps_sight
from tests.case.builders import CHILD, MOTHER, an_id, bare, full

if TYPE_CHECKING:
    from kgbx.story.handover import Event

A, B, C = (f"urn:osb:oin:0000009900000000{number}000" for number in (1, 2, 3))
FIRST: Final = date(2026, 3, 1)
PERSONS: Final = (MOTHER, CHILD)
WORKER_OF: Final = {org: an_id(0x70 + number) for number, org in enumerate((A, B, C))}


def intake(**members: object) -> Involvement:
    """Return the fixed contact that begins on the first day."""
    value = full(
        0x60,
        persons=list(PERSONS),
        org=A,
        professional=WORKER_OF[A],
        role="fixed_contact",
        valid_from=FIRST.isoformat(),
        recorded_by={"org": A},
    )
    given = value | {"recorded_by": Actor(org=A)} | members
    return Involvement(**{name: member for name, member in given.items() if member is not None})


def people() -> list[Person]:
    """Return a mother and a child."""
    return [Person(**full(number) | {"recorded_by": Actor(org=A)}) for number in (1, 3)]


def worker_of(org: str) -> Professional:
    """Return the professional of an organisation."""
    value = bare(0, name="Anouk Terpstra", org=org, recorded_by=Actor(org=org))
    return Professional(**value | {"id": WORKER_OF[org]})


class Region:
    """What each organisation knows, and what is under way."""

    def __init__(self) -> None:
        self.day = FIRST
        self.of: dict[str, dict[str, Handover]] = {A: {}, B: {}, C: {}}
        self.cases = {org: FamilyCase(people(), synthetic=True) for org in self.of}
        self.cases[A] = self.cases[A].add(worker_of(A), intake())
        self.sent: list[tuple[str, bytes]] = []
        self._made = 0x1000
        self._seconds = 0
        self._begun: dict[str, dict[str, Any]] = {}

    # --- ids and moments, one after another

    def uuid(self) -> UUID:
        self._made += 1
        return UUID(an_id(self._made))

    def stamp(self, org: str) -> Stamp:
        self._seconds += 1
        hours, rest = divmod(self._seconds, 3600)
        at = f"{self.day.isoformat()}T{11 + hours:02}:{rest // 60:02}:{rest % 60:02}Z"
        return Stamp(recorded_by=Actor(org=org), recorded_at=at, ids=self.uuid)

    # --- what happens

    def handovers(self, own: str) -> list[Handover]:
        return list(self.of[own].values())

    def begin(self, own: str, receiver: str) -> None:
        name = str(self.uuid())
        self.of[own][name] = prepare(
            name, own=own, receiver=receiver, handovers=self.handovers(own), first=own == A, persons=PERSONS
        )

    def move(self, own: str, name: str, event: Event) -> None:
        self.of[own][name], _ = act(self.of[own][name], event, on=self.day.isoformat(), reason="omdat")
        here = self.of[own][name]
        if event == "complete":
            worker, begun = (
                worker_of(own),
                begins(here, worker_of(own), case=self.cases[own], like=intake(), stamp=self.stamp(own)),
            )
            self._begun[name] = {"begins": begun, "professional": worker}
            records = passed_on(self.cases[own], handover=here, begun=begun, stamp=self.stamp(own))
            self.cases[own] = self.cases[own].add(worker, *records)
        self.send(own, name)

    def send(self, own: str, name: str) -> None:
        here = self.of[own][name]
        if any(step.by == here.own for step in here.steps):
            own_end = here.state == "completed" and here.own == "receiver"
            more = self._begun[name] if own_end else {}
            to = here.receiver if here.own == "sender" else here.sender
            self.sent.append((to, message_of(here, synthetic=True, **more).to_json()))

    def consult(self, own: str, other: str) -> None:
        """Let one ask advice of another by name, and be answered: both write it down."""
        told = full(
            0,
            kind="consult_named",
            persons=PERSONS,
            requested_by=own,
            asked=(other,),
            state="completed",
            completed_on=self.day.isoformat(),
        )
        work = Collaboration(**told | self.stamp(own).head())
        for org in (own, other):
            self.cases[org] = self.cases[org].add(work)

    def deliver(self, place: int, *, keep: bool) -> str | None:
        """Let a message arrive; return the code of the error, None when it was taken."""
        to, data = self.sent[place] if keep else self.sent.pop(place)
        try:
            self.take(to, read(data))
        except DocumentError as error:
            return error.problems[0].code
        return None

    def take(self, to: str, body: HandoverBody) -> None:
        before = self.of[to].get(body.handover)
        after = taken(body, self.handovers(to))
        if isinstance(body, HandoverComplete) and after.state == "completed" and after != before:
            require_begins(body.begins, professional=body.professional, handover=after)
            records = passed_on(self.cases[to], handover=after, begun=body.begins, stamp=self.stamp(to))
            self.cases[to] = self.cases[to].add(body.professional, body.begins, *records)
        self.of[to][body.handover] = after

    def repeat(self) -> None:
        """Send everything again, as after a loss."""
        for own, handovers in self.of.items():
            for name in handovers:
                self.send(own, name)

    def settle(self) -> None:
        """Send everything again until nothing changes."""
        before = None
        while before != self.of:
            before = {own: dict(each) for own, each in self.of.items()}
            self.sent.clear()
            self.repeat()
            while self.sent:
                self.deliver(0, keep=False)

    # --- what holds

    def responsible(self) -> str:
        """Follow the handovers from the first organisation, as the receivers know them."""
        found = A
        pairs = ((one, self.of[one.receiver].get(one.id)) for each in self.of.values() for one in each.values())
        done = [there for one, there in pairs if one.own == "sender" and there is not None and there.responsible]
        for one in sorted(done, key=lambda each: int(each.id.replace("-", ""), 16)):
            if one.sender != found:
                raise AssertionError("who handed over was not responsible")
            found = one.receiver
        return found

    def watching(self) -> list[str]:
        return [own for own in self.of if keeps_sight(own, self.handovers(own), first=own == A)]

    def together(self) -> FamilyCase:
        """Return what all of them know together."""
        merged = FamilyCase(people(), synthetic=True)
        for case in self.cases.values():
            merged = merged.merge(case)
        return merged

    def contacts(self, day: date) -> dict[str, list[str]]:
        """Return for each person the organisations of all fixed contacts on a day, by what all know together."""
        found = fixed_contacts(self.together())
        return {person: [one.record.org for one in held if one.on(day)] for person, held in found.items()}

    def days(self) -> list[date]:
        return [FIRST + timedelta(days=number) for number in range((self.day - FIRST).days + 1)]


def read(data: bytes) -> HandoverBody:
    """Return a body as it arrives, by the type that it names."""
    for row in TYPE_OF_URI.values():
        if row.model is not None and row.uri.encode() in data:
            body = row.model.read(data)
            if isinstance(body, HandoverBody):
                return body
    raise AssertionError("no handover")


def completed_between(region: Region, giver: str, taker: str) -> str:
    """Let a handover go through, and return its id."""
    before = set(region.of[giver])
    region.begin(giver, taker)
    (name,) = set(region.of[giver]) - before
    for own, event in ((giver, "offer"), (taker, "accept"), (giver, "meet"), (taker, "complete")):
        region.move(own, name, event)  # type: ignore[arg-type]  # an event
        region.deliver(len(region.sent) - 1, keep=False)
    return name


def with_state(handover: Handover, **changes: object) -> Handover:
    """Return a handover with other members."""
    return replace(handover, **changes)  # type: ignore[arg-type]  # any member
