# SPDX-License-Identifier: EUPL-1.2
"""Refuse what looks like data of a real person in any file of the repository, as ``kgbx no-real-persons`` does.

What counts as real stands in kgbx/cli/real_persons.py; here stands only what is not looked at.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Final

from kgbx.cli.real_persons import findings
from tools.repository import ROOT, repository_files, text_of

EXEMPT: Final = {
    "LICENSES/EUPL-1.2.txt": "the text of the licence, as published",
    "LICENSES/CC0-1.0.txt": "the text of the licence, as published",
}
"""Whole files that are not looked at, each with its reason."""


def problems(root: Path) -> list[str]:
    """Return a line for each thing in the repository that looks real."""
    lines: list[str] = []
    for path in repository_files(root):
        text = None if path.as_posix() in EXEMPT else text_of(root / path)
        lines.extend(f"{path.as_posix()}:{line}: {kind.text.en}" for line, kind in findings(text or ""))
    return lines


def main(arguments: list[str] | None = None) -> int:
    """Print where something looks real; return 1 if anything does."""
    parser = argparse.ArgumentParser(description="Refuse what looks like data of a real person.")
    parser.add_argument("root", nargs="?", type=Path, default=ROOT)
    found = problems(parser.parse_args(arguments).root)
    print(*found, f"{len(found)} refused", sep="\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
