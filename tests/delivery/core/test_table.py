# SPDX-License-Identifier: EUPL-1.2
"""The table of transitions: whole, sound, drawn as it is, and all that the core does."""

from __future__ import annotations

from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import pytest

from kgbx.delivery import core, events
from kgbx.delivery.events import Event
from kgbx.delivery.states import DAY, ENDED, LEASE, OPEN
from kgbx.delivery.transitions import TRANSITIONS
from kgbx.errors import DeliveryError
from kgbx.messages import MESSAGES
from tests.delivery.core.rows import EVENTS, NOW, STATES, row_in
from tools.delivery_page import delivery_page

if TYPE_CHECKING:
    from kgbx.delivery.records import OutState
    from kgbx.delivery.transitions import Transition

PAGE = Path(__file__).resolve().parents[3] / "docs" / "reference" / "delivery-states.md"
NAMES = {one.__name__ for one in get_args(Event)}
PAIRS = list(product(STATES, EVENTS))
LATER = NOW + 40 * DAY
SAMPLES: list[dict[str, Any]] = [
    {},
    {"kind": "receipt"},
    {"odd_answers": 3},
    {"problem": "X_NOT_THERE"},
    {"accepted_at": NOW},
    {"expires_at": NOW},
    {"expires_at": NOW, "accepted_at": NOW},
    {"alert_at": NOW},
    {"lease_until": NOW},
]


def test_every_state_has_one_place() -> None:
    assert set(STATES) == OPEN | ENDED
    assert not OPEN & ENDED


def test_ids_are_unique_and_in_order() -> None:
    assert [one.id for one in TRANSITIONS] == [f"O{n:02}" for n in range(1, len(TRANSITIONS) + 1)]


@pytest.mark.parametrize("one", TRANSITIONS, ids=lambda one: one.id)
def test_a_row_names_what_exists(one: Transition) -> None:
    plain = [words for words in one.effects if words.split()[0] not in {"audit", "alert"}]
    codes = {words.removeprefix("alert ") for words in one.effects if words.startswith("alert ")}
    assert one.event in NAMES
    assert one.guard in core.GUARDS
    assert one.change in core.CHANGES
    assert set(plain) <= set(core.PLAIN_EFFECTS)
    assert codes - {"event", "problem"} <= set(MESSAGES)
    assert one.problem in {"keep", "event", None} or one.problem in MESSAGES
    assert one.why.endswith(".")


def test_every_guard_change_and_effect_is_used() -> None:
    assert {one.guard for one in TRANSITIONS} == set(core.GUARDS)
    assert {one.change for one in TRANSITIONS} == set(core.CHANGES)
    assert set(core.PLAIN_EFFECTS) <= {words for one in TRANSITIONS for words in one.effects}


def test_every_event_has_a_sample() -> None:
    assert {type(event).__name__ for event in EVENTS} == NAMES == {one for one in vars(events) if one in NAMES}


@pytest.mark.parametrize("one", TRANSITIONS, ids=lambda one: one.id)
def test_each_row_of_the_table_is_reached_from_each_of_its_states(one: Transition) -> None:
    samples = [event for event in EVENTS if type(event).__name__ == one.event]
    for source in one.sources:
        rows = [row_in(source, **changes) for changes in SAMPLES]
        found = [core.transition(row, event, now=NOW) for row in rows for event in samples]
        assert one in found, source


@pytest.mark.parametrize(("state", "event"), PAIRS, ids=lambda one: one if isinstance(one, str) else repr(one))
def test_every_pair_of_state_and_event_is_in_the_table_or_refused(state: OutState, event: Event) -> None:
    row = row_in(state)
    allowed = core.transition(row, event, now=NOW)
    if allowed is None:
        with pytest.raises(DeliveryError) as caught:
            core.step(row, event, now=NOW, jitter=0.5)
        assert caught.value.code == "X_STATE"
        return
    after, _ = core.step(row, event, now=NOW, jitter=0.5)
    assert after.state == (allowed.to or state)


@pytest.mark.parametrize(("state", "event"), PAIRS, ids=lambda one: one if isinstance(one, str) else repr(one))
def test_what_is_frozen_never_changes(state: OutState, event: Event) -> None:
    row = row_in(state, lane="lane", number=3, lease_until=NOW + LEASE, accepted_at=NOW - 1)
    if core.transition(row, event, now=NOW) is None:
        return
    after, _ = core.step(row, event, now=NOW, jitter=0.5)
    frozen = ("id", "kind", "peer", "lane", "number", "envelope", "parts", "manifest", "ref", "made_at", "expires_at")
    assert [getattr(after, name) for name in frozen] == [getattr(row, name) for name in frozen]


@pytest.mark.parametrize(("state", "event"), PAIRS, ids=lambda one: one if isinstance(one, str) else repr(one))
def test_a_lease_stands_only_with_who_works_and_an_alarm_only_while_open(state: OutState, event: Event) -> None:
    row = row_in(state)
    if core.transition(row, event, now=NOW) is None:
        return
    after, _ = core.step(row, event, now=NOW, jitter=0.5)
    assert (after.lease_token is not None) == (after.state in {"sending", "uploading"})
    assert after.state in OPEN or after.alert_at is None


@pytest.mark.parametrize("state", sorted(ENDED))
def test_an_end_is_an_end_but_for_what_the_partner_lost(state: OutState) -> None:
    leads = {one.to for one in TRANSITIONS if state in one.sources and one.event != "PeerRestored"}
    assert leads <= {None}


@pytest.mark.parametrize("state", sorted(OPEN))
def test_nothing_open_is_without_an_end_or_an_alarm(state: OutState) -> None:
    events_here = {one.event for one in TRANSITIONS if state in one.sources}
    assert "AlarmDue" in events_here
    assert events_here & {"Expired", "LeaseExpired"}


def test_only_custody_leads_to_accepted() -> None:
    assert {one.event for one in TRANSITIONS if one.to == "accepted"} == {"CustodyProved"}


def test_the_page_draws_the_table() -> None:
    assert PAGE.read_text(encoding="utf-8") == delivery_page(), "make fix"
