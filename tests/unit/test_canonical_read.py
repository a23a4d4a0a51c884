# SPDX-License-Identifier: EUPL-1.2
"""What kgbx.canonical.parse accepts and refuses, and that a refusal tells nothing of the document."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgbx.canonical import depth_exceeds, parse
from kgbx.errors import DocumentError
from kgbx.limits import MAX_DOCUMENT_BYTES, MAX_SAFE_INTEGER
from tests.effort import scaled

if TYPE_CHECKING:
    from collections.abc import Collection

SECRET = "Fenna-Verzonnen-999990019"


def refusal(data: bytes, members: Collection[str] = ()) -> list[tuple[str, str]]:
    """Return code and pointer of each problem that refuses `data`."""
    with pytest.raises(DocumentError) as caught:
        parse(data, members=members)
    assert caught.value.code == "D_INVALID"
    return [(problem.code, problem.pointer) for problem in caught.value.problems]


def nested(depth: int, opening: str = "[", closing: str = "]") -> bytes:
    """Return brackets nested `depth` deep."""
    return (opening * depth + closing * depth).encode()


def naive_depth(text: str) -> int:
    """Return the nesting of brackets outside strings, one character at a time."""
    deepest = depth = 0
    in_string = escaped = False
    for character in text:
        if in_string:
            in_string = escaped or character != '"'
            escaped = character == "\\" and not escaped
        elif character == '"':
            in_string = True
        elif character in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif character in "]}":
            depth -= 1
    return deepest


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-MAX_SAFE_INTEGER, MAX_SAFE_INTEGER) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=20,
)


class TestWhatIsSafeIsRead:
    """A JSON text without duplicate members, within the limits, is read as the standard library reads it."""

    @given(PLAIN, st.booleans(), st.sampled_from([None, 1]))
    def test_same_value(self, value: object, ascii_only: bool, indent: int | None) -> None:  # noqa: FBT001  # drawn
        data = json.dumps(value, ensure_ascii=ascii_only, indent=indent).encode()
        assert parse(data) == value

    @given(st.floats(allow_nan=False, allow_infinity=False))
    def test_fraction(self, value: float) -> None:
        assert parse(json.dumps(value).encode()) == value


class TestOnlyDocumentErrorLeaves:
    """Whatever the bytes are: a value, or a DocumentError."""

    @given(st.binary(max_size=200))
    def test_bytes(self, data: bytes) -> None:
        self.read(data)

    @given(st.text(alphabet='{}[]":,\\u0dDaf8123e-. \ntrulNIy\ufeff', max_size=60))
    def test_almost_json(self, text: str) -> None:
        self.read(text.encode())

    @given(PLAIN, st.data())
    def test_cut_short(self, value: object, data: st.DataObject) -> None:
        whole = json.dumps([value]).encode()
        cut = data.draw(st.integers(0, len(whole) - 1))
        assert refusal(whole[:cut])[0][0] == "D_JSON"

    @staticmethod
    def read(data: bytes) -> None:
        try:
            parse(data)
        except DocumentError as error:
            assert all(problem.pointer == "" for problem in error.problems)  # noqa: PT017  # both ends are allowed


class TestDepth:
    """The depth guard counts what a reader of one character at a time counts."""

    @given(st.text(alphabet='[]{}"\\a,', max_size=60), st.integers(0, 6))
    def test_json_prefixes(self, text: str, limit: int) -> None:
        if self.sane(text):
            assert depth_exceeds(text.encode(), limit) == (naive_depth(text) > limit)

    @given(PLAIN, st.integers(0, 6))
    def test_json(self, value: object, limit: int) -> None:
        text = json.dumps(value)
        assert depth_exceeds(text.encode(), limit) == (naive_depth(text) > limit)

    @staticmethod
    def sane(text: str) -> bool:
        """Tell whether strings are closed and nothing is escaped outside them: else the parser refuses it anyway."""
        inside = escaped = False
        for character in text:
            if character == "\\" and not inside:
                return False
            if character == '"' and not escaped:
                inside = not inside
            escaped = inside and character == "\\" and not escaped
        return not inside

    def test_64_levels_are_read(self) -> None:
        assert parse(nested(64)) != []

    @pytest.mark.parametrize("data", [nested(65), nested(200), nested(65, '{"a":', "}").replace(b":}", b":1}")])
    def test_65_levels_are_not(self, data: bytes) -> None:
        assert refusal(data) == [("D_DEPTH", "")]

    def test_brackets_in_strings_do_not_count(self) -> None:
        text = "[" * 100 + '\\"' + "{" * 100
        assert parse(json.dumps({"a": text}).encode()) == {"a": text}

    def test_a_million_brackets_are_refused_before_the_parser(self) -> None:
        assert refusal(b"[" * scaled(quick=10**6, ci=10**7, long=3 * 10**7)) == [("D_DEPTH", "")]

    def test_many_brackets_beside_each_other_are_no_depth(self) -> None:
        assert len(list(parse(b"[" + b"[]," * 10_000 + b"[]]"))) == 10_001  # type: ignore[call-overload]  # a list


class TestSize:
    """A text longer than the limit is not looked at."""

    def test_one_byte_more_than_the_limit(self) -> None:
        assert refusal(b" " * (MAX_DOCUMENT_BYTES + 1)) == [("D_SIZE", "")]

    def test_exactly_the_limit(self) -> None:
        assert parse(b"[1]", max_bytes=3) == [1]

    def test_a_limit_of_the_caller(self) -> None:
        with pytest.raises(DocumentError) as caught:
            parse(b"[1] ", max_bytes=3)
        assert caught.value.problems[0].code == "D_SIZE"


class TestDuplicateMembers:
    """A member name that comes twice is refused, at the object that has it."""

    @pytest.mark.parametrize(
        ("data", "pointers"),
        [
            (b'{"a":1,"a":1}', [""]),
            (b'{"a":1,"\\u0061":2}', [""]),
            (b'{"persons":[{},{"id":1,"id":2}]}', ["/persons/1"]),
            (b'{"persons":[{"id":1,"id":2},{"id":1,"id":2}]}', ["/persons/0", "/persons/1"]),
            (b'{"persons":[{"secret":{"id":1,"id":2}}]}', ["/persons/0"]),
            (b'{"persons":[{"secret":{"id":1,"id":2},"other":[{"x":1,"x":1}]}]}', ["/persons/0", "/persons/0"]),
            (b'[[{"a":{},"a":{"b":1,"b":2}}]]', ["/0/0", "/0/0"]),
        ],
    )
    def test_pointer_ends_at_the_last_known_member(self, data: bytes, pointers: list[str]) -> None:
        assert refusal(data, {"persons", "id"}) == [("D_DUPLICATE_MEMBER", pointer) for pointer in pointers]

    @given(st.dictionaries(st.text(max_size=3), st.integers(0, 9), min_size=1, max_size=4), st.data())
    def test_any_name(self, members: dict[str, int], data: st.DataObject) -> None:
        again = data.draw(st.sampled_from(sorted(members)))
        pairs = data.draw(st.permutations([*members.items(), (again, 0)]))
        text = ",".join(f"{json.dumps(name)}:{value}" for name, value in pairs)
        assert refusal(f"{{{text}}}".encode()) == [("D_DUPLICATE_MEMBER", "")]

    @pytest.mark.parametrize(("objects", "problems"), [(1_000, 1_000), (1_001, 1_001), (5_000, 1_001)])
    def test_of_very_many_the_first_are_told(self, objects: int, problems: int) -> None:
        found = refusal(b"[" + b",".join([b'{"a":1,"a":1}'] * objects) + b"]")
        assert (len(found), found[0] == ("D_MANY", "")) == (problems, objects > 1_000)
        assert found[-1] == ("D_DUPLICATE_MEMBER", "/999")

    def test_without_places_the_first_is_enough(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """A stranger who sends many pays for one."""
        monkeypatch.delattr("kgbx.canonical._DECODER_OF_REPEATED")
        with pytest.raises(DocumentError) as caught:
            parse(b'[{"a":1,"a":1},{"a":1,"a":1}]', places=False)
        assert [(one.code, one.pointer) for one in caught.value.problems] == [("D_DUPLICATE_MEMBER", "")]
        assert caught.value.__context__ is None


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"\xef\xbb\xbf{}", "D_BOM"),
        (b"\xff\xfe{\x00}\x00", "D_BOM"),
        (b"\xfe\xff\x00{\x00}", "D_BOM"),
        (b"\xff\xfe\x00\x00{\x00\x00\x00", "D_BOM"),
        (b"\x00\x00\xfe\xff\x00\x00\x00{", "D_BOM"),
        (b'"\xff"', "D_ENCODING"),
        (b'"\xc0\xaf"', "D_ENCODING"),
        (b'"\xed\xa0\x80"', "D_ENCODING"),
        (b"{\x00}\x00", "D_JSON"),
        (b"", "D_JSON"),
        (b" ", "D_JSON"),
        (b'{"a":1', "D_JSON"),
        (b'{"a":1}x', "D_JSON"),
        (b"{} {}", "D_JSON"),
        (b"{'a':1}", "D_JSON"),
        (b"[1,]", "D_JSON"),
        (b"[01]", "D_JSON"),
        (b"[+1]", "D_JSON"),
        (b'"\t"', "D_JSON"),
        (b'"\\x41"', "D_JSON"),
        (b"// a\n{}", "D_JSON"),
        (b"NaN", "D_NUMBER"),
        (b"[Infinity]", "D_NUMBER"),
        (b"[-Infinity]", "D_NUMBER"),
        (b"1e999", "D_NUMBER"),
        (b"-1e999", "D_NUMBER"),
        (b"9007199254740992", "D_NUMBER"),
        (b"-9007199254740992", "D_NUMBER"),
        (b"9" * 100_000, "D_NUMBER"),
        (b"-" + b"9" * 100_000, "D_NUMBER"),
        (b'"\\ud800"', "D_SURROGATE"),
        (b'"\\udc00"', "D_SURROGATE"),
        (b'"\\uDC00\\uD800"', "D_SURROGATE"),
        (b'{"\\udfff":1}', "D_SURROGATE"),
    ],
)
def test_refused_with_the_code_of_the_cause(data: bytes, code: str) -> None:
    assert refusal(data) == [(code, "")]


@pytest.mark.parametrize(
    ("data", "value"),
    [
        (b"9007199254740991", MAX_SAFE_INTEGER),
        (b"-9007199254740991", -MAX_SAFE_INTEGER),
        (b'"\\ud83d\\ude00"', "\U0001f600"),
        (b'"\\\\ud800"', "\\ud800"),
        ('"\ufeff"'.encode(), "\ufeff"),
        (b'"\\u0000"', "\x00"),
        (b" \t\r\n null \n", None),
    ],
)
def test_read_at_the_edge_of_what_is_refused(data: bytes, value: object) -> None:
    assert parse(data) == value


def test_broken_json_tells_where() -> None:
    with pytest.raises(DocumentError) as caught:
        parse(b'{\n  "a": ?}')
    assert "line 2, column 8" in caught.value.problems[0].text.say("en")
    assert caught.value.problems[0].code == "D_JSON"


@pytest.mark.parametrize(
    "data",
    [
        f'{{"{SECRET}":"{SECRET}" "x"}}'.encode(),
        f'{{"{SECRET}":1,"{SECRET}":2}}'.encode(),
        f'{{"{SECRET}":NaN}}'.encode(),
        f'{{"{SECRET}":"\\ud800"}}'.encode(),
        SECRET.encode() + b"\xff",
        b"\xef\xbb\xbf" + SECRET.encode(),
        f'["{SECRET}", 99999999999999999999]'.encode(),
    ],
)
def test_a_refusal_holds_nothing_of_the_document(data: bytes) -> None:
    with pytest.raises(DocumentError) as caught:
        parse(data)
    error = caught.value
    told = f"{error} {error!r} {error.args} {error.problems} {error.say('nl')}"
    assert SECRET not in told
    assert (error.__cause__, error.__context__) == (None, None)
