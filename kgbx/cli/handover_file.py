# SPDX-License-Identifier: EUPL-1.2
"""The file in which an organisation keeps the handovers of one family: read, and put in place whole or not at all."""

from __future__ import annotations

import os
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from kgbx.case import Stamp
from kgbx.case.base import Actor
from kgbx.cli.cases import read_case
from kgbx.cli.console import read_file, write_new
from kgbx.clock import format_instant
from kgbx.envelope.private_files import alone
from kgbx.errors import DocumentError, UsageError
from kgbx.limits import MAX_MESSAGE_BYTES
from kgbx.story.bodies.kept import Kept

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    import click

    from kgbx.case import FamilyCase
    from kgbx.cli.console import Console
    from kgbx.story import Handover

OWNER_ONLY = 0o600


def read_kept(path: str) -> tuple[Kept, tuple[Handover, ...]]:
    """Return the file, and the handovers in it.

    Raises:
        DocumentError: it has not the right form, or its steps do not follow each other.
        OSError: it cannot be read.
    """
    kept = Kept.read(read_file(path, limit=MAX_MESSAGE_BYTES))
    return kept, kept.all()


def read_to_change(context: click.Context, path: str) -> tuple[Kept, tuple[Handover, ...]]:
    """Return the same, and let no other process change the folder of the file until the command is done.

    Of two steps at once one would otherwise be lost, and who took over could forget that it did.

    Raises:
        DocumentError: as :func:`read_kept`.
        OSError: the folder or the file cannot be read.
    """
    context.with_resource(alone(Path(path).parent))
    return read_kept(path)


def case_of(console: Console, path: str, kept: Kept) -> FamilyCase:
    """Return the own case of the family of a file of handovers.

    Raises:
        DocumentError: it is not valid; D_SYNTHETIC, one of both is made up and the other is not.
        OSError: it cannot be read.
    """
    case = read_case(console, path)
    if case.synthetic is not bool(kept.synthetic):
        raise DocumentError.single("D_SYNTHETIC", "/synthetic")
    return case


def stamp_of(kept: Kept, moment: datetime) -> Stamp:
    """Return by whom and when something is recorded: by the organisation whose file this is."""
    return Stamp(recorded_by=Actor(org=kept.org), recorded_at=format_instant(moment))


def the_one(handovers: Iterable[Handover], wanted: str | None) -> Handover:
    """Return the handover with an id, or the only one.

    Raises:
        UsageError: U_HANDOVER, there is no such handover, or several are there and none was named.
    """
    found = [one for one in handovers if wanted in {None, one.id}]
    if len(found) != 1:
        raise UsageError("U_HANDOVER")
    return found[0]


@contextmanager
def undone(*written: str) -> Iterator[None]:
    """Take away what was written for a step if the step cannot be kept: nobody sends a step that is not known here."""
    kept = False
    try:
        yield
        kept = True
    finally:  # also when somebody stops the program
        for path in () if kept else written:
            with suppress(OSError):
                Path(path).unlink()


def replace_kept(path: str, kept: Kept, handovers: Iterable[Handover], *, changed: Handover) -> None:
    """Put the file in place with a handover as it is now.

    Raises:
        OSError: it cannot be written; the old one is still there.
    """
    others = (one for one in handovers if one.id != changed.id)
    temporary = f"{path}.{os.getpid()}.new"
    try:
        write_new(temporary, kept.having((*others, changed)).to_json(), mode=OWNER_ONLY)
        Path(temporary).replace(path)
    finally:
        with suppress(FileNotFoundError):
            Path(temporary).unlink()
