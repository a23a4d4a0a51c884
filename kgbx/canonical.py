# SPDX-License-Identifier: EUPL-1.2
"""JSON in and out: one guard for everything that comes from elsewhere, one spelling for everything that is written.

Rules:
    - before parsing: size, byte order mark, UTF-8, depth, number of values;
    - while parsing: duplicate members, NaN and infinities, integers beyond 2^53-1, lone surrogates, trailing bytes;
    - what is refused is told as DocumentError with problems that hold no value;
    - writing: members sorted, no white space, UTF-8. For the data of kgbx (no floats, integers within 2^53-1, ASCII
      member names) this equals RFC 8785; a test compares it with another implementation.
"""

from __future__ import annotations

import json
import math
import re
from itertools import accumulate, islice
from typing import TYPE_CHECKING, Final, NoReturn

from kgbx.errors import DocumentError, Problem
from kgbx.limits import (
    MAX_DOCUMENT_BYTES,
    MAX_DOCUMENT_DEPTH,
    MAX_DOCUMENT_VALUES,
    MAX_INTEGER_DIGITS,
    MAX_PROBLEMS,
    MAX_SAFE_INTEGER,
)
from kgbx.messages import MESSAGES, Text

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

_BOMS: Final = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")
_NOT_STRUCTURE: Final = bytes(set(range(256)) - set(b'"[]{}'))
_ESCAPE: Final = re.compile(rb"\\.", re.DOTALL)
_STRING: Final = re.compile(rb'"[^"]*"')
_BEFORE_A_VALUE: Final = (b",", b"[", b"{")
_ROUNDS: Final = 8
_BLOCK: Final = 1 << 14
_SURROGATE_ESCAPE: Final = re.compile(r"\\u[dD][89a-fA-F]")
_STEP: Final = {ord("["): 1, ord("{"): 1, ord("]"): -1, ord("}"): -1, ord('"'): 0}


class _Repeated(dict[str, object]):
    """An object in which a member name came twice; found again when the tree is walked for pointers."""


class _RepeatedError(ValueError):
    """A member name came twice: the text is parsed again to find all of them."""


class _NumberRefusedError(ValueError):
    """A number that JSON cannot carry safely."""


def parse(
    data: bytes,
    *,
    max_bytes: int = MAX_DOCUMENT_BYTES,
    max_depth: int = MAX_DOCUMENT_DEPTH,
    members: Collection[str] = (),
    places: bool = True,
) -> object:
    """Return the value of a JSON text, after every check of this module.

    Args:
        data: The bytes as they arrived.
        max_bytes: Longest text that is looked at.
        max_depth: Deepest nesting of brackets.
        members: Member names that may stand in a pointer; a pointer ends before any other.
        places: Whether to look for every object with a member that came twice; False stops at the first, without its
            place, which is all that a stranger's text is worth.

    Returns:
        dict, list, str, int, float, bool or None. Numbers with a fraction are floats; shapes refuse them later.

    Raises:
        DocumentError: D_SIZE, D_BOM, D_ENCODING, D_DEPTH, D_VALUES, D_JSON, D_NUMBER, D_SURROGATE: one problem,
            pointer '';
            D_DUPLICATE_MEMBER: a problem for each object that has one; of very many, MAX_PROBLEMS after D_MANY.

    Source: RFC 8259; RFC 7493 (I-JSON) sections 2.1 to 2.3.
    """
    text = _decode(data, max_bytes, max_depth)
    value, repeated = _parse_text(text, places=places)
    if "\\" in text and "\\u" in text and _SURROGATE_ESCAPE.search(text) and not _encodes(value):
        raise DocumentError.single("D_SURROGATE")
    if repeated:
        raise DocumentError(_problems_of_repeated(value, members))
    return value


def _problems_of_repeated(value: object, members: Collection[str]) -> list[Problem]:
    pointers = list(islice(_pointers_of_repeated(value, "", members), MAX_PROBLEMS + 1))
    found = [Problem.of_shape("D_DUPLICATE_MEMBER", pointer) for pointer in pointers[:MAX_PROBLEMS]]
    return found if len(pointers) <= MAX_PROBLEMS else [Problem.of_shape("D_MANY"), *found]


def _decode(data: bytes, max_bytes: int, max_depth: int) -> str:
    if len(data) > max_bytes:
        raise DocumentError.single("D_SIZE")
    if data.startswith(_BOMS):
        raise DocumentError.single("D_BOM")
    text = _utf8_or_none(data)
    if text is None:
        raise DocumentError.single("D_ENCODING")
    if depth_exceeds(data, max_depth):
        raise DocumentError.single("D_DEPTH")
    if values_exceed(data, MAX_DOCUMENT_VALUES):
        raise DocumentError.single("D_VALUES")
    return text


def _utf8_or_none(data: bytes) -> str | None:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return None


