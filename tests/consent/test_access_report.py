# SPDX-License-Identifier: EUPL-1.2
"""The report: what a person may know of what is held and was passed on, and by which road it may be handed over."""

from __future__ import annotations

from collections import Counter
from functools import cache
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kgbx.case import (
    Actor,
    Address,
    ContactPoint,
    FamilyCase,
    Informing,
    Professional,
    Record,
    Reporter,
    Stamp,
    Statement,
    about_of,
)
from kgbx.case.types import TYPE_OF
from kgbx.consent.access import access
from kgbx.consent.access_items import AccessItemiser
from kgbx.consent.access_report import AccessReport, access_report
from kgbx.consent.facts import ConfidenceFact, Request
from kgbx.consent.joins import facts_from_case
from kgbx.consent.log import chained, disclosure, read_log
from kgbx.consent.safe_contact import safe_contact_point
from kgbx.consent.share import share
from kgbx.consent.texts import strings_in
from kgbx.errors import ConsentError
from kgbx.exchange import proven_ids
from tests.case.builders import an_id
from tests.consent.insight import (
    AT,
    CASE,
    DAAN,
    FACTS,
    FAMILY,
    GI,
    LOG,
    LOTTE,
    POLICY,
    PURPOSES,
    REGISTERS,
    ROB,
    SANNE,
    SCHOOL,
    SHARING,
    SHELTER,
    TEAM,
    VT,
    as_bytes,
    asker,
    report,
    shared,
)
from tests.effort import scaled

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID


WORKER = next(one.id for one in CASE if isinstance(one, Professional) and one.org == TEAM)
NEW = "00000000-0000-4000-8000-0000000000aa"


def codes(record: str, case: FamilyCase) -> set[str]:
    found = case.get(record)
    assert isinstance(found, Record)
    items = AccessItemiser(case, facts=FACTS, policy=POLICY).items_of(found)
    decisions = [access(one, ROB, at=AT, known_at=AT, facts=FACTS, policy=POLICY) for one in items]
    return {code for decision in decisions for code in decision.reasons}


