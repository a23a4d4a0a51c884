# SPDX-License-Identifier: EUPL-1.2
"""The story for the family: it holds what access() gives and nothing else, in words and a form that everybody reads."""

from __future__ import annotations

import json
import re
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

import pytest

from kgbx.case import Address, FamilyCase, Organisation, Person, Professional, Protection, Record, Statement
from kgbx.render.family_words import STORY, YOUNG
from kgbx.render.plain import KEPT
from kgbx.resources import examples_path
from tests.case.builders import an_id, full
from tests.consent.insight import CASE, DAAN, FAMILY, GI, LOG, LOTTE, RIA, ROB, SANNE, TEAM
from tests.journey.secrets import leaks, secrets_of
from tests.render.family_pages import asker_in, changed, journey_page, page_of, part_of, permitted, printed
from tests.render.reading import read

if TYPE_CHECKING:
    from kgbx.case import BareRecord
    from kgbx.messages import Language

READERS: Final = (*FAMILY, RIA)
ID: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}|urn:")
NASTY: Final = "<img src=x onerror=alert(1)>&amp;\"'</li>"
KNOWN_TAGS: Final = frozenset(
    {
        *("html", "head", "meta", "title", "style", "body", "header", "nav", "main", "section", "footer"),
        *("h1", "h2", "h3", "p", "ul", "li", "a", "bdi", "strong", "span", "div", "blockquote"),
        *("dl", "dt", "dd", "table", "caption", "thead", "tbody", "tr", "th", "td"),
    }
)


@pytest.mark.parametrize("person", READERS)
@pytest.mark.parametrize("language", ["nl", "en"])
class TestForm:
    """A page for a phone, for paper and for a screen reader, that fetches nothing."""

    def test_headings_go_down_one_step_at_a_time(self, person: str, language: Language) -> None:
        levels = [level for level, text in read(journey_page(person, language).html()).headings if text]
        assert (levels[0], levels.count(1)) == (1, 1)
        assert all(after <= before + 1 for before, after in pairwise(levels))

    def test_landmarks_and_labels(self, person: str, language: Language) -> None:
        page = read(journey_page(person, language).html())
        assert [one.attributes["lang"] for one in page.all("html")] == [language]
        assert [one.tag for one in page.all("header", "nav", "main", "footer")] == ["header", "nav", "main", "footer"]
        labels = {one.attributes.get("aria-labelledby") for one in page.all("section") if "main" in one.inside}
        assert labels <= set(page.ids)
        assert len(page.ids) == len(set(page.ids))

    def test_links_stay_on_the_page(self, person: str, language: Language) -> None:
        page = read(journey_page(person, language).html())
        assert {(one.attributes["href"] or "").removeprefix("#") for one in page.all("a")} <= set(page.ids)
        assert page.tags <= KNOWN_TAGS
        assert not re.search(r"\bsrc=|url\(|@import|https?:", journey_page(person, language).html())

    def test_tables_have_a_caption_and_headers(self, person: str, language: Language) -> None:
        page = read(journey_page(person, language).html())
        assert len(page.all("caption")) == len(page.all("table")) == (person in {SANNE, ROB, DAAN, RIA})
        assert {one.attributes["scope"] for one in page.all("th")} <= {"col", "row"}

    def test_no_id_stands_on_it(self, person: str, language: Language) -> None:
        assert ID.search(printed(journey_page(person, language))) is None

    def test_the_same_twice(self, person: str, language: Language) -> None:
        assert printed(page_of(CASE, person, language)) == printed(journey_page(person, language))

    def test_the_order_of_the_records_means_nothing(self, person: str, language: Language) -> None:
        backwards = FamilyCase(reversed(list(CASE)), synthetic=True)
        assert printed(page_of(backwards, person, language)) == printed(journey_page(person, language))

    def test_every_word_on_the_screen_is_on_the_page(self, person: str, language: Language) -> None:
        page = journey_page(person, language)
        text = " ".join(read(page.html()).text.split())
        words = [row.told.words.text for row in (*page.own, *page.others) if row.told.words]
        lines = " ".join(" ".join(page.lines()).split())
        assert all(" ".join(one.split()) in text and " ".join(one.split()) in lines for one in words)
        assert all(
            heading.casefold() in lines.casefold() for level, heading in read(page.html()).headings if level == 1
        )


def test_quotations_say_their_language() -> None:
    page = read(journey_page(SANNE, "en").html())
    quoted = [one for one in page.all("blockquote") if one.attributes.get("class") != "plain"]
    assert {one.attributes["lang"] for one in quoted} == {"nl", ""}


