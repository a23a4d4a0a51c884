# SPDX-License-Identifier: EUPL-1.2
"""``kgbx receive``: what another organisation sent stands beside what is here, and touches nothing of it."""

from __future__ import annotations

import json
import stat
from typing import TYPE_CHECKING, Final

import pytest

from kgbx.case import FamilyCase
from kgbx.resources import examples_path
from tests.case.builders import CHILD, FATHER, MOTHER, TEAM, an_id, as_real, bare, document, full, words

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.case.builders import Value
    from tests.cli.conftest import Ran

    Kgbx = Callable[..., Ran]

OTHER: Final = "urn:osb:oin:00000099000000003000"
SENT: Final = ("--as", TEAM, "--from", OTHER)
SECRET: Final = "Rob mag het nooit weten"
OWN: Final = document(
    persons=[full(1), full(2), full(3), full(5)],
    same_person=[bare(80, a=CHILD, b=an_id(5), basis="register")],
    protections=[full(61, person=MOTHER, blocked=[FATHER], valid_from="2026-01-01")],
)


ABOUT_MOTHER: Final = {
    "kind": "mening",
    "topics": ["parent.view"],
    "about": [MOTHER],
    "told_by": {"person": MOTHER},
    "told_on": "2026-02",
    "wording": words(SECRET),
}
REACTED: Final = {"reacted_on": "2026-03-01"}


def of_other(value: Value) -> Value:
    return value | {"recorded_by": {"org": OTHER}}


def strength(number: int) -> Value:
    return of_other(full(number, domain="network", persons=[MOTHER], words=words(SECRET)))


@pytest.fixture
def files(tmp_path: Path) -> Callable[..., tuple[Path, Path]]:
    """Write the own case and what arrives."""

    def written(arrived: Value, own: Value = OWN) -> tuple[Path, Path]:
        paths = tmp_path / "own.json", tmp_path / "received.json"
        for path, value in zip(paths, (own, arrived), strict=True):
            path.write_text(json.dumps(value), encoding="utf-8")
        return paths

    return written


def test_what_may_stand_here_is_taken_in(kgbx: Kgbx, files: Callable[..., tuple[Path, Path]], tmp_path: Path) -> None:
    ran = kgbx("receive", *files(document(strengths=[strength(70)])), *SENT, "--out", tmp_path / "out.json")
    assert (ran.status, ran.out.splitlines()) == (0, ["Taken in: 1 records", "     1  strengths", "Set apart: 0"])
    assert an_id(70) in FamilyCase.from_json((tmp_path / "out.json").read_bytes())
    assert stat.S_IMODE((tmp_path / "out.json").stat().st_mode) == 0o600


TOUCHING = {
    "ERASES_HERE": {"erasures": [of_other(bare(90, record=an_id(61), rule="unlawful", on="2026-03-01"))]},
    "NOT_RECORDED_HERE": {"protections": [full(62, person=CHILD, blocked=[MOTHER], valid_from="2026-01-01")]},
    "CORRECTS_OTHERS": {
        "persons": [of_other(full(4))],
        "links": [of_other(bare(91, from_=an_id(4), kind="replaces", to=MOTHER))],
    },
    "JOINS_WHO_IS_KEPT_APART": {"same_person": [of_other(bare(92, a=MOTHER, b=FATHER, basis="professional"))]},
    "PROTECTS_FROM_ONESELF": {
        "protections": [of_other(full(63, person=CHILD, blocked=[an_id(5)], valid_from="2026-01-01"))]
    },
}


@pytest.mark.parametrize(("code", "rows"), TOUCHING.items(), ids=TOUCHING)
def test_what_would_touch_what_is_here_is_set_apart(
    kgbx: Kgbx, files: Callable[..., tuple[Path, Path]], tmp_path: Path, code: str, rows: Value
) -> None:
    arrived = document(strengths=[strength(70)], **rows)
    ran = kgbx("receive", *files(arrived), *SENT, "--out", tmp_path / "out.json", "--json")
    array = list(rows)[-1]
    row = {"record": rows[array][0]["id"], "type": array, "pointer": f"/{array}/0", "reasons": [code]}
    assert (ran.status, ran.json["apart"]) == (4, [row])
    merged = FamilyCase.from_json((tmp_path / "out.json").read_bytes())
    assert (row["record"] in merged, an_id(61) in merged, an_id(70) in merged) == (False, True, True)


@pytest.mark.parametrize("language", ["nl", "en"])
def test_why_is_said_and_nothing_of_what_arrived(
    kgbx: Kgbx, files: Callable[..., tuple[Path, Path]], language: str
) -> None:
    rows = {array: made for one in TOUCHING.values() for array, made in one.items()}
    ran = kgbx("--lang", language, "receive", *files(document(strengths=[strength(70)], **rows)), *SENT)
    assert ("Apart gezet: 4" if language == "nl" else "Set apart: 4") in ran.out
    assert f"  /links/0 {an_id(91)}: CORRECTS_OTHERS" in ran.out
    assert SECRET not in ran.out + ran.err


def test_without_a_place_to_write_nothing_is_written(
    kgbx: Kgbx, files: Callable[..., tuple[Path, Path]], tmp_path: Path
) -> None:
    assert kgbx("receive", *files(document(strengths=[strength(70)])), *SENT).status == 0
    assert {one.name for one in tmp_path.iterdir()} == {"own.json", "received.json"}


