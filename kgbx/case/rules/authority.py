# SPDX-License-Identifier: EUPL-1.2
"""Rules about parental authority (gezag).

Rules: gezag is imported and never computed; only its form is looked at: who can hold which kind, one at a time, until
the eighteenth birthday. Where a register or a court may be right and the case wrong, it is a warning.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from kgbx.case.dates import Certain, day_recorded, overlapping, surely_before
from kgbx.case.rules.kinds import LEGAL_PARENTS
from kgbx.case.rules.rule import Finding, Rule
from kgbx.clock import ages_on, span_of
from kgbx.messages import Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from kgbx.case.family import AuthorityHolder, ParentalAuthority
    from kgbx.case.index import CaseIndex

_MAJORITY: Final = 18
_DAY: Final = timedelta(days=1)

HOLDERS: Final[Mapping[str, frozenset[tuple[int, int]]]] = {
    "gezamenlijk_ouderlijk": frozenset({(2, 0)}),
    "eenhoofdig_ouderlijk": frozenset({(1, 0)}),
    "gezamenlijk_met_derde": frozenset({(1, 1), (1, 0)}),
    "voogdij": frozenset({(0, 0), (0, 1), (0, 2)}),
    "tijdelijk_geen": frozenset({(0, 0)}),
    "niet_te_bepalen": frozenset({(0, 0)}),
}
"""For each kind, how many parents and how many thirds hold it. A third whom the register does not know is left out.

