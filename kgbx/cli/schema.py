# SPDX-License-Identifier: EUPL-1.2
"""``kgbx schema``: give the published schema in each form, and tell whether a new version breaks an old one."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final, cast

import click

from kgbx.cli.bilingual import group, option
from kgbx.cli.bilingual import subcommand as schema_command
from kgbx.cli.console import console_of, json_option, write_new
from kgbx.cli.files import once_from_stdin, read_ordinary
from kgbx.errors import EXIT_FAILED, EXIT_OK, EXIT_VERSION, DocumentError, UsageError
from kgbx.interop import FORMS, compare_schemas, schema_form
from kgbx.interop.schemas import read_schema
from kgbx.limits import MAX_DOCUMENT_BYTES
from kgbx.messages import Text

if TYPE_CHECKING:
    from kgbx.cli.console import Console
    from kgbx.interop import Compatibility, Doubt, Form, Refusal

_SHOWN: Final = 10
"""Places of one kind that are shown to a person; with ``--json`` all of them are."""

_SHOWN_CHARS: Final = 60
_SHOWN_START: Final = 20

_ANSWERS: Final = {
    "proven": Text(
        "bewezen: alles wat het oude schema accepteert, accepteert het nieuwe ook",
        "proven: everything that the old schema accepts is accepted by the new one",
    ),
    "refused": Text(
        "geweigerd: het nieuwe schema weigert iets wat het oude accepteert",
        "refused: the new schema refuses something that the old one accepts",
    ),
    "undecided": Text(
        "onbeslist: niet gevonden of het nieuwe schema alles accepteert; een mens moet de plaatsen hieronder nakijken",
        "undecided: not found out whether the new schema accepts everything; a person must look at the places below",
    ),
}


@group(
    "schema",
    nl="Geef het schema van het gezinsdossier en vergelijk versies van een schema.",
    en="Give the schema of the family case and compare versions of a schema.",
)
def command() -> None:
    """Hold the commands about schemas."""


@schema_command(
    command,
    "export",
    nl="Geef het gepubliceerde schema.\n\n"
    "strict keurt documenten (JSON Schema 2020-12). codegen is voor programma's die code maken (TypeScript, Python, "
    "C#), openapi voor OpenAPI 3.1; die twee accepteren meer en zijn niet om mee te keuren.",
    en="Give the published schema.\n\n"
    "strict validates documents (JSON Schema 2020-12). codegen is for code generators (TypeScript, Python, C#), "
    "openapi for OpenAPI 3.1; these two accept more and are not for validating.",
)
@option(
    "--form",
    type=click.Choice(list(FORMS)),
    default="strict",
    nl="strict (standaard), codegen of openapi.",
    en="strict (default), codegen or openapi.",
)
@option(
    "--out",
    metavar="FILE",
    nl="Nieuw bestand om naar te schrijven. Standaard: stdout.",
    en="New file to write. Default: stdout.",
)
@json_option
@click.pass_context
def export(context: click.Context, form: str, out: str | None, *, as_json: bool) -> None:
    """Write the published file, byte for byte; on stdout it is the one JSON object that ``--json`` promises."""
    data = schema_form(cast("Form", form))
    if out is None:
        click.echo(data, nl=False)
        return
    write_new(out, data)
    console = console_of(context, as_json=as_json)
    console.say(f"Geschreven: {out}", f"Written: {out}")
    console.result({"form": form, "out": out})


@schema_command(
    command,
    "compat",
    nl="Kijk of alles wat schema OLD accepteert ook door NEW wordt geaccepteerd.\n\n"
    "Het antwoord is: bewezen (status 0), geweigerd met een voorbeelddocument (status 1), of onbeslist met de plaats "
    "(status 1). Status 2: een bestand is geen JSON Schema; 6: van een andere versie van JSON Schema.",
    en="Check whether everything that schema OLD accepts is accepted by NEW too.\n\n"
    "The answer is: proven (status 0), refused with an example document (status 1), or undecided with the place "
    "(status 1). Status 2: a file is no JSON Schema; 6: of another version of JSON Schema.",
)
@click.argument("old")
@click.argument("new")
@json_option
@click.pass_context
def compat(context: click.Context, old: str, new: str, *, as_json: bool) -> None:
    """Compare, print what was found, and leave with status 1 unless it is proven."""
    console = console_of(context, as_json=as_json)
    once_from_stdin((old, new))
    found = compare_schemas(_schema(old), _schema(new))
    console.say(_ANSWERS[found.verdict].nl, _ANSWERS[found.verdict].en)
    for refusal in found.refusals[:_SHOWN]:
        _show_refusal(console, refusal)
    _show_more(console, len(found.refusals))
    for doubt in found.doubts[:_SHOWN]:
        _show_doubt(console, doubt)
    _show_more(console, len(found.doubts))
    console.result(_as_json(found))
    context.exit(EXIT_OK if found else EXIT_FAILED)


def _schema(path: str) -> bytes:
    """Return the bytes of a schema that can be read; what is wrong with it is told with its path."""
    data = read_ordinary(path, limit=MAX_DOCUMENT_BYTES)
    failed: DocumentError | None = None
    try:
        read_schema(data)
    except DocumentError as error:
        failed = error
    if failed is None:
        return data
    if failed.exit_status == EXIT_VERSION:
        raise failed
    raise UsageError("U_UNREADABLE", text=Text(_told(path, failed, nl=True), _told(path, failed, nl=False)))


def _told(path: str, failed: DocumentError, *, nl: bool) -> str:
    return f"{path}\n{failed.say('nl' if nl else 'en')}"


def _show_refusal(console: Console, refusal: Refusal) -> None:
    where = refusal.pointer or '""'
    example = json.dumps(_shortened(refusal.example), ensure_ascii=False)
    console.say(
        f"  {where}\n    oud {refusal.old or '#'}\n    nieuw {refusal.new or '#'}\n    voorbeeld {example}",
        f"  {where}\n    old {refusal.old or '#'}\n    new {refusal.new or '#'}\n    example {example}",
    )


def _shortened(value: Any) -> Any:  # noqa: ANN401  # any JSON value
    """Return an example in which a long text is told by its begin and its length."""
    if isinstance(value, dict):
        return {_shortened(name): _shortened(member) for name, member in value.items()}
    if isinstance(value, list):
        return [_shortened(item) for item in value]
    if isinstance(value, str) and len(value) > _SHOWN_CHARS:
        return f"{value[:_SHOWN_START]}… ({len(value)})"
    return value


def _show_doubt(console: Console, doubt: Doubt) -> None:
    words = ", ".join(doubt.keywords)
    because_nl = (
        f"sleutelwoord niet begrepen: {words}" if words else "zoeken is te groot, of een patroon van namen te moeilijk"
    )
    because_en = (
        f"keyword not understood: {words}" if words else "the search is too large, or a pattern of names too hard"
    )
    console.say(
        f"  ? oud {doubt.old or '#'}\n    nieuw {doubt.new or '#'}\n    {because_nl}",
        f"  ? old {doubt.old or '#'}\n    new {doubt.new or '#'}\n    {because_en}",
    )


def _show_more(console: Console, count: int) -> None:
    if count > _SHOWN:
        more = count - _SHOWN
        console.say(f"  en nog {more}; --json geeft ze alle", f"  and {more} more; --json gives all of them")


def _as_json(found: Compatibility) -> dict[str, object]:
    refusals = [{"pointer": r.pointer, "old": r.old, "new": r.new, "example": r.example} for r in found.refusals]
    doubts = [{"old": doubt.old, "new": doubt.new, "keywords": list(doubt.keywords)} for doubt in found.doubts]
    return {"verdict": found.verdict, "refusals": refusals, "undecided": doubts}
