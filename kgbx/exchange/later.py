# SPDX-License-Identifier: EUPL-1.2
"""A replay store that is written when the message has been taken in, not before: what fails here may come again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kgbx.errors import EnvelopeError

if TYPE_CHECKING:
    from kgbx.envelope.ports import ReplayStore


class WrittenLater:
    """Looks up in a store at once, and writes to it when told."""

    def __init__(self, store: ReplayStore) -> None:
        self._store = store
        self._row: tuple[str, str, bytes, int] | None = None

    def digest_of(self, org: str, message_id: str) -> bytes | None:
        """Return the digest under which a message was written, None for one never seen."""
        return self._store.digest_of(org, message_id)

    def write(self, org: str, message_id: str, *, digest: bytes, expires: int) -> bool:
        """Keep what is to be written; always True."""
        self._row = (org, message_id, digest, expires)
        return True

    def purge(self, now: int) -> int:
        """Forget rows that expired before `now` (Unix seconds) and return how many."""
        return self._store.purge(now)

    def write_now(self) -> None:
        """Write what was kept.

        Raises:
            EnvelopeError: E_DUPLICATE, another process wrote it in the meantime; E_ID_REUSE, it wrote another message.
            OSError: the store cannot be written.
        """
        if self._row is None:
            return
        org, message_id, digest, expires = self._row
        if not self._store.write(org, message_id, digest=digest, expires=expires):
            raise EnvelopeError("E_DUPLICATE" if self._store.digest_of(org, message_id) == digest else "E_ID_REUSE")
