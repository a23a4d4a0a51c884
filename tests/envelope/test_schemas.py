# SPDX-License-Identifier: EUPL-1.2
"""The schemas of the envelope and the code say the same of every structure, but for what a schema cannot say."""

from __future__ import annotations

import copy
import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # publishes no types
from referencing import Registry, Resource

from kgbx.errors import KgbxError
from tests.effort import scaled
from tests.envelope.structures import EXAMPLES
from tools.generate_envelope_schemas import BASE, STRUCTURES

if TYPE_CHECKING:
    from collections.abc import Iterator

Json = Any
Path_ = tuple[str | int, ...]

FOLDER: Final = Path(__file__).parents[2] / "schemas" / "envelope"
SCHEMAS: Final = {path.name: json.loads(path.read_bytes()) for path in FOLDER.glob("*.schema.json")}
REGISTRY: Final = Registry().with_resources((s["$id"], Resource.from_contents(s)) for s in SCHEMAS.values())

INSIDE: Final = "what is inside the base64url, and whether it verifies"
SUM: Final = "what follows from another member, or must agree with it"
DIFFERENT: Final = "names that must differ"
RANGE: Final = "an integer that JSON cannot carry safely"

IN_STATEMENT: Final = dict.fromkeys(("/signatures/protected ''", "/signatures/protected case"), INSIDE)
IN_DOCUMENT: Final = {
    **IN_STATEMENT,
    **dict.fromkeys(("/payload ''", "/payload case", "/signatures twice", "/signatures/signature case"), INSIDE),
}
IN_DIRECTORY: Final = {**IN_STATEMENT, **dict.fromkeys(("/payload ''", "/payload case"), INSIDE)}
IN_RECEIPT: Final = dict.fromkeys(("/parts twice", "/parts removed", "/parts/n +1"), SUM)


def inside(member: str, places: dict[str, str]) -> dict[str, str]:
    return {member + place: reason for place, reason in places.items()}


UNSAYABLE: Final[dict[str, dict[str, str]]] = {
    "envelope": {"/protected ''": INSIDE, "/protected case": INSIDE, "/recipients twice": DIFFERENT},
    "statement": IN_STATEMENT,
    "manifest": {
        **dict.fromkeys(("/iat -1", "/exp -1"), SUM),
        **dict.fromkeys((f"/parts/csize {2**60}", "/parts/csize +1", "/parts/n +1"), SUM),
        "/to twice": DIFFERENT,
    },
    "manifest of a receipt": {
        **dict.fromkeys(("/iat -1", "/exp -1"), SUM),
        "/to twice": DIFFERENT,
        **inside("/receipt", IN_RECEIPT),
    },
    "receipt": IN_RECEIPT,
    "evidence": {
        **inside("/manifest", IN_STATEMENT),
        **inside("/documents", IN_DOCUMENT),
        **inside("/custody", IN_STATEMENT),
        **inside("/receipts", IN_STATEMENT),
        **inside("/directory", IN_DIRECTORY),
    },
    "organisation document": {"/keys twice": DIFFERENT},
    "organisation statement": IN_DOCUMENT,
    "directory": {"/documents twice": DIFFERENT, "/exp +1": SUM},
    "directory statement": IN_DIRECTORY,
    "directory file": {**inside("/documents", IN_DOCUMENT), **inside("/directory", IN_DIRECTORY)},
    "trust file": {"/pinned twice": DIFFERENT, "/directory/roots twice": DIFFERENT, "/directory/threshold +1": SUM},
    "vectors": {f"/title {2**60}": RANGE, "/identities []": SUM, "/identities removed": SUM},
}
"""Where a schema accepts what the code refuses: structure, place and change, and why. There is nothing else."""


def schema_accepts(structure: str, value: Json) -> bool:
    return bool(validator(EXAMPLES[structure][0]).is_valid(value))


@cache
def validator(name: str) -> Draft202012Validator:
    return Draft202012Validator({"$ref": f"{BASE}{name}.schema.json"}, registry=REGISTRY)


def code_accepts(structure: str, value: Json) -> bool:
    try:
        EXAMPLES[structure][2](value)
    except KgbxError:
        return False
    return True


def places(value: Json, path: Path_ = ()) -> Iterator[Path_]:
    """Yield the path of every value but the outermost; of a list the first two items."""
    children = value.items() if isinstance(value, dict) else enumerate(value[:2]) if isinstance(value, list) else ()
    for key, child in children:
        yield (*path, key)
        yield from places(child, (*path, key))


def at(value: Json, path: Path_) -> Json:
    for key in path:
        value = value[key]
    return value


def put(value: Json, path: Path_, new: Json) -> Json:
    changed = copy.deepcopy(value)
    at(changed, path[:-1])[path[-1]] = new
    return changed


