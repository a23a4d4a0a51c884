# SPDX-License-Identifier: EUPL-1.2
"""docs/howto/run-delivery.md: its commands run, in this order, and one case gets across."""

from __future__ import annotations

import json
import os
import re
import shlex
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from kgbx.cli.main import run_and_report
from tools import try_delivery

if TYPE_CHECKING:
    import pytest

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "howto" / "run-delivery.md").read_text(encoding="utf-8")


def commands() -> list[tuple[str, str]]:
    """Return each command of the page, and what it prints as far as the page says."""
    found = []
    for block in re.findall(r"^```console\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL):
        for one in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            line, _, printed = one.partition("\n")
            found.append((line, printed))
    return found


ORGS = try_delivery.ORGS


def prepare(folder: Path) -> None:
    """Put in a folder what the page takes for granted."""
    try_delivery.prepare(folder, now=datetime.now(UTC))


def run(line: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    """Run a command: of kgbx in this process, but for the servers; others in a shell."""
    if line.startswith("kgbx ") and "&" not in line:
        capsys.readouterr()
        status = run_and_report(shlex.split(line)[1:])
        return status, capsys.readouterr().out
    line = re.sub(r"^kgbx ", f"{shlex.quote(sys.executable)} -m kgbx ", line)
    done = subprocess.run(["sh", "-c", line], cwd=folder, stdout=subprocess.PIPE, text=True, check=False, timeout=60)
    return done.returncode, done.stdout


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as on:
        return int(on.getsockname()[1])


def stop(folder: Path) -> None:
    """End the servers that the page began and did not end."""
    for path in folder.glob("*.pid"):
        with suppress(ProcessLookupError):
            os.kill(int(path.read_text()), signal.SIGTERM)


def test_the_page_does_what_it_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KGBX_LANG", "en")
    prepare(tmp_path)
    said = {}
    ports = {"18751": str(free_port()), "18752": str(free_port())}
    try:
        for shown, printed in commands():
            line = re.sub("1875[12]", lambda found: ports[found[0]], shown)
            status, said[line] = run(line, tmp_path, capsys)
            assert (line, status) == (line, 0)
            assert said[line].startswith(printed)
    finally:
        stop(tmp_path)
    (taken,) = (tmp_path / "in-gi").iterdir()
    assert json.loads((taken / "0.json").read_bytes())["synthetic"] is True
    assert any("completed" in out for line, out in said.items() if "outbox list" in line)
    assert any("All is well" in out for line, out in said.items() if "kgbx status" in line)


def test_the_page_and_the_readme_hold_the_promise() -> None:
    promise = "at-least-once transport, effectively-once hand-over, provable custody"
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert promise in PAGE.lower()
    assert promise in " ".join(readme.lower().split())
