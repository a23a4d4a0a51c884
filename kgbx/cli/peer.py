# SPDX-License-Identifier: EUPL-1.2
"""``kgbx peer``: the roads to partners."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import click

from kgbx.cli.bilingual import group, subcommand
from kgbx.cli.console import console_of, json_option
from kgbx.cli.post import clock, instant
from kgbx.cli.stores import now_ms, opened, store_option
from kgbx.errors import UsageError
from kgbx.messages import Text

if TYPE_CHECKING:
    from kgbx.delivery.records import Peer

_NO_PEER = Text(
    "Met deze partner is hier nog niets uitgewisseld. Klopt de URN? Kijk met 'kgbx peer list'.",
    "Nothing was exchanged with this partner here yet. Is the URN right? Look with 'kgbx peer list'.",
)


@group("peer", nl="Bekijk de wegen naar partners.", en="Look at the roads to partners.")
def command() -> None:
    """Hold the commands of partners."""


@subcommand(command, "list", nl="Laat zien hoe elke weg is.", en="Show how each road is.")
@store_option
@json_option
@click.pass_context
def list_peers(context: click.Context, store_address: str, *, as_json: bool) -> None:
    """Print each partner."""
    console, now = console_of(context, as_json=as_json), now_ms()
    with opened(store_address) as store, store.transaction() as tx:
        peers = tx.peers()
    for one in peers:
        until = "" if one.open_until is None else clock(one.open_until, now=now)
        console.say(
            f"{one.org}  {_nl(one)}  {f'proef om {until}' if one.breaker == 'open' else ''}".rstrip(),
            f"{one.org}  {_en(one)}  {f'probe at {until}' if one.breaker == 'open' else ''}".rstrip(),
        )
    console.result({"peers": [_as_value(one) for one in peers]})


def _nl(one: Peer) -> str:
    return {"closed": "open", "open": f"dicht na {one.failures} mislukte pogingen", "probing": "wordt geprobeerd"}[
        one.breaker
    ]


def _en(one: Peer) -> str:
    """Return how a road is, as the page of `kgbx status` says it: a closed breaker is a road that is clear."""
    return {"closed": "clear", "open": f"shut after {one.failures} failures", "probing": "being probed"}[one.breaker]


def _as_value(one: Peer) -> dict[str, object]:
    moments = {"open_until": one.open_until, "last_ok_at": one.last_ok_at, "last_contact_at": one.last_contact_at}
    told = {name: None if moment is None else instant(moment) for name, moment in moments.items()}
    return {"peer": one.org, "breaker": one.breaker, "failures": one.failures, "skew_ms": one.skew_ms, **told}


@subcommand(
    command,
    "wake",
    nl="Probeer de weg naar partner URN nu meteen.\n\nDoe dit als zij zeggen dat alles weer werkt: één bericht gaat "
    "als proef, de rest volgt als dat goed gaat.",
    en="Try the road to partner URN right now.\n\nDo this when they say all works again: one message goes as "
    "a probe, the others follow if that goes well.",
)
@click.argument("peer", metavar="URN")
@store_option
@json_option
@click.pass_context
def wake(context: click.Context, peer: str, store_address: str, *, as_json: bool) -> None:
    """End the pause of a partner, and of what waits for it.

    Raises:
        UsageError: U_ARGUMENT, nothing ever went to or came from this partner.
    """
    console, now = console_of(context, as_json=as_json), now_ms()
    with opened(store_address) as store, store.transaction() as tx:
        found = tx.peer(peer)
        if found not in tx.peers() and not tx.list_out(peer=peer, limit=1):
            raise UsageError(text=_NO_PEER)
        if found.breaker == "open":
            tx.save_peer(replace(found, open_until=now))
        waiting = [row for row in tx.list_out(states=["waiting"], peer=peer, limit=10_000) if row.due_at > now]
        woken = sum(tx.save_out(replace(row, due_at=now), was=row) for row in waiting)
    console.say(f"{woken} berichten worden nu geprobeerd.", f"{woken} messages are tried now.")
    console.result({"woken": woken})
