# SPDX-License-Identifier: EUPL-1.2
"""Who has which keys: organisation documents, the directory file and the trust file.

Rules: an organisation speaks for itself in a document signed by its root keys; a trust file says whose root keys are
believed; everything else is refused. Opening and sealing ask a :class:`Directory`. Nothing here reads files or clocks.
"""

from __future__ import annotations

from kgbx.directory.document import describe, make_document, peek_document, verify_document
from kgbx.directory.files import (
    Pin,
    Trust,
    build_directory_file,
    build_trust_file,
    read_directory_file,
    read_trust_file,
)
from kgbx.directory.lookup import Directory

__all__ = [
    "Directory",
    "Pin",
    "Trust",
    "build_directory_file",
    "build_trust_file",
    "describe",
    "make_document",
    "peek_document",
    "read_directory_file",
    "read_trust_file",
    "verify_document",
]
