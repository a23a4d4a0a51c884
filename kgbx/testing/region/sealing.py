# SPDX-License-Identifier: EUPL-1.2
"""Passing on for real: every message of a family composed, signed, sealed, opened, verified and taken in.

Rules: keys change as the calendar says, with a new document each time; the whole history of documents is in the
directory, so that what was signed long ago still verifies. Keys and envelopes are random, what is decided is not: a
family counts alike whether its messages are sealed or not.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Final

from kgbx.consent.policies import published_policies
from kgbx.directory import Directory, describe, make_document, verify_document
from kgbx.envelope.identity import create_identity
from kgbx.envelope.replay import MemoryReplayStore
from kgbx.exchange import Basis, Own, compose, receive
from kgbx.exchange.provenance import with_what_covers
from kgbx.testing.region.bodies import BODIES
from kgbx.testing.region.course import days_of
from kgbx.testing.region.run import MONTHS, simulate_family

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kgbx.consent.share import Share
    from kgbx.envelope.identity import Identity
    from kgbx.envelope.ports import OrganisationDocument
    from kgbx.testing.region.bodies import Body
    from kgbx.testing.region.desk import Desk
    from kgbx.testing.region.office import Office
    from kgbx.testing.region.tally import Outcome

_FIRST: Final = datetime(2026, 1, 1, tzinfo=UTC)
_TURN: Final = timedelta(days=60)
_SIGNING_TURNS: Final = 5
"""Turns after which keys to sign are followed by new ones, 60 days before they end."""

_FIRST_SEQ: Final = 1
_START_DAYS: Final = 60
"""Days after the first of January within which every history begins."""

MOST_MONTHS: Final = 36
"""Months for which there are keys: each document lists all keys of its organisation, and may list so many only."""


class Sealing:
    """Keys of everybody in the region, and a directory that knows them."""

    def __init__(self, *, days: int) -> None:
        """Make keys and documents for so many days."""
        self._identities: dict[str, Identity] = {}
        documents: list[OrganisationDocument] = []
        for body in BODIES.values():
            for identity, document in _life(body, turns=days // _TURN.days + 2):
                self._identities[body.name] = identity
                documents.append(document)
        self._directory = Directory(documents)
        self._seen = MemoryReplayStore()

    def pass_on(self, sender: Office, asker: Office, *, desk: Desk, now: datetime) -> tuple[Share, int, bool]:
        """Send what may be shared, if anything, and let the other take it in.

        Returns:
            What was shared, how many records somebody had to look at first, and whether a message went.
        """
        shared = sender.share_with(asker.body, now=now)
        if not shared.account.passed or all(one.id in asker.case for one in shared.view):
            return shared, 0, False
        to = self._directory.require(asker.body.org, now)
        purpose = asker.body.purpose
        composed = compose(
            sender.case, own=self._own(sender.body, desk, asker=asker.body, now=now), to=to, purpose=purpose, at=now
        )
        own = self._own(asker.body, desk, asker=asker.body, now=now)
        received = receive(composed.sealed, case=asker.case, own=own, purpose=purpose, at=now, seen=self._seen)
        looked = asker.accept(received.case, composed.share, apart=received.quarantined, sender=sender, now=now)
        asker.case = with_what_covers(asker.case, received.provenance, directory=self._directory, at=now)
        return composed.share, looked, True

    def _own(self, body: Body, desk: Desk, *, asker: Body, now: datetime) -> Own:
        basis = Basis(registers=desk.known_to(body, now.date(), asker=asker), policies=published_policies())
        identity = self._identities[body.name]
        return Own(identity=identity, directory=self._directory, basis=basis, accept_synthetic=True)


def simulate_sealed(number: int, *, seed: int, months: int = MONTHS, every: int) -> Outcome:
    """Return what was counted of one family; of every so many families all messages are sealed.

    Args:
        number: Which family of the region.
        seed: Which region.
        months: How many months of its history, at most 36.
        every: The first and each so many families further is sealed; 0: none.
    """
    sealing = _sealing_for(MOST_MONTHS) if every and number % every == 0 else None
    return simulate_family(number, seed=seed, months=months, sealing=sealing)


@cache
def _sealing_for(months: int) -> Sealing:
    """Return the keys of this process for so many months."""
    return Sealing(days=days_of(months) + _START_DAYS)


def _life(body: Body, *, turns: int) -> Iterator[tuple[Identity, OrganisationDocument]]:
    """Yield an organisation's keys and document, from the first turn of the calendar on."""
    identity = create_identity(body.org, at=_FIRST)
    for turn in range(turns):
        at = _FIRST + turn * _TURN
        if turn:
            identity = identity.with_new_keys("enc", at=at)
        if turn and turn % _SIGNING_TURNS == 0:
            identity = identity.with_new_keys("sig", at=at)
        said = describe(identity, name=body.title.nl, seq=turn + _FIRST_SEQ, at=at)
        signed = make_document(said, root=identity.root)
        yield identity, verify_document(signed, org=body.org, root=identity.root.signing_kids)
