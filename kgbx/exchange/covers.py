# SPDX-License-Identifier: EUPL-1.2
"""The cover beside a case: put on as a part of its own, and read from an opened message."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kgbx.envelope.seal import Attachment
from kgbx.errors import DocumentError, EnvelopeError
from kgbx.limits import MAX_MESSAGE_BYTES
from kgbx.story.bodies.cover import COVER_MEDIA, Cover
from kgbx.story.questions import not_to_ask

if TYPE_CHECKING:
    from collections.abc import Collection

    from kgbx.envelope.unseal import Opened
    from kgbx.story.profile import Profile


def cover_for(profile: Profile, *, purpose: str, more: Collection[str] = (), synthetic: bool = False) -> Cover:
    """Return a cover for a case that is shared with a function.

    Args:
        profile: What the recipient needs.
        purpose: What the case is shared for.
        more: Ids of needs that the sender asks not to ask; those about a place are always on the list.
        synthetic: Whether the case is made up.

    Raises:
        UsageError: U_ARGUMENT, the profile has no such need.
        DocumentError: the purpose is not in the code list.
    """
    made_up = {"synthetic": True} if synthetic else {}
    name = f"{profile.function or 'any'}.{profile.occasion}"
    return Cover.new(purpose=purpose, profile=name, not_to_ask=not_to_ask(profile, more=more), **made_up)


def covering(cover: Cover | None) -> tuple[Attachment, ...]:
    """Return the part that holds a cover; none without one."""
    return () if cover is None else (Attachment(source=cover.to_json(), media=COVER_MEDIA),)


def cover_of(opened: Opened) -> Cover | None:
    """Return the cover in a message, None without one.

    Raises:
        EnvelopeError: E_POLICY, there are several; E_PART_SIZE, it is too large; E_SCHEMA, it is no cover.
    """
    found = [part for part in opened.parts[1:] if part.entry.media == COVER_MEDIA]
    if len(found) > 1:
        raise EnvelopeError("E_POLICY")
    if not found:
        return None
    if found[0].entry.size > MAX_MESSAGE_BYTES:
        raise EnvelopeError("E_PART_SIZE")
    try:
        return Cover.read(found[0].read())
    except DocumentError:
        pass
    raise EnvelopeError("E_SCHEMA")
