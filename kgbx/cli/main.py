# SPDX-License-Identifier: EUPL-1.2
"""The program ``kgbx``: its commands, and what it does with errors.

Rules: an error becomes one line on stderr (with ``--json`` also one object on stdout) and the exit status of
:mod:`kgbx.errors`; no traceback, no value of a document. Ctrl-C is status 130; SIGTERM and SIGHUP end the program in
the same way, after it has cleaned up, with 143 and 129, unless the caller ignores them. An error that is not ours is a
bug in kgbx: status 70, with the places in the code and nothing else. What cannot be printed is status 5, never 0: a
disk that is full is told on stderr, a reader that has gone, as with ``| head``, is not. An error that cannot be told
keeps its status.
"""

from __future__ import annotations

import errno
import json
import os
import signal
import sys
import traceback
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

import click

from kgbx import __version__
from kgbx.cli import wrong_usage
from kgbx.cli.bilingual import BilingualOption, Entry, LazyGroup, language_of_environment
from kgbx.cli.console import printable
from kgbx.cli.files import NotOrdinaryError, why_not
from kgbx.errors import (
    EXIT_BUG,
    EXIT_FAILED,
    EXIT_FILE,
    EXIT_HANGUP,
    EXIT_INTERRUPTED,
    EXIT_TERMINATED,
    EXIT_USAGE,
    DocumentError,
    KgbxError,
)
from kgbx.messages import MESSAGES, Language, Text

_ABOUT = Text(
    "Geef een gezinsdossier veilig door, zodat het gezin zijn verhaal niet opnieuw hoeft te vertellen.\n\n"
    "Begin met 'kgbx demo': het dossier van een verzonnen gezin gaat langs verzonnen organisaties. "
    "Daarna: keys (sleutels maken), directory (elkaars sleutels kennen), seal (dichtmaken), unseal (openen), "
    "validate (nakijken).",
    "Pass a family's case on safely, so that the family need not tell its story again.\n\n"
    "Start with 'kgbx demo': the case of a made-up family passes along made-up organisations. "
    "Then: keys (make keys), directory (know each other's keys), seal, unseal, validate.",
)

_CAUSES = {
    errno.ENOENT: Text("Bestand of map bestaat niet.", "No such file or directory."),
    errno.EACCES: Text("Geen toegang.", "Permission denied."),
    errno.EISDIR: Text("Dit is een map.", "Is a directory."),
    errno.ENOTDIR: Text("Dit is geen map.", "Not a directory."),
    errno.EEXIST: Text("Bestaat al.", "File exists."),
    errno.ENOSPC: Text("De schijf is vol.", "No space left on device."),
    errno.EROFS: Text("Hier kan alleen gelezen worden.", "Read-only file system."),
    errno.EBUSY: Text("Een ander proces is ermee bezig.", "Another process is using it."),
    errno.ENAMETOOLONG: Text("De naam is te lang.", "File name too long."),
}
"""Why a file could not be read or written, in the words of the machine and in Dutch; for other causes the machine's."""

_OF_DELIVERY = frozenset({"h11", "httpcore", "httpx", "uvicorn"})
"""What only delivery needs, and need not be installed."""

_NOT_INSTALLED = Text(
    "Hiervoor moet meer geïnstalleerd zijn: pip install 'kgbx[delivery]'.",
    "More must be installed for this: pip install 'kgbx[delivery]'.",
)

_VERSION = Text("Toon de versie en stop.", "Show the version and exit.")

