# SPDX-License-Identifier: EUPL-1.2
"""Write kgbx/delivery/openapi.json, the description of the interface, from the tables of routes and problems.

Rules: OpenAPI 3.1; one operation a route, one response a status; each problem type stands where it can occur.
"""

from __future__ import annotations

import json
import re
import sys
from typing import TYPE_CHECKING, Any, Final

from kgbx.delivery import routes
from kgbx.delivery.problems import BASE, PROBLEM_MEDIA, PROBLEMS
from kgbx.delivery.protocol import API_VERSION, JSON_MEDIA, PART_MEDIA, SIGNED_MEDIA
from kgbx.delivery.routes import ROUTES, possible_problems
from kgbx.limits import MAX_PAGE_ROWS, MAX_WALKED_NUMBERS
from tools.generated import write_or_check

if TYPE_CHECKING:
    from kgbx.delivery.routes import Route

PATH: Final = "kgbx/delivery/openapi.json"
Json = dict[str, Any]

SAYS: Final[dict[str, str]] = {
    "takeMessage": "Offer a sealed message. Answered with the signed custody of the receiver; offering it again does "
    "no harm and gets the same answer.",
    "showReceipt": "Fetch what the receiver signed about a message that this partner brought, on one level.",
    "takeCancellation": "Say, signed, that a message is of no use any more.",
    "takeReceipt": "Bring a receipt about a message of this receiver: level 2 or 3 sealed, level 1 a signed no.",
    "showPart": "Ask how much of an encrypted part is here.",
    "takePart": "Bring a piece of an encrypted part, from where it stands.",
    "listMailbox": "List what lies here for this partner, oldest first.",
    "fetchMessage": "Fetch the sealed bytes of something that lies here for this partner.",
    "fetchPart": "Fetch an encrypted part of a message that lies here, from an offset.",
    "acknowledge": "Say that it was taken: for a message with the signed custody of this partner.",
    "showPosition": "Ask where a lane of this partner stands.",
    "showCapabilities": "What this endpoint can do, and how much it takes.",
    "showKeys": "The signed organisation document of this endpoint.",
    "isAlive": "Whether the process answers.",
    "isReady": "Whether a message would be taken now.",
    "showDescription": "This description.",
}
"""One sentence for each route."""

GOES_WELL: Final[dict[tuple[str, int], str]] = {
    ("takeMessage", 200): "It was taken before; the same statement as then.",
    ("takeMessage", 201): "It is taken; the signed statement of custody.",
    ("takeMessage", 202): "Nothing is taken yet: these parts are missing.",
}

NAMES: Final = {"id": "message", "sha256": "part", "lane": "lane", "level": "level"}


def _pattern(compiled: re.Pattern[str]) -> str:
    return "^" + compiled.pattern.removesuffix(r"\Z") + "$"


def _text(compiled: re.Pattern[str], says: str) -> Json:
    return {"type": "string", "pattern": _pattern(compiled), "description": says}


PARAMETERS: Final[dict[str, Json]] = {
    "id": _text(routes.PARAMETERS["id"], "UUID version 4 of the message."),
    "sha256": _text(routes.PARAMETERS["sha256"], "SHA-256 of the encrypted part, base64url."),
    "lane": _text(routes.PARAMETERS["lane"], "Pseudonym of a case for this partner."),
    "level": _text(routes.LEVEL, "1 custody or a signed no, 2 processed or refused, 3 taken up."),
}
QUESTIONS: Final[dict[str, Json]] = {
    "after": _text(routes.QUESTIONS["after"], "Id of the last row of the page before."),
    "max": {"type": "integer", "minimum": 1, "maximum": MAX_PAGE_ROWS, "description": "Rows of a page."},
    "level": PARAMETERS["level"],
}
HEADERS: Final[dict[str, list[tuple[str, bool, Json]]]] = {
    "takeMessage": [
        (
            "Kgbx-Parts",
            False,
            {"type": "string", "description": "SHA-256 of each encrypted part, base64url, in order, with commas."},
        ),
        (
            "Kgbx-Lane",
            False,
            _text(routes.LANE_HEADER, "Pseudonym of the case and the place in it, with a semicolon."),
        ),
        ("Kgbx-Urgency", False, {"enum": sorted(routes.URGENCY), "description": "How long a gap is waited for."}),
    ],
    "takePart": [("Content-Range", True, _text(routes.CONTENT_RANGE, "First byte, last byte, full size."))],
    "fetchPart": [("Range", True, _text(routes.RANGE, "From which byte on, and up to which if no more is wanted."))],
}

