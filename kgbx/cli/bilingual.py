# SPDX-License-Identifier: EUPL-1.2
"""Click commands whose help speaks Dutch and English.

Rules: the language is chosen by ``--lang``, then ``KGBX_LANG``, then the locale of the machine; anything but Dutch is
English. Codes, option names and ``--json`` output are the same in both.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from importlib import import_module
from itertools import islice, pairwise
from typing import TYPE_CHECKING, Any, Final

import click

from kgbx.messages import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from kgbx.messages import Language

_DASHED_KID: Final = re.compile(r"-[A-Za-z0-9_-]{42}\Z")
"""A name of a key that begins with a dash, as one in 64 does: 43 characters of base64url (RFC 7638)."""

_USAGE: Final = Text("Gebruik", "Usage")
_OPTIONS: Final = Text("Opties", "Options")
_COMMANDS: Final = Text("Opdrachten", "Commands")
_REQUIRED: Final = Text("[verplicht]", "[required]")
_DEFAULT: Final = Text("standaard", "default")
_UP_TO: Final = Text("tot en met", "to")
_OR_MORE: Final = Text("of meer", "or more")
_HELP: Final = Text("Toon deze uitleg en stop.", "Show this message and exit.")
_END_OF_OPTIONS: Final = "--"
_LANG: Final = "--lang"
_LANGUAGES: Final = ("nl", "en")
_LOCALE_VARIABLES = ("KGBX_LANG", "LC_ALL", "LC_MESSAGES", "LANG")


def language_of_environment() -> Language:
    """Return ``nl`` when the first locale variable that is set says so, else ``en``."""
    for name in _LOCALE_VARIABLES:
        if value := os.environ.get(name):
            return "nl" if value.lower().startswith("nl") else "en"
    return "en"


def language_of(context: click.Context) -> Language:
    """Return the language chosen with ``--lang``, else that of the environment."""
    chosen: Language | None = context.find_root().meta.get("kgbx.language")
    return chosen or language_of_environment()


class BilingualOption(click.Option):
    """An option whose help is a :class:`Text`."""

    def __init__(self, *args: Any, text: Text, **kwargs: Any) -> None:  # noqa: ANN401  # click's own signature
        super().__init__(*args, **kwargs)
        self.text = text

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """Return the two columns of the help."""
        language = language_of(ctx)
        self.help = self.text.say(language)
        found = super().get_help_record(ctx)
        return found and (found[0], _in_words(found[1], language))


def _lang() -> BilingualOption:
    """Return ``--lang``; at whichever command it is given, it counts for the whole call."""
    return BilingualOption(
        [_LANG],
        type=click.Choice(_LANGUAGES),
        is_eager=True,
        expose_value=False,
        callback=lambda context, _parameter, value: context.meta.update({"kgbx.language": value}) if value else None,
        text=Text(
            "Taal van wat u leest: nl of en. Standaard: de taal van deze computer.",
            "Language of what you read: nl or en. Default: the language of this computer.",
        ),
    )


def _in_words(told: str, language: Language) -> str:
    """Return the help of an option in which what click adds is in the language of the reader, without formulas."""
    told = told.replace(_REQUIRED.en, _REQUIRED.say(language)).replace("[default: ", f"[{_DEFAULT.say(language)}: ")
    told = re.sub(r"(\d+)<=x<=(\d+)", rf"\1 {_UP_TO.say(language)} \2", told)
    return re.sub(r"x>=(\d+)", rf"\1 {_OR_MORE.say(language)}", told)


class _Bilingual(click.Command):
    """What commands and groups share: help in the chosen language, and ``--lang`` to choose it."""

    text: Text

    def __init__(self, *args: Any, text: Text, **kwargs: Any) -> None:  # noqa: ANN401  # click's own signature
        super().__init__(*args, **kwargs)
        self.text = text
        self.params.append(_lang())

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse the arguments; the language is known first, also to the help and to what is said of a mistake."""
        options = args[: args.index(_END_OF_OPTIONS)] if _END_OF_OPTIONS in args else args
        for word, following in pairwise([*options, ""]):
            language = following if word == _LANG else word.partition("=")[2] if word.startswith(f"{_LANG}=") else ""
            if language in _LANGUAGES:
                ctx.meta["kgbx.language"] = language
        return super().parse_args(ctx, args)

    def get_short_help_str(self, limit: int = 45) -> str:
        """Return the first sentence, for the list of commands; `limit` is click's and is not used."""
        del limit
        context = click.get_current_context(silent=True)
        language = language_of(context) if context else "en"
        return self.text.say(language).split(". ")[0].split("\n")[0].rstrip(".")

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the text of the command in the chosen language."""
        self.help = self.text.say(language_of(ctx))
        super().format_help_text(ctx, formatter)

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write how the command is called."""
        pieces = self.collect_usage_pieces(ctx)
        formatter.write_usage(ctx.command_path, " ".join(pieces), prefix=f"{_USAGE.say(language_of(ctx))}: ")

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options, and the commands of a group."""
        options = [one for one in self.get_params(ctx) if isinstance(one, click.Option)]
        rows = [row for one in options if (row := one.get_help_record(ctx)) is not None]
        with formatter.section(_OPTIONS.say(language_of(ctx))):
            formatter.write_dl(rows)
        if isinstance(self, click.Group):
            self.format_commands(ctx, formatter)

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """Return ``--help``, which explains itself too."""
        found = super().get_help_option(ctx)
        if found is not None:
            found.help = _HELP.say(language_of(ctx))
        return found


class BilingualCommand(_Bilingual):
    """A command whose help is a :class:`Text`, and to which the name of a key is never an option."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse the arguments; if one has the form of a key's name, all that are no options go behind ``--``."""
        if any(map(_DASHED_KID.match, args)):
            options, others = self._apart(args)
            args = [*options, _END_OF_OPTIONS, *others]
        return super().parse_args(ctx, args)

    def _apart(self, args: list[str]) -> tuple[list[str], list[str]]:
        """Return options with their values, and the rest, each in the order in which they came."""
        known = {name: one for one in self.params if isinstance(one, click.Option) for name in one.opts}
        options: list[str] = []
        others: list[str] = []
        rest = iter(args)
        for word in rest:
            if word == _END_OF_OPTIONS:
                others += rest
            elif word in known:
                options += [word, *islice(rest, 0 if known[word].is_flag else known[word].nargs)]
            elif word.startswith("-") and word != "-" and not _DASHED_KID.match(word):
                options.append(word)
            else:
                others.append(word)
        return options, others


