# SPDX-License-Identifier: EUPL-1.2
"""``kgbx demo``: a made-up family's case goes from one made-up organisation to another, before your eyes.

Rules: nothing is acted: real keys, real files, real checks; what is shown is what the library answered. All names and
numbers are made up. Files stay only where the caller asked for them.
"""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import click

from kgbx.case import MEDIA_TYPE, FamilyCase
from kgbx.cli.arrived import Voices, counts
from kgbx.cli.bilingual import command as bilingual_command
from kgbx.cli.console import Console, console_of, json_option, write_new
from kgbx.cli.seal import CASE_SHARE
from kgbx.directory import (
    Directory,
    Pin,
    Trust,
    build_directory_file,
    build_trust_file,
    describe,
    make_document,
)
from kgbx.envelope.identity import create_identity, save
from kgbx.envelope.inspect import inspect
from kgbx.envelope.replay import MemoryReplayStore
from kgbx.envelope.seal import seal
from kgbx.envelope.unseal import unseal
from kgbx.errors import EXIT_BUG, EnvelopeError, UsageError
from kgbx.resources import examples_path

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from kgbx.envelope.identity import Identity
    from kgbx.envelope.seal import Sealed
    from kgbx.envelope.unseal import Opened

ORGANISATIONS = {
    "sender": ("urn:osb:oin:00000099000000001000", "Lokaal Team Lindeloo"),
    "recipient": ("urn:osb:oin:00000099000000002000", "Jeugdbescherming Vierstromen"),
    "outsider": ("urn:osb:oin:00000099000000003000", "Scholengemeenschap De Wilg"),
}
"""Role to URN and name; the sender recorded the case of the example."""

EXPECTED = {"outsider": "E_NOT_FOR_ME", "changed": "E_DECRYPT", "late": "E_EXPIRED", "again": "E_DUPLICATE"}
"""What the library must answer to each attempt that should fail."""

_CHARACTER_CHANGED = 2000


@dataclass(frozen=True, slots=True)
class Scene:
    """What the demonstration is about.

    Attributes:
        case: The made-up family.
        identities: Keys by role.
        directory: Documents of all, pinned by all.
        folder: Where the files are.
        at: The moment it happens.
    """

    case: FamilyCase
    identities: Mapping[str, Identity]
    directory: Directory
    folder: Path
    at: datetime

    def name(self, role: str) -> str:
        """Return the name of the organisation in a role."""
        return ORGANISATIONS[role][1]

    def name_of(self, org: str) -> str:
        """Return the name under which the directory knows an organisation."""
        return self.directory.require(org, self.at).name

    @property
    def message(self) -> Path:
        """The sealed file."""
        return self.folder / "message.kgbx"


@bilingual_command(
    "demo",
    nl="Laat zien hoe een dossier van de ene naar de andere organisatie gaat.\n\n"
    "Alles is verzonnen. Geef een nieuwe map FOLDER om de sleutels en bestanden te bewaren en er zelf mee te proberen.",
    en="Show a case going from one organisation to another.\n\n"
    "Everything is made up. Give a new FOLDER to keep the keys and files and try things yourself.",
)
@click.argument("folder", required=False)
@json_option
@click.pass_context
def command(context: click.Context, folder: str | None, *, as_json: bool) -> None:
    """Walk through the demonstration; status 70 if the library answers otherwise than it should."""
    console = console_of(context, as_json=as_json)
    with ExitStack() as stack:
        where = Path(folder) if folder else Path(stack.enter_context(TemporaryDirectory(prefix="kgbx-demo-")))
        _require_new(where, given=folder is not None)
        scene = _prepare(where, console.clock.now())
        _show_start(console, scene)
        sealed = _seal(scene)
        _show_sealed(console, scene)
        seen = MemoryReplayStore()
        opened = _open(scene, "recipient", seen=seen)
        arrived = FamilyCase.from_json(opened.body)
        _show_arrived(console, scene, opened, arrived)
        refusals = _refusals(scene, seen)
        _show_refusals(console, scene, refusals)
    _show_end(console, folder)
    console.result(
        {
            "id": sealed.id,
            "from": opened.sender,
            "to": scene.identities["recipient"].org,
            "records": len(arrived),
            "identical": arrived == scene.case,
            "refusals": refusals,
        }
    )
    context.exit(0 if refusals == EXPECTED and arrived == scene.case else EXIT_BUG)


