# SPDX-License-Identifier: EUPL-1.2
"""What a value of a fixed form looks like: an example for the sentence that says it does not.

Rules: an example is made up and stands here, never what a document holds; a form without an example is told without.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, get_args

from pydantic import StringConstraints

from kgbx.case.fields import (
    ANY_ORG_PATTERN,
    LANGUAGE_PATTERN,
    MEDIA_TYPE_PATTERN,
    MOMENT_PATTERN,
    ORG_PATTERN,
    PARTY_PATTERN,
    UUID4_PATTERN,
)
from kgbx.clock import DAY_PATTERN, INSTANT_PATTERN, PARTIAL_DATE_PATTERN

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pydantic.fields import FieldInfo

_INSTANT: Final = "2026-03-01T10:00:00Z"
_ID: Final = "3b1f6f0e-8c52-4d0a-9a57-0c6f2f7f7a10"
_ORG: Final = "urn:osb:oin:00000099000000001000"

EXAMPLES: Final[Mapping[str, str]] = {
    INSTANT_PATTERN: _INSTANT,
    DAY_PATTERN: "2026-03-01",
    PARTIAL_DATE_PATTERN: "2026-03-01, 2026-03, 2026",
    MOMENT_PATTERN: f"2026-03-01, {_INSTANT}",
    UUID4_PATTERN: _ID,
    ORG_PATTERN: _ORG,
    ANY_ORG_PATTERN: f"{_ORG}, *",
    PARTY_PATTERN: f"{_ID}, {_ORG}",
    LANGUAGE_PATTERN: "nl, ar, zh-Hans",
    MEDIA_TYPE_PATTERN: "image/jpeg",
}
"""Pattern and what fits it."""


def example_for(field: FieldInfo) -> str | None:
    """Return what a value of this member, or of an element of it, looks like; None where no one form is asked for."""
    patterns = {pattern for place in (*field.metadata, field.annotation) for pattern in _patterns(place)}
    found = [EXAMPLES[pattern] for pattern in patterns if pattern in EXAMPLES]
    return found[0] if len(found) == 1 else None


def _patterns(annotation: object) -> Iterator[str]:
    if isinstance(annotation, StringConstraints) and isinstance(annotation.pattern, str):
        yield annotation.pattern
    for inside in get_args(annotation):
        yield from _patterns(inside)
