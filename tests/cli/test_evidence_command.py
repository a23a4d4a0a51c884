# SPDX-License-Identifier: EUPL-1.2
"""kgbx evidence, and docs/howto/evidence.md: its code and its commands run one after the other."""

from __future__ import annotations

import json
import re
import shlex
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import kgbx as library
from kgbx.directory import Directory
from kgbx.envelope.identity import load
from tests.cli.conftest import GI, TEAM

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cli.conftest import Ran, Region

    Kgbx = Callable[..., Ran]

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "howto" / "evidence.md").read_text(encoding="utf-8")
PYTHON = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)
COMMAND = re.compile(r"^\$ kgbx (?P<line>.*)\n(?P<printed>(?:(?!\$ |```).*\n)*)", re.MULTILINE)
AT = datetime(2026, 3, 1, 10, tzinfo=UTC)


@pytest.fixture
def record(region: Region, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Run the code of the page in a folder with the files it names."""
    monkeypatch.chdir(tmp_path)
    for path in (region.directory, region.trust):
        shutil.copy(path, tmp_path)
    names: dict[str, Any] = {
        "kgbx": library,
        "Path": Path,
        "at": AT,
        "team": load(region.identity("team"), None),
        "gi": load(region.identity("gi"), None),
        "directory": Directory.load(region.directory.read_bytes(), region.trust.read_bytes()),
    }
    blocks = PYTHON.findall(PAGE)
    assert len(blocks) == 3
    for block in blocks:
        exec(block, names)  # noqa: S102  # the code of our own page
    return tmp_path / "evidence.json"


@pytest.mark.usefixtures("record")
def test_the_page_does_what_it_says(kgbx: Kgbx) -> None:
    (found,) = COMMAND.finditer(PAGE)
    ran = kgbx(*shlex.split(found["line"]))
    assert (ran.status, ran.err) == (0, "")
    assert ran.out.splitlines()[1:] == found["printed"].splitlines()


def test_proof_as_one_object(kgbx: Kgbx, record: Path, region: Region) -> None:
    ran = kgbx("evidence", "verify", record, "--trust", region.trust, "--json")
    assert (ran.status, ran.json["outcome"], ran.json["from"], ran.json["to"]) == (0, "proven", TEAM, [GI])
    assert [given["status"] for given in ran.json["receipts"]] == ["processed"]


def test_without_a_newer_directory_it_says_what_was_not_checked(kgbx: Kgbx, record: Path, region: Region) -> None:
    assert (
        "was not checked whether a key was revoked" in kgbx("evidence", "verify", record, "--trust", region.trust).err
    )


def test_dutch(kgbx: Kgbx, record: Path, region: Region) -> None:
    ran = kgbx("--lang", "nl", "evidence", "verify", record, "--trust", region.trust)
    assert f"ontvangen   door {GI}: verwerkt, 2026-03-01T10:00:00Z" in ran.out.splitlines()
    assert "Bewezen: alle handtekeningen kloppen." in ran.out


def test_showing_believes_nothing(kgbx: Kgbx, record: Path) -> None:
    members = json.loads(record.read_bytes())
    members["manifest"]["signatures"] = members["receipts"][0]["signatures"]
    record.write_text(json.dumps(members))
    ran = kgbx("evidence", "show", record)
    assert (ran.status, ran.out.splitlines()[-1]) == (0, "Nothing was checked. Use 'kgbx evidence verify'.")


def test_forged_evidence_proves_nothing(kgbx: Kgbx, record: Path, region: Region) -> None:
    members = json.loads(record.read_bytes())
    members["manifest"]["signatures"] = members["receipts"][0]["signatures"]
    record.write_text(json.dumps(members))
    ran = kgbx("evidence", "verify", record, "--trust", region.trust, "--json")
    assert (ran.status, ran.json["error"]["code"]) == (3, "E_SIGNATURE")
