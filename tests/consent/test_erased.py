# SPDX-License-Identifier: EUPL-1.2
"""What was erased, and what cannot be understood without it, does not travel; nothing else travels instead."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kgbx.case import Analysis, Confidence, FamilyCase, Link, Record, Stamp, Statement
from kgbx.consent.joins import facts_from_case
from kgbx.consent.retention import goes_with
from tests.consent.test_share import CASE, REGISTERS, TEAM, VIEWS, shared, touches_others
from tests.consent.village import new_id
from tests.effort import scaled

STAMP = Stamp(recorded_by=CASE.records()[0].recorded_by, recorded_at="2026-03-01T10:00:00Z")
ERASABLE = [one.id for one in CASE if isinstance(one, Record) and not touches_others(one)]


def without(record_id: str) -> FamilyCase:
    return CASE.erase(record_id, rule="unlawful", on="2026-03-01", stamp=STAMP)


class TestErasingNeverWidens:
    """With the same facts, a view of a case from which something was erased holds less, and can be read."""

    @settings(max_examples=scaled(quick=8, ci=60, long=600), deadline=None)
    @given(st.sampled_from(ERASABLE), st.sampled_from(sorted(VIEWS)))
    def test_a_view(self, record_id: str, recipient: str) -> None:
        view = shared(without(record_id), recipient).view
        assert FamilyCase.from_json(view.to_json()) == view
        assert set(view) <= set(VIEWS[recipient].view)
        assert record_id not in view


def test_what_names_an_erased_professional_is_withheld_and_the_account_says_why() -> None:
    view = VIEWS["2000"].view
    told = next(one for one in view.records("statements") if isinstance(one, Statement) and one.told_by.professional)
    worker = told.told_by.professional or ""
    share = shared(without(worker), "2000")
    row = next(row for row in share.account.withheld if row.record == told.id)
    assert (row.reasons, row.missing) == (("RECORD_NOT_IN_VIEW",), (worker,))


def test_an_erased_person_is_a_person_without_a_record() -> None:
    mother = CASE.records("same_person")[0].a  # type: ignore[attr-defined]  # a same_person
    assert mother not in shared(without(mother), "2000").view
    assert shared(without(mother), "2000").view.records("statements")


def test_an_analysis_is_decided_about_as_a_concern_and_its_links_travel_with_both_ends() -> None:
    (analysis,) = CASE.records("analyses")
    rows = {row.record: row for share in VIEWS.values() for row in share.account.rows}
    assert set(rows[analysis.id].decisions) == {"concern"}
    for share in VIEWS.values():
        links = [one for one in share.view.records("links") if isinstance(one, Link) and one.from_ == analysis.id]
        assert all(one.to in share.view for one in links)


@pytest.mark.parametrize(("recipient", "travels"), [("3000", False), ("6000", False), ("2000", True)])
def test_an_analysis_goes_to_the_gi_and_not_to_school_or_debt_help(recipient: str, *, travels: bool) -> None:
    found = [one for one in VIEWS[recipient].view if isinstance(one, Analysis)]
    assert bool(found) is travels


class TestWhatIsKeptFromSomebodyOutlivesAVersion:
    """A confidence holds for every version of a record: with an old version erased it holds for the others."""

    def corrected(self) -> tuple[FamilyCase, Confidence, Record]:
        """Return the case with a correction of what was told in confidence."""
        told = next(one for one in CASE.records("confidences") if isinstance(one, Confidence))
        old = CASE.get(told.record)
        known = next(one for one in CASE.records("links") if isinstance(one, Link) and one.kind == "replaces")
        assert isinstance(old, Record)
        new = old.model_copy(update={"id": new_id("corrected")})
        link = {"id": new_id("correction"), "from_": new.id, "to": old.id, "recorded_by": old.recorded_by}
        return FamilyCase([*CASE, new, known.model_copy(update=link)], synthetic=True), told, new

    def withheld(self, case: FamilyCase) -> set[str]:
        return {fact.item for fact in facts_from_case(case, REGISTERS, own=TEAM).confidences}

    def erased(self, case: FamilyCase, record: str) -> FamilyCase:
        return case.erase(record, rule="unlawful", on="2026-03-01", stamp=STAMP)

    def test_when_the_old_one_is_erased(self) -> None:
        case, told, new = self.corrected()
        after = self.erased(case, told.record)
        assert (told.id in after, told.record in after, new.id in self.withheld(after)) == (True, False, True)
        assert FamilyCase.from_json(after.to_json()) == after

    def test_when_the_old_one_is_past_its_retention(self) -> None:
        case, told, _ = self.corrected()
        assert told.id not in goes_with(case, {told.record})

    def test_and_it_goes_with_the_last(self) -> None:
        case, told, new = self.corrected()
        after = self.erased(self.erased(case, told.record), new.id)
        assert (told.id in after, new.id in after) == (False, False)
        assert told.id in goes_with(case, {told.record, new.id})
