# SPDX-License-Identifier: EUPL-1.2
"""Own keys that are read again when their folder changes, for programs that run for months.

Rules: new keys count once the folder loads whole; until then the old ones count, and the log says so. A passphrase is
asked for once and kept as long as the keys that it opened are.
"""

from __future__ import annotations

from pathlib import Path
from threading import Lock
from time import monotonic
from typing import TYPE_CHECKING, Final

from kgbx.delivery.log import LOG
from kgbx.envelope.identity import IDENTITY_FILE, load
from kgbx.errors import KgbxError

if TYPE_CHECKING:
    from datetime import datetime

    from kgbx.envelope.identity import Identity

LOOK_SECONDS: Final = 5.0
"""How often at most it is looked whether the folder has changed."""


class FreshIdentity:
    """Signs and opens with the keys that are in a folder now; a :class:`kgbx.envelope.ports.Keyholder`."""

    def __init__(self, folder: str, passphrase: bytes | None) -> None:
        """Read it for the first time.

        Args:
            folder: Folder of the keys.
            passphrase: Opens them, None for plain keys.

        Raises:
            EnvelopeError: E_KEY_FILE, E_PASSPHRASE.
            UsageError: U_PASSPHRASE.
            OSError: a file cannot be read.
        """
        self._folder = Path(folder)
        self._passphrase = passphrase
        self._lock = Lock()
        self._identity = load(self._folder, passphrase)
        self._seen = self._stamp()
        self._looked = monotonic()

    @property
    def org(self) -> str:
        """URN of the organisation: of the first reading; a folder does not change hands."""
        return self._identity.org

    @property
    def suite(self) -> str:
        """Name of the suite by which it signs and opens."""
        return self._now().suite

    @property
    def signing_kids(self) -> tuple[str, str]:
        """Kids of the newest signing pair."""
        return self._now().signing_kids

    @property
    def encryption_kids(self) -> tuple[str, ...]:
        """Kids of the encryption keys, newest first."""
        return self._now().encryption_kids

    def at(self, moment: datetime) -> Identity:
        """Return the identity without the signing keys that may not sign at a moment.

        Raises:
            UsageError: U_NO_KEYS, no whole pair may sign then.
        """
        return self._now().at(moment)

    def sign(self, kid: str, message: bytes) -> bytes:
        """Return the signature of the signing key `kid`."""
        return self._now().sign(kid, message)

    def unwrap(self, kid: str, *, ek: bytes, encrypted_key: bytes, info: bytes) -> bytes:
        """Return the content key that was encrypted to the key `kid`."""
        return self._now().unwrap(kid, ek=ek, encrypted_key=encrypted_key, info=info)

    def _now(self) -> Identity:
        with self._lock:
            due = monotonic() - self._looked >= LOOK_SECONDS
        if due:
            self.look()
        return self._identity

    def look(self) -> None:
        """Look whether the folder has changed, and read it if so."""
        with self._lock:
            self._looked = monotonic()
            try:
                self._read()
            except (KgbxError, OSError) as error:
                LOG.warning("the keys were not read again: %s", getattr(error, "code", "F_FILE"))

    def _read(self) -> None:
        seen = self._stamp()
        if seen == self._seen:
            return
        found = load(self._folder, self._passphrase)
        if found.org != self._identity.org:
            LOG.warning("the keys were not read again: they are of another organisation")
            return
        self._identity, self._seen = found, seen
        LOG.info("the keys were read again")

    def _stamp(self) -> tuple[int, int]:
        """Return what changes when the list of keys does."""
        found = (self._folder / IDENTITY_FILE).stat()
        return found.st_mtime_ns, found.st_ino
