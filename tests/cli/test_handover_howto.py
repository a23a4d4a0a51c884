# SPDX-License-Identifier: EUPL-1.2
"""docs/howto/hand-a-family-over.md: its commands run and print what it says, and nobody falls between.

The program runs in this process: what a shell does around it here is a redirection or the last line, and nothing else.
"""

from __future__ import annotations

import re
import shlex
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from kgbx.case import FamilyCase
from kgbx.story.fixed_contact import fixed_contact, gaps
from kgbx.story.offering import MAY_BE_NONE
from tests.cli.test_access_howto import COMMAND, ROOT

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cli.conftest import Ran

PAGE: Final = (ROOT / "docs" / "howto" / "hand-a-family-over.md").read_text(encoding="utf-8")
GI: Final = "urn:osb:oin:00000099000000002000"
LINE: Final = re.compile(r"kgbx (?P<arguments>[^>|]*?)(?: > (?P<file>\S+)(?P<both> 2>&1)?| \| (?P<last>tail -1))?")
WRITTEN: Final = re.compile(r"echo '(?P<text>.*)' > (?P<file>\S+)")


def run(line: str, kgbx: Callable[..., Ran]) -> str:
    """Run a line of the page as a shell would, and return what it shows."""
    if written := WRITTEN.fullmatch(line):
        Path(written["file"]).write_text(written["text"], encoding="utf-8")
        return ""
    found = LINE.fullmatch(line)
    assert found, line
    ran = kgbx(*shlex.split(found["arguments"]))
    assert (ran.status, found["both"] or ran.err == "") == (0, found["both"] or True), line
    if found["file"]:
        Path(found["file"]).write_text(ran.out, encoding="utf-8")
        return ""
    return ran.out.splitlines(keepends=True)[-1] if found["last"] else ran.out


def test_the_page_does_what_it_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kgbx: Callable[..., Ran]) -> None:
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    monkeypatch.chdir(tmp_path)
    for text in re.findall(r"^```console\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL):
        for found in COMMAND.finditer(text):
            assert run(found["line"], kgbx) == found["printed"]
    for name in ("team-after", "gi-after"):
        case = FamilyCase.from_json(Path(f"{name}.json").read_bytes())
        assert {one.org for one in fixed_contact(case, on=date(2026, 3, 3)).values()} == {GI}
        assert gaps(case, on=date(2026, 6, 1)) == ()


@pytest.mark.parametrize("need", MAY_BE_NONE)
def test_it_names_what_there_may_be_none_of(need: str) -> None:
    assert f"`{need}`" in PAGE
