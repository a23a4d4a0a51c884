# SPDX-License-Identifier: EUPL-1.2
"""The anonymous question and its answer: what stands in them, and what never does."""

from __future__ import annotations

import json
import re
from itertools import count
from typing import TYPE_CHECKING, Any
from uuid import UUID

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgbx.case import FamilyCase
from kgbx.clock import parse_moment, span_of
from kgbx.codes import code_list
from kgbx.errors import DocumentError, UsageError
from kgbx.limits import CONSULT_BYTES, MAX_CONSULT_ROWS, MAX_CONSULT_TEXT_CHARS
from kgbx.resources import schemas_path
from kgbx.story import AnonymousAnswer, AnonymousQuestion, anonymous_answer, anonymous_consult, profile
from kgbx.story.anonymous_sketch import LABELS_NOT_HERE, NOT_HERE, weeks_ago
from kgbx.testing.families import make_family
from kgbx.testing.leaks import found_in
from tests.canary import BSN, NAME, smells
from tests.case.builders import CHILD, FATHER, MOTHER, SMALLEST, Value, an_id, bare, full
from tests.case.strategies import records
from tests.effort import scaled
from tests.story.makers import AT, case, statement

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from kgbx.case import BareRecord

QUESTION = "Een kind komt al weken niet op school. Wat kunnen wij doen?"


def counting(start: int = 1) -> Callable[[int], bytes]:
    numbers = count(start)
    return lambda size: next(numbers).to_bytes(size, "big")


def asked(some: FamilyCase, question: str = QUESTION, *, start: int = 1) -> AnonymousQuestion:
    return anonymous_consult(some, question=question, at=AT, random=counting(start))


def concern(number: int, **members: object) -> Value:
    return SMALLEST["concerns"] | {"id": an_id(number), "domain": "gedrag"} | members


def test_children_have_ages_and_everybody_else_a_role() -> None:
    told = [one.model_dump(exclude_none=True) for one in asked(case()).people]
    assert told == [
        {"role": "child", "years": 9},
        {"role": "child", "years": 14},
        {"role": "parent"},
        {"role": "parent"},
    ]


def test_of_a_child_of_uncertain_age_the_lowest_is_told() -> None:
    some = case(persons=[full(0x50, birth_date="2020", roles=["child"])])
    assert 5 in {one.years for one in asked(some).people}


def test_a_child_that_is_expected_has_no_date() -> None:
    some = case(persons=[full(0x50, expected_birth_date="2026-05-04", roles=["child"])])
    assert [one.unborn for one in asked(some).people if one.unborn] == [True]
    assert b"2026" not in asked(some).to_json()


def test_a_child_that_was_born_by_another_description_is_told_of_once() -> None:
    unborn = full(0x50, roles=["child"], expected_birth_date="2016-10-05")
    some = case(persons=[unborn], same_person=[bare(0x51, a=CHILD, b=an_id(0x50), basis="bsn")])
    assert asked(some).people == asked(case()).people


def test_a_worry_is_a_code_and_weeks() -> None:
    some = case(concerns=[concern(0x50, domain="schoolverzuim", level="zorg", since="2026-02-09")])
    told = [one.model_dump(exclude_none=True) for one in asked(some).worries]
    assert told == [{"domain": "schoolverzuim", "level": "zorg", "weeks_ago": 3}]


@pytest.mark.parametrize("members", [{"status": "voorbij"}, {"domain": "schulden"}, {"labels": ["criminal"]}], ids=str)
def test_a_worry_that_is_over_or_excluded_is_left_out(members: dict[str, object]) -> None:
    assert asked(case(concerns=[concern(0x50, **members)])).worries == ()


def test_that_somebody_stays_in_a_shelter_is_left_out() -> None:
    step = SMALLEST["milestones"] | {"id": an_id(0x60), "kind": "started", "reached_on": "2026-01-26"}
    assert asked(case(milestones=[step | {"help_form": "opvang"}])).help == ()
    assert len(asked(case(milestones=[step | {"help_form": "crisis"}])).help) == 1


@pytest.mark.parametrize("array", ["confidences", "restrictions"])
def test_what_is_kept_in_confidence_or_not_used_is_left_out(array: str) -> None:
    keeps = SMALLEST[array] | {"id": an_id(0x51), "record": an_id(0x50)}
    assert asked(case(concerns=[concern(0x50)], **{array: [keeps]})).worries == ()


