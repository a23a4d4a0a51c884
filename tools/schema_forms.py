# SPDX-License-Identifier: EUPL-1.2
"""Other forms of the published schema: one for code generators, one for OpenAPI.

Rules:
    - both accept at least everything that the strict schema accepts; they may accept more, and validate nothing;
    - what one name should be is one definition: each object, each code list, each kind of text;
    - what makes generators write `unknown`, tuples or a class for each member is left out: `not`, `propertyNames`,
      numbers of items, lists of types, titles of members (the Dutch word goes into the description).
Nothing here is written by hand for one record type: a new type follows from the strict schema.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from kgbx.case import fields
from kgbx.clock import DAY_PATTERN, INSTANT_PATTERN, PARTIAL_DATE_PATTERN

if TYPE_CHECKING:
    from collections.abc import Mapping

Node = dict[str, Any]

ROOT_NAME: Final = "FamilyCase"
LOCAL: Final = "#/$defs/"
OF_OPENAPI: Final = "#/components/schemas/"
LEFT_OUT: Final = frozenset({"not", "propertyNames", "minItems", "maxItems", "uniqueItems"})
SAID_BY_MEMBERS: Final = frozenset({"title", "description", "x-kgbx-source"})

TEXTS: Final = {
    fields.UUID4_PATTERN: ("Id", "UUID version 4 (RFC 9562), lower case."),
    fields.ORG_PATTERN: ("OrganisationUrn", "URN of an organisation: its OIN."),
    fields.SALT_PATTERN: ("Salt", "16 random bytes, base64url without padding."),
    fields.DIGEST_PATTERN: ("Digest", "SHA-256, base64url without padding."),
    fields.PARTY_PATTERN: ("Party", "A person's id or an organisation's URN."),
    fields.MOMENT_PATTERN: ("Moment", "An instant, or a day: its first instant in Europe/Amsterdam."),
    INSTANT_PATTERN: ("Instant", "YYYY-MM-DDTHH:MM:SSZ."),
    DAY_PATTERN: ("Day", "YYYY-MM-DD."),
    PARTIAL_DATE_PATTERN: ("PartialDate", "YYYY, YYYY-MM or YYYY-MM-DD."),
    fields.LANGUAGE_PATTERN: ("LanguageTag", "Language, script, region (RFC 5646)."),
}
"""Texts that have a name of their own in the forms: pattern, name, description."""


def codegen(strict: Node) -> Node:
    """Return the form for code generators: named definitions, references, no tricks."""
    names = _Names(_whole_lists(strict))
    definitions = {name: names.object(name, node) for name, node in strict["$defs"].items() if name != "Json"}
    body = names.object(ROOT_NAME, {key: strict[key] for key in strict if key != "$defs"})
    definitions |= {**names.found, "Json": _json(strict["$defs"]["Json"])}
    return {**body, "$id": f"{strict['$id']}/codegen", "$defs": dict(sorted(definitions.items()))}


def openapi(strict: Node, *, version: str) -> Node:
    """Return the components of an OpenAPI 3.1 description, to refer to or to copy into one."""
    form = codegen(strict)
    definitions = form.pop("$defs")
    head = ("$schema", "$id", "$comment", "x-kgbx-status")
    schemas = {ROOT_NAME: {key: form[key] for key in form if key not in head}, **definitions}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "kgbx family case",
            "version": version,
            "description": f"{strict['description']} Form of {strict['$id']} for OpenAPI.",
            "license": {"name": "CC0-1.0", "identifier": "CC0-1.0"},
        },
        "x-kgbx-status": strict["x-kgbx-status"],
        "components": {"schemas": json.loads(json.dumps(schemas).replace(f'"{LOCAL}', f'"{OF_OPENAPI}'))},
    }


@dataclass(frozen=True, slots=True)
class _Names:
    """The definitions that are taken out of members.

    Attributes:
        whole: The longest enumeration of each code list.
        found: The definitions so far, by name.
    """

    whole: Mapping[str, list[str]]
    found: dict[str, Node] = field(default_factory=dict)

    def object(self, name: str, definition: Node) -> Node:
        """Return an object whose members refer to definitions."""
        members = {key: self.member(key, member) for key, member in definition["properties"].items()}
        return {**definition, "title": name, "properties": members}

    def member(self, name: str, member: Node) -> Node:
        """Return what a member is, by reference, and what is said about it.

        `allOf` around the reference: some generators make a new type for each reference with a word beside it.
        """
        value = self.value(name, {key: member[key] for key in member if key not in SAID_BY_MEMBERS})
        said = {"description": f"{member['description']} (nl: {member['title']})"}
        said |= {key: member[key] for key in ("x-kgbx-source",) if key in member}
        return ({"allOf": [value]} if "$ref" in value else value) | said

    def value(self, name: str, value: Node) -> Node:
        """Return a value, or a reference to the definition that it deserves."""
        kept = {key: part for key, part in value.items() if key not in LEFT_OUT}
        if "items" in kept:
            return kept | {"items": self.value(name, kept["items"])}
        title, description = self.title(name, kept)
        definition = {**kept, "title": title, "description": description}
        if not title or self.found.setdefault(title, definition) != definition:
            return kept
        return {"$ref": f"{LOCAL}{title}"}

    def title(self, name: str, value: Node) -> tuple[str, str]:
        """Return name and description of the definition of a value, two empty texts if it deserves none.

        A member that allows a part of a code list names that part.
        """
        codes = value.get("x-kgbx-codes")
        if codes is None:
            return TEXTS.get(value.get("pattern", ""), ("", ""))
        if value["enum"] == self.whole[codes]:
            return _code_name(codes), f"Code list {codes}."
        return _code_name(name), f"The codes of list {codes} that {name} allows."


def _code_name(words: str) -> str:
    return "".join(part.title() for part in words.split("_")) + "Code"


def _whole_lists(strict: Node) -> dict[str, list[str]]:
    """Return the longest enumeration of each code list."""
    found: dict[str, list[str]] = {}
    waiting: list[Any] = [strict]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict) and "x-kgbx-codes" in node:
            found[node["x-kgbx-codes"]] = max(found.get(node["x-kgbx-codes"], []), node["enum"], key=len)
        waiting += node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    return found


def _json(strict: Node) -> Node:
    """Return any JSON of an extension as alternatives: a list of types is read as one class by some generators."""
    itself = {"$ref": f"{LOCAL}Json"}
    alternatives: list[Node] = [{"type": "string"}, {"type": "boolean"}, {"type": "integer"}]
    alternatives += [{"type": "array", "items": itself}, {"type": "object", "additionalProperties": itself}]
    return {"title": "Json", "description": strict["description"], "anyOf": alternatives}
