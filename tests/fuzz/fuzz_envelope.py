# SPDX-License-Identifier: EUPL-1.2
"""Coverage-guided search for envelopes, bundles, statements and files that raise anything but a documented error.

Run: ``python -m tests.fuzz.fuzz_envelope -runs=100000 [CORPUS]``. The first line of an input names the target; the
mutator keeps it and changes the rest as :mod:`tests.fuzz.changes` does, a quarter of the time any byte. Keys are fresh
in each run: what is found is to be made again with its name and change, not from its bytes.
"""

from __future__ import annotations

import sys
from random import Random
from typing import Final

import atheris

with atheris.instrument_imports(include=["kgbx"]):
    from tests.fuzz.envelope_targets import TARGETS

from tests.fuzz.changes import change

BYTES_TOO: Final = 0.25
NAMES: Final = sorted(TARGETS)


def read(data: bytes) -> None:
    """Run the target that the first line names; an input that names none is nothing."""
    name, _, rest = data.partition(b"\n")
    target = TARGETS.get(name.decode("ascii", "replace"))
    if target is not None:
        target.outcome(rest)


def mutate(data: bytes, max_size: int, seed: int) -> bytes:
    """Return a changed input for the same target; one that names none is replaced by an example."""
    random = Random(seed)  # noqa: S311  # no secret
    name, _, rest = data.partition(b"\n")
    target = TARGETS.get(name.decode("ascii", "replace"))
    if target is None or random.random() < 0.1:  # fresh keys: the examples of this run, now and then
        name = random.choice(NAMES).encode("ascii")
        target = TARGETS[name.decode("ascii")]
        rest = target.seed
    room = max(0, max_size - len(name) - 1)
    if random.random() < BYTES_TOO:
        return name + b"\n" + bytes(atheris.Mutate(rest, room))
    return name + b"\n" + change(rest, random, target.other)[:room]


if __name__ == "__main__":
    atheris.Setup(sys.argv, read, custom_mutator=mutate)
    atheris.Fuzz()
