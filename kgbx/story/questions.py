# SPDX-License-Identifier: EUPL-1.2
"""What may still be asked of the family, and of whom.

Rules: only what is missing, and what is stale where the teller allowed to be asked again; never what is told, disputed
or in a register; never of somebody who must not be asked. What a professional must find out is not a question to the
family.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from kgbx.story.coverage import Coverage, Row
    from kgbx.story.profile import Need

Manner = Literal["new", "if_changed", "again"]

_MANNERS: Final[tuple[tuple[str, Manner | None], ...]] = (("no", None), ("if_changed", "if_changed"), ("ask", "again"))
"""From the most sparing: what one stale answer allows, the others do not widen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Something that may still be asked.

    Attributes:
        need: The need.
        about: Id of the person it is about; None for the case.
        ask: Ids of the persons of whom one may be asked, sorted; never empty.
        manner: ``new``; ``if_changed``: only whether something changed; ``again``.
    """

    need: Need
    about: str | None
    ask: tuple[str, ...]
    manner: Manner = "new"

    @property
    def through(self) -> bool:
        """Whether the person's own words are needed and somebody else is who must be approached: a young child."""
        return self.need.told_by == "self" and self.about is not None and self.about not in self.ask


def questions(coverage: Coverage) -> tuple[Question, ...]:
    """Return what may still be asked of the family, in the order of the profile."""
    found = (_question(row) for row in coverage.rows if row.need.answered_by == "family" and row.ask)
    return tuple(question for question in found if question is not None)


def to_find_out(coverage: Coverage) -> tuple[Row, ...]:
    """Return what is not known and is for a professional to find out: in a register, or from a colleague."""
    return tuple(row for row in coverage.rows if row.status == "register" or _of_colleagues(row))


def _of_colleagues(row: Row) -> bool:
    return row.need.answered_by == "professional" and row.status in {"missing", "told_stale"}


def _question(row: Row) -> Question | None:
    if row.need.from_register is not None:
        return None
    manner = "new" if row.status == "missing" else _again(row)
    return None if manner is None else Question(need=row.need, about=row.person, ask=row.ask, manner=manner)


def _again(row: Row) -> Manner | None:
    if row.status != "told_stale":
        return None
    said = {answer.tell_again for answer in row.answers}
    return next(manner for word, manner in _MANNERS if word in said)
