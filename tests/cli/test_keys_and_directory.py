# SPDX-License-Identifier: EUPL-1.2
"""Keys and directory on the command line: what is written, what is refused, and with which status."""

from __future__ import annotations

import json
import stat
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from kgbx.directory import describe, make_document, next_document, peek_document, sign_next
from kgbx.envelope.identity import create_identity
from tests.cli.conftest import GI, SCHOOL, TEAM
from tests.directory.authority import ISSUER, KEY, ROOT, Wish, certified, leaf
from tests.parties import AT as AT_MOMENT
from tests.parties import directory_file, party, say_again, trust_file

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from cryptography.x509 import Certificate

    from tests.cli.conftest import Ran, Region

    Kgbx = Callable[..., Ran]

AT = "2026-03-01T10:00:00Z"
CERTIFICATE = leaf(ISSUER, KEY, Wish())


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


def statement(kgbx: Kgbx, region: Region, tmp_path: Path, *, days: int = 0) -> Path:
    """Let the team state the directory and the GI sign it too; return the file."""
    at = f"2026-03-{1 + days:02}T10:00:00Z"
    keepers = [part for name in ("team", "gi") for part in ("--keeper", region.path / f"{name}.json")]
    one, both = tmp_path / f"one.{days}.json", tmp_path / f"both.{days}.json"
    publish = ("directory", "publish", region.directory, "--identity", region.identity("team"), *keepers)
    before = ("--previous", tmp_path / "both.0.json") if days else ()
    assert kgbx(*publish, *before, "--out", one, "--at", at).status == 0
    assert kgbx("directory", "sign", one, "--identity", region.identity("gi"), "--out", both).status == 0
    return both


def kept(kgbx: Kgbx, region: Region, tmp_path: Path, stated: Path) -> tuple[object, ...]:
    """Build a directory with a statement, trust two keepers, and return the options that name both files."""
    name = tmp_path / f"kept.{stated.name}"
    documents = [region.path / f"{one}.json" for one in ("team", "gi", "school")]
    assert kgbx("directory", "build", *documents, "--statement", stated, "--out", name).status == 0
    trust = tmp_path / f"trust.{stated.name}"
    keepers = [part for one in ("team", "gi") for part in ("--keeper", region.path / f"{one}.json")]
    assert kgbx("directory", "pin", *keepers, "--threshold", 2, "--out", trust).status == 0
    return "--directory", name, "--trust", trust


def test_two_keepers_vouch_for_everybody(kgbx: Kgbx, region: Region, tmp_path: Path) -> None:
    files = kept(kgbx, region, tmp_path, statement(kgbx, region, tmp_path))
    ran = kgbx("directory", "verify", *files, "--at", AT, "--json")
    assert (ran.status, ran.json["statement"]["seq"]) == (0, 1)
    assert [row["anchors"] for row in ran.json["organisations"]] == [["directory"]] * 3


def test_one_keeper_of_two_is_not_enough(kgbx: Kgbx, region: Region, tmp_path: Path) -> None:
    statement(kgbx, region, tmp_path)
    files = kept(kgbx, region, tmp_path, tmp_path / "one.0.json")
    ran = kgbx("directory", "verify", *files, "--at", AT)
    assert (ran.status, "E_DIR_SIGNATURE" in ran.err) == (3, True)


def test_a_statement_ends_after_a_week(kgbx: Kgbx, region: Region, tmp_path: Path) -> None:
    files = kept(kgbx, region, tmp_path, statement(kgbx, region, tmp_path))
    ran = kgbx("directory", "verify", *files, "--at", "2026-03-09")
    assert (ran.status, ran.out.count("EXPIRED")) == (3, 1)


def test_an_older_directory_is_refused_by_who_remembers(kgbx: Kgbx, region: Region, tmp_path: Path) -> None:
    older = kept(kgbx, region, tmp_path, statement(kgbx, region, tmp_path))
    newer = kept(kgbx, region, tmp_path, statement(kgbx, region, tmp_path, days=1))
    verify = ("--known", tmp_path / "known.db", "--at", "2026-03-02T12:00:00Z")
    assert [kgbx("directory", "verify", *files, *verify).status for files in (older, newer, newer)] == [0, 0, 0]
    ran = kgbx("directory", "verify", *older, *verify)
    assert (ran.status, "E_DIR_ROLLBACK" in ran.err) == (3, True)


