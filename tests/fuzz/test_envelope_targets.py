# SPDX-License-Identifier: EUPL-1.2
"""Whatever is done to what comes from elsewhere: a documented error, no content that nobody sent, and no file."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.effort import scaled
from tests.fuzz.changes import CHANGES, change
from tests.fuzz.envelope_targets import CHAINS, TARGETS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(autouse=True, scope="module")
def nothing_is_left(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Let every temporary file go to an empty folder, and look at the end that it is empty."""
    folder: Path = tmp_path_factory.mktemp("empty")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tempfile.tempdir", str(folder))
        patch.chdir(folder)
        yield
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("name", TARGETS)
def test_the_unchanged_example_is_accepted(name: str) -> None:
    assert TARGETS[name].outcome(TARGETS[name].seed) == "accepted"


@pytest.mark.parametrize("name", TARGETS)
@settings(max_examples=scaled(quick=6, ci=150, long=4000))
@given(random=st.randoms(use_true_random=False), times=st.integers(1, 3))
def test_only_documented_errors_leave(name: str, random: Random, times: int) -> None:
    target, data = TARGETS[name], TARGETS[name].seed
    for _ in range(times):
        data = change(data, random, target.other)
    assert target.outcome(data) == "accepted" or target.outcome(data)[:2] in {"E_", "U_"}


@pytest.mark.parametrize("name", CHAINS)
def test_the_changes_reach_many_checks(name: str) -> None:
    """The control: a change that never came past the first check would show nothing."""
    target = TARGETS[name]
    random = Random(7)  # noqa: S311  # no secret
    found = {target.outcome(change(target.seed, random, target.other)) for _ in range(120)}
    assert len(found) >= 3, found


def test_every_kind_of_change_changes_something() -> None:
    random = Random(7)  # noqa: S311  # no secret
    value, other = {"a": [1, 2], "b": {"c": "eyJ4IjoxfQ"}}, {"a": [3], "b": {"c": "eyJ4IjoyfQ"}}
    for kind in set(CHANGES):
        assert any(kind(value, place, random, other) != value for place in (("a", 0), ("b", "c"), ("b",)))


def test_a_target_that_fails_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: an error of another kind is no refusal."""

    def broken(_value: object, **_options: object) -> bytes:
        raise ValueError

    monkeypatch.setattr("kgbx.envelope.jwe.unb64", broken)
    with pytest.raises(ValueError, match=r"^$"):
        TARGETS["bare envelope"].outcome(TARGETS["bare envelope"].seed)
