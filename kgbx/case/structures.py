# SPDX-License-Identifier: EUPL-1.2
"""Base of what is data beside the case (facts, policies, tables, profiles): closed, strict, frozen; read from JSON."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import partial
from itertools import takewhile
from typing import TYPE_CHECKING, Annotated, TypeVar

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

from kgbx.canonical import parse
from kgbx.case.shape import names_of, problems_of
from kgbx.clock import DAY_PATTERN, INSTANT_PATTERN
from kgbx.errors import DocumentError

if TYPE_CHECKING:
    from kgbx.errors import Problem

ANY = "*"
"""Stands for any recipient, sender, category, purpose."""

Key = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern="^[^\\u0000-\\u001f\\u007f]+$")]
"""An id or a code: of a person, an organisation, a record, a purpose."""

Moment = Annotated[str, StringConstraints(max_length=20, pattern=f"(?:{DAY_PATTERN})|(?:{INSTANT_PATTERN})")]
"""An instant, or a day that means its first instant in Europe/Amsterdam."""

Words = Annotated[str, StringConstraints(max_length=20_000)]
"""What a person wrote when weighing; only whether there is something is looked at."""


class Shape(BaseModel):
    """A closed, strict, frozen structure whose repr shows its type only."""

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid", hide_input_in_errors=True)

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"

    def __str__(self) -> str:
        return repr(self)


S = TypeVar("S", bound=Shape)


def read_shape(data: bytes, model: type[S]) -> S:
    """Return the structure in `data`.

    Raises:
        DocumentError: the guard's problem, or all problems of shape, in document order, without values.
    """
    value = parse(data, members=names_of(model))
    problems = shape_problems(model, value)
    if problems:
        raise DocumentError(problems)
    return from_value(model, value)


def from_value(model: type[S], value: object) -> S:
    """Return the structure of a parsed value that has no problems."""
    return model.model_validate_json(json.dumps(value))


def shape_problems(model: type[Shape], value: object, *, pointer: str = "") -> tuple[Problem, ...]:
    """Return what is wrong with the shape of a parsed value; pointers start with `pointer`."""
    try:
        from_value(model, value)
    except ValidationError as error:
        found = problems_of(error, model, value=value, again=partial(from_value, model))
    else:
        return ()
    names = names_of(model)
    placed = (replace(problem, pointer=pointer + _known(problem.pointer, names)) for problem in found)
    return tuple({(problem.pointer, problem.code): problem for problem in placed}.values())


def _known(pointer: str, names: frozenset[str]) -> str:
    """Cut a pointer before the first name that the schema does not know: a key of a mapping is a value too."""
    tokens = takewhile(lambda token: token.isdigit() or token in names, pointer.split("/")[1:])
    return "".join(f"/{token}" for token in tokens)
