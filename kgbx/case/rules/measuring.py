# SPDX-License-Identifier: EUPL-1.2
"""Rules about measures beside what else the case says: other measures, gezag, executors, the life of the minor.

Rules: courts and registers may be right and the case wrong, so all but the impossible is a warning. A placement order
and closed youth help may last beyond one supervision order; no rule here counts extensions.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from kgbx.case.dates import Certain, day_recorded, overlapping, surely_before
from kgbx.case.rules.kinds import measure_is
from kgbx.case.rules.rule import Finding, Rule
from kgbx.clock import ages_on, span_of
from kgbx.messages import Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from kgbx.case.course import Measure
    from kgbx.case.family import ParentalAuthority
    from kgbx.case.index import CaseIndex

_RUNS: Final = "loopt"
_SUPERVISION: Final = frozenset({"ondertoezichtstelling", "voorlopige_ondertoezichtstelling"})
_GUARDIANSHIP: Final = frozenset({"voogdij", "voorlopige_voogdij", "tijdelijke_voogdij"})
_PROBATION: Final = frozenset({"jeugdreclassering"})
_PROBATION_AGES: Final = (12, 23)
_BY_CERTIFIED: Final = _SUPERVISION | _GUARDIANSHIP | _PROBATION
_ONE_AT_A_TIME: Final = _BY_CERTIFIED | {"machtiging_uithuisplaatsing", "raadsonderzoek", "onderzoek_veilig_thuis"}
_YOUTH_HELP: Final = frozenset({"jeugdhulpaanbieder", "pleegzorgaanbieder", "jeugd_ggz"})
_OF_THE_EXECUTOR: Final[Mapping[str, str]] = {
    "JW-7.3.11-4": "ondertoezichtstelling",
    "JW-7.3.11-4-VOTS": "voorlopige_ondertoezichtstelling",
}
"""Provisions that are for whoever executes a measure of this kind. Source: Jeugdwet 7.3.11 lid 4."""

_ENDS_BOTH: Final = frozenset({"meerderjarig", "overlijden"})
_ENDS_SUPERVISION: Final = _ENDS_BOTH | {"opgeheven", "niet_verlengd", "volgens_plan", "gezagsbeeindiging"}
_ENDS_GUARDIANSHIP: Final = _ENDS_BOTH | {"voogdij_pleegouder", "voogdij_burger", "herstel_gezag"}
END_REASONS: Final[Mapping[str, frozenset[str]]] = {
    "ondertoezichtstelling": _ENDS_SUPERVISION,
    "voorlopige_ondertoezichtstelling": _ENDS_SUPERVISION | {"omgezet"},
    **dict.fromkeys(_GUARDIANSHIP, _ENDS_GUARDIANSHIP),
}
"""Why a measure can end, by kind. Source: CBS beleidsinformatie jeugd 5.3.1, codes 01-07 and 11-15."""


def _running(index: CaseIndex, kinds: frozenset[str]) -> Iterator[tuple[str, Measure]]:
    for pointer, measure in index.live("measures"):
        if measure.status == _RUNS and measure_is(measure.kind, kinds):
            yield pointer, measure


def _functions(index: CaseIndex) -> dict[str, set[str]]:
    """Return what each described organisation does, all descriptions together."""
    found: dict[str, set[str]] = defaultdict(set)
    for _, organisation in index.live("organisations"):
        found[organisation.org].update(organisation.functions)
    return found


def _running_twice(index: CaseIndex) -> Iterator[Finding]:
    of_minor: dict[tuple[str, str], list[tuple[Certain, tuple[str, Measure]]]] = defaultdict(list)
    for pointer, measure in _running(index, _ONE_AT_A_TIME):
        held = Certain.of(measure, day_recorded(measure))
        of_minor[index.same(measure.minor), measure.kind].append((held, (pointer, measure)))
    for measures in of_minor.values():
        for (_, one), (pointer, other) in overlapping(measures):
            yield Finding(pointer, (one, other))


def _not_certified(index: CaseIndex) -> Iterator[Finding]:
    functions = _functions(index)
    for pointer, measure in _running(index, _BY_CERTIFIED):
        known = functions.get(measure.executing_org) if measure.executing_org else None
        if known and "gi" not in known:
            yield Finding(f"{pointer}/executing_org")


def _helps_and_protects(index: CaseIndex) -> Iterator[Finding]:
    for pointer, organisation in index.live("organisations"):
        if "gi" in organisation.functions and not _YOUTH_HELP.isdisjoint(organisation.functions):
            yield Finding(f"{pointer}/functions")


def _latest_gezag(index: CaseIndex) -> dict[str, tuple[Certain, ParentalAuthority]]:
    latest: dict[str, tuple[Certain, ParentalAuthority]] = {}
    for _, authority in index.live("parental_authorities"):
        minor, held = index.same(authority.minor), Certain.of(authority, day_recorded(authority))
        if minor not in latest or (latest[minor][0].start, latest[minor][0].until) < (held.start, held.until):
            latest[minor] = (held, authority)
    return latest


def _against_the_gezag(index: CaseIndex) -> Iterator[Finding]:
    latest = _latest_gezag(index)
    for pointer, measure in _running(index, _SUPERVISION | _GUARDIANSHIP):
        held, authority = latest.get(index.same(measure.minor), (None, None))
        if held is None or authority is None or held.until <= day_recorded(measure):
            continue
        if not _go_together(measure, authority):
            yield Finding(f"{pointer}/kind", (measure, authority))


def _go_together(measure: Measure, authority: ParentalAuthority) -> bool:
    """Tell whether a measure can run beside a gezag; a guardian who is no institution can be supervised too."""
    if measure.kind in _GUARDIANSHIP:
        return authority.kind == "voogdij"
    return not any(holder.org for holder in authority.holders or ())


def _age_of_probation(index: CaseIndex) -> Iterator[Finding]:
    for pointer, measure in index.live("measures"):
        person = index.person(measure.minor)
        if person is None or person.birth_date is None or measure.valid_from is None:
            continue
        if not measure_is(measure.kind, _PROBATION):
            continue
        first, last = span_of(measure.valid_from)
        if (
            ages_on(person.birth_date, last)[1] < _PROBATION_AGES[0]
            or ages_on(person.birth_date, first)[0] >= _PROBATION_AGES[1]
        ):
            yield Finding(f"{pointer}/valid_from", (measure, person))


def _after_death(index: CaseIndex) -> Iterator[Finding]:
    for pointer, measure in index.live("measures"):
        person = index.person(measure.minor)
        if person is None or person.death_date is None or measure.valid_from is None:
            continue
        if surely_before(person.death_date, measure.valid_from):
            yield Finding(f"{pointer}/valid_from", (measure, person))


def _ended_as_another_kind(index: CaseIndex) -> Iterator[Finding]:
    for pointer, measure in index.live("measures"):
        possible = END_REASONS.get(measure.kind)
        if possible is not None and measure.end_reason is not None and measure.end_reason not in possible:
            yield Finding(f"{pointer}/end_reason")


def _told_to_another_institution(index: CaseIndex) -> Iterator[Finding]:
    executors: dict[tuple[str, str], set[str]] = defaultdict(set)
    for _, measure in _running(index, _SUPERVISION):
        if measure.executing_org is not None:
            executors[measure.kind, index.same(measure.minor)].add(measure.executing_org)
    for pointer, ground in index.live("legal_grounds"):
        kind = _OF_THE_EXECUTOR.get(ground.provision, "")
        known = [found for subject in ground.subjects if (found := executors.get((kind, index.same(subject))))]
        if known and not any(ground.recipient in found for found in known):
            yield Finding(f"{pointer}/recipient")


MEASURING_RULES: Final = (
    Rule(
        id="KGBX-R-009",
        severity="warning",
        text=Text(
            "Voor hetzelfde kind loopt hier al een maatregel of onderzoek van deze soort. Sluit de vorige af of "
            "vervang hem.",
            "A measure or inquiry of this kind is running for the same child already. End the earlier one, or "
            "replace it.",
        ),
        source="kgbx: one running measure of a kind; as the CIN census rule on assessments",
        check=_running_twice,
    ),
    Rule(
        id="KGBX-R-037",
        severity="warning",
        text=Text(
            "Deze bepaling geldt voor de instelling die de ondertoezichtstelling uitvoert, en dat is volgens dit "
            "dossier een andere. Controleer de ontvanger.",
            "This provision is for the institution that carries out the supervision order, and by this case that is "
            "another one. Check the recipient.",
        ),
        source="Jeugdwet 7.3.11 lid 4; kgbx: that a provisional order counts too is our reading",
        check=_told_to_another_institution,
    ),
    Rule(
        id="KGBX-R-046",
        severity="warning",
        text=Text(
            "Een gecertificeerde instelling biedt zelf geen jeugdhulp aan. Kijk na welke functie klopt.",
            "A certified institution does not provide youth care itself. Check which function is right.",
        ),
        source="Jeugdwet 3.2 lid 2",
        check=_helps_and_protects,
    ),
    Rule(
        id="KGBX-R-050",
        severity="warning",
        text=Text(
            "Deze maatregel past niet bij het gezag in dit dossier: bij een ondertoezichtstelling houden de ouders "
            "het gezag, bij voogdij niet. Vraag het gezagsregister op.",
            "This measure does not go with the parental authority in this case: under a supervision order the parents "
            "keep it, under guardianship they do not. Look it up in the register.",
        ),
        source="BW 1:245 lid 3, 1:255",
        check=_against_the_gezag,
    ),
    Rule(
        id="KGBX-R-052",
        severity="warning",
        text=Text(
            "Jeugdreclassering begint niet voor twaalf en niet na drieëntwintig jaar. Controleer de begindatum of de "
            "geboortedatum.",
            "Juvenile probation does not begin before twelve or after twenty-three. Check the first day or the birth "
            "date.",
        ),
        source="CBS, Jeugdbescherming en jeugdreclassering 2019, begrippen; kgbx: a warning, the law was not read",
        check=_age_of_probation,
    ),
    Rule(
        id="KGBX-R-119",
        severity="error",
        text=Text(
            "Deze maatregel begint na het overlijden. Verbeter de begindatum of de overlijdensdatum.",
            "This measure begins after the death. Correct the first day or the date of death.",
        ),
        source="kgbx: as the CIN census rule",
        check=_after_death,
    ),
    Rule(
        id="KGBX-R-120",
        severity="warning",
        text=Text(
            "Volgens dit dossier is de uitvoerder geen gecertificeerde instelling. Controleer de uitvoerder; alleen "
            "een daarvoor aanvaarde rechtspersoon mag het ook.",
            "By this case the executor is no certified institution. Check the executor; only a legal person accepted "
            "for it may do it as well.",
        ),
        source="Jeugdwet 3.2 lid 1; BW 1:256, 1:302 lid 2",
        check=_not_certified,
    ),
    Rule(
        id="KGBX-R-121",
        severity="warning",
        text=Text(
            "Deze reden van einde hoort bij een andere soort maatregel. Kies een andere reden of een andere soort.",
            "This reason of ending belongs to another kind of measure. Choose another reason or another kind.",
        ),
        source="CBS beleidsinformatie jeugd 5.3.1",
        check=_ended_as_another_kind,
    ),
)
