# SPDX-License-Identifier: EUPL-1.2
"""Certificates that were revoked: their list is read again when its file changes, and an old one is an alarm.

Rules:
    - a file that cannot be read, and a list that is too old, are told to a person; what was known stays known: who was
      revoked stays out, and partners are not cut off because somebody else's server is down;
    - who is let in may bring something only; who wrote it is proved by its signatures.

Source: fault T21; decision 0053.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kgbx.delivery.hops import CERTIFICATE
from kgbx.delivery.log import LOG
from kgbx.delivery.node import moment
from kgbx.delivery.telling import tell_once
from kgbx.directory.revoking import read_lists
from kgbx.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from kgbx.delivery.hops import Identify, Scope
    from kgbx.delivery.node import Node
    from kgbx.directory.revoking import RevocationLists

OLD_LIST: Final = "X_CRL"


class Revocations:
    """Knows which certificates were revoked; an engine that looks whether there is a newer list."""

    def __init__(self, node: Node, *, lists: Path, authorities: Path) -> None:
        """Read the lists for the first time.

        Args:
            node: Whose store gets alerts.
            lists: File of the lists, PEM or DER; something else fetches them, and puts a new file in its place.
            authorities: PEM file of the authorities that are believed.

        Raises:
            UsageError: U_UNREADABLE, as :func:`kgbx.directory.revoking.read_lists`.
            OSError: a file cannot be read.
        """
        self._node = node
        self._file = lists
        self._authorities = authorities
        self._seen = self._stamp()
        self._held = self._read()

    def allows(self, identify: Identify) -> Identify:
        """Return who recognises partners as before, but for those whose certificate was revoked: they are nobody."""

        def identified(scope: Scope) -> str | None:
            org, state = identify(scope), scope.get("state") or {}
            if org is None or self._held.allow(state.get(CERTIFICATE, b"")):
                return org
            LOG.warning("the certificate of %s was revoked, or its authority has no list here", org)
            return None

        return identified

    def run_once(self) -> int:
        """Read the lists again if their file has changed; tell a person when there is no good list; return 0.

        Raises:
            DeliveryError: X_STORE.
        """
        good = self._renewed() and moment(self._node.now()) < self._held.until
        if not good:
            with self._node.store.transaction() as tx:
                tell_once(tx, OLD_LIST, now=self._node.now())
        return 0

    def _renewed(self) -> bool:
        """Tell whether what is known is what the file says."""
        try:
            stamp = self._stamp()
            if stamp != self._seen:
                self._held, self._seen = self._read(), stamp
        except (UsageError, OSError) as error:
            LOG.warning("the list of revoked certificates was not read again: %s", getattr(error, "code", "F_FILE"))
            return False
        return True

    def _read(self) -> RevocationLists:
        return read_lists(self._file.read_bytes(), authorities=self._authorities.read_bytes())

    def _stamp(self) -> tuple[int, int]:
        found = self._file.stat()
        return found.st_mtime_ns, found.st_ino
