# SPDX-License-Identifier: EUPL-1.2
"""Keys and directory on the command line: what is written, what is refused, and with which status."""

from __future__ import annotations

import json
import stat
from typing import TYPE_CHECKING

import pytest

from tests.cli.conftest import GI, SCHOOL, TEAM

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Ran, Region

    Kgbx = Callable[..., Ran]

AT = "2026-03-01T10:00:00Z"


def new(kgbx: Kgbx, folder: Path, *more: object) -> Ran:
    return kgbx("keys", "new", folder, "--org", TEAM, "--at", AT, *more)


def test_new_keys_are_listed(kgbx: Kgbx, tmp_path: Path) -> None:
    ran = new(kgbx, tmp_path / "a", "--insecure-no-passphrase", "--json")
    assert ran.status == 0
    assert [(key["use"], key["alg"]) for key in ran.json["keys"]] == [
        ("sig", "Ed25519"),
        ("sig", "ML-DSA-65"),
        ("enc", "HPKE-9-KE"),
        ("root", "Ed25519"),
        ("root", "ML-DSA-65"),
    ]


def test_keys_without_passphrase_are_warned_about(kgbx: Kgbx, tmp_path: Path) -> None:
    assert "without protection" in new(kgbx, tmp_path / "a", "--insecure-no-passphrase").err


def test_new_keys_are_readable_by_their_owner_only(kgbx: Kgbx, tmp_path: Path) -> None:
    new(kgbx, tmp_path / "a", "--insecure-no-passphrase")
    modes = {stat.S_IMODE(file.stat().st_mode) for file in (tmp_path / "a").iterdir()}
    assert modes == {0o600}


def test_new_keys_overwrite_nothing(kgbx: Kgbx, tmp_path: Path) -> None:
    new(kgbx, tmp_path / "a", "--insecure-no-passphrase")
    before = {file.name: file.read_bytes() for file in (tmp_path / "a").iterdir()}
    ran = new(kgbx, tmp_path / "a", "--insecure-no-passphrase")
    assert (ran.status, "U_NOT_EMPTY" in ran.err) == (2, True)
    assert {file.name: file.read_bytes() for file in (tmp_path / "a").iterdir()} == before


def test_no_passphrase_and_no_terminal_is_refused(kgbx: Kgbx, tmp_path: Path) -> None:
    ran = new(kgbx, tmp_path / "a")
    assert (ran.status, "U_PASSPHRASE" in ran.err) == (2, True)
    assert not (tmp_path / "a").exists()


def test_an_impossible_organisation_is_refused(kgbx: Kgbx, tmp_path: Path) -> None:
    ran = kgbx("keys", "new", tmp_path / "a", "--org", "urn:osb:oin:1", "--insecure-no-passphrase")
    assert (ran.status, "U_ARGUMENT" in ran.err) == (2, True)


def test_a_passphrase_file_protects_and_opens_the_keys(kgbx: Kgbx, tmp_path: Path) -> None:
    (tmp_path / "words").write_text("vier losse woorden hier\n")
    secret = ("--passphrase-file", tmp_path / "words")
    assert new(kgbx, tmp_path / "a", *secret).status == 0
    ran = kgbx("keys", "publish", tmp_path / "a", "--name", "A", "--out", tmp_path / "a.json", "--at", AT, *secret)
    assert ran.status == 0


def test_a_wrong_passphrase_says_so(kgbx: Kgbx, tmp_path: Path) -> None:
    (tmp_path / "words").write_text("goed\n")
    (tmp_path / "wrong").write_text("fout\n")
    new(kgbx, tmp_path / "a", "--passphrase-file", tmp_path / "words")
    publish = ("keys", "publish", tmp_path / "a", "--name", "A", "--out", tmp_path / "a.json")
    ran = kgbx(*publish, "--passphrase-file", tmp_path / "wrong")
    assert (ran.status, "E_PASSPHRASE" in ran.err) == (3, True)


def test_an_empty_passphrase_is_refused(kgbx: Kgbx, tmp_path: Path) -> None:
    (tmp_path / "words").write_text("\n")
    assert new(kgbx, tmp_path / "a", "--passphrase-file", tmp_path / "words").status == 2


