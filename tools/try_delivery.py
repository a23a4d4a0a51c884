# SPDX-License-Identifier: EUPL-1.2
"""Make a folder in which docs/howto/run-delivery.md can be followed: ``python tools/try_delivery.py FOLDER``.

In it are keys, directory, trust file, tokens and registers of two made-up organisations, and the case of the journey as
if it were told today, so that what the family permitted holds now.
"""

from __future__ import annotations

import json
import re
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Final

from kgbx.directory import Pin, Trust, build_directory_file, build_trust_file, describe, make_document
from kgbx.envelope.identity import create_identity, save
from kgbx.resources import examples_path

ORGS: Final = {"team": "urn:osb:oin:00000099000000001000", "gi": "urn:osb:oin:00000099000000002000"}
JOURNEY_DAY: Final = date(2026, 3, 2)
_DAY: Final = re.compile(r"(?<!\d)[12]\d{3}-\d\d-\d\d(?!\d)")
_OWNER_ONLY: Final = 0o600


def prepare(folder: Path, *, now: datetime) -> None:
    """Write what the page takes for granted.

    Args:
        folder: Where; it must be there.
        now: Aware datetime; from when the keys hold, and the day of the case.
    """
    identities = {name: create_identity(org, at=now) for name, org in ORGS.items()}
    said = {name: describe(one, name=name, seq=1, at=now) for name, one in identities.items()}
    documents = [make_document(said[name], root=one.root) for name, one in identities.items()]
    pins = tuple(Pin(org=one.org, root=one.root) for one in said.values())
    (folder / "directory.json").write_bytes(build_directory_file(documents))
    (folder / "trust.json").write_bytes(build_trust_file(Trust(pinned=pins)))
    _write(folder / "tokens.json", json.dumps({org: f"token of {name}" for name, org in ORGS.items()}))
    for name, one in identities.items():
        save(one, folder / f"keys-{name}", passphrase=None)
        _write(folder / f"token-{name}", f"token of {name}\n")
    later = now.date() - JOURNEY_DAY
    for name in ("case", "registers"):
        text = examples_path("journey", f"{name}.json").read_text(encoding="utf-8")
        _write(folder / f"{name}.json", _DAY.sub(lambda found: _moved(found[0], later), text))


def _moved(day: str, later: timedelta) -> str:
    return (date.fromisoformat(day) + later).isoformat()


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
    path.chmod(_OWNER_ONLY)


def main() -> int:
    """Make the folder of the command line, which must not be there yet."""
    if len(sys.argv) != 2:  # noqa: PLR2004  # the program and the folder
        print("Usage: python tools/try_delivery.py FOLDER", file=sys.stderr)
        return 2
    folder = Path(sys.argv[1])
    try:
        folder.mkdir()
    except OSError as error:
        print(f"{folder}: {error.strerror}.", file=sys.stderr)
        return 5
    prepare(folder, now=datetime.now(UTC))
    print(f"Now: cd {folder}, and follow docs/howto/run-delivery.md.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
