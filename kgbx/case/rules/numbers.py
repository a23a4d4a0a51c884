# SPDX-License-Identifier: EUPL-1.2
"""Rules about numbers of persons: the BSN above all.

Rules: a BSN is nine digits that pass the 11-proef; the values that files use for "unknown" are refused; made-up cases
hold only numbers that start with 999. Numbers never stand in free text, where no decision can keep them back.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from kgbx.case.dates import day_recorded
from kgbx.case.rules.references import TEXTS, values_where
from kgbx.case.rules.rule import Finding, Rule
from kgbx.clock import ages_on
from kgbx.messages import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kgbx.case.index import CaseIndex

_BSN: Final = re.compile(r"[0-9]{9}\Z")
_WEIGHTS: Final = (9, 8, 7, 6, 5, 4, 3, 2, -1)
_SENTINELS: Final = frozenset({"000000000", "999999999"})
_MADE_UP_PREFIX: Final = "999"
_IN_TEXT: Final = re.compile(
    r"[0-9](?<![0-9][0-9])"  # a digit first: then the search passes over letters four times as fast
    r"(?:[0-9]{8}|[0-9]{3}[. -][0-9]{2}[. -][0-9]{3}|[0-9]{2}[. -][0-9]{3}[. -][0-9]{3})(?![0-9])"
)
_OF_THE_YOUNG: Final = frozenset({"jw_7_2_1", "jw_7_4_0"})
_NO_LONGER_YOUNG: Final = 23
_SEPARATORS: Final = str.maketrans("", "", ". -")


def is_bsn(value: str) -> bool:
    """Tell whether `value` can be a BSN: nine digits, the 11-proef, not a value that means "unknown".

    Source: Wabb; Logisch ontwerp BRP, element 01.20.
    """
    if not _BSN.match(value) or value in _SENTINELS:
        return False
    return sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, value, strict=True)) % 11 == 0


def _not_a_bsn(index: CaseIndex) -> Iterator[Finding]:
    for pointer, identifier in index.items("identifiers"):
        if identifier.system == "bsn" and not is_bsn(identifier.value):
            yield Finding(f"{pointer}/value")


def _without_basis(index: CaseIndex) -> Iterator[Finding]:
    for pointer, identifier in index.items("identifiers"):
        if identifier.system == "bsn" and identifier.legal_basis is None:
            yield Finding(pointer)


def _number_of_an_adult(index: CaseIndex) -> Iterator[Finding]:
    for pointer, identifier in index.items("identifiers"):
        person = index.person(identifier.person)
        if person is None or person.birth_date is None or identifier.legal_basis not in _OF_THE_YOUNG:
            continue
        if ages_on(person.birth_date, day_recorded(identifier))[0] >= _NO_LONGER_YOUNG:
            yield Finding(f"{pointer}/legal_basis", (identifier, person))


def _made_up(index: CaseIndex, *, wanted: bool) -> Iterator[Finding]:
    for pointer, identifier in index.items("identifiers"):
        if identifier.system == "bsn" and identifier.value.startswith(_MADE_UP_PREFIX) is wanted:
            yield Finding(f"{pointer}/value")


def _made_up_in_real(index: CaseIndex) -> Iterator[Finding]:
    if not index.synthetic:
        yield from _made_up(index, wanted=True)


def _real_in_made_up(index: CaseIndex) -> Iterator[Finding]:
    if index.synthetic:
        yield from _made_up(index, wanted=False)


def _number_in_text(index: CaseIndex) -> Iterator[Finding]:
    for array, path in TEXTS:
        for pointer, _ in values_where(index, array, path=path, wrong=_holds_a_bsn):
            yield Finding(pointer)


def _holds_a_bsn(text: str) -> bool:
    return any(is_bsn(hit.group().translate(_SEPARATORS)) for hit in _IN_TEXT.finditer(text))


NUMBER_RULES: Final = (
    Rule(
        id="KGBX-R-023",
        severity="error",
        text=Text(
            "Dit is geen burgerservicenummer: het heeft geen negen cijfers of het voldoet niet aan de 11-proef. Kijk "
            "het na op een identiteitsbewijs.",
            "This is no BSN: it does not have nine digits or it fails the 11-proef. Check it against an identity "
            "document.",
        ),
        source="Wabb; Logisch ontwerp BRP, element 01.20",
        check=_not_a_bsn,
    ),
    Rule(
        id="KGBX-R-024",
        severity="error",
        text=Text(
            "Een burgerservicenummer mag alleen met een wettelijke basis. Vul legal_basis in of haal het nummer weg.",
            "A BSN may only be used on a legal basis. Add legal_basis, or remove the number.",
        ),
        source="UAVG 46; Jeugdwet 7.2.1 lid 1; Wmo 2015 5.2.9 lid 1 en 2",
        check=_without_basis,
    ),
    Rule(
        id="KGBX-R-027",
        severity="warning",
        text=Text(
            "Dit lijkt een verzonnen burgerservicenummer in een echt dossier. Kijk het na.",
            "This looks like a made-up BSN in a real case. Check it.",
        ),
        source="kgbx: test numbers start with 999",
        check=_made_up_in_real,
    ),
    Rule(
        id="KGBX-R-028",
        severity="error",
        text=Text(
            "In deze tekst staat een burgerservicenummer. Haal het uit de tekst en zet het in identifiers.",
            "This text holds a BSN. Take it out of the text and put it in identifiers.",
        ),
        source="UAVG 46; Jeugdwet 7.2.1",
        check=_number_in_text,
    ),
    Rule(
        id="KGBX-R-081",
        severity="error",
        text=Text(
            "Een verzonnen dossier bevat alleen burgerservicenummers die met 999 beginnen. Dit nummer kan van iemand "
            "zijn: vervang het.",
            "A made-up case holds only BSNs that start with 999. This one may belong to someone: replace it.",
        ),
        source="kgbx: made-up data is marked",
        check=_real_in_made_up,
    ),
    Rule(
        id="KGBX-R-143",
        severity="warning",
        text=Text(
            "Deze wettelijke basis geldt alleen voor het nummer van een jeugdige. Noem de basis voor deze volwassene "
            "of haal het nummer weg.",
            "This legal basis is for the number of a young person only. Name the basis for this adult, or remove the "
            "number.",
        ),
        source="Jeugdwet 1.1, 7.2.1 lid 1, 7.4.0; kgbx: who falls under juvenile criminal law may be older",
        check=_number_of_an_adult,
    ),
)
