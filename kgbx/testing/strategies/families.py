# SPDX-License-Identifier: EUPL-1.2
"""Whole families, parts of them that stand by themselves, and near misses.

Rules: a part holds every record that its records name, and every correction of them, so that it is valid as the whole
is. Texts are drawn anew, for the stories have only so many.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, Literal

from hypothesis import strategies as st

from kgbx.case import FamilyCase
from kgbx.case.helpers import Link
from kgbx.case.told import Statement
from kgbx.testing.families import make_family
from kgbx.testing.near_misses import NEAR_MISS_CODES, NearMiss, near_miss
from kgbx.testing.story import story_names
from kgbx.testing.strategies.values import texts_nl

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from kgbx.case import BareRecord

Size = Literal["small", "medium", "whole"]

_SEEDS: Final = st.integers(0, 2**32 - 1)
_MONTHS: Final[Mapping[Size, int]] = {"small": 1, "medium": 6, "whole": 24}
_CHOSEN: Final = 6
_REWRITTEN: Final = 3
_ID: Final = re.compile("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


def families(story: str | None = None, *, months: int = 24) -> st.SearchStrategy[FamilyCase]:
    """Return whole made-up families, of one story or of any.

    Raises:
        UsageError: U_ARGUMENT, when drawn: there is no such story, or the months are out of range.
    """
    stories = st.sampled_from(story_names()) if story is None else st.just(story)
    return st.builds(_family, _SEEDS, stories, st.just(months))


def _family(seed: int, story: str, months: int) -> FamilyCase:
    return make_family(seed, months, story=story)


@st.composite
def cases(draw: st.DrawFn, size: Size = "small") -> FamilyCase:
    """Return valid cases.

    Args:
        draw: Given by hypothesis.
        size: ``small``: a few records and what they name; ``medium``: the first six months of a family; ``whole``: all.
    """
    family = draw(families(months=_MONTHS[size]))
    records = list(family)
    if size == "small":
        chosen = draw(st.lists(st.sampled_from(records), max_size=_CHOSEN, unique_by=lambda record: record.id))
        records = _standing(chosen, family)
    records = [draw(_rewritten(record)) if _free(record, records) else record for record in records]
    return FamilyCase(records, id=family.id, synthetic=True)


def near_misses() -> st.SearchStrategy[NearMiss]:
    """Return documents with exactly one thing wrong, and the code that a reader must say of it."""
    return st.builds(near_miss, st.sampled_from(NEAR_MISS_CODES), _SEEDS)


def _standing(chosen: Iterable[BareRecord], family: FamilyCase) -> list[BareRecord]:
    """Return records, every record that they name, every version of those, and so on; in the order of the case."""
    named = {record.id: set(_ID.findall(record.model_dump_json())) for record in family}
    versions: dict[str, set[str]] = {}
    for link in family.records("links"):
        if isinstance(link, Link) and link.kind == "replaces":
            versions.setdefault(link.to, set()).add(link.id)
    found, waiting = set[str](), [record.id for record in chosen]
    while waiting:
        record_id = waiting.pop()
        if record_id not in found and record_id in named:
            found.add(record_id)
            waiting += named[record_id] | versions.get(record_id, set())
    return [record for record in family if record.id in found]


def _free(record: BareRecord, records: list[BareRecord]) -> bool:
    """Tell whether the words of a record may change: a few statements that nobody reviewed."""
    if not isinstance(record, Statement):
        return False
    statements = [one.id for one in records if isinstance(one, Statement)][:_REWRITTEN]
    return record.id in statements and not any(getattr(one, "record", None) == record.id for one in records)


def _rewritten(record: BareRecord) -> st.SearchStrategy[BareRecord]:
    value: dict[str, Any] = record.model_dump(mode="json", exclude_none=True)

    def with_text(text: str) -> BareRecord:
        return type(record).model_validate({**value, "wording": {**value["wording"], "text": text}})

    return st.just(record) | texts_nl().map(with_text)
