# SPDX-License-Identifier: EUPL-1.2
"""``kgbx keys``: the whole life of the keys of an organisation; each command is a module of its own."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kgbx.cli.bilingual import Entry, LazyGroup
from kgbx.cli.console import passphrase
from kgbx.clock import format_instant
from kgbx.envelope import identity
from kgbx.envelope.identity import load
from kgbx.messages import Text

if TYPE_CHECKING:
    from kgbx.cli.console import Console
    from kgbx.envelope.identity import Identity

_ABOUT = Text(
    "Maak en bewaar de sleutels van uw organisatie.\n\n"
    "Een organisatie heeft een paar sleutels om te ondertekenen, een sleutel om te ontvangen en een paar "
    "hoofdsleutels. De hoofdsleutels ondertekenen alleen wat u over uw sleutels bekendmaakt: bewaar ze ergens "
    "anders.\n\n"
    "new maakt ze, publish maakt ze bekend, show zegt wat er moet gebeuren, rotate maakt opvolgers, destroy ruimt op "
    "en revoke trekt in wat u niet meer vertrouwt.",
    "Make and keep the keys of your organisation.\n\n"
    "An organisation has a pair of keys to sign, a key to receive and a pair of root keys. The root keys only sign "
    "what you publish about your keys: keep them elsewhere.\n\n"
    "new makes them, publish makes them known, show says what is to be done, rotate makes successors, destroy clears "
    "up and revoke withdraws what you no longer trust.",
)

_ENTRIES = {
    "new": Entry("kgbx.cli.keys_new", Text("Maak een map met sleutels", "Make a folder with keys")),
    "show": Entry(
        "kgbx.cli.keys_show",
        Text("Bekijk de sleutels en wat er moet gebeuren", "See the keys and what is to be done"),
    ),
    "publish": Entry("kgbx.cli.keys_publish", Text("Maak uw sleutels bekend", "Make your keys known")),
    "rotate": Entry("kgbx.cli.keys_rotate", Text("Maak opvolgers van sleutels", "Make successors of keys")),
    "revoke": Entry(
        "kgbx.cli.keys_revoke", Text("Trek sleutels in die u niet vertrouwt", "Withdraw keys you do not trust")
    ),
    "destroy": Entry("kgbx.cli.keys_destroy", Text("Vernietig sleutels die op zijn", "Destroy keys that have served")),
}


@click.group("keys", cls=LazyGroup, entries=_ENTRIES, text=_ABOUT)
def command() -> None:
    """Hold the commands about keys."""


def is_encrypted(folder: str) -> bool:
    """Tell whether a folder has a key file that needs a passphrase."""
    return identity.is_encrypted(Path(folder))


def open_identity(folder: str, passphrase_file: str | None, *, console: Console) -> Identity:
    """Return the identity of a folder; a passphrase is asked for only when a key file is encrypted.

    Raises:
        EnvelopeError: E_KEY_FILE, E_PASSPHRASE.
        UsageError: U_PASSPHRASE, one is needed and there is neither file nor terminal.
    """
    return load(Path(folder), passphrase(passphrase_file, console=console) if is_encrypted(folder) else None)


def instant(second: int) -> str:
    """Return a Unix second as people and programs read it."""
    return format_instant(datetime.fromtimestamp(second, tz=UTC))
