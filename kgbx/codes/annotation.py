# SPDX-License-Identifier: EUPL-1.2
"""``Annotated[str, Code("sex")]``: a member whose value is a code of a list.

Rules: the check is an enumeration inside pydantic-core, the published schema says ``enum``; both come from the same
file. Whether a code was valid on a day is no matter of shape.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic_core import core_schema

from kgbx.codes.lists import code_list

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler


@dataclass(frozen=True, slots=True)
class Code:
    """Annotation: the value is a code of this list.

    Attributes:
        name: Name of the code list.
        wildcard: Whether ``*`` is accepted too, for every code.
    """

    name: str
    wildcard: bool = False

    def _values(self) -> list[str]:
        return [*code_list(self.name).codes, *(("*",) if self.wildcard else ())]

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:  # noqa: ANN401  # pydantic's protocol
        """Return the enumeration."""
        return core_schema.literal_schema(self._values(), metadata={"kgbx_code_list": self.name})

    def __get_pydantic_json_schema__(
        self, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """Return ``enum``, with the name of the list beside it."""
        return {"type": "string", "enum": self._values(), "x-kgbx-codes": self.name}
