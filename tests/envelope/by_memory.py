# SPDX-License-Identifier: EUPL-1.2
"""How much memory something takes, measured in a process of its own: ``python -m tests.envelope.by_memory …``.

``large BYTES`` seals and opens an attachment of so many bytes; ``hostile TARGET INPUT…`` gives a target of
:mod:`tests.fuzz.envelope_targets` inputs of 4 MiB that are made to cost much. Prints by how many MiB the process grew
beyond what it had when it was ready, and what came of it.
"""

from __future__ import annotations

import json
import sys
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Final

from kgbx.envelope.encoding import b64
from kgbx.limits import MAX_ENVELOPE_BYTES
from tests.envelope.makers import opened, sealed
from tests.fuzz.envelope_targets import TARGETS

if TYPE_CHECKING:
    from collections.abc import Callable

STATUS: Final = Path("/proc/self/status")
N: Final = MAX_ENVELOPE_BYTES
BLOCK: Final = 1 << 20


def array(unit: bytes) -> bytes:
    """Return an array of as many of these as fit."""
    return b"[" + (unit + b",") * ((N - 2) // (len(unit) + 1) - 1) + unit + b"]"


def members() -> bytes:
    """Return an object of as many members as fit."""
    text = bytearray(b"{")
    for number in range((N - 2) // 11):
        text += b'"%06x":0,' % number
    text[-1:] = b"}"
    return bytes(text)


def envelope(**changes: object) -> bytes:
    """Return a sound envelope with other members."""
    return json.dumps({**json.loads(sealed().envelope), **changes}, separators=(",", ":")).encode()


def entries(count: int) -> bytes:
    """Return an envelope with so many copies of its recipient."""
    return envelope(recipients=json.loads(sealed().envelope)["recipients"] * count)


INPUTS: Final[dict[str, Callable[[], bytes]]] = {
    "members": members,
    "floats": lambda: array(b"1.1"),
    "strings": lambda: array(b'"a"'),
    "numbers": lambda: array(b"1"),
    "lists": lambda: array(b"[]"),
    "nested": lambda: array(b"[[[[[[[[]]]]]]]]"),
    "brackets": lambda: b"[" * N,
    "braces": lambda: b'{"a":' * (N // 5),
    "digits": lambda: b"1" * N,
    "spaces": lambda: b" " * N,
    "quotes": lambda: b'"' * N,
    "backslashes": lambda: b'"' + b"\\" * (N - 2) + b'"',
    "escapes": lambda: b'"' + b"\\u00e9" * ((N - 2) // 6) + b'"',
    "one wide character": lambda: b'"' + b"a" * (N - 6) + "\U0001f600".encode() + b'"',
    "ciphertext": lambda: envelope(ciphertext="A" * (N - 12_000)),
    "protected": lambda: envelope(protected=b64(b"[" + b" " * (3 * N // 4 - 15_000) + b"]")),
    "recipients": lambda: entries(N // 1700),
    "padding": lambda: sealed().envelope + b" " * (N - len(sealed().envelope)),
}
"""Inputs of at most 4 MiB that cost much to read."""


class Zeros:
    """A stream of zeros that is never in memory whole."""

    def __init__(self, size: int) -> None:
        """Begin a stream of so many bytes."""
        self._left = size

    def read(self, size: int = -1, /) -> bytes:
        """Return the next zeros, at most a block of them."""
        block = bytes(min(size if size >= 0 else BLOCK, self._left, BLOCK))
        self._left -= len(block)
        return block


def memory(row: str) -> int:
    """Return the memory that this program has (``VmRSS``), or the most that it ever had (``VmHWM``), in KiB."""
    rows = dict(line.split(":", 1) for line in STATUS.read_text(encoding="ascii").splitlines())
    return int(rows[row].split()[0])


def large(size: int) -> list[str]:
    """Seal and open an attachment, and read all of it once more."""
    expected = sha256()
    for _ in range(size // BLOCK):
        expected.update(bytes(BLOCK))
    found = opened(sealed(attachments=[Zeros(size)])).parts[1]
    right = found.entry.size == size and found.sha256() == expected.digest()
    return ["right" if right else "wrong"]


def hostile(name: str, inputs: list[bytes]) -> list[str]:
    """Give a target each of the inputs."""
    return [TARGETS[name].outcome(data) for data in inputs]


def main(kind: str, *arguments: str) -> None:
    """Print the growth in MiB and the outcomes."""
    if kind == "large":
        before = memory("VmRSS")
        outcomes = large(int(arguments[0]))
    else:
        name, *chosen = arguments
        inputs = [INPUTS[one]() for one in chosen]
        before = memory("VmRSS")
        outcomes = hostile(name, inputs)
    print(json.dumps({"grown": (memory("VmHWM") - before) // 1024, "outcomes": outcomes}))  # noqa: T201  # its one result


if __name__ == "__main__":
    main(*sys.argv[1:])