class TestReport:
    """What a person may know of what is held and was passed on."""

    def test_the_blocked_parent_gets_no_trace_of_the_place(self) -> None:
        for about in (ROB, DAAN, LOTTE):
            text = as_bytes(report(CASE, ROB, about)).decode()
            assert SHELTER not in text
            assert SCHOOL not in text

    def test_the_child_itself_sees_that_the_school_got_something(self) -> None:
        assert SCHOOL in as_bytes(report(CASE, DAAN, DAAN)).decode()

    def test_the_shelter_is_named_to_nobody(self) -> None:
        assert all(SHELTER not in as_bytes(report(CASE, person, person)).decode() for person in FAMILY)

    def test_it_holds_only_what_the_person_may_see(self) -> None:
        itemiser = AccessItemiser(CASE, facts=FACTS, policy=POLICY)
        for held in report(CASE, SANNE, SANNE).held:
            record = CASE.get(held.record)
            assert isinstance(record, Record)
            assert SANNE in about_of(record, CASE)
            assert all(
                access(found, SANNE, at=AT, known_at=AT, facts=FACTS, policy=POLICY)
                for found in itemiser.items_of(record)
            )

    def test_who_received_it_is_told_with_why(self) -> None:
        gi = next(one for one in report(CASE, SANNE, SANNE).received if one.recipient == GI)
        assert (gi.why, gi.purpose, gi.on) == (("duty:JW-7.3.11-4",), "protection", "2026-03-02")

    def test_what_was_not_known_yet_is_not_told(self) -> None:
        earlier = access_report(CASE, asker(SANNE, at="2026-03-01"), about=SANNE, log=LOG)
        assert earlier.received == ()

    def test_a_reporter_is_never_in_it(self) -> None:
        arrays = {one.array for person in FAMILY for one in report(CASE, person, person).held}
        assert arrays
        assert "reporters" not in arrays

    def test_what_the_family_was_not_told_of_is_left_out(self) -> None:
        grounds = {one.id: one for one in CASE.records("legal_grounds")}
        hidden = [
            one.model_copy(update={"family_informed": "not", "reason_not_informed": "Gevaar."})
            if one.id in grounds
            else one
            for one in CASE
        ]
        case = FamilyCase(hidden, synthetic=True)
        assert [one for one in report(case, SANNE, SANNE).received if one.recipient == GI] == []

    def test_of_what_a_person_was_not_told_nothing_is_seen_until_it_is(self) -> None:
        untold = next(one for one in CASE.records("informings") if isinstance(one, Informing) and not one.informed)
        told = untold.model_copy(update={"id": NEW, "informed": True, "reason_not_informed": None})
        reasons = [codes(untold.record, case) | codes(untold.id, case) for case in (CASE, FamilyCase((*CASE, told)))]
        assert ["NOT_YET_TOLD" in one for one in reasons] == [True, True]  # who was not told is never told that
        assert "NOT_YET_TOLD" not in codes(untold.record, FamilyCase((*CASE, told)))

    @pytest.mark.parametrize("who", [{"org": TEAM}, {"professional": WORKER}], ids=["organisation", "professional"])
    def test_what_went_to_where_the_own_organisation_reported_is_not_told(self, who: dict[str, str]) -> None:
        own = {"person": None} | who
        case = FamilyCase(
            (one.model_copy(update=own) if isinstance(one, Reporter) else one for one in CASE), synthetic=True
        )
        assert VT in {one.recipient for one in report(CASE, SANNE, SANNE).received}
        assert VT not in {one.recipient for one in report(case, SANNE, SANNE).received}

    def test_unless_the_family_may_know_who_reported(self) -> None:
        own = {"person": None, "org": TEAM, "anonymous_to_family": False}
        case = FamilyCase(
            (one.model_copy(update=own) if isinstance(one, Reporter) else one for one in CASE), synthetic=True
        )
        assert VT in {one.recipient for one in report(case, SANNE, SANNE).received}

    def test_what_names_the_hidden_place_in_its_text_is_left_out(self) -> None:
        held = {one.record for one in report(CASE, ROB, ROB).held}
        seen = next(one for one in CASE.current("statements") if one.id in held and isinstance(one, Statement))
        street = next(one.street for one in CASE.records("addresses") if isinstance(one, Address) and one.street)
        text = seen.wording.model_copy(update={"text": f"Ze zitten nu in de {street}."})
        named = seen.model_copy(update={"wording": text})
        case = FamilyCase((named if one.id == seen.id else one for one in CASE), synthetic=True)
        assert {one.record for one in report(case, ROB, ROB).held} == held - {seen.id}

    def test_the_repr_shows_nothing_of_the_content(self) -> None:
        assert GI not in repr(report(CASE, SANNE, SANNE))

    def test_a_log_is_read_line_by_line(self) -> None:
        assert read_log(b"".join(one.line() for one in LOG) + b"\n") == LOG


STAMP = Stamp(recorded_by=Actor(org=TEAM), recorded_at="2026-03-02T10:00:00Z")


def without(*records: str) -> FamilyCase:
    """Return the case after the erasure of records, and of what speaks about them."""
    return erased_from(CASE, records)


def erased_from(case: FamilyCase, records: Iterable[str]) -> FamilyCase:
    for one in records:
        if one in case:
            case = case.erase(one, rule="request_youth_care_file", on="2026-03-02", stamp=STAMP)
    return case


def received(case: FamilyCase, person: str, about: str) -> Counter[tuple[str, str]]:
    rows = report(case, person, about).received
    return Counter({(one.recipient, array): number for one in rows for array, number in one.arrays.items()})


SENT = sorted({row.record for entry in LOG for row in entry.rows if not row.reasons and row.type != "addresses"})
"""What went; without addresses, for when a hidden place is no longer kept here, what names it betrays nothing."""


