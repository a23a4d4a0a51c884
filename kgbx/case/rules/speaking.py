# SPDX-License-Identifier: EUPL-1.2
"""Rules about records that speak about a record: a reaction, a review, a weighing, and what is said of those.

Rules: what speaks about a record is never spoken about by it. Chains may have any length, so they are walked from their
end, once, never from each record anew.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Final

from kgbx.case.graph import circular
from kgbx.case.rules.rule import Finding, Rule, one_of_each_organisation
from kgbx.case.types import RECORD_TYPES, TYPE_OF
from kgbx.messages import Text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from kgbx.case.base import BareRecord
    from kgbx.case.index import CaseIndex

_TARGETS: Final = tuple((row.array, row.target) for row in RECORD_TYPES if row.target is not None)


def _speaking(index: CaseIndex) -> Iterator[tuple[str, Any, str]]:
    """Yield pointer, record and the id of the record it speaks about."""
    for array, target in _TARGETS:
        for pointer, record in index.items(array):
            yield pointer, record, getattr(record, target)


def _about_itself(index: CaseIndex) -> Iterator[Finding]:
    speakers = {record.id for _, record, _ in _speaking(index)}
    answers = [(pointer, record, named) for pointer, record, named in _speaking(index) if named in speakers]
    round_and_round = circular((record.id, named) for _, record, named in answers)
    found = [(pointer, record) for pointer, record, named in answers if (record.id, named) in round_and_round]
    witnesses = one_of_each_organisation(record for _, record in found)
    for pointer, record in found:
        yield Finding(f"{pointer}/{TYPE_OF[type(record)].target}", witnesses)


def _weighs_nobody(index: CaseIndex) -> Iterator[Finding]:
    weighed: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for pointer, weighing in index.items("third_party_weighings"):
        weighed[weighing.record].append((f"{pointer}/person", index.same(weighing.person)))
    if not weighed:
        return
    mentioned: Counter[str] = Counter()
    for record, begins in _along_the_chains(index):
        persons = {index.same(person) for person in getattr(record, "third_parties", None) or ()}
        mentioned.update(dict.fromkeys(persons, 1 if begins else -1))
        for pointer, person in weighed[record.id] if begins else ():
            if not mentioned[person]:
                yield Finding(pointer)


def _along_the_chains(index: CaseIndex) -> Iterator[tuple[BareRecord, bool]]:
    """Yield each record before and after what is said about it; what lies on a circle has an error of its own."""
    said: dict[str, list[BareRecord]] = defaultdict(list)
    for _, record, named in _speaking(index):
        if index.by_id[record.id] is record:  # an id that comes twice would double everything said about it
            said[named].append(record)
    answers = {record.id for named, records in said.items() if named in index.by_id for record in records}
    waiting = [(record, True) for record in index.by_id.values() if record.id not in answers]
    while waiting:
        record, begins = waiting.pop()
        yield record, begins
        if begins:
            waiting.append((record, False))
            waiting.extend((answer, True) for answer in said[record.id])


SPEAKING_RULES: Final = (
    Rule(
        id="KGBX-R-112",
        severity="warning",
        text=Text(
            "Deze persoon is geen derde in dat record. Vul third_parties van het record aan of kies een ander.",
            "This person is not a third party of that record. Complete third_parties there, or choose another person.",
        ),
        source="Jeugdwet 7.3.11 lid 1, 7.3.10; kgbx",
        check=_weighs_nobody,
    ),
    Rule(
        id="KGBX-R-118",
        severity="error",
        text=Text(
            "Dit record gaat over zichzelf, al dan niet via andere. Noem het record waar het werkelijk over gaat.",
            "This record speaks about itself, perhaps through others. Name the record that it really is about.",
        ),
        source="kgbx: a record that speaks about another travels only with it",
        check=_about_itself,
    ),
)
