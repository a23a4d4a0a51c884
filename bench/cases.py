# SPDX-License-Identifier: EUPL-1.2
"""The cost of reading: the guard above json.loads, the whole above pydantic-core, the rules by size."""

from __future__ import annotations

import json
import uuid
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from bench.timing import compare
from kgbx.canonical import parse
from kgbx.case import FamilyCase
from kgbx.case.reading import read
from kgbx.case.types import Document
from kgbx.resources import examples_path

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bench.timing import Ratio

SIZES: Final = (1, 10)


def example() -> dict[str, Any]:
    """Return the made-up case of the journey as JSON."""
    value: dict[str, Any] = json.loads(examples_path("journey", "case.json").read_bytes())
    return value


def enlarged(times: int) -> bytes:
    """Return the made-up case with its statements so many times, each time with ids of their own."""
    case = example()
    case["statements"] = [
        {**statement, "id": str(uuid.uuid5(uuid.UUID(statement["id"]), str(n)))[:14] + "4" + statement["id"][15:]}
        for n in range(times)
        for statement in case["statements"]
    ]
    return json.dumps(case, ensure_ascii=False).encode()


def ratios() -> Iterator[Ratio]:
    """Yield what reading costs."""
    for times in SIZES:
        data = enlarged(times)
        size = f"{len(data) / 1000:.0f} kB"
        yield compare(f"guard and parse / json.loads, {size}", partial(parse, data), partial(json.loads, data))
        yield compare(
            f"guard, parse and shape / pydantic-core alone, {size}",
            partial(read, data),
            partial(Document.model_validate_json, data, by_alias=True, by_name=False),
        )
    small, large = (enlarged(times) for times in SIZES)
    yield compare(
        f"whole reading with rules, {len(large) / len(small):.1f} times the bytes",
        partial(FamilyCase.check, large),
        partial(FamilyCase.check, small),
    )
