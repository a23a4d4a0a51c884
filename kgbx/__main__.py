# SPDX-License-Identifier: EUPL-1.2
"""``python -m kgbx`` is ``kgbx``."""

from __future__ import annotations

from kgbx.cli.main import run

if __name__ == "__main__":
    run()
