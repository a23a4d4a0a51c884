# SPDX-License-Identifier: EUPL-1.2
"""Released schemas never change: their digests are written down here, once, on the day of release.

Rules: a schema says in ``x-kgbx-status`` whether it is `draft` or `released`; a released one stands in the table with
the digest of its file, and is no draft by name; what stands in the table is there, released and unchanged. A row is
never changed or removed: a correction is a new version.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

RELEASED: Final[Mapping[str, str]] = json.loads(Path(__file__).with_suffix(".json").read_bytes())
"""Path below schemas/ and SHA-256 (hexadecimal) of every schema that was released."""

STATUSES: Final = ("draft", "released")


def problems(folder: Path, released: Mapping[str, str] = RELEASED) -> list[str]:
    """Return a line for each schema in a folder, or in a folder of it, that breaks a rule of this module."""
    paths = {*folder.glob("*.json"), *folder.rglob("*.schema.json")}
    files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(paths)}
    lines = [line for name, data in files.items() for line in _problems_of(name, data, released)]
    return lines + [f"{name}: it was released and is gone" for name in released if name not in files]


def _problems_of(name: str, data: bytes, released: Mapping[str, str]) -> Iterator[str]:
    schema: dict[str, Any] = json.loads(data)
    status = schema.get("x-kgbx-status")
    if status not in STATUSES:
        yield f"{name}: x-kgbx-status must be one of: {', '.join(STATUSES)}"
    if status == "released" and name not in released:
        yield f"{name}: it is released and its digest is not in tools/released_schemas.py"
    if status == "released" and b"-draft" in data:
        yield f"{name}: it is released and names a draft"
    if name in released and status != "released":
        yield f"{name}: it was released and says {status}"
    if name in released and hashlib.sha256(data).hexdigest() != released[name]:
        yield f"{name}: it was released and has changed since; a correction is a new version"
