# SPDX-License-Identifier: EUPL-1.2
"""Made-up families: the same for the same seed, right in all, and made up beyond doubt."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

import pytest

from kgbx.case import RECORD_TYPES, FamilyCase
from kgbx.case.helpers import Link
from kgbx.case.people import Address, Identifier
from kgbx.case.rules.numbers import is_bsn
from kgbx.cli.real_persons import findings
from kgbx.errors import UsageError
from kgbx.limits import MAX_FAMILY_MONTHS
from kgbx.testing import scribe
from kgbx.testing.dice import Dice
from kgbx.testing.families import make_family, stories, story_of
from kgbx.testing.people import AbsentError
from kgbx.testing.story import Story, world
from tests.effort import scaled

if TYPE_CHECKING:
    from kgbx.testing.story import Step

SEEDS = range(scaled(quick=3, ci=40, long=1000))
STORIES = sorted(stories())
LONG = 60
GOLDEN = "87c3219e3495ad57da663cfffc040d8435627d7a434bd9a1773d436eb8c4becc"


def unmeant(case: FamilyCase, story: Story) -> list[str]:
    """Return what kgbx says of a case that its story does not mean."""
    return [one.code for one in FamilyCase.check(case.to_json()) if one.rule not in story.warnings]


@pytest.mark.parametrize("name", STORIES)
@pytest.mark.parametrize("months", [1, 6, 24, LONG])
def test_a_family_passes_every_check_without_warnings(name: str, months: int) -> None:
    found = {seed: unmeant(make_family(seed, months, story=name), stories()[name]) for seed in SEEDS}
    assert {seed: codes for seed, codes in found.items() if codes} == {}


def test_a_warning_that_no_story_means_would_be_seen() -> None:
    case = make_family(1, story="foster_care")
    lonely = FamilyCase([one for one in case if not isinstance(one, Link)], synthetic=True)
    assert unmeant(lonely, stories()["foster_care"]) != []


def test_no_story_means_a_warning_without_a_reason() -> None:
    assert {name: story.warnings for name, story in stories().items() if story.warnings} == {}


def test_the_same_seed_gives_the_same_bytes_for_ever() -> None:
    """Change this value only with a new minor version: others compare with families that they kept."""
    told = b"".join(make_family(7, story=name).to_json() for name in STORIES)
    assert hashlib.sha256(told).hexdigest() == GOLDEN


def test_another_seed_gives_another_family() -> None:
    made = {make_family(seed, 1, story="debts").to_json() for seed in range(50)}
    assert len(made) == 50


def test_the_seed_chooses_among_all_stories() -> None:
    assert [story_of(seed) for seed in range(len(STORIES))] == STORIES
    assert make_family(3) == make_family(3, story=story_of(3))


@pytest.mark.parametrize("name", STORIES)
def test_a_shorter_telling_is_a_part_of_a_longer_one(name: str) -> None:
    short, long = make_family(5, 6, story=name), make_family(5, story=name)
    assert {record.id for record in short} <= {record.id for record in long} | long.erased
    assert short.merge(long) == long


def test_every_type_of_record_is_in_some_story() -> None:
    """A new type needs a step in a story: see kgbx/testing/stories."""
    made = [make_family(seed, story=name) for name in STORIES for seed in range(3)]
    empty = [row.array for row in RECORD_TYPES if not any(case.records(row.array) for case in made)]
    assert empty == []


@pytest.mark.parametrize("name", STORIES)
def test_every_step_of_a_story_happens_in_some_family(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A step that names somebody who is not there is left out: a misspelled name must not hide behind that."""
    left_out: dict[int, Step] = {}
    happened: set[int] = set()
    write = scribe.Scribe._write

    def watched(self: scribe.Scribe, step: Step) -> None:
        left_out.setdefault(id(step), step)
        write(self, step)
        happened.add(id(step))

    monkeypatch.setattr(scribe.Scribe, "_write", watched)
    for seed in range(10):
        make_family(seed, LONG, story=name)
    own = {id(step) for step in stories()[name].steps}
    assert [left_out[step] for step in own - happened if step in left_out] == []
    assert own <= happened | {id(step) for step in stories()[name].steps if "chance" in step}


def test_a_step_about_nobody_is_left_out() -> None:
    family = scribe.Scribe.__new__(scribe.Scribe)
    family._ids = {}
    with pytest.raises(AbsentError):
        family._id_of("nobody")


@pytest.mark.parametrize("name", STORIES)
def test_people_and_helpers_have_names_of_their_own(name: str) -> None:
    named = {*world()["professionals"], *world()["organisations"]}
    aliases = {step["as"] for step in stories()[name].steps if "as" in step}
    assert named.isdisjoint({*stories()[name].people, *aliases})


@pytest.mark.parametrize("name", STORIES)
def test_a_story_says_in_one_sentence_what_happens(name: str) -> None:
    text = stories()[name].text
    assert all(one.endswith(".") and one.count(".") == 1 and 40 < len(one) < 140 for one in (text.nl, text.en))


@pytest.mark.parametrize("name", STORIES)
def test_what_is_made_looks_like_nobody(name: str) -> None:
    for seed in SEEDS:
        case = make_family(seed, story=name)
        assert case.synthetic
        assert list(findings(case.to_json().decode())) == []
        assert {one.postcode for one in case.records("addresses") if isinstance(one, Address)} <= {"0000 XX"}


def test_made_up_numbers_pass_the_11_proef_and_start_with_999() -> None:
    dice = Dice("numbers")
    numbers = [dice.bsn() for _ in range(500)]
    assert all(is_bsn(number) and number.startswith("999") for number in numbers)
    assert len(set(numbers)) > 480


def test_every_number_in_a_family_is_of_a_child() -> None:
    """No organisation of these stories may use a parent's BSN. Source: Jeugdwet 7.2.1."""
    for name in STORIES:
        case = make_family(2, story=name)
        children = {one.id for one in case.records("persons") if "child" in (getattr(one, "roles", None) or ())}
        owners = {one.person for one in case.records("identifiers") if isinstance(one, Identifier)}
        assert owners <= children


@pytest.mark.parametrize("name", STORIES)
def test_no_blank_of_a_template_is_left(name: str) -> None:
    told = make_family(4, LONG, story=name).to_json().decode()
    assert re.findall(r"\{[a-z_.]+\}|\"[@!=][a-z]", told) == []


@pytest.mark.parametrize("months", [0, MAX_FAMILY_MONTHS + 1])
def test_months_out_of_range_are_refused(months: int) -> None:
    with pytest.raises(UsageError) as caught:
        make_family(1, months)
    assert caught.value.code == "U_ARGUMENT"


def test_an_unknown_story_is_refused() -> None:
    with pytest.raises(UsageError) as caught:
        make_family(1, story="../world")
    assert caught.value.code == "U_ARGUMENT"


@pytest.mark.parametrize("seed", [1.5, "1", True])
def test_a_seed_is_a_whole_number(seed: int) -> None:
    with pytest.raises(TypeError):
        make_family(seed)
