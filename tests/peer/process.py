# SPDX-License-Identifier: EUPL-1.2
"""The second implementation of the envelope, in JavaScript: one process that answers a line of JSON for each line."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING, Any, Final

from kgbx.envelope.encoding import unb64

if TYPE_CHECKING:
    from pathlib import Path

Answer = dict[str, Any]

ACCEPTED: Final = "accepted"


class Peer:
    """A node process. Binary values go to it and come from it as B64."""

    def __init__(self, folder: Path) -> None:
        self.process = subprocess.Popen(
            ("node", "peer.mjs"), cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8"
        )

    def ask(self, action: str, **request: object) -> Answer:
        """Return the answer to a request; what broke, and was not refused, fails the test."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps({"do": action, **request}) + "\n")
        self.process.stdin.flush()
        answer: Answer = json.loads(self.process.stdout.readline())
        assert answer.get("outcome") != "broken", answer
        return answer

    def vectors(self, file: Path) -> dict[str, Answer]:
        """Return the outcome of each vector of a file, by id."""
        results = self.ask("vectors", file=str(file))["results"]
        assert [row for row in results if row["outcome"] == "broken"] == []
        return {row["id"]: row for row in results}

    def close(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()


def outcome(answer: Answer) -> str:
    """Return ``accepted`` or the code."""
    return str(answer.get("code", answer.get("outcome")))


def body_of(answer: Answer) -> bytes:
    """Return the digest of the body that was opened."""
    return bytes.fromhex(answer["parts"][0]["sha256"])


def data(text: str) -> bytes:
    """Return the bytes of a binary value."""
    return unb64(text)
