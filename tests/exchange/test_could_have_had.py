# SPDX-License-Identifier: EUPL-1.2
"""What an organisation could have had is decided as a share is, with what was known then."""

from __future__ import annotations

import json

import pytest

from kgbx.case import Actor, FamilyCase, Statement
from kgbx.cli.journey import Stage, Stop, set_stage
from kgbx.clock import parse_moment
from kgbx.consent.facts import Request
from kgbx.exchange import decide_share
from kgbx.exchange.could_have_had import CouldHaveHad
from kgbx.story.retelling import retelling
from tests.case.builders import an_id

AFTER = parse_moment("2026-03-03")


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Stage:
    return set_stage(tmp_path_factory.mktemp("had") / "demo")


def stop(stage: Stage, org: str = "2000") -> Stop:
    return next(one for one in stage.script.stops if one.org.endswith(org))


def told_again(known: Statement, org: str, purpose: str, *, at: str = "2026-03-02T10:00:00Z") -> Statement:
    """Return the same told to another organisation, for its own purpose."""
    again = known.model_dump(mode="json", exclude_none=True) | {"id": an_id(0x900), "recorded_at": at}
    again |= {"recorded_by": {"org": org}, "collected_for": purpose, "told_on": at[:10]}
    return Statement.model_validate_json(json.dumps({name: one for name, one in again.items() if name != "told_to"}))


def judge(stage: Stage, case: FamilyCase | None = None) -> CouldHaveHad:
    return CouldHaveHad(case or stage.case, basis=stage.owns[stage.script.sender].basis)


def told(stage: Stage) -> list[Statement]:
    return [one for one in stage.case.current("statements") if isinstance(one, Statement)]


def had(stage: Stage, could: CouldHaveHad, **when: str) -> set[str]:
    """Return the ids of what the organisation of a stop could have had when it heard the same again."""
    there = stop(stage)
    return {one.id for one in told(stage) if could(one, told_again(one, there.org, there.purpose, **when), there.org)}


def test_it_agrees_with_the_share_of_that_moment(stage: Stage) -> None:
    there, sender = stop(stage), stage.script.sender
    at = "2026-03-02T10:00:00Z"
    request = Request(sender=sender, recipient=there.org, purpose=there.purpose, at=at, known_at=at)
    share = decide_share(stage.case, request=request, basis=stage.owns[sender].basis).share
    passed = {row.record for row in share.account.passed}
    assert had(stage, judge(stage)) == {one.id for one in told(stage)} & passed != set()


def test_another_purpose_opens_nothing(stage: Stage) -> None:
    known, there = told(stage)[0], stop(stage)
    assert not judge(stage)(known, told_again(known, there.org, "debt_help"), there.org)


def test_what_was_not_recorded_yet_could_not_be_had(stage: Stage) -> None:
    assert had(stage, judge(stage), at="2026-01-01T10:00:00Z") == set()


def test_what_was_written_down_afterwards_could_not_be_had(stage: Stage) -> None:
    there, could = stop(stage), had(stage, judge(stage))
    known = next(one for one in told(stage) if one.id in could)
    later = known.model_copy(update={"id": an_id(0x902), "recorded_at": "2026-03-05T10:00:00Z"})
    judged = judge(stage, FamilyCase([*stage.case, later], synthetic=True))
    again = told_again(known, there.org, there.purpose)
    assert (judged(known, again, there.org), judged(later, again, there.org)) == (True, False)


def test_whoever_heard_it_could_have_passed_it_on_too(stage: Stage) -> None:
    there, could = stop(stage), had(stage, judge(stage))
    known = next(one for one in told(stage) if one.id in could)
    heard = known.model_copy(update={"recorded_by": Actor(org=there.org), "told_to": (known.recorded_by,)})
    assert judge(stage)(heard, told_again(known, there.org, there.purpose), there.org)


def test_a_moment_without_a_policy_opens_nothing_and_is_counted(stage: Stage) -> None:
    could = judge(stage)
    assert had(stage, could, at="2019-01-01T10:00:00Z") == set()
    assert could.unjudged == 1


def test_the_meter_counts_only_what_could_be_had(stage: Stage) -> None:
    there, could = stop(stage), had(stage, judge(stage))
    found = {one.id in could: one for one in told(stage) if one.told_by.person is not None}
    assert set(found) == {True, False}
    for lawful, known in found.items():
        again = told_again(known, there.org, there.purpose)
        some = FamilyCase([*stage.case, again], synthetic=True)
        rows = retelling(some, at=AFTER, could_have_had=judge(stage, some)).avoidable
        assert any(known.id in row.known for row in rows if row.statement == again.id) is lawful