_ENTRIES = {
    "demo": Entry(
        "kgbx.cli.demo",
        Text(
            "Laat zien hoe een dossier van de ene naar de andere organisatie gaat",
            "Show a case going from one organisation to another",
        ),
    ),
    "make": Entry(
        "kgbx.cli.make",
        Text("Maak verzonnen gezinnen om mee te testen", "Make made-up families to test with"),
    ),
    "simulate": Entry(
        "kgbx.cli.simulate",
        Text("Laat zien wat verzonnen gezinnen opnieuw moeten vertellen", "Show what made-up families must tell again"),
    ),
    "validate": Entry("kgbx.cli.validate", Text("Kijk gezinsdossiers na", "Check family cases")),
    "diff": Entry("kgbx.cli.diff", Text("Vergelijk twee gezinsdossiers", "Compare two family cases")),
    "merge": Entry(
        "kgbx.cli.merge", Text("Voeg kopieën van het eigen dossier samen", "Merge copies of the own family case")
    ),
    "receive": Entry(
        "kgbx.cli.receive",
        Text("Neem over wat een andere organisatie stuurde", "Take in what another organisation sent"),
    ),
    "needs": Entry(
        "kgbx.cli.needs",
        Text("Bekijk wat al verteld is en wat u nog mag vragen", "See what was told and what you may still ask"),
    ),
    "handover": Entry(
        "kgbx.cli.handover",
        Text("Draag een gezin over zonder dat het ertussen valt", "Hand a family over; it never falls between"),
    ),
    "consult": Entry(
        "kgbx.cli.consult",
        Text("Vraag raad zonder te zeggen om welk gezin het gaat", "Ask advice without saying which family it is"),
    ),
    "metrics": Entry(
        "kgbx.cli.metrics",
        Text("Meet in een proefregio hoe het gezinnen gaat", "Measure in a pilot region how families fare"),
    ),
    "keys": Entry(
        "kgbx.cli.keys",
        Text("Maak en bekijk de sleutels van uw organisatie", "Make and show the keys of your organisation"),
    ),
    "directory": Entry(
        "kgbx.cli.directory",
        Text("Houd bij welke sleutels van welke organisatie zijn", "Keep which keys belong to which organisation"),
    ),
    "share": Entry("kgbx.cli.share", Text("Beslis wat naar wie mag, en waarom", "Decide what may go to whom, and why")),
    "warnings": Entry(
        "kgbx.cli.warnings",
        Text(
            "Laat zien wat gaat veranderen en wat is blijven liggen", "Show what will change and what was left undone"
        ),
    ),
    "story": Entry(
        "kgbx.cli.story",
        Text("Laat iemand van het gezin het eigen verhaal lezen", "Let somebody of the family read the own story"),
    ),
    "access-report": Entry(
        "kgbx.cli.access",
        Text("Laat iemand zien wat er staat en wie het kreeg", "Show somebody what is kept and who received it"),
    ),
    "receipt": Entry(
        "kgbx.cli.receipt",
        Text("Zet een keuze over delen op papier voor wie koos", "Put a choice about sharing on paper for who chose"),
    ),
    "proofs": Entry(
        "kgbx.cli.proofs",
        Text("Bewijs wie een toestemming vastlegde", "Prove who recorded a permit"),
    ),
    "expire": Entry(
        "kgbx.cli.expire",
        Text("Wis wat voorbij de bewaartermijn is", "Erase what is past its retention"),
    ),
    "policy": Entry(
        "kgbx.cli.policy",
        Text("Bekijk het beleid en draai beslistabellen", "Look at the policy and run decision tables"),
    ),
    "replay": Entry(
        "kgbx.cli.replay",
        Text("Beslis opnieuw wat in het logboek staat", "Decide again what stands in the log"),
    ),
    "provenance": Entry(
        "kgbx.cli.provenance",
        Text("Laat zien wie voor elk gegeven heeft getekend", "Show who signed for each record"),
    ),
    "codes": Entry(
        "kgbx.cli.codes", Text("Zoek codes op en wat anderen ze noemen", "Look up codes and what others call them")
    ),
    "seal": Entry(
        "kgbx.cli.seal",
        Text("Maak een bericht dicht voor een andere organisatie", "Seal a message for another organisation"),
    ),
    "unseal": Entry(
        "kgbx.cli.unseal", Text("Open een bericht dat aan u is gericht", "Open a message that is addressed to you")
    ),
    "inspect": Entry(
        "kgbx.cli.inspect",
        Text("Bekijk de buitenkant van een bericht, zonder sleutel", "Look at the outside of a message, without a key"),
    ),
    "evidence": Entry(
        "kgbx.cli.evidence",
        Text("Controleer bewijs van wat verstuurd en ontvangen is", "Check evidence of what was sent and received"),
    ),
    "schema": Entry(
        "kgbx.cli.schema",
        Text("Geef het schema en vergelijk versies ervan", "Give the schema and compare versions of it"),
    ),
    "rules": Entry(
        "kgbx.cli.rules",
        Text(
            "Bekijk de regels van een gezinsdossier en hun bron", "Look up the rules of a family case and their source"
        ),
    ),
    "vectors": Entry("kgbx.cli.vectors", Text("Draai testgevallen voor enveloppen", "Run test vectors for envelopes")),
    "no-real-persons": Entry(
        "kgbx.cli.persons",
        Text("Zoek in verzonnen gegevens naar wat echt lijkt", "Search made-up data for what looks real"),
    ),
    "store": Entry(
        "kgbx.cli.store",
        Text("Beheer de opslag van de bezorging", "Keep the store of delivery"),
    ),
    "send": Entry(
        "kgbx.cli.send",
        Text("Leg een dossier klaar voor een partner", "Put a case in the outbox for a partner"),
    ),
    "serve": Entry("kgbx.cli.serve", Text("Neem berichten van partners aan", "Take messages from partners")),
    "worker": Entry(
        "kgbx.cli.worker",
        Text("Breng wat uitgaat en geef door wat binnenkwam", "Bring what goes out and hand over what came in"),
    ),
    "status": Entry(
        "kgbx.cli.status",
        Text("Bekijk wat vastzit, voor wie, en wat u moet doen", "See what is stuck, for whom, and what to do"),
    ),
    "outbox": Entry("kgbx.cli.outbox", Text("Bekijk wat naar anderen gaat", "Look at what goes to others")),
    "inbox": Entry("kgbx.cli.inbox", Text("Bekijk wat van anderen kwam", "Look at what came from others")),
    "alerts": Entry("kgbx.cli.alerts", Text("Bekijk wat een mens moet weten", "Look at what a person must know")),
    "peer": Entry("kgbx.cli.peer", Text("Bekijk de wegen naar partners", "Look at the roads to partners")),
    "probe": Entry(
        "kgbx.cli.probe",
        Text("Kijk of een eindpunt zich aan de regels houdt", "See whether an endpoint keeps the rules"),
    ),
    "audit": Entry("kgbx.cli.audit", Text("Kijk het logboek van de bezorging na", "Check the log of delivery")),
    "doctor": Entry("kgbx.cli.doctor", Text("Kijk of kgbx hier goed werkt", "Check that kgbx works here")),
}


