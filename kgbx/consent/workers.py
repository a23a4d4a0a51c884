# SPDX-License-Identifier: EUPL-1.2
"""Whether two descriptions are of two workers: whoever decided is no second pair of eyes under another id.

Rules: one id, descriptions of which one replaces the other, one name in one organisation, or one number in one register
are one worker; who is not described counts as the same, so that nobody looked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kgbx.case import Professional
from kgbx.consent.places import squeezed
from kgbx.consent.same import replacements

if TYPE_CHECKING:
    from kgbx.case import FamilyCase


def second_worker(case: FamilyCase, *, decider: str, consulted: str | None) -> str | None:
    """Return who was consulted, if that is surely another worker than the decider.

    Args:
        case: The file in which workers are described.
        decider: Id of who decided.
        consulted: Id of who was consulted.
    """
    if consulted is None or consulted == decider:
        return None
    pairs = {frozenset({link.from_, link.to}) for link in replacements(case)}
    ids = {decider: _versions(decider, pairs), consulted: _versions(consulted, pairs)}
    if not ids[decider].isdisjoint(ids[consulted]):
        return None
    marks = {one: {mark for version in known for mark in _marks(case, version)} for one, known in ids.items()}
    return consulted if all(marks.values()) and marks[decider].isdisjoint(marks[consulted]) else None


def _versions(worker: str, pairs: set[frozenset[str]]) -> frozenset[str]:
    """Return the ids of every description that replaces this one, or that it replaces."""
    found = frozenset({worker})
    while True:
        more = found.union(*(pair for pair in pairs if not pair.isdisjoint(found)))
        if more == found:
            return found
        found = more


def _marks(case: FamilyCase, worker: str) -> set[tuple[str, str]]:
    """Return what tells a worker apart: the name in its organisation, and the numbers in registers."""
    described = case.get(worker)
    if not isinstance(described, Professional):
        return set()
    numbers = {(one.register_name, squeezed(one.number)) for one in described.registrations or () if one.number}
    return {(described.org, squeezed(described.name)), *numbers}
