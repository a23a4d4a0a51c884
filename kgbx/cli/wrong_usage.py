# SPDX-License-Identifier: EUPL-1.2
"""What is said of a call that click does not understand, in Dutch and English, with where to read on.

Rules: names of options and what may stand there are told; what stood there is not, unless it is the name itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import click

from kgbx.messages import MESSAGES, Text

if TYPE_CHECKING:
    from kgbx.messages import Language

_NO_ARGUMENTS: Final = getattr(click.exceptions, "NoArgsIsHelpError", ())  # older versions of click print the help
_CHOOSE: Final = Text("Kies een opdracht.", "Choose a command.")


def told(error: click.ClickException, language: Language) -> str:
    """Return the sentence about a wrong call, and the command whose help explains it."""
    if isinstance(error, _NO_ARGUMENTS):
        return f"{_CHOOSE.say(language)}\n\n{error.format_message()}"
    sentence = error.format_message() if language == "en" else _in_dutch(error)
    context = error.ctx if isinstance(error, click.UsageError) else None
    if context is None:
        return sentence
    see = "Kijk bij" if language == "nl" else "See"
    return f"{sentence} {see}: {context.command_path} --help"


def _in_dutch(error: click.ClickException) -> str:
    """Return the sentence for the kinds of mistakes that are made often; for the others one that fits all."""
    if isinstance(error, click.NoSuchOption):
        return f"De optie {error.option_name!r} bestaat niet.{_perhaps(error)}"
    if isinstance(error, click.MissingParameter):
        return f"{_named(error)} ontbreekt."
    if isinstance(error, click.BadParameter):
        return f"De waarde van {_named(error)} kan niet.{_possible(error.param)}"
    if isinstance(error, click.BadOptionUsage):
        return f"Bij de optie {error.option_name!r} ontbreekt een waarde, of er is er een te veel."
    command: str | None = getattr(error, "command_name", None)  # older versions of click have one class for all
    if command is not None:
        return f"De opdracht {command!r} bestaat niet.{_perhaps(error)}"
    return MESSAGES["U_ARGUMENT"].nl


def _perhaps(error: click.ClickException) -> str:
    near: list[str] | None = getattr(error, "possibilities", None)
    return f" Bedoelt u {' of '.join(sorted(near))}?" if near else ""


def _named(error: click.BadParameter) -> str:
    context = error.ctx or click.Context(click.Command("kgbx"))
    return error.param.get_error_hint(context) if error.param is not None else "Een argument"


def _possible(parameter: click.Parameter | None) -> str:
    kind = parameter.type if parameter is not None else None
    if isinstance(kind, click.Choice):
        return f" Kies uit: {', '.join(map(str, kind.choices))}."
    if isinstance(kind, click.IntRange):
        most = f" tot en met {kind.max}" if kind.max is not None else " of meer"
        return f" Geef een heel getal: {kind.min}{most}."
    return ""
