# SPDX-License-Identifier: EUPL-1.2
"""Where the published files are: inside an installed wheel, else beside the package in a source tree.

Rules: only reads; knows nothing of what the files mean.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


@cache
def _root(name: str) -> Path:
    inside = _PACKAGE / name
    return inside if inside.is_dir() else _PACKAGE.parent / name


def schemas_path(*parts: str) -> Path:
    """Return the path of a published file, e.g. ``schemas_path("codes", "sex.json")``."""
    return _root("schemas").joinpath(*parts)


def examples_path(*parts: str) -> Path:
    """Return the path of an example file, e.g. ``examples_path("journey", "case.json")``."""
    return _root("examples").joinpath(*parts)
