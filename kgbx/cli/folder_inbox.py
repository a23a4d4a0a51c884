# SPDX-License-Identifier: EUPL-1.2
"""Handing messages over as folders: how ``kgbx worker`` gives what came in to an application that reads files.

Rules:
    - each message has a folder of its own, named after its sender's number and its id, that appears whole or not at
      all, is on the disk before the sender is told ``processed``, and is there once however often it is handed over;
    - a family case is checked first: one that is not valid, or made up where real ones are expected, is refused.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from kgbx.case import MEDIA_TYPE, FamilyCase
from kgbx.envelope.keyfiles import sync_folder
from kgbx.errors import DocumentError, EnvelopeError

if TYPE_CHECKING:
    from pathlib import Path

    from kgbx.delivery.receiving import Message
    from kgbx.delivery.store import Transaction

ABOUT: Final = "message.json"
_OIN_CHARS: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderInbox:
    """Writes each message to a folder: a handler of :class:`kgbx.delivery.receiving.Receiver`.

    Attributes:
        into: Where the folders come.
        made_up: Whether made-up cases are expected instead of real ones.
    """

    into: Path
    made_up: bool = False

    def __call__(self, message: Message, tx: Transaction) -> None:
        """Write a message, unless it is there already.

        Raises:
            EnvelopeError: E_SCHEMA, no valid case; E_POLICY, made up or real where the other is expected.
            OSError: it could not be written.
        """
        del tx  # files: the folder is there once, by its name
        if message.opened.manifest.parts[0].media == MEDIA_TYPE:
            self._require_fit(message.opened.body)
        folder = self.into / f"{message.peer[-_OIN_CHARS:]}-{message.id}"
        if not folder.exists():
            self._write(message, folder)
        sync_folder(self.into)  # also of who was there already: its writer may have died before this

    def _require_fit(self, body: bytes) -> None:
        try:
            fits = FamilyCase.from_json(body).synthetic == self.made_up
        except DocumentError:
            fits = None
        if not fits:
            raise EnvelopeError("E_SCHEMA" if fits is None else "E_POLICY")

    def _write(self, message: Message, folder: Path) -> None:
        hidden = self.into / f".{os.getpid()}.{secrets.token_hex(4)}.part"
        hidden.mkdir(mode=0o700, parents=True)
        done = False
        try:
            for part in message.opened.parts:
                part.save(hidden / _name(part.entry.n, part.entry.media))
            _write_about(message, hidden / ABOUT)
            sync_folder(hidden)
            hidden.rename(folder)
            done = True
        finally:
            if not done:
                shutil.rmtree(hidden, ignore_errors=True)


def _name(number: int, media: str) -> str:
    return f"{number}.json" if media.endswith(("/json", "+json")) else f"{number}.bin"


def _write_about(message: Message, path: Path) -> None:
    manifest = message.opened.manifest
    about = {
        "id": message.id,
        "from": message.peer,
        "type": manifest.type,
        "ref": manifest.ref,
        "number": message.number,
        "missing": list(message.missing),
        "parts": [{"n": part.n, "media": part.media, "size": part.size} for part in manifest.parts],
    }
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
        stream.write(json.dumps(about, indent=2).encode() + b"\n")
        stream.flush()
        os.fsync(stream.fileno())
