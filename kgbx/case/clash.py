# SPDX-License-Identifier: EUPL-1.2
"""One id with two contents: found and shown, never resolved.

Rules: both records are kept as they are, for a person to look at; what is shown of them is ids. Two contents are the
same when their canonical bytes are: in ``extensions`` true and 1 are equal for Python and not in a document.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kgbx.canonical import dumps
from kgbx.case.types import TYPE_OF

if TYPE_CHECKING:
    from kgbx.case.base import BareRecord


@dataclass(frozen=True, slots=True)
class Clash:
    """Two records with one id.

    Attributes:
        record: The id.
        one: The record of this case.
        other: The record of the other case.
    """

    record: str
    one: BareRecord = field(repr=False)
    other: BareRecord = field(repr=False)

    @property
    def arrays(self) -> tuple[str, str]:
        """The types of both, by array; an id may even name two types."""
        return TYPE_OF[type(self.one)].array, TYPE_OF[type(self.other)].array


def same_content(one: BareRecord, other: BareRecord) -> bool:
    """Tell whether two records are the same to the last byte."""
    if one != other:
        return False
    return one.extensions is None or dumps(one.extensions) == dumps(other.extensions)