Source: BRP gezag API v2; BW 1:251, 1:253b, 1:253sa, 1:253t, 1:280, 1:282.
"""


def _wrong_holders(index: CaseIndex) -> Iterator[Finding]:
    for pointer, authority in index.items("parental_authorities"):
        holders = authority.holders or ()
        parents = sum(holder.capacity == "ouder" for holder in holders)
        wrong_number = (parents, len(holders) - parents) not in HOLDERS[authority.kind]
        twice = len({(holder.person, holder.org) for holder in holders}) < len(holders)
        if wrong_number or twice or any(_impossible(holder, authority) for holder in holders):
            yield Finding(f"{pointer}/holders" if authority.holders is not None else pointer)


def _impossible(holder: AuthorityHolder, authority: ParentalAuthority) -> bool:
    if (holder.person is None) == (holder.org is None) or holder.person == authority.minor:
        return True
    return holder.org is not None and (holder.capacity != "derde" or authority.kind != "voogdij")


def _held_from(authority: ParentalAuthority) -> Certain:
    source = authority.source
    known = date.fromisoformat(source.as_of) if source is not None and source.as_of else day_recorded(authority)
    return Certain.of(authority, known)


def _two_at_once(index: CaseIndex) -> Iterator[Finding]:
    of_minor: dict[str, list[tuple[Certain, tuple[str, ParentalAuthority]]]] = defaultdict(list)
    for pointer, authority in index.live("parental_authorities"):
        of_minor[index.same(authority.minor)].append((_held_from(authority), (pointer, authority)))
    for authorities in of_minor.values():
        for (_, one), (pointer, other) in overlapping(authorities):
            yield Finding(pointer, (one, other))


def _nobody_in_between(index: CaseIndex) -> Iterator[Finding]:
    of_minor: dict[str, list[tuple[date, date | None, str, ParentalAuthority]]] = defaultdict(list)
    for pointer, authority in index.live("parental_authorities"):
        if authority.valid_from is not None:
            last = span_of(authority.valid_until)[1] if authority.valid_until else None
            first = span_of(authority.valid_from)[0]
            of_minor[index.same(authority.minor)].append((first, last, pointer, authority))
    for authorities in of_minor.values():
        ordered = sorted(authorities, key=lambda row: row[0])
        for (_, last, _, before), (first, _, pointer, after) in pairwise(ordered):
            if last is not None and last < first:
                yield Finding(f"{pointer}/valid_from", (before, after))


def _of_an_adult(index: CaseIndex) -> Iterator[Finding]:
    for pointer, authority in index.items("parental_authorities"):
        minor = index.person(authority.minor)
        if minor is None or minor.birth_date is None:
            continue
        starts = span_of(authority.valid_from)[0] if authority.valid_from else None
        ends = span_of(authority.valid_until)[0] - _DAY if authority.valid_until else None
        for member, day in (("valid_from", starts), ("valid_until", ends)):
            if day is not None and ages_on(minor.birth_date, day)[0] >= _MAJORITY:
                yield Finding(f"{pointer}/{member}", (authority, minor))


def _held_by_a_minor(index: CaseIndex) -> Iterator[Finding]:
    for pointer, authority in index.items("parental_authorities"):
        for number, holder in enumerate(authority.holders or ()):
            person = index.person(holder.person) if holder.person else None
            if person is None or person.birth_date is None:
                continue
            if ages_on(person.birth_date, _held_from(authority).start)[1] < _MAJORITY:
                yield Finding(f"{pointer}/holders/{number}")


def _before_birth(index: CaseIndex) -> Iterator[Finding]:
    for pointer, authority in index.items("parental_authorities"):
        minor = index.person(authority.minor)
        if authority.kind != "gezamenlijk_ouderlijk" or minor is None or minor.birth_date is None:
            continue
        if authority.valid_from and surely_before(authority.valid_from, minor.birth_date):
            yield Finding(f"{pointer}/valid_from", (authority, minor))


def _investigated(index: CaseIndex) -> Iterator[Finding]:
    for pointer, authority in index.live("parental_authorities"):
        if authority.under_investigation:
            yield Finding(f"{pointer}/under_investigation")


def _not_the_parents(index: CaseIndex) -> Iterator[Finding]:
    parents: dict[str, set[str]] = defaultdict(set)
    for _, relation in index.live("relations"):
        if relation.kind in LEGAL_PARENTS and relation.legal is not False:
            parents[index.same(relation.to)].add(index.same(relation.from_))
    for pointer, authority in index.live("parental_authorities"):
        known = parents.get(index.same(authority.minor), set())
        for number, holder in enumerate(authority.holders or ()):
            is_parent = holder.person is not None and index.same(holder.person) in known
            if known and holder.person is not None and is_parent != (holder.capacity == "ouder"):
                yield Finding(f"{pointer}/holders/{number}")


def _not_from_a_register(index: CaseIndex) -> Iterator[Finding]:
    for pointer, authority in index.live("parental_authorities"):
        if authority.source is None or authority.source.kind != "register":
            yield Finding(pointer)


AUTHORITY_RULES: Final = (
    Rule(
        id="KGBX-R-035",
        severity="error",
        text=Text(
            "Gezag eindigt op de achttiende verjaardag. Verbeter de periode of de geboortedatum.",
            "Parental authority ends on the eighteenth birthday. Correct the period or the birth date.",
        ),
        source="BW 1:233, 1:245 lid 1",
        check=_of_an_adult,
    ),
    Rule(
        id="KGBX-R-036",
        severity="warning",
        text=Text(
            "De gezagsdrager was zelf nog minderjarig. Kijk na of er een meerderjarigverklaring is.",
            "The holder was still a minor. Check whether the court declared the parent of age.",
        ),
        source="BW 1:246, 1:253ha",
        check=_held_by_a_minor,
    ),
    Rule(
        id="KGBX-R-041",
        severity="error",
        text=Text(
            "De gezagsdragers passen niet bij deze soort gezag: kijk na hoeveel ouders en derden erbij horen; noem bij "
            "elk of een persoon of een organisatie, en een organisatie alleen bij voogdij.",
            "The holders do not fit this kind of authority: check how many parents and thirds belong to it; name for "
            "each either a person or an organisation, and an organisation for guardianship only.",
        ),
        source="BRP gezag API v2; BW 1:251, 1:253b, 1:253sa, 1:253t, 1:280, 1:282, 1:302",
        check=_wrong_holders,
    ),
    Rule(
        id="KGBX-R-042",
        severity="error",
        text=Text(
            "Over een kind geldt op een dag maar een gezagsregel. Sluit de vorige af of vervang hem.",
            "On one day one record of parental authority holds for a child. End the earlier one, or replace it.",
        ),
        source="BW 1:245; BRP 11.32.10",
        check=_two_at_once,
    ),
    Rule(
        id="KGBX-R-043",
        severity="error",
        text=Text(
            "Gezamenlijk ouderlijk gezag begint niet voor de geboorte. Verbeter valid_from of de geboortedatum.",
            "Joint parental authority does not begin before birth. Correct valid_from or the birth date.",
        ),
        source="BW 1:251, 1:251b, 1:253aa",
        check=_before_birth,
    ),
    Rule(
        id="KGBX-R-044",
        severity="warning",
        text=Text(
            "Het register onderzoekt dit gezag. Beslis er niet op; vraag de actuele stand op.",
            "The register investigates this authority. Do not decide on it; ask for the present state.",
        ),
        source="Wet BRP 2.26, 3.10 lid 1; BRP gezag API (inOnderzoek)",
        check=_investigated,
    ),
    Rule(
        id="KGBX-R-082",
        severity="warning",
        text=Text(
            "Volgens de relaties is deze gezagsdrager wel of juist geen ouder. Kijk de relatie of de hoedanigheid na.",
            "By the relations this holder is a parent, or is none. Check the relation or the capacity.",
        ),
        source="BW 1:245, 1:253t",
        check=_not_the_parents,
    ),
    Rule(
        id="KGBX-R-094",
        severity="warning",
        text=Text(
            "Gezag hoort uit een register te komen. Vraag het op en vul source in.",
            "Parental authority should come from a register. Look it up and fill in source.",
        ),
        source="BW 1:244; Besluit gezagsregisters; kgbx: gezag is imported, never computed",
        check=_not_from_a_register,
    ),
    Rule(
        id="KGBX-R-144",
        severity="warning",
        text=Text(
            "Tussen het vorige gezag en dit staat niets. Vraag het register op: een minderjarige staat onder gezag, of "
            "tijdelijk heeft niemand het.",
            "Between the former authority and this one there is nothing. Look it up in the register: a minor is under "
            "somebody's authority, or temporarily nobody's.",
        ),
        source="BW 1:245 lid 1, 1:241 lid 1",
        check=_nobody_in_between,
    ),
)
