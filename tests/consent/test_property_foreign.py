# SPDX-License-Identifier: EUPL-1.2
"""P15: what another organisation recorded never opens anything here, over made-up files and records of every type."""

from __future__ import annotations

import random
from functools import lru_cache
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kgbx.case import RECORD_TYPES, ContactPoint, FamilyCase, Statement
from kgbx.clock import parse_moment
from kgbx.consent.arriving import touching
from kgbx.consent.importing import set_apart
from kgbx.errors import IntegrityError
from kgbx.exchange.joining import joined
from kgbx.story import coverage, profile
from kgbx.testing.strategies import records
from tests.consent.foreign_worlds import OWN, OwnFile
from tests.consent.village import AT
from tests.effort import scaled

if TYPE_CHECKING:
    from kgbx.case import BareRecord

EXAMPLES = scaled(quick=2, ci=60, long=600)
"""Of each type of record: more than 2,000 in all at effort ci."""

FILES = 600
"""Own files; what each releases before is looked up once."""


@lru_cache(maxsize=FILES)
def own_file(number: int) -> tuple[OwnFile, frozenset[str], frozenset[str]]:
    """Return a file, and the ids of what the recipient gets and what the asker sees of it."""
    file = OwnFile(number)
    return file, frozenset(file.passed(file.file)), frozenset(file.seen(file.file))


def taken_in(file: OwnFile, drawn: list[BareRecord], seed: int) -> FamilyCase:
    """Return the own file with records of another organisation, each now and then as a correction of an own one.

    Every second time what breaks a rule is let in too, which `joined` does not: what is drawn at random often does, and
    a record that differs a little from it does not.
    """
    file.random = random.Random(seed)  # noqa: S311  # no secret
    made = [file.aimed(one) for one in drawn]
    links = [link for one in made if file.chance(3) and (link := file.correction(one)) is not None]
    same = [one for record in made if file.chance(2) and (one := file.same(record)) is not None]
    arrived = FamilyCase([*made, *links, *same], synthetic=True)
    try:
        if file.chance(2):
            return joined(file.file, arrived, own=OWN, sender=file.sender)[0]
        usable, _ = set_apart(arrived, touching(arrived, held=file.file, own=OWN, sender=file.sender))
        return file.file.merge(usable)
    except IntegrityError:  # what erases itself, for one
        return file.file


class TestP15AForeignRecordNeverWidens:
    """A record of any type that another organisation recorded, taken in, never lets a recipient or a person of the
    family have a record of the own organisation that they could not have before."""

    @pytest.mark.parametrize("array", [row.array for row in RECORD_TYPES])
    @settings(max_examples=EXAMPLES)
    @given(number=st.integers(0, FILES - 1), seed=st.integers(0, 2**48), data=st.data())
    def test_for_every_type(self, array: str, number: int, seed: int, data: st.DataObject) -> None:
        file, passed, seen = own_file(number)
        drawn = data.draw(st.lists(records(array), min_size=1, max_size=2))
        after = taken_in(file, [*drawn, *data.draw(st.lists(records(), max_size=1))], seed)
        assert {one for one in file.passed(after) if one in file.file} <= passed
        assert {one for one in file.seen(after) if one in file.file} <= seen

    @settings(max_examples=EXAMPLES * 2)
    @given(number=st.integers(0, FILES - 1), seed=st.integers(0, 2**48), data=st.data())
    def test_through_the_eyes_of_the_recipient(self, number: int, seed: int, data: st.DataObject) -> None:
        file, passed, _ = own_file(number)
        after = taken_in(file, data.draw(st.lists(records(), min_size=1, max_size=3)), seed)
        found = coverage(file.shared(after).view, profile("lokaal_team", "intake"), at=parse_moment(AT))
        assert {one.record for row in found.rows for one in row.answers if one.record in file.file} <= passed

    def test_most_of_what_is_sent_is_taken_in(self) -> None:
        """The control: whatever refuses everything would pass as well."""
        sent = taken = 0
        for number in range(10):
            file, *_ = own_file(number)
            drawn = [one for one in file.file if isinstance(one, (Statement, ContactPoint))]
            sent += len(drawn)
            taken += len(taken_in(file, list(drawn), number)) - len(file.file)
        assert taken > sent / 2 > 20
