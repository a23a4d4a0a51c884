# SPDX-License-Identifier: EUPL-1.2
"""The addresses of an endpoint, as a table, and the form of a request, judged before anything of it is done.

Rules:
    - what is not in the table is not there; a method that an address has not gets 405 and the methods that it has;
    - every id, digest, number and header has one spelling; a header or a question that comes twice is refused;
    - a request that will have too much body is refused by its headers.
Pure: no socket, no store.

Source: delivery design, "HTTP API".
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal
from urllib.parse import parse_qsl

from kgbx.delivery.problems import Refusal
from kgbx.delivery.protocol import BUNDLE_MEDIA, LANE, PART, PART_MEDIA, SIGNED_MEDIA
from kgbx.envelope.encoding import UUID4, unb64
from kgbx.errors import EnvelopeError
from kgbx.limits import MAX_CHUNK_BYTES, MAX_ENVELOPE_BYTES, MAX_HEADER_BYTES, MAX_PAGE_ROWS, MAX_PARTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from kgbx.delivery.records import Urgency

Headers = tuple[tuple[str, str], ...]

NUMBER: Final = re.compile(r"[1-9][0-9]{0,11}\Z")
LEVEL: Final = re.compile(r"[123]\Z")
URGENCY: Final[dict[str, Urgency]] = {"acute": "acute", "urgent": "urgent", "normal": "normal"}
CONTENT_RANGE: Final = re.compile(r"bytes ([0-9]{1,12})-([0-9]{1,12})/([0-9]{1,12})\Z")
RANGE: Final = re.compile(r"bytes=([0-9]{1,12})-([0-9]{0,12})\Z")
_LENGTH: Final = re.compile(r"[0-9]{1,18}\Z")
LANE_HEADER: Final = re.compile(r"([A-Za-z0-9_-]{1,64});([1-9][0-9]{0,11})\Z")

PARAMETERS: Final = {"id": UUID4, "sha256": PART, "lane": LANE, "level": LEVEL}
"""The form of what stands in an address."""

QUESTIONS: Final = {"after": UUID4, "max": NUMBER, "level": LEVEL}
"""The form of what stands behind the question mark."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One address and method.

    Attributes:
        method: HTTP method.
        path: Address, with its parameters in braces.
        name: Of what is done, and in the description of the interface.
        peer: Whether it must be known which partner asks.
        media: Media types that the body may have; none where there is none.
        most: Most bytes of the body.
        questions: What may stand behind the question mark.
        statuses: What it answers when it goes well.
        problems: What it answers when it does not, beside :data:`EVERYWHERE`.
    """

    method: Literal["GET", "HEAD", "PUT"]
    path: str
    name: str
    peer: bool = True
    media: tuple[str, ...] = ()
    most: int = 0
    questions: tuple[str, ...] = ()
    statuses: tuple[int, ...] = (200,)
    problems: tuple[str, ...] = ()


EVERYWHERE: Final = ("X_MALFORMED", "X_UNKNOWN", "X_METHOD", "X_HEADERS", "X_BUSY", "X_STORE")
"""Problems of every address."""

OF_PARTNERS: Final = ("X_IDENTITY", "X_SENDER", "X_RATE")
"""Problems of every address that is for partners only."""

OF_BODIES: Final = ("X_SLOW", "X_TOO_LARGE", "X_MEDIA")
"""Problems of every address that takes a body."""

_KEPT: Final = ("X_UNKNOWN", "X_DISK")

ROUTES: Final = (
    Route(
        method="PUT",
        path="/v1/messages/{id}",
        name="takeMessage",
        media=(SIGNED_MEDIA, BUNDLE_MEDIA),
        most=MAX_ENVELOPE_BYTES,
        statuses=(200, 201, 202),
        problems=("X_UNKNOWN_KEY", "X_TOO_OLD", "X_ID_REUSED", "X_DISK"),
    ),
    Route(method="GET", path="/v1/messages/{id}/receipt", name="showReceipt", questions=("level",)),
    Route(
        method="PUT",
        path="/v1/messages/{id}/cancellation",
        name="takeCancellation",
        media=(BUNDLE_MEDIA,),
        most=MAX_ENVELOPE_BYTES,
        statuses=(204,),
        problems=_KEPT,
    ),
    Route(
        method="PUT",
        path="/v1/receipts/{id}/{level}",
        name="takeReceipt",
        media=(SIGNED_MEDIA,),
        most=MAX_ENVELOPE_BYTES,
        statuses=(204,),
        problems=_KEPT,
    ),
    Route(method="HEAD", path="/v1/parts/{sha256}", name="showPart"),
    Route(
        method="PUT",
        path="/v1/parts/{sha256}",
        name="takePart",
        media=(PART_MEDIA,),
        most=MAX_CHUNK_BYTES,
        statuses=(204,),
        problems=("X_OFFSET", "X_DIGEST", "X_DISK"),
    ),
    Route(method="GET", path="/v1/mailbox", name="listMailbox", questions=("after", "max")),
    Route(method="GET", path="/v1/mailbox/{id}", name="fetchMessage"),
    Route(
        method="GET",
        path="/v1/mailbox/{id}/parts/{sha256}",
        name="fetchPart",
        statuses=(206,),
        problems=("X_OFFSET",),
    ),
    Route(
        method="PUT",
        path="/v1/mailbox/{id}/ack",
        name="acknowledge",
        media=(SIGNED_MEDIA,),
        most=MAX_ENVELOPE_BYTES,
        statuses=(204,),
        problems=("X_NO_PROOF", "X_STATE"),
    ),
    Route(method="GET", path="/v1/lanes/{lane}/position", name="showPosition"),
    Route(method="GET", path="/v1/capabilities", name="showCapabilities", peer=False),
    Route(method="GET", path="/v1/keys", name="showKeys", peer=False),
    Route(method="GET", path="/v1/health/live", name="isAlive", peer=False, statuses=(204,)),
    Route(method="GET", path="/v1/health/ready", name="isReady", peer=False, statuses=(204,), problems=("X_DISK",)),
    Route(method="GET", path="/v1/openapi.json", name="showDescription", peer=False),
)
"""Everything that an endpoint does."""


def possible_problems(route: Route) -> tuple[str, ...]:
    """Return every problem that a route may answer with."""
    of_partners = OF_PARTNERS if route.peer else ()
    of_bodies = OF_BODIES if route.media else ()
    return (*EVERYWHERE, *of_partners, *of_bodies, *route.problems)


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """A request without its body, as it came.

    Attributes:
        method: HTTP method.
        path: Address from ``/v1`` on, without percent signs.
        query: What stands behind the question mark.
        headers: Lower case names with values, in order.
    """

    method: str
    path: str
    query: str = field(default="", repr=False)
    headers: Headers = field(default=(), repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A request of the right form, without its body.

    Attributes:
        route: What is asked.
        values: Parameters of the address and questions, by name.
        parts: SHA-256 of each part of a message that is offered.
        lane: Pseudonym of the case and place in it.
        urgency: As the sender says.
        media: Media type of the body, empty without one.
        span: Offset, bytes and full size of a piece of a part; of a part that is fetched its offset, and how much
            at most, 0 for what there is.
    """

    route: Route
    values: Mapping[str, str] = field(default_factory=dict, repr=False)
    parts: tuple[bytes, ...] = field(default=(), repr=False)
    lane: tuple[str, int] | None = None
    urgency: Urgency = "normal"
    media: str = ""
    span: tuple[int, int, int] = (0, 0, 0)


