# SPDX-License-Identifier: EUPL-1.2
"""What holds for all tests: reproducible searches, no network, and no silent skip at effort ci.

The searches of quick and ci are the same in each run, so that a failure is the fault of the change; long is random.
"""

from __future__ import annotations

import ipaddress
import logging
import signal
import socket
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, settings

from tests.effort import EFFORT, EXAMPLES, refused_skips

if TYPE_CHECKING:
    from collections.abc import Iterator

for _effort, _examples in EXAMPLES.items():
    settings.register_profile(
        _effort,
        max_examples=_examples,
        derandomize=_effort != "long",
        deadline=None,
        print_blob=True,
        suppress_health_check=[HealthCheck.too_slow],
    )
settings.load_profile(EFFORT)

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # who starts the tests in the background of a shell leaves Ctrl-C ignored, also for the programs that are tested
    signal.signal(signal.SIGINT, signal.default_int_handler)


class NetworkRefusedError(Exception):
    """A test tried to reach another machine."""


def stays_on_this_machine(family: int, address: object) -> bool:
    """Tell whether a socket address is of a Unix socket or of the loopback interface."""
    if family == getattr(socket, "AF_UNIX", None):
        return True
    host = address[0] if isinstance(address, tuple) and address else ""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class GuardedSocket(socket.socket):
    """A socket that connects to this machine only."""

    def connect(self, address: Any) -> None:  # noqa: ANN401  # as the standard library declares it
        """Connect, if the address is of this machine."""
        self._guard(address)
        super().connect(address)

    def connect_ex(self, address: Any) -> int:  # noqa: ANN401  # as the standard library declares it
        """Connect, if the address is of this machine."""
        self._guard(address)
        return super().connect_ex(address)

    def _guard(self, address: object) -> None:
        if not stays_on_this_machine(self.family, address):
            raise NetworkRefusedError


@pytest.fixture(scope="session", autouse=True)
def no_network() -> Iterator[None]:
    """Let no test connect to another machine."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket, "socket", GuardedSocket)
        yield


@pytest.fixture(autouse=True)
def log_as_before() -> Iterator[None]:
    """Let a program that runs inside a test leave no handler behind: its stream is closed when the next test logs."""
    log = logging.getLogger("kgbx.delivery")
    before = log.propagate, log.handlers[:], log.level
    yield
    log.propagate, log.handlers[:] = before[:2]
    log.setLevel(before[2])


def _reasons(reporter: pytest.TerminalReporter) -> list[str]:
    reports = reporter.stats.get("skipped", [])
    return [report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr) for report in reports]


def _refused(config: pytest.Config) -> list[str]:
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    return [] if reporter is None else refused_skips(EFFORT, _reasons(reporter))


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail a run at effort ci in which a test was skipped without a good reason."""
    if not hasattr(session.config, "workerinput") and _refused(session.config) and session.exitstatus == 0:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """List the skips that effort ci refuses."""
    refused = _refused(config)
    if refused:
        terminalreporter.section("at effort ci a skipped test fails the run")
        for reason in sorted(set(refused)):
            terminalreporter.line(f"{refused.count(reason)} x {reason}")
