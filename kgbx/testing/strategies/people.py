# SPDX-License-Identifier: EUPL-1.2
"""Persons, statements and consents that can stand by themselves.

Rules: each is valid in a case of its own; a person that it names has no record, which is allowed. An invalid consent
breaks exactly one rule.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Final

from hypothesis import strategies as st

from kgbx.case.people import Person
from kgbx.case.sharing import Consent
from kgbx.case.told import Statement
from kgbx.codes import code_list
from kgbx.errors import UsageError
from kgbx.testing.dice import Dice
from kgbx.testing.strategies.values import names_nl, partial_dates, texts_nl

if TYPE_CHECKING:
    from collections.abc import Mapping

_TEAM: Final = "urn:osb:oin:00000099000000001000"
_OTHERS: Final = tuple(f"urn:osb:oin:00000099{number:012d}" for number in (2000, 4000, 6000))
_AT: Final = "2026-03-01T10:00:00Z"
_BORN: Final = {"first": date(1940, 1, 1), "last": date(2026, 2, 1)}
_TOLD: Final = {"first": date(2020, 1, 1), "last": date(2026, 3, 1)}
_ESTABLISHED: Final = frozenset({"gebeurtenis", "waarneming", "meetwaarde"})
_SPOILT: Final[Mapping[str, Mapping[str, Any]]] = {
    "KGBX-R-101": {"valid_until": "2025-12-31"},
    "KGBX-R-109": {"capacity": "mentor"},
    "KGBX-R-117": {"ceremony": {"method": "paper", "at": "2026-03-02T10:00:00Z"}},
}


def codes(name: str) -> st.SearchStrategy[str]:
    """Return the codes of a list."""
    return st.sampled_from(sorted(code_list(name).codes))


def ids(of: str) -> st.SearchStrategy[str]:
    """Return UUIDs of version 4; those of one kind of thing are never those of another."""
    return st.integers(0, 2**64).map(lambda number: Dice(f"{of}/{number}").id())


def common() -> st.SearchStrategy[dict[str, Any]]:
    """Return what every full record has."""
    fixed = {"recorded_at": st.just(_AT), "recorded_by": st.just({"org": _TEAM})}
    salt = st.integers(0, 2**64).map(lambda number: Dice(f"salt/{number}").text(16))
    law = {"regime": st.sampled_from(("jeugdwet", "wmo", "wgbo")), "collected_for": codes("purpose")}
    return st.fixed_dictionaries({"id": ids("record"), "salt": salt, **fixed, **law})


def persons() -> st.SearchStrategy[Person]:
    """Return people: born on a day, in a month, in a year, or expected; with and without a name."""
    names = st.fixed_dictionaries({"given": names_nl()}, optional={"surname": names_nl(), "call_name": names_nl()})
    born = st.fixed_dictionaries({"birth_date": partial_dates(**_BORN)}, optional={"sex": codes("sex"), "name": names})
    expected = st.just({"expected_birth_date": "2026-06-01"})
    more = st.fixed_dictionaries({}, optional={"roles": st.lists(codes("person_role"), max_size=2), "pronouns": _SHORT})
    drawn = st.tuples(common(), born | expected | st.just({}), more)
    return drawn.map(lambda parts: Person.model_validate({**parts[0], **parts[1], **parts[2]}))


_SHORT: Final = st.sampled_from(("hij", "zij", "die/hen"))


@st.composite
def statements(draw: st.DrawFn, kind: str | None = None) -> Statement:
    """Return what somebody told: of one kind, or of any that a person of the family can tell.

    Raises:
        UsageError: U_ARGUMENT, a diagnosis, which a person of the family does not give.
    """
    if kind == "diagnose":
        raise UsageError
    kinds = sorted(set(code_list("statement_kind").codes) - {"diagnose"})
    teller = draw(ids("person"))
    chosen = kind or draw(st.sampled_from(kinds))
    wording = {"text": draw(texts_nl()), "language": "nl", "form": draw(st.sampled_from(("woordelijk", "samengevat")))}
    told = {"kind": chosen, "topics": [draw(codes("topic"))], "about": [teller], "told_by": {"person": teller}}
    if chosen in _ESTABLISHED and draw(st.booleans()):
        told["verifiability"] = "vastgesteld"
    when = {"told_on": draw(partial_dates(**_TOLD)), "channel": draw(codes("channel"))}
    return Statement.model_validate({**draw(common()), **told, **when, "wording": wording})


@st.composite
def consents(draw: st.DrawFn, *, valid: bool = True) -> Consent:
    """Return a permit or a refusal of somebody about themselves; an invalid one breaks exactly one rule."""
    decider = draw(ids("person"))
    who = {"subject": decider, "decided_by": decider, "capacity": "self", "decision": draw(codes("consent_decision"))}
    lists = {"categories": codes("category"), "purposes": codes("purpose"), "recipients": st.sampled_from(_OTHERS)}
    what = {name: draw(st.lists(some, min_size=1, max_size=3, unique=True)) for name, some in lists.items()}
    how = {"ceremony": {"method": draw(codes("consent_method")), "at": _AT}, "words": draw(texts_nl())}
    period = {"valid_from": "2026-03-01", "valid_until": draw(st.sampled_from(("2026-06-01", "2027-03-01")))}
    spoilt = {} if valid else _SPOILT[draw(st.sampled_from(sorted(_SPOILT)))]
    return Consent.model_validate({**draw(common()), **who, **what, **how, **period, **spoilt})