def without(value: Json, path: Path_) -> Json:
    changed = copy.deepcopy(value)
    del at(changed, path[:-1])[path[-1]]
    return changed


def pointer(path: Path_) -> str:
    """Return the path without indexes."""
    return "".join(f"/{key}" for key in path if isinstance(key, str))


WRONG: Final[tuple[Json, ...]] = (None, True, -1, 2**60, 0.5, "", "x", [], {}, [None])


def changes(value: Json) -> Iterator[tuple[str, Json]]:
    """Yield every single change of the tables of this module, with its place and kind."""
    for path in places(value):
        old, place = at(value, path), pointer(path)
        yield f"{place} removed", without(value, path)
        yield from ((f"{place} {new!r}", put(value, path, new)) for new in WRONG)
        yield from ((f"{place} {kind}", put(value, path, new)) for kind, new in variants(old, path).items())
        if isinstance(old, dict):
            yield f"{place} added", put(value, (*path, "x"), 1)
    yield " added", {**value, "x": 1}


OF_A_KEY: Final = {"x", "pub", "priv", "root"}
"""Members whose other spelling may by chance be a sound key or kid: each run has fresh keys."""


def variants(old: Json, path: Path_) -> dict[str, Json]:
    """Return values much like an old one."""
    if isinstance(old, str) and OF_A_KEY & set(path):
        return {"newline": old + "\n", "padded": old + "=", "cut": old[:-1], "space": " " + old}
    if isinstance(old, str):
        return {"newline": old + "\n", "padded": old + "=", "cut": old[:-1], "case": old.swapcase(), "space": " " + old}
    if isinstance(old, bool):
        return {"not": not old}
    if isinstance(old, int):
        return {"+1": old + 1, "text": str(old)}
    return {"twice": [*old, *old]} if isinstance(old, list) else {}


STRIDE: Final = scaled(quick=4, ci=1, long=1)
"""One of so many changes is tried."""


@pytest.mark.parametrize("structure", EXAMPLES)
def test_what_our_code_makes_is_accepted_by_schema_and_code(structure: str) -> None:
    value = EXAMPLES[structure][1]
    assert (schema_accepts(structure, value), code_accepts(structure, value)) == (True, True)


@pytest.mark.parametrize("structure", EXAMPLES)
def test_every_single_change_is_judged_alike(structure: str) -> None:
    """But for those that are listed, and these differ."""
    tried = list(changes(EXAMPLES[structure][1]))[::STRIDE]
    verdicts = {(change, schema_accepts(structure, value), code_accepts(structure, value)) for change, value in tried}
    listed = {(change, True, False) for change in UNSAYABLE.get(structure, {}) if change in dict(tried)}
    different = {verdict for verdict in verdicts if verdict[1] != verdict[2]}
    assert different - listed == set()
    assert STRIDE > 1 or listed - different == set()


@settings(max_examples=scaled(quick=60, ci=600, long=6000))
@given(st.data())
def test_what_the_code_accepts_after_any_changes_is_accepted_by_the_schema(data: st.DataObject) -> None:
    structure = data.draw(st.sampled_from(sorted(EXAMPLES)))
    value = EXAMPLES[structure][1]
    for _ in range(data.draw(st.integers(1, 3))):
        path = data.draw(st.sampled_from(list(places(value)) or [()]))
        more = list(variants(at(value, path), path).values())
        new = data.draw(st.sampled_from([*WRONG, *more]))
        value = put(value, path, new) if path else value
    assert schema_accepts(structure, value) or not code_accepts(structure, value)


def test_every_schema_has_an_example() -> None:
    assert {name for name, _, _ in EXAMPLES.values()} == STRUCTURES.keys() - {"common"}


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_schema_is_one(name: str) -> None:
    Draft202012Validator.check_schema(SCHEMAS[name])


@pytest.mark.parametrize("name", ["envelope-1.json", "envelope-2.json"])
def test_the_vectors_have_their_form(name: str) -> None:
    file = json.loads((FOLDER.parents[1] / "tests" / "vectors" / name).read_bytes())
    assert validator("vectors").is_valid({**file, "vectors": file["vectors"][:: STRIDE * 5]})


def test_a_schema_that_is_too_wide_would_be_found() -> None:
    """The comparison sees a pattern that lets a newline through."""
    value = put(EXAMPLES["trust file"][1], ("pinned", 0, "org"), "urn:osb:oin:" + "0" * 20 + "\n")
    loose = {**SCHEMAS["common.schema.json"]["$defs"]["org"], "pattern": "^urn:osb:oin:[0-9]{20}$"}
    found = Draft202012Validator(loose).is_valid(at(value, ("pinned", 0, "org")))
    assert (found, schema_accepts("trust file", value), code_accepts("trust file", value)) == (True, False, False)
