# SPDX-License-Identifier: EUPL-1.2
"""Every text that stands in a record: to see whom and what it names, and to search it for places.

Rules: at any depth; names of members do not count, but names and numbers inside ``extensions`` do, for nobody knows
what an organisation writes there; each record is looked through once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from kgbx.case.base import Model

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from kgbx.case import BareRecord

EXTENSIONS: Final = "extensions"


class Texts:
    """The texts of records, kept by record: records do not change, so neither does what stands in them."""

    def __init__(self) -> None:
        """Start with nothing found."""
        self._found: dict[str, tuple[BareRecord, frozenset[str]]] = {}

    def of(self, record: BareRecord) -> frozenset[str]:
        """Return every text that stands in a record."""
        known = self._found.get(record.id)
        if known is None or known[0] is not record:
            known = self._found[record.id] = (record, strings_in(record))
        return known[1]


def strings_in(record: BareRecord, *, without: Collection[str] = ()) -> frozenset[str]:
    """Return every text that stands in a record, at any depth, but for what stands in the members `without`."""
    found = set[str]()
    waiting: list[Any] = [value for name, value in vars(record).items() if name not in without]
    waiting.extend(_names_and_numbers(record.extensions))
    while waiting:
        value = waiting.pop()
        kind = type(value)
        if kind is str:
            found.add(value)
        elif kind is tuple or kind is list:
            waiting.extend(value)
        elif kind is dict:
            waiting.extend(value.values())
        elif value is not None and isinstance(value, Model):
            waiting.extend(vars(value).values())
    return frozenset(found)


def texts_of(record: BareRecord) -> Iterator[tuple[str, str]]:
    """Yield pointer and text of every text in a record; what stands in ``extensions`` is told as that member."""
    members = record.model_dump(mode="json", exclude_none=True)
    extensions = members.pop(EXTENSIONS, None)
    yield from _texts(members, "")
    for _, text in _texts(extensions, ""):
        yield f"/{EXTENSIONS}", text
    for text in _names_and_numbers(extensions):
        yield f"/{EXTENSIONS}", text


def _texts(value: object, pointer: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield pointer, value
    elif isinstance(value, dict):
        for name, member in value.items():
            yield from _texts(member, f"{pointer}/{name}")
    elif isinstance(value, list):
        for number, member in enumerate(value):
            yield from _texts(member, f"{pointer}/{number}")


def _names_and_numbers(value: object) -> Iterator[str]:
    """Yield the names of members and the numbers in a free JSON value, at any depth."""
    if isinstance(value, dict):
        yield from value
        for member in value.values():
            yield from _names_and_numbers(member)
    elif isinstance(value, (list, tuple)):
        for member in value:
            yield from _names_and_numbers(member)
    elif isinstance(value, (int, float)):
        yield str(value)
