# SPDX-License-Identifier: EUPL-1.2
"""What the engine gets to see of a record: categories, subjects, whereabouts, labels; and every text in it."""

from __future__ import annotations

from typing import Any, Final

import pytest

from kgbx.case import DocumentRecord, FamilyCase, Link, Professional, Record, Reporter, SamePerson, Statement
from kgbx.consent.facts import Facts, Item
from kgbx.consent.items import Itemiser
from kgbx.consent.policies import published_policies
from kgbx.consent.same import Joined
from kgbx.consent.texts import Texts, strings_in, texts_of
from kgbx.resources import examples_path
from tests.consent.case_worlds import BASE, REVIEWED, get
from tests.consent.village import KNOWN, ORG, PERSON, new_id

POLICY: Final = published_policies()[0]
FACTS: Final = Facts(organisations=KNOWN)
JOURNEY: Final = FamilyCase.from_json(examples_path("journey", "case.json").read_bytes())
M, F, K13, U = (PERSON[name] for name in ("M", "F", "K13", "U"))
SHELTER: Final = ORG["SHELTER"]
TEAM: Final = get("a").recorded_by.org


def items(record: Record, *others: Any) -> tuple[Item, ...]:  # noqa: ANN401  # records
    """Return the items of a record that stands in the base case, instead of what has its id, with others."""
    more = (record, *others)
    kept = [one for one in BASE if one.id not in {new.id for new in more}]
    return Itemiser(FamilyCase([*kept, *more], synthetic=True), FACTS, POLICY).items_of(record)


def of_own(record: Record, own: str) -> Item:
    """Return the item of a record in the file of an organisation."""
    return Itemiser(FamilyCase([record], synthetic=True), Facts(own=own), POLICY).items_of(record)[0]


def told(**changes: Any) -> Statement:  # noqa: ANN401  # members of a statement
    changed: Statement = get("a").model_copy(update=changes)
    return changed


def by(org: str) -> dict[str, Any]:
    return {"recorded_by": get("a").recorded_by.model_copy(update={"org": org})}


def _bare(name: str) -> dict[str, Any]:
    """Return what a record that describes or joins others needs."""
    common = {member: getattr(get("a"), member) for member in ("recorded_at", "recorded_by", "salt")}
    return {"id": new_id(name), **common}


def test_a_plain_statement() -> None:
    item = Item(
        id=new_id("a"), category="family_story", about=(K13,), collected_for="care", regime="jeugdwet", recorded_by=TEAM
    )
    assert items(told()) == (item,)


@pytest.mark.parametrize(
    ("changes", "categories"),
    [
        ({"topics": ("child.school",)}, ("school_progress",)),
        ({"topics": ("finance.debts", "family.history")}, ("debts", "family_story")),
        ({"topics": ("problem.lvb",)}, ("concern", "health")),
        ({"topics": ("problem.rouw",)}, ("concern",)),
        ({"labels": ("psychiatry",)}, ("family_story", "health")),
        ({"labels": ("criminal",)}, ("family_story", "police_report")),
        ({"labels": ("working_note",)}, ("family_story", "note")),
    ],
)
def test_topics_and_labels_make_categories(changes: dict[str, Any], categories: tuple[str, ...]) -> None:
    found = items(told(**changes))
    assert tuple(one.category for one in found) == categories
    assert {one.health for one in found} == {"health" in categories}
    assert {one.criminal for one in found} == {"police_report" in categories}
    assert {one.working_note for one in found} == {"note" in categories}


@pytest.mark.parametrize("label", ["sexual", "special_other"])
def test_special_data_need_the_exception_of_health(label: str) -> None:
    (item,) = items(told(labels=(label,)))
    assert (item.health, item.category) == (True, "family_story")


def test_one_category_for_each_type_that_has_no_topics() -> None:
    seen = {type(one).__name__: one for one in JOURNEY if isinstance(one, Record)}
    found = {
        name: [item.category for item in Itemiser(JOURNEY, FACTS, POLICY).items_of(one)] for name, one in seen.items()
    }
    wanted = {"Person": ["contact"], "Address": ["address"], "Measure": ["court_order"], "Goal": ["care_plan"]}
    wanted |= {"Consent": ["disclosure_log"], "Capacity": ["disclosure_log", "health"], "Identifier": ["bsn"]}
    assert {name: found[name] for name in wanted} == wanted


