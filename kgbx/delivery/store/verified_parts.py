# SPDX-License-Identifier: EUPL-1.2
"""What both kinds of parts share: a part counts only when it was verified, also when a crash came in between.

Source: delivery design, "Stores".
"""

from __future__ import annotations

import contextlib
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Generic, TypeVar

from kgbx.errors import DeliveryError


@dataclass(frozen=True, slots=True)
class Part:
    """What the row of a part says.

    Attributes:
        size: All bytes.
        stored: Bytes that are here.
        complete: Whether they are all here and are what the name says.
    """

    size: int
    stored: int
    complete: bool

    @property
    def to_verify(self) -> bool:
        """Whether all bytes are here and nobody looked yet what they are."""
        return self.stored == self.size and not self.complete


P = TypeVar("P", bound=Part)


class WrongPartError(DeliveryError):
    """A part is not what its name says."""

    def __init__(self) -> None:
        super().__init__("X_DIGEST")


class VerifiedParts(ABC, Generic[P]):
    """The questions of :class:`kgbx.delivery.store.Parts`."""

    @abstractmethod
    def _look(self, owner: str, sha256: bytes) -> P | None:
        """Return what the row says."""

    @abstractmethod
    def _finish(self, owner: str, sha256: bytes) -> None:
        """Verify a part of which all bytes are here; drop one that is wrong, and raise WrongPartError."""

    def offset(self, owner: str, sha256: bytes) -> tuple[int, int | None]:
        """Return how many bytes are here and the full size; (0, None) of a part never heard of."""
        part = self._settled(owner, sha256)
        return (part.stored, part.size) if part else (0, None)

    def has(self, owner: str, sha256: bytes) -> bool:
        """Tell whether a part is complete."""
        part = self._settled(owner, sha256)
        return part is not None and part.complete

    def _complete(self, owner: str, sha256: bytes) -> P:
        part = self._settled(owner, sha256)
        if part is None or not part.complete:
            raise DeliveryError("X_UNKNOWN")
        return part

    def _settled(self, owner: str, sha256: bytes) -> P | None:
        """Return the part; one of which a crash kept the verifying away is verified now, and dropped if it is wrong."""
        part = self._look(owner, sha256)
        if part is None or not part.to_verify:
            return part
        with contextlib.suppress(WrongPartError):
            self._finish(owner, sha256)
        return self._look(owner, sha256)
