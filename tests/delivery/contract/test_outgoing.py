# SPDX-License-Identifier: EUPL-1.2
"""What every store must do with what goes out."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from kgbx.delivery.records import Peer
from kgbx.delivery.states import ENDED, HOLDS_LANE, OPEN
from kgbx.errors import DeliveryError, UsageError
from tests.delivery.contract.makers import LANE, OTHER, PEER, numbers, outgoing, put, ready, undone, uuid

if TYPE_CHECKING:
    from kgbx.delivery.store import Store, Timer

FULL = outgoing(
    1,
    kind="receipt",
    lane=LANE,
    number=1,
    state="waiting",
    urgency="acute",
    road="mailbox",
    parts=(b"a" * 32, b"b" * 32),
    manifest=b"m" * 32,
    ref=uuid(9),
    level=2,
    alert_at=4,
    attempts=5,
    odd_answers=1,
    lease_token="token",
    lease_until=6,
    accepted_at=7,
    problem="X_CONNECT",
)


class TestKeeping:
    """What was put comes back as it was."""

    @pytest.mark.parametrize("row", [outgoing(1), FULL], ids=["least", "most"])
    def test_each_member_comes_back(self, store: Store, row: object) -> None:
        put(store, row)  # type: ignore[arg-type]  # the table is of two kinds of one type
        with store.transaction() as tx:
            assert tx.out(uuid(1)) == row

    def test_an_envelope_comes_back_byte_for_byte(self, store: Store) -> None:
        data = bytes(range(256)) * 4096
        with store.transaction() as tx:
            tx.add_out(outgoing(1), data)
        with store.transaction() as tx:
            assert tx.envelope_out(uuid(1)) == data

    def test_what_is_not_there_is_nothing(self, store: Store) -> None:
        with store.transaction() as tx:
            assert tx.out(uuid(1)) is None

    def test_an_envelope_that_is_not_there_is_an_error(self, store: Store) -> None:
        with pytest.raises(DeliveryError) as raised, store.transaction() as tx:
            tx.envelope_out(uuid(1))
        assert raised.value.code == "X_UNKNOWN"

    def test_an_id_is_used_once(self, store: Store) -> None:
        put(store, outgoing(1))
        with pytest.raises(DeliveryError) as raised:
            put(store, outgoing(1, peer=OTHER))
        assert raised.value.code == "X_ID_USED"

    def test_a_used_id_leaves_the_first_as_it_was_and_the_transaction_goes_on(self, store: Store) -> None:
        put(store, outgoing(1))
        with store.transaction() as tx:
            with pytest.raises(DeliveryError) as raised:
                tx.add_out(outgoing(1, peer=OTHER), b"other")
            assert raised.value.code == "X_ID_USED"
            tx.add_out(outgoing(2), b"two")
        with store.transaction() as tx:
            assert tx.out(uuid(1)) == outgoing(1)
            assert (tx.envelope_out(uuid(1)), tx.envelope_out(uuid(2))) == (b"sealed", b"two")


class TestSaving:
    """A row is changed only by who holds it."""

    def test_a_change_is_kept(self, store: Store) -> None:
        put(store, outgoing(1))
        changed = replace(outgoing(1), state="sending", lease_token="a", lease_until=9, attempts=1)
        with store.transaction() as tx:
            assert tx.save_out(changed, was=outgoing(1))
        with store.transaction() as tx:
            assert tx.out(uuid(1)) == changed

    @pytest.mark.parametrize(
        "was",
        [
            outgoing(1, state="waiting", lease_token="a"),
            outgoing(1, state="sending", lease_token="b"),
            outgoing(1, state="sending"),
            outgoing(2, state="sending", lease_token="a"),
        ],
        ids=["another state", "another token", "no token", "no such row"],
    )
    def test_another_holder_changes_nothing(self, store: Store, was: object) -> None:
        here = outgoing(1, state="sending", lease_token="a")
        put(store, here)
        with store.transaction() as tx:
            assert not tx.save_out(replace(was, state="accepted"), was=was)  # type: ignore[type-var, arg-type]  # rows
        with store.transaction() as tx:
            assert tx.out(uuid(1)) == here

    @pytest.mark.parametrize(
        "change",
        [
            {"id": uuid(2)},
            {"kind": "receipt"},
            {"peer": OTHER},
            {"lane": LANE},
            {"number": 4},
            {"envelope": b"x" * 32},
            {"parts": (b"x" * 32,)},
            {"manifest": b"x" * 32},
            {"ref": uuid(3)},
            {"level": 2},
            {"made_at": 1},
        ],
        ids=lambda change: next(iter(change)),
    )
    def test_what_is_frozen_never_changes(self, store: Store, change: dict[str, object]) -> None:
        put(store, outgoing(1))
        with pytest.raises(UsageError) as raised, store.transaction() as tx:
            tx.save_out(replace(outgoing(1), **change), was=outgoing(1))  # type: ignore[arg-type]  # any member
        assert raised.value.code == "U_ARGUMENT"
        with store.transaction() as tx:
            assert tx.out(uuid(1)) == outgoing(1)


class TestNumbers:
    """Numbers of a lane: from 1, without gaps, each lane its own."""

    def test_each_lane_counts_by_itself(self, store: Store) -> None:
        with store.transaction() as tx:
            got = [tx.next_number(*lane) for lane in [(PEER, "a"), (PEER, "a"), (PEER, "b"), (OTHER, "a"), (PEER, "a")]]
        assert got == [1, 2, 1, 1, 3]

    def test_a_number_of_a_transaction_that_was_undone_is_given_again(self, store: Store) -> None:
        with undone(store) as tx:
            tx.next_number(PEER, LANE)
        with store.transaction() as tx:
            assert tx.next_number(PEER, LANE) == 1


class TestCandidates:
    """What may be pushed now."""

    @pytest.mark.parametrize("state", sorted(OPEN | ENDED))
    def test_only_what_is_queued_or_waits(self, store: Store, state: str) -> None:
        put(store, outgoing(1, state=state))
        assert ready(store) == ([1] if state in {"queued", "waiting"} else [])

    def test_not_before_it_is_due(self, store: Store) -> None:
        put(store, outgoing(1, due_at=10))
        assert (ready(store, 9), ready(store, 10)) == ([], [1])

    def test_not_what_the_partner_fetches_itself(self, store: Store) -> None:
        put(store, outgoing(1, road="mailbox"))
        assert ready(store) == []

    def test_the_most_urgent_first_then_the_longest_due_then_the_id(self, store: Store) -> None:
        rows = [
            (1, "normal", 0),
            (2, "urgent", 5),
            (3, "acute", 9),
            (4, "urgent", 4),
            (5, "normal", 0),
            (6, "acute", 9),
        ]
        put(store, *(outgoing(n, urgency=u, due_at=due, peer=(PEER, OTHER)[n % 2]) for n, u, due in rows))
        assert ready(store, 10) == [3, 6, 4, 2, 1, 5]

    @pytest.mark.parametrize("limit", [-1, 0, 1, 3, 9])
    def test_at_most_so_many(self, store: Store, limit: int) -> None:
        put(store, *(outgoing(number, peer=(PEER, OTHER)[number % 2]) for number in range(1, 6)))
        assert ready(store, limit=limit) == [1, 2, 3, 4, 5][: max(limit, 0)]

    def test_only_of_the_partners_that_were_asked_for(self, store: Store) -> None:
        put(store, outgoing(1), outgoing(2, peer=OTHER))
        assert (ready(store, peers=[OTHER]), ready(store, peers=[])) == ([2], [])

    @pytest.mark.parametrize("first", sorted(OPEN | ENDED))
    def test_in_a_lane_nothing_passes_what_holds_it(self, store: Store, first: str) -> None:
        put(store, outgoing(1, lane=LANE, number=1, state=first, due_at=99), outgoing(2, lane=LANE, number=2))
        assert ready(store) == ([] if first in HOLDS_LANE else [2])

    def test_of_a_lane_there_is_one(self, store: Store) -> None:
        put(store, *(outgoing(10 - number, lane=LANE, number=number) for number in range(1, 6)))
        assert ready(store) == [9]

    def test_what_takes_the_place_of_a_superseded_message_has_its_number(self, store: Store) -> None:
        put(store, outgoing(1, lane=LANE, number=1, state="superseded"), outgoing(3, lane=LANE, number=2))
        put(store, outgoing(2, lane=LANE, number=1))
        assert ready(store) == [2]

    def test_lanes_do_not_wait_for_each_other(self, store: Store) -> None:
        held = [outgoing(1, lane="a", number=1, due_at=99), outgoing(2, lane="a", number=2)]
        free = [outgoing(3, lane="b", number=2), outgoing(4, lane="a", number=2, peer=OTHER), outgoing(5)]
        put(store, *held, *free)
        assert ready(store) == [3, 4, 5]


class TestBreaker:
    """A closed road costs nothing, one message tries it when the pause is over."""

    @pytest.mark.parametrize("breaker", ["open", "probing"])
    def test_nothing_goes_during_the_pause(self, store: Store, breaker: str) -> None:
        put(store, outgoing(1), outgoing(2, peer=OTHER))
        with store.transaction() as tx:
            tx.save_peer(Peer(org=PEER, breaker=breaker, open_until=10))  # type: ignore[arg-type]  # of the table
        assert ready(store, 9) == [2]

    @pytest.mark.parametrize("breaker", ["open", "probing"])
    def test_after_it_the_first_in_order_tries_the_road(self, store: Store, breaker: str) -> None:
        put(store, outgoing(1), outgoing(2, urgency="acute"), outgoing(3, peer=OTHER), outgoing(4))
        with store.transaction() as tx:
            tx.save_peer(Peer(org=PEER, breaker=breaker, open_until=10))  # type: ignore[arg-type]  # of the table
        assert ready(store, 10) == [2, 3]

    def test_a_closed_breaker_lets_everything_go(self, store: Store) -> None:
        put(store, outgoing(1), outgoing(2))
        with store.transaction() as tx:
            tx.save_peer(Peer(org=PEER, failures=3, open_until=10))
        assert ready(store) == [1, 2]


class TestTimers:
    """What has passed is found; what has ended is not."""

    @pytest.mark.parametrize(
        ("timer", "member"), [("lease", "lease_until"), ("alert", "alert_at"), ("expiry", "expires_at")]
    )
    def test_from_the_moment_on_and_the_longest_ago_first(self, store: Store, timer: Timer, member: str) -> None:
        put(store, *(outgoing(n, state="sending", **{member: at}) for n, at in [(1, 10), (2, 11), (3, 9), (4, 10)]))
        with store.transaction() as tx:
            assert numbers(tx.timed_out(10, timer=timer, limit=9)) == [3, 1, 4]
            assert numbers(tx.timed_out(10, timer=timer, limit=2)) == [3, 1]

    @pytest.mark.parametrize("state", sorted(OPEN | ENDED))
    def test_only_of_open_states(self, store: Store, state: str) -> None:
        put(store, outgoing(1, state=state, alert_at=1))
        with store.transaction() as tx:
            assert numbers(tx.timed_out(5, timer="alert", limit=9)) == ([1] if state in OPEN else [])

    @pytest.mark.parametrize("timer", ["lease", "alert"])
    def test_what_has_no_moment_never_passes(self, store: Store, timer: Timer) -> None:
        put(store, outgoing(1))
        with store.transaction() as tx:
            assert tx.timed_out(10**15, timer=timer, limit=9) == ()


class TestListing:
    """Pages in the order of enqueueing."""

    def test_by_moment_and_id_from_a_place_on(self, store: Store) -> None:
        put(store, *(outgoing(number, made_at=made) for number, made in [(1, 5), (2, 3), (3, 5), (4, 4)]))
        with store.transaction() as tx:
            assert numbers(tx.list_out()) == [2, 4, 1, 3]
            assert numbers(tx.list_out(after=uuid(4), limit=1)) == [1]
            assert numbers(tx.list_out(after=uuid(3))) == []

    def test_of_states_and_of_a_partner(self, store: Store) -> None:
        put(store, outgoing(1), outgoing(2, state="waiting"), outgoing(3, peer=OTHER), outgoing(4, state="accepted"))
        with store.transaction() as tx:
            assert numbers(tx.list_out(states=["queued", "accepted"])) == [1, 3, 4]
            assert numbers(tx.list_out(peer=OTHER)) == [3]
            assert numbers(tx.list_out(states=["waiting"], peer=OTHER)) == []
            assert numbers(tx.list_out(states=[])) == []

    def test_after_a_row_that_is_not_there_is_nothing(self, store: Store) -> None:
        put(store, outgoing(1))
        with store.transaction() as tx:
            assert tx.list_out(after=uuid(7)) == ()
