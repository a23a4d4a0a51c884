# SPDX-License-Identifier: EUPL-1.2
"""Fetching from a partner's mailbox: the road of an organisation without an endpoint of its own.

Rules:
    - what is fetched is taken as if the partner had brought it: the same custody, the same doubles;
    - it is acknowledged only once custody is in our store; who dies before that fetches it again;
    - what the partner lists is not believed: what has not the right form is passed over;
    - nothing is begun that is larger than any part or that will not fit, and a round has an end: what was fetched until
      then stays, and the next goes on from there.

Source: delivery design, "HTTP API" (mailbox).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, cast

from kgbx import canonical
from kgbx.delivery import protocol
from kgbx.delivery.bringing import QUICK, TOO_SLOW
from kgbx.delivery.log import LOG
from kgbx.delivery.routes import CONTENT_RANGE, URGENCY
from kgbx.delivery.serving import MAX_SENT_PART_BYTES
from kgbx.delivery.states import MINUTE
from kgbx.delivery.taking import Offer, Said, take, take_said
from kgbx.delivery.transport import Request
from kgbx.envelope.encoding import UUID4, b64, unb64
from kgbx.errors import DeliveryError, DocumentError, EnvelopeError
from kgbx.limits import (
    ATTEMPT_SECONDS,
    MAX_ANSWER_BYTES,
    MAX_CHUNK_BYTES,
    MAX_PAGE_ROWS,
    MAX_PARTS,
    MIN_CHUNK_BYTES,
    MIN_FREE_BYTES,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kgbx.delivery.node import Node
    from kgbx.delivery.records import Urgency
    from kgbx.delivery.transport import Response, Transport

_OK: Final = 200
_PARTIAL: Final = 206
_NO_CONTENT: Final = 204
ROUND: Final = 5 * MINUTE
"""How long one round lasts, but for the length of one request, milliseconds."""

_DIGEST_BYTES: Final = 32
_LEVELS: Final = (1, 2, 3)
_DEPTH: Final = 16
_OF_ONE_ROW: Final = frozenset({"X_NO_PROOF", "X_DIGEST", "X_OFFSET"})
"""What may be wrong with one row only: the rows behind it are fetched all the same."""

_PAGES: Final = 100
"""Pages of one round: who lists more is listed further in the next."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A row of a mailbox, of the right form.

    Attributes:
        id: Of the row; of a message its own.
        kind: What it is.
        urgency: As the partner says.
        parts: SHA-256 of each encrypted part.
        lane: Pseudonym of the case and place in it.
        about: For a receipt or cancellation the message it is about, and the level.
    """

    id: str
    kind: Literal["message", "receipt", "cancellation"]
    urgency: Urgency
    parts: tuple[bytes, ...]
    lane: tuple[str, int] | None
    about: tuple[str, int] | None


class Collector:
    """Fetches what lies at one partner."""

    def __init__(self, node: Node, transport: Transport, *, peer: str, url: str) -> None:
        """Make one.

        Args:
            node: Who fetches.
            transport: Carries requests.
            peer: URN of the partner.
            url: Its base URL.
        """
        self._node = node
        self._transport = transport
        self._peer = peer
        self._url = url
        self._most = MAX_CHUNK_BYTES
        self._until = 0

    def run_once(self) -> int:
        """Fetch what lies there, and return how much was acknowledged.

        Raises:
            DeliveryError: the road failed; X_NO_PROOF, the answers are not those of a partner; X_TIMEOUT, there is more
                than one round can fetch; X_DISK; X_STORE.
        """
        done, failed = 0, None
        self._until = self._node.now() + ROUND
        for row in self._rows():
            try:
                done += self._fetch(row)
            except DeliveryError as error:
                if error.code not in _OF_ONE_ROW:
                    raise
                failed = error.code
        if failed is not None:
            raise DeliveryError(failed, retryable=True)
        return done

    def _rows(self) -> Iterator[Listed]:
        after = ""
        for _ in range(_PAGES):
            page = self._page(after)
            rows, following = page.get("messages"), page.get("next")
            found = [row for row in map(listed, rows if isinstance(rows, list) else ()) if row is not None]
            yield from found
            if not found or not isinstance(following, str) or UUID4.match(following) is None:
                return
            after = following

    def _page(self, after: str) -> dict[str, object]:
        query = f"?max={MAX_PAGE_ROWS}" + (f"&after={after}" if after else "")
        response = self._get(f"/v1/mailbox{query}", wanted=_OK)
        try:
            value = canonical.parse(response.body, max_bytes=MAX_ANSWER_BYTES, max_depth=_DEPTH, places=False)
        except DocumentError:
            value = None
        return value if isinstance(value, dict) else {}

    def _fetch(self, row: Listed) -> int:
        data = self._get(f"/v1/mailbox/{row.id}", wanted=_OK).body
        try:
            said = self._message(row, data) if row.kind == "message" else self._answer(row, data)
        except EnvelopeError as error:
            LOG.warning("what lies at %s under %s has no form: %s", self._peer, row.id, error.code)
            return 0
        except DeliveryError as error:
            if error.code != "X_UNKNOWN":
                raise
            LOG.warning("what lies at %s under %s is about nothing of ours", self._peer, row.id)
            return 0
        return 0 if said is None else self._acknowledge(row, said)

    def _message(self, row: Listed, envelope: bytes) -> bytes | None:
        """Take custody, and return the statement; None if it is not taken."""
        for sha in dict.fromkeys(row.parts):
            self._fetch_part(row, sha)
        lane, number = row.lane or (None, None)
        offer = Offer(
            peer=self._peer,
            id=row.id,
            envelope=envelope,
            parts=row.parts,
            lane=lane,
            number=number,
            urgency=row.urgency,
        )
        answer = take(self._node, offer)
        if answer.outcome in ("custody", "again"):
            return answer.statement
        LOG.warning("%s of %s is not taken: %s", row.id, self._peer, answer.problem or answer.outcome)
        return None

    def _answer(self, row: Listed, data: bytes) -> bytes | None:
        if row.about is None or row.kind == "message":
            return None
        message_id, level = row.about
        take_said(self._node, Said(peer=self._peer, kind=row.kind, message_id=message_id, level=level, data=data))
        return b""

    def _fetch_part(self, row: Listed, sha: bytes) -> None:
        parts = self._node.store.parts
        while not parts.has(self._peer, sha):
            offset, _ = parts.offset(self._peer, sha)
            path = f"/v1/mailbox/{row.id}/parts/{b64(sha)}"
            response = self._piece(path, offset)
            found = CONTENT_RANGE.match(response.headers.get("content-range", ""))
            if found is None or int(found[1]) != offset or int(found[3]) > MAX_SENT_PART_BYTES or not response.body:
                raise DeliveryError("X_NO_PROOF", retryable=True)
            if self._node.store.room() - (int(found[3]) - offset) < MIN_FREE_BYTES:
                raise DeliveryError("X_DISK", retryable=True)
            parts.append(self._peer, sha, offset=offset, size=int(found[3]), data=response.body)

    def _piece(self, path: str, offset: int) -> Response:
        """Return a piece of a part; after one that was too much for the link smaller ones are asked for."""
        self._require_time()
        end, began = "" if self._most >= MAX_CHUNK_BYTES else str(offset + self._most - 1), self._node.now()
        try:
            response = self._get(path, wanted=_PARTIAL, headers={"range": f"bytes={offset}-{end}"})
        except DeliveryError as error:
            if error.code in TOO_SLOW:
                self._most = max(self._most // 2, MIN_CHUNK_BYTES)
            raise
        if 0 <= self._node.now() - began < QUICK:
            self._most = min(self._most * 2, MAX_CHUNK_BYTES)
        return response

    def _require_time(self) -> None:
        if not 0 <= self._until - self._node.now() <= ROUND:
            raise DeliveryError("X_TIMEOUT", retryable=True)

    def _acknowledge(self, row: Listed, statement: bytes) -> int:
        headers = {"content-type": protocol.SIGNED_MEDIA}
        request = Request(method="PUT", path=f"/v1/mailbox/{row.id}/ack", headers=headers, body=statement)
        response = self._transport.send(self._url, request, deadline=ATTEMPT_SECONDS)
        return int(response.status == _NO_CONTENT and protocol.is_ours(response))

    def _get(self, path: str, *, wanted: int, headers: dict[str, str] | None = None) -> Response:
        self._require_time()
        request = Request(method="GET", path=path, headers=headers or {})
        response = self._transport.send(self._url, request, deadline=ATTEMPT_SECONDS)
        if response.status != wanted or not response.complete or not protocol.is_ours(response):
            raise DeliveryError("X_NO_PROOF", retryable=True)
        return response


def listed(value: object) -> Listed | None:
    """Return a row of a page, None if it has not the right form."""
    if not isinstance(value, dict):
        return None
    row_id, kind, urgency = value.get("id"), value.get("kind"), URGENCY.get(str(value.get("urgency")))
    sound = isinstance(row_id, str) and UUID4.match(row_id) is not None and urgency is not None
    if not sound or kind not in ("message", "receipt", "cancellation"):
        return None
    try:
        parts = _parts(value.get("parts", []))
    except EnvelopeError:
        return None
    return Listed(
        id=str(row_id),
        kind=cast("Literal['message', 'receipt', 'cancellation']", kind),
        urgency=cast("Urgency", urgency),
        parts=parts,
        lane=_lane(value),
        about=_about(value),
    )


def _parts(value: object) -> tuple[bytes, ...]:
    if not isinstance(value, list) or len(value) > MAX_PARTS:
        raise EnvelopeError("E_MEMBERS")
    return tuple(unb64(one, size=_DIGEST_BYTES) for one in value)


def _lane(value: dict[str, object]) -> tuple[str, int] | None:
    lane, number = value.get("lane"), value.get("number")
    sound = isinstance(lane, str) and protocol.LANE.match(lane) and type(number) is int and number > 0
    return (str(lane), cast("int", number)) if sound else None


def _about(value: dict[str, object]) -> tuple[str, int] | None:
    about, level = value.get("about"), value.get("level", 0)
    if not isinstance(about, str) or UUID4.match(about) is None:
        return None
    wanted = (0,) if value.get("kind") == "cancellation" else _LEVELS
    return (about, level) if type(level) is int and level in wanted else None
