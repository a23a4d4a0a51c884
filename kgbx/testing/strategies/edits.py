# SPDX-License-Identifier: EUPL-1.2
"""What happens to a case after it was made: somebody adds, corrects, reacts, reviews or erases.

Rules: edits are drawn one after the other, so that each fits the case that those before it leave; none edits a record
in place. Applied in order to the case they were drawn for, each succeeds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal
from uuid import UUID

from hypothesis import strategies as st

from kgbx.case.base import Actor
from kgbx.case.digest import wording_digest
from kgbx.case.erasing import Stamp
from kgbx.case.helpers import Link
from kgbx.case.told import Reaction, Review, Statement
from kgbx.testing.dice import Dice
from kgbx.testing.strategies.people import statements
from kgbx.testing.strategies.values import texts_nl

if TYPE_CHECKING:
    from kgbx.case import BareRecord, FamilyCase

Kind = Literal["add", "correct", "react", "review", "erase"]

_KINDS: Final[tuple[Kind, ...]] = ("add", "correct", "react", "review", "erase")
_TEAM: Final = "urn:osb:oin:00000099000000001000"
_AT: Final = "2030-01-01T10:00:00Z"
_ON: Final = "2030-01-01"
_LAW: Final = {"regime": "jeugdwet", "collected_for": "care"}


@dataclass(frozen=True, slots=True)
class Edit:
    """One thing that happens to a case.

    Attributes:
        kind: add, correct, react, review or erase.
        records: What is added; a correction brings the link that replaces.
        erased: Id of what is erased.
        seed: Of ids and salts of erasures.
    """

    kind: Kind
    records: tuple[BareRecord, ...] = ()
    erased: str | None = None
    seed: str = ""

    def apply(self, case: FamilyCase) -> FamilyCase:
        """Return the case after it.

        Raises:
            DocumentError, IntegrityError, UsageError: as :meth:`FamilyCase.add` and :meth:`FamilyCase.erase`; not for
                the case that it was drawn for.
        """
        if self.erased is None:
            return case.add(*self.records)
        dice = Dice(f"erase/{self.seed}")
        stamp = Stamp(recorded_by=Actor(org=_TEAM), recorded_at=_AT, ids=lambda: UUID(dice.id()), random=dice.bytes)
        return case.erase(self.erased, rule="request_youth_care_file", on=_ON, stamp=stamp)


@st.composite
def edits(draw: st.DrawFn, case: FamilyCase, *, most: int = 4) -> list[Edit]:
    """Return a few edits of a case, to be applied in order."""
    found: list[Edit] = []
    for number, kind in enumerate(draw(st.lists(st.sampled_from(_KINDS), max_size=most))):
        told = [record for record in case.current("statements") if isinstance(record, Statement)]
        edit = draw(_edit(kind if told else "add", told, f"{len(case)}/{number}"))
        case = edit.apply(case)
        found.append(edit)
    return found


@st.composite
def _edit(draw: st.DrawFn, kind: Kind, told: list[Statement], place: str) -> Edit:
    seed = f"{place}/{draw(st.integers(0, 2**64))}"
    if kind == "add":
        added = draw(statements()).model_dump(mode="json", exclude_none=True)
        return Edit(kind, (Statement.model_validate({**added, "id": Dice(f"edit/{seed}").id()}),))
    statement = draw(st.sampled_from(told))
    if kind == "erase":
        return Edit(kind, erased=statement.id, seed=seed)
    common = _common(Dice(f"edit/{seed}"))
    if kind == "correct":
        return Edit(kind, _correction(statement, draw(texts_nl()), common, seed=seed))
    if kind == "review":
        return Edit(kind, (_review(statement, common),))
    words = {"text": draw(texts_nl()), "language": "nl", "form": "woordelijk"}
    reaction = {"record": statement.id, "by": statement.about[0], "kind": "oneens", "words": words, "reacted_on": _ON}
    return Edit(kind, (Reaction.model_validate({**common, **_LAW, **reaction}),))


def _common(dice: Dice) -> dict[str, Any]:
    return {"id": dice.id(), "salt": dice.text(16), "recorded_at": _AT, "recorded_by": {"org": _TEAM}}


def _correction(statement: Statement, text: str, common: dict[str, Any], *, seed: str) -> tuple[BareRecord, ...]:
    old = statement.model_dump(mode="json", exclude_none=True)
    new = Statement.model_validate({**old, **common, "wording": {**old["wording"], "text": text}})
    joined = {"from": new.id, "kind": "replaces", "to": statement.id}
    return new, Link.model_validate({**_common(Dice(f"link/{seed}")), **joined}, by_alias=True)


def _review(statement: Statement, common: dict[str, Any]) -> Review:
    seen = {"record": statement.id, "by": statement.about[0], "verdict": "akkoord", "reviewed_on": _ON}
    return Review.model_validate({**common, **_LAW, **seen, "wording_digest": wording_digest(statement)})
