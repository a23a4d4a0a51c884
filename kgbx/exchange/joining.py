# SPDX-License-Identifier: EUPL-1.2
"""Taking what arrived into the own case, so that the own case can always be read again and protects as before.

Rules:
    - what arrives never erases, corrects or joins what protects somebody here, and never speaks for the own
      organisation: :mod:`kgbx.consent.arriving`;
    - a view is a part: the correction that ended an older record may not have travelled with its successor, and then
      records of one organisation contradict each other here that do not there;
    - of such records those that arrived are kept apart, for a person of the own organisation to look at: nothing is
      lost, nothing is refused, and the own case never breaks a rule that it kept before;
    - what the own organisation erased stays erased: its erasures are never kept apart;
    - a link that came before what it replaces is judged when that comes: of another than who recorded it, it goes;
    - what stands here already under the same id with another content is kept apart, whichever is right: a record that
      somebody made up must not stop the message of who recorded the real one;
    - two copies of the own file that differ so are refused whole (IntegrityError).
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from kgbx.case import Erasure, FamilyCase
from kgbx.consent.arriving import CONTRADICTS_HERE, CORRECTS_OTHERS, DIFFERS_HERE, corrected_by_others, touching
from kgbx.consent.importing import Quarantined, denied_here, set_apart, unjoined
from kgbx.consent.joins import facts_from_case

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from kgbx.consent.facts import Request
    from kgbx.consent.joins import Registers
    from kgbx.consent.policy import Policy


def taken_in(
    case: FamilyCase,
    arrived: FamilyCase,
    *,
    request: Request,
    registers: Registers,
    policy: Policy,
    verified: Collection[str] = (),
) -> tuple[FamilyCase, tuple[Quarantined, ...]]:
    """Return the own case with what may be used of what arrived, and what is kept apart, by id.

    Args:
        case: The own case; an empty one for a family that is not known yet.
        arrived: A view.
        request: From its sender to the own organisation, for the own purpose.
        registers: The own registers.
        policy: The own policy in force.
        verified: Ids of what arrived that who recorded it signed; only so another than the sender corrects its own.

    Raises:
        IntegrityError: D_SYNTHETIC, made-up with real.
        DocumentError: D_CODE, the policy names a function that no code list knows; D_SIZE, D_VALUES, both are too
            large together.
        UsageError: U_MOMENT, a moment of the request is neither an instant nor a day.
    """
    own, sender = request.recipient, request.sender
    held = _begun(case, arrived)
    same, differing = _same_ids(arrived, held)
    usable, touched = set_apart(same, touching(same, held=held, own=own, sender=sender, verified=verified))
    facts = facts_from_case(held.merge(usable), registers, own=own)
    before = facts_from_case(held.merge(unjoined(usable)), registers, own=own)
    usable, denied = denied_here(usable, request=request, policy=policy, facts=facts, held=held, before=before)
    merged, apart = joined(held, usable, own=own, sender=sender, verified=verified)
    return merged, _by_id((*differing, *touched, *denied, *apart))


def joined(
    case: FamilyCase, arrived: FamilyCase, *, own: str, sender: str, verified: Collection[str] = ()
) -> tuple[FamilyCase, tuple[Quarantined, ...]]:
    """Return the own case with what arrived, and what is kept apart because of what is here, by id.

    Args:
        case: The own case; an empty one for a family that is not known yet.
        arrived: A view, or another copy of the own case when `sender` is `own`.
        own: URN of the own organisation.
        sender: URN of the organisation that sent it.
        verified: As for :func:`taken_in`.

    Raises:
        IntegrityError: D_SYNTHETIC, made-up with real; D_CONFLICT, two copies of the own case have one id with two
            contents.
        DocumentError: D_SIZE, D_VALUES, both are too large together.
    """
    case = _begun(case, arrived)
    arrived, differing = (arrived, ()) if sender == own else _same_ids(arrived, case)
    arrived, rows = set_apart(arrived, touching(arrived, held=case, own=own, sender=sender, verified=verified))
    apart = [*differing, *rows]
    while True:
        kept, gone = (case, ()) if sender == own else _without_corrections_of_others(case, arrived, own=own)
        merged = kept.merge(arrived)
        broken = _arrived_at_fault(merged, kept, arrived, own=own)
        if not broken:
            return merged, _by_id((*apart, *gone))
        arrived, rows = set_apart(arrived, {one: {CONTRADICTS_HERE.code} for one in broken})
        apart += rows


def _without_corrections_of_others(
    case: FamilyCase, arrived: FamilyCase, *, own: str
) -> tuple[FamilyCase, tuple[Quarantined, ...]]:
    """Return the own case without links that replace what arrives and are not its recorder's, and the rows of them."""
    others = corrected_by_others(case, arrived, own=own)
    if not others:
        return case, ()
    _, rows = set_apart(case, {one: {CORRECTS_OTHERS} for one in others})
    if any(_recorded_by(case, row.record) == own for row in rows):
        return case, ()
    gone = {row.record for row in rows}
    kept = FamilyCase(
        (one for one in case if one.id not in gone),
        id=case.id,
        synthetic=case.synthetic,
        disputed=(one for one in case.disputed if one not in gone),
        contributions=case.contributions,
    )
    return kept, rows


def _recorded_by(case: FamilyCase, record_id: str) -> str | None:
    record = case.get(record_id)
    return None if record is None else record.recorded_by.org


def _begun(case: FamilyCase, arrived: FamilyCase) -> FamilyCase:
    """Return the own case; one that is empty becomes as made-up, or as real, as what arrives."""
    return case if len(case) else FamilyCase(id=case.id, synthetic=arrived.synthetic)


def _same_ids(arrived: FamilyCase, held: FamilyCase) -> tuple[FamilyCase, tuple[Quarantined, ...]]:
    """Return what arrived without what stands here with another content, and the rows of that."""
    return set_apart(arrived, {clash.record: {DIFFERS_HERE.code} for clash in held.clashes(arrived)})


def _by_id(rows: Iterable[Quarantined]) -> tuple[Quarantined, ...]:
    """Return a row for each record, sorted."""
    found: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        found[row.record].update(row.reasons)
    return tuple(Quarantined(record=one, reasons=tuple(sorted(codes))) for one, codes in sorted(found.items()))


def _arrived_at_fault(merged: FamilyCase, case: FamilyCase, arrived: FamilyCase, *, own: str) -> set[str]:
    """Return new records to keep apart: those that break a rule, else all of a type that does, else all."""
    fresh = merged.errors_since(case)
    new = {record.id for record in arrived if record.id not in case and not _own_erasure(record, own)}
    if not fresh or not new:
        return set()
    places = [problem.pointer.split("/")[1:3] for problem in fresh]
    rows = {array: merged.records(array) for array, *place in places if place}
    named = {rows[array][int(place[0])].id for array, *place in places if place}
    of_their_types = {record.id for array in rows for record in arrived.records(array)}
    return named & new or of_their_types & new or new


def _own_erasure(record: object, own: str) -> bool:
    return isinstance(record, Erasure) and record.recorded_by.org == own
