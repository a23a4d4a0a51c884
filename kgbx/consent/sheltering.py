# SPDX-License-Identifier: EUPL-1.2
"""What a live protection rests on: where the protected person is, which is kept for as long as the protection.

Rules:
    - households, addresses and contact points of the protected person and of everybody who shares a household with that
      person: without them nobody would know whose home it is, or which street to look for in a text;
    - a protection counts until it ends, also before it begins, and unless who recorded it corrected it.

Source: AVG 17 lid 3; kgbx: what is hidden stays hidden while it is kept.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kgbx.case import Household, Protection
from kgbx.consent.index import second_of
from kgbx.consent.same import Joined, is_own_correction, replacements

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from kgbx.case import BareRecord, FamilyCase

PLACES: Final = ("households", "addresses", "contact_points")
"""Types that say where somebody is."""


def sheltering(case: FamilyCase, at: int, *, is_kept: Callable[[Protection], bool]) -> frozenset[str]:
    """Return the ids of what live protections rest on.

    Args:
        case: The holder's file.
        at: Moment, Unix seconds.
        is_kept: Tells whether a protection is itself still kept; one that goes now holds nothing.
    """
    joined = Joined(case)
    around = {same for one in _live(case, at) if is_kept(one) for same in joined.every(one.person)}
    places = {one.id: {joined.one(who) for who in _who(one)} for name in PLACES for one in case.records(name)}
    homes = (places[one.id] for one in case.records("households"))
    hidden = around.union(*(persons for persons in homes if not around.isdisjoint(persons)))
    return frozenset(place for place, persons in places.items() if not hidden.isdisjoint(persons))


def _live(case: FamilyCase, at: int) -> Iterator[Protection]:
    corrected = {link.to for link in replacements(case) if is_own_correction(link, case)}
    for one in case.records("protections"):
        ended = isinstance(one, Protection) and one.valid_until is not None and second_of(one.valid_until) <= at
        if isinstance(one, Protection) and one.id not in corrected and not ended:
            yield one


def _who(place: BareRecord) -> Iterable[str]:
    """Return who lives or can be reached somewhere."""
    return (one.person for one in place.members) if isinstance(place, Household) else vars(place).get("persons") or ()