def _require_new(folder: Path, *, given: bool) -> None:
    if given and folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError("U_NOT_EMPTY")


def _prepare(folder: Path, at: datetime) -> Scene:
    case = FamilyCase.from_json(examples_path("journey", "case.json").read_bytes())
    identities = {role: create_identity(org, at=at) for role, (org, _) in ORGANISATIONS.items()}
    said = {role: describe(one, name=ORGANISATIONS[role][1], seq=1, at=at) for role, one in identities.items()}
    documents = [make_document(said[role], root=one.root) for role, one in identities.items()]
    directory_file = build_directory_file(documents)
    trust_file = build_trust_file(Trust(pinned=tuple(Pin(org=one.org, root=one.root) for one in said.values())))
    for role, identity in identities.items():
        save(identity, folder / role, passphrase=None)
    write_new(str(folder / "directory.json"), directory_file)
    write_new(str(folder / "trust.json"), trust_file)
    write_new(str(folder / "case.json"), case.to_json())
    directory = Directory.load(directory_file, trust_file)
    return Scene(case, identities, directory, folder, at)


def _seal(scene: Scene) -> Sealed:
    sealed = seal(
        scene.case.to_json(),
        media_type=MEDIA_TYPE,
        message_type=CASE_SHARE,
        sender=scene.identities["sender"],
        to=scene.directory.require(scene.identities["recipient"].org, scene.at),
        at=scene.at,
    )
    sealed.write(scene.message)
    return sealed


def _open(
    scene: Scene, role: str, *, seen: MemoryReplayStore, later: timedelta = timedelta(0), data: bytes | None = None
) -> Opened:
    return unseal(
        scene.message if data is None else data,
        identity=scene.identities[role],
        directory=scene.directory,
        at=scene.at + later,
        seen=seen,
    )


def _refusals(scene: Scene, seen: MemoryReplayStore) -> dict[str, str]:
    """Return what the library answers to each attempt that should fail."""
    changed = bytearray(scene.message.read_bytes())
    place = changed.index(b'"ciphertext":"') + _CHARACTER_CHANGED
    changed[place] = ord("A") if changed[place] != ord("A") else ord("B")
    fresh = MemoryReplayStore
    return {
        "outsider": _code(lambda: _open(scene, "outsider", seen=fresh())),
        "changed": _code(lambda: _open(scene, "recipient", seen=fresh(), data=bytes(changed))),
        "late": _code(lambda: _open(scene, "recipient", seen=fresh(), later=timedelta(days=30))),
        "again": _code(lambda: _open(scene, "recipient", seen=seen)),
    }


def _code(attempt: Callable[[], object]) -> str:
    try:
        attempt()
    except EnvelopeError as error:
        return error.code
    return "accepted"


def _show_start(console: Console, scene: Scene) -> None:
    console.say(
        "Alles in deze demonstratie is verzonnen: het gezin, de organisaties, de nummers.\n",
        "Everything in this demonstration is made up: the family, the organisations, the numbers.\n",
    )
    _head(
        console,
        1,
        "Drie organisaties maken sleutels en leren elkaar kennen",
        "Three organisations make keys and get to know each other",
    )
    for role in ORGANISATIONS:
        console.say(f"   {scene.name(role)}", f"   {scene.name(role)}")
    _head(console, 2, "Het lokaal team kent het verhaal van een gezin", "The local team knows the story of a family")
    for line in counts(scene.case, console.language):
        console.say(line, line)


