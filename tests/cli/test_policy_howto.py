# SPDX-License-Identifier: EUPL-1.2
"""docs/howto/answer-a-privacy-officer.md: its commands run one after the other and print what stands under them."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

    from tests.cli.conftest import Ran

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "howto" / "answer-a-privacy-officer.md").read_text(encoding="utf-8")
COMMAND = re.compile(r"^\$ kgbx (?P<line>.*)\n(?P<printed>(?:(?!\$ |```).*\n)*)", re.MULTILINE)


def test_the_page_does_what_it_says(kgbx: Callable[..., Ran], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    monkeypatch.chdir(tmp_path)
    commands = list(COMMAND.finditer(PAGE))
    assert len(commands) == 8
    for found in commands:
        ran = kgbx(*shlex.split(found["line"]))
        assert (ran.status, ran.err) == (0, ""), found["line"]
        lines = found["printed"].splitlines()
        assert lines != []
        assert set(lines) <= set(ran.out.splitlines()), found["line"]
