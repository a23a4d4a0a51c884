# SPDX-License-Identifier: EUPL-1.2
"""The templates of this package, made ready once.

Rules: whatever a template prints is escaped; a name that it does not know is an error, never an empty place; in a
sentence of ours a name that is written from right to left stands apart, so that it turns no date or comma beside it.

Source: WCAG 2.2, 1.3.2; Unicode Standard Annex 9, section 2.7.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

if TYPE_CHECKING:
    from jinja2 import Template

_LEFTWARDS: Final = "[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\U00010800-\U00010fff\U0001e800-\U0001efff]"
"""Letters and marks that are written from right to left: the blocks of Hebrew, Arabic and their like."""

_RUN: Final = re.compile(rf"({_LEFTWARDS}(?:\W*{_LEFTWARDS})*)(\)?)")


def apart(text: str) -> Markup:
    """Return a sentence, escaped, with whatever is written from right to left in an element of its own."""
    parts, after = [], 0
    for found in _RUN.finditer(text):
        run, bracket = found.groups()
        inside = bracket if run.count("(") > run.count(")") else ""
        parts += [escape(text[after : found.start()]), Markup("<bdi>{}</bdi>").format(run + inside)]
        after = found.end(1) + len(inside)
    return Markup("").join([*parts, escape(text[after:])])


@cache
def template(name: str) -> Template:
    """Return a template by its file name."""
    environment = Environment(
        loader=PackageLoader("kgbx.render"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["apart"] = apart
    return environment.get_template(name)
