# SPDX-License-Identifier: EUPL-1.2
"""What the tests of the sender share."""

from __future__ import annotations

import pytest

from tests.delivery.core.desk import Desk


@pytest.fixture
def desk() -> Desk:
    """A sender and all it needs."""
    return Desk()
