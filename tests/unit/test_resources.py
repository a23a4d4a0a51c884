# SPDX-License-Identifier: EUPL-1.2
"""The published files are found in a source tree and in an installed package."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kgbx import resources

if TYPE_CHECKING:
    from types import ModuleType

ROOT = Path(__file__).resolve().parents[2]


def module_at(package: Path) -> ModuleType:
    """Return the module as it would be if it were installed in `package`."""
    spec = importlib.util.spec_from_file_location("elsewhere", package / "resources.py")
    if spec is None or spec.loader is None:
        pytest.fail("no loader for a Python file")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """Return a folder with a copy of the module in it."""
    folder = tmp_path / "site" / "kgbx"
    folder.mkdir(parents=True)
    (folder / "resources.py").write_bytes((ROOT / "kgbx" / "resources.py").read_bytes())
    return folder


def test_a_source_tree_has_them_beside_the_package() -> None:
    assert resources.schemas_path("codes") == ROOT / "schemas" / "codes"
    assert resources.examples_path("journey", "case.json") == ROOT / "examples" / "journey" / "case.json"


def test_an_installed_package_has_them_inside(package: Path) -> None:
    (package / "schemas").mkdir()
    assert module_at(package).schemas_path("x.json") == package / "schemas" / "x.json"


def test_what_is_beside_an_installed_package_is_not_taken(package: Path) -> None:
    (package / "schemas").mkdir()
    (package.parent / "schemas").mkdir()
    assert module_at(package).schemas_path() == package / "schemas"


def test_without_an_inside_the_neighbour_is_taken(package: Path) -> None:
    assert module_at(package).examples_path("a") == package.parent / "examples" / "a"
