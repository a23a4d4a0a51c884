# SPDX-License-Identifier: EUPL-1.2
"""What kgbx says to people, in Dutch and in English, keyed by stable code.

Rules: a sentence says what is wrong and what to do, and never holds a value of a document, a name or a key. Codes are
stable: programs may test for them; sentences may improve. This package imports nothing of kgbx.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from kgbx.messages.delivery import DELIVERY
from kgbx.messages.directory import DIRECTORY
from kgbx.messages.document import DOCUMENT
from kgbx.messages.envelope import ENVELOPE
from kgbx.messages.text import Language, Text
from kgbx.messages.usage import USAGE

if TYPE_CHECKING:
    from collections.abc import Mapping

MESSAGES: Mapping[str, Text] = MappingProxyType({**USAGE, **DOCUMENT, **ENVELOPE, **DIRECTORY, **DELIVERY})
"""Every code that an error of kgbx can carry, but those of the rules of the case, which stand in their own table."""

__all__ = ["MESSAGES", "Language", "Text"]
