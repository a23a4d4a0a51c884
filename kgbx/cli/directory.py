# SPDX-License-Identifier: EUPL-1.2
"""``kgbx directory``: keep the documents of organisations, and say whose root keys are believed."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from kgbx.cli.bilingual import group
from kgbx.cli.bilingual import subcommand as directory_command
from kgbx.cli.console import (
    Console,
    at_option,
    console_of,
    directory_options,
    json_option,
    out_option,
    read_file,
    write_new,
)
from kgbx.clock import format_instant
from kgbx.directory import (
    Directory,
    Pin,
    Trust,
    build_directory_file,
    build_trust_file,
    peek_document,
    read_directory_file,
)
from kgbx.errors import EXIT_OK, EXIT_TRUST, UsageError
from kgbx.limits import MAX_DIRECTORY_BYTES, MAX_ORG_DOCUMENT_BYTES

if TYPE_CHECKING:
    from kgbx.envelope.ports import OrganisationDocument


@group(
    "directory",
    nl="Houd bij welke sleutels van welke organisatie zijn.\n\n"
    "Elke organisatie maakt haar sleutels bekend in een document ('kgbx keys publish'). build voegt die samen tot een "
    "adresboek; pin legt vast wiens hoofdsleutels u gelooft, nadat u ze hebt nagekeken.",
    en="Keep which keys belong to which organisation.\n\n"
    "Each organisation publishes its keys in a document ('kgbx keys publish'). build joins them to a directory; pin "
    "records whose root keys you believe, after you checked them.",
)
def command() -> None:
    """Hold the commands about the directory."""


@directory_command(
    command,
    "build",
    nl="Voeg documenten van organisaties samen tot een adresboek.",
    en="Join documents of organisations to a directory.",
)
@click.argument("documents", nargs=-1, required=True)
@out_option
@json_option
@click.pass_context
def build(context: click.Context, documents: tuple[str, ...], out: str, *, as_json: bool) -> None:
    """Write a directory file; a document that contradicts another is refused."""
    console = console_of(context, as_json=as_json)
    read = _read_documents(documents)
    directory = Directory(document for _, document in read)
    write_new(out, build_directory_file(data for data, _ in read))
    _show(console, directory, at=None)


@directory_command(
    command,
    "pin",
    nl="Leg vast wiens hoofdsleutels u gelooft.\n\n"
    "Kijk eerst de vingerafdrukken na langs een andere weg: bel de organisatie op een nummer dat u al had.",
    en="Record whose root keys you believe.\n\n"
    "First check the fingerprints by another way: call the organisation on a number you already had.",
)
@click.argument("documents", nargs=-1, required=True)
@out_option
@json_option
@click.pass_context
def pin(context: click.Context, documents: tuple[str, ...], out: str, *, as_json: bool) -> None:
    """Write a trust file."""
    console = console_of(context, as_json=as_json)
    pins = {document.org: Pin(org=document.org, root=document.root) for _, document in _read_documents(documents)}
    if len(pins) != len(documents):
        raise UsageError
    write_new(out, build_trust_file(Trust(pinned=tuple(pins[org] for org in sorted(pins)))))
    console.say(
        f"{len(pins)} organisaties vastgelegd in {out}. Kijk deze vingerafdrukken na voordat u het gebruikt:",
        f"{len(pins)} organisations recorded in {out}. Check these fingerprints before you use it:",
    )
    for row in pins.values():
        for kid in row.root:
            console.say(f"  {row.org}  {kid}", f"  {row.org}  {kid}")
    console.result({"pinned": [{"org": row.org, "root": row.root} for row in pins.values()]})


@directory_command(
    command,
    "verify",
    nl="Kijk een adresboek na: handtekeningen, vertrouwen, volgorde en houdbaarheid.",
    en="Check a directory: signatures, trust, sequence and expiry.",
)
@directory_options
@at_option
@json_option
@click.pass_context
def verify(context: click.Context, directory_file: str, trust_file: str, at: str | None, *, as_json: bool) -> None:
    """Leave with status 3 when something in the directory cannot be used now."""
    console = console_of(context, as_json=as_json)
    moment = console.moment(at)
    directory = load_directory(directory_file, trust_file)
    stale = _show(console, directory, at=moment)
    context.exit(EXIT_TRUST if stale or directory.untrusted else EXIT_OK)


@directory_command(
    command,
    "show",
    nl="Laat zien wat er in een adresboek staat. Zegt niets over vertrouwen: gebruik daarvoor verify.",
    en="Show what a directory holds. Says nothing about trust: use verify for that.",
)
@click.argument("directory_file")
@json_option
@click.pass_context
def show(context: click.Context, directory_file: str, *, as_json: bool) -> None:
    """List the documents of a directory file."""
    console = console_of(context, as_json=as_json)
    data = read_file(directory_file, limit=MAX_DIRECTORY_BYTES)
    _show(console, Directory(peek_document(document) for document in read_directory_file(data)), at=None)


def load_directory(directory_file: str, trust_file: str) -> Directory:
    """Return the verified directory of two files.

    Raises:
        DirectoryError: as :meth:`kgbx.directory.Directory.load`.
        OSError: a file cannot be read.
    """
    return Directory.load(
        read_file(directory_file, limit=MAX_DIRECTORY_BYTES), read_file(trust_file, limit=MAX_DIRECTORY_BYTES)
    )


def _read_documents(paths: tuple[str, ...]) -> list[tuple[bytes, OrganisationDocument]]:
    read = [read_file(path, limit=MAX_ORG_DOCUMENT_BYTES) for path in paths]
    return [(data, peek_document(data)) for data in read]


def _show(console: Console, directory: Directory, *, at: datetime | None) -> bool:
    """Print a directory and tell whether a document in it has expired at `at`."""
    rows = []
    for org in directory.organisations:
        newest = directory.history(org)[0]
        exp = datetime.fromtimestamp(newest.exp, tz=UTC)
        stale = at is not None and exp <= at
        rows.append({"org": org, "name": newest.name, "seq": newest.seq, "exp": format_instant(exp), "stale": stale})
        state_nl, state_en = ("VERLOPEN", "EXPIRED") if stale else ("geldig tot", "valid until")
        console.say(
            f"{org}  {newest.name}  document {newest.seq}, {state_nl} {format_instant(exp)}",
            f"{org}  {newest.name}  document {newest.seq}, {state_en} {format_instant(exp)}",
        )
    for org in directory.untrusted:
        console.say(f"{org}  NIET VERTROUWD", f"{org}  NOT TRUSTED")
    console.result({"organisations": rows, "untrusted": directory.untrusted})
    return any(row["stale"] for row in rows)
