# SPDX-License-Identifier: EUPL-1.2
"""Reading JSON of the directory: the guards of :mod:`kgbx.canonical` and of the envelope, told as E_DIR_MALFORMED.

Rules: no value of the input is in an error, nor in its context.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kgbx import canonical
from kgbx.clock import is_second
from kgbx.envelope.encoding import KID, exact, unb64
from kgbx.envelope.keys import ED25519, ML_DSA_65, public_key_from_jwk
from kgbx.errors import DirectoryError, DocumentError, EnvelopeError
from kgbx.limits import MAX_SAFE_INTEGER

if TYPE_CHECKING:
    import re

    from kgbx.envelope.keys import PublicKey

_DIGEST_BYTES = 32


def parsed(data: bytes, *, max_bytes: int) -> object:
    """Return the JSON value in `data`.

    Raises:
        DirectoryError: E_DIR_MALFORMED.
    """
    try:
        return canonical.parse(data, max_bytes=max_bytes)
    except DocumentError:
        pass
    raise DirectoryError("E_DIR_MALFORMED")


def exact_members(value: object, required: tuple[str, ...], *, optional: tuple[str, ...] = ()) -> dict[str, Any]:
    """Return the members of an object that has all of `required`, perhaps some of `optional` and nothing else.

    Raises:
        DirectoryError: E_DIR_MALFORMED.
    """
    try:
        return exact(value, required, optional=optional)
    except EnvelopeError:
        pass
    raise DirectoryError("E_DIR_MALFORMED")


def require(condition: bool) -> None:  # noqa: FBT001  # reads as the rule it checks
    """Return if the condition holds.

    Raises:
        DirectoryError: E_DIR_MALFORMED.
    """
    if not condition:
        raise DirectoryError("E_DIR_MALFORMED")


def number(value: object) -> int:
    """Return a whole number from 0.

    Raises:
        DirectoryError: E_DIR_MALFORMED.
    """
    if type(value) is int and 0 <= value <= MAX_SAFE_INTEGER:
        return value
    raise DirectoryError("E_DIR_MALFORMED")


def second(value: object) -> int:
    """Return a Unix second that is also a date people can read: not after the year 2998.

    Raises:
        DirectoryError: E_DIR_MALFORMED.
    """
    require(is_second(value))
    return number(value)


def text(value: object, pattern: re.Pattern[str]) -> str:
    """Return a text of a form.

    Raises:
        DirectoryError: E_DIR_MALFORMED.
    """
    if isinstance(value, str) and pattern.match(value):
        return value
    raise DirectoryError("E_DIR_MALFORMED")


def items(value: object, *, least: int, most: int) -> list[object]:
    """Return the items of a list of a length.

    Raises:
        DirectoryError: E_DIR_MALFORMED.
    """
    if isinstance(value, list) and least <= len(value) <= most:
        return value
    raise DirectoryError("E_DIR_MALFORMED")


def binary(value: object, *, size: int | None = None) -> bytes:
    """Return the bytes of base64url text.

    Raises:
        DirectoryError: E_DIR_MALFORMED.
    """
    try:
        return unb64(value, size=size)
    except EnvelopeError:
        pass
    raise DirectoryError("E_DIR_MALFORMED")


def digest(value: object) -> bytes:
    """Return the 32 bytes of a digest in base64url.

    Raises:
        DirectoryError: E_DIR_MALFORMED.
    """
    return binary(value, size=_DIGEST_BYTES)


def pair(value: object) -> tuple[str, str]:
    """Return two different kids.

    Raises:
        DirectoryError: E_DIR_MALFORMED.
    """
    first, last = (text(kid, KID) for kid in items(value, least=2, most=2))
    require(first != last)
    return first, last


def public_key(value: object) -> PublicKey:
    """Return the public key of a JWK after every check at import.

    Raises:
        DirectoryError: E_KEY_INVALID.
    """
    try:
        return public_key_from_jwk(value)
    except EnvelopeError:
        pass
    raise DirectoryError("E_KEY_INVALID")


def is_pair(kids: object, algs: dict[str, str]) -> bool:
    """Tell whether kids are a root pair, Ed25519 first, of keys whose algorithm is known.

    Args:
        kids: Two kids.
        algs: Kid to algorithm.
    """
    return isinstance(kids, list | tuple) and [algs.get(str(kid)) for kid in kids] == [ED25519, ML_DSA_65]
