# SPDX-License-Identifier: EUPL-1.2
"""``kgbx metrics``: what is printed, drawn and hidden; docs/howto/measure-a-pilot-region.md does what it says."""

from __future__ import annotations

import json
import re
import shlex
from glob import glob
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest

from kgbx.case import FamilyCase
from kgbx.resources import examples_path
from kgbx.testing.families import make_family
from kgbx.testing.leaks import found_in
from tests.case.builders import an_id
from tests.cli.conftest import GI, TEAM

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cli.conftest import Ran

    Kgbx = Callable[..., Ran]

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "howto" / "measure-a-pilot-region.md").read_text(encoding="utf-8")
COMMAND = re.compile(r"^\$ kgbx (?P<line>.*)\n(?P<printed>(?:(?!\$ |```).*\n)*)", re.MULTILINE)
NORMS = re.compile(r"^```json\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
CASE = examples_path("journey", "case.json")
OWN = ("--as", TEAM, "--registers", examples_path("journey", "registers.json"))


@pytest.fixture
def families(tmp_path: Path) -> list[Path]:
    """Write twelve made-up families."""
    paths = [tmp_path / f"{seed}.json" for seed in range(12)]
    for seed, path in enumerate(paths):
        path.write_bytes(make_family(seed).to_json())
    return paths


def written(folder: Path, value: dict[str, Any], *, copies: int) -> list[Path]:
    """Write a case a few times, each time as the file of another holder."""
    paths = [folder / f"copy-{number}.json" for number in range(copies)]
    for number, path in enumerate(paths):
        path.write_text(json.dumps(value | {"id": str(UUID(int=number, version=4))}), encoding="utf-8")
    return paths


def expanded(line: str) -> list[str]:
    """Return the words of a command, with the files for a star, as a shell does."""
    return [found for word in shlex.split(line) for found in (sorted(glob(word)) or [word])]  # noqa: PTH207  # as a shell


def test_the_page_does_what_it_says(kgbx: Kgbx, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    (norms,) = NORMS.findall(PAGE)
    (tmp_path / "norms.json").write_text(norms, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    commands = list(COMMAND.finditer(PAGE))
    assert len(commands) == 4
    for found in commands:
        ran = kgbx(*expanded(found["line"]))
        assert ran.status == 0, found["line"]
        assert set(found["printed"].splitlines()) <= set(ran.out.splitlines()), found["line"]


def test_no_word_and_no_id_of_a_family_comes_out(kgbx: Kgbx, families: list[Path], tmp_path: Path) -> None:
    ran = kgbx("metrics", *families, *OWN, "--at", "2026-06-01", "--plots", tmp_path / "plots", "--json")
    drawn = "".join(path.read_text(encoding="utf-8") for path in (tmp_path / "plots").iterdir())
    said = ran.out + ran.err + drawn
    for path in families:
        case = FamilyCase.from_json(path.read_bytes())
        assert list(found_in(said, [one.id for one in case])) == []
        names = re.findall(r'"(?:surname|given|street)":"([^"]+)"', path.read_text(encoding="utf-8"))
        assert list(found_in(said.replace(str(tmp_path), ""), names)) == []


def test_programs_get_null_for_what_is_hidden(kgbx: Kgbx, families: list[Path]) -> None:
    found = kgbx("metrics", *families, "--at", "2024-06-01", "--json").json
    counts = [one for group in found["groups"].values() for one in group.values()]
    assert None in counts
    assert all(one is None or one == 0 or one >= 5 for one in counts)
    assert (found["families"], found["least"], found["retelling"]["ratio"]) == (12, 5, None)


def test_fewer_than_five_families_show_nothing(kgbx: Kgbx, families: list[Path], tmp_path: Path) -> None:
    ran = kgbx("metrics", *families[:4], "--at", "2024-06-01", "--plots", tmp_path / "plots")
    assert (ran.status, ran.out) == (0, "Fewer than 5 families: nothing is shown.\n")
    assert not (tmp_path / "plots").exists()


def retold_case() -> dict[str, Any]:
    """Return the case of the journey, in which the GI wrote down once more what it could have had."""
    value: dict[str, Any] = json.loads(CASE.read_bytes())
    for number, one in enumerate(value["statements"][:]):
        if "person" in one["told_by"]:
            again = {name: member for name, member in one.items() if name not in {"told_to", "channel"}}
            when = {"recorded_at": "2026-03-02T10:00:00Z", "told_on": "2026-03-02", "collected_for": "protection"}
            again |= when | {"id": an_id(0x900 + number), "recorded_by": {"org": GI}}
            value["statements"].append(again)
    return value


def test_what_could_have_come_along_is_counted(kgbx: Kgbx, tmp_path: Path) -> None:
    paths = written(tmp_path, retold_case(), copies=6)
    found = kgbx("metrics", *paths, *OWN, "--at", "2026-03-03", "--json").json
    assert found["groups"]["retelling"] == {"nothing_asked": 0, "not_judged": 0, "none_retold": 0, "retold": 6}
    assert 0 < found["retelling"]["retold"] < found["retelling"]["asked"]
    assert found["retelling"]["ratio"] == round(found["retelling"]["retold"] / found["retelling"]["asked"], 2)
    once = kgbx(
        "metrics", *written(tmp_path, json.loads(CASE.read_bytes()), copies=6), *OWN, "--at", "2026-03-03", "--json"
    )
    assert once.json["groups"]["retelling"]["retold"] == 0


def test_what_is_told_too_late_is_counted(kgbx: Kgbx, tmp_path: Path) -> None:
    paths = written(tmp_path, json.loads(CASE.read_bytes()), copies=5)
    found = kgbx("metrics", *paths, *OWN, "--at", "2026-08-31", "--json").json["groups"]["overdue"]
    kinds = kgbx("warnings", CASE, *OWN, "--at", "2026-08-31", "--days", 0).out
    late = bool(re.search("EMERGENCY_NOT_TOLD|INFORM_BY", kinds))
    assert found == {"overdue": 5 * late, "nothing_overdue": 5 * (not late)}


def test_without_registers_it_says_what_was_not_measured(kgbx: Kgbx, families: list[Path]) -> None:
    ran = kgbx("metrics", *families, "--at", "2024-06-01")
    assert ran.err.startswith("Not measured: ")
    assert "Telling again" not in ran.out


def test_a_case_twice_is_refused(kgbx: Kgbx, families: list[Path]) -> None:
    ran = kgbx("metrics", *families, families[0], "--json")
    assert (ran.status, ran.json["error"]["code"]) == (2, "U_ARGUMENT")


def test_made_up_and_real_families_are_not_added_up(kgbx: Kgbx, families: list[Path], tmp_path: Path) -> None:
    (tmp_path / "real.json").write_bytes(FamilyCase().to_json())
    ran = kgbx("metrics", *families, tmp_path / "real.json", "--json")
    assert (ran.status, ran.json["error"]["code"]) == (1, "D_SYNTHETIC")


def test_drawings_are_never_written_over(kgbx: Kgbx, families: list[Path], tmp_path: Path) -> None:
    drawing = ("metrics", *families, "--at", "2024-06-01", "--plots", tmp_path / "plots", "--json")
    assert kgbx(*drawing).status == 0
    ran = kgbx(*drawing)
    assert (ran.status, ran.json["error"]["code"]) == (2, "U_EXISTS")


def test_malformed_norms_are_refused(kgbx: Kgbx, families: list[Path], tmp_path: Path) -> None:
    (tmp_path / "norms.json").write_bytes(b"{}")
    ran = kgbx("metrics", *families, "--norms", tmp_path / "norms.json", "--json")
    assert (ran.status, ran.json["error"]["code"]) == (1, "D_INVALID")


def test_it_speaks_dutch(kgbx: Kgbx, families: list[Path]) -> None:
    ran = kgbx("--lang", "nl", "metrics", *families, "--at", "2024-06-01")
    assert ran.out.startswith("12 gezinnen\nVaste gezichten in 2021:\n  geen, of nog geen ")
