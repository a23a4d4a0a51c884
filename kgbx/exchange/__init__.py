# SPDX-License-Identifier: EUPL-1.2
"""The facade: compose a message from a case, take a message into a case, prove who recorded what.

This is the only package that joins consent, envelope and directory.
"""

from __future__ import annotations

from kgbx.exchange.contributing import CheckedContribution, check_contribution, contribute
from kgbx.exchange.minimal_set import fitted, purpose_of, require_within
from kgbx.exchange.openings import Opening, Permit, Sparing, blocked_by, openings, sparing
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
from kgbx.exchange.provenance import Provenance, provenance, require_unaltered, with_contributions

__all__ = [
    "CASE_SHARE",
    "Basis",
    "CheckedContribution",
    "CheckedProof",
    "Composed",
    "Decided",
    "Opening",
    "Own",
    "Permit",
    "Provenance",
    "Received",
    "Sparing",
    "blocked_by",
    "build_proofs_file",
    "check_contribution",
    "check_proof",
    "check_proofs",
    "compose",
    "contribute",
    "decide_share",
    "fitted",
    "openings",
    "proven_ids",
    "provenance",
    "purpose_of",
    "read_proofs_file",
    "receive",
    "require_unaltered",
    "require_within",
    "sign_record",
    "sparing",
    "with_contributions",
]
