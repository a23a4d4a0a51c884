# SPDX-License-Identifier: EUPL-1.2
"""``kgbx consult``: a question that leads to nobody, its answer, and what is told when something does."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from kgbx.limits import CONSULT_BYTES, MAX_CONSULT_TEXT_CHARS
from kgbx.resources import examples_path
from kgbx.story import AnonymousAnswer, AnonymousQuestion
from tests.cli.conftest import GI

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Ran, Region

    Kgbx = Callable[..., Ran]

AT = "2026-03-02T12:00:00Z"
CASE = examples_path("journey", "case.json")
QUESTION = "Een kind slaapt slecht en maakt zich zorgen.\nWat kunnen wij doen?"
ANSWER = "Praat met het kind alleen, en daarna met de ouders."


def ask(kgbx: Kgbx, tmp: Path, *more: object, text: str = QUESTION) -> Ran:
    (tmp / "text.txt").write_text(text, encoding="utf-8")
    return kgbx("consult", "ask", CASE, tmp / "text.txt", "--out", tmp / "question.json", "--at", AT, *more)


def answer(kgbx: Kgbx, tmp: Path, *more: object) -> Ran:
    (tmp / "words.txt").write_text(ANSWER, encoding="utf-8")
    return kgbx("consult", "answer", tmp / "question.json", tmp / "words.txt", "--out", tmp / "answer.json", *more)


def test_a_question_is_written_and_shown(kgbx: Kgbx, tmp_path: Path) -> None:
    ran = ask(kgbx, tmp_path)
    assert (ran.status, ran.err) == (0, "")
    assert "  child, 9 years" in ran.out.splitlines()
    assert len((tmp_path / "question.json").read_bytes()) == CONSULT_BYTES


def test_a_trace_is_told_by_place_and_nothing_is_written(kgbx: Kgbx, tmp_path: Path) -> None:
    surname = json.loads(CASE.read_bytes())["persons"][0]["name"]["surname"]
    ran = ask(kgbx, tmp_path, text=f"Een vraag.\nOver {surname}, sinds maart 2019.")
    assert ran.status == 1
    assert "Line 2, character 6: here stands a name." in ran.out
    assert "here stands a date or year" in ran.out
    assert surname.lower() not in (ran.out + ran.err).lower()
    assert not (tmp_path / "question.json").exists()


def test_programs_get_kind_and_place(kgbx: Kgbx, tmp_path: Path) -> None:
    ran = ask(kgbx, tmp_path, "--json", text="Sinds 2019 gaat het slecht.")
    assert ran.status == 1
    assert ran.json == {"traces": [{"kind": "date", "start": 6, "end": 10, "line": 1, "character": 7}]}


def test_an_answer_goes_with_the_question(kgbx: Kgbx, tmp_path: Path) -> None:
    asked = ask(kgbx, tmp_path, "--json").json
    assert answer(kgbx, tmp_path, "--json").json == {"lane": None, "answer_token": asked["answer_token"]}
    assert AnonymousAnswer.read((tmp_path / "answer.json").read_bytes()).answer == ANSWER
    shown = kgbx("consult", "read", tmp_path / "answer.json")
    assert (shown.status, shown.out) == (0, f"{ANSWER}\n")


def test_a_question_is_read_in_dutch(kgbx: Kgbx, tmp_path: Path) -> None:
    ask(kgbx, tmp_path)
    shown = kgbx("--lang", "nl", "consult", "read", tmp_path / "question.json")
    assert "  kind, 9 jaar" in shown.out.splitlines()
    assert shown.out.endswith(f"{QUESTION}\n")


def test_a_question_is_sealed_and_opened(kgbx: Kgbx, region: Region, tmp_path: Path) -> None:
    sealing = ("--identity", region.identity("team"), "--to", GI, *region.known)
    assert ask(kgbx, tmp_path, *sealing, "--json").json["lane"] is not None
    opening = ("--identity", region.identity("gi"), *region.known, "--at", AT, "--out", tmp_path / "opened")
    assert kgbx("unseal", tmp_path / "question.json", *opening).status == 0
    body = tmp_path / "opened" / "0.json"
    assert AnonymousQuestion.read(body.read_bytes()).question == QUESTION


def test_half_of_the_sealing_options_is_wrong_usage(kgbx: Kgbx, tmp_path: Path) -> None:
    ran = ask(kgbx, tmp_path, "--to", GI, "--json")
    assert (ran.status, ran.json["error"]["code"]) == (2, "U_ARGUMENT")


def test_an_existing_file_is_left_alone(kgbx: Kgbx, tmp_path: Path) -> None:
    ask(kgbx, tmp_path)
    before = (tmp_path / "question.json").read_bytes()
    ran = ask(kgbx, tmp_path, "--json")
    assert (ran.status, ran.json["error"]["code"]) == (2, "U_EXISTS")
    assert (tmp_path / "question.json").read_bytes() == before


@pytest.mark.parametrize(
    "data", [b"", b"a" * (MAX_CONSULT_TEXT_CHARS + 1), b"\xff\xfe"], ids=["empty", "long", "bytes"]
)
def test_a_text_that_is_none_is_refused(kgbx: Kgbx, tmp_path: Path, data: bytes) -> None:
    (tmp_path / "other.txt").write_bytes(data)
    ran = kgbx("consult", "ask", CASE, tmp_path / "other.txt", "--out", tmp_path / "q.json", "--json")
    assert (ran.status, ran.json["error"]["code"]) == (1, "D_INVALID")


def test_what_is_no_consult_is_refused(kgbx: Kgbx) -> None:
    ran = kgbx("consult", "read", CASE, "--json")
    assert (ran.status, ran.json["error"]["code"]) == (1, "D_INVALID")
