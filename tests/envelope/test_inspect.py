# SPDX-License-Identifier: EUPL-1.2
"""What a carrier sees: suite, kids, sizes. No more."""

from __future__ import annotations

import pytest

from kgbx.envelope.inspect import inspect
from kgbx.errors import EnvelopeError
from tests.envelope.makers import RECEIVER, SENDER, TYPE, enc_key, sealed


def test_headers_and_sizes() -> None:
    message = sealed(attachments=[b"x" * 20_000])
    found = inspect(message.to_bytes())
    assert (found.suite, found.kids) == ("kgbx-1", (enc_key(RECEIVER).kid,))
    assert found.envelope_bytes == len(message.envelope)
    assert found.part_bytes == tuple(part.size for part in message.parts)
    assert found.size_classes == (4096, 20_480)


def test_anonymous_recipient() -> None:
    assert inspect(sealed(anonymous=True)).kids == (None,)


def test_bare_envelope() -> None:
    assert inspect(sealed().envelope).part_bytes == ()


def test_nothing_else_shows() -> None:
    message = sealed()
    text = repr(inspect(message))
    assert not [word for word in (message.id, SENDER.org, RECEIVER.org, TYPE, "2026") if word in text]


@pytest.mark.parametrize(("data", "code"), [(b"", "E_JSON"), (b"{}", "E_MEMBERS"), (b"\x89KGBX1\r\n", "E_BUNDLE")])
def test_malformed(data: bytes, code: str) -> None:
    with pytest.raises(EnvelopeError) as caught:
        inspect(data)
    assert caught.value.code == code
