# SPDX-License-Identifier: EUPL-1.2
"""The access report on a sheet: plain words, nothing for the worker, and the form that every sheet has."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

import pytest

from kgbx.case.types import RECORD_TYPES
from kgbx.clock import parse_instant
from kgbx.codes import code_list
from kgbx.consent.access_rules import FIRST
from kgbx.render.family_words import STORY
from kgbx.render.plain import KEPT, PLAIN
from kgbx.render.report import SENTENCES, TO_THE_YOUNG, ReportPage
from tests.consent.insight import AT, CASE, DAAN, LOG, LOTTE, POLICY, SANNE, report
from tests.render.reading import read

if TYPE_CHECKING:
    from kgbx.messages import Language

HARD: Final = re.compile(
    r"inlichting|uitspra|betrokken|beoordel|toestemming|grondslag|bekwaam|verklarend|intrekking|afweging|maatregel"
    r"|wissing|uitvoering|toeleiding|toewijzing|ondersteuning|schuldhulp|signal|mondeling|portaal|digitaal"
    r"|burgerservice|gegevens|registr|dossier|identif|professional"
)
"""Words of the trade, in Dutch."""


def page(person: str, about: str, language: Language = "nl") -> ReportPage:
    found = report(CASE, person, about)
    return ReportPage(found, CASE, policy=POLICY, at=parse_instant(AT), language=language, handed=False)


class TestWords:
    """What a person without schooling understands."""

    def test_every_type_of_record_has_words(self) -> None:
        assert list(KEPT) == [row.array for row in RECORD_TYPES]

    @pytest.mark.parametrize("array", KEPT)
    def test_they_are_few_and_plain(self, array: str) -> None:
        words = KEPT[array]
        assert len(words.nl.split()) <= 6
        assert HARD.search(words.nl) is None

    def test_codes_are_said_in_plain_words(self) -> None:
        sheet = page(SANNE, SANNE)
        lists = ("purpose", "category", "consent_method")
        said = {(name, code): sheet.label(name, code) for name in lists for code in code_list(name).codes}
        assert said.keys() >= PLAIN.keys()
        assert {key: words for key, words in said.items() if HARD.search(words)} == {}

    def test_no_two_types_are_called_the_same(self) -> None:
        assert len({words.nl for words in KEPT.values()}) == len({words.en for words in KEPT.values()}) == len(KEPT)

    @pytest.mark.parametrize("sentence", SENTENCES.values(), ids=SENTENCES)
    def test_sentences_are_short(self, sentence: Any) -> None:  # noqa: ANN401  # a Text
        for language in ("nl", "en"):
            for part in re.split(r"(?<=[.?!:]) ", sentence.say(language)):
                assert len(part.split()) <= 25

    def test_a_child_is_spoken_to_as_a_child(self) -> None:
        young, adult = "\n".join(page(DAAN, DAAN).lines()), "\n".join(page(SANNE, DAAN).lines())
        assert re.search(r"\b[uU]w?\b", young) is None
        assert re.search(r"\b([jJ]e|[jJ]ij|[jJ]ouw?)\b", adult) is None

    @pytest.mark.parametrize("sentence", TO_THE_YOUNG.values(), ids=TO_THE_YOUNG)
    def test_what_a_child_reads_is_short_too(self, sentence: str) -> None:
        assert all(len(part.split()) <= 25 for part in re.split(r"(?<=[.?!:]) ", sentence))

    def test_the_page_says_them(self) -> None:
        text = "\n".join(page(SANNE, SANNE).lines())
        assert "wat er is verteld (" in text
        assert HARD.search(text.partition("Wie het kreeg")[0].partition("Wat u mag zien")[2]) is None


class TestForm:
    """One form for every sheet, and nothing on it for the worker."""

    def test_what_the_worker_must_do_first_is_not_told_to_the_family(self) -> None:
        sheet = page(SANNE, DAAN)
        printed = sheet.html() + "\n".join(sheet.lines())
        assert report(CASE, SANNE, DAAN).first != ()
        assert not any(said.nl in printed for said in FIRST.values())

    @pytest.mark.parametrize("language", ["nl", "en"])
    def test_every_line_stands_on_the_page(self, language: Language) -> None:
        sheet = page(SANNE, SANNE, language)
        html = sheet.html()
        assert sheet.received != ()
        assert all(text in html for text in (sheet.title, sheet.reader, sheet.how, sheet.say("end")))
        assert all(one.what in html and one.when in html for one in sheet.held)
        assert all(one.what in html and one.when in html for one in sheet.received)

    def test_it_prints_without_colour_and_fetches_nothing(self) -> None:
        html = page(SANNE, SANNE).html()
        assert "color: #000 !important; background: #fff !important" in html
        assert "default-src 'none'" in html
        assert not re.search(r"<(script|link|img|iframe|form)\b|\bsrc=|\bhref=", html)

    @pytest.mark.parametrize(("person", "about"), [(SANNE, SANNE), (SANNE, DAAN), (DAAN, DAAN), (LOTTE, LOTTE)])
    def test_a_screen_reader_finds_its_way(self, person: str, about: str) -> None:
        found = read(page(person, about).html())
        levels = [level for level, _ in found.headings]
        assert (levels[0], levels.count(1)) == (1, 1)
        assert all(after <= before + 1 for before, after in pairwise(levels))
        assert [one.tag for one in found.all("header", "main", "footer")] == ["header", "main", "footer"]
        labels = {one.attributes["aria-labelledby"] for one in found.all("section") if "main" in one.inside}
        assert labels == set(found.ids) == {"held", "received"}

    def test_each_sheet_says_in_words_how_to_get_the_other(self) -> None:
        assert "Vraag om uw verhaal." in page(SANNE, SANNE).html()
        assert "Vraag ons om het overzicht." in STORY["end"].nl

    def test_the_log_is_not_told_as_it_stands(self) -> None:
        assert not any(entry.recipient in page(SANNE, SANNE).html() for entry in LOG)
