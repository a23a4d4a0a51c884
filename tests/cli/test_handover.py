# SPDX-License-Identifier: EUPL-1.2
"""``kgbx handover``: what is refused leaves the file of handovers as it was, and no output names anybody."""

from __future__ import annotations

import json
import stat
from typing import TYPE_CHECKING, Any, Final

import pytest

from tests.case.builders import CHILD, FATHER, MOTHER, an_id, bare, document, full

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Ran

    Kgbx = Callable[..., Ran]

A, B, C = (f"urn:osb:oin:0000009900000000{number}000" for number in (1, 2, 3))
AT: Final = ("--at", "2026-03-02")
REASON: Final = "Lies wil dit niet"


class Desk:
    """Two organisations at the command line, with files in one folder."""

    def __init__(self, kgbx: Kgbx, folder: Path) -> None:
        self.kgbx = kgbx
        self.folder = folder
        self._written = 0
        self.known = self.case("known", involved(A))
        for name, org, first in (("a", A, ["--first"]), ("b", B, [])):
            assert kgbx("handover", "start", self.state(name), "--as", org, "--made-up", *first).status == 0

    def state(self, name: str) -> Path:
        return self.folder / f"{name}.json"

    def step(self, name: str, *event: Any) -> Path:  # noqa: ANN401  # options
        """Take a step and return the message of it."""
        self._written += 1
        out = self.folder / f"{self._written}.body"
        ran = self.kgbx("handover", event[0], *self.named(name, event), "--out", out, *AT)
        assert ran.status == 0, ran.err
        return out

    def named(self, name: str, event: tuple[Any, ...]) -> list[Any]:
        return [self.state(name), *event[1:]]

    def offer(self) -> Path:
        return self.step("a", "offer", "--to", B, "--person", MOTHER, "--person", CHILD, "--case", self.known)

    def take(self, name: str, body: Path, *more: Any, sender: str | None = None) -> Ran:  # noqa: ANN401  # options
        own = {"a": B, "b": A}[name]
        case = () if "--case" in more or name == "a" else ("--case", self.known)
        return self.kgbx("handover", "take", self.state(name), body, "--from", sender or own, *AT, *case, *more)

    def met(self) -> Path:
        """Let both come to the meeting, and return the state file of the receiver."""
        assert self.take("b", self.offer()).status == 0
        assert self.take("a", self.step("b", "step", "accept")).status == 0
        assert self.take("b", self.step("a", "step", "meet")).status == 0
        return self.state("b")

    def completed(self) -> Path:
        """Let the receiver complete, and return its message."""
        self.met()
        case = self.case("b-case", involved(A))
        out = self.folder / "done.body"
        more = ("--name", "Samira Vossen", "--case-out", self.folder / "b-after.json", "--out", out)
        ran = self.kgbx("handover", "complete", self.state("b"), case, *more, *AT)
        assert ran.status == 0, ran.err
        return out

    def case(self, name: str, *involvements: dict[str, Any]) -> Path:
        path = self.folder / f"{name}.json"
        worker = bare(4, name="Anouk Terpstra", org=A)
        people = [full(1, roles=["parent"]), full(3, roles=["child"])]
        value = document(persons=people, professionals=[worker], involvements=list(involvements))
        path.write_text(json.dumps(value), encoding="utf-8")
        return path


def involved(org: str) -> dict[str, Any]:
    told = {"persons": [MOTHER, CHILD], "org": org, "professional": an_id(4), "role": "fixed_contact"}
    return full(0x60, **told, valid_from="2026-01-12")


@pytest.fixture
def desk(kgbx: Kgbx, tmp_path: Path) -> Desk:
    return Desk(kgbx, tmp_path)


def test_the_file_is_for_the_owner_only_and_never_replaced_by_start(desk: Desk) -> None:
    assert stat.S_IMODE(desk.state("a").stat().st_mode) == 0o600
    again = desk.kgbx("handover", "start", desk.state("a"), "--as", A)
    assert (again.status, "U_EXISTS" in again.err) == (2, True)


def test_after_a_completion_each_knows_who_keeps_sight(desk: Desk) -> None:
    body = desk.completed()
    out = desk.folder / "a-after.json"
    ran = desk.take("a", body, "--case", desk.case("a-case", involved(A)), "--case-out", out, "--json")
    assert json.loads(ran.out)["handovers"][0]["watches"] is False
    told = json.loads(desk.kgbx("handover", "show", desk.state("b"), "--json").out)["handovers"]
    assert [(one["state"], one["watches"]) for one in told] == [("completed", True)]
    contacts = json.loads(out.read_text(encoding="utf-8"))["involvements"]
    assert {(one["org"], one.get("valid_until")) for one in contacts} == {(A, None), (A, "2026-03-02"), (B, None)}


