# SPDX-License-Identifier: EUPL-1.2
"""The audit chain: what is changed, left out, put in or moved is found, at the first row that does not hold."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kgbx.delivery.audit import ZERO, link, verify
from tests.delivery.core.rows import NOW, PEER

if TYPE_CHECKING:
    from kgbx.delivery.records import AuditRow

Members = tuple[str, str, str | None, str | None, str]
TEXT = st.text(max_size=5)
MEMBERS = st.tuples(TEXT, TEXT, st.none() | TEXT, st.none() | TEXT, TEXT)


def chain(length: int) -> list[AuditRow]:
    """Return a sound chain."""
    rows: list[AuditRow] = []
    for seq in range(1, length + 1):
        head = rows[-1].hash if rows else ZERO
        rows.append(
            link(head, seq=seq, at=NOW + seq, actor="kgbx", event="queued", peer=PEER, message_id=None, detail="")
        )
    return rows


def hashed(members: Members) -> bytes:
    """Return the hash of a row with these members."""
    actor, event, peer, message_id, detail = members
    row = link(ZERO, seq=1, at=NOW, actor=actor, event=event, peer=peer, message_id=message_id, detail=detail)
    return row.hash


def test_a_chain_that_was_left_alone_holds() -> None:
    assert verify(chain(20)) is None
    assert verify([]) is None


def test_a_part_of_a_chain_is_verified_from_the_hash_before_it() -> None:
    rows = chain(20)
    assert verify(rows[10:], rows[9].hash, first=11) is None
    assert verify(rows[10:], rows[8].hash, first=11) == 11


@pytest.mark.parametrize(
    "changes",
    [
        {"at": 1},
        {"actor": "x"},
        {"event": "x"},
        {"peer": None},
        {"peer": ""},
        {"message_id": ""},
        {"detail": "x"},
        {"previous": bytes(32)},
    ],
    ids=str,
)
def test_a_changed_row_is_named(changes: dict[str, Any]) -> None:
    rows = chain(9)
    rows[4] = replace(rows[4], **changes)
    assert verify(rows) == 5


def test_a_row_that_was_made_anew_is_found_by_the_next() -> None:
    rows = chain(9)
    rows[4] = link(rows[3].hash, seq=5, at=0, actor="x", event="x", peer=None, message_id=None, detail="")
    assert verify(rows) == 6


def test_a_number_that_is_left_out_is_named_though_the_hashes_go_on() -> None:
    first = chain(1)[0]
    third = link(first.hash, seq=3, at=NOW, actor="x", event="x", peer=None, message_id=None, detail="")
    assert verify([first, third]) == 2


def test_a_row_left_out_and_two_that_changed_places_are_named() -> None:
    rows = chain(9)
    assert verify(rows[:3] + rows[4:]) == 4
    assert verify([*rows[:3], rows[4], rows[3], *rows[5:]]) == 4


def test_rows_cut_off_at_the_end_are_seen_by_the_head_that_a_partner_holds() -> None:
    rows = chain(9)
    assert verify(rows[:6]) is None
    assert rows[5].hash != rows[8].hash


class TestHash:
    """MUST: two different rows never have the same hash: members cannot run into each other."""

    @given(one=MEMBERS, other=MEMBERS)
    @example(one=("a+b", "c", None, None, ""), other=("a", "b+c", None, None, ""))
    @example(one=("a", "-", None, "", ""), other=("a", "", "-", None, ""))
    def test_different_members_give_different_hashes(self, one: Members, other: Members) -> None:
        assert (hashed(one) == hashed(other)) == (one == other)
