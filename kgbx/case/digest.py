# SPDX-License-Identifier: EUPL-1.2
"""The digest of a wording, by which a review says what was shown, and of a record, by which somebody signs for it.

Rules: base64url without padding. A wording: SHA-256 over ``kgbx/1 wording``, a zero byte, the salt of the statement, a
zero byte, the canonical wording. Only the wording counts: a review stays valid when a correction changes other members.
A record: SHA-256 over ``kgbx/1 record``, a zero byte, the name of its array, a zero byte, its salt, a zero byte, the
canonical record without its salt. The salt makes it impossible to guess short texts from a digest.
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from kgbx.canonical import dumps
from kgbx.case.types import TYPE_OF

if TYPE_CHECKING:
    from kgbx.case.base import BareRecord
    from kgbx.case.told import Statement

_CONTEXT: Final = b"kgbx/1 wording"
_RECORD_CONTEXT: Final = b"kgbx/1 record"


def wording_digest(statement: Statement) -> str:
    """Return the digest of what a statement says, 43 characters.

    Source: RFC 8785 (canonical form), RFC 4648 section 5.
    """
    wording = dumps(statement.wording.model_dump(mode="json", exclude_none=True))
    return _digest(_CONTEXT, statement.salt.encode("ascii"), wording)


def record_digest(record: BareRecord) -> str:
    """Return the digest of a whole record, 43 characters.

    Raises:
        TypeError: something else than a record.

    Source: RFC 8785 (canonical form), RFC 4648 section 5.
    """
    row = TYPE_OF.get(type(record))
    if row is None:
        raise TypeError("only a record has a digest")
    content = dumps(record.model_dump(mode="json", exclude_none=True, exclude={"salt"}))
    return _digest(_RECORD_CONTEXT, row.array.encode("ascii"), record.salt.encode("ascii"), content)


def _digest(*parts: bytes) -> str:
    return urlsafe_b64encode(sha256(b"\0".join(parts)).digest()).rstrip(b"=").decode("ascii")
