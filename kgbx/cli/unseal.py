# SPDX-License-Identifier: EUPL-1.2
"""``kgbx unseal``: every check, then the content, or nothing at all.

Rules: without ``--out`` no content is written; with it the folder appears whole or not at all, its files named by
number and never by what the sender calls them; the id of the message is remembered only after everything is on disk.
"""

from __future__ import annotations

import os
import secrets
import shutil
from contextlib import ExitStack, closing
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kgbx.cli.bilingual import command as bilingual_command
from kgbx.cli.bilingual import option
from kgbx.cli.console import (
    Console,
    at_option,
    console_of,
    directory_options,
    json_option,
    passphrase_option,
    write_new,
)
from kgbx.cli.directory import known_option, recall_directory
from kgbx.cli.keys import open_identity
from kgbx.envelope.replay import SqliteReplayStore
from kgbx.envelope.unseal import unseal
from kgbx.errors import EXIT_TRUST, EnvelopeError, UsageError

if TYPE_CHECKING:
    from kgbx.envelope.ports import ReplayStore
    from kgbx.envelope.unseal import Opened


class Deferred:
    """A replay store that looks up at once and writes when it is told to: after the files are on disk."""

    def __init__(self, store: ReplayStore) -> None:
        self._store = store
        self._pending: tuple[str, str, bytes, int] | None = None

    def digest_of(self, org: str, message_id: str) -> bytes | None:
        """Return the digest under which a message was written, None for one never seen."""
        return self._store.digest_of(org, message_id)

    def write(self, org: str, message_id: str, *, digest: bytes, expires: int) -> bool:
        """Keep what is to be written; always True."""
        self._pending = (org, message_id, digest, expires)
        return True

    def purge(self, now: int) -> int:
        """Forget rows that expired before `now` (Unix seconds) and return how many."""
        return self._store.purge(now)

    def commit(self) -> None:
        """Write what was kept.

        Raises:
            EnvelopeError: E_DUPLICATE, another process wrote it in the meantime.
        """
        if self._pending is None:
            return
        org, message_id, digest, expires = self._pending
        if not self._store.write(org, message_id, digest=digest, expires=expires):
            raise EnvelopeError("E_DUPLICATE")


@bilingual_command(
    "unseal",
    nl="Open het bericht FILE dat aan u is gericht.\n\n"
    "Eerst wordt alles gecontroleerd: voor u bestemd, onveranderd, van wie, op tijd. Klopt er iets niet, dan krijgt u "
    "een code en wordt er niets geschreven. Geef --out om de inhoud te bewaren en --seen om een bericht dat u al had "
    "te herkennen.",
    en="Open the message FILE that is addressed to you.\n\n"
    "First everything is checked: meant for you, unchanged, from whom, in time. If anything is wrong you get a code "
    "and nothing is written. Give --out to keep the content, and --seen to recognise a message you already had.",
)
@click.argument("file")
@option("--identity", required=True, metavar="FOLDER", nl="Map met uw eigen sleutels.", en="Folder with your own keys.")
@directory_options
@known_option
@option(
    "--out",
    metavar="FOLDER",
    nl="Lege of nieuwe map voor de inhoud: 0.json, 1.bin … Zonder dit wordt er niets geschreven.",
    en="Empty or new folder for the content: 0.json, 1.bin … Without it nothing is written.",
)
@option(
    "--evidence",
    metavar="FILE",
    nl="Nieuw bestand voor het bewijs van wie dit stuurde, zonder de inhoud (zie 'kgbx evidence').",
    en="New file for the evidence of who sent this, without the content (see 'kgbx evidence').",
)
@option(
    "--seen",
    metavar="FILE",
    nl="Geheugen van ontvangen berichten (SQLite); wordt gemaakt als het er niet is.",
    en="Memory of messages received (SQLite); made if it is not there.",
)
@passphrase_option
@at_option
@json_option
@click.pass_context
def command(
    context: click.Context,
    file: str,
    identity: str,
    directory_file: str,
    trust_file: str,
    known: str | None,
    out: str | None,
    evidence: str | None,
    seen: str | None,
    passphrase_file: str | None,
    at: str | None,
    *,
    as_json: bool,
) -> None:
    """Open a sealed file; a refusal is one code and status 3."""
    console = console_of(context, as_json=as_json)
    if out:
        _require_empty(Path(out))
    if evidence and Path(evidence).exists():
        raise UsageError("U_EXISTS")
    me = open_identity(identity, passphrase_file, console=console)
    directory = recall_directory(directory_file, trust_file, known)
    try:
        with ExitStack() as stack:
            # closed, not entered: a write must stand at once, while a failure can still take the content back
            store = Deferred(stack.enter_context(closing(SqliteReplayStore(Path(seen))))) if seen else None
            opened = unseal(Path(file), identity=me, directory=directory, at=console.moment(at), seen=store)
            rows = _rows(opened)
            _keep(opened, store, out=out, evidence=evidence)
    except EnvelopeError as error:
        console.note(f"kgbx: {error.say('nl')}", f"kgbx: {error.say('en')}")
        console.result({"outcome": "refused", "code": error.code})
        context.exit(EXIT_TRUST)
    _show(console, opened, rows, out)
    if evidence:
        console.say(f"Het bewijs staat in {evidence}.", f"The evidence is in {evidence}.")


