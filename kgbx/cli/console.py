# SPDX-License-Identifier: EUPL-1.2
"""What a command needs of the world: language, form of output, clock, files, passphrase.

Rules: results go to stdout, everything else to stderr; with ``--json`` stdout holds exactly one JSON object. Paths are
printed as the caller gave them. Files are written whole or not at all and never over an existing one.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import sys
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from kgbx.cli.bilingual import language_of, option
from kgbx.clock import Clock, SystemClock, parse_moment
from kgbx.errors import UsageError
from kgbx.limits import MAX_PASSPHRASE_BYTES
from kgbx.messages import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from kgbx.messages import Language

_OWNER_ONLY: Final = 0o600
PASSPHRASE_VARIABLE = "KGBX_PASSPHRASE_FILE"  # noqa: S105  # the name of a variable, not a secret

_STEERING: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
"""What steers a terminal or turns the direction of writing."""

_NO_FILE = Text(
    "Hier is een bestand nodig: - (stdout) kan niet. Bedoelt u een bestand dat zo heet, schrijf dan ./-.",
    "A file is needed here: - (stdout) will not do. If you mean a file of that name, write ./-.",
)


@dataclass(slots=True)
class Console:
    """The world as a command sees it.

    Attributes:
        language: Language of what people read.
        as_json: True when stdout must hold one JSON object.
        clock: Where the present comes from unless ``--at`` says otherwise.
    """

    language: Language
    as_json: bool = False
    clock: Clock = field(default_factory=SystemClock)

    def say(self, nl: str, en: str) -> None:
        """Print a line for a person on stdout; nothing with ``--json``."""
        if not self.as_json:
            click.echo(printable(nl if self.language == "nl" else en))

    def note(self, nl: str, en: str) -> None:
        """Print a line for a person on stderr, also with ``--json``."""
        click.echo(printable(nl if self.language == "nl" else en), err=True)

    def result(self, members: Mapping[str, object]) -> None:
        """Print the one JSON object of a command; nothing without ``--json``."""
        if self.as_json:
            click.echo(printable(json.dumps(members, ensure_ascii=False, indent=2)))

    def moment(self, at: str | None) -> datetime:
        """Return the instant of ``--at``, or the present.

        Raises:
            UsageError: U_MOMENT, `at` is neither an instant nor a day.
        """
        return parse_moment(at) if at else self.clock.now()


def printable(text: str) -> str:
    """Return a text that any UTF-8 stream takes and that steers no terminal: what cannot be shown becomes an escape.

    These are bytes of a file name that are not UTF-8, control characters but tab and line end, and characters that turn
    the direction of writing. In JSON they stand in texts only, where the escape says the same.
    """
    shown = _STEERING.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
    return shown.encode("utf-8", "backslashreplace").decode()


def console_of(context: click.Context, *, as_json: bool = False) -> Console:
    """Return the console of this call."""
    return Console(language=language_of(context), as_json=as_json)


def json_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--json``."""
    decorate = option(
        "--json",
        "as_json",
        is_flag=True,
        nl="Geef het resultaat als één JSON-object op stdout, voor programma's.",
        en="Print the result as one JSON object on stdout, for programs.",
    )
    return decorate(function)  # type: ignore[no-any-return]  # click's decorators are untyped for custom classes


def at_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--at``."""
    decorate = option(
        "--at",
        metavar="MOMENT",
        nl="Doe alsof het dit moment is: 2026-03-01T10:00:00Z of 2026-03-01. Standaard: nu.",
        en="Pretend that it is this moment: 2026-03-01T10:00:00Z or 2026-03-01. Default: now.",
    )
    return decorate(function)  # type: ignore[no-any-return]  # as json_option


def passphrase_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--passphrase-file``."""
    decorate = option(
        "--passphrase-file",
        metavar="FILE",
        envvar=PASSPHRASE_VARIABLE,
        nl=f"Bestand met de wachtwoordzin van de sleutels (ook: {PASSPHRASE_VARIABLE}). Anders wordt erom gevraagd.",
        en=f"File with the passphrase of the keys (also: {PASSPHRASE_VARIABLE}). Otherwise it is asked for.",
    )
    return decorate(function)  # type: ignore[no-any-return]  # as json_option


def out_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--out``, a file that does not exist yet."""
    decorate = option(
        "--out",
        required=True,
        metavar="FILE",
        nl="Nieuw bestand om naar te schrijven; bestaat het al, dan gebeurt er niets.",
        en="New file to write; if it exists already, nothing is done.",
    )
    return decorate(function)  # type: ignore[no-any-return]  # as json_option


def html_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--html``, for what a person of the family reads."""
    decorate = option(
        "--html",
        metavar="FILE",
        nl="Schrijf de bladzijde (HTML) naar dit nieuwe bestand; alleen u kunt het lezen.",
        en="Write the page (HTML) to this new file; only you can read it.",
    )
    return decorate(function)  # type: ignore[no-any-return]  # as json_option


