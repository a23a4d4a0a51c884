# SPDX-License-Identifier: EUPL-1.2
"""Diff and merge on the command line: ids and places, content only when asked for, nothing chosen or overwritten."""

from __future__ import annotations

import json
import stat
from typing import TYPE_CHECKING, Any

import pytest

from kgbx.case import FamilyCase
from kgbx.resources import examples_path
from tests.case.builders import (
    CHILD,
    CONSENT,
    FATHER,
    GI,
    MOTHER,
    PERIOD,
    SMALLEST,
    an_id,
    as_real,
    bare,
    document,
    full,
    words,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.case.builders import Value
    from tests.cli.conftest import Ran

    Kgbx = Callable[..., Ran]

JOURNEY = examples_path("journey", "case.json")
ERASURE = bare(90, record=MOTHER, rule="unlawful", on="2026-03-01")
SECRET = "Rob mag het nooit weten"


def told(text: str, number: int = 5) -> Value:
    return SMALLEST["statements"] | {"id": an_id(number), "wording": words(text)}


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Write a document to a file of this name."""

    def written(name: str, value: object) -> Path:
        path = tmp_path / name
        path.write_text(json.dumps(value), encoding="utf-8")
        return path

    return written


def correction(write: Callable[..., Path]) -> tuple[Path, Path]:
    link = bare(50, from_=an_id(6), kind="replaces", to=an_id(5))
    old, new = (
        document(statements=[told(SECRET)]),
        document(statements=[told(SECRET), told("Anders.", 6)], links=[link]),
    )
    return write("old.json", old), write("new.json", new)


# --- diff


def test_a_case_does_not_differ_from_itself(kgbx: Kgbx) -> None:
    ran = kgbx("diff", JOURNEY, JOURNEY)
    assert (ran.status, ran.out) == (0, "No difference.\n")


def test_a_difference_is_told_by_type_id_and_place(kgbx: Kgbx, write: Callable[..., Path]) -> None:
    ran = kgbx("diff", *correction(write))
    assert ran.status == 0
    assert f"statements             {an_id(6)} replaces {an_id(5)}\n      /wording/text\n" in ran.out
    assert f"Added: 2\n  statements             {an_id(6)}\n  links " in ran.out


def test_a_difference_in_dutch(kgbx: Kgbx, write: Callable[..., Path]) -> None:
    ran = kgbx("--lang", "nl", "diff", *correction(write))
    assert f"{an_id(6)} vervangt {an_id(5)}" in ran.out
    assert kgbx("--lang", "nl", "diff", JOURNEY, JOURNEY).out == "Geen verschil.\n"


@pytest.mark.parametrize("options", [(), ("--json",)])
def test_content_is_not_shown(kgbx: Kgbx, write: Callable[..., Path], options: tuple[str, ...]) -> None:
    ran = kgbx("diff", *correction(write), *options)
    assert not [text for text in (SECRET, "Anders", "woordelijk") if text in ran.out + ran.err]


def test_content_is_shown_to_who_asks(kgbx: Kgbx, write: Callable[..., Path]) -> None:
    ran = kgbx("diff", *correction(write), "--show-values")
    assert f'/wording/text: "{SECRET}" -> "Anders."' in ran.out


def test_content_cannot_steer_a_terminal(kgbx: Kgbx, write: Callable[..., Path]) -> None:
    new = write("new.json", document(statements=[told("a\u009b31m\u202eb")]))
    ran = kgbx("diff", write("old.json", document()), new, "--show-values")
    assert r"a\u009b31m\u202eb" in ran.out


def test_a_program_gets_everything_in_one_object(kgbx: Kgbx, write: Callable[..., Path]) -> None:
    told_by_program: dict[str, Any] = kgbx("diff", *correction(write), "--json", "--show-values").json
    (pair,) = told_by_program["replaced"]
    assert (pair["type"], pair["id"], pair["replaces"]) == ("statements", an_id(6), an_id(5))
    assert pair["values"] == {"/wording/text": {"old": SECRET, "new": "Anders."}}
    assert [row["record"]["id"] for row in told_by_program["added"]] == [an_id(6), an_id(50)]
    assert told_by_program["different"] is True


def test_erased_missing_and_changed_are_told_apart(kgbx: Kgbx, write: Callable[..., Path]) -> None:
    old = write("old.json", document(persons=[full(1), full(2), full(3)]))
    new = write("new.json", document(persons=[full(2, sex="man")], erasures=[ERASURE]))
    found = kgbx("diff", old, new, "--json").json
    rows = {part: [row["id"] for row in found[part]] for part in ("erased", "removed", "changed")}
    assert rows == {"erased": [MOTHER], "removed": [CHILD], "changed": [FATHER]}
    assert found["changed"][0]["members"] == ["/sex"]


def test_what_differs_beside_the_records_is_told(kgbx: Kgbx, write: Callable[..., Path]) -> None:
    rows = [full(1), full(2)]
    old = write("old.json", document(persons=rows, disputed=[MOTHER]) | {"id": an_id(8)})
    ran = kgbx("diff", old, write("new.json", as_real(document(persons=rows))))
    assert ran.out.splitlines() == [
        f"Id of the case: {an_id(8)} -> -",
        "Made up: yes -> no",
        "Disputed: 0 added, 1 gone",
    ]


def test_two_types_of_one_id_are_told(kgbx: Kgbx, write: Callable[..., Path]) -> None:
    old = write("old.json", document(persons=[full(5)]))
    ran = kgbx("diff", old, write("new.json", document(statements=[told("x")])))
    assert "another type of record" in ran.out


def test_an_error_says_in_which_file(kgbx: Kgbx, write: Callable[..., Path]) -> None:
    bad = write("bad.json", document(persons=[full(1, sex="x")]))
    ran = kgbx("diff", JOURNEY, bad)
    assert (ran.status, ran.err.splitlines()[0]) == (1, f"{bad}: not ok")
    assert "D_CODE /persons/0/sex" in ran.err


def test_a_file_that_is_not_there_is_status_5(kgbx: Kgbx, tmp_path: Path) -> None:
    assert kgbx("diff", JOURNEY, tmp_path / "nothing.json").status == 5


# --- merge


def test_cases_become_one_file_for_its_owner_only(kgbx: Kgbx, write: Callable[..., Path], tmp_path: Path) -> None:
    one, other = write("one.json", document(persons=[full(1)])), write("other.json", document(persons=[full(2)]))
    ran = kgbx("merge", one, other, "--out", tmp_path / "out.json")
    merged = FamilyCase.from_json((tmp_path / "out.json").read_bytes())
    assert (ran.status, {record.id for record in merged}) == (0, {MOTHER, FATHER})
    assert stat.S_IMODE((tmp_path / "out.json").stat().st_mode) == 0o600
    assert "Together: 2 records" in ran.out


def test_the_order_of_files_does_not_matter(kgbx: Kgbx, write: Callable[..., Path], tmp_path: Path) -> None:
    rows = {
        "a": document(persons=[full(1, sex="man")]),
        "b": document(persons=[full(1)]),
        "c": document(erasures=[ERASURE]),
    }
    files = {name: write(f"{name}.json", value) for name, value in rows.items()}
    for number, order in enumerate(["abc", "cba", "bca"]):
        ran = kgbx("merge", "--own-copies", *(files[name] for name in order), "--out", tmp_path / f"{number}.json")
        assert ran.status == 0
    assert len({(tmp_path / f"{number}.json").read_bytes() for number in range(3)}) == 1


def test_what_became_of_each_file_is_told(kgbx: Kgbx, write: Callable[..., Path], tmp_path: Path) -> None:
    one = write("one.json", document(persons=[full(1), full(2)]))
    other = write("other.json", document(persons=[full(2)], erasures=[ERASURE]))
    ran = kgbx("merge", "--own-copies", one, other, "--out", tmp_path / "out.json", "--json")
    assert [(row["records"], row["only_here"], row["erased"]) for row in ran.json["files"]] == [(2, 0, 1), (2, 1, 0)]
    assert (ran.json["records"], ran.json["conflicts"], ran.json["warnings"]) == (2, [], 0)


def test_two_corrections_of_one_record_are_told(kgbx: Kgbx, write: Callable[..., Path], tmp_path: Path) -> None:
    def corrected(number: int) -> Value:
        link = bare(50 + number, from_=an_id(number), kind="replaces", to=MOTHER)
        return document(persons=[full(1), full(number)], links=[link])

    files = [write(f"{number}.json", corrected(number)) for number in (2, 3)]
    ran = kgbx("--lang", "nl", "merge", "--own-copies", *files, "--out", tmp_path / "out.json")
    assert "Records met meer dan een correctie: 1." in ran.out
    assert f"  {MOTHER}: {FATHER}, {CHILD}" in ran.out


def test_contradictions_are_counted_as_warnings(kgbx: Kgbx, write: Callable[..., Path], tmp_path: Path) -> None:
    relation = full(9, from_=MOTHER, to=CHILD, kind="partner", valid_from="1970")
    relation["recorded_by"] = {"org": "urn:osb:oin:00000099000000002000"}
    files = [
        write("a.json", document(persons=[full(1, birth_date="1986")])),
        write("b.json", document(relations=[relation])),
    ]
    ran = kgbx("merge", "--own-copies", *files, "--out", tmp_path / "out.json")
    assert "Warnings: 1." in ran.out


@pytest.mark.parametrize("options", [(), ("--json",)])
def test_one_id_with_two_contents_writes_nothing(
    kgbx: Kgbx, write: Callable[..., Path], tmp_path: Path, options: tuple[str, ...]
) -> None:
    files = [write(f"{sex}.json", document(persons=[full(1, sex=sex)])) for sex in ("man", "vrouw")]
    ran = kgbx("merge", *files, "--out", tmp_path / "out.json", *options)
    assert (ran.status, (tmp_path / "out.json").exists()) == (1, False)
    assert f"persons {MOTHER}: {files[0]}, {files[1]}" in ran.err
    assert not options or (ran.json["error"]["code"], ran.json["clashes"][0]["id"]) == ("D_CONFLICT", MOTHER)


def test_two_erasures_with_one_id_and_other_content_write_nothing(
    kgbx: Kgbx, write: Callable[..., Path], tmp_path: Path
) -> None:
    rows = [ERASURE, ERASURE | {"rule": "request_other"}]
    files = [write(f"{number}.json", document(erasures=[row])) for number, row in enumerate(rows)]
    ran = kgbx("merge", *files, "--out", tmp_path / "out.json", "--json")
    assert (ran.status, ran.json["clashes"][0]["types"]) == (1, ["erasures"])


def test_an_erasure_is_in_nobodys_way_and_is_never_erased_itself(
    kgbx: Kgbx, write: Callable[..., Path], tmp_path: Path
) -> None:
    rows = [ERASURE, ERASURE | {"rule": "request_other"}, ERASURE | {"id": an_id(91), "record": an_id(90)}]
    files = [write(f"{number}.json", document(erasures=[row])) for number, row in enumerate(rows)]
    ran = kgbx("merge", *files, "--out", tmp_path / "out.json", "--json")
    assert (ran.status, [clash["id"] for clash in ran.json["clashes"]]) == (1, [an_id(90)])


def test_made_up_and_real_never_merge(kgbx: Kgbx, write: Callable[..., Path], tmp_path: Path) -> None:
    files = [write("a.json", document()), write("b.json", as_real(document()))]
    ran = kgbx("merge", *files, "--out", tmp_path / "out.json", "--json")
    assert (ran.status, ran.json["error"]["code"]) == (1, "D_SYNTHETIC")


def test_nothing_is_overwritten(kgbx: Kgbx, write: Callable[..., Path]) -> None:
    files = [write(f"{number}.json", document(persons=[full(number)])) for number in (1, 2)]
    before = files[0].read_bytes()
    assert kgbx("merge", *files, "--out", files[0]).status == 2
    assert files[0].read_bytes() == before


def test_one_file_is_nothing_to_merge(kgbx: Kgbx, tmp_path: Path) -> None:
    assert kgbx("merge", JOURNEY, "--out", tmp_path / "out.json").status == 2


def test_parts_that_would_make_no_valid_whole_are_refused_and_nothing_is_written(
    kgbx: Kgbx, write: Callable[..., Path], tmp_path: Path
) -> None:
    """One organisation's two views may each lack what ends a contradiction in the other."""
    told_twice = [told(SECRET), told("Anders.", 6)]
    links = [
        bare(50, from_=an_id(6), kind="replaces", to=an_id(5)),
        bare(51, from_=an_id(5), kind="replaces", to=an_id(6)),
    ]
    parts = [write(f"{place}.json", document(statements=told_twice, links=[link])) for place, link in enumerate(links)]
    ran = kgbx("merge", "--own-copies", *parts, "--out", tmp_path / "whole.json")
    assert (ran.status, "KGBX-R-014" in ran.err, (tmp_path / "whole.json").exists()) == (1, True, False)
    assert SECRET not in ran.out + ran.err


# --- merge is for the own case


def a_permit(number: int = 60, **members: object) -> Value:
    return full(number, **CONSENT, **PERIOD) | members


SHIELD = full(61, person=MOTHER, blocked=[FATHER], valid_from="2026-01-01")
FAMILY = [full(number) for number in (1, 2, 3)]
KIN = full(62, from_=MOTHER, to=an_id(92), kind="partner")
OWN = document(persons=FAMILY, protections=[SHIELD], relations=[KIN])
DOING = {
    "an erasure of a protection": document(erasures=[bare(90, record=an_id(61), rule="unlawful", on="2026-03-01")]),
    "a correction": document(persons=[full(4)], links=[bare(50, from_=an_id(4), kind="replaces", to=MOTHER)]),
    "a permit that says it was recorded here": document(persons=FAMILY, consents=[a_permit()]),
    "that two are one": document(persons=FAMILY, same_person=[bare(91, a=MOTHER, b=FATHER, basis="bsn")]),
    "that two are one, another says": document(
        persons=FAMILY, same_person=[bare(91, a=MOTHER, b=FATHER, basis="bsn", recorded_by={"org": GI})]
    ),
    "how old somebody is": document(persons=[full(92, birth_date="1990-01-01", recorded_by={"org": GI})]),
}
DOES = frozenset(an_id(number) for number in (50, 60, 90, 91, 92))


@pytest.mark.parametrize("value", DOING.values(), ids=DOING)
@pytest.mark.parametrize("turned", [False, True], ids=["last", "first"])
def test_what_would_do_something_to_another_file_is_refused(
    kgbx: Kgbx, write: Callable[..., Path], tmp_path: Path, value: Value, *, turned: bool
) -> None:
    files = [write("own.json", OWN), write("other.json", value)][:: -1 if turned else 1]
    ran = kgbx("merge", *files, "--out", tmp_path / "out.json", "--json")
    assert (ran.status, ran.json["error"]["code"]) == (2, "U_OWN_COPIES")
    assert DOES.intersection(one["id"] for one in ran.json["doing"])
    assert "kgbx receive" in ran.err
    assert not (tmp_path / "out.json").exists()


@pytest.mark.parametrize("value", DOING.values(), ids=DOING)
def test_copies_of_the_own_case_are_merged_whatever_they_do(
    kgbx: Kgbx, write: Callable[..., Path], tmp_path: Path, value: Value
) -> None:
    files = [write("own.json", OWN), write("other.json", value)]
    assert kgbx("merge", "--own-copies", *files, "--out", tmp_path / "out.json").status == 0


@pytest.mark.parametrize(
    "row", [a_permit(decision="refuse"), a_permit() | {"recorded_by": {"org": GI}}], ids=["refusal", "of another"]
)
def test_what_only_stands_beside_is_merged(kgbx: Kgbx, write: Callable[..., Path], tmp_path: Path, row: Value) -> None:
    files = [write("own.json", OWN), write("other.json", document(persons=FAMILY, consents=[row]))]
    assert kgbx("merge", *files, "--out", tmp_path / "out.json").status == 0
