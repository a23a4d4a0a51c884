# SPDX-License-Identifier: EUPL-1.2
"""The words of the story for the family."""

from __future__ import annotations

import re
from typing import Final

import pytest

from kgbx.render.family_words import HEADINGS, SAID, STORY, YOUNG
from tests.consent.insight import DAAN, SANNE
from tests.render.family_pages import journey_page
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