def directory_options(function: Callable[..., Any], *, required: bool = True) -> Callable[..., Any]:
    """Add ``--directory`` and ``--trust``."""
    directory = option(
        "--directory",
        "directory_file",
        required=required,
        metavar="FILE",
        nl="Adresboek: de documenten van organisaties (gemaakt met 'kgbx directory build').",
        en="Directory: the documents of organisations (made with 'kgbx directory build').",
    )
    trust = option(
        "--trust",
        "trust_file",
        required=required,
        metavar="FILE",
        nl="Wiens hoofdsleutels u gelooft (gemaakt met 'kgbx directory pin').",
        en="Whose root keys you believe (made with 'kgbx directory pin').",
    )
    return directory(trust(function))  # type: ignore[no-any-return]  # as json_option


def registers_options(function: Callable[..., Any], *, required: bool = True) -> Callable[..., Any]:
    """Add ``--as`` and ``--registers``."""
    own = option(
        "--as",
        "own",
        required=required,
        metavar="URN",
        nl="Uw eigen organisatie.",
        en="Your own organisation.",
    )
    registers = option(
        "--registers",
        required=required,
        metavar="FILE",
        nl="Uw eigen registers (kgbx-registers/1): organisaties, gezag, maatregelen, wie wie helpt.",
        en="Your own registers (kgbx-registers/1): organisations, authority, measures, who serves whom.",
    )
    return own(registers(function))  # type: ignore[no-any-return]  # as json_option


def read_file(path: str, *, limit: int) -> bytes:
    """Return the bytes of a file, at most one more than `limit`, so that a huge file is never read whole."""
    with Path(path).open("rb") as stream:
        return stream.read(limit + 1)


def write_new(path: str, data: bytes, *, mode: int = 0o644, first: Callable[[], object] | None = None) -> None:
    """Write a new file, whole or not at all.

    Args:
        path: Where it comes.
        data: What it holds.
        mode: Who may read it.
        first: Done when the data are on the disk, and before the file gets its name; when that fails there is no file.

    Raises:
        UsageError: U_EXISTS, there is something at `path` already; U_ARGUMENT, `path` is ``-``.
        OSError: the file cannot be written; nothing is left. It names `path`, not the file that was to become it.
    """
    target = Path(path)
    if path == "-":
        raise UsageError(text=_NO_FILE)
    if not target.name:  # "." and "/" are there already
        raise UsageError("U_EXISTS")
    temporary = target.with_name(f".{os.getpid()}.{secrets.token_hex(4)}.part")  # short: any name that fits will do
    try:
        _write_and_link(temporary, target, data, mode=mode, first=first)
    except OSError as error:
        if error.filename in (None, str(temporary)):  # another file has failed in `first`
            error.filename, error.filename2 = path, None
        raise


def write_page(path: str, html: str) -> None:
    """Write a page for a person of the family to a new file that only its owner can read.

    Raises:
        UsageError: as :func:`write_new`.
        OSError: as :func:`write_new`.
    """
    write_new(path, html.encode("utf-8"), mode=_OWNER_ONLY)


def _write_and_link(
    temporary: Path, target: Path, data: bytes, *, mode: int, first: Callable[[], object] | None
) -> None:
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        if first is not None:
            first()
        _link_new(temporary, target)
    finally:
        with suppress(FileNotFoundError):
            temporary.unlink()


def _link_new(temporary: Path, target: Path) -> None:
    """Give `temporary` its name unless the name is taken: a hard link fails where a rename would overwrite."""
    taken = False
    try:
        target.hardlink_to(temporary)
    except FileExistsError:
        taken = True
    if taken:
        raise UsageError("U_EXISTS")


def passphrase(path: str | None, *, confirm: bool = False, console: Console) -> bytes:
    """Return the passphrase: from a file, else from the terminal.

    Args:
        path: File whose first line is the passphrase, or None.
        confirm: Ask twice, for a new key.
        console: For the language of the prompt.

    Raises:
        UsageError: U_PASSPHRASE, no file and no terminal, or an empty passphrase.
    """
    if path:
        text = read_file(path, limit=MAX_PASSPHRASE_BYTES).split(b"\n")[0].rstrip(b"\r")
    elif sys.stdin.isatty():
        prompt = "Wachtwoordzin" if console.language == "nl" else "Passphrase"
        text = click.prompt(prompt, hide_input=True, confirmation_prompt=confirm, err=True).encode()
    else:
        raise UsageError("U_PASSPHRASE")
    if not text or len(text) > MAX_PASSPHRASE_BYTES:
        raise UsageError("U_PASSPHRASE")
    return text
