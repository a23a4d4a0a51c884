# SPDX-License-Identifier: EUPL-1.2
"""What a claim holds back from being destroyed.

Rules:
    - a claim is a live restriction on the ground that the record is needed for one; whoever recorded it, only the same
      organisation ends it by a correction;
    - with the record are held its other versions, what it speaks about, and the claim itself: without those it proves
      nothing, and without the claim nobody would know.

Source: AVG 18 lid 1 onder c; 17 lid 3 onder e.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kgbx.case import Restriction
from kgbx.case.types import TYPE_OF
from kgbx.consent.index import second_of
from kgbx.consent.same import is_own_correction, replacements

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kgbx.case import FamilyCase

CLAIM: Final = "needed_for_claim"
"""Ground of a restriction that holds back destroying."""


def claimed(case: FamilyCase, at: int) -> frozenset[str]:
    """Return the ids of what claims hold back at a moment, in Unix seconds."""
    waiting = [one for claim in _claims(case, at) for one in (claim.id, claim.record)]
    found = set[str]()
    while waiting:
        current = case.get(waiting.pop())
        if current is None or current.id in found:
            continue
        found.add(current.id)
        waiting += [one.id for one in case.history(current.id)]
        target = TYPE_OF[type(current)].target
        waiting += [] if target is None else [getattr(current, target)]
    return frozenset(found)


def _claims(case: FamilyCase, at: int) -> Iterator[Restriction]:
    corrected = {link.to for link in replacements(case) if is_own_correction(link, case)}
    for one in case.records("restrictions"):
        if isinstance(one, Restriction) and one.ground == CLAIM and one.id not in corrected:
            ended = one.valid_until is not None and second_of(one.valid_until) <= at
            if second_of(one.valid_from) <= at and not ended:
                yield one
