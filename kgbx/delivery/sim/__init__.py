# SPDX-License-Identifier: EUPL-1.2
"""A seeded simulation of delivery between three to seven organisations, with the real core and the real engines.

Rules: a seed decides everything; a seed in which an invariant breaks is replayed with
``python -m kgbx.delivery.sim --seed N``.

Source: delivery design, "Tests and figures".
"""

from __future__ import annotations

from dataclasses import dataclass

from kgbx.delivery.sim.checks import broken
from kgbx.delivery.sim.places import BEGIN, BrokenError
from kgbx.delivery.sim.world import World
from kgbx.errors import DeliveryError


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a simulation showed.

    Attributes:
        seed: Its seed.
        broken: What did not hold, one sentence each.
        events: How many things happened.
        delivered: How many requests arrived.
        faults: How many requests had another fate.
        days: How long it took on its own clock.
        states: How many messages ended in each state.
    """

    seed: int
    broken: tuple[str, ...]
    events: int
    delivered: int
    faults: int
    days: float
    states: dict[str, int]

    @property
    def replay(self) -> str:
        """The command that does it again."""
        return f"python -m kgbx.delivery.sim --seed {self.seed}"


def simulate(seed: int, *, durable: bool = True) -> Outcome:
    """Run the simulation of a seed.

    Args:
        seed: Decides everything.
        durable: Whether commits wait for the disk; without, the promise cannot be kept.
    """
    world = World(seed, durable=durable)
    try:
        found = broken(world.run())
    except BrokenError as error:
        found = (str(error),)
    except DeliveryError as error:
        found = (f"nobody expected {error.code}",)
    return Outcome(
        seed=seed,
        broken=found,
        events=world.events,
        delivered=world.network.wire.delivered,
        faults=world.network.wire.faults,
        days=(world.time - BEGIN) / 86_400_000,
        states=_states(world),
    )


def _states(world: World) -> dict[str, int]:
    states: dict[str, int] = {}
    for place in world.places:
        for row in place.store.tables.outgoing.values():
            if row.kind == "message":
                states[row.state] = states.get(row.state, 0) + 1
    return dict(sorted(states.items()))
