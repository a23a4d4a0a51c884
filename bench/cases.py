# SPDX-License-Identifier: EUPL-1.2
"""The cost of reading: guard, parse and shape above pydantic-core and beside others; the rules, and how they grow."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from bench.family import family_case
from bench.others import others
from bench.timing import Absent, Figure, compare
from kgbx.canonical import parse
from kgbx.case.index import CaseIndex
from kgbx.case.reading import read
from kgbx.case.rules import problems_of_rules
from kgbx.case.types import Document
from kgbx.resources import examples_path

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bench.timing import Ratio
    from kgbx.case.types import DocumentHead
    from kgbx.errors import Problem

CONTACTS: Final = (15, 1700)
"""About 50 kB, and 5 MB: the family was helped six weeks, and fourteen years."""

READING_GOAL: Final = 2.2
"""Times pydantic-core alone for guard, parse and shape."""

RULES_GOAL: Final = 11.0
"""Times as long that the rules may take for ten times the records."""

TEN_TIMES: Final = (150, 1500)


def example() -> dict[str, Any]:
    """Return the made-up case of the journey as JSON."""
    value: dict[str, Any] = json.loads(examples_path("journey", "case.json").read_bytes())
    return value


def size_of(data: bytes) -> str:
    """Return the size as people say it."""
    return f"{len(data) / 1_000_000:.1f} MB" if len(data) >= 1_000_000 else f"{len(data) / 1000:.0f} kB"  # noqa: PLR2004  # a unit


def rules_of(document: DocumentHead) -> tuple[Problem, ...]:
    """Return what the rules say, with everything that they look up made anew."""
    return problems_of_rules(CaseIndex.of_document(document))


def ratios() -> Iterator[Ratio | Figure | Absent]:
    """Yield what reading costs."""
    for contacts in CONTACTS:
        yield from ratios_of(family_case(contacts))
    yield growth()
    small, large = (read(family_case(contacts)).document for contacts in TEN_TIMES)
    yield compare("rules: ten times the records", partial(rules_of, large), partial(rules_of, small), goal=RULES_GOAL)


def growth() -> Figure:
    """Return how many times as long the rules take for each byte of the large case as for each of the small one."""
    small, large = (family_case(contacts) for contacts in CONTACTS)
    found = compare("", partial(rules_of, read(large).document), partial(rules_of, read(small).document))
    title = f"rules: time for each byte at {size_of(large)} / at {size_of(small)}"
    return Figure(title, found.ratio * len(small) / len(large), "times", RULES_GOAL / 10)


def ratios_of(data: bytes) -> Iterator[Ratio | Absent]:
    """Yield what reading a case costs."""
    size, reading = size_of(data), partial(read, data)
    alone = partial(Document.model_validate_json, data, by_alias=True, by_name=False)
    yield compare(f"guard and parse / json.loads, {size}", partial(parse, data), partial(json.loads, data))
    yield compare(f"guard, parse and shape / pydantic-core alone, {size}", reading, alone, goal=READING_GOAL)
    yield compare(f"rules / pydantic-core alone, {size}", partial(rules_of, reading().document), alone)
    for name, action in others(data):
        title = f"guard, parse and shape / {name}, {size}"
        yield Absent(title, action) if isinstance(action, str) else compare(title, reading, action)
