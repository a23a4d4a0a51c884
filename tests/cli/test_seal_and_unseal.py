# SPDX-License-Identifier: EUPL-1.2
"""Seal, unseal, inspect and vectors on the command line: what arrives, what is refused, what is left on disk."""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from kgbx.envelope.keys import generate_key
from kgbx.envelope.replay import SqliteReplayStore
from tests.cli.conftest import GI, SCHOOL, TEAM

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Ran, Region

    Kgbx = Callable[..., Ran]

AT = "2026-03-01T12:00:00Z"
BODY = b'{"zomaar": "iets"}'


@dataclass(frozen=True, slots=True)
class Crossing:
    """A sealed message and where to open it."""

    region: Region
    message: Path
    tmp: Path

    def unseal(self, kgbx: Kgbx, *more: object, who: str = "gi", at: str = AT, message: Path | None = None) -> Ran:
        options = ("--identity", self.region.identity(who), *self.region.known, "--at", at)
        return kgbx("unseal", message or self.message, *options, *more)


def seal(kgbx: Kgbx, region: Region, tmp: Path, *more: object, body: bytes = BODY) -> Ran:
    (tmp / "body.json").write_bytes(body)
    options = ("--identity", region.identity("team"), *region.known, "--to", GI, "--out", tmp / "m.kgbx", "--at", AT)
    return kgbx("seal", tmp / "body.json", *options, *more)


@pytest.fixture
def crossing(kgbx: Kgbx, region: Region, tmp_path: Path) -> Crossing:
    (tmp_path / "photo.png").write_bytes(os.urandom(50_000))
    ran = seal(kgbx, region, tmp_path, "--media-type", "application/json", "--attach", tmp_path / "photo.png")
    assert ran.status == 0, ran.err
    return Crossing(region, tmp_path / "m.kgbx", tmp_path)


def test_the_recipient_gets_the_content(kgbx: Kgbx, crossing: Crossing) -> None:
    ran = crossing.unseal(kgbx, "--out", crossing.tmp / "opened")
    assert ran.status == 0
    assert (crossing.tmp / "opened" / "0.json").read_bytes() == BODY
    assert (crossing.tmp / "opened" / "1.bin").read_bytes() == (crossing.tmp / "photo.png").read_bytes()


def test_the_folder_may_have_any_name_that_fits(kgbx: Kgbx, crossing: Crossing) -> None:
    longest = crossing.tmp / ("x" * os.pathconf(crossing.tmp, "PC_NAME_MAX"))
    assert crossing.unseal(kgbx, "--out", longest).status == 0
    assert (longest / "0.json").read_bytes() == BODY


def test_what_is_opened_is_readable_by_its_owner_only(kgbx: Kgbx, crossing: Crossing) -> None:
    crossing.unseal(kgbx, "--out", crossing.tmp / "opened")
    found = [crossing.tmp / "opened", *(crossing.tmp / "opened").iterdir()]
    assert [path.stat().st_mode & 0o077 for path in found] == [0, 0, 0]


def test_the_result_says_who_signed_and_what_came(kgbx: Kgbx, crossing: Crossing) -> None:
    result = crossing.unseal(kgbx, "--json").json
    assert (result["outcome"], result["from"]) == ("accepted", TEAM)
    assert result["parts"][0] == {
        "n": 0,
        "media": "application/json",
        "size": len(BODY),
        "sha256": hashlib.sha256(BODY).hexdigest(),
    }


def test_without_out_nothing_is_written(kgbx: Kgbx, crossing: Crossing) -> None:
    before = sorted(crossing.tmp.rglob("*"))
    assert crossing.unseal(kgbx).status == 0
    assert sorted(crossing.tmp.rglob("*")) == before


def test_without_a_memory_the_result_says_so(kgbx: Kgbx, crossing: Crossing) -> None:
    ran = crossing.unseal(kgbx, "--json")
    assert ran.json["warnings"] == ["W_REPLAY_NOT_CHECKED", "W_ROLLBACK_NOT_CHECKED"]
    assert "--seen" in ran.err


def test_another_organisation_cannot_open_it(kgbx: Kgbx, crossing: Crossing) -> None:
    ran = crossing.unseal(kgbx, "--json", "--out", crossing.tmp / "opened", who="school")
    assert (ran.status, ran.json) == (3, {"outcome": "refused", "code": "E_NOT_FOR_ME"})
    assert not (crossing.tmp / "opened").exists()


def test_after_expiry_it_does_not_open(kgbx: Kgbx, crossing: Crossing) -> None:
    ran = crossing.unseal(kgbx, "--json", at="2026-03-09")
    assert (ran.status, ran.json["code"]) == (3, "E_EXPIRED")


