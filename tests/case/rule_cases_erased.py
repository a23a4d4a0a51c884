# SPDX-License-Identifier: EUPL-1.2
"""Cases of the rules about what was erased."""

from __future__ import annotations

from tests.case.builders import CHILD, FATHER, MOTHER, SMALLEST, STATEMENT, Value, bare, document, full
from tests.case.rule_documents import WORKER, Case, told


def erasing(record: str, *, by: int = 90) -> Value:
    """Return an erasure of a record."""
    return bare(by, record=record, rule="request_youth_care_file", on="2026-03-01")


def with_erasure(record: str, **arrays: list[Value] | list[str]) -> Value:
    return document(erasures=[erasing(record)], **arrays)


def linked(kind: str) -> Value:
    return bare(21, from_=MOTHER, kind=kind, to=CHILD)


ERASED_CASES: dict[str, list[Case]] = {
    "KGBX-R-130": [
        (
            document(statements=[told()], reactions=[SMALLEST["reactions"]]),
            with_erasure(STATEMENT, reactions=[SMALLEST["reactions"]]),
            ("/reactions/0/record",),
        ),
        (
            with_erasure(FATHER, statements=[told(about=[FATHER])]),
            with_erasure(WORKER, statements=[told(told_by={"professional": WORKER})]),
            ("/statements/0/told_by/professional",),
        ),
        (
            with_erasure(CHILD, persons=[full(1)], links=[linked("replaces")]),
            with_erasure(CHILD, persons=[full(1)], links=[linked("grounds")]),
            ("/links/0/to",),
        ),
        (
            document(persons=[full(3)], disputed=[CHILD]),
            with_erasure(CHILD, disputed=[CHILD]),
            ("/disputed/0",),
        ),
    ],
    "KGBX-R-131": [
        (with_erasure(FATHER, persons=[full(1)]), with_erasure(MOTHER, persons=[full(1)]), ("/persons/0",)),
        (
            document(erasures=[erasing(MOTHER)]),
            document(erasures=[erasing(MOTHER)], statements=[told(id=MOTHER)], persons=[full(2)]),
            ("/statements/0",),
        ),
    ],
}
"""For each rule: a document that keeps it, one that breaks it, and the pointers of the breaches."""