def call_of(head: Head) -> Call:
    """Return what is asked.

    Raises:
        Refusal: it is not in the table, or not of the right form.
    """
    require_short(head.headers)
    route, values = _routed(head)
    values |= _questions(head.query, route)
    media = _media(head.headers, route) if route.media else ""
    return Call(
        route=route,
        values=values,
        parts=_parts(head.headers) if route.name == "takeMessage" else (),
        lane=_lane(head.headers) if route.name == "takeMessage" else None,
        urgency=_urgency(head.headers),
        media=media,
        span=_span(head.headers, route),
    )


def single(headers: Headers, name: str) -> str | None:
    """Return the value of a header, None without one.

    Raises:
        Refusal: X_MALFORMED, it is there twice.
    """
    found = [value for key, value in headers if key == name]
    if len(found) > 1:
        raise Refusal("X_MALFORMED")
    return found[0] if found else None


def require_short(headers: Iterable[tuple[str, str]]) -> None:
    """Return if the headers together are short enough.

    Raises:
        Refusal: X_HEADERS.
    """
    if sum(len(name) + len(value) + 4 for name, value in headers) > MAX_HEADER_BYTES:
        raise Refusal("X_HEADERS")


def length_of(headers: Headers) -> int | None:
    """Return how long the body will be, None if that is not said.

    Raises:
        Refusal: X_MALFORMED.
    """
    text = single(headers, "content-length")
    if text is not None and _LENGTH.match(text) is None:
        raise Refusal("X_MALFORMED")
    return None if text is None else int(text)