def test_the_page_prints_in_black_on_white_and_breaks_between_cards() -> None:
    html = journey_page(SANNE).html()
    assert "color: #000 !important; background: #fff !important" in html
    assert "section { break-inside: avoid" not in html  # a long list would begin on a page of its own


def luminance(colour: str) -> float:
    """Source: WCAG 2.2, relative luminance."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts]
    return sum(weight * one for weight, one in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


@pytest.mark.parametrize(
    ("text", "paper"),
    [
        *[("ink", "paper"), ("soft", "paper"), ("soft", "card"), ("accent", "card"), ("accent", "tint")],
        *[("warn", "warn-tint"), ("stop", "stop-tint"), ("accent", "paper")],
    ],
)
def test_contrast_is_enough_to_read(text: str, paper: str) -> None:
    """Source: WCAG 2.2, 1.4.3: at least 4.5."""
    found = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{3,6});", journey_page(SANNE).html()))
    one, other = (luminance(value if len(value) == 7 else f"#{'f' * 6}") for value in (found[text], found[paper]))
    assert (max(one, other) + 0.05) / (min(one, other) + 0.05) >= 4.5


class TestOwnWordsFirst:
    """What the reader told stands first, with who disagrees and who received it."""

    def test_own_words_come_before_what_others_told(self) -> None:
        for person in (SANNE, ROB, DAAN):
            page = journey_page(person)
            tellers = [CASE.get(record).told_by.person for _, record in page.numbers]  # type: ignore[union-attr]  # statements
            assert tellers[: len(page.own)] == [person] * len(page.own)
            assert person not in tellers[len(page.own) :]
            assert page.own

    def test_who_disagrees_stands_beside_the_words(self) -> None:
        told = next(row.told for row in journey_page(DAAN).own if row.told.against)
        assert [reply.says for reply in told.replies] == ["Jij: gelezen, en het klopt niet."]
        assert YOUNG["against_self"] in journey_page(DAAN).html()

    def test_an_answer_to_a_reaction_is_told(self) -> None:
        assert "Wij hebben het erbij gezet." in journey_page(DAAN).html()

    def test_what_it_said_before_stands_beside_it(self) -> None:
        assert "Eerst stond hier: Daan was sinds december elf keer te laat" in " ".join(journey_page(DAAN).lines())

    def test_who_received_it_and_why(self) -> None:
        gi = next(one for one in journey_page(SANNE).passed if one.whom == "Jeugdbescherming Vierstromen")
        assert (gi.about.startswith("u, Daan, Lotte"), gi.when) == (True, "2 maart 2026")
        assert "de wet zegt dat het moet (Jeugdwet 7.3.11 lid 4)" in gi.why

    def test_what_others_may_not_know_is_what_did_not_go_there(self) -> None:
        page, sent = (
            journey_page(SANNE),
            {row.record for one in LOG if one.recipient == GI for row in one.rows if not row.reasons},
        )
        expected = [number for number, record in page.numbers if record not in sent]
        assert page.may_not_know[GI] == expected != []

    def test_numbers_in_a_row_are_told_by_the_first_and_the_last(self) -> None:
        said = {row.whom: row.what for row in journey_page(SANNE).lacking}
        assert "nummer 9, 13, 14, 16, 21 en 24 tot en met 26." in said["Jeugdbescherming Vierstromen"]

    def test_who_received_an_earlier_version_does_not_know_nothing(self) -> None:
        told = next(one for one in CASE.current("statements") if "één leraar" in getattr(one, "wording").text)  # noqa: B009  # a statement
        stamp = {"recorded_by": told.recorded_by, "from_": an_id(0x530), "to": told.id, "kind": "replaces"}
        link = CASE.records("links")[0].model_copy(update={"id": an_id(0x531)} | stamp)
        case = changed(CASE, one=told.model_copy(update={"id": an_id(0x530)}), link=link)
        said = {row.whom: row.what for row in page_of(case, DAAN).lacking}
        assert said["Scholengemeenschap De Wilg"] == "nog niet: nummer 1 tot en met 6."
        assert said["Veilig Thuis Vierstromen"] == STORY["lacks_all"].nl

    def test_without_a_log_nothing_is_said_of_who_received(self) -> None:
        page = page_of(CASE, SANNE, log=None)
        assert STORY["no_list"].nl in page.html()
        assert STORY["lacking"].nl not in printed(page)
        assert STORY["got"].nl not in printed(page)

    def test_choices_that_count_and_how_to_take_them_back(self) -> None:
        page = journey_page(SANNE)
        assert any(one.said.startswith("U zei ja, ") for one in page.choices)
        assert len(page.choices) < len(part_of(CASE, SANNE).case.records("consents"))
        assert STORY["do_withdraw_how"].nl in page.html()


class TestNothingButWhatAccessGives:
    """Nothing that access() would not give this person is on the page."""

    @pytest.mark.parametrize("person", READERS)
    def test_no_words_that_access_denies(self, person: str) -> None:
        text = " ".join(printed(journey_page(person)).split())
        told = [one for one in CASE.records("statements") if isinstance(one, Statement)]
        denied = [one for one in told if not permitted(person, one)]
        assert [one.id for one in denied if " ".join(one.wording.text.split())[:40] in text] == []
        assert denied

    def test_what_access_gives_is_there(self) -> None:
        """The control: the page is not empty."""
        given = {one.id for one in CASE.current("statements") if isinstance(one, Record) and permitted(ROB, one)}
        assert {record for _, record in journey_page(ROB).numbers} == given != set()

    def test_of_another_person_only_the_name_one_calls_by(self) -> None:
        rob = next(one for one in part_of(CASE, SANNE).case.records("persons") if one.id == ROB)
        assert isinstance(rob, Person)
        assert (rob.name.given if rob.name else None) is not None
        assert {rob.birth_date, rob.sex, rob.roles, rob.languages, rob.name.surname if rob.name else None} == {None}

    def test_a_later_name_of_somebody_whose_description_is_denied_is_not_known(self) -> None:
        named = CASE.get(ROB)
        assert isinstance(named, Person) and named.name is not None  # noqa: PT018  # for the type
        later = named.model_copy(
            update={"id": an_id(0x500), "name": named.name.model_copy(update={"given": "Canarie", "call_name": None})}
        )
        link = CASE.records("links")[0].model_copy(
            update={
                "id": an_id(0x501),
                "kind": "replaces",
                "from_": later.id,
                "to": ROB,
                "recorded_by": named.recorded_by,
            }
        )
        renamed = changed(CASE, later=later, link=link)
        assert "Canarie" not in printed(page_of(renamed, SANNE))
        assert "Canarie" in printed(page_of(renamed, ROB))

    def test_who_stands_in_nothing_that_the_reader_sees_has_no_name_there(self) -> None:
        hidden = next(one for one in CASE.records("persons") if one.id not in part_of(CASE, ROB).case)
        assert isinstance(hidden, Person)
        name = hidden.name.model_copy(update={"given": "Canarie", "call_name": "Canarie"}) if hidden.name else None
        assert "Canarie" not in printed(page_of(changed(CASE, one=hidden.model_copy(update={"name": name})), ROB))

    def test_a_worker_whom_the_family_may_not_know(self) -> None:
        worker = next(one for one in CASE.records("professionals") if isinstance(one, Professional) and one.org == TEAM)
        assert worker.name in printed(journey_page(DAAN))
        kept = changed(CASE, one=worker.model_copy(update={"may_be_named_to_family": False}))
        assert worker.name not in printed(page_of(kept, DAAN))

    def test_who_may_see_nothing_gets_the_empty_form(self) -> None:
        text = printed(journey_page(LOTTE))
        assert all(YOUNG[key] in text for key in ("no_own", "no_rest", "nothing_passed", "no_choices"))


def _json(value: object) -> bytes:
    return json.dumps(value).encode()


class TestWhoIsKeptAway:
    """Nobody is advised to tell more to an organisation that a protection of the reader keeps away."""

    def test_it_is_not_among_those_who_may_not_know_yet(self) -> None:
        blocked = {"blocked": (ROB, GI)}
        keeping = {one.id for one in CASE.current("protections")}
        case = FamilyCase(
            (one.model_copy(update=blocked) if one.id in keeping else one for one in CASE), synthetic=True
        )
        assert (GI in journey_page(SANNE).may_not_know, GI in page_of(case, SANNE).may_not_know) == (True, False)
        assert GI in page_of(case, ROB).may_not_know  # who must not know of the protection sees no gap


class TestVersions:
    """An earlier version stands beside the one that counts, never alone."""

    def test_without_the_version_that_counts_the_earlier_one_is_not_shown(self) -> None:
        later = next(
            one for one in CASE.current("statements") if isinstance(one, Statement) and "acht keer" in one.wording.text
        )
        street = next(
            one.street for one in CASE.records("addresses") if isinstance(one, Address) and one.location_secret
        )
        words = later.wording.model_copy(update={"text": f"Daan woont aan de {street}."})
        page = printed(page_of(changed(CASE, one=later.model_copy(update={"wording": words})), DAAN))
        assert ("elf keer" in page, "elf keer" in printed(journey_page(DAAN))) == (False, True)


def test_the_repr_of_a_part_shows_nothing_of_its_content() -> None:
    part = part_of(CASE, SANNE)
    assert re.search(r"statement|Sanne|records", f"{part!r}{part.passed!r}") is None


class TestWhatPaperTells:
    """That somebody is protected does not stand on the page of who is: paper is found."""

    def test_a_protection_is_not_counted(self) -> None:
        value = full(0x520, person=SANNE, blocked=[ROB], valid_from="2026-01-01", recorded_by={"org": TEAM})
        case = changed(CASE, one=Protection.model_validate_json(_json(value)))
        assert an_id(0x520) in part_of(case, SANNE).read
        assert KEPT["protections"].nl not in printed(page_of(case, SANNE))


class TestNotToldYet:
    """What went on a ground of which the family was not told leaves no trace, in what others may not know neither."""

    def test_no_trace(self) -> None:
        untold = {"family_informed": "not", "reason_not_informed": "Gevaar."}
        grounds = {one.id for one in CASE.records("legal_grounds")}
        case = FamilyCase((one.model_copy(update=untold) if one.id in grounds else one for one in CASE), synthetic=True)
        without = tuple(one for one in LOG if one.recipient != GI)
        assert printed(page_of(case, SANNE, log=LOG)) == printed(page_of(case, SANNE, log=without))
        assert printed(page_of(CASE, SANNE, log=LOG)) != printed(page_of(CASE, SANNE, log=without))


class TestHiddenPlaces:
    """Where somebody hides stands on nobody's page, not on the page of who hides either: paper is found."""

    @pytest.mark.parametrize("person", READERS)
    def test_no_street_number_or_shelter(self, person: str) -> None:
        schools = {
            one.name
            for one in CASE.records("organisations")
            if isinstance(one, Organisation) and one.org[-4:] == "3000"
        }
        secrets = secrets_of(CASE) - (schools if person in {SANNE, DAAN, RIA} else set())
        assert len(secrets) >= 5
        assert leaks(printed(journey_page(person)).encode(), secrets) == set()

    def test_the_same_search_finds_it_in_what_she_told_herself(self) -> None:
        """The control: she may see it, and only the rule about paper keeps it off."""
        asker = asker_in(CASE, SANNE)
        told = [one for one in CASE.current("statements") if isinstance(one, Statement) and permitted(SANNE, one)]
        read_by_her = part_of(CASE, SANNE).read
        left_out = [one for one in told if one.id not in read_by_her]
        assert asker.known
        assert leaks(" ".join(one.wording.text for one in left_out).encode(), secrets_of(CASE)) != set()

    def test_without_the_protection_the_blocked_parent_reads_more(self) -> None:
        unmarked = {"location_secret": None, "brp_secrecy": None}
        left = (one for one in CASE if one not in CASE.records("protections"))
        rows = (one.model_copy(update={name: None for name in unmarked if hasattr(one, name)}) for one in left)
        open_case = FamilyCase(rows, synthetic=True)
        assert len(part_of(open_case, ROB).read) > len(part_of(CASE, ROB).read)


