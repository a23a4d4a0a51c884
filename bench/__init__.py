# SPDX-License-Identifier: EUPL-1.2
"""How much kgbx costs above what it stands on: ratios, because milliseconds tell of the machine."""

from __future__ import annotations
