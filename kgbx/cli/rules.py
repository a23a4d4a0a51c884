# SPDX-License-Identifier: EUPL-1.2
"""``kgbx rules``: what must hold in a family case, why, and which text of the law that comes from.

Rules: everything shown is published with kgbx; no document is read. An id may be written short: 15, R-015, KGBX-R-015.
"""

from __future__ import annotations

import re
import textwrap
from typing import TYPE_CHECKING, Final

import click

from kgbx.case.rules import RULES
from kgbx.case.rules.laws import LAWS, articles_cited, in_order
from kgbx.cli.bilingual import command as bilingual_command
from kgbx.cli.bilingual import option
from kgbx.cli.console import console_of, json_option
from kgbx.errors import UsageError

if TYPE_CHECKING:
    from kgbx.case.rules import Rule
    from kgbx.case.rules.laws import Law
    from kgbx.cli.console import Console

_COLUMNS: Final = 100
_SHORT: Final = re.compile(r"(?:(?:kgbx-)?r-?)?0*([0-9]{1,3})\Z", re.IGNORECASE | re.ASCII)
_BY_ID: Final = {rule.id: rule for rule in RULES}


@bilingual_command(
    "rules",
    nl="Bekijk de regels waaraan een gezinsdossier voldoet: wat er mis is, wat u kunt doen, en waar de regel vandaan "
    "komt.\n\n"
    "Zonder ID ziet u alle regels. Een ID mag kort: 15 of R-015 is KGBX-R-015. Een fout weigert het dossier, een "
    "waarschuwing niet: dan kan een register of rechter gelijk hebben.",
    en="Look up the rules that a family case keeps: what is wrong, what to do, and where the rule comes from.\n\n"
    "Without ID you see all rules. An ID may be short: 15 or R-015 is KGBX-R-015. An error refuses the case, a warning "
    "does not: then a register or a court may be right.",
)
@click.argument("ids", nargs=-1, metavar="[ID]...")
@option(
    "--severity",
    type=click.Choice(["error", "warning"]),
    nl="Alleen fouten (error) of alleen waarschuwingen (warning).",
    en="Errors only, or warnings only.",
)
@json_option
@click.pass_context
def command(context: click.Context, ids: tuple[str, ...], *, severity: str | None, as_json: bool) -> None:
    """Print the rules asked for, and the texts of law that they mean."""
    console = console_of(context, as_json=as_json)
    rules = [rule for rule in _asked(ids) if severity in {None, rule.severity}]
    for rule in rules:
        _show(console, rule)
    laws = [(law, unread) for law in LAWS if (unread := _unread(law, rules)) is not None]
    _show_laws(console, laws)
    one = len(rules) == 1
    console.say(f"{len(rules)} regel{'' if one else 's'}", f"{len(rules)} rule{'' if one else 's'}")
    console.result({"rules": [_as_json(rule) for rule in rules], "laws": [_law_as_json(*row) for row in laws]})


def _asked(ids: tuple[str, ...]) -> list[Rule]:
    """Return the rules with these ids, each once, by number; all rules for none.

    Raises:
        UsageError: U_RULE, there is no such rule.
    """
    wanted = {_full_id(text) for text in ids} or set(_BY_ID)
    if not wanted <= _BY_ID.keys():
        raise UsageError("U_RULE")
    return [_BY_ID[rule_id] for rule_id in sorted(wanted)]


def _full_id(text: str) -> str:
    short = _SHORT.match(text)
    return f"KGBX-R-{int(short[1]):03}" if short else text


def _unread(law: Law, rules: list[Rule]) -> list[str] | None:
    """Return the articles cited by these rules that were not read, in order; None if they do not cite the law."""
    cited = frozenset[str]().union(*(articles_cited(rule.source, law=law) for rule in rules))
    return sorted(cited & law.unread, key=in_order) if cited else None


def _show(console: Console, rule: Rule) -> None:
    kind_nl, kind_en = ("fout", "error") if rule.severity == "error" else ("waarschuwing", "warning")
    console.say(
        f"{rule.id}  {kind_nl}\n{_block(rule.text.nl)}\n{_block('Bron: ' + rule.source)}\n",
        f"{rule.id}  {kind_en}\n{_block(rule.text.en)}\n{_block('Source: ' + rule.source)}\n",
    )


def _block(text: str) -> str:
    return textwrap.fill(text, _COLUMNS, initial_indent="  ", subsequent_indent="  ", break_on_hyphens=False)


def _show_laws(console: Console, laws: list[tuple[Law, list[str]]]) -> None:
    if laws:
        console.say("Wetteksten waarop deze regels steunen", "Texts of law that these rules rest on")
    for law, unread in laws:
        nl, en = _text_of(law, ", ".join(unread))
        console.say(_block(f"{law.name}: {nl}"), _block(f"{law.name}: {en}"))


def _text_of(law: Law, unread: str) -> tuple[str, str]:
    if law.text_date is None:
        return "niet nagelezen", "not read"
    if not unread:
        return f"tekst van {law.text_date}", f"text of {law.text_date}"
    return f"tekst van {law.text_date}, niet nagelezen: {unread}", f"text of {law.text_date}, not read: {unread}"


def _as_json(rule: Rule) -> dict[str, object]:
    text = {"nl": rule.text.nl, "en": rule.text.en}
    return {"id": rule.id, "severity": rule.severity, "text": text, "source": rule.source}


def _law_as_json(law: Law, unread: list[str]) -> dict[str, object]:
    return {"name": law.name, "number": law.number, "text_date": law.text_date, "unread": unread}