def test_an_id_with_another_content_is_set_apart(
    kgbx: Kgbx, files: Callable[..., tuple[Path, Path]], tmp_path: Path
) -> None:
    arrived = document(persons=[full(1, sex="man")], strengths=[strength(70)])
    ran = kgbx("receive", *files(arrived), *SENT, "--out", tmp_path / "out.json", "--json")
    assert (ran.status, {MOTHER: ["DIFFERS_HERE"]}) == (4, {row["record"]: row["reasons"] for row in ran.json["apart"]})
    assert FamilyCase.from_json((tmp_path / "out.json").read_bytes()).get(MOTHER) == FamilyCase.from_json(
        (tmp_path / "own.json").read_bytes()
    ).get(MOTHER)


def test_made_up_and_real_never_meet(kgbx: Kgbx, files: Callable[..., tuple[Path, Path]]) -> None:
    ran = kgbx("receive", *files(as_real(document(strengths=[strength(70)]))), *SENT, "--json")
    assert (ran.status, ran.json["error"]["code"]) == (1, "D_SYNTHETIC")


def test_a_family_that_is_not_known_yet(kgbx: Kgbx, files: Callable[..., tuple[Path, Path]], tmp_path: Path) -> None:
    own = as_real(document()) | {"id": an_id(8)}
    ran = kgbx("receive", *files(document(strengths=[strength(70)]), own), *SENT, "--out", tmp_path / "out.json")
    merged = FamilyCase.from_json((tmp_path / "out.json").read_bytes())
    assert (ran.status, merged.id, merged.synthetic) == (0, an_id(8), True)


@pytest.mark.parametrize(
    "options", [("--as", TEAM, "--from", TEAM), (*SENT, "--purpose", "care"), (*SENT, "--registers", "x.json")]
)
def test_wrong_usage(kgbx: Kgbx, files: Callable[..., tuple[Path, Path]], options: tuple[str, ...]) -> None:
    assert kgbx("receive", *files(document()), *options).status == 2


def test_with_registers_it_is_checked_too_whether_it_may_be_used(kgbx: Kgbx, tmp_path: Path) -> None:
    gi, team = ("urn:osb:oin:00000099000000002000", "urn:osb:oin:00000099000000001000")
    registers = ("--registers", examples_path("journey", "registers.json"))
    empty = tmp_path / "empty.json"
    empty.write_text(json.dumps(as_real(document())), encoding="utf-8")
    names = ("receive", empty, examples_path("journey", "case.json"), "--as", gi, "--from", team, "--at", "2026-03-02")
    checked = kgbx(*names, *registers, "--purpose", "protection", "--json")
    codes = {code for row in checked.json["apart"] for code in row["reasons"]}
    assert (checked.status, {"NOT_NECESSARY", "WORKING_NOTE"} <= codes) == (4, True)
    unchecked = kgbx(*names, "--json")
    assert "without --registers" in unchecked.err
    assert len(unchecked.json["apart"]) < len(checked.json["apart"])


class TestWhatIsNew:
    """What is new, disputed, answered and still missing is told, in ids and needs, never in words of what arrived."""

    arrived: Final = document(
        strengths=[strength(70)],
        statements=[of_other(full(71, **ABOUT_MOTHER))],
        reactions=[of_other(full(72, record=an_id(71), by=MOTHER, kind="oneens", words=words(SECRET), **REACTED))],
    )

    def test_for_programs(self, kgbx: Kgbx, files: Callable[..., tuple[Path, Path]]) -> None:
        ran = kgbx("receive", *files(self.arrived), *SENT, "--for", "lokaal_team", "--at", "2026-03-02", "--json")
        told = json.loads(ran.out)
        assert {row["record"] for row in told["new"]} == {an_id(70), an_id(71), an_id(72)}
        assert (told["disputed"], told["gone"], told["taken_in"]) == ([an_id(71)], [], 3)
        assert told["answered"] == [{"need": "strengths", "status": "told", "level": "should"}]
        assert told["missing"]
        assert SECRET not in ran.out

    def test_for_people(self, kgbx: Kgbx, files: Callable[..., tuple[Path, Path]]) -> None:
        ran = kgbx("receive", *files(self.arrived), *SENT, "--for", "lokaal_team", "--at", "2026-03-02")
        lines = ran.out.splitlines()
        assert f"  statements {an_id(71)}" in lines
        assert any(line.startswith("Still not known: ") for line in lines)
        assert SECRET not in ran.out

    def test_without_a_function_needs_are_not_looked_at(
        self, kgbx: Kgbx, files: Callable[..., tuple[Path, Path]]
    ) -> None:
        told = json.loads(kgbx("receive", *files(self.arrived), *SENT, "--json").out)
        assert told.keys() == {"taken_in", "apart", "new", "disputed", "gone"}

    def test_a_function_without_a_profile_is_wrong_usage(
        self, kgbx: Kgbx, files: Callable[..., tuple[Path, Path]]
    ) -> None:
        ran = kgbx("receive", *files(self.arrived), *SENT, "--for", "court")
        assert (ran.status, "U_PROFILE" in ran.err) == (2, True)
