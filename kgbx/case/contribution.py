# SPDX-License-Identifier: EUPL-1.2
"""What an organisation signed of its records: the form of a contribution, not its meaning.

Rules: a contribution is no record; a case keeps it as it came and merges it as a set. Nothing here opens or verifies
one: that needs keys, and keys belong to other parts.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from kgbx.case.base import Model
from kgbx.case.fields import BASE64URL_PATTERN, NO_LINE_END, Many, doc
from kgbx.limits import MAX_CONTRIBUTION_CHARS, MAX_CONTRIBUTION_HEADER_CHARS, MAX_SIGNATURE_CHARS

_SHORTEST = 2  # one byte


class ContributionSignature(Model):
    """One signature of a contribution."""

    protected: Annotated[
        str,
        StringConstraints(pattern=BASE64URL_PATTERN, min_length=_SHORTEST, max_length=MAX_CONTRIBUTION_HEADER_CHARS),
        NO_LINE_END,
        doc("kop", "Header of the signature, base64url.", source="RFC 7515"),
    ]
    signature: Annotated[
        str,
        StringConstraints(pattern=BASE64URL_PATTERN, min_length=_SHORTEST, max_length=MAX_SIGNATURE_CHARS),
        NO_LINE_END,
        doc("handtekening", "The signature, base64url.", source="RFC 7515"),
    ]


class Contribution(Model):
    """Digests of the records that one organisation recorded, signed by it."""

    payload: Annotated[
        str,
        StringConstraints(pattern=BASE64URL_PATTERN, min_length=_SHORTEST, max_length=MAX_CONTRIBUTION_CHARS),
        NO_LINE_END,
        doc("inhoud", "What was signed, base64url.", source="RFC 7515"),
    ]
    signatures: Annotated[
        Many[ContributionSignature],
        Field(min_length=2, max_length=2),
        doc("handtekeningen", "Two signatures over the same bytes.", source="RFC 7515 section 7.2.1"),
    ]
