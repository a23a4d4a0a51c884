# SPDX-License-Identifier: EUPL-1.2
"""All stores give the same answers to any sequence of questions and changes."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING, Any, Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kgbx.delivery.records import Alert, Peer
from kgbx.errors import KgbxError
from tests.delivery.contract.makers import OTHER, PEER, incoming, opened, outgoing, receipt, undone, uuid
from tests.effort import scaled

if TYPE_CHECKING:
    from pathlib import Path

    from kgbx.delivery.store import Store, Transaction

small = range(8)
moment = range(6)
maybe = (None, *moment)
peer = (PEER, OTHER)
lane = (None, "a", "b")
limit = (0, 1, 2, 4, 9)
urgency = ("acute", "urgent", "normal")
out_state = ("queued", "queued", "waiting", "waiting", "sending", "uploading", "accepted", "attention", "completed")
in_state = ("received", "received", "verified", "offered", "processed", "quarantined")
token = (None, "t", "u")
either = (True, False)

NEW_OUT: Final = {
    "peer": peer,
    "lane": lane,
    "urgency": urgency,
    "road": ("push", "push", "mailbox"),
    "made_at": moment,
}
OUT: Final = {"state": out_state, "due_at": moment, "alert_at": maybe, "lease_token": token, "lease_until": maybe}
NEW_IN: Final = {"peer": peer, "lane": lane, "number": (None, *small), "received_at": moment}
IN: Final = {"state": in_state, "due_at": moment, "lease_token": token, "lease_until": maybe}
PARTNER: Final = {"breaker": ("closed", "open", "probing"), "open_until": maybe, "failures": small}


def add_out(tx: Transaction, *, serial: int, **said: Any) -> object:  # noqa: ANN401  # any member
    place = None if said["lane"] is None else tx.next_number(said["peer"], said["lane"])
    tx.add_out(outgoing(serial, number=place, **said), b"sealed %d" % serial)
    return tx.envelope_out(uuid(serial))


def save_out(tx: Transaction, *, serial: int, stale: bool, **said: Any) -> object:  # noqa: ANN401  # any member
    row = tx.out(uuid(serial))
    if row is None:
        return None
    was = replace(row, lease_token="stale") if stale else row
    return tx.save_out(replace(row, **said), was=was), tx.out(row.id)


def add_in(tx: Transaction, *, serial: int, **said: Any) -> object:  # noqa: ANN401  # any member
    tx.add_in(incoming(serial, **said), b"sealed %d" % serial)
    return tx.incoming(said["peer"], uuid(serial))


def save_in(tx: Transaction, *, serial: int, peer: str, stale: bool, **said: Any) -> object:  # noqa: ANN401  # idem
    row = tx.incoming(peer, uuid(serial))
    if row is None:
        return None
    was = replace(row, lease_token="stale") if stale else row
    return tx.save_in(replace(row, **said), was=was), tx.incoming(peer, row.id)


def ask_out(tx: Transaction, *, now: int, limit: int, states: tuple[Any, ...], peer: str | None, after: int) -> object:
    timers = [tx.timed_out(now, timer=timer, limit=limit) for timer in ("lease", "alert", "expiry")]
    listed = [tx.list_out(peer=peer, limit=limit, after=uuid(after)), tx.list_out(states=states, peer=peer)]
    return [tx.candidates_out(now, limit=limit, peers=None if peer is None else [peer]), *timers, *listed]


def ask_in(tx: Transaction, *, now: int, limit: int, states: tuple[Any, ...], peer: str, after: int) -> object:
    listed = [tx.list_in(peer=peer, limit=limit), tx.list_in(states=states, after=(peer, uuid(after)))]
    return [tx.candidates_in(now, states=states, limit=limit), tx.lane_numbers(peer, "a"), *listed]


def partner(tx: Transaction, *, org: str, **said: Any) -> object:  # noqa: ANN401  # any member
    before = tx.peer(org)
    tx.save_peer(Peer(org=org, **said))
    return before, tx.peers()


def answer(tx: Transaction, *, serial: int, level: int, peer: str) -> object:
    added = tx.add_receipt(receipt(serial, level=level, peer=peer, data=b"%d" % level))
    return added, tx.receipt("in", peer, message_id=uuid(serial), level=level)


def ledger(tx: Transaction, *, at: int, number: int, limit: int, seen: bool | None) -> object:
    link = tx.audit(at=at, actor="kgbx", event="a", about=(PEER, None), detail=str(number))
    alert = tx.add_alert(Alert(at=at, peer=PEER, message_id=None, code="X_STUCK"))
    marked = tx.see_alert(number, at=at)
    tx.annotate(uuid(number), str(at), data=b"%d" % limit)
    notes = tx.annotations(uuid(number)), tx.setting(str(number))
    tx.set(str(number), str(at))
    return link, alert, marked, tx.alerts(seen=seen, limit=limit), tx.audit_rows(after=number), tx.audit_head(), notes


ASKED: Final = {
    "now": moment,
    "limit": limit,
    "after": small,
    "states": ((), *((one, in_state[0]) for one in in_state)),
}
STEPS: Final[tuple[tuple[Any, dict[str, Any]], ...]] = (
    (add_out, {"serial": small, **NEW_OUT, **OUT}),
    (add_out, {"serial": small, **NEW_OUT}),
    (save_out, {"serial": small, "stale": (False, False, True), **OUT}),
    (add_in, {"serial": small, **NEW_IN, **IN}),
    (save_in, {"serial": small, "peer": peer, "stale": (False, False, True), **IN}),
    (ask_out, {**ASKED, "states": ((), ("queued",), ("waiting", "accepted")), "peer": (None, *peer)}),
    (ask_out, {**ASKED, "limit": (9,), "states": ((),), "peer": (None,)}),
    (ask_in, {**ASKED, "peer": peer}),
    (partner, {"org": peer, **PARTNER}),
    (answer, {"serial": small, "level": (1, 2, 3), "peer": peer}),
    (ledger, {"at": moment, "number": small, "limit": limit, "seen": (None, *either)}),
)
"""What is asked or changed, with what each argument may be."""

Steps = list[tuple[Any, dict[str, Any]]]


def drawn(chance: Random) -> list[tuple[Steps, bool]]:
    """Return transactions, each with its steps and whether it ends well."""
    return [([_step(chance) for _ in range(chance.randint(1, 12))], chance.random() < 0.8) for _ in range(15)]


def _step(chance: Random) -> tuple[Any, dict[str, Any]]:
    action, arguments = chance.choice(STEPS)
    return action, {name: chance.choice(values) for name, values in arguments.items()}


def answered(tx: Transaction, action: Any, arguments: dict[str, Any]) -> object:  # noqa: ANN401  # a function
    try:
        return action(tx, **arguments)
    except KgbxError as error:
        return error.code


def answers(store: Store, transactions: list[tuple[Steps, bool]]) -> list[object]:
    """Return all answers of a store; of some transactions the end is that they are undone."""
    said: list[object] = []
    for steps, kept in transactions:
        with store.transaction() if kept else undone(store) as tx:
            said += [answered(tx, *one) for one in steps]
    return said


@pytest.mark.parametrize("kind", scaled(quick=["sqlite"], ci=["sqlite", "postgres"], long=["sqlite", "postgres"]))
def test_every_store_answers_as_the_one_in_memory(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    """Answers depend on what was asked before, not on where it is kept."""
    monkeypatch.setattr(
        "kgbx.delivery.store.sqlite.pragmas", lambda _: ("journal_mode = TRUNCATE", "synchronous = OFF")
    )
    monkeypatch.setattr("kgbx.delivery.store.sqlite.durable", lambda *_: True)  # no power is lost here

    @settings(max_examples=scaled(quick=25, ci=50, long=5000), suppress_health_check=list(HealthCheck))
    @given(seed=st.integers(0, 2**32))
    def search(seed: int) -> None:
        transactions = drawn(Random(seed))  # noqa: S311  # which questions are asked is no secret
        with contextlib.ExitStack() as stack:
            folder: Path = tmp_path_factory.mktemp("differential")
            address = lambda: request.getfixturevalue("postgres")  # noqa: E731  # asked for when it is needed
            memory, other = (stack.enter_context(opened(one, folder, address)) for one in ("memory", kind))
            assert answers(other, transactions) == answers(memory, transactions)

    search()
