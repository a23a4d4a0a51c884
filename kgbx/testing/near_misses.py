# SPDX-License-Identifier: EUPL-1.2
"""Near misses: a made-up family with exactly one thing wrong, and the code that a reader must say.

Rules: the family is right in all else, so that a reader that says another code, or two, is wrong. There is a near miss
for each rule of the family case and for each code of what is wrong before rules are looked at.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, cast

from kgbx.canonical import dumps, parse
from kgbx.case.digest import wording_digest
from kgbx.case.told import Statement
from kgbx.case.types import TYPE_OF_ARRAY
from kgbx.errors import UsageError
from kgbx.limits import MAX_DOCUMENT_BYTES, MAX_DOCUMENT_DEPTH, MAX_DOCUMENT_VALUES
from kgbx.testing.dice import Dice
from kgbx.testing.families import make_family
from kgbx.testing.near_miss_records import AT, TEAM, Rows
from kgbx.testing.near_miss_rows import RULE_ROWS, SHAPE_ROWS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["NEAR_MISS_CODES", "NearMiss", "near_miss"]

Value = dict[str, Any]

_DEEPER: Final = b"[" * (MAX_DOCUMENT_DEPTH + 1) + b"]" * (MAX_DOCUMENT_DEPTH + 1)
_AS_IF_REAL: Final = "KGBX-R-027"

_SPOILT: Final[Mapping[str, Callable[[bytes], bytes]]] = {
    "D_SIZE": lambda data: data.ljust(MAX_DOCUMENT_BYTES + 1),
    "D_ENCODING": lambda data: data + b"\xff",
    "D_BOM": lambda data: b"\xef\xbb\xbf" + data,
    "D_JSON": lambda data: data[:-1],
    "D_DEPTH": lambda data: b'{"x":' + _DEEPER + b"," + data[1:],
    "D_VALUES": lambda data: b'{"x":[' + b"0," * MAX_DOCUMENT_VALUES + b"0]," + data[1:],
    "D_DUPLICATE_MEMBER": lambda data: b'{"synthetic":true,' + data[1:],
    "D_NUMBER": lambda data: b'{"x":NaN,' + data[1:],
    "D_SURROGATE": lambda data: b'{"x":"\\ud800",' + data[1:],
    "D_VERSION": lambda data: data.replace(b"/schemas/family-case/", b"/schemas/family-case/0.", 1),
}
"""By code: how the bytes are spoilt."""

NEAR_MISS_CODES: Final = tuple(sorted((*RULE_ROWS, *SHAPE_ROWS, *_SPOILT)))
"""Every code for which there is a near miss."""


@dataclass(frozen=True, slots=True)
class NearMiss:
    """A document with one thing wrong.

    Attributes:
        code: What a reader must say of it: a rule (``KGBX-R-…``) or a code of shape (``D_…``).
        data: The document.
    """

    code: str
    data: bytes = field(repr=False)


def near_miss(code: str, seed: int, *, story: str | None = None) -> NearMiss:
    """Return a made-up family that breaks one rule.

    Args:
        code: One of :data:`NEAR_MISS_CODES`.
        seed: Of the family.
        story: Of the family; None lets the seed choose.

    Raises:
        UsageError: U_ARGUMENT, there is no such code or story.
    """
    if code not in NEAR_MISS_CODES:
        raise UsageError
    family = _family(seed, story)
    if code in _SPOILT:
        return NearMiss(code, _SPOILT[code](family))
    value = cast("Value", parse(family))
    rows = RULE_ROWS.get(code) or SHAPE_ROWS[code]
    for array, record in _records(rows, Dice(f"near miss/{code}/{seed}")):
        value.setdefault(array, []).append(record)
    if code == _AS_IF_REAL:
        del value["synthetic"]
    return NearMiss(code, dumps(value))


@lru_cache(maxsize=8)
def _family(seed: int, story: str | None) -> bytes:
    """Return a family as bytes; whoever asks for one near miss of a family mostly asks for all."""
    return make_family(seed, story=story).to_json()


def _records(rows: Rows, dice: Dice) -> list[tuple[str, Value]]:
    """Return the rows with their ids, and with what every record has."""
    ids: dict[str, str] = {}
    found: list[tuple[str, Value]] = []
    for array, members in rows:
        common: Value = {"recorded_at": AT, "recorded_by": {"org": TEAM}, "salt": dice.text(16)}
        if TYPE_OF_ARRAY[array].about is not None:
            common |= {"regime": "jeugdwet", "collected_for": "care"}
        record = common | {"id": dice.id()} | cast("Value", _named(members, ids, dice))
        if str(record.get("wording_digest", "")).startswith("#"):
            record["wording_digest"] = _digest(found)
        found.append((array, {name: member for name, member in record.items() if member is not None}))
    return found


def _named(value: object, ids: dict[str, str], dice: Dice) -> object:
    if isinstance(value, dict):
        return {name: _named(member, ids, dice) for name, member in value.items()}
    if isinstance(value, list):
        return [_named(member, ids, dice) for member in value]
    if isinstance(value, str) and value.startswith("@"):
        return ids.setdefault(value, dice.id())
    return value


def _digest(found: list[tuple[str, Value]]) -> str:
    """Return the digest of the wording of the statement among the records so far."""
    statement = next(record for array, record in found if array == "statements")
    return wording_digest(Statement.model_validate(statement))
