# SPDX-License-Identifier: EUPL-1.2
"""T30, I7: the journey over HTTP leaves no name, number, place or word in any log, address, answer or open column."""

from __future__ import annotations

import logging
import re
import sqlite3
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING
from uuid import uuid4

import psycopg
import pytest

from kgbx.case import Address, ContactPoint, Identifier, Person
from kgbx.cli import demo_post
from kgbx.cli.demo_post import Post
from kgbx.cli.journey import Stage, cross, set_stage
from kgbx.delivery.http import HttpTransport, client_context
from kgbx.delivery.store.postgres import PostgresStore
from kgbx.delivery.store.sqlite import SqliteStore
from kgbx.delivery.transport import Request, Response
from kgbx.testing.leaks import found_in as leaked
from kgbx.testing.leaks import words_of
from tests.delivery.postgres_server import database, schema

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from kgbx.delivery.store import Store

SEALED = {
    ("kgbx_envelope_out", "data"),
    ("kgbx_envelope_in", "data"),
    ("kgbx_receipt", "data"),
    ("kgbx_part", "data"),
    ("kgbx_part_piece", "data"),
}
"""Columns of sealed or signed bytes; they are searched too, for what is long enough not to stand there by chance."""

LONG = 8
STOPS = 7
REFUSED = 400

Rows = list[tuple[str, str, bytes]]
"""Table, column and value."""


@dataclass
class Walk:
    """Everything that the journey left, all its stops."""

    stage: Stage
    bodies: list[bytes] = field(default_factory=list)
    wire: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    logs: list[str] = field(default_factory=list)
    stores: dict[str, Rows] = field(default_factory=dict)

    @cached_property
    def words(self) -> frozenset[str]:
        """What was told, in runs of four words; what is shorter may stand in a digest by chance."""
        return frozenset(one for one in words_of(self.stage.case) if len(one) >= LONG)

    @property
    def long(self) -> set[str]:
        """What stands nowhere by chance, not even in bytes that are random."""
        return {one for one in told(self.stage) if len(one) >= LONG} | self.words


class _Log(logging.Handler):
    def __init__(self, lines: list[str]) -> None:
        super().__init__(logging.DEBUG)
        self._lines = lines

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the line, the arguments it was made of and the whole traceback, whatever a formatter leaves out."""
        self._lines.append(f"{record.name} {self.format(record)} {record.args!r} {record.exc_info!r}")


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def walk(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Walk]:
    with ExitStack() as stack:
        stage = set_stage(tmp_path_factory.mktemp("post") / "demo")
        address = stack.enter_context(database()) if request.param == "postgres" else None
        patch = stack.enter_context(pytest.MonkeyPatch.context())
        places = dict[str, str]()
        patch.setattr(demo_post, "SqliteStore", _stores(stack, address, places))
        found = walked(stage, patch)
        found.stores = {name: list(_columns(place)) for name, place in places.items()}
        yield found


def _stores(stack: ExitStack, address: str | None, places: dict[str, str]) -> Callable[[Path], Store]:
    """Return what makes each organisation's store: a file, or a schema of a database."""

    def store(path: Path) -> Store:
        name = path.name if address is None else path.stem
        places[name] = str(path) if address is None else stack.enter_context(schema(address))
        return SqliteStore(path) if address is None else PostgresStore(places[name])

    return store


def walked(stage: Stage, patch: pytest.MonkeyPatch) -> Walk:
    """Walk all stops, and ask what is answered with a problem; return what was said meanwhile."""
    found = Walk(stage)
    handler, root, before = _Log(found.logs), logging.getLogger(), logging.getLogger().level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    send = HttpTransport.send

    def recorded(self: HttpTransport, url: str, request: Request, *, deadline: float) -> Response:
        response = send(self, url, request, deadline=deadline)
        line = f"{request.method} {url}{request.path} {request.headers} {response.status} {response.headers}"
        body = response.body.decode("latin-1")
        found.wire += [line, body]
        found.problems += [body] if response.status >= REFUSED else []
        return response

    patch.setattr(HttpTransport, "send", recorded)
    with Post(stage, stage.folder) as post:
        crossings = [cross(stage, stop, carry=post.carry) for stop in stage.script.stops]
        provoke(post)
    root.removeHandler(handler)
    root.setLevel(before)
    found.bodies = [one.received.opened.body for one in crossings]
    return found


def provoke(post: Post) -> None:
    """Ask what is answered with a problem."""
    sender = post._sender.org
    url, token = post._urls[sender], post._tokens[next(org for org in post._tokens if org != sender)]
    headers = {"authorization": f"Bearer {token}"}
    transport = HttpTransport(client_context(authorities=None), headers=headers, plain_on_loopback=True)
    for method, path in (
        ("GET", f"/v1/messages/{uuid4()}/receipt"),
        ("PUT", f"/v1/messages/{uuid4()}"),
        ("GET", "/v1/nothing"),
        ("PUT", "/v1/messages/no-id"),
    ):
        transport.send(url, Request(method=method, path=path, body=post._stage.case.to_json()), deadline=10)
    transport.close()


