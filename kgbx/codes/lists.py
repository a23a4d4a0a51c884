# SPDX-License-Identifier: EUPL-1.2
"""The loader of code lists.

Rules: files are read once and kept; what is returned cannot be changed; an unknown list or code is a UsageError, for
the caller's program named it. Codes have the form that :data:`CODE_PATTERN` gives: snake_case, with dots in the one
list that is a tree.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, cast

from kgbx.canonical import parse
from kgbx.errors import UsageError
from kgbx.messages import Text
from kgbx.resources import schemas_path

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kgbx.messages import Language

CODE_PATTERN: Final = "^[a-z][a-z0-9_]*(?:[.][a-z][a-z0-9_]*)*$"
_LIST_NAME: Final = re.compile(r"[a-z][a-z0-9_]*\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeEntry:
    """One code.

    Attributes:
        code: The value on the wire.
        label: Label in Dutch and English.
        official: The same notion in official lists: keys brp, cbs, jzr, ijw.
        source: Law or standard that defines this code, where it differs from the list's.
        parent: A wider code of the same list.
        valid_from: First day (``YYYY-MM-DD``) on which the code may be used.
        valid_until: First day on which it may no longer be used.
    """

    code: str
    label: Text
    official: Mapping[str, str] = field(default_factory=dict)
    source: str | None = None
    parent: str | None = None
    valid_from: str | None = None
    valid_until: str | None = None


@dataclass(frozen=True, slots=True)
class CodeList:
    """A closed list of codes.

    Attributes:
        name: Name of the list and of its file.
        title: What the list is, in Dutch and English.
        source: Law or standard that defines it; ``kgbx`` where there is none.
        entries: Entries by code, in the order of the file.
    """

    name: str
    title: Text
    source: str
    entries: Mapping[str, CodeEntry]

    @property
    def codes(self) -> tuple[str, ...]:
        """All codes, in the order of the file."""
        return tuple(self.entries)

    def entry(self, code: str) -> CodeEntry:
        """Return the entry of `code`.

        Raises:
            UsageError: U_ARGUMENT, the list has no such code.
        """
        found = self.entries.get(code)
        if found is None:
            raise UsageError
        return found

    def label(self, code: str, language: Language = "nl") -> str:
        """Return the label of `code`.

        Raises:
            UsageError: U_ARGUMENT, the list has no such code.
        """
        return self.entry(code).label.say(language)

    def ancestors(self, code: str) -> tuple[str, ...]:
        """Return `code` and every wider code above it, narrowest first.

        Raises:
            UsageError: U_ARGUMENT, the list has no such code.
        """
        chain = [code]
        while (parent := self.entry(chain[-1]).parent) is not None and parent not in chain:
            chain.append(parent)
        return tuple(chain)


@cache
def code_list(name: str) -> CodeList:
    """Return a published code list.

    Args:
        name: Name of the list, e.g. ``relation_kind``.

    Raises:
        UsageError: U_ARGUMENT, there is no such list.
    """
    path = schemas_path("codes", f"{name}.json")
    if not _LIST_NAME.match(name) or not path.is_file():
        raise UsageError
    content = cast("dict[str, Any]", parse(path.read_bytes()))
    entries = {row["code"]: _entry(row) for row in content["codes"]}
    return CodeList(name, Text(**content["title"]), content["source"], MappingProxyType(entries))


def _entry(row: dict[str, Any]) -> CodeEntry:
    return CodeEntry(
        code=row["code"],
        label=Text(row["nl"], row["en"]),
        official=MappingProxyType(row.get("official", {})),
        source=row.get("source"),
        parent=row.get("parent"),
        valid_from=row.get("valid_from"),
        valid_until=row.get("valid_until"),
    )