def _routed(head: Head) -> tuple[Route, dict[str, str]]:
    steps = head.path.split("/")
    there = [route for route in ROUTES if _fits(route, steps)]
    if not there:
        raise Refusal("X_UNKNOWN")
    found = next((route for route in there if route.method == head.method), None)
    if found is None:
        raise Refusal("X_METHOD", headers={"allow": ", ".join(route.method for route in there)})
    values = {name: text for name, text in _named(found, steps) if name}
    if not all(PARAMETERS[name].match(text) for name, text in values.items()):
        raise Refusal("X_MALFORMED")
    return found, values


def _fits(route: Route, steps: list[str]) -> bool:
    own = route.path.split("/")
    return len(own) == len(steps) and all(
        mine.startswith("{") or mine == said for mine, said in zip(own, steps, strict=True)
    )


def _named(route: Route, steps: list[str]) -> list[tuple[str, str]]:
    own = route.path.split("/")
    return [(mine[1:-1] if mine.startswith("{") else "", said) for mine, said in zip(own, steps, strict=True)]


def _questions(query: str, route: Route) -> dict[str, str]:
    pairs = _pairs(query)
    found = dict(pairs)
    sound = len(found) == len(pairs) and set(found) <= set(route.questions)
    if not sound or not all(QUESTIONS[name].match(text) for name, text in pairs):
        raise Refusal("X_MALFORMED")
    if int(found.get("max", "1")) > MAX_PAGE_ROWS:
        raise Refusal("X_MALFORMED")
    return found


def _pairs(query: str) -> list[tuple[str, str]]:
    try:
        return (
            parse_qsl(query, keep_blank_values=True, strict_parsing=True, max_num_fields=len(QUESTIONS))
            if query
            else []
        )
    except ValueError:
        pass
    raise Refusal("X_MALFORMED")


def _media(headers: Headers, route: Route) -> str:
    """Return the media type of a body that may be read."""
    media = (single(headers, "content-type") or "").partition(";")[0].strip().lower()
    if media not in route.media or single(headers, "content-encoding") not in (None, "identity"):
        raise Refusal("X_MEDIA")
    if (length_of(headers) or 0) > route.most:
        raise Refusal("X_TOO_LARGE")
    return media


def _parts(headers: Headers) -> tuple[bytes, ...]:
    text = single(headers, "kgbx-parts")
    named = [] if text is None else [part.strip(" ") for part in text.split(",")]
    if len(named) > MAX_PARTS:
        raise Refusal("X_MALFORMED")
    return tuple(part_digest(part) for part in named)


def part_digest(text: str) -> bytes:
    """Return the SHA-256 that a part is named by.

    Raises:
        Refusal: X_MALFORMED.
    """
    try:
        return unb64(text, size=32)
    except EnvelopeError:
        pass
    raise Refusal("X_MALFORMED")


def _lane(headers: Headers) -> tuple[str, int] | None:
    text = single(headers, "kgbx-lane")
    if text is None:
        return None
    found = LANE_HEADER.match(text)
    if found is None:
        raise Refusal("X_MALFORMED")
    return found[1], int(found[2])


def _urgency(headers: Headers) -> Urgency:
    found = URGENCY.get(single(headers, "kgbx-urgency") or "normal")
    if found is None:
        raise Refusal("X_MALFORMED")
    return found


def _span(headers: Headers, route: Route) -> tuple[int, int, int]:
    if route.name == "takePart":
        found = CONTENT_RANGE.match(single(headers, "content-range") or "")
    elif route.name == "fetchPart":
        return _asked_span(RANGE.match(single(headers, "range") or ""))
    else:
        return (0, 0, 0)
    if found is None:
        raise Refusal("X_MALFORMED")
    return _checked(tuple(int(text) for text in found.groups()), headers)


def _asked_span(found: re.Match[str] | None) -> tuple[int, int, int]:
    """Return from which byte on, and how many at most, 0 for as many as there are."""
    if found is None:
        raise Refusal("X_MALFORMED")
    first = int(found[1])
    length = int(found[2]) - first + 1 if found[2] else 0
    if found[2] and length < 1:
        raise Refusal("X_MALFORMED")
    return first, length, 0


def _checked(numbers: tuple[int, ...], headers: Headers) -> tuple[int, int, int]:
    first, last, size = numbers
    sound = first <= last < size
    length = length_of(headers)
    if not sound or length not in (None, last - first + 1):
        raise Refusal("X_MALFORMED")
    return first, last - first + 1, size
