# SPDX-License-Identifier: EUPL-1.2
"""The life of a key: which pair signs when, who is warned, what is destroyed; and that nothing but the key goes."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kgbx.envelope.identity import create_identity, destroy, load, save
from kgbx.envelope.keyfiles import shred
from kgbx.envelope.keylife import due_for_destruction, due_for_rotation, outlook, start_of_next
from kgbx.errors import EnvelopeError, UsageError
from tests.effort import scaled
from tests.envelope.makers import AT, org_urn

if TYPE_CHECKING:
    from pathlib import Path

ORG = org_urn(7101)
FIRST = create_identity(ORG, at=AT)
DAY = timedelta(days=1)


def test_the_new_pair_signs_from_its_start_and_the_old_one_until_then() -> None:
    rotated = FIRST.with_new_keys("sig", at=AT + 8 * DAY)
    assert rotated.at(AT + 7 * DAY).signing_kids == FIRST.signing_kids
    assert rotated.at(AT + 8 * DAY).signing_kids == rotated.signing_kids != FIRST.signing_kids


def test_of_two_pairs_that_start_together_the_later_one_signs() -> None:
    rotated = FIRST.with_new_keys("sig", at=AT)
    assert not set(rotated.signing_kids) & set(FIRST.signing_kids)


@pytest.mark.parametrize("moment", [AT - timedelta(seconds=1), AT + 365 * DAY])
def test_outside_its_life_a_pair_does_not_sign(moment: object) -> None:
    with pytest.raises(UsageError) as caught:
        FIRST.at(moment)  # type: ignore[arg-type]  # a datetime
    assert caught.value.code == "U_NO_KEYS"


def test_who_may_not_sign_can_still_open() -> None:
    rotated = FIRST.with_new_keys("sig", at=AT + 365 * DAY)
    assert rotated.at(AT + 365 * DAY).encryption_kids == FIRST.encryption_kids


def test_a_root_pair_is_found_by_its_kids() -> None:
    rotated = FIRST.with_new_keys("root", at=AT + DAY)
    assert rotated.root_pair(FIRST.root.signing_kids).signing_kids == FIRST.root.signing_kids
    with pytest.raises(EnvelopeError) as caught:
        rotated.without_root().root_pair(FIRST.root.signing_kids)
    assert caught.value.code == "E_KEY_INVALID"


def test_a_pair_without_time_to_wait_starts_at_once() -> None:
    late = AT + 360 * DAY
    assert start_of_next(FIRST, "sig", at=AT) == AT + 8 * DAY
    assert start_of_next(FIRST, "sig", at=late) == late
    assert start_of_next(FIRST, "enc", at=AT) == AT


@example(seconds=60 * 86_400)
@example(seconds=60 * 86_400 - 1)
@example(seconds=150 * 86_400)
@example(seconds=150 * 86_400 - 1)
@settings(max_examples=scaled(quick=100, ci=1000, long=10_000))
@given(seconds=st.integers(min_value=-400 * 86_400, max_value=4000 * 86_400))
def test_whoever_follows_the_advice_is_never_without_a_key(seconds: int) -> None:
    """A key that is due has a successor asked for before it ends, and is destroyed only after it ended."""
    moment = AT + timedelta(seconds=seconds)
    second = int(moment.timestamp())
    due, over = due_for_rotation(FIRST, moment), due_for_destruction(FIRST, moment)
    for row in outlook(FIRST, moment):
        key = row.key
        ending = key.exp - 30 * 86_400 <= second
        assert (key.use in due) == (ending and key.use != "root")
        grace = 60 * 86_400 if key.use == "enc" else 0
        assert (key.kid in over) == (key.use != "root" and key.exp + grace <= second)


def test_nothing_is_due_twice() -> None:
    rotated = FIRST.with_new_keys("enc", at=AT + 60 * DAY)
    assert due_for_rotation(FIRST, AT + 60 * DAY) == ("enc",)
    assert due_for_rotation(rotated, AT + 60 * DAY) == ()


def test_a_destroyed_key_is_gone_and_the_others_are_as_they_were(tmp_path: Path) -> None:
    save(FIRST, tmp_path / "a", passphrase=None)
    kept = {path.name: path.read_bytes() for path in (tmp_path / "a").iterdir() if path.suffix == ".jwk"}
    gone = FIRST.encryption_kids[0]
    destroy(tmp_path / "a", [gone])
    del kept[f"{gone}.jwk"]
    assert {path.name: path.read_bytes() for path in (tmp_path / "a").glob("*.jwk")} == kept
    assert load(tmp_path / "a", None).encryption_kids == ()


def test_no_passphrase_is_needed_to_destroy(tmp_path: Path) -> None:
    save(FIRST, tmp_path / "a", passphrase=b"vier losse woorden")
    destroy(tmp_path / "a", [FIRST.encryption_kids[0]])
    assert load(tmp_path / "a", b"vier losse woorden").signing_kids == FIRST.signing_kids


@pytest.mark.parametrize(
    ("kids", "code"), [(("nothing",), "U_KEY"), (tuple(key.kid for key in FIRST.keys), "U_ARGUMENT")]
)
def test_what_cannot_be_destroyed_changes_nothing(tmp_path: Path, kids: tuple[str, ...], code: str) -> None:
    save(FIRST, tmp_path / "a", passphrase=None)
    before = sorted(path.name for path in (tmp_path / "a").iterdir())
    with pytest.raises(UsageError) as caught:
        destroy(tmp_path / "a", kids)
    assert caught.value.code == code
    assert sorted(path.name for path in (tmp_path / "a").iterdir()) == before


def test_shredding_overwrites_before_it_removes(tmp_path: Path) -> None:
    """A second name of the same file shows what was left on the disk."""
    secret, other = tmp_path / "secret", tmp_path / "other"
    secret.write_bytes(b"seed of a key")
    other.hardlink_to(secret)
    shred(secret)
    assert (secret.exists(), other.read_bytes()) == (False, bytes(13))


def test_shredding_does_not_follow_a_link(tmp_path: Path) -> None:
    (tmp_path / "precious").write_bytes(b"not a key")
    (tmp_path / "link").symlink_to(tmp_path / "precious")
    with pytest.raises(OSError, match="link"):
        shred(tmp_path / "link")
    assert (tmp_path / "precious").read_bytes() == b"not a key"


def test_shredding_what_is_not_there_is_done(tmp_path: Path) -> None:
    shred(tmp_path / "nothing")
    assert list(tmp_path.iterdir()) == []