class TestEscaping:
    """Whatever anybody wrote, it stays text."""

    @pytest.mark.parametrize("person", [SANNE, ROB, DAAN])
    def test_every_text_is_escaped(self, person: str) -> None:
        case = FamilyCase((_nasty(one) for one in CASE), synthetic=True)
        html = page_of(case, person).html()
        assert "&lt;img" in html
        assert read(html).tags <= KNOWN_TAGS

    def test_text_of_another_direction_or_script_stays_apart(self) -> None:
        own = part_of(CASE, ROB).told
        told = next(one for one in CASE.current("statements") if one.id in own)
        assert isinstance(told, Statement)
        words = told.wording.model_copy(update={"text": "\u202e\u05e9\u05dc\u05d5\u05dd", "language": "he"})
        html = page_of(changed(CASE, one=told.model_copy(update={"wording": words})), ROB).html()
        assert 'lang="he" dir="auto">' in html


def _nasty(record: BareRecord) -> BareRecord:
    changes: dict[str, Any] = {}
    for name, value in vars(record).items():
        if name in {"name", "title", "explanation", "question"} and isinstance(value, str):
            changes[name] = NASTY + value
        elif name in {"wording", "words"} and hasattr(value, "text"):
            changes[name] = value.model_copy(update={"text": NASTY + value.text})
        elif name == "name" and value is not None:
            changes[name] = value.model_copy(update={"given": NASTY, "call_name": NASTY})
        elif name == "remark" and isinstance(value, str):
            changes[name] = NASTY
    return record.model_copy(update=changes)


def test_the_examples_are_those_of_the_journey() -> None:
    assert FamilyCase.from_json(examples_path("journey", "case.json").read_bytes()) == CASE
