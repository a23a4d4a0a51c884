# SPDX-License-Identifier: EUPL-1.2
"""Asking an endpoint from outside, and reading what it says without believing it.

Source: delivery design, "HTTP API".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kgbx import canonical
from kgbx.delivery import protocol
from kgbx.delivery.node import moment
from kgbx.delivery.problems import BASE, PROBLEM_MEDIA
from kgbx.delivery.transport import Request
from kgbx.envelope.encoding import b64
from kgbx.envelope.seal import seal
from kgbx.errors import DirectoryError, DocumentError
from kgbx.limits import MAX_ANSWER_BYTES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kgbx.delivery.node import Node
    from kgbx.delivery.transport import Response, Transport
    from kgbx.envelope.seal import Sealed

DEADLINE: Final = 30.0
PROBE_TYPE: Final = "https://kgbx.example/messages/probe/1.0"
NOBODY: Final = "00000000-0000-4000-8000-000000000000"
NO_PART: Final = b64(bytes(32))
_DEPTH: Final = 32


class Prober:
    """Asks one endpoint."""

    def __init__(self, node: Node, transport: Transport, url: str) -> None:
        """Make one.

        Args:
            node: Who asks, and knows the keys of whose endpoint it is.
            transport: Carries requests.
            url: Base URL.
        """
        self.node = node
        self._transport = transport
        self._url = url
        self.seen: list[str] = []

    def ask(self, method: str, path: str, *, body: bytes = b"", headers: Mapping[str, str] | None = None) -> Response:
        """Return the answer, and note its status.

        Raises:
            DeliveryError: the road failed.
        """
        request = Request(method=method, path=path, headers=headers or {}, body=body)
        response = self._transport.send(self._url, request, deadline=DEADLINE)
        self.seen.append(str(response.status))
        return response

    def refused(self, response: Response, *statuses: int) -> bool:
        """Tell whether an answer is a problem document with one of these statuses."""
        return response.status in statuses and is_problem(response)

    def no_message(self) -> Sealed:
        """Return a message that only we could open.

        Raises:
            DirectoryError: our own document is not in our directory.
        """
        at = moment(self.node.now())
        own = self.node.directory.document(self.node.org, at)
        if own is None:
            raise DirectoryError("E_DIR_UNKNOWN_ORG")
        return seal(
            b"{}", media_type="application/json", message_type=PROBE_TYPE, sender=self.node.identity, to=own, at=at
        )

    def offer(self, message: Sealed) -> Response:
        """Offer a message."""
        headers = {"content-type": protocol.SIGNED_MEDIA}
        return self.ask("PUT", f"/v1/messages/{message.id}", body=message.envelope, headers=headers)


def json_of(response: Response) -> Mapping[str, object]:
    """Return the members of a JSON object, none of anything else."""
    try:
        value = canonical.parse(response.body, max_bytes=MAX_ANSWER_BYTES, max_depth=_DEPTH, places=False)
    except DocumentError:
        return {}
    return value if isinstance(value, dict) else {}


def is_problem(response: Response) -> bool:
    """Tell whether an answer is a problem document of this interface, and is about its own status."""
    media = response.headers.get("content-type", "").partition(";")[0].strip()
    said = json_of(response)
    formed = str(said.get("type", "")).startswith(BASE) and isinstance(said.get("retryable"), bool)
    return media == PROBLEM_MEDIA and formed and said.get("status") == response.status and bool(said.get("code"))
