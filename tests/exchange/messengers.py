# SPDX-License-Identifier: EUPL-1.2
"""A lokaal team and a GI of the journey that send each other typed messages."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Any, Final

import pytest

from kgbx.case import FamilyCase, Professional, Stamp
from kgbx.case.base import Actor
from kgbx.cli.journey import Stage, set_stage
from kgbx.clock import format_instant
from kgbx.envelope.replay import MemoryReplayStore
from kgbx.envelope.seal import seal
from kgbx.errors import ConsentError, DocumentError, EnvelopeError, UsageError
from kgbx.exchange import compose
from kgbx.exchange.messaging import Arrived, compose_message, receive_message
from kgbx.exchange.messaging_effects import Here, State
from kgbx.exchange.messaging_handover import Completed, Offered, complete_handover, compose_offer, step, step_message
from kgbx.story import act, prepare
from tests.case.builders import an_id, bare

if TYPE_CHECKING:
    from kgbx.envelope.seal import Sealed
    from kgbx.envelope.unseal import SealedSource
    from kgbx.exchange import Composed, Own
    from kgbx.story import Handover
    from kgbx.story.bodies import Body

TEAM, GI, SCHOOL = (f"urn:osb:oin:0000009900000000{number}000" for number in (1, 2, 3))
DAY: Final = "2026-03-02"
PURPOSE: Final = {TEAM: "care", GI: "protection", SCHOOL: "school_support"}
EMPTY: Final = FamilyCase(synthetic=True)


@cache
def stage() -> Stage:
    """Return the stage of the journey, set once."""
    return set_stage(Path(mkdtemp()) / "messages")


def own(org: str = TEAM) -> Own:
    return stage().owns[org]


def stamp(org: str) -> Stamp:
    return Stamp(recorded_by=Actor(org=org), recorded_at=format_instant(stage().at))


@dataclass
class Side:
    """One organisation with what it keeps."""

    org: str
    state: State
    seen: MemoryReplayStore = field(default_factory=MemoryReplayStore)

    def send(self, body: Body, to: str, **how: Any) -> Sealed:  # noqa: ANN401  # options of the composer
        there = stage().directory.require(to, stage().at)
        known = {"case": self.state.case} | how
        return compose_message(body, own=own(self.org), to=there, at=stage().at, **known)

    def look(self, sealed: SealedSource, **here: Any) -> Arrived:  # noqa: ANN401  # members of Here
        """Return what a message would bring."""
        with_what = Here(**{"purpose": PURPOSE[self.org]} | here)
        return receive_message(
            sealed, own=own(self.org), state=self.state, here=with_what, at=stage().at, seen=self.seen
        )

    def take(self, sealed: SealedSource, **here: Any) -> Arrived:  # noqa: ANN401  # members of Here
        """Take a message in, and keep what it brought."""
        arrived = self.look(sealed, **here)
        self.state = arrived.outcome.state
        return arrived

    def step(self, event: str, **members: Any) -> Sealed:  # noqa: ANN401  # members of the body
        """Take a step in the only handover, and return its message."""
        here = step(self.state, self.state.handovers[0].id, event=event, on=DAY, reason="omdat")
        self.state = self.state.knowing(here)
        to = here.receiver if here.own == "sender" else here.sender
        return self.send(step_message(here, own=own(self.org), **members), to)


def team() -> Side:
    return Side(TEAM, State(case=stage().case))


def gi() -> Side:
    return Side(GI, State(case=EMPTY))


def persons() -> tuple[str, ...]:
    """Return the family of the journey: who has the fixed contact."""
    found = (one for one in stage().case.current("involvements") if vars(one)["role"] == "fixed_contact")
    return tuple(vars(next(found))["persons"])


def offered(side: Side, *, case: FamilyCase | None = None, **how: Any) -> Offered:  # noqa: ANN401  # of the composer
    """Offer the family to the GI, and keep the handover."""
    first = prepare(an_id(0x500), own=TEAM, receiver=GI, handovers=(), first=True, persons=persons())
    handover, _ = act(first, "offer", on=DAY)
    state = side.state if case is None else side.state.having(case)
    to = stage().directory.require(GI, stage().at)
    made = compose_offer(state, handover, own=own(), to=to, purpose="protection", at=stage().at, **how)
    side.state = side.state.knowing(handover)
    return made


def worker() -> Professional:
    """Return the GI's fixed contact."""
    value = bare(0x70, name="Samira Vossen", org=GI, recorded_by=Actor(org=GI))
    return Professional(**value)


def completed(side: Side) -> tuple[Completed, Handover]:
    """Let the GI complete the only handover."""
    handover = step(side.state, side.state.handovers[0].id, event="complete", on=DAY)
    like: Any = side.state.case.records("involvements")[0]
    done = complete_handover(side.state, handover, own=own(GI), professional=worker(), like=like, stamp=stamp(GI))
    side.state = done.state
    return done, handover


def met() -> tuple[Side, Side]:
    """Return a team and a GI, the GI with the case, that met the family together."""
    sender, receiver = team(), gi()
    made = offered(sender)
    receiver.take(made.share.sealed)
    receiver.take(made.offer)
    sender.take(receiver.step("accept"))
    receiver.take(sender.step("meet", meeting_on=DAY))
    return sender, receiver


def sealed_by_hand(body: bytes, type_: str, media: str, *, sender: str = TEAM, to: str = GI, **how: Any) -> bytes:  # noqa: ANN401  # of seal
    """Return any bytes, sealed as a message of any type."""
    there = stage().directory.require(to, stage().at)
    made = seal(body, media_type=media, message_type=type_, sender=own(sender).identity, to=there, at=stage().at, **how)
    return made.to_bytes()


def with_own(org: str, **changes: Any) -> Own:  # noqa: ANN401  # any member
    return replace(own(org), **changes)


def to(org: str) -> Any:  # noqa: ANN401  # an organisation document
    return stage().directory.require(org, stage().at)


@cache
def shared(org: str = GI) -> Composed:
    return compose(stage().case, own=own(), to=to(org), purpose=PURPOSE[org], at=stage().at)


@cache
def known() -> State:
    """Return what a GI keeps that took the team's case in."""
    side = gi()
    side.take(shared().sealed)
    return side.state


def knowing_gi() -> Side:
    return Side(GI, known())


def code_of(error: BaseException) -> str:
    if isinstance(error, DocumentError):
        return error.problems[0].code
    assert isinstance(error, (EnvelopeError, ConsentError, UsageError))
    return error.code


def refused(side: Side, data: bytes) -> str:
    """Return the code with which a message is refused, nothing being changed."""
    before = side.state
    with pytest.raises((DocumentError, EnvelopeError)) as caught:
        side.take(data)
    assert side.state is before
    return code_of(caught.value)
