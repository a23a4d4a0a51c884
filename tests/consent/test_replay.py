# SPDX-License-Identifier: EUPL-1.2
"""A log entry replays to the same decision; what was changed since shows where."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kgbx.case.structures import from_value
from kgbx.consent.facts import Facts, Looked, Request
from kgbx.consent.log import (
    START,
    Disclosure,
    Place,
    chained,
    disclosure,
    facts_bytes,
    one_of_each,
    read_lines,
    read_log,
)
from kgbx.consent.log_insight import Insight
from kgbx.consent.policies import published_policies
from kgbx.consent.replay import Replayed, replay
from kgbx.consent.share import share
from kgbx.errors import DocumentError, IntegrityError, UsageError
from tests.consent.insight import AT, CASE, POLICY, PURPOSES, SHARING, TEAM
from tests.effort import scaled

if TYPE_CHECKING:
    from collections.abc import Callable

    from kgbx.consent.policy import Policy


def logged(recipient: str, facts: Facts = SHARING) -> Disclosure:
    request = Request(sender=TEAM, recipient=recipient, purpose=PURPOSES[recipient], at=AT, known_at=AT)
    account = share(CASE, request=request, policy=POLICY, facts=facts).account
    return disclosure(account, policy=POLICY, facts=facts, entry_id=recipient, case=CASE)


ENTRIES = chained(logged(recipient) for recipient in PURPOSES)
FACTS = facts_bytes(SHARING)
LOG = b"".join(entry.line() for entry in ENTRIES)


def again(entry: Disclosure, facts: bytes = FACTS, policies: tuple[Policy, ...] = published_policies()) -> Replayed:
    return replay(entry, facts=facts, policies=policies)


def changed(entry: Disclosure, change: Callable[[dict[str, Any]], object]) -> Disclosure:
    value = json.loads(entry.line())
    change(value)
    return from_value(Disclosure, value)


def first(entry: Disclosure, *, permit: bool) -> int:
    """Return the number of the first row that travelled, or did not, for a reason that is decided again."""
    return next(n for n, row in enumerate(entry.rows) if (not row.reasons) == permit and not row.found)


class TestP12AnEntryReplaysToTheSameDecision:
    """A log entry replays to the same decision."""

    @pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.recipient[-4:])
    def test_of_the_journey(self, entry: Disclosure) -> None:
        assert again(entry).differences == ()

    def test_after_writing_and_reading(self) -> None:
        assert [again(entry).equal for entry in read_log(LOG)] == [True] * len(ENTRIES)

    def test_the_entries_hold_permits_denials_and_what_others_needed(self) -> None:
        rows = [row for entry in ENTRIES for row in entry.rows]
        assert {bool(row.reasons) for row in rows} == {True, False}
        assert any(row.missing for row in rows)

    def test_a_place_that_was_found_in_a_text_is_taken_from_the_log(self) -> None:
        told = {"found": ["/wording/text"], "reasons": ["SECRET_LOCATION"], "released_by": {}}
        number = first(ENTRIES[0], permit=True)
        assert again(changed(ENTRIES[0], lambda value: value["rows"][number].update(told))).equal


class TestADifferenceIsShown:
    """What does not replay is shown with its place and codes, and nothing of the record."""

    def test_of_a_reason_that_was_taken_away(self) -> None:
        number = first(ENTRIES[0], permit=False)
        found = again(changed(ENTRIES[0], lambda value: value["rows"][number].update(reasons=[]))).differences
        assert [one.pointer for one in found if one.pointer.endswith("/reasons")] == [f"/rows/{number}/reasons"]

    def test_of_a_release_that_was_invented(self) -> None:
        number = first(ENTRIES[0], permit=True)
        subject = ENTRIES[0].rows[number].subjects[0]
        category = ENTRIES[0].rows[number].categories[0]
        entry = changed(
            ENTRIES[0], lambda value: value["rows"][number]["released_by"][category].update({subject: "team"})
        )
        assert [one.pointer for one in again(entry).differences] == [f"/rows/{number}/released_by"]

    def test_of_what_was_looked_at(self) -> None:
        number = first(ENTRIES[0], permit=True)
        entry = changed(ENTRIES[0], lambda value: value["rows"][number]["item"].update(working_note=True))
        assert f"/rows/{number}/reasons" in [one.pointer for one in again(entry).differences]

    def test_of_whom_it_is_about(self) -> None:
        number = first(ENTRIES[0], permit=False)
        entry = changed(ENTRIES[0], lambda value: value["rows"][number].update(subjects=["somebody else"]))
        assert f"/rows/{number}/subjects" in [one.pointer for one in again(entry).differences]

    def test_of_a_row_without_what_was_looked_at(self) -> None:
        entry = changed(ENTRIES[0], lambda value: [row.pop("item", None) for row in value["rows"]])
        rows = [number for number, row in enumerate(ENTRIES[0].rows) if row.categories]
        found = again(entry).differences
        assert [(one.pointer, one.again) for one in found] == [(f"/rows/{number}/item", None) for number in rows]

    @given(number=st.integers(0, 10**6), code=st.sampled_from(["REFUSED", "CONSENT_MISSING", "THIRD_PARTY"]))
    def test_of_any_other_set_of_reasons(self, number: int, code: str) -> None:
        row = number % len(ENTRIES[0].rows)
        reasons = sorted({code} ^ set(ENTRIES[0].rows[row].reasons))
        entry = changed(ENTRIES[0], lambda value: value["rows"][row].update(reasons=reasons))
        assert [one.pointer for one in again(entry).differences] == [f"/rows/{row}/reasons"]


def test_another_policy_is_not_used() -> None:
    others = tuple(one for one in published_policies() if one != POLICY)
    with pytest.raises(UsageError) as caught:
        again(ENTRIES[0], policies=others)
    assert (caught.value.code, caught.value.pointer) == ("U_LOG_POLICY", "/policy")


def test_other_facts_are_not_used() -> None:
    with pytest.raises(UsageError) as caught:
        again(ENTRIES[0], facts=FACTS + b" ")
    assert (caught.value.code, caught.value.pointer) == ("U_LOG_FACTS", "/facts")


def found_in(data: bytes, after: Place = START) -> list[tuple[str, str]]:
    return [(one.code, one.pointer) for one in read_lines(data, after=after).findings]


def lines_of(*entries: Disclosure) -> bytes:
    return b"".join(one.line() for one in entries)


def shows(data: bytes) -> bool:
    """Tell whether a reader who knows where the log ended finds something."""
    try:
        found = read_lines(data)
    except DocumentError:
        return True
    return bool(found.findings) or found.last != read_lines(LOG).last


class TestTheLines:
    """A torn line is told, never passed over in silence; a line of another form is refused."""

    @pytest.mark.parametrize("kept", [1, 40, 500, -2])
    def test_a_crash_while_writing_the_last_line(self, kept: int) -> None:
        found = read_lines(LOG + ENTRIES[0].line()[:kept])
        assert (len(found.entries), found_in(LOG + ENTRIES[0].line()[:kept])) == (4, [("D_LOG_TORN", "/4")])

    @pytest.mark.parametrize("left", [b"\0" * 512, b'{"at":"\xff'], ids=["zeros", "no UTF-8"])
    def test_what_a_broken_file_system_left(self, left: bytes) -> None:
        assert found_in(LOG + left) == [("D_LOG_TORN", "/4")]

    def test_a_torn_line_that_others_followed(self) -> None:
        torn = ENTRIES[0].line()[:99] + b"\n" + LOG
        assert found_in(torn) == [("D_LOG_TORN", "/0")]
        assert [number for number, _ in read_lines(torn).entries] == [2, 3, 4, 5]

    def test_only_the_line_end_was_lost(self) -> None:
        assert read_lines(LOG[:-1]) == read_lines(LOG)

    def test_whoever_does_not_ask_about_findings_gets_no_log(self) -> None:
        with pytest.raises(DocumentError) as caught:
            read_log(LOG + b'{"at":')
        assert [(one.code, one.pointer) for one in caught.value.problems] == [("D_LOG_TORN", "/4")]

    def test_another_form(self) -> None:
        with pytest.raises(DocumentError) as caught:
            read_lines(LOG + b'{"format":"kgbx-disclosure/1"}\n')
        assert {(one.code, one.pointer[:2]) for one in caught.value.problems} == {("D_MISSING", "/4")}

    @pytest.mark.parametrize("data", [b"", b"\n\n"], ids=["no byte", "empty lines"])
    def test_a_log_in_which_nothing_stands(self, data: bytes) -> None:
        assert found_in(data) == [("D_LOG_EMPTY", "")]


@pytest.mark.parametrize("model", [Looked, Insight])
def test_what_a_line_leaves_out_is_false_empty_or_not_known(model: type[Looked | Insight]) -> None:
    assert set(model().model_dump().values()) == {False, (), None}


class TestTheChain:
    """Whatever is removed, moved, doubled, edited or cut out of a log shows, with the number of the line."""

    def test_a_log_as_it_was_written_has_no_findings(self) -> None:
        assert found_in(LOG) == []
        assert [one.number for one in read_log(LOG)] == [1, 2, 3, 4]

    @pytest.mark.parametrize("gone", range(3))
    def test_a_line_that_was_removed(self, gone: int) -> None:
        left = [one for number, one in enumerate(ENTRIES) if number != gone]
        assert found_in(lines_of(*left)) == [("D_LOG_BREAK", f"/{gone}")]

    def test_lines_that_were_put_in_another_order(self) -> None:
        one, two, three, four = ENTRIES
        assert found_in(lines_of(one, three, two, four)) == [("D_LOG_BREAK", f"/{number}") for number in (1, 2, 3)]

    def test_a_line_that_stands_there_twice(self) -> None:
        assert found_in(lines_of(ENTRIES[0], *ENTRIES)) == [("D_LOG_BREAK", "/1")]

    @pytest.mark.parametrize("number", range(4))
    @pytest.mark.parametrize(
        "change",
        [
            lambda value: value["rows"].pop(),
            lambda value: value["rows"].clear(),
            lambda value: value["rows"].reverse(),
            lambda value: value["rows"][0].update(reasons=["REFUSED"]),
            lambda value: value.update(recipient="somebody else"),
            lambda value: value.update(count=1),
            lambda value: value.pop("digest"),
        ],
        ids=["a row", "all rows", "order of rows", "a reason", "recipient", "count", "digest"],
    )
    def test_a_line_that_was_edited(self, number: int, change: Callable[[dict[str, Any]], object]) -> None:
        entries = list(ENTRIES)
        entries[number] = changed(entries[number], change)
        following = [("D_LOG_BREAK", f"/{number + 1}")] if number < 3 else []
        assert found_in(lines_of(*entries)) == [("D_LOG_CHANGED", f"/{number}"), *following]

    def test_a_line_whose_digest_was_made_to_fit_shows_at_the_next(self) -> None:
        edited = changed(ENTRIES[1], lambda value: value.update(recipient="somebody else")).placed(
            Place.of(ENTRIES[0], ENTRIES[0].line())
        )
        assert found_in(lines_of(ENTRIES[0], edited, *ENTRIES[2:])) == [("D_LOG_BREAK", "/2")]

    def test_white_space_that_was_added(self) -> None:
        assert found_in(LOG.replace(b'","', b'", "', 1)) == [("D_LOG_BREAK", "/1")]

    @settings(max_examples=scaled(quick=60, ci=600, long=6000), deadline=None)
    @given(st.data())
    def test_whatever_is_done_to_the_bytes_shows(self, data: st.DataObject) -> None:
        start, end = sorted(data.draw(st.lists(st.integers(0, len(LOG)), min_size=2, max_size=2)))
        start, end = data.draw(
            st.sampled_from([(start, end), (start, min(start + 3, end)), (0, end), (start, len(LOG))])
        )
        put = data.draw(st.sampled_from([b"", LOG[start:end] * 2, LOG[start:end][::-1], b"0", b"\n", b" ", b"\0"]))
        other = LOG[:start] + put + LOG[end:]
        if [one for one in other.split(b"\n") if one.strip()] == LOG.splitlines():
            return  # an empty line is nothing
        assert shows(other)

    @given(order=st.lists(st.sampled_from(range(4)), max_size=6))
    def test_no_other_choice_of_the_lines_is_in_order(self, order: list[int]) -> None:
        assert shows(lines_of(*(ENTRIES[number] for number in order))) == (order != [0, 1, 2, 3])

    def test_a_part_of_a_log_goes_on_where_the_part_before_ended(self) -> None:
        first, second = lines_of(*ENTRIES[:2]), lines_of(*ENTRIES[2:])
        assert found_in(second, read_lines(first).last) == []
        assert found_in(second) == [("D_LOG_BREAK", "/0")]
        assert found_in(first, read_lines(first).last) == []

    def test_what_stands_in_no_log_yet_has_no_place(self) -> None:
        bare = logged(ENTRIES[0].recipient)
        assert (bare.number, bare.before) == (0, None)
        assert found_in(bare.line()) == [("D_LOG_BREAK", "/0"), ("D_LOG_CHANGED", "/0")]

    def test_one_entry_in_two_logs_is_one(self) -> None:
        elsewhere = chained(reversed(ENTRIES))
        assert one_of_each((*ENTRIES, *elsewhere)) == ENTRIES


class TestWhatWasGivenTwice:
    """One entry counts once; two contents under one id are refused."""

    def test_an_entry_that_was_given_twice(self) -> None:
        assert one_of_each((*ENTRIES, *ENTRIES)) == ENTRIES

    def test_two_entries_with_one_id(self) -> None:
        other = changed(ENTRIES[0], lambda value: value.update(purpose="care"))
        with pytest.raises(IntegrityError) as caught:
            one_of_each((*ENTRIES, other))
        assert (caught.value.code, caught.value.records) == ("D_CONFLICT", (other.id,))
