# SPDX-License-Identifier: EUPL-1.2
"""``kgbx replay``: decide again what a log says was decided, and tell why something was shared on a day."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from kgbx.cli.bilingual import command as bilingual_command
from kgbx.cli.bilingual import option
from kgbx.cli.console import Console, console_of, json_option
from kgbx.cli.explaining import explain_entry, explained
from kgbx.cli.logbook import facts_folder, read_facts, read_logs
from kgbx.cli.policy_file import read_policy_file
from kgbx.consent.policies import published_policies
from kgbx.consent.replay import replay
from kgbx.errors import EXIT_FAILED, EXIT_OK, EXIT_USAGE, UsageError
from kgbx.messages import Text

if TYPE_CHECKING:
    from kgbx.consent.log import Disclosure
    from kgbx.consent.policy import Policy
    from kgbx.consent.replay import Difference, Replayed
    from kgbx.messages import Language


@bilingual_command(
    "replay",
    nl="Beslis opnieuw wat volgens het logboek LOG is beslist, met de feiten en het beleid van toen.\n\n"
    "Elk gegeven moet dezelfde uitkomst geven. Status 0 als alles gelijk is, 1 als iets anders uitvalt of het logboek "
    "niet meer is zoals het is geschreven (een regel afgebroken, veranderd, weg of verplaatst), 2 als feiten of beleid "
    "ontbreken. Met --explain leest u waarom iets op die dag is gedeeld. Geef alle bestanden, op volgorde, als het "
    "logboek uit delen bestaat.",
    en="Decide again what the log LOG says was decided, with the facts and the policy of then.\n\n"
    "Each record must give the same outcome. Status 0 if all is equal, 1 if something is decided otherwise or the log "
    "is no longer as it was written (a line torn, changed, gone or moved), 2 if facts or policy are missing. With "
    "--explain you read why something was shared on that day. Give all files, in their order, if the log is in parts.",
)
@click.argument("logs", metavar="LOG...", nargs=-1, required=True)
@option(
    "--facts",
    metavar="FOLDER",
    nl="Map met de feiten. Standaard: LOG.facts, naast het logboek.",
    en="Folder with the facts. Default: LOG.facts, beside the log.",
)
@option(
    "--policy",
    "policy_files",
    metavar="FILE",
    multiple=True,
    nl="Beleid dat toen gold en niet is gepubliceerd; mag vaker.",
    en="A policy of then that is not a published one; may be given more than once.",
)
@option("--entry", metavar="ID", nl="Alleen deze regel.", en="Only this entry.")
@option(
    "--explain",
    is_flag=True,
    nl="Zeg per gegeven waarop het rustte of waarom het niet meeging.",
    en="Tell for each record what it rested on, or why it did not go.",
)
@option(
    "--last",
    metavar="FILE",
    nl="Kopie van LOG.last, elders bewaard: het logboek moet die regel nog hebben.",
    en="Copy of LOG.last that was kept elsewhere: the log must still hold that line.",
)
@option("--record", metavar="ID", nl="Leg alleen dit gegeven uit.", en="Explain this record only.")
@json_option
@click.pass_context
def command(
    context: click.Context,
    logs: tuple[str, ...],
    facts: str | None,
    policy_files: tuple[str, ...],
    entry: str | None,
    record: str | None,
    last: str | None,
    *,
    explain: bool,
    as_json: bool,
) -> None:
    """Decide every entry again and leave with 1 when one differs, 2 when one cannot be decided."""
    console = console_of(context, as_json=as_json)
    read = read_logs(console, logs, kept=last)
    found = [(one, facts or facts_folder(log)) for one, log in read.entries]
    policies = (*published_policies(), *(read_policy_file(path) for path in policy_files))
    answers = [(one, _answer(one, folder, policies)) for one, folder in _chosen(found, entry)]
    for one, answer in answers:
        _show(console, one, answer)
        if (explain or record) and not isinstance(answer, UsageError):
            explain_entry(console, answer, record=record)
    _show_total(console, [answer for _, answer in answers])
    rows = [_as_json(console, one, answer) for one, answer in answers]
    for row, (_, answer) in zip(rows, answers, strict=True):
        if (explain or record) and not isinstance(answer, UsageError):
            row["explained"] = explained(answer, record=record)
    ends = {"number": read.last.number, "digest": read.last.digest}
    console.result({"entries": rows, "findings": list(read.findings), "last": ends})
    context.exit(EXIT_FAILED if read.findings else _status([answer for _, answer in answers]))


def _chosen(found: list[tuple[Disclosure, str]], entry: str | None) -> list[tuple[Disclosure, str]]:
    chosen = [one for one in found if entry in (None, one[0].id)]
    if entry is not None and not chosen:
        raise UsageError("U_LOG_ENTRY")
    return chosen


def _answer(entry: Disclosure, folder: str, policies: tuple[Policy, ...]) -> Replayed | UsageError:
    """Return the entry decided again, or why it cannot be: the other entries are looked at all the same."""
    try:
        return replay(entry, facts=read_facts(folder, entry.facts), policies=policies)
    except UsageError as error:
        return error


def _show(console: Console, entry: Disclosure, answer: Replayed | UsageError) -> None:
    head = f"{entry.at}  {entry.id}  {entry.recipient}  {entry.purpose}"
    if isinstance(answer, UsageError):
        console.say(f"{head}  {answer.say('nl')}", f"{head}  {answer.say('en')}")
        return
    went = sum(not row.reasons for row in entry.rows)
    stayed = len(entry.rows) - went
    same = ("gelijk", "equal") if answer.equal else ("ANDERS", "DIFFERS")
    console.say(
        f"{head}  {same[0]}: {went} gegevens mee, {stayed} niet",
        f"{head}  {same[1]}: {went} records went, {stayed} not",
    )
    for one in answer.differences:
        console.say(f"  {_difference(one, 'nl')}", f"  {_difference(one, 'en')}")


def _difference(one: Difference, language: Language) -> str:
    logged = ", ".join(one.logged) or "-"
    if one.again is None:
        told = Text("het logboek zegt niet waarnaar is gekeken", "the log does not say what was looked at")
        return f"{one.pointer}  {one.record}: {told.say(language)}"
    now = ", ".join(one.again) or "-"
    told = Text(f"in het logboek {logged}; nu {now}", f"in the log {logged}; now {now}")
    return f"{one.pointer}  {one.record}: {told.say(language)}"


def _show_total(console: Console, answers: list[Replayed | UsageError]) -> None:
    replayed = [one for one in answers if not isinstance(one, UsageError)]
    equal, cannot = sum(one.equal for one in replayed), len(answers) - len(replayed)
    differ = len(replayed) - equal
    nl = "1 regel" if len(answers) == 1 else f"{len(answers)} regels"
    en = "1 entry" if len(answers) == 1 else f"{len(answers)} entries"
    console.say(
        f"{nl}: {equal} gelijk, {differ} anders, {cannot} niet opnieuw te beslissen",
        f"{en}: {equal} equal, {differ} different, {cannot} that cannot be decided again",
    )


def _status(answers: list[Replayed | UsageError]) -> int:
    if any(not isinstance(one, UsageError) and not one.equal for one in answers):
        return EXIT_FAILED
    return EXIT_USAGE if any(isinstance(one, UsageError) for one in answers) else EXIT_OK


def _as_json(console: Console, entry: Disclosure, answer: Replayed | UsageError, /) -> dict[str, object]:
    told: dict[str, object] = {
        "id": entry.id,
        "at": entry.at,
        "sender": entry.sender,
        "recipient": entry.recipient,
        "purpose": entry.purpose,
    }
    if isinstance(answer, UsageError):
        message = {"code": answer.code, "pointer": answer.pointer, "message": answer.text.say(console.language)}
        return told | {"equal": None, "error": message}
    differences = [
        {
            "pointer": one.pointer,
            "record": one.record,
            "logged": list(one.logged),
            "again": None if one.again is None else list(one.again),
        }
        for one in answer.differences
    ]
    return told | {"equal": answer.equal, "differences": differences}
