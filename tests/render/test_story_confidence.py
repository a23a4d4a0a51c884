# SPDX-License-Identifier: EUPL-1.2
"""The story for the family: what is kept from the reader in confidence leaves no trace."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

import pytest

from kgbx.case import Confidence, FamilyCase, Statement
from kgbx.case.erasing import versions_of
from tests.case.builders import full
from tests.consent.insight import CASE, SANNE
from tests.effort import scaled
from tests.render.family_pages import changed, journey_page, page_of, permitted, printed

if TYPE_CHECKING:
    from kgbx.case import BareRecord


class TestConfidence:
    """What is kept from the reader in confidence leaves no trace: the page is as if it had never been told."""

    SEEN: Final = tuple(
        one.id
        for one in CASE.current("statements")
        if isinstance(one, Statement) and one.told_by.person != SANNE and permitted(SANNE, one)
    )
    SOME: Final = SEEN[:: scaled(quick=6, ci=1, long=1)]
    """Nobody keeps her own words from her."""

    @pytest.mark.parametrize("record", SOME, ids=[str(place) for place in range(len(SOME))])
    def test_no_trace(self, record: str) -> None:
        value = full(0x510, record=record, withheld_from=[SANNE])
        kept = changed(CASE, one=Confidence.model_validate_json(_json(value)))
        silent = FamilyCase((one for one in CASE if not _speaks(one, record)), synthetic=True)
        told = printed(journey_page(SANNE))
        assert printed(page_of(kept, SANNE)) == printed(page_of(silent, SANNE))
        assert (printed(page_of(kept, SANNE)) != told) is _stands_in(told, record)

    def test_most_of_it_is_on_the_page_otherwise(self) -> None:
        told = printed(journey_page(SANNE))
        assert sum(_stands_in(told, record) for record in self.SEEN) > len(self.SEEN) // 2


def _stands_in(page: str, record: str) -> bool:
    """Tell whether the words of a statement stand on a page: what names a protected place is left off the paper."""
    said = CASE.get(record)
    assert isinstance(said, Statement) and said.wording is not None  # noqa: PT018  # for the type
    return " ".join(said.wording.text.split()) in " ".join(page.split())


def _json(value: object) -> bytes:
    return json.dumps(value).encode()


def _speaks(one: BareRecord, record: str) -> bool:
    """Tell whether a record is another, a version of it, or speaks about it."""
    text = _json(one.model_dump(mode="json")).decode()
    return any(version in text for version in versions_of(CASE).get(record, {record}))