@click.group(cls=LazyGroup, entries=_ENTRIES, text=_ABOUT, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="kgbx", cls=BilingualOption, text=_VERSION)
def main() -> None:
    """Hold the commands; the text for people is `_ABOUT`."""


_STATUS_OF = {
    getattr(signal, name): status
    for name, status in (("SIGHUP", EXIT_HANGUP), ("SIGTERM", EXIT_TERMINATED))
    if hasattr(signal, name)
}
"""Signals that end the program, as far as the system has them, with the exit status of each."""


class _Stopped(BaseException):
    """A signal ends the program; no handler of errors may hold it up."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number


def _stop(number: int, _frame: object) -> NoReturn:
    for one in _STATUS_OF:
        signal.signal(one, signal.SIG_IGN)  # a second one does not interrupt the cleaning up
    raise _Stopped(number)


def run(arguments: list[str] | None = None) -> None:
    """Run the program and leave with its exit status."""
    for one in _STATUS_OF:
        if signal.getsignal(one) is signal.SIG_DFL:
            signal.signal(one, _stop)
    try:
        status = run_and_report(sys.argv[1:] if arguments is None else arguments)
    except _Stopped as stopped:
        status = _STATUS_OF[stopped.number]
    sys.exit(status if _all_is_written() else status or EXIT_FILE)


def _all_is_written() -> bool:
    """Write what is still held back; of a stream that takes no more the rest is dropped, or Python would tell of it."""
    written = True
    for stream in (sys.stdout, sys.stderr):
        try:
            if stream is not None:
                stream.flush()
        except OSError:
            written = False
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
    return written


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
        _tell("", err=True)
        return EXIT_FAILED
    except KeyboardInterrupt:
        _tell("", err=True)
        return EXIT_INTERRUPTED
    except BrokenPipeError:
        return EXIT_FILE
    except Exception as error:  # noqa: BLE001  # the last resort: without it Python would print values
        return _report_error(arguments, error, _language(context))


def _report_error(arguments: list[str], error: Exception, language: Language) -> int:
    if isinstance(error, click.ClickException):
        return _report(arguments, "U_ARGUMENT", wrong_usage.told(error, language), error.exit_code, pointer="")
    if isinstance(error, KgbxError):
        return _report_ours(arguments, error, language)
    if isinstance(error, OSError):
        return _report_file(arguments, error, language)
    if isinstance(error, ModuleNotFoundError) and error.name in _OF_DELIVERY:
        return _report(arguments, "U_ARGUMENT", _NOT_INSTALLED.say(language), EXIT_USAGE, pointer="")
    return _report_bug(arguments, error, language)


def _language(context: click.Context | None) -> Language:
    chosen: Language | None = context.meta.get("kgbx.language") if context else None
    return chosen or language_of_environment()


def _report(arguments: list[str], code: str, message: str, status: int, *, pointer: str) -> int:
    _tell(printable(f"kgbx: {message}"), err=True)
    if "--json" in arguments:
        told = {"error": {"code": code, "pointer": pointer, "message": message}}
        _tell(printable(json.dumps(told, ensure_ascii=False)))
    return status


def _tell(text: str, *, err: bool = False) -> None:
    """Print what went wrong; where that cannot be printed either, the status says it."""
    with suppress(OSError):
        click.echo(text, err=err)


def _report_ours(arguments: list[str], error: KgbxError, language: Language) -> int:
    message = error.say(language)
    if isinstance(error, DocumentError):
        message = "\n".join(["", *(f"  {line}" for line in message.splitlines())])
    return _report(arguments, error.code, message, error.exit_status, pointer=error.pointer)


def _report_file(arguments: list[str], error: OSError, language: Language) -> int:
    named = f"{error.filename}: " if isinstance(error.filename, str) else ""
    if isinstance(error, NotOrdinaryError):
        message = why_not(error).say(language)
    else:
        known = _CAUSES.get(error.errno or 0)
        cause = known.say(language) if known else f"{error.strerror or type(error).__name__}."
        message = f"{cause} {MESSAGES['F_FILE'].say(language)}"
    return _report(arguments, "F_FILE", named + message, EXIT_FILE, pointer="")


def _report_bug(arguments: list[str], error: Exception, language: Language) -> int:
    frames = traceback.extract_tb(error.__traceback__)
    places = "".join(f"\n  {Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames)
    message = f"F_BUG {type(error).__name__}: {MESSAGES['F_BUG'].say(language)}{places}"
    return _report(arguments, "F_BUG", message, EXIT_BUG, pointer="")
