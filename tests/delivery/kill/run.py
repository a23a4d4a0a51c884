# SPDX-License-Identifier: EUPL-1.2
"""Two organisations as real processes over loopback and SQLite, killed with SIGKILL again and again.

Each side has an endpoint and workers, every one a process of its own. A process is told where to die: at the n-th time
that it comes to a failpoint it sends itself SIGKILL, or SIGSTOP until its lease has passed; then it is started anew,
or goes on. In the end every message must have been
handed over once, in order, with the answers that prove it. Time runs faster, so that leases pass.

    python -m tests.delivery.kill.run --seed 7 --kills 10 --folder /tmp/somewhere
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import socket
import sys
import time
import traceback
from contextlib import suppress
from pathlib import Path

from kgbx.delivery.store.sqlite import SqliteStore
from kgbx.errors import DeliveryError
from tests.delivery.kill.checks import Run, judge
from tests.delivery.kill.roles import IDLE, PLACES, Plan, World, run_role
from tests.parties import GI, TEAM, party

PATIENCE = 90.0
"""Seconds for one seed: many times what it takes."""

ASLEEP = 1.4
"""Seconds that a stopped process sleeps: more than twice its lease."""

STOPS = 0.15
"""Share of deaths that are no deaths but sleep."""


TRY_AGAIN = 75
"""Exit status of a process that could not begin now: what starts services starts it anew."""


class Supervisor:
    """Starts processes, lets them die and starts them again, until every message is completed."""

    def __init__(self, world: World, run: Run, *, most: int) -> None:
        self._world, self._run, self._most = world, run, most
        dice = random.Random(run.seed)  # noqa: S311  # a seed replays
        self._plans = {role: [_planned(dice, places) for _ in range(3)] for role, places in PLACES.items()}
        self._alive: dict[int, tuple[str, Plan | None]] = {}
        self._asleep: list[tuple[float, int]] = []

    def live(self) -> None:
        """Go on until the worker of the sender has ended well."""
        for role in PLACES:
            self._start(role)
        until = time.time() + PATIENCE
        while any(role == "team-worker" for role, _ in self._alive.values()) and not self._run.problems:
            if time.time() > until:
                self._run.problems.append("not done in time")
            self._look()
        for pid in self._alive:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
        if self._run.problems:
            self._run.problems.append(f"not at their end: {unfinished(self._world)}")

    def _start(self, role: str) -> None:
        left = self._plans[role] if len(self._run.kills) < self._most else []
        plan = left.pop() if left else None
        self._alive[start(self._world, role, plan)] = (role, plan)

    def _look(self) -> None:
        pid, status = os.waitpid(-1, os.WNOHANG | os.WUNTRACED)
        while self._asleep and self._asleep[0][0] <= time.time():
            os.kill(self._asleep.pop(0)[1], signal.SIGCONT)
        if pid == 0:
            time.sleep(IDLE)
        elif os.WIFSTOPPED(status):
            self._run.stops += 1
            self._asleep.append((time.time() + ASLEEP, pid))
        else:
            self._ended(pid, status)

    def _ended(self, pid: int, status: int) -> None:
        role, plan = self._alive.pop(pid)
        if os.WIFSIGNALED(status) and plan is not None:
            self._run.kills.append((role, plan.place))
            self._start(role)
        elif os.WIFEXITED(status) and os.WEXITSTATUS(status) == TRY_AGAIN:
            self._start(role)
        elif role != "team-worker" or status != 0:
            self._run.problems.append(f"{role} ended by itself")


def _planned(dice: random.Random, places: tuple[str, ...]) -> Plan:
    return Plan(dice.choice(places), dice.randint(1, 4), stops=dice.random() < STOPS)


def unfinished(world: World) -> str:
    """Return the states of what nobody got to its end, for who looks for the cause; nobody may work on it any more."""
    found = list[str]()
    for org in (TEAM, GI):
        store = SqliteStore(world.folder / f"{org[-4:]}.db")
        with store.transaction() as tx:
            out = [(row.kind, row.state, row.problem) for row in tx.list_out() if row.state != "completed"]
            came = [(row.kind, row.state, row.problem) for row in tx.list_in() if row.state != "processed"]
        store.close()
        found += [f"{org[-4:]} {kind} {state} {problem or ''}" for kind, state, problem in (*out, *came)]
    return "; ".join(found)


def start(world: World, role: str, plan: Plan | None) -> int:
    pid = os.fork()
    if pid:
        return pid
    try:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        run_role(world, role, plan)
        os._exit(0)
    except DeliveryError as error:
        if error.retryable:
            os._exit(TRY_AGAIN)
        raise
    finally:
        traceback.print_exc()
        os._exit(1)


def one_run(seed: int, folder: Path, *, most: int, careless: bool = False) -> Run:
    """Return what happened in one run, in a folder that is not there yet."""
    folder.mkdir(parents=True)
    ports = {}
    for org in (TEAM, GI):
        ports[org] = socket.create_server(("127.0.0.1", 0))
        ports[org].setblocking(False)  # noqa: FBT003
    world = World(folder, ports, careless)
    for org in (TEAM, GI):
        SqliteStore(folder / f"{org[-4:]}.db").close()
    run = Run(seed)
    Supervisor(world, run, most=most).live()
    for one in ports.values():
        one.close()
    if not run.problems:
        judge(world, run)
    return run


def main() -> None:
    """Run seeds until enough processes were killed, and print what happened."""
    reader = argparse.ArgumentParser()
    reader.add_argument("--seed", type=int, default=0)
    reader.add_argument("--kills", type=int, default=10)
    reader.add_argument("--folder", type=Path, required=True)
    reader.add_argument("--careless", action="store_true", help="a control: must end with problems")
    given = reader.parse_args()
    for org in (TEAM, GI):
        party(org)
    kills, problems, seed, stops = list[tuple[str, str]](), list[str](), given.seed, 0
    while len(kills) < given.kills and not problems:
        run = one_run(seed, given.folder / str(seed), most=given.kills, careless=given.careless)
        kills += run.kills
        stops += run.stops
        problems += [f"seed {run.seed}: {one}" for one in run.problems]
        if run.duplicates > 2 * (len(run.kills) + run.stops):
            problems.append(f"seed {run.seed}: {run.duplicates} offered again after {len(run.kills)} kills")
        seed += 1
    told = {"kills": kills, "stops": stops, "problems": problems, "seeds": seed - given.seed}
    json.dump(told, sys.stdout)


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        main()
