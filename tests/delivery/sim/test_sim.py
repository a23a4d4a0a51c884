# SPDX-License-Identifier: EUPL-1.2
"""The simulator: seed after seed of loss, repetition, forgery, crashes, restores and wrong clocks; nothing breaks.

A seed in which something breaks is replayed with the command in the message.
"""

from __future__ import annotations

import pytest

from kgbx.delivery.sim import simulate
from kgbx.delivery.sim.__main__ import main, told
from kgbx.delivery.sim.chance import Chance
from kgbx.delivery.sim.world import World
from kgbx.errors import DeliveryError
from tests.effort import scaled

CHUNK = 25
CHUNKS = scaled(quick=2, ci=80, long=400)
WEAK = scaled(quick=6, ci=20, long=100)


class TestInvariants:
    """MUST: I1 to I9 hold at the end of every seed, whatever fails in it."""

    @pytest.mark.parametrize("chunk", range(CHUNKS))
    def test_no_invariant_breaks(self, chunk: int) -> None:
        outcomes = [simulate(seed) for seed in range(chunk * CHUNK, (chunk + 1) * CHUNK)]
        assert "".join(told(one) for one in outcomes if one.broken) == ""
        assert sum(one.delivered for one in outcomes) > 100 * CHUNK // 2


class TestControl:
    """MUST: the simulator can fail: where commits do not wait for the disk, promises break."""

    def test_a_disk_that_is_not_waited_for_breaks_promises(self) -> None:
        broken = [one.broken for one in (simulate(seed, durable=False) for seed in range(WEAK)) if one.broken]
        assert len(broken) >= WEAK // 4
        assert any(sentence.startswith("I1") for sentences in broken for sentence in sentences)


def test_what_nobody_expected_is_told_with_its_seed(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_world: World) -> World:
        raise DeliveryError("X_AUDIT")

    monkeypatch.setattr(World, "run", fail)
    assert "nobody expected X_AUDIT" in told(simulate(3))


def test_a_seed_does_again_what_it_did() -> None:
    assert simulate(7) == simulate(7)


def test_seeds_differ() -> None:
    assert simulate(1).events != simulate(2).events


def test_faults_happen() -> None:
    assert sum(simulate(seed).faults for seed in range(8)) > 50


def test_the_command_tells_that_everything_held(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--seeds", "0:2"]) == 0
    assert capsys.readouterr().out == "2 seeds, 0 in which something broke\n"


def test_the_command_tells_what_broke_and_how_to_see_it_again(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--seeds", "0:1", "--weak"]) == 1
    assert "python -m kgbx.delivery.sim --seed 0" in capsys.readouterr().out


def test_one_seed_shows_all_that_happens(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--seed", "3"]) == 0
    assert "accepted" in capsys.readouterr().out


def test_chance_is_the_same_everywhere() -> None:
    chance = Chance(0)
    assert [chance.draw() for _ in range(3)] == [0x6E789E6AA1B965F4, 0x06C45D188009454F, 0xF88BB8A8724C81EC]


def test_chance_is_spread() -> None:
    chance = Chance(11)
    found = [chance.below(10) for _ in range(10_000)]
    assert all(850 < found.count(n) < 1150 for n in range(10))
