# SPDX-License-Identifier: EUPL-1.2
"""Engines at work: what they survive, and what stops them."""

from __future__ import annotations

from threading import Event
from typing import TYPE_CHECKING

import pytest

from kgbx.delivery import running
from kgbx.delivery.running import Sometimes, Team, at_work
from kgbx.errors import DeliveryError, KgbxError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from kgbx.delivery.running import Engine

LONG = 20.0


class Script:
    """Does one thing after another, and tells when it has come to the end."""

    def __init__(self, *steps: Callable[[], int]) -> None:
        self._steps = list(steps)
        self.ended = Event()

    def run_once(self) -> int:
        if self._steps:
            return self._steps.pop(0)()
        self.ended.set()
        return 0


def raising(error: Exception) -> Callable[[], int]:
    def step() -> int:
        raise error

    return step


@pytest.fixture(autouse=True)
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "TROUBLE_SECONDS", 0.0)


@pytest.mark.parametrize(
    "error",
    [DeliveryError("X_STORE", retryable=True), UsageError("U_NO_KEYS"), ValueError("Lotte")],
    ids=["store", "no keys", "unforeseen"],
)
def test_what_may_pass_is_survived_and_the_words_of_it_are_not_told(
    error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    engine = Script(lambda: 1, raising(error), lambda: 1)
    with at_work([engine], idle=0.0):
        assert engine.ended.wait(LONG)
    assert caplog.records
    assert "Lotte" not in caplog.text


@pytest.mark.parametrize("error", [DeliveryError("X_STORE_VERSION"), UsageError("U_POLICY")], ids=["version", "usage"])
def test_what_time_does_not_mend_stops_all_and_is_raised(error: KgbxError) -> None:
    other = Script()
    team = Team([Script(raising(error)), other], idle=0.0)
    team.start()
    assert team.wait(LONG)
    with pytest.raises(KgbxError) as caught:
        team.join()
    assert caught.value.code == error.code


def test_all_stop_when_they_are_told() -> None:
    engines: list[Engine] = [Script(), Script()]
    team = Team(engines, idle=0.0)
    team.start()
    team.stop()
    team.join()
    assert team.wait(0)


def test_who_is_asked_sometimes_is_not_asked_all_the_time() -> None:
    moments = iter([0.0, 0.0, 0.0, 10.0, 31.0, 31.0])
    asked: list[int] = []

    def ask() -> int:
        asked.append(1)
        raise DeliveryError("X_CONNECT", retryable=True)

    engine = Sometimes(Script(ask, ask), seconds=30, clock=lambda: next(moments))
    assert [engine.run_once() for _ in range(3)] == [0, 0, 0]
    assert len(asked) == 2
