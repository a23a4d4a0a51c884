# SPDX-License-Identifier: EUPL-1.2
"""All of it or nothing, durable, and never twice, in every store."""

from __future__ import annotations

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from kgbx.delivery.audit import verify
from kgbx.delivery.breaker import probing
from kgbx.delivery.records import Alert, Peer
from kgbx.errors import DeliveryError
from tests.delivery.contract.makers import LANE, PEER, incoming, outgoing, put, ready, receipt, undone, uuid
from tests.effort import scaled

if TYPE_CHECKING:
    from kgbx.delivery.store import Store

THREADS = 32
ROWS = scaled(quick=64, ci=320, long=3200)


def claimed(store: Store, token: str) -> list[str]:
    """Claim rows until there are none, each in a transaction of its own."""
    got = []
    while True:
        with store.transaction() as tx:
            rows = tx.candidates_out(1, limit=2)
            for row in rows:
                lease = replace(row, state="sending", lease_token=token, lease_until=10)
                got += [row.id] if tx.save_out(lease, was=row) else []
        if not rows:
            return got


def at_once(work: object, times: int = THREADS) -> list[object]:
    """Do the work in threads that begin together."""
    barrier = threading.Barrier(times)

    def begin(number: int) -> object:
        barrier.wait()
        return work(number)  # type: ignore[operator]  # any function of a number

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(begin, range(times)))


class TestUndone:
    """I1: what was not committed was never there; what was, stays."""

    def test_nothing_is_left_of_a_transaction_that_raises(self, store: Store) -> None:
        with undone(store) as tx:
            tx.add_out(outgoing(1, lane=LANE, number=tx.next_number(PEER, LANE)), b"sealed")
            tx.add_in(incoming(1), b"sealed")
            tx.add_receipt(receipt(1))
            tx.save_peer(Peer(org=PEER))
            tx.annotate(uuid(1), "a", data=b"")
            tx.set("epoch", "e")
        with store.transaction() as tx:
            assert (tx.list_out(), tx.list_in(), tx.peers(), tx.annotations(uuid(1))) == ((),) * 4
            assert (tx.receipt("in", PEER, message_id=uuid(1), level=1), tx.setting("epoch")) == (None, None)

    def test_a_change_that_was_undone_leaves_the_row_as_it_was(self, store: Store) -> None:
        put(store, outgoing(1))
        with undone(store) as tx:
            tx.save_out(replace(outgoing(1), state="sending"), was=outgoing(1))
        assert ready(store) == [1]

    def test_a_transaction_sees_what_it_wrote_itself(self, store: Store) -> None:
        with store.transaction() as tx:
            tx.add_out(outgoing(1), b"sealed")
            tx.add_alert(Alert(at=1, peer=None, message_id=None, code="X_STUCK"))
            assert tx.out(uuid(1)) == outgoing(1)
            assert len(tx.alerts()) == 1

    def test_a_closed_store_refuses(self, store: Store) -> None:
        store.close()
        with pytest.raises(DeliveryError) as raised, store.transaction():
            pass
        assert raised.value.code == "X_STORE"

    def test_the_room_is_a_number_of_bytes(self, store: Store) -> None:
        assert store.room() > 0


class TestAtOnce:
    """Many workers on one store."""

    def test_no_row_is_claimed_twice_and_none_is_forgotten(self, store: Store) -> None:
        put(store, *(outgoing(number) for number in range(ROWS)))
        got = at_once(lambda number: claimed(store, f"token {number}"))
        counted = Counter(row for rows in got for row in rows)  # type: ignore[attr-defined]  # lists
        assert counted == Counter({uuid(number): 1 for number in range(ROWS)})

    def test_a_lane_goes_one_by_one(self, store: Store) -> None:
        put(store, *(outgoing(number, lane=LANE, number=number) for number in range(1, 9)))
        got = at_once(lambda number: claimed(store, f"token {number}"), 8)
        assert [rows for rows in got if rows] == [[uuid(1)]]

    def test_one_probe_in_all(self, store: Store) -> None:
        put(store, *(outgoing(number, lane=f"lane {number}", number=1) for number in range(1, 17)))
        with store.transaction() as tx:
            tx.save_peer(Peer(org=PEER, breaker="open", opened=1, open_until=1))

        def probe(_: int) -> int:
            with store.transaction() as tx:
                rows = tx.candidates_out(1, limit=5)
                if rows:
                    tx.save_peer(probing(tx.peer(PEER), 1))
                return len(rows)

        assert sum(at_once(probe, 8)) == 1  # type: ignore[arg-type]  # numbers

    def test_one_id_is_added_once(self, store: Store) -> None:
        def add(number: int) -> bool:
            try:
                put(store, outgoing(1, lane=str(number)))
            except DeliveryError as error:
                return error.code != "X_ID_USED"
            return True

        assert sum(at_once(add)) == 1  # type: ignore[arg-type]  # truth values

    def test_numbers_have_no_gaps_and_the_chain_holds(self, store: Store) -> None:
        def enqueue(number: int) -> int:
            with store.transaction() as tx:
                place = tx.next_number(PEER, LANE)
                tx.add_out(outgoing(number, lane=LANE, number=place), b"sealed")
                tx.audit(at=number, actor="kgbx", event="enqueued", about=(PEER, uuid(number)), detail="")
                return place

        assert sorted(at_once(enqueue)) == list(range(1, THREADS + 1))  # type: ignore[type-var]  # numbers
        with store.transaction() as tx:
            assert verify(tx.audit_rows()) is None
            assert len(tx.audit_rows()) == THREADS

    def test_failures_of_a_partner_never_seen_are_all_counted(self, store: Store) -> None:
        def fail(_: int) -> None:
            with store.transaction() as tx:
                row = tx.peer(PEER)
                tx.save_peer(replace(row, failures=row.failures + 1))

        at_once(fail)
        with store.transaction() as tx:
            assert tx.peer(PEER).failures == THREADS

    def test_the_late_writer_changes_nothing(self, store: Store) -> None:
        """T18: a worker that was stopped past its lease finds that another one holds the row."""
        put(store, outgoing(1, state="sending", lease_token="first", lease_until=5))
        late = outgoing(1, state="sending", lease_token="first", lease_until=5)
        taken = replace(late, lease_token="second", lease_until=20)
        with store.transaction() as tx:
            assert tx.save_out(taken, was=late)
        with store.transaction() as tx:
            assert not tx.save_out(replace(late, state="accepted", lease_token=None), was=late)
            assert tx.out(uuid(1)) == taken
