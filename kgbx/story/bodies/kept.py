# SPDX-License-Identifier: EUPL-1.2
"""What an organisation keeps of the handovers of one family, as a file.

Rules: a file that somebody changed is refused: each step must follow the steps before it by the table of steps.

Form: ``kgbx-handovers/1``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from kgbx.case.base import Model
from kgbx.case.fields import Id, Many, Maybe, Org, True_, doc
from kgbx.errors import DocumentError
from kgbx.limits import MAX_HANDOVER_STEPS
from kgbx.story.bodies.base import Typed
from kgbx.story.bodies.handing import StepTaken
from kgbx.story.handover import Handover, Step, follows

if TYPE_CHECKING:
    from collections.abc import Iterable


class KeptHandover(Model):
    """One handover, with the steps of both organisations."""

    id: Annotated[Id, doc("id", "UUID version 4 of the handover.")]
    sender: Annotated[Org, doc("wie overdraagt", "Organisation that hands over.")]
    receiver: Annotated[Org, doc("wie overneemt", "Organisation that takes over.")]
    persons: Annotated[Many[Id], doc("personen", "Who is handed over.")] = ()
    steps: Annotated[
        Many[StepTaken], Field(max_length=MAX_HANDOVER_STEPS), doc("stappen", "What both did, in order.")
    ] = ()


class Kept(Typed):
    """The handovers of one family that an organisation takes part in."""

    schema_: Annotated[
        Literal["kgbx-handovers/1"], Field(alias="schema"), doc("schema", "Names this version of the form.")
    ]
    org: Annotated[Org, doc("organisatie", "Whose file it is.")]
    first: Annotated[
        Maybe[True_], doc("eerste", "True where this organisation was the first to be responsible for the family.")
    ] = None
    handovers: Annotated[Many[KeptHandover], doc("overdrachten", "Every handover, also those that ended.")] = ()

    def all(self) -> tuple[Handover, ...]:
        """Return the handovers.

        Raises:
            DocumentError: D_STEP_ORDER, D_STEP_EARLY, steps that cannot follow each other, with the place;
                D_STEP_SENDER, a handover that this organisation takes no part in.
        """
        return tuple(self._one(one, f"/handovers/{number}") for number, one in enumerate(self.handovers))

    def _one(self, kept: KeptHandover, pointer: str) -> Handover:
        if self.org not in {kept.sender, kept.receiver} or kept.sender == kept.receiver:
            raise DocumentError.single("D_STEP_SENDER", pointer)
        steps = tuple(step_of(one) for one in kept.steps)
        for number in range(len(steps)):
            if not follows(steps[:number], steps[number]):
                raise DocumentError.single("D_STEP_ORDER", f"{pointer}/steps/{number}")
        return Handover(
            id=kept.id,
            sender=kept.sender,
            receiver=kept.receiver,
            own="sender" if self.org == kept.sender else "receiver",
            steps=steps,
            persons=kept.persons,
        )

    def having(self, handovers: Iterable[Handover]) -> Kept:
        """Return the same file with these handovers."""
        kept = tuple(
            KeptHandover(
                id=one.id,
                sender=one.sender,
                receiver=one.receiver,
                persons=one.persons,
                steps=tuple(told(step) for step in one.steps),
            )
            for one in handovers
        )
        return self.model_copy(update={"handovers": kept})


def step_of(told_step: StepTaken) -> Step:
    """Return a step as the table of steps knows it."""
    one = told_step
    return Step(turn=one.turn, after=one.after or "", event=one.event, on=one.on, reason=one.reason)


def told(step: Step) -> StepTaken:
    """Return a step as it is written."""
    members = {"turn": step.turn, "after": step.after, "event": step.event, "on": step.on, "reason": step.reason}
    return StepTaken.model_validate({name: value for name, value in members.items() if value not in {None, ""}})
