# SPDX-License-Identifier: EUPL-1.2
"""What the registers of the region say of one family: who decides, who permitted, who is served, what is protected.

Rules: every organisation has the same registers, but a withdrawal reaches the others some days after the one that was
told; the truth of the region knows it at once. Nothing here decides.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import timedelta
from functools import cache, cached_property
from typing import TYPE_CHECKING, Final

from kgbx.clock import format_instant
from kgbx.consent.facts import (
    AuthorityFact,
    BarrierFact,
    CaseloadFact,
    ConsentFact,
    LegalGroundFact,
    MeasureFact,
    OrganisationFact,
    ProtectionFact,
    WithdrawalFact,
)
from kgbx.consent.joins import REGISTERS_FORMAT, Registers
from kgbx.testing.region.bodies import BODIES, REGISTER_ORG
from kgbx.testing.region.kin import TURNS, turned

if TYPE_CHECKING:
    from datetime import date, datetime

    from kgbx.testing.region.bodies import Body
    from kgbx.testing.region.kin import Kin

_ALL: Final = "*"
_ADULT: Final = 18
_NOTICE_DAYS: Final = 3
"""Days after which the other organisations know of a withdrawal."""

_BEFORE: Final = "2025-01-01T00:00:00Z"


class Desk:
    """The registers, as they stand now.

    Attributes:
        consents: Permits and refusals.
    """

    def __init__(self, kin: Kin) -> None:
        self._kin = kin
        self.consents: list[ConsentFact] = []
        self._withdrawals: list[WithdrawalFact] = []
        self._grounds: list[LegalGroundFact] = []
        self._caseloads: list[CaseloadFact] = []
        self._barriers: list[BarrierFact] = []
        self._measures: list[MeasureFact] = []
        self._protections: list[ProtectionFact] = []
        self._changes: Counter[str] = Counter()
        self._noticed: dict[int, tuple[str, date]] = {}
        self._kept: dict[tuple[str, int, frozenset[int]], Registers] = {}
        turns = {turned(one.born, age) for one in kin.children for age in TURNS}
        self._steps: dict[str, set[date]] = defaultdict(set, {_ALL: turns})

    # --- what is written

    def permit(self, fact: ConsentFact, *, ends: date) -> None:
        """Write a permit or a refusal."""
        self.consents.append(fact)
        self._changed(fact.recipients[0], ends)

    def withdraw(self, consent: ConsentFact, *, told_to: str, now: datetime) -> None:
        """Write that a permit was taken back, which one organisation was told."""
        moment, day = format_instant(now), now.date()
        fact = WithdrawalFact(consent=consent.id, by=consent.decided_by, recorded_at=moment, effective_at=moment)
        self._noticed[len(self._withdrawals)] = (told_to, day + timedelta(days=_NOTICE_DAYS))
        self._withdrawals.append(fact)
        self._changed(consent.recipients[0], day + timedelta(days=_NOTICE_DAYS))

    def weigh(self, fact: LegalGroundFact, *, ends: date) -> None:
        """Write what a professional weighed."""
        self._grounds.append(fact)
        self._changed(fact.recipient, ends)

    def serve(self, body: Body, person: str, *, now: datetime, apart: bool) -> None:
        """Write that an organisation serves a person, and whether it keeps that person apart from others."""
        moment = format_instant(now)
        fact = CaseloadFact(organisation=body.org, person=person, recorded_at=moment, valid_from=moment)
        self._caseloads.append(fact)
        if apart:
            self._barriers.append(BarrierFact(organisation=body.org, person=person))
        self._changed(body.org)

    def measure(self, kind: str, child: str, *, body: Body, now: datetime, ends: date) -> None:
        """Write that an organisation carries out a measure or an investigation about a child."""
        moment, end = format_instant(now), ends.isoformat()
        fact = MeasureFact(
            kind=kind, child=child, organisation=body.org, recorded_at=moment, valid_from=moment, valid_until=end
        )
        self._measures.append(fact)
        self._changed(body.org, ends)

    def protect(self, person: str, *, blocked: str, allowed: tuple[str, ...], now: datetime) -> None:
        """Write that where somebody lives is kept from somebody."""
        moment = format_instant(now)
        fact = ProtectionFact(person=person, allowed=allowed, blocked=(blocked,), recorded_at=moment, valid_from=moment)
        self._protections.append(fact)
        self._changed(_ALL)

    def _changed(self, org: str, ends: date | None = None) -> None:
        """Note that something changed for whoever shares with an organisation, and when it changes again."""
        self._changes[org] += 1
        if ends is not None:
            self._steps[org].add(ends)

    # --- what is read

    def epoch(self, org: str, day: date) -> tuple[int, int]:
        """Return what is the same as long as the registers decide alike on what an organisation may have."""
        changes = self._changes[org] + self._changes[_ALL]
        return changes, sum(step <= day for step in self._steps[org] | self._steps[_ALL])

    @property
    def blocked(self) -> tuple[str, ...]:
        """Ids of those who must not learn where somebody lives."""
        return tuple(person for fact in self._protections for person in fact.blocked)

    def known_to(self, body: Body | None, day: date, *, asker: Body) -> Registers:
        """Return what the registers say that bears on what one organisation may have.

        Args:
            body: Whose registers; None: the truth, with every withdrawal at once.
            day: The day.
            asker: Who may have it.
        """
        late = frozenset() if body is None else self._not_yet_known(body, day)
        key = (asker.org, self._changes[asker.org] + self._changes[_ALL], late)
        if key not in self._kept:
            self._kept[key] = self._registers(asker.org, late)
        return self._kept[key]

    def _not_yet_known(self, body: Body, day: date) -> frozenset[int]:
        return frozenset(
            number for number, (told_to, known) in self._noticed.items() if body.name != told_to and day < known
        )

    def _registers(self, asker: str, late: frozenset[int]) -> Registers:
        consents = tuple(one for one in self.consents if asker in one.recipients)
        ids = {one.id for one in consents}
        withdrawn = (one for number, one in enumerate(self._withdrawals) if number not in late)
        return Registers(
            format=REGISTERS_FORMAT,
            organisations=organisations(),
            parental_authority=self._authority,
            consents=consents,
            withdrawals=tuple(one for one in withdrawn if one.consent in ids),
            legal_grounds=tuple(one for one in self._grounds if one.recipient == asker),
            caseloads=tuple(one for one in self._caseloads if one.organisation == asker),
            barriers=tuple(one for one in self._barriers if one.organisation == asker),
            measures=tuple(one for one in self._measures if one.organisation == asker),
            protections=tuple(self._protections),
            caseload_known=("*",),
        )

    @cached_property
    def _authority(self) -> tuple[AuthorityFact, ...]:
        return tuple(
            AuthorityFact(
                child=child.id,
                holder=parent.id,
                recorded_at=_BEFORE,
                valid_from=child.born.isoformat(),
                valid_until=turned(child.born, _ADULT).isoformat(),
            )
            for child in self._kin.children
            for parent in self._kin.parents
        )


@cache
def organisations() -> tuple[OrganisationFact, ...]:
    """Return what everybody knows of the organisations of the region."""
    bodies = tuple(
        OrganisationFact(id=one.org, function=one.function, may_use_bsn=one.bsn, bound_to_secrecy=True)
        for one in BODIES.values()
    )
    municipality = OrganisationFact(id=REGISTER_ORG, function="gemeente_toegang", bound_to_secrecy=True)
    return (*bodies, municipality)
