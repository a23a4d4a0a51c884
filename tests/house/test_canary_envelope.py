# SPDX-License-Identifier: EUPL-1.2
"""No content, no name and no secret comes out of what refuses an envelope, a directory or a key folder."""

from __future__ import annotations

import json
import logging
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

import pytest

from kgbx.cli.main import run_and_report
from kgbx.directory import Directory
from kgbx.envelope.identity import load, save
from kgbx.envelope.inspect import inspect
from kgbx.envelope.replay import MemoryReplayStore
from kgbx.envelope.seal import Attachment, Sealed, seal
from kgbx.envelope.unseal import unseal
from kgbx.envelope.vectors import run_vectors
from kgbx.errors import KgbxError
from tests.canary import NAME, everything_said_by, plants, smells
from tests.effort import scaled
from tests.parties import AT, GI, SCHOOL, TEAM, directory_file, directory_of, party, trust_file

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

STEP = scaled(quick=4, ci=1, long=1)


def sealed_canary() -> Sealed:
    """Return a message that holds the canary wherever content can be."""
    return seal(
        json.dumps({NAME: NAME}).encode(),
        media_type="application/json",
        message_type=f"https://example.org/{NAME}",
        sender=party(TEAM).identity,
        to=party(GI).said,
        attachments=[Attachment(source=NAME.encode() * 100, media="text/plain", name=f"{NAME}.txt")],
        at=AT,
    )


SEALED = sealed_canary()
WHOLE = SEALED.to_bytes()


def said_by(action: Callable[[], object]) -> str:
    """Return everything that an attempt says; anything but a refusal is a failure."""
    try:
        action()
    except KgbxError as error:
        return everything_said_by(error)
    pytest.fail("this should have been refused")


def attempt(action: Callable[[], object]) -> str:
    """Return everything that an attempt says, refused or not: some plants are harmless, such as another number."""
    try:
        return repr(action())
    except KgbxError as error:
        return everything_said_by(error)


def opening(data: bytes, org: str = GI, *, later: int = 0) -> Callable[[], object]:
    everybody = directory_of(party(TEAM), party(GI), party(SCHOOL))
    moment = AT + timedelta(days=later)
    return lambda: unseal(data, identity=party(org).identity, directory=everybody, at=moment, seen=None)


def flipped(data: bytes, place: int) -> bytes:
    return data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]


def test_what_is_opened_holds_the_canary() -> None:
    """The control: with the right key it is there to be smelled."""
    opened = opening(WHOLE)()
    assert smells(str(getattr(opened, "body")))  # noqa: B009  # whatever it is, it has a body


def test_what_is_opened_shows_ids_only() -> None:
    opened = opening(WHOLE)()
    assert not smells(f"{opened!r}{opened}{SEALED!r}{SEALED}")


@pytest.mark.parametrize("place", range(8, len(WHOLE), len(WHOLE) // scaled(quick=40, ci=400, long=2000)))
def test_a_changed_byte_says_nothing(place: int) -> None:
    assert not smells(said_by(opening(flipped(WHOLE, place))))


def test_a_stranger_learns_nothing() -> None:
    assert not smells(said_by(opening(WHOLE, SCHOOL)))


def test_an_expired_message_says_nothing() -> None:
    assert not smells(said_by(opening(WHOLE, later=30)))


def test_a_second_delivery_says_nothing() -> None:
    seen = MemoryReplayStore()
    everybody = directory_of(party(TEAM), party(GI))

    def again() -> None:
        for _ in range(2):
            unseal(WHOLE, identity=party(GI).identity, directory=everybody, at=AT, seen=seen)

    assert not smells(said_by(again))


ENVELOPES = [data for _, data in plants(json.loads(SEALED.envelope))][::STEP]


def test_members_of_an_envelope_are_not_repeated() -> None:
    assert [data[:40] for data in ENVELOPES if smells(said_by(opening(data)))] == []


def test_inspecting_does_not_repeat_them_either() -> None:
    assert [data[:40] for data in ENVELOPES if smells(said_by(partial(inspect, data)))] == []


def test_documents_of_organisations_are_not_repeated() -> None:
    whole = json.loads(directory_file(party(TEAM).document))
    trust = trust_file(party(TEAM))
    broken = [data for _, data in plants(whole)][::STEP]
    assert [data[:40] for data in broken if smells(said_by(partial(Directory.load, data, trust)))] == []


def test_trust_files_are_not_repeated() -> None:
    whole = json.loads(trust_file(party(TEAM)))
    directory = directory_file(party(TEAM).document)
    broken = [data for _, data in plants(whole)][::STEP]
    assert [data[:40] for data in broken if smells(said_by(partial(Directory.load, directory, data)))] == []


def test_key_folders_are_not_repeated(tmp_path: Path) -> None:
    save(party(TEAM).identity, tmp_path, passphrase=None)
    index = tmp_path / "identity.json"
    leaks = []
    for how, data in list(plants(json.loads(index.read_bytes())))[::STEP]:
        index.write_bytes(data)
        leaks += [how] if smells(attempt(lambda: load(tmp_path, None))) else []
    assert leaks == []


def test_vectors_are_not_repeated() -> None:
    whole = {"format": "kgbx-envelope-vectors/1", "title": "x", "identities": [], "senders": [], "vectors": []}
    broken = [data for _, data in plants(whole)][::STEP]
    assert not any(smells(attempt(partial(run_vectors, data))) for data in broken)


@pytest.mark.parametrize("command", ["unseal", "inspect"])
@pytest.mark.parametrize("form", [(), ("--json",)], ids=["text", "json"])
def test_the_program_says_nothing_of_what_it_refuses(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
    command: str,
    form: tuple[str, ...],
) -> None:
    save(party(GI).identity, tmp_path / "gi", passphrase=None)
    (tmp_path / "directory.json").write_bytes(directory_file(party(TEAM).document, party(GI).document))
    (tmp_path / "trust.json").write_bytes(trust_file(party(TEAM), party(GI)))
    known = (
        "--directory",
        f"{tmp_path}/directory.json",
        "--trust",
        f"{tmp_path}/trust.json",
        "--at",
        "2026-03-01T10:00:00Z",
    )
    options = ("--identity", f"{tmp_path}/gi", *known, "--out", f"{tmp_path}/out") if command == "unseal" else ()
    for data in [flipped(WHOLE, len(WHOLE) // 2), *ENVELOPES[:: scaled(quick=8, ci=4, long=1)]]:
        (tmp_path / "m.kgbx").write_bytes(data)
        with caplog.at_level(logging.DEBUG):
            run_and_report([command, f"{tmp_path}/m.kgbx", *options, *form])
    captured = capsys.readouterr()
    assert captured.err
    assert not smells(captured.out + captured.err + caplog.text)
    assert not (tmp_path / "out").exists()
