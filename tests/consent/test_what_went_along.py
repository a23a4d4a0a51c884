# SPDX-License-Identifier: EUPL-1.2
"""Everything that went stands in the log, also what was not decided about by itself."""

from __future__ import annotations

from typing import Final

from kgbx.case import Confidence, Stamp, Statement
from kgbx.case.structures import read_shape
from kgbx.consent.facts import Request
from kgbx.consent.log import START, Disclosure, disclosure
from kgbx.consent.notices import notices
from kgbx.consent.share import Share, share
from tests.case.builders import an_id, full
from tests.consent.insight import AT, CASE, GI, POLICY, ROB, SHARING, TEAM

CONFIDENCE: Final = an_id(62)
REQUEST: Final = Request(sender=TEAM, recipient=GI, purpose="protection", at=AT, known_at=AT)
TOLD: Final = next(
    one
    for one in share(CASE, request=REQUEST, policy=POLICY, facts=SHARING).view.records("statements")
    if isinstance(one, Statement)
)
MORE: Final = CASE.add(Confidence(**full(62, record=TOLD.id, withheld_from=[ROB])))


def sent() -> tuple[Share, Disclosure]:
    """Return what went to the GI, and the line about it."""
    found = share(MORE, request=REQUEST, policy=POLICY, facts=SHARING)
    entry = disclosure(found.account, policy=POLICY, facts=SHARING, entry_id="x", case=MORE, view=found.view)
    return found, entry.placed(START)


def test_the_line_names_every_record_of_the_view() -> None:
    found, entry = sent()
    rows = {row.record for row in entry.rows if not row.reasons}
    assert CONFIDENCE in found.view
    assert CONFIDENCE not in rows
    assert rows | set(entry.along) == {record.id for record in found.view}
    assert rows.isdisjoint(entry.along)


def test_the_line_is_read_back_with_what_went_along_and_shows_a_change_in_it() -> None:
    entry = sent()[1]
    again = read_shape(entry.line(), Disclosure)
    assert (again, again.whole) == (entry, True)
    assert not again.model_copy(update={"along": again.along[1:]}).whole


def test_who_received_it_along_is_told_when_it_is_erased() -> None:
    stamp = Stamp(recorded_by=TOLD.recorded_by, recorded_at="2026-03-06T10:00:00Z")
    erased = MORE.erase(CONFIDENCE, rule="unlawful", on="2026-03-06", stamp=stamp)
    assert [one.record for one in notices(erased, [sent()[1]], own=TEAM)[GI].records] == [CONFIDENCE]
