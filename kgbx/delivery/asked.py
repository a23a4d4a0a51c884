# SPDX-License-Identifier: EUPL-1.2
"""Receipts that were asked for come in as those that a partner brings: kept first, opened later.

Source: delivery design, "Outgoing states" (accepted without an answer).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final, TypeAlias

from kgbx.delivery.log import LOG
from kgbx.delivery.records import Outgoing
from kgbx.delivery.taking import Said, take_said
from kgbx.envelope.custody import read_statement
from kgbx.errors import DeliveryError, EnvelopeError

if TYPE_CHECKING:
    from kgbx.delivery.node import Node

Answering: TypeAlias = Callable[[Outgoing, bytes], None]

_NO: Final = 1
_RECEIPT: Final = 2


def kept_answers(node: Node) -> Answering:
    """Return what keeps an answer that was asked for; what has no form of an answer is left."""

    def keep(row: Outgoing, data: bytes) -> None:
        said = Said(peer=row.peer, kind="receipt", message_id=row.id, level=_level_of(data), data=data)
        try:
            take_said(node, said)
        except EnvelopeError as error:
            LOG.warning("an answer about %s has no form: %s", row.id, error.code)
        except DeliveryError as error:
            LOG.warning("an answer about %s was not kept: %s", row.id, error.code)

    return keep


def _level_of(data: bytes) -> int:
    """Return under which level an answer travels: a signed no, or an envelope of which opening shows the level."""
    try:
        read_statement(data)
    except EnvelopeError:
        return _RECEIPT
    return _NO
