# SPDX-License-Identifier: EUPL-1.2
"""What of a case may stand in an anonymous question: roles, ages of children, codes, weeks ago.

Rules: rows are sorted by what they say, so that their order tells nothing; weeks get coarser the longer ago. Left out
is what was told in confidence or is not used, with what is linked to it, and what the need profile
``any.consult_anonymous`` excludes: worries about money, and what is labelled criminal or as a working note; and
that somebody stays in a shelter.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from kgbx.clock import span_of
from kgbx.limits import MAX_CONSULT_ROWS
from kgbx.story.people import Family
from kgbx.story.records import Records, day_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from kgbx.case import FamilyCase

NOT_HERE: Final = frozenset({"schulden", "inkomen"})
"""Domains of the category ``debts``, which the need profile excludes. Source: schemas/policy/categories.json."""

LABELS_NOT_HERE: Final = frozenset({"criminal", "working_note"})
"""Labels of the categories ``police_report`` and ``note``, which it excludes too."""

HELP_NOT_HERE: Final = frozenset({"opvang"})
"""Kinds of help that say that somebody hides: who is asked may know whom it is hidden from."""

GONE: Final = frozenset({"voorbij", "niet_bevestigd"})
"""States in which a worry is none."""

COARSER: Final = ((12, 1), (52, 4), (2080, 52))
"""Weeks until which, and the step in which, time is told."""

_ROLES: Final = ("caregiver", "partner", "sibling", "relative")
_STEPS: Final = ("requested", "accepted", "first_contact", "started", "ended")
_LEVELS: Final = ("acuut", "ernstig", "zorg", "signaal")
_DAYS_OF_A_WEEK: Final = 7


def sketch(case: FamilyCase, day: date) -> dict[str, Any]:
    """Return the members of a question that come from a case."""
    records = Records(case)
    shown = _Shown(records, day)
    return {
        "people": sorted(_people(Family(records, day)), key=_of_a_person)[:MAX_CONSULT_ROWS],
        "worries": shown.worries()[:MAX_CONSULT_ROWS],
        "help": shown.help()[:MAX_CONSULT_ROWS],
        "strengths": sorted({one.domain for one in shown.of("strengths")}),
        **shown.safety(),
    }


def weeks_ago(day: date, earlier: date) -> int:
    """Return how many weeks ago a day was, the coarser the longer ago; 0 for a day to come."""
    weeks = max((day - earlier).days, 0) // _DAYS_OF_A_WEEK
    until, step = next((one for one in COARSER if weeks <= one[0]), COARSER[-1])
    return min(weeks, until) // step * step


# --- who


def _people(family: Family) -> Iterator[dict[str, Any]]:
    for person in family.members:
        record = family.person(person)
        roles = set(record.roles or ()) if record is not None else set()
        yield _child(family.ages(person)) if person in family.children else {"role": _role(person, roles, family)}
    for record in family.records.current("persons"):
        expected = record.birth_date is None and record.expected_birth_date is not None and record.death_date is None
        if expected and family.ages(record.id) is None:  # another description may say that it was born
            yield {"role": "child", "unborn": True}


def _child(ages: tuple[int, int] | None) -> dict[str, Any]:
    return {"role": "child"} if ages is None else {"role": "child", "years": max(ages[0], 0)}


def _role(person: str, roles: set[str], family: Family) -> str:
    """Return the role of an adult; somebody who holds authority is told of as a parent or caregiver."""
    if "parent" in roles or (not roles & {*_ROLES} and _holds(person, family)):
        return "parent"
    return next((one for one in _ROLES if one in roles), "relative")


def _holds(person: str, family: Family) -> bool:
    return any(person in family.holders(child) for child in family.children)


def _of_a_person(row: dict[str, Any]) -> tuple[str, int]:
    return row["role"], row.get("years", -1)


# --- what


class _Shown:
    """The records that may be told of as codes."""

    def __init__(self, records: Records, day: date) -> None:
        self._records = records
        self._day = day
        kept = {one.record for array in ("confidences", "restrictions") for one in records.case.records(array)}  # type: ignore[attr-defined]  # both name a record
        links = [(one.from_, one.to) for one in records.case.records("links")]  # type: ignore[attr-defined]  # links only
        self._kept = kept.union(*(pair for pair in links if not kept.isdisjoint(pair)))

    def of(self, array: str) -> list[Any]:
        """Return the current records of an array that may be told of."""
        return [one for one in self._records.current(array) if self._may_stand(one)]

    def _may_stand(self, record: Any) -> bool:  # noqa: ANN401  # a record of any type
        return record.id not in self._kept and LABELS_NOT_HERE.isdisjoint(record.labels or ())

    def worries(self) -> list[dict[str, Any]]:
        """Return the worries, the gravest first."""
        found = (one for one in self.of("concerns") if one.domain not in NOT_HERE and one.status not in GONE)
        rows = [{"domain": one.domain, "level": one.level} | self._since(one.since) for one in found]
        return sorted(rows, key=lambda row: (_LEVELS.index(row["level"]), row["domain"], row.get("weeks_ago", -1)))

    def _since(self, since: str | None) -> dict[str, int]:
        return {} if since is None else {"weeks_ago": weeks_ago(self._day, span_of(since)[0])}

    def safety(self) -> dict[str, Any]:
        """Return the last judgement of safety."""
        judged = max(self.of("safety_assessments"), key=lambda one: (one.assessed_on, one.conclusion), default=None)
        if judged is None:
            return {}
        return {"safety": {"conclusion": judged.conclusion, "weeks_ago": weeks_ago(self._day, day_of(judged))}}

    def help(self) -> list[dict[str, Any]]:
        """Return how far each kind of help is."""
        last: dict[str, Any] = {}
        for step in sorted(self.of("milestones"), key=lambda one: (one.reached_on, _STEPS.index(one.kind))):
            last[step.help_form] = step
        shown = {form: one for form, one in last.items() if form not in HELP_NOT_HERE}
        rows = ((form, one.kind, weeks_ago(self._day, day_of(one))) for form, one in shown.items())
        return [{"form": form, "step": step, "weeks_ago": weeks} for form, step, weeks in sorted(rows)]
