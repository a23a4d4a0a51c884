# SPDX-License-Identifier: EUPL-1.2
"""Which text of each law the sources of the rules mean, and which of the cited articles were read in that text.

Rules: an article that was cited but not read here stands in `unread`, so that everybody sees what still needs a look;
a test keeps both lists complete. Before relying on a rule, compare the text of the day.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

_ARTICLE: Final = re.compile(r"(?<![\w.])([0-9]+(?:\.[0-9]+)*[a-z]{0,2})(?![\w.])")
_PARTS: Final = re.compile(r" (?:lid|onder) [0-9a-z]+(?:(?:,| en| tot en met) [0-9](?![0-9.:]))*")
_BOOK: Final = "BW "


@dataclass(frozen=True, slots=True)
class Law:
    """A law that rules cite.

    Attributes:
        name: As sources write it; book 1 of the BW is written ``BW 1:``.
        number: BWB number, or that of the European regulation.
        text_date: Date of the text that was read; None when none was.
        read: Cited articles that were read.
        unread: Cited articles of which the text was not at hand.
    """

    name: str
    number: str
    text_date: str | None
    read: frozenset[str] = frozenset()
    unread: frozenset[str] = frozenset()


LAWS: Final = (
    Law(
        "Jeugdwet",
        "BWBR0034925",
        "2026-01-01",
        read=frozenset(
            "1.1 3.1 3.2 3.3 7.2.1 7.3.5 7.3.8 7.3.9 7.3.10 7.3.11 7.3.15 7.4.0".split()  # noqa: SIM905  # easier to compare
        ),
    ),
    Law("Wmo 2015", "BWBR0035362", "2026-01-01", read=frozenset({"5.2.9", "5.3.1", "5.3.4", "5.3.5"})),
    Law("Uitvoeringsbesluit Wmo 2015", "BWBR0035733", "2018-07-28", read=frozenset({"4.1.8"})),
    Law(
        "BW 1",
        "BWBR0002656",
        "2025-07-05",
        read=frozenset(
            "241 244 245 246 251 251b 253sa 253t 255 257 258 260 265b 265c 282".split()  # noqa: SIM905  # easier to compare
        ),
        unread=frozenset(
            "2 33 41 80a 197 199 233 253aa 253b 253ha 256 280 302".split()  # noqa: SIM905  # easier to compare
        ),
    ),
    Law("BW 7", "BWBR0005290", "2026-07-01", read=frozenset({"454", "455"})),
    Law("UAVG", "BWBR0040940", "2026-09-01", read=frozenset({"5", "41", "46"})),
    Law("Wet BRP", "BWBR0033715", "2026-10-01", read=frozenset({"2.59", "3.10", "3.21"}), unread=frozenset({"2.26"})),
    Law("AVG", "Verordening (EU) 2016/679", None, unread=frozenset({"4", "5", "7", "13", "14", "17", "32"})),
    Law("Wet BIG", "BWBR0006251", None, unread=frozenset({"3"})),
)
"""Laws by name."""


def articles_cited(source: str, *, law: Law) -> frozenset[str]:
    """Return the articles of a law that the source of a rule cites, without paragraphs and books."""
    name = _BOOK.strip() if law.name.startswith(_BOOK) else law.name
    cited = [part.strip().removeprefix(name) for part in source.split(";") if part.strip().startswith(f"{name} ")]
    text = " ".join(_PARTS.sub("", part) for part in cited)
    if name == law.name:
        return frozenset(_ARTICLE.findall(text))
    return frozenset(re.findall(rf"(?<![0-9]){law.name.removeprefix(_BOOK)}:([0-9]+[a-z]*)", text))


def in_order(article: str) -> tuple[list[int], str]:
    """Return the key by which articles are sorted as in their law: 41 before 253aa."""
    return [int(number) for number in re.findall("[0-9]+", article)], article
