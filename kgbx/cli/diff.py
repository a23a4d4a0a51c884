# SPDX-License-Identifier: EUPL-1.2
"""``kgbx diff``: what is different between two cases, by id. Content is shown only when asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import click

from kgbx.case import diff
from kgbx.cli.bilingual import command as bilingual_command
from kgbx.cli.bilingual import option
from kgbx.cli.cases import read_case, shown
from kgbx.cli.console import Console, console_of, json_option
from kgbx.cli.files import once_from_stdin
from kgbx.errors import EXIT_OK
from kgbx.messages import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from kgbx.case import BareRecord, Changed, Diff, Entry, FamilyCase, HeadChange, Replacement

Row = dict[str, Any]

_TITLES: Final[Mapping[str, Text]] = {
    "added": Text("Erbij", "Added"),
    "replaced": Text("Vervangen", "Replaced"),
    "erased": Text("Gewist", "Erased"),
    "removed": Text("Weg, niet gewist", "Gone, not erased"),
    "changed": Text("Zelfde id, andere inhoud", "Same id, other content"),
}
"""What is told, in this order."""


@bilingual_command(
    "diff",
    nl="Vergelijk twee gezinsdossiers, OLD en NEW, gegeven voor gegeven.\n\n"
    "U ziet wat erbij kwam, vervangen, gewist of weg is: soort, id en de plaats van wat verschilt (JSON Pointer). De "
    "inhoud ziet u alleen met --show-values. Status 0, ook als er verschil is; 1 als een dossier niet in orde is.",
    en="Compare two family cases, OLD and NEW, record by record.\n\n"
    "You see what was added, replaced, erased or is gone: type, id and the place of what differs (JSON Pointer). You "
    "see content only with --show-values. Status 0, also when they differ; 1 if a case is not valid.",
)
@click.argument("old")
@click.argument("new")
@option(
    "--show-values",
    is_flag=True,
    nl="Toon ook de inhoud: namen, woorden, adressen. Alleen voor wie beide dossiers toch mag lezen.",
    en="Show content too: names, words, addresses. Only for those who may read both cases anyway.",
)
@json_option
@click.pass_context
def command(context: click.Context, old: str, new: str, *, show_values: bool, as_json: bool) -> None:
    """Print what is different."""
    console = console_of(context, as_json=as_json)
    once_from_stdin((old, new))
    before, after = read_case(console, old), read_case(console, new)
    found = diff(before, after)
    parts = _parts(found, before, after, values=show_values)
    _show_head(console, found.head)
    for part, rows in parts.items():
        _show_part(console, part, rows)
    if not found:
        console.say("Geen verschil.", "No difference.")
    console.result({"different": bool(found), "head": _head(found.head), **parts})
    context.exit(EXIT_OK)


def _parts(found: Diff, before: FamilyCase, after: FamilyCase, *, values: bool) -> dict[str, list[Row]]:
    """Return the rows of each part, with content if `values`."""

    def entries(part: Iterable[Entry]) -> list[Row]:
        return [
            {"type": one.array, "id": one.id} | ({"record": _content(one.record)} if values else {}) for one in part
        ]

    def pair(one: Replacement) -> Row:
        row = {"type": one.array, "id": one.new, "replaces": one.old, "members": list(one.members)}
        records = after.get(one.old) or before.get(one.old), after.get(one.new)
        return row | (_values(one.members, *records) if values else {})

    def change(one: Changed) -> Row:
        row = {"type": one.array, "id": one.id, "members": list(one.members)}
        return row | (_values(one.members, one.old, one.new) if values else {})

    return {
        "added": entries(found.added),
        "replaced": [pair(one) for one in found.replaced],
        "erased": entries(found.erased),
        "removed": entries(found.removed),
        "changed": [change(one) for one in found.changed],
    }


def _content(record: BareRecord | None) -> Any:  # noqa: ANN401  # any JSON value
    return record.model_dump(mode="json", exclude_none=True) if record is not None else None


def _values(members: Iterable[str], old: BareRecord | None, new: BareRecord | None) -> Row:
    """Return for each pointer what stands there; a side that has nothing there is left out."""
    sides = {"old": _content(old), "new": _content(new)}
    found = {
        pointer: {side: value for side, content in sides.items() for value in _at(content, pointer)}
        for pointer in members
    }
    return {"values": found}


def _at(value: object, pointer: str) -> tuple[object, ...]:
    """Return what a pointer leads to, nothing if it leads nowhere."""
    for token in pointer.split("/")[1:]:
        if isinstance(value, dict) and token in value:
            value = value[token]
        elif isinstance(value, list) and int(token) < len(value):
            value = value[int(token)]
        else:
            return ()
    return (value,)


def _head(head: HeadChange) -> Row:
    """Return what differs beside the records."""
    return {
        **({"id": list(head.id)} if head.id else {}),
        **({"synthetic": list(head.synthetic)} if head.synthetic else {}),
        "disputed": {"added": list(head.disputed_added), "removed": list(head.disputed_removed)},
        "contributions": {"added": head.contributions_added, "removed": head.contributions_removed},
    }


def _show_head(console: Console, head: HeadChange) -> None:
    if head.id:
        before, after = (one or "-" for one in head.id)
        console.say(f"Id van het dossier: {before} -> {after}", f"Id of the case: {before} -> {after}")
    if head.synthetic:
        old, new = head.synthetic
        console.say(
            f"Verzonnen: {'ja' if old else 'nee'} -> {'ja' if new else 'nee'}",
            f"Made up: {'yes' if old else 'no'} -> {'yes' if new else 'no'}",
        )
    counts = {
        Text("Betwist", "Disputed"): (len(head.disputed_added), len(head.disputed_removed)),
        Text("Bijdragen", "Contributions"): (head.contributions_added, head.contributions_removed),
    }
    for title, (added, gone) in counts.items():
        if added or gone:
            console.say(f"{title.nl}: {added} erbij, {gone} weg", f"{title.en}: {added} added, {gone} gone")


def _show_part(console: Console, part: str, rows: list[Row]) -> None:
    title = _TITLES[part]
    if rows:
        console.say(f"{title.nl}: {len(rows)}", f"{title.en}: {len(rows)}")
    for row in rows:
        line = f"  {row['type']:<22} {row['id']}"
        old = row.get("replaces")
        console.say(f"{line} vervangt {old}" if old else line, f"{line} replaces {old}" if old else line)
        for inner in _inside(row):
            console.say(f"      {inner.nl}", f"      {inner.en}")


def _inside(row: Row) -> Iterator[Text]:
    """Yield the lines under a row: content, and what differs where."""
    if "record" in row:
        yield _plain(shown(row["record"]))
    for pointer in row.get("members", ()):
        if not pointer:
            yield Text("een ander soort gegeven", "another type of record")
        elif "values" not in row:
            yield _plain(pointer)
        else:
            sides = row["values"][pointer]
            old, new = (shown(sides[side]) if side in sides else "-" for side in ("old", "new"))
            yield _plain(f"{pointer}: {old} -> {new}")


def _plain(text: str) -> Text:
    return Text(text, text)