def told(stage: Stage) -> set[str]:
    """Return names, numbers and places of the journey."""
    words = set[str]()
    for record in stage.case:
        if isinstance(record, Person):
            words |= set(_names(record))
        elif isinstance(record, Identifier):
            words.add(record.value)
        elif isinstance(record, Address):
            words |= {one for one in (record.street, record.city) if one}
        elif isinstance(record, ContactPoint):
            words.add(record.value)
    return {one for one in words if len(one) > 2}  # initials say nobody's name


def _names(person: Person) -> list[str]:
    name = person.name
    if name is None:
        return []
    whole = (name.given, name.call_name, name.surname, name.partner_surname)
    return [word for one in whole if one for word in (one, *one.split())]


def found_in(text: str, words: set[str]) -> set[str]:
    return {one for one in words if re.search(rf"(?<![\w-]){re.escape(one)}(?![\w-])", text, re.IGNORECASE)}


def said(text: str, walk: Walk) -> set[str]:
    """Return what a text tells: a name, number or place, or anything that was told, encoded too."""
    return found_in(text, told(walk.stage)) | set(leaked(text, walk.words))


def _columns(place: str) -> Iterator[tuple[str, str, bytes]]:
    """Yield table, column and each value of a store."""
    connection = sqlite3.connect(place) if place.endswith(".db") else psycopg.connect(place)
    tables = "SELECT name FROM sqlite_master WHERE type = 'table'"
    if isinstance(connection, psycopg.Connection):
        tables = "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"
    for (table,) in connection.cursor().execute(tables).fetchall():
        rows = connection.cursor().execute(f"SELECT * FROM {table}")  # noqa: S608  # names of this very store
        names = [row[0] for row in rows.description or ()]
        for row in rows.fetchall():
            for name, value in zip(names, row, strict=True):
                yield table, name, value if isinstance(value, bytes) else str(value).encode()
    connection.close()


def test_control_what_was_sent_holds_names_numbers_places_and_words(walk: Walk) -> None:
    words = told(walk.stage)
    inside = set[str]().union(*(found_in(body.decode(), words) for body in walk.bodies))
    assert len(walk.bodies) == len(walk.stage.script.stops) == STOPS
    assert len(inside) > 12
    assert any(one.isdigit() for one in inside)
    assert all(len(said(body.decode(), walk) - words) > 20 for body in walk.bodies)


def test_no_log_of_any_library_tells(walk: Walk) -> None:
    assert len(walk.logs) > 100
    assert said("\n".join(walk.logs), walk) == set()


def test_no_address_header_or_answer_tells(walk: Walk) -> None:
    assert len(walk.wire) > 2 * STOPS
    assert said("\n".join(walk.wire), walk) == set()


def test_no_problem_tells_not_even_of_a_case_that_was_sent_open(walk: Walk) -> None:
    assert [one for one in walk.problems if '"status":404' in one]
    assert len(walk.problems) >= 4
    assert said("\n".join(walk.problems), walk) == set()


def test_no_column_outside_the_sealed_bytes_tells(walk: Walk) -> None:
    rows = [row for store in walk.stores.values() for row in store]
    assert len(walk.stores) == STOPS + 1
    assert {"kgbx_outgoing", "kgbx_incoming", "kgbx_annotation", "kgbx_audit"} <= {table for table, _, _ in rows}
    values = [value for table, column, value in rows if (table, column) not in SEALED]
    texts = [text for text in map(_text, values) if text is not None]
    assert len(texts) > len(values) / 2
    assert said("\n".join(texts), walk) == set()
    assert hidden_in([value for value in values if _text(value) is None], walk) == set()


def _text(value: bytes) -> str | None:
    """Return a value as text, None of what is a digest: in random bytes a short name stands by chance."""
    try:
        return value.decode()
    except UnicodeDecodeError:
        return None


def hidden_in(values: Iterable[bytes], walk: Walk) -> set[str]:
    """Return what bytes tell, of what is long enough not to stand there by chance."""
    there = list(values)
    forms = ((one, (one.encode(), one.encode("utf-16-le"))) for one in walk.long)
    return {one for one, ways in forms if any(way in value for way in ways for value in there)}


def test_nor_do_the_sealed_bytes(walk: Walk) -> None:
    for store in walk.stores.values():
        sealed = [value for table, column, value in store if (table, column) in SEALED]
        assert sealed
        assert hidden_in(sealed, walk) == set()


def test_nor_do_the_files_as_they_are_on_the_disk(walk: Walk) -> None:
    files = [path for path in walk.stage.folder.glob("post-*") if path.is_file()]
    assert hidden_in((path.read_bytes() for path in files), walk) == set()
    assert bool(files) is any(place.endswith(".db") for place in walk.stores)
