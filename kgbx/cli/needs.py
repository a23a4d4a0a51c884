# SPDX-License-Identifier: EUPL-1.2
"""``kgbx needs``: what a function needs to know of a family, what of it was told, and what may still be asked of whom.

Rules: this is for whoever holds the case or view: it shows names. Ids appear with ``--json`` only, names never there.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import click

from kgbx.case import FamilyCase
from kgbx.cli.bilingual import command as bilingual_command
from kgbx.cli.bilingual import option
from kgbx.cli.console import at_option, console_of, json_option, read_file
from kgbx.cli.holder import Holder, holder_options
from kgbx.cli.needs_table import Table, permits_as_json, profile_lines, title_of
from kgbx.clock import format_instant, local_day
from kgbx.consent.facts import Request
from kgbx.consent.policies import policy_in_force, published_policies
from kgbx.errors import UsageError
from kgbx.exchange import decide_share
from kgbx.exchange.minimal_set import fitted, purpose_of
from kgbx.exchange.openings import blocked_by, openings, sparing
from kgbx.limits import MAX_DOCUMENT_BYTES
from kgbx.messages import Text
from kgbx.render.names import Names
from kgbx.render.page import Page
from kgbx.story import ANY_FUNCTION, coverage, not_to_ask, profile, profiles, questions, read_profile, to_find_out

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from kgbx.cli.console import Console
    from kgbx.exchange.openings import Opening
    from kgbx.exchange.passing import Decided
    from kgbx.story import Answer, Coverage, Need, Profile

_WHICH: Final = Text(
    "Zeg met --for voor welke functie, of geef met --profile een eigen vraagprofiel. Zie 'kgbx needs' voor de lijst.",
    "Say with --for for which function, or give your own need profile with --profile. See 'kgbx needs' for the list.",
)
_ONE_WAY: Final = Text(
    "Geef --for, met of zonder --occasion, of --profile: niet allebei.",
    "Give --for, with or without --occasion, or --profile: not both.",
)
_TOGETHER: Final = Text(
    "Bij --to horen --as en --registers: alleen wie verstuurt kan door de ogen van de ontvanger kijken.",
    "With --to go --as and --registers: only who sends can look through the eyes of the recipient.",
)


@bilingual_command(
    "needs",
    nl="Laat zien wat een organisatie over een gezin moet weten, wat al is verteld en wat nog gevraagd mag worden.\n\n"
    "CASE is een gezinsdossier, of het deel ervan dat u kreeg. Wat al verteld is, of in een register staat, hoeft het "
    "gezin niet opnieuw te vertellen. U ziet ook aan wie u de rest mag vragen. Zonder CASE ziet u de vraagprofielen "
    "zelf, of met --for een daarvan. Met --as en --registers wordt ook niemand genoemd die volgens uw eigen registers "
    "niet mag weten waar iemand is.",
    en="Show what an organisation needs to know of a family, what was told already and what may still be asked.\n\n"
    "CASE is a family case, or the part of it that you got. What was told, or is in a register, the family need not "
    "tell again. You also see of whom you may ask the rest. Without CASE you see the need profiles themselves, or with "
    "--for one of them. With --as and --registers nobody is named either who by your own registers may not learn where "
    "somebody is.",
)
@click.argument("case_file", metavar="[CASE]", required=False)
@option(
    "--for",
    "function",
    metavar="FUNCTION",
    nl="Voor welke functie, zoals lokaal_team, veilig_thuis of gi; of een gelegenheid van elke functie: handover.",
    en="For which function, such as lokaal_team, veilig_thuis or gi; or an occasion of every function: handover.",
)
@option(
    "--occasion",
    metavar="OCCASION",
    nl="Bij welke gelegenheid, zoals intake. Niet nodig als er maar een is.",
    en="On which occasion, such as intake. Not needed if there is only one.",
)
@option(
    "--profile",
    "profile_file",
    metavar="FILE",
    nl="Een eigen vraagprofiel (kgbx-needs/1) in plaats van --for.",
    en="A need profile of your own (kgbx-needs/1) instead of --for.",
)
@option(
    "--not-to-ask",
    "hidden",
    multiple=True,
    metavar="NEED",
    nl="Vraag dit niet: id van een behoefte die de afzender noemde. Mag vaker.",
    en="Do not ask this: id of a need that the sender named. May be given more than once.",
)
@option(
    "--to",
    metavar="URN",
    nl="Kijk door de ogen van deze ontvanger; alleen voor de afzender, met --as en --registers. U ziet ook wat zou "
    "openen wat niet mee mag, en welke toestemming de meeste vragen scheelt.",
    en="Look through the eyes of this recipient; for the sender only, with --as and --registers. You also see what "
    "would open what may not travel, and which permits would spare most questions.",
)
@partial(holder_options, required=False)
@at_option
@json_option
@click.pass_context
def command(
    context: click.Context,
    case_file: str | None,
    *,
    function: str | None,
    occasion: str | None,
    profile_file: str | None,
    hidden: tuple[str, ...],
    to: str | None,
    holder: Holder | None,
    at: str | None,
    as_json: bool,
) -> None:
    """Read the case, cover the profile, and print what is known and what may still be asked.

    Raises:
        UsageError: U_ARGUMENT, a case without a profile, a profile in two ways, a recipient without its sender;
            U_PROFILE.
        DocumentError: the case or the profile is malformed; D_EXCLUDED.
    """
    console = console_of(context, as_json=as_json)
    moment = console.moment(at)
    chosen = _chosen(function, occasion, profile_file)
    if chosen is None:
        if case_file is not None:
            raise UsageError(text=_WHICH)
        _show_profiles(console)
        return
    needed, outside = fitted(chosen, policy_in_force(published_policies(), format_instant(moment)))
    if case_file is None:
        _show_profile(console, needed, outside)
        return
    sender_says = not_to_ask(needed, more=hidden)
    case = FamilyCase.from_json(read_file(case_file, limit=MAX_DOCUMENT_BYTES))
    sent = _sent(console, case, needed, to=to, holder=holder, moment=moment)
    found = _covered(case, needed, sent, moment=moment) if sent else _seen(console, case, needed, holder, moment=moment)
    seen = case if sent is None else sent.decided.share.view
    page = Page(Names(seen, day=local_day(moment), language=console.language), found, not_to_ask=hidden)
    for line in Table(page, needed).lines(outside):
        console.say(line, line)
    value = as_value(found, hidden=hidden) | {"outside": [one.id for one in outside]}
    if sent is not None:
        own = Names(case, day=local_day(moment), language=console.language)
        value |= _show_sender(console, Table(page, needed), sent.opened(case, found), sent=sent, own=own)
        value["not_to_ask"] = list(sender_says)
    console.result(value)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sent:
    """What would go to a recipient, and the request for it."""

    request: Request
    decided: Decided = field(repr=False)

    def opened(self, case: FamilyCase, found: Coverage) -> tuple[Opening, ...]:
        """Return what would open what is withheld."""
        return openings(case, found, request=self.request, decided=self.decided)


def _sent(
    console: Console, case: FamilyCase, needed: Profile, *, to: str | None, holder: Holder | None, moment: datetime
) -> _Sent | None:
    """Return what the recipient would get; None when the holder of the case or view looks itself.

    Raises:
        UsageError: U_ARGUMENT, a recipient without its sender.
    """
    if to is None:
        return None
    if holder is None:
        raise UsageError(text=_TOGETHER)
    basis = holder.basis(case, moment, console, policies=published_policies())
    at = format_instant(moment)
    purpose = purpose_of(needed, policy_in_force(basis.policies, at))
    request = Request(sender=holder.own, recipient=to, purpose=purpose, at=at, known_at=at)
    return _Sent(request=request, decided=decide_share(case, request=request, basis=basis))


def _seen(console: Console, case: FamilyCase, needed: Profile, holder: Holder | None, *, moment: datetime) -> Coverage:
    """Return what the holder of a case or view knows; nobody is asked whom its own registers block."""
    if holder is None:
        return coverage(case, needed, at=moment)
    at = format_instant(moment)
    blocked = blocked_by(holder.facts(case, moment, console), at=at, known_at=at)
    return coverage(case, needed, at=moment, blocked=blocked, own=holder.own)


def _covered(case: FamilyCase, needed: Profile, sent: _Sent, *, moment: datetime) -> Coverage:
    blocked = blocked_by(sent.decided.facts, at=sent.request.at, known_at=sent.request.known_at)
    view, own = sent.decided.share.view, sent.request.recipient
    return coverage(view, needed, at=moment, withheld=case, blocked=blocked, own=own)


def _show_sender(
    console: Console, table: Table, opened: tuple[Opening, ...], *, sent: _Sent, own: Names
) -> dict[str, Any]:
    """Print what would open what is withheld, and what would spare most; return the same for programs."""
    for line in (*table.withheld(opened, own, sent.decided.policy), *table.sparing(sparing(opened), own)):
        console.say(line, line)
    return {
        "withheld": [
            {
                "need": one.row.need.id,
                "person": one.row.person,
                "reasons": list(one.reasons),
                "permits": permits_as_json(one.permits),
                "provisions": list(one.provisions),
                "third_party_weighing": one.weighing,
                "special_guardian_for": list(one.curator_for),
            }
            for one in opened
        ],
        "sparing": [
            {
                "permits": permits_as_json(one.permits),
                "needs": [{"need": row.need.id, "person": row.person} for row in one.rows],
            }
            for one in sparing(opened)
        ],
    }


def _chosen(function: str | None, occasion: str | None, profile_file: str | None) -> Profile | None:
    """Return the profile that is asked for; None where none is.

    Raises:
        UsageError: U_ARGUMENT, two ways at once; U_PROFILE.
        DocumentError: the file is malformed.
    """
    if profile_file is not None:
        if function is not None or occasion is not None:
            raise UsageError(text=_ONE_WAY)
        return read_profile(read_file(profile_file, limit=MAX_DOCUMENT_BYTES))
    if function is None:
        if occasion is not None:
            raise UsageError(text=_WHICH)
        return None
    return profile_for(function) if occasion is None else profile(function, occasion)


def profile_for(function: str) -> Profile:
    """Return the only profile of a function, or the one of every function on an occasion of that name.

    Raises:
        UsageError: U_PROFILE, there is none, or there are several.
    """
    pairs = [pair for pair in profiles() if function in (pair[0], pair[1] if pair[0] == ANY_FUNCTION else "")]
    if len(pairs) != 1:
        raise UsageError("U_PROFILE")
    return profile(*pairs[0])


def _show_profiles(console: Console) -> None:
    """Print which profiles there are."""
    for function, occasion in profiles():
        name, title = f"{function}.{occasion}", profile(function, occasion).title
        console.say(f"  {name:28}{title.nl}", f"  {name:28}{title.en}")
    console.result({"profiles": [{"function": function, "occasion": occasion} for function, occasion in profiles()]})


def _show_profile(console: Console, needed: Profile, outside: tuple[Need, ...]) -> None:
    """Print what a profile asks."""
    for line in (title_of(needed, console.language), "", *profile_lines(needed, console.language)):
        console.say(line, line)
    console.result(needed.model_dump(mode="json", exclude_none=True) | {"outside": [one.id for one in outside]})


def _answer(one: Answer) -> dict[str, Any]:
    """Return who told it, when, and who read it and agrees or disagrees: ids and names of registers."""
    return {
        "record": one.record,
        "teller": one.teller_kind,
        "told_by": one.told_by,
        "told_on": one.told_on,
        "reviewed_by": list(one.reviewed_by),
        "disputed_by": list(one.disputed_by),
    }


def as_value(found: Coverage, *, hidden: Collection[str] = ()) -> dict[str, Any]:
    """Return what ``--json`` prints: ids and codes, never names or words."""
    asked = {(one.need.id, one.about): one for one in questions(found, not_to_ask=hidden)}
    rows = [
        {
            "need": row.need.id,
            "person": row.person,
            "level": row.need.level,
            "status": row.status,
            "answers": [_answer(one) for one in row.answers],
            "ask": list(asked[key].ask) if (key := (row.need.id, row.person)) in asked else [],
            "manner": asked[key].manner if key in asked else None,
        }
        for row in found.rows
    ]
    counted = Counter[str](row.status for row in found.rows)
    return {
        "function": found.profile.function or ANY_FUNCTION,
        "occasion": found.profile.occasion,
        "at": found.at,
        "counts": dict(sorted(counted.items())),
        "questions": len(asked),
        "find_out": len(to_find_out(found)),
        "needs": rows,
    }
