# SPDX-License-Identifier: EUPL-1.2
"""The one spelling of JSON, compared with another implementation of RFC 8785."""

from __future__ import annotations

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from kgbx.canonical import dumps, parse
from kgbx.errors import DocumentError
from kgbx.limits import MAX_SAFE_INTEGER

ASCII_NAMES = st.text(alphabet=st.characters(min_codepoint=0x20, max_codepoint=0x7E), max_size=6)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-MAX_SAFE_INTEGER, MAX_SAFE_INTEGER) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(ASCII_NAMES, inner, max_size=4),
    max_leaves=20,
)


class TestOneSpelling:
    """Equal values have equal bytes: those of RFC 8785."""

    @given(VALUES)
    def test_as_another_implementation_writes_it(self, value: object) -> None:
        assert dumps(value) == rfc8785.dumps(value)  # type: ignore[arg-type]  # its own recursive type

    @given(VALUES)
    def test_writing_and_reading_gives_the_value(self, value: object) -> None:
        assert parse(dumps(value)) == value

    @given(st.dictionaries(ASCII_NAMES, st.integers(0, 9), max_size=5), st.randoms(use_true_random=False))
    def test_order_of_members_is_no_matter(self, members: dict[str, int], order: object) -> None:
        shuffled = list(members.items())
        order.shuffle(shuffled)  # type: ignore[attr-defined]  # a random.Random
        assert dumps(dict(shuffled)) == dumps(members)


def test_a_tuple_is_a_list() -> None:
    assert dumps({"b": (1, 2), "a": []}) == b'{"a":[],"b":[1,2]}'


def test_text_is_written_as_utf_8() -> None:
    assert dumps("Zoë \u2028 \x7f") == '"Zoë \u2028 \x7f"'.encode()


@pytest.mark.parametrize("value", [1.0, {"a": [1.5]}, [[float("nan")]], ({"a": float("inf")},)])
def test_a_float_is_refused_wherever_it_is(value: object) -> None:
    with pytest.raises(TypeError, match="no one spelling"):
        dumps(value)


@pytest.mark.parametrize("value", [b"bytes", object(), {1, 2}])
def test_another_python_type_is_refused(value: object) -> None:
    with pytest.raises(TypeError, match="not JSON serializable"):
        dumps(value)


@pytest.mark.parametrize("value", ["\udcff", {"a": ["\ud800"]}, {"\udfff": 1}])
def test_half_a_character_is_refused(value: object) -> None:
    with pytest.raises(DocumentError) as caught:
        dumps(value)
    assert [problem.code for problem in caught.value.problems] == ["D_SURROGATE"]
    assert caught.value.__context__ is None
