# SPDX-License-Identifier: EUPL-1.2
"""What ``kgbx unseal`` releases and what it remembers belong together, whoever comes between."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING
from uuid import UUID

import pytest

from kgbx.clock import parse_moment
from kgbx.directory import Directory
from kgbx.envelope import unseal as library
from kgbx.envelope.identity import load
from kgbx.envelope.replay import SqliteReplayStore
from kgbx.envelope.seal import seal
from tests.cli.conftest import GI, TEAM

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from kgbx.envelope.unseal import Opened
    from tests.cli.conftest import Ran, Region

    Unseal = Callable[..., Ran]

AT = "2026-03-01T12:00:00Z"
ID = UUID("44444444-4444-4444-8444-444444444444")
DAY = 86_400


def message(region: Region, path: Path, body: bytes) -> Path:
    """Write a message that has always the same id."""
    directory = Directory.load(region.directory.read_bytes(), region.trust.read_bytes())
    sealed = seal(
        body,
        sender=load(region.identity("team"), None),
        to=directory.require(GI, parse_moment(AT)),
        at=parse_moment(AT),
        media_type="application/json",
        message_type="https://example.org/m",
        ids=lambda: ID,
    )
    sealed.write(path)
    return path


@pytest.fixture
def unseal(kgbx: Unseal, region: Region, tmp_path: Path) -> Unseal:
    """Open a message with a memory, keep content and evidence under a name."""

    def run(path: Path, name: str, *more: object, at: str = AT) -> Ran:
        kept = ("--out", tmp_path / name, "--evidence", tmp_path / f"{name}.json", "--seen", tmp_path / "seen.db")
        known = ("--identity", region.identity("gi"), *region.known, "--at", at)
        return kgbx("unseal", path, *known, *kept, "--json", *more)

    return run


@pytest.mark.parametrize(("body", "code"), [(b"{}", "E_DUPLICATE"), (b"[]", "E_ID_REUSE")], ids=["same", "other"])
def test_what_another_process_took_first_is_not_released(
    region: Region, tmp_path: Path, unseal: Unseal, monkeypatch: pytest.MonkeyPatch, body: bytes, code: str
) -> None:
    """Another message under the same id is an alarm, also when both arrive at one moment."""
    first = message(region, tmp_path / "1.kgbx", b"{}")
    second = first if code == "E_DUPLICATE" else message(region, tmp_path / "2.kgbx", body)
    faster: list[str] = []

    def slow(*arguments: object, **options: object) -> Opened:
        opened = library.unseal(*arguments, **options)  # type: ignore[arg-type]  # passed on
        if not faster:
            faster.append("it")
            assert unseal(first, "faster").status == 0
        return opened

    monkeypatch.setattr("kgbx.cli.unseal.unseal", slow)
    ran = unseal(second, "slower")
    assert (ran.status, ran.json["code"]) == (3, code)
    assert [(tmp_path / name).exists() for name in ("faster", "faster.json", "slower", "slower.json")] == [
        *(True, True),
        *(False, False),
    ]
    assert [path for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_nothing_has_its_name_before_the_id_is_sure(
    region: Region, tmp_path: Path, unseal: Unseal, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = []

    class Spy(SqliteReplayStore):
        def write(self, org: str, message_id: str, *, digest: bytes, expires: int) -> bool:
            there.append([path.exists() for path in (tmp_path / "out", tmp_path / "out.json")])
            return super().write(org, message_id, digest=digest, expires=expires)

        def __exit__(self, *error: object) -> None:
            there.append([path.exists() for path in (tmp_path / "out", tmp_path / "out.json")])
            super().__exit__(*error)  # type: ignore[arg-type]  # passed on

    monkeypatch.setattr("kgbx.cli.unseal.SqliteReplayStore", Spy)
    assert unseal(message(region, tmp_path / "1.kgbx", b"{}"), "out").status == 0
    assert there == [[False, False], [True, True]]


def test_evidence_is_for_the_owner_only(region: Region, tmp_path: Path, unseal: Unseal) -> None:
    before = os.umask(0o022)
    try:
        assert unseal(message(region, tmp_path / "1.kgbx", b"{}"), "out").status == 0
    finally:
        os.umask(before)
    assert (tmp_path / "out.json").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("expires", "at", "kept"),
    [("2026-03-01T11:00:00Z", AT, False), ("2026-03-01T13:00:00Z", AT, True), ("2200-01-01", "2026-03-07", True)],
)
def test_what_can_no_longer_be_valid_is_forgotten(
    region: Region, tmp_path: Path, unseal: Unseal, expires: str, at: str, *, kept: bool
) -> None:
    with SqliteReplayStore(tmp_path / "seen.db") as store:
        store.write(TEAM, "earlier", digest=bytes(32), expires=int(parse_moment(expires).timestamp()))
    assert unseal(message(region, tmp_path / "1.kgbx", b"{}"), "out", at=at).status == 0
    with SqliteReplayStore(tmp_path / "seen.db") as store:
        assert (store.digest_of(TEAM, "earlier") is not None, store.digest_of(TEAM, str(ID)) is not None) == (
            kept,
            True,
        )


def test_looking_ahead_forgets_nothing(
    region: Region, tmp_path: Path, unseal: Unseal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Forgetting goes by the clock where --at names a later moment."""
    monkeypatch.setattr("kgbx.cli.console.SystemClock.now", lambda _: parse_moment(AT))
    with SqliteReplayStore(tmp_path / "seen.db") as store:
        store.write(TEAM, "earlier", digest=bytes(32), expires=int(parse_moment("2026-03-03").timestamp()))
    assert unseal(message(region, tmp_path / "1.kgbx", b"{}"), "out", at="2026-03-07").status == 0
    with SqliteReplayStore(tmp_path / "seen.db") as store:
        assert store.digest_of(TEAM, "earlier") is not None


def test_a_killed_run_is_cleaned_up_by_a_later_one(region: Region, tmp_path: Path, unseal: Unseal) -> None:
    ages = {".123.0a1b2c3d.part": 2 * DAY, ".124.0a1b2c3d.part": 60, ".125.0a1b2c3d.partly": 2 * DAY}
    for name, age in ages.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "0.json").write_bytes(b"content")
        moment = (tmp_path / name).stat().st_mtime - age
        os.utime(tmp_path / name, (moment, moment))
    (tmp_path / ".126.0a1b2c3d.part").write_bytes(b"a file")
    os.utime(tmp_path / ".126.0a1b2c3d.part", (1, 1))
    assert unseal(message(region, tmp_path / "1.kgbx", b"{}"), "out").status == 0
    left = sorted(path.name for path in tmp_path.iterdir() if path.name.startswith("."))
    assert left == [".124.0a1b2c3d.part", ".125.0a1b2c3d.partly", ".126.0a1b2c3d.part"]
