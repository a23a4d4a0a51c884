# SPDX-License-Identifier: EUPL-1.2
"""Whether an organisation could lawfully have had a statement on the day on which it heard the same again.

Rules: decided as a share is decided, with what was recorded until that moment, by the policy in force then, for the
purpose of whoever wrote down the later statement; one organisation that knew it and could pass it on suffices. Where no
policy was in force the answer is no, and that is counted: nothing is called avoidable that nobody can judge.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kgbx.case import FamilyCase
from kgbx.consent.facts import Request
from kgbx.errors import UsageError
from kgbx.exchange.passing import decide_share

if TYPE_CHECKING:
    from kgbx.case import Statement
    from kgbx.exchange.passing import Basis


class CouldHaveHad:
    """Decides for the retelling meter: a callable for :func:`kgbx.story.retelling.retelling`."""

    def __init__(self, case: FamilyCase, *, basis: Basis) -> None:
        """Take what is decided with.

        Args:
            case: What every organisation wrote down, as far as it is known here.
            basis: Registers of the region, policies, and what is proven.
        """
        self._case = case
        self._basis = basis
        self._passed: dict[Request, frozenset[str]] = {}
        self._without_policy = set[str]()

    @property
    def unjudged(self) -> int:
        """Moments at which no policy was in force."""
        return len(self._without_policy)

    def __call__(self, known: Statement, asked: Statement, asker: str) -> bool:
        """Tell whether who heard the later statement could have had the earlier one.

        Args:
            known: What was told before.
            asked: What was told again.
            asker: URN of who heard it.
        """
        knew = {known.recorded_by.org, *(one.org for one in known.told_to or ())} - {asker}
        return any(known.id in self._sent(org, asked, asker) for org in sorted(knew))

    def _sent(self, sender: str, asked: Statement, asker: str) -> frozenset[str]:
        """Return the ids of what one organisation could have passed on."""
        moment = asked.recorded_at
        request = Request(sender=sender, recipient=asker, purpose=asked.collected_for, at=moment, known_at=moment)
        if request not in self._passed:
            self._passed[request] = self._decided(request)
        return self._passed[request]

    def _decided(self, request: Request) -> frozenset[str]:
        known = [record for record in self._case if record.recorded_at <= request.known_at]
        then = FamilyCase(known, synthetic=self._case.synthetic)
        try:
            decided = decide_share(then, request=request, basis=self._basis)
        except UsageError as error:
            if error.code != "U_POLICY":
                raise
            self._without_policy.add(request.at)
            return frozenset()
        return frozenset(row.record for row in decided.share.account.passed)
