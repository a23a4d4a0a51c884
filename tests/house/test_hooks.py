# SPDX-License-Identifier: EUPL-1.2
"""The hooks that other repositories use work there as docs/howto/validate.md says.

At effort ci they are installed as a new user has them: by pre-commit, from a clone. That takes a minute, so a quick run
starts the commands of the manifest itself, as pre-commit would.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.case.builders import as_bytes, smallest
from tests.effort import EFFORT
from tools.repository import repository_files

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
MANIFEST = ROOT / ".pre-commit-hooks.yaml"
HOOK = re.compile(r"^- id: (?P<id>\S+)\n(?P<rest>(?:  .*\n)+)", re.MULTILINE)

REAL_BSN = "1234" + "56782"
CASE = as_bytes(smallest())
CONFIG = """
repos:
  - repo: {repository}
    rev: {revision}
    hooks:
      - id: kgbx-validate
      - id: kgbx-no-real-persons
"""

Git = "Callable[..., str]"


def commands() -> dict[str, list[str]]:
    """Return for each hook the command that pre-commit starts, without the files."""
    found: dict[str, list[str]] = {}
    for hook in HOOK.finditer(MANIFEST.read_text(encoding="utf-8")):
        members = dict(re.findall(r"^  (\w+): (.*?)(?: #.*)?$", hook["rest"], re.MULTILINE))
        arguments = [one.strip() for one in members.get("args", "[]").strip("[]").split(",") if one.strip()]
        found[hook["id"]] = [*members["entry"].split(), *arguments]
    return found


@pytest.fixture
def git(monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """Run git in a folder, with a made-up author and nobody's settings."""
    for role in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{role}_NAME", "Test")
        monkeypatch.setenv(f"GIT_{role}_EMAIL", "test@example.org")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    for name in [name for name in os.environ if name in {"GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE"}]:
        monkeypatch.delenv(name)

    def run(folder: Path, *arguments: str) -> str:
        command = ["git", "-c", "init.defaultBranch=main", *arguments]
        return subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout.strip()

    return run


@pytest.fixture
def theirs(tmp_path: Path, git: Callable[..., str]) -> Path:
    """Return a repository of a new user: a case, another JSON file, a page."""
    folder = tmp_path / "theirs"
    folder.mkdir()
    git(folder, "init", "--quiet")
    (folder / "case.json").write_bytes(CASE)
    (folder / "package.json").write_text('{"name": "another thing"}', encoding="utf-8")
    (folder / "page.md").write_text("Bel 06 0000 0017\n", encoding="utf-8")
    git(folder, "add", ".")
    return folder


def started(hook: str, folder: Path, *files: str) -> subprocess.CompletedProcess[str]:
    """Start the command of a hook as pre-commit does."""
    environment = os.environ | {"PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}", "KGBX_LANG": "en"}
    command = [*commands()[hook], *files]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def test_pre_commit_accepts_the_manifest() -> None:
    done = subprocess.run(
        [BIN / "pre-commit", "validate-manifest", MANIFEST], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, "")


def test_the_manifest_names_both_hooks() -> None:
    assert list(commands()) == ["kgbx-validate", "kgbx-no-real-persons"]


def test_a_good_case_and_other_json_pass(theirs: Path) -> None:
    done = started("kgbx-validate", theirs, "case.json", "package.json")
    assert (done.returncode, "1 left out" in done.stdout) == (0, True)


def test_a_wrong_case_is_refused(theirs: Path) -> None:
    (theirs / "case.json").write_bytes(CASE.replace(b'"regime"', b'"regimee"'))
    done = started("kgbx-validate", theirs, "case.json", "package.json")
    assert (done.returncode, "D_UNKNOWN_MEMBER" in done.stdout) == (1, True)


def test_made_up_persons_pass_and_a_real_number_is_refused(theirs: Path) -> None:
    assert started("kgbx-no-real-persons", theirs, "page.md").returncode == 0
    (theirs / "page.md").write_text(REAL_BSN, encoding="utf-8")
    done = started("kgbx-no-real-persons", theirs, "page.md")
    assert (done.returncode, REAL_BSN in done.stdout) == (1, False)


@pytest.mark.parametrize("name", ["-x.json", "--strict"])
def test_a_file_may_have_the_name_of_an_option(theirs: Path, name: str) -> None:
    (theirs / name).write_bytes(REAL_BSN.encode() + b"{")
    for hook in commands():
        done = started(hook, theirs, name)
        assert (done.returncode, f"{name}:" in done.stdout) == (1, True), done.stderr


@pytest.fixture
def ours(tmp_path: Path, git: Callable[..., str]) -> Path:
    """Return a clone of this checkout as it is now, with everything committed."""
    folder = tmp_path / "ours"
    for path in repository_files(ROOT):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / path, folder / path)
    git(folder, "init", "--quiet")
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "-m", "Now")
    return folder


def commit(theirs: Path, tmp_path: Path) -> subprocess.CompletedProcess[str]:
    """Let the new user commit."""
    environment = os.environ | {"PRE_COMMIT_HOME": str(tmp_path / "home"), "KGBX_LANG": "en"}
    command = ["git", "commit", "-m", "Change"]
    return subprocess.run(command, cwd=theirs, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.skipif(EFFORT == "quick", reason="pre-commit installs the package with all it needs: effort ci")
def test_a_new_user_commits_what_is_good_and_no_more(
    theirs: Path, ours: Path, tmp_path: Path, git: Callable[..., str]
) -> None:
    config = CONFIG.format(repository=ours, revision=git(ours, "rev-parse", "HEAD"))
    (theirs / ".pre-commit-config.yaml").write_text(config, encoding="utf-8")
    git(theirs, "add", ".")
    subprocess.run([BIN / "pre-commit", "install"], cwd=theirs, check=True, capture_output=True)
    good = commit(theirs, tmp_path)
    assert good.returncode == 0, good.stdout + good.stderr
    (theirs / "case.json").write_bytes(CASE.replace(b'"regime"', b'"regimee"'))
    (theirs / "page.md").write_text(REAL_BSN, encoding="utf-8")
    git(theirs, "add", ".")
    bad = commit(theirs, tmp_path)
    assert bad.returncode == 1
    assert {"D_UNKNOWN_MEMBER", "page.md:1: a BSN"} <= set(re.findall(r"D_\w+|page.md:1: a BSN", bad.stderr))
