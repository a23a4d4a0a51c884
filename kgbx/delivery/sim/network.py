# SPDX-License-Identifier: EUPL-1.2
"""The network of the simulator: loses, repeats, delays, forges, and sometimes somebody else answers.

Rules: requests and answers are those of :mod:`kgbx.delivery.protocol`; what arrives goes through the receiver's own
custody; every byte that was sent or signed is remembered, to be compared.

Source: delivery design, "HTTP API", "Tests and figures".
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from kgbx.delivery import protocol
from kgbx.delivery.applying import Attempt
from kgbx.delivery.events import CustodyProved, PartsMissing, PartsSent, UnknownKey
from kgbx.delivery.records import Receipt
from kgbx.delivery.sim.disk import CrashError
from kgbx.delivery.sim.places import BrokenError
from kgbx.delivery.sim.seals import unsealed, verified
from kgbx.delivery.taking import Offer, Said, keep_within, missing_parts, take_within
from kgbx.delivery.transport import Response
from kgbx.envelope.custody import Custody, no_custody, sign_statement
from kgbx.envelope.encoding import b64
from kgbx.errors import DeliveryError

if TYPE_CHECKING:
    from collections.abc import Callable

    from kgbx.delivery.events import Event
    from kgbx.delivery.records import Outgoing
    from kgbx.delivery.sim.chance import Chance
    from kgbx.delivery.sim.places import Place
    from kgbx.delivery.store import Parts

OURS: Final = {"api-version": protocol.API_VERSION}
FATES: Final = (
    "lost",
    "answer lost",
    "portal",
    "forged",
    "of another",
    "other bytes",
    "other signer",
    "busy",
    "moved",
    "untrusted",
    "refused",
    "repeated",
)
"""What can happen to a request, beside nothing."""

RETRY_AFTER: Final = ("0", "-7", "3600", "99999999", "soon", "Fri, 31 Dec 2099 23:59:59 GMT", "12")
_OUTCOMES: Final[dict[type[Event], str]] = {CustodyProved: "custody", UnknownKey: "unknown-key"}
_STATUS: Final = {"custody": 201, "again": 200, "unknown-key": 400}
_SECOND: Final = 1000


@dataclass(slots=True)
class Wire:
    """What went over the network.

    Attributes:
        sent: Envelope of each row that was sent, by sender and id.
        signed: Statements of custody that left their receiver, by receiver, sender, id and epoch.
        statements: Some of them, for who forges.
        delivered: How many requests arrived.
        faults: How many had another fate.
    """

    sent: dict[tuple[str, str], bytes] = field(default_factory=dict)
    signed: dict[tuple[str, str, str, str], bytes] = field(default_factory=dict)
    statements: list[bytes] = field(default_factory=list)
    delivered: int = 0
    faults: int = 0


class Network:
    """Everything between organisations."""

    def __init__(self, chance: Chance) -> None:
        """Make one without faults."""
        self._chance = chance
        self.places: dict[str, Place] = {}
        self.wire = Wire()
        self.fates: dict[str, float] = {}
        self.cut: set[tuple[str, str]] = set()
        self.arrived: Callable[[Place], None] = lambda _place: None
        self.repeat: Callable[[Outgoing, bytes, str], None] = lambda _row, _envelope, _sender: None
        self.crashed: Callable[[Place], None] = lambda _place: None

    def fate(self, sender: str, receiver: str) -> str:
        """Draw what happens to a request."""
        if (sender, receiver) in self.cut:
            return "lost"
        for fate, share in self.fates.items():
            if self._chance.happens(share):
                self.wire.faults += 1
                return fate
        return ""

    def carry(self, row: Outgoing, envelope: bytes, *, sender: str) -> Response:
        """Carry a request, and the answer back.

        Raises:
            DeliveryError: as a transport.
        """
        fate = self.fate(sender, row.peer)
        if fate in {"lost", "untrusted"}:
            raise DeliveryError(self._chance.pick(("X_CONNECT", "X_TIMEOUT")) if fate == "lost" else "X_TLS")
        if fate in {"other bytes", "other signer"} and row.kind == "message":
            return self._lying(fate, row)
        if fate in {"portal", "forged", "of another", "busy", "moved", "refused"}:
            return self._of_somebody(fate, row)
        response = self.deliver(row, envelope, sender=sender)
        if fate == "repeated":
            self.repeat(row, envelope, sender)
        if fate == "answer lost":
            raise DeliveryError("X_TIMEOUT")
        return response

    def _lying(self, fate: str, row: Outgoing) -> Response:
        """Return a well signed statement that proves nothing: about other bytes, or of somebody else."""
        others = [one for one in self.places.values() if one.org != row.peer]
        signer = self.places[row.peer] if fate == "other bytes" else self._chance.pick(others)
        lie = Custody(
            message_id=row.id,
            envelope=bytes(32) if fate == "other bytes" else row.envelope,
            parts=row.parts,
            by=signer.org,
            at=signer.now() // _SECOND,
            window_days=30,
            epoch=str(self._chance.uuid()),
            chain=bytes(32),
        )
        return Response(status=201, headers=OURS, body=sign_statement(lie, signer.node.identity))

    def _of_somebody(self, fate: str, row: Outgoing) -> Response:
        """Return the answer of who stands in between, or of a partner that cannot now."""
        if fate == "busy":
            return Response(status=503, headers={"retry-after": self._chance.pick(RETRY_AFTER)})
        if fate == "moved":
            return Response(status=self._chance.pick((404, 410, 421)), headers={})
        if fate == "refused":
            return Response(status=400, headers=OURS, body=b'{"code":"X_MALFORMED"}')
        known = self.wire.statements
        if fate == "of another" and known:
            return Response(status=201, headers=OURS, body=self._chance.pick(known))
        if fate == "forged" and known:
            data = bytearray(self._chance.pick(known).replace(b"}", b" }", 1))
            data[self._chance.below(len(data))] ^= 1
            return Response(status=200, headers=OURS, body=bytes(data))
        status = 204 if row.kind != "message" else 200
        return Response(status=status, headers={}, body=b"<html>Welcome to our guest network</html>")

    def deliver(self, row: Outgoing, envelope: bytes, *, sender: str) -> Response:
        """Bring a request to the process of its receiver.

        Raises:
            DeliveryError: X_CONNECT, it does not run; X_BROKEN, it died.
        """
        place = self.places[row.peer]
        if not place.up:
            raise DeliveryError("X_CONNECT")
        self.wire.delivered += 1
        try:
            response = self._taken(place, row, envelope, sender)
        except DeliveryError as error:
            return _refusing(error.code)
        except CrashError:
            response = None
        if response is None:
            self.crashed(place)
            raise DeliveryError("X_BROKEN")
        self.arrived(place)
        return response

    def _taken(self, place: Place, row: Outgoing, envelope: bytes, sender: str) -> Response:
        if row.kind != "message":
            level = row.level if row.kind == "receipt" and row.level is not None else 0
            said = Said(peer=sender, kind=row.kind, message_id=row.ref or "", level=level, data=envelope)
            with place.store.transaction() as tx:
                keep_within(tx, place.node, said=said)
            return Response(status=204, headers=OURS)
        return self._offered(place, row, envelope, sender)

    def _offered(self, place: Place, row: Outgoing, envelope: bytes, sender: str) -> Response:
        content = unsealed(envelope)
        ours = content is not None and content.key in place.keys.encryption_kids
        offer = Offer(
            peer=sender,
            id=row.id,
            envelope=envelope,
            parts=row.parts,
            lane=row.lane,
            number=row.number,
            urgency=row.urgency,
        )
        missing = missing_parts(place.node, offer)
        with place.store.transaction() as tx:
            answer = take_within(tx, place.node, offer=offer, ready=ours and not missing)
        if answer is None and ours:
            listed = ",".join(f'"{b64(part)}"' for part in missing)
            return Response(status=202, headers=OURS, body=f'{{"missing":[{listed}]}}'.encode())
        if answer is None:
            at = place.now() // _SECOND
            no = no_custody(envelope, message_id=row.id, by=place.org, at=at, reason="unknown-key")
            data = sign_statement(no, place.node.identity)
            return Response(status=400, headers=OURS, body=b'{"statement":' + _quoted(data) + b"}")
        if not answer.statement:
            return _refusing(answer.problem or "X_BUSY")
        self._remember(place, sender, answer.statement)
        return Response(status=_STATUS[answer.outcome], headers=OURS, body=answer.statement)

    def _remember(self, place: Place, sender: str, data: bytes) -> None:
        """Remember what was signed: another statement about the same custody would be a lie."""
        held = verified(data)
        if not isinstance(held, Custody):
            raise BrokenError(f"I3: {place.org} signed something else than custody")
        key = (place.org, sender, held.message_id, held.epoch)
        if self.wire.signed.setdefault(key, data) != data:
            raise BrokenError(f"I4: {place.org} gave two statements about {held.message_id}")
        if len(self.wire.statements) < 20:  # noqa: PLR2004  # enough to choose from
            self.wire.statements.append(data)

    def bring(self, row: Outgoing, parts: Parts, *, sender: str) -> Event:
        """Bring one missing part in two pieces, of which the second may not arrive.

        Raises:
            DeliveryError: as a transport.
        """
        place = self.places[row.peer]
        missing = [part for part in row.parts if not place.store.parts.has(sender, part)]
        if not missing:
            return PartsSent()
        part, data = missing[0], b"".join(parts.read("out", missing[0]))
        for piece in (data[: len(data) // 2], data[len(data) // 2 :]):
            if self.fate(sender, row.peer) or not place.up:
                raise DeliveryError("X_BROKEN")
            offset, _ = place.store.parts.offset(sender, part)
            if offset < len(data):
                place.store.parts.append(sender, part, offset=offset, size=len(data), data=data[offset:][: len(piece)])
        return PartsMissing() if len(missing) > 1 else PartsSent()

    def asked(self, row: Outgoing, sender: str, *, level: int) -> bytes | None:
        """Carry the question what was signed about a message; None where it was never seen.

        Raises:
            DeliveryError: as a transport.
        """
        place = self.places[row.peer]
        if self.fate(sender, row.peer) or not place.up:
            raise DeliveryError("X_TIMEOUT")
        with place.store.transaction() as tx:
            found = tx.receipt("out", sender, message_id=row.id, level=level)
        return None if found is None else found.data


def _refusing(code: str) -> Response:
    status = {"X_UNKNOWN": 404, "X_ID_REUSED": 409, "X_TOO_OLD": 400}.get(code, 503)
    return Response(status=status, headers=OURS, body=f'{{"code":"{code}"}}'.encode())


def _quoted(data: bytes) -> bytes:
    return b'"' + data.replace(b"\\", b"\\\\").replace(b'"', b'\\"') + b'"'


class SimRoad:
    """The way of one organisation to its partners: :class:`kgbx.delivery.sending.Road`."""

    def __init__(self, place: Place, network: Network) -> None:
        """Make the way of one organisation."""
        self._place = place
        self._network = network

    def attempt(self, row: Outgoing, envelope: bytes, *, parts: Parts) -> Attempt:
        """Try once."""
        key = (self._place.org, row.id)
        if self._network.wire.sent.setdefault(key, envelope) != envelope:
            raise BrokenError(f"I6: other bytes under {row.id}")
        if row.state == "uploading":
            return Attempt(event=self._network.bring(row, parts, sender=self._place.org))
        protocol.request_for(row, envelope)
        response = self._network.carry(row, envelope, sender=self._place.org)
        event = protocol.event_of(response, row=row, verify=verified, now=self._place.now())
        return self._attempt(event, response.body, row)

    def ask(self, row: Outgoing, envelope: bytes) -> Attempt | None:  # noqa: ARG002  # the row names the bytes
        """Ask what the partner signed about a message."""
        data = self._network.asked(row, self._place.org, level=1)
        if data is None:
            return None
        if not protocol.proves(verified(data), row):
            raise DeliveryError("X_NO_PROOF")
        higher = self._network.asked(row, self._place.org, level=2)
        found = self._attempt(CustodyProved(), data, row)
        answers = () if higher is None else (higher,)
        return Attempt(event=found.event, receipt=found.receipt, epoch=found.epoch, answers=answers)

    def _attempt(self, event: Event, body: bytes, row: Outgoing) -> Attempt:
        outcome = _OUTCOMES.get(type(event))
        if outcome is None:
            return Attempt(event=event)
        data = (
            body if outcome == "custody" else protocol.problem_of(Response(status=400, headers={}, body=body)).statement
        )
        held, at = verified(data), self._place.now()
        receipt = Receipt(direction="in", peer=row.peer, message_id=row.id, level=1, outcome=outcome, at=at, data=data)
        return Attempt(event=event, receipt=receipt, epoch=held.epoch if isinstance(held, Custody) else None)
