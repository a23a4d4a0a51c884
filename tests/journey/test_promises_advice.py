# SPDX-License-Identifier: EUPL-1.2
"""No output anywhere says to ask a blocked person, or the children where they live."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from kgbx.story import not_to_ask, profile, profiles
from tests.effort import scaled
from tests.journey.advice import NAME, World

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.journey.advice import Named

EXAMPLES: Final = scaled(quick=2, ci=300, long=5000)
PRINTED: Final = scaled(quick=2, ci=30, long=300)
SEEDS: Final = range(40)
OUTPUTS: Final = (
    *("questions of the recipient", "own questions", "permits", "news", "page", "page of a view"),
    *("warning TURNS_12", "warning TURNS_16"),
)


def blocked_in(world: World) -> list[Named]:
    """Return what says to ask who is blocked."""
    named = (*world.named(), *world.sheets())
    return [one for one in named if one.person == world.blocked or NAME in one.text]


def worlds(*, blocking: bool) -> Iterator[World]:
    return (one for one in (World(seed, blocking) for seed in SEEDS) if one.usable)


class TestNobodyBlockedIsAsked:
    """No output advises to ask a person whom a protection blocks, in the case or in a register."""

    @settings(max_examples=EXAMPLES)
    @given(seed=st.integers(0, 2**32))
    def test_no_output_names_who_is_blocked(self, seed: int) -> None:
        world = World(seed)
        assume(world.usable)
        assert blocked_in(world) == []

    @pytest.mark.parametrize("seed", range(PRINTED))
    def test_nor_does_what_the_program_prints(
        self, seed: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        world = World(1000 + seed)
        lines, value = world.printed(tmp_path, capsys)
        assert [line for line in lines if NAME in line] == []
        asked = [who for row in value.get("needs", ()) for who in row["ask"]]
        permits = [one["decided_by"] for row in value.get("sparing", ()) for one in row["permits"]]
        permits += [one["decided_by"] for row in value.get("withheld", ()) for one in row["permits"]]
        assert world.blocked not in {*asked, *permits}

    def test_without_the_protection_each_output_does(self) -> None:
        """The control: every output that names people can name this one."""
        found = set[str]()
        for world in worlds(blocking=False):
            found |= {one.output for one in blocked_in(world)}
            if found == set(OUTPUTS):
                break
        assert found == set(OUTPUTS)

    def test_the_program_too(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        """The control of what is printed."""
        found = set()
        for world in worlds(blocking=False):
            lines, value = world.printed(tmp_path, capsys)
            found.add(("lines", any(NAME in line for line in lines)))
            found.add(("json", world.blocked in {who for row in value.get("needs", ()) for who in row["ask"]}))
            if found >= {("lines", True), ("json", True)}:
                break
        assert found >= {("lines", True), ("json", True)}


class TestPlacesAreNoQuestionForChildren:
    """Where somebody lives is asked of that person only, never of a child, and nobody is told to look for it."""

    @settings(max_examples=EXAMPLES)
    @given(seed=st.integers(0, 2**32), blocking=st.booleans())
    def test_a_place_is_asked_of_the_person_concerned(self, seed: int, blocking: bool) -> None:  # noqa: FBT001  # drawn
        world = World(seed, blocking)
        places = [one for one in world.named() if one.place]
        assert [one for one in places if one.person != one.about or one.person in world.children] == []

    def test_places_are_asked_of_somebody(self) -> None:
        """The control: there are such questions."""
        assert any(one.place for world in worlds(blocking=False) for one in world.named())

    @pytest.mark.parametrize("names", profiles(), ids=".".join)
    def test_every_sender_says_not_to_ask_for_places(self, names: tuple[str, str]) -> None:
        places = {need.id for need in profile(*names).needs if need.location}
        assert places <= set(not_to_ask(profile(*names)))
