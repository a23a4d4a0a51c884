# SPDX-License-Identifier: EUPL-1.2
"""What must go along when a family is handed over, so that the next organisation need not begin again.

Rules:
    - what the profile ``handover`` calls a must is in the view that goes along, and fresh; an agreement has a date;
    - of some things there may be none: then somebody looked, and says so; what is there cannot be called none;
    - what may not go along is not lacking: the sender sees it as withheld, with what would open it;
    - what nobody may be asked is not lacking either: a handover never makes anybody ask a person who is blocked.

Source: Norm vast gezicht, Toekomstscenario kind- en gezinsbescherming; Jeugdwet 4.1.2, 4.1.3, 7.3.8 lid 2.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Literal

from kgbx.clock import local_day
from kgbx.errors import DocumentError, Problem
from kgbx.story.coverage import coverage
from kgbx.story.records import Records, may_hold

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from datetime import datetime

    from kgbx.case import Agreement, FamilyCase
    from kgbx.story.coverage import Row
    from kgbx.story.profile import Profile

OCCASION: Final = "handover"
"""Occasion of the need profile."""

AGREEMENTS: Final = "agreements"

MAY_BE_NONE: Final[Mapping[str, str]] = MappingProxyType(
    {
        AGREEMENTS: "nothing is agreed that still runs",
        "safety_plan": "nothing had to be agreed to keep it safe",
        "disputes": "nobody disagrees and nobody made an own declaration",
        "promises": "nobody was promised anything about waiting",
        "consents": "what is shared rests on law alone, and nobody refused",
    }
)
"""Needs of which somebody may say that there is none, and what that means."""

Why = Literal["missing", "stale", "undated"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lack:
    """Something that must go along and does not.

    Attributes:
        need: Id of the need.
        person: About whom; None for the family.
        why: It is not there, it is too old, or it has no date.
    """

    need: str
    person: str | None
    why: Why


@dataclass(frozen=True, slots=True, kw_only=True)
class Going:
    """What goes along with a handover, held against what must.

    Attributes:
        lacking: What must go along and does not.
        withheld: What would answer a must and may not go along.
        denied: Places in the list of what there is none of: of such a need nobody may say that, or there is some.
    """

    lacking: tuple[Lack, ...]
    withheld: tuple[Row, ...]
    denied: tuple[int, ...]


def going(view: FamilyCase, profile: Profile, *, held: FamilyCase, at: datetime, none: Collection[str] = ()) -> Going:
    """Return what goes along, held against what must.

    Args:
        view: What the receiver may have.
        profile: The profile of a handover, fitted to the receiver.
        held: The sender's own case.
        at: Present moment, aware.
        none: Ids of needs of which somebody looked and found that there is none.

    Raises:
        UsageError: U_MOMENT, `at` has no offset.
    """
    rows = [row for row in coverage(view, profile, at=at, withheld=held).rows if row.need.level == "must"]
    there = {row.need.id for row in rows if row.answers or row.withheld}
    denied = tuple(n for n, one in enumerate(none) if one not in MAY_BE_NONE or one in there)
    lacking = [lack for row in rows if row.need.id not in none for lack in _lack(row)]
    undated = any(_undated(one) for one in Records(view).current("agreements") if may_hold(one, local_day(at)))
    lacking += [Lack(need=AGREEMENTS, person=None, why="undated")] if undated else []
    return Going(
        lacking=tuple(lacking),
        withheld=tuple(row for row in rows if row.status == "withheld"),
        denied=denied,
    )


def _lack(row: Row) -> Iterator[Lack]:
    may_be_known = row.need.answered_by == "professional" or row.ask
    if may_be_known and row.status in {"missing", "told_stale"}:
        yield Lack(need=row.need.id, person=row.person, why="missing" if row.status == "missing" else "stale")


def _undated(one: Agreement) -> bool:
    return one.agreed_on is None and one.evaluate_on is None and one.valid_from is None and one.valid_until is None


def require_all(found: Going) -> None:
    """Return if everything goes along that must and may.

    Raises:
        DocumentError: D_OFFER_NONE, of this need nobody may say that there is none, or there is some; D_OFFER_LACKS, a
            must does not go along; the pointer names the need, never a person.
    """
    needs = dict.fromkeys(one.need for one in found.lacking)
    problems = [Problem.of_shape("D_OFFER_NONE", f"/none/{number}") for number in found.denied]
    problems += [Problem.of_shape("D_OFFER_LACKS", f"/needs/{need}") for need in needs]
    if problems:
        raise DocumentError(problems)