def _require_empty(folder: Path) -> None:
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError("U_NOT_EMPTY")


def _rows(opened: Opened) -> list[dict[str, object]]:
    return [
        {"n": part.entry.n, "media": part.entry.media, "size": part.entry.size, "sha256": part.sha256().hex()}
        for part in opened.parts
    ]


def _keep(opened: Opened, store: Deferred | None, *, out: str | None, evidence: str | None) -> None:
    """Write what was asked for and remember the id: all of it or nothing."""
    if evidence:
        write_new(evidence, opened.evidence().encode())
    done = False
    try:
        if out:
            _release(opened, Path(out), store)
        elif store:
            store.commit()
        done = True
    finally:
        if evidence and not done:
            Path(evidence).unlink(missing_ok=True)


def _release(opened: Opened, folder: Path, store: Deferred | None) -> None:
    """Write all parts into a hidden folder beside `folder`, remember the id, then give the folder its name."""
    folder = folder.absolute()  # "." has no name of its own
    hidden = folder.with_name(f".{os.getpid()}.{secrets.token_hex(4)}.part")  # a name that fits beside any
    hidden.mkdir(mode=0o700, parents=True)
    try:
        for part in opened.parts:
            part.save(hidden / _name(part.entry.n, part.entry.media))
        if folder.exists():
            folder.rmdir()
        hidden.rename(folder)
        _commit(store, folder)
    finally:
        shutil.rmtree(hidden, ignore_errors=True)


def _commit(store: Deferred | None, folder: Path) -> None:
    """Remember the id; if that fails the content is not released."""
    if store is None:
        return
    done = False
    try:
        store.commit()
        done = True
    finally:
        if not done:
            shutil.rmtree(folder, ignore_errors=True)


def _name(number: int, media: str) -> str:
    return f"{number}.json" if media.endswith(("/json", "+json")) else f"{number}.bin"


def _show(console: Console, opened: Opened, rows: list[dict[str, object]], out: str | None) -> None:
    manifest = opened.manifest
    console.say(
        f"Geopend: bericht {manifest.id} van {opened.sender}; beide handtekeningen kloppen.",
        f"Opened: message {manifest.id} from {opened.sender}; both signatures verify.",
    )
    for row in rows:
        console.say(
            f"  deel {row['n']}  {row['media']}  {row['size']} bytes",
            f"  part {row['n']}  {row['media']}  {row['size']} bytes",
        )
    if out:
        console.say(f"De inhoud staat in {out}.", f"The content is in {out}.")
    if opened.warnings:
        console.note(
            "Let op: zonder --seen is niet gecontroleerd of dit bericht al eerder kwam.",
            "Note: without --seen it was not checked whether this message came before.",
        )
    console.result(
        {
            "outcome": "accepted",
            "id": manifest.id,
            "from": opened.sender,
            "type": manifest.type,
            "parts": rows,
            "warnings": list(opened.warnings),
        }
    )
