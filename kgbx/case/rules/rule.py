# SPDX-License-Identifier: EUPL-1.2
"""What a rule is.

Rules: a rule is a row with a number that never changes; its check looks and yields findings, it raises nothing and
repairs nothing. A finding in which records of several organisations contradict each other is a warning, whatever the
rule says: each organisation may be right, a merge of two valid cases must stay readable, and showing a contradiction
is what a shared case is for. An organisation that contradicts itself made a mistake.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from kgbx.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from kgbx.case.base import BareRecord
    from kgbx.case.index import CaseIndex
    from kgbx.errors import Severity
    from kgbx.messages import Text


@dataclass(frozen=True, slots=True)
class Finding:
    """One place where a rule is broken.

    Attributes:
        pointer: JSON Pointer to the place.
        records: The records that contradict each other, if more than one.
    """

    pointer: str
    records: tuple[BareRecord, ...] = ()

    @property
    def between_organisations(self) -> bool:
        """Whether records of several organisations contradict each other."""
        return len({record.recorded_by.org for record in self.records}) > 1


def one_of_each_organisation(records: Iterable[BareRecord]) -> tuple[BareRecord, ...]:
    """Return one record of each organisation, of two at most: enough to know whether several contradict each other."""
    return tuple(islice({record.recorded_by.org: record for record in records}.values(), 2))


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule of the family case.

    Attributes:
        id: ``KGBX-R-nnn``.
        severity: ``error`` refuses the document, ``warning`` is reported.
        text: What is wrong and what to do.
        source: Law, standard or reason.
        check: Yields the places where it is broken.
    """

    id: str
    severity: Severity
    text: Text
    source: str
    check: Callable[[CaseIndex], Iterator[Finding]]

    def problems(self, index: CaseIndex) -> Iterator[Problem]:
        """Yield a problem for each place where the rule is broken."""
        for finding in self.check(index):
            severity: Severity = "warning" if finding.between_organisations else self.severity
            yield Problem(code=self.id, pointer=finding.pointer, text=self.text, severity=severity, rule=self.id)
