# SPDX-License-Identifier: EUPL-1.2
"""What must hold at the end of a simulation, whatever happened in it.

I1 nothing is lost, I2 nothing is handed over twice, I3 nothing counts as accepted without proof, I4 receipts stay, I5
order or a flagged gap, I6 frozen bytes, I7 nothing personal outside the sealed bytes, I8 everything ends or a person
knows, I9 the audit chains hold. I2, I4 and I6 are looked at while it happens too.

Source: delivery design, "Tests and figures".
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Final

from kgbx.delivery.audit import verify
from kgbx.delivery.node import EPOCH
from kgbx.delivery.sim.seals import CANARY, verified
from kgbx.delivery.states import DAY, URGENCIES
from kgbx.envelope.custody import Custody

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from kgbx.delivery.records import Outgoing
    from kgbx.delivery.sim.places import Place
    from kgbx.delivery.sim.world import World

_SLACK: Final = 2 * DAY
"""By so much an alarm may be late here: clocks are set wrong by a day, and processes are down."""


def broken(world: World) -> tuple[str, ...]:
    """Return what does not hold, one sentence each."""
    return tuple(sentence for check in CHECKS for place in world.places for sentence in check(world, place))


def _promises(world: World, place: Place) -> Iterator[str]:
    """What was enqueued is there; of what custody was given in this life of the store, is there."""
    for message_id, at in place.life.promised.items():
        if at > place.life.restored_at and message_id not in place.store.tables.outgoing:
            yield f"I1: {place.org} lost {message_id} that it had enqueued"
    epoch = place.store.tables.settings.get(EPOCH)
    for (holder, sender, message_id, given_in), data in world.network.wire.signed.items():
        if (holder, given_in) != (place.org, epoch):
            continue
        row, held = place.store.tables.incoming.get((sender, message_id)), verified(data)
        if row is None or held is None or row.envelope != held.envelope:
            yield f"I1: {place.org} lost {message_id} of which it gave custody"


def _handed_over(world: World, place: Place) -> Iterator[str]:
    """What its sender calls completed was handed over; but for what a backup lost.

    Of that it is of no use any more, or it cannot be opened any more and a person was told that the answers contradict.
    """
    told = {one.message_id for one in place.store.tables.alerts.values() if one.code == "X_CONTRADICTS"}
    for row in _messages(place):
        receiver = world.network.places[row.peer]
        lost = receiver.life.restored_at >= 0 and (row.expires_at <= world.time or row.id in told)
        if row.state != "completed" or lost:
            continue
        if f"handed {place.org} {row.id}" not in receiver.store.tables.settings:
            yield f"I1: {place.org} calls {row.id} completed, which {row.peer} never handed over"


def _proofs(world: World, place: Place) -> Iterator[str]:  # noqa: ARG001  # checks look alike
    """Accepted only with a statement of the addressee about exactly these bytes."""
    for row in _messages(place):
        if row.state != "accepted" and row.accepted_at is None:
            continue
        receipt = place.store.tables.receipts.get(("in", row.peer, row.id, 1))
        held = None if receipt is None else verified(receipt.data)
        said = None if not isinstance(held, Custody) else (held.by, held.message_id, held.envelope, held.parts)
        if said != (row.peer, row.id, row.envelope, row.parts):
            yield f"I3: {place.org} has no proof of custody of {row.id}"


def _receipts(world: World, place: Place) -> Iterator[str]:  # noqa: ARG001
    """The end of a message is what its first answer said."""
    for row in _messages(place):
        said = place.store.tables.receipts.get(("in", row.peer, row.id, 2))
        wanted = {"completed": "processed", "refused": "refused"}.get(row.state)
        if wanted is not None and (said is None or said.outcome != wanted):
            yield f"I4: {place.org} calls {row.id} {row.state} without that answer"


def _alarms(world: World, place: Place) -> Iterator[str]:  # noqa: ARG001
    """Whoever waited long for custody or for an answer was told so, in time."""
    told = {(alert.message_id, alert.code): alert.at for alert in place.store.tables.alerts.values()}
    for row in _messages(place):
        times = URGENCIES[row.urgency]
        late = row.state == "expired" and row.accepted_at is not None
        patience = (row.accepted_at or 0) + times.receipt_after + _SLACK
        if late and row.expires_at > patience and (row.id, "X_NO_RECEIPT") not in told:
            yield f"I8: nobody was told that {row.id} of {place.org} got no answer"
        stuck = row.state == "expired" and row.accepted_at is None and row.problem != "X_RESTORED"
        if stuck and row.expires_at > row.made_at + times.alert_after + _SLACK and not _was_told(row.id, told):
            yield f"I8: nobody was told that {row.id} of {place.org} was stuck"


def _was_told(message_id: str, told: dict[tuple[str | None, str], int]) -> bool:
    return any(one == message_id and code != "X_EXPIRED" for one, code in told)


def _hopes(world: World, place: Place) -> Iterator[str]:  # noqa: ARG001
    """What nothing stood in the way of did arrive."""
    for message_id in sorted(place.life.hopeful):
        row = place.store.tables.outgoing[message_id]
        if row.state == "expired":
            yield f"I8: {message_id} of {place.org} expired for no reason"


def _places_in_lanes(world: World, place: Place) -> Iterator[str]:  # noqa: ARG001
    """Numbers of a lane have no gap and no double, but for what took the place of another."""
    lanes: dict[tuple[str, str], list[int]] = {}
    successors = {row.ref for row in _messages(place)}
    for row in _messages(place):
        if row.lane is not None and row.number is not None and row.state != "superseded":
            lanes.setdefault((row.peer, row.lane), []).append(row.number)
        if row.state == "superseded" and row.id not in successors:
            yield f"I1: nothing took the place of {row.id} of {place.org}"
    for (_, lane), numbers in lanes.items():
        if sorted(numbers) != list(range(1, len(numbers) + 1)):
            yield f"I5: {lane} of {place.org} has the numbers {sorted(numbers)}"


def _order(world: World, place: Place) -> Iterator[str]:
    """In each lane what was handed over follows its number, or says which numbers were missing."""
    for name, said in place.store.tables.settings.items():
        if not name.startswith("lane "):
            continue
        _, sender, lane = name.split(" ")
        if world.network.places[sender].life.restored_at >= 0:
            continue  # a sender that went back gives numbers out again
        ended = {
            row.number
            for row in place.store.tables.incoming.values()
            if (row.peer, row.lane, row.state) == (sender, lane, "refused")
        }
        yield from (f"I5: {place.org} {lane}: {wrong}" for wrong in _out_of_order(said, ended))


def _out_of_order(said: str, ended: set[int | None]) -> Iterator[str]:
    """Yield what came before its turn; a number that is missing is told once."""
    known = {number for number in ended if number is not None}
    for word in said.split(" "):
        number, _, gaps = word.partition(":")
        known |= {int(one) for one in gaps.split(",") if one}
        yield from (f"{number} came before {one} without a word" for one in range(1, int(number)) if one not in known)
        known.add(int(number))


def _frozen(world: World, place: Place) -> Iterator[str]:  # noqa: ARG001
    """Envelopes are what they were when their digest was taken."""
    tables = place.store.tables
    for row in tables.outgoing.values():
        if sha256(tables.envelopes_out[row.id]).digest() != row.envelope:
            yield f"I6: the bytes of {row.id} changed"


def _personal(world: World, place: Place) -> Iterator[str]:  # noqa: ARG001
    """No name stands outside the sealed bytes."""
    tables = place.store.tables
    rows = (tables.outgoing, tables.incoming, tables.peers, tables.alerts, tables.audit, tables.settings)
    if any(CANARY in repr(one) for one in rows):
        yield f"I7: a name stands in the rows of {place.org}"


def _ends(world: World, place: Place) -> Iterator[str]:  # noqa: ARG001
    """Once the faults are over everything has ended or a person was told."""
    tables = place.store.tables
    told = {alert.message_id for alert in tables.alerts.values()}
    for row in tables.open.values():
        if row.state not in {"attention", "accepted"} or row.id not in told:
            yield f"I8: {row.kind} {row.id} of {place.org} is {row.state} for ever"
    for row_in in tables.unfinished.values():
        if row_in.state != "quarantined" or not {row_in.id, row_in.ref} & told:
            yield f"I8: {row_in.kind} {row_in.id} at {place.org} is {row_in.state} for ever"


def _chain(world: World, place: Place) -> Iterator[str]:  # noqa: ARG001
    """The audit chain holds."""
    bad = verify(place.store.tables.audit.values())
    if bad is not None:
        yield f"I9: row {bad} of the chain of {place.org} does not hold"


def _messages(place: Place) -> Iterator[Outgoing]:
    return (row for row in place.store.tables.outgoing.values() if row.kind == "message")


CHECKS: Final[tuple[Callable[[World, Place], Iterator[str]], ...]] = (
    _promises,
    _handed_over,
    _proofs,
    _receipts,
    _order,
    _places_in_lanes,
    _frozen,
    _personal,
    _ends,
    _alarms,
    _hopes,
    _chain,
)
"""Each invariant, in order."""
