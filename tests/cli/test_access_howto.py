# SPDX-License-Identifier: EUPL-1.2
"""docs/howto/access-and-retention.md: its commands run, print what it says, and its example does what it says."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

from kgbx.consent.access_facts import read_access_decisions
from tests.consent.insight import LOG

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "howto" / "access-and-retention.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(?P<kind>\w+)\n(?P<text>.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
COMMAND = re.compile(r"^\$ (?P<line>.*)\n(?P<printed>(?:(?!\$ ).*\n)*)", re.MULTILINE)
ENVIRONMENT = os.environ | {
    "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    "KGBX_LANG": "en",
}


def text_of(kind: str) -> str:
    return next(str(text) for found, text in BLOCKS if found == kind)


def test_the_page_does_what_it_says(tmp_path: Path) -> None:
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    (tmp_path / "demo").mkdir()
    (tmp_path / "demo" / "disclosures.jsonl").write_bytes(b"".join(one.line() for one in LOG))
    for kind, text in BLOCKS:
        for found in COMMAND.finditer(text) if kind == "console" else ():
            command = ["sh", "-c", found["line"]]
            done = subprocess.run(command, cwd=tmp_path, env=ENVIRONMENT, capture_output=True, text=True, check=False)
            assert (done.returncode, done.stderr) == (0, ""), shlex.join(command)
            assert found["printed"] in ("", done.stdout)
    command = [sys.executable, "-c", text_of("python")]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert len(done.stdout.splitlines()) > 1
    assert all(re.fullmatch(r"urn:osb:oin:[0-9]{20} 1", line) for line in done.stdout.splitlines())


def test_the_decisions_on_the_page_can_be_read() -> None:
    assert len(read_access_decisions(text_of("json").encode()).withholdings) == 1
