# SPDX-License-Identifier: EUPL-1.2
"""The forms of which the JSON Schemas of the envelope are built.

Rules: only pieces of schemas; which structure has which members stands in :mod:`tools.generate_envelope_schemas`.
"""

from __future__ import annotations

from typing import Any, Final

from kgbx import limits
from kgbx.envelope.keys import ALGS

Schema = dict[str, Any]

END: Final = r"$(?!\n)"
"""The end of the text, also for those whose ``$`` allows a newline behind it."""

_SPARE: Final = {0: "", 1: "[AQgw]", 2: "[AEIMQUYcgkosw048]"}
"""What the last character of base64url may be, by the number of bytes modulo 3."""

B64: Final = f"^(?:[A-Za-z0-9_-]{{4}})*(?:[A-Za-z0-9_-]{_SPARE[1]}|[A-Za-z0-9_-]{{2}}{_SPARE[2]})?{END}"
LAST_SECOND: Final = 32_472_143_999
"""2998-12-31T23:59:59Z: what a person can still read as a date."""


def text(pattern: str, description: str = "", **more: object) -> Schema:
    """Return the schema of a text of a form."""
    told = {"description": description} if description else {}
    return {**told, "type": "string", "pattern": pattern, **more}


def b64_of(size: int) -> Schema:
    """Return the schema of base64url of a number of bytes."""
    free = size * 4 // 3 if size % 3 else size // 3 * 4
    return text(f"^[A-Za-z0-9_-]{{{free}}}{_SPARE[size % 3]}{END}", f"B64 of {size} bytes")


def common(name: str) -> Schema:
    """Return a reference to what the structures share."""
    return {"$ref": f"common.schema.json#/$defs/{name}"}


def of(name: str) -> Schema:
    """Return a reference to another structure."""
    return {"$ref": f"{name}.schema.json"}


def closed(required: Schema, optional: Schema | None = None, **more: object) -> Schema:
    """Return the schema of an object with exactly these members."""
    properties = {**required, **(optional or {})}
    return {
        "type": "object",
        "additionalProperties": False,
        "required": list(required),
        "properties": properties,
        **more,
    }


def several(item: Schema, least: int = 0, most: int | None = None, **more: object) -> Schema:
    """Return the schema of a list."""
    bound = {} if most is None else {"maxItems": most}
    return {"type": "array", "items": item, "minItems": least, **bound, **more}


def integer(least: int, most: int, **more: object) -> Schema:
    """Return the schema of an integer."""
    return {"type": "integer", "minimum": least, "maximum": most, **more}


def case(member: str, value: str, then: Schema, otherwise: Schema) -> Schema:
    """Return a condition on one member."""
    return {"if": {"properties": {member: {"const": value}}}, "then": then, "else": otherwise}


def members(**properties: object) -> Schema:
    """Return a schema that says something of members only."""
    return {"properties": properties}


DEFS: Final[Schema] = {
    "b64": text(B64, "base64url without padding, in its one spelling"),
    "b64_32": b64_of(32),
    "kid": {**b64_of(32), "description": "JWK thumbprint (RFC 7638)"},
    "org": text(f"^urn:osb:oin:[0-9]{{20}}{END}", "URN of an organisation"),
    "uuid": text(
        f"^[0-9a-f]{{8}}-[0-9a-f]{{4}}-4[0-9a-f]{{3}}-[89ab][0-9a-f]{{3}}-[0-9a-f]{{12}}{END}", "UUID version 4"
    ),
    "digest": text(f"^sha-256:[A-Za-z0-9_-]{{42}}{_SPARE[2]}{END}", "SHA-256"),
    "second": integer(0, LAST_SECOND, description="Unix seconds"),
    "number": integer(0, limits.MAX_SAFE_INTEGER),
    "pair": several(common("kid"), 2, 2, uniqueItems=True, description="kids: Ed25519, ML-DSA-65"),
    "name": {
        **text(r"[^\s]", "a name, for people", maxLength=limits.MAX_NAME_CHARS),
        "not": {"pattern": r"[\u0000-\u001f\u007f]"},
    },
    "ed25519": closed({"protected": common("b64"), "signature": b64_of(ALGS["Ed25519"].signature_bytes)}),
    "ml_dsa_65": closed({"protected": common("b64"), "signature": b64_of(ALGS["ML-DSA-65"].signature_bytes)}),
}


def signed(pairs: int) -> Schema:
    """Return the schema of so many pairs of signatures."""
    places = [common("ed25519"), common("ml_dsa_65")] * pairs
    return {"type": "array", "prefixItems": places, "items": False, "minItems": len(places)}
