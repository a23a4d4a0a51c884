# SPDX-License-Identifier: EUPL-1.2
"""Provenance: which organisation signed for each record, however many hands it went through.

Rules:
    - a record is verified when a valid contribution of the organisation that recorded it covers it as it stands;
    - a record is not as signed when its organisation signed for others here and not for this one as it stands: in a
      view that arrives it was altered on its way; in an own file it may also be older than the contributions;
    - what is covered only by a key that cannot be judged here (not known, not in force, revoked) is unjudged: the
      directory of whoever passed it on may be newer;
    - without any valid contribution of its organisation a record is unverified, which accuses nobody;
    - what is covered by a key that was withdrawn shows so; whether to believe it is for people to decide.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal

from kgbx.case import FamilyCase
from kgbx.case.digest import record_digest
from kgbx.errors import IntegrityError
from kgbx.exchange.contributing import MOST_DIGESTS, CheckedContribution, check_contribution, contribute
from kgbx.limits import MIB

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable
    from datetime import date, datetime

    from kgbx.case.contribution import Contribution
    from kgbx.envelope.ports import KeyDirectory, Signer

Origin = Literal["verified", "unverified", "revoked_later", "unjudged", "not_as_signed"]
"""What is known of where a record comes from."""

_SIGNED: Final = ("verified", "revoked_later")
_COUNTING: Final = ("valid", "revoked_later")
_UNJUDGED: Final = ("unknown_key", "not_in_force", "revoked", "future")

MOST_BYTES_OF_OTHERS: Final = 4 * MIB
"""Contributions of others that one view, or one message that arrives, adds to a file at most; the rest stays behind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """Where each record of a case comes from.

    Attributes:
        origins: For each record id, what is known.
        signed_on: For each verified record, the first day on which its organisation signed for it.
        contributions: What each contribution is worth, in the order of the case.
    """

    origins: dict[str, Origin]
    signed_on: dict[str, date] = field(repr=False)
    contributions: tuple[CheckedContribution, ...] = field(repr=False)

    @property
    def not_as_signed(self) -> tuple[str, ...]:
        """Ids of the records that are not as their organisation signed them, sorted."""
        return tuple(sorted(record for record, origin in self.origins.items() if origin == "not_as_signed"))

    @property
    def verified(self) -> frozenset[str]:
        """Ids of the records that are as their organisation signed them, by keys that count."""
        return frozenset(record for record, origin in self.origins.items() if origin == "verified")

    def unsigned_beside(self, own_file: Provenance, view: FamilyCase, *, but: Collection[str]) -> tuple[str, ...]:
        """Return ids of records of a view without a signature, whose organisation signed for others in the own file.

        Args:
            own_file: Where the records of the own file come from.
            view: What arrived, of which this is the provenance.
            but: URNs of organisations that need no signature here: the own one, and who signed the message.
        """
        signing = {one.org for one in own_file.contributions if one.state in _COUNTING} - set(but)
        return tuple(
            record.id
            for record in view
            if self.origins[record.id] == "unverified" and record.recorded_by.org in signing
        )

    @property
    def counts(self) -> Counter[Origin]:
        """How many records have which origin."""
        return Counter(self.origins.values())


def provenance(case: FamilyCase, *, directory: KeyDirectory, at: datetime) -> Provenance:
    """Return where each record comes from, as its contributions show.

    Args:
        case: A view that arrived, or the own file.
        directory: Knows everybody's keys.
        at: Present moment, aware.

    Raises:
        UsageError: U_MOMENT.
    """
    checked = tuple(check_contribution(one, directory=directory, at=at) for one in case.contributions)
    return _origins(case, checked)


def _origins(case: FamilyCase, checked: tuple[CheckedContribution, ...]) -> Provenance:
    of_orgs = _by_organisation(checked)
    origins: dict[str, Origin] = {}
    signed_on: dict[str, date] = {}
    for record in case:
        theirs = of_orgs.get(record.recorded_by.org)
        digest = record_digest(record) if theirs is not None else ""
        origins[record.id] = "unverified" if theirs is None else theirs.origin(digest)
        if theirs is not None and digest in theirs.signed:
            signed_on[record.id] = theirs.signed[digest]
    return Provenance(origins=origins, signed_on=signed_on, contributions=checked)


@dataclass(frozen=True, slots=True)
class _OfOrganisation:
    """What one organisation signed: digests with the first day, those by a key that was withdrawn, and others."""

    signed: dict[str, date] = field(default_factory=dict)
    withdrawn: set[str] = field(default_factory=set)
    unjudged: set[str] = field(default_factory=set)

    def origin(self, digest: str) -> Origin:
        if digest in self.signed:
            return "verified"
        if digest in self.withdrawn:
            return "revoked_later"
        if digest in self.unjudged:
            return "unjudged"
        return "not_as_signed" if self.signed else "unverified"


