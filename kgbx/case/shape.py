# SPDX-License-Identifier: EUPL-1.2
"""Shape problems: what pydantic found, told in the words of kgbx.

Rules: a pointer ends at the last member that the schema knows; inside ``extensions`` it ends there. A sentence may name
members and codes of the schema, never anything that the document holds. All problems are told, in document order; a
misspelled member and the required member it stands for are one mistake, so one problem.
"""

from __future__ import annotations

from difflib import get_close_matches
from functools import cache
from typing import TYPE_CHECKING, Any, Final, get_args

from pydantic import BaseModel, ValidationError

from kgbx.case.forms import example_for
from kgbx.errors import Problem
from kgbx.limits import MAX_PROBLEMS
from kgbx.messages import MESSAGES, Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from pydantic.fields import FieldInfo
    from pydantic_core import ErrorDetails

_EXTENSIONS: Final = "extensions"
_MAX_LISTED_CHARS: Final = 400
_HINT_CUTOFF: Final = 0.75
_PARTS: Final = (1000, 100, 10)
"""Elements that are kept of each array, until there are few enough problems to list."""

_CODE_OF: Final[Mapping[str, str]] = {
    "missing": "D_MISSING",
    "extra_forbidden": "D_UNKNOWN_MEMBER",
    "literal_error": "D_CODE",
    "string_pattern_mismatch": "D_FORMAT",
    "string_too_short": "D_LENGTH",
    "string_too_long": "D_LENGTH",
    "too_short": "D_LENGTH",
    "too_long": "D_LENGTH",
    "greater_than_equal": "D_RANGE",
    "less_than_equal": "D_RANGE",
}
"""Kinds of pydantic; every other kind says that the value is of the wrong type."""


def problems_of(
    error: ValidationError,
    model: type[BaseModel],
    *,
    value: object,
    again: Callable[[object], object] | None = None,
) -> tuple[Problem, ...]:
    """Return what `error` says about `value`, one problem for each place and code, in document order.

    Of very many, MAX_PROBLEMS are told after D_MANY: those of the first elements of each array.

    Args:
        error: What pydantic raised.
        model: The model that was asked.
        value: The parsed value that it judged.
        again: Judges a part of a value; without it, all that `error` says is gathered, however much it is.
    """
    if again is not None and error.error_count() > MAX_PROBLEMS:
        return _first_problems(again, model, value)
    return bounded(_all_problems(error, model, value))


def bounded(problems: tuple[Problem, ...]) -> tuple[Problem, ...]:
    """Return `problems`, or D_MANY and the first MAX_PROBLEMS of them."""
    if len(problems) <= MAX_PROBLEMS:
        return problems
    return (Problem.of_shape("D_MANY"), *problems[:MAX_PROBLEMS])


def _first_problems(again: Callable[[object], object], model: type[BaseModel], value: object) -> tuple[Problem, ...]:
    """Judge ever shorter parts, for to list a million problems takes more memory than a machine has."""
    for most in _PARTS:
        part = _shortened(value, most, known=names_of(model))
        try:
            again(part)
        except ValidationError as error:
            if error.error_count() <= MAX_PROBLEMS:
                return (Problem.of_shape("D_MANY"), *_all_problems(error, model, part))
    return (Problem.of_shape("D_MANY"),)


def _shortened(value: object, most: int, *, known: frozenset[str]) -> object:
    """Return a copy with the first `most` elements of each array, and the known and first `most` members of objects."""
    if isinstance(value, dict):
        members = enumerate(value.items())
        return {name: _shortened(one, most, known=known) for n, (name, one) in members if n < most or name in known}
    if isinstance(value, (list, tuple)):
        return [_shortened(element, most, known=known) for element in value[:most]]
    return value


def _all_problems(error: ValidationError, model: type[BaseModel], value: object) -> tuple[Problem, ...]:
    details = [row for row in error.errors(include_url=False) if not _only_inside(row)]
    meant = _meant((row["loc"] for row in details if row["type"] == "extra_forbidden"), model)
    told = {(*around, name) for around, names in meant.items() for name in names}
    problems = (
        _problem(row, model, meant=meant) for row in details if row["type"] != "missing" or row["loc"] not in told
    )
    found = {(problem.pointer, problem.code): problem for problem in problems}
    return in_document_order(found.values(), value)


def _only_inside(row: ErrorDetails) -> bool:
    """Tell whether an array is called too short only because pydantic does not count its wrong elements."""
    judged = row["input"]
    return row["type"] == "too_short" and isinstance(judged, (list, tuple)) and len(judged) >= row["ctx"]["min_length"]


Place = tuple[int | str, ...]


def _problem(row: ErrorDetails, model: type[BaseModel], *, meant: Mapping[Place, Iterable[str]]) -> Problem:
    place = row["loc"]
    if _EXTENSIONS in place[:-1]:
        return Problem.of_shape("D_TYPE", _pointer(place[: place.index(_EXTENSIONS) + 1]), text=_EXTENSION_TEXT)
    code = _CODE_OF.get(row["type"], "D_TYPE")
    if code == "D_UNKNOWN_MEMBER":
        return Problem.of_shape(code, _pointer(place[:-1]), text=_unknown_text(meant[place[:-1]]))
    if code == "D_CODE" and not isinstance(row["input"], (str, bool)):
        code = "D_TYPE"
    text = _text(code, row, place)
    return Problem.of_shape(code, _pointer(place), text=_with_example(code, text, _example_at(model, place)))


