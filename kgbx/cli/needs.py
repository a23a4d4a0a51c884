# SPDX-License-Identifier: EUPL-1.2
"""``kgbx needs``: what a function needs to know of a family, what of it was told, and what may still be asked of whom.

Rules: this is for whoever holds the case or view: it shows names. Ids appear with ``--json`` only, names never there.
"""

from __future__ import annotations

import textwrap
from collections import defaultdict
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import click

from kgbx.case import FamilyCase
from kgbx.cli.bilingual import command as bilingual_command
from kgbx.cli.bilingual import option
from kgbx.cli.console import at_option, console_of, json_option, read_file
from kgbx.cli.holder import Holder, holder_options
from kgbx.clock import format_instant, local_day
from kgbx.consent.facts import Request
from kgbx.consent.policies import policy_in_force, published_policies
from kgbx.consent.reasons import REASONS
from kgbx.errors import UsageError
from kgbx.exchange import decide_share
from kgbx.exchange.minimal_set import purpose_of
from kgbx.limits import MAX_DOCUMENT_BYTES
from kgbx.render.names import Names
from kgbx.render.page import Page
from kgbx.story import coverage, profile, profiles, questions, to_find_out

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from kgbx.cli.console import Console
    from kgbx.consent.share import Share
    from kgbx.messages import Language
    from kgbx.render.page import Ask, Known
    from kgbx.story import Coverage, Profile, Row

WIDTH: Final = 92
_AGES: Final = (
    (730, ("jaar", "jaar"), ("year", "years")),
    (60, ("maand", "maanden"), ("month", "months")),
    (14, ("week", "weken"), ("week", "weeks")),
    (1, ("dag", "dagen"), ("day", "days")),
)
"""From how many days on an age is told in which unit."""
_UNIT_DAYS: Final = {"year": 365, "month": 30, "week": 7, "day": 1}


@bilingual_command(
    "needs",
    nl="Laat zien wat een organisatie over een gezin moet weten, wat al is verteld en wat nog gevraagd mag worden.\n\n"
    "CASE is een gezinsdossier, of het deel ervan dat u kreeg. Wat al verteld is, of in een register staat, hoeft het "
    "gezin niet opnieuw te vertellen. U ziet ook aan wie u de rest mag vragen.",
    en="Show what an organisation needs to know of a family, what was told already and what may still be asked.\n\n"
    "CASE is a family case, or the part of it that you got. What was told, or is in a register, the family need not "
    "tell again. You also see of whom you may ask the rest.",
)
@click.argument("case_file", metavar="CASE")
@option(
    "--for",
    "function",
    required=True,
    metavar="FUNCTION",
    nl="Voor welke functie, zoals lokaal_team, veilig_thuis of gi.",
    en="For which function, such as lokaal_team, veilig_thuis or gi.",
)
@option(
    "--occasion",
    metavar="OCCASION",
    nl="Bij welke gelegenheid, zoals intake. Niet nodig als er maar een is.",
    en="On which occasion, such as intake. Not needed if there is only one.",
)
@option(
    "--to",
    metavar="URN",
    nl="Kijk door de ogen van deze ontvanger; alleen voor de afzender, met --as en --registers.",
    en="Look through the eyes of this recipient; for the sender only, with --as and --registers.",
)
@partial(holder_options, required=False)
@at_option
@json_option
@click.pass_context
def command(
    context: click.Context,
    case_file: str,
    *,
    function: str,
    occasion: str | None,
    to: str | None,
    holder: Holder | None,
    at: str | None,
    as_json: bool,
) -> None:
    """Read the case, cover the profile, and print what is known and what may still be asked."""
    console = console_of(context, as_json=as_json)
    moment = console.moment(at)
    needed = _profile(function, occasion)
    case = FamilyCase.from_json(read_file(case_file, limit=MAX_DOCUMENT_BYTES))
    share = _share(console, case, needed, to=to, holder=holder, moment=moment)
    seen = case if share is None else share.view
    found = coverage(seen, needed, at=moment, withheld=None if share is None else case)
    page = Page(Names(seen, day=local_day(moment), language=console.language), found)
    withheld = _withheld(found, share)
    for line in (*_lines(page, needed, console.language), *_withheld_lines(withheld, page.names)):
        console.say(line, line)
    value = as_value(found)
    if share is not None:
        value["withheld"] = [{"need": row.need.id, "person": row.person, "reasons": codes} for row, codes in withheld]
    console.result(value)


