# SPDX-License-Identifier: EUPL-1.2
"""Erasing: which records go with one that is erased, and the erasures that keep them from coming back.

Rules:
    - with a record goes everything that speaks about it, and what speaks about that: reactions, reviews, informings,
      withdrawals, weighings, confidences, restrictions, reporters; each gets an erasure of its own, for a merge takes
      away only what an erasure names;
    - a confidence and a restriction hold for every version, and go with the last of them;
    - links stay: that something was replaced must outlive what replaced it, or the old version would be current again;
    - an erasure is never erased, or an erased record could come back.
The moment, the ids and the salts are arguments. Why something may be erased is not decided here.
"""

from __future__ import annotations

import os
from base64 import urlsafe_b64encode
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

from kgbx.case.guarding import Confidence, Erasure, Restriction
from kgbx.case.helpers import Link
from kgbx.case.types import TYPE_OF

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from uuid import UUID

    from kgbx.case.base import Actor, BareRecord

_SALT_BYTES: Final = 16

OUTLIVING: Final = (Confidence, Restriction)
"""What holds for every version of a record: with one version gone it holds for the others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """Who records something, when, and where its ids and salts come from.

    Attributes:
        recorded_by: The organisation, and who in it.
        recorded_at: Instant, ``YYYY-MM-DDTHH:MM:SSZ``.
        ids: Gives UUIDs version 4.
        random: Gives a number of random bytes.
    """

    recorded_by: Actor
    recorded_at: str
    ids: Callable[[], UUID] = field(default=uuid4, repr=False)
    random: Callable[[int], bytes] = field(default=os.urandom, repr=False)

    def head(self) -> dict[str, Any]:
        """Return the members that every record has, with a new id and salt."""
        return {
            "id": str(self.ids()),
            "recorded_at": self.recorded_at,
            "recorded_by": self.recorded_by,
            "salt": urlsafe_b64encode(self.random(_SALT_BYTES)).rstrip(b"=").decode("ascii"),
        }

    def erasure(self, record_id: str, *, rule: str, on: str) -> Erasure:
        """Return a new erasure.

        Raises:
            DocumentError: an argument does not have the shape that erasures have.
        """
        return Erasure(**self.head(), record=record_id, rule=rule, on=on)

    def link(self, record_id: str, *, kind: str, to: str) -> Link:
        """Return a new link from one record to another.

        Raises:
            DocumentError: an argument does not have the shape that links have.
        """
        return Link(**self.head() | {"from": record_id, "kind": kind, "to": to})


def versions_of(records: Iterable[BareRecord]) -> dict[str, set[str]]:
    """Return for each id that a ``replaces`` link names the ids of all versions; some may not be among the records."""
    found: dict[str, set[str]] = {}
    for one in records:
        if isinstance(one, Link) and one.kind == "replaces":
            small, large = sorted((found.setdefault(end, {end}) for end in (one.from_, one.to)), key=len)
            large |= small
            found.update(dict.fromkeys(small, large))
    return found


def with_what_speaks_about(record_id: str, records: Iterable[BareRecord]) -> Iterator[str]:
    """Yield an id and those of all records that speak about it, directly or through another; each once.

    What keeps a record from somebody stays as long as another version of that record does, and goes with the last.
    """
    rows = {record.id: record for record in records}
    versions = versions_of(rows.values())
    speaking: dict[str, list[str]] = defaultdict(list)
    for record in rows.values():
        target = TYPE_OF[type(record)].target
        if target is not None:
            speaking[getattr(record, target)].append(record.id)
    seen, waiting = {record_id}, [record_id]
    while waiting:
        current = waiting.pop()
        yield current
        others = versions.get(current, set()) - {current}
        stays = any(one in rows for one in others)
        about = (one for target in (current, *(one for one in others if one not in rows)) for one in speaking[target])
        fresh = [one for one in about if one not in seen and not (stays and isinstance(rows[one], OUTLIVING))]
        seen.update(fresh)
        waiting.extend(fresh)
