# SPDX-License-Identifier: EUPL-1.2
"""``kgbx worker``: brings what is in the outbox, opens what came in and hands it over, until it is stopped."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from kgbx.cli.bilingual import command as bilingual_command
from kgbx.cli.bilingual import option
from kgbx.cli.console import console_of, json_option
from kgbx.cli.deciding import Again, again_options
from kgbx.cli.folder_inbox import FolderInbox
from kgbx.cli.fresh import FreshDirectory
from kgbx.cli.roads import Tls, tls_options
from kgbx.cli.stores import Side, side_options
from kgbx.cli.telling import log_to_stderr
from kgbx.delivery.asked import kept_answers
from kgbx.delivery.collecting import Collector
from kgbx.delivery.gone import Renewal
from kgbx.delivery.judging import EnvelopeJudge
from kgbx.delivery.posting import cancelling, road_to
from kgbx.delivery.receiving import Receiver
from kgbx.delivery.road import HttpRoad
from kgbx.delivery.running import Sometimes, at_work
from kgbx.delivery.sending import Hooks, Sender, Watch
from kgbx.delivery.set_back import SetBack
from kgbx.errors import UsageError
from kgbx.messages import Text

if TYPE_CHECKING:
    from kgbx.cli.console import Console
    from kgbx.delivery.node import Node
    from kgbx.delivery.running import Engine
    from kgbx.delivery.sending import Road
    from kgbx.delivery.transport import Transport
    from kgbx.exchange.resealing import Resealing

_ROUNDS = 1000

MAX_SENDERS: Final = 60
"""Each sends one message at a time, in a thread of its own."""

_PAIR: Final = Text(
    "Geef --endpoint en --mailbox als URN=URL, zoals urn:osb:oin:00000099000000002000=https://example.org/kgbx.",
    "Give --endpoint and --mailbox as URN=URL, such as urn:osb:oin:00000099000000002000=https://example.org/kgbx.",
)


@bilingual_command(
    "worker",
    nl="Breng wat in de uitgaande post ligt, open wat binnenkwam en geef het door, tot u het stopt (Ctrl-C).\n\n"
    "Elk bericht komt in een eigen map onder --into: pas als het daar veilig staat, krijgt de afzender bericht. Er "
    "mogen er meer tegelijk werken.",
    en="Bring what is in the outbox, open what came in and hand it over, until you stop it (Ctrl-C).\n\n"
    "Each message comes in a folder of its own below --into: only when it is safe there is its sender told. Several "
    "may work at a time.",
)
@side_options
@tls_options
@again_options
@option("--into", required=True, metavar="FOLDER", nl="Hier komt wat binnenkwam.", en="Here comes what came in.")
@option("--made-up", is_flag=True, nl="Verwacht verzonnen dossiers.", en="Expect made-up cases.")
@option(
    "--token-file",
    metavar="FILE",
    nl="Alleen om te proberen, op deze machine: het geheime woord voor 'kgbx serve --tokens'.",
    en="Only to try it, on this machine: the token for 'kgbx serve --tokens'.",
)
@option(
    "--endpoint",
    "endpoints",
    multiple=True,
    metavar="URN=URL",
    nl="Adres van een partner, in plaats van wat in haar document staat.",
    en="Address of a partner, instead of what its document says.",
)
@option(
    "--mailbox",
    "mailboxes",
    multiple=True,
    metavar="URN=URL",
    nl="Haal bij deze partner op wat er voor u ligt: voor wie zelf geen 'kgbx serve' draait.",
    en="Fetch what lies at this partner for you: for who runs no 'kgbx serve'.",
)
@option(
    "--senders",
    type=click.IntRange(1, MAX_SENDERS),
    default=4,
    show_default=True,
    metavar="N",
    nl="Berichten tegelijk.",
    en="Messages at a time.",
)
@option("--once", is_flag=True, nl="Doe wat nu kan en stop.", en="Do what can be done now and stop.")
@json_option
@click.pass_context
def command(
    context: click.Context,
    side: Side,
    tls: Tls,
    again: Again,
    into: str,
    token_file: str | None,
    endpoints: tuple[str, ...],
    mailboxes: tuple[str, ...],
    senders: int,
    *,
    made_up: bool,
    once: bool,
    as_json: bool,
) -> None:
    """Work until a signal comes, or once."""
    console = console_of(context, as_json=as_json)
    if not Path(into).is_dir():
        raise FileNotFoundError(2, "", into)
    directory = FreshDirectory(side)
    node = replace(side.node(console, lasting=True), directory=directory)
    log_to_stderr()
    with closing(node.store), closing(tls.transport(token_file)) as transport:
        known, others = _pairs(endpoints), _pairs(mailboxes)
        hooks = Hooks(cancelling=cancelling(node), refreshing=directory.look, answering=kept_answers(node))
        resealing = again.resealing(node, side=side, console=console)
        road, hooks = _resealing(HttpRoad(node, transport, endpoints=known), hooks, resealing)
        receiver = Receiver(
            node,
            judge=EnvelopeJudge(node=node),
            handler=FolderInbox(into=Path(into), made_up=made_up),
            road=road_to(node, endpoints=known),
        )
        renewal = _renewal(node, directory, receiver)
        sometimes = _sometimes(node, transport, others)
        if once:
            _once(console, [renewal, *sometimes, Sender(node, road, hooks=hooks), receiver])
            return
        console.note("Aan het werk.", "At work.")
        with at_work([renewal, receiver, *sometimes, *_senders(node, road, hooks=hooks, count=senders)]) as team:
            team.wait()


def _sometimes(node: Node, transport: Transport, mailboxes: dict[str, str]) -> list[Sometimes]:
    """Return who looks at the clock, and into the mailboxes at partners."""
    collectors = [Sometimes(Collector(node, transport, peer=org, url=url)) for org, url in mailboxes.items()]
    return [Sometimes(SetBack(node)), *collectors]


def _renewal(node: Node, directory: FreshDirectory, receiver: Receiver) -> Renewal:
    """Return what does what follows when the directory has changed."""
    renewal = Renewal(node, wake=receiver.wake)
    directory.changed = renewal.changed
    return renewal


def _resealing(road: Road, hooks: Hooks, resealing: Resealing | None) -> tuple[Road, Hooks]:
    """Return road and hooks with which what a partner has no key for is replaced, where that is asked."""
    if resealing is None:
        return road, hooks
    return resealing.road(road), replace(hooks, replacing=resealing.replacing)


def _senders(node: Node, road: Road, *, hooks: Hooks, count: int) -> list[Sender]:
    """Return who brings, and who looks at alarms meanwhile."""
    return [Watch(node, road, hooks=hooks), *(Sender(node, road, hooks=hooks) for _ in range(count))]


def _once(console: Console, engines: list[Engine]) -> None:
    """Work until nothing is left to do now, and tell how much there was."""
    done = 0
    for _ in range(_ROUNDS):
        found = sum(one.run_once() for one in engines)
        done += found
        if not found:
            break
    console.say(f"Keren dat er iets met een bericht gebeurde: {done}.", f"Steps taken with messages: {done}.")
    console.result({"done": done})


def _pairs(given: tuple[str, ...]) -> dict[str, str]:
    pairs = [one.partition("=") for one in given]
    if not all(sign and url for _, sign, url in pairs):
        raise UsageError(text=_PAIR)
    return {org: url for org, _, url in pairs}
