# SPDX-License-Identifier: EUPL-1.2
"""What the family decides about sharing, and what professionals weigh where the family need not be asked.

Rules: every decision has dice of its own, so that it falls alike however the organisations work. A copy of a choice
goes to everybody who helps; whom it names it names alone.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Final

from kgbx.clock import AMSTERDAM, format_instant
from kgbx.consent.facts import ConsentFact, LegalGroundFact
from kgbx.consent.policies import policy_in_force, published_policies
from kgbx.testing.dice import Dice
from kgbx.testing.region.bodies import BODIES, CHANCES

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from kgbx.testing.region.bodies import Body
    from kgbx.testing.region.desk import Desk
    from kgbx.testing.region.kin import Kin, Kinsman

_YOUTH: Final = 12
_ALONE: Final = 16
_PERMIT_DAYS: Final = 365
_GROUND_DAYS: Final = 180
_WEIGHED: Final = "Gewogen in een nagebootste regio."
_OF_THE_REPORT: Final = "WMO-5.3.3-3"


class Choices:
    """The decisions of one family."""

    def __init__(self, kin: Kin, desk: Desk, *, luck: str) -> None:
        """Begin.

        Args:
            kin: The family.
            desk: Where choices are written.
            luck: What all its dice have in common.
        """
        self._kin = kin
        self._desk = desk
        self._luck = luck

    # --- of the family

    def about(self, body: Body, persons: Iterable[Kinsman], *, now: datetime) -> None:
        """Let everybody who decides about some persons say yes, partly or no to sharing with an organisation."""
        for person in persons:
            for decider in self._deciders(person, now.date()):
                self._choose(body, person, decider, now)

    def turns_twelve(self, child: str, started: Iterable[str], *, now: datetime) -> None:
        """Let a child that is twelve now decide with its parents, about every organisation that helps."""
        for name in started:
            self._choose(BODIES[name], self._kin.of(child), child, now)

    def take_back(self, told_to: str, *, now: datetime, dice: Dice) -> bool:
        """Let somebody withdraw a permit, if there is one."""
        permits = [fact for fact in self._desk.consents if fact.decision == "permit"]
        if permits:
            self._desk.withdraw(dice.choice(permits), told_to=told_to, now=now)
        return bool(permits)

    def lift(self, *, now: datetime, dice: Dice) -> bool:
        """Let somebody who refused permit after all, if there is one."""
        refusals = [fact for fact in self._desk.consents if fact.decision == "refuse"]
        if not refusals:
            return False
        refusal = dice.choice(refusals)
        until = now.date() + timedelta(days=_PERMIT_DAYS)
        changed = {"id": dice.id(), "decision": "permit", "supersedes": (refusal.id,), "valid_until": _midnight(until)}
        moment = format_instant(now)
        lifted = refusal.model_copy(update=changed | {"recorded_at": moment, "valid_from": moment})
        self._desk.permit(lifted, ends=until)
        return True

    def _deciders(self, person: Kinsman, day: date) -> tuple[str, ...]:
        age, parents = person.age(day), tuple(one.id for one in self._kin.parents)
        if age < _YOUTH:
            return parents
        return (person.id, *parents) if age < _ALONE else (person.id,)

    def _choose(self, body: Body, person: Kinsman, decider: str, now: datetime) -> None:
        dice = Dice(f"{self._luck}/choice/{body.name}/{person.id}/{decider}/{now.date()}")
        until, moment = now.date() + timedelta(days=_PERMIT_DAYS), format_instant(now)
        decision, categories = self._answer(body, person, decider, dice=dice)
        fact = ConsentFact(
            id=dice.id(),
            decided_by=decider,
            about=person.id,
            decision="permit" if decision else "refuse",
            recipients=(body.org,),
            purposes=(body.purpose,),
            categories=categories,
            proven=True,
            recorded_at=moment,
            valid_from=moment,
            valid_until=_midnight(until),
        )
        self._desk.permit(fact, ends=until)

    def _answer(self, body: Body, person: Kinsman, decider: str, *, dice: Dice) -> tuple[bool, tuple[str, ...]]:
        """Return yes or no, and to what."""
        second = len(self._kin.parents) > 1 and decider == self._kin.parents[1].id
        if second and self._kin.at_odds and person.child and dice.happens(CHANCES["refuse_at_odds"]):
            return False, ("*",)
        if dice.happens(CHANCES["permit"]):
            return True, ("*",)
        policy = policy_in_force(published_policies(), self._kin.start.isoformat())
        known = sorted(policy.categories_for(body.function, body.purpose))
        left_out = dice.choice(known)
        if dice.happens(CHANCES["permit_partly"] * 100 // (100 - CHANCES["permit"])):
            return True, tuple(one for one in known if one != left_out)
        return False, ("*",)

    # --- of professionals

    def weigh(self, sender: Body, asker: Body, *, now: datetime, after_report: bool) -> None:
        """Let a professional of one organisation weigh whether to share on a provision.

        Args:
            sender: Whose professional.
            asker: Who asks.
            now: The moment.
            after_report: Whether it is Veilig Thuis that shares what a report led to.
        """
        provision = asker.provision or (_OF_THE_REPORT if after_report and sender.name == "veilig_thuis" else None)
        dice = Dice(f"{self._luck}/weigh/{sender.name}/{asker.name}/{now.date()}")
        if provision is None or not dice.happens(CHANCES["weigh"]):
            return
        until, moment = now.date() + timedelta(days=_GROUND_DAYS), format_instant(now)
        weighed = dice.happens(CHANCES["weigh_refusals"])
        refusals = tuple(fact.id for fact in self._desk.consents if fact.decision == "refuse") if weighed else ()
        fact = LegalGroundFact(
            id=dice.id(),
            provision=provision,
            sender=sender.org,
            recipient=asker.org,
            subjects=self._kin.ids,
            categories=("*",),
            purposes=(asker.purpose,),
            trigger="on_request",
            necessity=_WEIGHED,
            proportionality=_WEIGHED,
            subsidiarity=_WEIGHED,
            decided_by=f"worker of {sender.name}",
            family_informed="before",
            refusals_weighed=refusals,
            proven=True,
            recorded_at=moment,
            valid_from=moment,
            valid_until=_midnight(until),
        )
        self._desk.weigh(fact, ends=until)


def _midnight(day: date) -> str:
    """Return the first instant of a day."""
    return format_instant(datetime.combine(day, time(), tzinfo=AMSTERDAM))
