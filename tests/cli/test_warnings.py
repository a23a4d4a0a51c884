# SPDX-License-Identifier: EUPL-1.2
"""``kgbx warnings``: what is printed and what never is, its exit statuses; docs/howto/warnings.md does what it says."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from kgbx.consent.texts import strings_in
from kgbx.consent.warnings_kinds import KINDS
from kgbx.resources import examples_path
from tests.consent.insight import CASE, DAAN, SHELTER, TEAM

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cli.conftest import Ran

ROOT: Final = Path(__file__).resolve().parents[2]
PAGE: Final = (ROOT / "docs" / "howto" / "warnings.md").read_text(encoding="utf-8")
BLOCKS: Final = re.findall(r"^```console\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
COMMAND: Final = re.compile(r"^\$ (?P<line>.*)\n(?P<printed>(?:(?!\$ ).*\n)*)", re.MULTILINE)
FILE: Final = examples_path("journey", "case.json")
OWN: Final = ("--as", TEAM, "--registers", examples_path("journey", "registers.json"))
LATE: Final = ("--at", "2026-08-31")
ID: Final = re.compile(r"[0-9a-f-]{36}|urn:osb:oin:[0-9]{20}")


def test_it_says_day_kind_what_to_do_and_ids(kgbx: Callable[..., Ran]) -> None:
    ran = kgbx("warnings", FILE, *OWN, *LATE, "--days", 1)
    assert (ran.status, ran.err) == (0, "")
    assert ran.out.startswith("Now or before: ")
    assert "\nWithin 1 day: 13\n" in ran.out
    assert "2026-09-01  REFUSAL_ENDS\n  This refusal ends. That is no permit" in ran.out
    assert f"    consents 5f8f56c0-a6a5-4a95-a12b-810cad5686c1; ask {DAAN}\n" in ran.out


def test_in_dutch_too(kgbx: Callable[..., Ran]) -> None:
    ran = kgbx("--lang", "nl", "warnings", FILE, *OWN, *LATE)
    assert "Binnen 60 dagen: 13" in ran.out
    assert f"    toestemmingen 5f8f56c0-a6a5-4a95-a12b-810cad5686c1; vraag {DAAN}\n" in ran.out
    assert "    beleid nl-2026-01\n" in ran.out


@pytest.mark.parametrize("form", [(), ("--json",)])
@pytest.mark.parametrize("at", ["2026-03-10", "2026-08-31", "2046-01-01"])
def test_no_words_names_or_places_of_the_case(kgbx: Callable[..., Ran], at: str, form: tuple[str, ...]) -> None:
    ran = kgbx("warnings", FILE, *OWN, "--at", at, "--days", 400, *form)
    texts = {text for one in CASE for text in strings_in(one) if len(text) > 3 and not ID.fullmatch(text)}
    held = {text for text in texts if " " in text or text[0].isupper()}
    assert len(held) > 100
    assert [text for text in (*held, SHELTER) if text in ran.out] == []


def test_json_is_one_object_with_codes(kgbx: Callable[..., Ran]) -> None:
    found = kgbx("warnings", FILE, *OWN, *LATE, "--json").json
    assert (found["at"], found["days"]) == ("2026-08-30T22:00:00Z", 60)
    assert {row["kind"] for row in found["warnings"]} <= set(KINDS)
    days = [row["on"] for row in found["warnings"]]
    assert days == sorted(days)
    row = next(row for row in found["warnings"] if row["record"].startswith("f0b878c8"))
    assert (row["due"], row["type"], row["deciders"], row["deciders_left_out"]) == (False, "consents", [], True)


@pytest.mark.parametrize(("arguments", "status"), [((), 0), (("--fail",), 1), (("--days", "-1"), 2)])
def test_only_with_fail_the_status_tells(kgbx: Callable[..., Ran], arguments: tuple[str, ...], status: int) -> None:
    assert kgbx("warnings", FILE, *OWN, *LATE, *arguments).status == status


def test_with_fail_nothing_to_tell_is_status_nought(kgbx: Callable[..., Ran], tmp_path: Path) -> None:
    empty = tmp_path / "empty.json"
    head = {"schema": json.loads(FILE.read_bytes())["schema"], "synthetic": True}
    empty.write_text(json.dumps(head), encoding="utf-8")
    assert kgbx("warnings", empty, *OWN, "--at", "2026-03-10", "--fail").status == 0


def test_a_file_that_is_no_case_is_a_document_error(kgbx: Callable[..., Ran], tmp_path: Path) -> None:
    (tmp_path / "none.json").write_text("{}", encoding="utf-8")
    assert kgbx("warnings", tmp_path / "none.json", *OWN).status == 1
    assert kgbx("warnings", tmp_path / "absent.json", *OWN).status == 5


def test_the_page_does_what_it_says(tmp_path: Path) -> None:
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = os.environ | {"PATH": path, "KGBX_LANG": "en"}
    found = [command for block in BLOCKS for command in COMMAND.finditer(block)]
    assert len(found) > 1
    for one in found:
        command = ["sh", "-c", one["line"]]
        done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
        assert (done.stdout, done.stderr) == (one["printed"], "")


def test_the_page_names_every_kind() -> None:
    assert set(re.findall(r"`([A-Z]+(?:_[A-Z0-9]+)+)`", PAGE)) == set(KINDS)
