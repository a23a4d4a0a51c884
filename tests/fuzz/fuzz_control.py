# SPDX-License-Identifier: EUPL-1.2
"""A target with a planted fault: it shows that a run which finds something fails."""

from __future__ import annotations

import sys

import atheris


def read(data: bytes) -> None:
    """Fail on every second length."""
    if len(data) % 2:
        raise RuntimeError


if __name__ == "__main__":
    atheris.Setup(sys.argv, read)
    atheris.Fuzz()
