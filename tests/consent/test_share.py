# SPDX-License-Identifier: EUPL-1.2
"""The view and its account: what holds for every share of a case."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kgbx.case import Address, ContactPoint, FamilyCase, Link, Record, Statement
from kgbx.case.structures import read_shape
from kgbx.consent.facts import Facts, Request
from kgbx.consent.importing import import_check
from kgbx.consent.joins import Registers, facts_from_case, read_registers
from kgbx.consent.log import disclosure, facts_bytes
from kgbx.consent.places import Places, squeezed
from kgbx.consent.policies import policy_in_force, published_policies
from kgbx.consent.share import Share, share
from kgbx.errors import DocumentError, UsageError
from kgbx.exchange import proven_ids
from kgbx.resources import examples_path
from tests.consent.village import new_id
from tests.effort import scaled

if TYPE_CHECKING:
    from uuid import UUID

    from kgbx.case import BareRecord

AT = "2026-03-02T09:00:00Z"
TEAM = "urn:osb:oin:00000099000000001000"
CASE = FamilyCase.from_json(examples_path("journey", "case.json").read_bytes())
REGISTERS = read_registers(examples_path("journey", "registers.json").read_bytes())
POLICY = policy_in_force(published_policies(), AT)
PURPOSES = {
    "3000": "school_support",
    "5000": "safety",
    "9000": "investigation",
    "2000": "protection",
    "4000": "treatment",
    "6000": "debt_help",
    "8000": "treatment",
}
FACTS = facts_from_case(CASE, REGISTERS, own=TEAM, proven=proven_ids(CASE, own=TEAM))
JOURNEY_EXAMPLES = scaled(quick=6, ci=60, long=1000)
"""Of the whole journey; made-up cases are tried more often in test_case_properties."""

recipients = st.sampled_from(sorted(PURPOSES))


def request(recipient: str, purpose: str | None = None) -> Request:
    org = f"urn:osb:oin:0000009900000000{recipient}"
    return Request(sender=TEAM, recipient=org, purpose=purpose or PURPOSES[recipient], at=AT, known_at=AT)


def shared(case: FamilyCase, recipient: str, facts: Facts = FACTS) -> Share:
    return share(case, request=request(recipient), policy=POLICY, facts=facts)


VIEWS = {recipient: shared(CASE, recipient) for recipient in PURPOSES}
REPLACED = {one.to for one in CASE.records("links") if isinstance(one, Link) and one.kind == "replaces"}


def touches_others(record: BareRecord) -> bool:
    """Tell whether a change of this record may rightly show elsewhere: P5 excepts these."""
    if isinstance(record, Link):
        return record.kind == "replaces"
    replaces = any(isinstance(one, Link) and one.from_ == record.id and one.kind == "replaces" for one in CASE)
    return replaces or record.id in REPLACED or isinstance(record, (Address, ContactPoint))


def withheld_from(recipient: str) -> list[Record]:
    view = VIEWS[recipient].view
    return [one for one in CASE if isinstance(one, Record) and one.id not in view and not touches_others(one)]


def naming(record_id: str) -> set[str]:
    """Return the ids of the records that name this one, and so on: without it they cannot stand."""
    found, waiting = {record_id}, {record_id}
    while waiting:
        waiting = {one.id for one in CASE if one.id not in found and named(one) & waiting}
        found |= waiting
    return found


def named(record: BareRecord) -> set[str]:
    return set(json.dumps(record.model_dump(mode="json")).split('"'))


class TestP4SharingAViewAgainChangesNothing:
    """share(view) = view, with the same facts."""

    @pytest.mark.parametrize("recipient", PURPOSES)
    def test_for_every_stop(self, recipient: str) -> None:
        view = VIEWS[recipient].view
        assert shared(view, recipient).view.to_json() == view.to_json()


class TestP5WhatIsNotForYouLeavesNoTrace:
    """With the same facts and policy, adding, changing or removing a record that is not for a recipient leaves its view
    byte-identical, but for the ``disputed`` mark."""

    @settings(max_examples=JOURNEY_EXAMPLES)
    @given(recipient=recipients, data=st.data())
    def test_removed(self, recipient: str, data: st.DataObject) -> None:
        gone = naming(data.draw(st.sampled_from(withheld_from(recipient))).id)
        if any(one.id in gone and touches_others(one) for one in CASE) or gone & {
            one.id for one in VIEWS[recipient].view
        }:
            return  # another record would come in its place, or the view names it where it may be absent
        less = FamilyCase((one for one in CASE if one.id not in gone), synthetic=True)
        without_marks = FamilyCase(VIEWS[recipient].view, synthetic=True).to_json()
        assert FamilyCase(shared(less, recipient).view, synthetic=True).to_json() == without_marks

    @settings(max_examples=JOURNEY_EXAMPLES)
    @given(recipient=recipients, data=st.data(), text=st.text(min_size=1, max_size=200, alphabet="abc def"))
    def test_changed(self, recipient: str, data: st.DataObject, text: str) -> None:
        told = [one for one in withheld_from(recipient) if isinstance(one, Statement)]
        old = data.draw(st.sampled_from(told))
        new = old.model_copy(update={"wording": old.wording.model_copy(update={"text": text})})
        other = FamilyCase((new if one.id == old.id else one for one in CASE), synthetic=True)
        assert shared(other, recipient).view.to_json() == VIEWS[recipient].view.to_json()

    @settings(max_examples=JOURNEY_EXAMPLES)
    @given(recipient=recipients, data=st.data(), new_id=st.uuids(version=4))
    def test_added(self, recipient: str, data: st.DataObject, new_id: UUID) -> None:
        told = [one for one in withheld_from(recipient) if isinstance(one, Statement)]
        twin = data.draw(st.sampled_from(told)).model_copy(update={"id": str(new_id)})
        confidential = {one.item for one in FACTS.confidences}
        if naming(twin.id) & confidential or any(one.id in confidential for one in told if one.wording == twin.wording):
            return  # the confidence names the old id only; the twin is another record
        more = FamilyCase((*CASE, twin), synthetic=True)
        if str(new_id) not in shared(more, recipient).view:
            assert shared(more, recipient).view.to_json() == VIEWS[recipient].view.to_json()


class TestP6AnUnknownPurposeGetsNothing:
    """A purpose outside the policy gives an empty view."""

    @pytest.mark.parametrize("purpose", ["marketing", "*", "research"])
    @pytest.mark.parametrize("recipient", PURPOSES)
    def test_for_every_stop(self, recipient: str, purpose: str) -> None:
        assert len(share(CASE, request=request(recipient, purpose), policy=POLICY, facts=FACTS).view) == 0


def test_an_unknown_recipient_gets_nothing() -> None:
    assert len(share(CASE, request=request("0001", "care"), policy=POLICY, facts=FACTS).view) == 0


def test_without_registers_nobody_gets_anything() -> None:
    bare = facts_from_case(CASE, Registers(format="kgbx-registers/1"), own=TEAM, proven=proven_ids(CASE, own=TEAM))
    assert [len(shared(CASE, one, bare).view) for one in PURPOSES] == [0] * len(PURPOSES)


def test_without_proof_only_teams_release() -> None:
    """Nothing is proven: no permit and no ground counts."""
    unproven = facts_from_case(CASE, REGISTERS, own=TEAM)
    released = {
        release
        for one in PURPOSES
        for row in shared(CASE, one, unproven).account.passed
        for decision in row.decisions.values()
        for release in decision.released_by.values()
    }
    assert released <= {"team"}


def test_every_record_is_either_in_the_view_or_accounted_for() -> None:
    for one in VIEWS.values():
        assert {row.record for row in one.account.passed} <= {record.id for record in one.view}
        assert not {row.record for row in one.account.withheld} & {record.id for record in one.view}


def test_the_account_has_no_form_that_could_be_sent() -> None:
    account = VIEWS["2000"].account
    assert not any(
        hasattr(account, name) for name in ("to_json", "model_dump", "model_dump_json", "as_json", "__json__")
    )
    assert "rows" not in repr(account)


def test_a_reaction_that_may_not_travel_leaves_a_mark() -> None:
    reactions = {one.record for one in CASE.current("reactions")}  # type: ignore[attr-defined]  # a Reaction
    marked = {mark for one in VIEWS.values() for mark in one.view.disputed}
    assert marked <= reactions


def test_a_veto_on_a_reaction_leaves_no_mark() -> None:
    """The mark itself could betray: a reaction that is withheld in confidence is as if it were not there."""
    share_to_gi = VIEWS["2000"]
    reaction = next(row for row in share_to_gi.account.passed if row.array == "reactions")
    told = CASE.get(reaction.record).record  # type: ignore[union-attr]  # a Reaction
    kept_secret = FACTS.model_copy(
        update={
            "confidences": (
                *FACTS.confidences,
                FACTS.confidences[0].model_copy(
                    update={"item": reaction.record, "withheld_from": (request("2000").recipient,)}
                ),
            )
        }
    )
    again = shared(CASE, "2000", kept_secret).view
    assert told in again
    assert reaction.record not in again
    assert told not in again.disputed


def test_a_place_in_a_text_is_withheld_with_a_pointer() -> None:
    gi = VIEWS["2000"].account
    told = next(row for row in gi.passed if row.array == "statements" and not CASE.get(row.record).wording.original)  # type: ignore[union-attr]  # a Statement
    old = CASE.get(told.record)
    assert isinstance(old, Statement)
    street = next(one.street for one in CASE.current("addresses") if isinstance(one, Address) and one.location_secret)
    words = old.wording.model_copy(update={"text": f"Ik woon nu aan de {street}."})
    other = FamilyCase(
        (old.model_copy(update={"wording": words}) if one.id == old.id else one for one in CASE), synthetic=True
    )
    row = next(one for one in shared(other, "2000").account.withheld if one.record == old.id)
    assert (row.found, row.reasons) == (("/wording/text",), ("SECRET_LOCATION",))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("bij De  Vuur-toren in de hal", True),
        ("BEL 06 - 0000 12 34", True),
        ("".join(chr(ord(one) + 0xFEE0) for one in "DEVUURTOREN"), True),
        ("over een vuur", False),
        ("een dag in Ee geweest", True),
        ("zij heeft een eend", False),
    ],
    ids=["other punctuation", "other digits", "full width", "part of a name", "a short word", "inside a word"],
)
def test_the_search_for_a_place(text: str, *, found: bool) -> None:
    places = Places.of({"De Vuurtoren", "Ee"}, {"+31 6 00001234"})
    assert places.stand_in(text) == found


def test_squeezing_keeps_letters_and_digits_only() -> None:
    assert squeezed("  Aan de-Dijk 7-b\n") == "aandedijk7b"


def test_the_log_names_the_policy_and_the_facts_and_no_words() -> None:
    entry = disclosure(VIEWS["2000"].account, policy=POLICY, facts=FACTS, entry_id="x")
    line = entry.line().decode()
    texts = [one.wording.text for one in CASE.current("statements") if isinstance(one, Statement)]
    assert entry.policy == POLICY.digest.hex()
    assert not any(text in line for text in texts)


def test_stored_facts_decide_the_same_again() -> None:
    again = read_shape(facts_bytes(FACTS), Facts)
    assert shared(CASE, "2000", again).view.to_json() == VIEWS["2000"].view.to_json()
    assert facts_bytes(again) == facts_bytes(FACTS)


@pytest.mark.parametrize("moment", ["2025-12-31", "1999-01-01"])
def test_a_moment_without_policy_is_refused(moment: str) -> None:
    with pytest.raises(UsageError) as caught:
        policy_in_force(published_policies(), moment)
    assert caught.value.code == "U_POLICY"


def test_two_policies_in_force_are_refused() -> None:
    with pytest.raises(UsageError) as caught:
        policy_in_force([*published_policies(), *published_policies()], AT)
    assert caught.value.code == "U_POLICY"


def test_each_day_of_the_year_has_one_policy() -> None:
    found = [policy_in_force(published_policies(), day).version for day in ("2026-01-01", "2026-08-31", "2026-09-01")]
    assert found == ["nl-2026-01", "nl-2026-01", "nl-2026-09"]


UNKNOWN_FUNCTIONS: dict[str, dict[str, Any]] = {
    "/collective_functions/0": {"collective_functions": ("veiligheidstaem",)},
    "/subject_must_be_served/1": {"subject_must_be_served": ("school", "scholen")},
    "/location_functions/0": {"location_functions": ("opvangg",)},
    "/necessary/0/function": {"necessary": (POLICY.necessary[0].model_copy(update={"function": "team"}),)},
    "/gdpr_grounds/0/function": {"gdpr_grounds": (POLICY.gdpr_grounds[0].model_copy(update={"function": "team"}),)},
    "/provisions/0/recipients/0": {"provisions": (POLICY.provisions[0].model_copy(update={"recipients": ("r",)}),)},
}


@pytest.mark.parametrize("pointer", UNKNOWN_FUNCTIONS)
def test_a_policy_with_an_unknown_function_shares_and_admits_nothing(pointer: str) -> None:
    policy, asked = POLICY.model_copy(update=UNKNOWN_FUNCTIONS[pointer]), request("2000")
    with pytest.raises(DocumentError) as caught:
        share(CASE, request=asked, policy=policy, facts=FACTS)
    assert [(one.code, one.pointer) for one in caught.value.problems] == [("D_CODE", pointer)]
    with pytest.raises(DocumentError, match="D_CODE"):
        import_check(CASE, request=asked, policy=policy, facts=FACTS, held=CASE)


def test_a_moment_that_is_none_is_refused() -> None:
    asked = request("2000").model_copy(update={"at": "2026-02-30"})
    with pytest.raises(UsageError) as caught:
        share(CASE, request=asked, policy=POLICY, facts=FACTS)
    assert caught.value.code == "U_MOMENT"


REFUSED_AT_LOAD: dict[str, tuple[str, dict[str, Any], str, str]] = {
    "a decider in another capacity": ("consents", {"decided_by": new_id("nobody")}, "KGBX-R-109", "/capacity"),
    "a period that ends first": (
        *("consents", {"valid_from": "2026-05-01", "valid_until": "2026-04-01"}),
        *("KGBX-R-101", "/valid_until"),
    ),
    "a permit that lifts a permit": ("consents", {"supersedes": [1]}, "KGBX-R-102", "/supersedes/0"),
    "an unknown provision": ("legal_grounds", {"provision": "JW-99"}, "KGBX-R-105", "/provision"),
    "a protection that ends first": (
        *("protections", {"valid_from": "2026-05-01", "valid_until": "2026-04-01"}),
        *("KGBX-R-101", "/valid_until"),
    ),
}


@pytest.mark.parametrize("name", REFUSED_AT_LOAD)
def test_a_case_that_cannot_be_decided_about_is_refused(name: str) -> None:
    array, changes, code, member = REFUSED_AT_LOAD[name]
    raw = json.loads(examples_path("journey", "case.json").read_bytes())
    permits = [one["id"] for one in raw["consents"] if one["decision"] == "permit"]
    lifted = {"supersedes": permits[1:2]} if "supersedes" in changes else {}
    raw[array][0].update({**changes, **lifted})
    with pytest.raises(DocumentError) as caught:
        FamilyCase.from_json(json.dumps(raw).encode())
    assert (code, f"/{array}/0{member}") in {(one.code, one.pointer) for one in caught.value.problems}


class TestTheImportCheck:
    """At import the recipient checks vetoes, necessity and the refusals it knows, never a release."""

    def check(self, own: Facts) -> tuple[FamilyCase, set[str]]:
        usable, quarantined = import_check(
            VIEWS["2000"].view, request=request("2000"), policy=POLICY, facts=own, held=FamilyCase(synthetic=True)
        )
        return usable, {code for one in quarantined for code in one.reasons}

    def own(self) -> Facts:
        org = request("2000").recipient
        registers = REGISTERS.model_copy(update={"caseload_known": (org,)})
        return facts_from_case(VIEWS["2000"].view, registers, own=org)

    def test_nothing_is_asked_to_be_released_again(self) -> None:
        usable, reasons = self.check(self.own())
        assert (usable.to_json(), reasons) == (VIEWS["2000"].view.to_json(), set())

    def test_what_the_own_registers_deny_is_kept_apart(self) -> None:
        told = next(row for row in VIEWS["2000"].account.passed if row.array == "statements")
        restriction = {"item": told.record, "recorded_at": "2026-01-01", "valid_from": "2026-01-01"}
        own = self.own()
        own = own.model_copy(update={"restrictions": (read_restriction(restriction),)})
        usable, reasons = self.check(own)
        assert told.record not in usable
        assert "PROCESSING_RESTRICTED" in reasons

    def test_what_speaks_about_it_goes_with_it(self) -> None:
        reaction = next(row for row in VIEWS["2000"].account.passed if row.array == "reactions")
        told = CASE.get(reaction.record).record  # type: ignore[union-attr]  # a Reaction
        restriction = {"item": told, "recorded_at": "2026-01-01", "valid_from": "2026-01-01"}
        usable, _ = self.check(self.own().model_copy(update={"restrictions": (read_restriction(restriction),)}))
        assert reaction.record not in usable
        assert [problem for problem in usable.problems() if problem.severity == "error"] == []


def read_restriction(value: dict[str, str]) -> object:
    return read_shape(json.dumps({"restrictions": [value]}).encode(), Facts).restrictions[0]


def test_rows_compare_by_what_they_say() -> None:
    row = VIEWS["2000"].account.passed[0]
    assert replace(row, missing=("x",)).permit is False
