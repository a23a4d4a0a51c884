# SPDX-License-Identifier: EUPL-1.2
"""The published schemas of messages and the models say the same, of what is right and of every small mistake."""

from __future__ import annotations

import copy
import json
from functools import cache
from random import Random
from typing import TYPE_CHECKING, Any, Final

import jsonschema_rs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, FormatChecker  # type: ignore[import-untyped]  # publishes no types

from kgbx.canonical import dumps
from kgbx.case import SCHEMA_URI
from kgbx.envelope.seal import OWN_VIEW_ONLY
from kgbx.errors import DocumentError
from kgbx.resources import schemas_path
from kgbx.story.bodies import MESSAGE_TYPES, TYPE_OF_URI, Cover, Typed
from tests.case.builders import CHILD, CONTRIBUTION, DIGEST, GI, MOTHER, TEAM, an_id, bare, full, words
from tests.case.mutants import mutated
from tests.effort import scaled

if TYPE_CHECKING:
    from collections.abc import Iterator

DAY: Final = "2026-03-02"
STEP: Final = {"turn": 0, "event": "offer", "on": DAY}
LATER: Final = {"turn": 2, "after": DIGEST, "event": "withdraw", "on": DAY, "reason": "omdat"}
INVOLVEMENT: Final = full(0x60, persons=[CHILD], org=TEAM, role="fixed_contact", valid_from=DAY)

CANARY: Final = "kanarie-in-de-mijn"

EXAMPLES: Final[dict[str, dict[str, Any]]] = {
    "handover_offer": {
        "handover": an_id(9),
        "steps": [STEP, LATER],
        "persons": [MOTHER],
        "share": an_id(8),
        "none": ["promises"],
        "not_to_ask": ["safe_contact"],
        "last_day": DAY,
        "meeting_on": DAY,
    },
    "handover_answer": {"handover": an_id(9), "steps": [STEP], "expected_on": DAY, "needs": ["goals"]},
    "handover_complete": {
        "handover": an_id(9),
        "steps": [STEP],
        "begins": INVOLVEMENT,
        "professional": bare(4, name="Anouk Terpstra", org=TEAM),
        "contributions": [CONTRIBUTION],
    },
    "consult_question": {
        "consult": full(
            0x90,
            kind="consult_named",
            persons=[CHILD],
            requested_by=TEAM,
            asked=[GI],
            state="offered",
            question=words(),
        )
    },
    "consult_answer": {"consult": an_id(0x90), "advice": words(), "answered_on": DAY},
    "information_request": {
        "purpose": "care",
        "profile": "gi.start_measure",
        "needs": ["agreements"],
        "persons": [CHILD],
    },
    "consent_withdrawn": {"consents": [an_id(7)], "withdrawn_on": DAY},
    "erasure_notice": {"records": [{"record": an_id(7), "rule": "unlawful", "on": DAY}]},
    "erasure_answer": {"answers": [{"record": an_id(7), "answer": "kept", "rule": "CLAIM"}]},
    "cover": {"purpose": "care", "profile": "any.handover", "not_to_ask": ["safe_contact"]},
}
MODELS: Final[dict[str, type[Typed]]] = {row.name: row.model for row in MESSAGE_TYPES if row.model} | {"cover": Cover}


def example(name: str) -> dict[str, Any]:
    between = {} if name == "cover" else {"sender": TEAM, "recipient": GI}
    return {"schema": MODELS[name].uri(), "synthetic": True, **between, **copy.deepcopy(EXAMPLES[name])}


