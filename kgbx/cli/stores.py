# SPDX-License-Identifier: EUPL-1.2
"""Which store a command works on, and who works with it.

Rules: only ``kgbx store init`` makes a store, so that a name with a typing error is no empty outbox; the address of a
database may come from the surroundings, for it may hold a password.
"""

from __future__ import annotations

import os
import re
import secrets
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from time import time_ns
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

from kgbx.cli.bilingual import option
from kgbx.cli.console import directory_options, passphrase, passphrase_option
from kgbx.cli.directory import known_option, recall_directory
from kgbx.cli.fresh_keys import FreshIdentity
from kgbx.cli.keys import is_encrypted, open_identity
from kgbx.cli.store_there import in_database, in_file
from kgbx.delivery.node import Node, is_store_of
from kgbx.delivery.store.sqlite import SqliteStore
from kgbx.errors import UsageError
from kgbx.messages import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from kgbx.cli.console import Console
    from kgbx.delivery.store import Store
    from kgbx.directory import Directory
    from kgbx.envelope.ports import Keyholder

_NO_STORE: Final = Text(
    "Hier is geen opslag. Controleer het adres, of maak haar met 'kgbx store init'.",
    "There is no store here. Check the address, or make one with 'kgbx store init'.",
)
_OTHERS_STORE: Final = Text(
    "Deze opslag is niet van de organisatie van deze sleutels. Controleer --store en --identity; er is niets gedaan.",
    "This store is not of the organisation of these keys. Check --store and --identity; nothing was done.",
)
_OTHER: Final = Text(
    "Hier staat iets anders dan een opslag. Er is niets veranderd. Controleer het adres.",
    "Something else than a store is here. Nothing was changed. Check the address.",
)
_POSTGRES: Final = ("postgresql://", "postgres://")
_KEYWORDS: Final = re.compile(r"\s*(?:host|hostaddr|port|dbname|user|password|passfile|service|options|ssl\w+)\s*=")
"""How the other way to write the address of a PostgreSQL database begins; such a text may hold a password, and is never
taken for the name of a file. A file with such a name is given as ``sqlite:NAME``."""
_SQLITE: Final = "sqlite:"
_MILLI: Final = 1_000_000
_STEPS: Final = 1_000_000


def now_ms() -> int:
    """Return the present moment, Unix milliseconds."""
    return time_ns() // _MILLI


def open_store(address: str, *, make: bool = False) -> Store:
    """Return the store at an address: ``sqlite:FILE``, a file, ``postgresql://…`` or ``host=… dbname=…``.

    Args:
        address: As the user gave it.
        make: Whether a store is made where none is yet.

    Raises:
        UsageError: U_ARGUMENT, there is none, or something else.
        DeliveryError: X_STORE, X_STORE_VERSION, X_STORE_PLACE.
    """
    if is_database(address):
        from kgbx.delivery.store.postgres import PostgresStore  # noqa: PLC0415  # only who uses it has the driver

        if not make and in_database(address) == "nothing":
            raise UsageError(text=_NO_STORE)
        return PostgresStore(address)
    path = Path(address.removeprefix(_SQLITE))
    there = in_file(path)
    if there == "other":
        raise UsageError(text=_OTHER)
    if not make and there == "nothing":
        raise UsageError(text=_NO_STORE)
    return SqliteStore(path)


def is_database(address: str) -> bool:
    """Tell whether an address is that of a PostgreSQL database."""
    return address.startswith(_POSTGRES) or _KEYWORDS.match(address) is not None


@contextmanager
def opened(address: str, *, make: bool = False) -> Iterator[Store]:
    """Open a store for the length of a block."""
    store = open_store(address, make=make)
    try:
        yield store
    finally:
        store.close()


def store_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--store``."""
    decorate = option(
        "--store",
        "store_address",
        required=True,
        envvar="KGBX_STORE",
        metavar="URL",
        nl="De opslag: een SQLite-bestand, of postgresql://…; of zet het adres in KGBX_STORE.",
        en="The store: a SQLite file, or postgresql://…; or put the address in KGBX_STORE.",
    )
    return decorate(function)  # type: ignore[no-any-return]  # as json_option


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """What the options of an organisation's side of delivery say.

    Attributes:
        store: Address of the store.
        identity: Folder of the keys.
        passphrase_file: File with their passphrase, None to ask.
        directory: Address book, trust file and memory.
    """

    store: str
    identity: str
    passphrase_file: str | None
    directory: tuple[str, str, str | None]

    def read_directory(self) -> Directory:
        """Return the directory as it is now."""
        directory_file, trust_file, known = self.directory
        return recall_directory(directory_file, trust_file, known)

    def directory_seen(self) -> tuple[int, ...]:
        """Return what changes when a file of the directory does."""
        return tuple(os.stat(path).st_mtime_ns for path in self.directory[:2])  # noqa: PTH116  # a moment, no more

    def node(self, console: Console, *, lasting: bool = False) -> Node:
        """Return the node: store, keys, directory, clock and chance of this machine.

        Args:
            console: For the language of a question.
            lasting: Whether the program runs on: the keys are then read again when they change.

        Raises:
            UsageError: U_ARGUMENT, there is no store, or it is of another organisation; U_PASSPHRASE.
            EnvelopeError: E_KEY_FILE, E_PASSPHRASE.
            DirectoryError: the directory cannot be relied on.
            DeliveryError: as :func:`open_store`.
        """
        identity: Keyholder = (
            self._fresh_identity(console)
            if lasting
            else open_identity(self.identity, self.passphrase_file, console=console)
        )
        return Node(
            identity=identity,
            directory=self.read_directory(),
            store=_own_store(self.store, identity.org),
            now=now_ms,
            ids=uuid4,
            jitter=lambda: secrets.randbelow(_STEPS) / _STEPS,
        )

    def _fresh_identity(self, console: Console) -> FreshIdentity:
        secret = passphrase(self.passphrase_file, console=console) if is_encrypted(self.identity) else None
        return FreshIdentity(self.identity, secret)


def _own_store(address: str, org: str) -> Store:
    """Return the store at an address if it is of an organisation, or of nobody yet."""
    store = open_store(address)
    with store.transaction() as tx:
        own = is_store_of(tx, org)
    if own:
        return store
    store.close()
    raise UsageError(text=_OTHERS_STORE)


def side_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--store``, ``--identity``, ``--directory``, ``--trust``, ``--known``; the command gets a `side`."""

    @wraps(function)
    def with_side(*args: Any, store_address: str, identity: str, **options: Any) -> Any:  # noqa: ANN401  # what click passes on
        files = (options.pop("directory_file"), options.pop("trust_file"), options.pop("known"))
        side = Side(
            store=store_address,
            identity=identity,
            passphrase_file=options.pop("passphrase_file"),
            directory=files,
        )
        return function(*args, side=side, **options)

    identity = option(
        "--identity", required=True, metavar="FOLDER", nl="Map met uw eigen sleutels.", en="Folder with your own keys."
    )
    return store_option(identity(directory_options(known_option(passphrase_option(with_side)))))
