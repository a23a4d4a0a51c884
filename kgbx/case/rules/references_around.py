# SPDX-License-Identifier: EUPL-1.2
"""Which members name other records, and which hold free text, in the records around the telling: a continuation.

Rules: what a permit supersedes and what was weighed may be absent: a refusal is known to whoever must know it, and need
not travel. What an erasure names is gone by nature and stands in no table. A party is a person or an organisation; an
organisation needs no record.
"""

from __future__ import annotations

from typing import Final

from kgbx.case.rules.reference import DECIDED, Path, Reference, to_person, to_professional, to_writer

_DOCUMENTS: Final = ("documents",)
_CONSENTS: Final = ("consents",)
_SPOKEN_OF: Final = ("informings", "third_party_weighings", "confidences", "restrictions")
_WITH_PERSONS: Final = (
    "strengths",
    "safety_assessments",
    "analyses",
    "plans",
    "agreements",
    "reports",
    "decisions",
    "collaborations",
    "milestones",
)
_WITH_ANSWERS: Final = ("safety_assessments", "analyses", "plans", "agreements")
_WITH_WORDS: Final = ("concerns", "strengths", "plans", "goals", "agreements", "decisions")

REFERENCES_AROUND: Final = (
    *(Reference(array, ("source", "document"), _DOCUMENTS) for array in DECIDED),
    *(Reference(array, ("record",), DECIDED) for array in _SPOKEN_OF),
    *(to_person(array, "persons") for array in _WITH_PERSONS),
    *(to_writer(array, "words", "written_by") for array in _WITH_WORDS),
    *(to_person(array, "answers", "person") for array in _WITH_ANSWERS),
    Reference("statements", ("told_by", "document"), _DOCUMENTS),
    to_person("same_person", "a"),
    to_person("same_person", "b"),
    to_person("measures", "minor"),
    to_professional("measures", "worker"),
    to_person("informings", "person"),
    to_professional("informings", "by", "professional"),
    to_person("concerns", "affects"),
    to_person("concerns", "bearer"),
    to_person("concerns", "seen_by_family", "person"),
    to_person("strengths", "helper"),
    to_professional("safety_assessments", "assessed_by", "professional"),
    to_professional("analyses", "made_by", "professional"),
    to_person("analyses", "made_with"),
    to_professional("plans", "made_by", "professional"),
    to_person("plans", "made_with"),
    to_person("goals", "owners"),
    to_writer("goals", "scaling", "by"),
    Reference("reporters", ("report",), ("reports",)),
    to_person("reporters", "person"),
    to_professional("reporters", "professional"),
    to_writer("collaborations", "question", "written_by"),
    to_professional("milestones", "contact"),
    to_person("documents", "about"),
    to_professional("documents", "written_by", "professional"),
    to_person("consents", "subject"),
    to_professional("consents", "ceremony", "witness"),
    to_professional("consents", "authority_evidence", "checked_by"),
    Reference("consents", ("supersedes",), _CONSENTS, may_be_absent=True),
    Reference("withdrawals", ("consent",), _CONSENTS),
    to_person("legal_grounds", "subjects"),
    to_professional("legal_grounds", "decided_by"),
    to_professional("legal_grounds", "consulted"),
    to_professional("legal_grounds", "preconditions", "checked_by"),
    to_person("legal_grounds", "informed"),
    Reference("legal_grounds", ("refusals_weighed",), _CONSENTS, may_be_absent=True),
    to_person("third_party_weighings", "person"),
    to_professional("third_party_weighings", "decided_by"),
    Reference("third_party_weighings", ("refusals_weighed",), _CONSENTS, may_be_absent=True),
    to_person("capacities", "person"),
    to_professional("capacities", "assessed_by", "professional"),
    to_person("capacities", "represented_by"),
    to_person("protections", "person"),
    to_person("confidences", "withheld_from"),
)
"""Members that name a record; a member that names a person or an organisation stands in PARTIES."""

PARTIES: Final[tuple[tuple[str, Path], ...]] = (
    ("goals", ("steps", "who")),
    ("consents", ("decided_by",)),
    ("withdrawals", ("by",)),
    ("protections", ("blocked",)),
)
"""Every member that names a person by id or an organisation by URN."""

TEXTS_AROUND: Final[tuple[tuple[str, Path], ...]] = (
    *((array, ("words", "text")) for array in _WITH_WORDS),
    *((array, ("words", "original", "text")) for array in _WITH_WORDS),
    ("collaborations", ("question", "text")),
    ("collaborations", ("question", "original", "text")),
    ("collaborations", ("reason",)),
    ("informings", ("reaction",)),
    ("informings", ("reason_not_informed",)),
    ("concerns", ("seen_by_family", "remark")),
    ("safety_assessments", ("explanation",)),
    ("safety_assessments", ("overrides_score",)),
    ("reports", ("incident", "place")),
    ("reports", ("incident", "description")),
    *((array, ("answers", "remark")) for array in _WITH_ANSWERS),
    ("analyses", ("question",)),
    ("analyses", ("hypotheses", "text")),
    ("analyses", ("hypotheses", "factors", "text")),
    ("plans", ("why_no_family_plan",)),
    ("goals", ("steps", "text")),
    ("agreements", ("breach_response",)),
    ("milestones", ("norm_source",)),
    ("milestones", ("bridging",)),
    ("milestones", ("waiting_reason",)),
    ("documents", ("title",)),
    ("consents", ("ceremony", "kept_at")),
    ("consents", ("how_to_withdraw",)),
    ("consents", ("words",)),
    ("withdrawals", ("words",)),
    ("legal_grounds", ("necessity",)),
    ("legal_grounds", ("proportionality",)),
    ("legal_grounds", ("subsidiarity",)),
    ("legal_grounds", ("effectiveness",)),
    ("legal_grounds", ("reason_not_informed",)),
    ("legal_grounds", ("child_heard",)),
    ("third_party_weighings", ("why_not_harmed",)),
    ("capacities", ("explanation",)),
    ("protections", ("reason",)),
)
"""Members in which somebody writes freely."""
