# SPDX-License-Identifier: EUPL-1.2
"""Write the JSON Schemas of every JSON structure of the envelope: schemas/envelope/*.schema.json.

Rules: figures and code lists come from the code; forms are written here once more, and tests/envelope/test_schemas.py
holds both against each other. What a schema cannot say is listed there. The schemas refer to each other by ``$id``.
"""

from __future__ import annotations

import json
import sys
from typing import Final

from kgbx import limits
from kgbx.envelope.keys import ALGS, EK_BYTES, ENCRYPTED_KEY_BYTES, SEED_BYTES
from kgbx.envelope.receipts import REFUSALS
from tools.envelope_forms import (
    DEFS,
    END,
    Schema,
    b64_of,
    case,
    closed,
    common,
    integer,
    members,
    of,
    several,
    signed,
    text,
)
from tools.generated import write_or_check

FOLDER: Final = "schemas/envelope"
BASE: Final = "https://kgbx.example/schemas/envelope/1.0-draft/"
TYPS: Final = tuple(f"kgbx-{name}+jws" for name in ("manifest", "custody", "org", "directory", "contribution"))
# --- the envelope

RECIPIENT: Final = closed(
    {
        "header": closed({"ek": b64_of(EK_BYTES)}, {"kid": common("kid")}),
        "encrypted_key": b64_of(ENCRYPTED_KEY_BYTES),
    }
)
ALL_NAMED: Final = {"items": members(header={"required": ["kid"]})}
ALL_ANONYMOUS: Final = {"items": members(header=members(kid=False))}
ENVELOPE: Final = closed(
    {
        "protected": {**common("b64"), "maxLength": limits.MAX_PROTECTED_BYTES * 4 // 3 + 1},
        "recipients": several(RECIPIENT, 1, limits.MAX_RECIPIENTS, anyOf=[ALL_NAMED, ALL_ANONYMOUS]),
        "iv": b64_of(12),
        "ciphertext": common("b64"),
        "tag": b64_of(16),
    }
)
HEADER: Final = closed(
    {
        "alg": {"const": "HPKE-9-KE"},
        "enc": {"const": "A256GCM"},
        "typ": {"const": "kgbx-envelope+jwe"},
        "cty": {"const": "kgbx-manifest+jws"},
        "kc": common("b64_32"),
    }
)
SIGNATURE_HEADER: Final = closed(
    {"alg": {"enum": ["Ed25519", "ML-DSA-65"]}, "kid": {"type": "string"}, "typ": {"enum": list(TYPS)}}
)

# --- the manifest

_WORD: Final = r"[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]*"
PART: Final = closed(
    {
        "n": integer(0, limits.MAX_PARTS - 1),
        "role": {"enum": ["body", "attachment"]},
        "media": text(f"^{_WORD}/{_WORD}{END}", maxLength=limits.MAX_MEDIA_TYPE_CHARS),
        "size": integer(0, limits.MAX_PART_BYTES),
        "digest": common("b64_32"),
        "csize": {"type": "integer", "minimum": 56 + limits.MIN_PADDED_BYTES + 16},
        "csha256": common("b64_32"),
    },
    {"name": {**text(f"^[A-Za-z0-9._ -]{{1,{limits.MAX_PART_NAME_CHARS}}}{END}"), "not": {"pattern": f"^[. ]*{END}"}}},
)
PARTS: Final[Schema] = {
    "type": "array",
    "maxItems": limits.MAX_PARTS,
    "prefixItems": [{"$ref": "#/$defs/part", **members(n={"const": 0}, role={"const": "body"})}],
    "items": {"$ref": "#/$defs/part", **members(n={"minimum": 1}, role={"const": "attachment"})},
}
INSTANT: Final = integer(-limits.MAX_SAFE_INTEGER, limits.MAX_SAFE_INTEGER)
MANIFEST: Final = closed(
    {
        "v": {"const": 1},
        "suite": {"const": "kgbx-1"},
        "kind": {"enum": ["message", "receipt"]},
        "id": common("uuid"),
        "kc": common("b64_32"),
        "iat": INSTANT,
        "exp": INSTANT,
        "from": closed({"org": common("org"), "sig": several(common("kid"), 2, 2)}),
        "to": several(closed({"org": common("org"), "kid": common("kid")}), 1, limits.MAX_RECIPIENTS),
        "type": text(f"^[A-Za-z][A-Za-z0-9+.-]*:[!-~]{{1,255}}{END}", "message type, a URI"),
        "parts": PARTS,
    },
    {"thid": common("uuid"), "ref": common("uuid"), "receipt": of("receipt")},
    **case(
        "kind",
        "receipt",
        {"required": ["receipt"], **members(parts={"maxItems": 0})},
        members(receipt=False, parts={"minItems": 1}),
    ),
    **{"$defs": {"part": PART}},
)
_ALL_RIGHT: Final = {"minItems": 1, "items": members(ok={"const": True})}
RECEIPT: Final = closed(
    {
        "of": closed({"id": common("uuid"), "from": common("org"), "manifest": common("digest")}),
        "level": {"enum": [2, 3]},
        "status": {"enum": ["processed", "refused", "taken_up"]},
        "at": common("second"),
        "parts": several(
            closed({"n": integer(0, limits.MAX_PARTS - 1), "ok": {"type": "boolean"}}), 0, limits.MAX_PARTS
        ),
    },
    {"code": {"enum": sorted(REFUSALS)}},
    allOf=[
        case("status", "taken_up", members(level={"const": 3}), members(level={"const": 2})),
        case("status", "refused", {"required": ["code"]}, members(code=False, parts=_ALL_RIGHT)),
    ],
)

# --- custody and evidence

_ABOUT: Final[Schema] = {"v": {"const": 1}, "id": common("uuid"), "envelope": common("digest"), "by": common("org")}
HELD: Final = closed(
    {
        **_ABOUT,
        "at": common("second"),
        "parts": several(common("b64_32"), 0, limits.MAX_PARTS),
        "window_days": integer(1, limits.MAX_DEDUPE_DAYS),
        "epoch": common("uuid"),
        "chain": common("digest"),
    },
    description="these bytes are held",
)
UNKNOWN_KEY: Final = closed(
    {**_ABOUT, "at": common("second"), "no": {"const": "unknown-key"}}, description="no key of ours stands outside"
)
UNDELIVERABLE: Final = closed(
    {**_ABOUT, "at": {**common("second"), "multipleOf": 60}, "no": {"const": "undeliverable"}},
    description="it does not open; said at a full minute",
)
_SOME: Final = several(of("statement"), 0, limits.MAX_EVIDENCE_ROWS)
EVIDENCE: Final = closed(
    {
        "format": {"const": "kgbx-evidence/1"},
        "manifest": of("statement"),
        "documents": {**_SOME, "items": of("org-statement")},
        "custody": _SOME,
        "receipts": _SOME,
    },
    {"directory": of("directory-statement")},
)

# --- keys, documents, directory, trust

LISTED_ALGS: Final = tuple(ALGS)
"""Algorithms of the keys that a document may list: those of every suite."""

PUBLIC: Final = tuple(
    {
        **{name: {"const": value} for name, value in ALGS[alg].constant_members.items()},
        ALGS[alg].member: b64_of(ALGS[alg].public_bytes),
    }
    for alg in LISTED_ALGS
)
KEY: Final = closed(
    {
        "jwk": of("public-key"),
        "use": {"enum": ["sig", "enc", "root"]},
        "nbf": common("second"),
        "exp": common("second"),
        "status": {"enum": ["active", "retired", "revoked"]},
    },
    {"revoked": closed({"at": common("second")}, {"reason": common("name")})},
    allOf=[
        case("status", "revoked", {"required": ["revoked"]}, members(revoked=False)),
        case(
            "use",
            "enc",
            members(jwk=members(alg={"enum": [alg for alg in LISTED_ALGS if ALGS[alg].use == "enc"]})),
            members(jwk=members(alg={"enum": [alg for alg in LISTED_ALGS if ALGS[alg].use == "sig"]})),
        ),
    ],
)
SUITE: Final = text(f"^kgbx-[0-9]{{1,3}}[a-z]?{END}")
ENDPOINT: Final = closed(
    {
        "type": text(f"^[a-z][a-z0-9-]{{0,31}}{END}"),
        "url": text(rf"^(?:https://|http://(?:127\.0\.0\.1|localhost)[:/])[!-~]{{1,500}}{END}"),
    }
)
CERTIFICATE: Final = closed(
    {
        "x5c": several({"type": "string"}, 1, limits.MAX_CERTIFICATES),
        "alg": {"enum": ["PS256", "RS256", "ES256"]},
        "sig": common("b64"),
    }
)
ORG_DOCUMENT: Final = closed(
    {
        "v": {"const": 1},
        "org": common("org"),
        "name": common("name"),
        "seq": common("number"),
        "iat": common("second"),
        "exp": common("second"),
        "root": common("pair"),
        "keys": several(KEY, 1, limits.MAX_ORG_KEYS),
        "suites": several(SUITE, 1, 8),
        "floor": SUITE,
        "endpoints": several(ENDPOINT, 0, 8),
    },
    {"prev": common("b64_32"), "cert": CERTIFICATE},
)
_ROWS: Final = limits.MAX_DIRECTORY_ROWS
LISTED: Final = closed({"org": common("org"), "seq": common("number"), "sha256": common("b64_32")})
DIRECTORY: Final = closed(
    {
        "v": {"const": 1},
        "seq": common("number"),
        "iat": common("second"),
        "exp": common("second"),
        "keys": several(of("public-key"), 2, 2 * limits.MAX_DIRECTORY_KEEPERS),
        "documents": several(LISTED, 0, _ROWS),
    }
)
DIRECTORY_FILE: Final = closed(
    {"format": {"const": "kgbx-directory-file/1"}, "documents": several(of("org-statement"), 0, _ROWS)},
    {"directory": of("directory-statement")},
)
KEEPERS: Final = closed(
    {
        "roots": several(common("pair"), 1, limits.MAX_DIRECTORY_KEEPERS),
        "threshold": integer(1, limits.MAX_DIRECTORY_KEEPERS),
    }
)
PINNED: Final = closed({"org": common("org"), "root": common("pair")})
TRUST: Final = closed(
    {"format": {"const": "kgbx-trust/1"}, "pinned": several(PINNED, 0, _ROWS)}, {"directory": KEEPERS}
)

# --- vectors

EXPECT: Final = closed(
    {"outcome": {"enum": ["accepted", "refused"]}, "codes": several({"type": "string"})},
    {"body_sha256": {"type": "string"}},
    **case("outcome", "refused", members(codes={"minItems": 1}), members(codes={"maxItems": 0})),
)
VECTOR: Final = closed(
    {
        "id": {"type": "string"},
        "title": {"type": "string"},
        "as": common("org"),
        "at": integer(0, 253_402_300_799),
        "envelope": common("b64"),
        "parts": several(common("b64")),
        "seen": {"enum": [None, "session"]},
        "expect": EXPECT,
    }
)


def keys_of(key: str) -> Schema:
    """Return the schema of an organisation with its keys."""
    return several(closed({"org": common("org"), "keys": several(of(key), 1)}))


VECTORS: Final = closed(
    {
        "format": {"const": "kgbx-envelope-vectors/1"},
        "title": {"description": "for people"},
        "identities": keys_of("private-key"),
        "senders": keys_of("public-key"),
        "vectors": several(VECTOR),
    }
)

STRUCTURES: Final[dict[str, tuple[str, Schema]]] = {
    "common": ("what the structures of the envelope share", {"$defs": DEFS}),
    "envelope": ("envelope: a JWE in its general JSON form", ENVELOPE),
    "protected-header": ("protected header of an envelope", HEADER),
    "statement": (
        "signed statement: a JWS in its general JSON form",
        closed({"payload": common("b64"), "signatures": signed(1)}),
    ),
    "signature-header": ("protected header of a signature", SIGNATURE_HEADER),
    "manifest": ("what the sender signs", MANIFEST),
    "receipt": ("what became of a message: a member of the manifest of a receipt", RECEIPT),
    "custody": ("custody, or why there is none", {"oneOf": [HELD, UNKNOWN_KEY, UNDELIVERABLE]}),
    "evidence": ("evidence record", EVIDENCE),
    "public-key": ("public key: a JWK", {"oneOf": [closed(row) for row in PUBLIC]}),
    "private-key": (
        "private key: a JWK with its seed; secret",
        {"oneOf": [closed({**row, "priv": b64_of(SEED_BYTES)}) for row in PUBLIC]},
    ),
    "org-document": ("what an organisation says of its own keys", ORG_DOCUMENT),
    "org-statement": (
        "signed organisation document; four signatures when the root keys change",
        closed({"payload": common("b64"), "signatures": {"oneOf": [signed(1), signed(2)]}}),
    ),
    "directory": ("which document of each organisation is the newest", DIRECTORY),
    "directory-statement": (
        "signed directory: a pair of signatures by each keeper",
        closed(
            {
                "payload": common("b64"),
                "signatures": several(
                    {"oneOf": [common("ed25519"), common("ml_dsa_65")]}, 2, 2 * limits.MAX_DIRECTORY_KEEPERS
                ),
            }
        ),
    ),
    "directory-file": ("directory file: documents, none of them believed by being in it", DIRECTORY_FILE),
    "trust": ("trust file: whose root keys are believed", TRUST),
    "vectors": ("file of test vectors", VECTORS),
}
"""Every structure: its title and its schema."""


def schema_text(name: str) -> str:
    """Return the file of one structure."""
    title, schema = STRUCTURES[name]
    head = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"{BASE}{name}.schema.json",
        "$comment": "SPDX-License-Identifier: CC0-1.0. Written by tools/generate_envelope_schemas.py.",
        "x-kgbx-status": "draft",
        "title": title,
    }
    return json.dumps({**head, **schema}, indent=2) + "\n"


def readme() -> str:
    """Return the list of the schemas."""
    lines = [f"- [`{name}.schema.json`]({name}.schema.json): {title}" for name, (title, _) in STRUCTURES.items()]
    return README.format(rows="\n".join(lines))


README: Final = """# Schemas of the envelope

JSON Schema 2020-12 of every JSON structure in the [specification of the envelope](../../docs/spec/envelope.md), suite
kgbx-1. They refer to each other by `$id`: load the whole folder. CC0-1.0. Written by
`tools/generate_envelope_schemas.py`.

A schema judges form. It does not see repeated members, bytes behind the JSON, `1.0` in place of `1`, sums over members
(`csize` follows from `size`, `exp` from `iat`), ids that must differ, nor signatures: the specification does, and
`tests/envelope/test_schemas.py` lists every such difference.

{rows}
"""


def main(arguments: list[str] | None = None) -> int:
    """Write the schemas, or with ``--check`` compare them."""
    texts = {f"{FOLDER}/{name}.schema.json": schema_text(name) for name in STRUCTURES}
    return write_or_check({**texts, f"{FOLDER}/README.md": readme()}, arguments)


if __name__ == "__main__":
    sys.exit(main())
