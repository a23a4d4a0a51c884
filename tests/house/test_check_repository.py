# SPDX-License-Identifier: EUPL-1.2
"""The checks of headers and of real persons refuse planted files. What looks real is put together here, not written."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from kgbx.cli.real_persons import findings
from tools import check_headers, check_no_real_persons
from tools.repository import repository_files

ROOT = Path(__file__).resolve().parents[2]
HEADER = "# SPDX-License-Identifier: EUPL-1.2\n"
REAL_BSN = "1234" + "56782"
MADE_UP_BSN = "999" + "990019"


def kinds(text: str) -> list[str]:
    """Return what looks real in a text."""
    return [kind.name for _, kind in findings(text)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (f"bsn {REAL_BSN}.", ["bsn"]),
        (f'"{REAL_BSN}"', ["bsn"]),
        (f"{REAL_BSN[:4]}.{REAL_BSN[4:6]}.{REAL_BSN[6:]}", ["bsn"]),
        (f"{REAL_BSN[:3]} {REAL_BSN[3:6]} {REAL_BSN[6:]}", ["bsn"]),
        (f"bsn_{REAL_BSN}_x", ["bsn"]),
        (MADE_UP_BSN, []),
        (REAL_BSN[:-1] + "3", []),
        ("0" * 9, []),
        ("000000012", []),
        ("111" + "222" + "333", ["bsn"]),
        ("123" * 3, []),
        (f"a{REAL_BSN}", []),
        (f"{REAL_BSN}0", []),
        (f"0.{REAL_BSN}", []),
        ("1234" + " AB", ["postcode"]),
        ("1234" + "AB", ["postcode"]),
        ("0000 XX", []),
        ("0000XX", []),
        ("1024 KB", []),
        ("in 2019 is", []),
        ("mail jan@" + "voorbeeld.nl", ["email"]),
        ("jan@" + "example.org.evil.nl", ["email"]),
        ("jan@example.org, a@b.example.org, c@school.example", []),
        ("bel 06" + "-12345678", ["telephone"]),
        ("bel 020" + " 123 45 67", ["telephone"]),
        ("+31" + "612345678", ["telephone"]),
        ("0031 (0)6" + " 12345678", ["telephone"]),
        ("06-00001234, +31600001234, 010-0000123, 0100-000012", []),
        ("2026-03-01 10:00:00", []),
        ("0123456789", []),
    ],
)
def test_what_looks_real_is_found(text: str, found: list[str]) -> None:
    assert kinds(text) == found


def test_what_looks_real_is_named_by_place_not_by_value(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "case.json").write_text(f'\n"{REAL_BSN}"', encoding="utf-8")
    assert check_no_real_persons.main([str(tmp_path)]) == 1
    told = capsys.readouterr().out
    assert "case.json:2: a BSN" in told
    assert REAL_BSN not in told


def test_every_exemption_has_a_file_and_a_reason() -> None:
    for name, reason in check_no_real_persons.EXEMPT.items():
        assert (ROOT / name).is_file(), name
        assert len(reason.split()) > 2, name


@pytest.mark.parametrize(
    ("name", "text", "reuse", "found"),
    [
        ("a.py", HEADER, "", 0),
        ("a.py", "#!/bin/sh\n" + HEADER, "", 0),
        ("a.py", "x = 1\n", 'path = "**"', 1),
        ("a.py", "\n\n\n" + HEADER, "", 1),
        ("Makefile", "all:\n", 'path = "**"', 1),
        ("a.json", "{}", "", 1),
        ("a.json", "{}", 'path = "*.json"', 0),
        ("a.json", "{}", 'path = ["*.txt", "a.*"]', 0),
        ("a.py", "# SPDX-License-Identifier: " + "MIT\n", "", 1),
    ],
)
def test_a_file_says_its_licence(tmp_path: Path, name: str, text: str, reuse: str, found: int) -> None:
    shutil.copytree(ROOT / "LICENSES", tmp_path / "LICENSES")
    (tmp_path / name).write_text(text, encoding="utf-8")
    annotation = f'[[annotations]]\n{reuse}\nSPDX-License-Identifier = "CC0-1.0"\n' if reuse else ""
    (tmp_path / "REUSE.toml").write_text(HEADER + annotation, encoding="utf-8")
    assert len(check_headers.problems(tmp_path)) == found


def test_the_exit_status_follows(tmp_path: Path) -> None:
    assert check_headers.main([str(tmp_path)]) == 0
    (tmp_path / "a.py").write_text("x = 1\n", encoding="utf-8")
    assert check_headers.main([str(tmp_path)]) == 1


def test_made_files_are_not_looked_at(tmp_path: Path) -> None:
    (tmp_path / ".venv").mkdir()
    (tmp_path / ".venv" / "a.py").write_text("", encoding="utf-8")
    (tmp_path / "b.py").write_text("", encoding="utf-8")
    assert repository_files(tmp_path) == [Path("b.py")]


def test_the_files_of_a_checkout_are_those_that_git_knows() -> None:
    names = {path.as_posix() for path in repository_files(ROOT)}
    assert {"pyproject.toml", "kgbx/errors.py", ".ci/run"} <= names
    assert not any(name.startswith((".venv/", ".git/")) for name in names)
