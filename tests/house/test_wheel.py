# SPDX-License-Identifier: EUPL-1.2
"""The wheel holds everything and works in an empty folder, away from the source tree."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def run(*command: str, cwd: Path, environment: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """Run a command without standard input."""
    return subprocess.run(
        [sys.executable, *command],
        cwd=cwd,
        env=os.environ | (environment or {}),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a wheel, built without a network."""
    folder = tmp_path_factory.mktemp("wheel")
    done = run("-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT), cwd=folder)
    assert done.returncode == 0, done.stdout + done.stderr
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder in which the wheel is installed, and nothing else."""
    folder = tmp_path_factory.mktemp("site")
    options = ("--no-deps", "--no-index", "--quiet", "--target", str(folder))
    done = run("-m", "pip", "install", *options, str(wheel), cwd=folder)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


def kgbx(installed: Path, empty: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the installed program in an empty folder."""
    return run("-m", "kgbx", *arguments, cwd=empty, environment={"PYTHONPATH": str(installed)})


def names_in(wheel: Path) -> set[str]:
    """Return the names of the files in a wheel."""
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def test_every_published_file_is_in_the_wheel(wheel: Path) -> None:
    published = [*(ROOT / "schemas").rglob("*.json"), *(ROOT / "examples" / "journey").rglob("*.json")]
    assert len(published) > 10
    assert {f"kgbx/{path.relative_to(ROOT).as_posix()}" for path in published} <= names_in(wheel)


def test_every_module_is_in_the_wheel(wheel: Path) -> None:
    modules = {path.relative_to(ROOT).as_posix() for path in (ROOT / "kgbx").rglob("*.py")}
    assert modules | {"kgbx/py.typed"} <= names_in(wheel)


def test_nothing_of_the_workshop_is_in_the_wheel(wheel: Path) -> None:
    tops = {name.partition("/")[0] for name in names_in(wheel)}
    assert {top for top in tops if not top.startswith("kgbx")} == set()


def test_both_licences_are_in_the_wheel(wheel: Path) -> None:
    licences = {Path(name).name for name in names_in(wheel) if "/licenses/" in name}
    assert licences == {"EUPL-1.2.txt", "CC0-1.0.txt"}


def test_it_is_the_installed_package_that_is_imported(installed: Path, tmp_path: Path) -> None:
    script = "import kgbx, kgbx.resources as r; print(kgbx.__file__); print(r.schemas_path())"
    done = run("-c", script, cwd=tmp_path, environment={"PYTHONPATH": str(installed)})
    assert done.stdout.split() == [str(installed / "kgbx" / "__init__.py"), str(installed / "kgbx" / "schemas")]


@pytest.mark.parametrize("arguments", [("--help",), ("--version",), ("doctor",), ("demo", "--help")])
def test_the_program_works_in_an_empty_folder(installed: Path, tmp_path: Path, arguments: tuple[str, ...]) -> None:
    done = kgbx(installed, tmp_path, *arguments)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.strip()


def test_the_example_in_the_wheel_is_valid(installed: Path, tmp_path: Path) -> None:
    case = installed / "kgbx" / "examples" / "journey" / "case.json"
    done = kgbx(installed, tmp_path, "validate", "--json", str(case))
    assert done.returncode == 0, done.stdout + done.stderr
    assert [file["ok"] for file in json.loads(done.stdout)["files"]] == [True]
