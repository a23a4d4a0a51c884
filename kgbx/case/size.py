# SPDX-License-Identifier: EUPL-1.2
"""Whether a case can be written as a document that can be read again.

Rules: the limits are those of reading. Serialising is spared where a cheaper count shows that no limit is near.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kgbx.canonical import values_exceed
from kgbx.errors import DocumentError
from kgbx.limits import MAX_DOCUMENT_BYTES, MAX_DOCUMENT_VALUES

if TYPE_CHECKING:
    from kgbx.case.family_case import FamilyCase

_SURELY_FITS: Final = min(MAX_DOCUMENT_BYTES, MAX_DOCUMENT_VALUES) // 2
"""Bytes of records below which neither limit is near: a value takes a byte at least."""


def require_readable(case: FamilyCase) -> FamilyCase:
    """Return a case that can be read again once it is written.

    Raises:
        DocumentError: D_SIZE, D_VALUES: it would be too large a document.
    """
    size = sum(len(record.model_dump_json(exclude_none=True, warnings=False)) + 1 for record in case)
    size += sum(len(one.model_dump_json()) for one in case.contributions) + sum(map(len, case.disputed))
    if size > _SURELY_FITS:
        data = case.to_json()
        if len(data) > MAX_DOCUMENT_BYTES:
            raise DocumentError.single("D_SIZE")
        if values_exceed(data, MAX_DOCUMENT_VALUES):
            raise DocumentError.single("D_VALUES")
    return case
