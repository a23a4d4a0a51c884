# SPDX-License-Identifier: EUPL-1.2
"""Fewer records than may go: those that were asked for, and what they cannot be understood, or kept safe, without.

Rules: a narrower share holds nothing that the wider one does not; what speaks about a record (a confidence, a reaction)
goes wherever that record goes, and so does what protects a person in it.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from kgbx.case import FamilyCase, Link, Organisation, Protection, SamePerson
from kgbx.case.types import TYPE_OF
from kgbx.consent.texts import strings_in

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from kgbx.case import BareRecord
    from kgbx.consent.share import Share

_JOINING: Final = (Link, SamePerson)


def narrowed(share: Share, wanted: Collection[str]) -> Share:
    """Return a share of some of its records; its account is about these and about what was withheld.

    Args:
        share: What may go, and why.
        wanted: Ids of records; those that may not go are not in the result either.
    """
    view = share.view
    kept = _closed(view, {one for one in wanted if one in view})
    records = [one for one in view if one.id in kept]
    disputed = [one for one in view.disputed if one in kept]
    rows = tuple(row for row in share.account.rows if row.record in kept or not row.permit)
    return replace(
        share,
        view=FamilyCase(records, synthetic=view.synthetic, disputed=disputed),
        account=replace(share.account, rows=rows),
    )


def _closed(view: FamilyCase, wanted: set[str]) -> set[str]:
    """Return the ids of what is wanted and of all that goes with it."""
    ids = {one.id for one in view}
    with_it = _with_it(view)
    kept, waiting = set(wanted), list(wanted)
    while waiting:
        fresh = with_it[waiting.pop()] - kept
        kept |= fresh
        waiting.extend(fresh)
    return kept | {one.id for one in view if isinstance(one, _JOINING) and _ends(one) & ids <= kept}


def _with_it(view: FamilyCase) -> dict[str, set[str]]:
    """Return for each record what goes wherever it goes."""
    described = defaultdict(set)
    for one in view:
        if isinstance(one, Organisation):
            described[one.org].add(one.id)
    found: dict[str, set[str]] = defaultdict(set)
    for record in view:
        if not isinstance(record, _JOINING):
            names = strings_in(record)
            found[record.id] |= {one for one in names if one in view} | {one for org in names for one in described[org]}
            for target in _speaks_about(record):
                found[target].add(record.id)
    return found


def _speaks_about(record: BareRecord) -> Iterator[str]:
    target = TYPE_OF[type(record)].target
    if target is not None:
        yield str(getattr(record, target))
    if isinstance(record, Protection):
        yield record.person


def _ends(record: BareRecord) -> set[str]:
    names = ("from_", "to") if isinstance(record, Link) else ("a", "b")
    return {str(vars(record)[name]) for name in names}