DIGEST: Final[Json] = _text(routes.PARAMETERS["sha256"], "SHA-256 of an encrypted part, base64url.")
SCHEMAS: Final[dict[str, Json]] = {
    "Problem": {
        "type": "object",
        "description": "Why it was not done (RFC 9457).",
        "required": ["type", "title", "status", "code", "retryable"],
        "properties": {
            "type": {"enum": sorted(row.type for row in PROBLEMS.values()), "description": "Names the problem."},
            "title": {"type": "string", "description": "What is wrong and what to do."},
            "status": {"enum": sorted({row.status for row in PROBLEMS.values()}), "description": "HTTP status."},
            "code": {"enum": sorted(PROBLEMS), "description": "Stable code."},
            "retryable": {"type": "boolean", "description": "Whether the same request may go well later."},
            "retry_after": {"type": "integer", "minimum": 0, "description": "After how many seconds."},
            "reason": {"type": "string", "description": "What is wrong with the form of the envelope, a code."},
            "statement": {
                "type": "string",
                "description": "Signed statement that no key of the receiver stands on it.",
            },
        },
    },
    "Missing": {
        "type": "object",
        "description": "Parts that must be brought first.",
        "required": ["missing"],
        "properties": {"missing": {"type": "array", "minItems": 1, "items": DIGEST}},
    },
    "Page": {
        "type": "object",
        "description": "A page of a mailbox.",
        "required": ["messages"],
        "properties": {
            "messages": {"type": "array", "maxItems": MAX_PAGE_ROWS, "items": {"$ref": "#/components/schemas/Row"}},
            "next": _text(routes.PARAMETERS["id"], "There may be more after this id."),
        },
    },
    "Row": {
        "type": "object",
        "description": "Something that lies in a mailbox.",
        "required": ["id", "kind", "urgency"],
        "properties": {
            "id": PARAMETERS["id"],
            "kind": {"enum": ["message", "receipt", "cancellation"]},
            "urgency": {"enum": sorted(routes.URGENCY)},
            "parts": {"type": "array", "items": DIGEST},
            "lane": PARAMETERS["lane"],
            "number": {"type": "integer", "minimum": 1},
            "about": PARAMETERS["id"],
            "level": {"type": "integer", "minimum": 1, "maximum": 3},
        },
    },
    "Position": {
        "type": "object",
        "description": "Where a lane stands.",
        "required": ["next", "missing"],
        "properties": {
            "next": {"type": "integer", "minimum": 1, "description": "The first number that is new."},
            "missing": {"type": "array", "maxItems": MAX_WALKED_NUMBERS, "items": {"type": "integer", "minimum": 1}},
        },
    },
    "Capabilities": {
        "type": "object",
        "description": "What this endpoint can do, and how much it takes.",
        "required": ["api", "org", "suites", "dedupe_days", "mailbox", "limits"],
        "properties": {
            "api": {"type": "string"},
            "org": {"type": "string", "pattern": "^urn:osb:oin:[0-9]{20}$"},
            "suites": {"type": "array", "items": {"type": "string"}},
            "dedupe_days": {"type": "integer", "description": "For so long a second offer is recognised."},
            "mailbox": {"type": "boolean"},
            "limits": {"type": "object", "additionalProperties": {"type": "integer"}},
        },
    },
}
ANSWERS: Final[dict[tuple[str, int], tuple[str, Json]]] = {
    ("takeMessage", 200): (SIGNED_MEDIA, {"type": "object"}),
    ("takeMessage", 201): (SIGNED_MEDIA, {"type": "object"}),
    ("takeMessage", 202): (JSON_MEDIA, {"$ref": "#/components/schemas/Missing"}),
    ("showReceipt", 200): (SIGNED_MEDIA, {"type": "object"}),
    ("listMailbox", 200): (JSON_MEDIA, {"$ref": "#/components/schemas/Page"}),
    ("fetchMessage", 200): (SIGNED_MEDIA, {"type": "object"}),
    ("fetchPart", 206): (PART_MEDIA, {}),
    ("showPosition", 200): (JSON_MEDIA, {"$ref": "#/components/schemas/Position"}),
    ("showCapabilities", 200): (JSON_MEDIA, {"$ref": "#/components/schemas/Capabilities"}),
    ("showKeys", 200): (SIGNED_MEDIA, {"type": "object"}),
    ("showDescription", 200): (JSON_MEDIA, {"type": "object"}),
}
"""Media type and schema of what goes well and has a body."""

TELLS: Final[dict[tuple[str, int], dict[str, str]]] = {
    ("showPart", 200): {"Upload-Offset": "How many bytes are here.", "Upload-Length": "The full size, if it is known."},
    ("takePart", 204): {"Upload-Offset": "How many bytes are here now."},
    ("takePart", 409): {"Upload-Offset": "How many bytes are here."},
    ("fetchPart", 206): {"Content-Range": "First byte, last byte, full size."},
}
"""Further headers of answers."""

VERSION_HEADER: Final[Json] = {"description": "Version of this interface.", "schema": {"type": "string"}}


