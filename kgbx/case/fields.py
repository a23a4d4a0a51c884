# SPDX-License-Identifier: EUPL-1.2
"""The values of which records are made: ids, moments, names, texts, codes.

Rules:
    - a value is the text of the wire, so that what is written is exactly what was read;
    - what a value may look like is said by patterns that every JSON Schema validator reads alike: classes such as
      ``[0-9]``, never the shorthand for digits; each ``$`` of a pattern of one length goes with ``maxLength``, of
      several lengths with a refusal of line ends, because some validators let a final line end pass ``$``;
    - absent means unknown: ``Maybe[X]`` may be left out and is never null.
Nothing here compares one member with another: that is the work of the rules.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Final, TypeVar, cast

from pydantic import Field, Strict, StringConstraints, WithJsonSchema
from pydantic_core import core_schema
from typing_extensions import TypeAliasType

from kgbx.clock import DAY_PATTERN, INSTANT_PATTERN, PARTIAL_DATE_PATTERN
from kgbx.limits import MAX_EXTENSION_BYTES, MAX_EXTENSION_NAME_CHARS, MAX_NAME_CHARS, MAX_SAFE_INTEGER, MAX_TEXT_CHARS

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
    from pydantic.fields import FieldInfo

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _NeverNull:
    """Makes ``X | None`` accept X only: None in Python says that the member is absent, null does not exist."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:  # noqa: ANN401  # pydantic's protocol
        """Return the schema of X."""
        schema = handler(source)
        return schema["schema"] if schema["type"] == "nullable" else schema


Maybe = Annotated[T | None, _NeverNull()]
"""A member that may be left out."""


Many = Annotated[tuple[T, ...], Strict(strict=False)]
"""An array. In Python a list will do as well as a tuple; what is kept is a tuple."""


def doc(title: str, description: str, *, source: str | None = None) -> FieldInfo:
    """Return what the published schema says about a member: Dutch title, English description, law or standard."""
    extra: dict[str, Any] = {"x-kgbx-source": source} if source else {}
    return cast("FieldInfo", Field(title=title, description=description, json_schema_extra=extra))


