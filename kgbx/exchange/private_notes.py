# SPDX-License-Identifier: EUPL-1.2
"""Notes that only the own organisation can read, wherever they are kept.

Rules: what stands beside a message in the store of delivery names nobody; the line of the disclosure log and its facts
do. They are encrypted to the own encryption key. Whoever must read them later copies them to the disclosure log before
that key is destroyed.

Source: delivery design, invariant I7: nothing personal outside sealed bytes.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Final

from kgbx.delivery.node import moment
from kgbx.envelope import jwe
from kgbx.envelope.seal import recipient_key
from kgbx.envelope.suites import KGBX_1, suite_named
from kgbx.errors import DirectoryError

if TYPE_CHECKING:
    from collections.abc import Callable

    from kgbx.delivery.node import Node
    from kgbx.envelope.ports import Opener

_END: Final = b"."
"""What follows the note, so that the padding of the envelope takes nothing of it."""


def hidden(note: bytes, *, node: Node, random: Callable[[int], bytes]) -> bytes:
    """Return a note as only the own organisation can read it.

    Raises:
        DirectoryError: E_DIR_UNKNOWN_ORG, the directory does not have the own document.
        EnvelopeError: the own document has no key to encrypt to.
    """
    at = moment(node.now())
    document = node.directory.document(node.org, at)
    if document is None:
        raise DirectoryError("E_DIR_UNKNOWN_ORG")
    suite = suite_named(getattr(node.identity, "suite", KGBX_1.id))
    _, key = recipient_key(document, int(at.timestamp()), suite=suite)
    cek = random(jwe.CEK_BYTES)
    squeezed = zlib.compress(note) + _END
    return jwe.encrypt(squeezed, cek=cek, recipients=[key], anonymous=False, random=random, suite=suite)


def shown(note: bytes, *, identity: Opener) -> bytes:
    """Return what a note says.

    Raises:
        EnvelopeError: it is no note, or none of the own keys opens it.
    """
    outer = jwe.parse(note)
    cek, _ = jwe.open_key(outer, identity)
    return zlib.decompress(jwe.decrypt(outer, cek).removesuffix(_END))