class TestWhoseWhereaboutsItGivesAway:
    """By hand, else by type and topic and by every name of a secret organisation; documents until reviewed."""

    def places(self, record: Record, *others: Any) -> set[tuple[str, ...]]:  # noqa: ANN401  # records
        return {one.reveals_location_of for one in items(record, *others)}

    @pytest.mark.parametrize("topic", ["child.school", "housing.situation", "help.past", "safety.hidden_address"])
    def test_a_topic(self, topic: str) -> None:
        assert self.places(told(topics=("family.history", topic))) == {(K13,)}

    def test_no_topic(self) -> None:
        assert self.places(told(topics=("safety.current",))) == {()}

    def test_a_type(self) -> None:
        assert self.places(get("address")) == {tuple(sorted((M, K13)))}

    def test_by_hand(self) -> None:
        hand = {"reviewed_by": REVIEWED, "topics": ("child.school",)}
        assert self.places(told(**hand, reveals_location_of=())) == {()}
        assert self.places(told(**hand, reveals_location_of=(M,))) == {(M,)}

    @pytest.mark.parametrize("changes", [by(SHELTER), {"extensions": {"urn:x:y": (SHELTER,)}}])
    def test_a_secret_organisation(self, changes: dict[str, Any]) -> None:
        assert self.places(told(**changes)) == {(K13,)}

    @pytest.mark.parametrize("functions", [("vrouwenopvang",), ("jeugdhulpaanbieder", "vrouwenopvang")])
    def test_an_organisation_that_only_the_case_describes_as_secret(self, functions: tuple[str, ...]) -> None:
        described = get("org GGZ").model_copy(update={"functions": functions})
        case = FamilyCase([*(one for one in BASE if one.id != described.id), described], synthetic=True)
        (item,) = Itemiser(case, Facts(), POLICY).items_of(told(**by(ORG["GGZ"])))
        assert item.reveals_location_of == (K13,)

    def test_a_professional_of_a_secret_organisation(self) -> None:
        who = Professional(**_bare("pro"), name="Wil", org=SHELTER)
        told_by = get("a").told_by.model_copy(update={"person": None, "professional": who.id})
        assert self.places(told(told_by=told_by), who) == {(K13,)}
        assert self.places(told(told_by=told_by), who.model_copy(update={"org": ORG["GI"]})) == {()}

    def test_a_document_until_reviewed(self) -> None:
        found = next(one for one in JOURNEY if isinstance(one, DocumentRecord))
        changes = {"about": (K13,), "reveals_location_of": None, "topics": ("family.history",), **by(ORG["LT"])}
        plain = found.model_copy(update={**changes, "reviewed_by": None, "written_by": None, "source": None})
        assert self.places(plain) == {(K13,)}
        assert self.places(plain.model_copy(update={"reviewed_by": REVIEWED})) == {()}
        assert self.places(told(reviewed_by=REVIEWED, topics=("child.school",))) == {(K13,)}

    def test_that_it_gives_nothing_away_is_believed_of_the_own_organisation(self) -> None:
        school = told(topics=("child.school",), reveals_location_of=(), reviewed_by=REVIEWED)
        assert of_own(school, TEAM).reveals_location_of == ()
        assert of_own(school, SHELTER).reveals_location_of == (K13,)

    def test_another_organisation_may_name_more_persons(self) -> None:
        school = told(topics=("child.school",), reveals_location_of=(M,), reviewed_by=REVIEWED)
        assert of_own(school, TEAM).reveals_location_of == (M,)
        assert of_own(school, SHELTER).reveals_location_of == tuple(sorted((K13, M)))

    def test_a_document_that_another_organisation_reviewed(self) -> None:
        found = next(one for one in JOURNEY.records("documents") if isinstance(one, DocumentRecord))
        reviewed = found.model_copy(update={"reviewed_by": REVIEWED, "reveals_location_of": None})
        assert of_own(reviewed, reviewed.recorded_by.org).reveals_location_of == ()
        assert of_own(reviewed, SHELTER).reveals_location_of != ()

    def test_what_it_speaks_about_counts_too(self) -> None:
        (item,) = items(get("reaction"), told(topics=("child.school",), third_parties=(F,)))
        assert (item.category, item.reveals_location_of, item.third_parties) == ("school_progress", (K13,), (F,))
        assert item.about == (K13,)

    def test_a_circle_ends(self) -> None:
        one, two = get("reaction"), get("reaction").model_copy(update={"id": new_id("two")})
        assert items(one.model_copy(update={"record": two.id}), two.model_copy(update={"record": one.id})) == ()

    def test_a_circle_that_begins_later_ends(self) -> None:
        one, two, three = (get("reaction").model_copy(update={"id": new_id(name)}) for name in ("1", "2", "3"))
        named = zip((one, two, three), (two, three, two), strict=True)
        assert items(*(record.model_copy(update={"record": target.id}) for record, target in named)) == ()


