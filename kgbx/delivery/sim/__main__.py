# SPDX-License-Identifier: EUPL-1.2
"""Run simulations: ``python -m kgbx.delivery.sim --seed 7`` or ``--seeds 0:1000``; ``--weak`` shows that they can fail.

Prints for each seed in which something broke what did, with the command that replays it, and a summary. Exit status 0
when everything held, 1 when something broke.
"""

from __future__ import annotations

import argparse
import logging
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from kgbx.delivery.log import LOG
from kgbx.delivery.sim import simulate
from kgbx.errors import EXIT_FAILED, EXIT_OK

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kgbx.delivery.sim import Outcome


def seeds_of(text: str) -> range:
    """Return the seeds of ``first:end``, the end not included."""
    first, _, end = text.partition(":")
    return range(int(first), int(end))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the seeds that are asked for; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m kgbx.delivery.sim", description="Simulate delivery.")
    parser.add_argument("--seed", type=int, help="one seed, with the log of all that happens")
    parser.add_argument("--seeds", type=seeds_of, default=range(100), help="seeds from:to, the last not included")
    parser.add_argument("--weak", action="store_true", help="commits do not wait for the disk: promises break")
    chosen = parser.parse_args(arguments)
    seeds = chosen.seeds if chosen.seed is None else [chosen.seed]
    with _logging(all_of_it=chosen.seed is not None):
        failed = [outcome for seed in seeds if (outcome := simulate(seed, durable=not chosen.weak)).broken]
    for outcome in failed:
        sys.stdout.write(told(outcome))
    sys.stdout.write(f"{len(seeds)} seeds, {len(failed)} in which something broke\n")
    return EXIT_FAILED if failed else EXIT_OK


def told(outcome: Outcome) -> str:
    """Return what broke in a seed, and how to see it again."""
    lines = [f"seed {outcome.seed}, {outcome.days:.1f} days, {outcome.events} events", *outcome.broken, outcome.replay]
    return "\n  ".join(lines) + "\n"


@contextmanager
def _logging(*, all_of_it: bool) -> Iterator[None]:
    """Show the log of delivery, or nothing of it; afterwards it goes where it went before."""
    before = LOG.propagate, LOG.handlers, LOG.level
    LOG.propagate, LOG.handlers = False, [logging.StreamHandler(sys.stdout) if all_of_it else logging.NullHandler()]
    LOG.setLevel(logging.INFO)
    try:
        yield
    finally:
        LOG.propagate, LOG.handlers = before[:2]
        LOG.setLevel(before[2])


if __name__ == "__main__":
    sys.exit(main())
