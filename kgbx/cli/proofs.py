# SPDX-License-Identifier: EUPL-1.2
"""``kgbx proofs``: sign that the own organisation recorded a permit, and check such proofs of others.

Rules: a proof stands in a file beside the case and changes nothing in it; ids, organisations, states and moments are
shown, never what a record says. What is signed is what the file holds at this moment: a record that changes afterwards
needs a proof of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import click

from kgbx.case import Consent, FamilyCase
from kgbx.cli.bilingual import group, option
from kgbx.cli.bilingual import subcommand as proofs_command
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
from kgbx.cli.keys import instant, open_identity
from kgbx.errors import EXIT_OK, EXIT_TRUST, UsageError
from kgbx.exchange import build_proofs_file, check_proofs, read_proofs_file, sign_record
from kgbx.exchange.proofs import PROVABLE
from kgbx.limits import MAX_DOCUMENT_BYTES
from kgbx.messages import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from kgbx.case.base import BareRecord
    from kgbx.exchange import CheckedProof
    from kgbx.exchange.proofs import State

_STATES: Final[Mapping[State, Text]] = {
    "valid": Text("klopt", "good"),
    "malformed": Text("dit is geen bewijs", "this is no proof"),
    "bad_signature": Text("een handtekening klopt niet", "a signature does not verify"),
    "unknown_key": Text("de sleutel staat niet in het adresboek", "the key is not in the directory"),
    "other_org": Text(
        "een andere organisatie ondertekende dan die het vastlegde", "another organisation signed than recorded it"
    ),
    "future": Text("ondertekend na dit moment", "signed after this moment"),
    "not_in_force": Text("de sleutel gold toen niet", "the key was not in force then"),
    "revoked": Text("de sleutel was al ingetrokken", "the key was revoked already"),
    "revoked_later": Text(
        "de sleutel is later ingetrokken; vraag om een nieuw bewijs", "the key was revoked since; ask for a new proof"
    ),
    "no_record": Text("dit gegeven staat niet in dit dossier", "this record is not in this case"),
    "altered": Text("het gegeven is veranderd sinds het ondertekenen", "the record was changed since it was signed"),
}


@group(
    "proofs",
    nl="Bewijs dat uw organisatie een toestemming vastlegde, en controleer bewijzen van anderen.\n\n"
    "Een bewijs is een ondertekening naast het dossier: wie het vastlegde, en dat er niets aan veranderde. Het zegt "
    "niet of iemand het echt zei, of vrij was om nee te zeggen.",
    en="Prove that your organisation recorded a permit, and check proofs of others.\n\n"
    "A proof is a signature beside the case: who recorded it, and that nothing was changed since. It does not say that "
    "somebody really said it, or was free to say no.",
)
def command() -> None:
    """Hold the commands about proofs."""


@proofs_command(
    command,
    "sign",
    nl="Onderteken wat uw organisatie vastlegde in het dossier CASE.\n\n"
    "Zonder --record: elke toestemming (geen weigering) die nu in het dossier staat en die u zelf vastlegde. Een "
    "bewijs verraadt dat een gegeven bestaat: geef als CASE het deel dat de ontvanger krijgt, niet uw hele dossier. De "
    "ontvanger gebruikt het bestand met --proofs.",
    en="Sign what your organisation recorded in the case CASE.\n\n"
    "Without --record: each permit (no refusal) that stands in the case now and that you recorded yourself. A proof "
    "gives away that a record exists: give as CASE the part that the recipient gets, not your whole case. The "
    "recipient uses the file with --proofs.",
)
@click.argument("case")
@option("--identity", required=True, metavar="FOLDER", nl="Map met uw eigen sleutels.", en="Folder with your own keys.")
@option(
    "--record",
    "records",
    multiple=True,
    metavar="ID",
    nl="Alleen dit gegeven; mag vaker.",
    en="This record only; may be given more than once.",
)
@out_option
@passphrase_option
@at_option
@json_option
@click.pass_context
def sign(
    context: click.Context,
    case: str,
    identity: str,
    records: tuple[str, ...],
    out: str,
    passphrase_file: str | None,
    at: str | None,
    *,
    as_json: bool,
) -> None:
    """Write a new file of proofs.

    Raises:
        UsageError: U_PROVABLE, there is nothing to sign, or a record that this organisation cannot prove.
    """
    console = console_of(context, as_json=as_json)
    moment = console.moment(at)
    content = read_case(console, case)
    signer = open_identity(identity, passphrase_file, console=console).at(moment)
    named = [_chosen(content, one, signer.org) for one in dict.fromkeys(records)]
    chosen = named or list(_own(content, signer.org))
    if not chosen:
        raise UsageError("U_PROVABLE")
    write_new(out, build_proofs_file(sign_record(one, signer=signer, at=moment) for one in chosen))
    nl, en = ("1 bewijs", "1 proof") if len(chosen) == 1 else (f"{len(chosen)} bewijzen", f"{len(chosen)} proofs")
    console.say(f"{out}: {nl} van {signer.org}", f"{out}: {en} of {signer.org}")
    console.result({"org": signer.org, "records": [one.id for one in chosen]})


def _own(case: FamilyCase, org: str) -> Iterator[BareRecord]:
    """Yield the permits that an organisation recorded and that stand in the case now."""
    for one in case.current("consents"):
        if isinstance(one, Consent) and one.decision == "permit" and one.recorded_by.org == org:
            yield one


def _chosen(case: FamilyCase, record: str, org: str) -> BareRecord:
    """Return a record that an organisation may sign for.

    Raises:
        UsageError: U_PROVABLE.
    """
    for array in PROVABLE:
        for one in case.records(array):
            if one.id == record and one.recorded_by.org == org:
                return one
    raise UsageError("U_PROVABLE")


@proofs_command(
    command,
    "check",
    nl="Controleer de bewijzen in FILE tegen het dossier CASE.\n\n"
    "U ziet per bewijs wat het waard is. Status 0 als alles klopt, 3 als een bewijs niet telt.",
    en="Check the proofs in FILE against the case CASE.\n\n"
    "You see for each proof what it is worth. Status 0 if all are good, 3 if one does not count.",
)
@click.argument("file")
@click.argument("case")
@directory_options
@at_option
@json_option
@click.pass_context
def check(
    context: click.Context,
    file: str,
    case: str,
    directory_file: str,
    trust_file: str,
    at: str | None,
    *,
    as_json: bool,
) -> None:
    """Print what each proof is worth and leave with status 3 when one does not count."""
    console = console_of(context, as_json=as_json)
    moment = console.moment(at)
    proofs = read_proofs_file(read_file(file, limit=MAX_DOCUMENT_BYTES))
    content = read_case(console, case)
    directory = load_directory(directory_file, trust_file)
    checked = check_proofs(proofs, case=content, directory=directory, at=moment)
    _show(console, checked)
    console.result({"proofs": [_row(console, one) for one in checked]})
    context.exit(EXIT_OK if all(one.state == "valid" for one in checked) else EXIT_TRUST)


def _show(console: Console, checked: Iterable[CheckedProof]) -> None:
    rows = list(checked)
    for one in rows:
        head = "  ".join(filter(None, (one.record, one.org, instant(one.signed_at) if one.org else "", one.state)))
        console.say(f"{head}: {_STATES[one.state].nl}", f"{head}: {_STATES[one.state].en}")
    good = sum(one.state == "valid" for one in rows)
    console.say(f"{good} van {len(rows)} bewijzen tellen", f"{good} of {len(rows)} proofs count")


def _row(console: Console, one: CheckedProof, /) -> dict[str, object]:
    return {
        "record": one.record or None,
        "org": one.org or None,
        "signed_at": instant(one.signed_at) if one.org else None,
        "state": one.state,
        "message": _STATES[one.state].say(console.language),
    }