def test_a_reporter_is_told_by_what_speaks_about_it() -> None:
    reporter = next(one for one in JOURNEY if isinstance(one, Reporter))
    assert all(one.reveals_reporter for one in Itemiser(JOURNEY, FACTS, POLICY).items_of(reporter))
    assert not any(one.reveals_reporter for one in items(told()))


class TestTwoIdsOfOnePerson:
    """Joined by register or BSN they are one in everything; joined otherwise, only in what narrows."""

    def joined(self, basis: str, *pairs: tuple[str, str]) -> FamilyCase:
        rows = [SamePerson(**_bare(f"{number}"), a=a, b=b, basis=basis) for number, (a, b) in enumerate(pairs)]
        return FamilyCase([*BASE, *rows], synthetic=True)

    def test_by_register(self) -> None:
        first, second = sorted((M, U))
        case = self.joined("register", (M, U))
        assert {Joined(case).one(M), Joined(case).one(U)} == {first}
        assert Joined(case).every(second) == (first,)

    def test_by_what_somebody_says(self) -> None:
        case = self.joined("professional", (M, U), (U, F))
        assert Joined(case).one(U) == U
        assert Joined(case).every(M) == Joined(case).every(F) == tuple(sorted((M, U, F)))
        (item,) = Itemiser(case, FACTS, POLICY).items_of(get("contact"))
        assert (item.about, item.reveals_location_of) == ((M,), tuple(sorted((M, U, F))))

    def corrected(self, *, by_org: str = TEAM) -> FamilyCase:
        """Return a case in which "M is U" was a mistake for "F is U", as an organisation says."""
        case = self.joined("register", (M, U))
        mistake = next(one for one in case.records("same_person"))
        right = SamePerson(**_bare("right") | by(by_org), a=F, b=U, basis="register")
        link = Link(**_bare("link") | by(by_org) | {"from": right.id, "kind": "replaces", "to": mistake.id})
        return case.add(right, link)

    def test_a_mistake_that_its_recorder_corrected_counts_no_more(self) -> None:
        joined = Joined(self.corrected())
        assert (joined.one(M), joined.every(M), joined.may_be_one(M, U)) == (M, (M,), False)
        assert joined.one(F) == joined.one(U)

    def test_corrected_by_another_it_opens_nothing_and_still_narrows(self) -> None:
        joined = Joined(self.corrected(by_org=SHELTER))
        assert joined.one(M) != joined.one(U)
        assert joined.may_be_one(M, U)

    def test_long_chains(self) -> None:
        ids = [new_id(str(number)) for number in range(100)]
        case = self.joined("bsn", *zip(ids[::2], ids[1::2], strict=True), *zip(ids[1:-1:2], ids[2::2], strict=True))
        assert {Joined(case).one(one) for one in ids} == {min(ids)}


class TestTexts:
    """Every text at any depth; in extensions the names and numbers too."""

    @pytest.mark.parametrize("array", sorted({type(one).__name__ for one in JOURNEY}))
    def test_both_ways_of_looking_find_the_same(self, array: str) -> None:
        for record in (one for one in JOURNEY if type(one).__name__ == array):
            assert strings_in(record) == {text for _, text in texts_of(record)}

    def test_extensions(self) -> None:
        record = told(extensions={"urn:x:y": {"name": (1, {"deep": "text"}), "yes": True}})
        assert {"urn:x:y", "name", "deep", "text", "yes", "1"} <= strings_in(record)
        assert {text for pointer, text in texts_of(record) if pointer == "/extensions"} >= {"deep", "text", "1"}

    def test_without_a_member(self) -> None:
        assert "Het gaat goed." in strings_in(told())
        assert "Het gaat goed." not in strings_in(told(), without=("wording",))

    def test_a_changed_record_with_the_same_id_is_looked_through_again(self) -> None:
        texts = Texts()
        assert texts.of(told()) == texts.of(told())
        assert SHELTER not in texts.of(told())
        assert SHELTER in texts.of(told(**by(SHELTER)))
