# SPDX-License-Identifier: EUPL-1.2
"""What must hold after a run of the kill test, checked on what is in both stores."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from kgbx.delivery.audit import ZERO, verify
from kgbx.delivery.store.sqlite import SqliteStore
from kgbx.envelope.custody import verify_statement
from tests.delivery.kill.roles import MESSAGES, World
from tests.parties import GI, TEAM, directory_of, party

if TYPE_CHECKING:
    from kgbx.delivery.store import Transaction


@dataclass
class Run:
    """What happened in one run."""

    seed: int
    kills: list[tuple[str, str]] = field(default_factory=list)
    stops: int = 0
    problems: list[str] = field(default_factory=list)
    duplicates: int = 0


def judge(world: World, run: Run) -> None:
    """Check the invariants on what is in both stores."""
    team, gi = (SqliteStore(world.folder / f"{org[-4:]}.db") for org in (TEAM, GI))
    directory = directory_of(party(TEAM), party(GI))
    check = _Checker(run)
    with team.transaction() as tx, gi.transaction() as there:
        ids = [tx.setting(f"ledger {n}") or "" for n in range(MESSAGES)]
        lanes: dict[str, list[int]] = {}
        for message in ids:
            row, came = tx.out(message), there.incoming(TEAM, message)
            check("I1 lost", row is not None and came is not None)
            if row is None or came is None:
                continue
            lanes.setdefault(row.lane or "", []).append(row.number or 0)
            run.duplicates += came.duplicates
            check("I1 not processed", (row.state, came.state) == ("completed", "processed"))
            check("I2 handed over", there.setting(f"got {message}") == "1")
            check("I6 bytes", tx.envelope_out(message) == there.envelope_in(TEAM, message))
            check_receipts(check, tx, there, message, directory)
        for lane, numbers in lanes.items():
            check("I5 order", in_order(json.loads(there.setting(f"order {lane}") or "[]"), numbers))
        check("I9 chain of the sender", verify(tx.audit_rows(limit=100_000), ZERO) is None)
        check("I9 chain of the receiver", verify(there.audit_rows(limit=100_000), ZERO) is None)


class _Checker:
    def __init__(self, run: Run) -> None:
        self._run = run

    def __call__(self, what: str, holds: bool) -> None:  # noqa: FBT001  # reads as a sentence
        if not holds:
            self._run.problems.append(what)


def check_receipts(check: _Checker, tx: Transaction, there: Transaction, message: str, directory: Any) -> None:  # noqa: ANN401
    held, given = (
        tx.receipt("in", GI, message_id=message, level=1),
        there.receipt("out", TEAM, message_id=message, level=1),
    )
    check("I3 custody", held is not None and given is not None and held.data == given.data)
    said, sent = (
        tx.receipt("in", GI, message_id=message, level=2),
        there.receipt("out", TEAM, message_id=message, level=2),
    )
    check("I4 receipt", said is not None and sent is not None and said.data == sent.data)
    if held is not None:
        statement = verify_statement(held.data, directory=directory)
        check("I3 about these bytes", statement.envelope == sha256(tx.envelope_out(message)).digest())


def in_order(handed: list[tuple[int, list[int]]], numbers: list[int]) -> bool:
    """Tell whether a lane was handed over in order, or every number that was passed over was told."""
    passed = set[int]()
    last = 0
    for number, missing in handed:
        if number > last + 1 and not set(range(last + 1, number)) - passed <= set(missing):
            return False
        passed.add(number)
        last = max(last, number)
    return sorted(number for number, _ in handed) == sorted(numbers)
