# SPDX-License-Identifier: EUPL-1.2
"""The two files an organisation keeps: whose documents it has, and whose root keys it believes.

Rules: exact members; unknown formats are refused; a directory file is no reason to believe anything, a trust file is
made by a person who checked the root keys by another way.

Forms: ``{"format": "kgbx-directory-file/1", "directory"?: JWS, "documents": [JWS…]}`` and
``{"format": "kgbx-trust/1", "pinned": [{"org", "root": [kid, kid]}], "directory"?: {"roots", "threshold"}}``.
The ``directory`` members are read and kept out of use: until threshold signatures are checked, only pinned
organisations count.

Source: envelope specification, section 3.13.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from kgbx import canonical
from kgbx.envelope.encoding import KID, ORG, compact_json, exact
from kgbx.errors import DirectoryError, DocumentError, EnvelopeError
from kgbx.limits import MAX_DIRECTORY_BYTES

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
class Trust:
    """What a trust file says.

    Attributes:
        pinned: At most one pin an organisation.
    """

    pinned: tuple[Pin, ...]

    def root_of(self, org: str) -> tuple[str, str] | None:
        """Return the believed root pair of an organisation, None if there is none."""
        return next((pin.root for pin in self.pinned if pin.org == org), None)


def read_directory_file(data: bytes) -> tuple[bytes, ...]:
    """Return the organisation documents of a directory file, each as JWS bytes, none of them verified.

    Raises:
        DirectoryError: E_DIR_MALFORMED.
    """
    members = _members(_json(data), ("format", "documents"), ("directory",))
    documents = members["documents"]
    if members["format"] != DIRECTORY_FORMAT or not isinstance(documents, list):
        raise DirectoryError("E_DIR_MALFORMED")
    return tuple(compact_json(document) for document in documents)


def build_directory_file(documents: Iterable[bytes]) -> bytes:
    """Return a directory file, indented for people.

    Args:
        documents: Organisation documents as JWS bytes.

    Raises:
        DirectoryError: E_DIR_MALFORMED, one is not JSON.
    """
    return _indented({"format": DIRECTORY_FORMAT, "documents": [_json(document) for document in documents]})


def read_trust_file(data: bytes) -> Trust:
    """Return what a trust file says.

    Raises:
        DirectoryError: E_DIR_MALFORMED.
    """
    members = _members(_json(data), ("format", "pinned"), ("directory",))
    rows = members["pinned"]
    if members["format"] != TRUST_FORMAT or not isinstance(rows, list):
        raise DirectoryError("E_DIR_MALFORMED")
    pins = tuple(_pin(row) for row in rows)
    if len({pin.org for pin in pins}) != len(pins):
        raise DirectoryError("E_DIR_MALFORMED")
    return Trust(pinned=pins)


def build_trust_file(trust: Trust) -> bytes:
    """Return a trust file, indented for people."""
    pinned = [{"org": pin.org, "root": list(pin.root)} for pin in trust.pinned]
    return _indented({"format": TRUST_FORMAT, "pinned": pinned})


def _pin(row: object) -> Pin:
    members = _members(row, ("org", "root"))
    org, root = members["org"], members["root"]
    if not isinstance(org, str) or not ORG.match(org) or not isinstance(root, list):
        raise DirectoryError("E_DIR_MALFORMED")
    kids = [kid for kid in root if isinstance(kid, str) and KID.match(kid)]
    if len(kids) != len(root) or len(set(kids)) != len(("Ed25519", "ML-DSA-65")):
        raise DirectoryError("E_DIR_MALFORMED")
    return Pin(org=org, root=(kids[0], kids[1]))


def _json(data: bytes) -> object:
    try:
        return canonical.parse(data, max_bytes=MAX_DIRECTORY_BYTES)
    except DocumentError:
        pass
    raise DirectoryError("E_DIR_MALFORMED")


def _members(value: object, required: tuple[str, ...], optional: tuple[str, ...] = ()) -> dict[str, Any]:
    try:
        return exact(value, required, optional=optional)
    except EnvelopeError:
        pass
    raise DirectoryError("E_DIR_MALFORMED")


def _indented(value: object) -> bytes:
    return json.dumps(value, indent=2).encode("ascii") + b"\n"
