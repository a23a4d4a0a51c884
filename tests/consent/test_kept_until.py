# SPDX-License-Identifier: EUPL-1.2
"""What the sender should not have any more does not travel: the earlier of what was promised and what its rules say."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

import pytest

from kgbx.case import FamilyCase, Record
from kgbx.clock import format_instant, parse_moment
from kgbx.consent.decide import decide
from kgbx.consent.facts import Request
from kgbx.consent.items import Itemiser
from kgbx.consent.log import disclosure, facts_bytes
from kgbx.consent.replay import replay
from kgbx.consent.retention import Keeper
from kgbx.consent.share import share
from tests.consent.insight import AT, CASE, GI, POLICY, SHARING, TEAM

if TYPE_CHECKING:
    from kgbx.consent.facts import Facts
    from kgbx.consent.share import Share

TOLD: Final = next(one for one in CASE.current("statements") if isinstance(one, Record))
FUNCTION: Final = next(one.function for one in SHARING.organisations if one.id == TEAM)


def request(at: str) -> Request:
    return Request(sender=TEAM, recipient=GI, purpose="protection", at=at, known_at=at)


def shared(case: FamilyCase, at: str, facts: Facts = SHARING) -> Share:
    return share(case, request=request(at), policy=POLICY, facts=facts)


def reasons(case: FamilyCase, at: str, facts: Facts = SHARING) -> tuple[str, ...]:
    return next(row.reasons for row in shared(case, at, facts).account.rows if row.record == TOLD.id)


def ends(case: FamilyCase = CASE) -> str:
    found = Keeper(case, AT, own=TEAM, function=FUNCTION).of(TOLD).keep_until
    assert found is not None
    return found


def promising(until: str) -> FamilyCase:
    told = TOLD.model_copy(update={"keep_until": until})
    return FamilyCase((told if one.id == TOLD.id else one for one in CASE), synthetic=True)


def day_before(day: str) -> str:
    return (date.fromisoformat(day) - timedelta(days=1)).isoformat()


def second_before(day: str) -> str:
    return format_instant(parse_moment(day) - timedelta(seconds=1))


def test_what_the_own_rules_no_longer_keep_does_not_travel() -> None:
    assert "RETENTION_OVER" in reasons(CASE, ends())
    assert "RETENTION_OVER" not in reasons(CASE, day_before(ends()))
    assert "RETENTION_OVER" not in reasons(CASE, second_before(ends()))


def test_nothing_that_the_rules_end_is_in_a_view_of_that_day() -> None:
    over = {one.record for one in Keeper(CASE, ends(), own=TEAM, function=FUNCTION).over()}
    rows = {row.record: row for row in shared(CASE, ends()).account.rows}
    assert over
    assert [one for one in over & rows.keys() if "RETENTION_OVER" not in rows[one].reasons] == []


def test_an_earlier_day_that_was_promised_wins() -> None:
    until, case = "2026-03-03", promising("2026-03-03")
    assert "RETENTION_OVER" not in reasons(case, second_before(until))
    assert "RETENTION_OVER" in reasons(case, format_instant(parse_moment(until)))


def test_a_later_day_that_was_promised_keeps_nothing_longer() -> None:
    assert "RETENTION_OVER" in reasons(promising("2100-01-01"), ends())


def test_a_sender_that_the_registers_do_not_know_is_held_to_its_promises_only() -> None:
    others = tuple(one for one in SHARING.organisations if one.id != TEAM)
    facts = SHARING.model_copy(update={"organisations": others})
    assert "RETENTION_OVER" not in reasons(CASE, ends(), facts)
    assert "RETENTION_OVER" in reasons(promising("2026-03-03"), ends(), facts)


def test_what_ends_with_the_calendar_is_kept() -> None:
    choice = next(iter(CASE.current("consents")))
    endless = choice.model_copy(update={"valid_until": "2999-12-31"})
    case = FamilyCase((endless if one.id == choice.id else one for one in CASE), synthetic=True)
    rows = {row.record: row for row in shared(case, "2100-01-01").account.rows}
    assert "RETENTION_OVER" not in rows[choice.id].reasons
    assert "RETENTION_OVER" in rows[TOLD.id].reasons


def test_at_import_the_promise_counts_too() -> None:
    """Whoever receives a record has no terms of its own for it yet."""
    case = promising("2026-03-03")
    told = case.get(TOLD.id)
    assert isinstance(told, Record)
    assert {one.keep_until for one in Itemiser(case, SHARING, POLICY).items_of(told)} == {"2026-03-03"}


@pytest.mark.parametrize(("at", "over"), [("10:00:00", False), ("10:00:01", True), ("10:00:02", True)])
def test_an_item_may_end_at_an_instant(at: str, over: object) -> None:
    (item, *_) = Itemiser(CASE, SHARING, POLICY).items_of(TOLD)
    ended = item.model_copy(update={"keep_until": "2026-03-03T10:00:01Z"})
    decided = decide(ended, request(f"2026-03-03T{at}Z"), facts=SHARING, policy=POLICY)
    assert ("RETENTION_OVER" in decided.reasons) == over


def test_the_log_holds_the_day_so_that_it_replays() -> None:
    for at in (day_before(ends()), ends()):
        account = shared(CASE, at).account
        entry = disclosure(account, policy=POLICY, facts=SHARING, entry_id="entry", case=CASE)
        row = next(one for one in entry.rows if one.record == TOLD.id)
        assert row.item is not None
        assert row.item.keep_until == ends()
        assert replay(entry, facts=facts_bytes(SHARING), policies=[POLICY]).equal
