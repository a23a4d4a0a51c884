# SPDX-License-Identifier: EUPL-1.2
"""The road to a partner, as delivery needs it: one request, one answer, within a deadline.

Rules: whoever implements this never follows a redirect, never cancels a request from outside, never reads more of an
answer than :data:`kgbx.limits.MAX_ANSWER_BYTES`, and puts no address, header or body in an error. Header names are
lower case.

Source: delivery design, "Parts".
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is asked of a partner.

    Attributes:
        method: GET, HEAD or PUT.
        path: From ``/v1/`` on: ids and digests only.
        headers: By lower case name.
        body: Bytes, or a function that begins a stream anew each time it is called.
    """

    method: str
    path: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes | Callable[[], Iterator[bytes]] = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """What the partner answered; nothing of it is believed yet.

    Attributes:
        status: HTTP status.
        headers: By lower case name.
        body: The first bytes, at most the limit; empty for HEAD.
        complete: Whether `body` is all of it.
    """

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(default=b"", repr=False)
    complete: bool = True


class Transport(Protocol):
    """Carries requests to the endpoint of one partner."""

    def send(self, url: str, request: Request, *, deadline: float) -> Response:
        """Return the answer of the endpoint with this base URL.

        Args:
            url: Base URL from the partner's organisation document.
            request: What is asked.
            deadline: Seconds for all of it.

        Raises:
            DeliveryError: X_CONNECT, no connection; X_TLS, the certificate is not trusted or not the partner's;
                X_TIMEOUT; X_BROKEN, the connection broke; all retryable but X_TLS.
        """
        ...
