# SPDX-License-Identifier: EUPL-1.2
"""The same work done by others: schema validators on the same case, fhir.resources on a bundle of like size.

Rules: what is not installed is told as such, with how to install it, and never as a figure.
"""

from __future__ import annotations

import json
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from kgbx.resources import schemas_path

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SCHEMA: Final = "family-case-1.0.schema.json"
NOT_HERE: Final = "not installed; pip install -e '.[bench]'"


def schema() -> dict[str, Any]:
    """Return the published schema."""
    value: dict[str, Any] = json.loads(schemas_path(SCHEMA).read_bytes())
    return value


def with_jsonschema_rs(data: bytes) -> Callable[[], object]:
    """Return parsing and validating in Rust. Raises ImportError."""
    valid = import_module("jsonschema_rs").validator_for(schema()).is_valid
    return lambda: _required(value=valid(json.loads(data)))


def with_jsonschema(data: bytes) -> Callable[[], object]:
    """Return parsing and validating with the reference implementation. Raises ImportError."""
    valid = import_module("jsonschema").Draft202012Validator(schema()).is_valid
    return lambda: _required(value=valid(json.loads(data)))


def with_fhir(data: bytes) -> Callable[[], object]:
    """Return reading a bundle of as many bytes: communications about a patient. Raises ImportError."""
    read = import_module("fhir.resources.R4B.bundle").Bundle.model_validate_json
    return partial(read, bundle(len(data)))


OTHERS: Final = (
    ("jsonschema-rs", with_jsonschema_rs),
    ("jsonschema", with_jsonschema),
    ("fhir.resources, a bundle of like size", with_fhir),
)
"""Who else can do it."""


def others(data: bytes) -> Iterator[tuple[str, Callable[[], object] | str]]:
    """Yield who does it, and the action, or why there is none."""
    for name, prepare in OTHERS:
        try:
            action: Callable[[], object] | str = prepare(data)
        except ImportError:
            action = NOT_HERE
        yield name, action


def bundle(size: int) -> bytes:
    """Return a made-up FHIR R4B bundle of about `size` bytes, all entries different."""
    one = len(json.dumps(_entry(1000)))
    entries = [_entry(number) for number in range(max(1, size // one))]
    return json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries}).encode()


def _entry(number: int) -> dict[str, Any]:
    said = f"Ik wil dat het rustig wordt, en dat niemand dit nog eens vraagt ({number})."
    return {
        "fullUrl": f"urn:uuid:00000000-0000-4000-8000-{number:012x}",
        "resource": {
            "resourceType": "Communication",
            "id": f"c{number}",
            "status": "completed",
            "subject": {"reference": "Patient/p1"},
            "topic": {"coding": [{"system": "https://example.org/topics", "code": "parent.wish"}]},
            "sent": "2026-03-01T10:00:00Z",
            "recipient": [{"reference": "Practitioner/w1"}],
            "sender": {"reference": "RelatedPerson/m1"},
            "payload": [{"contentString": said}],
            "note": [{"authorString": "Lokaal team", "time": "2026-03-01T10:00:00Z", "text": said}],
        },
    }


def _required(*, value: bool) -> None:
    if not value:
        raise ValueError("the schema refuses the case that is measured")
