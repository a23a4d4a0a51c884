# SPDX-License-Identifier: EUPL-1.2
"""The way to partners over HTTP: :class:`kgbx.delivery.sending.Road`, from a row to what the answer proves.

Rules:
    - the address of a partner stands in its signed document, or is given by who runs this side;
    - a custody statement counts once its signatures are verified and it is about exactly the bytes of the row;
    - parts are brought from where the partner says it is, for at most so long at a time that the lease cannot pass.

Source: delivery design, "Outgoing states", "HTTP API".
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from kgbx.delivery import protocol
from kgbx.delivery.applying import Attempt
from kgbx.delivery.bringing import TOO_SLOW, Bringing
from kgbx.delivery.events import CustodyProved, Failed, Gone, NoProof, NotThere, PartsMissing, UnknownKey
from kgbx.delivery.mailbox import OWN, piece
from kgbx.delivery.node import moment
from kgbx.delivery.records import Receipt
from kgbx.delivery.states import DAY, SECOND
from kgbx.envelope.blobs import blob_of_bytes
from kgbx.envelope.bundle import blocks
from kgbx.envelope.custody import Custody, read_statement, verify_statement
from kgbx.errors import DeliveryError, DirectoryError, EnvelopeError
from kgbx.limits import ATTEMPT_SECONDS, MAX_ALONG_BYTES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kgbx.delivery.events import Event
    from kgbx.delivery.node import Node
    from kgbx.delivery.records import Outgoing
    from kgbx.delivery.store import Parts
    from kgbx.delivery.transport import Request, Response, Transport
    from kgbx.envelope.custody import Statement
    from kgbx.envelope.ports import KeyDirectory

ENDPOINT: Final = "kgbx"
"""Type of the endpoint in an organisation's document that this interface is at."""

_OK: Final = 200
_NOT_FOUND: Final = 404
_OTHER_MEDIA: Final = 415
_TOO_SLOW_SAID: Final = 408
_HIGHER_LEVELS: Final = (2, 3)
_REMEMBERED: Final = 1000
_IN_TIME: Final = frozenset({"E_NOT_YET", "E_DIR_STALE", "E_DIR_NOT_YET"})
"""What may be wrong with a statement that the partner did sign: a clock, here or there, or a directory that is too old.
That ends by itself; it is no answer of somebody else."""


@dataclass(slots=True)
class _Ear:
    """Verifies statements of a partner, and remembers the last that was good, or what time alone had against one."""

    node: Node
    at: int
    statement: Statement | None = field(default=None)
    data: bytes = b""
    doubt: str = ""
    doubted: Statement | None = None

    def verify(self, data: bytes) -> Statement | None:
        try:
            self.statement = verify_statement(data, directory=self.node.directory, at=moment(self.at))
        except EnvelopeError as error:
            if error.code in _IN_TIME:  # which is asked after the signatures
                self.doubt, self.doubted = error.code, read_statement(data)
            return None
        except DirectoryError:
            return None
        self.data = data
        return self.statement

    def attempt(self, event: Event, response: Response, *, row: Outgoing) -> Attempt:
        """Return what came of trying, with the statement that says so."""
        held = self.statement
        doubted = isinstance(event, NoProof) and self._is_in_time(row)
        event = Failed(code=self.doubt) if doubted else event
        outcome = {CustodyProved: "custody", UnknownKey: "unknown-key"}.get(type(event))
        receipt = None if outcome is None else self._receipt(row, outcome)
        return Attempt(
            event=event,
            receipt=receipt,
            epoch=held.epoch if receipt is not None and isinstance(held, Custody) else None,
            skew_ms=protocol.skew_of(response.headers, now=self.at) if receipt is not None or doubted else None,
        )

    def _is_in_time(self, row: Outgoing) -> bool:
        """Tell whether only a clock or an old directory keeps a signed statement about this row from proving it."""
        said = self.doubted
        return isinstance(said, Custody) and protocol.proves(said, row) and said.at * SECOND >= row.made_at - DAY

    def _receipt(self, row: Outgoing, outcome: str) -> Receipt:
        return Receipt(
            direction="in",
            peer=row.peer,
            message_id=row.id,
            level=1,
            outcome=outcome,
            at=self.at,
            data=self.data,
        )


