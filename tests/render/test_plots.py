# SPDX-License-Identifier: EUPL-1.2
"""Plots: every figure is there for who sees them and for who does not, and nothing else is."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgbx.render.plots import Plot, said, svg

SVG = "{http://www.w3.org/2000/svg}"


def plot(figures: list[list[int | None]] | None = None, **changes: str) -> Plot:
    made: list[list[int | None]] = [[40, 0, None], [12, 7, 300]] if figures is None else figures
    texts = {"title": "Dagen <wachten>", "unit": "Aantal & gezinnen", "hidden": "niet getoond"} | changes
    return Plot(
        categories=[f"categorie {n}" for n in range(len(made[0]))],
        series=[f"reeks {n}" for n in range(len(made))],
        figures=made,
        lang="nl",
        **texts,
    )


def drawn(made: Plot) -> ET.Element:
    return ET.fromstring(svg(made))  # noqa: S314  # made here


def test_it_is_an_image_with_a_title_and_a_description() -> None:
    root = drawn(plot())
    assert (root.get("role"), root.get("aria-labelledby")) == ("img", "title desc")
    assert root[0].text == "Dagen <wachten>"
    assert root[1].text == said(plot())


def test_it_says_its_language() -> None:
    root = drawn(plot())
    assert (root.get("lang"), root.get("{http://www.w3.org/XML/1998/namespace}lang")) == ("nl", "nl")


def test_the_description_says_every_figure() -> None:
    assert said(plot()) == (
        "Dagen <wachten>. Aantal & gezinnen. categorie 0: reeks 0: 40, reeks 1: 12. "
        "categorie 1: reeks 0: 0, reeks 1: 7. categorie 2: reeks 0: niet getoond, reeks 1: 300."
    )


def test_every_figure_stands_above_its_column() -> None:
    texts = [one.text for one in drawn(plot()).iter(f"{SVG}text")]
    assert {"40", "12", "7", "300", "✱", "✱ niet getoond"} <= set(texts)


def test_series_differ_in_pattern_and_not_in_colour_alone() -> None:
    patterns = [ET.tostring(one) for one in drawn(plot([[1], [2], [3], [4]])).iter(f"{SVG}pattern")]
    shapes = {re.sub(rb'id="p."|#[0-9a-f]{6}', b"", one) for one in patterns}
    assert len(shapes) == 4


def test_without_hidden_figures_nothing_is_said_of_them() -> None:
    assert "✱" not in svg(plot([[1, 2]]))


def test_the_same_figures_give_the_same_bytes() -> None:
    assert svg(plot()) == svg(plot())


def test_nothing_is_loaded_and_nothing_runs() -> None:
    text = svg(plot(title="<script>"))
    assert not re.search(r"<script|href|@import|on[a-z]+=", text)
    assert set(re.findall(r"https?://[^\"]+", text)) == {"http://www.w3.org/2000/svg"}


@pytest.mark.parametrize(("highest", "lines"), [(0, 2), (1, 2), (5, 6), (7, 5), (60, 7), (61, 5), (99_999, 6)])
def test_the_scale_has_a_few_round_steps(highest: int, lines: int) -> None:
    ends = [one for one in drawn(plot([[highest]])).iter(f"{SVG}text") if one.get("text-anchor") == "end"]
    assert len(ends) == lines
    assert int(ends[-1].text or "") >= highest


class TestColumnsAreAsTallAsTheirFigures:
    """A column is as tall as its figure on the scale, and stays within the plot."""

    @given(st.lists(st.lists(st.none() | st.integers(0, 10**6), min_size=6, max_size=6), min_size=1, max_size=4))
    def test_columns_stay_within_the_plot(self, figures: list[list[int | None]]) -> None:
        root = drawn(plot(figures))
        wide = float(root.get("width") or 0)
        columns = [one for one in root.iter(f"{SVG}rect") if (one.get("fill") or "").startswith("url") and one.get("x")]
        right = [float(one.get("x") or 0) + float(one.get("width") or 0) for one in columns]
        tall = [float(one.get("height") or 0) for one in columns]
        assert all(edge <= wide for edge in right)
        assert all(0 < height <= 260 for height in tall)
        assert svg(plot(figures)).count("✱") >= sum(one is None for row in figures for one in row)
