# SPDX-License-Identifier: EUPL-1.2
"""What every store must do with what came in."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from kgbx.errors import DeliveryError, UsageError
from tests.delivery.contract.makers import LANE, OTHER, PEER, incoming, numbers, uuid

if TYPE_CHECKING:
    from kgbx.delivery.records import Incoming
    from kgbx.delivery.store import Store

FULL = incoming(
    1,
    kind="receipt",
    ref=uuid(8),
    level=2,
    urgency="acute",
    lane=LANE,
    number=3,
    state="offered",
    parts=(b"a" * 32, b"b" * 32),
    hold_until=4,
    attempts=2,
    deaths=5,
    duplicates=3,
    gaps=(1, 2),
    lease_token="token",
    lease_until=9,
    problem="E_DIR_STALE",
)


def put(store: Store, *rows: Incoming) -> None:
    with store.transaction() as tx:
        for row in rows:
            tx.add_in(row, b"sealed")


def free(store: Store, now: int, **options: Any) -> list[int]:  # noqa: ANN401  # any option
    with store.transaction() as tx:
        said = {"states": ["received", "verified"], "limit": 100, **options}
        return numbers(tx.candidates_in(now, **said))


class TestTurn:
    """What is acute does not wait behind what another partner sent in numbers."""

    def test_the_most_urgent_first_then_the_oldest(self, store: Store) -> None:
        put(
            store,
            incoming(1, received_at=1),
            incoming(2, received_at=2, urgency="urgent"),
            incoming(3),
            incoming(4, received_at=3, urgency="acute", peer=OTHER),
            incoming(5, received_at=2, urgency="acute"),
        )
        assert free(store, 10) == [5, 4, 2, 3, 1]
        assert free(store, 10, limit=2) == [5, 4]


class TestKeeping:
    """What was put comes back as it was; the key is partner and id."""

    @pytest.mark.parametrize("row", [incoming(1), FULL], ids=["least", "most"])
    def test_each_member_comes_back(self, store: Store, row: Incoming) -> None:
        put(store, row)
        with store.transaction() as tx:
            assert tx.incoming(PEER, uuid(1)) == row
            assert tx.envelope_in(PEER, uuid(1)) == b"sealed"

    def test_two_partners_may_use_one_id(self, store: Store) -> None:
        put(store, incoming(1), incoming(1, peer=OTHER, lane=LANE))
        with store.transaction() as tx:
            assert tx.incoming(PEER, uuid(1)) == incoming(1)
            assert tx.incoming(OTHER, uuid(1)) == incoming(1, peer=OTHER, lane=LANE)

    def test_one_partner_uses_an_id_once(self, store: Store) -> None:
        put(store, incoming(1))
        with store.transaction() as tx:
            with pytest.raises(DeliveryError) as raised:
                tx.add_in(incoming(1, lane=LANE), b"other")
            assert raised.value.code == "X_ID_USED"
        with store.transaction() as tx:
            assert (tx.incoming(PEER, uuid(1)), tx.envelope_in(PEER, uuid(1))) == (incoming(1), b"sealed")

    def test_nobody_sees_what_another_brought(self, store: Store) -> None:
        put(store, incoming(1))
        with store.transaction() as tx:
            assert tx.incoming(OTHER, uuid(1)) is None
        with pytest.raises(DeliveryError) as raised, store.transaction() as tx:
            tx.envelope_in(OTHER, uuid(1))
        assert raised.value.code == "X_UNKNOWN"


class TestSaving:
    """A row is changed only by who holds it."""

    def test_a_change_is_kept(self, store: Store) -> None:
        put(store, incoming(1))
        changed = replace(incoming(1), state="offered", lease_token="a", lease_until=7, gaps=(1,), problem="X_STORE")
        with store.transaction() as tx:
            assert tx.save_in(changed, was=incoming(1))
        with store.transaction() as tx:
            assert tx.incoming(PEER, uuid(1)) == changed

    @pytest.mark.parametrize(
        "was",
        [incoming(1), incoming(1, state="offered", lease_token="b"), incoming(1, state="offered", peer=OTHER)],
        ids=["another state", "another token", "another partner"],
    )
    def test_another_holder_changes_nothing(self, store: Store, was: Incoming) -> None:
        here = incoming(1, state="offered", lease_token="a")
        put(store, here)
        with store.transaction() as tx:
            assert not tx.save_in(replace(was, state="processed"), was=was)
        with store.transaction() as tx:
            assert tx.incoming(PEER, uuid(1)) == here

    @pytest.mark.parametrize(
        "change",
        [
            {"id": uuid(2)},
            {"peer": OTHER},
            {"kind": "receipt"},
            {"lane": LANE},
            {"number": 4},
            {"envelope": b"x" * 32},
            {"parts": (b"x" * 32,)},
            {"received_at": 1},
        ],
        ids=lambda change: next(iter(change)),
    )
    def test_what_is_frozen_never_changes(self, store: Store, change: dict[str, Any]) -> None:
        put(store, incoming(1))
        with pytest.raises(UsageError) as raised, store.transaction() as tx:
            tx.save_in(replace(incoming(1), **change), was=incoming(1))
        assert raised.value.code == "U_ARGUMENT"


class TestCandidates:
    """What may be looked at now: due, of these states, and nobody works on it."""

    def test_oldest_first_over_all_states(self, store: Store) -> None:
        rows = [(1, "received", 5), (2, "verified", 4), (3, "received", 3), (4, "offered", 1), (5, "verified", 5)]
        put(store, *(incoming(number, state=state, received_at=at) for number, state, at in rows))
        assert free(store, 9) == [3, 2, 1, 5]
        assert free(store, 9, limit=2) == [3, 2]
        assert free(store, 9, states=["offered"]) == [4]

    def test_not_before_it_is_due(self, store: Store) -> None:
        put(store, incoming(1, due_at=10))
        assert (free(store, 9), free(store, 10)) == ([], [1])

    def test_not_what_somebody_works_on_until_the_lease_is_over(self, store: Store) -> None:
        put(store, incoming(1, lease_token="a", lease_until=10))
        assert (free(store, 9), free(store, 10)) == ([], [1])

    @pytest.mark.parametrize("limit", [-1, 0])
    def test_none_when_none_is_asked_for(self, store: Store, limit: int) -> None:
        put(store, incoming(1))
        assert free(store, 9, limit=limit) == []


class TestListing:
    """Pages in the order of receipt; lanes by number."""

    def test_by_moment_partner_and_id_from_a_place_on(self, store: Store) -> None:
        put(store, *(incoming(n, received_at=at, peer=p) for n, at, p in [(1, 5, OTHER), (2, 3, PEER), (3, 5, PEER)]))
        with store.transaction() as tx:
            assert numbers(tx.list_in()) == [2, 3, 1]
            assert numbers(tx.list_in(after=(PEER, uuid(3)))) == [1]
            assert numbers(tx.list_in(peer=PEER, states=["received"], limit=1)) == [2]
            assert tx.list_in(after=(PEER, uuid(7))) == tx.list_in(states=[]) == ()

    def test_a_lane_by_number(self, store: Store) -> None:
        rows = [(1, 4, "received"), (2, 1, "processed"), (3, 2, "offered"), (4, 2, "received")]
        put(store, *(incoming(n, lane=LANE, number=number, state=state) for n, number, state in rows))
        put(store, incoming(5, lane=LANE, number=9, peer=OTHER), incoming(6, lane="b", number=8), incoming(7))
        with store.transaction() as tx:
            assert tx.lane_numbers(PEER, LANE) == ((1, "processed"), (2, "offered"), (2, "received"), (4, "received"))
