# SPDX-License-Identifier: EUPL-1.2
"""The page that says what the rules check names each rule once, and no other."""

from __future__ import annotations

import re
from pathlib import Path

from kgbx.case.rules import RULES

PAGE = Path(__file__).resolve().parents[2] / "docs" / "explanation" / "what-the-rules-check.md"
RANGE = re.compile(r"([0-9]{3}) to ([0-9]{3})")


def numbers_of(cell: str) -> list[str]:
    """Return the numbers in a cell, those of a range written out."""
    written_out = RANGE.sub(lambda found: " ".join(f"{n:03}" for n in range(int(found[1]), int(found[2]) + 1)), cell)
    return re.findall(r"[0-9]{3}", written_out)


def test_every_rule_stands_on_the_page_and_no_other() -> None:
    rows = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| ")]
    named = {number for row in rows for number in numbers_of(row.split("|")[2])}
    assert named == {rule.id[-3:] for rule in RULES}


def test_a_range_means_every_number_in_it() -> None:
    assert numbers_of(" 001, 015 to 017, 080 ") == ["001", "015", "016", "017", "080"]
