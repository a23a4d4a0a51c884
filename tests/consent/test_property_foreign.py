# SPDX-License-Identifier: EUPL-1.2
"""P15: what another organisation recorded never opens anything here, over made-up files and records of every type."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kgbx.case import RECORD_TYPES, FamilyCase
from kgbx.errors import IntegrityError
from kgbx.exchange.joining import joined
from kgbx.testing.strategies import records
from tests.consent.foreign_worlds import OWN, OwnFile
from tests.effort import scaled

if TYPE_CHECKING:
    from kgbx.case import BareRecord

EXAMPLES = scaled(quick=3, ci=60, long=600)
"""Of each type of record: more than 2,000 in all at effort ci."""


def taken_in(file: OwnFile, drawn: list[BareRecord]) -> FamilyCase:
    """Return the own file with records of another organisation, each now and then as a correction of an own one."""
    made = [file.aimed(one) for one in drawn]
    links = [link for one in made if file.chance(3) and (link := file.correction(one)) is not None]
    arrived = FamilyCase([*made, *links], synthetic=True)
    try:
        return joined(file.file, arrived, own=OWN, sender=file.sender)[0]
    except IntegrityError:  # what erases itself, for one
        return file.file


class TestP15AForeignRecordNeverWidens:
    """A record of any type that another organisation recorded, taken in, never lets a recipient or a person of the
    family have a record of the own organisation that they could not have before."""

    @pytest.mark.parametrize("array", [row.array for row in RECORD_TYPES])
    @settings(max_examples=EXAMPLES)
    @given(seed=st.integers(0, 2**48), data=st.data())
    def test_for_every_type(self, array: str, seed: int, data: st.DataObject) -> None:
        file = OwnFile(seed)
        drawn = data.draw(st.lists(records(array), min_size=1, max_size=2)) + data.draw(st.lists(records(), max_size=1))
        after = taken_in(file, drawn)
        assert {one for one in file.passed(after) if one in file.file} <= file.passed(file.file)
        assert {one for one in file.seen(after) if one in file.file} <= file.seen(file.file)
