# SPDX-License-Identifier: EUPL-1.2
"""``kgbx outbox``: what goes out, how it stands, and what an operator may do about it."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any, get_args

import click

from kgbx.cli.bilingual import group, option, subcommand
from kgbx.cli.cases import read_case
from kgbx.cli.columns import columns
from kgbx.cli.console import Console, console_of, json_option, out_option, write_new
from kgbx.cli.deciding import Deciding, deciding_options
from kgbx.cli.post import age, clock, instant, operator, sentence
from kgbx.cli.stores import Side, now_ms, opened, side_options, store_option
from kgbx.delivery.applying import Applier
from kgbx.delivery.events import Replayed, Withdrawn
from kgbx.delivery.posting import cancelling
from kgbx.delivery.records import OutState
from kgbx.errors import DeliveryError
from kgbx.exchange.delivering import evidence_of, withdraw_what_may_not_go

if TYPE_CHECKING:
    from collections.abc import Callable

    from kgbx.delivery.events import Event
    from kgbx.delivery.records import Outgoing, Receipt
    from kgbx.delivery.store import Store, Transaction

_HEAD = ("id", "partner", "toestand", "sinds", "urgentie", "keer", "probleem")
_HEAD_EN = ("id", "partner", "state", "since", "urgency", "tries", "problem")


@group(
    "outbox",
    nl="Bekijk wat naar anderen gaat, en grijp in.\n\nDe inhoud is verzegeld; u ziet nummers, toestanden en codes.",
    en="Look at what goes to others, and intervene.\n\nThe content is sealed; you see ids, states and codes.",
)
def command() -> None:
    """Hold the commands of the outbox."""


@subcommand(command, "list", nl="Laat zien wat er staat, oudste eerst.", en="Show what there is, oldest first.")
@store_option
@option(
    "--state", type=click.Choice(get_args(OutState)), multiple=True, nl="Alleen deze toestand.", en="Only this state."
)
@option("--peer", metavar="URN", nl="Alleen naar deze partner.", en="Only to this partner.")
@option("--after", metavar="ID", nl="Wat na dit bericht komt.", en="What comes after this message.")
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
    state: tuple[OutState, ...],
    peer: str | None,
    after: str | None,
    most: int,
    *,
    as_json: bool,
) -> None:
    """Print a table."""
    console, now = console_of(context, as_json=as_json), now_ms()
    with opened(store_address) as store, store.transaction() as tx:
        rows = tx.list_out(states=state or None, peer=peer, after=after, limit=most)
    cells = [_cells(row, now, console) for row in rows]
    width = shutil.get_terminal_size((120, 24)).columns - 1
    for line in columns(_HEAD if console.language == "nl" else _HEAD_EN, cells, width=width) if rows else ():
        console.say(line, line)
    if not rows:
        console.say("Er staat niets.", "There is nothing.")
    console.result({"messages": [as_value(row) for row in rows]})


def _cells(row: Outgoing, now: int, console: Console) -> tuple[str, ...]:
    kind = "" if row.kind == "message" else f" ({row.kind})"
    since = f"{clock(row.made_at, now=now)} ({age(row.made_at, now=now, language=console.language)})"
    return (row.id + kind, row.peer, row.state, since, row.urgency, str(row.attempts), row.problem or "")


def as_value(row: Outgoing) -> dict[str, object]:
    """Return a row as programs read it: no digests, no lane."""
    return {
        "id": row.id,
        "kind": row.kind,
        "peer": row.peer,
        "state": row.state,
        "urgency": row.urgency,
        "road": row.road,
        "number": row.number,
        "ref": row.ref,
        "level": row.level,
        "made_at": instant(row.made_at),
        "due_at": instant(min(row.due_at, row.expires_at)),
        "expires_at": instant(row.expires_at),
        "accepted_at": None if row.accepted_at is None else instant(row.accepted_at),
        "attempts": row.attempts,
        "problem": row.problem,
    }


@subcommand(command, "show", nl="Laat zien hoe bericht ID ervoor staat.", en="Show how message ID stands.")
@click.argument("message_id", metavar="ID")
@store_option
@json_option
@click.pass_context
def show(context: click.Context, message_id: str, store_address: str, *, as_json: bool) -> None:
    """Print one row, its answers and what to do."""
    console, now = console_of(context, as_json=as_json), now_ms()
    with opened(store_address) as store, store.transaction() as tx:
        row = _row(tx, message_id)
        levels = (tx.receipt("in", row.peer, message_id=row.id, level=level) for level in (1, 2, 3))
        receipts = [one for one in levels if one is not None]
    for name, value in as_value(row).items():
        if value is not None:
            console.say(f"{name:12} {value}", f"{name:12} {value}")
    for one in receipts:
        line = f"{one.outcome:12} {clock(one.at, now=now)}"
        console.say(line, line)
    if row.problem is not None:
        console.say(sentence(row.problem, "nl"), sentence(row.problem, "en"))
    console.result({**as_value(row), "answers": [_answer(one) for one in receipts]})


def _answer(one: Receipt) -> dict[str, object]:
    return {"level": one.level, "outcome": one.outcome, "at": instant(one.at)}


def _row(tx: Transaction, message_id: str) -> Outgoing:
    row = tx.out(message_id)
    if row is None:
        raise DeliveryError("X_UNKNOWN")
    return row


def _reason_option(function: Callable[..., Any]) -> Callable[..., Any]:
    reason = option(
        "--reason",
        required=True,
        metavar="WORD",
        nl="Waarom, zonder namen: het komt in het logboek.",
        en="Why, without names: it goes into the log.",
    )
    return reason(function)  # type: ignore[no-any-return]  # the decorated function


@subcommand(
    command,
    "withdraw",
    nl="Neem bericht ID terug zolang het hier staat.\n\nWat de partner heeft aangenomen, komt niet terug: bel haar. "
    "Kon zij het niet openen, dan krijgt zij bericht dat het niet meer geldt.",
    en="Take message ID back as long as it stands here.\n\nWhat the partner took does not come back: call them. "
    "If they could not open it, they are told that it is of no use any more.",
)
@click.argument("message_id", metavar="ID")
@side_options
@_reason_option
@json_option
@click.pass_context
def withdraw(context: click.Context, message_id: str, side: Side, reason: str, *, as_json: bool) -> None:
    """Withdraw a message."""
    console = console_of(context, as_json=as_json)
    node = side.node(console)
    applier = Applier(jitter=node.jitter, cancelling=cancelling(node))
    row = _applied(node.store, applier, message_id, Withdrawn(actor=operator(), reason=reason))
    node.store.close()
    console.say(f"{message_id} is teruggenomen.", f"{message_id} was withdrawn.")
    console.result(as_value(row))


@subcommand(
    command,
    "replay",
    nl="Probeer bericht ID opnieuw: hetzelfde nummer, dezelfde bytes.",
    en="Try message ID again: the same id, the same bytes.",
)
@click.argument("message_id", metavar="ID")
@store_option
@_reason_option
@json_option
@click.pass_context
def replay(context: click.Context, message_id: str, store_address: str, reason: str, *, as_json: bool) -> None:
    """Have a message tried again."""
    console = console_of(context, as_json=as_json)
    with opened(store_address) as store:
        event = Replayed(actor=operator(), reason=reason)
        row = _applied(store, Applier(jitter=lambda: 0.5), message_id, event)
    console.say(f"{message_id} wordt opnieuw geprobeerd.", f"{message_id} is tried again.")
    console.result(as_value(row))


def _applied(store: Store, applier: Applier, message_id: str, event: Event) -> Outgoing:
    with store.transaction() as tx:
        applied = applier.apply(tx, _row(tx, message_id), event=event, now=now_ms())
    if applied is None:
        raise DeliveryError("X_STATE", retryable=True)
    return applied.row


@subcommand(
    command,
    "evidence",
    nl="Schrijf het bewijs van bericht ID: dat het verstuurd en aangenomen is, zonder inhoud.\n\nControleer het met "
    "'kgbx evidence verify'.",
    en="Write the evidence of message ID: that it was sent and taken, without content.\n\nCheck it with "
    "'kgbx evidence verify'.",
)
@click.argument("message_id", metavar="ID")
@side_options
@out_option
@json_option
@click.pass_context
def evidence(context: click.Context, message_id: str, side: Side, out: str, *, as_json: bool) -> None:
    """Write an evidence record."""
    console = console_of(context, as_json=as_json)
    node = side.node(console)
    found = evidence_of(node, message_id)
    node.store.close()
    write_new(out, found.encode())
    console.say(f"Het bewijs staat in {out}.", f"The evidence is in {out}.")
    console.result({"custody": len(found.custody), "receipts": len(found.receipts)})


@subcommand(
    command,
    "recall",
    nl="Neem terug wat van dossier CASE niet meer mag, zolang het hier staat.\n\nDoe dit als een toestemming is "
    "ingetrokken, een bescherming begint, of een kopie van de opslag is teruggezet. Wat de partner heeft, komt niet "
    "terug; raakt zij het kwijt, dan wordt het niet opnieuw aangeboden.",
    en="Take back what of case CASE may not go any more, as long as it stands here.\n\nDo this when a consent is "
    "withdrawn, a protection begins, or a copy of the store was put back. What the partner has does not come back; if "
    "they lose it, it is not offered again.",
)
@click.argument("case")
@side_options
@deciding_options
@json_option
@click.pass_context
def recall(context: click.Context, case: str, side: Side, deciding: Deciding, *, as_json: bool) -> None:
    """Withdraw what may not go any more."""
    console = console_of(context, as_json=as_json)
    content, node = read_case(console, case), side.node(console)
    own = deciding.own(node, content, side=side, console=console)
    done = withdraw_what_may_not_go(node, content, own=own, actor=operator())
    node.store.close()
    for message_id in done:
        console.say(f"{message_id} is teruggenomen.", f"{message_id} was withdrawn.")
    if not done:
        console.say("Hier staat niets dat niet mag.", "Nothing stands here that may not go.")
    console.result({"withdrawn": list(done)})
