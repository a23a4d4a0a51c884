# SPDX-License-Identifier: EUPL-1.2
"""The shapes of the published files below ``schemas/codes/``, and how one is read.

Rules: a file is read whole and must have its shape, or it is not used at all; members that are not listed here are
refused. What the members mean is told where they are handed out: :mod:`kgbx.codes.lists`, :mod:`kgbx.codes.systems`,
:mod:`kgbx.codes.migration`. This module must not hand out its models.
"""

from __future__ import annotations

from typing import Annotated, Final, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from kgbx.canonical import parse
from kgbx.errors import DocumentError, UsageError
from kgbx.resources import schemas_path

CODE_PATTERN: Final = "^[a-z][a-z0-9_]*(?:[.][a-z][a-z0-9_]*)*$"

Filled = Annotated[str, Field(min_length=1)]
Day = Annotated[str, Field(pattern="^[0-9]{4}-[0-9]{2}-[0-9]{2}$")]
KgbxCode = Annotated[str, Field(pattern=CODE_PATTERN)]
_Free = Literal["CC0-1.0"]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Words(_Part):
    """A text in Dutch and English."""

    nl: Filled
    en: Filled


class OfficialPart(_Part):
    """One official code beside a code of kgbx."""

    system: Filled
    version: Filled | None = None
    code: Filled
    use: Literal["read", "write"] | None = None
    valid_from: Day | None = None
    valid_until: Day | None = None


class CodePart(_Part):
    """One code of a list."""

    code: KgbxCode
    nl: Filled
    en: Filled
    parent: KgbxCode | None = None
    official: list[OfficialPart] = []
    source: Filled | None = None
    valid_from: Day | None = None
    valid_until: Day | None = None


class ListFile(_Part):
    """A code list."""

    format: Literal["kgbx-codes/1"]
    license: _Free
    list: Filled
    title: Words
    source: Filled
    note: Words | None = None
    lossy: tuple[Filled, ...] = Field(default=(), strict=False)
    codes: Annotated[tuple[CodePart, ...], Field(min_length=1, strict=False)]


class SystemPart(_Part):
    """One official system of codes."""

    system: Annotated[str, Field(pattern="^[a-z][a-z0-9_]*$")]
    nl: Filled
    en: Filled
    versions: list[Filled]
    document: Filled
    url: Annotated[str, Field(pattern="^https://")] | None = None
    note: Words | None = None


class SystemsFile(_Part):
    """The closed table of official systems."""

    format: Literal["kgbx-code-systems/1"]
    license: _Free
    systems: list[SystemPart]


class CurrentPart(_Part):
    """An official code that is in use."""

    code: Filled
    nl: Filled
    en: Filled


class SupersededPart(CurrentPart):
    """An official code that another one took the place of."""

    successor: Filled


class MigrationPart(_Part):
    """Which codes of an official system are in use, and which went before."""

    system: Filled
    version: Filled
    source: Filled
    complete: bool
    note: Words | None = None
    current: list[CurrentPart]
    superseded: list[SupersededPart]


class MigrationsFile(_Part):
    """The table of migrations."""

    format: Literal["kgbx-code-migrations/1"]
    license: _Free
    migrations: list[MigrationPart]


File = TypeVar("File", ListFile, SystemsFile, MigrationsFile)


def read(kind: type[File], *place: str) -> File:
    """Return a published file below ``schemas/codes/``.

    Raises:
        UsageError: U_UNREADABLE, the file does not have this shape.
        OSError: the file cannot be read.
    """
    data = schemas_path("codes", *place).read_bytes()
    try:
        return kind.model_validate(parse(data))
    except (DocumentError, ValidationError):
        pass
    raise UsageError("U_UNREADABLE")  # outside the handler: a foreign error holds what it refused
