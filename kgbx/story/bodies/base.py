# SPDX-License-Identifier: EUPL-1.2
"""What every body of a typed message has.

Rules:
    - a body is strict, closed and frozen, as the records of a case are; its repr names its type only;
    - it names its schema, who sends it and who receives it, so that it means nothing on another way;
    - the URI of its schema is the type of its message;
    - nothing in it is decided about: what decide() must judge travels as a record of a case.
"""

from __future__ import annotations

from typing import Annotated, Any, Final, Self, get_args

from kgbx.canonical import dumps, parse
from kgbx.case.base import Model
from kgbx.case.contribution import Contribution
from kgbx.case.fields import Many, Maybe, Org, True_, doc
from kgbx.case.reading import checked
from kgbx.case.shape import names_of
from kgbx.errors import DocumentError
from kgbx.limits import MAX_MESSAGE_BYTES

MESSAGES_URI: Final = "https://kgbx.example/messages"
"""What the URI of every message type begins with."""


class Typed(Model):
    """A document that names its schema in its first member, ``schema``."""

    synthetic: Annotated[Maybe[True_], doc("verzonnen", "True when everything in it is made up.")] = None

    @classmethod
    def uri(cls) -> str:
        """Return the URI of its schema: the only value of its member ``schema``."""
        return str(get_args(cls.model_fields["schema_"].annotation)[0])

    @classmethod
    def new(cls, **members: Any) -> Self:  # noqa: ANN401  # checked by the model
        """Return a new one, with the member ``schema``.

        Raises:
            DocumentError: a member is missing, unknown or of the wrong shape.
        """
        return cls(**{"schema": cls.uri()} | members)

    @classmethod
    def read(cls, data: bytes) -> Self:
        """Return the one in `data`.

        Raises:
            DocumentError: the guard's problem, D_VERSION, or all problems of shape; without values.
        """
        value = parse(data, members=names_of(cls), max_bytes=MAX_MESSAGE_BYTES)
        if isinstance(value, dict) and isinstance(value.get("schema"), str) and value["schema"] != cls.uri():
            raise DocumentError.single("D_VERSION", "/schema")
        return checked(cls, value)

    def to_json(self) -> bytes:
        """Return its one spelling (RFC 8785)."""
        return dumps(self.model_dump(mode="json", by_alias=True, exclude_defaults=True))


Contributions = Annotated[
    Many[Contribution], doc("bijdragen", "What the sender signed of the records in it.", source="RFC 7515")
]
"""Of a body that holds records: without it they could not be verified after they were passed on."""


class Body(Typed):
    """A body of a message from one organisation to one other."""

    sender: Annotated[Org, doc("afzender", "Organisation that sends it.")]
    recipient: Annotated[Org, doc("ontvanger", "The one organisation that it is for.")]
