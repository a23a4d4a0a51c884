# SPDX-License-Identifier: EUPL-1.2
"""The identity folder: secrets for the owner only, whole or not at all, and no secret in a repr."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from kgbx.envelope.identity import create_identity, load, peek, save
from kgbx.errors import EnvelopeError, UsageError
from kgbx.limits import MAX_ORG_KEYS
from tests.envelope.makers import AT, IDENTITY, NOW, OTHER, org_urn

if TYPE_CHECKING:
    from pathlib import Path


def refused(folder: Path, passphrase: bytes | None = None) -> str:
    with pytest.raises((EnvelopeError, UsageError)) as caught:
        load(folder, passphrase)
    assert caught.value.__context__ is None
    return caught.value.code


def rewrite(path: Path, **members: object) -> None:
    value = json.loads(path.read_bytes())
    path.write_text(json.dumps(value | members))


def first_row(folder: Path, **members: object) -> None:
    rows = json.loads((folder / "identity.json").read_bytes())["keys"]
    rewrite(folder / "identity.json", keys=[rows[0] | members, *rows[1:]])


class TestKeysOfAnIdentity:
    """An identity signs with its newest pair, opens with all its encryption keys, and keeps its root apart."""

    def test_new_identity_has_two_pairs_and_an_encryption_key(self) -> None:
        found = [(key.use, key.alg, key.nbf, (key.exp - key.nbf) // 86_400) for key in IDENTITY.keys]
        assert found == [
            ("sig", "Ed25519", NOW, 365),
            ("sig", "ML-DSA-65", NOW, 365),
            ("enc", "HPKE-9-KE", NOW, 90),
            ("root", "Ed25519", NOW, 3650),
            ("root", "ML-DSA-65", NOW, 3650),
        ]

    @pytest.mark.parametrize("org", ["", "urn:osb:oin:1", org_urn(1) + "\n", "urn:kvk:" + "0" * 20])
    def test_organisation_that_is_no_urn(self, org: str) -> None:
        with pytest.raises(UsageError) as caught:
            create_identity(org, at=AT)
        assert caught.value.code == "U_ARGUMENT"

    def test_naive_moment(self) -> None:
        with pytest.raises(UsageError) as caught:
            create_identity(org_urn(1), at=AT.replace(tzinfo=None))
        assert caught.value.code == "U_MOMENT"

    def test_newest_signing_pair_signs(self) -> None:
        renewed = IDENTITY.with_new_keys("sig", at=AT + timedelta(days=1))
        assert renewed.signing_kids == (renewed.keys[5].kid, renewed.keys[6].kid)

    def test_newest_encryption_key_comes_first(self) -> None:
        renewed = IDENTITY.with_new_keys("enc", at=AT + timedelta(days=1))
        assert renewed.encryption_kids == (renewed.keys[5].kid, renewed.keys[2].kid)

    def test_root_key_does_not_sign_messages(self) -> None:
        with pytest.raises(EnvelopeError) as caught:
            IDENTITY.sign(IDENTITY.root.signing_kids[0], b"message")
        assert caught.value.code == "E_KEY_INVALID"

    def test_without_root_the_root_does_not_sign(self) -> None:
        with pytest.raises(EnvelopeError) as caught:
            _ = IDENTITY.without_root().root
        assert caught.value.code == "E_KEY_FILE"

    def test_key_can_be_taken_out(self) -> None:
        kid = IDENTITY.encryption_kids[0]
        assert IDENTITY.without_key(kid).encryption_kids == ()

    def test_unknown_key_cannot_be_taken_out(self) -> None:
        with pytest.raises(UsageError) as caught:
            IDENTITY.without_key("A" * 43)
        assert caught.value.code == "U_ARGUMENT"

    def test_number_of_keys_is_bounded(self) -> None:
        identity = IDENTITY
        while len(identity.keys) < MAX_ORG_KEYS:
            identity = identity.with_new_keys("enc", at=AT)
        with pytest.raises(UsageError) as caught:
            identity.with_new_keys("enc", at=AT)
        assert caught.value.code == "U_ARGUMENT"

    def test_repr_shows_no_secret(self) -> None:
        seeds = [key.private.jwk()["priv"] for key in IDENTITY.keys if key.private is not None]
        text = repr(IDENTITY) + repr(IDENTITY.root) + str([key.private for key in IDENTITY.keys])
        assert not [seed for seed in seeds if seed in text]


class TestFolder:
    """A folder is what was saved, mode 0600, and refused when it is wider or damaged."""

    def test_round_trip(self, folder: Path) -> None:
        assert load(folder, None) == IDENTITY

    def test_loaded_keys_are_the_same_secrets(self, folder: Path) -> None:
        privates = [[key.private.jwk() for key in i.keys if key.private] for i in (load(folder, None), IDENTITY)]
        assert privates[0] == privates[1]

    def test_files_are_for_the_owner_only(self, folder: Path) -> None:
        assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}
        assert folder.stat().st_mode & 0o777 == 0o700

    def test_one_file_a_key_and_one_list(self, folder: Path) -> None:
        names = {path.name for path in folder.iterdir()}
        assert names == {"identity.json", *(key.kid + ".jwk" for key in IDENTITY.keys)}

    def test_saving_overwrites_nothing(self, folder: Path) -> None:
        with pytest.raises(UsageError) as caught:
            save(OTHER, folder, passphrase=None)
        assert (caught.value.code, load(folder, None)) == ("U_NOT_EMPTY", IDENTITY)

    @pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644])
    @pytest.mark.parametrize("name", ["identity.json", IDENTITY.keys[0].kid + ".jwk"], ids=["list", "key"])
    def test_wider_mode_is_refused(self, folder: Path, name: str, mode: int) -> None:
        (folder / name).chmod(mode)
        assert refused(folder) == "E_KEY_FILE"

    def test_missing_folder(self, tmp_path: Path) -> None:
        assert refused(tmp_path / "absent") == "E_KEY_FILE"

    def test_missing_key(self, folder: Path) -> None:
        (folder / (IDENTITY.keys[0].kid + ".jwk")).unlink()
        assert refused(folder) == "E_KEY_FILE"

    def test_folder_in_place_of_a_file(self, folder: Path) -> None:
        path = folder / (IDENTITY.keys[0].kid + ".jwk")
        path.unlink()
        path.mkdir(mode=0o700)
        assert refused(folder) == "E_KEY_FILE"

    def test_root_kept_offline(self, folder: Path) -> None:
        for kid in IDENTITY.root.signing_kids:
            (folder / f"{kid}.jwk").unlink()
        assert load(folder, None) == IDENTITY.without_root()

    @pytest.mark.parametrize("data", [b"", b"{}", b"[]", b"\xff", b"x" * 70_000])
    @pytest.mark.parametrize("name", ["identity.json", IDENTITY.keys[0].kid + ".jwk"], ids=["list", "key"])
    def test_damaged_file(self, folder: Path, name: str, data: bytes) -> None:
        (folder / name).write_bytes(data)
        assert refused(folder) == "E_KEY_FILE"

    def test_swapped_key_files(self, folder: Path) -> None:
        first, second = (folder / (IDENTITY.keys[n].kid + ".jwk") for n in (0, 3))
        first.write_bytes(second.read_bytes())
        assert refused(folder) == "E_KEY_FILE"

    @pytest.mark.parametrize(
        "members",
        [
            {"file": "../../etc/passwd"},
            {"file": ["x"]},
            {"kid": "../x"},
            {"kid": 1},
            {"use": "root2"},
            {"use": []},
            {"alg": "HPKE-9-KE"},
            {"alg": "ML-DSA-65"},
            {"nbf": 1.5},
            {"exp": True},
            {"x": 1},
            {"kid": IDENTITY.keys[1].kid, "file": IDENTITY.keys[1].kid + ".jwk", "alg": "ML-DSA-65"},
        ],
    )
    def test_row_that_does_not_fit(self, folder: Path, members: dict[str, Any]) -> None:
        first_row(folder, **members)
        assert refused(folder) == "E_KEY_FILE"

    @pytest.mark.parametrize("members", [{"format": "other"}, {"org": "x"}, {"org": 1}, {"keys": []}, {"keys": {}}])
    def test_list_that_does_not_fit(self, folder: Path, members: dict[str, Any]) -> None:
        rewrite(folder / "identity.json", **members)
        assert refused(folder) == "E_KEY_FILE"


class TestPassphrase:
    """Under a passphrase every key is encrypted; the wrong one and a damaged file are told apart."""

    def test_real_parameters_round_trip(self, tmp_path: Path) -> None:
        save(IDENTITY, tmp_path, passphrase=b"correct horse")
        members = json.loads((tmp_path / (IDENTITY.keys[0].kid + ".enc")).read_bytes())
        assert [members[name] for name in ("kdf", "n", "r", "p")] == ["scrypt", 131_072, 8, 1]
        assert load(tmp_path, b"correct horse") == IDENTITY

    def test_no_seed_is_readable(self, locked: Path) -> None:
        text = b"".join(path.read_bytes() for path in locked.iterdir()).decode()
        assert not [key for key in IDENTITY.keys if key.private and key.private.jwk()["priv"] in text]

    def test_wrong_passphrase(self, locked: Path) -> None:
        assert refused(locked, b"wrong") == "E_PASSPHRASE"

    def test_listing_needs_no_passphrase_and_gives_no_secret(self, locked: Path) -> None:
        found = peek(locked)
        assert [key.kid for key in found.keys] == [key.kid for key in IDENTITY.keys]
        assert {key.private for key in found.keys} == {None}

    def test_no_passphrase(self, locked: Path) -> None:
        assert refused(locked) == "U_PASSPHRASE"

    def test_empty_passphrase_protects_nothing(self, tmp_path: Path) -> None:
        with pytest.raises(UsageError) as caught:
            save(IDENTITY, tmp_path, passphrase=b"")
        assert caught.value.code == "U_PASSPHRASE"

    def test_one_damaged_file_is_not_a_wrong_passphrase(self, locked: Path) -> None:
        rewrite(locked / (IDENTITY.keys[0].kid + ".enc"), ciphertext="A" * 300)
        assert refused(locked, b"correct horse") == "E_KEY_FILE"

    @pytest.mark.parametrize(
        "members",
        [{"n": 2**30}, {"n": 2.0}, {"r": 1}, {"p": True}, {"kdf": "none"}, {"salt": "AA"}, {"iv": "="}, {"x": 1}],
    )
    def test_parameters_are_fixed(self, locked: Path, members: dict[str, Any]) -> None:
        rewrite(locked / (IDENTITY.keys[0].kid + ".enc"), **members)
        assert refused(locked, b"correct horse") == "E_KEY_FILE"

    def test_files_cannot_be_swapped(self, locked: Path) -> None:
        first, second = (locked / (IDENTITY.keys[n].kid + ".enc") for n in (0, 3))
        first.write_bytes(second.read_bytes())
        assert refused(locked, b"correct horse") == "E_KEY_FILE"


def test_disk_that_is_full_leaves_no_half_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("kgbx.envelope.keyfiles.os.fsync", full)
    with pytest.raises(OSError, match="No space left"):
        save(IDENTITY, tmp_path, passphrase=None)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("second", [-(10**11), 2**53 - 1])
@pytest.mark.parametrize("member", ["nbf", "exp"])
def test_a_second_that_is_no_date_is_refused(folder: Path, member: str, second: int) -> None:
    first_row(folder, **{member: second})
    assert refused(folder) == "E_KEY_FILE"


def test_keys_that_end_after_the_last_year_are_not_made() -> None:
    with pytest.raises(UsageError) as caught:
        create_identity(org_urn(7100), at=AT.replace(year=2990))
    assert caught.value.code == "U_MOMENT"
