# SPDX-License-Identifier: EUPL-1.2
"""Every JSON structure of the envelope: a sound example that our code made, and how our code reads it.

Rules: a reader raises KgbxError for what it refuses; what is signed is signed again after a change, so that only
form is judged.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from kgbx.directory import (
    Keepers,
    Pin,
    Trust,
    build_trust_file,
    peek_document,
    read_directory_file,
    read_statement,
    read_trust_file,
    sign_statement,
    state_directory,
)
from kgbx.directory.document import make_document
from kgbx.directory.files import build_directory_file, read_directory_statement
from kgbx.directory.payload import parse_payload
from kgbx.envelope import custody, jwe, jws
from kgbx.envelope.encoding import b64, unb64
from kgbx.envelope.evidence import Evidence, read_evidence
from kgbx.envelope.keys import private_key_from_jwk, public_key_from_jwk
from kgbx.envelope.manifest import read_manifest
from kgbx.envelope.receipts import Receipt, read_receipt
from kgbx.envelope.vectors import run_vectors
from tests.envelope.makers import AT, DIRECTORY, NOW, RECEIVER, SENDER, document_of, enc_key, opened, sealed

if TYPE_CHECKING:
    from collections.abc import Callable

Json = Any

MESSAGE: Final = sealed(attachments=[b"more"], thread="11111111-1111-4111-8111-111111111111")
OUTER: Final[Json] = json.loads(MESSAGE.envelope)
STATEMENT: Final[Json] = json.loads(opened(MESSAGE).jws)
SIGNED_MANIFEST: Final[Json] = json.loads(unb64(STATEMENT["payload"]))
PRIVATE: Final = next(key.private for key in RECEIVER.keys if key.use == "enc" and key.private is not None)

SAID: Final = Receipt(
    message_id=SIGNED_MANIFEST["id"],
    sender=SENDER.org,
    manifest=bytes(32),
    status="processed",
    at=NOW,
    parts=((0, True), (1, True)),
)
REFUSED: Final = Receipt(
    message_id=SIGNED_MANIFEST["id"], sender=SENDER.org, manifest=bytes(32), status="refused", at=NOW, code="E_SCHEMA"
)
OF_RECEIPT: Final[Json] = {**SIGNED_MANIFEST, "kind": "receipt", "parts": [], "receipt": SAID.as_json()}
HELD: Final = custody.Custody(
    message_id=SIGNED_MANIFEST["id"],
    envelope=bytes(32),
    parts=(bytes(32),),
    by=RECEIVER.org,
    at=NOW,
    window_days=31,
    epoch="22222222-2222-4222-8222-222222222222",
    chain=bytes(32),
)
DOCUMENT: Final = make_document(document_of(SENDER, endpoints=(("inbox", "https://example.org/"),)), root=SENDER.root)
PEEKED: Final = peek_document(DOCUMENT)
LISTED: Final = sign_statement(state_directory([PEEKED], keepers=[PEEKED], seq=1, at=AT), SENDER.root)
TRUST: Final = Trust(
    pinned=(Pin(org=SENDER.org, root=SENDER.root.signing_kids),),
    keepers=Keepers(roots=(SENDER.root.signing_kids,), threshold=1),
)
VECTORS: Final[Json] = {
    "format": "kgbx-envelope-vectors/1",
    "title": "one",
    "identities": [{"org": RECEIVER.org, "keys": [PRIVATE.jwk()]}],
    "senders": [{"org": SENDER.org, "keys": [enc_key(SENDER).jwk()]}],
    "vectors": [
        {
            "id": "1",
            "title": "no JSON",
            "as": RECEIVER.org,
            "at": NOW,
            "envelope": b64(b"kgbx"),
            "parts": [b64(b"part")],
            "seen": "session",
            "expect": {"outcome": "refused", "codes": ["E_JSON"], "body_sha256": "A" * 43},
        }
    ],
}


def written(value: Json) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()


def payload_of(statement: bytes) -> Json:
    return json.loads(unb64(json.loads(statement)["payload"]))


def with_header(value: Json) -> object:
    return jwe.parse(written({**OUTER, "protected": b64(written(value))}))


def with_signature_header(value: Json) -> object:
    first, second = STATEMENT["signatures"]
    changed = {**first, "protected": b64(written(value))}
    return jws.parse(written({**STATEMENT, "signatures": [changed, second]}), typ="kgbx-manifest+jws")


def signed_custody(value: Json) -> object:
    data = jws.sign(written(value), typ=custody.TYP, signers=[RECEIVER])
    return custody.verify_statement(data, directory=DIRECTORY)


def signed_directory(value: Json) -> object:
    return read_statement(jws.sign(written(value), typ="kgbx-directory+jws", signers=[SENDER.root]))


def directory_file(value: Json) -> object:
    data = written(value)
    listed = read_directory_statement(data)
    return [peek_document(document) for document in read_directory_file(data)], listed and read_statement(listed)


def evidence(value: Json) -> object:
    record = read_evidence(written(value))
    jws.parse(record.manifest, typ="kgbx-manifest+jws")
    for data in record.custody:
        jws.parse(data, typ=custody.TYP)
    for data in record.receipts:
        jws.parse(data, typ="kgbx-manifest+jws")
    listed = record.directory
    return [peek_document(document) for document in record.documents], listed and read_statement(listed)


def of_custody(statement: custody.Statement) -> Json:
    return payload_of(custody.sign_statement(statement, RECEIVER))


def refusal(reason: custody.Reason) -> Json:
    return of_custody(custody.no_custody(b"", message_id=MESSAGE.id, by=RECEIVER.org, at=NOW, reason=reason))


RECORD: Final = Evidence(
    manifest=written(STATEMENT),
    documents=(DOCUMENT,),
    custody=(custody.sign_statement(HELD, RECEIVER),),
    receipts=(written(STATEMENT),),
    directory=LISTED,
)

EXAMPLES: Final[dict[str, tuple[str, Json, Callable[[Json], object]]]] = {
    "envelope": ("envelope", OUTER, lambda value: jwe.parse(written(value))),
    "protected header": ("protected-header", json.loads(unb64(OUTER["protected"])), with_header),
    "statement": ("statement", STATEMENT, lambda value: jws.parse(written(value), typ="kgbx-manifest+jws")),
    "signature header": (
        "signature-header",
        json.loads(unb64(STATEMENT["signatures"][0]["protected"])),
        with_signature_header,
    ),
    "manifest": ("manifest", SIGNED_MANIFEST, lambda value: read_manifest(written(value))),
    "manifest of a receipt": ("manifest", OF_RECEIPT, lambda value: read_manifest(written(value))),
    "receipt": ("receipt", SAID.as_json(), read_receipt),
    "refusal": ("receipt", REFUSED.as_json(), read_receipt),
    "custody": ("custody", of_custody(HELD), signed_custody),
    "no custody": ("custody", refusal("unknown-key"), signed_custody),
    "undeliverable": ("custody", refusal("undeliverable"), signed_custody),
    "evidence": ("evidence", json.loads(RECORD.encode()), evidence),
    "public key": ("public-key", PRIVATE.public.jwk(), public_key_from_jwk),
    "private key": ("private-key", PRIVATE.jwk(), private_key_from_jwk),
    "organisation document": ("org-document", payload_of(DOCUMENT), lambda value: parse_payload(written(value))),
    "organisation statement": ("org-statement", json.loads(DOCUMENT), lambda value: peek_document(written(value))),
    "directory": ("directory", payload_of(LISTED), signed_directory),
    "directory statement": ("directory-statement", json.loads(LISTED), lambda value: read_statement(written(value))),
    "directory file": (
        "directory-file",
        json.loads(build_directory_file([DOCUMENT], statement=LISTED)),
        directory_file,
    ),
    "trust file": ("trust", json.loads(build_trust_file(TRUST)), lambda value: read_trust_file(written(value))),
    "vectors": ("vectors", VECTORS, lambda value: run_vectors(written(value))),
}
"""Name of the schema, a sound example, and how it is read."""
