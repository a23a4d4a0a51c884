# SPDX-License-Identifier: EUPL-1.2
"""The glossary names every object, field and code list of the published schema, and every term with its Dutch word."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
GLOSSARY = (ROOT / "docs" / "reference" / "glossary.md").read_text(encoding="utf-8")
TERMS_ONLY = GLOSSARY.partition("<!-- fields")[0]
SCHEMA = ROOT / "schemas" / "family-case-1.0.schema.json"
TERMS = re.compile(
    r"^\| (?!term )(?P<term>[A-Za-z][A-Za-z -]+) \| (?P<dutch>[^|]*) \| (?P<meaning>[^|]*) \| (?P<source>[^|]*) \|$",
    re.MULTILINE,
)


def names_of(schema: dict[str, object]) -> set[str]:
    """Return the names of all objects and members of a schema."""
    names: set[str] = set()
    waiting: list[object] = [schema]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            for keyword in ("properties", "$defs"):
                inside = node.get(keyword)
                names.update(inside if isinstance(inside, dict) else ())
            waiting.extend(node.values())
        elif isinstance(node, list):
            waiting.extend(node)
    return names


def missing(names: set[str], text: str) -> set[str]:
    """Return the names that a text does not show as code or as a heading."""
    return {name for name in names if f"`{name}`" not in text and f"### {name}\n" not in text}


def test_every_object_and_field_of_the_schema_is_in_the_glossary() -> None:
    names = names_of(json.loads(SCHEMA.read_text(encoding="utf-8")))
    assert len(names) > 50
    assert missing(names, GLOSSARY) == set()


def test_every_code_list_is_in_the_glossary() -> None:
    lists = {path.stem for path in (ROOT / "schemas" / "codes").glob("*.json")}
    assert len(lists) > 10
    assert missing(lists, GLOSSARY) == set()


def test_a_planted_field_would_be_missed() -> None:
    planted: dict[str, object] = {"$defs": {"A": {"properties": {"planted_field": {"type": "string"}}}}}
    assert missing(names_of(planted), GLOSSARY) == {"A", "planted_field"}


@pytest.mark.parametrize("found", list(TERMS.finditer(TERMS_ONLY)), ids=lambda found: str(found["term"]))
def test_a_term_has_a_dutch_word_a_meaning_and_a_source(found: re.Match[str]) -> None:
    assert all(part.strip() for part in found.groups())


def test_the_terms_of_the_law_are_there() -> None:
    terms = {found["term"] for found in TERMS.finditer(TERMS_ONLY)}
    wanted = {
        "parental authority",
        "report",
        "consent",
        "legal ground",
        "subject",
        "retention",
        "fixed contact",
        "handover",
    }
    assert wanted <= terms
