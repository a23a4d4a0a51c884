# SPDX-License-Identifier: EUPL-1.2
"""What keeps the repository in order: checks (check_*), generators (generate_*). Run: ``python -m tools.<name>``."""

from __future__ import annotations
