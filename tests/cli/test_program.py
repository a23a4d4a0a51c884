# SPDX-License-Identifier: EUPL-1.2
"""The program as a whole: help in two languages, error reports, exit statuses."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import click
import pytest

from kgbx import __version__
from kgbx.cli.bilingual import BilingualGroup, BilingualOption, LazyGroup
from kgbx.cli.console import Console, printable, write_new
from kgbx.cli.main import main, run_and_report
from kgbx.errors import UsageError
from kgbx.messages import MESSAGES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.cli.conftest import Ran

    Kgbx = Callable[..., Ran]


def commands(group: click.Group, *names: str) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        found = group.get_command(context, name)
        if isinstance(found, click.Group):
            yield from commands(found, *names, name)
        if found is not None:
            yield (*names, name), found


ALL = dict(commands(main))


def test_there_are_the_commands_that_the_documentation_names() -> None:
    assert {names[0] for names in ALL} == {
        *("demo", "make", "validate", "needs", "keys", "directory", "share", "policy", "replay", "codes", "rules"),
        *("seal", "unseal", "inspect", "vectors", "no-real-persons", "doctor"),
        *(
            "evidence",
            "diff",
            "merge",
            "receive",
            "schema",
            "access-report",
            "receipt",
            "expire",
            "warnings",
            "proofs",
            "consult",
            "metrics",
            "provenance",
            "story",
            "simulate",
            "handover",
            *("store", "send", "serve", "worker", "status", "outbox", "inbox", "alerts", "peer", "audit", "probe"),
        ),
    }


@pytest.mark.parametrize("names", ALL, ids=" ".join)
def test_each_command_explains_itself_in_both_languages(kgbx: Kgbx, names: tuple[str, ...]) -> None:
    english, dutch = (kgbx("--lang", language, *names, "--help") for language in ("en", "nl"))
    assert (english.status, dutch.status) == (0, 0)
    assert english.out != dutch.out


@pytest.mark.parametrize("names", ALL, ids=" ".join)
def test_each_option_explains_itself(names: tuple[str, ...]) -> None:
    options = [one for one in ALL[names].params if isinstance(one, click.Option)]
    assert all(isinstance(one, BilingualOption) and one.text.nl and one.text.en for one in options)


@pytest.mark.parametrize("names", [n for n in ALL if not isinstance(ALL[n], click.Group)], ids=" ".join)
def test_each_command_speaks_json(names: tuple[str, ...]) -> None:
    assert any("--json" in one.opts for one in ALL[names].params)


def test_help_lists_the_commands_without_importing_them() -> None:
    code = (
        "import sys; from kgbx.cli.main import run_and_report; run_and_report(['--help']);"
        "print(sorted({'pydantic', 'cryptography', 'jinja2'} & set(sys.modules)))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.splitlines()[-1] == "[]"


def test_the_program_is_also_a_module() -> None:
    ran = subprocess.run([sys.executable, "-m", "kgbx", "--version"], capture_output=True, text=True, check=True)
    assert __version__ in ran.stdout


def test_help_is_dutch_where_the_computer_is(kgbx: Kgbx, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KGBX_LANG")
    monkeypatch.setenv("LC_ALL", "nl_NL.UTF-8")
    assert "Opdrachten" in kgbx("--help").out


def test_help_is_english_everywhere_else(kgbx: Kgbx, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("KGBX_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    assert "Commands" in kgbx("--help").out


@pytest.mark.parametrize("names", ALL, ids=" ".join)
def test_the_language_may_be_chosen_at_each_command(kgbx: Kgbx, names: tuple[str, ...]) -> None:
    before = kgbx("--lang", "nl", *names, "--help").out
    assert kgbx(*names, "--help", "--lang", "nl").out == kgbx(*names, "--lang=nl", "--help").out == before
    assert before.startswith("Gebruik")


def test_a_mistake_is_told_in_the_language_that_was_chosen_after_it(kgbx: Kgbx) -> None:
    assert "bestaat niet" in kgbx("validate", "--jsn", "x", "--lang", "nl").err
    assert "No such option" in kgbx("--lang", "en", "validate", "--jsn", "--", "--lang", "nl").err


@pytest.mark.parametrize("names", [(), *ALL], ids=" ".join)
def test_help_holds_no_formulas_and_no_names_of_types(kgbx: Kgbx, names: tuple[str, ...]) -> None:
    for language, words in (("nl", "[default"), ("en", "[standaard")):
        out = kgbx("--lang", language, *names, "--help").out
        assert [word for word in ("<=", ">=", "INTEGER", "RANGE", words) if word in out] == []


@pytest.mark.parametrize("names", [(), *ALL], ids=" ".join)
def test_a_record_is_called_gegeven_in_dutch(kgbx: Kgbx, names: tuple[str, ...]) -> None:
    """As the glossary does; names of options stay."""
    assert re.findall(r"(?<!-)\brecords?\b", kgbx("--lang", "nl", *names, "--help").out) == []


def test_messages_call_a_record_gegeven_in_dutch() -> None:
    assert [code for code, text in MESSAGES.items() if re.search(r"(?<!-)\brecords?\b", text.nl)] == []


def test_an_unknown_command_is_wrong_usage(kgbx: Kgbx) -> None:
    assert kgbx("send").status == 2


def test_wrong_usage_is_told_as_json_too(kgbx: Kgbx) -> None:
    ran = kgbx("keys", "show", "--json")
    assert (ran.status, ran.json["error"]["code"]) == (2, "U_ARGUMENT")


@pytest.mark.parametrize("names", [(), *ALL], ids=" ".join)
def test_help_is_dutch_to_the_last_line(kgbx: Kgbx, names: tuple[str, ...]) -> None:
    out = kgbx("--lang", "nl", *names, "--help").out
    assert out.startswith("Gebruik: kgbx")
    english = ("Usage", "Options:", "Commands:", "Show ", " exit.", "required")
    assert [word for word in english if word in out] == []


@pytest.mark.parametrize("names", ALL, ids=" ".join)
def test_options_are_listed_and_arguments_are_not(kgbx: Kgbx, names: tuple[str, ...]) -> None:
    options = kgbx("--lang", "en", *names, "--help").out.partition("\nOptions:\n")[2].partition("\n\n")[0]
    begins = [line.strip() for line in options.splitlines() if line[2] != " "]
    assert [line for line in begins if not line.startswith("-")] == []


@pytest.mark.parametrize(("language", "words"), [("nl", "Bestand of map bestaat niet."), ("en", "No such file or dir")])
def test_the_machine_speaks_the_language_too(kgbx: Kgbx, language: str, words: str) -> None:
    ran = kgbx("--lang", language, "schema", "compat", "absent", "absent")
    assert (ran.status, words in ran.err, "absent: " in ran.err) == (5, True, True)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (("merge", "one.json", "--out", "x"), "two or more"),
        (("keys", "new", "x", "--org", "team", "--insecure-no-passphrase"), "OIN of 20 digits"),
    ],
    ids=["merge", "keys new"],
)
def test_what_is_missing_is_named(kgbx: Kgbx, call: tuple[str, ...], words: str) -> None:
    ran = kgbx(*call)
    assert (ran.status, words in ran.err) == (2, True)


WRONG = {
    ("validate", "--jsn", "x"): ["'--jsn' bestaat niet. Bedoelt u --jobs of --json?", "kgbx validate --help"],
    ("validate",): ["PATHS", "ontbreekt", "kgbx validate --help"],
    ("validate", "x", "--jobs", "0"): ["--jobs", "1 tot en met 60"],
    ("make", "--seed", "-1"): ["--seed", "0 of meer"],
    ("make", "--story", "x"): ["--story", "Kies uit: debts, divorce"],
    ("make", "--out"): ["'--out' ontbreekt een waarde"],
    ("diff", "a", "b", "c"): ["Zo kan deze opdracht niet", "kgbx diff --help"],
    ("valdate",): ["'valdate' bestaat niet", "kgbx --help"],
}


@pytest.mark.parametrize(("call", "words"), WRONG.items(), ids=map(" ".join, WRONG))
def test_wrong_usage_is_told_in_dutch(kgbx: Kgbx, call: tuple[str, ...], words: list[str]) -> None:
    ran = kgbx("--lang", "nl", *call)
    assert (ran.status, [word for word in words if word not in ran.err]) == (2, [])


@pytest.mark.parametrize("names", [(), ("keys",), ("schema",)], ids=" ".join)
@pytest.mark.parametrize(
    ("language", "words"), [("nl", "Kies een opdracht.\n\nGebruik:"), ("en", "Choose a command.\n\nUsage:")]
)
def test_without_a_command_there_is_help(
    kgbx: Kgbx, monkeypatch: pytest.MonkeyPatch, names: tuple[str, ...], language: str, words: str
) -> None:
    monkeypatch.setenv("KGBX_LANG", language)
    ran = kgbx(*names)
    assert (ran.status, ran.err.startswith(f"kgbx: {words} kgbx")) == (2, True)


def test_wrong_usage_is_told_in_english(kgbx: Kgbx) -> None:
    assert kgbx("diff", "a").err == "kgbx: Missing argument 'NEW'. See: kgbx diff --help\n"


def test_an_error_of_ours_is_told_in_dutch(kgbx: Kgbx, tmp_path: object) -> None:
    assert "Het sleutelbestand" in kgbx("--lang", "nl", "keys", "show", f"{tmp_path}/x").err


def test_an_impossible_moment_is_wrong_usage(kgbx: Kgbx) -> None:
    ran = kgbx("doctor", "--at", "gisteren")
    assert (ran.status, "U_MOMENT" in ran.err) == (2, True)


@pytest.mark.parametrize("moment", ["2026-02-30", "2026-3-1", "01-03-2026", "2026-03-01T10:00"])
@pytest.mark.parametrize(("language", "words"), [("en", "Give a day that exists"), ("nl", "Geef een dag die bestaat")])
def test_a_wrong_day_is_told_how_to_write_one(kgbx: Kgbx, moment: str, language: str, words: str) -> None:
    assert words in kgbx("--lang", language, "doctor", "--at", moment).err


class Planted:
    """Stands in for the module of a command, to see what the program does with what it raises."""

    def __init__(self, error: BaseException) -> None:
        self.error = error

    @property
    def command(self) -> click.Command:
        raise self.error


@pytest.fixture
def plant(monkeypatch: pytest.MonkeyPatch) -> Callable[[BaseException], None]:
    def do(error: BaseException) -> None:
        monkeypatch.setattr("kgbx.cli.bilingual.import_module", lambda _name: Planted(error))

    return do


def test_a_bug_is_told_without_its_values(kgbx: Kgbx, plant: Callable[[BaseException], None]) -> None:
    plant(ZeroDivisionError("Vredebregt"))
    ran = kgbx("doctor", "--json")
    assert (ran.status, "Vredebregt" in ran.out + ran.err) == (70, False)
    assert "ZeroDivisionError" in ran.err
    assert json.loads(ran.out)["error"]["code"] == "F_BUG"


def test_stopping_is_no_bug(kgbx: Kgbx, plant: Callable[[BaseException], None]) -> None:
    plant(click.Abort())
    assert kgbx("doctor").status == 1


def test_ctrl_c_has_the_status_that_shells_give_it(kgbx: Kgbx, plant: Callable[[BaseException], None]) -> None:
    plant(KeyboardInterrupt())
    ran = kgbx("doctor")
    assert (ran.status, ran.out, ran.err) == (130, "", "\n")


def test_a_file_name_that_is_not_utf_8_is_told_with_escapes(kgbx: Kgbx) -> None:
    ran = kgbx("inspect", "absent\udcff.kgbx", "--json")
    assert (ran.status, "absent\\udcff.kgbx" in ran.err) == (5, True)
    assert "absent\udcff.kgbx" in ran.json["error"]["message"]


@pytest.mark.parametrize("more", [(), ("--json",)])
def test_a_result_may_hold_a_file_name_that_is_not_utf_8(kgbx: Kgbx, more: tuple[str, ...]) -> None:
    ran = kgbx("validate", "absent\udcff.json", *more)
    assert (ran.status, "absent\\udcff.json" in ran.out) == (5, True)


@pytest.mark.parametrize("target", [".", "/"])
def test_a_folder_is_no_new_file(target: str) -> None:
    with pytest.raises(UsageError) as caught:
        write_new(target, b"")
    assert caught.value.code == "U_EXISTS"


def test_running_without_a_context_keeps_the_status() -> None:
    assert run_and_report(["--help"]) == 0


def test_the_program_is_a_lazy_group_of_two_languages() -> None:
    assert isinstance(main, LazyGroup)
    assert isinstance(main, BilingualGroup)


def test_a_healthy_machine_is_told_so(kgbx: Kgbx) -> None:
    ran = kgbx("doctor", "--json")
    assert (ran.status, ran.json["ok"]) == (0, True)


def test_the_doctor_speaks_dutch(kgbx: Kgbx, region: object) -> None:
    folder = region.identity("team")  # type: ignore[attr-defined]  # a Region
    out = kgbx("--lang", "nl", "doctor", "--identity", folder, "--at", "2026-05-29").out
    assert [
        word
        for word in ("FOUT  sleutels", "goed  klok", "codelijsten", "dagen tot de eerste verloopt: 1")
        if word not in out
    ] == []


def test_the_doctor_warns_of_keys_that_end(kgbx: Kgbx, region: object) -> None:
    ran = kgbx("doctor", "--identity", region.identity("team"), "--at", "2026-05-29")  # type: ignore[attr-defined]  # a Region
    assert (ran.status, "WRONG keys" in ran.out) == (1, True)


def test_the_doctor_tells_of_keys_it_cannot_read(kgbx: Kgbx, tmp_path: object) -> None:
    ran = kgbx("doctor", "--identity", f"{tmp_path}/none")
    assert (ran.status, "E_KEY_FILE" in ran.out) == (1, True)


def test_the_doctor_warns_of_a_wrong_clock(kgbx: Kgbx) -> None:
    assert kgbx("doctor", "--at", "2001-01-01").status == 1


def test_what_steers_a_terminal_is_printed_as_an_escape() -> None:
    text = "a\x1b[2K\x9bb\u202ec\u2028d\te\nf\r\udcff"
    assert printable(text) == "a\\u001b[2K\\u009bb\\u202ec\\u2028d\te\nf\\u000d\\udcff"


def test_json_that_is_printed_still_says_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    Console(language="en", as_json=True).result({"name": "a\x9b\u202e\u2028\x7f"})
    out = capsys.readouterr().out
    assert json.loads(out) == {"name": "a\x9b\u202e\u2028\x7f"}
    assert not {"\x9b", "\u202e", "\u2028", "\x7f"} & set(out)
