# SPDX-License-Identifier: EUPL-1.2
"""Rules: numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from kgbx.case.rules.rule import Rule

NUMBER_RULES: Final[tuple[Rule, ...]] = ()
