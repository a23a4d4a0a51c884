# SPDX-License-Identifier: EUPL-1.2
"""The technical log of programs that keep running: one line an event on stderr, ids and codes only."""

from __future__ import annotations

import logging

from kgbx.delivery.log import LOG


def log_to_stderr() -> None:
    """Write what delivery tells to stderr, with the moment and nothing of anybody."""
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    LOG.handlers[:] = [handler]
    LOG.setLevel(logging.INFO)
    LOG.propagate = False
