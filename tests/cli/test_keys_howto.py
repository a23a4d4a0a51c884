# SPDX-License-Identifier: EUPL-1.2
"""docs/howto/keys.md: its commands run one after the other, and its figures are those of the code."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kgbx import limits
from kgbx.messages import MESSAGES

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cli.conftest import Ran

    Kgbx = Callable[..., Ran]

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "howto" / "keys.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^\$ kgbx (.*)$", PAGE, re.MULTILINE)


def test_the_page_does_what_it_says(kgbx: Kgbx, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert len(COMMANDS) > 15
    told = [(line, kgbx(*shlex.split(line))) for line in COMMANDS]
    assert [line for line, ran in told if ran.status] == []
    assert "(by the keepers)" in told[-1][1].out


def test_what_the_page_says_of_a_stolen_key_works(kgbx: Kgbx, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for line in COMMANDS[:2]:
        kgbx(*shlex.split(line))
    keys = kgbx("keys", "show", "team", "--json").json["keys"]
    text = re.search(r"^```text\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    assert text is not None
    lines = text[1].replace("KID KID", " ".join(row["kid"] for row in keys[:2])).replace("team.2", "team.1")
    for line in lines.splitlines():
        assert kgbx(*shlex.split(line)[1:]).status == 0


@pytest.mark.parametrize(
    ("words", "figure"),
    [
        ("opens for 60 days more", limits.RETIRED_KEY_DAYS),
        ("made 30 days before", limits.ENCRYPTION_KEY_OVERLAP_DAYS),
        ("signs after 8 days", limits.SIGNING_KEY_LEAD_DAYS),
        ("| opens what you receive | 90 days", limits.ENCRYPTION_KEY_DAYS),
    ],
)
def test_the_figures_of_the_page_are_those_of_the_code(words: str, figure: int) -> None:
    assert words in PAGE
    assert str(figure) in words


def test_every_code_on_the_page_exists() -> None:
    codes = set(re.findall(r"`([EUF]_[A-Z_]+)`", PAGE))
    assert len(codes) > 7
    assert codes <= set(MESSAGES)
