# SPDX-License-Identifier: EUPL-1.2
"""The simulator: organisations, a network and a clock that a seed decides; first faults, then quiet, then the truth.

Rules: everything happens in one thread, in the order of a virtual clock; what a seed did once it does again.

Source: delivery design, "Tests and figures".
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from heapq import heappop, heappush
from typing import TYPE_CHECKING, Final, TypeAlias

from kgbx.delivery.applying import Attempt
from kgbx.delivery.events import NoProof, Replayed, Withdrawn
from kgbx.delivery.sim.chance import Chance
from kgbx.delivery.sim.disk import CrashError
from kgbx.delivery.sim.network import FATES, Network, SimRoad
from kgbx.delivery.sim.places import BEGIN, URGENCIES, BrokenError, Odds, Place, Wish
from kgbx.delivery.sim.seals import FLAVOURS, unsealed
from kgbx.delivery.states import DAY, HOLDS_LANE, HOUR, LEASE, LIFETIME, MINUTE, SECOND
from kgbx.errors import DeliveryError

if TYPE_CHECKING:
    from kgbx.delivery.records import Outgoing

Act: TypeAlias = Callable[[], None]

_ON_ITS_WAY: Final = frozenset({"sending", "uploading"})
_LONGEST_IDLE: Final = 10 * MINUTE
_QUIET_IDLE: Final = 2 * HOUR
_QUIET_DAYS: Final = 12
_MAX_OFFERS: Final = 6
_HOPE: Final = 3 * DAY


@dataclass(frozen=True, slots=True)
class Plan:
    """What a seed draws before anything happens.

    Attributes:
        organisations: How many.
        messages: How many they send.
        trouble: How long there are faults, milliseconds.
        faults: How many of the great ones.
        dies: How often a process dies at a failpoint or commit.
        refused: How often a commit is refused.
        sleeps: How often a worker that hands over sleeps past its lease.
        fates: How often a request has which fate.
    """

    organisations: int
    messages: int
    trouble: int
    faults: int
    dies: float
    refused: float
    sleeps: float = 0.0
    fates: dict[str, float] = field(default_factory=dict)


def planned(chance: Chance) -> Plan:
    """Draw a plan: each seed has some kinds of faults, and not the others, so that each kind is met alone too."""
    share = chance.pick((0.02, 0.1, 0.3))
    return Plan(
        organisations=chance.between(3, 7),
        messages=chance.between(6, 16),
        trouble=chance.pick((10 * MINUTE, 6 * HOUR, 3 * DAY)),
        faults=chance.between(0, 8),
        dies=chance.pick((0.0, 0.005, 0.03)),
        refused=chance.pick((0.0, 0.0, 0.03)),
        sleeps=chance.pick((0.0, 0.02, 0.2)),
        fates={fate: share for fate in FATES if chance.happens(0.4)},
    )


class World:
    """All of one simulation."""

    def __init__(self, seed: int, *, durable: bool = True, plan: Plan | None = None) -> None:
        """Make the world of a seed.

        Args:
            seed: Decides everything.
            durable: Whether a commit waits for the disk; without it promises cannot be kept.
            plan: What happens, in the place of what the seed draws.
        """
        self.chance = Chance(seed)
        self.plan = plan or planned(self.chance)
        self.time = BEGIN
        self.events = 0
        self.quiet = False
        self._queue: list[tuple[int, int, Act]] = []
        self._count = 0
        self.network = Network(Chance(self.chance.draw()))
        self.network.fates = dict(self.plan.fates)
        self.network.arrived = lambda place: self.wake(place, 100)
        self.network.repeat = self._repeat
        self.network.crashed = self._crashed
        for n in range(self.plan.organisations):
            self._found(f"urn:osb:oin:0000000199999999{n:04}", durable=durable)
        self.places = tuple(self.network.places.values())

    def _found(self, org: str, *, durable: bool) -> None:
        odds = Odds(dies=self.plan.dies, refused=self.plan.refused, sleeps=self.plan.sleeps, durable=durable)
        place = Place(org, chance=Chance(self.chance.draw()), time=lambda: self.time, odds=odds)
        place.key_of = lambda peer: self.network.places[peer].keys.encryption_kids[0]
        self.network.places[org] = place
        place.start(SimRoad(place, self.network))

    # --- time

    def after(self, wait: int, act: Act) -> None:
        """Have something happen later."""
        self._count += 1
        heappush(self._queue, (self.time + max(wait, 1), self._count, act))

    def wake(self, place: Place, wait: int) -> None:
        """Have an organisation look at what is due, no later than this."""
        at = self.time + max(wait, 1)
        if place.life.next_tick <= self.time or at < place.life.next_tick:
            place.life.next_tick = at
            self.after(wait, lambda: self._tick(place, at))

    def run(self) -> World:
        """Run it all: faults, then quiet until nothing is open without a person knowing."""
        self.begin()
        self.until(BEGIN + self.plan.trouble)
        self.heal()
        return self.calm_down()

    def calm_down(self) -> World:
        """Let time pass without faults until nothing is open without a person knowing."""
        end = self.time + _QUIET_DAYS * DAY
        while self.time < end and not self.settled():
            self.until(min(self.time + 6 * HOUR, end))
        return self

    def until(self, end: int) -> None:
        """Let everything happen up to a moment."""
        while self._queue and self._queue[0][0] <= end:
            self.time, _, act = heappop(self._queue)
            self.events += 1
            act()
        self.time = end

    def settled(self) -> bool:
        """Tell whether nothing is open any more but what a person was told about."""
        return all(self._is_settled(place) for place in self.places)

    def _is_settled(self, place: Place) -> bool:
        tables = place.store.tables
        told = {alert.message_id for alert in tables.alerts.values()}
        out = all(row.state in {"attention", "accepted"} and row.id in told for row in tables.open.values())
        return out and all(row.state == "quarantined" for row in tables.unfinished.values())

    # --- what happens

    def begin(self) -> None:
        """Let everybody look at what is due, and put what will happen in the queue."""
        for place in self.places:
            self.wake(place, self.chance.below(SECOND))
        for _ in range(self.plan.messages):
            self.after(self.chance.below(self.plan.trouble), self._send)
        for _ in range(self.plan.faults):
            self.after(self.chance.below(self.plan.trouble), self._fault)

    def _send(self) -> None:
        place = self.chance.pick(self.places)
        peer = self.chance.pick([one for one in self.places if one is not place])
        wish = Wish(
            peer=peer.org,
            flavour=FLAVOURS[0] if self.chance.happens(0.85) else self.chance.pick(FLAVOURS),
            parts=self.chance.pick((0, 0, 0, 1, 3)),
            lane=self.chance.pick((None, "lane-a", "lane-a", "lane-b")),
            urgency=self.chance.pick(URGENCIES),
            lifetime=self.chance.pick((LIFETIME, LIFETIME, HOUR, DAY)),
        )
        if place.up:
            self._within(place, lambda: self.sent(place, wish))

    def sent(self, place: Place, wish: Wish) -> str:
        """Send a message now, and return its id."""
        self.wake(place, 10)
        return place.send(wish)

    def _tick(self, place: Place, at: int) -> None:
        if not place.up or at != place.life.next_tick:
            return
        busy = self._within(place, lambda: self._worked(place))
        place.life.idle = 0 if busy else place.life.idle + 1
        tables = place.store.tables
        if place.life.down_until is None and (busy or tables.open or tables.unfinished):
            self.wake(place, min(SECOND << min(place.life.idle, 20), _QUIET_IDLE if self.quiet else _LONGEST_IDLE))

    def _worked(self, place: Place) -> bool:
        for row in place.sender.timers():
            place.sender.ask(row)
        rows = place.sender.claim(limit=2)
        for row in rows:
            self._require_head(place, row)
            self._later(place, row)
        return place.receiver.run_once(limit=3) + len(rows) > 0

    def _require_head(self, place: Place, row: Outgoing) -> None:
        """Look whether what was claimed overtakes nothing in its lane."""
        lane = (row.peer, row.lane)
        for other in place.store.tables.open.values() if row.lane is not None else ():
            if (
                (other.peer, other.lane) == lane
                and other.state in HOLDS_LANE
                and (other.number or 0) < (row.number or 0)
            ):
                raise BrokenError(f"I5: {row.id} overtakes {other.id}")

    def _later(self, place: Place, row: Outgoing) -> None:
        """Have a claimed message tried: at once, or by a worker that may sleep past its lease."""
        generation, wait = place.life.generation, self._nap()
        if self.chance.happens(0.5):
            self.after(wait, lambda: self._if_alive(place, generation, lambda: place.sender.carry(row)))
        else:
            self.after(wait, lambda: self._if_alive(place, generation, lambda: self._try(place, row, 1)))

    def _nap(self) -> int:
        if not self.quiet and self.chance.happens(0.03):
            return self.chance.between(LEASE, 3 * LEASE)
        return self.chance.below(2 * SECOND)

    def _try(self, place: Place, row: Outgoing, offers: int) -> None:
        attempt = place.sender.tried(row) if offers < _MAX_OFFERS else Attempt(event=NoProof())
        generation = place.life.generation
        act: Callable[[], object] = lambda: self._settle(place, row, attempt, offers)  # noqa: E731  # one use
        self.after(self._nap(), lambda: self._if_alive(place, generation, act))

    def _settle(self, place: Place, row: Outgoing, attempt: Attempt, offers: int) -> None:
        settled = place.sender.settle(row, attempt)
        if settled is not None and settled.state in _ON_ITS_WAY:
            self._try(place, settled, offers + 1)

    def _if_alive(self, place: Place, generation: int, act: Callable[[], object]) -> None:
        """Do what a process had begun, if it is still that process."""
        if place.up and place.life.generation == generation:
            self._within(place, act)
            self.wake(place, 50)

    def _within(self, place: Place, act: Callable[[], object], *, by_hand: bool = False) -> bool:
        """Do something in the process of a place; tell whether it was something. What people ask may be refused."""
        try:
            return bool(act())
        except CrashError:
            self._crashed(place)
        except DeliveryError as error:
            if not error.retryable and not (by_hand and error.code == "X_STATE"):
                raise
        return True

    def _crashed(self, place: Place) -> None:
        down = self.chance.pick((SECOND, MINUTE, 20 * MINUTE))
        place.die(down_until=self.time + down)
        self.after(down, lambda: self._restart(place))

    def _restart(self, place: Place) -> None:
        if place.life.down_until is not None and place.life.down_until <= self.time:
            place.life.down_until = None
            place.life.idle = 0
            self.wake(place, 10)

    def _repeat(self, row: Outgoing, envelope: bytes, sender: str) -> None:
        """Let a request arrive once more, much later, as who recorded it may do."""
        self.after(self.chance.pick((SECOND, HOUR, 2 * DAY)), lambda: self._replayed(row, envelope, sender))

    def _replayed(self, row: Outgoing, envelope: bytes, sender: str) -> None:
        try:
            self.network.deliver(row, envelope, sender=sender)
        except DeliveryError:
            return

    # --- great faults

    def _fault(self) -> None:
        fault = self.chance.pick((self._kill, self._cut, self._back_up, self._restore, self._shift, *self._milder))
        fault(self.chance.pick(self.places))

    @property
    def _milder(self) -> tuple[Callable[[Place], None], ...]:
        return self._new_key, self._operate, self._take_up

    def _kill(self, place: Place) -> None:
        if place.up:
            self._crashed(place)

    def _back_up(self, place: Place) -> None:
        place.backups.append((self.time, place.store.backup()))

    def _restore(self, place: Place) -> None:
        if place.backups:
            place.restore(self.chance.pick(place.backups)[1])
            self.wake(place, SECOND)

    def _shift(self, place: Place) -> None:
        """Set a clock wrong."""
        place.life.offset += self.chance.pick((-DAY, -5 * MINUTE, -SECOND, 5 * MINUTE, HOUR, DAY))

    def _new_key(self, place: Place) -> None:
        """Make a new key and destroy the old one, sooner than anybody should."""
        place.keys.key += 1

    def _cut(self, place: Place) -> None:
        """Cut the road between two, in one direction or both, for a while."""
        peer = self.chance.pick([one for one in self.places if one is not place])
        pairs = {(place.org, peer.org)} | ({(peer.org, place.org)} if self.chance.happens(0.5) else set())
        self.network.cut |= pairs
        self.after(self.chance.between(SECOND, self.plan.trouble), lambda: self.network.cut.difference_update(pairs))

    def _operate(self, place: Place) -> None:
        """Have an operator take back or replay some message."""
        rows = [row for row in place.store.tables.open.values() if row.state in {"queued", "waiting", "attention"}]
        if not rows or not place.up:
            return
        row = self.chance.pick(rows)
        why = {"actor": "operator", "reason": "simulated"}
        event = Withdrawn(**why) if self.chance.happens(0.5) else Replayed(**why)
        self._within(place, lambda: place.sender.operate(row.id, event))

    def _take_up(self, place: Place) -> None:
        """Have a professional take up what was handed over."""
        done = [
            row for row in place.store.tables.incoming.values() if (row.kind, row.state) == ("message", "processed")
        ]
        if done and place.up:
            row = self.chance.pick(done)
            self._within(place, lambda: place.receiver.take_up(row.peer, row.id), by_hand=True)

    def _hopeful(self, place: Place) -> frozenset[str]:
        """Return the messages that nothing stands in the way of any more: they have days left, and will be welcome."""
        tables, enough = place.store.tables, self.time + _HOPE
        return frozenset(
            row.id
            for row in tables.open.values()
            if row.kind == "message" and row.state in HOLDS_LANE and row.expires_at > enough
            if (content := unsealed(tables.envelopes_out[row.id])) is not None and content.flavour == FLAVOURS[0]
        )

    def heal(self) -> None:
        """End all faults, and have everybody send something to everybody: so that restores are seen."""
        self.quiet = True
        for place in self.places:
            place.life.hopeful = self._hopeful(place)
        self.network.fates, self.network.cut = {}, set()
        for place in self.places:
            place.odds.dies = place.odds.refused = place.odds.sleeps = 0.0
            place.life.offset, place.life.idle, place.life.down_until = 0, 0, None
            self.wake(place, SECOND)
        for place in self.places:
            for peer in self.places:
                if peer is not place:
                    self.sent(place, Wish(peer=peer.org))
