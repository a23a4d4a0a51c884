# SPDX-License-Identifier: EUPL-1.2
"""What was counted, of one family and of many; the JSON of a simulation."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal, get_args

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Manner = Literal["with_kgbx", "baseline", "control"]
"""How the organisations work: with kgbx; each asks for itself; cases are passed on, but all is asked all the same."""

MANNERS: Final[tuple[Manner, ...]] = get_args(Manner)

Why = Literal["missing", "stale", "disputed", "withheld"]
"""Why something had to be asked: nobody knew; too old; not agreed upon; not to be told to whoever asked."""

WhyNot = Literal["place", "blocked", "confided", "not_again"]
"""Why something that is not known is not asked: it would tell where somebody lives; all who could tell are blocked; or
must not know what was told in confidence; whoever told it before does not want to be asked again."""

RULES: Final = (
    *("one_fixed_contact", "one_responsible_for_safety", "confidences_kept", "places_kept"),
    *("blocked_never_asked", "children_never_asked_where", "questions_understood", "told_is_true"),
    *("unknown_is_asked", "files_valid"),
)
"""What must hold at every instant of every history."""


@dataclass(slots=True)
class Tally:
    """What was counted in one manner of working.

    Attributes:
        asked: Needs that were put to somebody of the family, one for each need and person.
        retold: Those of which a fresh, undisputed answer could lawfully have been had that day.
        spared: Needs that were told or in a register on receipt, and not asked.
        withheld: Needs of which an answer was known that could not lawfully be had.
        days_waiting: Days from request to start, added up.
        unanswered: Questions that got no answer.
        looked_at: Records that were set apart because somebody refused, and that a person took in, for they were shared
            on a provision under which that refusal was weighed.
        remaining: Why what was asked had to be asked, but for what was retold.
        withheld_because: Codes of decide() for the questions that are withheld; one question may have several.
        not_asked: Why what was not known when questions were put was not asked.
    """

    asked: int = 0
    retold: int = 0
    spared: int = 0
    withheld: int = 0
    days_waiting: int = 0
    unanswered: int = 0
    looked_at: int = 0
    remaining: Counter[str] = field(default_factory=Counter)
    withheld_because: Counter[str] = field(default_factory=Counter)
    not_asked: Counter[str] = field(default_factory=Counter)

    def add(self, other: Tally) -> None:
        """Count another one with this one."""
        for name in ("asked", "retold", "spared", "withheld", "days_waiting", "unanswered", "looked_at"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.remaining.update(other.remaining)
        self.withheld_because.update(other.withheld_because)
        self.not_asked.update(other.not_asked)

    def as_json(self) -> dict[str, Any]:
        """Return the block of a manner."""
        return {
            "asked": self.asked,
            "retold": self.retold,
            "spared": self.spared,
            "withheld": self.withheld,
            "days_waiting": self.days_waiting,
            "unanswered": self.unanswered,
            "looked_at": self.looked_at,
            "remaining": {why: self.remaining[why] for why in get_args(Why)},
            "withheld_because": dict(sorted(self.withheld_because.items())),
            "not_asked": {why: self.not_asked[why] for why in get_args(WhyNot)},
        }


@dataclass(slots=True)
class Outcome:
    """What was counted of a family, or of many.

    Attributes:
        tallies: By manner.
        checked: How often each rule was looked at.
        broken: How often it did not hold.
        families: How many families.
        happened: How often what happened.
        sealed: Messages that were really sealed and opened.
    """

    tallies: dict[Manner, Tally] = field(default_factory=lambda: {manner: Tally() for manner in MANNERS})
    checked: Counter[str] = field(default_factory=Counter)
    broken: Counter[str] = field(default_factory=Counter)
    families: int = 0
    happened: Counter[str] = field(default_factory=Counter)
    sealed: int = 0

    def add(self, other: Outcome) -> None:
        """Count another one with this one."""
        for manner, tally in other.tallies.items():
            self.tallies[manner].add(tally)
        self.checked.update(other.checked)
        self.broken.update(other.broken)
        self.happened.update(other.happened)
        self.families += other.families
        self.sealed += other.sealed

    def check(self, rule: str, *, holds: bool) -> None:
        """Count that a rule was looked at, and whether it held."""
        self.checked[rule] += 1
        self.broken[rule] += not holds

    @property
    def retold(self) -> int:
        """What was retold with kgbx."""
        return self.tallies["with_kgbx"].retold

    @property
    def violations(self) -> int:
        """How often any rule did not hold."""
        return self.broken.total()

    @property
    def explained(self) -> bool:
        """Whether all that was asked with kgbx is explained: missing, stale, disputed, withheld or retold."""
        tally = self.tallies["with_kgbx"]
        return tally.remaining.total() + tally.retold == tally.asked

    @property
    def ok(self) -> bool:
        """Whether nothing was retold with kgbx, all is explained and every rule held."""
        return self.retold == 0 and self.violations == 0 and self.explained

    def as_json(self) -> Mapping[str, Any]:
        """Return the JSON of a simulation."""
        return {
            **{manner: self.tallies[manner].as_json() for manner in MANNERS},
            "invariants": {rule: {"checked": self.checked[rule], "broken": self.broken[rule]} for rule in RULES},
            "happened": dict(sorted(self.happened.items())),
            "messages_sealed": self.sealed,
        }


def whole(outcomes: Iterable[Outcome]) -> Outcome:
    """Return all outcomes as one."""
    found = Outcome()
    for one in outcomes:
        found.add(one)
    return found
