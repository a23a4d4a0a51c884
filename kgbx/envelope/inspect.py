# SPDX-License-Identifier: EUPL-1.2
"""What a carrier can see of an envelope without any key: suite, key ids, sizes. No id, no time, no sender.

Rules: form only (steps 1 to 4 of opening); nothing that is shown here has been verified.

Source: envelope specification, sections 3.12 and 3.13.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kgbx.envelope import jwe
from kgbx.envelope.manifest import CHUNK_BYTES, CHUNK_TAG_BYTES, HEADER_BYTES
from kgbx.envelope.opening import taken_apart

if TYPE_CHECKING:
    from kgbx.envelope.opening import SealedSource


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspection:
    """What stands on the outside.

    Attributes:
        suite: The suite that the header names.
        kids: Thumbprints of the recipients' keys; None for an anonymous one.
        envelope_bytes: Size of the envelope.
        part_bytes: Size of each encrypted part.
        size_classes: For each part the most bytes of content it can hold; None if no part has this size.
    """

    suite: str
    kids: tuple[str | None, ...]
    envelope_bytes: int
    part_bytes: tuple[int, ...]
    size_classes: tuple[int | None, ...]


def inspect(sealed: SealedSource) -> Inspection:
    """Return what can be seen of a bundle or bare envelope without a key.

    Args:
        sealed: As for :func:`kgbx.envelope.unseal.unseal`.

    Raises:
        EnvelopeError: malformed or another suite: E_BUNDLE and the codes of steps 1 to 4.
        OSError: the source cannot be read.
    """
    envelope, parts = taken_apart(sealed)
    outer = jwe.parse(envelope)
    return Inspection(
        suite=outer.suite.id,
        kids=tuple(recipient.kid for recipient in outer.recipients),
        envelope_bytes=len(envelope),
        part_bytes=tuple(part.size for part in parts),
        size_classes=tuple(size_class(part.size) for part in parts),
    )


def size_class(csize: int) -> int | None:
    """Return the padded size of the content of an encrypted part of `csize` bytes, None if there is no such size."""
    sealed = csize - HEADER_BYTES
    full, rest = divmod(sealed, CHUNK_BYTES + CHUNK_TAG_BYTES)
    if sealed < 0 or rest < CHUNK_TAG_BYTES:
        return None
    return full * CHUNK_BYTES + rest - CHUNK_TAG_BYTES
