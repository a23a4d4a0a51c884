# SPDX-License-Identifier: EUPL-1.2
"""The sentences of kgbx: complete in two languages, and without room for a value."""

from __future__ import annotations

import re

import pytest

from kgbx.messages import MESSAGES
from kgbx.messages.delivery import DELIVERY
from kgbx.messages.directory import DIRECTORY
from kgbx.messages.document import DOCUMENT
from kgbx.messages.envelope import ENVELOPE
from kgbx.messages.usage import USAGE

TABLES = {"usage": USAGE, "document": DOCUMENT, "envelope": ENVELOPE, "directory": DIRECTORY, "delivery": DELIVERY}
EVERY = [(code, language, text.say(language)) for code, text in MESSAGES.items() for language in ("nl", "en")]


@pytest.mark.parametrize(("code", "language", "sentence"), EVERY)
def test_a_sentence_is_whole_and_has_no_placeholder(code: str, language: str, sentence: str) -> None:
    assert re.fullmatch(r"[A-Z].*[.?]", sentence), (code, language)
    assert not re.search(r"[{}%<>]|\s\s|\n", sentence), (code, language)


@pytest.mark.parametrize("code", MESSAGES)
def test_a_sentence_says_what_to_do(code: str) -> None:
    for language in ("nl", "en"):
        assert len(re.findall(r"[.?;:](?:\s|$)", MESSAGES[code].say(language))) > 1, language


@pytest.mark.parametrize("code", MESSAGES)
def test_the_languages_are_not_each_other(code: str) -> None:
    assert MESSAGES[code].nl != MESSAGES[code].en


@pytest.mark.parametrize("code", MESSAGES)
def test_a_code_is_spelled_like_a_code(code: str) -> None:
    assert re.fullmatch(r"[CUDEFWX]_[A-Z0-9]+(?:_[A-Z0-9]+)*", code)


def test_no_code_stands_in_two_tables() -> None:
    assert sum(len(table) for table in TABLES.values()) == len(MESSAGES)


def test_the_table_cannot_be_changed() -> None:
    with pytest.raises(TypeError, match="does not support item assignment"):
        MESSAGES["U_ARGUMENT"] = MESSAGES["U_MOMENT"]  # type: ignore[index]  # that is the point
