# SPDX-License-Identifier: EUPL-1.2
"""What ``kgbx receive`` says of what is new: types and counts, ids of what is disputed, needs that are open.

Rules: the sentences of a need profile and ids; never a word of what arrived, and never whom to ask.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from kgbx.case.types import TYPE_OF
from kgbx.messages import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from kgbx.case import FamilyCase
    from kgbx.cli.console import Console
    from kgbx.exchange.news import News
    from kgbx.story import Row


def show_new(console: Console, found: News, case: FamilyCase) -> None:
    """Print how many records of which type are new.

    Args:
        console: Where to.
        found: What arrived brought.
        case: The own case after it.
    """
    console.say(f"Overgenomen: {len(found.new)} gegevens", f"Taken in: {len(found.new)} records")
    for array, number in _by_type(found.new, case).items():
        console.say(f"  {number:4}  {array}", f"  {number:4}  {array}")


def show_news(console: Console, found: News, case: FamilyCase) -> None:
    """Print what is disputed, what need not be asked any more, and what is still not known.

    Args:
        console: Where to.
        found: What arrived brought.
        case: The own case after it.
    """
    _ids(console, found.disputed, case, Text("Iemand is het oneens met", "Somebody disagrees with"))
    _needs(console, found.answered, Text("Hoeft u niet meer te vragen", "You need not ask any more"))
    _needs(console, found.missing, Text("Nog niet bekend", "Still not known"))


def _by_type(ids: Iterable[str], case: FamilyCase) -> dict[str, int]:
    return dict(sorted(Counter(_type(one, case) for one in ids).items()))


def _type(record_id: str, case: FamilyCase) -> str:
    record = case.get(record_id)
    return "" if record is None else TYPE_OF[type(record)].array


def _ids(console: Console, ids: Sequence[str], case: FamilyCase, title: Text) -> None:
    if ids:
        console.say(f"{title.nl}: {len(ids)}", f"{title.en}: {len(ids)}")
    for one in ids:
        line = f"  {_type(one, case)} {one}"
        console.say(line, line)


def _needs(console: Console, rows: Sequence[Row], title: Text) -> None:
    if rows:
        console.say(f"{title.nl}: {len(rows)}", f"{title.en}: {len(rows)}")
    texts = {row.need.id: row.need.text for row in rows}
    for need, number in Counter(row.need.id for row in rows).items():
        console.say(f"  {number:4}  {texts[need].nl}", f"  {number:4}  {texts[need].en}")


def news_as_value(found: News, case: FamilyCase, *, looked: bool) -> dict[str, Any]:
    """Return what is new for programs.

    Args:
        found: What arrived brought.
        case: The own case after it.
        looked: Whether a need profile was held against it.
    """
    value: dict[str, Any] = {
        "taken_in": len(found.new),
        "new": [{"record": one, "type": _type(one, case)} for one in found.new],
        "disputed": list(found.disputed),
        "gone": list(found.gone),
    }
    if looked:
        value["answered"] = [_row(row) for row in found.answered]
        value["missing"] = [_row(row) for row in found.missing]
    return value


def _row(row: Row) -> dict[str, Any]:
    person = {} if row.person is None else {"person": row.person}
    return {"need": row.need.id, **person, "status": row.seen, "level": row.need.level}
