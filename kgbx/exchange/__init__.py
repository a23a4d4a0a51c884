# SPDX-License-Identifier: EUPL-1.2
"""The facade: compose a message from a case, take a message into a case, prove who recorded what.

This is the only package that joins consent, envelope and directory.
"""

from __future__ import annotations

from kgbx.exchange.consulting import OpenedConsult, SealedConsult, open_consult, seal_consult
from kgbx.exchange.contributing import CheckedContribution, check_contribution, contribute
from kgbx.exchange.covers import cover_for
from kgbx.exchange.messaging import Arrived, compose_message, receive_message
from kgbx.exchange.messaging_asking import (
    answer_information,
    compose_consult,
    compose_correction,
    request_information,
)
from kgbx.exchange.messaging_effects import Here, Outcome, State
from kgbx.exchange.messaging_handover import complete_handover, compose_offer, step_message
from kgbx.exchange.minimal_set import fitted, purpose_of, require_within
from kgbx.exchange.news import News, news
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
    "Arrived",
    "Basis",
    "CheckedContribution",
    "CheckedProof",
    "Composed",
    "Decided",
    "Here",
    "News",
    "OpenedConsult",
    "Opening",
    "Outcome",
    "Own",
    "Permit",
    "Provenance",
    "Received",
    "SealedConsult",
    "Sparing",
    "State",
    "answer_information",
    "blocked_by",
    "build_proofs_file",
    "check_contribution",
    "check_proof",
    "check_proofs",
    "complete_handover",
    "compose",
    "compose_consult",
    "compose_correction",
    "compose_message",
    "compose_offer",
    "contribute",
    "cover_for",
    "decide_share",
    "fitted",
    "news",
    "open_consult",
    "openings",
    "proven_ids",
    "provenance",
    "purpose_of",
    "read_proofs_file",
    "receive",
    "receive_message",
    "request_information",
    "require_unaltered",
    "require_within",
    "seal_consult",
    "sign_record",
    "sparing",
    "step_message",
    "with_contributions",
]