@cache
def schema(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(schemas_path("messages", f"{name}-1.0.schema.json").read_bytes())
    return found


@cache
def judges(name: str) -> tuple[Any, Any]:
    rust = jsonschema_rs.Draft202012Validator(schema(name), validate_formats=True)
    return rust, Draft202012Validator(schema(name), format_checker=FormatChecker())


def model_accepts(name: str, value: object) -> bool:
    try:
        MODELS[name].read(json.dumps(value).encode())
    except DocumentError:
        return False
    return True


def test_every_type_has_an_example() -> None:
    assert EXAMPLES.keys() == MODELS.keys()


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_is_right_for_model_and_schema_and_is_written_in_one_way(name: str) -> None:
    value = example(name)
    body = MODELS[name].read(json.dumps(value).encode())
    assert body.to_json() == dumps(value)
    assert all(one.is_valid(value) for one in judges(name))


class TestModelsAndSchemasAgree:
    """What the models refuse, the published schema refuses; what they accept, it accepts."""

    @settings(max_examples=scaled(quick=20, ci=200, long=5000))
    @given(st.sampled_from(sorted(EXAMPLES)), st.integers(0, 2**32))
    def test_on_mistakes(self, name: str, seed: int) -> None:
        random = Random(seed)  # noqa: S311  # no secret
        for _ in range(20):
            value = mutated(example(name), random)
            verdict = model_accepts(name, value)
            assert [one.is_valid(value) for one in judges(name)] == [verdict, verdict], value

    def test_the_mistakes_are_of_both_kinds(self) -> None:
        """The control: judges that see only broken bodies, or only good ones, would agree for nothing."""
        random = Random(7)  # noqa: S311  # no secret
        verdicts = [model_accepts(name, mutated(example(name), random)) for name in EXAMPLES for _ in range(30)]
        assert 10 < sum(verdicts) < len(verdicts) - 10

    @pytest.mark.parametrize("name", EXAMPLES)
    def test_on_each_member_that_is_left_out(self, name: str) -> None:
        for value in shorter(example(name)):
            verdict = model_accepts(name, value)
            assert [one.is_valid(value) for one in judges(name)] == [verdict, verdict], value


def shorter(value: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the same without each of its members, at the top and one level deeper."""
    for name, inner in value.items():
        rest = {key: one for key, one in value.items() if key != name}
        yield rest
        if isinstance(inner, dict):
            yield from (rest | {name: {key: one for key, one in inner.items() if key != gone}} for gone in inner)


class TestWhatIsRefused:
    """Errors name places and never values."""

    @pytest.mark.parametrize("name", EXAMPLES)
    def test_another_version(self, name: str) -> None:
        with pytest.raises(DocumentError) as caught:
            MODELS[name].read(json.dumps(example(name) | {"schema": f"{MODELS[name].uri()}1"}).encode())
        assert [(one.code, one.pointer) for one in caught.value.problems] == [("D_VERSION", "/schema")]

    def test_an_unknown_member_is_not_named(self) -> None:
        with pytest.raises(DocumentError) as caught:
            MODELS["consent_withdrawn"].read(json.dumps(example("consent_withdrawn") | {"geheim": 1}).encode())
        assert "geheim" not in caught.value.say()
        assert caught.value.problems[0].code == "D_UNKNOWN_MEMBER"

    @pytest.mark.parametrize("name", EXAMPLES)
    def test_no_value_is_told(self, name: str) -> None:
        value = {key: [{CANARY: CANARY}] for key in example(name)} | {"schema": MODELS[name].uri()}
        with pytest.raises(DocumentError) as caught:
            MODELS[name].read(json.dumps(value).encode())
        told = "".join(
            (caught.value.say("nl"), caught.value.say("en"), repr(caught.value), str(caught.value.__context__))
        )
        assert CANARY not in told

    def test_one_that_is_too_large(self) -> None:
        with pytest.raises(DocumentError) as caught:
            Cover.read(b" " * (4 * 1024 * 1024 + 1))
        assert caught.value.problems[0].code == "D_SIZE"

    def test_a_repr_shows_no_values(self) -> None:
        assert repr(MODELS["cover"].read(json.dumps(example("cover")).encode())) == "<Cover>"


class TestTheTable:
    """Each type has a schema of its own name."""

    @pytest.mark.parametrize("row", MESSAGE_TYPES, ids=lambda row: row.name)
    def test_the_schema_is_named_by_the_type(self, row: Any) -> None:  # noqa: ANN401  # a row
        assert schema(row.name)["$id"] == row.uri
        assert TYPE_OF_URI[row.uri] is row

    def test_none_is_for_several_organisations_at_once(self) -> None:
        published = {path.name.removesuffix("-1.0.schema.json") for path in schemas_path("messages").iterdir()}
        assert published - {"cover"} <= OWN_VIEW_ONLY

    def test_where_the_body_is_a_case_the_schema_is_that_of_the_case(self) -> None:
        cases = [schema(row.name)["$ref"] for row in MESSAGE_TYPES if row.model is None]
        assert cases == [SCHEMA_URI] * 3

    def test_a_body_names_its_sender_and_recipient(self) -> None:
        assert all({"sender", "recipient"} <= {*schema(row.name)["required"]} for row in MESSAGE_TYPES if row.model)