def _by_organisation(checked: Iterable[CheckedContribution]) -> dict[str, _OfOrganisation]:
    found: dict[str, _OfOrganisation] = defaultdict(_OfOrganisation)
    for one in checked:
        theirs = found[one.org]
        if one.state == "valid" and one.on is not None:
            on = one.on
            theirs.signed.update({digest: min(on, theirs.signed.get(digest, on)) for digest in one.digests})
        elif one.state == "revoked_later":
            theirs.withdrawn.update(one.digests)
        elif one.state in _UNJUDGED:
            theirs.unjudged.update(one.digests)
    return dict(found)


def require_unaltered(found: Provenance) -> None:
    """Return if no record was altered on its way.

    Raises:
        IntegrityError: D_ALTERED, with the ids of the records that were.
    """
    if found.not_as_signed:
        raise IntegrityError("D_ALTERED", found.not_as_signed)


def with_contributions(
    view: FamilyCase,
    *,
    held: FamilyCase,
    signer: Signer,
    directory: KeyDirectory,
    at: datetime,
    random: Callable[[int], bytes],
) -> FamilyCase:
    """Return a view with what shows where its records come from: the own signature, and what others signed.

    An organisation of which one record in the view is not as it signed it, or came without a signature, is left without
    any contribution, so that its records arrive as unverified instead of being refused as altered.

    Args:
        view: What the recipient may have.
        held: The own file, with the contributions that arrived in it.
        signer: Keys of the sender.
        directory: Knows everybody's keys.
        at: Present moment, aware.
        random: Gives n random bytes.

    Raises:
        UsageError: U_MOMENT.
        EnvelopeError: E_KEY_INVALID, E_KEY_FILE, the signing pair is not here.
    """
    own = [record for record in view if record.recorded_by.org == signer.org]
    parts = [own[start : start + MOST_DIGESTS] for start in range(0, len(own), MOST_DIGESTS)]
    travelling = _travelling(view, held=held, own=signer.org, directory=directory, at=at)
    signed = [contribute(part, signer=signer, at=at, random=random) for part in parts]
    return FamilyCase(
        view, id=view.id, synthetic=view.synthetic, disputed=view.disputed, contributions=(*travelling, *signed)
    )


def _travelling(
    view: FamilyCase, *, held: FamilyCase, own: str, directory: KeyDirectory, at: datetime
) -> tuple[Contribution, ...]:
    """Return the contributions of others that cover a record of the view."""
    with_all = FamilyCase(view, synthetic=view.synthetic, contributions=held.contributions)
    found = provenance(with_all, directory=directory, at=at)
    doubtful = {record.recorded_by.org for record in view if found.origins[record.id] == "not_as_signed"} | {own}
    wanted = {record_digest(record) for record in view}
    known = (one for one in found.contributions if one.state in _COUNTING and one.org not in doubtful)
    return _fewest(known, wanted)


def _fewest(known: Iterable[CheckedContribution], wanted: set[str]) -> tuple[Contribution, ...]:
    """Return contributions that cover what is wanted, those first that cover most; none that adds nothing."""
    chosen, left, room = [], set(wanted), MOST_BYTES_OF_OTHERS
    for one in sorted(known, key=lambda one: (-len(one.digests & wanted), len(one.contribution.payload), one.on)):
        if not one.digests & left:
            continue
        room -= len(one.contribution.payload)
        if room < 0:
            break
        chosen.append(one.contribution)
        left -= one.digests
    return tuple(chosen)


def with_what_covers(
    case: FamilyCase, arrived: Provenance, *, directory: KeyDirectory, at: datetime, known: Provenance | None = None
) -> FamilyCase:
    """Return the own file with those contributions of a view that show more of it than its own do.

    What covers only records that are covered already is left out, or a file would grow with each message.

    Args:
        case: The own file, with what may be used of the view.
        arrived: Of the view.
        directory: Knows everybody's keys.
        at: Present moment, aware.
        known: Of the own file before: its contributions are not verified again.

    Raises:
        UsageError: U_MOMENT.
    """
    same = known is not None and tuple(one.contribution for one in known.contributions) == case.contributions
    here = _origins(case, known.contributions) if known and same else provenance(case, directory=directory, at=at)
    before = here.origins
    wanted = {record_digest(record) for record in case if before[record.id] not in _SIGNED}
    fresh = _fewest((one for one in arrived.contributions if one.state in _COUNTING), wanted)
    return FamilyCase(
        case, id=case.id, synthetic=case.synthetic, disputed=case.disputed, contributions=(*case.contributions, *fresh)
    )
