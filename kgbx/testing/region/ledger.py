# SPDX-License-Identifier: EUPL-1.2
"""The ledger: who truly told what to whom, which organisation has which record, and what is asked again.

Rules:
    - it is told what happens, and looks at no case, no view and no coverage: what kgbx makes of a case cannot make a
      retelling disappear here;
    - `asked` is one need about one person, put to somebody of the family;
    - it is `retold` when a fresh answer that nobody of the family disputes was known to any organisation, and decide()
      lets it go from one that has it to the one that asks, on that day;
    - what else was asked is explained: nobody knew (missing), too old everywhere (stale), known but disputed, or known
      and not to be told to the one that asks (withheld), with the reasons of decide();
    - what an organisation does not know after a first talk was asked in it, or may not be asked, and so with what is
      too old when it looks again: silence is no way to have nothing retold.
It must not import what computes coverage.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

from kgbx.testing.region.tally import Outcome, Tally, Why, WhyNot

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from datetime import date

    from kgbx.testing.region.kin import Kin
    from kgbx.testing.region.wants import Entry, Put, Want

Reasons = frozenset[str]
Pair = tuple[str, str | None]
"""Id of a need, and of the person it is about."""


class MayHave(Protocol):
    """Says what may go."""

    def __call__(self, record: str, *, holder: str, asker: str) -> Reasons:
        """Return why a record may not go from who has it to who asks; nothing: it may."""


NO_REASONS: Final[Reasons] = frozenset()
_SPEAKS_FOR_ITSELF: Final = 12
"""Age from which a child is asked itself. Source: Jeugdwet 7.3.4; BW 7:465."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hidden:
    """That somebody lives where somebody else must not learn.

    Attributes:
        persons: Ids of those who live there.
        blocked: Id of the one who must not learn it.
        allowed: Names of the organisations that may know.
        since: First day.
    """

    persons: frozenset[str]
    blocked: str
    allowed: frozenset[str]
    since: date


@dataclass(frozen=True, slots=True)
class Unknown:
    """What an organisation does not know.

    Attributes:
        want: What it needs to know.
        person: About whom; None: the family.
        answers: What it has that is too old.
    """

    want: Want
    person: str | None
    answers: Collection[Entry]


