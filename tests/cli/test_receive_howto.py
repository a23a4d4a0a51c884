# SPDX-License-Identifier: EUPL-1.2
"""docs/howto/receive.md: its commands run and print what it says, and it names every code."""

from __future__ import annotations

import re
import subprocess
from typing import TYPE_CHECKING

from kgbx.case import FamilyCase
from kgbx.consent.arriving import ARRIVALS, CONTRADICTS_HERE, DIFFERS_HERE
from tests.cli.test_access_howto import COMMAND, ENVIRONMENT, ROOT

if TYPE_CHECKING:
    from pathlib import Path

PAGE = (ROOT / "docs" / "howto" / "receive.md").read_text(encoding="utf-8")


def test_the_page_does_what_it_says(tmp_path: Path) -> None:
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    for text in re.findall(r"^```console\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL):
        for found in COMMAND.finditer(text):
            command = ["sh", "-c", found["line"]]
            done = subprocess.run(command, cwd=tmp_path, env=ENVIRONMENT, capture_output=True, text=True, check=False)
            assert (done.returncode, done.stderr) == (0, "")
            assert done.stdout.startswith(found["printed"])
    sent, joined = (FamilyCase.from_json((tmp_path / f"{name}.json").read_bytes()) for name in ("view", "joined"))
    assert 0 < len(joined) <= len(sent)
    assert "NOT_NECESSARY" in (tmp_path / "apart.txt").read_text(encoding="utf-8")


def test_it_names_every_code() -> None:
    codes = {row.reason.code for row in ARRIVALS} | {CONTRADICTS_HERE.code, DIFFERS_HERE.code}
    assert {code for code in codes if f"| `{code}` |" in PAGE} == codes