class HttpRoad:
    """Tries rows over a transport. Several threads may use it."""

    def __init__(self, node: Node, transport: Transport, *, endpoints: Mapping[str, str] | None = None) -> None:
        """Make one.

        Args:
            node: Who sends.
            transport: Carries requests.
            endpoints: Base URLs, by URN, that go before what the documents say.
        """
        self._node = node
        self._transport = transport
        self._endpoints = dict(endpoints or {})
        self._bringing = Bringing(self._send, node.now)
        self._too_much: set[str] = set()

    def attempt(self, row: Outgoing, envelope: bytes, *, parts: Parts) -> Attempt:
        """Try once; see :class:`kgbx.delivery.sending.Road`.

        Raises:
            DeliveryError: X_CONNECT, X_TLS, X_TIMEOUT, X_BROKEN.
        """
        if self._endpoint(row.peer) is None:
            return Attempt(event=self._nowhere(row))
        if row.state == "uploading":
            return Attempt(event=self._bringing.bring(row, parts))
        response = self._offer(row, envelope, parts)
        ear = _Ear(self._node, self._node.now())
        event = protocol.event_of(response, row=row, verify=ear.verify, now=ear.at)
        if event == PartsMissing():
            self._bringing.told(row, protocol.missing_of(response, row))
        return ear.attempt(event, response, row=row)

    def ask(self, row: Outgoing, envelope: bytes) -> Attempt | None:  # noqa: ARG002  # the row names the bytes
        """Ask what the partner signed about a message; None if it says that it never saw it.

        Raises:
            DeliveryError: the road failed, or the answer proves nothing.
        """
        response = self._receipt(row, level=1)
        if response.status == _NOT_FOUND and protocol.is_ours(response):
            return None
        ear = _Ear(self._node, self._node.now())
        proved = response.status == _OK and response.complete and protocol.proves(ear.verify(response.body), row)
        if not proved:
            raise DeliveryError("X_NO_PROOF", retryable=True)
        found = ear.attempt(CustodyProved(), response, row=row)
        answers = [self._receipt(row, level=level) for level in _HIGHER_LEVELS]
        given = tuple(one.body for one in answers if one.status == _OK and one.complete and protocol.is_ours(one))
        return Attempt(event=found.event, receipt=found.receipt, epoch=found.epoch, answers=given)

    def _nowhere(self, row: Outgoing) -> Event:
        """Return what it means that there is no address: a directory that is too old does not say that it is gone."""
        try:
            document = self._node.directory.document(row.peer, moment(self._node.now()))
        except DirectoryError as error:
            return Failed(code=error.code)
        looked_up = row.problem == "X_NOT_THERE"
        return Gone() if document is None and looked_up else NotThere(refreshed=looked_up)

    def _endpoint(self, org: str) -> str | None:
        given = self._endpoints.get(org)
        if given is not None:
            return given
        try:
            return endpoint_of(self._node.directory, org, now=self._node.now())
        except DirectoryError:
            return None

    def _send(self, row: Outgoing, request: Request) -> Response:
        url = self._endpoint(row.peer)
        if url is None:
            raise DeliveryError("X_NOT_THERE")
        return self._transport.send(url, request, deadline=ATTEMPT_SECONDS)

    def _offer(self, row: Outgoing, envelope: bytes, parts: Parts) -> Response:
        """Bring a row; a partner that takes no bundles, or has a link too slow for one, gets its envelope alone."""
        alone = protocol.request_for(row, envelope)
        request = alone if row.id in self._too_much else request_with_parts(row, envelope, parts=parts)
        if request.headers.get("content-type") != protocol.BUNDLE_MEDIA or row.kind != "message":
            return self._send(row, request)
        response = self._send_bundle(row, request)
        return self._send(row, alone) if response.status == _OTHER_MEDIA else response

    def _send_bundle(self, row: Outgoing, request: Request) -> Response:
        slow = True
        try:
            response = self._send(row, request)
            slow = response.status == _TOO_SLOW_SAID
        except DeliveryError as error:
            slow = error.code in TOO_SLOW
            raise
        finally:
            if slow:
                self._goes_apart(row.id)
        return response

    def _goes_apart(self, message_id: str) -> None:
        """Take down that a message is too much for one request; to forget it costs one try."""
        if len(self._too_much) >= _REMEMBERED:
            self._too_much.clear()
        self._too_much.add(message_id)

    def _receipt(self, row: Outgoing, *, level: int) -> Response:
        return self._send(row, protocol.get_receipt(row.id, level=level))


def request_with_parts(row: Outgoing, envelope: bytes, *, parts: Parts) -> Request:
    """Return the request that brings a row: a message with its parts in it if they are small, else without them."""
    sizes = [parts.offset(OWN, sha)[1] for sha in row.parts]
    small = sum(size or 0 for size in sizes) <= MAX_ALONG_BYTES
    if row.kind != "message" or not row.parts or not small or not all(parts.has(OWN, sha) for sha in row.parts):
        return protocol.request_for(row, envelope)
    blobs = [blob_of_bytes(piece(parts, sha, offset=0, most=MAX_ALONG_BYTES)) for sha in row.parts]
    return protocol.put_message(row, b"".join(blocks(envelope, blobs)), media=protocol.BUNDLE_MEDIA)


def endpoint_of(directory: KeyDirectory, org: str, *, now: int) -> str | None:
    """Return the address in the newest document of an organisation; None if it has no endpoint, and so a mailbox here.

    Args:
        directory: Knows the documents.
        org: URN of the organisation.
        now: Present moment, Unix milliseconds.

    Raises:
        DirectoryError: the directory cannot be relied on now: nobody can say whether there is an endpoint.
    """
    document = directory.document(org, moment(now))
    if document is None:
        return None
    return next((url for kind, url in document.endpoints if kind == ENDPOINT), None)
