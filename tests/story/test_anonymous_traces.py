# SPDX-License-Identifier: EUPL-1.2
"""What leads to a family in a text, in whatever form somebody writes it."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgbx.case.types import RECORD_TYPES
from kgbx.resources import schemas_path
from kgbx.story import find_traces
from kgbx.story.anonymous_patterns import FORMS
from kgbx.story.anonymous_traces import REFERENCES
from kgbx.testing.families import make_family
from tests.case.builders import CHILD, SMALLEST, Value, an_id, bare, full
from tests.effort import scaled
from tests.story.makers import case, statement

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from kgbx.case import FamilyCase

LETTERS = "AB"
SCHOOL = "urn:osb:oin:00000099000000003000"
GOAL = "3f2504e0-4f89-41d3-9a0c-0305e82c3301"
QUOTED = GOAL.partition("-")[0]


@cache
def known() -> FamilyCase:
    """Return a family with names, numbers and places of every kind."""
    names = {"given": "Fatima Noor", "call_name": "Eva", "prefix": "van de", "surname": "Oefenaar-Proefstra"}
    return case(
        persons=[
            full(0x50, name=names, birth_date="2016-03-09", roles=["child"]),
            full(0x51, name={"given": "Wil", "initials": "W.P.", "surname": "Groot", "partner_surname": "Klaver"}),
            full(0x53, name={"given": "Gerda", "surname": "Inktvis"}),
            full(0x55, name={"call_name": "Li", "prefix": "de", "surname": "Wit", "own_script": "\u0646\u0648\u0631"}),
            full(0x54, name={"given": "Obe", "surname": "Achterom"}),
            full(0x52, name={"call_name": "Zoë", "surname": "Çelikbaş", "own_script": "测试"}, roles=["parent"]),
        ],
        addresses=[
            full(0x60, persons=[CHILD], kind="residence", street="Grote Lijsterbeslaan", postcode="0000 XX", city="Hee")
        ],
        contact_points=[
            full(0x61, persons=[CHILD], kind="message_app", value="@sterretje12"),
            full(0x66, persons=[CHILD], kind="email", value="zonnetje7@example.org"),
        ],
        identifiers=[full(0x62, person=CHILD, system="org_local", value="K-12/a")],
        reports=[SMALLEST["reports"] | {"id": an_id(0x67), "reference": "POL-77-88"}],
        professionals=[SMALLEST["professionals"] | {"id": an_id(0x63), "name": "Joke van der Dijkhof"}],
        goals=[SMALLEST["goals"] | {"id": GOAL}],
        organisations=[
            bare(0x64, org=SCHOOL, name="School De Vlierboom", functions=["school"]),
            bare(0x65, org=SCHOOL, name="Lokaal Team Kromkade", functions=["lokaal_team"], region="Hazelrade"),
        ],
    )


HITS = (
    ("name", "Daarna zei Fatima niets meer."),
    ("name", "daarna zei FATIMA niets meer"),
    ("name", "het is Fatima's fiets"),
    ("name", "Fatimaatje huilt"),
    ("name", "onze Fati is stil"),
    ("name", "Evaatje slaapt slecht"),
    ("name", "de moeder van eva"),
    ("name", "mevrouw Oefenaar belde"),
    ("name", "mevrouw van de Proefstra belde"),
    ("name", "mevrouw vd Proefstra belde"),
    ("name", "familieoefenaar"),
    ("name", "F.a.t.i.m.a huilt"),
    ("name", "E v a huilt"),
    ("name", "Fa\u200btima huilt"),
    ("name", "Fa\u00adtima huilt"),
    ("name", "E\u200bva huilt"),
    ("name", "\uff26\uff41\uff54\uff49\uff4d\uff41 huilt"),
    ("name", "E-\nva huilt"),
    ("name", "mevrouw Jo-\r\n   ke belde"),
    ("name", "Jo\u00ad\nke belde"),
    ("name", "Jo-ke belde"),
    ("name", "Eva-\nmaria huilt"),
    ("name", "Zoe werkt"),
    ("name", "Zoe\u0308 werkt"),
    ("name", "de heer Celikbas"),
    ("name", "over 测试 gesproken"),
    ("name", "met Wil gesproken"),
    ("name", "met wil groot gesproken"),
    ("name", "mevrouw de wit belde"),
    ("name", "mevrouw dewit belde"),
    ("name", "met \u0648\u0646\u0648\u0631 gesproken"),
    ("name", "collega Dijkhof weet meer"),
    ("initials", "het kind F.O. is stil"),
    ("initials", "het kind F. O. is stil"),
    ("initials", "het kind FO is stil"),
    ("initials", "het kind f.v.d.o. is stil"),
    ("initials", "het kind F O is stil"),
    ("initials", "het kind FNO is stil"),
    ("initials", "moeder W.P. werkt"),
    ("initials", "moeder WG werkt"),
    ("initials", "moeder WGK werkt"),
    ("initials", "oom G.I. komt"),
    ("initials", "oom O.A. komt"),
    ("date", "sinds 3 maart"),
    ("date", "op de 3e maart"),
    ("date", "op de derde van maart"),
    ("date", "drie maart belde zij"),
    ("date", "3 mrt. belde zij"),
    ("date", "op 3-3-2019"),
    ("date", "op 03/03/19"),
    ("date", "op 3.3.2019"),
    ("date", "op 2019-03-03"),
    ("date", "in maart 2019"),
    ("date", "in maart '19"),
    ("date", "in 2019 al"),
    ("date", "sinds '19"),
    ("date", "geboren in tweeduizend twaalf"),
    ("date", "geboren in tweeduizendtwaalf"),
    ("date", "geboren in twee duizend en twee\u00ebntwintig"),
    ("date", "in tweeduizend een al"),
    ("date", "in het jaar tweeduizend"),
    ("date", "in negentienzesentachtig"),
    ("date", "in negentien zes en tachtig"),
    ("date", "in negentienhonderd zesentachtig"),
    ("date", "in negentienhonderdvijf"),
    ("date", "in twintig-twaalf"),
    ("date", "born in two thousand twelve"),
    ("date", "born in two thousand and six"),
    ("date", "born in nineteen eighty-six"),
    ("date", "born in nineteen oh six"),
    ("date", "born in Twenty Twelve"),
    ("date", "in tweedui-\nzend twaalf"),
    ("date", "on March 3rd"),
    ("date", "in week 12"),
    ("date", "jarig op 9/3"),
    ("place", "aan de Grote Lijsterbeslaan 12"),
    ("place", "aan de lijsterbeslaan"),
    ("place", "in Hee gebeurde het"),
    ("place", "op 0000XX"),
    ("place", f"op 1234 {LETTERS}"),
    ("place", "in heel hazelrade"),
    ("number", "bsn 9999 90 019"),
    ("number", "bsn 999.990.019"),
    ("number", "bel 06-0000 0000"),
    ("number", "nummer nul zes nul nul een"),
    ("number", "nul zes nul nul een, belt u dat"),
    ("number", "bel nul zes twaalf vierendertig zesenvijftig achtenzeventig"),
    ("number", "bel twaalf vier en dertig zes-en-vijftig"),
    ("number", "bel twee\u00ebntwintig 12 elf"),
    ("number", "call zero six, twelve thirty-four fifty six"),
    ("number", "dossier K12A"),
    ("number", "dossier K-12/a"),
    ("number", "dossier k 12 a"),
    ("number", "polis POL-77-88b"),
    ("number", "kvk 12345678"),
    ("contact", "mail naar iemand@example.org"),
    ("contact", "zie www.voorbeeldschool"),
    ("contact", "zie voorbeeldschool.nl"),
    ("contact", "op de app @sterretje12"),
    ("contact", "op de app: sterretje12"),
    ("contact", "zoek zonnetje7 op"),
    ("school", "zij zit op de Vlierboom"),
    ("school", "de vlierboomschool"),
    ("organisation", "het team Kromkade helpt"),
    ("id", f"dossier {GOAL}"),
    ("id", f"dossier {QUOTED}"),
)
"""Kind of trace, and a text in which one stands."""

PLAIN = (
    "Een kind van negen jaar komt al drie weken niet op school. Wat kunnen wij doen?",
    "Vader drinkt, moeder is moe, en de kinderen van 4, 9 en 12 wonen om de week bij oma.",
    "Moet ik dit melden bij Veilig Thuis, of eerst met het lokaal team of de GI praten?",
    "Ik wil graag weten of dit d.w.z. zulk gedrag past bij de leeftijd, i.v.m. de zorgen thuis.",
    "Het gebeurde twee weken geleden, 's avonds om 9 uur, voor de 2e keer, 12 keer in 3 maanden.",
    "Ik keek 12 ander keren, en ook 12a.",
    "De witte muur is vies, en zij liep langs de wittebrood.",
    "De opproef straalt, en de GI belt o.a. met school.",
    "Zij is een groot meisje in een klein huis; het gaat vaak goed, maar soms per dag 100 euro weg.",
    "Er is een schuld van tweeduizend vijfhonderd euro, of twee duizend zes honderd.",
    "De kinderen zijn negentien, twintig en een-en-twintig; het duurt twintig tot dertig minuten.",
    "Zij zijn tien, twaalf en veertien; een van de twee sliep vier en twintig uur, een keer zes-\nen dertig.",
    "The children are twenty-one, thirty-four and nineteen; one or two of them left twenty days ago.",
    "De voor- en nadelen van een ex-\npartner, wijk-\nteam en e-mail voor 20-jarigen, 20-12 keer.",
)
"""Texts that lead to nobody in this family."""


@pytest.mark.parametrize(("kind", "text"), HITS, ids=[text for _, text in HITS])
def test_what_leads_to_the_family_is_found(kind: str, text: str) -> None:
    assert kind in {trace.kind for trace in find_traces(text, known())}


@pytest.mark.parametrize("text", PLAIN, ids=range(len(PLAIN)))
def test_what_leads_to_nobody_may_stand(text: str) -> None:
    assert find_traces(text, known()) == ()


def test_a_trace_has_the_place_where_it_stands() -> None:
    text = "Wij\u200b zagen Zoe\u0308 en daarna Fatima."
    assert {text[one.start : one.end] for one in find_traces(text, known())} == {"Zoe\u0308", "Fatima"}


@pytest.mark.parametrize("name", ["E-\nva", "Jo-\r\n  ke", "Zo-\ne\u0308"])
def test_a_name_over_two_lines_has_the_place_where_it_stands(name: str) -> None:
    text = f"Wij-\nzelf zagen, zo- en zo, {name}."
    assert {text[one.start : one.end] for one in find_traces(text, known())} == {name}


def test_a_name_before_a_broken_line_ends_before_the_hyphen() -> None:
    text = "Fatima-\nlike dingen"
    assert {text[one.start : one.end] for one in find_traces(text, known())} == {"Fatima"}


def test_a_name_that_was_corrected_is_a_name_still() -> None:
    old = case(persons=[full(0x50, name={"surname": "Bedachtsma"}), full(0x51, name={"surname": "Fictema"})])
    link = bare(0x70, from_=an_id(0x51), kind="replaces", to=an_id(0x50))
    assert find_traces("mevrouw Bedachtsma", old.merge(case(links=[link]))) != ()


def test_the_id_of_the_file_is_a_trace_by_its_beginning() -> None:
    some = make_family(3)
    assert some.id is not None
    assert {one.kind for one in find_traces(f"zie {some.id.partition('-')[0]}", some)} >= {"id"}


def test_a_place_with_two_names_is_found_by_both() -> None:
    address = full(0x60, persons=[CHILD], kind="residence", city="'s-Hertogenbosch")
    assert [one.kind for one in find_traces("zij woont in Den Bosch", case(addresses=[address]))] == ["place"]


def test_every_form_is_shown_by_a_text() -> None:
    texts = [text.lower() for _, text in HITS]
    assert [form.id for form in FORMS if not any(form.pattern.search(text) for text in texts)] == []


def test_what_is_told_of_a_trace_is_no_value() -> None:
    found = find_traces("Fatima", known())
    assert "atima" not in repr(found).lower()


HANDLED = {
    *(
        ("persons", "name", one)
        for one in ("given", "initials", "call_name", "surname", "partner_surname", "own_script")
    ),
    *(("persons", "name", one) for one in ("prefix", "partner_prefix")),
    *(("addresses", one) for one in ("street", "city", "postcode")),
    ("contact_points", "value"),
    *(("organisations", one) for one in ("name", "region")),
    ("organisations", "contact_points", "value"),
    ("professionals", "name"),
    ("professionals", "contact_points", "value"),
    *((array, *path) for array, path in REFERENCES),
}
NAMES_NOBODY = {
    *(
        "pronouns",
        "house_addition",
        "instrument_version",
        "score",
        "need_profile",
        "job_title",
        "title",
        "tool",
        "page",
    ),
    *("how_to_withdraw", "kept_at", "version"),
}
"""Short texts by which nobody is known, or that stand beside what is sought."""

SCHEMA: dict[str, Any] = json.loads(schemas_path("family-case-1.0.schema.json").read_bytes())
LONGEST_MARK = 200


def short_texts(form: dict[str, Any], path: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Yield the path of every member that holds a text of one line."""
    form = SCHEMA["$defs"][form["$ref"].rpartition("/")[2]] if "$ref" in form else form
    if form.get("type") == "string" and form.get("maxLength", 0) in {40, 60, LONGEST_MARK} and "enum" not in form:
        yield path
    for inner in (form.get("items"),):
        yield from short_texts(inner, path) if inner else ()
    for name, inner in form.get("properties", {}).items():
        yield from short_texts(inner, (*path, name))