class BilingualGroup(_Bilingual, click.Group):
    """A group of commands whose help is a :class:`Text`."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands."""
        found = [(name, one) for name in self.list_commands(ctx) if (one := self.get_command(ctx, name)) is not None]
        with formatter.section(_COMMANDS.say(language_of(ctx))):
            formatter.write_dl([(name, one.get_short_help_str()) for name, one in found])


@dataclass(frozen=True, slots=True)
class Entry:
    """A command of the program that is imported only when it is called.

    Attributes:
        module: Module of kgbx.cli; its `command` is the click command.
        text: One line for the list of commands.
    """

    module: str
    text: Text


class LazyGroup(BilingualGroup):
    """The program: `kgbx --help` lists its commands without importing them."""

    def __init__(self, *args: Any, entries: Mapping[str, Entry], **kwargs: Any) -> None:  # noqa: ANN401  # click's own
        super().__init__(*args, **kwargs)
        self.entries = entries

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order in which a newcomer needs them."""
        del ctx
        return list(self.entries)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return a command, None if there is none of this name."""
        del ctx
        entry = self.entries.get(cmd_name)
        if entry is None:
            return None
        found: click.Command = import_module(entry.module).command
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands."""
        language = language_of(ctx)
        rows = [(name, entry.text.say(language)) for name, entry in self.entries.items()]
        with formatter.section(_COMMANDS.say(language)):
            formatter.write_dl(rows)


def option(*names: str, nl: str, en: str, **kwargs: Any) -> Callable[[Any], Any]:  # noqa: ANN401  # click's own signature
    """Return a decorator that adds an option with help in two languages."""
    return click.option(*names, cls=BilingualOption, text=Text(nl, en), **kwargs)


def command(name: str, *, nl: str, en: str) -> Callable[[Callable[..., None]], click.Command]:
    """Return a decorator that makes a command with help in two languages."""
    return click.command(name, cls=BilingualCommand, text=Text(nl, en))


def group(name: str, *, nl: str, en: str) -> Callable[[Callable[..., None]], BilingualGroup]:
    """Return a decorator that makes a group of commands with help in two languages."""
    return click.group(name, cls=BilingualGroup, text=Text(nl, en))


def subcommand(parent: click.Group, name: str, *, nl: str, en: str) -> Callable[[Callable[..., None]], click.Command]:
    """Return a decorator that makes a command inside a group, with help in two languages."""
    return parent.command(name, cls=BilingualCommand, text=Text(nl, en))
