# SPDX-License-Identifier: EUPL-1.2
"""Who the fixed contact is, who keeps sight of safety, and how that passes from one organisation to the next.

Rules: whoever takes over writes down that the fixed contact is there from that day; whoever handed over keeps its own
until it hears so. The ledger looks at every instant, and at the end at what the files say of every day.
"""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from kgbx.case.helpers import Involvement
from kgbx.testing.dice import Dice
from kgbx.testing.region.bodies import BODIES
from kgbx.testing.region.relay import Duty

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date, datetime

    from kgbx.testing.region.ledger import Ledger
    from kgbx.testing.region.office import Office
    from kgbx.testing.region.relay import Relay
    from kgbx.testing.region.tally import Outcome

_AGAIN_DAYS: Final = 14
"""Days after which an organisation that was told no asks again."""

_NAME_OF: Final = {body.org: body.name for body in BODIES.values()}


class Guides:
    """Fixed contact and responsibility of one family.

    Attributes:
        ends: How often a handover ended how.
    """

    def __init__(self, offices: Mapping[str, Office], ledger: Ledger, *, luck: str) -> None:
        """Begin with nobody.

        Args:
            offices: The organisations that have come, by name; more may come.
            ledger: Looks at every instant.
            luck: What all dice have in common.
        """
        self.ends: Counter[str] = Counter()
        self._offices = offices
        self._ledger = ledger
        self._luck = luck
        self._duty: Duty | None = None
        self._relay: Relay | None = None
        self._waiting: list[str] = []
        self._not_before: date | None = None
        self._since: date | None = None

    @property
    def office(self) -> Office | None:
        """Who is responsible; None before the first."""
        if self._duty is None:
            return None
        return self._offices[_NAME_OF[min(self._duty.watching - self._duty.unheard)]]

    def first(self, office: Office, *, now: datetime) -> None:
        """Let the first organisation be there; nothing when one was there before."""
        if self._duty is None:
            self._duty = Duty(office.body.org)
            self._contact(office, now)
            self._look()

    def next_worker(self, now: datetime) -> None:
        """Let another worker of the same organisation be the fixed contact from today."""
        office = self.office
        if office is not None and office.contact is not None and self._since != now.date():
            self._end(office, now.date().isoformat(), reason="vertrek", now=now)
            self._contact(office, now)
            self._look()

    def _contact(self, office: Office, now: datetime) -> None:
        members: dict[str, Any] = {
            "org": office.body.org,
            "role": "fixed_contact",
            "persons": [record.id for record in office.case.current("persons")],
            "valid_from": now.date().isoformat(),
        }
        office.contact = office.write("involvements", members, now=now)
        self._since = now.date()

    @staticmethod
    def _end(office: Office, on: str, *, reason: str, now: datetime) -> None:
        if office.contact is not None:
            office.replace(office.contact, {"valid_until": on, "end_reason": reason}, now=now)
            office.contact = None

    # --- handing over

    def hand_to(self, body: str) -> None:
        """Let the organisation that is responsible hand over to another, as soon as nothing else is under way."""
        self._waiting.append(body)

    def pass_day(self, day: date, *, tick: Callable[[], datetime]) -> None:
        """Let one day pass.

        Args:
            day: The day.
            tick: Gives the next moment.
        """
        if self._duty is None:
            return
        if self._relay is None:
            self._begin(day)
        if self._relay is not None:
            self._relay.pass_day(day, look=lambda: self._settle(tick))
            if self._relay.ended:
                self._over(self._relay, day)

    def _begin(self, day: date) -> None:
        if not self._waiting or self._duty is None or (self._not_before is not None and day < self._not_before):
            return
        name = self._waiting[0]
        if name not in self._offices or self.office is self._offices[name]:
            self._waiting.pop(0)
            return
        dice = Dice(f"{self._luck}/relay/{name}/{day}")
        obliged = self._not_before is not None
        self._relay = self._duty.begin(dice.id(), receiver=BODIES[name].org, obliged=obliged, dice=dice)

    def _over(self, relay: Relay, day: date) -> None:
        self._relay = None
        self.ends[relay.sides["sender"].state] += 1
        if relay.completed_on is None:
            self._not_before = day + timedelta(days=_AGAIN_DAYS)
            return
        self._not_before = None
        self._waiting.pop(0)

    def _settle(self, tick: Callable[[], datetime]) -> None:
        """Write down what follows from what one of the two just learned, and look."""
        relay = self._relay
        if relay is not None and relay.completed_on is not None:
            sender, receiver = relay.sides["sender"], relay.sides["receiver"]
            taking, giving = self._offices[_NAME_OF[receiver.receiver]], self._offices[_NAME_OF[sender.sender]]
            if taking.contact is None:
                self._contact(taking, tick())
            if sender.state == "completed":
                self._end(giving, relay.completed_on, reason="overdracht", now=tick())
        self._look()

    def _look(self) -> None:
        if self._duty is None:
            return
        contacts = {office.body.org for office in self._offices.values() if office.contact is not None}
        self._ledger.instant(contacts=contacts, watching=self._duty.watching, unheard=self._duty.unheard)

    # --- the end

    @property
    def busy(self) -> bool:
        """Whether a handover is under way."""
        return self._relay is not None

    def look_back(self, outcome: Outcome) -> None:
        """Look at what the files say of every day: one fixed contact from the first on, never two."""
        if self._relay is not None:
            outcome.check("one_responsible_for_safety", holds=False)
        spans = [span for office in self._offices.values() for span in _spans(office)]
        days = sorted({day for span in spans for day in span if day})
        for day in days:
            there = sum(start <= day and (end is None or day < end) for start, end in spans)
            outcome.check("one_fixed_contact", holds=there == 1)


def _spans(office: Office) -> list[tuple[str, str | None]]:
    """Return from when until when the file of an organisation says that the fixed contact was there."""
    records = (one for one in office.case.current("involvements") if isinstance(one, Involvement))
    own = (one for one in records if one.role == "fixed_contact" and one.recorded_by.org == office.body.org)
    return [(one.valid_from or "", one.valid_until) for one in own]
