# SPDX-License-Identifier: EUPL-1.2
"""What names a place: a number or an account by its kind, however short, and nothing that is found everywhere."""

from __future__ import annotations

import pytest

from kgbx.case import ContactPoint, FamilyCase, Person
from kgbx.consent.places import places_of
from tests.case.builders import MOTHER, SMALLEST

NAMED = {"call_name": "Sanne", "prefix": "van", "surname": "Toonbeeld"}


def stands(kind: str, value: str, text: str) -> bool:
    """Tell whether a contact point of a protected person is found in a text."""
    person = Person(**(SMALLEST["persons"] | {"id": MOTHER, "name": NAMED}))
    point = ContactPoint(**(SMALLEST["contact_points"] | {"kind": kind, "value": value, "persons": [MOTHER]}))
    case = FamilyCase([person, point], synthetic=True)
    return places_of(case, protected={MOTHER}, secret_organisations=(), own_places=()).stand_in(text)


@pytest.mark.parametrize(
    ("kind", "value", "text"),
    [
        ("mobile", "06 0000 0017", "Bel +31 6 0000-0017."),
        ("mobile", "06 0000 0017 (na 18 uur)", "Bel 0600000017."),
        ("telephone", "0000 042", "Bel 0000042, of anders morgen."),
        ("telephone", "0000 042", "Bel 00 00 042."),
        ("telephone", "00042", "Intern 00042."),
        ("telephone", "010 0000 042 of 06 0000 0017", "Bel 06 00000017."),
        ("telephone", "010 0000 042 of 06 0000 0017", "Bel 010 0000042."),
        ("telephone", "via de receptie van Het Baken", "Zij zit via de receptie van het baken."),
        ("message_app", "06 0000 0023", "app 0600000023"),
        ("message_app", "@mila", "Zoek mila op."),
        ("message_app", "mi_88", "Zij heet daar Mi_88."),
        ("message_app", "zeester_1998", "zij is zeester 1998"),
        ("email", "s@example.org", "mail s@example.org"),
        ("email", "zeester88@example.org", "zij is zeester88"),
        ("portal", "https://www.example.org/zeester", "op example.org/zeester"),
        ("website", "example.org/ab", "zie http://example.org/ab"),
    ],
)
def test_it_is_found(kind: str, value: str, text: str) -> None:
    assert stands(kind, value, text)


@pytest.mark.parametrize(
    ("kind", "value", "text"),
    [
        ("telephone", "2019", "In 2019 begon het."),
        ("telephone", "112", "Zij belde 112."),
        ("telephone", "00042", "Het dossier heeft nummer 1000423."),
        ("mobile", "06 0000 0017 (na 18 uur)", "Na 18 uur is het rustig."),
        ("message_app", "@sanne", "Sanne vertelt het zelf."),
        ("message_app", "SanneVanToonbeeld", "Sanne van Toonbeeld vertelt het zelf."),
        ("message_app", "abc", "Zij leert abc."),
        ("message_app", "mila", "Het familaire gesprek."),
        ("email", "rob@example.org", "Rob vertelt het zelf."),
        ("email", "info@example.org", "Meer info volgt."),
    ],
)
def test_what_would_be_found_everywhere_is_not_searched(kind: str, value: str, text: str) -> None:
    assert not stands(kind, value, text)


def test_a_contact_point_of_somebody_else_is_no_place() -> None:
    point = ContactPoint(**SMALLEST["contact_points"])
    case = FamilyCase([point], synthetic=True)
    assert not places_of(case, protected={"other"}, secret_organisations=(), own_places=())
