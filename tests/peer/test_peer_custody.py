# SPDX-License-Identifier: EUPL-1.2
"""Both implementations believe the same statements of custody, and refuse the others with the same code."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import pytest

from kgbx.directory import Directory
from kgbx.envelope import custody, jws
from kgbx.envelope.encoding import b64
from kgbx.envelope.suites import SUITES as ROWS
from kgbx.errors import KgbxError
from tests.effort import EFFORT
from tests.envelope.makers import NOW, SENDER
from tests.envelope.structures import HELD
from tests.interop.javascript import TAKES_LONGER
from tests.peer.documents import FROM, SAYING, TO, TRUST, file_of
from tests.peer.faults import chosen, faults
from tests.peer.process import ACCEPTED
from tests.peer.world import SUITES, holder

if TYPE_CHECKING:
    from kgbx.envelope.ports import Signer
    from tests.peer.faults import Json
    from tests.peer.process import Peer

if EFFORT == "quick":
    pytest.skip(TAKES_LONGER, allow_module_level=True)

SOME: Final = 60
FILE: Final = file_of((FROM, TO))
GIVEN: Final[dict[str, Any]] = {
    "v": 1,
    "id": HELD.message_id,
    "envelope": "sha-256:" + "A" * 43,
    "parts": ["A" * 43],
    "by": SENDER.org,
    "at": NOW,
    "window_days": 31,
    "epoch": HELD.epoch,
    "chain": "sha-256:" + "A" * 43,
}
REFUSED: Final[dict[str, Any]] = {
    **{name: GIVEN[name] for name in ("v", "id", "envelope", "by")},
    "at": NOW // 60 * 60,
    "no": "undeliverable",
}


def signed(payload: Json, signer: Signer = SENDER, suite: str = "kgbx-1") -> bytes:
    return jws.sign(json.dumps(payload).encode(), typ=custody.TYP, signers=[signer], suite=ROWS[suite])


def verdicts(peer: Peer, statements: dict[str, bytes], file: bytes = FILE) -> dict[str, tuple[str, str]]:
    found = {}
    for name, statement in statements.items():
        request = {"statement": b64(statement), "directory": b64(file), "trust": b64(TRUST), "at": NOW}
        answer = peer.ask("custody", **request)
        found[name] = ours(statement, file), ACCEPTED if "by" in answer else str(answer["code"])
    return found


def ours(statement: bytes, file: bytes) -> str:
    try:
        custody.verify_statement(statement, directory=Directory.load(file, TRUST))
    except KgbxError as error:
        return error.code
    return ACCEPTED


def disagreements(found: dict[str, tuple[str, str]]) -> dict[str, tuple[str, str]]:
    return {name: both for name, both in found.items() if both[0] != both[1]}


@pytest.mark.parametrize("payload", [GIVEN, REFUSED], ids=["given", "refused"])
def test_one_change(peer: Peer, payload: Json) -> None:
    changes = faults(payload)
    rows = {name: signed(changes[name](payload)) for name in chosen(sorted(changes), SOME)}
    found = verdicts(peer, {"unchanged": signed(payload), **rows})
    assert disagreements(found) == {}
    assert found["unchanged"] == (ACCEPTED, ACCEPTED)
    assert {ours for ours, _ in found.values()} >= {"E_MANIFEST", "E_MEMBERS", "E_SUITE"}


def test_edges(peer: Peer) -> None:
    rows = {f"days {days}": {**GIVEN, "window_days": days} for days in (0, 1, 366, 367)}
    rows |= {f"parts {count}": {**GIVEN, "parts": ["A" * 43] * count} for count in (0, 1, 256, 257)}
    rows |= {
        f"{no} {second}": {**REFUSED, "no": no, "at": second}
        for no in ("unknown-key", "undeliverable")
        for second in EDGES
    }
    rows |= {f"at {second}": {**GIVEN, "at": second} for second in EDGES}
    found = verdicts(peer, {name: signed(row) for name, row in rows.items()})
    assert disagreements(found) == {}
    assert {ours for ours, _ in found.values()} == {ACCEPTED, "E_MANIFEST", "E_DIR_STALE"}


EDGES: Final = (0, 1, NOW - 3600, NOW - 3601, NOW + 1, FROM.exp - 1, FROM.exp, 32_472_143_999, 32_472_144_000)


@pytest.mark.parametrize("suite", SUITES)
def test_keys_and_documents(peer: Peer, suite: str) -> None:
    statement = signed(GIVEN, holder(SENDER.org, suite), suite)
    found = {
        name: verdicts(peer, {name: statement}, file_of(documents))[name]
        for name, documents in SAYING.items()
        if "receiver" not in name
    }
    assert disagreements(found) == {}
    codes = {"E_DIR_STALE", "E_KEY_EXPIRED", "E_KEY_REVOKED", "E_UNKNOWN_SENDER_KEY"}
    assert {ours for ours, _ in found.values()} == {ACCEPTED, *codes}
