# SPDX-License-Identifier: EUPL-1.2
"""``kgbx consult``: think along about a family that nobody may recognise: ask, answer, read.

Rules: what in a text leads to the family is told by its kind and place, never by its value, and then nothing is
written. A question or answer is written as a document, or sealed at once; ``kgbx unseal`` opens it.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from kgbx.canonical import parse
from kgbx.cli.bilingual import group, option
from kgbx.cli.bilingual import subcommand as consult_command
from kgbx.cli.cases import read_case
from kgbx.cli.console import (
    Console,
    at_option,
    console_of,
    directory_options,
    json_option,
    out_option,
    passphrase_option,
    read_file,
    write_new,
)
from kgbx.cli.directory import load_directory
from kgbx.cli.keys import open_identity
from kgbx.codes import code_list
from kgbx.errors import EXIT_FAILED, DocumentError, UsageError
from kgbx.exchange import seal_consult
from kgbx.limits import CONSULT_BYTES, MAX_CONSULT_TEXT_CHARS
from kgbx.messages import Text
from kgbx.story import AnonymousAnswer, AnonymousQuestion, anonymous_answer, anonymous_consult, find_traces
from kgbx.story.anonymous import problem_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from kgbx.story.anonymous import Help, Someone, Worry
    from kgbx.story.anonymous_traces import Trace

_TOGETHER: Final = Text(
    "--identity, --to, --directory en --trust gaan samen: alle vier om dicht te maken, geen om alleen te schrijven.",
    "--identity, --to, --directory and --trust go together: all four to seal, none to write only.",
)
_LONGEST: Final = 4 * MAX_CONSULT_TEXT_CHARS


@group(
    "consult",
    nl="Denk mee over een gezin zonder te weten welk gezin.\n\n"
    "Met ask maakt u een vraag waarin niets naar het gezin leidt: leeftijden in jaren, weken geleden in plaats van "
    "datums, rollen in plaats van namen. answer antwoordt, read laat zien. Overleg verandert niets aan wie er voor "
    "het gezin is.",
    en="Think along about a family without knowing which family.\n\n"
    "With ask you make a question in which nothing leads to the family: ages in years, weeks ago instead of dates, "
    "roles instead of names. answer answers, read shows. A consult changes nothing about who is there for the family.",
)
def command() -> None:
    """Hold the commands about consult."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sealing:
    """With what to seal: paths, and for whom."""

    identity: str
    to: str
    directory: str
    trust: str
    passphrase_file: str | None = field(repr=False)


def _sealing_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options with which a document is sealed at once; the command gets `sealing`, None without them."""

    @wraps(function)
    def with_sealing(*args: Any, **options: Any) -> Any:  # noqa: ANN401  # what click passes on
        names = ("identity", "to", "directory_file", "trust_file")
        given = [options.pop(name) for name in names]
        passphrase_file = options.pop("passphrase_file")
        if len({one is None for one in given}) != 1:
            raise UsageError(text=_TOGETHER)
        identity, to, directory, trust = given
        sealing = None
        if identity is not None:
            sealing = _Sealing(
                identity=identity, to=to, directory=directory, trust=trust, passphrase_file=passphrase_file
            )
        return function(*args, sealing=sealing, **options)

    identity = option(
        "--identity",
        metavar="FOLDER",
        nl="Map met uw eigen sleutels: maak het meteen dicht.",
        en="Folder with your own keys: seal it at once.",
    )
    to = option("--to", metavar="URN", nl="Wie het mag openen.", en="Who may open it.")
    return identity(to(directory_options(passphrase_option(with_sealing), required=False)))  # type: ignore[no-any-return]  # click's decorators are untyped for custom classes


def _language_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--language``."""
    decorate = option(
        "--language",
        default="nl",
        show_default=True,
        metavar="TAG",
        nl="Taal van de tekst, zoals nl, en of ar.",
        en="Language of the text, such as nl, en or ar.",
    )
    return decorate(function)  # type: ignore[no-any-return]  # as _sealing_options


@consult_command(
    command,
    "ask",
    nl="Maak van het dossier CASE en de tekst TEXT een vraag waarin niets naar het gezin leidt.\n\n"
    "TEXT is een bestand met uw vraag, hoogstens 2500 tekens. Staat er een naam, datum, plaats of nummer in, dan ziet "
    "u waar en wordt niets geschreven: status 1.",
    en="Make of the case CASE and the text TEXT a question in which nothing leads to the family.\n\n"
    "TEXT is a file with your question, 2500 characters at most. If a name, date, place or number stands in it, you "
    "see where, and nothing is written: status 1.",
)
@click.argument("case")
@click.argument("text")
@out_option
@_language_option
@_sealing_options
@at_option
@json_option
@click.pass_context
def ask(
    context: click.Context,
    case: str,
    text: str,
    *,
    out: str,
    language: str,
    sealing: _Sealing | None,
    at: str | None,
    as_json: bool,
) -> None:
    """Write the question, or tell what leads to the family.

    Raises:
        DocumentError: the case or the text is malformed, or the text is too long.
        UsageError: U_EXISTS.
    """
    console = console_of(context, as_json=as_json)
    content, question = read_case(console, case), _text(text)
    traces = find_traces(question, content)
    for trace in traces:
        told = problem_of(trace, question, pointer="/question").text
        console.say(told.nl, told.en)
    if traces:
        console.result({"traces": [_trace(one, question) for one in traces]})
        context.exit(EXIT_FAILED)
    moment = console.moment(at)
    document = anonymous_consult(content, question=question, at=moment, random=os.urandom, language=language)
    lane = _write(console, document, out=out, sealing=sealing, at=moment)
    for line in _lines(document, console):
        console.say(line, line)
    console.result({"traces": [], "lane": lane, "answer_token": document.answer_token})


