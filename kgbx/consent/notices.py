# SPDX-License-Identifier: EUPL-1.2
"""Erasure notices: who had received what was erased is told, and answers what it did.

Rules:
    - a notice names ids, rules and days; no content, no type, no subject; an answer names ids, and of what is kept the
      rule;
    - who had received a record stands in the disclosure log; only erasures that the holder itself recorded are told on;
    - a recipient decides for itself (AVG 17 and 19): it erases what its own terms no longer keep, and what a named
      person of its own agreed to; a message alone never destroys what must still be kept;
    - what has no term of its own (a link, a description of an organisation or a worker) is kept with the rest, and is
      answered so;
    - that a record was never there is answered as erased, so that an answer tells nothing.

Source: AVG 19; model: Wet BRP 3.23.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Annotated, Final, Literal

from pydantic import Field

from kgbx.canonical import dumps
from kgbx.case import Erasure, Record
from kgbx.case.fields import Day, Id
from kgbx.case.structures import Key, Shape, read_shape
from kgbx.codes import Code
from kgbx.consent.retention import retention_table

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from kgbx.case import FamilyCase, Stamp
    from kgbx.consent.log import Disclosure
    from kgbx.consent.retention import Keeper


CLAIM_RULE: Final = "CLAIM"
"""Rule of a record that a claim holds back (AVG 17 lid 3 onder e): the same as in the answer to a request."""


class Erased(Shape):
    """That one record was erased."""

    record: Id
    rule: Annotated[str, Code("erasure_rule")]
    on: Day


class ErasureNotice(Shape):
    """What was erased, for one organisation that had received it."""

    records: Annotated[tuple[Erased, ...], Field(min_length=1)]

    def to_json(self) -> bytes:
        """Return the one spelling of this notice."""
        return dumps(self.model_dump(mode="json"))


class Done(Shape):
    """What the recipient did with one record; `rule` says why it is kept."""

    record: Id
    answer: Literal["erased", "kept"]
    rule: Key | None = None


class ErasureAnswer(Shape):
    """What a recipient did with the records of a notice."""

    answers: tuple[Done, ...]

    def to_json(self) -> bytes:
        """Return the one spelling of this answer."""
        return dumps(self.model_dump(mode="json", exclude_none=True))


def read_notice(data: bytes) -> ErasureNotice:
    """Return the notice in the body of a message.

    Raises:
        DocumentError: all problems, with pointers and without values.
    """
    return read_shape(data, ErasureNotice)


def read_answer(data: bytes) -> ErasureAnswer:
    """Return the answer in the body of a message.

    Raises:
        DocumentError: all problems, with pointers and without values.
    """
    return read_shape(data, ErasureAnswer)


def notices(case: FamilyCase, log: Iterable[Disclosure], *, own: str) -> dict[str, ErasureNotice]:
    """Return a notice for each organisation that had received what the holder erased, by URN.

    Args:
        case: The holder's file.
        log: Its disclosure log.
        own: URN of the holder.
    """
    erased = {
        one.record: Erased(record=one.record, rule=one.rule, on=one.on)
        for one in case.records("erasures")
        if isinstance(one, Erasure) and one.recorded_by.org == own
    }
    sent: dict[str, set[str]] = defaultdict(set)
    for entry in log:
        if entry.sender == own:
            went = {*entry.along, *(row.record for row in entry.rows if not row.reasons)}
            sent[entry.recipient] |= went & erased.keys()
    return {
        recipient: ErasureNotice(records=tuple(erased[one] for one in sorted(ids)))
        for recipient, ids in sorted(sent.items())
        if ids
    }


def answer_notice(
    notice: ErasureNotice, case: FamilyCase, *, keeper: Keeper, at: str, stamp: Stamp, agreed: Collection[str] = ()
) -> tuple[ErasureAnswer, FamilyCase]:
    """Return the recipient's answer, and its file without what it erased.

    Args:
        notice: What the sender erased.
        case: The recipient's own file.
        keeper: Its own terms for that file.
        at: Day of the answer.
        stamp: Who records the erasures, and when.
        agreed: Ids that a named person of the recipient decided to erase although a term still runs.

    Raises:
        UsageError: U_MOMENT, `at` is neither an instant nor a day.
        DocumentError: the file breaks a rule without a record.
    """
    answers: dict[str, Done] = {}
    for one in notice.records:
        record = case.get(one.record)
        if record is not None and not isinstance(record, Record):  # it has no term of its own
            rule = retention_table().kept_with_the_rest.id
            answers[one.record] = Done(record=one.record, answer="kept", rule=rule)
            continue
        kept = None if record is None else keeper.of(record)
        if kept is not None and (kept.held or (one.record not in agreed and not kept.over(at))):
            answers[one.record] = Done(record=one.record, answer="kept", rule=CLAIM_RULE if kept.held else kept.rule)
            continue
        answers[one.record] = Done(record=one.record, answer="erased")
        if kept is not None:
            case = case.erase(one.record, rule=one.rule, on=at, stamp=stamp)
    return ErasureAnswer(answers=tuple(answers.values())), case
