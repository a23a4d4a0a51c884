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
from kgbx.delivery.events import Gone, Replayed
from kgbx.delivery.log import LOG
from kgbx.delivery.node import moment
from kgbx.delivery.posting import cancelling
from kgbx.errors import DirectoryError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from kgbx.delivery.node import Node
    from kgbx.delivery.records import Outgoing, OutState

GONE: Final = "X_GONE"

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
            count = self._wake() + tell_gone(self._node) + listed_again(self._node)
            done = True
        finally:
            if not done:
                self._due.set()
        return count


def tell_gone(node: Node) -> int:
    """Have a person look at what waits for organisations that the directory does not list, and return how many.

    While the directory cannot be relied on nobody is gone.
    """
    rows = tuple(_standing(node, _AT_REST))
    gone = {org for org in {row.peer for row in rows} if _listed(node, org) is False}
    return sum(_applied(node, row, Gone()) for row in rows if row.peer in gone)


def listed_again(node: Node) -> int:
    """Try again what waited for organisations that were left out by mistake, and return how many messages."""
    rows = [row for row in _standing(node, ("attention",)) if row.problem == GONE]
    back = {org for org in {row.peer for row in rows} if _listed(node, org)}
    event = Replayed(actor="kgbx", reason="listed again")
    return sum(_applied(node, row, event) for row in rows if row.peer in back)


def _applied(node: Node, row: Outgoing, event: Gone | Replayed) -> bool:
    applier = Applier(jitter=node.jitter, cancelling=cancelling(node))
    with node.store.transaction() as tx:
        here = tx.out(row.id)
        if here is None or (here.state, here.problem) != (row.state, row.problem):
            return False
        return applier.apply(tx, here, event=event, now=node.now()) is not None


def _listed(node: Node, org: str) -> bool | None:
    """Tell whether the directory lists an organisation; None while it cannot be relied on."""
    try:
        return node.directory.document(org, moment(node.now())) is not None
    except DirectoryError as error:
        LOG.info("nobody can say whether %s is gone: %s", org, error.code)
    return None


def _standing(node: Node, states: tuple[OutState, ...]) -> Iterator[Outgoing]:
    after = None
    while True:
        with node.store.transaction() as tx:
            page = tx.list_out(states=states, after=after, limit=_PAGE)
        yield from page
        if len(page) < _PAGE:
            return
        after = page[-1].id
