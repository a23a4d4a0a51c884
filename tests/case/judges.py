# SPDX-License-Identifier: EUPL-1.2
"""Three judges of a document's shape: the models, jsonschema-rs with formats, jsonschema with formats."""

from __future__ import annotations

import jsonschema  # type: ignore[import-untyped]  # publishes no types
import jsonschema_rs

from kgbx.case.reading import read
from kgbx.errors import DocumentError
from tests.case.builders import as_bytes
from tests.case.strategies import SCHEMA

RUST = jsonschema_rs.Draft202012Validator(SCHEMA, validate_formats=True)
PYTHON = jsonschema.Draft202012Validator(SCHEMA, format_checker=jsonschema.FormatChecker())


def model_accepts(value: object) -> bool:
    try:
        read(as_bytes(value))
    except DocumentError:
        return False
    return True
