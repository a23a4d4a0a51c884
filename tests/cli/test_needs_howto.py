# SPDX-License-Identifier: EUPL-1.2
"""docs/howto/told-once.md: its commands run and print what stands under them, and its profile is one."""

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
PAGE = (ROOT / "docs" / "howto" / "told-once.md").read_text(encoding="utf-8")
COMMAND = re.compile(r"^\$ kgbx (?P<line>.*)\n(?P<printed>(?:(?!\$ |```).*\n)*)", re.MULTILINE)
PROFILE = re.compile(r"^```json\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)


def test_the_page_does_what_it_says(kgbx: Callable[..., Ran], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    (profile,) = PROFILE.findall(PAGE)
    (tmp_path / "profile.json").write_text(profile, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    commands = list(COMMAND.finditer(PAGE))
    assert len(commands) == 5
    for found in commands:
        ran = kgbx(*shlex.split(found["line"]))
        assert (ran.status, ran.err) == (0, ""), found["line"]
        lines = found["printed"].splitlines()
        assert lines != []
        assert set(lines) <= set(ran.out.splitlines()), found["line"]
