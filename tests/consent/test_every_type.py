# SPDX-License-Identifier: EUPL-1.2
"""Every record type is decided about as the tables say, or never travels by itself."""

from __future__ import annotations

import pytest

from kgbx.case import RECORD_TYPES, RecordType
from kgbx.consent.items import categories_table
from tools.record_types_page import category_in_words

NEVER_DECIDED = {"organisations", "professionals", "same_person", "links", "erasures", "confidences"}


@pytest.mark.parametrize("row", RECORD_TYPES, ids=lambda row: row.array)
def test_a_type_has_a_category_or_is_never_decided_about(row: RecordType) -> None:
    assert (category_in_words(row) == "") is (row.array in NEVER_DECIDED)


def test_the_table_of_categories_names_types_that_exist_and_are_decided_about() -> None:
    named = {
        *categories_table().types,
        *categories_table().by_topic,
        *(one.type for one in categories_table().by_value),
    }
    assert named <= {row.array for row in RECORD_TYPES} - NEVER_DECIDED
