# SPDX-License-Identifier: EUPL-1.2
"""Which files belong to the repository: those that git tracks or would track; without git, all but what is made."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
MADE: Final = frozenset({".git", ".venv", "__pycache__", "build", "dist", "demo"})


def repository_files(root: Path = ROOT) -> list[Path]:
    """Return the files of the repository, sorted; relative to `root`."""
    if (root / ".git").exists():
        command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        listed = subprocess.run(command, cwd=root, check=True, capture_output=True).stdout.decode("utf-8")
        files = [Path(name) for name in listed.split("\0") if name]
    else:
        files = [path.relative_to(root) for path in root.rglob("*")]
    return sorted(path for path in files if (root / path).is_file() and not MADE.intersection(path.parts))


def text_of(path: Path) -> str | None:
    """Return the text of a file, or None if it is not UTF-8."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return None
