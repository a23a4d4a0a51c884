# SPDX-License-Identifier: EUPL-1.2
"""File names travel, and stay in evidence, only where the sender asks for it."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING

import pytest

from tests.cli.conftest import GI

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Ran, Region

AT = "2026-03-01T12:00:00Z"
NAME = "verslag van Voornaam.pdf"


@pytest.mark.parametrize(("asked", "found"), [((), None), (("--names",), NAME)])
def test_in_the_evidence(
    kgbx: Callable[..., Ran], region: Region, tmp_path: Path, asked: tuple[str, ...], found: str | None
) -> None:
    (tmp_path / "body.json").write_bytes(b"{}")
    (tmp_path / NAME).write_bytes(b"x")
    sent = ("--to", GI, "--media-type", "application/json", "--attach", tmp_path / NAME, *asked, "--at", AT)
    team = ("--identity", region.identity("team"), *region.known)
    assert kgbx("seal", tmp_path / "body.json", *team, *sent, "--out", tmp_path / "m.kgbx").status == 0
    gi = ("--identity", region.identity("gi"), *region.known, "--at", AT)
    assert kgbx("unseal", tmp_path / "m.kgbx", *gi, "--evidence", tmp_path / "e.json").status == 0
    payload = json.loads((tmp_path / "e.json").read_bytes())["manifest"]["payload"]
    manifest = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    assert [part.get("name") for part in manifest["parts"]] == [None, found]


def test_what_is_no_ordinary_file_is_not_sealed(kgbx: Callable[..., Ran], region: Region, tmp_path: Path) -> None:
    (tmp_path / "body.json").write_bytes(b"{}")
    sent = ("--to", GI, "--media-type", "application/json", "--attach", "/dev/null", "--at", AT)
    team = ("--identity", region.identity("team"), *region.known)
    ran = kgbx("seal", tmp_path / "body.json", *team, *sent, "--out", tmp_path / "m.kgbx")
    assert (ran.status, "U_CHANGED" in ran.err, (tmp_path / "m.kgbx").exists()) == (2, True, False)
