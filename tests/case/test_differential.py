# SPDX-License-Identifier: EUPL-1.2
"""Many mistakes, two and three judges: the models, jsonschema-rs on all, jsonschema on a sample.

At effort ci: 400 documents with 50 mistakes each = 20,000, of which every twentieth is shown to jsonschema too = 1,000.
"""

from __future__ import annotations

import json
from random import Random
from typing import Final

from hypothesis import given, settings
from hypothesis import strategies as st

from kgbx.case import FamilyCase
from kgbx.case.types import TYPE_OF_ARRAY
from kgbx.errors import DocumentError
from kgbx.resources import examples_path
from tests.case.builders import Value, as_bytes, smallest
from tests.case.judges import PYTHON, RUST, model_accepts
from tests.case.mutants import mutated
from tests.case.strategies import documents
from tests.effort import scaled

DOCUMENTS: Final = scaled(quick=10, ci=400, long=4000)
MUTANTS: Final = 50
EVERY: Final = 20
MOST_BYTES: Final = 4096

small = documents.filter(lambda value: len(as_bytes(value)) <= MOST_BYTES)
seeds = st.integers(0, 2**32)


def small_mutants(value: Value, seed: int) -> list[object]:
    """Return as many documents with mistakes as one search needs, none of them longer than 4 kB."""
    random = Random(seed)  # noqa: S311  # no secret
    found: list[object] = []
    while len(found) < MUTANTS:
        one = mutated(value, random)
        found += [one] if len(as_bytes(one)) <= MOST_BYTES else []
    return found


class TestModelsAndValidatorsAgreeOnMistakes:
    """What the models refuse, the published schema refuses; what they accept, it accepts."""

    @settings(max_examples=DOCUMENTS)
    @given(small, seeds)
    def test_every_judge_says_the_same(self, value: Value, seed: int) -> None:
        judged = [(one, model_accepts(one)) for one in small_mutants(value, seed)]
        assert [one for one, verdict in judged if RUST.is_valid(one) is not verdict] == []
        assert [one for one, verdict in judged[::EVERY] if PYTHON.is_valid(one) is not verdict] == []

    def test_the_mistakes_are_of_both_kinds(self) -> None:
        """The control: judges that see only broken documents, or only good ones, would agree for nothing."""
        verdicts = [model_accepts(one) for seed in range(4) for one in small_mutants(smallest_part(), seed)]
        assert 20 < sum(verdicts) + 20 < len(verdicts)


def smallest_part() -> Value:
    whole = smallest()
    return {name: whole[name] for name in ("schema", "synthetic", "persons", "statements")}


def in_any_order(value: Value) -> Value:
    """Return a document whose records are sorted by id."""
    arrays = {name: sorted(value[name], key=lambda one: one["id"]) for name in value.keys() & TYPE_OF_ARRAY.keys()}
    return value | arrays


class TestReadingBackWhatIsWritten:
    """Reading back what is written gives equal bytes."""

    @settings(max_examples=scaled(quick=50, ci=1000, long=5000))
    @given(documents)
    def test_a_case_that_is_read_is_written_the_same_twice(self, value: Value) -> None:
        try:
            written = FamilyCase.from_json(as_bytes(value)).to_json()
        except DocumentError:
            return
        assert FamilyCase.from_json(written).to_json() == written

    def test_the_example_loses_nothing_and_gains_nothing(self) -> None:
        journey = examples_path("journey", "case.json").read_bytes()
        assert in_any_order(json.loads(FamilyCase.from_json(journey).to_json())) == in_any_order(json.loads(journey))


def torn(seed: int) -> bytes:
    """Return a document with mistakes, of which a few bytes are changed, or the end is lost."""
    random = Random(seed)  # noqa: S311  # no secret
    data = bytearray(as_bytes(mutated(smallest(), random)))
    for _ in range(random.randrange(4)):
        data[random.randrange(len(data))] = random.randrange(256)
    return bytes(data[: random.randrange(len(data))] if random.random() < 0.2 else data)


class TestOnlyDocumentErrors:
    """Whatever is read, nothing but a DocumentError comes out."""

    @settings(max_examples=scaled(quick=100, ci=3000, long=50_000))
    @given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode) | seeds.map(torn))
    def test_for_bytes_texts_and_torn_documents(self, data: bytes) -> None:
        problems = None
        try:
            FamilyCase.from_json(data)
        except DocumentError as error:
            problems = error.problems
        assert problems != ()
