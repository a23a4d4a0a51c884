# SPDX-License-Identifier: EUPL-1.2
"""``kgbx proofs``, and ``--proofs`` where a permit counts: what another recorded counts when it signed it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import pytest

from kgbx.case import FamilyCase
from kgbx.resources import examples_path
from tests.cli.conftest import GI, SCHOOL, TEAM

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Ran, Region

    Kgbx = Callable[..., Ran]

NOW: Final = ("--at", "2026-03-02T09:00:00Z")
REGISTERS: Final = examples_path("journey", "registers.json")
BY: Final = {"org": GI}
FORM: Final = {"method": "paper", "evidence": "A" * 43}


def theirs(case: dict[str, Any]) -> dict[str, Any]:
    """Return the case with every permit as the GI recorded it."""
    for one in case["consents"]:
        if one["decision"] == "permit":
            one.update(recorded_by=BY, ceremony=FORM | {"at": one["recorded_at"]})
    return case


@pytest.fixture
def case(tmp_path: Path) -> Path:
    value = theirs(json.loads(examples_path("journey", "case.json").read_bytes()))
    (tmp_path / "case.json").write_text(json.dumps(value))
    return tmp_path / "case.json"


@pytest.fixture
def proofs(kgbx: Kgbx, region: Region, case: Path) -> Path:
    """Return the proofs of the GI."""
    path = case.with_name("proofs.json")
    assert kgbx("proofs", "sign", case, "--identity", region.identity("gi"), "--out", path, *NOW).status == 0
    return path


def permits(case: Path) -> set[str]:
    return {one["id"] for one in json.loads(case.read_bytes())["consents"] if one["decision"] == "permit"}


def states(ran: Ran) -> set[str]:
    return {one["state"] for one in ran.json["proofs"]}


class TestSigning:
    """An organisation signs what it recorded, and nothing else."""

    def test_every_permit_that_it_recorded(self, kgbx: Kgbx, region: Region, case: Path) -> None:
        out = case.with_name("out.json")
        ran = kgbx("proofs", "sign", case, "--identity", region.identity("gi"), "--out", out, "--json", *NOW)
        current = {one.id for one in FamilyCase.from_json(case.read_bytes()).current("consents")}
        assert (ran.status, set(ran.json["records"])) == (0, permits(case) & current)
        assert json.loads(out.read_bytes())["format"] == "kgbx-proofs/1"

    def test_one_record_that_is_named(self, kgbx: Kgbx, region: Region, case: Path) -> None:
        one, out = min(permits(case)), case.with_name("out.json")
        key = ("--identity", region.identity("gi"))
        ran = kgbx("proofs", "sign", case, *key, "--record", one, "--record", one, "--out", out, *NOW)
        assert (ran.status, "1 proof" in ran.out) == (0, True)

    @pytest.mark.parametrize("record", ["nobody", "a386d27b-4b39-4140-bb10-2bd178977f40"], ids=["unknown", "a person"])
    def test_what_it_cannot_prove_is_refused(self, kgbx: Kgbx, region: Region, case: Path, record: str) -> None:
        out = case.with_name("out.json")
        key = ("--identity", region.identity("gi"))
        ran = kgbx("proofs", "sign", case, *key, "--record", record, "--out", out, *NOW)
        assert (ran.status, "U_PROVABLE" in ran.err, out.exists()) == (2, True, False)

    def test_nobody_signs_for_another(self, kgbx: Kgbx, region: Region, case: Path) -> None:
        out = case.with_name("out.json")
        for more in ((), ("--record", min(permits(case)))):
            ran = kgbx("proofs", "sign", case, "--identity", region.identity("team"), "--out", out, *more, *NOW)
            assert (ran.status, "U_PROVABLE" in ran.err, out.exists()) == (2, True, False)

    def test_an_existing_file_is_left_alone(self, kgbx: Kgbx, region: Region, case: Path, proofs: Path) -> None:
        before = proofs.read_bytes()
        assert kgbx("proofs", "sign", case, "--identity", region.identity("gi"), "--out", proofs, *NOW).status == 2
        assert proofs.read_bytes() == before


class TestChecking:
    """Each proof is told with what it is worth; one that does not count makes the status 3."""

    def test_good_ones(self, kgbx: Kgbx, region: Region, case: Path, proofs: Path) -> None:
        ran = kgbx("proofs", "check", proofs, case, *region.known, *NOW, "--json")
        assert (ran.status, states(ran)) == (0, {"valid"})

    def test_of_a_record_that_was_changed(self, kgbx: Kgbx, region: Region, case: Path, proofs: Path) -> None:
        widen(case)
        ran = kgbx("proofs", "check", proofs, case, *region.known, *NOW, "--json")
        assert (ran.status, "altered" in states(ran)) == (3, True)
        assert "veranderd sinds" in kgbx("--lang", "nl", "proofs", "check", proofs, case, *region.known, *NOW).out

    def test_no_words_of_the_case_are_told(self, kgbx: Kgbx, region: Region, case: Path, proofs: Path) -> None:
        ran = kgbx("proofs", "check", proofs, case, *region.known, *NOW)
        told = [one["wording"]["text"] for one in json.loads(case.read_bytes())["statements"]]
        assert [text for text in told if text in ran.out + ran.err] == []
        assert ran.out.endswith(f"{len(ran.out.splitlines()) - 1} of {len(ran.out.splitlines()) - 1} proofs count\n")

    def test_another_file_is_refused_with_a_pointer(self, kgbx: Kgbx, region: Region, case: Path) -> None:
        ran = kgbx("proofs", "check", case, case, *region.known, *NOW)
        assert (ran.status, "D_UNKNOWN_MEMBER" in ran.err) == (1, True)


def widen(case: Path) -> None:
    value = json.loads(case.read_bytes())
    for one in value["consents"]:
        if one["decision"] == "permit":
            one["categories"] = ["*"]
    case.write_text(json.dumps(value))


def holder(*more: object) -> tuple[object, ...]:
    return ("--as", TEAM, "--registers", REGISTERS, *NOW, *more)


def shared(kgbx: Kgbx, case: Path, *more: object) -> set[str]:
    ran = kgbx("share", case, *holder(*more), "--to", SCHOOL, "--purpose", "school_support", "--json")
    return {one["record"] for one in ran.json["passed"]}


class TestWhereAPermitCounts:
    """What another organisation recorded counts with its proof, and only with it."""

    def test_sharing(self, kgbx: Kgbx, region: Region, case: Path, proofs: Path) -> None:
        without, given = shared(kgbx, case), shared(kgbx, case, "--proofs", proofs, *region.known)
        assert without < given

    def test_a_proof_for_another_content_opens_nothing(
        self, kgbx: Kgbx, region: Region, case: Path, proofs: Path
    ) -> None:
        widen(case)
        assert shared(kgbx, case, "--proofs", proofs, *region.known) == shared(kgbx, case)

    def test_what_does_not_count_is_told(self, kgbx: Kgbx, region: Region, case: Path, proofs: Path) -> None:
        widen(case)
        options = holder("--proofs", proofs, *region.known)
        ran = kgbx("share", case, *options, "--to", SCHOOL, "--purpose", "school_support")
        assert "proofs that do not count: altered" in ran.err

    def test_needs_for_a_recipient(self, kgbx: Kgbx, region: Region, case: Path, proofs: Path) -> None:
        words = ("needs", case, "--for", "gi", "--to", GI, "--json")
        without = kgbx(*words, *holder()).json["counts"]
        given = kgbx(*words, *holder("--proofs", proofs, *region.known)).json["counts"]
        assert without != given

    @pytest.mark.parametrize("command", ["policy who", "warnings", "receipt", "access-report"])
    def test_every_command_that_looks_at_permits(
        self, kgbx: Kgbx, region: Region, case: Path, proofs: Path, command: str
    ) -> None:
        person = "a386d27b-4b39-4140-bb10-2bd178977f40"
        consent = "4254bc19-c75f-4e18-87b5-94a0df5803d3"
        more = {"receipt": [consent], "access-report": ["--person", person]}.get(command, [])
        words = (*command.split(), case, *more)
        ran = kgbx(*words, *holder("--proofs", proofs, *region.known))
        assert (ran.status, ran.err) == (0, "")
        if command != "access-report":
            assert kgbx(*words, *holder()).out != ran.out

    @pytest.mark.parametrize("left_out", ["--proofs", "--directory", "--trust"])
    def test_proofs_directory_and_trust_go_together(
        self, kgbx: Kgbx, region: Region, case: Path, proofs: Path, left_out: str
    ) -> None:
        words = ("--proofs", proofs, *region.known)
        pairs = [words[n : n + 2] for n in (0, 2, 4) if words[n] != left_out]
        options = holder(*(one for pair in pairs for one in pair))
        ran = kgbx("share", case, *options, "--to", SCHOOL, "--purpose", "school_support")
        assert (ran.status, "--proofs goes with" in ran.err) == (2, True)
