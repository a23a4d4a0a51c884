# SPDX-License-Identifier: EUPL-1.2
"""One JSON object whose long array is written while it is found.

Rules: rows go to a temporary file without a name once they are many, so that memory stays bounded; nothing goes to
stdout before all rows are there, so that a run that fails half-way does not leave half an object behind.
"""

from __future__ import annotations

import json
import textwrap
from functools import partial
from tempfile import SpooledTemporaryFile
from typing import TYPE_CHECKING, Final, Self

import click

from kgbx.cli.console import printable
from kgbx.limits import MIB

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType

_IN_MEMORY: Final = 4 * MIB
_BLOCK: Final = MIB
_MARK: Final = "\0"
"""Stands where the rows come; no JSON text holds it."""


class Spool:
    """The rows of one array; a context manager."""

    def __init__(self) -> None:
        self._rows = SpooledTemporaryFile(  # noqa: SIM115  # closed by __exit__
            max_size=_IN_MEMORY, mode="w+", encoding="utf-8", newline=""
        )
        self._first = True

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._rows.close()

    def add(self, row: Mapping[str, object], *, depth: int) -> None:
        """Keep a row, to be written `depth` levels deep."""
        text = textwrap.indent(json.dumps(row, ensure_ascii=False, indent=2), "  " * depth)
        self._rows.write(printable(("\n" if self._first else ",\n") + text))
        self._first = False

    def print(self, around: Mapping[str, object]) -> None:
        """Print the object `around`, in which one value is :meth:`rows`, with the rows in that place."""
        before, _, after = json.dumps(around, ensure_ascii=False, indent=2).partition(json.dumps(_MARK))
        indent = "" if self._first else "\n" + before.rpartition("\n")[2].partition('"')[0]
        self._rows.seek(0)
        click.echo(printable(before) + "[", nl=False)
        for block in iter(partial(self._rows.read, _BLOCK), ""):
            click.echo(block, nl=False)
        click.echo(f"{indent}]" + printable(after))

    @staticmethod
    def rows() -> str:
        """Return what stands for the rows in the object around them."""
        return _MARK
