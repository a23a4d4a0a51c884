# SPDX-License-Identifier: EUPL-1.2
"""An organisation with its file of one family: writes down, shares, takes in, and asks only what is left to ask.

Rules: it works with kgbx as any organisation would; what it knows of others came in a view.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from kgbx.case import FamilyCase
from kgbx.case.types import TYPE_OF_ARRAY
from kgbx.clock import format_instant
from kgbx.consent.facts import Request
from kgbx.consent.policies import policy_in_force, published_policies
from kgbx.exchange import Basis, decide_share
from kgbx.exchange.joining import joined, taken_in
from kgbx.story import coverage, not_to_ask, profile, questions
from kgbx.testing.region.bodies import REGISTER_ORG

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from kgbx.case.base import BareRecord
    from kgbx.consent.importing import Quarantined
    from kgbx.consent.joins import Registers
    from kgbx.consent.policy import Policy
    from kgbx.consent.share import Share
    from kgbx.story import Coverage, Profile, Question
    from kgbx.testing.dice import Dice
    from kgbx.testing.region.bodies import Body
    from kgbx.testing.region.desk import Desk
    from kgbx.testing.region.kin import Kin

_WORDING: Final = {"text": "Verteld in een nagebootste regio.", "language": "nl", "form": "samengevat"}
_TO_LOOK_AT: Final = frozenset({"REFUSED", "RECORD_NOT_IN_VIEW"})
_OUTSIDE: Final = frozenset({"organisations", "professionals", "links"})
"""Arrays of records that no law and no purpose stands on."""


class Office:
    """An organisation in one family.

    Attributes:
        body: The organisation.
        case: Its file.
        version: Grows with every change of the file.
        contact: Id of the record that says that the fixed contact is here; None: it is not.
    """

    def __init__(self, body: Body, base: Iterable[BareRecord], *, desk: Desk, dice: Dice) -> None:
        self.body = body
        self.case = FamilyCase(base, synthetic=True)
        self.version = 0
        self.contact: str | None = None
        self._desk = desk
        self._dice = dice
        self._covered: tuple[object, Coverage] | None = None
        self._shares: dict[str, tuple[object, Share]] = {}

    @property
    def profile(self) -> Profile:
        """What it needs to know at intake."""
        return profile(self.body.function, self.body.occasion)

    # --- writing

    def write(self, array: str, members: dict[str, Any], *, now: datetime) -> str:
        """Write a record down and return its id."""
        record = _record(array, members, by=self.body.org, body=self.body, now=now, dice=self._dice)
        case = self.case
        signed, disputed = case.contributions, case.disputed
        self._keep(FamilyCase((*case, record), synthetic=True, disputed=disputed, contributions=signed))
        return record.id

    def state(self, topic: str, members: dict[str, Any], *, now: datetime) -> str:
        """Write down what somebody told on a topic."""
        day = now.date().isoformat()
        told = {"topics": [topic], "told_to": [{"org": self.body.org}], "told_on": day, "wording": _WORDING}
        return self.write("statements", told | {"source": {"kind": "told"}} | members, now=now)

    def replace(self, record: str, members: dict[str, Any], *, now: datetime) -> str:
        """Write a corrected copy of an own record."""
        held = self.case.get(record)
        if held is None:
            raise LookupError
        array = next(name for name, row in TYPE_OF_ARRAY.items() if isinstance(held, row.model))
        old = held.model_dump(mode="json", by_alias=True, exclude_none=True)
        kept = {name: value for name, value in old.items() if name not in {"id", "recorded_at", "recorded_by", "salt"}}
        fresh = self.write(array, kept | members, now=now)
        self.write("links", {"from": fresh, "kind": "replaces", "to": record}, now=now)
        return fresh

    def _keep(self, case: FamilyCase) -> None:
        self.case = case
        self.version += 1

    # --- sharing

    def share_with(self, asker: Body, *, now: datetime) -> Share:
        """Return what another may have, and why; decided again whenever anything changed."""
        day = now.date()
        state = (self.version, self._desk.epoch(asker.org, day), _policy(now).version)
        kept = self._shares.get(asker.name)
        if kept is not None and kept[0] == state:
            return kept[1]
        shared = self._decide(asker, self._desk.known_to(self.body, day, asker=asker), now=now)
        self._shares[asker.name] = (state, shared)
        return shared

    def share_again(self, shared: Share, asker: Body, *, now: datetime) -> Share:
        """Return what another may have of what was shared, now that it says what it knows of refusals."""
        day = now.date()
        own, theirs = (self._desk.known_to(one, day, asker=asker) for one in (self.body, asker))
        return shared if own is theirs else self._decide(asker, theirs, now=now)

    def _decide(self, asker: Body, registers: Registers, *, now: datetime) -> Share:
        basis = Basis(registers=registers, policies=published_policies())
        return decide_share(self.case, request=_request(self.body, asker, now), basis=basis).share

    def take_in(self, shared: Share, *, sender: Office, now: datetime) -> int:
        """Take in what another shares; return how many records somebody had to look at first."""
        if all(one.id in self.case for one in shared.view):
            return 0
        request = _request(sender.body, self.body, now)
        registers = self._desk.known_to(self.body, now.date(), asker=self.body)
        signed = frozenset(one.id for one in shared.view)  # nobody in the region alters what another signed
        merged, apart = taken_in(
            self.case, shared.view, request=request, registers=registers, policy=_policy(now), verified=signed
        )
        return self.accept(merged, shared, apart=apart, sender=sender, now=now)

    def accept(  # the file, what was sent, what was set apart, by whom, when
        self, case: FamilyCase, shared: Share, *, apart: Iterable[Quarantined], sender: Office, now: datetime
    ) -> int:
        """Keep a file with what arrived, and let somebody look at what was set apart because somebody refused.

        Whoever looks tells the sender of the refusal; what the sender would still share is taken in: a provision opened
        it under which the refusal was weighed, or whoever refused does not decide about it.

        Args:
            case: The own file with what arrived and was not set apart.
            shared: What was sent, and why.
            apart: What was set apart.
            sender: Who sent it.
            now: The moment.

        Returns:
            How many records were taken in after that look.
        """
        looked = {one.record for one in apart if set(one.reasons) <= _TO_LOOK_AT}
        if looked:
            again = sender.share_again(shared, self.body, now=now).view
            looked = {one for one in looked if one in again}
        released = FamilyCase((one for one in shared.view if one.id in looked), synthetic=True)
        orgs = {"own": self.body.org, "sender": sender.body.org}
        self._keep(joined(case, released, **orgs, verified=looked)[0] if looked else case)
        return len(looked)

    # --- asking

    def still_to_ask(self, *, now: datetime, referred: bool, stale_only: bool) -> tuple[Question, ...]:
        """Return what may still be asked of the family.

        Args:
            now: The moment.
            referred: Whether somebody sent what it has, and what not to ask.
            stale_only: Leave out what was never known.
        """
        found = questions(self.covered(now), not_to_ask=not_to_ask(self.profile) if referred else ())
        return tuple(one for one in found if not (stale_only and one.manner == "new"))

    def covered(self, now: datetime) -> Coverage:
        """Return what of its needs is known here; looked up once a day as long as nothing changes."""
        state = (self.version, now.date(), self._desk.blocked)
        if self._covered is None or self._covered[0] != state:
            self._covered = (state, coverage(self.case, self.profile, at=now, blocked=self._desk.blocked))
        return self._covered[1]

    def taken_for_told(self, now: datetime) -> tuple[tuple[str, str | None], ...]:
        """Return what the family is not asked because it told it, as far as known here."""
        rows = self.covered(now).of("told", "told_disputed")
        return tuple((row.need.id, row.person) for row in rows if row.need.answered_by == "family")

    def everything(self, *, now: datetime, stale_only: bool) -> tuple[tuple[str, str | None, tuple[str, ...]], ...]:
        """Return all it would ask if nobody looked at what is known: need, about whom, of whom."""
        rows = (row for row in self.covered(now).rows if row.need.answered_by == "family" and row.ask)
        asked = (row for row in rows if row.need.from_register is None and not row.need.location)
        return tuple(
            (row.need.id, row.person, row.ask) for row in asked if not stale_only or row.need.max_age_days is not None
        )


def _policy(now: datetime) -> Policy:
    return policy_in_force(published_policies(), format_instant(now))


def _request(sender: Body, recipient: Body, now: datetime) -> Request:
    moment = format_instant(now)
    return Request(sender=sender.org, recipient=recipient.org, purpose=recipient.purpose, at=moment, known_at=moment)


def base_records(kin: Kin, *, now: datetime, dice: Dice) -> tuple[BareRecord, ...]:
    """Return what the registers of the municipality tell everybody: who there is, and who holds authority."""
    make, day = _from_registers(now, dice), now.date().isoformat()
    people = [
        make(
            "persons",
            {
                "id": one.id,
                "birth_date": one.born.isoformat(),
                "roles": ["child" if one.child else "parent"],
                "name": {"given": f"Persoon {number}", "surname": "Verzinsel"},
                "sex": "vrouw" if number % 2 else "man",
                "languages": ["nl"],
                "source": {"kind": "register", "register_name": "brp", "as_of": day},
            },
        )
        for number, one in enumerate(kin.people, start=1)
    ]
    holders = [{"person": one.id, "capacity": "ouder"} for one in kin.parents]
    kind = "gezamenlijk_ouderlijk" if len(holders) > 1 else "eenhoofdig_ouderlijk"
    source = {"kind": "register", "register_name": "gezagsregister", "as_of": day}
    gezag = [
        make("parental_authorities", {"minor": one.id, "kind": kind, "holders": holders, "source": source})
        for one in kin.children
    ]
    return (*people, *gezag)


def _from_registers(now: datetime, dice: Dice) -> Callable[[str, dict[str, Any]], BareRecord]:
    law = {"regime": "avg_other", "collected_for": "care"}
    return lambda array, members: _record(array, law | members, by=REGISTER_ORG, body=None, now=now, dice=dice)


def _record(  # one argument for each part of a record
    array: str, members: dict[str, Any], *, by: str, body: Body | None, now: datetime, dice: Dice
) -> BareRecord:
    law = {} if body is None or array in _OUTSIDE else {"regime": body.regime, "collected_for": body.purpose}
    common = {"recorded_at": format_instant(now), "recorded_by": {"org": by}, "salt": dice.text(16)}
    return TYPE_OF_ARRAY[array].model.model_validate(
        {"id": dice.id(), **law, **members, **common}, by_alias=True, by_name=False
    )
