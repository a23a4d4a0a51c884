# SPDX-License-Identifier: EUPL-1.2
"""Check that every requirement of the envelope specification, and every numbered attack, is shown by something.

Rules:
    - docs/spec/envelope.md numbers the requirements from 1 without a gap, docs/spec/musts.json has a row for each;
    - a row names at least one vector that is accepted and one that is refused, with a code of the requirement; a test
      may stand for a vector; a row that no vector can express names tests, and says why;
    - each code of a requirement is shown by a refused vector or a named test;
    - each attack of the list has a row with the codes that are right (none for what must be accepted), and a vector or
      test that shows it;
    - what is named exists. Whether it passes is told by the tests, which replay every vector.
"""

from __future__ import annotations

import ast
import json
import re
import sys
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from tools.repository import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

SPEC: Final = "docs/spec/envelope.md"
TABLE: Final = "docs/spec/musts.json"

ATTACKS: Final = frozenset(
    (
        *range(1, 8),
        *(9, 10, 11, 12, 13, 14, 16, 17, 19),
        *range(20, 44),
        *(45, 46, 47, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 62, 63, 64),
        *range(67, 83),
        *range(84, 94),
        *range(95, 102),
        *(103, 106, 107, 108, 110, 111, 113, 114, 115, 116),
        *(117, 118, 119, 120, 123, 125, 126, 127, 129, 130, 131, 132, 133, 134, 135),
        *(141, 142, 143, 145, 146, 148, 149, 151),
        *range(160, 184),
    )
)
"""Numbers of the list of attacks on envelopes; what is not here was never given out."""

_MUST: Final = re.compile(r"^- \*\*(KGBX-E-\d{3})\*\* (.*?)(?=\n\n|\n- |\Z)", re.MULTILINE | re.DOTALL)
_CODES: Final = re.compile(r"\[(E_[A-Z_]+(?:,\s+E_[A-Z_]+)*)\]\s*\Z")
_SIDES: Final = {"accept": "accepted", "refuse": "refused"}


@dataclass(frozen=True)
class Evidence:
    """What can be named.

    Attributes:
        vectors: Generation and id, e.g. ``1:140``, and the codes it is refused with (none: accepted).
        root: Where the tests are.
    """

    vectors: Mapping[str, tuple[str, ...]]
    root: Path

    def has(self, name: str) -> bool:
        """Tell whether a vector or test of this name exists."""
        return name in self.vectors or (name.startswith("tests/") and test_exists(self.root, name))


def requirements(text: str) -> dict[str, tuple[str, ...]]:
    """Return the ids of the requirements in a specification, with their codes."""
    found = {}
    for match in _MUST.finditer(text):
        codes = _CODES.search(match[2])
        found[match[1]] = tuple(re.split(r",\s+", codes[1])) if codes else ()
    return found


def read_vectors(folder: Path) -> dict[str, tuple[str, ...]]:
    """Return every vector of the files ``envelope-<generation>.json``, with its codes."""
    found = {}
    for path in sorted(folder.glob("envelope-*.json")):
        generation = path.stem.removeprefix("envelope-")
        rows = json.loads(path.read_bytes())["vectors"]
        found.update({f"{generation}:{row['id']}": tuple(row["expect"]["codes"]) for row in rows})
    return found


def test_exists(root: Path, name: str) -> bool:
    """Tell whether ``tests/file.py::Class::test`` or ``tests/file.py::test`` is there."""
    file, *path = name.split("::")
    if not path or not path[-1].startswith("test_") or not (root / file).is_file():
        return False
    body = _statements(root / file)
    for part in path:
        found = [node for node in body if isinstance(node, ast.ClassDef | ast.FunctionDef) and node.name == part]
        if not found:
            return False
        body = found[0].body
    return True


@cache
def _statements(path: Path) -> list[ast.stmt]:
    return ast.parse(path.read_text(encoding="utf-8")).body


def problems(spec: str, table: Mapping[str, Any], evidence: Evidence) -> list[str]:
    """Return a line for each thing that is missing or wrong."""
    return [*_numbering(spec, table), *_of_musts(spec, table["musts"], evidence), *_of_attacks(table, evidence)]


def _numbering(spec: str, table: Mapping[str, Any]) -> Iterator[str]:
    found = list(requirements(spec))
    if found != [f"KGBX-E-{n:03d}" for n in range(1, len(found) + 1)] or not found:
        yield f"{SPEC}: the requirements are not numbered from 1 without a gap"
    for one in sorted(set(found) ^ table["musts"].keys()):
        yield f"{one}: it does not stand in both {SPEC} and {TABLE}"
    numbers = {int(number) for number in table["attacks"]}
    for number in sorted(numbers ^ ATTACKS):
        yield f"attack {number}: it does not stand in both the list and {TABLE}"


def _of_musts(spec: str, rows: Mapping[str, Any], evidence: Evidence) -> Iterator[str]:
    codes = requirements(spec)
    for one, row in rows.items():
        if "tests" in row:
            yield from _of_tests(one, row, evidence)
        else:
            yield from _of_sides(one, row, codes.get(one, ()), evidence)


def _of_tests(one: str, row: Mapping[str, Any], evidence: Evidence) -> Iterator[str]:
    if row.keys() != {"tests", "why"} or not row["tests"] or not row["why"]:
        yield f"{one}: a row without vectors names tests and says why"
    yield from (f"{one}: there is no {name}" for name in row["tests"] if not evidence.has(name))


def _of_sides(one: str, row: Mapping[str, Any], codes: tuple[str, ...], evidence: Evidence) -> Iterator[str]:
    for side in _SIDES:
        names = row.get(side, [])
        if not names:
            yield f"{one}: nothing shows what is {_SIDES[side]}"
        yield from (f"{one}: there is no {name}" for name in names if not evidence.has(name))
    accepted = {name: evidence.vectors[name] for name in row.get("accept", []) if name in evidence.vectors}
    refused = {name: evidence.vectors[name] for name in row.get("refuse", []) if name in evidence.vectors}
    yield from (f"{one}: vector {name} is not accepted" for name, found in accepted.items() if found)
    yield from (
        f"{one}: vector {name} has none of its codes" for name, found in refused.items() if not set(found) & set(codes)
    )
    shown = {code for found in refused.values() for code in found}
    if len(refused) == len(row.get("refuse", [])):
        yield from (f"{one}: no vector shows {code}" for code in codes if code not in shown)


def _of_attacks(table: Mapping[str, Any], evidence: Evidence) -> Iterator[str]:
    for number, row in table["attacks"].items():
        if not row["shown_by"]:
            yield f"attack {number}: nothing shows it"
        yield from (f"attack {number}: there is no {name}" for name in row["shown_by"] if not evidence.has(name))
        vectors = {name: evidence.vectors[name] for name in row["shown_by"] if name in evidence.vectors}
        for name, found in vectors.items():
            if bool(found) != bool(row["codes"]) or (found and not set(found) & set(row["codes"])):
                yield f"attack {number}: vector {name} expects another outcome"


def main(root: Path = ROOT) -> int:
    """Print what is missing; return 1 if anything is."""
    evidence = Evidence(read_vectors(root / "tests" / "vectors"), root)
    spec = (root / SPEC).read_text(encoding="utf-8")
    table = json.loads((root / TABLE).read_text(encoding="utf-8"))
    lines = problems(spec, table, evidence)
    print(*lines, sep="\n", end="\n" if lines else "")
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main())
