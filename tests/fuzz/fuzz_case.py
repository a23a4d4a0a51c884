# SPDX-License-Identifier: EUPL-1.2
"""Coverage-guided search for bytes on which reading a family case raises anything but a DocumentError.

Run: ``python -m tests.fuzz.fuzz_case -runs=100000 [CORPUS]``. What is found is written to a file ``crash-…``, which
holds made-up bytes only. The mutator changes documents where they stay JSON; a quarter of the time, any byte.
"""

from __future__ import annotations

import json
import sys
from random import Random

import atheris

with atheris.instrument_imports(include=["kgbx"]):
    from kgbx.case import FamilyCase
    from kgbx.errors import DocumentError

from tests.case.builders import as_bytes, smallest
from tests.case.mutants import mutated

BYTES_TOO = 0.25


def read(data: bytes) -> None:
    """Read, and read again what is written."""
    try:
        case = FamilyCase.from_json(data)
    except DocumentError:
        return
    if FamilyCase.from_json(case.to_json()) != case:
        raise AssertionError


def mutate(data: bytes, max_size: int, seed: int) -> bytes:
    """Return a changed document; bytes that are no document are replaced by the smallest one."""
    random = Random(seed)  # noqa: S311  # no secret
    if random.random() < BYTES_TOO:
        return bytes(atheris.Mutate(data, max_size))
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        value = smallest()
    return as_bytes(mutated(value, random))[:max_size]


if __name__ == "__main__":
    atheris.Setup(sys.argv, read, custom_mutator=mutate)
    atheris.Fuzz()
