# SPDX-License-Identifier: EUPL-1.2
"""kgbx: pass a family's case between organisations so that the family never has to tell its story twice."""

from __future__ import annotations

__version__ = "0.1.0.dev0"
