# SPDX-License-Identifier: EUPL-1.2
"""Write schemas/family-case-1.0.schema.json from the models of kgbx.case, and its forms for generators and OpenAPI.

Rules: JSON Schema 2020-12; closed objects; no null, no defaults; each member has an English description and a Dutch
title, and ``x-kgbx-source`` where a law or standard defines it. The models are the source: edit them, not the file.
"""

from __future__ import annotations

import json
import sys
from typing import Any, Final

from kgbx.case import SCHEMA_URI
from kgbx.case.fields import EXTENSION_NAME_PATTERN
from kgbx.case.types import Document
from kgbx.limits import MAX_EXTENSION_BYTES, MAX_EXTENSION_NAME_CHARS, MAX_SAFE_INTEGER
from tools import schema_forms
from tools.generated import write_or_check

VERSION: Final = "1.0"
PATH: Final = f"schemas/family-case-{VERSION}.schema.json"
CODEGEN_PATH: Final = f"schemas/family-case-{VERSION}.codegen.schema.json"
OPENAPI_PATH: Final = f"schemas/family-case-{VERSION}.openapi.json"

HEAD: Final[dict[str, Any]] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "$id": SCHEMA_URI,
    "$comment": "SPDX-License-Identifier: CC0-1.0. Written by tools/generate_schema.py.",
    "x-kgbx-status": "released",
    "title": "gezinsdossier",
    "description": "What a family told, who it is and who is around it, as small immutable records.",
}

JSON_VALUE: Final[dict[str, Any]] = {
    "description": "JSON without null and without fractions.",
    "type": ["string", "boolean", "integer", "array", "object"],
    "maxLength": MAX_EXTENSION_BYTES,
    "minimum": -MAX_SAFE_INTEGER,
    "maximum": MAX_SAFE_INTEGER,
    "items": {"$ref": "#/$defs/Json"},
    "propertyNames": {
        "type": "string",
        "pattern": EXTENSION_NAME_PATTERN,
        "maxLength": MAX_EXTENSION_NAME_CHARS,
        "not": {"pattern": "[\\n\\r]"},
    },
    "additionalProperties": {"$ref": "#/$defs/Json"},
}


def schema() -> dict[str, Any]:
    """Return the published schema."""
    made = Document.model_json_schema(by_alias=True)
    definitions = {name: as_object(definition) for name, definition in made.pop("$defs").items()}
    body = {key: value for key, value in as_object(made).items() if key not in HEAD}
    return {**HEAD, **body, "$defs": {**dict(sorted(definitions.items())), "Json": JSON_VALUE}}


def as_object(definition: dict[str, Any]) -> dict[str, Any]:
    """Return an object definition without the title that is only its class name, its description on one line."""
    cleaned = {key: value for key, value in definition.items() if key != "title"}
    cleaned["description"] = " ".join(cleaned["description"].split("\n\n")[0].split())
    cleaned["properties"] = {name: _member(name, member) for name, member in definition["properties"].items()}
    return cleaned


def _member(name: str, member: dict[str, Any]) -> dict[str, Any]:
    """Return a member without its default, for absent means unknown."""
    cleaned = {key: value for key, value in member.items() if key != "default"}
    return cleaned | _extensions(cleaned) if name == "extensions" else cleaned


def _extensions(member: dict[str, Any]) -> dict[str, Any]:
    """Return what is said of extensions: their values are JSON without null, their names are strings.

    The type of a name goes without saying, but validators in a strict mode want it said.
    """
    names = {"type": "string", **member["propertyNames"]}
    return {"additionalProperties": {"$ref": "#/$defs/Json"}, "propertyNames": names}


def text(form: dict[str, Any]) -> str:
    """Return a file."""
    return json.dumps(form, ensure_ascii=False, indent=2) + "\n"


def texts() -> dict[str, str]:
    """Return the path and the text of each form."""
    strict = schema()
    forms = {
        PATH: strict,
        CODEGEN_PATH: schema_forms.codegen(strict),
        OPENAPI_PATH: schema_forms.openapi(strict, version=VERSION),
    }
    return {path: text(form) for path, form in forms.items()}


def main(arguments: list[str] | None = None) -> int:
    """Write the schema and its forms, or with ``--check`` compare them."""
    return write_or_check(texts(), arguments)


if __name__ == "__main__":
    sys.exit(main())