class Ledger:
    """What is true of one family.

    Attributes:
        tally: What was counted.
    """

    def __init__(self, kin: Kin, *, may_have: MayHave, outcome: Outcome) -> None:
        """Begin with nothing known.

        Args:
            kin: The family.
            may_have: See :class:`MayHave`.
            outcome: Where it is counted whether the rules hold.
        """
        self.tally = Tally()
        self._kin = kin
        self._may_have = may_have
        self._outcome = outcome
        self._entries: dict[str, Entry] = {}
        self._holders: dict[str, set[str]] = defaultdict(set)
        self._tells_on: dict[str, set[str]] = defaultdict(set)
        self._hidden: list[Hidden] = []
        self._spared: dict[str, set[Pair]] = {}
        self._put: dict[str, set[Pair]] = defaultdict(set)

    # --- what happens

    def told(self, entry: Entry, *, to: str) -> None:
        """Note what somebody told an organisation, or what it wrote down."""
        self._entries[entry.record] = entry
        self._holders[entry.record].add(to)

    def disputed(self, record: str) -> None:
        """Note that somebody of the family disagrees with a record."""
        self._entries[record].disputed = True

    def serves(self, body: str, person: str) -> None:
        """Note that what an organisation learns can reach a person, whom it serves without keeping others apart."""
        self._tells_on[body].add(person)

    def hid(self, hidden: Hidden) -> None:
        """Note that somebody lives in a hidden place."""
        self._hidden.append(hidden)

    def received(self, body: str, *, seen: Iterable[str], used: Iterable[str]) -> None:
        """Note which records reached an organisation, and which of them it could use."""
        for record in seen:
            if (entry := self._entries.get(record)) is not None:
                self._look_for_leaks(entry, body)
        for record in used:
            if record in self._entries:
                self._holders[record].add(body)

    def _look_for_leaks(self, entry: Entry, body: str) -> None:
        if entry.kept_from:
            self._outcome.check("confidences_kept", holds=self._tells_on[body].isdisjoint(entry.kept_from))
        for hidden in self._hidden:
            if hidden.persons & entry.hidden_for:
                may = body in hidden.allowed and hidden.blocked not in self._tells_on[body]
                self._outcome.check("places_kept", holds=may)

    def told_at(self, body: str) -> tuple[Entry, ...]:
        """Return what somebody of the family told that an organisation has."""
        entries = (self._entries[record] for record, bodies in self._holders.items() if body in bodies)
        return tuple(one for one in entries if one.array == "statements")

    # --- what is counted

    def waited(self, days: int) -> None:
        """Count the days from a request until help started."""
        self.tally.days_waiting += days

    def on_receipt(self, body: str, wanted: Iterable[Want], *, day: date, shared: bool) -> None:
        """Count what an organisation need not ask any more, and what is withheld from it, before it asks.

        Args:
            body: The organisation.
            wanted: What it needs to know.
            day: The day.
            shared: Whether anybody was asked for what it has.
        """
        spared = self._spared[body] = set()
        for want in wanted:
            known = [one for one in self._entries.values() if want.is_fresh(one, day)] if want.of_family else []
            for person in want.persons(self._kin, day) if want.of_family else ():
                answers = [one for one in known if want.answered_by(one, person)]
                if want.register or any(body in self._holders[one.record] for one in answers):
                    spared.add((want.id, person))
                elif shared and self._withheld([one for one in answers if not one.disputed], body):
                    self.tally.withheld += 1
        self.tally.spared += len(spared)

    def believes(self, body: str, wanted: Mapping[str, Want], *, told: Iterable[Pair], day: date) -> None:
        """Look whether what an organisation takes for told was told, and may be of that age.

        Args:
            body: The organisation.
            wanted: What it needs to know, by id.
            told: What it does not ask because it takes it for told.
            day: The day.
        """
        held = self._held(body)
        for need, person in told:
            want = wanted[need]
            true = any(want.is_fresh(one, day) and want.answered_by(one, person) for one in held)
            self._outcome.check("told_is_true", holds=true)

    def talk_is_over(
        self, body: str, wanted: Iterable[Want], *, day: date, places_left: bool, stale_only: bool
    ) -> None:
        """Look whether all that an organisation still does not know was asked; what it asks later is no first talk.

        Args:
            body: The organisation.
            wanted: What it needs to know.
            day: The day.
            places_left: Whether it asks nobody where anybody lives, as it must not once others sent what they have.
            stale_only: Whether it had to ask again only what is too old.
        """
        self._spared.pop(body, None)
        put = self._put.pop(body, set())
        held = self._held(body)
        for want in wanted:
            if not want.of_family or want.register:
                continue
            for person in want.persons(self._kin, day):
                answers = [one for one in held if want.answered_by(one, person)]
                if (want.id, person) in put:
                    self._outcome.check("unknown_is_asked", holds=True)
                elif not any(want.is_fresh(one, day) for one in answers) and (answers or not stale_only):
                    why = self._why_not(Unknown(want, person, answers), held, day=day)
                    self._was_not_asked("place" if why is None and want.place and places_left else why)

    def _was_not_asked(self, why: WhyNot | None) -> None:
        if why is None:
            self._outcome.check("unknown_is_asked", holds=False)
        else:
            self.tally.not_asked[why] += 1

    def _why_not(self, unknown: Unknown, held: Collection[Entry], *, day: date) -> WhyNot | None:
        """Return why something was rightly not asked; None: it should have been."""
        blocked = {hidden.blocked for hidden in self._hidden if hidden.since <= day}
        able = self._speakers(unknown.person, day) - blocked
        if not able:
            return "blocked"
        if able <= _kept_out(unknown, held):
            return "confided"
        return None if all(one.again for one in unknown.answers) else "not_again"

    def _speakers(self, person: str | None, day: date) -> set[str]:
        """Return who can tell about a person, or about the family."""
        holders = set(self._kin.holders(day))
        if person is None:
            return holders or {one.id for one in self._kin.adults(day)}
        return holders if self._kin.of(person).age(day) < _SPEAKS_FOR_ITSELF else {person}

    def _held(self, body: str) -> list[Entry]:
        return [one for one in self._entries.values() if body in self._holders[one.record]]

    def asked(self, body: str, put: Put, *, day: date) -> None:
        """Count that a need was put to somebody of the family.

        Args:
            body: Who asks.
            put: What is asked, about whom, of whom.
            day: The day.
        """
        self.tally.asked += 1
        want, person = put.want, put.person
        self._put[body].add((want.id, person))
        self._look_at_who_is_asked(want, of=put.of, day=day)
        self._outcome.check("questions_understood", holds=want.of_family and person in want.persons(self._kin, day))
        if (want.id, person) in self._spared.get(body, ()):
            self._spared[body].discard((want.id, person))
            self.tally.spared -= 1
        why, reasons = self._why(body, put, day)
        if why is None:
            self.tally.retold += 1
            return
        self.tally.remaining[why] += 1
        self.tally.withheld_because.update(reasons)

    def _look_at_who_is_asked(self, want: Want, *, of: str, day: date) -> None:
        blocked = any(of == hidden.blocked and hidden.since <= day for hidden in self._hidden)
        self._outcome.check("blocked_never_asked", holds=not blocked)
        if want.place:
            grown = of in {one.id for one in self._kin.adults(day)}
            self._outcome.check("children_never_asked_where", holds=grown)

    def _why(self, body: str, put: Put, day: date) -> tuple[Why | None, Reasons]:
        """Return why something had to be asked, with the reasons of decide(); None: it had not."""
        known = [one for one in self._entries.values() if put.want.answered_by(one, put.person)]
        fresh = [one for one in known if put.want.is_fresh(one, day)]
        undisputed = [one for one in fresh if not one.disputed]
        if undisputed:
            reasons = self._withheld(undisputed, body)
            return ("withheld", reasons) if reasons else (None, NO_REASONS)
        if fresh:
            return "disputed", NO_REASONS
        return ("stale" if known else "missing"), NO_REASONS

    def _withheld(self, answers: Collection[Entry], body: str) -> Reasons:
        """Return why no answer may be had: the fewest reasons of all; nothing where one may, or where there is none."""
        found = [self._reasons(one.record, body) for one in answers]
        return min(found, key=lambda one: (len(one), sorted(one)), default=NO_REASONS)

    def _reasons(self, record: str, body: str) -> Reasons:
        holders = self._holders[record]
        if body in holders:
            return NO_REASONS
        found = [self._may_have(record, holder=holder, asker=body) for holder in sorted(holders)]
        return min(found, key=lambda one: (len(one), sorted(one)), default=NO_REASONS)

    # --- what must hold at every instant

    def instant(self, *, contacts: Collection[str], watching: Collection[str], unheard: Collection[str]) -> None:
        """Look at an instant of the history: who says to be the fixed contact, who keeps sight of safety.

        Args:
            contacts: Organisations that say that the fixed contact is theirs.
            watching: Organisations that keep sight of safety.
            unheard: Of these, who handed over and have not yet heard that the other took over.
        """
        self._outcome.check("one_fixed_contact", holds=len(set(contacts) - set(unheard)) == 1)
        self._outcome.check("one_responsible_for_safety", holds=len(set(watching) - set(unheard)) == 1)


def _kept_out(unknown: Unknown, held: Collection[Entry]) -> set[str]:
    """Return the ids of those whom a question could tell that something was told in confidence.

    Somebody from whom it is kept is asked nothing about those whom it concerns; nothing at all by an organisation that
    knows that there is something and not what.
    """
    known = {one.record: one for one in held}
    found: set[str] = set()
    for confidence in (one for one in held if one.array == "confidences"):
        secret = known.get(confidence.members["record"])
        if secret is None or unknown.person in secret.about or secret in unknown.answers:
            found.update(confidence.members["withheld_from"])
    return found
