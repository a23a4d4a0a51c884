# SPDX-License-Identifier: EUPL-1.2
"""Official codes: what BRP, iJw, CBS, CORV and others call the notions of kgbx.

Rules: an official code means something only together with its system and, where a system has versions, its version:
value 23 of COD472 is one thing in iJw and another in a zib. Systems form a closed table,
``schemas/codes/official/systems.json``, each with its full name and the document that defines it. This module knows
systems and codes of theirs; it must not decide which code of kgbx they stand for (see :mod:`kgbx.codes.lists`).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from kgbx.codes.files import SystemsFile, read
from kgbx.codes.nearby import with_nearby
from kgbx.errors import UsageError
from kgbx.messages import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kgbx.codes.files import SystemPart

Use = Literal["both", "read", "write"]


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficialCode:
    """One code of an official system.

    Attributes:
        system: Key of the system, e.g. ``jzr`` or ``ijw_cod472``.
        version: Version of the system, where its source names one.
        code: The official value, exactly as the source spells it.
        use: ``read``: only accepted; ``write``: only given out, for it says less than the code of kgbx.
        valid_from: First day (``YYYY-MM-DD``) on which the system has this code.
        valid_until: First day on which it no longer has it.
    """

    system: str
    code: str
    version: str | None = None
    use: Use = "both"
    valid_from: str | None = None
    valid_until: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class System:
    """An official system of codes: one table of one standard.

    Attributes:
        key: Name of the system in the code lists.
        name: What it is, in Dutch and English.
        versions: Versions that the code lists use; empty where the source names none.
        document: The document that defines it.
        url: Where that is found, None where it is not on the web.
        note: What to beware of.
    """

    key: str
    name: Text
    versions: tuple[str, ...]
    document: str
    url: str | None = None
    note: Text | None = None


@cache
def systems() -> Mapping[str, System]:
    """Return every official system, by key.

    Raises:
        UsageError: U_UNREADABLE, the published table is damaged.
    """
    rows = read(SystemsFile, "official", "systems.json").systems
    return MappingProxyType({row.system: _system(row) for row in rows})


def system(key: str) -> System:
    """Return one official system.

    Raises:
        UsageError: U_SYSTEM, there is no such system.
    """
    found = systems().get(key)
    if found is None:
        raise UsageError("U_SYSTEM", text=with_nearby("U_SYSTEM", key, names=systems()))
    return found


def systems_named(name: str) -> tuple[str, ...]:
    """Return the keys of the systems that a person means by `name`: one key, or a family such as ``BRP``.

    Raises:
        UsageError: U_SYSTEM, there is none.
    """
    wanted = name.lower()
    found = tuple(key for key in systems() if key == wanted or key.startswith(f"{wanted}_"))
    if not found:
        names = sorted({*systems(), *(key.split("_")[0] for key in systems())})
        raise UsageError("U_SYSTEM", text=with_nearby("U_SYSTEM", name, names=names))
    return found


def _system(row: SystemPart) -> System:
    return System(
        key=row.system,
        name=Text(row.nl, row.en),
        versions=tuple(row.versions),
        document=row.document,
        url=row.url,
        note=Text(row.note.nl, row.note.en) if row.note else None,
    )
