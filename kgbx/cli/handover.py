# SPDX-License-Identifier: EUPL-1.2
"""``kgbx handover``: hand a family over in steps that both organisations keep, so that it never falls between them.

Rules: each step writes the message of it, to be sealed with ``kgbx seal``, and then the file of handovers; what arrives
is taken whole or not at all. Ids, days and states are shown, never a reason or a name.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Final, get_args
from uuid import uuid4

import click

from kgbx.case import FamilyCase, Involvement, Professional, Stamp
from kgbx.cli.bilingual import group, option
from kgbx.cli.bilingual import subcommand as handover_command
from kgbx.cli.console import Console, at_option, console_of, json_option, out_option, read_file, write_new
from kgbx.cli.handover_check import command as check
from kgbx.cli.handover_file import (
    OWNER_ONLY,
    case_of,
    read_kept,
    read_to_change,
    replace_kept,
    stamp_of,
    the_one,
    undone,
)
from kgbx.cli.handover_show import tell, value_of
from kgbx.cli.handover_take import take
from kgbx.clock import local_day
from kgbx.consent.joins import read_registers
from kgbx.consent.policies import published_policies
from kgbx.errors import UsageError
from kgbx.exchange import Basis
from kgbx.exchange.messaging_trust import require_of_responsible
from kgbx.exchange.messaging_words import require_no_place
from kgbx.limits import MAX_DOCUMENT_BYTES
from kgbx.messages import Text
from kgbx.story import Handover, act, prepare
from kgbx.story.bodies import MESSAGE_MEDIA, message_of
from kgbx.story.bodies.kept import Kept
from kgbx.story.fixed_contact import begins, passed_on
from kgbx.story.handover import Event

if TYPE_CHECKING:
    from kgbx.story.bodies import HandoverBody

_UNKNOWN: Final = Text(
    "Dit dossier kent niet iedereen die u wilt overdragen. Kijk de ids na; er is niets geschreven.",
    "This case does not know everybody whom you want to hand over. Check the ids; nothing was written.",
)
_WHO: Final = Text(
    "Dit dossier kent geen professional met dit id van uw organisatie. Leg die eerst vast.",
    "This case knows no professional with this id of your organisation. Record that one first.",
)


_NOBODY: Final = Text(
    "Dit dossier zegt niet wie er voor het gezin is. Neem eerst over wat met de overdracht meekwam.",
    "This case does not say who is there for the family. First take in what came with the handover.",
)


@group(
    "handover",
    nl="Draag een gezin over, zonder dat het tussen twee organisaties valt.\n\n"
    "start maakt het bestand STATE waarin u overdrachten bijhoudt. check kijkt of alles meegaat wat mee moet, offer "
    "biedt aan, step zet een volgende stap, take neemt een stap van de ander over, complete rondt af en show laat zien "
    "wie nu verantwoordelijk is. Elke stap geeft een bericht dat u met 'kgbx seal' dichtmaakt.",
    en="Hand a family over, without its falling between two organisations.\n\n"
    "start makes the file STATE in which you keep handovers. check looks whether all goes along that must, offer "
    "offers, step takes a next step, take takes in a step of the other, complete completes and show tells who is "
    "responsible now. Each step gives a message that you seal with 'kgbx seal'.",
)
def command() -> None:
    """Hold the commands about handovers."""


@handover_command(command, "start", nl="Maak het bestand voor een gezin.", en="Make the file for one family.")
@click.argument("state")
@option("--as", "own", required=True, metavar="URN", nl="Uw eigen organisatie.", en="Your own organisation.")
@option(
    "--first",
    is_flag=True,
    nl="Uw organisatie is de eerste die verantwoordelijk is voor dit gezin.",
    en="Your organisation is the first to be responsible for this family.",
)
@option("--made-up", is_flag=True, nl="Alles is verzonnen.", en="Everything is made up.")
@json_option
@click.pass_context
def start(context: click.Context, state: str, own: str, *, first: bool, made_up: bool, as_json: bool) -> None:
    """Write an empty file of handovers."""
    console = console_of(context, as_json=as_json)
    flags = {"first": first, "synthetic": made_up}
    kept = Kept.new(org=own, **{name: True for name, given in flags.items() if given})
    write_new(state, kept.to_json(), mode=OWNER_ONLY)
    console.say(f"{state}: geschreven.", f"{state}: written.")
    console.result({"state": state})


command.add_command(check)


@handover_command(
    command, "offer", nl="Bied een gezin aan een andere organisatie aan.", en="Offer a family to another organisation."
)
@click.argument("state")
@option("--to", required=True, metavar="URN", nl="Wie overneemt.", en="Who takes over.")
@option(
    "--person",
    "persons",
    multiple=True,
    required=True,
    metavar="ID",
    nl="Wie wordt overgedragen. Mag vaker.",
    en="Who is handed over. May be given more than once.",
)
@option("--case", required=True, metavar="FILE", nl="Uw eigen dossier.", en="Your own case.")
@option("--share", metavar="ID", nl="Id van het bericht met het dossier.", en="Id of the message with the case.")
@option(
    "--none",
    "none",
    multiple=True,
    metavar="NEED",
    nl="Id van wat moet meegaan en er niet is, zoals check het noemt; mag vaker.",
    en="Id of what must go along and is not there, as check names it; may be given more than once.",
)
@out_option
@at_option
@json_option
@click.pass_context
def offer(
    context: click.Context,
    state: str,
    to: str,
    persons: tuple[str, ...],
    case: str,
    share: str | None,
    none: tuple[str, ...],
    out: str,
    at: str | None,
    *,
    as_json: bool,
) -> None:
    """Begin a handover and write the offer.

    Raises:
        UsageError: U_NOT_RESPONSIBLE, U_HANDOVER_OPEN, U_ARGUMENT: as :func:`kgbx.story.prepare`; U_RECORD, the case
            does not know everybody who is handed over.
        DocumentError: D_STEP_SENDER, another organisation is the fixed contact; D_SYNTHETIC.
    """
    console = console_of(context, as_json=as_json)
    kept, known = read_to_change(context, state)
    begun = prepare(str(uuid4()), own=kept.org, receiver=to, handovers=known, first=bool(kept.first), persons=persons)
    today = local_day(console.moment(at)).isoformat()
    here, _ = act(begun, "offer", on=today)
    content = case_of(console, case, kept)
    if not {*persons} <= {one.id for one in content.records("persons")}:
        raise UsageError("U_RECORD", text=_UNKNOWN)
    require_of_responsible(here, content, on=today)
    members: dict[str, Any] = {"none": none} | ({} if share is None else {"share": share})
    made = _write(here, kept, out=out, members=members)
    with undone(out):
        replace_kept(state, kept, known, changed=here)
    _tell_next(console, here, made, out)


@handover_command(
    command,
    "step",
    nl="Zet een volgende stap en schrijf het bericht ervan.",
    en="Take a next step and write its message.",
)
@click.argument("state")
@click.argument("event", type=click.Choice([one for one in get_args(Event) if one not in {"offer", "complete"}]))
@option(
    "--id", "wanted", metavar="ID", nl="Welke overdracht, als er meer zijn.", en="Which handover, if there are several."
)
@option("--reason", metavar="TEXT", nl="Waarom, als de stap dat vraagt.", en="Why, if the step asks for it.")
@option(
    "--case",
    metavar="FILE",
    nl="Uw dossier, met --registers: verraadt de reden waar iemand is, dan wordt zij niet geschreven.",
    en="Your case, with --registers: a reason that gives away where somebody is is not written.",
)
@option("--registers", metavar="FILE", nl="Uw eigen registers.", en="Your own registers.")
@out_option
@at_option
@json_option
@click.pass_context
def step(
    context: click.Context,
    state: str,
    event: Event,
    wanted: str | None,
    reason: str | None,
    case: str | None,
    registers: str | None,
    out: str,
    at: str | None,
    *,
    as_json: bool,
) -> None:
    """Take a step of one's own.

    Raises:
        DocumentError: D_PLACE, the reason gives away where somebody is.
        UsageError: U_ARGUMENT, --case without --registers or the other way round; U_HANDOVER; U_STEP, U_STEP_DAY,
            U_REASON: as :func:`kgbx.story.act`.
    """
    if (case is None) != (registers is None):
        raise UsageError
    console = console_of(context, as_json=as_json)
    kept, known = read_to_change(context, state)
    moment = console.moment(at)
    here, _ = act(the_one(known, wanted), event, on=local_day(moment).isoformat(), reason=reason)
    if case is not None and registers is not None:
        basis = Basis(
            registers=read_registers(read_file(registers, limit=MAX_DOCUMENT_BYTES)), policies=published_policies()
        )
        require_no_place(_body(here, kept, {}), case_of(console, case, kept), basis=basis, at=moment)
    elif reason is not None:
        console.note(
            "Let op: zonder --case en --registers is niet gekeken of de reden verraadt waar iemand is.",
            "Note: without --case and --registers nobody looked whether the reason gives away where somebody is.",
        )
    made = _write(here, kept, out=out, members={})
    with undone(out):
        replace_kept(state, kept, known, changed=here)
    _tell_next(console, here, made, out)


@handover_command(
    command,
    "complete",
    nl="Rond een overdracht af: vanaf vandaag is uw vaste gezicht er voor het gezin.",
    en="Complete a handover: from today your fixed contact is there for the family.",
)
@click.argument("state")
@click.argument("case")
@option(
    "--id", "wanted", metavar="ID", nl="Welke overdracht, als er meer zijn.", en="Which handover, if there are several."
)
@option(
    "--professional",
    metavar="ID",
    nl="Uw vaste gezicht, als het dossier dat kent.",
    en="Your fixed contact, if the case knows them.",
)
@option("--name", metavar="NAME", nl="Of: hoe uw vaste gezicht heet.", en="Or: the name of your fixed contact.")
@option("--case-out", required=True, metavar="FILE", nl="Nieuw bestand voor het dossier.", en="New file for the case.")
@out_option
@at_option
@json_option
@click.pass_context
def complete(
    context: click.Context,
    state: str,
    case: str,
    wanted: str | None,
    professional: str | None,
    name: str | None,
    case_out: str,
    out: str,
    at: str | None,
    *,
    as_json: bool,
) -> None:
    """Complete a handover as the receiver.

    Raises:
        UsageError: U_HANDOVER, U_STEP; U_ARGUMENT, neither or both of --professional and --name; U_EXISTS; U_RECORD,
            the case knows no such professional of the own organisation, or nobody who is there for the family.
        DocumentError: the case does not know a person, or breaks a rule with this; D_STEP_SENDER, another organisation
            than the sender is the fixed contact; D_SYNTHETIC.
    """
    console = console_of(context, as_json=as_json)
    moment = console.moment(at)
    kept, known = read_to_change(context, state)
    content = case_of(console, case, kept)
    if os.path.lexists(case_out) or os.path.lexists(out):  # before either is written
        raise UsageError("U_EXISTS")
    stamp = stamp_of(kept, moment)
    worker = _worker(content, professional, name, stamp)
    like = next((one for one in content.records("involvements") if isinstance(one, Involvement)), None)
    if like is None:
        raise UsageError("U_RECORD", text=_NOBODY)
    here, _ = act(the_one(known, wanted), "complete", on=local_day(moment).isoformat())
    require_of_responsible(here, content, on=here.steps[-1].on)
    begun = begins(here, worker, case=content, like=like, stamp=stamp)
    new = () if worker.id in content else (worker,)
    after = content.add(*new, *passed_on(content, handover=here, begun=begun, stamp=stamp))
    write_new(case_out, after.to_json(), mode=OWNER_ONLY)
    with undone(case_out):
        made = _write(here, kept, out=out, members={"begins": begun, "professional": worker})
        with undone(out):
            replace_kept(state, kept, known, changed=here)
    _tell_next(console, here, made, out)


def _worker(case: FamilyCase, professional: str | None, name: str | None, stamp: Stamp) -> Professional:
    """Return the fixed contact: a professional of the own organisation that the case knows, or a new record of one."""
    own = stamp.recorded_by.org
    if (professional is None) == (name is None):
        raise UsageError
    if name is not None:
        return Professional(**stamp.head(), name=name, org=own)
    found = case.get(professional or "")
    if not isinstance(found, Professional) or {found.org, found.recorded_by.org} != {own}:
        raise UsageError("U_RECORD", text=_WHO)
    return found


command.add_command(take)


@handover_command(command, "show", nl="Laat zien hoe ver de overdrachten zijn.", en="Show how far the handovers are.")
@click.argument("state")
@json_option
@click.pass_context
def show(context: click.Context, state: str, *, as_json: bool) -> None:
    """Print the state of each handover."""
    _, known = read_kept(state)
    tell(console_of(context, as_json=as_json), known)


def _body(here: Handover, kept: Kept, members: dict[str, Any]) -> HandoverBody:
    return message_of(here, **({"synthetic": True} if kept.synthetic else {}), **members)


def _write(here: Handover, kept: Kept, *, out: str, members: dict[str, Any]) -> HandoverBody:
    made = _body(here, kept, members)
    write_new(out, made.to_json(), mode=OWNER_ONLY)
    return made


def _tell_next(console: Console, here: Handover, made: HandoverBody, out: str) -> None:
    console.say(
        f"{out}: geschreven. Maak dicht met: kgbx seal {out} --media-type {MESSAGE_MEDIA} --message-type {made.uri()}",
        f"{out}: written. Seal it with: kgbx seal {out} --media-type {MESSAGE_MEDIA} --message-type {made.uri()}",
    )
    console.result(value_of(here) | {"out": out, "message_type": made.uri(), "media_type": MESSAGE_MEDIA})
