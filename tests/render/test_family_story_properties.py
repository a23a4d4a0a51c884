# SPDX-License-Identifier: EUPL-1.2
"""The story for the family, of made-up families with protections: only what access() gives, and never an id."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from hypothesis import given, settings
from hypothesis import strategies as st

from kgbx.case import Address, ContactPoint, Person, Record, Statement
from kgbx.clock import parse_instant
from kgbx.consent.access import access_with
from kgbx.consent.access_items import AccessItemiser, access_facts
from kgbx.consent.asker import Asker
from kgbx.consent.family_part import family_part
from kgbx.consent.log import disclosure
from kgbx.render.family_story import StoryPage
from tests.effort import scaled
from tests.journey.advice import NAME, TEAM, World
from tests.render.reading import read

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kgbx.consent.family_part import FamilyPart

EXAMPLES: Final = scaled(quick=2, ci=40, long=2000)
ID: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4|urn:")


def readers(world: World) -> Iterator[tuple[Asker, AccessItemiser, FamilyPart, str]]:
    """Yield each person of a family as one who reads, with the part and everything that is printed of it."""
    request, decided = world.decided
    facts = access_facts(world.case, decided.facts, own=TEAM)
    itemiser = AccessItemiser(world.case, facts=facts, policy=decided.policy)
    entry = disclosure(
        decided.share.account, policy=decided.policy, facts=decided.facts, entry_id="entry", case=world.case
    )
    for one in world.case.records("persons"):
        who = itemiser.one(one.id)
        asker = Asker(who, at=request.at, known_at=request.at, facts=facts, policy=decided.policy)
        part = family_part(world.case, asker, own=TEAM, log=(entry,))
        page = StoryPage(part, policy=decided.policy, at=parse_instant(world.at), language="nl")
        yield asker, itemiser, part, page.html() + "\n".join(page.lines())


class TestOnlyWhatAccessGives:
    """Whatever is read, every part of it is permitted to the reader; what is not, is not printed."""

    @settings(max_examples=EXAMPLES)
    @given(seed=st.integers(0, 2**32), blocking=st.booleans())
    def test_nothing_else_is_read(self, seed: int, blocking: bool) -> None:  # noqa: FBT001  # drawn
        world = World(seed, blocking)
        for asker, itemiser, part, _ in readers(world):
            read_ones = [one for one in world.case if one.id in part.read]
            assert all(isinstance(one, Record) for one in read_ones)
            items = [item for one in read_ones if isinstance(one, Record) for item in itemiser.items_of(one)]
            assert all(access_with(asker, item) for item in items)

    @settings(max_examples=EXAMPLES)
    @given(seed=st.integers(0, 2**32))
    def test_no_other_words_are_printed(self, seed: int) -> None:
        world = World(seed)
        for _, _, part, text in readers(world):
            whole = " ".join(text.split())
            told = [one for one in world.case.records("statements") if isinstance(one, Statement)]
            shown = {" ".join(one.wording.text.split()) for one in told if one.id in part.case}
            hidden = {" ".join(one.wording.text.split()) for one in told} - shown
            assert [one for one in hidden if f"“{one}”" in whole or f">{one}<" in whole] == []

    def test_words_are_printed(self) -> None:
        """The control: who reads most has something to read."""
        most = max(len(part.told) for seed in range(8) for _, _, part, _ in readers(World(seed)))
        assert most > 0


class TestNoIdsAndNoPlaces:
    """No id stands on a page, no place of who is protected, and a page is well formed whoever reads it."""

    @settings(max_examples=EXAMPLES)
    @given(seed=st.integers(0, 2**32), blocking=st.booleans())
    def test_no_id(self, seed: int, blocking: bool) -> None:  # noqa: FBT001  # drawn
        for _, _, _, text in readers(World(seed, blocking)):
            assert ID.search(text) is None
            assert read(text.partition("</html>")[0] + "</html>").all("main")

    @settings(max_examples=EXAMPLES)
    @given(seed=st.integers(0, 2**32))
    def test_no_street_or_number_of_who_is_protected(self, seed: int) -> None:
        world = World(seed)
        if not world.usable:
            return
        rows = [one for one in world.case.current("addresses") if isinstance(one, Address)]
        streets = {one.street for one in rows if world.person in one.persons and one.street}
        points = [one for one in world.case.current("contact_points") if isinstance(one, ContactPoint)]
        for _, _, _, text in readers(world):
            assert [street for street in streets if street in text] == []
            assert [one for one in points if one.value in text] == []


class TestNobodyUnseenIsNamed:
    """Who stands in nothing that the reader sees has no name on the page."""

    @settings(max_examples=EXAMPLES)
    @given(seed=st.integers(0, 2**32))
    def test_a_name_needs_a_record(self, seed: int) -> None:
        world = World(seed)
        for _, _, part, text in readers(world):
            named = part.case.get(world.blocked)
            spoken = {one.wording.text for one in part.case.records("statements") if isinstance(one, Statement)}
            if not isinstance(named, Person) and not any(NAME in one for one in spoken):
                assert NAME not in text
