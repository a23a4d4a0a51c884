# SPDX-License-Identifier: EUPL-1.2
"""May this person of the family see this record? Pure, total; every rule is evaluated and every reason reported.

Rules: default deny; a veto beats every right; unknown inside a veto is deny; every subject of a record needs a right of
its own; what is about another, or names another, opens only when that other permits or a named person weighed it. The
machine weighs nothing: where a right meets a denial it says that a person must decide. A denial, and its reasons, are
for the professional only: they tell that there is something. Must not read files or clocks.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from kgbx.consent.access_reasons import ACCESS_REASONS
from kgbx.consent.access_rights import OBJECTION, OWN_NOT_CAPABLE, Subject
from kgbx.consent.access_rules import FIRST
from kgbx.consent.access_vetoes import VETOES
from kgbx.consent.asker import NAMED_ONLY, Asker

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kgbx.consent.access_facts import AccessFacts, AccessItem
    from kgbx.consent.access_rules import Right
    from kgbx.consent.policy import Policy
    from kgbx.messages import Language


_FOR_A_PERSON: Final = frozenset({OBJECTION, OWN_NOT_CAPABLE})
"""Reasons over which a person decides: a right was there, but for this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """What was decided about one record and one person; true if that person may see it.

    Attributes:
        permit: Whether the person may see it.
        reasons: Codes of all that stands in the way, sorted; empty exactly when `permit`.
        released_by: For each subject the right that opened it; empty unless `permit`.
        escalate: The person has a right, or would but for a youth's objection or our judgement of what the person can
            oversee, and does not see it: a human decides.
        first: What must be done before showing it, codes, sorted; empty unless `permit`.
        policy_version: Version of the policy.
    """

    permit: bool
    reasons: tuple[str, ...]
    released_by: Mapping[str, str] = field(default_factory=dict)
    escalate: bool
    first: tuple[str, ...] = ()
    policy_version: str

    def __bool__(self) -> bool:
        return self.permit

    def explain(self, language: Language = "nl") -> tuple[str, ...]:
        """Return a sentence with its article for each reason, then what must be done first."""
        told = (ACCESS_REASONS[code].say(language) for code in self.reasons)
        return (*told, *(FIRST[code].say(language) for code in self.first))


def access(item: AccessItem, person: str, *, at: str, known_at: str, facts: AccessFacts, policy: Policy) -> Access:
    """Decide whether a person may see a record.

    Args:
        item: What there is to know of the record.
        person: Who asks: a person, or the organisation that is guardian.
        at: What held at this moment.
        known_at: What was known at this moment.
        facts: From the own registers and file, with what named persons decided about insight.
        policy: The policy in force at `at`; choosing it is the caller's work.

    Returns:
        A decision with every reason; it never raises for what facts say.

    Raises:
        UsageError: U_MOMENT, a moment is neither an instant nor a day.
    """
    return access_with(Asker(person, at=at, known_at=known_at, facts=facts, policy=policy), item)


def access_with(asker: Asker, item: AccessItem) -> Access:
    """Decide about one of many records that the same person asks to see."""
    subjects = {one: Subject(one, item, asker) for one in sorted(set(item.about))}
    opened = {one: found.right for one, found in subjects.items()}
    firm = {one for one, right in opened.items() if right is not None and right.who != "other"}
    if not firm:
        opened = dict.fromkeys(opened)  # what was weighed about others only goes beside a right of one's own
    reasons = {code for code, applies in VETOES.items() if applies(asker, item)} | _missing(subjects, opened)
    if not all(asker.may_hear_of(other, item) for other in item.third_parties):
        reasons.add(NAMED_ONLY)
    rights = {one: right for one, right in opened.items() if right is not None}
    permit = not reasons
    return Access(
        permit=permit,
        reasons=tuple(sorted(reasons)),
        released_by=MappingProxyType({one: right.id for one, right in rights.items()} if permit else {}),
        escalate=not permit and (bool(firm) or any(found.reasons & _FOR_A_PERSON for found in subjects.values())),
        first=tuple(sorted({code for right in rights.values() for code in right.first})) if permit else (),
        policy_version=asker.policy.version,
    )


def _missing(subjects: Mapping[str, Subject], opened: Mapping[str, Right | None]) -> set[str]:
    """Return why not every subject is opened."""
    closed = [one for one, right in opened.items() if right is None]
    reasons = {code for one in closed for code in subjects[one].reasons}
    if not subjects:
        reasons.add("NO_SUBJECT")
    if closed:
        reasons.add("OTHER_SUBJECT" if len(closed) < len(subjects) else "NO_RIGHT")
    return reasons