class TestErasedSince:
    """A record that was erased since stays in who received it, and its erasure tells nobody more."""

    @pytest.mark.parametrize(("person", "about"), [(SANNE, SANNE), (SANNE, DAAN), (DAAN, DAAN), (ROB, ROB)])
    def test_each_record_stays_and_none_comes(self, person: str, about: str) -> None:
        before = received(CASE, person, about)
        kept = {row.record for entry in LOG for row in entry.rows if row.insight is not None}
        seen = {one.record for one in report(CASE, person, about).held}
        for record in SENT[:: scaled(quick=6, ci=2, long=1)]:
            case = without(record)
            after = received(case, person, about)
            gone = {one.id for one in CASE} - {one.id for one in case}
            assert after <= before
            if record in seen and gone <= kept and not self._named(record):
                assert after == before

    def _named(self, record: str) -> bool:
        """An id that is no longer there may be a person's: whoever asks sees what names it no more."""
        return any(record in strings_in(one) for one in CASE if one.id != record)

    def test_what_the_log_keeps_nothing_of_is_not_told(self) -> None:
        bare = tuple(
            one.model_copy(update={"rows": tuple(row.model_copy(update={"insight": None}) for row in one.rows)})
            for one in LOG
        )
        told = [report(without(*SENT), SANNE, SANNE, log).received for log in (LOG, bare)]
        assert [bool(one) for one in told] == [True, False]

    def test_what_is_in_another_case_is_not_told(self) -> None:
        others = FamilyCase(one for one in CASE if one.id not in SENT or TYPE_OF[type(one)].array == "persons")
        assert received(others, SANNE, SANNE) <= Counter({(one, "persons"): 9 for one in (GI, SCHOOL, VT)})

    def test_the_erasure_of_a_ground_of_which_the_family_was_not_told_tells_nothing(self) -> None:
        grounds = {one.id for one in CASE.records("legal_grounds")}
        change = {"family_informed": "not", "reason_not_informed": "Gevaar."}
        case = FamilyCase([one.model_copy(update=change) if one.id in grounds else one for one in CASE], synthetic=True)
        log = chained([shared(case, GI, facts_from_case(case, REGISTERS, own=TEAM, proven=proven_ids(case, own=TEAM)))])
        erased = erased_from(case, sorted(grounds))
        assert [report(one, SANNE, SANNE, log).received for one in (case, erased)] == [(), ()]

    def test_what_was_told_in_confidence_stays_so(self) -> None:
        told = {one.record for one in report(CASE, SANNE, SANNE).held}
        record = next(row.record for row in LOG[0].rows if row.insight is not None and row.record in told)
        secret = ConfidenceFact(item=record, withheld_from=(SANNE,))
        facts = SHARING.model_copy(update={"confidences": (*SHARING.confidences, secret)})
        request = Request(sender=TEAM, recipient=GI, purpose=PURPOSES[GI], at=AT, known_at=AT)
        account = share(CASE, request=request, policy=POLICY, facts=SHARING).account
        confided = chained([disclosure(account, policy=POLICY, facts=facts, entry_id="entry", case=CASE)])
        total = sum(report(CASE, SANNE, SANNE, LOG[:1]).received[0].arrays.values())
        both = [report(without(record), SANNE, SANNE, log).received for log in (LOG[:1], confided)]
        assert [sum(one.arrays.values()) for (one,) in both] == [total, total - 1]

    def test_nothing_is_kept_of_what_names_a_place(self) -> None:
        street = next(one.street for one in CASE.records("addresses") if isinstance(one, Address) and one.street)
        kept = {row.record for entry in LOG for row in entry.rows if row.insight is not None}
        told = next(one for one in CASE.current("statements") if one.id in kept and isinstance(one, Statement))
        text = told.wording.model_copy(update={"text": f"Ze zitten nu in de {street}."})
        case = FamilyCase(
            (one.model_copy(update={"wording": text}) if one.id == told.id else one for one in CASE), synthetic=True
        )
        rows = [row for entry in (shared(case, one) for one in PURPOSES) for row in entry.rows]
        assert {row.insight for row in rows if row.record == told.id} == {None}


@cache
def base_report(person: str, about: str) -> AccessReport:
    return report(CASE, person, about)


