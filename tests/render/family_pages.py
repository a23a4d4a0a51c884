# SPDX-License-Identifier: EUPL-1.2
"""Pages of the story for the family of the journey, and what access() says of its records."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from kgbx.case import FamilyCase
from kgbx.clock import parse_instant
from kgbx.consent.access import access_with
from kgbx.consent.access_items import AccessItemiser, access_facts
from kgbx.consent.asker import Asker
from kgbx.consent.family_part import FamilyPart, family_part
from kgbx.consent.joins import facts_from_case
from kgbx.exchange import proven_ids
from kgbx.render.family_story import StoryPage
from tests.consent.insight import AT, CASE, LOG, POLICY, REGISTERS, TEAM

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kgbx.case import BareRecord, Record
    from kgbx.messages import Language


def asker_in(case: FamilyCase, person: str) -> Asker:
    known = facts_from_case(case, REGISTERS, own=TEAM, proven=proven_ids(case, own=TEAM))
    facts = access_facts(case, known, own=TEAM)
    who = AccessItemiser(case, facts=facts, policy=POLICY).one(person)
    return Asker(who, at=AT, known_at=AT, facts=facts, policy=POLICY)


def part_of(case: FamilyCase, person: str, log: Any = LOG) -> FamilyPart:  # noqa: ANN401  # a log or None
    return family_part(case, asker_in(case, person), own=TEAM, log=log)


def page_of(case: FamilyCase, person: str, language: Language = "nl", log: Any = LOG) -> StoryPage:  # noqa: ANN401  # as above
    return StoryPage(part_of(case, person, log), policy=POLICY, at=parse_instant(AT), language=language)


@cache
def journey_page(person: str, language: Language = "nl") -> StoryPage:
    return page_of(CASE, person, language)


def printed(page: StoryPage) -> str:
    return page.html() + "\n".join(page.lines())


def changed(case: Iterable[BareRecord], **records: BareRecord | None) -> FamilyCase:
    """Return a case in which records are others, or are gone; names of the arguments mean nothing."""
    new = {one.id: one for one in records.values() if one is not None}
    rest = (new.pop(one.id, one) for one in case)
    return FamilyCase([*rest, *new.values()], synthetic=True)


@cache
def rules_for(person: str) -> tuple[Asker, AccessItemiser]:
    asker = asker_in(CASE, person)
    return asker, AccessItemiser(CASE, facts=asker.index.facts, policy=POLICY)


def permitted(person: str, record: Record) -> bool:
    asker, itemiser = rules_for(person)
    items = itemiser.items_of(record)
    return bool(items) and all(access_with(asker, one) for one in items)
