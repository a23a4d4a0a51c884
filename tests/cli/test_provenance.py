# SPDX-License-Identifier: EUPL-1.2
"""``kgbx provenance``: who signed for each record, in ids and codes, and a status that tells what to ask about."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, get_args

import pytest

from kgbx.cli.journey import set_stage
from kgbx.cli.provenance import _SAID, OWN
from kgbx.exchange import compose
from kgbx.exchange.provenance import Origin
from tests.cli.conftest import TEAM

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Ran

GI = "2000"


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a view for the GI, and the same view with one text altered."""
    stage = set_stage(tmp_path_factory.mktemp("provenance") / "demo")
    stop = next(one for one in stage.script.stops if one.org.endswith(GI))
    own, to = stage.owns[stage.script.sender], stage.directory.require(stop.org, stage.at)
    view = compose(stage.case, own=own, to=to, purpose=stop.purpose, at=stage.at).view.to_json()
    (stage.folder / "view.json").write_bytes(view)
    value = json.loads(view)
    value["statements"][0]["wording"]["text"] += " Schijnhout."
    (stage.folder / "altered.json").write_text(json.dumps(value))
    return stage.folder


@pytest.fixture
def asked(town: Path, kgbx: Callable[..., Ran]) -> Callable[..., Ran]:
    """Ask where the records of a file of the town come from."""

    def ask(case: str, *more: str, lang: str = "en") -> Ran:
        trust = ("--directory", town / "directory.json", "--trust", town / "trust.json", "--at", "2026-03-03")
        return kgbx("--lang", lang, "provenance", town / case, *trust, *more)

    return ask


def test_each_organisation_and_what_it_signed_for(asked: Callable[..., Ran]) -> None:
    ran = asked("view.json")
    assert (ran.status, "1 contribution in the case" in ran.out) == (0, True)
    assert "signed by who recorded it" in ran.out
    assert "without a signature of who recorded it" in ran.out


def test_what_is_not_as_signed_is_named_and_the_status_says_so(town: Path, asked: Callable[..., Ran]) -> None:
    named = json.loads((town / "altered.json").read_text())["statements"][0]["id"]
    ran = asked("altered.json", lang="nl")
    assert (ran.status, named in ran.out, "Schijnhout" in ran.out) == (1, True, False)
    rows = asked("altered.json", "--json").json["records"]
    assert [row["record"] for row in rows if row["origin"] == "not_as_signed"] == [named]


def test_what_one_recorded_oneself_needs_no_signature(asked: Callable[..., Ran]) -> None:
    ran = asked("altered.json", "--as", TEAM)
    assert (ran.status, "recorded here" in ran.out, "signed by" in ran.out) == (0, True, False)


def test_every_origin_has_words() -> None:
    assert set(_SAID) == {*get_args(Origin), OWN}


def test_a_key_that_cannot_be_judged_here_is_told(town: Path, kgbx: Callable[..., Ran]) -> None:
    trust = ("--directory", town / "directory.json", "--trust", town / "trust.json", "--at", "2026-01-01")
    ran = kgbx("provenance", town / "view.json", *trust)
    assert (ran.status, "get a newer directory" in ran.out) == (0, True)


def test_what_is_not_as_signed_is_not_taken_in(town: Path, kgbx: Callable[..., Ran], tmp_path: Path) -> None:
    own = tmp_path / "own.json"
    own.write_text('{"schema":"https://kgbx.example/schemas/family-case/1.0","synthetic":true}')
    trust = ("--directory", town / "directory.json", "--trust", town / "trust.json", "--at", "2026-03-03")
    who = ("--as", f"urn:osb:oin:0000009900000000{GI}", "--from", TEAM)

    def taken(view: str, *more: object) -> Ran:
        return kgbx("receive", own, town / view, *who, *more, "--out", tmp_path / f"{view}.out")

    assert [taken("view.json", *trust).status, taken("altered.json", *trust).status] == [0, 1]
    assert not (tmp_path / "altered.json.out").exists()
    kept = kgbx("provenance", tmp_path / "view.json.out", *trust)
    assert (kept.status, "1 contribution in the case" in kept.out) == (0, True)
    unlooked = taken("altered.json")
    assert (unlooked.status, "nobody looked who signed" in unlooked.err) == (0, True)
