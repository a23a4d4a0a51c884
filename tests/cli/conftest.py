# SPDX-License-Identifier: EUPL-1.2
"""The program, run in this process: arguments in; status, stdout and stderr out."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from kgbx.cli.main import run_and_report

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

TEAM = "urn:osb:oin:00000099000000001000"
GI = "urn:osb:oin:00000099000000002000"
SCHOOL = "urn:osb:oin:00000099000000003000"


@dataclass(frozen=True, slots=True)
class Ran:
    """What a run of the program gave."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.out)
        return found


Program = "Callable[..., Ran]"


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    """Start each test in English, with no passphrase file and without colours."""
    monkeypatch.setenv("KGBX_LANG", "en")
    monkeypatch.delenv("KGBX_PASSPHRASE_FILE", raising=False)


@pytest.fixture
def kgbx(capsys: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    """Run the program with these arguments."""

    def run(*arguments: object) -> Ran:
        capsys.readouterr()
        status = run_and_report([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return Ran(status, captured.out, captured.err)

    return run


@dataclass(frozen=True, slots=True)
class Region:
    """A folder with three organisations that know each other."""

    path: Path

    def identity(self, name: str) -> Path:
        return self.path / name

    @property
    def directory(self) -> Path:
        return self.path / "directory.json"

    @property
    def trust(self) -> Path:
        return self.path / "trust.json"

    @property
    def known(self) -> tuple[object, ...]:
        return "--directory", self.directory, "--trust", self.trust


@pytest.fixture(scope="session")
def made_region(tmp_path_factory: pytest.TempPathFactory) -> Region:
    """Make keys, publish them, build a directory and pin everybody, once."""
    path = tmp_path_factory.mktemp("region")
    documents = []
    for name, org in (("team", TEAM), ("gi", GI), ("school", SCHOOL)):
        document = str(path / f"{name}.json")
        folder = str(path / name)
        at = "2026-03-01T10:00:00Z"
        _succeed("keys", "new", folder, "--org", org, "--insecure-no-passphrase", "--at", at)
        _succeed("keys", "publish", folder, "--name", f"Organisatie {name}", "--out", document, "--at", at)
        documents.append(document)
    _succeed("directory", "build", *documents, "--out", str(path / "directory.json"))
    _succeed("directory", "pin", *documents, "--out", str(path / "trust.json"))
    return Region(path)


@pytest.fixture
def region(made_region: Region) -> Region:
    """Return the region; tests only read it."""
    return made_region


def _succeed(*arguments: str) -> None:
    status = run_and_report(list(arguments))
    if status:
        pytest.fail(f"kgbx {arguments[0]} {arguments[1]} left with status {status}")
