# SPDX-License-Identifier: EUPL-1.2
"""The rules of the family case: what must hold between members and between records.

Rules: one row per rule, by number; numbers are never used again. Each check is linear in the number of records, but for
sorting. Shape is not looked at: these rules see documents whose shape is right.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kgbx.case.rules.accompanying import ACCOMPANYING_RULES
from kgbx.case.rules.authority import AUTHORITY_RULES
from kgbx.case.rules.contact import CONTACT_RULES
from kgbx.case.rules.course import COURSE_RULES
from kgbx.case.rules.deciding import DECIDING_RULES
from kgbx.case.rules.judging import JUDGING_RULES
from kgbx.case.rules.keeping import KEEPING_RULES
from kgbx.case.rules.kinship import KINSHIP_RULES
from kgbx.case.rules.measuring import MEASURING_RULES
from kgbx.case.rules.merged import shown_between_organisations
from kgbx.case.rules.numbers import NUMBER_RULES
from kgbx.case.rules.rule import Finding, Rule
from kgbx.case.rules.sharing import SHARING_RULES
from kgbx.case.rules.speaking import SPEAKING_RULES
from kgbx.case.rules.structure import STRUCTURE_RULES
from kgbx.case.rules.telling import TELLING_RULES

if TYPE_CHECKING:
    from kgbx.case.index import CaseIndex
    from kgbx.errors import Problem

RULES: Final[tuple[Rule, ...]] = tuple(
    sorted(
        (
            *STRUCTURE_RULES,
            *KINSHIP_RULES,
            *NUMBER_RULES,
            *AUTHORITY_RULES,
            *TELLING_RULES,
            *CONTACT_RULES,
            *SHARING_RULES,
            *SPEAKING_RULES,
            *COURSE_RULES,
            *MEASURING_RULES,
            *KEEPING_RULES,
            *JUDGING_RULES,
            *DECIDING_RULES,
            *ACCOMPANYING_RULES,
        ),
        key=lambda rule: rule.id,
    )
)
"""Every rule, by number."""


def problems_of_rules(index: CaseIndex) -> tuple[Problem, ...]:
    """Return what all rules say of a case, in no particular order."""
    problems = [problem for rule in RULES for problem in rule.problems(index)]
    return tuple(shown_between_organisations(problems, index, rules=RULES))


__all__ = ["RULES", "Finding", "Rule", "problems_of_rules"]
