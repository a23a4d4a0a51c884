# SPDX-License-Identifier: EUPL-1.2
"""Two organisations that add the reserve suite to their keys, on the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.cli.conftest import GI, TEAM

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Ran, Region

    Kgbx = Callable[..., Ran]

START, AT = "2026-03-01T10:00:00Z", "2026-03-02T10:00:00Z"


def ok(ran: Ran) -> Ran:
    assert ran.status == 0, ran.err
    return ran


def test_messages_go_by_the_suite_of_the_folder(kgbx: Kgbx, region: Region, tmp_path: Path) -> None:
    new = ("--insecure-no-passphrase", "--suite", "kgbx-1h", "--at", START)
    documents = [region.path / "team.json", region.path / "gi.json"]
    for name, org in (("team", TEAM), ("gi", GI)):
        ok(kgbx("keys", "new", tmp_path / name, "--org", org, *new))
        before = ("--previous", region.path / f"{name}.json", "--also", tmp_path / name, "--at", AT)
        ok(kgbx("keys", "publish", region.identity(name), *before, "--out", tmp_path / f"{name}.json"))
        documents.append(tmp_path / f"{name}.json")
    ok(kgbx("directory", "build", *documents, "--out", tmp_path / "directory.json"))
    known = ("--directory", tmp_path / "directory.json", "--trust", region.trust, "--at", AT)
    (tmp_path / "body.json").write_text("{}")
    call = ("seal", tmp_path / "body.json", "--to", GI, "--media-type", "application/json", *known)
    ok(kgbx(*call, "--identity", tmp_path / "team", "--out", tmp_path / "reserve.kgbx"))
    ok(kgbx(*call, "--identity", region.identity("team"), "--out", tmp_path / "plain.kgbx"))
    assert [kgbx("inspect", tmp_path / f"{kind}.kgbx", "--json").json["suite"] for kind in ("reserve", "plain")] == [
        "kgbx-1h",
        "kgbx-1",
    ]
    ok(kgbx("unseal", tmp_path / "reserve.kgbx", "--identity", tmp_path / "gi", *known))
    ok(kgbx("unseal", tmp_path / "plain.kgbx", "--identity", region.identity("gi"), *known))
    ran = kgbx("unseal", tmp_path / "reserve.kgbx", "--identity", region.identity("gi"), *known, "--json")
    assert (ran.status, ran.json["code"]) == (3, "E_SUITE")
