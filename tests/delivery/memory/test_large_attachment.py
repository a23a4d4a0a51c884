# SPDX-License-Identifier: EUPL-1.2
"""A large attachment passes through every process in pieces: none grows with its size."""

from __future__ import annotations

import pytest

from bench.delivery_memory import GOAL, ROLES, growth, possible
from tests.effort import MACHINE_CANNOT, scaled

MIB = scaled(quick=64, ci=256, long=1024)


@pytest.mark.skipif(not possible(), reason=f"{MACHINE_CANNOT}it does not say how much memory a process had")
def test_no_process_grows_with_an_attachment_sealed_brought_and_opened() -> None:
    found = growth(MIB)
    too_much = {role: grown for role, grown in zip(ROLES, found.grown, strict=True) if grown > GOAL}
    assert found.mib == MIB
    assert not too_much
