# SPDX-License-Identifier: EUPL-1.2
"""What keeps a record from a person whatever right that person has. Unknown inside a veto is deny."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from kgbx.case.structures import ANY
from kgbx.consent.index import second_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from kgbx.consent.access_facts import AccessItem, Withholding
    from kgbx.consent.asker import Asker
    from kgbx.consent.facts import ProtectionFact

ADDRESS: Final = "address"
"""The category of addresses."""

CONSULT: Final = ("serious_disadvantage",)
"""Grounds for which a colleague must have been consulted (Jeugdwet 7.3.2 lid 4, last sentence)."""


def _unknown_asker(asker: Asker, _item: AccessItem) -> bool:
    return not asker.known


def _working_note(_asker: Asker, item: AccessItem) -> bool:
    return item.working_note


def _reporter(asker: Asker, item: AccessItem) -> bool:
    return item.reveals_reporter and not asker.told(item)


def hidden_from(asker: Asker) -> frozenset[str]:
    """Return the persons of whom the asker may not learn where they are."""
    if asker.person in asker.index.organisations:
        return asker.index.hidden_from(asker.person)
    return frozenset(
        person
        for person, protections in asker.index.protections.items()
        if not all(_may_know(asker, person, protection) for protection in protections)
    )


def _place(asker: Asker, item: AccessItem) -> bool:
    return not hidden_from(asker).isdisjoint(item.reveals_location_of) or place_of_another(asker, item)


def place_of_another(asker: Asker, item: AccessItem) -> bool:
    """Tell whether an item from elsewhere gives away where another is of whom nothing is decided here.

    Who lives at an address knows it; what else tells where several persons are may be of before they parted.
    """
    undecided = asker.index.undecided(item) - {asker.person}
    return bool(undecided) and not (item.category == ADDRESS and asker.person in item.about)


def _may_know(asker: Asker, person: str, protection: ProtectionFact) -> bool:
    """The protected know where they are: the person, and whoever the same protection covers; never who is blocked."""
    if asker.person in protection.blocked or ANY in protection.blocked:
        return False
    own = asker.index.protections.get(asker.person, ())
    return asker.person == person or any(_same(protection, one) for one in own)


def _same(a: ProtectionFact, b: ProtectionFact) -> bool:
    """Tell whether two facts are one protection of several persons; of a secret place, whether `b` is surely there."""
    one = a.model_copy(update={"person": b.person, "named": b.named})
    return one == b and (b.flag is None or b.named)


def _confidential(asker: Asker, item: AccessItem) -> bool:
    withheld = frozenset[str]().union(*(asker.index.withheld.get(one, ()) for one in item.together))
    if asker.person in asker.index.organisations:
        return any(asker.index.may_tell(asker.person, one) for one in withheld)
    return asker.person in withheld


def _guarding(asker: Asker, item: AccessItem) -> bool:
    return item.guards and not (set(item.about) == {asker.person} and asker.judges)


def _not_yet_told(asker: Asker, item: AccessItem) -> bool:
    return item.not_told or asker.person in item.not_told_to


def _withheld(asker: Asker, item: AccessItem) -> bool:
    return bool(asker.withholdings(item))


def _withholding_incomplete(asker: Asker, item: AccessItem) -> bool:
    return any(not stands(fact, asker.index.at) for fact in asker.withholdings(item))


def stands(fact: Withholding, at: int) -> bool:
    """Tell whether a withholding says why, was discussed where it must, and need not be looked at again yet."""
    discussed = fact.consulted is not None and fact.consulted != fact.decided_by
    needed = fact.ground in CONSULT
    return bool((fact.reason or "").strip()) and (discussed or not needed) and at < second_of(fact.review_on)


VETOES: Final[Mapping[str, Callable[[Asker, AccessItem], bool]]] = MappingProxyType(
    {
        "UNKNOWN_ASKER": _unknown_asker,
        "WORKING_NOTE": _working_note,
        "REPORTER_IDENTITY": _reporter,
        "SECRET_LOCATION": _place,
        "CONFIDENTIAL": _confidential,
        "GUARDING": _guarding,
        "NOT_YET_TOLD": _not_yet_told,
        "WITHHELD": _withheld,
        "WITHHOLDING_INCOMPLETE": _withholding_incomplete,
    }
)
"""Code to rule; all are evaluated, and no right overrules one."""
