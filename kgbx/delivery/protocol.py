# SPDX-License-Identifier: EUPL-1.2
"""The language between two organisations over HTTP, as its sender speaks it: rows to requests, responses to events.

Rules:
    - nothing but a custody statement that the partner signed, about exactly these bytes, is a yes; a status never is;
    - what a server on the road says (a proxy, a login page, a portal) is never mistaken for the partner;
    - ids, digests and pseudonyms only, in addresses and in headers;
    - an unknown member or problem type changes nothing; an unknown 4xx is for a person, an unknown 5xx for later.
Pure: no socket, no clock.

Source: delivery design, "Outgoing states", "HTTP API"; RFC 9110; RFC 9457.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Final

from kgbx import canonical
from kgbx.delivery.events import CustodyProved, Failed, NoProof, NotThere, PartsMissing, Rejected, Taken, UnknownKey
from kgbx.delivery.states import SECOND
from kgbx.delivery.transport import Request, Response
from kgbx.envelope.custody import Custody, NoCustody
from kgbx.envelope.encoding import KID, b64, unb64
from kgbx.errors import DocumentError, EnvelopeError
from kgbx.limits import MAX_ANSWER_BYTES, MAX_PARTS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime
    from typing import TypeAlias

    from kgbx.delivery.events import Event
    from kgbx.delivery.records import Outgoing
    from kgbx.envelope.custody import Statement

    Verify: TypeAlias = Callable[[bytes], Statement | None]

API_VERSION: Final = "1.0.0"
"""Version of the interface, in the header ``API-Version`` of every answer (NL API Design Rules)."""

SIGNED_MEDIA: Final = "application/jose+json"
"""Of an envelope, a receipt and a statement (RFC 7515 section 9.2.1)."""

PART_MEDIA: Final = "application/octet-stream"
BUNDLE_MEDIA: Final = "application/vnd.kgbx.bundle"
"""Of an envelope with its parts in one: a small message, or a cancellation."""

JSON_MEDIA: Final = "application/json"

LANE: Final = re.compile(r"[A-Za-z0-9_-]{1,64}\Z")
"""Pseudonym of a case for one partner."""

PART: Final = KID
"""Name of an encrypted part: base64url of its SHA-256, as the manifest writes it."""

OUR_PATIENCE: Final = frozenset({408, 425, 429})
"""Statuses below 500 that say: later."""

NOT_HERE: Final = frozenset({404, 410, 421})
FIRST_FAILURE: Final = 500
_OK: Final = (200, 201)
_MORE_FIRST: Final = 202
_NO_CONTENT: Final = 204
_CONFLICT: Final = 409
_FIRST_REFUSAL: Final = 400
_DIGEST_BYTES: Final = 32
_DEPTH: Final = 16
_SECONDS: Final = re.compile(r"[0-9]{1,9}\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemSaid:
    """What a problem document says, as far as it is understood; anybody on the road can write one.

    Attributes:
        code: Its stable code, empty without one.
        statement: The signed statement in it, empty without one.
    """

    code: str = ""
    statement: bytes = b""


def request_for(row: Outgoing, envelope: bytes) -> Request:
    """Return the request that brings a row: a message, a receipt or a cancellation."""
    return put_message(row, envelope) if row.kind == "message" else put_said(row, envelope)


def put_message(row: Outgoing, body: bytes, *, media: str = SIGNED_MEDIA) -> Request:
    """Return the request that offers a message.

    Args:
        row: What is offered.
        body: The envelope, or a bundle of it and its parts.
        media: Which of the two.
    """
    headers = {"content-type": media, "accept": f"{SIGNED_MEDIA}, {JSON_MEDIA}", "kgbx-urgency": row.urgency}
    if row.parts:
        headers["kgbx-parts"] = ", ".join(b64(part) for part in row.parts)
    if row.lane is not None and row.number is not None:
        headers["kgbx-lane"] = f"{row.lane};{row.number}"
    return Request(method="PUT", path=f"/v1/messages/{row.id}", headers=headers, body=body)


def put_said(row: Outgoing, data: bytes) -> Request:
    """Return the request that brings a receipt, a signed no or a cancellation."""
    if row.kind == "cancellation":
        path, media = f"/v1/messages/{row.ref}/cancellation", BUNDLE_MEDIA
    else:
        path, media = f"/v1/receipts/{row.ref}/{row.level}", SIGNED_MEDIA
    return Request(method="PUT", path=path, headers={"content-type": media}, body=data)


def get_receipt(message_id: str, *, level: int) -> Request:
    """Return the request for what the partner signed about a message, on one level."""
    return Request(
        method="GET", path=f"/v1/messages/{message_id}/receipt?level={level}", headers={"accept": SIGNED_MEDIA}
    )


def head_part(sha: bytes) -> Request:
    """Return the question how much of a part is there."""
    return Request(method="HEAD", path=f"/v1/parts/{b64(sha)}")


def put_part(sha: bytes, *, offset: int, size: int, data: bytes) -> Request:
    """Return the request that brings a piece of a part; `data` is never empty."""
    span = f"bytes {offset}-{offset + len(data) - 1}/{size}"
    headers = {"content-type": PART_MEDIA, "content-range": span}
    return Request(method="PUT", path=f"/v1/parts/{b64(sha)}", headers=headers, body=data)


def event_of(response: Response, *, row: Outgoing, verify: Verify, now: int) -> Event:
    """Return what an answer to :func:`request_for` means.

    Args:
        response: As it came.
        row: What was brought.
        verify: Gives what a statement says once its signatures proved good, None when they are not.
        now: Present moment, Unix milliseconds: a partner may name a moment to come back at.
    """
    status = response.status
    if status >= FIRST_FAILURE or status in OUR_PATIENCE:
        return Failed(code="X_BUSY", wait=retry_after(response.headers.get("retry-after"), now=now))
    if status < _FIRST_REFUSAL:
        return _yes(response, row, verify)
    return _no(response, row, verify)


def _yes(response: Response, row: Outgoing, verify: Verify) -> Event:
    if row.kind != "message":
        taken = response.status == _NO_CONTENT and is_ours(response)
        return Taken() if taken else NoProof()
    if response.status == _MORE_FIRST:
        return PartsMissing() if missing_of(response, row) else NoProof()
    if response.status in _OK and response.complete and proves(verify(response.body), row):
        return CustodyProved()
    return NoProof()


def _no(response: Response, row: Outgoing, verify: Verify) -> Event:
    said = problem_of(response)
    if row.kind == "message" and said.statement and says_unknown_key(verify(said.statement), row):
        return UnknownKey()
    if row.kind == "cancellation" and said.code == "X_UNKNOWN" and is_ours(response):
        return Taken()  # it lost what it had, so there is nothing left to let go of
    if response.status in NOT_HERE and said.code != "X_UNKNOWN":
        return NotThere(refreshed=row.problem == "X_NOT_THERE")
    reused = response.status == _CONFLICT and said.code == "X_ID_REUSED"
    return Rejected(code="X_ID_REUSED" if reused else "X_REJECTED")


def proves(statement: Statement | None, row: Outgoing) -> bool:
    """Tell whether a verified statement says that the partner of a row holds exactly its bytes."""
    return (
        isinstance(statement, Custody)
        and (statement.message_id, statement.by) == (row.id, row.peer)
        and (statement.envelope, statement.parts) == (row.envelope, row.parts)
    )


def says_unknown_key(statement: Statement | None, row: Outgoing) -> bool:
    """Tell whether a verified statement says that the partner of a row has no key for it."""
    return (
        isinstance(statement, NoCustody)
        and statement.reason == "unknown-key"
        and (statement.message_id, statement.by, statement.envelope) == (row.id, row.peer, row.envelope)
    )


def missing_of(response: Response, row: Outgoing) -> tuple[bytes, ...]:
    """Return the parts that are asked for; empty for whatever is not a list of parts of this row."""
    document = _object(response)
    listed = document.get("missing")
    if not isinstance(listed, list) or not 0 < len(listed) <= MAX_PARTS:
        return ()
    try:
        found = tuple(unb64(part, size=_DIGEST_BYTES) for part in listed)
    except EnvelopeError:
        return ()
    return found if set(found) <= set(row.parts) else ()


def offset_of(response: Response) -> int | None:
    """Return how much of a part is there by an answer to HEAD or PUT; None if it does not say."""
    text = response.headers.get("upload-offset", "")
    return int(text) if _LENGTH.match(text) and is_ours(response) else None


_LENGTH: Final = re.compile(r"[0-9]{1,12}\Z")


def is_ours(response: Response) -> bool:
    """Tell whether an answer bears the version of this interface, as every answer of an endpoint does."""
    return response.headers.get("api-version", "").partition(".")[0] == API_VERSION.partition(".")[0]


def problem_of(response: Response) -> ProblemSaid:
    """Return what a problem document says; what is none says nothing."""
    document = _object(response)
    code, statement = document.get("code"), document.get("statement")
    return ProblemSaid(
        code=code if isinstance(code, str) else "",
        statement=statement.encode() if isinstance(statement, str) else b"",
    )


def retry_after(text: str | None, *, now: int) -> int | None:
    """Return for how many milliseconds a partner asks to stay away: seconds or a moment; None for anything else.

    Source: RFC 9110 section 10.2.3. The core caps it.
    """
    if text is None:
        return None
    if _SECONDS.match(text):
        return int(text) * SECOND
    at = _http_date(text)
    return None if at is None else max(0, int(at.timestamp()) * SECOND - now)


def skew_of(headers: Mapping[str, str], *, now: int) -> int | None:
    """Return how many milliseconds a partner's clock is ahead by its header ``Date``, None without one."""
    at = _http_date(headers.get("date", ""))
    return None if at is None else int(at.timestamp()) * SECOND - now


def _http_date(text: str) -> datetime | None:
    try:
        at = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return at if at.tzinfo is not None else None


def _object(response: Response) -> Mapping[str, object]:
    """Return the members of a JSON object, none of anything else."""
    if not response.complete:
        return {}
    try:
        value = canonical.parse(response.body, max_bytes=MAX_ANSWER_BYTES, max_depth=_DEPTH, places=False)
    except DocumentError:
        return {}
    return value if isinstance(value, dict) else {}