def test_a_worry_that_rests_on_what_was_told_in_confidence_is_left_out() -> None:
    keeps = SMALLEST["confidences"] | {"id": an_id(0x51), "record": an_id(0x100)}
    link = bare(0x52, from_=an_id(0x50), kind="based_on", to=an_id(0x100))
    some = case(concerns=[concern(0x50)], statements=[statement()], confidences=[keeps], links=[link])
    assert asked(some).worries == ()


def test_what_is_left_out_is_what_the_need_profile_excludes() -> None:
    excluded = set(profile("any", "consult_anonymous").excludes)
    table = json.loads(schemas_path("policy", "categories.json").read_bytes())
    domains = {topic.removeprefix("problem.") for topic, found in table["topics"].items() if excluded & set(found)}
    assert {one for one in domains if one in code_list("problem_domain").codes} == set(NOT_HERE)
    assert {label for label, found in table["labels"].items() if excluded & set(found)} == set(LABELS_NOT_HERE)


def test_the_last_judgement_of_safety_and_the_state_of_help_are_told() -> None:
    judged = SMALLEST["safety_assessments"] | {"conclusion": "veilig_genoeg"}
    rows = [judged | {"id": an_id(0x50 + n), "assessed_on": day} for n, day in enumerate(("2026-01-05", "2026-02-23"))]
    rows[0] |= {"conclusion": "acuut_onveilig"}
    step = SMALLEST["milestones"] | {
        "id": an_id(0x60),
        "kind": "started",
        "help_form": "ambulant",
        "reached_on": "2026-01-26",
    }
    found = asked(case(safety_assessments=rows, milestones=[step]))
    assert (found.safety and found.safety.conclusion, found.safety and found.safety.weeks_ago) == ("veilig_genoeg", 1)
    assert [one.model_dump() for one in found.help] == [{"form": "ambulant", "step": "started", "weeks_ago": 5}]


WEEKS = (
    ("2026-04-01", 0),
    ("2026-02-23", 1),
    ("2025-12-08", 12),
    ("2025-11-20", 12),
    ("2024-12-01", 52),
    ("1900", 2080),
)


@pytest.mark.parametrize(("earlier", "weeks"), WEEKS)
def test_weeks_get_coarser_the_longer_ago(earlier: str, weeks: int) -> None:
    assert weeks_ago(AT.date(), span_of(earlier)[0]) == weeks


def test_at_most_twenty_rows_are_told() -> None:
    some = case(concerns=[concern(0x500 + n) for n in range(30)])
    assert len(asked(some).worries) == MAX_CONSULT_ROWS


@pytest.mark.parametrize("text", ["", "a" * (MAX_CONSULT_TEXT_CHARS + 1), "a\0b"], ids=["empty", "long", "control"])
def test_a_question_that_is_no_text_is_refused(text: str) -> None:
    with pytest.raises(DocumentError) as caught:
        asked(case(), text)
    assert {one.code for one in caught.value.problems} <= {"D_LENGTH", "D_FORMAT"}
    assert {one.pointer for one in caught.value.problems} == {"/question"}


def test_half_a_character_is_refused() -> None:
    with pytest.raises(DocumentError) as caught:
        asked(case(), "half \ud800")
    assert caught.value.code == "D_INVALID"


def test_a_moment_without_zone_is_refused() -> None:
    with pytest.raises(UsageError) as caught:
        anonymous_consult(case(), question=QUESTION, at=AT.replace(tzinfo=None), random=counting())
    assert caught.value.code == "U_MOMENT"


def test_a_trace_is_told_by_line_and_character_and_kind() -> None:
    named = case(persons=[full(0x50, name={"given": NAME}, roles=["parent"])])
    with pytest.raises(DocumentError) as caught:
        asked(named, f"Een vraag.\nWat wil {NAME}, geboren in 1983?")
    assert [(one.code, one.pointer) for one in caught.value.problems] == [("D_TRACE", "/question")] * 2
    assert "Line 2, character 9: here stands a name." in caught.value.say("en")
    assert not smells(f"{caught.value.say('nl')} {caught.value!r} {caught.value.problems}")


def test_an_answer_goes_with_its_question_and_only_that() -> None:
    first, second = asked(case()), asked(case(), start=7)
    found = anonymous_answer(first, answer="Praat eerst met de ouders, en met het kind alleen.")
    assert found.answer_token == first.answer_token != second.answer_token


