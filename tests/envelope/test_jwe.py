# SPDX-License-Identifier: EUPL-1.2
"""The outer envelope: how many recipients it may have."""

from __future__ import annotations

import json
from typing import Any, Final

import pytest

from kgbx.envelope import jwe
from kgbx.envelope.encoding import b64, unb64
from kgbx.errors import EnvelopeError
from tests.envelope.makers import sealed

ENVELOPE: Final[dict[str, Any]] = json.loads(sealed().envelope)


def with_recipients(count: int) -> bytes:
    """Return the envelope with `count` entries, every one with its own kid."""
    entry = ENVELOPE["recipients"][0]
    entries = [entry | {"header": entry["header"] | {"kid": b64(bytes([n]) * 32)}} for n in range(count)]
    return json.dumps(ENVELOPE | {"recipients": entries}).encode()


def test_sixteen_recipients() -> None:
    assert len(jwe.parse(with_recipients(16)).recipients) == 16


@pytest.mark.parametrize("count", [0, 17])
def test_other_number_of_recipients(count: int) -> None:
    with pytest.raises(EnvelopeError) as caught:
        jwe.parse(with_recipients(count))
    assert caught.value.code == "E_RECIPIENTS"


def test_what_is_parsed_is_written_again_in_the_same_bytes() -> None:
    data = sealed().envelope
    assert jwe.encode(jwe.parse(data)) == data


HEADER: Final[dict[str, Any]] = json.loads(unb64(ENVELOPE["protected"]))


@pytest.mark.parametrize("count", [0, 17])
@pytest.mark.parametrize(
    ("members", "code"),
    [
        ({"protected": b64(json.dumps(HEADER | {"alg": "RSA-OAEP"}).encode())}, "E_SUITE"),
        ({"protected": "A" * 5000}, "E_LENGTH"),
        ({"iv": "AA"}, "E_LENGTH"),
    ],
)
def test_header_and_fields_are_judged_before_the_number_of_recipients(
    count: int, members: dict[str, object], code: str
) -> None:
    with pytest.raises(EnvelopeError) as caught:
        jwe.parse(json.dumps(json.loads(with_recipients(count)) | members).encode())
    assert caught.value.code == code


def test_recipients_that_are_no_list() -> None:
    with pytest.raises(EnvelopeError) as caught:
        jwe.parse(json.dumps(ENVELOPE | {"recipients": {}}).encode())
    assert caught.value.code == "E_RECIPIENTS"
