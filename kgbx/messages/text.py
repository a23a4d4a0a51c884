# SPDX-License-Identifier: EUPL-1.2
"""A sentence in the two languages of kgbx."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Language = Literal["nl", "en"]


@dataclass(frozen=True, slots=True)
class Text:
    """One or more sentences that say what is wrong and what to do.

    Attributes:
        nl: Dutch, language level B1 where the subject allows it.
        en: English.
    """

    nl: str
    en: str

    def say(self, language: Language) -> str:
        """Return the sentence in `language`."""
        return self.nl if language == "nl" else self.en
