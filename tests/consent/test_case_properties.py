# SPDX-License-Identifier: EUPL-1.2
"""What must hold of every view, over made-up cases. Each class is one rule; decisions alone are in test_properties."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kgbx.case import Address, ContactPoint, FamilyCase, Link, Organisation, Professional, Reaction, Record
from kgbx.case.structures import read_shape
from kgbx.consent.facts import Facts, Request
from kgbx.consent.joins import Registers, facts_from_case
from kgbx.consent.log import disclosure, facts_bytes
from kgbx.consent.share import share
from kgbx.exchange import proven_ids
from tests.consent.case_worlds import CaseScene, get, permit_record
from tests.consent.village import AT, EVERYBODY_PERMITS, KNOWN, ORG, PEOPLE, PERSON, PURPOSE, SERVED, ground, new_id
from tests.consent.worlds import for_many_cases

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kgbx.case import BareRecord

REPLACED: Final = (new_id("c"), new_id("d"))


def bare(view: FamilyCase) -> bytes:
    """Return the bytes of a view without its marks."""
    return FamilyCase(view, synthetic=True).to_json()


def naming(case: Iterable[BareRecord], record_id: str) -> set[str]:
    """Return the ids of a record and of those that name it, and so on: without it they cannot stand."""
    found = {record_id}
    while more := {one.id for one in case if one.id not in found and not found.isdisjoint(_named(one))}:
        found |= more
    return found


def _named(record: BareRecord) -> set[str]:
    return {str(vars(record).get(member)) for member in ("record", "from_", "to")}


def excepted(record: BareRecord) -> bool:
    """Tell whether a change of this record may rightly narrow a view: it replaces, is a place, or describes."""
    if isinstance(record, (Address, ContactPoint, Organisation, Professional, Link)):
        return True
    return record.id in REPLACED


class TestP4SharingAViewAgainChangesNothing:
    """share(view) = view, with the same facts."""

    @for_many_cases
    def test_for_every_case(self, seed: int) -> None:
        scene = CaseScene(seed)
        view = scene.view()
        again = share(view, request=request_to(scene.to), policy=scene.policy, facts=scene.facts).view
        assert again.to_json() == view.to_json()


def request_to(org: str) -> Request:
    return Request(sender=ORG["LT"], recipient=org, purpose=PURPOSE[org], at=AT, known_at=AT)


class TestP5WhatIsNotForYouLeavesNoTrace:
    """With the same facts and policy, adding, changing or removing a record that is not for a recipient, replaces
    nothing, is no place and describes nobody leaves its view byte-identical, but for the ``disputed`` mark; the
    excepted records never widen."""

    @for_many_cases
    def test_added(self, seed: int) -> None:
        scene = CaseScene(seed)
        before = scene.view()
        maker = scene.maker
        new = maker.one(maker.statement(), maker.reaction(new_id("a")), maker.note_of("GGZ"))
        after = scene.view([*scene.case, new])
        if new.id not in after and not self.tells_a_place(scene, new):
            assert bare(after) == bare(before)
        elif new.id not in after:
            assert {one.id for one in after} <= {one.id for one in before}

    def tells_a_place(self, scene: CaseScene, new: BareRecord) -> bool:
        """Tell whether a record gives away where somebody is: whom it names are searched for from then on."""
        row = next(one for one in scene.share([*scene.case, new]).account.rows if one.record == new.id)
        return "SECRET_LOCATION" in row.reasons and not row.found

    @for_many_cases
    def test_changed(self, seed: int) -> None:
        scene = CaseScene(seed)
        before = scene.view()
        old = scene.maker.one(*(one for one in scene.case if isinstance(one, Record)))
        if old.id in before or excepted(old) or vars(old).get("wording") is None:
            return
        words = old.wording.model_copy(update={"text": "Iets heel anders."})
        new = old.model_copy(update={"wording": words, "labels": ("working_note",)})
        after = scene.view(new if one.id == old.id else one for one in scene.case)
        assert bare(after) == bare(before)

    @for_many_cases
    def test_removed(self, seed: int) -> None:
        scene = CaseScene(seed)
        before = scene.share()
        withheld = [row.record for row in before.account.withheld if "SECRET_LOCATION" not in row.reasons]
        gone = naming(scene.case, scene.maker.one(*withheld)) if withheld else set()
        removed = [one for one in scene.case if one.id in gone]
        if any(one.id in before.view or (excepted(one) and one.id != new_id("mention")) for one in removed):
            return
        after = scene.view(one for one in scene.case if one.id not in gone)
        assert bare(after) == bare(before.view)

    @for_many_cases
    def test_places_and_corrections_never_widen(self, seed: int) -> None:
        scene = CaseScene(seed)
        before = {one.id for one in scene.view()}
        place = scene.maker.one(get("address"), get("contact"))
        new = place.model_copy(update={"id": scene.maker.id(), "persons": (PERSON["M"],)})
        after = {one.id for one in scene.view([*scene.case, new])}
        described = {one.id for one in scene.case if isinstance(one, Organisation)} if new.id in after else set()
        assert after - {new.id} - described <= before

    @for_many_cases
    def test_a_link_travels_with_both_ends(self, seed: int) -> None:
        view = CaseScene(seed).view()
        for link in view.records("links"):
            assert isinstance(link, Link)
            assert link.from_ in view
            assert link.to in view or link.kind == "replaces"

    @for_many_cases
    def test_a_mark_stands_on_what_is_in_the_view_only(self, seed: int) -> None:
        scene = CaseScene(seed)
        view = scene.view()
        reactions = {one.record for one in scene.case if isinstance(one, Reaction) and one.id not in view}
        assert set(view.disputed) <= reactions & {one.id for one in view}


class TestP10AVetoedRecordStaysOut:
    """A vetoed record stays out of a view whatever consent, ground or team is added."""

    @for_many_cases
    def test_more_permits_and_grounds(self, seed: int) -> None:
        scene = CaseScene(seed)
        before = scene.share()
        vetoed = {
            row.record
            for row in before.account.withheld
            if not {"SECRET_LOCATION", "CONFIDENTIAL", "WORKING_NOTE", "PROCESSING_RESTRICTED"}.isdisjoint(row.reasons)
            and not row.found
        }
        more = {
            "consents": (*scene.facts.consents, *EVERYBODY_PERMITS),
            "legal_grounds": (*scene.facts.legal_grounds, ground(id="g", provision="NOOD", recipient=scene.to)),
            "care_teams": (*scene.facts.care_teams, scene.maker.team()),
        }
        after = scene.view(facts=scene.facts.model_copy(update=more))
        assert vetoed.isdisjoint(one.id for one in after)


class TestP11WhatIsPassedOnNeedsItsOwnBasis:
    """What a second recipient gets through a first needs the first's own basis: nothing in a received view opens."""

    REGISTERS = Registers(
        format="kgbx-registers/1", persons=PEOPLE, organisations=KNOWN, caseloads=SERVED, caseload_known=("*",)
    )

    def onward(self, scene: CaseScene, held: FamilyCase, facts: Facts) -> set[str]:
        asked = Request(sender=scene.to, recipient=ORG["GI"], purpose="protection", at=AT, known_at=AT)
        return {one.id for one in share(held, request=asked, policy=scene.policy, facts=facts).view}

    def facts(self, scene: CaseScene, held: FamilyCase) -> Facts:
        own = facts_from_case(held, self.REGISTERS, own=scene.to, proven=proven_ids(held, own=scene.to))
        return own.model_copy(update={"persons": PEOPLE, "measures": scene.facts.measures})

    @for_many_cases
    def test_without_a_basis_nothing_goes_on(self, seed: int) -> None:
        scene = CaseScene(seed)
        held = scene.view()
        facts = self.facts(scene, held)
        others = facts.model_copy(
            update={"legal_grounds": (ground(id="g", provision="JW-7.3.11-4", recipient=ORG["GI"]),)}
        )
        if scene.to != ORG["LT"]:
            assert self.onward(scene, held, others) == set()
        assert self.onward(scene, held, facts) == set()

    @for_many_cases
    def test_permits_that_came_along_open_nothing(self, seed: int) -> None:
        scene = CaseScene(seed)
        permits = [permit_record(one.decided_by, one.about) for one in EVERYBODY_PERMITS]
        held = FamilyCase([*scene.view(), *permits], synthetic=True)
        own = scene.to == ORG["LT"]
        assert (self.onward(scene, held, self.facts(scene, held)) == set()) or own

    def test_permits_of_ones_own_do(self) -> None:
        """The control of the one above."""
        scene = CaseScene(1)
        permits = [permit_record(one.decided_by, one.about) for one in EVERYBODY_PERMITS]
        held, scene.to = FamilyCase([*scene.case, *permits], synthetic=True), ORG["LT"]
        assert self.onward(scene, held, self.facts(scene, held)) != set()

    @for_many_cases
    def test_with_a_basis_only_what_it_opens(self, seed: int) -> None:
        scene = CaseScene(seed)
        held = scene.view()
        facts = self.facts(scene, held)
        person = scene.maker.one(PERSON["M"], PERSON["K13"])
        some = facts.model_copy(update={"consents": tuple(one for one in EVERYBODY_PERMITS if one.about == person)})
        asked = Request(sender=scene.to, recipient=ORG["GI"], purpose="protection", at=AT, known_at=AT)
        for row in share(held, request=asked, policy=scene.policy, facts=some).account.passed:
            assert set(row.subjects) == {person}