def test_a_second_document_gets_the_next_number(kgbx: Kgbx, tmp_path: Path, region: Region) -> None:
    ran = kgbx(
        *("keys", "publish", region.identity("team"), "--name", "Team", "--at", AT, "--json"),
        *("--previous", region.path / "team.json", "--out", tmp_path / "second.json"),
    )
    assert ran.json["seq"] == 2


def test_the_document_before_must_be_ones_own(kgbx: Kgbx, tmp_path: Path, region: Region) -> None:
    ran = kgbx(
        *("keys", "publish", region.identity("team"), "--name", "Team", "--at", AT),
        *("--previous", region.path / "gi.json", "--out", tmp_path / "second.json"),
    )
    assert (ran.status, (tmp_path / "second.json").exists()) == (2, False)


def test_keys_are_shown_without_a_passphrase(kgbx: Kgbx, region: Region) -> None:
    assert kgbx("keys", "show", region.identity("team"), "--json").json["org"] == TEAM


def test_missing_keys_say_so(kgbx: Kgbx, tmp_path: Path) -> None:
    ran = kgbx("keys", "show", tmp_path / "nothing")
    assert (ran.status, "E_KEY_FILE" in ran.err) == (3, True)


def test_a_good_directory_verifies(kgbx: Kgbx, region: Region) -> None:
    ran = kgbx("directory", "verify", *region.known, "--at", AT, "--json")
    assert ran.status == 0
    assert [row["org"] for row in ran.json["organisations"]] == [TEAM, GI, SCHOOL]


def test_an_expired_directory_does_not_verify(kgbx: Kgbx, region: Region) -> None:
    ran = kgbx("directory", "verify", *region.known, "--at", "2026-07-01")
    assert (ran.status, ran.out.count("EXPIRED")) == (3, 3)


def test_an_organisation_that_nobody_pinned_does_not_verify(kgbx: Kgbx, region: Region, tmp_path: Path) -> None:
    kgbx("directory", "pin", region.path / "team.json", "--out", tmp_path / "trust.json")
    ran = kgbx(
        "directory", "verify", "--directory", region.directory, "--trust", tmp_path / "trust.json", "--at", AT, "--json"
    )
    assert (ran.status, ran.json["untrusted"]) == (3, [GI, SCHOOL])


def test_pinning_shows_the_fingerprints_to_check(kgbx: Kgbx, region: Region, tmp_path: Path) -> None:
    ran = kgbx("directory", "pin", region.path / "team.json", "--out", tmp_path / "trust.json")
    roots = json.loads((tmp_path / "trust.json").read_text())["pinned"][0]["root"]
    assert all(kid in ran.out for kid in roots)


def test_pinning_one_organisation_twice_is_refused(kgbx: Kgbx, region: Region, tmp_path: Path) -> None:
    ran = kgbx("directory", "pin", *[region.path / "team.json"] * 2, "--out", tmp_path / "trust.json")
    assert (ran.status, (tmp_path / "trust.json").exists()) == (2, False)


def test_building_overwrites_nothing(kgbx: Kgbx, region: Region) -> None:
    before = region.directory.read_bytes()
    ran = kgbx("directory", "build", region.path / "team.json", "--out", region.directory)
    assert (ran.status, "U_EXISTS" in ran.err) == (2, True)
    assert region.directory.read_bytes() == before


def test_showing_a_directory_lists_the_documents(kgbx: Kgbx, region: Region) -> None:
    assert kgbx("directory", "show", region.directory).out.count("document 1") == 3


@pytest.mark.parametrize("content", [b"", b"{}", b"\xff\xfe"])
def test_what_is_no_directory_is_refused(kgbx: Kgbx, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.json").write_bytes(content)
    ran = kgbx("directory", "show", tmp_path / "x.json")
    assert (ran.status, "E_DIR_MALFORMED" in ran.err) == (3, True)


def test_a_missing_file_is_named(kgbx: Kgbx, tmp_path: Path) -> None:
    ran = kgbx("directory", "show", tmp_path / "nothing.json")
    assert (ran.status, str(tmp_path / "nothing.json") in ran.err) == (5, True)
