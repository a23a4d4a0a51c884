# SPDX-License-Identifier: EUPL-1.2
"""Where delivery keeps everything: the protocol that each store fulfils, the same for memory, SQLite and PostgreSQL.

Rules:
    - every change happens in a transaction, all of it or nothing; what :meth:`Store.transaction` has left well is
      durable: it survives the death of the process and of the machine;
    - a row is changed only by who holds it: :meth:`Transaction.save_out` and :meth:`Transaction.save_in` compare id,
      state and lease token, and say whether the row was changed;
    - receipts, audit rows and envelopes are written once and never changed;
    - :meth:`Transaction.candidates_out` and :meth:`Transaction.candidates_in` lock what they return until the
      transaction ends, and skip what others have locked;
    - failures of the database leave as DeliveryError without its text, which may quote values.

One contract suite holds for all: tests/delivery/contract.

Source: delivery design, "Stores".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from contextlib import AbstractContextManager

    from kgbx.delivery.records import (
        Alert,
        AuditRow,
        Direction,
        Incoming,
        InState,
        Outgoing,
        OutState,
        Peer,
        Receipt,
    )

Timer = Literal["lease", "alert", "expiry"]
"""What has passed: the lease of a worker, the moment to tell a person, the end of use."""


class Transaction(Protocol):
    """Everything that can be read and written in one transaction. Methods raise DeliveryError (store failed)."""

    # --- outgoing

    def next_number(self, peer: str, lane: str) -> int:
        """Return the next number of a lane, from 1, and count it as used; without gaps if the transaction ends well."""
        ...

    def add_out(self, row: Outgoing, envelope: bytes) -> None:
        """Add a row and its frozen envelope; its parts were added to :class:`Parts` before, by the owner ``out``.

        The number of a superseded row in its lane may be used once more, by the row that takes its place.

        Raises:
            DeliveryError: X_ID_USED, there is a row with this id.
        """
        ...

    def out(self, message_id: str) -> Outgoing | None:
        """Return a row, None without one."""
        ...

    def envelope_out(self, message_id: str) -> bytes:
        """Return the frozen envelope of a row.

        Raises:
            DeliveryError: X_UNKNOWN, there is no such row.
        """
        ...

    def save_out(self, row: Outgoing, *, was: Outgoing) -> bool:
        """Change the row if it still has the state and lease token of `was`, and tell whether it had."""
        ...

    def candidates_out(self, now: int, *, limit: int, peers: Sequence[str] | None = None) -> tuple[Outgoing, ...]:
        """Return locked rows to push now: road push, queued or waiting, due, head of lane, let through by the breaker.

        Head of a lane: no row of that partner and lane with a lower number is queued, waiting, sending or uploading.
        The most urgent first (acute, urgent, normal), then the longest due. One row a lane. Of a partner whose breaker
        is open or probing: none before `open_until`, and from then on one row in all: the (next) probe.

        Args:
            now: Present moment.
            limit: At most so many.
            peers: Only of these partners; None for all.
        """
        ...

    def timed_out(self, now: int, *, timer: Timer, limit: int) -> tuple[Outgoing, ...]:
        """Return locked rows of open states of which the lease, the moment of alarm or the end of use has passed."""
        ...

    def list_out(
        self,
        *,
        states: Sequence[OutState] | None = None,
        peer: str | None = None,
        after: str | None = None,
        limit: int = 100,
    ) -> tuple[Outgoing, ...]:
        """Return rows by (made_at, id), after the row with the id `after`."""
        ...

    # --- incoming

    def add_in(self, row: Incoming, envelope: bytes) -> None:
        """Add a row and its envelope.

        Raises:
            DeliveryError: X_ID_USED, this partner has a row with this id already.
        """
        ...

    def incoming(self, peer: str, message_id: str) -> Incoming | None:
        """Return a row, None without one."""
        ...

    def envelope_in(self, peer: str, message_id: str) -> bytes:
        """Return the envelope of a row.

        Raises:
            DeliveryError: X_UNKNOWN, there is no such row.
        """
        ...

    def save_in(self, row: Incoming, *, was: Incoming) -> bool:
        """Change the row if it still has the state and lease token of `was`, and tell whether it had."""
        ...

    def candidates_in(self, now: int, *, states: Sequence[InState], limit: int) -> tuple[Incoming, ...]:
        """Return locked rows of these states that are due and not leased (or whose lease has passed).

        The most urgent first, then the oldest: what is acute does not wait behind what another partner sent in numbers.
        """
        ...

    def list_in(
        self,
        *,
        states: Sequence[InState] | None = None,
        peer: str | None = None,
        after: tuple[str, str] | None = None,
        limit: int = 100,
    ) -> tuple[Incoming, ...]:
        """Return rows by (received_at, peer, id), after the row with the key `after`."""
        ...

    def lane_numbers(self, peer: str, lane: str) -> tuple[tuple[int, InState], ...]:
        """Return number and state of each row that came in from a partner in a lane, by number."""
        ...

    # --- receipts

    def add_receipt(self, receipt: Receipt) -> bool:
        """Add a receipt unless this direction, partner, message and level has one; tell whether it was added."""
        ...

    def receipt(self, direction: Direction, peer: str, *, message_id: str, level: int) -> Receipt | None:
        """Return a receipt, None without one."""
        ...

    # --- partners, alerts, audit, annotations, settings

    def peer(self, org: str) -> Peer:
        """Return what is known of a partner; a fresh row for one never seen. Locked where the store can."""
        ...

    def save_peer(self, row: Peer) -> None:
        """Add or change a partner."""
        ...

    def peers(self) -> tuple[Peer, ...]:
        """Return all partners, by URN."""
        ...

    def add_alert(self, alert: Alert) -> Alert:
        """Add an alert and return it with its number."""
        ...

    def alerts(self, *, seen: bool | None = False, limit: int = 100) -> tuple[Alert, ...]:
        """Return alerts, newest first: those nobody has seen, those somebody has, or (None) all."""
        ...

    def see_alert(self, number: int, *, at: int) -> bool:
        """Mark an alert as dealt with; tell whether there was one that was not."""
        ...

    def audit(self, *, at: int, actor: str, event: str, about: tuple[str | None, str | None], detail: str) -> AuditRow:
        """Add a link to the audit chain and return it; `about` is partner and message id."""
        ...

    def audit_rows(self, *, after: int = 0, limit: int = 1000) -> tuple[AuditRow, ...]:
        """Return links after a number, by number."""
        ...

    def audit_head(self) -> bytes:
        """Return the hash of the last link, 32 zeros where there is none."""
        ...

    def annotate(self, message_id: str, name: str, *, data: bytes) -> None:
        """Keep opaque bytes beside an outgoing message, such as the line of a disclosure log; written over by name."""
        ...

    def annotations(self, message_id: str) -> tuple[tuple[str, bytes], ...]:
        """Return name and bytes, by name."""
        ...

    def setting(self, name: str) -> str | None:
        """Return a setting of the store itself, such as ``epoch``; None without one."""
        ...

    def set(self, name: str, value: str) -> None:
        """Write a setting."""
        ...


class Parts(Protocol):
    """Encrypted parts, by owner and SHA-256. Written in pieces, readable only when complete and right.

    The owner is ``out`` for our own, or the partner's URN: nobody can claim or see the parts of another.
    """

    def offset(self, owner: str, sha256: bytes) -> tuple[int, int | None]:
        """Return how many bytes are here and the full size; (0, None) of a part never heard of."""
        ...

    def append(self, owner: str, sha256: bytes, *, offset: int, size: int, data: bytes) -> int:
        """Add bytes at an offset and return the new offset; durable when it returns; complete parts are verified.

        Raises:
            DeliveryError: X_OFFSET, another offset than where it stands or another size than before; X_DIGEST, it is
                complete and is not what its name says: it is dropped; X_DISK, too little room.
        """
        ...

    def has(self, owner: str, sha256: bytes) -> bool:
        """Tell whether a part is complete."""
        ...

    def read(self, owner: str, sha256: bytes, *, offset: int = 0) -> Iterator[bytes]:
        """Yield the bytes of a complete part from an offset, in blocks of at most 1 MiB.

        Raises:
            DeliveryError: X_UNKNOWN, it is not here or not complete.
        """
        ...

    def drop(self, owner: str, sha256: bytes, *, complete: bool = True) -> None:
        """Forget a part; a complete one only if `complete`."""
        ...


class Store(Protocol):
    """A place that keeps everything."""

    @property
    def parts(self) -> Parts:
        """The encrypted parts."""
        ...

    def transaction(self) -> AbstractContextManager[Transaction]:
        """Return a transaction: durable when the block ends well, undone when it raises.

        Raises:
            DeliveryError: X_STORE, the database does not answer, is read-only or full; ``retryable`` says whether it
                may work later.
        """
        ...

    def room(self) -> int:
        """Return how many bytes of disk are free."""
        ...

    def close(self) -> None:
        """Close everything; what was not committed is undone."""
        ...
