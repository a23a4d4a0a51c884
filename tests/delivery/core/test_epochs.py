# SPDX-License-Identifier: EUPL-1.2
"""Which lives of its store a partner showed."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kgbx.delivery.epochs import MOST_AN_HOUR, MOST_KEPT, Epochs, after, read, write
from kgbx.delivery.states import HOUR
from tests.delivery.core.rows import NOW

KNOWN = st.builds(
    Epochs,
    st.lists(st.integers(0, 10**13), max_size=3).map(tuple),
    st.booleans(),
    st.lists(st.uuids().map(str), max_size=4).map(tuple),
)


@given(KNOWN)
def test_what_is_written_is_read(known: Epochs) -> None:
    assert read(write(known)) == known


def test_nothing_is_known_of_a_partner_never_met() -> None:
    assert read(None) == Epochs()


def test_each_new_epoch_has_everything_offered_again_and_an_old_one_not() -> None:
    known, offered = Epochs(), []
    for epoch in ("a", "a", "b", "a", "b"):
        known, owed = after(known, epoch, now=NOW)
        offered.append(owed)
    assert offered == [True, False, True, False, False]


def test_a_new_one_each_time_is_bounded_and_what_is_owed_follows() -> None:
    known, offered = Epochs(), 0
    for n in range(500):
        known, owed = after(known, f"epoch-{n}", now=NOW + n)
        offered += owed
    assert (offered, known.owed, len(known.met)) == (MOST_AN_HOUR, True, MOST_KEPT)
    assert after(known, "epoch-499", now=NOW + HOUR + 10)[1]
