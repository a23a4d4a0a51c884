# SPDX-License-Identifier: EUPL-1.2
"""Whatever a partner puts into a body: a known error, or an outcome that widens nothing and touches nobody's word."""

from __future__ import annotations

import json
from functools import cache
from random import Random
from typing import TYPE_CHECKING, Any, Final

from hypothesis import given, settings
from hypothesis import strategies as st

from kgbx.case import Consent, FamilyCase, Involvement
from kgbx.clock import format_instant
from kgbx.consent.facts import Request
from kgbx.errors import DocumentError, KgbxError
from kgbx.exchange import decide_share
from kgbx.exchange.messaging_effects import EFFECTS, Here, Outcome, State
from kgbx.story import act, prepare
from kgbx.story.bodies import ConsentWithdrawn
from tests.case.builders import an_id
from tests.case.mutants import mutated
from tests.effort import scaled
from tests.exchange.messengers import DAY, GI, PURPOSE, SCHOOL, TEAM, own, persons, stage
from tests.story.test_message_schemas import EXAMPLES, MODELS, example

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kgbx.story.bodies import Body

TYPES: Final = sorted(name for name in EXAMPLES if name != "cover")


@cache
def held() -> State:
    """Return the team's case, and an offer that the GI may answer."""
    first = prepare(an_id(9), own=TEAM, receiver=GI, handovers=(), first=True, persons=persons())
    return State(case=stage().case, handovers=(act(first, "offer", on=DAY)[0],))


@cache
def ids() -> tuple[str, ...]:
    return (*(one.id for one in stage().case), an_id(9), an_id(0x99))


def with_ids_of_the_case(value: Any, random: Random) -> Any:  # noqa: ANN401  # JSON
    """Return a value of which ids name what is in the case, and days are those of the case."""
    if isinstance(value, dict):
        return {name: with_ids_of_the_case(one, random) for name, one in value.items()}
    if isinstance(value, list):
        return [with_ids_of_the_case(one, random) for one in value]
    return random.choice(ids()) if isinstance(value, str) and value.startswith("00000000-") else value


def bodies(name: str, random: Random) -> Iterator[Body]:
    """Yield bodies that are of the right shape, from the GI to the team."""
    for _ in range(30):
        value: Any = with_ids_of_the_case(example(name), random)
        value = mutated(value, random) if random.random() < 0.7 else value
        if isinstance(value, dict):
            value |= {"sender": GI, "recipient": TEAM}
        try:
            yield MODELS[name].read(json.dumps(value).encode())  # type: ignore[misc]  # a body
        except DocumentError:
            continue


def done(body: Body, state: State) -> Outcome:
    now = Here(purpose=PURPOSE[TEAM]).on(format_instant(stage().at), own())
    return EFFECTS[type(body)](body, state, now=now)


def view(case: FamilyCase, org: str) -> set[str]:
    """Return what of a case may go to an organisation."""
    at = format_instant(stage().at)
    request = Request(sender=TEAM, recipient=org, purpose=PURPOSE[org], at=at, known_at=at)
    return {one.id for one in decide_share(case, request=request, basis=own().basis).share.view}


class TestHostileBodies:
    """A body raises a known error or does what its type may do: no record of anybody else is changed or erased."""

    @settings(max_examples=scaled(quick=8, ci=120, long=5000))
    @given(st.sampled_from(TYPES), st.integers(0, 2**32))
    def test_whatever_they_hold(self, name: str, seed: int) -> None:
        for body in bodies(name, Random(seed)):  # noqa: S311  # no secret
            try:
                outcome = done(body, held())
            except KgbxError as error:
                assert error.__context__ is None  # noqa: PT017  # nothing of the body is in it
                continue
            after = outcome.state.case
            theirs = {one.id for one in held().case if one.id not in after}
            assert {vars(held().case.get(one))["recorded_by"].org for one in theirs} <= {GI}
            assert after.errors_since(held().case) == ()
            assert not any(one.recorded_by.org == GI for one in after if isinstance(one, Consent))

    def test_both_happen(self) -> None:
        """The control: a search in which everything is refused, or nothing is, would show nothing."""
        random = Random(3)  # noqa: S311  # no secret
        made = [(name, body) for name in TYPES for body in bodies(name, random)]
        assert {name for name, _ in made} == set(TYPES)
        taken = [name for name, body in made if not refused(body)]
        assert 20 < len(taken) < len(made) - 20

    def test_a_fixed_contact_is_begun_by_a_completion_only(self) -> None:
        random = Random(5)  # noqa: S311  # no secret
        for name in TYPES:
            for body in bodies(name, random):
                if not refused(body):
                    assert fixed(done(body, held()).state.case) == fixed(held().case), name


def refused(body: Body) -> bool:
    try:
        done(body, held())
    except KgbxError:
        return True
    return False


def fixed(case: FamilyCase) -> set[tuple[str, str | None]]:
    found = (one for one in case.current("involvements") if isinstance(one, Involvement))
    return {(one.org, one.valid_until) for one in found if one.role == "fixed_contact"}


class TestAWithdrawalNeverWidens:
    """What may go to anybody after a withdrawal was told may go before it."""

    @settings(max_examples=scaled(quick=3, ci=40, long=1000))
    @given(st.data())
    def test_whatever_is_withdrawn(self, data: st.DataObject) -> None:
        consents = [one.id for one in stage().case.records("consents")]
        told = data.draw(st.lists(st.sampled_from(consents), min_size=1, unique=True))
        day = data.draw(st.sampled_from(["2020-01-01", "2026-02-01", DAY, "2030-01-01"]))
        body = ConsentWithdrawn.new(sender=GI, recipient=TEAM, consents=told, withdrawn_on=day, synthetic=True)
        after = done(body, held()).state.case
        for org in (GI, SCHOOL):
            assert view(after, org) <= view(held().case, org)

    def test_it_does_narrow(self) -> None:
        """The control: the school gets less when its permits are withdrawn."""
        permits = [one.id for one in stage().case.records("consents")]
        body = ConsentWithdrawn.new(
            sender=SCHOOL, recipient=TEAM, consents=permits, withdrawn_on="2026-02-01", synthetic=True
        )
        assert view(done(body, held()).state.case, SCHOOL) < view(held().case, SCHOOL)
