# SPDX-License-Identifier: EUPL-1.2
"""From bytes to a document, or to its problems.

Rules: first the guard of :mod:`kgbx.canonical`, then the version, then the whole shape. The version comes before the
shape, because a document of another version is not wrong, only unknown. Rules are not looked at here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from pydantic import ValidationError

from kgbx.canonical import parse
from kgbx.case.shape import names_of, problems_of
from kgbx.case.types import SCHEMA_URI, Document, DocumentHead
from kgbx.errors import DocumentError, Problem

_NAMES: Final = names_of(Document)


@dataclass(frozen=True, slots=True)
class Reading:
    """A document as it was read.

    Attributes:
        document: The models, arrays in the order of the document.
        value: The parsed JSON, for places.
    """

    document: DocumentHead
    value: object


def read(data: bytes) -> Reading:
    """Return the document in `data`.

    Raises:
        DocumentError: the guard's problem, D_VERSION, or all problems of shape.
        TypeError: `data` is not bytes.
    """
    if not isinstance(data, bytes):
        raise TypeError("a document is bytes")
    value = parse(data, members=_NAMES)
    if isinstance(value, dict) and isinstance(value.get("schema"), str) and value["schema"] != SCHEMA_URI:
        raise DocumentError.single("D_VERSION", "/schema")
    document, problems = _validate(data, value)
    if document is None:
        raise DocumentError(problems)
    return Reading(document, value)


def _validate(data: bytes, value: object) -> tuple[DocumentHead | None, tuple[Problem, ...]]:
    try:
        return Document.model_validate_json(data, by_alias=True, by_name=False), ()
    except ValidationError as error:
        return None, problems_of(error, Document, value)