def test_a_completion_needs_the_case(desk: Desk) -> None:
    body = desk.completed()
    before = desk.state("a").read_bytes()
    ran = desk.take("a", body)
    assert (ran.status, "--case-out" in ran.err, desk.state("a").read_bytes() == before) == (2, True, True)


def refusals() -> list[tuple[str, dict[str, Any], str]]:
    return [
        ("another sender", {"sender": C}, "D_STEP_SENDER"),
        ("for another", {"recipient": C}, "D_STEP_SENDER"),
        ("real", {"synthetic": None}, "D_SYNTHETIC"),
        ("no schema", {"schema": "x"}, "U_ARGUMENT"),
        ("unknown member", {"x": REASON}, "D_UNKNOWN_MEMBER"),
        ("no steps", {"steps": []}, "D_LENGTH"),
        ("nobody", {"persons": []}, "D_LENGTH"),
        ("unknown handover", {"schema": "https://kgbx.example/messages/handover_answer/1.0"}, "D_MISSING"),
    ]


@pytest.mark.parametrize(("changes", "code"), [row[1:] for row in refusals()], ids=[row[0] for row in refusals()])
def test_what_is_refused_changes_nothing(desk: Desk, changes: dict[str, Any], code: str) -> None:
    value = json.loads(desk.offer().read_text(encoding="utf-8")) | changes
    if code == "D_MISSING":
        value.pop("handover")
    body = desk.folder / "changed.body"
    body.write_text(json.dumps({name: one for name, one in value.items() if one is not None}), encoding="utf-8")
    before = desk.state("b").read_bytes()
    ran = desk.take("b", body)
    assert (ran.status in (1, 2), code in ran.err, desk.state("b").read_bytes() == before) == (True, True, True)
    assert REASON not in ran.out + ran.err


def test_twice_changes_nothing(desk: Desk) -> None:
    body = desk.offer()
    desk.take("b", body)
    before = desk.state("b").read_bytes()
    assert (desk.take("b", body).status, desk.state("b").read_bytes()) == (0, before)


def test_a_step_that_is_not_ones_own_writes_nothing(desk: Desk) -> None:
    desk.offer()
    ran = desk.kgbx("handover", "step", desk.state("a"), "accept", "--out", desk.folder / "no.body", *AT)
    assert (ran.status, "U_STEP" in ran.err, (desk.folder / "no.body").exists()) == (2, True, False)


def test_a_reason_is_written_and_never_shown(desk: Desk) -> None:
    desk.take("b", desk.offer())
    body = desk.step("b", "step", "decline", "--reason", REASON)
    assert REASON in body.read_text(encoding="utf-8")
    ran = desk.take("a", body)
    shown = ran.out + desk.kgbx("handover", "show", desk.state("a"), "--json").out
    assert (ran.status, REASON in shown, "declined" in shown) == (0, False, True)


class TestWordsThatGiveAPlaceAway:
    """A reason is searched for places when the case and the registers are given; else that is said."""

    def declined(self, desk: Desk, reason: str, *more: object) -> Ran:
        desk.take("b", desk.offer())
        options = ("--reason", reason, "--out", desk.folder / "no.body", *more, *AT)
        return desk.kgbx("handover", "step", desk.state("b"), "decline", *options)

    def files(self, desk: Desk) -> tuple[object, ...]:
        told = {"persons": [full(1, roles=["parent"]), full(2)]}
        told["addresses"] = [full(13, persons=[MOTHER], kind="residence", street="Verzonnenlaan", city="Lindeloo")]
        told["protections"] = [full(61, person=MOTHER, blocked=[FATHER], valid_from="2026-01-01")]
        (desk.folder / "secret.json").write_text(json.dumps(document(**told)), encoding="utf-8")
        (desk.folder / "registers.json").write_text('{"format":"kgbx-registers/1"}', encoding="utf-8")
        return ("--case", desk.folder / "secret.json", "--registers", desk.folder / "registers.json")

    def test_then_nothing_is_written_and_nothing_shown(self, desk: Desk) -> None:
        ran = self.declined(desk, "Zij woont aan de Verzonnenlaan", *self.files(desk))
        assert (ran.status, "D_PLACE /steps/0/reason" in ran.err) == (1, True)
        assert "Verzonnenlaan" not in ran.out + ran.err
        assert not (desk.folder / "no.body").exists()

    def test_other_words_are_written(self, desk: Desk) -> None:
        assert self.declined(desk, "Er is geen plaats", *self.files(desk)).err == ""

    def test_without_them_it_is_said(self, desk: Desk) -> None:
        assert "nobody looked" in self.declined(desk, "Er is geen plaats").err

    def test_one_without_the_other_is_wrong_usage(self, desk: Desk) -> None:
        assert self.declined(desk, "Er is geen plaats", *self.files(desk)[:2]).status == 2


