# SPDX-License-Identifier: EUPL-1.2
"""Patterns: what is understood is read as other engines read it, what is not is left alone."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgbx.interop.automata import automaton
from kgbx.interop.texts import NotDecidedError, Texts, counterexample, example
from tests.case.strategies import SCHEMA
from tests.interop.test_forms import nodes

PATTERNS = sorted({node["pattern"] for node in nodes(SCHEMA) if isinstance(node.get("pattern"), str)})
PIECES = st.sampled_from(["a", "b", "[ab]", "[^a]", "\\n", "\\u0061", "[a-b-]", "(?:a|b)", "(ab|)"])
TIMES = st.sampled_from(["", "", "*", "+", "?", "{2}", "{1,2}", "{0,}", "*?"])
BODIES = st.lists(st.tuples(PIECES, TIMES).map("".join), max_size=4).map("".join)
TEXTS = st.text("ab-\nc", max_size=5)


def as_python(pattern: str) -> re.Pattern[str]:
    """Return the pattern for Python, in which ``$`` is another thing."""
    return re.compile(f"{pattern[:-1]}\\Z" if pattern.endswith("$") else pattern)


class TestAnAutomatonReadsAPatternAsOtherEnginesDo:
    """Whether a text fits does not depend on who reads the pattern."""

    @given(BODIES, TEXTS, st.booleans(), st.booleans())
    def test_on_small_patterns(self, body: str, text: str, begins: bool, ends: bool) -> None:  # noqa: FBT001  # drawn
        pattern = "^" * begins + body + "$" * ends
        read = automaton(pattern)
        assert read is not None
        assert read.accepts(text) is bool(as_python(pattern).search(text))

    @pytest.mark.parametrize("pattern", PATTERNS)
    def test_on_the_shortest_text_of_every_pattern_of_the_schema(self, pattern: str) -> None:
        shortest = example(Texts(patterns=frozenset({pattern})))
        assert shortest is not None
        assert as_python(pattern).search(shortest)


@pytest.mark.parametrize(
    "pattern",
    [
        *("(?=a)a", "(?<n>a)", "\\s", "\\bx", "a^", "$a", "^a|b$", "(a", "a)", "[a", "a{2", "a{b}", "*a", "[b-a]"),
        *("\\p{L}", "\\u00g0", "\\x1", "[\\d-z]", "a\\", "(?a)", "\\01", "(?:a{99}){99}", "(" * 9999 + ")" * 9999),
    ],
    ids=lambda pattern: pattern[:12],
)
def test_what_is_not_understood_has_no_automaton(pattern: str) -> None:
    assert automaton(pattern) is None


@pytest.mark.parametrize(
    ("pattern", "fits", "fits_not"),
    [
        ("^\\d$", "1", "\uff11"),
        ("^\\w$", "_", "é"),
        ("^[^]$", "\n", ""),
        ("^\\$$", "$", "\\"),
        ("a\\$", "a$", "a"),
        ("^.$", "\U0001f642", "\u2028"),
        ("^[\\x41-\\u0043]$", "B", "D"),
        ("^[+\\]]$", "]", "\\"),
        ("^\\0$", "\0", "0"),
    ],
)
def test_a_sign_means_what_the_standard_says(pattern: str, fits: str, fits_not: str) -> None:
    read = automaton(pattern)
    assert read is not None
    assert [read.accepts(fits), read.accepts(fits_not)] == [True, False]


def texts(pattern: str = "", *, refused: str = "", least: int = 0, most: int | None = None) -> Texts:
    patterns = frozenset({pattern} if pattern else ())
    return Texts(least=least, most=most, patterns=patterns, refused=frozenset({refused} if refused else ()))


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (texts("^a+$"), texts("^[ab]+$"), None),
        (texts("^[ab]+$"), texts("^a+$"), "b"),
        (texts("^a{2,4}$"), texts(least=2, most=4), None),
        (texts("^a+$", most=3), texts("^a{1,3}$"), None),
        (texts("^a+$", most=4), texts("^a{1,3}$"), "aaaa"),
        (texts("^[0-9]+$", least=3), texts("^[0-9]{2,}$"), None),
        (texts("^a*$"), texts(refused="aa"), "aa"),
        (texts("^[^\\n]*$"), texts(refused="\\n"), None),
        (texts(refused="b"), texts("^[^b]*$"), None),
        (texts("(?=a)", most=3), texts("(?=a)", most=4), None),
        (texts("^(?=a)a$"), texts(), None),
        (texts("^b$", refused="(?=a)"), texts("^[a-c]$"), None),
        (texts("^a*$", most=30_000), texts(most=20_000), "a" * 20_001),
    ],
)
def test_a_shortest_text_tells_two_apart(old: Texts, new: Texts, expected: str | None) -> None:
    assert counterexample(old, new) == expected


@pytest.mark.parametrize(
    ("old", "new"),
    [(texts(), texts("(?=a)")), (texts("(?=a)"), texts(most=3)), (texts(most=300_000), texts(most=200_000))],
    ids=["new not understood", "old not understood", "too large"],
)
def test_what_cannot_be_found_out_is_not_decided(old: Texts, new: Texts) -> None:
    with pytest.raises(NotDecidedError):
        counterexample(old, new)
