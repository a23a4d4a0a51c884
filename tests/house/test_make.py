# SPDX-License-Identifier: EUPL-1.2
"""The two commands: what they install and when, what they say when they cannot, and where they stop.

The interpreter is a script that only writes down what it was asked, so nothing is installed here.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tools import generated, run_checks

ROOT = Path(__file__).resolve().parents[2]
FAKE = """#!/bin/sh
echo "$(basename "$0") $*" >> "$FAKE_LOG"
case "$*" in
  *version_info*) exit {status} ;;
  *ensurepip*) exit {venv} ;;
  --version) echo "Python 3.11.7" ;;
  "-m venv"*) mkdir -p .venv/bin && cp "$0" .venv/bin/python ;;
esac
"""


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """Return a folder with what make reads."""
    for name in ("Makefile", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path)
    return tmp_path


def make(clone: Path, *arguments: str, status: int = 0, venv: int = 0) -> subprocess.CompletedProcess[str]:
    """Run make with an interpreter that is new enough (status 0) or not, and has venv (0) or not."""
    fake = clone / "fake-python"
    fake.write_text(FAKE.format(status=status, venv=venv), encoding="utf-8")
    fake.chmod(0o755)
    inherited = {name: value for name, value in os.environ.items() if name not in {"MAKEFLAGS", "MAKELEVEL", "PYTHON"}}
    return subprocess.run(
        ["make", f"PYTHON={fake}", *arguments],
        cwd=clone,
        env=inherited | {"FAKE_LOG": str(clone / "log"), "KGBX_EFFORT": "quick"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


def installed(clone: Path) -> list[str]:
    """Return what pip was asked to install."""
    log = (clone / "log").read_text(encoding="utf-8").splitlines()
    return [line.split()[-1] for line in log if " pip install " in line]


def test_make_alone_shows_the_targets(clone: Path) -> None:
    done = make(clone)
    targets = re.findall(r"^  ([a-z-]+) ", done.stdout, re.MULTILINE)
    assert targets == ["help", "demo", "test", "test-long", "coverage", "bench", "mutants", "fix", "clean"]


def test_demo_needs_no_development_tools(clone: Path) -> None:
    assert make(clone, "demo").returncode == 0
    assert installed(clone) == [".[delivery]"]


def test_test_installs_the_development_tools_and_runs_the_checks(clone: Path) -> None:
    assert make(clone, "test").returncode == 0
    assert installed(clone) == [".[dev]"]
    assert "python tools/run_checks.py" in (clone / "log").read_text(encoding="utf-8")


def test_a_second_run_installs_nothing(clone: Path) -> None:
    make(clone, "test")
    make(clone, "test")
    make(clone, "demo")
    assert installed(clone) == [".[dev]"]


def test_a_changed_pyproject_installs_again(clone: Path) -> None:
    make(clone, "demo")
    stamp = (clone / ".venv" / ".demo-installed").stat().st_mtime
    os.utime(clone / "pyproject.toml", (stamp + 10, stamp + 10))
    make(clone, "demo")
    assert installed(clone) == [".[delivery]", ".[delivery]"]


def test_a_python_that_is_too_old_is_said_clearly(clone: Path) -> None:
    done = make(clone, "test", status=1)
    assert done.returncode == 2
    assert "kgbx needs Python 3.11 or newer" in done.stderr


def test_a_python_without_venv_is_said_clearly(clone: Path) -> None:
    done = make(clone, "demo", venv=1)
    assert done.returncode == 2
    assert "has no venv module" in done.stderr


def test_clean_removes_the_environment(clone: Path) -> None:
    make(clone, "demo")
    make(clone, "clean")
    assert not (clone / ".venv").exists()


def test_ci_runs_make_test_at_effort_ci_from_any_folder(tmp_path: Path) -> None:
    (tmp_path / "make").write_text('#!/bin/sh\necho "$PWD $*"\n', encoding="utf-8")
    (tmp_path / "make").chmod(0o755)
    environment = os.environ | {"PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}"}
    command = [str(ROOT / ".ci" / "run")]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.split() == [str(ROOT), "test", "KGBX_EFFORT=ci"]


def step(name: str, code: str) -> run_checks.Step:
    """Return a step that runs a line of Python."""
    return run_checks.Step(name, (sys.executable, "-c", code))


def test_the_checks_stop_at_the_first_that_fails(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    steps = [step("first", "print('quiet')"), step("second", "print('why'); raise SystemExit(3)"), step("third", "")]
    monkeypatch.setattr(run_checks, "steps", lambda *_, **__: steps)
    assert run_checks.main([]) == 3
    told = capfd.readouterr().out
    assert re.findall(r"^ +(ok|FAILED \(3\))  (\w+)", told, re.MULTILINE) == [("ok", "first"), ("FAILED (3)", "second")]
    assert "why" in told
    assert "quiet" not in told


def test_the_checks_end_well(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(run_checks, "steps", lambda *_, **__: [step("only", "")])
    assert run_checks.main([]) == 0
    assert "All steps passed" in capfd.readouterr().out


def test_every_generator_is_checked_and_can_be_written() -> None:
    found = {path.stem for path in (ROOT / "tools").glob("generate_*.py")}
    assert found == {*run_checks.GENERATORS, "generate_vectors"}
    written = run_checks.steps(["--write"])
    assert [one.command[-1] for one in written] == [f"tools.{n}" for n in run_checks.GENERATORS]


def test_covered_lines_are_counted_when_asked() -> None:
    counted = [one.name for one in run_checks.steps(["--coverage"])]
    assert counted[-1] == "coverage"
    assert not {*counted} & {one.name for one in run_checks.steps([])}


def test_a_generated_file_that_differs_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    texts = {"a/b.md": "new\n"}
    assert generated.write_or_check(texts, ["--check"], tmp_path) == 1
    assert not (tmp_path / "a").exists()
    assert generated.write_or_check(texts, [], tmp_path) == 0
    assert generated.write_or_check(texts, ["--check"], tmp_path) == 0
    assert "a/b.md is not what its generator makes" in capsys.readouterr().out
