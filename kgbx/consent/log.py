# SPDX-License-Identifier: EUPL-1.2
"""The disclosure log: what was shared or withheld, under which policy and facts, so that it can be decided again.

Rules: one line of JSON for each share; ids and codes only; the facts are stored once beside it, under their digest. The
log is about people: it is kept as carefully as the case.

Form: ``kgbx-disclosure/1``.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Final, Literal

from pydantic import Field

from kgbx.canonical import dumps
from kgbx.case.structures import Key, Moment, Shape
from kgbx.consent.facts import Facts, Keys

if TYPE_CHECKING:
    from kgbx.consent.policy import Policy
    from kgbx.consent.share import Account

FORMAT: Final = "kgbx-disclosure/1"


class LogRow(Shape):
    """What was decided about one record.

    Attributes:
        record: Its id.
        subjects: Whom it is about.
        categories: What it is.
        released_by: For each category and subject what opened secrecy; empty when it did not travel.
        reasons: Why it did not travel; empty when it did.
    """

    record: Key
    subjects: Keys
    categories: Keys
    released_by: dict[Key, dict[Key, Key]] = Field(default_factory=dict)
    reasons: Keys


class Disclosure(Shape):
    """One line of the log.

    Attributes:
        policy: SHA-256 of the canonical policy, hexadecimal.
        facts: SHA-256 of the canonical facts, hexadecimal.
    """

    format: Literal["kgbx-disclosure/1"]
    id: Key
    at: Moment
    known_at: Moment
    sender: Key
    recipient: Key
    purpose: Key
    policy: Key
    facts: Key
    rows: tuple[LogRow, ...]

    def line(self) -> bytes:
        """Return the line of the log, with its line end."""
        return dumps(self.model_dump(mode="json")) + b"\n"


def facts_bytes(facts: Facts) -> bytes:
    """Return the one spelling of facts, to store beside the log."""
    dumped = facts.model_dump(mode="json", exclude_none=True)
    return dumps({name: value for name, value in dumped.items() if name in Facts.model_fields and value})


def disclosure(account: Account, *, policy: Policy, facts: Facts, entry_id: str) -> Disclosure:
    """Return the line about a share.

    Args:
        account: What was decided.
        policy: The policy it was decided under.
        facts: The facts it was decided with.
        entry_id: UUID of the entry.
    """
    request = account.request
    return Disclosure(
        format=FORMAT,
        id=entry_id,
        at=request.at,
        known_at=request.known_at,
        sender=request.sender,
        recipient=request.recipient,
        purpose=request.purpose,
        policy=policy.digest.hex(),
        facts=sha256(facts_bytes(facts)).hexdigest(),
        rows=tuple(
            LogRow(
                record=row.record,
                subjects=row.subjects,
                categories=tuple(row.decisions),
                released_by={category: dict(one.released_by) for category, one in row.decisions.items()}
                if row.permit
                else {},
                reasons=row.reasons,
            )
            for row in account.rows
        ),
    )
