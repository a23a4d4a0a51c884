# SPDX-License-Identifier: EUPL-1.2
"""Every article that a rule cites was read, or stands in the list of those that were not; no list names another."""

from __future__ import annotations

import pytest

from kgbx.case.rules import RULES
from kgbx.case.rules.laws import LAWS, Law, articles_cited


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.name)
def test_every_cited_article_is_accounted_for_and_no_other(law: Law) -> None:
    cited = set[str]().union(*(articles_cited(rule.source, law=law) for rule in RULES))
    assert cited == law.read | law.unread


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.name)
def test_an_article_is_read_only_in_a_text_with_a_date_and_is_not_unread_too(law: Law) -> None:
    assert law.text_date is not None or not law.read
    assert not law.read & law.unread


@pytest.mark.parametrize(
    ("source", "name", "cited"),
    [
        ("Jeugdwet 7.3.8 lid 3, 7.3.9; Wmo 2015 5.3.4", "Jeugdwet", {"7.3.8", "7.3.9"}),
        ("Jeugdwet 7.3.8 lid 3, 7.3.9; Wmo 2015 5.3.4 lid 1 en 2, 5.3.5", "Wmo 2015", {"5.3.4", "5.3.5"}),
        ("BW 1:257 lid 2, 1:265c lid 1; BW 7:454", "BW 1", {"257", "265c"}),
        ("BW 1:197 tot en met 1:199", "BW 1", {"197", "199"}),
        ("AVG 4 onder 11; kgbx", "AVG", {"4"}),
        ("kgbx: as article 5", "AVG", set()),
    ],
)
def test_the_articles_of_a_source_are_found(source: str, name: str, cited: set[str]) -> None:
    law = next(law for law in LAWS if law.name == name)
    assert articles_cited(source, law=law) == cited
