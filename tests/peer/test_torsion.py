# SPDX-License-Identifier: EUPL-1.2
"""Signatures of an Ed25519 key that is not of prime order: verified without the cofactor, so that all agree."""

from __future__ import annotations

import pytest

from kgbx.errors import EnvelopeError
from tests.peer.torsion import KINDS, TorsionKey


@pytest.mark.parametrize("kind", [kind for kind, verdict in KINDS.items() if verdict == "accepted"])
def test_right_without_the_cofactor(kind: str) -> None:
    key = TorsionKey()
    key.public.verify(key.sign_as(kind, b"message"), b"message")


@pytest.mark.parametrize("kind", [kind for kind, verdict in KINDS.items() if verdict != "accepted"])
def test_right_only_with_the_cofactor(kind: str) -> None:
    key = TorsionKey()
    with pytest.raises(EnvelopeError, match=r"^E_SIGNATURE"):
        key.public.verify(key.sign_as(kind, b"message"), b"message")
