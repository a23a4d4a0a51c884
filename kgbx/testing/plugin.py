# SPDX-License-Identifier: EUPL-1.2
"""The pytest plugin: fixtures with made-up families, a clock that stands still, and a guard against leaks.

Rules: importing it costs nothing: whatever is heavy is imported inside the fixture that needs it. A fixture does
nothing unless a test asks for it. What the guard tells of a leak is where it came out and where it stands in the case,
never the word itself: test reports are kept, and mailed. A guard that watched nothing fails the test too.
"""

from __future__ import annotations

import logging
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from kgbx.case import FamilyCase
    from kgbx.clock import FixedClock

_START = "2026-03-02T09:00:00Z"
_RAISED: pytest.StashKey[BaseException] = pytest.StashKey()
_PASSED: pytest.StashKey[bool] = pytest.StashKey()
_NOTHING = "kgbx_no_leak watched nothing: hand it a case with words of somebody, kgbx_no_leak.watch(case)"
_CAPTURES = ("capsys", "capfd", "capsysbinary", "capfdbinary")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add ``--kgbx-seed``."""
    group = parser.getgroup("kgbx", "made-up families of kgbx")
    group.addoption("--kgbx-seed", type=int, default=0, help="seed of the made-up families (default: 0)")


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> None:
    """Keep what a test raised, for the guard."""
    if call.when == "call":
        item.stash[_PASSED] = call.excinfo is None
    if call.when == "call" and call.excinfo is not None:
        item.stash[_RAISED] = call.excinfo.value


@pytest.fixture
def make_case(request: pytest.FixtureRequest) -> Callable[..., FamilyCase]:
    """Return a function that makes a family: ``make_case(story="debts", months=6, seed=3)``; all may be left out."""
    from kgbx.testing.families import MONTHS, make_family  # noqa: PLC0415  # only for whoever asks

    first: int = request.config.getoption("--kgbx-seed")

    def make(*, story: str | None = None, months: int = MONTHS, seed: int = first) -> FamilyCase:
        return make_family(seed, months, story=story)

    return make


@pytest.fixture
def kgbx_case(make_case: Callable[..., FamilyCase]) -> FamilyCase:
    """Return one made-up family."""
    return make_case()


@pytest.fixture
def kgbx_now() -> FixedClock:
    """Return a clock that stands at 2026-03-02 09:00 UTC until ``tick(days=1)`` moves it."""
    from kgbx.clock import FixedClock, parse_instant  # noqa: PLC0415  # as above

    return FixedClock(parse_instant(_START))


class Listener(logging.Handler):
    """Keeps every line that is logged, at every level, with its exception and its arguments.

    A logger may keep its lines from the root (`propagate`), so this listens where every logger hands out its lines.
    """

    def __init__(self) -> None:
        super().__init__(logging.NOTSET)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a line."""
        self.lines.append(f"{self.format(record)} {record.args!r} {vars(record)!r}")
        if record.exc_info and record.exc_info[1] is not None:
            from kgbx.testing.leaks import everything_said_by  # noqa: PLC0415  # as above

            self.lines.append(everything_said_by(record.exc_info[1]))

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Hear every logger, also one that is made meanwhile."""
        hand_out, level = logging.Logger.callHandlers, logging.root.level

        def also_here(logger: logging.Logger, record: logging.LogRecord) -> None:
            self.handle(record)
            hand_out(logger, record)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(logging.Logger, "callHandlers", also_here)
            logging.root.setLevel(logging.NOTSET + 1)
            try:
                yield
            finally:
                logging.root.setLevel(level)


class Guard:
    """Holds what is said during a test against the words of the cases that are watched."""

    def __init__(self) -> None:
        self._words: dict[str, str] = {}
        self._said: list[tuple[str, str]] = []

    def watch(self, case: FamilyCase) -> FamilyCase:
        """Watch over a case, and return it: no word of it may come out of this test."""
        from kgbx.testing.leaks import words_of  # noqa: PLC0415  # as above

        for word, pointer in words_of(case).items():
            self._words.setdefault(word, pointer)
        return case

    def also(self, *words: str) -> None:
        """Watch over words that stand in no case, such as a name in a request."""
        self._words.update(dict.fromkeys(words, "(given by the test)"))

    def said(self, thing: object, *, where: str = "what the test handed over") -> None:
        """Hold a text, bytes, or an exception with all that it carries against the words, too."""
        from kgbx.testing.leaks import everything_said_by  # noqa: PLC0415  # as above

        text = everything_said_by(thing) if isinstance(thing, BaseException) else thing
        self._said.append((where, text.decode("utf-8", "replace") if isinstance(text, bytes) else str(text)))

    @property
    def watched(self) -> bool:
        """Whether there is any word that could come out."""
        return bool(self._words)

    def leaks(self) -> list[str]:
        """Return a line for each word that came out: where, and where it stands in the case."""
        from kgbx.testing.leaks import found_in  # noqa: PLC0415  # as above

        lines = [f"{where}: {self._words[word]}" for where, text in self._said for word in found_in(text, self._words)]
        return sorted(set(lines))


@pytest.fixture
def kgbx_no_leak(request: pytest.FixtureRequest) -> Iterator[Guard]:
    """Fail the test if words of a watched case come out: printed, logged, or in the exception that ends the test.

    Call ``kgbx_no_leak.watch(case)`` with each case, and ``kgbx_no_leak.said(error)`` with what the test caught itself.
    A test in which nothing was watched fails.
    """
    guard = Guard()
    capture = _capture(request, guard)
    listener = Listener()
    with listener.listening():
        yield guard
    guard.said("\n".join(listener.lines), where="log")
    printed = capture.readouterr()
    raised = request.node.stash.get(_RAISED, None)
    if raised is not None and not isinstance(raised, AssertionError):
        guard.said(raised, where="the exception that ended the test")
    if leaks := guard.leaks():
        pytest.fail("words of a watched case came out\n  " + "\n  ".join(leaks), pytrace=False)
    if request.node.stash.get(_PASSED, False) and not guard.watched:
        pytest.fail(_NOTHING, pytrace=False)
    if isinstance(printed.out, str):  # what was read here still belongs in the report of a test that fails
        sys.stdout.write(printed.out)
        sys.stderr.write(printed.err)


def _capture(request: pytest.FixtureRequest, guard: Guard) -> Any:  # noqa: ANN401  # pytest does not name its type
    """Return the capture of this test, and let the guard hear whatever is read from it.

    A test has one capture: the one that it asks for, else that of the file descriptors, which hears other programs too.
    """
    chosen = next((name for name in _CAPTURES if name in request.fixturenames), "capfd")
    capture = request.getfixturevalue(chosen)
    read = capture.readouterr

    def readouterr() -> Any:  # noqa: ANN401  # as above
        captured = read()
        guard.said(captured.out, where="stdout")
        guard.said(captured.err, where="stderr")
        return captured

    capture.readouterr = readouterr
    return capture
