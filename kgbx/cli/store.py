# SPDX-License-Identifier: EUPL-1.2
"""``kgbx store``: make, check, move, copy a store, and say that one was put back."""

from __future__ import annotations

from uuid import uuid4

import click

from kgbx.cli.bilingual import group, subcommand
from kgbx.cli.console import console_of, json_option
from kgbx.cli.post import operator
from kgbx.cli.stores import is_database, now_ms, open_store, opened, store_option
from kgbx.delivery.node import epoch_of
from kgbx.delivery.status import first_bad_link, status
from kgbx.delivery.store.copying import keep_copy
from kgbx.delivery.store.moving import move
from kgbx.delivery.store.restoring import restored
from kgbx.delivery.store.sqlite import SqliteStore
from kgbx.errors import DeliveryError, UsageError
from kgbx.messages import Text

_FILE_TO_DATABASE = Text(
    "Verplaatsen kan alleen van een SQLite-bestand (--store) naar een PostgreSQL-database (postgresql://…).",
    "A store moves only from a SQLite file (--store) to a PostgreSQL database (postgresql://…).",
)


@group(
    "store",
    nl="Beheer de opslag: alles wat uitgaat en binnenkwam, en het logboek.",
    en="Keep the store: everything that goes out and came in, and the log.",
)
def command() -> None:
    """Hold the commands of the store."""


@subcommand(command, "init", nl="Maak een nieuwe opslag.", en="Make a new store.")
@store_option
@json_option
@click.pass_context
def init(context: click.Context, store_address: str, *, as_json: bool) -> None:
    """Make a store; one that is there is left as it is."""
    console = console_of(context, as_json=as_json)
    store = open_store(store_address, make=True)
    with store.transaction() as tx:
        epoch = epoch_of(tx, uuid4)
    store.close()
    console.say("De opslag is klaar.", "The store is ready.")
    console.result({"epoch": epoch})


@subcommand(
    command,
    "check",
    nl="Kijk of de opslag antwoordt, of het logboek heel is en of er ruimte is.",
    en="See whether the store answers, whether the log is whole and whether there is room.",
)
@store_option
@json_option
@click.pass_context
def check(context: click.Context, store_address: str, *, as_json: bool) -> None:
    """Check a store.

    Raises:
        DeliveryError: X_AUDIT, the chain does not hold; X_DISK, too little room; X_STORE.
    """
    console = console_of(context, as_json=as_json)
    with opened(store_address) as store:
        bad, found = first_bad_link(store), status(store, now_ms())
    if bad is not None:
        console.note(f"Regel {bad} van het logboek klopt niet.", f"Row {bad} of the log does not hold.")
        raise DeliveryError("X_AUDIT")
    if found.disk_low:
        raise DeliveryError("X_DISK")
    console.say("De opslag is in orde.", "The store is in order.")
    console.result({"log": "whole", "free_bytes": found.free})


@subcommand(
    command,
    "move",
    nl="Verplaats alles van een SQLite-bestand naar de lege PostgreSQL-database TARGET.\n\nStop eerst 'kgbx serve' en "
    "'kgbx worker'. Daarna is de oude opslag niet meer te gebruiken.",
    en="Move everything from a SQLite file to the empty PostgreSQL database TARGET.\n\nStop 'kgbx serve' and 'kgbx "
    "worker' first. After this the old store cannot be used any more.",
)
@click.argument("target")
@store_option
@json_option
@click.pass_context
def move_store(context: click.Context, target: str, store_address: str, *, as_json: bool) -> None:
    """Move a store.

    Raises:
        UsageError: U_ARGUMENT, these are not a SQLite file and a PostgreSQL database; U_NOT_EMPTY.
    """
    console = console_of(context, as_json=as_json)
    if is_database(store_address) or not is_database(target):
        raise UsageError(text=_FILE_TO_DATABASE)
    with opened(store_address) as old, opened(target, make=True) as new:
        counts = move(old, new)  # type: ignore[arg-type]  # what they are was looked at by address
    for table, count in counts.items():
        console.say(f"{count:8}  {table}", f"{count:8}  {table}")
    console.result({"rows": counts})


@subcommand(
    command,
    "backup",
    nl="Maak een kopie van een SQLite-opslag in het nieuwe bestand FILE, terwijl het werk doorgaat.",
    en="Make a copy of a SQLite store in the new file FILE, while work goes on.",
)
@click.argument("file")
@store_option
@json_option
@click.pass_context
def backup(context: click.Context, file: str, store_address: str, *, as_json: bool) -> None:
    """Copy a store.

    Raises:
        UsageError: U_ARGUMENT, a database is copied with its own tools; U_EXISTS.
    """
    console = console_of(context, as_json=as_json)
    with opened(store_address) as store:
        if not isinstance(store, SqliteStore):
            raise UsageError
        keep_copy(store, file)
    console.say(f"De kopie staat in {file}.", f"The copy is in {file}.")
    console.result({"file": file})


@subcommand(
    command,
    "restored",
    nl="Meld dat deze opslag van een kopie is teruggezet.\n\nDoe dit altijd, vóór 'kgbx serve' en 'kgbx worker' weer "
    "beginnen: partners bieden dan opnieuw aan wat zij sindsdien gaven, en vóór iets opnieuw gaat wordt gevraagd of "
    "het er al is.",
    en="Say that this store was put back from a copy.\n\nAlways do this, before 'kgbx serve' and 'kgbx worker' "
    "begin again: partners then offer again what they gave since, and before anything goes again it is asked whether "
    "it is there already.",
)
@store_option
@json_option
@click.pass_context
def say_restored(context: click.Context, store_address: str, *, as_json: bool) -> None:
    """Give the store a new epoch."""
    console = console_of(context, as_json=as_json)
    with opened(store_address) as store:
        epoch = restored(store, now=now_ms(), ids=uuid4, actor=operator())
    console.say("Vastgelegd. Begin nu weer.", "Noted. Begin again now.")
    console.result({"epoch": epoch})
