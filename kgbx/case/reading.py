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
from kgbx.case.base import BareRecord, Model
from kgbx.case.shape import names_of, problems_of
from kgbx.case.types import SCHEMA_URI, Document, DocumentHead
from kgbx.errors import DocumentError, Problem
from kgbx.limits import MAX_DOCUMENT_DEPTH

_NAMES: Final = names_of(Document)
_DEPTH_OF_A_RECORD: Final = 2

R = TypeVar("R", bound=BareRecord)
M = TypeVar("M", bound=Model)


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
    document, problems = _validate(Document, value)
    if document is None:
        raise DocumentError(problems)
    return Reading(document, value)


def read_again(record: R) -> R:
    """Return the same record, checked: a copy that pydantic made without checking is caught here.

    Raises:
        DocumentError: the record does not have the shape of its type, or its extensions nest too deep to be read.
    """
    members = record.model_dump(exclude_none=True, warnings=False)
    checked, problems = _validate(type(record), members)
    if checked is None:
        raise DocumentError(problems)
    parse(dumps(members), max_depth=MAX_DOCUMENT_DEPTH - _DEPTH_OF_A_RECORD)
    return checked


def checked(model: type[M], value: object) -> M:
    """Return a parsed value as a model.

    Raises:
        DocumentError: all problems of shape, without values.
    """
    found, problems = _validate(model, value)
    if found is None:
        raise DocumentError(problems)
    return found


def _validate(model: type[M], value: object) -> tuple[M | None, tuple[Problem, ...]]:
    def judge(part: object) -> M:
        return model.model_validate(part, by_alias=True, by_name=False)

    try:
        return judge(value), ()
    except ValidationError as error:
        return None, problems_of(error, model, value=value, again=judge)
