# SPDX-License-Identifier: EUPL-1.2
"""The pytest plugin, in a test run of its own."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from kgbx.testing.families import make_family
from kgbx.testing.plugin import Listener

if TYPE_CHECKING:
    import pytest

pytest_plugins = ["pytester"]

ROOT = Path(__file__).resolve().parents[2]
HEAD = """
import logging, subprocess, sys
import pytest
from kgbx.case import FamilyCase

@pytest.fixture
def case(kgbx_no_leak, make_case):
    return kgbx_no_leak.watch(make_case(story="debts", seed=1))

@pytest.fixture
def name(case):
    return next(one.name.surname for one in case.records("persons") if one.name)
"""


def run(pytester: pytest.Pytester, body: str, *options: str) -> pytest.RunResult:
    """Run a test with the plugin, in this process; without the summary, which is longer where CI is set."""
    pytester.makepyfile(HEAD + body)
    return pytester.runpytest_inprocess(
        "-rN", "-p", "no:kgbx", "-p", "kgbx.testing.plugin", "-p", "no:cacheprovider", *options
    )


LEAKS = """
def test_printed(name): print(name)
def test_printed_to_stderr(name): print(name.upper(), file=sys.stderr)
def test_printed_by_another_program(name): subprocess.run([sys.executable, '-c', f'print({name!r})'])
def test_printed_and_read(capsys, name):
    print(name)
    assert capsys.readouterr().out
def test_logged(name): logging.getLogger('x').debug('family %s', name)
def test_logged_with_an_error(name):
    try:
        raise ValueError(name)
    except ValueError:
        logging.getLogger('x').exception('oops')
def test_logged_beside_the_root(name):
    one = logging.getLogger('beside')
    one.propagate = False
    one.debug('family %s', name)
    logging.getLogger('beside.child').info(name)
def test_handed_over(kgbx_no_leak, name): kgbx_no_leak.said(KeyError(name))
def test_handed_over_as_bytes(kgbx_no_leak, name): kgbx_no_leak.said(name.encode())
def test_watched_besides(kgbx_no_leak):
    kgbx_no_leak.also('Vredebregtsma')
    print('vredebregtsma')
"""


def test_a_leak_fails_the_test_and_is_not_repeated(pytester: pytest.Pytester) -> None:
    result = run(pytester, LEAKS, "--show-capture=no")
    result.assert_outcomes(passed=10, errors=10)
    surname = make_family(1, story="debts").records("persons")[0].model_dump()["name"]["surname"]
    assert result.stdout.str().count("words of a watched case came out\n") == 10
    assert surname not in "\n".join(line for line in result.stdout.lines if "came out" in line or "/persons/" in line)


def test_an_exception_that_carries_words_is_told(pytester: pytest.Pytester) -> None:
    result = run(pytester, "def test_it(name): raise KeyError(name)")
    result.assert_outcomes(failed=1, errors=1)
    result.stdout.fnmatch_lines(["*the exception that ended the test: /persons/*/name/surname"])


SILENT = """
def test_nothing(case): pass
def test_ids_and_codes(case): print(case, [repr(one) for one in case], case.problems())
def test_other_words(case):
    print('Vredebregtsma')
    logging.getLogger('x').warning('done')
def test_an_error_of_kgbx(case, kgbx_no_leak):
    with pytest.raises(Exception) as caught:
        FamilyCase.from_json(case.to_json().replace(b'nl', b'"', 1))
    kgbx_no_leak.said(caught.value)
def test_logging_is_as_before(): assert logging.getLogger().level == logging.WARNING
def test_the_clock_stands_still_until_it_is_moved(kgbx_now):
    first = kgbx_now.now()
    assert kgbx_now.now() == first
    kgbx_now.tick(days=1)
    assert (kgbx_now.now() - first).days == 1
"""


def test_a_test_that_leaks_nothing_passes(pytester: pytest.Pytester) -> None:
    run(pytester, SILENT).assert_outcomes(passed=6)


UNWATCHED = """
def test_it_forgot(kgbx_no_leak): pass
def test_it_watched_nobody(kgbx_no_leak): kgbx_no_leak.watch(FamilyCase([], synthetic=True))
"""
EXCUSED = """
def test_it_was_skipped(kgbx_no_leak): pytest.skip('not here')
def test_it_failed(kgbx_no_leak): assert False
def test_it_watches_a_word(kgbx_no_leak): kgbx_no_leak.also('Vredebregtsma')
"""


def test_a_guard_that_watched_nothing_found_nothing(pytester: pytest.Pytester) -> None:
    result = run(pytester, UNWATCHED)
    result.assert_outcomes(passed=2, errors=2)
    assert result.stdout.str().count("kgbx_no_leak watched nothing: ") == 2


def test_a_test_that_did_not_come_to_watching_is_told_once(pytester: pytest.Pytester) -> None:
    run(pytester, EXCUSED).assert_outcomes(passed=1, skipped=1, failed=1)


def test_a_logger_is_as_before() -> None:
    before = logging.Logger.callHandlers
    with Listener().listening():
        assert logging.Logger.callHandlers is not before
    assert logging.Logger.callHandlers is before


def test_who_installs_kgbx_has_the_plugin(tmp_path: Path) -> None:
    """Nothing loads it here but the entry point of the installed distribution."""
    body = "def test_leak(name): print(name)\ndef test_silence(case): pass\n"
    (tmp_path / "test_it.py").write_text(HEAD + body, encoding="utf-8")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "PYTHONPATH"))}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "--kgbx-seed=1", "--show-capture=no"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, "2 passed, 1 error" in done.stdout) == (1, True), done.stdout + done.stderr


def test_what_a_failing_test_printed_is_still_shown(pytester: pytest.Pytester) -> None:
    result = run(pytester, "def test_it(case):\n    print('almost there')\n    assert False")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*almost there*"])


def test_a_family_is_given_and_the_seed_chooses_it(pytester: pytest.Pytester) -> None:
    body = "def test_it(kgbx_case, make_case):\n    assert kgbx_case == make_case() == make_case(seed=9)"
    run(pytester, body, "--kgbx-seed=9").assert_outcomes(passed=1)
    run(pytester, body, "--kgbx-seed=8").assert_outcomes(failed=1)


def test_loading_the_plugin_imports_nothing_heavy() -> None:
    script = "import pytest, sys\nbefore = set(sys.modules)\nimport kgbx.testing.plugin\n"
    script += "print(*sorted({name.partition('.')[0] for name in set(sys.modules) - before}))"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert set(done.stdout.split()) <= {"kgbx", "_kgbx", "__future__"}


def test_our_own_tests_do_not_load_the_plugin(pytestconfig: pytest.Config) -> None:
    assert not pytestconfig.pluginmanager.has_plugin("kgbx")
    assert pytestconfig.pluginmanager.is_blocked("kgbx")