def test_documents_are_read_again_as_they_were() -> None:
    question = asked(case(concerns=[concern(0x50)]))
    answer = anonymous_answer(question, answer="Bel ons gerust.\nWij denken mee.")
    assert AnonymousQuestion.read(question.to_json()) == question
    assert AnonymousAnswer.read(answer.to_json()) == answer


BROKEN: dict[str, Callable[[bytes], bytes]] = {
    "not 16 KiB": lambda data: data[:-1],
    "empty": lambda _: b"",
    "longer": lambda data: data + b" ",
    "without padding": lambda data: re.sub(b'"padding":" *",', b"", data),
    "no JSON": lambda data: b"x" * len(data),
    "unknown member": lambda data: data.replace(b'"padding":"   ', b'"ref":"","padding":"', 1)[:CONSULT_BYTES],
    "words in the padding": lambda data: data.replace(b'"padding":" ', b'"padding":"x', 1),
}


@pytest.mark.parametrize("how", BROKEN)
def test_another_document_is_refused(how: str) -> None:
    with pytest.raises(DocumentError) as caught:
        AnonymousQuestion.read(BROKEN[how](asked(case()).to_json()))
    assert caught.value.code == "D_INVALID"


def test_the_published_schemas_accept_what_is_written() -> None:
    question = asked(case(concerns=[concern(0x50)]))
    for name, document in (("question", question), ("answer", anonymous_answer(question, answer="Ja."))):
        schema = json.loads(schemas_path("messages", f"anonymous_consult_{name}-1.0.schema.json").read_bytes())
        validator = jsonschema_rs.Draft202012Validator(schema)
        value = json.loads(document.to_json())
        assert validator.is_valid(value)
        assert not validator.is_valid(value | {"thid": "x"})


# --- nothing leads to the family


def with_canary() -> FamilyCase:
    """Return a family that is called as the canary in every record that can hold a name, number or words."""
    person = full(
        0x50, name={"given": NAME, "surname": NAME, "call_name": NAME}, birth_date="2014-04-05", roles=["child"]
    )
    wording = {"text": f"{NAME} {BSN}", "language": "nl", "form": "woordelijk"}
    return case(
        persons=[person],
        identifiers=[full(0x51, person=CHILD, system="bsn", value=BSN, legal_basis="jw_7_2_1")],
        addresses=[full(0x52, persons=[CHILD], kind="residence", street=NAME, city=NAME)],
        organisations=[
            bare(0x53, org="urn:osb:oin:00000099000000003000", name=NAME, functions=["school"], region=NAME)
        ],
        concerns=[concern(0x54, words=wording, since="2014-04-05")],
        strengths=[SMALLEST["strengths"] | {"id": an_id(0x55), "words": wording}],
        statements=[statement(wording=wording)],
    )


def test_the_canary_is_in_no_byte() -> None:
    data = asked(with_canary()).to_json().decode()
    assert not smells(data)
    assert not re.search(r"2014|04-05|00000099|-4[0-9a-f]{3}-", data)


def test_the_canary_would_be_smelled() -> None:
    assert smells(with_canary().to_json().decode())
    assert smells(asked(case(), f"Wat wil {NAME}?").to_json().decode())


class TestNothingOfTheFamilyIsInTheBytes:
    """No name, date, place or identifier of the case is in the bytes of an anonymous consult."""

    @given(st.integers(0, scaled(quick=30, ci=1000, long=100_000)), st.sampled_from([2, 9, 24]))
    def test_no_value_of_any_family_comes_out(self, seed: int, months: int) -> None:
        some = make_family(seed, months)
        data = anonymous_consult(some, question=QUESTION, at=parse_moment("2024-05-01"), random=counting()).to_json()
        shown = data.decode().replace("2024", "")
        assert list(found_in(shown, telling(some))) == []


def telling(some: FamilyCase) -> Iterator[str]:
    """Yield every id, date, name and place of a case, from its JSON and not from its models."""
    value = json.loads(some.to_json())
    yield from (text for array in value.values() if isinstance(array, list) for one in array for text in _texts(one))


def _texts(value: Any) -> Iterator[str]:  # noqa: ANN401  # any JSON
    if isinstance(value, dict):
        for name, member in value.items():
            if isinstance(member, str) and (name in SAYS_SOMETHING or _is_id_or_date(member)):
                yield member
            yield from _texts(member)
    elif isinstance(value, list):
        for one in value:
            yield from _texts(one)