@dataclass(frozen=True, slots=True)
class Without:
    """Says in the published schema what a pattern says already: these characters are refused.

    Some validators let a final line end pass ``$``; none lets it pass ``not``.
    """

    characters: str

    def __get_pydantic_json_schema__(
        self, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """Return the schema with the refusal added."""
        return {**handler(schema), "not": {"pattern": self.characters}}


@dataclass(frozen=True, slots=True)
class _OnlyTrue:
    """Makes a boolean accept true only; a plain literal would take the number 1 for it."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:  # noqa: ANN401  # pydantic's protocol
        """Return: a boolean, and it is true."""
        return core_schema.chain_schema([handler(source), core_schema.literal_schema([True])])

    def __get_pydantic_json_schema__(
        self, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """Return the constant."""
        return {"const": True, "type": "boolean"}


True_ = Annotated[bool, _OnlyTrue()]
"""True; absent when it is not so, or not known."""

NO_LINE_END: Final = Without("[\\n\\r]")
_NO_CONTROL: Final = Without("[\\u0000-\\u001f\\u007f]")

UUID4_PATTERN: Final = "^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$"
ORG_PATTERN: Final = "^urn:osb:oin:[0-9]{20}$"
SALT_PATTERN: Final = "^[A-Za-z0-9_-]{21}[AQgw]$"
LANGUAGE_PATTERN: Final = "^[a-z]{2,3}(?:-[A-Z][a-z]{3})?(?:-(?:[A-Z]{2}|[0-9]{3}))?$"
DIGEST_PATTERN: Final = "^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$"
BASE64URL_PATTERN: Final = "^(?:[A-Za-z0-9_-]{4})*(?:[A-Za-z0-9_-][AQgw]|[A-Za-z0-9_-]{2}[AEIMQUYcgkosw048])?$"
"""Any bytes, base64url without padding; spare bits are zero, so that the bytes have one spelling."""

Id = Annotated[str, StringConstraints(pattern=UUID4_PATTERN, max_length=36)]
"""UUID version 4 (RFC 9562), lower case."""
Org = Annotated[str, StringConstraints(pattern=ORG_PATTERN, max_length=32)]
"""URN of an organisation: its OIN."""
Salt = Annotated[str, StringConstraints(pattern=SALT_PATTERN, max_length=22)]
"""16 random bytes, base64url without padding; the last character carries two bits, so one spelling exists."""
Digest = Annotated[str, StringConstraints(pattern=DIGEST_PATTERN, max_length=43)]
"""SHA-256, base64url without padding, one spelling."""
Instant = Annotated[str, StringConstraints(pattern=INSTANT_PATTERN, max_length=20)]
"""``YYYY-MM-DDTHH:MM:SSZ``."""
Day = Annotated[str, StringConstraints(pattern=DAY_PATTERN, max_length=10)]
"""``YYYY-MM-DD``."""
PartialDate = Annotated[str, StringConstraints(pattern=PARTIAL_DATE_PATTERN, max_length=10), NO_LINE_END]
"""``YYYY``, ``YYYY-MM`` or ``YYYY-MM-DD``."""

_LINE_PATTERN: Final = "^[^\\u0000-\\u001f\\u007f]+$"
_TEXT_PATTERN: Final = "^[^\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f]+$"

Line = Annotated[str, StringConstraints(pattern=_LINE_PATTERN, min_length=1, max_length=MAX_NAME_CHARS), _NO_CONTROL]
"""A name or another text of one line; no control characters."""
Short = Annotated[str, StringConstraints(pattern=_LINE_PATTERN, min_length=1, max_length=40), _NO_CONTROL]
"""A number or mark of one line: house number, page, registration."""
Prose = Annotated[str, StringConstraints(pattern=_TEXT_PATTERN, min_length=1, max_length=MAX_TEXT_CHARS)]
"""What somebody said or wrote; line ends and tabs, no other control characters."""
Remark = Annotated[str, StringConstraints(pattern=_TEXT_PATTERN, min_length=1, max_length=1000)]
"""A short explanation."""
Language = Annotated[str, StringConstraints(pattern=LANGUAGE_PATTERN, max_length=12), NO_LINE_END]
"""Language tag: language, script, region (RFC 5646, without variants and extensions)."""
Country = Annotated[str, StringConstraints(pattern="^[A-Z]{2}$", max_length=2)]
"""ISO 3166-1 alpha-2."""

EXTENSION_KEY_PATTERN: Final = "^(?:https://|urn:)[!-~]{3,190}$"
EXTENSION_NAME_PATTERN: Final = "^[ -~]*$"

_ExtensionName = Annotated[str, StringConstraints(pattern=EXTENSION_NAME_PATTERN, max_length=MAX_EXTENSION_NAME_CHARS)]
_String = Annotated[str, StringConstraints(max_length=MAX_EXTENSION_BYTES)]
_Integer = Annotated[int, Field(ge=-MAX_SAFE_INTEGER, le=MAX_SAFE_INTEGER)]
Json = TypeAliasType("Json", "_String | bool | _Integer | Many[Json] | dict[_ExtensionName, Json]")
"""JSON without null and without fractions."""

_JSON_SCHEMA: Final[dict[str, Any]] = {
    "type": "object",
    "propertyNames": {"pattern": EXTENSION_KEY_PATTERN, "maxLength": 200, "not": {"pattern": "[\\n\\r]"}},
    "additionalProperties": True,
}
_ExtensionKey = Annotated[str, StringConstraints(pattern=EXTENSION_KEY_PATTERN, max_length=200)]
Extensions = Annotated[dict[_ExtensionKey, Json], WithJsonSchema(_JSON_SCHEMA)]
"""What an organisation adds for itself; keys are URIs; never influences a decision of kgbx."""

PARTY_PATTERN: Final = f"^(?:{UUID4_PATTERN[1:-1]}|{ORG_PATTERN[1:-1]})$"
ANY_ORG_PATTERN: Final = f"^(?:[*]|{ORG_PATTERN[1:-1]})$"
MOMENT_PATTERN: Final = f"^(?:{DAY_PATTERN[1:-1]}|{INSTANT_PATTERN[1:-1]})$"
PROVISION_PATTERN: Final = "^[A-Z]{2,8}(?:-[0-9A-Za-z.:]{1,20}){0,3}$"
MEDIA_TYPE_PATTERN: Final = "^[a-z]{1,20}/[a-z0-9][a-z0-9.+-]{0,100}$"

Party = Annotated[str, StringConstraints(pattern=PARTY_PATTERN, max_length=36), NO_LINE_END]
"""A person's id or an organisation's URN."""
AnyOrg = Annotated[str, StringConstraints(pattern=ANY_ORG_PATTERN, max_length=32), NO_LINE_END]
"""URN of an organisation, or ``*`` for every one."""
Moment = Annotated[str, StringConstraints(pattern=MOMENT_PATTERN, max_length=20), NO_LINE_END]
"""An instant, or a day that means its first instant in Europe/Amsterdam."""
Provision = Annotated[str, StringConstraints(pattern=PROVISION_PATTERN, max_length=71), NO_LINE_END]
"""Id of a provision of law as policies name it, such as JW-7.3.11-4."""
MediaType = Annotated[str, StringConstraints(pattern=MEDIA_TYPE_PATTERN, max_length=122), NO_LINE_END]
"""Media type without parameters, lower case (RFC 6838)."""
