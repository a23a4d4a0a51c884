# SPDX-License-Identifier: EUPL-1.2
"""``kgbx policy who``: who may get what of a case, and why. For the own organisation only.

Rules: ids, types, codes and articles, never what a record says.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import click

from kgbx.cli.bilingual import command as bilingual_command
from kgbx.cli.bilingual import option
from kgbx.cli.console import Console, at_option, console_of, json_option
from kgbx.cli.explaining import bases_as_json, reasons_as_json, say_bases, say_grounds, say_reasons
from kgbx.cli.holder import Holder, holder_options
from kgbx.cli.policy_case import beyond_the_law, columns_of, read_case, releases_of, rows_of, stricter_of
from kgbx.consent.bases import bases
from kgbx.consent.overdue import overdue
from kgbx.errors import EXIT_OK, UsageError

if TYPE_CHECKING:
    from kgbx.cli.policy_case import Column, File, Stricter
    from kgbx.consent.share import Row

    Matrix = dict[Column, dict[str, Row]]


@bilingual_command(
    "who",
    nl="Laat zien wie wat van het dossier CASE mag krijgen, en waarom.\n\n"
    "Elke organisatie uit uw registers krijgt een kolom voor elk doel; + gaat mee, - niet. Met --record leest u van "
    "een gegeven waarop het rust of wat in de weg staat. Met --statute ziet u wat alleen een strengere keuze dan de "
    "wet tegenhoudt. U leest ids, soorten, codes en artikelen; nooit wat er staat.",
    en="Show who may get what of the case CASE, and why.\n\n"
    "Each organisation of your registers gets a column for each purpose; + travels, - does not. With --record you "
    "read of one record what it rests on or what stands in the way. With --statute you see what only a stricter choice "
    "than the statute holds back. You read ids, types, codes and articles; never what is written.",
)
@click.argument("case")
@holder_options
@option("--record", metavar="ID", nl="Alleen dit gegeven, met uitleg.", en="This record only, explained.")
@option(
    "--statute",
    is_flag=True,
    nl="Noem wat de wet zou toelaten en een strengere keuze tegenhoudt.",
    en="Name what the statute would let through and a stricter choice holds back.",
)
@at_option
@json_option
@click.pass_context
def who(
    context: click.Context,
    case: str,
    holder: Holder,
    record: str | None,
    at: str | None,
    *,
    statute: bool,
    as_json: bool,
) -> None:
    """Print the matrix of recipients and records.

    Raises:
        UsageError: U_RECORD, no decision is made about this record.
    """
    console = console_of(context, as_json=as_json)
    file = read_case(console, case, holder=holder, at=at)
    matrix = {column: rows_of(file, column) for column in columns_of(file)}
    if record is not None:
        matrix = {column: {record: rows[record]} for column, rows in matrix.items() if record in rows}
        if not matrix:
            raise UsageError("U_RECORD")
    console.say(f"Beleid {file.policy.version}, {file.at}", f"Policy {file.policy.version}, {file.at}")
    _show_columns(console, file, matrix, explained=record is not None)
    if record is None:
        _show_matrix(console, matrix)
    _show_codes(console, matrix)
    stricter = stricter_of(file, matrix) if statute else []
    _show_stricter(console, stricter, asked=statute)
    _show_warnings(console, file)
    console.result(_as_json(file, matrix, stricter if statute else None))
    context.exit(EXIT_OK)


def _show_columns(console: Console, file: File, matrix: Matrix, *, explained: bool) -> None:
    index = file.index
    for column, rows in matrix.items():
        head = f"{column.number:3}  {column.recipient}  {column.function}  {column.purpose}"
        went = sum(row.permit for row in rows.values())
        console.say(f"{head}: {went} mee, {len(rows) - went} niet", f"{head}: {went} go, {len(rows) - went} stay")
        if not explained:
            continue
        request = file.request(column)
        say_grounds(console, request, index=index, policy=file.policy)
        for row in rows.values():
            if row.permit:
                say_bases(console, bases(releases_of(row), request, index=index, policy=file.policy))
            else:
                codes = ", ".join(row.reasons)
                console.say(f"        {codes}", f"        {codes}")


def _show_matrix(console: Console, matrix: Matrix) -> None:
    numbers = " ".join(f"{column.number:2}" for column in matrix)
    console.say(f"{numbers}  gegeven", f"{numbers}  record")
    records = {row.record: row.array for rows in matrix.values() for row in rows.values()}
    for record, array in sorted(records.items(), key=lambda pair: (pair[1], pair[0])):
        marks = " ".join(" +" if rows[record].permit else " -" for rows in matrix.values())
        console.say(f"{marks}  {record}  {array}", f"{marks}  {record}  {array}")


def _show_codes(console: Console, matrix: Matrix) -> None:
    """Print each reason once, with its article and how often it stands in the way of whom."""
    found = Counter(
        (code, column.number) for column, rows in matrix.items() for row in rows.values() for code in row.reasons
    )
    for code in sorted({code for code, _ in found}):
        say_reasons(console, (code,))
        numbers = (column.number for column in matrix if found[code, column.number])
        counts = ", ".join(f"{number}: {found[code, number]}" for number in numbers)
        console.say(f"        kolom {counts}", f"        column {counts}")


def _show_stricter(console: Console, found: list[Stricter], *, asked: bool) -> None:
    if not asked:
        return
    console.say(
        f"Alleen door een strengere keuze dan de wet: {len(found)}",
        f"Only by a stricter choice than the statute: {len(found)}",
    )
    for one in found:
        why = "; ".join(f"{code} [{article}]" for code, article in zip(one.codes, one.articles, strict=True))
        line = f"  {one.column.number:3}  {one.record}  {one.array}: {why}"
        console.say(line, line)


def _show_warnings(console: Console, file: File) -> None:
    """Print what must be looked at: overdue duties, and registers that go beyond the law."""
    for one in overdue(file.facts, policy=file.policy, at=file.at, known_at=file.at):
        console.say(one.say("nl"), one.say("en"))
    for organisation in beyond_the_law(file.facts.organisations, file.policy):
        console.say(
            f"Let op: volgens uw registers mag {organisation.id} ({organisation.function}) meer BSN's gebruiken dan "
            "het beleid kent. Zoek de wettelijke grond op.",
            f"Note: your registers let {organisation.id} ({organisation.function}) use more BSNs than the policy "
            "knows. Look up the legal ground.",
        )


def _as_json(file: File, matrix: Matrix, stricter: list[Stricter] | None) -> dict[str, object]:
    told: dict[str, object] = {
        "policy": file.policy.version,
        "at": file.at,
        "recipients": [_column_as_json(file, column, rows) for column, rows in matrix.items()],
        "overdue": [one.as_value() for one in overdue(file.facts, policy=file.policy, at=file.at, known_at=file.at)],
        "bsn_beyond_policy": [one.id for one in beyond_the_law(file.facts.organisations, file.policy)],
    }
    if stricter is not None:
        told["stricter"] = [
            {
                "recipient": one.column.recipient,
                "purpose": one.column.purpose,
                "record": one.record,
                "type": one.array,
                "codes": list(one.codes),
                "articles": list(one.articles),
            }
            for one in stricter
        ]
    return told


def _column_as_json(file: File, column: Column, rows: dict[str, Row]) -> dict[str, object]:
    request, index = file.request(column), file.index
    return {
        "recipient": column.recipient,
        "function": column.function,
        "purpose": column.purpose,
        "records": [
            {
                "record": row.record,
                "type": row.array,
                "permit": row.permit,
                "bases": bases_as_json(releases_of(row), request, index=index, policy=file.policy)
                if row.permit
                else [],
                "reasons": reasons_as_json(row.reasons),
                "escalate": row.escalate,
            }
            for row in rows.values()
        ],
    }
