# SPDX-License-Identifier: EUPL-1.2
"""The made-up region: with kgbx nothing is told twice that need not be, and what the ledger counts can go wrong."""

from __future__ import annotations

import sys
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest

from kgbx.testing.region import MOST_MONTHS, Manner, Outcome, office, simulate_family, simulate_sealed, whole
from kgbx.testing.region.tally import RULES
from tests.effort import scaled

if TYPE_CHECKING:
    from collections.abc import Callable

    from kgbx.case import FamilyCase
    from kgbx.story import Question

    Silence = Callable[[tuple[Question, ...], bool], tuple[Question, ...]]

SEED = 7
FAMILIES = scaled(quick=2, ci=40, long=1000)
MANY_ORGANISATIONS = 23
"""A family of this region that many organisations come to, and that refuses some of them."""


@cache
def region() -> Outcome:
    return whole(family(number) for number in range(20, 20 + FAMILIES))


@cache
def family(number: int) -> Outcome:
    return simulate_family(number, seed=SEED)


def test_with_kgbx_nobody_is_asked_what_could_lawfully_have_been_had() -> None:
    assert region().retold == 0
    assert region().tallies["with_kgbx"].asked > 0


@pytest.mark.parametrize("manner", ["baseline", "control"])
def test_without_asking_each_other_or_without_looking_much_is_told_again(manner: Manner) -> None:
    assert region().tallies[manner].retold > 0


def test_with_kgbx_less_is_asked_and_more_is_spared() -> None:
    found = region().tallies
    assert found["with_kgbx"].asked < min(found["baseline"].asked, found["control"].asked)
    assert found["with_kgbx"].spared > max(found["baseline"].spared, found["control"].spared)


def test_everything_that_is_asked_with_kgbx_is_explained() -> None:
    tally = region().tallies["with_kgbx"]
    assert region().explained
    assert tally.asked == tally.remaining.total()
    assert (tally.remaining["withheld"] > 0) is (tally.withheld_because.total() > 0)


def test_every_rule_holds_at_every_instant() -> None:
    assert region().violations == 0
    assert {rule: region().broken[rule] for rule in RULES} == dict.fromkeys(RULES, 0)
    assert region().checked["one_fixed_contact"] > FAMILIES
    assert region().ok


def test_the_same_seed_gives_the_same_figures_and_another_gives_others() -> None:
    assert simulate_family(20, seed=SEED).as_json() == family(20).as_json()
    assert simulate_family(20, seed=SEED + 1).as_json() != family(20).as_json()


def test_families_do_not_depend_on_each_other() -> None:
    both = whole((family(20), family(21)))
    assert both.as_json() == whole((family(21), family(20))).as_json()
    assert both.families == 2


def test_a_shorter_history_asks_less() -> None:
    assert 0 < simulate_family(20, seed=SEED, months=3).tallies["baseline"].asked < family(20).tallies["baseline"].asked


def test_a_family_counts_alike_whether_its_messages_are_sealed_or_not() -> None:
    sealed = simulate_sealed(MANY_ORGANISATIONS, seed=SEED, months=9, every=1).as_json()
    plain = simulate_sealed(MANY_ORGANISATIONS, seed=SEED, months=9, every=0).as_json()
    assert sealed["messages_sealed"] > 0 == plain["messages_sealed"]
    assert {**sealed, "messages_sealed": 0} == plain


def test_the_longest_history_can_be_sealed_to_its_end() -> None:
    assert simulate_sealed(1, seed=SEED, months=scaled(quick=13, ci=MOST_MONTHS, long=MOST_MONTHS), every=1).ok


def test_an_organisation_that_takes_nothing_in_asks_again_and_the_ledger_sees_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def nothing(case: FamilyCase, _: FamilyCase, **__: object) -> tuple[FamilyCase, tuple[()]]:
        return case, ()

    monkeypatch.setattr(office, "taken_in", nothing)
    broken = simulate_family(MANY_ORGANISATIONS, seed=SEED)
    assert broken.retold > 0
    assert not broken.ok


def test_an_organisation_that_takes_old_answers_for_new_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules["kgbx.story.coverage"], "_stale", lambda *_: False)
    broken = simulate_family(MANY_ORGANISATIONS, seed=SEED)
    assert broken.broken["told_is_true"] > 0
    assert not broken.ok


def test_what_a_refusal_sets_apart_is_asked_again_when_nobody_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    assert family(MANY_ORGANISATIONS).tallies["with_kgbx"].looked_at > 0
    monkeypatch.setattr(office, "_TO_LOOK_AT", frozenset[str]())
    assert simulate_family(MANY_ORGANISATIONS, seed=SEED).retold > 0


@pytest.mark.parametrize(
    "silence",
    [lambda *_: (), lambda found, _: found[1::2], lambda found, again: () if again else found],
    ids=["nothing is asked", "every second question is dropped", "nothing is asked again"],
)
def test_who_does_not_ask_what_nobody_told_is_seen(monkeypatch: pytest.MonkeyPatch, silence: Silence) -> None:
    asks = office.Office.still_to_ask

    def silent(self: office.Office, **how: Any) -> tuple[Question, ...]:  # noqa: ANN401  # passed on
        return silence(asks(self, **how), how["stale_only"])

    monkeypatch.setattr(office.Office, "still_to_ask", silent)
    broken = simulate_family(MANY_ORGANISATIONS, seed=SEED)
    assert (broken.retold, broken.ok) == (0, False)
    assert +broken.broken == {"unknown_is_asked": broken.violations}


@pytest.mark.parametrize("seed", range(scaled(quick=1, ci=10, long=50)))
def test_in_any_region_all_that_is_unknown_is_asked_or_may_not_be(seed: int) -> None:
    found = whole(simulate_family(number, seed=seed) for number in range(2))
    assert found.ok
    assert found.checked["unknown_is_asked"] > found.tallies["with_kgbx"].asked
    assert found.tallies["with_kgbx"].not_asked["place"] > 0
