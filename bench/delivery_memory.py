# SPDX-License-Identifier: EUPL-1.2
"""By how much each process grows for one large attachment: sealed, brought in parts over HTTP, in custody, opened.

Three processes, each with what it needs and no more: who seals and sends, the endpoint, and who opens and saves.
Each first brings a message without an attachment: what code and keys weigh is no growth.
``python -m bench.delivery_memory [--mib 1024] [--json]``; only on Linux.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import multiprocessing
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final
from uuid import uuid4

from bench.delivery_http import BODY, RECEIVER, TOKEN, Pair, now, pair, serve
from bench.envelopes import Zeros
from bench.timing import Absent, Figure
from kgbx.delivery.http import HttpTransport, client_context
from kgbx.delivery.judging import EnvelopeJudge
from kgbx.delivery.node import Node
from kgbx.delivery.posting import Letter, keep_parts, post
from kgbx.delivery.receiving import Receiver
from kgbx.delivery.road import HttpRoad
from kgbx.delivery.sending import Sender
from kgbx.delivery.store.sqlite import SqliteStore
from kgbx.envelope.seal import seal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from multiprocessing.connection import Connection

    from kgbx.delivery.receiving import Message
    from kgbx.delivery.store import Transaction
    from kgbx.envelope.identity import Identity

MIB: Final = 1024**2
LARGE_MIB: Final = 1024
GOAL: Final = 32.0
"""MiB that a process may grow, whatever the size of the attachment."""

ROLES: Final = ("who seals and sends", "the endpoint", "who opens and saves")
KIND: Final = "https://kgbx.example/messages/test/1.0-draft"
STATUS: Final = "/proc/{}/status"
PATIENCE: Final = 600


@dataclass(frozen=True)
class Growth:
    """What came of it: how long each step took, and how many MiB each process grew."""

    mib: int
    seconds: tuple[float, float]
    grown: tuple[float, ...]


def peak_mib(process: int) -> float:
    """Return the most memory that a process ever had."""
    rows = dict(line.split(":", 1) for line in Path(STATUS.format(process)).read_text(encoding="ascii").splitlines())
    return int(rows["VmHWM"].split()[0]) / 1024


def node_of(both: Pair, identity: Identity, path: Path) -> Node:
    """Return an organisation with its store in a file."""
    return Node(
        identity=identity, directory=both.directory, store=SqliteStore(path), now=now, ids=uuid4, jitter=lambda: 0.5
    )


def sending(both: Pair, folder: Path, url: str) -> Callable[[int], bool]:
    """Return what seals a message with an attachment of so many bytes and brings it until custody of it is proved."""
    node = node_of(both, both.sender, folder / "sender.db")
    headers = {"authorization": f"Bearer {TOKEN}"}
    client = HttpTransport(client_context(authorities=None), headers=headers, plain_on_loopback=True)
    sender = Sender(node, HttpRoad(node, client, endpoints={RECEIVER: url}))

    def send(size: int) -> bool:
        at = datetime.now(UTC).replace(microsecond=0)
        to = both.directory.document(RECEIVER, at)
        if to is None:
            raise LookupError
        added = [Zeros(size)] if size else []
        sealed = seal(
            BODY, media_type="text/plain", message_type=KIND, sender=both.sender, to=to, at=at, attachments=added
        )
        keep_parts(node.store.parts, sealed)
        with node.store.transaction() as tx:
            row = post(tx, Letter(sealed=sealed, peer=RECEIVER), now=now())
        while row.state in {"queued", "waiting", "sending", "uploading"}:
            sender.run_once()
            with node.store.transaction() as tx:
                row = tx.out(sealed.id) or row
        return row.state == "accepted"

    return send


def receiving(both: Pair, folder: Path) -> Callable[[int], bool]:
    """Return what opens what came in, saves its attachment, and tells whether it had so many bytes."""
    node = node_of(both, both.receiver, folder / "receiver.db")
    saved = list[int]()

    def handle(message: Message, _: Transaction) -> None:
        for part in message.opened.parts[1:]:
            path = folder / f"{message.id}.{part.entry.n}"
            part.save(path)
            saved.append(path.stat().st_size)
            path.unlink()

    receiver = Receiver(node, judge=EnvelopeJudge(node=node), handler=handle)

    def receive(size: int) -> bool:
        saved.clear()
        return receiver.run_once() == 1 and saved == ([size] if size else [])

    return receive


def _role(pipe: Connection, make: Callable[[], Callable[[int], bool]]) -> None:
    """Do in a process of its own what is asked for."""
    work = make()
    for size in iter(pipe.recv, None):
        pipe.send(work(size))


def _asked(pipe: Connection, size: int) -> float:
    """Have it done and return how many seconds that took.

    Raises:
        RuntimeError: it was not done.
    """
    started = time.perf_counter()
    pipe.send(size)
    if not pipe.poll(PATIENCE) or not pipe.recv():
        raise RuntimeError("not delivered")
    return time.perf_counter() - started


@contextlib.contextmanager
def processes(both: Pair, folder: Path) -> Iterator[tuple[list[int], list[Connection]]]:
    """Give the ids of three processes, and the ways to two of them."""
    context = multiprocessing.get_context("fork")
    with socket.create_server(("127.0.0.1", 0)) as listening:
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        pipes = [context.Pipe() for _ in range(2)]
        roles = (partial(sending, both, folder, url), partial(receiving, both, folder))
        begun = [
            context.Process(target=_role, args=(theirs, role), daemon=True)
            for (_, theirs), role in zip(pipes, roles, strict=True)
        ]
        store = partial(SqliteStore, folder / "receiver.db")
        begun.insert(1, context.Process(target=serve, args=(listening, both, store), daemon=True))
        try:
            for one in begun:
                one.start()
            yield [one.pid or 0 for one in begun], [ours for ours, _ in pipes]
        finally:
            for one in begun:
                one.terminate()
                one.join()


def measured(mib: int) -> Growth:
    """Bring a message without an attachment and one with a large one, and return what that took."""
    with tempfile.TemporaryDirectory() as folder, processes(pair(), Path(folder)) as (numbers, pipes):
        for pipe in pipes:
            _asked(pipe, 0)
        idle = [peak_mib(one) for one in numbers]
        sent, opened = (_asked(pipe, mib * MIB) for pipe in pipes)
        grown = tuple(peak_mib(one) - before for one, before in zip(numbers, idle, strict=True))
        return Growth(mib, (sent, opened), grown)


def growth(mib: int) -> Growth:
    """Return the same from a fresh program, in whose memory nothing lies that was freed before."""
    command = [sys.executable, "-m", "bench.delivery_memory", "--mib", str(mib), "--json"]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, cwd=Path(__file__).parents[1])  # noqa: S603  # this program
    said = json.loads(done.stdout)
    return Growth(said["mib"], tuple(said["seconds"]), tuple(said["grown"]))


def possible() -> bool:
    """Tell whether this machine says how much memory a process had."""
    return Path(STATUS.format("self")).exists()


def figures(mib: int = LARGE_MIB) -> Iterator[Figure | Absent]:
    """Yield how much each process grew."""
    title = f"memory for {mib} MiB over HTTP"
    if not possible():
        yield Absent(title, "only measured on Linux")
        return
    found = growth(mib)
    took = f"{found.seconds[0]:.0f} s to custody, {found.seconds[1]:.0f} s to opened"
    for role, grown in zip(ROLES, found.grown, strict=True):
        yield Figure(f"{title} ({took}): {role}", grown, "MiB", GOAL)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="By how much each process grows for one large attachment.")
    parser.add_argument("--mib", type=int, default=LARGE_MIB)
    parser.add_argument("--json", action="store_true")
    said = parser.parse_args()
    if said.json:
        print(json.dumps(vars(measured(said.mib))))
        return
    for one in figures(said.mib):
        print(one.row())


if __name__ == "__main__":
    main()
