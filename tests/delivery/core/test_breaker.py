# SPDX-License-Identifier: EUPL-1.2
"""The breaker of a partner."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kgbx.delivery.breaker import after_answer, after_failure, contact, hurried, passes, pause, probing
from kgbx.delivery.records import Peer
from kgbx.delivery.states import BREAKER_FIRST, BREAKER_LAST, BREAKER_OPENS_AFTER, LEASE, MINUTE
from tests.delivery.core.rows import NOW, PEER

STEPS = st.lists(st.tuples(st.sampled_from(["fail", "answer", "probe", "contact", "hurry"]), st.integers(0, 10**7)))


def failed(times: int, *, peer: Peer | None = None) -> Peer:
    """Return a partner after failures at one moment; a pause that is over is probed."""
    peer = peer or Peer(org=PEER)
    for _ in range(times):
        peer = after_failure(peer, NOW)
    return peer


def test_it_opens_after_five_failures_for_a_minute() -> None:
    assert failed(BREAKER_OPENS_AFTER - 1).breaker == "closed"
    assert (failed(5).breaker, failed(5).open_until) == ("open", NOW + BREAKER_FIRST)


def test_a_failed_probe_doubles_the_pause_up_to_half_an_hour() -> None:
    peer, pauses = failed(5), []
    for _ in range(7):
        peer = after_failure(probing(peer, NOW), NOW)
        pauses.append((peer.open_until or 0) - NOW)
    assert pauses == [2 * MINUTE, 4 * MINUTE, 8 * MINUTE, 16 * MINUTE, *[BREAKER_LAST] * 3]


def test_failures_of_others_on_their_way_do_not_lengthen_the_pause() -> None:
    assert failed(3, peer=failed(5)).open_until == failed(5).open_until


def test_a_good_answer_closes_it() -> None:
    peer = after_answer(probing(failed(9), NOW), NOW)
    assert (peer.breaker, peer.failures, peer.opened, peer.open_until) == ("closed", 0, 0, None)


def test_a_probe_whose_worker_died_is_followed_by_another() -> None:
    peer = probing(failed(5), NOW)
    assert not passes(peer, NOW + LEASE - 1)
    assert passes(peer, NOW + LEASE)


def test_contact_is_no_reset() -> None:
    peer = contact(probing(after_failure(probing(failed(5), NOW), NOW), NOW), NOW)
    assert peer.breaker == "probing"
    assert contact(failed(5), NOW).failures == 5


def test_contact_makes_a_long_pause_the_shortest() -> None:
    peer = failed(5)
    for _ in range(5):
        peer = after_failure(probing(peer, NOW), NOW)
    assert contact(peer, NOW + 10_000).open_until == NOW + BREAKER_FIRST
    assert contact(peer, NOW + 5 * MINUTE).open_until == NOW + 5 * MINUTE


def test_a_probe_that_fails_after_contact_doubles_the_shortest_pause() -> None:
    peer = after_failure(probing(contact(failed(5), NOW), NOW), NOW)
    assert peer.open_until == NOW + 2 * BREAKER_FIRST


def test_what_is_acute_shortens_the_pause() -> None:
    peer = after_failure(probing(failed(5), NOW), NOW, longest=90_000)
    assert peer.open_until == NOW + 90_000
    assert hurried(failed(5), NOW, longest=1000).open_until == NOW + 1000


@given(st.integers(-5, 10**6))
def test_a_pause_is_between_a_minute_and_half_an_hour(opened: int) -> None:
    assert BREAKER_FIRST <= pause(opened) <= BREAKER_LAST


class TestAlwaysOver:
    """MUST: whatever happens, a message may try the road again within half an hour; contact is no storm."""

    @given(STEPS)
    def test_a_pause_always_ends(self, steps: list[tuple[str, int]]) -> None:
        peer, now = Peer(org=PEER), NOW
        for what, wait in steps:
            now += wait
            peer = {
                "fail": after_failure(peer, now),
                "answer": after_answer(peer, now),
                "probe": probing(peer, now),
                "contact": contact(peer, now),
                "hurry": hurried(peer, now, longest=2 * MINUTE),
            }[what]
            assert passes(peer, now + BREAKER_LAST)

    @given(st.lists(st.integers(0, 5000), min_size=1))
    def test_a_partner_that_reaches_us_all_the_time_is_probed_once_a_minute(self, waits: list[int]) -> None:
        peer, now, probes = failed(5), NOW, 0
        for wait in waits:
            now += wait
            peer = contact(peer, now)
            if passes(peer, now):
                probes += 1
                peer = after_failure(probing(peer, now), now)
        assert probes <= (now - NOW) // BREAKER_FIRST + 1
