# SPDX-License-Identifier: EUPL-1.2
"""The words of the story for the family."""

from __future__ import annotations

import re
from typing import Final

import pytest

from kgbx.render.family_words import HEADINGS, SAID, STORY, YOUNG
from kgbx.render.plain import MEANS
from tests.consent.insight import CASE, DAAN, RIA, SANNE
from tests.render.family_pages import changed, journey_page, page_of, printed
from tests.render.test_report import HARD


class TestWords:
    """Short sentences in words that a child of twelve knows."""

    TEXTS: Final[dict[str, str]] = {
        **{f"{key} nl": said.nl for key, said in STORY.items()},
        **{f"{key} en": said.en for key, said in STORY.items()},
        **YOUNG,
    }

    @pytest.mark.parametrize("key", TEXTS)
    def test_sentences_are_short(self, key: str) -> None:
        assert all(len(part.split()) <= 25 for part in re.split(r"(?<=[.?!:]) ", self.TEXTS[key]))

    @pytest.mark.parametrize("key", STORY)
    def test_no_words_of_the_trade(self, key: str) -> None:
        text = (YOUNG.get(key) or "") + STORY[key].nl
        assert HARD.findall(text.casefold().replace("persoonsgegevens", "").replace("toestemming", "")) == []

    def test_what_people_said_is_plain_too(self) -> None:
        assert [text.nl for text in (*SAID.values(), *HEADINGS.values()) if HARD.search(text.nl.casefold())] == []

    def test_a_child_is_spoken_to_as_a_child(self) -> None:
        young, adult = (" ".join(journey_page(one).lines()) for one in (DAAN, SANNE))
        own = [key for key in YOUNG if key in {"title", "own", "choices", "do", "end"}]
        assert all(YOUNG[key].split(".")[0].casefold() in young.casefold() for key in own)
        assert not re.search(r"\b[uU]w?\b", re.sub("“.*?”", "", young))
        assert not re.search(r"\b([jJ]e|[jJ]ij|[jJ]ouw?)\b", re.sub("“.*?”", "", adult))


NOOR: Final = "a386d27b-4b39-4140-bb10-2bd178977f40"
KAREL: Final = "b5dec38c-6fa3-40e4-bc87-86f8704480fe"


class TestWhoReadsIsSpokenTo:
    """What is said of the reader is said to the reader."""

    def test_who_heard_it_from_another_is_told_so(self) -> None:
        page = printed(journey_page(RIA))
        assert (STORY["hearsay_self"].nl in page, STORY["hearsay"].nl in page) == (True, False)

    def test_another_who_heard_it_is_spoken_of(self) -> None:
        one = next(one for one in CASE.current("statements") if one.id.startswith("46446536"))  # told by Daan
        page = printed(page_of(changed(CASE, one=one.model_copy(update={"hearsay": True})), SANNE))
        assert (STORY["hearsay_self"].nl in page, STORY["hearsay"].nl in page) == (False, True)

    def test_who_alone_disagrees_is_not_everybody(self) -> None:
        page = printed(journey_page(NOOR))
        assert (YOUNG["against_self"] in page, STORY["against"].nl in page) == (True, False)

    def test_where_another_disagrees_it_says_not_everybody(self) -> None:
        page = printed(journey_page(SANNE))
        assert (STORY["against_self"].nl in page, STORY["against"].nl in page) == (False, True)


class TestWithoutANameOfTheOrganisation:
    """Who may see nothing sees no name either, and is not sent to somebody without a name."""

    def test_the_page_says_us(self) -> None:
        page = journey_page(KAREL)
        assert STORY["some_org"].nl not in printed(page)
        assert (page.reader.startswith("Voor Karel, "), page.can_do[-1][1]) == (True, "Praat met ons.")


class TestMeasures:
    """What a court or an authority calls its decision is explained."""

    @pytest.mark.parametrize("code", ["ondertoezichtstelling", "raadsonderzoek"])
    def test_it_says_what_it_means(self, code: str) -> None:
        assert MEANS["measure_kind", code].nl in printed(journey_page(SANNE))

    @pytest.mark.parametrize("key", MEANS)
    def test_the_meaning_is_plain(self, key: tuple[str, str]) -> None:
        assert all(len(part.split()) <= 15 for part in re.split(r"(?<=[.?!:]) ", MEANS[key].nl))

    def test_a_line_begins_with_a_capital(self) -> None:
        texts = [told.words.text for _, rows in journey_page(SANNE).notes for told in rows if told.words]
        assert [text for text in texts if text[0].islower()] == []
