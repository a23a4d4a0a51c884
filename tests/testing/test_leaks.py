# SPDX-License-Identifier: EUPL-1.2
"""Words of a case are found wherever they come out; tests/house has the canaries that search kgbx itself."""

from __future__ import annotations

import base64

import pytest

from kgbx.testing.families import make_family
from kgbx.testing.leaks import found_in, smells, words_of

CASE = make_family(5, story="neglect_report")


@pytest.mark.parametrize(
    "text",
    [
        "Oostermeen",
        "OOSTERMEEN",
        "Oo-ster-meen",
        b"Oostermeen".hex(),
        base64.b64encode(b"x Oostermeen x").decode(),
    ],
    ids=["plain", "case", "separators", "hex", "base64"],
)
def test_a_long_word_is_found_in_every_dress(text: str) -> None:
    assert smells(f"<{text}>", ["Oostermeen"])


def test_a_short_word_is_found_only_by_itself() -> None:
    assert smells("Daan huilt", ["Daan"])
    assert not smells("vandaan, Daantje, daan", ["Daan"])


def test_what_is_not_there_is_not_found() -> None:
    assert not smells("Oosterveen", ["Oostermeen", "Daan"])


def test_the_words_of_a_case_are_names_numbers_and_what_was_told() -> None:
    pointers = {pointer.split("/")[1] for pointer in words_of(CASE).values()}
    assert {"persons", "identifiers", "contact_points", "addresses", "statements", "reactions", "goals"} <= pointers


def test_codes_ids_and_days_are_no_words_of_a_case() -> None:
    innocent = "jeugdwet care 2026-03-01 urn:osb:oin:00000099000000001000 statements told woordelijk opvoedvaardigheden"
    assert list(found_in(innocent + " ".join(record.id for record in CASE), words_of(CASE))) == []


def test_half_a_sentence_is_found() -> None:
    told = "slaap ik overdag: val in slaap naast de kinderen, zei ze"
    assert smells(told, ["slaap naast de kinderen"])
    assert any(len(word.split()) == 4 for word in words_of(CASE))
