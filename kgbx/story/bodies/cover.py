# SPDX-License-Identifier: EUPL-1.2
"""The cover of a case that is passed on: what it is for, and what not to ask. It travels beside the case, as a part.

Rules: ids of needs only, never a word; needs about a place are always on the list, so that one on it tells nothing.
"""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import Field, StringConstraints

from kgbx.case.fields import NO_LINE_END, Many, Maybe, doc
from kgbx.codes import Code
from kgbx.story.bodies.base import Typed

COVER_MEDIA: Final = "application/vnd.kgbx.cover+json"
"""Media type of the part that holds a cover."""

NEED_PATTERN: Final = "^[a-z][a-z0-9_.]{0,79}$"
PROFILE_PATTERN: Final = "^[a-z][a-z0-9_]{0,63}[.][a-z][a-z0-9_]{0,63}$"

NeedId = Annotated[str, StringConstraints(pattern=NEED_PATTERN, max_length=80), NO_LINE_END]
"""Id of a need of a published profile."""
ProfileName = Annotated[str, StringConstraints(pattern=PROFILE_PATTERN, max_length=129), NO_LINE_END]
"""Name of a published need profile: its function, or ``any``, and its occasion."""


class Cover(Typed):
    """What a case is for, and what the recipient need not ask."""

    schema_: Annotated[
        Literal["https://kgbx.example/messages/cover/1.0"],
        Field(alias="schema"),
        doc("schema", "Names this version of the schema."),
    ]
    purpose: Annotated[str, Code("purpose"), doc("doel", "What it was shared for.", source="AVG 5 lid 1 onder b")]
    profile: Annotated[Maybe[ProfileName], doc("informatiebehoefte", "Need profile that the list is about.")] = None
    not_to_ask: Annotated[
        Many[NeedId], doc("niet vragen", "Needs that the recipient does not ask; those about a place always are on it.")
    ] = ()
