# SPDX-License-Identifier: EUPL-1.2
"""Rules: structure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from kgbx.case.rules.rule import Rule

STRUCTURE_RULES: Final[tuple[Rule, ...]] = ()