@pytest.mark.parametrize("more", [("--threshold", 3), ("--threshold", 0), ()])
def test_a_trust_file_that_trusts_nobody_is_not_made(
    kgbx: Kgbx, region: Region, tmp_path: Path, more: tuple[object, ...]
) -> None:
    keeper = ("--keeper", region.path / "team.json") if more else ()
    ran = kgbx("directory", "pin", *keeper, *more, "--out", tmp_path / "trust.json")
    assert (ran.status, (tmp_path / "trust.json").exists()) == (2, False)


def with_certificate(tmp_path: Path, *revoked: Certificate) -> tuple[object, ...]:
    """Write a document with a certificate, its root and its revocation lists; return the arguments of pin."""
    files = {"certified.json": certified(CERTIFICATE).jws, "root.pem": ROOT.certificate.public_bytes(Encoding.PEM)}
    lists = {"issuer.crl": ISSUER.crl(*revoked), "root.crl": ROOT.crl()}
    files |= {name: one.public_bytes(Encoding.PEM) for name, one in lists.items()}
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    crls = [part for name in lists for part in ("--crl", tmp_path / name)]
    return tmp_path / "certified.json", "--authority", tmp_path / "root.pem", *crls, "--at", AT


def test_a_certificate_introduces_an_organisation(kgbx: Kgbx, tmp_path: Path) -> None:
    ran = kgbx("directory", "pin", *with_certificate(tmp_path), "--out", tmp_path / "trust.json", "--json")
    assert (ran.status, ran.json["certified"], ran.json["pinned"][0]["org"]) == (0, True, TEAM)


def test_a_revoked_certificate_introduces_nobody(kgbx: Kgbx, tmp_path: Path) -> None:
    ran = kgbx("directory", "pin", *with_certificate(tmp_path, CERTIFICATE), "--out", tmp_path / "trust.json")
    assert (ran.status, "E_CERT" in ran.err, (tmp_path / "trust.json").exists()) == (3, True, False)


def test_a_document_without_a_certificate_is_not_introduced(kgbx: Kgbx, region: Region, tmp_path: Path) -> None:
    _, *judged = with_certificate(tmp_path)
    ran = kgbx("directory", "pin", region.path / "team.json", *judged, "--out", tmp_path / "trust.json")
    assert (ran.status, "E_CERT" in ran.err, (tmp_path / "trust.json").exists()) == (3, True, False)


@pytest.mark.parametrize(
    ("at", "code"), [("2026-02-28T10:00:00Z", "E_DIR_NOT_YET"), ("2026-06-01T10:00:00Z", "E_DIR_STALE")]
)
def test_a_document_out_of_its_time_is_not_introduced(kgbx: Kgbx, tmp_path: Path, at: str, code: str) -> None:
    *arguments, _ = with_certificate(tmp_path)
    ran = kgbx("directory", "pin", *arguments, at, "--out", tmp_path / "trust.json")
    assert (ran.status, code in ran.err, (tmp_path / "trust.json").exists()) == (3, True, False)


def test_a_certificate_under_another_policy_introduces_nobody(kgbx: Kgbx, tmp_path: Path) -> None:
    asked = (*with_certificate(tmp_path), "--certificate-policy", "2.999.1")
    ran = kgbx("directory", "pin", *asked, "--out", tmp_path / "trust.json")
    assert (ran.status, "E_CERT" in ran.err, (tmp_path / "trust.json").exists()) == (3, True, False)


