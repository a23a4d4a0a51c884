# SPDX-License-Identifier: EUPL-1.2
"""A person's own statement beside a record: it is added on request and travels with the record.

Source: Jeugdwet 7.3.8 lid 2; BW 7:454 lid 2; UAVG 45 lid 3 for records in an archive.
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from typing import TYPE_CHECKING, Final

from kgbx.case import Reaction, Record
from kgbx.errors import UsageError

if TYPE_CHECKING:
    from kgbx.case import FamilyCase, Stamp, Wording

OWN_STATEMENT: Final = "eigen_verklaring"
_SALT_BYTES: Final = 16


def own_statement(case: FamilyCase, record: str, *, by: str, words: Wording, on: str, stamp: Stamp) -> Reaction:
    """Return the own statement of a person about a record; ``case.add()`` puts it in the file.

    Args:
        case: The file that holds the record.
        record: Id of the record it is about.
        by: Whose statement it is.
        words: The words, in that person's own form.
        on: Day on which it was given.
        stamp: Who records it and when, and where its id and salt come from.

    Raises:
        UsageError: U_ARGUMENT, the case has no such record, or it is one that nobody decides about.
        DocumentError: an argument does not have the shape that reactions have.
    """
    target = case.get(record)
    if not isinstance(target, Record):
        raise UsageError
    return Reaction(
        id=str(stamp.ids()),
        recorded_at=stamp.recorded_at,
        recorded_by=stamp.recorded_by,
        salt=urlsafe_b64encode(stamp.random(_SALT_BYTES)).rstrip(b"=").decode("ascii"),
        regime=target.regime,
        collected_for=target.collected_for,
        record=record,
        by=by,
        kind=OWN_STATEMENT,
        words=words,
        reacted_on=on,
    )