def operation(route: Route) -> Json:
    """Return one operation of the document."""
    found: Json = {
        "operationId": route.name,
        "summary": SAYS[route.name],
        "parameters": parameters(route),
        "responses": responses(route),
        "security": [{"certificate": []}] if route.peer else [],
    }
    if route.media:
        bodies = {one: {"schema": {"type": "object"} if one == SIGNED_MEDIA else {}} for one in route.media}
        found["requestBody"] = {"required": True, "content": bodies}
    return found


def parameters(route: Route) -> list[Json]:
    """Return what stands in the address, behind the question mark and in headers."""
    named = re.findall(r"{(\w+)}", route.path)
    of_path = [{"name": one, "in": "path", "required": True, "schema": PARAMETERS[one]} for one in named]
    of_query = [{"name": one, "in": "query", "schema": QUESTIONS[one]} for one in route.questions]
    of_headers = [
        {"name": name, "in": "header", "required": required, "schema": schema}
        for name, required, schema in HEADERS.get(route.name, [])
    ]
    return [*of_path, *of_query, *of_headers]


def responses(route: Route) -> Json:
    """Return one response for each status."""
    found = {str(status): _well(route, status) for status in route.statuses}
    for status, codes in problems(route).items():
        plain = not TELLS.get((route.name, status)) and route.method != "HEAD"
        found[str(status)] = {"$ref": f"#/components/responses/{_name(codes)}"} if plain else _badly(route, codes)
    return found


def problems(route: Route) -> dict[int, list[str]]:
    """Return the codes of what may go wrong, by status."""
    codes = sorted(set(possible_problems(route)))
    statuses = sorted({PROBLEMS[code].status for code in codes})
    return {status: [code for code in codes if PROBLEMS[code].status == status] for status in statuses}


def shared() -> Json:
    """Return the responses that several operations have."""
    plain = [route for route in ROUTES if route.method != "HEAD"]
    found = {_name(codes): _badly(route, codes) for route in plain for codes in problems(route).values()}
    return dict(sorted(found.items()))


def _name(codes: list[str]) -> str:
    return "-or-".join(PROBLEMS[code].type.removeprefix(BASE) for code in codes)


def _well(route: Route, status: int) -> Json:
    key = (route.name, status)
    answer: Json = {"description": GOES_WELL.get(key, "Done."), "headers": _headers(key)}
    if key in ANSWERS:
        media, schema = ANSWERS[key]
        answer["content"] = {media: {"schema": schema}}
    return answer


def _badly(route: Route, codes: list[str]) -> Json:
    types = [PROBLEMS[code].type for code in codes]
    schema: Json = {"$ref": "#/components/schemas/Problem"}
    narrowed: Json = {"properties": {"type": {"enum": types}, "code": {"enum": codes}}}
    answer: Json = {
        "description": ", ".join(one.removeprefix(BASE) for one in types),
        "headers": _headers((route.name, PROBLEMS[codes[0]].status)),
    }
    if route.method != "HEAD":
        answer["content"] = {PROBLEM_MEDIA: {"schema": {"allOf": [schema, narrowed]}}}
    return answer


def _headers(key: tuple[str, int]) -> Json:
    further = {name: {"description": says, "schema": {"type": "string"}} for name, says in TELLS.get(key, {}).items()}
    return {"API-Version": {"$ref": "#/components/headers/API-Version"}} | further


def document() -> Json:
    """Return the whole document."""
    paths: Json = {}
    for route in ROUTES:
        paths.setdefault(route.path, {})[route.method.lower()] = operation(route)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "kgbx: delivery between organisations",
            "version": API_VERSION,
            "description": "Sealed messages with provable custody. Nothing personal stands in an address, a header or "
            "a problem. Bytes are frozen: the same message is always offered as the same bytes under the same id.",
            "license": {"name": "CC0-1.0", "identifier": "CC0-1.0"},
            "contact": {"name": "kgbx", "url": "https://kgbx.example/"},
        },
        "servers": [{"url": "/", "description": "The base URL stands in the document of an organisation."}],
        "paths": paths,
        "components": {
            "headers": {"API-Version": VERSION_HEADER},
            "responses": shared(),
            "schemas": SCHEMAS,
            "securitySchemes": {
                "certificate": {
                    "type": "mutualTLS",
                    "description": "A certificate with the OIN of the organisation in the serialNumber of its subject.",
                }
            },
        },
    }


def texts() -> dict[str, str]:
    """Return the file that is generated."""
    return {PATH: json.dumps(document(), indent=1, ensure_ascii=False) + "\n"}


def main(arguments: list[str] | None = None) -> int:
    """Write the file, or with ``--check`` compare it."""
    return write_or_check(texts(), arguments)


if __name__ == "__main__":
    sys.exit(main())
