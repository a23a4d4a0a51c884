# SPDX-License-Identifier: EUPL-1.2
"""What the generators share: write a file, or with ``--check`` compare it and change nothing."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from tools.repository import ROOT

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


def write_or_check(texts: Mapping[str, str], arguments: list[str] | None, root: Path = ROOT) -> int:
    """Write each text to its path, or with ``--check`` print which differ; return 1 if any does."""
    parser = argparse.ArgumentParser(description="Write the generated files.")
    parser.add_argument("--check", action="store_true", help="compare only")
    check = parser.parse_args(arguments).check
    different = [name for name, text in texts.items() if current(root / name) != text]
    for name in different:
        if check:
            print(f"{name} is not what its generator makes: run `make fix`")
        else:
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(texts[name], encoding="utf-8")
            print(f"wrote {name}")
    return 1 if check and different else 0


def current(path: Path) -> str | None:
    """Return the text of a file, None if there is none."""
    return path.read_text(encoding="utf-8") if path.is_file() else None
