# SPDX-License-Identifier: EUPL-1.2
"""What takes the place of a message whose key its partner does not have any more: decided again, sealed to a new key.

Rules:
    - it is decided from the case as it is then, with the registers as they are then;
    - to a key that the partner said it does not have nothing is sealed again: until the directory lists another one a
      person must look;
    - what the caller keeps of it (a line of a disclosure log) is kept first: no line, no message.

Source: delivery design, "What is frozen".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeAlias

from kgbx.delivery.events import UnknownKey
from kgbx.delivery.log import LOG
from kgbx.delivery.posting import Letter, keep_parts, post
from kgbx.envelope import jwe
from kgbx.errors import DeliveryError, KgbxError
from kgbx.exchange.delivering import composed_for, notes_of, share_of
from kgbx.exchange.passing import Own

if TYPE_CHECKING:
    from collections.abc import Callable

    from kgbx.case import FamilyCase
    from kgbx.delivery.applying import Attempt
    from kgbx.delivery.node import Node
    from kgbx.delivery.records import Outgoing
    from kgbx.delivery.sending import Road
    from kgbx.delivery.store import Parts, Transaction
    from kgbx.exchange.passing import Composed

OwnOf: TypeAlias = "Callable[[FamilyCase], Own]"
Beside: TypeAlias = "Callable[[Composed], None]"


class Files(Protocol):
    """Where the own files of families are."""

    def case(self, case_id: str) -> FamilyCase | None:
        """Return the own file as it is now, None if it is gone."""
        ...


def _nothing(_composed: Composed) -> None:
    """Keep nothing."""


class Resealing:
    """Makes what takes the place of a message whose key its partner does not have any more.

    It works in two steps, for a store does one transaction at a time: :meth:`road` decides again and keeps the parts as
    soon as the partner says so; :meth:`replacing` writes the new message in the transaction that ends the old one.
    """

    def __init__(self, node: Node, *, own: Own | OwnOf, files: Files, beside: Beside = _nothing) -> None:
        """Make one.

        Args:
            node: Where it goes out.
            own: The sender, which decides with what it has; or what gives it for a case, at the moment of deciding.
            files: Where the own files are.
            beside: Keeps what belongs to the new message, such as its line of the disclosure log. It is called just
                before the message is written; if it raises nothing takes the place of the old one.
        """
        self._node = node
        self._own = own
        self._files = files
        self._beside = beside
        self._ready: dict[str, tuple[Letter, Composed]] = {}

    def road(self, road: Road) -> Road:
        """Return the same road, which makes ready what is needed when a partner has no key for a message."""
        return _PreparingRoad(road, self._prepare)

    def replacing(self, tx: Transaction, row: Outgoing) -> str | None:
        """Put the new message in the place of the old one; None if there is none: a person must look."""
        letter, composed = self._ready.pop(row.id, (None, None))
        if letter is None or composed is None:
            return None
        self._beside(composed)
        return post(tx, letter, now=self._node.now()).id

    def _prepare(self, row: Outgoing, envelope: bytes) -> None:
        with self._node.store.transaction() as tx:
            share = share_of(self._node, tx, row=row)
        if "purpose" not in share:
            return
        try:
            case = self._files.case(share.get("case", ""))
            if case is None:
                return
            own = self._own if isinstance(self._own, Own) else self._own(case)
            composed = composed_for(self._node, case, own=own, to=row.peer, purpose=share["purpose"])
            if _kids(composed.sealed.envelope) <= _kids(envelope):
                LOG.warning("%s has no key for %s, and the directory lists no other", row.peer, row.id)
                return
        except DeliveryError:
            raise
        except (KgbxError, OSError) as error:  # of one case; it needs a person, and all other messages go on
            LOG.warning("nothing takes the place of %s: %s", row.id, getattr(error, "code", "F_FILE"))
            return
        keep_parts(self._node.store.parts, composed.sealed)
        self._ready[row.id] = self._letter(row, composed, case, share["purpose"]), composed

    def _letter(self, row: Outgoing, composed: Composed, case: FamilyCase, purpose: str) -> Letter:
        return Letter(
            sealed=composed.sealed,
            peer=row.peer,
            lane=row.lane,
            number=row.number,
            urgency=row.urgency,
            road=row.road,
            ref=row.id,
            notes=notes_of(self._node, composed, case=case, purpose=purpose),
        )


class _PreparingRoad:
    def __init__(self, road: Road, prepare: Callable[[Outgoing, bytes], None]) -> None:
        self._road = road
        self._prepare = prepare

    def attempt(self, row: Outgoing, envelope: bytes, *, parts: Parts) -> Attempt:
        found = self._road.attempt(row, envelope, parts=parts)
        if isinstance(found.event, UnknownKey) and row.kind == "message":
            self._prepare(row, envelope)
        return found

    def ask(self, row: Outgoing, envelope: bytes) -> Attempt | None:
        return self._road.ask(row, envelope)


def _kids(envelope: bytes) -> frozenset[str]:
    """Return the keys that an envelope is sealed to."""
    return frozenset(one.kid for one in jwe.parse(envelope).recipients if one.kid is not None)
