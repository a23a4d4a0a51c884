# SPDX-License-Identifier: EUPL-1.2
"""What is different between two cases: by id, complete, and without content."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings

from kgbx.case import Diff, Entry, FamilyCase, HeadChange, Link, Person, Replacement, diff
from tests.case.builders import (
    CHILD,
    CONTRIBUTION,
    FATHER,
    MOTHER,
    SMALLEST,
    STATEMENT,
    Value,
    an_id,
    as_bytes,
    as_real,
    bare,
    document,
    full,
    smallest,
)
from tests.case.histories import histories
from tests.case.test_erasure import erased
from tests.effort import scaled

Cases = tuple[FamilyCase, ...]


def case_of(value: Value) -> FamilyCase:
    return FamilyCase.from_json(as_bytes(value))


def small_case() -> FamilyCase:
    return case_of(smallest())


def ids(entries: tuple[Entry, ...]) -> set[str]:
    return {entry.id for entry in entries}


class TestADifferenceIsComplete:
    """Each id of which two cases differ stands in exactly one of added, removed, erased and changed."""

    @settings(
        max_examples=scaled(quick=15, ci=80, long=3000), suppress_health_check=[HealthCheck.too_slow], deadline=None
    )
    @given(histories(2))
    def test_over_histories(self, cases: Cases) -> None:
        old, new = cases
        found = diff(old, new)
        told = [entry.id for part in (found.added, found.removed, found.erased, found.changed) for entry in part]
        one, other = ({record.id: record for record in case} for case in cases)
        assert sorted(told) == sorted(key for key in one.keys() | other.keys() if one.get(key) != other.get(key))
        assert bool(found) is (old != new)

    @settings(
        max_examples=scaled(quick=10, ci=40, long=1000), suppress_health_check=[HealthCheck.too_slow], deadline=None
    )
    @given(histories(2))
    def test_turned_round_what_was_added_is_gone(self, cases: Cases) -> None:
        old, new = cases
        forth, back = diff(old, new), diff(new, old)
        assert ids(forth.added) == ids(back.removed) | ids(back.erased)


def test_a_case_does_not_differ_from_itself() -> None:
    assert diff(small_case(), small_case()) == Diff(
        head=HeadChange(), added=(), removed=(), erased=(), changed=(), replaced=()
    )
    assert not diff(small_case(), small_case())


def test_what_is_added_or_missing_is_told_by_type_and_id() -> None:
    one, other = (case_of(document(persons=[full(1), full(number)])) for number in (2, 3))
    found = diff(one, other)
    assert [(entry.array, entry.id) for entry in (*found.added, *found.removed)] == [
        ("persons", CHILD),
        ("persons", FATHER),
    ]


def test_what_was_erased_is_told_apart_from_what_is_missing() -> None:
    old = small_case()
    found = diff(old, erased(old, STATEMENT))
    assert STATEMENT in ids(found.erased)
    assert found.removed == ()
    assert {entry.array for entry in found.added} == {"erasures"}


def test_a_correction_is_told_as_a_pair() -> None:
    link = Link(**bare(50, from_=FATHER, kind="replaces", to=MOTHER))
    old = case_of(document(persons=[full(1, sex="man")]))
    found = diff(old, old.add(Person(**full(2, sex="vrouw", recorded_at="2026-03-02T10:00:00Z")), link))
    assert found.replaced == (Replacement("persons", MOTHER, FATHER, ("/sex",)),)
    assert ids(found.added) == {FATHER, link.id}


def test_a_correction_of_what_is_not_here_is_told_without_members() -> None:
    link = Link(**bare(50, from_=FATHER, kind="replaces", to=MOTHER))
    found = diff(FamilyCase(synthetic=True), case_of(document(persons=[full(2)])).add(link))
    assert found.replaced == (Replacement("persons", MOTHER, FATHER),)


def test_a_link_that_replaces_nothing_is_no_pair() -> None:
    link = Link(**bare(50, from_=FATHER, kind="based_on", to=MOTHER))
    old = case_of(document(persons=[full(1), full(2)]))
    assert diff(old, old.add(link)).replaced == ()


CHANGES: dict[str, tuple[Value, tuple[str, ...]]] = {
    "a member": ({"sex": "man"}, ("/sex",)),
    "a member that is gone": ({"pronouns": None}, ("/pronouns",)),
    "inside": ({"name": {"given": "Sanne", "surname": "Voorbeeld"}}, ("/name/surname",)),
    "in an array": ({"languages": ["nl", "fr"]}, ("/languages/1",)),
    "an array that is longer": ({"languages": ["nl", "ar", "fr"]}, ("/languages/2",)),
    "extensions": ({"extensions": {"urn:x:secret": 2}}, ("/extensions",)),
    "true for one": ({"extensions": {"urn:x:secret": True}}, ("/extensions",)),
    "two": ({"sex": "man", "languages": ["nl"]}, ("/sex", "/languages/1")),
}
BEFORE: Value = {
    "pronouns": "zij",
    "name": {"given": "Sanne"},
    "languages": ["nl", "ar"],
    "extensions": {"urn:x:secret": 1},
}


@pytest.mark.parametrize(("change", "members"), CHANGES.values(), ids=CHANGES)
def test_another_content_is_told_with_pointers_to_what_differs(change: Value, members: tuple[str, ...]) -> None:
    after = {name: member for name, member in (BEFORE | change).items() if member is not None}
    (found,) = diff(
        case_of(document(persons=[full(1, **BEFORE)])), case_of(document(persons=[full(1, **after)]))
    ).changed
    assert (found.array, found.id, sorted(found.members)) == ("persons", MOTHER, sorted(members))


def test_an_id_that_names_two_types_differs_as_a_whole() -> None:
    old = case_of(document(persons=[full(1)]))
    told = SMALLEST["statements"] | {"id": MOTHER, "about": [FATHER], "told_by": {"person": FATHER}}
    new = case_of(document(statements=[told]))
    assert [(one.array, one.members) for one in diff(old, new).changed] == [("persons", ("",))]


def test_what_differs_beside_the_records_is_told() -> None:
    rows = [full(1), full(2)]
    old = case_of(document(persons=rows, disputed=[MOTHER]) | {"id": an_id(8)})
    new = case_of(as_real(document(persons=rows, disputed=[FATHER]) | {"contributions": [CONTRIBUTION]}))
    assert diff(old, new).head == HeadChange(
        id=(an_id(8), None),
        synthetic=(True, False),
        disputed_added=(FATHER,),
        disputed_removed=(MOTHER,),
        contributions_added=1,
    )
    assert diff(new, old).head.contributions_removed == 1


def test_a_difference_shows_no_content() -> None:
    old, new = (
        case_of(document(persons=[full(1, pronouns=word), full(number)])) for word, number in (("wolk", 2), ("maan", 3))
    )
    shown = repr(diff(old, new))
    assert MOTHER in shown
    assert "wolk" not in shown
    assert "maan" not in shown
