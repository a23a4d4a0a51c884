# SPDX-License-Identifier: EUPL-1.2
"""Receipts, partners, alerts, the audit chain, annotations and settings, in every store."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from kgbx.delivery.audit import ZERO, verify
from kgbx.delivery.records import Alert, Peer
from tests.delivery.contract.makers import OTHER, PEER, receipt, undone, uuid

if TYPE_CHECKING:
    from kgbx.delivery.store import Store

SEEN = Peer(
    org=PEER,
    breaker="open",
    failures=7,
    opened=2,
    open_until=9,
    last_ok_at=1,
    last_contact_at=2,
    epoch="e",
    skew_ms=-40,
)


class TestReceipts:
    """Written once: one for each direction, partner, message and level."""

    def test_it_comes_back(self, store: Store) -> None:
        with store.transaction() as tx:
            assert tx.add_receipt(receipt(1))
        with store.transaction() as tx:
            assert tx.receipt("in", PEER, message_id=uuid(1), level=1) == receipt(1)

    def test_the_first_stays(self, store: Store) -> None:
        with store.transaction() as tx:
            tx.add_receipt(receipt(1))
        with store.transaction() as tx:
            assert not tx.add_receipt(receipt(1, data=b"other", outcome="unknown-key"))
        with store.transaction() as tx:
            assert tx.receipt("in", PEER, message_id=uuid(1), level=1) == receipt(1)

    @pytest.mark.parametrize("place", [{"direction": "out"}, {"peer": OTHER}, {"message_id": uuid(2)}, {"level": 2}])
    def test_each_place_has_its_own(self, store: Store, place: dict[str, object]) -> None:
        other = replace(receipt(1), data=b"other", **place)  # type: ignore[arg-type]  # any member
        with store.transaction() as tx:
            assert tx.add_receipt(receipt(1))
            assert tx.add_receipt(other)
        with store.transaction() as tx:
            assert tx.receipt("in", PEER, message_id=uuid(1), level=1) == receipt(1)
            assert tx.receipt(other.direction, other.peer, message_id=other.message_id, level=other.level) == other

    def test_there_is_none_before(self, store: Store) -> None:
        with store.transaction() as tx:
            assert tx.receipt("in", PEER, message_id=uuid(1), level=1) is None


class TestPartners:
    """What is known of the roads."""

    def test_one_never_seen_is_fresh_and_is_not_listed(self, store: Store) -> None:
        with store.transaction() as tx:
            assert tx.peer(PEER) == Peer(org=PEER)
        with store.transaction() as tx:
            assert tx.peers() == ()

    def test_what_is_saved_comes_back_and_is_written_over(self, store: Store) -> None:
        with store.transaction() as tx:
            tx.save_peer(Peer(org=OTHER))
            tx.save_peer(Peer(org=PEER, failures=1))
            tx.save_peer(SEEN)
        with store.transaction() as tx:
            assert (tx.peer(PEER), tx.peers()) == (SEEN, (SEEN, Peer(org=OTHER)))


class TestAlerts:
    """What a person must look at, until somebody has."""

    def test_numbered_from_one_and_the_newest_first(self, store: Store) -> None:
        with store.transaction() as tx:
            added = [tx.add_alert(Alert(at=at, peer=PEER, message_id=None, code="X_STUCK")) for at in (5, 6)]
        assert [alert.id for alert in added] == [1, 2]
        with store.transaction() as tx:
            assert tx.alerts() == (added[1], added[0])
            assert (tx.alerts(limit=1), tx.alerts(limit=-1)) == ((added[1],), ())

    def test_seen_once(self, store: Store) -> None:
        with store.transaction() as tx:
            alert = tx.add_alert(Alert(at=5, peer=None, message_id=uuid(1), code="X_STUCK"))
            assert [tx.see_alert(number, at=8) for number in (alert.id, alert.id, 77)] == [True, False, False]
        with store.transaction() as tx:
            assert (tx.alerts(), tx.alerts(seen=True), tx.alerts(seen=None)) == (
                (),
                *((replace(alert, seen_at=8),),) * 2,
            )

    def test_a_number_of_a_transaction_that_was_undone_is_given_again(self, store: Store) -> None:
        with undone(store) as tx:
            tx.add_alert(Alert(at=1, peer=None, message_id=None, code="X_STUCK"))
        with store.transaction() as tx:
            assert tx.add_alert(Alert(at=1, peer=None, message_id=None, code="X_STUCK")).id == 1


class TestAudit:
    """I9: the audit chain verifies."""

    def test_it_begins_with_zeros(self, store: Store) -> None:
        with store.transaction() as tx:
            assert (tx.audit_head(), tx.audit_rows()) == (ZERO, ())

    def test_links_follow_each_other_over_transactions(self, store: Store) -> None:
        added = []
        for at in range(5):
            with store.transaction() as tx:
                about = (PEER, None) if at % 2 else (None, uuid(at))
                added += [tx.audit(at=at, actor="kgbx", event=word, about=about, detail="") for word in ("a", "b")]
        with store.transaction() as tx:
            assert (tx.audit_rows(), tx.audit_head()) == (tuple(added), added[-1].hash)
        assert verify(added) is None

    def test_pages_from_a_number_on(self, store: Store) -> None:
        with store.transaction() as tx:
            for at in range(5):
                tx.audit(at=at, actor="kgbx", event="a", about=(None, None), detail="")
            assert [row.seq for row in tx.audit_rows(after=1, limit=2)] == [2, 3]
            assert (tx.audit_rows(after=5), tx.audit_rows(limit=0)) == ((), ())

    def test_a_transaction_that_was_undone_leaves_no_link(self, store: Store) -> None:
        with undone(store) as tx:
            tx.audit(at=1, actor="kgbx", event="a", about=(None, None), detail="")
        with store.transaction() as tx:
            assert tx.audit_head() == ZERO
            assert tx.audit(at=2, actor="kgbx", event="b", about=(None, None), detail="").seq == 1


class TestNotes:
    """Annotations and settings are written over by name."""

    def test_annotations_by_name(self, store: Store) -> None:
        with store.transaction() as tx:
            for name, data in [("b", b"1"), ("a", b"\x00\xff"), ("b", b"2")]:
                tx.annotate(uuid(1), name, data=data)
            tx.annotate(uuid(2), "a", data=b"")
        with store.transaction() as tx:
            assert tx.annotations(uuid(1)) == (("a", b"\x00\xff"), ("b", b"2"))
            assert (tx.annotations(uuid(2)), tx.annotations(uuid(3))) == ((("a", b""),), ())

    def test_settings(self, store: Store) -> None:
        with store.transaction() as tx:
            assert tx.setting("epoch") is None
            tx.set("epoch", "one")
            tx.set("epoch", "two")
        with store.transaction() as tx:
            assert tx.setting("epoch") == "two"
