# SPDX-License-Identifier: EUPL-1.2
"""The cost of provenance: verifying contributions, and where each record of a case comes from as the case grows.

Rules: keys and signatures are made before; each contribution is parsed and both its signatures verified anew.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Final

from bench.consent import within
from bench.family import TEAM, family_case
from bench.timing import compare
from kgbx.case import FamilyCase
from kgbx.directory import Directory, describe, make_document, verify_document
from kgbx.envelope.identity import create_identity
from kgbx.exchange import check_contribution, contribute, provenance

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bench.timing import Ratio
    from kgbx.case import Contribution
    from kgbx.envelope.identity import Identity

AT: Final = datetime(2026, 3, 1, 10, tzinfo=UTC)
CONTACTS: Final = 200
CONTRIBUTIONS: Final = 20
CONTRIBUTIONS_MS: Final = 12.0


def verified(contributions: tuple[Contribution, ...], directory: Directory) -> int:
    """Return how many contributions are valid."""
    return sum(check_contribution(one, directory=directory, at=AT).state == "valid" for one in contributions)


def signed(case: FamilyCase, identity: Identity, parts: int) -> FamilyCase:
    """Return a case with a contribution for each of so many parts of the records of one organisation."""
    own = [record for record in case if record.recorded_by.org == identity.org]
    size = -(-len(own) // parts)
    slices = (own[start : start + size] for start in range(0, len(own), size))
    made = tuple(contribute(part, signer=identity, at=AT, random=os.urandom) for part in slices)
    return FamilyCase(case, synthetic=True, contributions=made)


def ratios() -> Iterator[Ratio]:
    """Yield what verification costs beside what it may take, and how provenance grows."""
    identity = create_identity(TEAM, at=AT)
    document = make_document(describe(identity, name="Lokaal team", seq=1, at=AT), root=identity.root)
    directory = Directory([verify_document(document, org=TEAM, root=identity.root.signing_kids)])
    case, large = (FamilyCase.from_json(family_case(contacts)) for contacts in (CONTACTS, 10 * CONTACTS))
    some = signed(case, identity, CONTRIBUTIONS)
    name = f"{len(some.contributions)} contributions verified / {CONTRIBUTIONS_MS:g} ms"
    yield within(name, partial(verified, some.contributions, directory), CONTRIBUTIONS_MS)
    one, ten = signed(case, identity, 2), signed(large, identity, 2)
    times = len(large) / len(case)
    yield compare(
        f"provenance: {times:.1f} times the records",
        partial(provenance, ten, directory=directory, at=AT),
        partial(provenance, one, directory=directory, at=AT),
    )
