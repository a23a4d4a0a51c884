# SPDX-License-Identifier: EUPL-1.2
"""Codes in the source and sentences in the tables are the same set."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from kgbx.errors import FAMILIES
from kgbx.messages import MESSAGES

PACKAGE = Path(__file__).resolve().parents[2] / "kgbx"
CODE = re.compile(r"[CUDEFWX]_[A-Z0-9]+(?:_[A-Z0-9]+)*")

RESERVED: dict[str, str] = {}
"""Codes that nothing raises yet, and why they have a sentence already."""


def codes_in(source: str) -> set[str]:
    """Return the string constants of a module that are spelled like a code, or like the effect that tells one."""
    nodes = ast.walk(ast.parse(source))
    texts = {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    return {text.removeprefix("alert ") for text in texts if CODE.fullmatch(text.removeprefix("alert "))}


def without_families(source: str) -> str:
    """Return kgbx/errors.py without its table of families, which uses no code."""
    tree = ast.parse(source)
    tree.body = [node for node in tree.body if "FAMILIES" not in ast.unparse(node).partition("=")[0]]
    return ast.unparse(tree)


def used() -> dict[str, set[str]]:
    """Return for each file of the package the codes that it uses."""
    files = [path for path in sorted(PACKAGE.rglob("*.py")) if path.parent.name != "messages"]
    texts = {path.relative_to(PACKAGE).as_posix(): path.read_text(encoding="utf-8") for path in files}
    return {name: codes_in(without_families(text) if name == "errors.py" else text) for name, text in texts.items()}


def test_every_code_that_is_used_has_a_sentence() -> None:
    assert {name: codes - set(MESSAGES) for name, codes in used().items() if codes - set(MESSAGES)} == {}


def test_every_sentence_is_used_or_reserved() -> None:
    assert set(MESSAGES) - set().union(*used().values()) - set(RESERVED) == set()


def test_what_is_reserved_has_a_sentence() -> None:
    assert set(RESERVED) <= set(MESSAGES)


def test_every_envelope_code_of_a_family_has_a_sentence_and_the_reverse() -> None:
    of_families = {code for codes in FAMILIES.values() for code in codes}
    assert of_families == {code for code in MESSAGES if code.startswith("E_")}


@pytest.mark.parametrize(
    "source", ['raise UsageError("U_PLANTED")', 'X = {"a": ("U_PLANTED",)}', "f(code='U_PLANTED')"]
)
def test_a_planted_code_is_seen(source: str) -> None:
    assert codes_in(source) == {"U_PLANTED"}
