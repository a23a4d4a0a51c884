# SPDX-License-Identifier: EUPL-1.2
"""Encrypted parts in memory: :class:`kgbx.delivery.store.Parts`.

Source: delivery design, "Stores".
"""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import sha256 as digest_of
from typing import TYPE_CHECKING, Final

from kgbx.errors import DeliveryError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from threading import RLock

BLOCK: Final = 1024 * 1024


@dataclass(slots=True)
class _Part:
    size: int
    data: bytearray = field(default_factory=bytearray)

    @property
    def complete(self) -> bool:
        return len(self.data) == self.size


class MemoryParts:
    """Parts by owner and SHA-256."""

    def __init__(self, lock: RLock) -> None:
        """Make an empty one under the lock of its store."""
        self._lock = lock
        self._parts: dict[tuple[str, bytes], _Part] = {}

    def offset(self, owner: str, sha256: bytes) -> tuple[int, int | None]:
        """Return how many bytes are here and the full size; (0, None) of a part never heard of."""
        with self._lock:
            part = self._parts.get((owner, sha256))
            return (0, None) if part is None else (len(part.data), part.size)

    def append(self, owner: str, sha256: bytes, *, offset: int, size: int, data: bytes) -> int:
        """Add bytes at an offset and return the new offset; a complete part is verified."""
        with self._lock:
            part = self._parts.get((owner, sha256)) or _Part(size)
            if offset != len(part.data) or size != part.size or offset + len(data) > size:
                raise DeliveryError("X_OFFSET")
            self._parts[(owner, sha256)] = part
            part.data += data
            if part.complete and digest_of(part.data).digest() != sha256:
                del self._parts[(owner, sha256)]
                raise DeliveryError("X_DIGEST")
            return len(part.data)

    def has(self, owner: str, sha256: bytes) -> bool:
        """Tell whether a part is complete."""
        with self._lock:
            part = self._parts.get((owner, sha256))
            return part is not None and part.complete

    def read(self, owner: str, sha256: bytes, *, offset: int = 0) -> Iterator[bytes]:
        """Return the bytes of a complete part from an offset, in blocks."""
        with self._lock:
            part = self._parts.get((owner, sha256))
            if part is None or not part.complete:
                raise DeliveryError("X_UNKNOWN")
            data = bytes(part.data)
        return (data[start : start + BLOCK] for start in range(offset, len(data), BLOCK))

    def drop(self, owner: str, sha256: bytes, *, complete: bool = True) -> None:
        """Forget a part; a complete one only if `complete`."""
        with self._lock:
            if complete or not self.has(owner, sha256):
                self._parts.pop((owner, sha256), None)
