# SPDX-License-Identifier: EUPL-1.2
"""``kgbx unseal``: every check, then the content, or nothing at all.

Rules: without ``--out`` no content is written; with it the folder appears whole or not at all, its files named by
number and never by what the sender calls them; the id of the message is remembered in one transaction with that:
nothing has its name before the id is sure to be new, and no id stands before everything is on disk. Whoever is stopped
in between cleans up; what was killed leaves a hidden folder, which a later run removes.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
import stat
from contextlib import ExitStack, closing, contextmanager, nullcontext, suppress
from dataclasses import dataclass
from functools import partial
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
from kgbx.cli.directory import known_option, recall_directory, warned
from kgbx.cli.keys import open_identity
from kgbx.envelope.keyfiles import sync_folder
from kgbx.envelope.replay import SqliteReplayStore
from kgbx.envelope.unseal import unseal
from kgbx.errors import EXIT_TRUST, EnvelopeError, UsageError
from kgbx.exchange.later import WrittenLater

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from kgbx.envelope.unseal import Opened

_OWNER_ONLY = 0o600


_LEFT_OVER = re.compile(r"\.\d{1,10}\.[0-9a-f]{8}\.part")
_LEFT_OVER_SECONDS = 86_400


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
    nl="Nieuw bestand voor het bewijs van wie dit stuurde, zonder de inhoud; alleen leesbaar voor u (zie "
    "'kgbx evidence').",
    en="New file for the evidence of who sent this, without the content; readable by you only (see 'kgbx evidence').",
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
    directory, moment = recall_directory(directory_file, trust_file, known), console.moment(at)
    now = int(min(moment, console.clock.now()).timestamp())  # to look ahead with --at must not make it forget
    try:
        with ExitStack() as stack:
            memory = _memory(seen, stack)
            looked = memory.row if memory else None
            opened = unseal(Path(file), identity=me, directory=directory, at=moment, seen=looked)
            rows = _rows(opened)
            _keep(opened, memory, now=now, out=out, evidence=evidence)
    except EnvelopeError as error:
        console.note(f"kgbx: {error.say('nl')}", f"kgbx: {error.say('en')}")
        console.result({"outcome": "refused", "code": error.code})
        context.exit(EXIT_TRUST)
    _show(console, opened, rows, out=out, more=warned(console, directory, known=known))
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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Memory:
    """A replay store that is looked at while opening, and written in one transaction with what is released."""

    store: SqliteReplayStore
    row: WrittenLater

    @contextmanager
    def remembering(self, now: int) -> Iterator[None]:
        """Write the id, and let the block release what belongs to it; both stand, or neither.

        Raises:
            EnvelopeError: E_DUPLICATE, E_ID_REUSE, another process was faster.
            OSError: the store cannot be written.
        """
        with self.store:
            self.store.purge(now)
            self.row.write_now()
            yield


def _memory(path: str | None, stack: ExitStack) -> _Memory | None:
    if path is None:
        return None
    store = stack.enter_context(closing(SqliteReplayStore(Path(path))))
    return _Memory(store=store, row=WrittenLater(store))


def _keep(opened: Opened, memory: _Memory | None, *, now: int, out: str | None, evidence: str | None) -> None:
    """Write what was asked for and remember the id: all of it, or nothing."""
    folder = Path(out).absolute() if out else None  # "." has no name of its own
    hidden, done = _hidden(opened, folder) if folder else None, False
    written: list[Callable[[], None]] = []
    try:
        with memory.remembering(now) if memory else nullcontext():
            if evidence:
                write_new(evidence, opened.evidence().encode(), mode=_OWNER_ONLY)
                written.append(partial(Path(evidence).unlink, missing_ok=True))
            if folder and hidden:
                _release(hidden, folder)
                written.append(partial(shutil.rmtree, folder, ignore_errors=True))
        done = True
    finally:
        for undo in [] if done else written:
            undo()
        if hidden:
            shutil.rmtree(hidden, ignore_errors=True)


def _hidden(opened: Opened, folder: Path) -> Path:
    """Write all parts into a hidden folder beside `folder`."""
    hidden = folder.with_name(f".{os.getpid()}.{secrets.token_hex(4)}.part")  # a name that fits beside any
    hidden.mkdir(mode=0o700, parents=True)
    done = False
    try:
        _sweep(hidden)
        for part in opened.parts:
            part.save(hidden / _name(part.entry.n, part.entry.media))
        done = True
    finally:
        if not done:
            shutil.rmtree(hidden, ignore_errors=True)
    return hidden


def _sweep(hidden: Path) -> None:
    """Remove what processes left beside it that were killed more than a day ago, by the clock of the disk."""
    new = hidden.stat()
    with suppress(OSError):  # another is sweeping too, or the folder cannot be listed
        for path in hidden.parent.iterdir():
            if _LEFT_OVER.fullmatch(path.name) and _is_old(path.lstat(), new):
                shutil.rmtree(path, ignore_errors=True)


def _is_old(found: os.stat_result, new: os.stat_result) -> bool:
    mine = stat.S_ISDIR(found.st_mode) and found.st_uid == new.st_uid
    return mine and found.st_mtime < new.st_mtime - _LEFT_OVER_SECONDS


def _release(hidden: Path, folder: Path) -> None:
    """Give the hidden folder its name, for good: the id is remembered only after that is on the disk."""
    if folder.exists():
        folder.rmdir()
    hidden.rename(folder)
    sync_folder(folder.parent)


def _name(number: int, media: str) -> str:
    return f"{number}.json" if media.endswith(("/json", "+json")) else f"{number}.bin"


def _show(console: Console, opened: Opened, rows: list[dict[str, object]], *, out: str | None, more: list[str]) -> None:
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
            "warnings": [*opened.warnings, *more],
        }
    )
