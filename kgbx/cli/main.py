# SPDX-License-Identifier: EUPL-1.2
"""The program ``kgbx``: its commands, and what it does with errors.

Rules: an error becomes one line on stderr (with ``--json`` also one object on stdout) and the exit status of
:mod:`kgbx.errors`; no traceback, no value of a document. An error that is not ours is a bug in kgbx: status 70, with
the places in the code and nothing else.
"""

from __future__ import annotations

import json
import sys
import traceback
from pathlib import Path

import click

from kgbx import __version__
from kgbx.cli.bilingual import BilingualGroup, language_of_environment, option
from kgbx.cli.demo import add_demo
from kgbx.cli.directory import add_directory
from kgbx.cli.doctor import add_doctor
from kgbx.cli.envelope import add_envelope
from kgbx.cli.keys import add_keys
from kgbx.cli.validate import add_validate
from kgbx.cli.vectors import add_vectors
from kgbx.errors import EXIT_BUG, EXIT_FILE, DocumentError, KgbxError
from kgbx.messages import MESSAGES, Language, Text

_ABOUT = Text(
    "Geef een gezinsdossier veilig door, zodat het gezin zijn verhaal niet opnieuw hoeft te vertellen.\n\n"
    "Begin met 'kgbx demo': twee verzonnen organisaties geven het dossier van een verzonnen gezin door. "
    "Daarna: keys (sleutels maken), directory (elkaars sleutels kennen), seal (dichtmaken), unseal (openen), "
    "validate (nakijken).",
    "Pass a family's case on safely, so that the family need not tell its story again.\n\n"
    "Start with 'kgbx demo': two made-up organisations pass the case of a made-up family. "
    "Then: keys (make keys), directory (know each other's keys), seal, unseal, validate.",
)


@click.group(cls=BilingualGroup, text=_ABOUT, context_settings={"help_option_names": ["-h", "--help"]})
@option(
    "--lang",
    type=click.Choice(["nl", "en"]),
    is_eager=True,
    expose_value=False,
    callback=lambda context, _parameter, value: context.meta.update({"kgbx.language": value}) if value else None,
    nl="Taal van wat u leest: nl of en. Standaard: de taal van deze computer.",
    en="Language of what you read: nl or en. Default: the language of this computer.",
)
@click.version_option(__version__, prog_name="kgbx")
def main() -> None:
    """Hold the commands; the text for people is `_ABOUT`."""


add_demo(main)
add_doctor(main)
add_validate(main)
add_keys(main)
add_directory(main)
add_envelope(main)
add_vectors(main)


def run(arguments: list[str] | None = None) -> None:
    """Run the program and leave with its exit status."""
    sys.exit(run_and_report(sys.argv[1:] if arguments is None else arguments))


def run_and_report(arguments: list[str]) -> int:
    """Run the program, report an error as this module says, and return the exit status."""
    context: click.Context | None = None
    try:
        with main.make_context("kgbx", list(arguments)) as context:
            status = main.invoke(context)
            return status if isinstance(status, int) else 0
    except click.exceptions.Exit as leave:
        return leave.exit_code
    except click.Abort:
        click.echo("", err=True)
        return 1
    except click.ClickException as error:
        return _report(arguments, "U_ARGUMENT", error.format_message(), error.exit_code, pointer="")
    except KgbxError as error:
        return _report_ours(arguments, error, _language(context))
    except OSError as error:
        return _report_file(arguments, error, _language(context))
    except Exception as error:  # noqa: BLE001  # the last resort: without it Python would print values
        return _report_bug(arguments, error, _language(context))


def _language(context: click.Context | None) -> Language:
    chosen: Language | None = context.meta.get("kgbx.language") if context else None
    return chosen or language_of_environment()


def _report(arguments: list[str], code: str, message: str, status: int, *, pointer: str) -> int:
    click.echo(f"kgbx: {message}", err=True)
    if "--json" in arguments:
        click.echo(json.dumps({"error": {"code": code, "pointer": pointer, "message": message}}, ensure_ascii=False))
    return status


def _report_ours(arguments: list[str], error: KgbxError, language: Language) -> int:
    message = error.say(language)
    if isinstance(error, DocumentError):
        message = "\n".join(["", *(f"  {line}" for line in message.splitlines())])
    return _report(arguments, error.code, message, error.exit_status, pointer=error.pointer)


def _report_file(arguments: list[str], error: OSError, language: Language) -> int:
    named = f"{error.filename}: " if isinstance(error.filename, str) else ""
    message = f"{named}{error.strerror or type(error).__name__}. {MESSAGES['F_FILE'].say(language)}"
    return _report(arguments, "F_FILE", message, EXIT_FILE, pointer="")


def _report_bug(arguments: list[str], error: Exception, language: Language) -> int:
    frames = traceback.extract_tb(error.__traceback__)
    places = "".join(f"\n  {Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames)
    message = f"F_BUG {type(error).__name__}: {MESSAGES['F_BUG'].say(language)}{places}"
    return _report(arguments, "F_BUG", message, EXIT_BUG, pointer="")
