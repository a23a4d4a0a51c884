# SPDX-License-Identifier: EUPL-1.2
"""Coverage looks at each record a number of times that does not grow with the case."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from kgbx.story import coverage, profile
from tests.story.makers import AT, case, statement

if TYPE_CHECKING:
    from types import FrameType

    from kgbx.case import FamilyCase


def calls(some: FamilyCase) -> int:
    """Return how many functions of kgbx a coverage calls."""
    count = 0

    def seen(frame: FrameType, event: str, _: object) -> None:
        nonlocal count
        count += event == "call" and "kgbx" in frame.f_code.co_filename

    sys.setprofile(seen)
    try:
        coverage(some, profile("gi", "start_measure"), at=AT)
    finally:
        sys.setprofile(None)
    return count


def test_ten_times_the_records_take_at_most_eleven_times_the_work() -> None:
    small, large = (case(statements=[statement(0x1000 + n) for n in range(size)]) for size in (50, 500))
    assert calls(large) <= 11 * calls(small)
