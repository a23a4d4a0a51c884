# SPDX-License-Identifier: EUPL-1.2
"""Refuse a file that does not say its licence: in its first lines, or by a glob of REUSE.toml.

Rules: source files say it themselves; what cannot hold a comment (JSON, vectors, the licence texts) and prose go by
REUSE.toml; every licence named has its text in LICENSES/.

Source: REUSE specification 3.3.
"""

from __future__ import annotations

import argparse
import fnmatch
import re
import sys
import tomllib
from pathlib import Path
from typing import Final

from tools.repository import ROOT, repository_files, text_of

SAYS_IT_ITSELF: Final = frozenset({".py", ".sh", ".toml", ".yml", ".yaml", ".cfg", ".ini"})
SAYS_IT_BY_NAME: Final = frozenset({"Makefile", ".ci/run"})
LICENCES: Final = "LICENSES"
HEADER: Final = re.compile(r"SPDX-License-Identifier: (?P<licence>[A-Za-z0-9.-]+)\s*(?:-->)?$", re.MULTILINE)
FIRST_LINES: Final = 3


def header_of(text: str) -> str | None:
    """Return the licence that the first lines of a file name."""
    found = HEADER.search("\n".join(text.splitlines()[:FIRST_LINES]))
    return found["licence"] if found else None


def globs(root: Path) -> list[tuple[str, str]]:
    """Return the pairs (glob, licence) of REUSE.toml; a later one goes before an earlier one."""
    path = root / "REUSE.toml"
    table = tomllib.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    pairs: list[tuple[str, str]] = []
    for annotation in table.get("annotations", []):
        paths = annotation["path"] if isinstance(annotation["path"], list) else [annotation["path"]]
        pairs.extend((glob, annotation["SPDX-License-Identifier"]) for glob in paths)
    return pairs[::-1]


def licence_of(root: Path, path: Path, pairs: list[tuple[str, str]]) -> str | None:
    """Return the licence of a file, or None if nothing says it where it should."""
    text = text_of(root / path)
    header = header_of(text) if text else None
    if header or path.suffix in SAYS_IT_ITSELF or path.as_posix() in SAYS_IT_BY_NAME:
        return header
    return next((licence for glob, licence in pairs if fnmatch.fnmatch(path.as_posix(), glob)), None)


def problems(root: Path) -> list[str]:
    """Return a line for each file without a licence, and for each licence without its text."""
    found: list[str] = []
    used: set[str] = set()
    pairs = globs(root)
    for path in repository_files(root):
        licence = licence_of(root, path, pairs)
        if licence:
            used.add(licence)
        elif path.parts[0] != LICENCES:
            found.append(f"{path.as_posix()}: no SPDX-License-Identifier in its first lines, nor a glob in REUSE.toml")
    texts = {path.stem for path in (root / LICENCES).glob("*.txt")}
    return [*found, *(f"{LICENCES}/{licence}.txt is missing" for licence in sorted(used - texts))]


def main(arguments: list[str] | None = None) -> int:
    """Print what is wrong; return 1 if anything is."""
    parser = argparse.ArgumentParser(description="Refuse a file that does not say its licence.")
    parser.add_argument("root", nargs="?", type=Path, default=ROOT)
    found = problems(parser.parse_args(arguments).root)
    print(*found, f"{len(found)} refused", sep="\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
