# SPDX-License-Identifier: EUPL-1.2
"""The facade: compose a message from a case, take a message into a case, prove who recorded what.

This is the only package that joins consent, envelope and directory.
"""

from __future__ import annotations

from kgbx.exchange.passing import (
    CASE_SHARE,
    Basis,
    Composed,
    Decided,
    Own,
    Received,
    compose,
    decide_share,
    receive,
)
from kgbx.exchange.proofs import (
    CheckedProof,
    build_proofs_file,
    check_proof,
    check_proofs,
    proven_ids,
    read_proofs_file,
    sign_record,
)

__all__ = [
    "CASE_SHARE",
    "Basis",
    "CheckedProof",
    "Composed",
    "Decided",
    "Own",
    "Received",
    "build_proofs_file",
    "check_proof",
    "check_proofs",
    "compose",
    "decide_share",
    "proven_ids",
    "read_proofs_file",
    "receive",
    "sign_record",
]
