# SPDX-License-Identifier: EUPL-1.2
"""``kgbx codes``: which code lists there are, what their codes mean, and what others call them.

Rules: everything shown is published with kgbx; no document is read. Both labels are always shown, the reader's first.
"""

from __future__ import annotations

import shutil
import textwrap
from collections import defaultdict
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

import click

from kgbx.cli.bilingual import command as bilingual_command
from kgbx.cli.bilingual import option
from kgbx.cli.columns import columns
from kgbx.cli.console import console_of, json_option
from kgbx.clock import local_day, parse_moment
from kgbx.codes import code_list, code_lists, system, systems_named

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kgbx.codes import CodeEntry, CodeList, OfficialCode, System
    from kgbx.messages import Language, Text

_FALLBACK: Final = (110, 24)
_NARROWEST, _WIDEST = 80, 160
_WORDS: Final[dict[str, tuple[str, str]]] = {
    "list": ("lijst", "list"),
    "number": ("codes", "codes"),
    "meaning": ("betekenis", "meaning"),
    "code": ("code", "code"),
    "nl": ("Nederlands", "Dutch"),
    "en": ("Engels", "English"),
    "under": ("valt onder", "part of"),
    "official": ("officieel", "official"),
    "valid": ("geldig", "valid"),
    "source": ("bron", "source"),
    "systems": ("Officiële stelsels", "Official systems"),
    "read": ("alleen lezen", "read only"),
    "write": ("alleen schrijven", "write only"),
    "version": ("versie", "version"),
    "from": ("vanaf", "from"),
    "until": ("tot", "until"),
    "none": ("Geen code voldoet hieraan.", "No code fits."),
    "lossy": (
        "Hierin vallen codes samen; terugvertalen kan meer dan een lezing geven: ",
        "Codes fall together in these; translating back may give more than one reading: ",
    ),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """A list as it was asked for.

    Attributes:
        codes: The list.
        systems: Keys of the systems to show.
        entries: The codes to show.
    """

    codes: CodeList
    systems: tuple[str, ...]
    entries: tuple[CodeEntry, ...]

    def official(self, entry: CodeEntry) -> list[OfficialCode]:
        """Return the official codes of a code that are to be shown."""
        return [one for one in entry.official if one.system in self.systems]


@bilingual_command(
    "codes",
    nl="Zoek codes op: wat ze betekenen en wat anderen (BRP, iJw, CBS, CORV en meer) ze noemen.\n\n"
    "Zonder LIST ziet u welke lijsten er zijn. Met LIST, zoals relation_kind, ziet u de codes van die lijst.",
    en="Look up codes: what they mean and what others (BRP, iJw, CBS, CORV and more) call them.\n\n"
    "Without LIST you see which lists there are. With LIST, such as relation_kind, you see the codes of that list.",
)
@click.argument("name", metavar="[LIST]", required=False)
@option(
    "--system",
    "system_name",
    metavar="SYSTEM",
    nl="Alleen codes die in dit officiële stelsel bestaan: een stelsel (jzr) of een familie (BRP, iJw, CBS, CORV).",
    en="Only codes that exist in this official system: one system (jzr) or a family (BRP, iJw, CBS, CORV).",
)
@option(
    "--at",
    "day",
    metavar="DAY",
    nl="Alleen codes die op deze dag geldig zijn, zoals 2026-03-01. Standaard: alle codes.",
    en="Only codes that are valid on this day, such as 2026-03-01. Default: all codes.",
)
@json_option
@click.pass_context
def command(
    context: click.Context, name: str | None, *, system_name: str | None, day: str | None, as_json: bool
) -> None:
    """Print the lists, or the codes of one."""
    console = console_of(context, as_json=as_json)
    on = None if day is None else local_day(parse_moment(day)).isoformat()
    wanted = None if system_name is None else systems_named(system_name)
    if name is None:
        found = [_shown(code_list(one), wanted, on) for one in code_lists()]
        shown = [one for one in found if one.entries]
        lines, value = _overview(shown, console.language), {"lists": [_summary(one) for one in shown]}
    else:
        one = _shown(code_list(name), wanted, on)
        lines, value = _table(one, console.language), _as_value(one)
    for line in lines:
        console.say(line, line)
    console.result(value)


def _shown(codes: CodeList, wanted: tuple[str, ...] | None, day: str | None) -> Shown:
    """Return the codes of a list that exist in the wanted systems and are valid on a day."""
    keys = tuple(key for key in codes.systems if wanted is None or key in wanted)
    entries = [entry for entry in codes.entries.values() if day is None or entry.is_valid_on(day)]
    if wanted is not None:
        entries = [entry for entry in entries if any(one.system in keys for one in entry.official)]
    return Shown(codes, keys, tuple(entries))


def _say(word: str, language: Language) -> str:
    return _WORDS[word][language == "en"]


def _width() -> int:
    return min(max(shutil.get_terminal_size(_FALLBACK).columns, _NARROWEST), _WIDEST)


def _overview(shown: list[Shown], language: Language) -> Iterator[str]:
    head = [_say(word, language).upper() for word in ("list", "number", "meaning", "official")]
    rows = [
        (one.codes.name, f"{len(one.entries):>5}", one.codes.title.say(language), ", ".join(one.systems))
        for one in shown
    ]
    yield from columns(head, rows, width=_width())


def _table(shown: Shown, language: Language) -> Iterator[str]:
    yield f"{shown.codes.name}: {shown.codes.title.say(language)}"
    yield from textwrap.wrap(f"{_say('source', language).capitalize()}: {shown.codes.source}", _width())
    if shown.codes.note:
        yield from textwrap.wrap(shown.codes.note.say(language), _width())
    yield ""
    yield from _codes(shown, language) if shown.entries else [_say("none", language)]
    yield from _legend(shown, language)


def _codes(shown: Shown, language: Language) -> Iterator[str]:
    first, second = ("nl", "en") if language == "nl" else ("en", "nl")
    head = [_say(word, language).upper() for word in ("code", first, second, "official", "valid", "source")]
    rows = [
        (
            entry.code if entry.parent is None else f"{entry.code}\n  {_say('under', language)} {entry.parent}",
            entry.label.say("nl" if first == "nl" else "en"),
            entry.label.say("nl" if second == "nl" else "en"),
            "\n".join(_official(shown.official(entry), language)),
            _validity(entry, language),
            entry.source or "",
        )
        for entry in shown.entries
    ]
    yield from columns(head, rows, width=_width())


def _official(codes: list[OfficialCode], language: Language) -> Iterator[str]:
    """Yield a line for each system, version and remark, with the codes for which it holds."""
    together: dict[tuple[str, str], list[str]] = defaultdict(list)
    for one in codes:
        version = f" {one.version}:" if len(system(one.system).versions) > 1 else ""
        marks = [_say(one.use, language) if one.use != "both" else "", _validity(one, language)]
        together[f"{one.system}{version}", ", ".join(filter(None, marks))].append(one.code)
    for (where, remark), found in together.items():
        yield f"{where} {', '.join(found)}" + (f" ({remark})" if remark else "")


def _validity(one: CodeEntry | OfficialCode, language: Language) -> str:
    parts = (("from", one.valid_from), ("until", one.valid_until))
    return " ".join(f"{_say(word, language)} {day}" for word, day in parts if day)


def _legend(shown: Shown, language: Language) -> Iterator[str]:
    if not shown.systems:
        return
    yield ""
    yield _say("systems", language)
    rows = [(f"  {key}", _named(system(key), language)) for key in shown.systems]
    yield from list(columns(("", ""), rows, width=_width()))[1:]
    lossy = [key for key in shown.codes.lossy if key in shown.systems]
    if lossy:
        yield from textwrap.wrap(f"{_say('lossy', language)}{', '.join(lossy)}.", _width())


def _named(one: System, language: Language) -> str:
    version = f" ({_say('version', language)} {', '.join(one.versions)})" if one.versions else ""
    note = f" {one.note.say(language)}" if one.note else ""
    return f"{one.name.say(language)}{version}. {one.document}.{note}"


def _summary(shown: Shown) -> dict[str, Any]:
    codes = shown.codes
    return {
        "list": codes.name,
        "title": _texts(codes.title),
        "source": codes.source,
        "count": len(shown.entries),
        "systems": list(shown.systems),
    }


def _as_value(shown: Shown) -> dict[str, Any]:
    codes = shown.codes
    return _filled(
        {
            **_summary(shown),
            "note": _texts(codes.note) if codes.note else None,
            "lossy": [key for key in codes.lossy if key in shown.systems],
            "codes": [_code(shown, entry) for entry in shown.entries],
            "systems": [_system(system(key)) for key in shown.systems],
        }
    )


def _code(shown: Shown, entry: CodeEntry) -> dict[str, Any]:
    return _filled(
        {
            "code": entry.code,
            "label": _texts(entry.label),
            "parent": entry.parent,
            "official": [_filled(asdict(one)) for one in shown.official(entry)],
            "source": entry.source or shown.codes.source,
            "valid_from": entry.valid_from,
            "valid_until": entry.valid_until,
        }
    )


def _system(one: System) -> dict[str, Any]:
    return _filled(
        {
            "system": one.key,
            "name": _texts(one.name),
            "versions": list(one.versions),
            "document": one.document,
            "url": one.url,
            "note": _texts(one.note) if one.note else None,
        }
    )


def _texts(text: Text) -> dict[str, str]:
    return {"nl": text.nl, "en": text.en}


def _filled(members: dict[str, Any]) -> dict[str, Any]:
    """Return the members that have a value, for absent means unknown."""
    return {name: value for name, value in members.items() if value is not None}