def test_every_name_and_mark_of_a_record_is_sought() -> None:
    arrays = [row.array for row in RECORD_TYPES]
    short = {path for array in arrays for path in short_texts(SCHEMA["properties"][array], (array,))}
    assert short >= HANDLED
    assert {path for path in short - HANDLED if path[-1] not in NAMES_NOBODY} == set()


def words_of(some: FamilyCase) -> list[str]:
    found: list[Any] = [one.name for one in some.records("persons")]  # type: ignore[attr-defined]  # persons only
    names = [text for name in found if name is not None for text in (name.given, name.surname) if text]
    places = [text for one in some.records("addresses") for text in (one.street, one.city) if text]  # type: ignore[attr-defined]  # addresses only
    numbers = [one.value for one in some.records("identifiers")]  # type: ignore[attr-defined]  # identifiers only
    return [*names, *places, *numbers]


SPELLINGS = st.sampled_from([str, str.lower, str.upper, lambda one: f"{one}s", "-".join])


class TestWhatTheCaseNamesIsFound:
    """No name, number or place of a case stands in a question: each is found in whatever spelling."""

    @given(st.integers(0, scaled(quick=40, ci=400, long=10_000)), SPELLINGS, st.data())
    def test_any_name_is_found(self, seed: int, spelling: Callable[[str], str], data: st.DataObject) -> None:
        some = make_family(seed)
        word = data.draw(st.sampled_from(words_of(some)))
        text = f"Wij vragen ons af of {spelling(word)} hulp nodig heeft."
        hidden = spelling is str.lower and word.lower() in EVERYDAY_SEEN
        assert find_traces(text, some) != () or hidden


EVERYDAY_SEEN = {"voorbeeld", "toonbeeld", "sjabloon", "verzinsel"}
"""Surnames of the made-up world that are everyday words: in lower case they are no names."""


class TestAnyTextIsSearched:
    """Whatever is written, the search answers, and every place lies in the text."""

    @given(st.text(max_size=200))
    def test_places_lie_in_the_text(self, text: str) -> None:
        for one in find_traces(text, known()):
            assert 0 <= one.start < one.end <= len(text)


def test_a_long_row_of_letters_or_digits_is_searched_in_steps_that_do_not_explode() -> None:
    for text in ("a" * 2_500, "1" * 2_500, "a " * 1_250, "1-" * 1_250, "a." * 1_250, "@" * 2_500):
        find_traces(text, known())


def test_a_statement_of_the_case_does_not_become_a_name() -> None:
    told: Value = statement()
    assert find_traces("Het gaat niet goed thuis.", case(statements=[told])) == ()
