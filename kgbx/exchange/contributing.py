# SPDX-License-Identifier: EUPL-1.2
"""Contributions: an organisation signs the digests of what it recorded, so that words keep their origin when passed on.

Rules:
    - a contribution is a JWS with both signatures of a suite, typ ``kgbx-contribution+jws``, over organisation,
      day and digests of records, sorted, and padded with random ones to a power of two of at least 64: it tells how
      much was given to within a factor of two, and nothing of what;
    - an organisation signs its own records only, and for each view afresh, so that nothing of what it withholds enters;
      what others recorded travels with their contributions, unchanged;
    - a contribution travels if the view holds a record that it covers, whatever else the case holds.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Final, Literal

from kgbx.canonical import dumps
from kgbx.case import Contribution
from kgbx.case.digest import record_digest
from kgbx.clock import AMSTERDAM, day_of_moment, is_second, local_day, require_aware
from kgbx.envelope import jws
from kgbx.envelope.encoding import ORG, b64, compact_json, exact, parse_json, unb64
from kgbx.errors import EnvelopeError, UsageError
from kgbx.exchange.inforce import KeyState, Signed, state_of_signatures
from kgbx.limits import CLOCK_SKEW_SECONDS, MAX_CONTRIBUTION_CHARS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from kgbx.case.base import BareRecord
    from kgbx.envelope.ports import KeyDirectory, Signer

TYP: Final = "kgbx-contribution+jws"
"""The ``typ`` of a contribution: its signatures mean nothing elsewhere."""

LEAST_DIGESTS: Final = 64
"""Smallest size class of a contribution."""

MOST_DIGESTS: Final = 8192
"""Largest size class; who recorded more signs several contributions."""

_MEMBERS: Final = ("v", "org", "on", "digests")
_VERSION: Final = 1
_DIGEST_BYTES: Final = 32
_DAY_CHARS: Final = 10

ContributionState = Literal[KeyState, "malformed", "future"]
"""What a check found: ``valid``, or the first thing that is wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedContribution:
    """What a contribution turned out to be worth.

    Attributes:
        contribution: As it stands in the case.
        state: ``valid`` or what is wrong.
        org: Who is said to have signed; empty where that cannot be read.
        on: Day on which it says it was signed, in the Netherlands; None where that cannot be read.
        digests: Of the records it covers, and random ones.
    """

    contribution: Contribution = field(repr=False)
    state: ContributionState
    org: str = ""
    on: date | None = None
    digests: frozenset[str] = field(default=frozenset(), repr=False)


def size_class(records: int) -> int:
    """Return how many digests a contribution of `records` records holds: a power of two, 64 at least."""
    return max(LEAST_DIGESTS, 1 << max(0, records - 1).bit_length())


def contribute(
    records: Iterable[BareRecord], *, signer: Signer, at: datetime, random: Callable[[int], bytes]
) -> Contribution:
    """Return the contribution of an organisation over records of its own.

    Args:
        records: What it recorded, each as it stands in the case.
        signer: Its keys.
        at: Present moment, aware; the contribution tells the day only.
        random: Gives n random bytes, for the digests of nothing.

    Raises:
        UsageError: U_ARGUMENT, no record, one of another organisation, or more than fit; U_MOMENT.
        EnvelopeError: E_KEY_INVALID, E_KEY_FILE, the signing pair is not here.
    """
    own = tuple(records)
    digests = {record_digest(record) for record in own}
    if not own or len(digests) > MOST_DIGESTS or any(record.recorded_by.org != signer.org for record in own):
        raise UsageError
    size = size_class(len(digests))
    while len(digests) < size:
        digests.add(b64(random(_DIGEST_BYTES)))
    said = {"v": _VERSION, "org": signer.org, "on": local_day(at).isoformat(), "digests": sorted(digests)}
    signed = jws.sign(compact_json(said), typ=TYP, signers=[signer])
    return Contribution.model_validate_json(signed)


def check_contribution(contribution: Contribution, *, directory: KeyDirectory, at: datetime) -> CheckedContribution:
    """Return what a contribution is worth; nothing of it is trusted before both signatures verify.

    Args:
        contribution: As it stands in a case.
        directory: Knows everybody's keys.
        at: Present moment, aware.

    Raises:
        UsageError: U_MOMENT.
    """
    now = int(require_aware(at).timestamp())
    try:
        parsed = jws.parse(
            dumps(contribution.model_dump(mode="json")),
            typ=TYP,
            suites=jws.EVERY,
            max_payload=MAX_CONTRIBUTION_CHARS,
            max_bytes=2 * MAX_CONTRIBUTION_CHARS,
        )
        org, on, digests = _claim(parsed.payload)
        said = _signed_on(org, on, now)
    except EnvelopeError:
        return CheckedContribution(contribution=contribution, state="malformed")
    state: ContributionState = state_of_signatures(parsed, said=said, directory=directory)
    if state == "valid" and said.first > now + CLOCK_SKEW_SECONDS:
        state = "future"
    return CheckedContribution(contribution=contribution, state=state, org=org, on=on, digests=digests)


def _signed_on(org: str, on: date, now: int) -> Signed:
    """Return the seconds of a day in the Netherlands, as far as it has passed.

    Raises:
        EnvelopeError: a day of a year that no clock shows.
    """
    first, end = (
        int(datetime.combine(day, datetime.min.time(), tzinfo=AMSTERDAM).astimezone(UTC).timestamp())
        for day in (on, on + timedelta(days=1))
    )
    if not is_second(first) or not is_second(end):
        raise EnvelopeError("E_MEMBERS")
    return Signed(org=org, first=first, last=max(first, min(end - 1, now)))


def _claim(payload: bytes) -> tuple[str, date, frozenset[str]]:
    """Return what a payload says, by form only.

    Raises:
        EnvelopeError: another form; digests that are not sorted, not distinct, or no power of two of at least 64.
    """
    members = exact(parse_json(payload), _MEMBERS)
    org, on, digests = (members[name] for name in _MEMBERS[1:])
    version_fits = type(members["v"]) is int and members["v"] == _VERSION
    if not (version_fits and isinstance(org, str) and ORG.match(org) and isinstance(digests, list)):
        raise EnvelopeError("E_MEMBERS")
    for digest in digests:
        unb64(digest, size=_DIGEST_BYTES)
    found = frozenset(str(digest) for digest in digests)
    in_order = digests == sorted(found)
    if not in_order or not LEAST_DIGESTS <= len(digests) <= MOST_DIGESTS or size_class(len(digests)) != len(digests):
        raise EnvelopeError("E_MEMBERS")
    return org, _day(on), found


def _day(value: object) -> date:
    if isinstance(value, str) and len(value) == _DAY_CHARS:
        try:
            return day_of_moment(value)
        except UsageError:
            pass
    raise EnvelopeError("E_MEMBERS")