def test_a_key_that_two_organisations_list_is_an_alarm(kgbx: Kgbx, tmp_path: Path) -> None:
    team, thief = party(TEAM), party(GI)
    stolen = team.said.keys[0]
    (tmp_path / "d.json").write_bytes(directory_file(team.document, say_again(thief, keys=(*thief.said.keys, stolen))))
    (tmp_path / "t.json").write_bytes(trust_file(team, thief))
    asked = ("directory", "verify", "--directory", tmp_path / "d.json", "--trust", tmp_path / "t.json", "--at", AT)
    assert kgbx(*asked, "--json").json["contested"] == [{"kid": stolen.key.kid, "orgs": [TEAM, GI]}]
    ran = kgbx(*asked)
    assert (ran.status, f"{stolen.key.kid}  NO KEY: claimed by {TEAM}, {GI}" in ran.out) == (3, True)


def test_one_organisation_cannot_be_two_keepers(kgbx: Kgbx, tmp_path: Path) -> None:
    """Each change of its root keys would give it one more."""
    at = AT_MOMENT + timedelta(days=1)
    before = party(TEAM).identity
    after = before.with_new_keys("root", at=at)
    first = peek_document(party(TEAM).document)
    (tmp_path / "1.json").write_bytes(first.jws)
    (tmp_path / "2.json").write_bytes(sign_next(next_document(first, after, at=at), after, previous=first))
    keepers = ("--keeper", tmp_path / "1.json", "--keeper", tmp_path / "2.json", "--threshold", 2)
    ran = kgbx("directory", "pin", *keepers, "--out", tmp_path / "trust.json")
    assert (ran.status, (tmp_path / "trust.json").exists()) == (2, False)


def pretended(tmp_path: Path) -> Path:
    """Return a document in the name of the school, with a high number and keys of somebody else."""
    stranger = create_identity(SCHOOL, at=AT_MOMENT)
    said = describe(stranger, name="School", seq=99, at=AT_MOMENT)
    (tmp_path / "stranger.json").write_bytes(make_document(said, root=stranger.root))
    return tmp_path / "stranger.json"


def test_who_takes_the_name_of_another_does_not_come_into_a_directory(
    kgbx: Kgbx, region: Region, tmp_path: Path
) -> None:
    """Everybody who believes the school would refuse the whole directory."""
    documents = (region.path / "team.json", region.path / "school.json", pretended(tmp_path))
    ran = kgbx("directory", "build", *documents, "--out", tmp_path / "d.json")
    assert (ran.status, "E_DIR_UNTRUSTED" in ran.err, (tmp_path / "d.json").exists()) == (3, True, False)


@pytest.mark.parametrize("beside", [True, False], ids=["beside the true one", "in place of it"])
def test_a_keeper_does_not_vouch_for_who_takes_the_name_of_another(
    kgbx: Kgbx, region: Region, tmp_path: Path, *, beside: bool
) -> None:
    before = statement(kgbx, region, tmp_path)
    names = ("team", "gi", "school") if beside else ("team", "gi")
    documents = [region.path / f"{name}.json" for name in names]
    data = [path.read_bytes() for path in (*documents, pretended(tmp_path))]
    (tmp_path / "d.json").write_bytes(directory_file(*data))
    ran = kgbx(
        *("directory", "publish", tmp_path / "d.json", "--identity", region.identity("team"), "--previous", before),
        *("--keeper", region.path / "team.json", "--out", tmp_path / "two.json", "--at", "2026-03-02T10:00:00Z"),
    )
    assert (ran.status, "E_DIR_UNTRUSTED" in ran.err, (tmp_path / "two.json").exists()) == (3, True, False)


def test_a_keeper_may_leave_an_organisation_out(kgbx: Kgbx, region: Region, tmp_path: Path) -> None:
    """The control of the case above."""
    before = statement(kgbx, region, tmp_path)
    data = [(region.path / f"{name}.json").read_bytes() for name in ("team", "gi")]
    (tmp_path / "d.json").write_bytes(directory_file(*data))
    ran = kgbx(
        *("directory", "publish", tmp_path / "d.json", "--identity", region.identity("team"), "--previous", before),
        *("--keeper", region.path / "team.json", "--out", tmp_path / "two.json", "--at", "2026-03-02T10:00:00Z"),
    )
    assert (ran.status, ran.err) == (0, "")
