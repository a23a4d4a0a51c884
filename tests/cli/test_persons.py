# SPDX-License-Identifier: EUPL-1.2
"""The search for real persons tells line and kind, and what it did not look at. What is found is put together here."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from kgbx.cli.real_persons import KINDS, findings, text_in

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Ran

    Kgbx = Callable[..., Ran]

REAL_BSN = "1234" + "56782"
REAL_POSTCODE = "1234" + " AB"


def test_a_finding_has_a_place_and_no_value(kgbx: Kgbx, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(f"\n{REAL_POSTCODE}\nbsn {REAL_BSN}\n", encoding="utf-8")
    ran = kgbx("no-real-persons", tmp_path)
    places = [line.partition(": ")[0] for line in ran.out.splitlines()]
    assert places == [f"{tmp_path}/a.txt:2", f"{tmp_path}/a.txt:3", "1 of 1 files refused"]
    assert (ran.status, REAL_BSN in ran.out, REAL_POSTCODE in ran.out) == (1, False, False)


def test_json_has_the_kind(kgbx: Kgbx, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(REAL_BSN, encoding="utf-8")
    (tmp_path / "b.txt").write_text("999990019", encoding="utf-8")
    first, second = kgbx("--lang", "nl", "no-real-persons", tmp_path, "--json").json["files"]
    assert [(row["line"], row["kind"]) for row in first["findings"]] == [(1, "bsn")]
    assert "neem er een" in first["findings"][0]["message"]
    assert (second["ok"], second["findings"], second["not_looked_at"]) == (True, [], None)


REAL_PHONE = "6" + "12345678"
BEFORE = {
    "a line break": r"a\n",
    "a tab": r"a\t",
    "a line break in a text in a text": r"a\\n",
    "a control character": r"a\u000a",
    "a hard space": r"a\u00a0",
    "a hard space as it is": "a\u00a0",
    "a byte of a program": r"a\x0a",
}


@pytest.mark.parametrize("before", BEFORE.values(), ids=BEFORE)
@pytest.mark.parametrize(
    ("real", "kind"),
    [(REAL_BSN, "bsn"), (REAL_POSTCODE, "postcode"), ("a" + "@voorbeeld.nl", "email"), ("0" + REAL_PHONE, "telephone")],
)
def test_an_escape_hides_nothing_behind_it(before: str, real: str, kind: str) -> None:
    text = text_in(f'\n{{"wording": "{before}{real}"}}'.encode())
    assert text is not None
    assert [(line, found.name) for line, found in findings(text)] == [(2, kind)]


def escaped(text: str) -> str:
    return "".join(rf"\u{ord(one):04x}" for one in text)


@pytest.mark.parametrize("real", [REAL_BSN, REAL_POSTCODE, "a" + "@voorbeeld.nl", "0" + REAL_PHONE])
def test_what_is_written_in_escapes_is_found(real: str) -> None:
    assert len(list(findings(f'"{escaped(real)}"'))) == 1


DIGITS = REAL_POSTCODE[:4]


@pytest.mark.parametrize(
    "text",
    [
        *(
            f"{DIGITS}{between}{letters}"
            for between in ("", " ", "  ", "   ", "\u00a0", "\u202f")
            for letters in ("AB", "ab")
        ),
        f"{DIGITS} Ab,",
        f'"{DIGITS}ab"',
    ],
)
def test_a_postcode_has_many_spellings(text: str) -> None:
    assert [kind.name for _, kind in findings(text)] == ["postcode"]


@pytest.mark.parametrize(
    "text",
    [
        *(
            "in 2019 en daarna",
            "van 2019 tot",
            "2019 is",
            "1000 ms",
            "4096kb",
            "1500 px",
            "since 2019 we",
            "2019 De rest",
        ),
        *("#1234" + "ab", "0x1234" + "ab", "0000 xx", "0000xx", "0000  XX", "1234" + "\tAB"),
    ],
)
def test_a_year_or_a_size_before_a_word_is_no_postcode(text: str) -> None:
    assert list(findings(text)) == []


@pytest.mark.parametrize(
    "prefix",
    [
        *(
            "+31 ",
            "+31",
            "+31-",
            "+31.",
            "0031",
            "0031 ",
            "00 31 ",
            "+31 (0)",
            "+31(0)",
            "+31 (0) ",
            "+31 0",
            "+310",
            "(+31) ",
        ),
        *("(0)", "0", "0 ", "0-", "+31\u00a0", "+31\u2011", "tel:+31", "tel:0", "tel.0", "+ 31 "),
    ],
)
@pytest.mark.parametrize(
    "rest",
    [
        REAL_PHONE,
        *(REAL_PHONE[:1] + between + REAL_PHONE[1:] for between in (" ", "-", ".", " - ", ")", ") ", "\u00a0", "/")),
        *(between.join((REAL_PHONE[:1], *(REAL_PHONE[at : at + 2] for at in (1, 3, 5, 7)))) for between in " .-"),
    ],
)
def test_a_telephone_number_has_many_spellings(prefix: str, rest: str) -> None:
    assert [kind.name for _, kind in findings(f"bel {prefix}{rest} nu")] == ["telephone"]


def test_an_area_code_may_stand_in_brackets() -> None:
    assert [kind.name for _, kind in findings("(020) 123" + " 45 67")] == ["telephone"]


@pytest.mark.parametrize(
    "text",
    [
        *("+31 (0)6 0000 1234", "0031 6 0000.1234", "(06) 0000 1234", "+31 (0)10 0000 123", "+31.6.00.00.12.34"),
        *(
            "0." + "123456789",
            "01-02-2026 12:30",
            "10.0.0.1",
            "urn:osb:oin:00000099000000001000",
            "2026-03-01T10:00:00Z",
        ),
    ],
)
def test_what_is_no_telephone_number_or_a_made_up_one_is_accepted(text: str) -> None:
    assert list(findings(text)) == []


def test_made_up_data_is_accepted(kgbx: Kgbx, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("0000 XX, jan@example.org, 06 0000 0017", encoding="utf-8")
    ran = kgbx("no-real-persons", tmp_path)
    assert (ran.status, ran.out) == (0, "0 of 1 files refused\n")


@pytest.mark.parametrize("folder", [".git", ".venv", "node_modules", "__pycache__", "site-packages"])
def test_what_is_not_ones_own_is_passed_over_unless_it_is_named(kgbx: Kgbx, tmp_path: Path, folder: str) -> None:
    (tmp_path / folder).mkdir()
    (tmp_path / folder / "a.txt").write_text(REAL_BSN, encoding="utf-8")
    (tmp_path / "b.txt").write_text("", encoding="utf-8")
    assert kgbx("no-real-persons", tmp_path).status == 0
    assert kgbx("no-real-persons", tmp_path / folder).status == 1


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1", "cp1252", "utf-16"])
def test_any_usual_encoding_is_read(encoding: str) -> None:
    text = text_in(f"één\n{REAL_BSN}".encode(encoding))
    assert text is not None
    assert [(line, kind.name) for line, kind in findings(text)] == [(2, "bsn")]


def test_what_is_no_text_is_told_as_not_looked_at(kgbx: Kgbx, tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"\x89PNG\0" + REAL_BSN.encode())
    ran = kgbx("no-real-persons", tmp_path, "--json")
    assert (ran.status, ran.json["files"][0]["ok"], ran.json["files"][0]["findings"]) == (0, False, [])
    lines = kgbx("no-real-persons", tmp_path).out.splitlines()
    assert lines == [f"{tmp_path}/a.png: no text, not looked at", "0 of 1 files refused, 1 not looked at"]


def test_a_file_that_is_too_large_fails(kgbx: Kgbx, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kgbx.cli.persons.MAX_SEARCHED_BYTES", 10)
    (tmp_path / "a.txt").write_text("x" * 11, encoding="utf-8")
    ran = kgbx("no-real-persons", tmp_path)
    assert (ran.status, "too large" in ran.out) == (5, True)


def test_a_pipe_fails_and_is_not_waited_for(kgbx: Kgbx, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.txt")
    assert kgbx("no-real-persons", tmp_path).status == 5


def test_every_kind_says_what_to_write_instead() -> None:
    assert all(": " in sentence for kind in KINDS for sentence in (kind.text.nl, kind.text.en))


def test_findings_are_in_the_order_of_the_text() -> None:
    text = f"{REAL_BSN}\n{REAL_POSTCODE} {REAL_BSN}\n\n{REAL_BSN}"
    assert [(line, kind.name) for line, kind in findings(text)] == [
        (1, "bsn"),
        (2, "postcode"),
        (2, "bsn"),
        (4, "bsn"),
    ]
