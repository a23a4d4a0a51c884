# SPDX-License-Identifier: EUPL-1.2
"""The page: self-contained, escaped, whole; nothing of what is withheld."""

from __future__ import annotations

import html
import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgbx.case import Analysis, FamilyCase, Statement
from kgbx.clock import parse_instant
from kgbx.errors import UsageError
from kgbx.render import render_view
from kgbx.resources import examples_path
from kgbx.story import coverage, profile, profiles
from tests.case.builders import SMALLEST, an_id, as_bytes, full, smallest, words
from tests.case.strategies import records
from tests.story.makers import case, confidence, protection, reaction, replaces, statement

if TYPE_CHECKING:
    from kgbx.case import BareRecord
    from kgbx.messages import Language

AT = parse_instant("2026-03-02T09:00:00Z")
JOURNEY = FamilyCase.from_json(examples_path("journey", "case.json").read_bytes())
HOSTILE = "</style></blockquote><script>alert(1)</script><img src=x onerror=\"a('b')\">{{ 7*7 }}&lt;b&gt;"


class Outline(HTMLParser):
    """Gathers elements, attributes and text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes.extend(attrs)

    def handle_data(self, data: str) -> None:
        self.text += data


def page_of(
    view: FamilyCase,
    *,
    language: Language = "nl",
    names: tuple[str, str] = ("gi", "start_measure"),
    withheld: FamilyCase | None = None,
) -> str:
    found = coverage(view, profile(*names), at=AT, withheld=withheld)
    return render_view(view, found, sender_name="Team", recipient_name="GI", at=AT, language=language)


PAGE = page_of(JOURNEY)


def test_the_page_fetches_nothing_and_runs_nothing() -> None:
    assert not re.search(
        r"https?://|url\(|@import|<script|<iframe|<link|<img|<object|<form|javascript:", PAGE, re.IGNORECASE
    )


def test_no_attribute_runs_anything_or_leads_elsewhere() -> None:
    attributes = Outline(PAGE).attributes
    leading = [value or "" for name, value in attributes if name in {"href", "src", "action"}]
    assert all(value.startswith("#") for value in leading)
    assert not [name for name, _ in attributes if name.startswith("on")]


def test_every_link_leads_to_a_place_on_the_page() -> None:
    attributes = Outline(PAGE).attributes
    places = {value for name, value in attributes if name == "id"}
    assert {(value or "")[1:] for name, value in attributes if name == "href"} <= places


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_page_says_its_language(language: Language) -> None:
    assert f'<html lang="{language}" dir="ltr">' in page_of(JOURNEY, language=language)


@pytest.mark.parametrize("names", profiles())
def test_every_current_statement_is_on_the_page_once(names: tuple[str, str]) -> None:
    told = [one.wording.text for one in JOURNEY.current("statements") if isinstance(one, Statement)]
    page = html.unescape(page_of(JOURNEY, names=names))
    assert [page.count(f">{text}</blockquote>") for text in told] == [1] * len(told)


def test_every_reaction_stands_on_the_page() -> None:
    page = html.unescape(PAGE)
    assert all(one.words.text in page for one in JOURNEY.current("reactions"))  # type: ignore[attr-defined]  # reactions


def test_possible_explanations_stand_on_the_page_with_what_became_of_them() -> None:
    (analysis,) = (one for one in JOURNEY.current("analyses") if isinstance(one, Analysis))
    page = html.unescape(page_of(JOURNEY))
    factors = [factor.text for one in analysis.hypotheses for factor in one.factors or ()]
    assert all(text in page for text in (analysis.question, *factors, *(one.text for one in analysis.hypotheses)))
    assert "gesteund door wat bekend is" in page


def test_hostile_explanations_stay_words() -> None:
    row = {"text": HOSTILE, "status": "open", "factors": [{"kind": "beschermend", "text": HOSTILE}]}
    view = case(analyses=[SMALLEST["analyses"] | {"id": an_id(0x999), "question": HOSTILE, "hypotheses": [row]}])
    outline = Outline(page_of(view))
    assert (outline.text.count(HOSTILE), "script" in outline.tags) == (3, False)


def test_hostile_words_stay_words() -> None:
    view = case(statements=[statement(wording=words(HOSTILE))])
    outline = Outline(page_of(view))
    assert (HOSTILE in outline.text, "script" in outline.tags, "img" in outline.tags) == (True, False, False)


def test_hostile_names_stay_names() -> None:
    person = full(0x50, roles=["child"], name={"call_name": HOSTILE})
    view = case(persons=[person])
    outline = Outline(page_of(view))
    assert (HOSTILE in outline.text, "script" in outline.tags) == (True, False)


def test_the_names_of_organisations_are_escaped_too() -> None:
    found = coverage(case(), profile("gi", "start_measure"), at=AT)
    page = render_view(case(), found, sender_name=HOSTILE, recipient_name=HOSTILE, at=AT, language="nl")
    assert "script" not in Outline(page).tags


def test_a_page_holds_no_id() -> None:
    assert not re.search(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}|urn:osb", PAGE)


def test_what_is_withheld_leaves_no_trace() -> None:
    whole = case(statements=[statement(topics=["parent.view"])])
    assert page_of(case(), withheld=whole) == page_of(case())


def test_the_same_view_gives_the_same_bytes() -> None:
    assert page_of(JOURNEY) == PAGE


def test_disagreement_stands_beside_the_words() -> None:
    view = case(statements=[statement()], reactions=[reaction(0x110, words=words("Zo was het niet."))])
    article = re.search(r"<article.*?</article>", page_of(view), re.DOTALL)
    assert article is not None
    assert all(part in article[0] for part in ("Ik wil dat het rustig wordt.", "Zo was het niet.", "disputed"))


def test_a_disagreement_whose_words_are_not_there_is_told() -> None:
    view = FamilyCase(case(statements=[statement()]), synthetic=True, disputed=[statement()["id"]])
    assert "Hierover bestaat verschil van mening." in page_of(view)


@pytest.mark.parametrize(
    ("teller", "shown"),
    [
        ({"register_name": "brp"}, "Basisregistratie Personen"),
        ({"document": statement()["id"]}, "een document"),
        ({"anonymous": True}, "iemand die niet genoemd wil worden"),
        ({"professional": statement()["id"]}, "een professional"),
    ],
)
def test_whoever_told_it_is_shown(teller: dict[str, object], shown: str) -> None:
    view = case(statements=[statement(told_by=teller)])
    assert f"<strong><bdi>{shown}</bdi></strong>" in page_of(view)


def test_the_words_before_a_correction_are_shown_as_such() -> None:
    old, new = statement(wording=words("Elf keer te laat.")), statement(0x101, wording=words("Acht keer te laat."))
    page = page_of(case(statements=[old, new], links=[replaces(0x120, new["id"], old["id"])]))
    assert 'Eerder stond hier: <q dir="auto">Elf keer te laat.</q>' in page


def test_what_was_told_in_confidence_says_with_whom_not_to_discuss_it() -> None:
    mother = full(0x51, name={"call_name": "Sanne"})
    view = case(persons=[mother], statements=[statement()], confidences=[confidence(withheld_from=[mother["id"]])])
    assert "Bespreek dit niet met <bdi>Sanne</bdi>" in page_of(view)


def test_who_must_not_know_a_place_stands_at_the_top() -> None:
    page = page_of(case(protections=[protection()]))
    assert page.index("mag nooit weten") < page.index("<main>")


def test_without_a_protection_there_is_no_warning() -> None:
    assert 'class="notice"' not in page_of(case())


def test_words_of_a_child_come_before_what_others_say() -> None:
    child_text, other = "Ik slaap bij mama in bed", "In de klas is hij stil"
    assert PAGE.index(child_text) < PAGE.index(other)


def test_made_up_data_say_so() -> None:
    view = FamilyCase(case())
    assert ("verzonnen" in page_of(case()), "verzonnen" in page_of(view)) == (True, False)


class TestEveryViewHasAPage:
    """Whatever the records say, there is a page, and it runs nothing."""

    @given(st.lists(records(), max_size=8, unique_by=lambda one: one.id), st.sampled_from(["nl", "en"]))
    def test_any_records_can_be_shown(self, some: list[BareRecord], language: Language) -> None:
        assert "script" not in Outline(page_of(FamilyCase(some, synthetic=True), language=language)).tags


@pytest.mark.parametrize("language", ["nl", "en"])
def test_one_record_of_each_type_can_be_shown(language: Language) -> None:
    view = FamilyCase.from_json(as_bytes(smallest()))
    assert "</html>" in page_of(view, language=language)


def test_an_empty_view_has_a_page() -> None:
    assert "Hierover staat niets in dit dossier." in page_of(FamilyCase())


def test_a_moment_without_offset_is_refused() -> None:
    found = coverage(case(), profile("gi", "start_measure"), at=AT)
    with pytest.raises(UsageError) as caught:
        render_view(case(), found, sender_name="", recipient_name="", at=AT.replace(tzinfo=None), language="nl")
    assert caught.value.code == "U_MOMENT"
