# SPDX-License-Identifier: EUPL-1.2
"""A record of a third organisation that comes without a signature: who is known to sign its records."""

from __future__ import annotations

import pytest

from kgbx.exchange.provenance import provenance
from tests.case.builders import an_id
from tests.exchange.test_contributions import NOW, after_revoking, case_of, of, strength
from tests.parties import GI, TEAM


@pytest.mark.parametrize(("after", "unsigned"), [(11, (an_id(61),)), (9, ())])
def test_who_signed_before_its_key_was_revoked_is_known_to_sign(after: int, unsigned: tuple[str, ...]) -> None:
    """A new key is no reason to believe a record without any signature from another hand."""
    known = after_revoking(after)
    held = case_of(strength(60, TEAM), contributions=(of(case_of(strength(60, TEAM))),))
    own_file, view = provenance(held, directory=known, at=NOW), case_of(strength(61, TEAM))
    assert provenance(view, directory=known, at=NOW).unsigned_beside(own_file, view, but={GI}) == unsigned
