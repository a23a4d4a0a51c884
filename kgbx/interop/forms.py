# SPDX-License-Identifier: EUPL-1.2
"""The forms in which the schema of the family case is published.

Rules: what is given is the published file, byte for byte.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Literal

from kgbx.resources import schemas_path

if TYPE_CHECKING:
    from collections.abc import Mapping

Form = Literal["strict", "codegen", "openapi"]

FORMS: Final[Mapping[Form, str]] = MappingProxyType(
    {
        "strict": "family-case-1.0.schema.json",
        "codegen": "family-case-1.0.codegen.schema.json",
        "openapi": "family-case-1.0.openapi.json",
    }
)
"""Form and file: `strict` validates; `codegen` (generators) and `openapi` (OpenAPI 3.1) accept more."""


def schema_form(form: Form) -> bytes:
    """Return the published schema in one form."""
    return schemas_path(FORMS[form]).read_bytes()
