# SPDX-License-Identifier: EUPL-1.2
"""What follows when the directory has changed: what could not be judged is looked at; who is gone is told at once.

An organisation that merged or ended is left out of the directory: what waits for it would be tried for days. A person
finds its successor and sends anew; nothing is sent to a successor by itself, for what may go there is another question.

Source: delivery design, "Outgoing states"; fault T28; decision 0053.
"""

from __future__ import annotations

from threading import Event
from typing import TYPE_CHECKING, Final

from kgbx.delivery.applying import Applier
from kgbx.delivery.events import Gone
from kgbx.delivery.log import LOG
from kgbx.delivery.node import moment
from kgbx.errors import DirectoryError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from kgbx.delivery.node import Node
    from kgbx.delivery.records import Outgoing, OutState

_AT_REST: Final[tuple[OutState, ...]] = ("queued", "waiting")
_PAGE: Final = 500


class Renewal:
    """An engine that does what follows: outside any transaction, whoever saw that the directory had changed."""

    def __init__(self, node: Node, *, wake: Callable[[], int]) -> None:
        """Make one; its first round is as if the directory had just changed.

        Args:
            node: Whose directory it is.
            wake: Looks again at what could not be judged.
        """
        self._node = node
        self._wake = wake
        self._due = Event()
        self._due.set()

    def changed(self) -> None:
        """Take down that the directory has changed; may be called in the middle of anything."""
        self._due.set()

    def run_once(self) -> int:
        """Do what follows, and return for how many messages.

        Raises:
            DeliveryError: X_STORE; it is done in the next round.
        """
        if not self._due.is_set():
            return 0
        self._due.clear()
        done = False
        try:
            count = self._wake() + tell_gone(self._node)
            done = True
        finally:
            if not done:
                self._due.set()
        return count


def tell_gone(node: Node) -> int:
    """Have a person look at what waits for organisations that the directory does not list, and return how many.

    While the directory cannot be relied on nobody is gone.
    """
    rows = tuple(_waiting(node))
    gone = {org for org in {row.peer for row in rows} if is_gone(node, org)}
    return sum(_told(node, row.id) for row in rows if row.peer in gone)


def _told(node: Node, message_id: str) -> bool:
    applier = Applier(jitter=node.jitter)
    with node.store.transaction() as tx:
        here = tx.out(message_id)
        if here is None or here.state not in _AT_REST:
            return False
        return applier.apply(tx, here, event=Gone(), now=node.now()) is not None


def is_gone(node: Node, org: str) -> bool:
    """Tell whether a directory that can be relied on does not list an organisation."""
    try:
        return node.directory.document(org, moment(node.now())) is None
    except DirectoryError as error:
        LOG.info("nobody can say whether %s is gone: %s", org, error.code)
    return False


def _waiting(node: Node) -> Iterator[Outgoing]:
    after = None
    while True:
        with node.store.transaction() as tx:
            page = tx.list_out(states=_AT_REST, after=after, limit=_PAGE)
        yield from page
        if len(page) < _PAGE:
            return
        after = page[-1].id
