# SPDX-License-Identifier: EUPL-1.2
"""Cases on the command line: reading one of several, and showing content to somebody who has it anyway.

Rules: an error says in which file; content is shown as JSON in which nothing can steer a terminal.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from kgbx.case import FamilyCase
from kgbx.cli.files import read_ordinary
from kgbx.errors import DocumentError
from kgbx.limits import MAX_DOCUMENT_BYTES

if TYPE_CHECKING:
    from kgbx.cli.console import Console


def read_case(console: Console, path: str) -> FamilyCase:
    """Return the case in a file; of a file that holds none, the name is told on stderr first.

    Raises:
        DocumentError: it is not valid.
        OSError: it cannot be read.
    """
    try:
        return FamilyCase.from_json(read_ordinary(path, limit=MAX_DOCUMENT_BYTES))
    except DocumentError:
        console.note(f"{path}: niet in orde", f"{path}: not ok")
        raise


def shown(value: object) -> str:
    """Return a value as JSON on one line, with an escape for each character that is not seen."""
    text = json.dumps(value, ensure_ascii=False)
    return "".join(one if one.isprintable() else json.dumps(one)[1:-1] for one in text)
