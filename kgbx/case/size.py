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
    from collections.abc import Callable, Iterable

    from kgbx.case.base import Model

_SURELY_FITS: Final = min(MAX_DOCUMENT_BYTES, MAX_DOCUMENT_VALUES) // 2
"""Bytes of records and contributions below which neither limit is near: a value takes a byte at least, and the marks
``disputed`` name records that are here."""


def require_readable(models: Iterable[Model], write: Callable[[], bytes]) -> None:
    """Return if a document can be read again.

    Args:
        models: Records and contributions in it.
        write: Gives its bytes.

    Raises:
        DocumentError: D_SIZE, D_VALUES: it is too large.
    """
    if sum(len(one.model_dump_json(exclude_none=True, warnings=False)) + 1 for one in models) <= _SURELY_FITS:
        return
    data = write()
    if len(data) > MAX_DOCUMENT_BYTES:
        raise DocumentError.single("D_SIZE")
    if values_exceed(data, MAX_DOCUMENT_VALUES):
        raise DocumentError.single("D_VALUES")
