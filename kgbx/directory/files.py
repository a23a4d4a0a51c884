# SPDX-License-Identifier: EUPL-1.2
"""The two files an organisation keeps: whose documents it has, and whose root keys it believes.

Rules: exact members; unknown formats are refused; a directory file is no reason to believe anything, a trust file is
made by a person who checked the root keys by another way.

Forms: ``{"format": "kgbx-directory-file/1", "directory"?: JWS, "documents": [JWS…]}`` and
``{"format": "kgbx-trust/1", "pinned": [{"org", "root": [kid, kid]}], "directory"?: {"roots": [[kid, kid]…],
"threshold"}}``. ``directory`` is the statement of :mod:`kgbx.directory.statement`, and whose it must be.

Source: envelope specification, section 3.13.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from kgbx.directory.reading import exact_members, items, number, pair, parsed, require, text
from kgbx.envelope.encoding import ORG, compact_json
from kgbx.limits import MAX_DIRECTORY_BYTES, MAX_DIRECTORY_KEEPERS, MAX_DIRECTORY_ROWS

if TYPE_CHECKING:
    from collections.abc import Iterable

DIRECTORY_FORMAT: Final = "kgbx-directory-file/1"
TRUST_FORMAT: Final = "kgbx-trust/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pin:
    """An organisation whose root keys are believed.

    Attributes:
        org: URN of the organisation.
        root: Kids of its root pair: Ed25519, ML-DSA-65.
    """

    org: str
    root: tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Keepers:
    """Whose directory statement is believed.

    Attributes:
        roots: Root pairs of the keepers: kids of Ed25519, ML-DSA-65.
        threshold: How many of them must have signed.
    """

    roots: tuple[tuple[str, str], ...]
    threshold: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Trust:
    """What a trust file says.

    Attributes:
        pinned: At most one pin an organisation.
        keepers: Whose directory statement is believed, None to believe none.
    """

    pinned: tuple[Pin, ...]
    keepers: Keepers | None = None

    def root_of(self, org: str) -> tuple[str, str] | None:
        """Return the believed root pair of an organisation, None if there is none."""
        return next((pin.root for pin in self.pinned if pin.org == org), None)


def read_directory_file(data: bytes) -> tuple[bytes, ...]:
    """Return the organisation documents of a directory file, each as JWS bytes, none of them verified.

    Raises:
        DirectoryError: E_DIR_MALFORMED.
    """
    return tuple(
        compact_json(document) for document in items(_members(data)["documents"], least=0, most=MAX_DIRECTORY_ROWS)
    )


def read_directory_statement(data: bytes) -> bytes | None:
    """Return the directory statement of a directory file as JWS bytes, not verified; None if it has none.

    Raises:
        DirectoryError: E_DIR_MALFORMED.
    """
    found = _members(data)
    return compact_json(found["directory"]) if "directory" in found else None


def _members(data: bytes) -> dict[str, Any]:
    found = exact_members(parsed(data, max_bytes=MAX_DIRECTORY_BYTES), ("format", "documents"), optional=("directory",))
    require(found["format"] == DIRECTORY_FORMAT)
    return found


def build_directory_file(documents: Iterable[bytes], *, statement: bytes | None = None) -> bytes:
    """Return a directory file, indented for people.

    Args:
        documents: Organisation documents as JWS bytes.
        statement: Directory statement as JWS bytes, or None.

    Raises:
        DirectoryError: E_DIR_MALFORMED, one is not JSON.
    """
    rows = [parsed(document, max_bytes=MAX_DIRECTORY_BYTES) for document in documents]
    stated = {} if statement is None else {"directory": parsed(statement, max_bytes=MAX_DIRECTORY_BYTES)}
    return _indented({"format": DIRECTORY_FORMAT, **stated, "documents": rows})


def read_trust_file(data: bytes) -> Trust:
    """Return what a trust file says.

    Raises:
        DirectoryError: E_DIR_MALFORMED.
    """
    found = exact_members(parsed(data, max_bytes=MAX_DIRECTORY_BYTES), ("format", "pinned"), optional=("directory",))
    require(found["format"] == TRUST_FORMAT)
    pins = tuple(_pin(row) for row in items(found["pinned"], least=0, most=MAX_DIRECTORY_ROWS))
    require(len({pin.org for pin in pins}) == len(pins))
    return Trust(pinned=pins, keepers=_keepers(found["directory"]) if "directory" in found else None)


def build_trust_file(trust: Trust) -> bytes:
    """Return a trust file, indented for people.

    Raises:
        DirectoryError: E_DIR_MALFORMED, no such file would be accepted.
    """
    members: dict[str, object] = {
        "format": TRUST_FORMAT,
        "pinned": [{"org": pin.org, "root": list(pin.root)} for pin in trust.pinned],
    }
    if trust.keepers is not None:
        roots = [list(root) for root in trust.keepers.roots]
        members["directory"] = {"roots": roots, "threshold": trust.keepers.threshold}
    data = _indented(members)
    read_trust_file(data)
    return data


def _pin(row: object) -> Pin:
    found = exact_members(row, ("org", "root"))
    return Pin(org=text(found["org"], ORG), root=pair(found["root"]))


def _keepers(value: object) -> Keepers:
    """Return the keepers; no key may count twice, and the threshold can be reached."""
    found = exact_members(value, ("roots", "threshold"))
    roots = tuple(pair(row) for row in items(found["roots"], least=1, most=MAX_DIRECTORY_KEEPERS))
    threshold = number(found["threshold"])
    require(len({kid for root in roots for kid in root}) == sum(len(root) for root in roots))
    require(1 <= threshold <= len(roots))
    return Keepers(roots=roots, threshold=threshold)


def _indented(value: object) -> bytes:
    return json.dumps(value, indent=2).encode("ascii") + b"\n"
