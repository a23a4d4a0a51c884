# SPDX-License-Identifier: EUPL-1.2
"""A near miss has exactly one thing wrong, and there is one for everything that can be wrong."""

from __future__ import annotations

import pytest

from kgbx.case import FamilyCase
from kgbx.case.rules import RULES
from kgbx.errors import UsageError
from kgbx.messages.document import DOCUMENT
from kgbx.testing.near_misses import NEAR_MISS_CODES, near_miss
from tests.effort import scaled

SEEDS = range(scaled(quick=2, ci=15, long=200))
OF_LOGS = {"D_LOG_EMPTY", "D_LOG_TORN", "D_LOG_CHANGED", "D_LOG_BREAK", "D_LOG_CUT"}
OF_PASSING_ON = {"D_REFERENCE", "D_CONFLICT", "D_ALTERED", "D_SYNTHETIC", "D_ERASED"}
OF_HANDOVERS = {"D_STEP_SENDER", "D_STEP_EARLY", "D_STEP_ORDER", "D_STEP_TYPE", "D_FIXED_CONTACT"}
OF_HANDOVERS |= {"D_HANDOVER", "D_HANDOVER_PERSONS", "D_OFFER_NONE", "D_OFFER_LACKS"}
OF_MESSAGES = {"D_CORRECTION", "D_CONSULT", "D_TRACE", "D_PLACE"}
NOT_OF_READING = {"D_INVALID", "D_SCHEMA", "D_NO_HOME", "D_EXCLUDED"}
NOT_OF_READING |= OF_LOGS | OF_PASSING_ON | OF_HANDOVERS | OF_MESSAGES
"""Codes of whole lists, other formats, need profiles, logs, handovers, messages, and of merging and receiving."""
NOT_ALONE = {"D_MANY"}
"""Codes that come only beside others."""
LARGE = {"D_SIZE", "D_VALUES"}


@pytest.mark.parametrize("code", NEAR_MISS_CODES)
def test_a_near_miss_is_told_its_one_code_and_no_other(code: str) -> None:
    seeds = SEEDS[:2] if code in LARGE else SEEDS
    told = {seed: {one.code for one in FamilyCase.check(near_miss(code, seed).data)} for seed in seeds}
    assert told == {seed: {code} for seed in seeds}


def test_every_rule_has_a_near_miss() -> None:
    """A new rule needs a row: see kgbx/testing/near_miss_rows.py."""
    assert {rule.id for rule in RULES} == {code for code in NEAR_MISS_CODES if code.startswith("KGBX-R-")}


def test_every_code_that_reading_gives_has_a_near_miss() -> None:
    shape = {code for code in NEAR_MISS_CODES if code.startswith("D_")}
    assert {code for code in DOCUMENT if code.startswith("D_")} - NOT_OF_READING - NOT_ALONE == shape


def test_the_same_seed_gives_the_same_near_miss() -> None:
    assert near_miss("KGBX-R-042", 5).data == near_miss("KGBX-R-042", 5).data
    assert near_miss("KGBX-R-042", 5).data != near_miss("KGBX-R-042", 6).data


def test_what_is_shown_of_a_near_miss_is_its_code() -> None:
    assert repr(near_miss("KGBX-R-028", 1)) == "NearMiss(code='KGBX-R-028')"


def test_a_code_without_a_near_miss_is_refused() -> None:
    with pytest.raises(UsageError) as caught:
        near_miss("D_CONFLICT", 1)
    assert caught.value.code == "U_ARGUMENT"
