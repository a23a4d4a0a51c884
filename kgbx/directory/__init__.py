# SPDX-License-Identifier: EUPL-1.2
"""Who has which keys: organisation documents, the directory file and the trust file.

Rules: an organisation speaks for itself in a document signed by its root keys; a trust file says whose root keys are
believed, by a pin or by the word of enough keepers of a directory; a certificate can introduce an organisation;
everything else is refused. Opening and sealing ask a :class:`Directory`. Only the memory of numbers seen is a file that
is opened here; no clock is read.
"""

from __future__ import annotations

from kgbx.directory.certificates import Authorities, check_certificate
from kgbx.directory.document import describe, make_document, peek_document, verify_document
from kgbx.directory.files import (
    Keepers,
    Pin,
    Trust,
    build_directory_file,
    build_trust_file,
    read_directory_file,
    read_directory_statement,
    read_trust_file,
)
from kgbx.directory.lookup import Directory
from kgbx.directory.state import DirectoryState, MemoryDirectoryState, SqliteDirectoryState
from kgbx.directory.statement import (
    Statement,
    add_signature,
    read_statement,
    sign_statement,
    state_directory,
    verify_statement,
)
from kgbx.directory.succession import Revocation, next_document, sign_next
from kgbx.directory.trusting import Certifying, require_chain

__all__ = [
    "Authorities",
    "Certifying",
    "Directory",
    "DirectoryState",
    "Keepers",
    "MemoryDirectoryState",
    "Pin",
    "Revocation",
    "SqliteDirectoryState",
    "Statement",
    "Trust",
    "add_signature",
    "build_directory_file",
    "build_trust_file",
    "check_certificate",
    "describe",
    "make_document",
    "next_document",
    "peek_document",
    "read_directory_file",
    "read_directory_statement",
    "read_statement",
    "read_trust_file",
    "require_chain",
    "sign_next",
    "sign_statement",
    "state_directory",
    "verify_document",
    "verify_statement",
]