@pytest.mark.parametrize("wanted", [(), ("--id", an_id(9))], ids=["none named", "another named"])
def test_which_handover_must_be_clear(desk: Desk, wanted: tuple[str, ...]) -> None:
    if wanted:
        desk.offer()
    out = desk.folder / "no.body"
    ran = desk.kgbx("handover", "step", desk.state("a"), "withdraw", "--reason", REASON, *wanted, "--out", out)
    assert (ran.status, "U_HANDOVER" in ran.err, out.exists()) == (2, True, False)


def test_to_two_at_once_is_refused(desk: Desk) -> None:
    desk.offer()
    out = desk.folder / "no.body"
    more = ("--person", MOTHER, "--case", desk.known, "--out", out, *AT)
    ran = desk.kgbx("handover", "offer", desk.state("a"), "--to", C, *more)
    assert (ran.status, "U_HANDOVER_OPEN" in ran.err, out.exists()) == (2, True, False)


@pytest.mark.parametrize(
    ("changes", "code"),
    [({"turn": 1}, "D_STEP_ORDER"), ({"event": "complete"}, "D_STEP_ORDER"), ({"after": "A" * 43}, "D_STEP_ORDER")],
    ids=["turn", "event", "digest"],
)
def test_a_file_that_somebody_changed_is_refused(desk: Desk, changes: dict[str, Any], code: str) -> None:
    desk.offer()
    value = json.loads(desk.state("a").read_text(encoding="utf-8"))
    value["handovers"][0]["steps"][0] |= changes
    desk.state("a").write_text(json.dumps(value), encoding="utf-8")
    ran = desk.kgbx("handover", "show", desk.state("a"))
    assert (ran.status, code in ran.err) == (1, True)


def test_a_file_about_others_is_refused(desk: Desk) -> None:
    desk.offer()
    value = json.loads(desk.state("a").read_text(encoding="utf-8")) | {"org": C}
    desk.state("a").write_text(json.dumps(value), encoding="utf-8")
    ran = desk.kgbx("handover", "show", desk.state("a"))
    assert (ran.status, "D_STEP_SENDER" in ran.err) == (1, True)


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ((), "U_ARGUMENT"),
        (("--name", "Samira Vossen", "--professional", an_id(4)), "U_ARGUMENT"),
        (("--professional", an_id(4)), "U_RECORD"),
        (("--professional", an_id(99)), "U_RECORD"),
    ],
    ids=["nobody", "two ways", "of another", "unknown"],
)
def test_who_is_the_fixed_contact_must_be_clear(desk: Desk, more: tuple[str, ...], code: str) -> None:
    state = desk.met()
    case, out = desk.case("b-case", involved(A)), desk.folder / "no.body"
    ran = desk.kgbx("handover", "complete", state, case, *more, "--case-out", desk.folder / "c", "--out", out, *AT)
    assert (ran.status, code in ran.err, out.exists()) == (2, True, False)


@pytest.mark.parametrize("there", ["there.body", "there.json"])
def test_of_two_files_none_is_written_when_one_is_there(desk: Desk, there: str) -> None:
    state = desk.met()
    (desk.folder / there).touch()
    more = ("--case-out", desk.folder / "there.json", "--out", desk.folder / "there.body", *AT)
    ran = desk.kgbx("handover", "complete", state, desk.case("b-case", involved(A)), "--name", "Samira Vossen", *more)
    found = [path.stat().st_size for path in desk.folder.glob("there.*")]
    assert (ran.status, "U_EXISTS" in ran.err, found) == (2, True, [0])


def test_a_case_of_nobody_completes_nothing(desk: Desk) -> None:
    state, out = desk.met(), desk.folder / "no.body"
    more = ("--name", "Samira Vossen", "--case-out", desk.folder / "c", "--out", out, *AT)
    ran = desk.kgbx("handover", "complete", state, desk.case("b-case"), *more)
    assert (ran.status, "U_RECORD" in ran.err, out.exists()) == (2, True, False)


