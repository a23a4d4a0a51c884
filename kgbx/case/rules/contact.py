# SPDX-License-Identifier: EUPL-1.2
"""Rules: contact."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from kgbx.case.rules.rule import Rule

CONTACT_RULES: Final[tuple[Rule, ...]] = ()
