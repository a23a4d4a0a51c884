# SPDX-License-Identifier: EUPL-1.2
"""What may still be asked of the family, and of whom.

Rules:
    - only what is missing, and what is stale where every person who told it allowed to be asked again; never what is
      told, disputed or in a register;
    - never of somebody who must not be asked; when nobody may be, it is for a professional to find out elsewhere, but
      for where somebody lives: that nobody looks for behind that person's back;
    - what the sender says not to ask is not asked. That list holds ids of needs only, and every need about a place, so
      that a place on it tells nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from kgbx.errors import UsageError
from kgbx.messages import Text

if TYPE_CHECKING:
    from collections.abc import Collection

    from kgbx.story.coverage import Coverage, Row
    from kgbx.story.profile import Need, Profile

Manner = Literal["new", "if_changed", "again"]

_MANNERS: Final[tuple[tuple[str, Manner | None], ...]] = (("no", None), ("if_changed", "if_changed"), ("ask", "again"))
"""From the most sparing: what one stale answer allows, the others do not widen."""

_NO_NEED: Final = Text(
    "Zo'n behoefte staat niet in dit vraagprofiel. Kijk met --json welke ids er zijn.",
    "There is no such need in this need profile. See with --json which ids there are.",
)


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


def questions(coverage: Coverage, *, not_to_ask: Collection[str] = ()) -> tuple[Question, ...]:
    """Return what may still be asked of the family, in the order of the profile.

    Args:
        coverage: What is known.
        not_to_ask: Ids of needs that the sender says not to ask; ids that the profile does not have mean nothing.
    """
    rows = (row for row in coverage.rows if row.need.id not in not_to_ask and row.ask)
    found = (_question(row) for row in rows)
    return tuple(question for question in found if question is not None)


def not_to_ask(profile: Profile, *, more: Collection[str] = ()) -> tuple[str, ...]:
    """Return the list that a sender adds to what it sends: ids of needs that the recipient does not ask, sorted.

    Args:
        profile: What the recipient needs.
        more: Ids of needs that the sender chose; those about a place are always on the list.

    Raises:
        UsageError: U_ARGUMENT, the profile has no such need.
    """
    if not {need.id for need in profile.needs}.issuperset(more):
        raise UsageError(text=_NO_NEED)
    return tuple(sorted({need.id for need in profile.needs if need.location} | set(more)))


def to_find_out(coverage: Coverage) -> tuple[Row, ...]:
    """Return what is not known and is not for the family to tell: in a register, or from a colleague."""
    return tuple(row for row in coverage.rows if row.status == "register" or _of_colleagues(row))


def manner_of(row: Row) -> Manner | None:
    """Return how the family may be asked; None where it is not asked: known, in a register, or not theirs to tell."""
    if row.need.answered_by == "professional" or row.need.from_register is not None:
        return None
    return "new" if row.status == "missing" else _again(row)


def _of_colleagues(row: Row) -> bool:
    if row.need.answered_by == "professional":
        return row.status in {"missing", "told_stale"}
    return manner_of(row) is not None and not row.ask and not row.need.location


def _question(row: Row) -> Question | None:
    manner = manner_of(row)
    return None if manner is None else Question(need=row.need, about=row.person, ask=row.ask, manner=manner)


def _again(row: Row) -> Manner | None:
    if row.status != "told_stale":
        return None
    said = {answer.tell_again for answer in row.answers} - {None}
    return next((manner for word, manner in _MANNERS if word in said), "again")
