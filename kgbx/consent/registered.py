# SPDX-License-Identifier: EUPL-1.2
"""The own registers and decisions under the ids that stand for persons in a case: no link takes anybody out of them.

Rules: what narrows (a refusal, a withdrawal, a confidence, a withholding) counts for every id that may name the person,
and for every version of a record; what widens only under the id that a register or BSN joined. Protections are arranged
with those of the case, in :mod:`.joins`.
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, TypeVar

from kgbx.case.structures import ANY
from kgbx.consent.facts import KnownCaseload

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from pydantic import BaseModel

    from kgbx.consent.access_facts import Grant, Withholding
    from kgbx.consent.facts import ConsentFact, Facts, WithdrawalFact
    from kgbx.consent.same import Joined

S = TypeVar("S", bound="BaseModel")


def registered(registers: Facts, joined: Joined, *, versions: Callable[[str], Iterable[str]]) -> Facts:
    """Return the registers with the ids that stand for persons; persons and protections as they are.

    Args:
        registers: The own registers.
        joined: Which ids name one person.
        versions: Gives the ids of every version of a record.
    """
    subjects = "subjects"
    return registers.model_copy(
        update={
            "parental_authority": _under(registers.parental_authority, joined, "child", "holder"),
            "measures": _under(registers.measures, joined, "child"),
            "consents": tuple(one for fact in registers.consents for one in _consent(fact, joined)),
            "withdrawals": tuple(one for fact in registers.withdrawals for one in _withdrawal(fact, joined)),
            "legal_grounds": _under(registers.legal_grounds, joined, subjects),
            "third_party_weighings": _under(registers.third_party_weighings, joined, "person"),
            "confidences": tuple(
                fact.model_copy(update={"item": item, "withheld_from": wide(joined, fact.withheld_from)})
                for fact in registers.confidences
                for item in versions(fact.item)
            ),
            "caseloads": _under(registers.caseloads, joined, "person"),
            "caseload_known": tuple(one for known in registers.caseload_known for one in _known(known, joined)),
            "barriers": _under(registers.barriers, joined, "person"),
            "care_teams": _under(registers.care_teams, joined, "subject"),
            "restrictions": tuple(
                fact.model_copy(update={"item": item})
                for fact in registers.restrictions
                for item in versions(fact.item)
            ),
        }
    )


def wide(joined: Joined, persons: Iterable[str]) -> tuple[str, ...]:
    """Return ids as they stand, and every id that may name the same persons; sorted."""
    return tuple(sorted({other for one in persons for other in (one, *joined.every(one))}))


def withheld_under(decisions: Iterable[Withholding], joined: Joined) -> tuple[Withholding, ...]:
    """Return each withholding for every id that may name the person, about every id that may name a subject."""
    return tuple(
        fact.model_copy(update={"person": person, "subjects": wide(joined, fact.subjects)})
        for fact in decisions
        for person in ((ANY,) if fact.person == ANY else wide(joined, (fact.person,)))
    )


def granted_under(decisions: Iterable[Grant], joined: Joined) -> tuple[Grant, ...]:
    """Return each grant under the ids that stand for the person and the subject."""
    return _under(tuple(decisions), joined, "person", "about")


def _under(facts: tuple[S, ...], joined: Joined, *members: str) -> tuple[S, ...]:
    """Return facts with the one id that stands for each person in some members."""
    return tuple(
        fact.model_copy(update={member: _one(getattr(fact, member), joined) for member in members}) for fact in facts
    )


def _one(named: str | tuple[str, ...], joined: Joined) -> str | tuple[str, ...]:
    return joined.one(named) if isinstance(named, str) else tuple(joined.one(person) for person in named)


def _consent(fact: ConsentFact, joined: Joined) -> Iterator[ConsentFact]:
    """Yield a choice under the ids of its persons; a recipient may be one: who may see, or must not, what is held."""
    if fact.decision == "refuse":
        for about, decider in product(wide(joined, (fact.about,)), wide(joined, (fact.decided_by,))):
            recipients = wide(joined, fact.recipients)
            yield fact.model_copy(update={"about": about, "decided_by": decider, "recipients": recipients})
    else:
        yield from _under((fact,), joined, "about", "decided_by", "recipients")


def _withdrawal(fact: WithdrawalFact, joined: Joined) -> Iterator[WithdrawalFact]:
    for person in (None,) if fact.by is None else wide(joined, (fact.by,)):
        yield fact.model_copy(update={"by": person})


def _known(known: str | KnownCaseload, joined: Joined) -> Iterator[str | KnownCaseload]:
    """Yield what is known of a person under the id that stands there too: protections name that one as well."""
    yield known
    if isinstance(known, KnownCaseload):
        yield known.model_copy(update={"person": joined.one(known.person)})
