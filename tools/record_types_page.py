# SPDX-License-Identifier: EUPL-1.2
"""The reference page of record types: whom a record of each type is about, and what it speaks about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kgbx.case import RECORD_TYPES
from kgbx.consent.items import categories_table
from kgbx.consent.share import TRAVELS_WITH_TARGET
from tools.markdown import NOTE, table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kgbx.case import RecordType

HEAD: Final = ("array", "Dutch", "about", "speaks about", "category")
LEAD: Final = """One array per type, in the order of the document. A record is about the persons that the members in the
column *about* name; never about an unborn child, but about its mother instead. Who is accused, who told it and who is
only mentioned is not meant by it. A record that speaks about another is about the same persons, has its categories too,
travels only with it, and is erased with it. The category is what decisions about sharing go by, see
`schemas/policy/categories.json`; labels add to it. A type without one is never decided about: links, organisations,
professionals and confidences travel with what they join, describe or keep back; erasures travel as a notice only.
"""


def record_types_page() -> str:
    """Return docs/reference/record-types.md."""
    return f"# Record types\n\n{NOTE}\n{LEAD}\n" + table(HEAD, _rows())


def _rows() -> Iterator[tuple[str, ...]]:
    for row in RECORD_TYPES:
        target = f"`{row.target}`" if row.target else ""
        yield (f"`{row.array}`", row.title, about_in_words(row), target, category_in_words(row))


def about_in_words(row: RecordType) -> str:
    """Return whom a record of a type is about."""
    if row.about is None:
        return "nobody"
    if row.target is not None:
        return "as its target"
    named = ", ".join(f"`{path.removesuffix('_')}`" for path in row.about)
    return f"{named}, as chosen" if row.chosen else named


def category_in_words(row: RecordType) -> str:
    """Return what decides the category of a record of a type; empty for a type that is never decided about."""
    categories = categories_table()
    if row.about is None or row.array in TRAVELS_WITH_TARGET:
        return ""
    found = [f"`{category}`" for category in categories.types.get(row.array, ())]
    found += [f"by `{one.member}`" for one in categories.by_value if one.type == row.array]
    found += ["by topic"] if row.array in categories.by_topic else []
    found += ["that of its target"] if row.target is not None and not found else []
    return ", ".join(found)
