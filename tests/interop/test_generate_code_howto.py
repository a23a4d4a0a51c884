# SPDX-License-Identifier: EUPL-1.2
"""docs/howto/generate-code.md: its commands print what it says, what it names exists."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from kgbx.interop import FORMS
from tests.interop.javascript import SCRIPTS, node_folder, only_where_it_pays

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "howto" / "generate-code.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^```(?P<kind>\w+)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
COMMAND = re.compile(r"^\$ (?P<line>.*)\n(?P<printed>(?:(?!\$ ).*\n)*)", re.MULTILINE)


def blocks(kind: str) -> list[str]:
    return [found["text"] for found in BLOCK.finditer(PAGE) if found["kind"] == kind]


def commands() -> Iterator[tuple[str, str]]:
    """Yield the commands of the page and what they print; installing is not among them."""
    for text in blocks("console"):
        for found in COMMAND.finditer(text):
            if not found["line"].startswith("npm "):
                yield found["line"], found["printed"]


def printed(line: str, folder: Path) -> str:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = os.environ | {"PATH": path, "KGBX_LANG": "en"}
    done = subprocess.run(["sh", "-c", line], cwd=folder, env=environment, capture_output=True, text=True, check=False)
    return done.stdout


def test_every_command_of_kgbx_prints_what_the_page_says(tmp_path: Path) -> None:
    found = [(line, told) for line, told in commands() if not line.startswith("npx ")]
    assert len(found) > 5
    assert [printed(line, tmp_path) for line, _ in found] == [told for _, told in found]


@only_where_it_pays
def test_the_types_of_the_page_are_generated_and_its_example_compiles(tmp_path: Path) -> None:
    folder = node_folder(tmp_path)
    for line, _ in commands():
        printed(line, folder)
    (folder / "page.ts").write_text(blocks("typescript")[0], encoding="utf-8")
    assert (
        printed("npx tsc --strict --noEmit --target es2022 --module nodenext page.ts && echo right", folder)
        == "right\n"
    )


def test_the_page_names_every_form_and_its_file() -> None:
    assert dict(re.findall(r"^\| `(\w+)` \| `([\w.-]+)` \|", PAGE, re.MULTILINE)) == dict(FORMS)


def test_the_page_configures_ajv_as_the_tests_do() -> None:
    script = (SCRIPTS / "verdicts.mjs").read_text(encoding="utf-8")
    assert [line for line in blocks("javascript")[0].splitlines() if line not in script] == []
