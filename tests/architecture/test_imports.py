# SPDX-License-Identifier: EUPL-1.2
"""What imports what: the layers hold, a planted violation of each contract is refused, and `import kgbx` is light."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
HEAVY = (
    "pydantic",
    "pydantic_core",
    "cryptography",
    "jsonschema",
    "jsonschema_rs",
    "httpx",
    "click",
    "jinja2",
    "hypothesis",
)

PLANTED = [
    ("canonical.py", "from kgbx.envelope import keys"),
    ("errors.py", "import kgbx.limits"),
    ("limits.py", "from kgbx import clock"),
    ("messages/text.py", "from kgbx.errors import KgbxError"),
    ("codes/lists.py", "import kgbx.case"),
    ("envelope/keys.py", "import kgbx.case"),
    ("envelope/keys.py", "if TYPE_CHECKING:\n    import kgbx.codes"),
    ("envelope/keys.py", "def _late():\n    import kgbx.directory"),
    ("codes/lists.py", "import cryptography"),
    ("clock.py", "import jsonschema"),
    ("envelope/keys.py", "import hypothesis"),
    ("newroom/__init__.py", "import json"),
]


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    """Run the layer contracts over a copy of the package."""
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"]
    environment = os.environ | {"PYTHONPATH": str(folder)}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Return a folder with a copy of the package and the contracts."""
    shutil.copytree(ROOT / "kgbx", tmp_path / "kgbx", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_the_contracts_hold(copy: Path) -> None:
    done = lint(copy)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(("name", "statement"), PLANTED)
def test_a_planted_violation_is_refused(copy: Path, name: str, statement: str) -> None:
    path = copy / "kgbx" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text((path.read_text(encoding="utf-8") if path.exists() else "") + f"\n{statement}\n", encoding="utf-8")
    done = lint(copy)
    assert (done.returncode, "BROKEN" in done.stdout) == (1, True)


def loaded_by(statement: str) -> set[str]:
    """Return the top-level modules that a fresh interpreter holds after a statement."""
    script = f"{statement}\nimport sys\nprint(*sorted({{name.partition('.')[0] for name in sys.modules}}))"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_importing_kgbx_loads_nothing_heavy() -> None:
    assert loaded_by("import kgbx").intersection(HEAVY) == set()


@pytest.mark.parametrize("module", ["errors", "messages", "limits", "clock", "canonical", "resources"])
def test_the_lowest_layers_load_nothing_heavy(module: str) -> None:
    assert loaded_by(f"import kgbx.{module}").intersection(HEAVY) == set()


def test_a_heavy_import_would_be_seen() -> None:
    assert loaded_by("import kgbx, pydantic").intersection(HEAVY) == {"pydantic", "pydantic_core"}
