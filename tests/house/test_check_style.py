# SPDX-License-Identifier: EUPL-1.2
"""Each style limit refuses a planted bad source, and not the same source one step better."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tools import check_style

if TYPE_CHECKING:
    from pathlib import Path

HEAD = '"""A module."""\n'
DOC = '    """A function."""\n'


def refused(folder: Path, source: str, name: str = "kgbx/planted.py") -> list[str]:
    """Return the kinds of what is refused when a file is all there is."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(source, encoding="utf-8")
    return sorted({finding.kind for finding in check_style.examine(folder) if finding.refused})


def long_function(lines: int) -> str:
    """Return a function of so many lines of code, with as many lines that do not count."""
    body = "".join(f"    # why\n\n    x{n} = (\n        {n})\n" for n in range((lines - 1) // 2))
    return f"{HEAD}def f():\n{DOC}{body}{'    y = 1' if lines % 2 == 0 else ''}\n"


def nested(depth: int) -> str:
    """Return a function with control blocks so deep."""
    return (
        f"{HEAD}def f():\n{DOC}"
        + "".join(f"{'    ' * (n + 1)}for i in j:\n" for n in range(depth))
        + ("    " * (depth + 1) + "pass\n")
    )


CASES = [
    ("code lines of a function", long_function(41), long_function(40)),
    ("lines of a module", HEAD + "x = 1\n" * 400, HEAD + "x = 1\n" * 399),
    ("nesting", nested(4), nested(3)),
    (
        "nesting",
        (
            f"{HEAD}def f():\n{DOC}    for a in b:\n        if a:\n            pass\n        elif b:\n"
            "            with c:\n                while d:\n                    pass\n"
        ),
        (
            f"{HEAD}def f():\n{DOC}    for a in b:\n        if a:\n            pass\n        elif b:\n"
            "            while d:\n                pass\n"
        ),
    ),
    ("parameters", f"{HEAD}def f(a, b, *, c, d, e, f, g):\n{DOC}", f"{HEAD}def f(a, b, *, c, d, e, f):\n{DOC}"),
    ("positional", f"{HEAD}def f(a, b, c):\n{DOC}", f"{HEAD}def f(a, b, *, c):\n{DOC}"),
    ("assert (python -O removes it)", HEAD + "assert x\n", HEAD + "x\n"),
    ("broad except", HEAD + "try:\n    x\nexcept:\n    y\n", HEAD + "try:\n    x\nexcept ValueError:\n    y\n"),
    (
        "broad except",
        HEAD + "try:\n    x\nexcept (OSError, Exception):\n    y\n",
        HEAD + "try:\n    x\nexcept (OSError, ValueError):\n    y\n",
    ),
    ("no docstring", "x = 1\n", HEAD),
    ("no docstring", HEAD + "def f():\n    pass\n", HEAD + "def _f():\n    pass\n"),
    ("no docstring", HEAD + "class A:\n    x = 1\n", HEAD + "class _A:\n    x = 1\n"),
    (
        "no docstring",
        HEAD + f"class A:\n{DOC}    def m(self):\n        pass\n",
        HEAD + f"class A:\n{DOC}    def m(self):\n        '''Do.'''\n",
    ),
]


@pytest.mark.parametrize(("kind", "bad", "good"), CASES)
def test_a_limit_refuses_the_bad_and_not_the_good(tmp_path: Path, kind: str, bad: str, good: str) -> None:
    assert refused(tmp_path / "bad", bad) == [kind]
    assert refused(tmp_path / "good", good) == []


@pytest.mark.parametrize("statement", ["import kgbx.planted", "from kgbx.planted import x", "from kgbx import planted"])
@pytest.mark.parametrize(
    "wrapping",
    ["{}\n", "if TYPE_CHECKING:\n    {}\n", "def _late():\n    {}\n", "try:\n    {}\nexcept OSError:\n    y\n"],
)
def test_an_import_cycle_is_refused_however_it_is_hidden(tmp_path: Path, statement: str, wrapping: str) -> None:
    (tmp_path / "kgbx").mkdir()
    (tmp_path / "kgbx" / "other.py").write_text(HEAD + wrapping.format(statement), encoding="utf-8")
    assert refused(tmp_path, HEAD + "from kgbx.other import y\n") == ["import cycle"]
    assert refused(tmp_path, HEAD) == []


def test_tests_may_assert_but_not_be_long(tmp_path: Path) -> None:
    assert refused(tmp_path, long_function(41) + "assert x\n", "tests/test_x.py") == ["code lines of a function"]


def test_only_the_last_resort_may_catch_everything(tmp_path: Path) -> None:
    assert refused(tmp_path, HEAD + "try:\n    x\nexcept Exception:\n    y\n", "kgbx/cli/main.py") == []


def test_the_exit_status_follows(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    refused(tmp_path, "assert x\n")
    assert check_style.main([str(tmp_path)]) == 1
    assert "REFUSED kgbx/planted.py: no docstring" in capsys.readouterr().out
    refused(tmp_path, HEAD)
    assert check_style.main([str(tmp_path)]) == 0
