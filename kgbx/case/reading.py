# SPDX-License-Identifier: EUPL-1.2
"""From bytes to a document, or to its problems.

Rules: first the guard of :mod:`kgbx.canonical`, then the version, then the whole shape. The version comes before the
shape, because a document of another version is not wrong, only unknown. Rules are not looked at here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, TypeVar

from pydantic import ValidationError

from kgbx.canonical import dumps, parse
from kgbx.case.base import BareRecord
from kgbx.case.shape import names_of, problems_of
from kgbx.case.types import SCHEMA_URI, Document, DocumentHead
from kgbx.errors import DocumentError, Problem

_NAMES: Final = names_of(Document)

R = TypeVar("R", bound=BareRecord)


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


def read_again(record: R) -> R:
    """Return what the bytes of a record say: a copy that pydantic made without checking is checked here.

    Raises:
        DocumentError: the record does not have the shape of its type.
    """
    data = dumps(record.model_dump(mode="json", exclude_none=True, warnings=False))
    value = parse(data, members=_NAMES)
    problems: tuple[Problem, ...] = ()
    try:
        return type(record).model_validate_json(data, by_alias=True, by_name=False)
    except ValidationError as error:
        problems = problems_of(error, type(record), value=value)
    raise DocumentError(problems)


def _validate(data: bytes, value: object) -> tuple[DocumentHead | None, tuple[Problem, ...]]:
    try:
        return Document.model_validate_json(data, by_alias=True, by_name=False), ()
    except ValidationError as error:
        return None, problems_of(error, Document, value=value)