def depth_exceeds(data: bytes, max_depth: int) -> bool:
    """Tell whether brackets outside strings nest deeper than `max_depth`, without parsing.

    Linear in the size, with C speed: escapes go first, then everything but quotes and brackets, then strings.
    """
    if sum(len(data.split(bracket, max_depth + 1)) - 1 for bracket in (b"[", b"{")) <= max_depth:
        return False  # fewer brackets than levels, those in strings counted too; counting stops where it is enough
    if b"\\" in data:
        data = _ESCAPE.sub(b"", data)
    structure = _STRING.sub(b"", data.translate(None, _NOT_STRUCTURE).replace(b'""', b""))
    if structure.count(b"[") + structure.count(b"{") <= max_depth:
        return False
    rounds = min(_ROUNDS, max_depth // 2)
    return _deep(_without_leaves(structure, rounds), max_depth - 2 * rounds) and _deep(structure, max_depth)


def _deep(structure: bytes, max_depth: int) -> bool:
    """Tell whether brackets, with quotes among them, nest deeper; ends where it is deep enough."""
    depth = 0
    for place in range(0, len(structure), _BLOCK):
        depths = list(accumulate((_STEP[byte] for byte in structure[place : place + _BLOCK]), initial=depth))
        if max(depths) > max_depth:
            return True
        depth = depths[-1]
    return False


def values_exceed(data: bytes, most: int) -> bool:
    """Tell whether there are more than `most` values: each but the first of an object or array follows a comma.

    Commas in strings are taken for values first, and only if that is too many are strings left out.
    """
    if len(data) <= most or sum(map(data.count, _BEFORE_A_VALUE)) <= most:
        return False  # a value takes a byte at least
    outside = _STRING.sub(b"", _ESCAPE.sub(b"", data))
    return sum(map(outside.count, _BEFORE_A_VALUE)) > most


def _without_leaves(structure: bytes, rounds: int) -> bytes:
    """Return brackets without the pairs that have nothing inside, taken away a few times: at most two levels a time."""
    for _ in range(rounds):
        shorter = structure.replace(b"[]", b"").replace(b"{}", b"")
        if len(shorter) == len(structure):
            break
        structure = shorter
    return structure


def _parse_text(text: str, *, places: bool) -> tuple[object, bool]:
    """Return the value and whether a member came twice; errors of ours are raised outside the handlers of others.

    The foreign error holds the whole input.
    """
    place: tuple[int, int] | None = None
    code = ""
    try:
        return _decoded(text, places=places)
    except json.JSONDecodeError as error:
        place = (error.lineno, error.colno)
    except _NumberRefusedError:
        code = "D_NUMBER"
    except _RepeatedError:
        code = "D_DUPLICATE_MEMBER"
    if place is None:
        raise DocumentError.single(code)
    raise DocumentError.single("D_JSON", text=_json_text(*place))


def _decoded(text: str, *, places: bool) -> tuple[object, bool]:
    try:
        return _DECODER.decode(text), False
    except _RepeatedError:
        if not places:
            raise
        return _DECODER_OF_REPEATED.decode(text), True


def _json_text(line: int, column: int) -> Text:
    sentence = MESSAGES["D_JSON"]
    return Text(
        f"{sentence.nl} Het gaat mis op regel {line}, kolom {column}.",
        f"{sentence.en} It goes wrong at line {line}, column {column}.",
    )


def _integer(literal: str) -> int:
    if len(literal.lstrip("-")) > MAX_INTEGER_DIGITS or abs(number := int(literal)) > MAX_SAFE_INTEGER:
        raise _NumberRefusedError
    return number


def _float(literal: str) -> float:
    number = float(literal)
    if math.isinf(number):
        raise _NumberRefusedError
    return number


def _refuse_constant(_literal: str) -> NoReturn:
    raise _NumberRefusedError


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise _RepeatedError
    return members


def _object_or_repeated(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    return members if len(members) == len(pairs) else _Repeated(members)


_DECODER, _DECODER_OF_REPEATED = (
    json.JSONDecoder(object_pairs_hook=hook, parse_int=_integer, parse_float=_float, parse_constant=_refuse_constant)
    for hook in (_object, _object_or_repeated)
)
"""Made once: to make one costs as much as to read a small text."""


def _encodes(value: object) -> bool:
    try:
        json.dumps(value, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _pointers_of_repeated(value: object, pointer: str, members: Collection[str]) -> Iterator[str]:
    if isinstance(value, _Repeated):
        yield pointer
    if isinstance(value, dict):
        for name, member in value.items():
            inner = f"{pointer}/{name}" if name in members else None
            yield from _inside(member, inner, pointer, members)
    elif isinstance(value, list):
        for index, member in enumerate(value):
            yield from _pointers_of_repeated(member, f"{pointer}/{index}", members)


def _inside(member: object, inner: str | None, outer: str, members: Collection[str]) -> Iterator[str]:
    """Yield the pointers inside a member; below an unknown name every pointer is that of the object around it."""
    if inner is not None:
        yield from _pointers_of_repeated(member, inner, members)
    elif any(True for _ in _pointers_of_repeated(member, "", members)):
        yield outer


def dumps(value: object) -> bytes:
    """Return the one spelling of a JSON value: sorted members, no white space, UTF-8.

    Args:
        value: dict with str keys, list, tuple, str, int, bool or None; no floats.

    Raises:
        TypeError: a value of another Python type, a float included.
        DocumentError: D_SURROGATE, a text holds half of a character.

    Source: RFC 8785 (JCS), for data without floats and with ASCII member names.
    """
    _refuse_floats(value)
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    data = _encoded_or_none(text)
    if data is None:
        raise DocumentError.single("D_SURROGATE")
    return data


def _encoded_or_none(text: str) -> bytes | None:
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError:
        return None


def _refuse_floats(value: object) -> None:
    if isinstance(value, float):
        raise TypeError("a float has no one spelling; use an integer or a string")
    if isinstance(value, dict):
        for member in value.values():
            _refuse_floats(member)
    elif isinstance(value, (list, tuple)):
        for member in value:
            _refuse_floats(member)