SAYS_SOMETHING = {"given", "surname", "street", "city", "value", "name", "org", "salt", "text", "region", "postcode"}


def _is_id_or_date(text: str) -> bool:
    return bool(re.match(r"[0-9a-f]{8}-|\d{4}-\d\d", text))


class TestEveryCaseGivesAQuestion:
    """Whatever the records say, a question is made that can be read, or an error of ours is raised."""

    @given(st.lists(records(), max_size=10, unique_by=lambda one: one.id))
    def test_any_records_give_a_question(self, some: list[BareRecord]) -> None:
        made = asked(FamilyCase(some, synthetic=True), "?")
        assert AnonymousQuestion.read(made.to_json()) == made


class TestTwoConsultsShareNothingButConstants:
    """Two consults about one family share no 16 bytes that a consult about an unknown family would not share."""

    @given(st.integers(0, scaled(quick=20, ci=600, long=60_000)))
    def test_two_questions_are_as_alike_as_those_of_two_families(self, seed: int) -> None:
        one = make_family(seed)
        first = anonymous_consult(one, question=QUESTION, at=AT, random=counting(1)).to_json()
        second = anonymous_consult(one, question="Is melden nodig?", at=AT, random=counting(2**100)).to_json()
        other = anonymous_consult(twin_of(one), question="Is melden nodig?", at=AT, random=counting(2**101)).to_json()
        assert shared(first, second) == shared(first, other)

    @given(st.integers(0, scaled(quick=20, ci=600, long=60_000)))
    def test_what_they_share_are_words_of_the_format_and_small_numbers(self, seed: int) -> None:
        one = make_family(seed)
        first = anonymous_consult(one, question=QUESTION, at=AT, random=counting(1)).to_json()
        second = anonymous_consult(one, question="Moet dit?", at=AT, random=counting(2**100)).to_json()
        for window in shared(first, second):
            assert max((len(digits) for digits in re.findall(rb"\d+", window)), default=0) <= 4
            inner = re.findall(rb"(?<![a-z_])[a-z_]+(?![a-z_])", window[1:-1])
            assert all(any(word in known for known in VOCABULARY) for word in inner)


def shared(one: bytes, two: bytes) -> set[bytes]:
    """Return the stretches of 16 bytes that two documents have in common."""
    return _stretches(one) & _stretches(two)


def _stretches(data: bytes) -> set[bytes]:
    return {data[place : place + 16] for place in range(len(data) - 15)}


def twin_of(some: FamilyCase) -> FamilyCase:
    """Return a family of the same ages and worries, with other ids, salts, names and organisations."""
    text = some.to_json().decode()
    for number, old in enumerate(sorted(set(re.findall(r"[0-9a-f]{8}-[0-9a-f-]{27}", text)), reverse=True)):
        text = text.replace(old, str(UUID(int=(0xABC << 100) + number, version=4)))
    value = json.loads(text)
    for array in (one for one in value.values() if isinstance(one, list)):
        for record in array:
            record["salt"] = "A" * 22
            if isinstance(record.get("name"), dict):
                record["name"] = {"surname": "Testman"}
            elif "name" in record:
                record["name"] = "Iemand Anders"
    return FamilyCase.from_json(json.dumps(value).encode())


LISTS = (
    *("person_role", "problem_domain", "concern_level", "safety_level", "help_form", "milestone_kind"),
    "strength_domain",
)
VOCABULARY = {
    *(code.encode() for name in LISTS for code in code_list(name).codes),
    *(b"answer_token help form step weeks_ago language nl padding people role years unborn true question".split()),
    *(b"safety conclusion worries domain level strengths schema synthetic https kgbx example messages".split()),
    *(b"anonymous_consult_question".split()),
}


def test_a_family_that_gave_itself_away_would_share_more() -> None:
    one = make_family(3)
    name = json.loads(one.to_json())["persons"][0]["name"]["surname"].encode() * 3
    first, second = (asked(one, start=start).to_json() + name for start in (1, 2**100))
    assert shared(first, second) != shared(first, asked(twin_of(one), start=2**101).to_json())


def test_nobody_is_asked_for_who_is_responsible_or_stays() -> None:
    members = {*AnonymousQuestion.model_fields, *AnonymousAnswer.model_fields}
    assert not [one for one in members if re.search("responsib|contact|handover|case|thread|ref|org|sender", one)]
    assert {FATHER, MOTHER}.isdisjoint(asked(case()).to_json().decode().split('"'))
