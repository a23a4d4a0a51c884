# SPDX-License-Identifier: EUPL-1.2
"""For those who build against kgbx: the schema in each form, what a new version breaks, consents in other standards.

Rules: forms are files that were made and checked before they were published; a comparison proves, or shows an example,
or says that it cannot tell. What exchanges consents (``fhir_consent``, ``dpv``) takes records, and is imported by its
own name: the schema side must not read a family case.
"""

from __future__ import annotations

from kgbx.interop.compat import Compatibility, Doubt, Refusal, compare_schemas
from kgbx.interop.forms import FORMS, Form, schema_form

__all__ = ["FORMS", "Compatibility", "Doubt", "Form", "Refusal", "compare_schemas", "schema_form"]
