# SPDX-License-Identifier: EUPL-1.2
"""What an endpoint says of itself: what it can do, the description of its interface, where a lane stands.

Source: delivery design, "HTTP API"; OpenAPI 3.1.
"""

from __future__ import annotations

from functools import cache
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Final

from kgbx.delivery.protocol import API_VERSION
from kgbx.delivery.states import DEDUPE_DAYS
from kgbx.envelope.suites import SUITES
from kgbx.limits import (
    BODY_DEADLINE_SECONDS,
    MAX_CHUNK_BYTES,
    MAX_ENVELOPE_BYTES,
    MAX_HEADER_BYTES,
    MAX_PARTS,
    MAX_PEER_RATE,
    MAX_PEER_REQUESTS,
    MAX_WALKED_NUMBERS,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

DESCRIPTION: Final = Path(__file__).with_name("openapi.json")


def capabilities(org: str) -> dict[str, object]:
    """Return what an endpoint can do and how much it takes: what a sender must know before it sends.

    Args:
        org: URN of the organisation of the endpoint.
    """
    return {
        "api": API_VERSION,
        "org": org,
        "suites": sorted(SUITES),
        "dedupe_days": DEDUPE_DAYS,
        "mailbox": True,
        "limits": {
            "header_bytes": MAX_HEADER_BYTES,
            "envelope_bytes": MAX_ENVELOPE_BYTES,
            "chunk_bytes": MAX_CHUNK_BYTES,
            "parts": MAX_PARTS,
            "body_seconds": BODY_DEADLINE_SECONDS,
            "requests_at_a_time": MAX_PEER_REQUESTS,
            "requests_a_second": MAX_PEER_RATE,
        },
    }


def position_of(numbers: Sequence[int]) -> dict[str, object]:
    """Return where a lane stands: the next number that is new, and which before it are not here.

    Args:
        numbers: Places of what is here, rising; a place may occur twice.
    """
    missing = list(islice(_gaps(numbers), MAX_WALKED_NUMBERS))
    return {"next": numbers[-1] + 1 if numbers else 1, "missing": missing}


def _gaps(numbers: Sequence[int]) -> Iterator[int]:
    before = 0
    for number in numbers:
        yield from range(before + 1, number)
        before = number


@cache
def description() -> bytes:
    """Return the OpenAPI document of the interface."""
    return DESCRIPTION.read_bytes()