class TestP12ALogEntryReplays:
    """A log entry, with the policy and facts it names, decides the same again."""

    @for_many_cases
    def test_every_row(self, seed: int) -> None:
        scene = CaseScene(seed)
        shared = scene.share()
        entry = disclosure(shared.account, policy=scene.policy, facts=scene.facts, entry_id=scene.maker.id())
        facts = read_shape(facts_bytes(scene.facts), Facts)
        asked = {name: getattr(entry, name) for name in Request.model_fields}
        again = share(scene.case, request=Request(**asked), policy=scene.policy, facts=facts)
        replayed = disclosure(again.account, policy=scene.policy, facts=facts, entry_id=entry.id)
        assert replayed.line() == entry.line()
        assert again.view.to_json() == shared.view.to_json()


class TestP14WritingAndReadingKeepViews:
    """Serialise and parse keeps views."""

    @for_many_cases
    def test_a_case(self, seed: int) -> None:
        scene = CaseScene(seed)
        again = FamilyCase.from_json(scene.case.to_json())
        assert again == scene.case
        assert scene.view(again).to_json() == scene.view().to_json()


def test_the_cases_share_and_withhold_in_every_way() -> None:
    """The control: a search in which nothing is ever found or marked would prove nothing."""
    shares = [CaseScene(seed).share() for seed in range(200)]
    rows = [row for one in shares for row in one.account.rows]
    assert sum(len(one.view) > 0 for one in shares) > len(shares) / 2
    assert any(row.found for row in rows)
    assert any(row.missing for row in rows)
    assert any(one.view.disputed for one in shares)
    arrays = {type(record).__name__ for one in shares for record in one.view}
    assert {"Statement", "Reaction", "Confidence", "Link", "Address", "Organisation"} <= arrays