def _pointer(place: Iterable[int | str]) -> str:
    return "".join(f"/{token}" for token in place)


_EXTENSION_TEXT: Final = Text(
    "In extensions zijn de namen URI's en de waarden JSON zonder null, breuken of zeer lange tekst. Pas het aan.",
    "In extensions names are URIs and values are JSON without null, fractions and very long texts. Change it.",
)


def _with_example(code: str, text: Text | None, example: str | None) -> Text | None:
    """Return the sentence with what the value should look like: a text of another length has another form too."""
    if code not in {"D_FORMAT", "D_LENGTH"} or example is None:
        return text
    sentence = text or MESSAGES[code]
    return Text(f"{sentence.nl} Een goede waarde: {example}.", f"{sentence.en} A good value: {example}.")


def _example_at(model: type[BaseModel], place: Place) -> str | None:
    names = [at for at, token in enumerate(place) if isinstance(token, str)]
    around = _model_at(model, place[: names[-1]]) if names else None
    field = _fields_of(around).get(str(place[names[-1]])) if around else None
    return example_for(field) if field else None


def _text(code: str, row: ErrorDetails, place: Place) -> Text | None:
    if code == "D_MISSING":
        return Text(
            f"Het verplichte veld {place[-1]} ontbreekt. Vul het in.",
            f"The required member {place[-1]} is missing. Add it.",
        )
    if code == "D_CODE":
        return _code_text(str(row.get("ctx", {}).get("expected", "")))
    return _limit_text(code, row.get("ctx", {}))


def _code_text(expected: str) -> Text | None:
    if not expected or len(expected) > _MAX_LISTED_CHARS:
        return None
    listed = expected.replace("'", "").replace(" or ", ", ").replace("True", "true")
    sentence = MESSAGES["D_CODE"]
    return Text(f"{sentence.nl} Mogelijk zijn: {listed}.", f"{sentence.en} Possible are: {listed}.")


def _limit_text(code: str, context: Mapping[str, Any]) -> Text | None:
    low, high = (context.get(name) for name in ("min_length", "max_length"))
    if code == "D_RANGE":
        low, high = context.get("ge"), context.get("le")
    if code not in {"D_LENGTH", "D_RANGE"} or (low is None and high is None):
        return None
    sentence = MESSAGES[code]
    if low is not None:
        return Text(f"{sentence.nl} Het minimum is {low}.", f"{sentence.en} The least is {low}.")
    return Text(f"{sentence.nl} Het maximum is {high}.", f"{sentence.en} The most is {high}.")


def _meant(unknown: Iterable[Place], model: type[BaseModel]) -> dict[Place, list[str]]:
    """Return for each object with unknown names the known members that those names resemble."""
    meant: dict[Place, list[str]] = {}
    for place in unknown:
        around = _model_at(model, place[:-1])
        names = meant.setdefault(place[:-1], [])
        near = get_close_matches(str(place[-1])[:100], members_of(around) if around else (), n=1, cutoff=_HINT_CUTOFF)
        names.extend(name for name in near if name not in names)
    return meant


def _unknown_text(meant: Iterable[str]) -> Text | None:
    """Return a hint that names known members only."""
    names = ", ".join(meant)
    if not names:
        return None
    sentence = MESSAGES["D_UNKNOWN_MEMBER"]
    return Text(f"{sentence.nl} Bedoelt u {names}?", f"{sentence.en} Do you mean {names}?")


def _model_at(model: type[BaseModel], place: Place) -> type[BaseModel] | None:
    around: type[BaseModel] | None = model
    for token in place:
        if around is not None and isinstance(token, str):
            around = members_of(around).get(token)
    return around


@cache
def members_of(model: type[BaseModel]) -> dict[str, type[BaseModel] | None]:
    """Return the names that the members of `model` have on the wire, with the model inside where there is one."""
    return {name: _model_inside(field.annotation) for name, field in _fields_of(model).items()}


@cache
def _fields_of(model: type[BaseModel]) -> dict[str, FieldInfo]:
    return {field.alias or name: field for name, field in model.model_fields.items()}


def _model_inside(annotation: object) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    found = (_model_inside(argument) for argument in get_args(annotation))
    return next((model for model in found if model is not None), None)


def names_of(model: type[BaseModel]) -> frozenset[str]:
    """Return every member name that the schema of `model` knows, at any depth."""
    names: set[str] = set()
    waiting, seen = [model], set[type[BaseModel]]()
    while waiting:
        current = waiting.pop()
        members = members_of(current)
        names.update(members)
        seen.add(current)
        waiting.extend(inner for inner in members.values() if inner is not None and inner not in seen)
    return frozenset(names)


def in_document_order(problems: Iterable[Problem], value: object) -> tuple[Problem, ...]:
    """Return `problems` in the order in which their places stand in `value`; then by code."""
    return tuple(sorted(problems, key=lambda problem: (_position(problem.pointer, value), problem.code)))


def _position(pointer: str, value: object) -> tuple[int, ...]:
    """Return the index of each token; a member that is missing comes after those that are there."""
    position: list[int] = []
    for token in pointer.split("/")[1:]:
        if isinstance(value, dict):
            position.append(list(value).index(token) if token in value else len(value))
            value = value.get(token)
        elif isinstance(value, (list, tuple)) and token.isdigit():  # else it names an alternative, not a place
            position.append(int(token))
            value = value[int(token)]
    return tuple(position)
