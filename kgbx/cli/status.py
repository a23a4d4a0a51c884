# SPDX-License-Identifier: EUPL-1.2
"""``kgbx status``: how delivery stands, for whoever is called at three at night."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kgbx.cli.bilingual import command as bilingual_command
from kgbx.cli.bilingual import option
from kgbx.cli.console import Console, console_of, directory_options, json_option
from kgbx.cli.directory import load_directory
from kgbx.cli.post import instant, sentence
from kgbx.cli.status_page import Page
from kgbx.cli.stores import now_ms, opened, store_option
from kgbx.delivery.status import first_bad_link, status
from kgbx.envelope.identity import peek
from kgbx.envelope.keylife import outlook
from kgbx.errors import EXIT_FAILED, EXIT_OK

if TYPE_CHECKING:
    from kgbx.delivery.status import RoadState, Status, Stuck
    from kgbx.directory import Directory


@bilingual_command(
    "status",
    nl="Laat zien hoe de bezorging ervoor staat: wat vastzit, voor wie, sinds wanneer en wat u moet doen.\n\n"
    "Status 0 als er niets hoeft te gebeuren, anders 1. Met --directory en --trust ziet u namen, met --identity hoe "
    "lang de sleutels nog gelden.",
    en="Show how delivery stands: what is stuck, for whom, since when and what to do.\n\n"
    "Status 0 if nothing need be done, else 1. With --directory and --trust you see names, with --identity how "
    "long the keys last.",
)
@store_option
@partial(directory_options, required=False)
@option("--identity", metavar="FOLDER", nl="Map met uw eigen sleutels.", en="Folder with your own keys.")
@option("--log", "check_log", is_flag=True, nl="Kijk ook het logboek na.", en="Check the log too.")
@json_option
@click.pass_context
def command(
    context: click.Context,
    store_address: str,
    identity: str | None,
    directory_file: str | None,
    trust_file: str | None,
    *,
    check_log: bool,
    as_json: bool,
) -> None:
    """Print the page; leave with status 1 when somebody must do something."""
    console, now = console_of(context, as_json=as_json), now_ms()
    with opened(store_address) as store:
        found = status(store, now)
        broken = (first_bad_link(store) or 0) if check_log else None
    directory = load_directory(directory_file, trust_file) if directory_file and trust_file else None
    page = Page(
        status=found,
        names=_names(found, directory, now),
        key_days=None if identity is None else key_days(identity, now),
        broken_link=broken,
        language=console.language,
        width=max(60, shutil.get_terminal_size((96, 24)).columns - 1),
    )
    _tell(console, page)
    context.exit(EXIT_OK if page.well else EXIT_FAILED)


def _tell(console: Console, page: Page) -> None:
    for line in page.lines():
        console.say(line, line)
    found = page.status
    console.result(
        {
            "well": page.well,
            "at": instant(found.at),
            "stuck": [_stuck(one, console) for one in found.stuck],
            "alerts": len(found.alerts),
            "set_apart": len(found.apart),
            "unhandled": found.unhandled,
            "roads": [_road(one) for one in found.roads],
            "free_bytes": found.free,
            "key_days": page.key_days,
            "broken_link": page.broken_link,
        }
    )


def _stuck(one: Stuck, console: Console) -> dict[str, object]:
    return {
        "peer": one.peer,
        "code": one.code,
        "todo": sentence(one.code, console.language),
        "urgency": one.urgency,
        "count": one.count,
        "since": instant(one.since),
        "oldest": one.oldest,
        "problem": one.problem,
        "attempts": one.attempts,
        "next_at": None if one.next_at is None else instant(one.next_at),
    }


def _road(one: RoadState) -> dict[str, object]:
    peer = one.peer
    return {
        "peer": peer.org,
        "waiting": one.waiting,
        "oldest": None if one.oldest is None else instant(one.oldest),
        "unanswered": one.unanswered,
        "breaker": peer.breaker,
        "failures": peer.failures,
        "last_ok_at": None if peer.last_ok_at is None else instant(peer.last_ok_at),
        "skew_ms": peer.skew_ms,
    }


def _names(found: Status, directory: Directory | None, now: int) -> dict[str, str]:
    if directory is None:
        return {}
    at = datetime.fromtimestamp(now / 1000, UTC)
    told = {one.peer for one in found.alerts if one.peer} | {one.peer for one in found.apart}
    orgs = told | {one.peer.org for one in found.roads}
    documents = {org: directory.document(org, at) for org in orgs}
    return {org: one.name for org, one in documents.items() if one is not None}


def key_days(folder: str, now: int) -> int | None:
    """Return how many days are left of the key that ends first and that nothing follows; None without any."""
    rows = outlook(peek(Path(folder)), datetime.fromtimestamp(now / 1000, UTC))
    return min((row.days_left for row in rows if row.state == "active" and not row.followed), default=None)