@cache
def withheld_statements(person: str, about: str) -> list[Statement]:
    visible = {one.record for one in base_report(person, about).held}
    return [
        one
        for one in CASE.current("statements")
        if isinstance(one, Statement) and about in one.about and one.id not in visible
    ]


class TestAWithheldRecordLeavesNoTrace:
    """With the same facts, a record that is withheld, and its lines in the log, leave the report byte-identical."""

    @settings(max_examples=scaled(quick=10, ci=50, long=1000))
    @given(pair=st.sampled_from([(ROB, DAAN), (ROB, LOTTE), (SANNE, SANNE), (DAAN, DAAN)]), data=st.data(),
           new_id=st.uuids(version=4))  # fmt: skip
    def test_added(self, pair: tuple[str, str], data: st.DataObject, new_id: UUID) -> None:
        twin = data.draw(st.sampled_from(withheld_statements(*pair))).model_copy(update={"id": str(new_id)})
        more = FamilyCase((*CASE, twin), synthetic=True)
        if str(new_id) in {one.record for one in report(more, *pair).held}:
            return  # what was told in confidence names the old id only
        rows = LOG[0].rows
        logged = LOG[0].model_copy(update={"rows": (*rows, rows[0].model_copy(update={"record": str(new_id)}))})
        assert as_bytes(report(more, *pair, (logged, *LOG[1:]))) == as_bytes(base_report(*pair))


class TestHandingOver:
    """Only a contact point of the asker alone, that holds now and is marked safe."""

    SAFE = "865740a0-ced2-41f7-ac92-29459aa8f8e8"

    def test_a_safe_one_is_accepted(self) -> None:
        assert safe_contact_point(CASE, asker(SANNE), contact_point=self.SAFE, own=TEAM).id == self.SAFE

    @pytest.mark.parametrize(
        "members",
        [
            {"safe_to_use": False},
            {"safe_to_use": None},
            {"persons": (SANNE, ROB)},
            {"valid_until": "2026-03"},
            {"valid_from": "2026-03-03"},
            {"recorded_by": Actor(org=SCHOOL)},
        ],
        ids=["unsafe", "not known", "shared", "perhaps over", "not begun", "another's word"],
    )
    def test_any_other_is_refused(self, members: dict[str, object]) -> None:
        case = FamilyCase(
            (one.model_copy(update=members) if one.id == self.SAFE else one for one in CASE), synthetic=True
        )
        with pytest.raises(ConsentError) as caught:
            safe_contact_point(case, asker(SANNE), contact_point=self.SAFE, own=TEAM)
        assert caught.value.code == "C_CONTACT"

    @pytest.mark.parametrize(
        ("members", "refused"),
        [
            ({"safe_to_use": False}, True),
            ({"persons": (ROB,)}, True),
            ({"value": "06-00 00 00 18", "safe_to_use": False}, True),
            ({"value": "06 0000 0019", "safe_to_use": False}, False),
            ({}, False),
        ],
        ids=["unsafe", "another's", "written otherwise", "another number", "the same"],
    )
    def test_what_another_says_of_the_same_number_only_narrows(
        self, members: dict[str, object], *, refused: bool
    ) -> None:
        known = CASE.get(self.SAFE)
        assert isinstance(known, ContactPoint)
        safe = known.model_copy(update={"value": "06 0000 0018"})
        foreign = safe.model_copy(update={"id": an_id(90), "recorded_by": Actor(org=SCHOOL), **members})
        case = FamilyCase([*(one for one in CASE if one.id != self.SAFE), safe, foreign], synthetic=True)
        codes = []
        try:
            safe_contact_point(case, asker(SANNE), contact_point=self.SAFE, own=TEAM)
        except ConsentError as error:
            codes.append(error.code)
        assert codes == (["C_CONTACT"] if refused else [])

    @pytest.mark.parametrize("person", [ROB, "nobody"])
    def test_that_of_another_is_refused(self, person: str) -> None:
        with pytest.raises(ConsentError) as caught:
            safe_contact_point(CASE, asker(person), contact_point=self.SAFE, own=TEAM)
        assert caught.value.code == "C_CONTACT"