def _share(
    console: Console, case: FamilyCase, needed: Profile, *, to: str | None, holder: Holder | None, moment: datetime
) -> Share | None:
    """Return what the recipient would get; None when the holder of the case or view looks itself.

    Raises:
        UsageError: U_ARGUMENT, a recipient without its sender, or the other way round.
    """
    if to is None and holder is None:
        return None
    if to is None or holder is None:
        raise UsageError
    basis = holder.basis(case, moment, console, policies=published_policies())
    at = format_instant(moment)
    purpose = purpose_of(needed, policy_in_force(basis.policies, at))
    request = Request(sender=holder.own, recipient=to, purpose=purpose, at=at, known_at=at)
    return decide_share(case, request=request, basis=basis).share


def _withheld(found: Coverage, share: Share | None) -> list[tuple[Row, list[str]]]:
    """Return the needs that only withheld records answer, with the codes of why those are withheld."""
    if share is None:
        return []
    why = {row.record: row.reasons for row in share.account.withheld}
    rows = [row for row in found.rows if row.status == "withheld"]
    return [(row, sorted({code for record in row.withheld for code in why.get(record, ())})) for row in rows]


def _withheld_lines(rows: list[tuple[Row, list[str]]], names: Names) -> Iterator[str]:
    if rows:
        yield ""
        yield f"{names.say('withheld')} ({len(rows)})"
    for row, codes in rows:
        about = names.say("about_all") if row.person is None else names.young(row.person)
        sentences = (REASONS[code].text.say(names.language).split(". ")[0].rstrip(".") for code in codes)
        yield from _row(row.need.text.say(names.language), about, (f"{one}" for one in sentences))


def _profile(function: str, occasion: str | None) -> Profile:
    if occasion is not None:
        return profile(function, occasion)
    occasions = [found for name, found in profiles() if name == function]
    if len(occasions) != 1:
        raise UsageError("U_PROFILE")
    return profile(function, occasions[0])


def as_value(found: Coverage) -> dict[str, Any]:
    """Return what ``--json`` prints: ids and codes, never names or words."""
    asked = {(one.need.id, one.about): one for one in questions(found)}
    rows = [
        {
            "need": row.need.id,
            "person": row.person,
            "level": row.need.level,
            "status": row.status,
            "records": [answer.record for answer in row.answers],
            "ask": list(asked[key].ask) if (key := (row.need.id, row.person)) in asked else [],
            "manner": asked[key].manner if key in asked else None,
        }
        for row in found.rows
    ]
    counted: dict[str, int] = defaultdict(int)
    for row in found.rows:
        counted[row.status] += 1
    return {
        "function": found.profile.function,
        "occasion": found.profile.occasion,
        "at": found.at,
        "counts": dict(sorted(counted.items())),
        "questions": len(asked),
        "find_out": len(to_find_out(found)),
        "needs": rows,
    }


def _lines(page: Page, needed: Profile, language: Language) -> Iterator[str]:
    say = page.names.say
    yield f"{needed.title.say(language)} ({needed.function}.{needed.occasion})"
    yield from _section(say("known"), page.spared, (_told(page, one) for one in page.known))
    yield from _section(say("to_ask"), page.asked, (_asked(page, one) for one in page.asks))
    if not page.asked:
        yield f"  {say('nothing_to_ask')}"
    rows = (_row(text, about or say("about_all"), ()) for text, about in page.find_out)
    yield from _section(say("find_out"), len(page.find_out), rows)


def _section(title: str, number: int, rows: Iterable[Iterable[str]]) -> Iterator[str]:
    if number:
        yield ""
        yield f"{title} ({number})"
    for row in rows:
        yield from row


def _told(page: Page, one: Known) -> Iterator[str]:
    names = page.names
    against = f" - {names.say('not_agreed')}" if one.disputed else ""
    told = f"{one.told_by}, {one.when} ({age_of(one.days, names.language)}){against}"
    return _row(one.text, one.about or names.say("about_all"), (told,))


def _asked(page: Page, one: Ask) -> Iterator[str]:
    say = page.names.say
    whom = f"{say('through') if one.through else say('ask')}: {one.whom}"
    return _row(one.text, one.about, filter(None, (whom, one.manner)))


def _row(text: str, about: str, rest: Iterable[str]) -> Iterator[str]:
    """Yield a need, about whom it is, and under it what is known of it or of whom to ask it."""
    about_whom = f"  [{about}]" if about else ""
    yield from textwrap.wrap(f"{text}{about_whom}", WIDTH, initial_indent="  - ", subsequent_indent="    ")
    for line in rest:
        yield from textwrap.wrap(line, WIDTH, initial_indent="      ", subsequent_indent="      ")


def age_of(days: int, language: Language) -> str:
    """Return how old an answer is, in the words one would use."""
    for size, nl, en in _AGES:
        if days >= size:
            number = days // _UNIT_DAYS[en[0]]
            return f"{number} {nl[number > 1]} geleden" if language == "nl" else f"{number} {en[number > 1]} ago"
    return "vandaag" if language == "nl" else "today"
