# SPDX-License-Identifier: EUPL-1.2
"""The manifest: each wrong value has its code, and the code of the earlier step wins."""

from __future__ import annotations

import json
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgbx.envelope.manifest import Manifest, blob_size, digest_of, read_addressees, read_members, read_parts, read_times
from kgbx.errors import EnvelopeError
from kgbx.limits import MAX_MANIFEST_BYTES
from tests.envelope.makers import NOW, opened, sealed

MANIFEST: Final = opened(sealed(attachments=[b"attached"])).manifest
MEMBERS: Final[dict[str, Any]] = json.loads(MANIFEST.encode())
DAY: Final = 86_400


def judge(members: dict[str, Any]) -> str:
    """Return the code of step 9, or `sound`."""
    try:
        read_parts(read_members(json.dumps(members).encode()))
    except EnvelopeError as error:
        return error.code
    return "sound"


def with_part(**members: object) -> dict[str, Any]:
    return MEMBERS | {"parts": [MEMBERS["parts"][0], MEMBERS["parts"][1] | members]}


def test_control_the_manifest_is_sound() -> None:
    assert judge(MEMBERS) == "sound"


def test_encoding_is_what_was_signed() -> None:
    assert list(MEMBERS)[:4] == ["v", "suite", "kind", "id"]
    assert len(digest_of(MANIFEST.encode())) == 32


def test_repr_shows_ids_only() -> None:
    assert "example.org" not in repr(MANIFEST)
    assert MANIFEST.kc not in repr(MANIFEST)


@pytest.mark.parametrize("name", sorted(MEMBERS))
def test_every_member_is_required(name: str) -> None:
    assert judge({key: value for key, value in MEMBERS.items() if key != name}) == "E_MEMBERS"


@pytest.mark.parametrize("name", ["v", "suite"])
@pytest.mark.parametrize("value", [True, 1.0, 2, "1", "kgbx-2", None, [], {}])
def test_version_and_suite_are_exact(name: str, value: object) -> None:
    assert judge(MEMBERS | {name: value}) == "E_SUITE"


@pytest.mark.parametrize(
    "members",
    [
        {"kind": 1},
        {"kc": 1},
        {"id": 1},
        {"id": None},
        {"type": 1},
        {"type": "urn:" + "x" * 256},
        {"thid": 1},
        {"ref": ""},
        {"parts": {}},
        {"parts": "body"},
        {"parts": [1]},
        {"parts": [MEMBERS["parts"][1]]},
    ],
)
def test_other_wrong_values(members: dict[str, Any]) -> None:
    assert judge(MEMBERS | members) == "E_MANIFEST"


@pytest.mark.parametrize(
    "members",
    [
        {"n": 1.0},
        {"n": True},
        {"role": 1},
        {"media": "text"},
        {"media": "text/plain; charset=utf-8"},
        {"media": "text/plain\n"},
        {"media": 1},
        {"media": "a/" + "b" * 126},
        {"size": 8.0},
        {"size": 2**36 + 1, "csize": blob_size(2**36 + 1)},
        {"csize": None},
        {"csize": float(blob_size(8))},
        {"name": None},
        {"name": ""},
        {"name": "a/b"},
        {"name": " . "},
        {"name": "é"},
        {"name": "a\n"},
    ],
)
def test_wrong_part(members: dict[str, Any]) -> None:
    assert judge(with_part(**members)) == "E_MANIFEST"


@pytest.mark.parametrize("members", [{"name": "a b.txt"}, {"name": ".a"}, {"media": "a/" + "b" * 125}])
def test_sound_part(members: dict[str, Any]) -> None:
    assert judge(with_part(**members)) == "sound"


def test_part_of_the_greatest_size_is_sound() -> None:
    assert judge(with_part(size=2**36, csize=blob_size(2**36))) == "sound"


@pytest.mark.parametrize("name", ["digest", "csha256"])
@pytest.mark.parametrize(("value", "code"), [("A" * 42, "E_LENGTH"), ("=", "E_ENCODING"), (1, "E_ENCODING")])
def test_digest_form(name: str, value: object, code: str) -> None:
    assert judge(with_part(**{name: value})) == code


def test_members_of_a_part() -> None:
    assert judge(with_part(x=1)) == "E_MEMBERS"


def test_members_of_an_addressee() -> None:
    assert judge(MEMBERS | {"to": [MEMBERS["to"][0] | {"x": 1}]}) == "E_MEMBERS"


def test_sender_that_is_no_object() -> None:
    assert judge(MEMBERS | {"from": "sender"}) == "E_MEMBERS"


def test_manifest_over_1_mib() -> None:
    assert judge(MEMBERS | {"type": "x" * MAX_MANIFEST_BYTES}) == "E_JSON"


@pytest.mark.parametrize("to", [None, {}, "x", [], [1], MEMBERS["to"] * 2, MEMBERS["to"] * 17, [*MEMBERS["to"], 1]])
def test_addressees_form(to: object) -> None:
    with pytest.raises(EnvelopeError) as caught:
        read_addressees(to)
    assert caught.value.code == "E_RECIPIENTS"


@pytest.mark.parametrize("members", [{"org": 1}, {"org": "urn:osb:oin:1"}, {"kid": None}, {"kid": "A" * 42 + "B"}])
def test_addressee_form(members: dict[str, Any]) -> None:
    with pytest.raises(EnvelopeError) as caught:
        read_addressees([MEMBERS["to"][0] | members])
    assert caught.value.code == "E_RECIPIENTS"


class TestTime:
    """0 < exp - iat <= 30 days, and iat - 300 s <= now <= exp + 300 s."""

    @given(st.integers(0, 2**40), st.integers(-DAY, 31 * DAY), st.integers(-DAY, 32 * DAY))
    def test_accepted_exactly_when_the_rule_says_so(self, iat: int, lifetime: int, age: int) -> None:
        try:
            read_times({"iat": iat, "exp": iat + lifetime}, iat + age)
        except EnvelopeError as error:
            found = error.code
        else:
            found = "sound"
        formed = 0 < lifetime <= 30 * DAY
        expected = (
            "E_TIME" if not formed else "E_NOT_YET" if age < -300 else "E_EXPIRED" if age > lifetime + 300 else "sound"
        )
        assert found == expected

    @pytest.mark.parametrize("value", [True, 1.5, "1", None, [], {}])
    @pytest.mark.parametrize("name", ["iat", "exp"])
    def test_form(self, name: str, value: object) -> None:
        with pytest.raises(EnvelopeError) as caught:
            read_times({"iat": NOW, "exp": NOW + 1} | {name: value}, NOW)
        assert caught.value.code == "E_TIME"


def test_optional_members_are_left_out() -> None:
    assert isinstance(MANIFEST, Manifest)
    assert not {"thid", "ref", "receipt"} & set(MEMBERS)