@consult_command(
    command,
    "answer",
    nl="Antwoord op de vraag QUESTION met de tekst TEXT.",
    en="Answer the question QUESTION with the text TEXT.",
)
@click.argument("question")
@click.argument("text")
@out_option
@_language_option
@_sealing_options
@at_option
@json_option
@click.pass_context
def answer(
    context: click.Context,
    question: str,
    text: str,
    *,
    out: str,
    language: str,
    sealing: _Sealing | None,
    at: str | None,
    as_json: bool,
) -> None:
    """Write the answer.

    Raises:
        DocumentError: the question or the text is malformed.
        UsageError: U_EXISTS.
    """
    console = console_of(context, as_json=as_json)
    asked = AnonymousQuestion.read(read_file(question, limit=CONSULT_BYTES))
    document = anonymous_answer(asked, answer=_text(text), language=language)
    lane = _write(console, document, out=out, sealing=sealing, at=console.moment(at))
    console.result({"lane": lane, "answer_token": document.answer_token})


@consult_command(
    command,
    "read",
    nl="Laat een vraag of antwoord FILE zien.",
    en="Show a question or answer FILE.",
)
@click.argument("file")
@json_option
@click.pass_context
def read(context: click.Context, file: str, *, as_json: bool) -> None:
    """Print a question or an answer.

    Raises:
        DocumentError: it is neither.
    """
    console = console_of(context, as_json=as_json)
    document = _document(read_file(file, limit=CONSULT_BYTES))
    for line in _lines(document, console):
        console.say(line, line)
    console.result(document.model_dump(mode="json", by_alias=True, exclude_defaults=True))


def _document(data: bytes) -> AnonymousQuestion | AnonymousAnswer:
    value = parse(data, max_bytes=CONSULT_BYTES)
    is_answer = isinstance(value, dict) and value.get("schema") == AnonymousAnswer.uri()
    return AnonymousAnswer.read(data) if is_answer else AnonymousQuestion.read(data)


def _text(path: str) -> str:
    """Return the text of a file.

    Raises:
        DocumentError: D_ENCODING, it is no UTF-8; D_LENGTH, it is too long.
    """
    data = read_file(path, limit=_LONGEST)
    text = data.decode("utf-8-sig", "replace").strip()
    if len(data) > _LONGEST or len(text) > MAX_CONSULT_TEXT_CHARS:
        raise DocumentError.single("D_LENGTH")
    if "\ufffd" in text:
        raise DocumentError.single("D_ENCODING")
    return text


def _trace(trace: Trace, text: str) -> dict[str, Any]:
    before = text[: trace.start]
    line, character = before.count("\n") + 1, len(before) - before.rfind("\n")
    return {"kind": trace.kind, "start": trace.start, "end": trace.end, "line": line, "character": character}


def _write(
    console: Console,
    document: AnonymousQuestion | AnonymousAnswer,
    *,
    out: str,
    sealing: _Sealing | None,
    at: datetime,
) -> str | None:
    """Write a document, or seal it; return the pseudonym of its lane.

    Raises:
        UsageError: U_EXISTS, U_NO_KEYS.
        EnvelopeError: the recipient is not known, or has no key.
    """
    if sealing is None:
        write_new(out, document.to_json(), mode=0o600)
        console.say(f"{out}: geschreven.", f"{out}: written.")
        return None
    recipient = load_directory(sealing.directory, sealing.trust).require(sealing.to, at)
    identity = open_identity(sealing.identity, sealing.passphrase_file, console=console)
    made = seal_consult(document, sender=identity, to=recipient, at=at)
    if os.path.lexists(out):
        raise UsageError("U_EXISTS")
    made.sealed.write(Path(out))
    console.say(f"{out}: dichtgemaakt voor {sealing.to}.", f"{out}: sealed for {sealing.to}.")
    return made.lane


# --- in words


def _lines(document: AnonymousQuestion | AnonymousAnswer, console: Console) -> Iterator[str]:
    if isinstance(document, AnonymousAnswer):
        yield document.answer
        return
    language = console.language
    yield from (_person(one, console) for one in document.people)
    yield from (_worry(one, console) for one in document.worries)
    if document.safety is not None:
        label = code_list("safety_level").label(document.safety.conclusion, language)
        yield f"  {label}{_ago(document.safety.weeks_ago, console)}"
    yield from (_help(one, console) for one in document.help)
    yield from (f"  + {code_list('strength_domain').label(one, language)}" for one in document.strengths)
    yield document.question


def _person(one: Someone, console: Console) -> str:
    label = code_list("person_role").label(one.role, console.language)
    if one.unborn:
        return f"  {label}, {'ongeboren' if console.language == 'nl' else 'unborn'}"
    years = "" if one.years is None else f", {one.years} {'jaar' if console.language == 'nl' else 'years'}"
    return f"  {label}{years}"


def _worry(one: Worry, console: Console) -> str:
    label = code_list("problem_domain").label(one.domain, console.language)
    level = code_list("concern_level").label(one.level, console.language)
    return f"  {label} ({level}){_ago(one.weeks_ago, console)}"


def _help(one: Help, console: Console) -> str:
    label = code_list("help_form").label(one.form, console.language)
    step = code_list("milestone_kind").label(one.step, console.language)
    return f"  {label}: {step}{_ago(one.weeks_ago, console)}"


def _ago(weeks: int | None, console: Console) -> str:
    if weeks is None:
        return ""
    return f", {weeks} {'weken geleden' if console.language == 'nl' else 'weeks ago'}"
