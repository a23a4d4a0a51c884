# SPDX-License-Identifier: EUPL-1.2
"""A name and a number that must never come out, planted everywhere, and the nose that smells them."""

from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING, Any

from kgbx.testing import leaks
from kgbx.testing.leaks import everything_said_by

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["BSN", "NAME", "everything_said_by", "plants", "smells"]

NAME = "Vredebregtsma"
BSN = "999990019"
_PLAIN = (NAME, BSN)

Path = tuple[str | int, ...]


def smells(text: str) -> bool:
    """Tell whether the canary is in `text`: plain, in another case, with separators, in hex or in base64."""
    return leaks.smells(text, _PLAIN)


def plants(document: dict[str, Any]) -> Iterator[tuple[str, bytes]]:
    """Yield broken documents, each with the canary in another member: (how, bytes).

    Of members that differ only by the place in an array the first is taken.
    """
    for path in _one_of_each(_paths(document)):
        for how, value in _values():
            yield f"{how} at {path}", _dumps(_with(document, path, value))
        if path and isinstance(path[-1], str):
            yield f"renamed {path}", _dumps(_renamed(document, path))
    for path in _one_of_each(_paths(document, objects=True)):
        yield f"added at {path}", _dumps(_with(document, (*path, NAME), BSN))
        yield f"twice at {path}", _twice(document, path)
    yield from _cut(document)


def _one_of_each(paths: Iterator[Path]) -> Iterator[Path]:
    seen = set()
    for path in paths:
        member = tuple("*" if isinstance(step, int) else step for step in path)
        if member not in seen:
            seen.add(member)
            yield path


def _values() -> list[tuple[str, Any]]:
    return [
        ("name", NAME),
        ("number", int(BSN)),
        ("digits", BSN),
        ("object", {NAME: BSN}),
        ("list", [NAME, {BSN: NAME}]),
        ("control character", f"{NAME}\u0000"),
        ("line end", f"{BSN}\n"),
        ("fraction", float(BSN) + 0.5),
    ]


def _cut(document: dict[str, Any]) -> Iterator[tuple[str, bytes]]:
    whole = _dumps({NAME: BSN, **document})
    for end in range(1, 80):
        yield f"cut after {end}", whole[:end]
    yield "not UTF-8", NAME.encode() + b"\xff"
    yield "two documents", whole + whole
    yield "half a character", _dumps({NAME: "\ud800"})
    yield "no JSON", NAME.encode()


def _paths(value: Any, path: Path = (), *, objects: bool = False) -> Iterator[Path]:  # noqa: ANN401  # any JSON
    if isinstance(value, dict) or not objects:
        yield path
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, member in inside:
        yield from _paths(member, (*path, step), objects=objects)


def _with(document: dict[str, Any], path: Path, value: object) -> Any:  # noqa: ANN401  # any JSON
    if not path:
        return value
    changed = copy.deepcopy(document)
    _at(changed, path[:-1])[path[-1]] = value
    return changed


def _renamed(document: dict[str, Any], path: Path) -> Any:  # noqa: ANN401  # any JSON
    changed = copy.deepcopy(document)
    holder = _at(changed, path[:-1])
    holder[NAME] = holder.pop(path[-1])
    return changed


def _at(value: Any, path: Path) -> Any:  # noqa: ANN401  # any JSON
    for step in path:
        value = value[step]
    return value


def _twice(document: dict[str, Any], path: Path) -> bytes:
    marker = "member that will be there twice"
    marked = _with(_with(document, (*path, NAME), BSN), (*path, marker), BSN)
    return _dumps(marked).replace(marker.encode(), NAME.encode())


def _dumps(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=True).encode()
