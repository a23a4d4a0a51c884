# SPDX-License-Identifier: EUPL-1.2
"""Provenance: which organisation signed for each record, however many hands it went through.

Rules:
    - a record is verified when a valid contribution of the organisation that recorded it covers it as it stands;
    - a record is not as signed when its organisation signed for others here and not for this one as it stands: in a
      view that arrives it was altered on its way; in an own file it may also be older than the contributions;
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
from kgbx.exchange.contributing import CheckedContribution, check_contribution, contribute

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import date, datetime

    from kgbx.case.contribution import Contribution
    from kgbx.envelope.ports import KeyDirectory, Signer

Origin = Literal["verified", "unverified", "revoked_later", "not_as_signed"]
"""What is known of where a record comes from."""

_SIGNED: Final = ("verified", "revoked_later")
_COUNTING: Final = ("valid", "revoked_later")


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
    """What one organisation signed: digests with the first day, and those by a key that was withdrawn."""

    signed: dict[str, date] = field(default_factory=dict)
    withdrawn: set[str] = field(default_factory=set)

    def origin(self, digest: str) -> Origin:
        if digest in self.signed:
            return "verified"
        if digest in self.withdrawn:
            return "revoked_later"
        return "not_as_signed" if self.signed else "unverified"


def _by_organisation(checked: Iterable[CheckedContribution]) -> dict[str, _OfOrganisation]:
    found: dict[str, _OfOrganisation] = defaultdict(_OfOrganisation)
    for one in checked:
        if one.state == "revoked_later":
            found[one.org].withdrawn.update(one.digests)
        if one.state == "valid" and one.on is not None:
            signed = found[one.org].signed
            signed.update({digest: min(one.on, signed.get(digest, one.on)) for digest in one.digests})
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
        UsageError: U_ARGUMENT, more own records than a contribution holds; U_MOMENT.
        EnvelopeError: E_KEY_INVALID, E_KEY_FILE, the signing pair is not here.
    """
    own = [record for record in view if record.recorded_by.org == signer.org]
    travelling = _travelling(view, held=held, own=signer.org, directory=directory, at=at)
    signed = [contribute(own, signer=signer, at=at, random=random)] if own else []
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
    covered = {record_digest(record) for record in view}
    return tuple(
        one.contribution
        for one in found.contributions
        if one.state in _COUNTING and one.org not in doubtful and one.digests & covered
    )


def with_what_covers(case: FamilyCase, arrived: Provenance, *, directory: KeyDirectory, at: datetime) -> FamilyCase:
    """Return the own file with those contributions of a view that show more of it than its own do.

    What covers only records that are covered already is left out, or a file would grow with each message.

    Args:
        case: The own file, with what may be used of the view.
        arrived: Of the view.
        directory: Knows everybody's keys.
        at: Present moment, aware.

    Raises:
        UsageError: U_MOMENT.
    """
    before = provenance(case, directory=directory, at=at).origins
    wanted = {record_digest(record) for record in case if before[record.id] not in _SIGNED}
    fresh = (one.contribution for one in arrived.contributions if one.state in _COUNTING and one.digests & wanted)
    return FamilyCase(
        case, id=case.id, synthetic=case.synthetic, disputed=case.disputed, contributions=(*case.contributions, *fresh)
    )
