# SPDX-License-Identifier: EUPL-1.2
"""A bar that shows how far a long command is: on a terminal only, always on stderr.

Rules: it shows a number and nothing else; a line of the result takes its place and it comes back below, so that both
can go to one terminal.
"""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

import click

if TYPE_CHECKING:
    from collections.abc import Iterator

_STEPS: Final = 200
_WIPE: Final = "\r\033[2K"


class Progress:
    """How far it is; does nothing without a bar."""

    def __init__(self, bar: Any = None) -> None:  # noqa: ANN401  # click names no public type
        self._bar = bar
        self._in_the_way = bar is not None and sys.stdout is not None and sys.stdout.isatty()

    def make_room(self) -> None:
        """Wipe the bar where a line is about to be printed."""
        if self._in_the_way:
            click.echo(_WIPE, nl=False, err=True)

    def step(self) -> None:
        """Tell that one more is done."""
        if self._bar is not None:
            self._bar.update(1)
            if self._in_the_way:
                self._bar.render_progress()


@contextmanager
def progress(total: int, label: str) -> Iterator[Progress]:
    """Show a bar for `total` things, if there are several and stderr is a terminal."""
    if total == 1 or sys.stderr is None or not sys.stderr.isatty():
        yield Progress()
        return
    with click.progressbar(
        length=total,
        label=label,
        file=sys.stderr,
        show_eta=False,  # results come in bursts
        show_pos=True,
        update_min_steps=max(1, total // _STEPS),
    ) as bar:
        yield Progress(bar)
