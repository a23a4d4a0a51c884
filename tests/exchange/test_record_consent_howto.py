# SPDX-License-Identifier: EUPL-1.2
"""docs/howto/record-consent.md: its example and its commands run and say what the page says."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from kgbx.case import Consent
from kgbx.case.ceremony import SHOWN_BY, SPOKEN
from kgbx.cli.main import run_and_report
from kgbx.exchange.proofs import State

if TYPE_CHECKING:
    import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "howto" / "record-consent.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(?P<kind>\w+)\n(?P<text>.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
COMMAND = re.compile(r"^\$ kgbx (?P<line>.*)\n(?P<printed>(?:(?!\$ |```).*\n)*)", re.MULTILINE)
PRINTED = """valid True
Consent True ('capacity', 'collected_for', 'notice.language', 'salt')
dpv:ConsentRecord
"""


def texts_of(kind: str) -> list[str]:
    return [str(text) for found, text in BLOCKS if found == kind]


def test_the_example_runs_and_prints_what_it_should(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "\n".join(texts_of("python"))]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.stderr, done.stdout) == ("", PRINTED)


def test_the_commands_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KGBX_LANG", "en")
    commands = [found for text in texts_of("console") for found in COMMAND.finditer(text)]
    said = []
    for found in commands:
        assert run_and_report(shlex.split(found["line"])) == 0, found["line"]
        said.append(capsys.readouterr().out)
        assert set(found["printed"].splitlines()) <= set(said[-1].splitlines()), found["line"]
    assert len(commands) == 9
    assert "You said yes." in "".join(said)
    assert "U zei ja." in (tmp_path / "receipt.html").read_text(encoding="utf-8")


def test_without_the_proofs_nothing_goes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    monkeypatch.chdir(tmp_path)
    (line,) = (found["line"] for found in COMMAND.finditer(PAGE) if found["line"].startswith("share "))
    assert run_and_report(shlex.split(line.partition(" --proofs")[0])) == 4


def test_the_page_names_every_state_of_a_proof() -> None:
    assert [state for state in State.__args__ if f"`{state}`" not in PAGE] == []  # type: ignore[attr-defined]  # a Literal


def test_the_page_knows_which_ways_are_spoken() -> None:
    assert SPOKEN == {"oral_witnessed", "phone"} <= SHOWN_BY.keys()


def test_the_page_shows_members_that_exist() -> None:
    named = set(re.findall(r"^    (\w+)=", texts_of("python")[0], re.MULTILINE))
    assert named <= set(Consent.model_fields)
    assert len(named) > 15
