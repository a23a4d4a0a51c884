# SPDX-License-Identifier: EUPL-1.2
"""A page as a screen reader meets it: its elements with their attributes, its headings, its landmarks, its texts."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Final

VOID: Final = frozenset({"meta", "br", "hr", "img", "input", "link"})


@dataclass(slots=True)
class Element:
    """An element, with the text inside it."""

    tag: str
    attributes: dict[str, str | None]
    inside: tuple[str, ...]
    text: str = ""


@dataclass(slots=True)
class Page:
    """What stands on a page, in order."""

    elements: list[Element] = field(default_factory=list)

    def all(self, *tags: str) -> list[Element]:
        return [one for one in self.elements if one.tag in tags]

    @property
    def headings(self) -> list[tuple[int, str]]:
        return [(int(one.tag[1]), one.text.strip()) for one in self.all("h1", "h2", "h3", "h4", "h5", "h6")]

    @property
    def ids(self) -> list[str]:
        return [one.attributes["id"] or "" for one in self.elements if "id" in one.attributes]

    @property
    def tags(self) -> set[str]:
        return {one.tag for one in self.elements}

    @property
    def text(self) -> str:
        return next(one.text for one in self.elements if one.tag == "body")


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.page = Page()
        self._open: list[Element] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, dict(attrs), tuple(one.tag for one in self._open))
        self.page.elements.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        closed = self._open.pop()
        if closed.tag != tag:
            raise ValueError(f"{tag} closes {closed.tag}")

    def handle_data(self, data: str) -> None:
        for element in self._open:
            element.text += data


def read(html: str) -> Page:
    """Return what stands on a page; an element that is not closed in its turn is an error."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    if reader._open:  # of this module
        raise ValueError("an element is not closed")
    return reader.page
