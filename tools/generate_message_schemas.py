# SPDX-License-Identifier: EUPL-1.2
"""Write schemas/messages/*-1.0.schema.json from the models of message bodies, and the page that explains the types.

Rules: as the schema of the case: JSON Schema 2020-12, closed objects, no null, no defaults, each member with an English
description and a Dutch title. The body of a case, an answer with a case and a correction is the schema of the case.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Final

from kgbx.case import SCHEMA_URI
from kgbx.story.anonymous import AnonymousAnswer, AnonymousQuestion
from kgbx.story.bodies import MESSAGE_TYPES, Cover, Typed
from tools.generate_schema import JSON_VALUE, as_object, text
from tools.generated import write_or_check
from tools.markdown import table

if TYPE_CHECKING:
    from kgbx.story.bodies import MessageType

VERSION: Final = "1.0"
STATUS: Final = "released"
OTHERS: Final[tuple[tuple[str, type[Typed], str], ...]] = (
    ("cover", Cover, "begeleidend blad"),
    ("anonymous_consult_question", AnonymousQuestion, "anonieme vraag om mee te denken"),
    ("anonymous_consult_answer", AnonymousAnswer, "antwoord op een anonieme vraag"),
)
"""Documents that name no sender and no recipient: name, model, Dutch title."""

FOLDER: Final = "schemas/messages"
PAGE: Final = "docs/reference/messages.md"


def head(uri: str, title: str) -> dict[str, Any]:
    """Return what each schema begins with."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": uri,
        "$comment": "SPDX-License-Identifier: CC0-1.0. Written by tools/generate_message_schemas.py.",
        "x-kgbx-status": STATUS,
        "title": title,
    }


def of_model(model: type[Typed], title: str) -> dict[str, Any]:
    """Return the published schema of a model."""
    made = model.model_json_schema(by_alias=True)
    definitions = {name: as_object(one) for name, one in sorted(made.pop("$defs", {}).items())}
    if any("extensions" in one["properties"] for one in definitions.values()):
        definitions["Json"] = JSON_VALUE
    body = {key: value for key, value in as_object(made).items() if key != "title"}
    return {**head(model.uri(), title), **body, **({"$defs": definitions} if definitions else {})}


def of_type(row: MessageType) -> dict[str, Any]:
    """Return the published schema of the body of a message type."""
    if row.model is not None:
        return of_model(row.model, row.title.nl)
    return {**head(row.uri, row.title.nl), "description": "A family case.", "$ref": SCHEMA_URI}


def schemas() -> dict[str, dict[str, Any]]:
    """Return the schema of each body, and of the cover, by name."""
    others = {name: of_model(model, title) for name, model, title in OTHERS}
    return {row.name: of_type(row) for row in MESSAGE_TYPES} | others


def page() -> str:
    """Return the page that explains the types."""
    rows = [
        (f"`{row.name}`", row.title.nl, "case" if row.model is None else "own", row.by.en, row.effect.en, row.source)
        for row in MESSAGE_TYPES
    ]
    columns = ("type", "Dutch", "body", "who sends it", "what it does where it arrives", "source")
    return HEAD + table(columns, rows) + TAIL


def texts() -> dict[str, str]:
    """Return the path and the text of each file."""
    files = {f"{FOLDER}/{name}-{VERSION}.schema.json": text(form) for name, form in schemas().items()}
    return {**files, PAGE: page()}


HEAD: Final = """# Messages

<!-- Written by tools/generate_message_schemas.py from kgbx/story/bodies/. -->

Each message goes from one organisation to one other. Its type is
`https://kgbx.example/messages/<type>/1.0`, and that is the name of the schema of its body too:
`schemas/messages/<type>-1.0.schema.json`. The body is part 0 of the envelope, as `application/vnd.kgbx.message+json`;
a case is `application/vnd.kgbx.family-case+json` and has the schema of a family case. Every other body names its
`sender` and `recipient`, and is refused when the signature is not the sender's or the recipient is another.

"""

TAIL: Final = """
Beside a case one more part may travel, `application/vnd.kgbx.cover+json` (`schemas/messages/cover-1.0.schema.json`):
the purpose it was shared for, and the needs that the recipient does not ask (`not_to_ask`). The case itself stays part
0, byte for byte.

An anonymous consult is apart: its question and its answer (`anonymous_consult_question-1.0.schema.json` and
`anonymous_consult_answer-1.0.schema.json`, in the same folder) name nobody, not even who sends them, have exactly 16
KiB, and travel without thread, reference and attachments, each in a lane of its own.
"""


def main(arguments: list[str] | None = None) -> int:
    """Write the files, or with ``--check`` compare them."""
    return write_or_check(texts(), arguments)


if __name__ == "__main__":
    sys.exit(main())