class TestWhoHasTheFamily:
    """A family that another organisation is there for is neither offered nor taken over, and nothing changes."""

    def offered(self, desk: Desk, *more: Any) -> tuple[int, str, bool]:  # noqa: ANN401  # options
        before, out = desk.state("a").read_bytes(), desk.folder / "no.body"
        ran = desk.kgbx("handover", "offer", desk.state("a"), "--to", B, "--person", MOTHER, "--out", out, *more, *AT)
        return ran.status, ran.err, out.exists() or desk.state("a").read_bytes() != before

    def test_it_is_not_offered(self, desk: Desk) -> None:
        status, err, changed = self.offered(desk, "--case", desk.case("of-c", involved(C)))
        assert (status, "D_STEP_SENDER" in err, changed) == (1, True, False)

    def test_without_the_case_nothing_is_offered(self, desk: Desk) -> None:
        status, err, changed = self.offered(desk)
        assert (status, "--case" in err, changed) == (2, True, False)

    def test_nor_is_who_the_case_does_not_know(self, desk: Desk) -> None:
        status, err, changed = self.offered(desk, "--person", an_id(77), "--case", desk.known)
        assert (status, "U_RECORD" in err, an_id(77) in err, changed) == (2, True, False, False)

    def test_an_offer_of_another_is_not_taken(self, desk: Desk) -> None:
        body, before = desk.offer(), desk.state("b").read_bytes()
        ran = desk.take("b", body, "--case", desk.case("of-c", involved(C)))
        assert (ran.status, "D_STEP_SENDER" in ran.err, desk.state("b").read_bytes() == before) == (1, True, True)

    def test_nor_is_one_of_which_the_own_case_is_not_given(self, desk: Desk) -> None:
        body, before = desk.offer(), desk.state("b").read_bytes()
        ran = desk.kgbx("handover", "take", desk.state("b"), body, "--from", A, *AT)
        assert (ran.status, "--case" in ran.err, desk.state("b").read_bytes() == before) == (2, True, True)

    def test_nothing_is_completed_that_another_took_over_meanwhile(self, desk: Desk) -> None:
        state, out = desk.met(), desk.folder / "no.body"
        before = state.read_bytes()
        more = ("--name", "Samira Vossen", "--case-out", desk.folder / "c.json", "--out", out, *AT)
        ran = desk.kgbx("handover", "complete", state, desk.case("of-c", involved(C)), *more)
        assert (ran.status, "D_STEP_SENDER" in ran.err, state.read_bytes() == before) == (1, True, True)
        assert not out.exists()

    def test_a_withdrawal_needs_no_case(self, desk: Desk) -> None:
        desk.take("b", desk.offer())
        body = desk.step("a", "step", "withdraw", "--reason", REASON)
        assert desk.kgbx("handover", "take", desk.state("b"), body, "--from", A, *AT).status == 0


class TestTaking:
    """The command takes what the library takes, and nothing else."""

    def test_a_step_of_tomorrow_is_refused(self, desk: Desk) -> None:
        body, before = desk.offer(), desk.state("b").read_bytes()
        ran = desk.kgbx(
            "handover", "take", desk.state("b"), body, "--from", A, "--case", desk.known, "--at", "2026-03-01"
        )
        assert (ran.status, "D_STEP_ORDER" in ran.err, desk.state("b").read_bytes() == before) == (1, True, True)

    def test_the_own_contact_does_not_end_when_the_other_one_is_set_apart(self, desk: Desk) -> None:
        body, before = desk.completed(), desk.state("a").read_bytes()
        begun = json.loads(body.read_text(encoding="utf-8"))["begins"]
        other = involved(B) | {"id": begun["id"], "valid_from": "2026-03-01", "recorded_by": {"org": B}}
        out = desk.folder / "a-after.json"
        ran = desk.take("a", body, "--case", desk.case("a-case", involved(A), other), "--case-out", out)
        assert (ran.status, "D_FIXED_CONTACT" in ran.err, out.exists()) == (1, True, False)
        assert desk.state("a").read_bytes() == before

    def test_a_real_case_and_a_made_up_handover_never_meet(self, desk: Desk) -> None:
        body, before = desk.completed(), desk.state("a").read_bytes()
        real = desk.case("real", involved(A))
        value = json.loads(real.read_text(encoding="utf-8"))
        value.pop("synthetic")
        real.write_text(json.dumps(value), encoding="utf-8")
        ran = desk.take("a", body, "--case", real, "--case-out", desk.folder / "a-after.json")
        assert (ran.status, "D_SYNTHETIC" in ran.err, desk.state("a").read_bytes() == before) == (1, True, True)