def _show_sealed(console: Console, scene: Scene) -> None:
    outside = inspect(scene.message)
    size = scene.message.stat().st_size
    _head(
        console,
        3,
        f"Het maakt één dicht bestand voor {scene.name('recipient')}",
        f"It makes one sealed file for {scene.name('recipient')}",
    )
    console.say(
        f"   {size} bytes. Een bezorger ziet alleen {outside.suite}, {len(outside.kids)} sleutel en ronde groottes.\n"
        "   Hij ziet niet: van wie, over wie, wanneer, hoeveel.",
        f"   {size} bytes. A carrier sees only: {outside.suite}, {len(outside.kids)} key, rounded sizes.\n"
        "   It does not see: from whom, about whom, when, how much.",
    )


def _show_arrived(console: Console, scene: Scene, opened: Opened, arrived: FamilyCase) -> None:
    _head(console, 4, f"{scene.name('recipient')} opent het", f"{scene.name('recipient')} opens it")
    same = arrived == scene.case
    console.say(
        f"   Ondertekend door {scene.name_of(opened.sender)}: Ed25519 en ML-DSA-65 kloppen allebei.\n"
        f"   Nagekeken: in orde. Aangekomen: {len(arrived)} records, {'precies dezelfde' if same else 'ANDERE'}.",
        f"   Signed by {scene.name_of(opened.sender)}: Ed25519 and ML-DSA-65 both verify.\n"
        f"   Checked: valid. Arrived: {len(arrived)} records, {'exactly the same' if same else 'OTHERS'}.",
    )
    console.say(
        "\n   Dit vertelde het gezin al, en hoeft het niet nog eens te vertellen:\n",
        "\n   This is what the family told already, and need not tell again (in Dutch, in its own words):\n",
    )
    for line in Voices(arrived, language=console.language).heard():
        console.say(line, line)


def _show_refusals(console: Console, scene: Scene, refusals: Mapping[str, str]) -> None:
    attempts = {
        "outsider": (f"{scene.name('outsider')} probeert het te openen", f"{scene.name('outsider')} tries to open it"),
        "changed": ("Onderweg is één teken veranderd", "One character was changed on the way"),
        "late": ("Iemand opent het een maand later", "Somebody opens it a month later"),
        "again": ("Hetzelfde bestand komt nog een keer", "The same file comes again"),
    }
    _head(console, 5, "Wat niet kan", "What cannot be done")
    for attempt, (nl, en) in attempts.items():
        console.say(f"   {nl:50} {refusals[attempt]}", f"   {en:50} {refusals[attempt]}")


def _show_end(console: Console, folder: str | None) -> None:
    console.say(
        "\nNog niet in deze versie: per record beslissen wat de ontvanger mag zien. Hier ging het hele dossier mee;\n"
        "gebruik dit niet voor echte gezinnen.",
        "\nNot yet in this version: deciding for each record what the recipient may see. Here the whole case went;\n"
        "do not use this for real families.",
    )
    if folder is None:
        console.say(
            "Zelf proberen? 'kgbx demo MAP' bewaart de bestanden, 'kgbx --help' toont de opdrachten.",
            "Try it yourself? 'kgbx demo FOLDER' keeps the files, 'kgbx --help' shows the commands.",
        )
        return
    known = f"--directory {folder}/directory.json --trust {folder}/trust.json"
    for line in (
        f"kgbx inspect {folder}/message.kgbx",
        f"kgbx unseal {folder}/message.kgbx --identity {folder}/recipient {known} --out {folder}/opened",
        f"kgbx validate {folder}/opened/0.json",
    ):
        console.say(f"   {line}", f"   {line}")


def _head(console: Console, number: int, nl: str, en: str) -> None:
    console.say(f"\n{number}  {nl}", f"\n{number}  {en}")
