# SPDX-License-Identifier: EUPL-1.2
"""The outcome of ``kgbx validate`` as a SARIF log, which code hosts and editors show beside the file.

Rules: one run; a result holds a code, a sentence, a file, a place and a line, never a value or a snippet. File names
are relative where they can be, and percent-encoded byte by byte. Standard input has no place in a file system.

Source: OASIS SARIF 2.1.0, sections 3.14 (run), 3.27 (result), 3.49 (reportingDescriptor), 3.4 (artifactLocation).
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from kgbx import __version__
from kgbx.case.rules import RULES
from kgbx.cli.files import STDIN
from kgbx.messages import MESSAGES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kgbx.cli.validating import Outcome
    from kgbx.errors import Problem
    from kgbx.messages import Language

SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
DOCUMENTATION: Final = "https://kgbx.example/docs/"
_RULES: Final = {rule.id: rule for rule in RULES}

Row = dict[str, Any]


class SarifLog:
    """Gathers which rules occur while results are made."""

    def __init__(self, language: Language) -> None:
        self._language = language
        self._index: dict[str, int] = {}

    def results(self, outcome: Outcome) -> Iterator[Row]:
        """Yield a result for each problem."""
        lines = outcome.lines or (None,) * len(outcome.problems)
        for problem, line in zip(outcome.problems, lines, strict=True):
            yield {
                "ruleId": problem.code,
                "ruleIndex": self._index.setdefault(problem.code, len(self._index)),
                "level": problem.severity,
                "message": {"text": problem.text.say(self._language)},
                "locations": [_location(outcome.path, problem, line)],
            }

    def log(self, results: object, *, status: int) -> Row:
        """Return the log around `results`, with each rule that occurs in them."""
        driver = {
            "name": "kgbx",
            "version": __version__,
            "informationUri": DOCUMENTATION,
            "rules": [_described(code, self._language) for code in self._index],
        }
        run = {
            "tool": {"driver": driver},
            "language": self._language,
            "invocations": [{"executionSuccessful": True, "exitCode": status}],
            "results": results,
        }
        return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _described(code: str, language: Language) -> Row:
    rule = _RULES.get(code)
    text = rule.text if rule else MESSAGES[code]
    page = "reference/rules.md" if rule else "reference/errors.md"
    return {
        "id": code,
        "shortDescription": {"text": text.say(language)},
        "messageStrings": {"nl": {"text": text.nl}, "en": {"text": text.en}},
        "helpUri": DOCUMENTATION + page,
        "defaultConfiguration": {"level": rule.severity if rule else "error"},
    }


def _location(path: str, problem: Problem, line: int | None) -> Row:
    location: Row = {"logicalLocations": [{"fullyQualifiedName": problem.pointer}]}
    if path != STDIN:
        place: Row = {"artifactLocation": {"uri": uri_of(path)}}
        location["physicalLocation"] = place | ({"region": {"startLine": line}} if line else {})
    return location


def uri_of(path: str) -> str:
    """Return the relative URI of a file; the absolute one of a file that was named by an absolute path elsewhere."""
    plain = os.path.normpath(path)
    if os.path.isabs(plain):  # noqa: PTH117  # a str, as it may hold bytes that are no text
        here = str(Path.cwd())
        if os.path.commonpath([here, plain]) != here:
            return "file://" + quote(os.fsencode(plain))
        plain = os.path.relpath(plain, here)
    return quote(os.fsencode(plain.replace(os.sep, "/")))
