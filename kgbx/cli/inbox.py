# SPDX-License-Identifier: EUPL-1.2
"""``kgbx inbox``: what came in from others, and what became of it."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, get_args

import click

from kgbx.cli.bilingual import group, option, subcommand
from kgbx.cli.columns import columns
from kgbx.cli.console import Console, console_of, json_option
from kgbx.cli.post import age, clock, instant, operator, sentence
from kgbx.cli.stores import Side, now_ms, opened, side_options, store_option
from kgbx.delivery.judging import EnvelopeJudge
from kgbx.delivery.receiving import Receiver
from kgbx.delivery.records import InState
from kgbx.delivery.releasing import released
from kgbx.errors import DeliveryError

if TYPE_CHECKING:
    from kgbx.delivery.receiving import Message
    from kgbx.delivery.records import Incoming
    from kgbx.delivery.store import Transaction

_HEAD = ("partner", "id", "toestand", "sinds", "keer", "probleem")
_HEAD_EN = ("partner", "id", "state", "since", "tries", "problem")


@group(
    "inbox",
    nl="Bekijk wat van anderen kwam.\n\nDe inhoud is verzegeld; u ziet nummers, toestanden en codes.",
    en="Look at what came from others.\n\nThe content is sealed; you see ids, states and codes.",
)
def command() -> None:
    """Hold the commands of the inbox."""


@subcommand(command, "list", nl="Laat zien wat er staat, oudste eerst.", en="Show what there is, oldest first.")
@store_option
@option(
    "--state", type=click.Choice(get_args(InState)), multiple=True, nl="Alleen wat zo staat.", en="Only this state."
)
@option("--peer", metavar="URN", nl="Alleen van deze partner.", en="Only from this partner.")
@option(
    "--most",
    type=click.IntRange(min=1),
    default=100,
    show_default=True,
    metavar="N",
    nl="Hoogstens zoveel.",
    en="At most so many.",
)
@json_option
@click.pass_context
def list_messages(
    context: click.Context,
    store_address: str,
    state: tuple[InState, ...],
    peer: str | None,
    most: int,
    *,
    as_json: bool,
) -> None:
    """Print a table."""
    console, now = console_of(context, as_json=as_json), now_ms()
    with opened(store_address) as store, store.transaction() as tx:
        rows = [row for row in tx.list_in(states=state or None, peer=peer, limit=most) if row.kind == "message"]
    cells = [_cells(row, now, console) for row in rows]
    width = shutil.get_terminal_size((120, 24)).columns - 1
    for line in columns(_HEAD if console.language == "nl" else _HEAD_EN, cells, width=width) if rows else ():
        console.say(line, line)
    if not rows:
        console.say("Er staat niets.", "There is nothing.")
    console.result({"messages": [_as_value(row) for row in rows]})


def _cells(row: Incoming, now: int, console: Console) -> tuple[str, ...]:
    since = f"{clock(row.received_at, now=now)} ({age(row.received_at, now=now, language=console.language)})"
    return (row.peer, row.id, row.state, since, str(row.attempts), row.problem or "")


def _as_value(row: Incoming) -> dict[str, object]:
    return {
        "peer": row.peer,
        "id": row.id,
        "state": row.state,
        "urgency": row.urgency,
        "number": row.number,
        "missing": list(row.gaps),
        "received_at": instant(row.received_at),
        "attempts": row.attempts,
        "deaths": row.deaths,
        "duplicates": row.duplicates,
        "problem": row.problem,
    }


@subcommand(
    command,
    "show",
    nl="Laat zien hoe bericht ID van partner URN ervoor staat.",
    en="Show how message ID of partner URN stands.",
)
@click.argument("peer", metavar="URN")
@click.argument("message_id", metavar="ID")
@store_option
@json_option
@click.pass_context
def show(context: click.Context, peer: str, message_id: str, store_address: str, *, as_json: bool) -> None:
    """Print one row, what was answered and what to do."""
    console, now = console_of(context, as_json=as_json), now_ms()
    with opened(store_address) as store, store.transaction() as tx:
        row = _row(tx, peer, message_id)
        levels = (tx.receipt("out", peer, message_id=message_id, level=level) for level in (1, 2, 3))
        receipts = [one for one in levels if one is not None]
    for name, value in _as_value(row).items():
        if value not in (None, []):
            console.say(f"{name:12} {value}", f"{name:12} {value}")
    for one in receipts:
        line = f"{one.outcome:12} {clock(one.at, now=now)}"
        console.say(line, line)
    if row.problem is not None:
        console.say(sentence(row.problem, "nl"), sentence(row.problem, "en"))
    answers = [{"level": one.level, "outcome": one.outcome, "at": instant(one.at)} for one in receipts]
    console.result({**_as_value(row), "answers": answers})


def _row(tx: Transaction, peer: str, message_id: str) -> Incoming:
    row = tx.incoming(peer, message_id)
    if row is None:
        raise DeliveryError("X_UNKNOWN")
    return row


@subcommand(
    command,
    "release",
    nl="Probeer wat apart gezet is opnieuw: bericht ID van partner URN.",
    en="Try again what was set apart: message ID of partner URN.",
)
@click.argument("peer", metavar="URN")
@click.argument("message_id", metavar="ID")
@store_option
@json_option
@click.pass_context
def release(context: click.Context, peer: str, message_id: str, store_address: str, *, as_json: bool) -> None:
    """Have a message that was set apart tried again."""
    console, now, actor = console_of(context, as_json=as_json), now_ms(), operator()
    with opened(store_address) as store, store.transaction() as tx:
        changed = released(tx, peer, message_id=message_id, actor=actor, now=now)
    console.say(f"{message_id} wordt opnieuw geprobeerd.", f"{message_id} is tried again.")
    console.result(_as_value(changed))


@subcommand(
    command,
    "taken-up",
    nl="Laat partner URN weten dat een professional bericht ID heeft opgepakt.",
    en="Tell partner URN that a professional has taken up message ID.",
)
@click.argument("peer", metavar="URN")
@click.argument("message_id", metavar="ID")
@side_options
@json_option
@click.pass_context
def taken_up(context: click.Context, peer: str, message_id: str, side: Side, *, as_json: bool) -> None:
    """Send a receipt of level 3."""
    console = console_of(context, as_json=as_json)
    node = side.node(console)
    new = Receiver(node, judge=EnvelopeJudge(node=node), handler=_nobody).take_up(peer, message_id)
    node.store.close()
    console.say(
        "De partner krijgt bericht." if new else "De partner kreeg dit bericht al.",
        "The partner is told." if new else "The partner was told already.",
    )
    console.result({"new": new})


def _nobody(_message: Message, _tx: Transaction) -> None:
    """Take nothing in: nothing is handed over here."""
