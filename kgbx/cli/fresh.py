# SPDX-License-Identifier: EUPL-1.2
"""A directory that is read again when its files change, for programs that run for months.

Rules: a new directory counts once it is verified whole; until then the old one counts, and the log says so.
"""

from __future__ import annotations

from threading import Lock
from time import monotonic
from typing import TYPE_CHECKING, Final

from kgbx.delivery.log import LOG
from kgbx.errors import KgbxError

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from kgbx.cli.stores import Side
    from kgbx.directory import Directory
    from kgbx.envelope.keys import PublicKey
    from kgbx.envelope.ports import OrganisationDocument, SigningKey

LOOK_SECONDS: Final = 5.0
"""How often at most it is looked whether the files have changed."""


class FreshDirectory:
    """Knows what the newest good directory knows."""

    def __init__(self, side: Side) -> None:
        """Read it for the first time.

        Raises:
            DirectoryError: it cannot be relied on.
            OSError: a file cannot be read.
        """
        self._side = side
        self._lock = Lock()
        self._seen = side.directory_seen()
        self._directory = side.read_directory()
        self._looked = monotonic()
        self.changed: Callable[[], object] = lambda: None

    def signing_key(self, kid: str, alg: str) -> SigningKey | None:
        """Return the key that a trusted document lists under this kid with this algorithm, or None."""
        return self._now().signing_key(kid, alg)

    def document(self, org: str, at: datetime) -> OrganisationDocument | None:
        """Return the newest trusted document of an organisation made at or before a moment, or None."""
        return self._now().document(org, at)

    def encryption_key(self, org: str, at: datetime) -> PublicKey:
        """Return the encryption key to send to."""
        return self._now().encryption_key(org, at)

    def _now(self) -> Directory:
        with self._lock:
            due = monotonic() - self._looked >= LOOK_SECONDS
        if due:
            self.look()
        return self._directory

    def look(self, *_about: object) -> None:
        """Look whether the files have changed, and read them if so."""
        try:
            found = self._side.directory_seen()
            with self._lock:
                self._looked, new = monotonic(), found != self._seen
            if new:
                self._directory = self._side.read_directory()
                self._seen = found
        except (KgbxError, OSError) as error:
            LOG.warning("the directory was not read again: %s", getattr(error, "code", "F_FILE"))
            return
        if new:
            self.changed()
