# SPDX-License-Identifier: EUPL-1.2
"""Write schemas/needs/profile.schema.json from the model of a need profile.

Rules: as the other schemas: JSON Schema 2020-12, closed objects, no null, no defaults. It judges form, and that a topic
is in the list; what members mean together is for `read_profile`.
"""

from __future__ import annotations

import json
import re
import sys
from typing import Any, Final

from kgbx.codes import code_list
from kgbx.story import Profile
from tools.generated import write_or_check

PATH: Final = "schemas/needs/profile.schema.json"
HEAD: Final[dict[str, Any]] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "$id": "https://kgbx.example/schemas/needs/1.0/profile.schema.json",
    "$comment": "SPDX-License-Identifier: CC0-1.0. Written by tools/generate_needs_schema.py.",
    "x-kgbx-status": "released",
    "title": "need profile",
}
_ATTRIBUTE: Final = re.compile(r"^    (?P<name>\w+): (?P<text>(?:.|\n     +)+?)(?=\n    \w|\n*\Z)", re.MULTILINE)


def schema() -> dict[str, Any]:
    """Return the published schema."""
    made = Profile.model_json_schema(by_alias=True)
    definitions = {name: _object(one) for name, one in sorted(made.pop("$defs").items())}
    asks = definitions["Asks"]
    asks["properties"]["topic"] = {"description": asks["properties"]["topic"]["description"], "enum": _topics()}
    no_topic = {"required": ["record"], "not": {"required": ["topic"]}}
    asks["oneOf"] = [{"required": ["topic"], "maxProperties": 1}, no_topic]
    body = {key: value for key, value in _object(made).items() if key != "title"}
    body["dependentRequired"] = {"function": ["purpose"], "purpose": ["function"]}
    return {**HEAD, **body, "$defs": definitions}


def _topics() -> list[str]:
    codes = code_list("topic").codes
    return [*codes, *sorted({f"{code.rpartition('.')[0]}.*" for code in codes})]


def _object(form: dict[str, Any]) -> dict[str, Any]:
    """Return an object with the first sentence of its docstring, and what that says of each member."""
    summary, _, rest = form["description"].partition("\n\n")
    said = {found["name"]: " ".join(found["text"].split()) for found in _ATTRIBUTE.finditer(rest)}
    members = {name: _member(one, said.get(name)) for name, one in form["properties"].items()}
    kept = {key: value for key, value in form.items() if key != "title"}
    return kept | {"description": summary, "properties": members}


def _member(form: dict[str, Any], said: str | None) -> dict[str, Any]:
    kept = {key: value for key, value in form.items() if key not in {"default", "title"}}
    if "patternProperties" in kept:
        kept["additionalProperties"] = False
    return kept if said is None else {"description": said, **kept}


def main(arguments: list[str] | None = None) -> int:
    """Write the schema, or with ``--check`` compare it."""
    return write_or_check({PATH: json.dumps(schema(), ensure_ascii=False, indent=2) + "\n"}, arguments)


if __name__ == "__main__":
    sys.exit(main())
