# SPDX-License-Identifier: EUPL-1.2
"""``kgbx audit``: the log of what was done with messages, link by link, by whom and when."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from kgbx.cli.bilingual import group, option, subcommand
from kgbx.cli.console import console_of, json_option
from kgbx.cli.post import instant
from kgbx.cli.stores import opened, store_option
from kgbx.delivery.status import first_bad_link
from kgbx.errors import DeliveryError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kgbx.delivery.records import AuditRow
    from kgbx.delivery.store import Store

_PAGE = 1000


@group(
    "audit",
    nl="Kijk het logboek na: wat met welk bericht gebeurde, door wie en wanneer.",
    en="Check the log: what happened to which message, by whom and when.",
)
def command() -> None:
    """Hold the commands of the log."""


@subcommand(
    command,
    "verify",
    nl="Kijk of er niets in het logboek is veranderd of weggehaald; noem de eerste regel die niet klopt.",
    en="See that nothing in the log was changed or taken away; name the first row that does not hold.",
)
@store_option
@json_option
@click.pass_context
def verify(context: click.Context, store_address: str, *, as_json: bool) -> None:
    """Verify the chain.

    Raises:
        DeliveryError: X_AUDIT, a link does not hold.
    """
    console = console_of(context, as_json=as_json)
    with opened(store_address) as store:
        bad = first_bad_link(store)
        with store.transaction() as tx:
            head = tx.audit_head().hex()
    if bad is not None:
        console.note(f"Regel {bad} klopt niet.", f"Row {bad} does not hold.")
        raise DeliveryError("X_AUDIT")
    console.say(f"Het logboek is heel. Laatste schakel: {head}", f"The log is whole. Last link: {head}")
    console.result({"whole": True, "head": head})


@subcommand(command, "export", nl="Geef het logboek als regels JSON.", en="Give the log as lines of JSON.")
@store_option
@option("--after", type=click.IntRange(min=0), default=0, metavar="N", nl="Na deze regel.", en="After this row.")
@json_option
def export(store_address: str, after: int, *, as_json: bool) -> None:
    """Print each link as one line, whether JSON is asked for or not."""
    del as_json
    with opened(store_address) as store:
        for row in _rows(store, after):
            click.echo(json.dumps(_as_value(row), ensure_ascii=False))


def _rows(store: Store, after: int) -> Iterator[AuditRow]:
    while True:
        with store.transaction() as tx:
            rows = tx.audit_rows(after=after, limit=_PAGE)
        yield from rows
        if len(rows) < _PAGE:
            return
        after = rows[-1].seq


def _as_value(row: AuditRow) -> dict[str, object]:
    return {
        "seq": row.seq,
        "at": instant(row.at),
        "actor": row.actor,
        "event": row.event,
        "peer": row.peer,
        "id": row.message_id,
        "detail": row.detail,
        "previous": row.previous.hex(),
        "hash": row.hash.hex(),
    }
