# SPDX-License-Identifier: EUPL-1.2
"""The loader of code lists, and their translation to and from official codes.

Rules: files are read once and kept; what is returned cannot be changed; an unknown list, code or official code is a
UsageError that names no value. Codes have the form of ``CODE_PATTERN``: snake_case, with dots in the one list that is
a tree. A translation that is not certain is refused: the caller gets the possible readings and chooses.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from kgbx.codes.files import CODE_PATTERN, ListFile, read
from kgbx.codes.nearby import with_nearby
from kgbx.codes.official import OfficialCode, system
from kgbx.errors import UsageError
from kgbx.messages import Text
from kgbx.resources import schemas_path

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kgbx.codes.files import CodePart, OfficialPart
    from kgbx.messages import Language

__all__ = ["CODE_PATTERN", "CodeEntry", "CodeList", "code_list", "code_lists"]

_LIST_NAME: Final = re.compile(r"[a-z][a-z0-9_]*\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeEntry:
    """One code.

    Attributes:
        code: The value on the wire.
        label: Label in Dutch and English.
        official: The same notion in official systems, in the order of the file.
        source: Law or standard that defines this code, where it differs from the list's.
        parent: A wider code of the same list.
        valid_from: First day (``YYYY-MM-DD``) on which the code may be used.
        valid_until: First day on which it may no longer be used.
    """

    code: str
    label: Text
    official: tuple[OfficialCode, ...] = ()
    source: str | None = None
    parent: str | None = None
    valid_from: str | None = None
    valid_until: str | None = None

    def is_valid_on(self, day: str) -> bool:
        """Return whether the code may be used on `day` (``YYYY-MM-DD``)."""
        return (self.valid_from or day) <= day and (self.valid_until is None or day < self.valid_until)


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeList:
    """A closed list of codes.

    Attributes:
        name: Name of the list and of its file.
        title: What the list is, in Dutch and English.
        source: Law or standard that defines it; ``kgbx`` where there is none.
        entries: Entries by code, in the order of the file.
        note: What to know before translating.
        lossy: Systems in which several codes of this list are the same official code.
    """

    name: str
    title: Text
    source: str
    entries: Mapping[str, CodeEntry]
    note: Text | None = None
    lossy: tuple[str, ...] = ()

    @property
    def codes(self) -> tuple[str, ...]:
        """All codes, in the order of the file."""
        return tuple(self.entries)

    @property
    def systems(self) -> tuple[str, ...]:
        """Keys of the official systems that this list translates to and from, sorted."""
        return tuple(sorted({one.system for entry in self.entries.values() for one in entry.official}))

    def entry(self, code: str) -> CodeEntry:
        """Return the entry of `code`.

        Raises:
            UsageError: U_CODE, the list has no such code.
        """
        found = self.entries.get(code)
        if found is None:
            raise UsageError("U_CODE")
        return found

    def label(self, code: str, language: Language = "nl") -> str:
        """Return the label of `code`.

        Raises:
            UsageError: U_CODE, the list has no such code.
        """
        return self.entry(code).label.say(language)

    def ancestors(self, code: str) -> tuple[str, ...]:
        """Return `code` and every wider code above it, narrowest first.

        Raises:
            UsageError: U_CODE, the list has no such code.
        """
        chain = [code]
        while (parent := self.entry(chain[-1]).parent) is not None and parent not in chain:
            chain.append(parent)
        return tuple(chain)

    def official(self, code: str, key: str, *, version: str | None = None) -> tuple[OfficialCode, ...]:
        """Return what `code` is called in an official system.

        Args:
            code: Code of this list.
            key: Key of the system, e.g. ``jzr``.
            version: Version of the system; None for every version.

        Returns:
            One or more official codes. More than one when the system divides finer: the caller knows which it is.

        Raises:
            UsageError: U_CODE, U_SYSTEM, or U_OFFICIAL when the system has no word for it.
        """
        wanted = system(key).key
        found = tuple(
            one
            for one in self.entry(code).official
            if one.system == wanted and one.use != "read" and version in {None, one.version}
        )
        if not found:
            raise UsageError("U_OFFICIAL")
        return found

    def readings(self, key: str, official: str, *, version: str | None = None) -> tuple[str, ...]:
        """Return every code of this list that an official code may stand for, none if there is none.

        Args:
            key: Key of the system, e.g. ``jzr``.
            official: The official code.
            version: Version of the system; None when the sender did not say.

        Raises:
            UsageError: U_SYSTEM, there is no such system.
        """
        wanted = system(key).key
        return tuple(
            entry.code
            for entry in self.entries.values()
            if any(
                (one.system, one.code) == (wanted, official) and one.use != "write" and version in {None, one.version}
                for one in entry.official
            )
        )

    def code_of(self, key: str, official: str, *, version: str | None = None) -> str:
        """Return the one code of this list that an official code stands for.

        Raises:
            UsageError: U_SYSTEM; U_OFFICIAL, this list has no code for it; U_OFFICIAL_SEVERAL, it has several, see
                :meth:`readings`.
        """
        found = self.readings(key, official, version=version)
        if not found:
            raise UsageError("U_OFFICIAL")
        if len(found) > 1:
            raise UsageError("U_OFFICIAL_SEVERAL")
        return found[0]


@cache
def code_lists() -> tuple[str, ...]:
    """Return the names of all published code lists, sorted."""
    return tuple(sorted(path.stem for path in schemas_path("codes").glob("*.json")))


@cache
def code_list(name: str) -> CodeList:
    """Return a published code list.

    Args:
        name: Name of the list, e.g. ``relation_kind``.

    Raises:
        UsageError: U_CODE_LIST, there is no such list; U_UNREADABLE, its file is damaged.
    """
    if not _LIST_NAME.match(name) or not schemas_path("codes", f"{name}.json").is_file():
        raise UsageError("U_CODE_LIST", text=with_nearby("U_CODE_LIST", name, names=code_lists()))
    return _list(name, read(ListFile, f"{name}.json"))


def _list(name: str, file: ListFile) -> CodeList:
    """Return the list of a file, if it is that of `name`, has each code once and only parents of its own."""
    entries = {part.code: _entry(part) for part in file.codes}
    parents = {part.parent for part in file.codes} - {None}
    if file.list != name or len(entries) != len(file.codes) or not parents <= set(entries):
        raise UsageError("U_UNREADABLE")
    return CodeList(
        name=name,
        title=Text(file.title.nl, file.title.en),
        source=file.source,
        entries=MappingProxyType(entries),
        note=Text(file.note.nl, file.note.en) if file.note else None,
        lossy=file.lossy,
    )


def _entry(part: CodePart) -> CodeEntry:
    return CodeEntry(
        code=part.code,
        label=Text(part.nl, part.en),
        official=tuple(_official(one) for one in part.official),
        source=part.source,
        parent=part.parent,
        valid_from=part.valid_from,
        valid_until=part.valid_until,
    )


def _official(part: OfficialPart) -> OfficialCode:
    return OfficialCode(
        system=part.system,
        code=part.code,
        version=part.version,
        use=part.use or "both",
        valid_from=part.valid_from,
        valid_until=part.valid_until,
    )
