# SPDX-License-Identifier: EUPL-1.2
"""Encrypted parts in every store: written in pieces, readable only when complete and right."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kgbx.delivery.store.postgres import PostgresStore
from kgbx.errors import DeliveryError
from kgbx.limits import MAX_INLINE_PART_BYTES, MIB
from tests.delivery.contract.makers import OTHER, PEER
from tests.effort import scaled

if TYPE_CHECKING:
    from kgbx.delivery.store import Store

SIZES = {
    "none": 0,
    "one": 1,
    "in a row": MAX_INLINE_PART_BYTES,
    "in a file": MAX_INLINE_PART_BYTES + 1,
    "large": 3 * MIB,
}


def content(size: int) -> bytes:
    return (b"sealed bytes" * (size // 12 + 1))[:size]


def fill(store: Store, data: bytes, *, step: int = 2 * MIB, owner: str = PEER) -> bytes:
    digest, offset = sha256(data).digest(), 0
    while True:
        offset = store.parts.append(owner, digest, offset=offset, size=len(data), data=data[offset : offset + step])
        if offset == len(data):
            return digest


def refused(store: Store, data: bytes, **changes: int) -> str:
    said = {"offset": 0, "size": len(data), **changes}
    with pytest.raises(DeliveryError) as raised:
        store.parts.append(PEER, sha256(data).digest(), data=data, **said)
    return raised.value.code


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
def test_a_part_comes_back_byte_for_byte(store: Store, size: int) -> None:
    data = content(size)
    digest = fill(store, data)
    assert store.parts.has(PEER, digest)
    assert store.parts.offset(PEER, digest) == (size, size)
    blocks = list(store.parts.read(PEER, digest))
    assert b"".join(blocks) == data
    assert max(map(len, blocks), default=0) <= MIB


@settings(max_examples=scaled(quick=10, ci=60, long=500), suppress_health_check=list(HealthCheck))
@given(size=st.integers(1, 1000), large=st.booleans(), data=st.data())
def test_any_cut_gives_the_same_part(store: Store, size: int, large: bool, data: st.DataObject) -> None:  # noqa: FBT001  # drawn
    whole = content(size + large * MAX_INLINE_PART_BYTES) + str(data).encode()
    cuts = sorted(data.draw(st.lists(st.integers(0, len(whole)), max_size=5)))
    digest, offset = sha256(whole).digest(), 0
    store.parts.drop(PEER, digest)
    for cut in [*cuts, len(whole)]:
        assert not store.parts.has(PEER, digest) or offset == len(whole)
        offset = store.parts.append(PEER, digest, offset=offset, size=len(whole), data=whole[offset:cut])
    start = data.draw(st.integers(0, len(whole)))
    assert b"".join(store.parts.read(PEER, digest, offset=start)) == whole[start:]


@pytest.mark.parametrize("size", [10, MAX_INLINE_PART_BYTES + 10])
def test_an_upload_goes_on_where_it_stopped(store: Store, size: int) -> None:
    data = content(size)
    digest = sha256(data).digest()
    store.parts.append(PEER, digest, offset=0, size=size, data=data[:4])
    assert (store.parts.offset(PEER, digest), store.parts.has(PEER, digest)) == ((4, size), False)
    store.parts.append(PEER, digest, offset=4, size=size, data=data[4:])
    assert b"".join(store.parts.read(PEER, digest, offset=5)) == data[5:]


def test_one_never_heard_of(store: Store) -> None:
    digest = sha256(b"").digest()
    assert (store.parts.offset(PEER, digest), store.parts.has(PEER, digest)) == ((0, None), False)
    with pytest.raises(DeliveryError) as raised:
        list(store.parts.read(PEER, digest))
    assert raised.value.code == "X_UNKNOWN"


@pytest.mark.parametrize("changes", [{"offset": 1}, {"size": 9}, {"offset": 4, "size": 11}, {"size": 2}], ids=str)
def test_another_place_or_size_is_refused(store: Store, changes: dict[str, int]) -> None:
    data = content(10)
    store.parts.append(PEER, sha256(data).digest(), offset=0, size=10, data=data[:4])
    assert refused(store, data, **changes) == "X_OFFSET"
    assert store.parts.offset(PEER, sha256(data).digest()) == (4, 10)


@pytest.mark.parametrize("size", [10, MAX_INLINE_PART_BYTES + 10])
def test_what_is_not_what_its_name_says_is_dropped(store: Store, size: int) -> None:
    digest = sha256(b"something else").digest()
    with pytest.raises(DeliveryError) as raised:
        store.parts.append(PEER, digest, offset=0, size=size, data=content(size))
    assert raised.value.code == "X_DIGEST"
    assert store.parts.offset(PEER, digest) == (0, None)


def test_a_half_part_cannot_be_read(store: Store) -> None:
    data = content(10)
    store.parts.append(PEER, sha256(data).digest(), offset=0, size=10, data=data[:4])
    with pytest.raises(DeliveryError) as raised:
        list(store.parts.read(PEER, sha256(data).digest()))
    assert raised.value.code == "X_UNKNOWN"


@pytest.mark.parametrize("size", [10, MAX_INLINE_PART_BYTES + 10])
def test_nobody_sees_the_parts_of_another(store: Store, size: int) -> None:
    digest = fill(store, content(size))
    assert (store.parts.has(OTHER, digest), store.parts.offset(OTHER, digest)) == (False, (0, None))
    fill(store, content(size), owner=OTHER)
    store.parts.drop(PEER, digest)
    assert (store.parts.has(OTHER, digest), store.parts.has(PEER, digest)) == (True, False)
    assert b"".join(store.parts.read(OTHER, digest)) == content(size)


@pytest.mark.parametrize("size", [10, MAX_INLINE_PART_BYTES + 10])
def test_what_was_dropped_may_come_again(store: Store, size: int) -> None:
    digest = fill(store, content(size), step=size - 1)
    store.parts.drop(PEER, digest)
    assert fill(store, content(size)) == digest
    assert store.parts.has(PEER, digest)


def test_a_complete_part_may_be_asked_about_once_more(store: Store) -> None:
    digest = fill(store, content(10))
    assert store.parts.append(PEER, digest, offset=10, size=10, data=b"") == 10
    assert store.parts.has(PEER, digest)


def test_parts_can_be_looked_at_inside_a_transaction(store: Store) -> None:
    digest = fill(store, content(10))
    with store.transaction():
        assert store.parts.has(PEER, digest)
        assert b"".join(store.parts.read(PEER, digest)) == content(10)


@pytest.mark.parametrize("size", [10, MAX_INLINE_PART_BYTES + 10])
def test_a_part_that_was_all_here_at_a_crash_is_verified_when_it_is_asked_for(
    durable: Store, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(durable.parts, "_finish", lambda *_: None)
        digest = fill(durable, content(size))
    assert durable.parts.has(PEER, digest)
    assert b"".join(durable.parts.read(PEER, digest)) == content(size)


def test_a_wrong_part_that_was_all_here_at_a_crash_is_dropped(durable: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    digest = sha256(b"something else").digest()
    with monkeypatch.context() as patch:
        patch.setattr(durable.parts, "_finish", lambda *_: None)
        for offset in range(3):
            durable.parts.append(PEER, digest, offset=offset, size=3, data=b"a")
    assert durable.parts.offset(PEER, digest) == (0, None)


def test_who_verifies_second_finds_it_done(durable: Store) -> None:
    digest = fill(durable, content(10))
    durable.parts._finish(PEER, digest)  # type: ignore[attr-defined]  # as another process does at that moment
    assert durable.parts.has(PEER, digest)


@pytest.mark.parametrize("size", [10, MAX_INLINE_PART_BYTES + 10])
def test_who_finds_it_wrong_takes_nothing_that_another_brought_meanwhile(durable: Store, size: int) -> None:
    """Custody may have been given for the right one by then."""
    right, wrong = content(size), b"something else" + content(size)[14:]
    digest, parts = sha256(right).digest(), durable.parts
    hooked: Any = parts
    within, last = hooked._within, 3 + 2 * isinstance(durable, PostgresStore)

    def entered() -> Any:  # noqa: ANN401  # each store has its own
        nonlocal last
        last -= 1
        if last == 0:
            hooked._within = within
            parts.drop(PEER, digest)
            fill(durable, right)
        return within()

    hooked._finish, finish = lambda *_: None, hooked._finish
    for start, end in ((0, 5), (5, size)):
        parts.append(PEER, digest, offset=start, size=size, data=wrong[start:end])
    hooked._finish, hooked._within = finish, entered
    assert parts.has(PEER, digest)
    assert last == 0
    assert b"".join(parts.read(PEER, digest)) == right


@pytest.mark.parametrize("size", [10, MAX_INLINE_PART_BYTES + 10])
def test_beginning_again_takes_nothing_that_is_complete(store: Store, size: int) -> None:
    data = content(size)
    digest = fill(store, data)
    store.parts.drop(PEER, digest, complete=False)
    assert store.parts.has(PEER, digest)
    other = sha256(data + b"more").digest()
    store.parts.append(PEER, other, offset=0, size=size + 4, data=data)
    store.parts.drop(PEER, other, complete=False)
    assert store.parts.offset(PEER, other) == (0, None)


def test_a_part_that_is_dropped_while_it_is_read_is_not_here(durable: Store) -> None:
    digest = fill(durable, content(3 * MIB), step=MIB)
    blocks = durable.parts.read(PEER, digest)
    durable.parts.drop(PEER, digest)
    with pytest.raises(DeliveryError) as raised:
        list(blocks)
    assert raised.value.code in {"X_UNKNOWN", "X_STORE"}
