# SPDX-License-Identifier: EUPL-1.2
"""Official codes that are no longer in use, and what took their place.

Rules: a migration says only what its source says. Where a table is not complete, a code that is not in it is unknown;
nothing is ever guessed. This module must not translate into codes of kgbx.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from kgbx.codes.files import MigrationsFile, read
from kgbx.codes.nearby import with_nearby
from kgbx.errors import UsageError
from kgbx.messages import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kgbx.codes.files import MigrationPart


@dataclass(frozen=True, slots=True)
class Superseded:
    """A code that is no longer in use.

    Attributes:
        label: What it meant.
        successor: The code in use that took its place.
    """

    label: Text
    successor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MigrationTable:
    """What is known of the codes of one official system.

    Attributes:
        system: Key of the system.
        version: Version whose codes are in use.
        source: Where this is written.
        complete: Whether every superseded code is here; if not, an old code may be unknown.
        note: What is missing.
        current: Codes in use, with what they mean.
        superseded: Codes no longer in use.
    """

    system: str
    version: str
    source: str
    complete: bool
    note: Text | None
    current: Mapping[str, Text]
    superseded: Mapping[str, Superseded]


@dataclass(frozen=True, slots=True)
class Migrated:
    """What became of an official code.

    Attributes:
        status: ``current``, ``superseded`` or ``unknown``.
        code: The code to use now; None when unknown.
    """

    status: Literal["current", "superseded", "unknown"]
    code: str | None = None


@cache
def migrations() -> Mapping[str, MigrationTable]:
    """Return the migration of every system that has one, by key of the system.

    Raises:
        UsageError: U_UNREADABLE, the published table is damaged.
    """
    rows = read(MigrationsFile, "official", "migrations.json").migrations
    return MappingProxyType({row.system: _table(row) for row in rows})


def migrate(system: str, code: str) -> Migrated:
    """Return what became of an official code.

    Args:
        system: Key of the system, e.g. ``jzr``.
        code: The official code, of any version.

    Raises:
        UsageError: U_MIGRATION, no migration is known for this system.
    """
    table = migrations().get(system)
    if table is None:
        raise UsageError("U_MIGRATION", text=with_nearby("U_MIGRATION", system, names=migrations()))
    if code in table.current:
        return Migrated("current", code)
    old = table.superseded.get(code)
    return Migrated("superseded", old.successor) if old else Migrated("unknown")


def _table(row: MigrationPart) -> MigrationTable:
    return MigrationTable(
        system=row.system,
        version=row.version,
        source=row.source,
        complete=row.complete,
        note=Text(row.note.nl, row.note.en) if row.note else None,
        current=MappingProxyType({one.code: Text(one.nl, one.en) for one in row.current}),
        superseded=MappingProxyType(
            {one.code: Superseded(Text(one.nl, one.en), one.successor) for one in row.superseded}
        ),
    )
