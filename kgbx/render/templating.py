# SPDX-License-Identifier: EUPL-1.2
"""The templates of this package, made ready once.

Rules: whatever a template prints is escaped; a name that it does not know is an error, never an empty place.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from jinja2 import Environment, PackageLoader, StrictUndefined

if TYPE_CHECKING:
    from jinja2 import Template


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
    return environment.get_template(name)
