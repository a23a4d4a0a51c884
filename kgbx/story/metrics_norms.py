# SPDX-License-Identifier: EUPL-1.2
"""How long somebody may wait for help: the norms against which a region measures itself, as data.

Rules: a norm is a number of days from the request until a step, for a kind of help; a region gives its own, which stand
instead of these. A norm in a record of the request counts for the first step after it, where no other norm does.

Form: ``kgbx-norms/1``.
"""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import Field, StringConstraints

from kgbx.case.structures import Shape, read_shape
from kgbx.codes import Code
from kgbx.errors import DocumentError

ANY_HELP: Final = "*"

Step = Literal["accepted", "first_contact", "started"]


class Norm(Shape):
    """One norm.

    Attributes:
        help_form: Kind of help, a code of the list ``help_form``; absent: every kind.
        until: The step that must be reached.
        days: Days of the calendar from the request.
        source: Where the norm comes from.
    """

    help_form: Annotated[str, Code("help_form")] | None = None
    until: Step
    days: Annotated[int, Field(ge=0, le=3660)]
    source: Annotated[str, StringConstraints(min_length=1, max_length=400)]


class Norms(Shape):
    """The norms of a region.

    Attributes:
        format: Always ``kgbx-norms/1``.
        norms: One at most for each kind of help and step.
    """

    format: Literal["kgbx-norms/1"]
    norms: tuple[Norm, ...]

    def days(self, help_form: str, until: Step) -> int | None:
        """Return the norm for a kind of help and a step; that of every kind where there is no other."""
        found = {one.help_form: one.days for one in self.norms if one.until == until}
        return found.get(help_form, found.get(None))


OURS: Final = Norms(
    format="kgbx-norms/1",
    norms=(
        Norm(
            help_form="jeugdbescherming",
            until="first_contact",
            days=7,
            source="kgbx: five working days, as regions agree; not read in a law",
        ),
    ),
)
"""Norms where a region gives none. The waiting times that law or sector fix differ by region and by year."""


def read_norms(data: bytes) -> Norms:
    """Return the norms in `data`.

    Raises:
        DocumentError: the guard's problem, all problems of shape; D_CONFLICT, two norms for one kind of help and step.
    """
    found = read_shape(data, Norms)
    seen = set[tuple[str | None, str]]()
    for number, one in enumerate(found.norms):
        if (one.help_form, one.until) in seen:
            raise DocumentError.single("D_CONFLICT", f"/norms/{number}")
        seen.add((one.help_form, one.until))
    return found
