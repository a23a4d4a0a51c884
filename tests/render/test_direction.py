# SPDX-License-Identifier: EUPL-1.2
"""Names that are written from right to left, in sentences that are not."""

from __future__ import annotations

import pytest

from kgbx.case import Person
from kgbx.render.templating import apart
from tests.consent.insight import CASE, RIA, ROB, SANNE
from tests.render.family_pages import changed, page_of

NAME = "\u0639\u0628\u062f \u0627\u0644\u0631\u062d\u0645\u0646"
NICK = f"{NAME} (\u0623\u0628\u0648)"


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("Daan", "Daan"),
        (f"{NAME}, 12 maart", f"<bdi>{NAME}</bdi>, 12 maart"),
        (f"Voor {NICK}, 12 maart", f"Voor <bdi>{NICK}</bdi>, 12 maart"),
        (f"({NAME}) en {NAME}.", f"(<bdi>{NAME}</bdi>) en <bdi>{NAME}</bdi>."),
        (f"<b>{NAME}</b> & co", f"&lt;b&gt;<bdi>{NAME}</bdi>&lt;/b&gt; &amp; co"),
        (f"{NAME} 12 {NAME}", f"<bdi>{NAME}</bdi> 12 <bdi>{NAME}</bdi>"),
        ("", ""),
    ],
)
def test_what_goes_leftwards_stands_apart(text: str, html: str) -> None:
    assert str(apart(text)) == html


@pytest.mark.parametrize("reader", [ROB, SANNE, RIA])
def test_a_sentence_of_ours_keeps_its_direction(reader: str) -> None:
    """A sentence that begins with such a name would else be read from right to left, and its date turn round."""
    case = CASE
    for person in (ROB, SANNE):
        found = next(one for one in case.current("persons") if one.id == person)
        assert isinstance(found, Person)
        assert found.name is not None
        case = changed(case, one=found.model_copy(update={"name": found.name.model_copy(update={"call_name": NICK})}))
    html = page_of(case, reader).html()
    assert NICK in html or reader == RIA
    assert html.replace(f"<bdi>{NICK}</bdi>", "").count(NAME) == 0
    assert "<bdi>U" not in html


def test_very_much_of_it_is_quick_to_read() -> None:
    assert str(apart("\u060c" * 100_000)) == "<bdi>" + "\u060c" * 100_000 + "</bdi>"
