# SPDX-License-Identifier: EUPL-1.2
"""The digest of a wording, by which a review says what was shown.

Rules: SHA-256 over ``kgbx/1 wording``, a zero byte, the salt of the statement, a zero byte, the canonical wording;
base64url without padding. The salt makes it impossible to guess short texts from the digest. Only the wording counts:
a review stays valid when a correction changes something else.
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from kgbx.canonical import dumps

if TYPE_CHECKING:
    from kgbx.case.told import Statement

_CONTEXT: Final = b"kgbx/1 wording"


def wording_digest(statement: Statement) -> str:
    """Return the digest of what a statement says, 43 characters.

    Source: RFC 8785 (canonical form), RFC 4648 section 5.
    """
    wording = dumps(statement.wording.model_dump(mode="json", exclude_none=True))
    content = b"\0".join((_CONTEXT, statement.salt.encode("ascii"), wording))
    return urlsafe_b64encode(sha256(content).digest()).rstrip(b"=").decode("ascii")
