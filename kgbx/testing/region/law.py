# SPDX-License-Identifier: EUPL-1.2
"""Whether a record may go from who has it to who asks, decided by decide().

Rules: with the file and the registers of who has it, and with every refusal and withdrawal of the region besides, told
to whomever. It looks at one record at a time, not at a view; of a view only whether the record names a hidden place,
which decide() does not look for. It must not import what computes coverage.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Protocol

from kgbx.case import Record
from kgbx.clock import format_instant
from kgbx.consent.decide import Decider
from kgbx.consent.facts import Request
from kgbx.consent.index import Index
from kgbx.consent.items import Itemiser
from kgbx.consent.joins import facts_from_case
from kgbx.consent.policies import policy_in_force, published_policies
from kgbx.consent.share import NOT_NECESSARY, SECRET_LOCATION, share

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from kgbx.case import FamilyCase
    from kgbx.consent.facts import Facts
    from kgbx.consent.policy import Policy
    from kgbx.testing.region.bodies import Body
    from kgbx.testing.region.desk import Desk


class Holder(Protocol):
    """An organisation and its file.

    Attributes:
        body: The organisation.
        case: Its file of this family.
        version: Grows with every change of the file.
    """

    body: Body
    case: FamilyCase
    version: int


class Law:
    """Decides for the ledger.

    Attributes:
        now: The moment at which it decides; whoever asks sets it first.
    """

    def __init__(self, desk: Desk, *, holders: Mapping[str, Holder], now: datetime) -> None:
        """Look at the files of the organisations.

        Args:
            desk: The registers.
            holders: The organisations that have come, by name; more may come.
            now: The first moment.
        """
        self._desk = desk
        self._holders = holders
        self._kept: dict[tuple[str, str], tuple[object, _Deciding]] = {}
        self.now = now

    def reasons(self, record: str, *, holder: str, asker: str) -> frozenset[str]:
        """Return why a record may not go; nothing when it may."""
        return self._deciding(self._holders[holder], self._holders[asker].body).reasons(record)

    def _deciding(self, sender: Holder, asker: Body) -> _Deciding:
        """Return what decides about the file of one for another, as long as nothing changes."""
        day, now = self.now.date(), format_instant(self.now)
        policy = policy_in_force(published_policies(), now)
        state = (sender.version, self._desk.epoch(asker.org, day), policy.version)
        kept = self._kept.get((sender.body.name, asker.name))
        if kept is not None and kept[0] == state:
            return kept[1]
        request = Request(sender=sender.body.org, recipient=asker.org, purpose=asker.purpose, at=now, known_at=now)
        facts = facts_from_case(sender.case, self._desk.known_to(None, day, asker=asker), own=sender.body.org)
        deciding = _Deciding(sender.case, request, policy, facts, hidden=bool(self._desk.blocked))
        self._kept[sender.body.name, asker.name] = (state, deciding)
        return deciding


class _Deciding:
    """Decides about the records of one file for one recipient at one moment."""

    def __init__(self, case: FamilyCase, request: Request, policy: Policy, facts: Facts, *, hidden: bool) -> None:
        self._case = case
        self._request = request
        self._policy = policy
        self._facts = facts
        self._hidden = hidden
        self._itemiser = Itemiser.of_sender(case, facts=facts, policy=policy, request=request)
        index = Index.of(facts, request.at, known_at=request.known_at)
        self._decider = Decider(index, request=request, policy=policy)
        self._found: dict[str, frozenset[str]] = {}

    def reasons(self, record: str) -> frozenset[str]:
        """Return why a record may not go."""
        found = self._found.get(record)
        if found is None:
            found = self._found[record] = self._decide(record)
        return found

    def _decide(self, record: str) -> frozenset[str]:
        held = self._case.get(record)
        items = self._itemiser.items_of(held) if isinstance(held, Record) else ()
        if not items:
            return frozenset({NOT_NECESSARY})
        reasons = frozenset(code for item in items for code in self._decider.decide(item).reasons)
        if not reasons and self._hidden and record in self._naming_places:
            return frozenset({SECRET_LOCATION})
        return reasons

    @cached_property
    def _naming_places(self) -> frozenset[str]:
        """The records that name a place, or an organisation that is one, of somebody who is protected."""
        shared = share(self._case, request=self._request, policy=self._policy, facts=self._facts)
        return frozenset(row.record for row in shared.account.rows if row.found)
