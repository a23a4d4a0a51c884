# SPDX-License-Identifier: EUPL-1.2
"""What names a place: a number or an account by its kind, however short, and nothing that is found everywhere."""

from __future__ import annotations

import pytest

from kgbx.case import Address, ContactPoint, FamilyCase, Organisation, Person, Professional
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


HOUSE = {"house_number": "5", "persons": [MOTHER], "street": "Lindenlaan", "postcode": "0000 XX", "city": "Oostermeen"}


def place_stands(text: str, **members: str) -> bool:
    """Tell whether an address of a protected person is found in a text."""
    address = Address(**(SMALLEST["addresses"] | HOUSE | members))
    case = FamilyCase([address], synthetic=True)
    return places_of(case, protected={MOTHER}, secret_organisations=(), own_places=()).stand_in(text)


@pytest.mark.parametrize(
    ("members", "text"),
    [
        ({"postcode": "9712" + " AB"}, "De postcode is 9712."),
        ({"postcode": "9712" + "AB"}, "In 9712 is het mooi."),
        ({"street": "Burgemeester van Tuyllstraat"}, "Zij woont in de van Tuyllstraat."),
        ({"street": "Burgemeester van Tuyllstraat"}, "Zij woont in de Tuyllstraat."),
        ({"street": "Burg. van den Dam"}, "Zij woont aan den Dam."),
        ({"street": "Ru\u00efnelaan"}, "Zij woont aan de Ruinelaan."),
        ({"street": "Ruinelaan"}, "Zij woont aan de Rui\u0308nelaan."),
        ({"city": "'s-Gravenhage"}, "Zij zit in Den Haag."),
        ({"city": "Den Haag"}, "Zij zit in 's Gravenhage."),
        ({"city": "'s-Hertogenbosch"}, "Zij zit in Den Bosch."),
    ],
)
def test_a_place_is_found_as_people_write_it(members: dict[str, str], text: str) -> None:
    assert place_stands(text, **members)


@pytest.mark.parametrize(
    ("members", "text"),
    [
        ({"postcode": "2019" + " AB"}, "In 2019 begon het."),
        ({"postcode": "1203" + " AB"}, "Op 2026-12-03 om 12:03 uur."),
        ({"postcode": "9712" + " AB"}, "Nummer 97123."),
        ({"street": "Oude straatweg"}, "Een straatweg is lang."),
        ({"street": "Nieuwe markt"}, "Op de markt is het druk."),
    ],
)
def test_what_stands_everywhere_is_no_place(members: dict[str, str], text: str) -> None:
    assert not place_stands(text, **members)


SECRET = "urn:osb:oin:00000099000000007000"
REACHED = [
    {"kind": "telephone", "value": "000 123 45 67"},
    {"kind": "email", "value": "intake@kaap.example.org"},
    {"kind": "website", "value": "https://www.kaap.example.org"},
]


@pytest.mark.parametrize("kind", ["organisations", "professionals"])
@pytest.mark.parametrize("text", ["Bel 000-1234567.", "Mail naar intake@kaap.example.org.", "Zie kaap.example.org."])
def test_how_a_secret_organisation_is_reached_is_found(kind: str, text: str) -> None:
    members = SMALLEST[kind] | {"org": SECRET, "contact_points": REACHED}
    case = FamilyCase([{"organisations": Organisation, "professionals": Professional}[kind](**members)], synthetic=True)
    assert places_of(case, protected=(), secret_organisations={SECRET}, own_places=()).stand_in(text)
    assert not places_of(case, protected=(), secret_organisations=(), own_places=())


def test_a_secret_organisation_is_found_that_nobody_described() -> None:
    places = places_of(FamilyCase(synthetic=True), protected=(), secret_organisations={SECRET}, own_places=())
    assert places.stand_in(f"Zie {SECRET}.")