def test_a_refusal_is_explained_in_dutch(kgbx: Kgbx, crossing: Crossing) -> None:
    ran = kgbx(
        *("--lang", "nl", "unseal", crossing.message, "--identity", crossing.region.identity("school")),
        *(*crossing.region.known, "--at", AT),
    )
    assert "niet aan deze organisatie gericht" in ran.err


def test_a_second_time_it_is_recognised(kgbx: Kgbx, crossing: Crossing) -> None:
    seen = ("--seen", crossing.tmp / "seen.db")
    assert crossing.unseal(kgbx, *seen).status == 0
    ran = crossing.unseal(kgbx, *seen, "--json", "--out", crossing.tmp / "opened")
    assert (ran.status, ran.json["code"]) == (3, "E_DUPLICATE")
    assert not (crossing.tmp / "opened").exists()


def test_a_damaged_first_delivery_is_not_remembered(kgbx: Kgbx, crossing: Crossing) -> None:
    damaged = crossing.tmp / "damaged.kgbx"
    whole = crossing.message.read_bytes()
    damaged.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    seen = ("--seen", crossing.tmp / "seen.db")
    assert crossing.unseal(kgbx, *seen, message=damaged).status == 3
    assert crossing.unseal(kgbx, *seen).status == 0


def test_content_that_cannot_be_stored_is_not_remembered(
    kgbx: Kgbx, crossing: Crossing, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk must not turn the message into a duplicate that nobody has."""
    seen = ("--seen", crossing.tmp / "seen.db", "--out", crossing.tmp / "opened")

    def full(_folder: Path, _target: Path) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("pathlib.Path.rename", full)
        assert crossing.unseal(kgbx, *seen).status == 5
    assert [path.name for path in crossing.tmp.iterdir() if path.name.startswith(".")] == []
    assert crossing.unseal(kgbx, *seen).status == 0


def test_content_whose_id_cannot_be_remembered_is_not_released(
    kgbx: Kgbx, crossing: Crossing, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A backup that reads the memory lets a write begin, and only its end fail."""
    monkeypatch.setattr("kgbx.envelope.replay._BUSY_SECONDS", 0.0)
    SqliteReplayStore(crossing.tmp / "seen.db").close()
    backup = sqlite3.connect(crossing.tmp / "seen.db", isolation_level=None)
    backup.execute("BEGIN")
    backup.execute("SELECT * FROM seen").fetchall()
    ran = crossing.unseal(kgbx, "--seen", crossing.tmp / "seen.db", "--out", crossing.tmp / "opened")
    backup.close()
    assert (ran.status, (crossing.tmp / "opened").exists()) == (5, False)


def test_the_empty_folder_of_the_caller_is_filled(
    kgbx: Kgbx, crossing: Crossing, monkeypatch: pytest.MonkeyPatch
) -> None:
    (crossing.tmp / "here").mkdir()
    monkeypatch.chdir(crossing.tmp / "here")
    assert crossing.unseal(kgbx, "--out", ".").status == 0
    assert len(list((crossing.tmp / "here").iterdir())) == 2


def test_a_memory_is_a_file_whatever_its_name(kgbx: Kgbx, crossing: Crossing, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(crossing.tmp)
    assert [crossing.unseal(kgbx, "--seen", ":memory:").status for _ in range(2)] == [0, 3]


def test_a_folder_with_something_in_it_is_left_alone(kgbx: Kgbx, crossing: Crossing) -> None:
    ran = crossing.unseal(kgbx, "--out", crossing.tmp)
    assert (ran.status, "U_NOT_EMPTY" in ran.err) == (2, True)


def test_an_empty_folder_is_filled(kgbx: Kgbx, crossing: Crossing) -> None:
    (crossing.tmp / "opened").mkdir()
    assert crossing.unseal(kgbx, "--out", crossing.tmp / "opened").status == 0
    assert len(list((crossing.tmp / "opened").iterdir())) == 2


def test_an_expired_directory_quarantines(kgbx: Kgbx, region: Region, tmp_path: Path) -> None:
    late = ("--at", "2026-05-25", "--expires", "2026-06-20")
    assert seal(kgbx, region, tmp_path, "--media-type", "application/json", *late).status == 0
    ran = Crossing(region, tmp_path / "m.kgbx", tmp_path).unseal(kgbx, "--json", at="2026-06-10")
    assert ran.json["code"] == "E_DIR_STALE"


def test_what_is_no_message_is_refused(kgbx: Kgbx, crossing: Crossing) -> None:
    (crossing.tmp / "x").write_bytes(b"hallo")
    ran = crossing.unseal(kgbx, "--json", message=crossing.tmp / "x")
    assert (ran.status, ran.json["code"]) == (3, "E_JSON")


def test_a_missing_message_is_named(kgbx: Kgbx, crossing: Crossing) -> None:
    ran = crossing.unseal(kgbx, message=crossing.tmp / "nothing.kgbx")
    assert (ran.status, "nothing.kgbx" in ran.err) == (5, True)


def test_sealing_overwrites_nothing(kgbx: Kgbx, crossing: Crossing) -> None:
    before = crossing.message.read_bytes()
    ran = seal(kgbx, crossing.region, crossing.tmp, "--media-type", "application/json")
    assert (ran.status, crossing.message.read_bytes() == before) == (2, True)


def test_a_case_that_is_not_valid_does_not_leave(kgbx: Kgbx, region: Region, tmp_path: Path) -> None:
    ran = seal(kgbx, region, tmp_path)
    assert (ran.status, "D_MISSING /schema" in ran.err) == (1, True)
    assert not (tmp_path / "m.kgbx").exists()


def test_sealing_for_nobody_known_is_refused(kgbx: Kgbx, region: Region, tmp_path: Path) -> None:
    unknown = "urn:osb:oin:00000099000000009000"
    ran = seal(kgbx, region, tmp_path, "--media-type", "application/json", "--to", unknown)
    assert (ran.status, "E_DIR_UNKNOWN_ORG" in ran.err) == (3, True)


@pytest.mark.parametrize(
    "wrong",
    [
        ("--media-type", "geen"),
        ("--message-type", "geen uri"),
        ("--expires", "2026-02-01"),
        ("--expires", "2026-05-01"),
        ("--expires", "morgen"),
    ],
    ids=" ".join,
)
def test_sealing_with_something_impossible_is_refused(
    kgbx: Kgbx, region: Region, tmp_path: Path, wrong: tuple[str, str]
) -> None:
    assert seal(kgbx, region, tmp_path, "--media-type", "application/json", *wrong).status == 2
    assert not (tmp_path / "m.kgbx").exists()


def test_a_carrier_sees_no_sender_no_time_and_no_id(kgbx: Kgbx, crossing: Crossing) -> None:
    shown = kgbx("inspect", crossing.message, "--json")
    message_id = crossing.unseal(kgbx, "--json").json["id"]
    assert shown.json["suite"] == "kgbx-1"
    assert not any(secret in shown.out for secret in (TEAM, GI, SCHOOL, message_id, "2026"))


def test_a_carrier_learns_a_class_and_not_a_size(kgbx: Kgbx, crossing: Crossing) -> None:
    assert kgbx("inspect", crossing.message, "--json").json["size_classes"][0] == 4096


class TestVectors:
    """``kgbx vectors run``: the report and the status."""

    def run(self, kgbx: Kgbx, tmp_path: Path, content: object) -> Ran:
        (tmp_path / "v.json").write_text(json.dumps(content))
        return kgbx("vectors", "run", tmp_path / "v.json", "--json")

    def vector(self, **changes: object) -> dict[str, object]:
        one = {"id": "1", "title": "leeg", "as": GI, "at": 1_800_000_000, "envelope": "", "parts": [], "seen": None}
        return one | {"expect": {"outcome": "refused", "codes": ["E_JSON"]}} | changes

    def file(self, **changes: object) -> dict[str, object]:
        key = generate_key("HPKE-9-KE").jwk()
        return {
            "format": "kgbx-envelope-vectors/1",
            "title": "eigen",
            "identities": [{"org": GI, "keys": [key]}],
            "senders": [],
            "vectors": [self.vector(**changes)],
        }

    def test_an_expected_outcome_passes(self, kgbx: Kgbx, tmp_path: Path) -> None:
        ran = self.run(kgbx, tmp_path, self.file())
        assert (ran.status, ran.json["passed"], ran.json["failed"]) == (0, 1, 0)

    def test_another_outcome_fails(self, kgbx: Kgbx, tmp_path: Path) -> None:
        wrong = {"outcome": "accepted", "codes": []}
        ran = self.run(kgbx, tmp_path, self.file(expect=wrong))
        assert (ran.status, ran.json["results"][0]["got"]) == (1, "E_JSON")

    def test_a_failing_vector_gets_a_line(self, kgbx: Kgbx, tmp_path: Path) -> None:
        content = self.file(expect={"outcome": "refused", "codes": ["E_SUITE"]})
        (tmp_path / "v.json").write_text(json.dumps(content))
        out = kgbx("vectors", "run", tmp_path / "v.json").out.splitlines()
        assert out == ["1  leeg: expected E_SUITE, got E_JSON", "0 passed, 1 failed"]

    def test_an_unreadable_file_is_wrong_usage(self, kgbx: Kgbx, tmp_path: Path) -> None:
        ran = self.run(kgbx, tmp_path, self.file(at="nu"))
        assert (ran.status, ran.json["error"]["pointer"]) == (2, "/vectors/0/at")
