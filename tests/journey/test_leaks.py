# SPDX-License-Identifier: EUPL-1.2
"""The journey: what must not arrive does not arrive, in no form."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from kgbx.case import FamilyCase
from kgbx.cli.main import run_and_report
from kgbx.consent.facts import Request
from kgbx.exchange import decide_share
from kgbx.render import render_view
from kgbx.story import coverage, profile
from tests.journey.secrets import MOTHER, leaks, secrets_of

if TYPE_CHECKING:
    from pathlib import Path

    from kgbx.case import BareRecord
    from kgbx.cli.journey import Crossing, Stage

NOT_ALLOWED = ("3000", "9000", "2000", "6000", "8000")
"""School, Raad, GI, debt help, the father's therapist: none may know where the mother lives."""

FATHERS_THERAPIST = "8000"
ROB = "5a23fa87-960d-4a3a-a129-3ddf67977276"
DAAN = "48c32dee-6754-489a-9405-8416106438af"


def own_name_aside(secrets: set[str], org: str, stage: Stage) -> set[str]:
    """Return the secrets without the organisation's own name: a school knows what it is called."""
    names = {stop.name for stop in stage.script.stops if stop.org.endswith(org)}
    return {secret for secret in secrets if secret not in names and not secret.endswith(org)}


@pytest.mark.parametrize("org", NOT_ALLOWED)
def test_where_the_mother_lives_is_not_in_the_view(stage: Stage, crossings: dict[str, Crossing], org: str) -> None:
    secrets = own_name_aside(secrets_of(stage.case), org, stage)
    assert len(secrets) >= 5
    assert leaks(crossings[org].received.opened.body, secrets) == set()


@pytest.mark.parametrize("org", NOT_ALLOWED)
@pytest.mark.parametrize("language", ["nl", "en"])
def test_nor_on_a_page_made_of_it(stage: Stage, crossings: dict[str, Crossing], org: str, language: str) -> None:
    view = crossings[org].received.case
    needs = coverage(view, profile("gi", "start_measure"), at=stage.at)
    page = render_view(
        view,
        needs,
        sender_name=stage.script.sender_name,
        recipient_name="x",
        at=stage.at,
        language="nl" if language == "nl" else "en",
    )
    assert leaks(page.encode(), own_name_aside(secrets_of(stage.case), org, stage)) == set()


@pytest.mark.parametrize("org", NOT_ALLOWED)
@pytest.mark.parametrize("form", [(), ("--json",)], ids=["text", "json"])
def test_nor_in_what_the_program_prints_of_it(
    stage: Stage,
    crossings: dict[str, Crossing],
    org: str,
    form: tuple[str, ...],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "view.json").write_bytes(crossings[org].received.opened.body)
    assert run_and_report(["needs", str(tmp_path / "view.json"), "--for", "gi", "--at", stage.script.at, *form]) == 0
    assert run_and_report(["validate", str(tmp_path / "view.json"), *form]) == 0
    captured = capsys.readouterr()
    said = f"{captured.out}{captured.err}".encode()
    assert leaks(said, own_name_aside(secrets_of(stage.case), org, stage)) == set()


def without(stage: Stage, array: str) -> FamilyCase:
    """Return the file as if nobody had recorded anything in one array, nor marked anything as secret."""
    left = (record for record in stage.case if record not in stage.case.records(array))
    unmarked = {"location_secret": None, "brp_secrecy": None}
    rows = (record.model_copy(update={name: None for name in unmarked if hasattr(record, name)}) for record in left)
    return FamilyCase(rows, synthetic=True)


def view_for(stage: Stage, case: FamilyCase, org: str) -> bytes:
    stop = next(stop for stop in stage.script.stops if stop.org.endswith(org))
    request = Request(
        sender=stage.script.sender,
        recipient=stop.org,
        purpose=stop.purpose,
        at=stage.script.at,
        known_at=stage.script.at,
    )
    return decide_share(case, request=request, basis=stage.owns[stage.script.sender].basis).share.view.to_json()


def test_without_the_protection_the_same_search_finds_it(stage: Stage) -> None:
    """The control: it is the protection that keeps it out, and the search can find."""
    unprotected = view_for(stage, without(stage, "protections"), "2000")
    assert len(leaks(unprotected, secrets_of(stage.case))) >= 2


def test_the_school_gets_no_debts_and_no_health_of_the_parent(crossings: dict[str, Crossing]) -> None:
    view = crossings["3000"].received.case
    words = json.dumps([json.loads(view.to_json())]).casefold()
    assert not any(word in words for word in ("schuld", "lening", "depress", "psychi", "medicatie", "somber"))
    assert MOTHER not in {person for record in view for person in about(record)}


def about(record: BareRecord) -> tuple[str, ...]:
    found = getattr(record, "about", None) or getattr(record, "persons", None) or ()
    return tuple(found)


def confidential(stage: Stage) -> set[str]:
    """Return the ids of what Daan told in confidence."""
    return {one.record for one in stage.case.records("confidences")}  # type: ignore[attr-defined]  # a Confidence


def test_daan_told_something_in_confidence(stage: Stage) -> None:
    told_by = {stage.case.get(one).told_by.person for one in confidential(stage)}  # type: ignore[union-attr]  # statements
    assert DAAN in told_by


def test_what_was_told_in_confidence_is_not_with_the_fathers_therapist(
    stage: Stage, crossings: dict[str, Crossing]
) -> None:
    body = crossings[FATHERS_THERAPIST].received.opened.body
    for one in confidential(stage):
        text = stage.case.get(one).wording.text  # type: ignore[union-attr]  # statements
        assert leaks(body, {text, one}) == set()


def test_no_mark_betrays_what_was_told_in_confidence(stage: Stage) -> None:
    """The therapist's view is the same, byte for byte, as if nothing had been told."""
    silent = confidential(stage)
    kept = [
        one
        for one in stage.case
        if one.id not in silent and not silent.intersection(json.dumps(one.model_dump(mode="json")).split('"'))
    ]
    assert len(kept) < len(stage.case)
    assert view_for(stage, FamilyCase(kept, synthetic=True), "8000") == view_for(stage, stage.case, "8000")


def test_the_father_is_blocked(stage: Stage) -> None:
    blocked = {person for one in stage.case.current("protections") for person in one.blocked}  # type: ignore[attr-defined]  # a Protection
    assert ROB in blocked


def test_each_stop_gets_a_different_part(crossings: dict[str, Crossing]) -> None:
    sizes = {org: len(one.composed.share.account.passed) for org, one in crossings.items()}
    assert len(set(sizes.values())) == len(sizes)
    assert sizes["2000"] > sizes["5000"] > sizes["3000"] > 0


def test_every_view_is_a_valid_case(crossings: dict[str, Crossing]) -> None:
    found = [p for one in crossings.values() for p in FamilyCase.check(one.received.opened.body)]
    assert [problem for problem in found if problem.severity == "error"] == []


def test_a_view_names_no_file_of_the_sender(crossings: dict[str, Crossing]) -> None:
    assert {one.received.view.id for one in crossings.values()} == {None}


def test_recipients_quarantine_nothing_of_the_journey(crossings: dict[str, Crossing]) -> None:
    assert {org: one.received.quarantined for org, one in crossings.items() if one.received.quarantined} == {}
