# SPDX-License-Identifier: EUPL-1.2
"""T30, I7: the journey over HTTP leaves no name, number or place in any log, address, answer or column in the clear."""

from __future__ import annotations

import logging
import re
import sqlite3
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from kgbx.case import Address, ContactPoint, Identifier, Person
from kgbx.cli.demo_post import Post
from kgbx.cli.journey import Stage, cross, set_stage
from kgbx.delivery.http import HttpTransport, client_context
from kgbx.delivery.transport import Request, Response

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SEALED = {
    ("kgbx_envelope_out", "data"),
    ("kgbx_envelope_in", "data"),
    ("kgbx_receipt", "data"),
    ("kgbx_part", "data"),
    ("kgbx_part_piece", "data"),
}
"""Columns of sealed or signed bytes; they are searched too, for what is long enough not to stand there by chance."""

LONG = 7
STOPS = 3
"""Stops that are walked: one with little, one with much, one in between."""


@dataclass
class Walk:
    """Everything that the journey left."""

    stage: Stage
    bodies: list[bytes] = field(default_factory=list)
    wire: list[str] = field(default_factory=list)
    logs: list[str] = field(default_factory=list)


class _Log(logging.Handler):
    def __init__(self, lines: list[str]) -> None:
        super().__init__(logging.DEBUG)
        self._lines = lines

    def emit(self, record: logging.LogRecord) -> None:
        self._lines.append(f"{record.name} {record.getMessage()} {record.exc_info}")


@pytest.fixture(scope="module")
def walk(tmp_path_factory: pytest.TempPathFactory) -> Walk:
    stage = set_stage(tmp_path_factory.mktemp("post") / "demo")
    found = Walk(stage)
    handler, root, before = _Log(found.logs), logging.getLogger(), logging.getLogger().level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    send = HttpTransport.send

    def recorded(self: HttpTransport, url: str, request: Request, *, deadline: float) -> Response:
        response = send(self, url, request, deadline=deadline)
        found.wire.append(
            f"{request.method} {url}{request.path} {request.headers} {response.status} {response.headers}"
        )
        found.wire.append(response.body.decode("latin-1"))
        return response

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(HttpTransport, "send", recorded)
        with Post(stage, stage.folder) as post:
            crossings = [cross(stage, stop, carry=post.carry) for stop in stage.script.stops[:STOPS]]
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
        transport.send(url, Request(method=method, path=path, body=b"{}"), deadline=10)
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


def columns(path: Path) -> Iterator[tuple[str, str, bytes]]:
    """Yield table, column and each value of a store."""
    connection = sqlite3.connect(path)
    tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    for table in tables:
        names = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
        for row in connection.execute(f"SELECT * FROM {table}"):  # noqa: S608  # names of this very file
            for name, value in zip(names, row, strict=True):
                yield table, name, value if isinstance(value, bytes) else str(value).encode()
    connection.close()


def test_control_what_was_sent_holds_names_numbers_and_places(walk: Walk) -> None:
    words = told(walk.stage)
    inside = set[str]().union(*(found_in(body.decode(), words) for body in walk.bodies))
    assert len(inside) > 5
    assert any(one.isdigit() for one in words)


def test_no_log_of_any_library_tells(walk: Walk) -> None:
    assert len(walk.logs) > 20
    assert found_in("\n".join(walk.logs), told(walk.stage)) == set()


def test_no_address_header_or_answer_tells(walk: Walk) -> None:
    assert any('"status":404' in one or " 404 " in one for one in walk.wire)
    assert found_in("\n".join(walk.wire), told(walk.stage)) == set()


def test_no_column_outside_the_sealed_bytes_tells(walk: Walk) -> None:
    words = told(walk.stage)
    seen = set[str]()
    for path in walk.stage.folder.glob("post-*.db"):
        for table, column, value in columns(path):
            seen.add(table)
            if (table, column) not in SEALED:
                assert found_in(value.decode("latin-1"), words) == set(), f"{table}.{column}"
    assert {"kgbx_outgoing", "kgbx_incoming", "kgbx_annotation", "kgbx_audit"} <= seen


def test_nor_do_the_files_as_they_are_on_the_disk(walk: Walk) -> None:
    long = {one for one in told(walk.stage) if len(one) >= LONG}
    files = [path for path in walk.stage.folder.glob("post-*") if path.is_file()]
    for path in files:
        data = path.read_bytes()
        assert {one for one in long if one.encode() in data or one.encode("utf-16-le") in data} == set(), path.name
    assert len(files) >= STOPS
