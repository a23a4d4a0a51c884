# SPDX-License-Identifier: EUPL-1.2
"""A policy in a file, ours or another's: read whole and known, or refused with the places; never half of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kgbx.case.structures import read_shape
from kgbx.cli.console import read_file
from kgbx.consent.known_functions import require_known_functions
from kgbx.consent.policy import Policy
from kgbx.errors import EXIT_USAGE, DocumentError
from kgbx.limits import MAX_DOCUMENT_BYTES

if TYPE_CHECKING:
    from pathlib import Path


def read_policy_file(path: str | Path) -> Policy:
    """Return the policy in a file.

    Args:
        path: Path of the file.

    Raises:
        DocumentError: it is no policy, or it names a function that no code list knows (D_CODE); with the exit status of
            wrong usage, as for a table that cannot be read: nothing was decided.
        OSError: the file cannot be read.
    """
    data = read_file(str(path), limit=MAX_DOCUMENT_BYTES)
    try:
        policy = read_shape(data, Policy)
        require_known_functions(policy)
    except DocumentError as error:
        error.exit_status = EXIT_USAGE
        raise
    return policy
