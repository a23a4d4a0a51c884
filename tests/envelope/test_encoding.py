# SPDX-License-Identifier: EUPL-1.2
"""Encodings: one spelling, monotone padding, HKDF as others compute it."""

from __future__ import annotations

import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgbx.envelope.encoding import b64, be32, exact, hkdf, id16, pad, padme, parse_json, unb64
from kgbx.errors import EnvelopeError


class TestBase64url:
    """B64 is base64url without padding, and canonical: re-encoding gives the same text."""

    @given(st.binary(max_size=200))
    def test_round_trip(self, data: bytes) -> None:
        assert unb64(b64(data)) == data

    @given(st.text(alphabet="AB-_019zQ=+/ \n", max_size=12))
    def test_text_is_refused_or_is_the_one_spelling(self, text: str) -> None:
        try:
            data = unb64(text)
        except EnvelopeError as error:
            assert error.code == "E_ENCODING"  # noqa: PT017  # the other outcome is judged below
        else:
            assert b64(data) == text

    @pytest.mark.parametrize("text", ["AA==", "+A", "/A", "A A", "AB", "A", "AA\n", "é", "\ud800", 1, None, b"AA"])
    def test_other_spellings_are_refused(self, text: object) -> None:
        with pytest.raises(EnvelopeError) as caught:
            unb64(text)
        assert caught.value.code == "E_ENCODING"

    def test_other_size_is_refused(self) -> None:
        with pytest.raises(EnvelopeError) as caught:
            unb64("AAAA", size=4)
        assert caught.value.code == "E_LENGTH"


class TestPadding:
    """pad(n) is monotone, at least 4096, and at most 12 % above n."""

    @given(st.integers(0, 2**36), st.integers(0, 2**20))
    def test_monotone(self, size: int, more: int) -> None:
        assert pad(size) <= pad(size + more)

    @given(st.integers(0, 2**36))
    def test_bounded(self, size: int) -> None:
        assert size <= pad(size) <= max(4096, size * 1.12)

    @given(st.integers(4096, 2**36))
    def test_overhead_above_the_minimum_is_at_most_six_percent_and_a_quarter(self, size: int) -> None:
        assert pad(size) <= size * 1.0625

    @given(st.integers(4096, 2**36))
    def test_padding_what_is_padded_changes_nothing(self, size: int) -> None:
        assert pad(pad(size)) == pad(size)

    @pytest.mark.parametrize(("size", "expected"), [(0, 0), (1, 1), (9, 10), (4097, 4352), (1_000_000, 1_015_808)])
    def test_padme_of_known_sizes(self, size: int, expected: int) -> None:
        assert padme(size) == expected


class TestHkdf:
    """HKDF is RFC 5869 extract with an empty salt and expand, with SHA-512."""

    @given(st.binary(min_size=32, max_size=32), st.binary(max_size=64), st.integers(1, 200))
    def test_equals_the_formulas_of_the_rfc(self, secret: bytes, info: bytes, size: int) -> None:
        prk = hmac.digest(bytes(hashlib.sha512().digest_size), secret, "sha512")  # section 2.2
        block, output = b"", b""
        for counter in range(1, size // 64 + 2):  # section 2.3
            block = hmac.digest(prk, block + info + bytes([counter]), "sha512")
            output += block
        assert hkdf(secret, info, size=size) == output[:size]


def test_be32_is_four_bytes_big_endian() -> None:
    assert be32(258) == b"\0\0\1\2"


def test_id16_is_the_raw_uuid() -> None:
    assert id16("00112233-4455-4677-8899-aabbccddeeff").hex() == "00112233445546778899aabbccddeeff"


@pytest.mark.parametrize(
    "data", [b"", b"{", b'{"a":1,"a":2}', b"NaN", b"1e999", b"\xef\xbb\xbf{}", b"{}{}", b'"\\ud800"']
)
def test_bad_json_has_one_code(data: bytes) -> None:
    with pytest.raises(EnvelopeError) as caught:
        parse_json(data)
    assert caught.value.code == "E_JSON"


def test_json_error_has_no_other_error_behind_it() -> None:
    with pytest.raises(EnvelopeError, match="E_JSON") as caught:
        parse_json(b'{"canary')
    assert (caught.value.__cause__, caught.value.__context__) == (None, None)


@pytest.mark.parametrize("value", [{}, {"a": 1, "b": 2, "d": 4}, [], None, "a"])
def test_other_members_are_refused(value: object) -> None:
    with pytest.raises(EnvelopeError) as caught:
        exact(value, ("a", "b"), optional=("c",))
    assert caught.value.code == "E_MEMBERS"


@pytest.mark.parametrize("value", [{"a": 1, "b": 2}, {"a": 1, "b": 2, "c": 3}])
def test_exact_members_are_returned(value: dict[str, object]) -> None:
    assert exact(value, ("a", "b"), optional=("c",)) == value


def test_what_a_stranger_names_twice_is_not_looked_for_everywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr("kgbx.canonical._DECODER_OF_REPEATED")
    with pytest.raises(EnvelopeError) as caught:
        parse_json(b'{"a":1,"a":1}')
    assert caught.value.code == "E_JSON"
