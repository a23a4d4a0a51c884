# SPDX-License-Identifier: EUPL-1.2
"""What gives away where the mother lives, and a search that finds it however it is written."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from kgbx.case import Address, ContactPoint, Organisation

if TYPE_CHECKING:
    from kgbx.case import FamilyCase

MOTHER = "6b62c913-e48a-4dea-abee-739c577bd985"
SCHOOL = "urn:osb:oin:00000099000000003000"
SHELTER = "urn:osb:oin:00000099000000007000"


ZEROS = b"".join(base64.b64encode(b"\0" * shift + b"0" * 30) for shift in range(3))
"""What made-up telephones and the numbers of all organisations have in common: that gives nothing away."""


def squeezed(text: str) -> str:
    return "".join(character for character in text.casefold() if character.isalnum())


def secrets_of(case: FamilyCase) -> set[str]:
    """Return street, place, telephone, school and shelter of the mother and the children."""
    found = set()
    for record in case:
        if isinstance(record, Address) and MOTHER in record.persons:
            found |= {text for text in (record.street, record.city) if text and "Lindeloo" not in text}
        elif isinstance(record, ContactPoint) and MOTHER in record.persons:
            found.add(record.value)
        elif isinstance(record, Organisation) and record.org in (SCHOOL, SHELTER):
            found |= {record.name, record.org}
    return found


def forms_of(secret: str) -> set[bytes]:
    """Return the secret in UTF-8, UTF-16 and base64, with and without spaces and capitals."""
    forms = set()
    for text in {secret, secret.replace(" ", ""), squeezed(secret), secret.casefold()}:
        for encoding in ("utf-8", "utf-16-le", "utf-16-be"):
            raw = text.encode(encoding)
            forms.add(raw)
            forms |= {base64.b64encode(b"\0" * shift + raw)[4 * (shift > 0) : -4] for shift in range(3)}
    return {form for form in forms if len(form) >= 6 and form not in ZEROS}


def leaks(data: bytes, secrets: set[str]) -> set[str]:
    """Return the secrets that stand in `data` in any form."""
    text = squeezed(data.decode("utf-8", "replace"))
    return {secret for secret in secrets if squeezed(secret) in text or any(form in data for form in forms_of(secret))}
