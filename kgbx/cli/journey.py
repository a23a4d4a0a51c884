# SPDX-License-Identifier: EUPL-1.2
"""The journey of the demonstration: made-up organisations with real keys, and one crossing for each stop.

Rules: everything goes through :mod:`kgbx.exchange`, as an application would do it; the clock stands where
examples/journey/demo.json puts it, so every run decides the same.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from kgbx.case import FamilyCase
from kgbx.case.fields import Instant, Org
from kgbx.case.structures import Key, Shape, Words, read_shape
from kgbx.cli.logbook import append
from kgbx.clock import parse_instant
from kgbx.consent.joins import Registers, read_registers
from kgbx.consent.policies import published_policies
from kgbx.directory import Directory, Pin, Trust, build_directory_file, build_trust_file, describe, make_document
from kgbx.envelope.identity import create_identity, save
from kgbx.envelope.replay import MemoryReplayStore
from kgbx.exchange import Basis, Own, compose, proven_ids, receive
from kgbx.resources import examples_path
from kgbx.story import coverage, profile

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from kgbx.exchange import Composed, Received
    from kgbx.messages import Language
    from kgbx.story import Coverage


class Said(Shape):
    """A sentence in two languages."""

    nl: Words
    en: Words

    def say(self, language: Language) -> str:
        """Return the sentence in `language`."""
        return self.nl if language == "nl" else self.en


class Stop(Shape):
    """One organisation that the case goes to.

    Attributes:
        org: URN.
        name: Name, for people.
        function: What it does.
        purpose: What it needs the case for.
        occasion: Need profile, if there is one.
        story: Why the case goes there.
    """

    org: Org
    name: Words
    function: Key
    purpose: Key
    occasion: Key | None = None
    story: Said


class Script(Shape):
    """``examples/journey/demo.json``.

    Attributes:
        at: Where the clock stands.
        sender: URN of the lokaal team whose file it is.
        sender_name: Its name.
        policy: Version of the published policy that must be in force.
        stops: In the order of the demonstration.
    """

    format: Literal["kgbx-journey/1"]
    at: Instant
    sender: Org
    sender_name: Words
    policy: Key
    stops: tuple[Stop, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Crossing:
    """What happened at one stop.

    Attributes:
        stop: The stop.
        composed: The sender's side: message, view, account.
        received: The recipient's side.
        needs: What the recipient still needs, as the sender sees it; None where no profile is published.
    """

    stop: Stop
    composed: Composed
    received: Received
    needs: Coverage | None


Carry = Callable[["Stop"], "tuple[Composed, Received]"]
"""Brings the case to a stop, and returns both sides of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """Everything that the demonstration plays with.

    Attributes:
        script: Who, when and why.
        case: The lokaal team's file.
        registers: The lokaal team's registers.
        directory: Documents of all, pinned by all.
        owns: Each organisation by URN.
        folder: Where keys and messages are.
    """

    script: Script
    case: FamilyCase
    registers: Registers
    directory: Directory
    owns: dict[str, Own] = field(repr=False)
    folder: Path

    @property
    def at(self) -> datetime:
        """The moment at which it happens."""
        return parse_instant(self.script.at)

    def message(self, stop: Stop) -> Path:
        """Return where the message of a stop is."""
        return self.folder / f"{stop.function}-{stop.org[-4:]}.kgbx"

    def known_before(self, stop: Stop, composed: Composed) -> FamilyCase:
        """Return the file that a recipient has already: of what it is sent, that which it recorded itself."""
        own = (one for one in self.case if one.recorded_by.org == stop.org and one.id in composed.share.view)
        return FamilyCase(own, synthetic=True)

    def by_file(self, stop: Stop) -> tuple[Composed, Received]:
        """Compose for one stop, write the message to a file, and take it in there.

        Raises:
            KgbxError: something that the demonstration does not expect.
        """
        document = self.directory.require(stop.org, self.at)
        sender, recipient = self.owns[self.script.sender], self.owns[stop.org]
        composed = compose(self.case, own=sender, to=document, purpose=stop.purpose, at=self.at)
        composed.sealed.write(self.message(stop))
        return composed, receive(
            self.message(stop),
            case=self.known_before(stop, composed),
            own=recipient,
            purpose=stop.purpose,
            at=self.at,
            seen=MemoryReplayStore(),
        )


def set_stage(folder: Path) -> Stage:
    """Make keys, documents, directory and trust file for everybody, in a folder.

    Raises:
        OSError: the folder cannot be written.
    """
    script = read_shape(examples_path("journey", "demo.json").read_bytes(), Script)
    case = FamilyCase.from_json(examples_path("journey", "case.json").read_bytes())
    registers = read_registers(examples_path("journey", "registers.json").read_bytes())
    names = {script.sender: script.sender_name} | {stop.org: stop.name for stop in script.stops}
    at = parse_instant(script.at)
    identities = {org: create_identity(org, at=at) for org in names}
    said = {org: describe(one, name=names[org], seq=1, at=at) for org, one in identities.items()}
    documents = [make_document(said[org], root=one.root) for org, one in identities.items()]
    directory_file = build_directory_file(documents)
    trust_file = build_trust_file(Trust(pinned=tuple(Pin(org=one.org, root=one.root) for one in said.values())))
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in (("directory.json", directory_file), ("trust.json", trust_file), ("case.json", case.to_json())):
        (folder / name).write_bytes(data)
    for org, identity in identities.items():
        save(identity, folder / f"keys-{org[-4:]}", passphrase=None)
    directory = Directory.load(directory_file, trust_file)
    owns = {
        org: Own(identity=one, directory=directory, basis=_basis(org, script, case, registers), accept_synthetic=True)
        for org, one in identities.items()
    }
    return Stage(script=script, case=case, registers=registers, directory=directory, owns=owns, folder=folder)


def _basis(org: str, script: Script, case: FamilyCase, registers: Registers) -> Basis:
    """Return what an organisation decides with; a recipient knows its own caseload and who the others are."""
    if org == script.sender:
        return Basis(registers=registers, policies=published_policies(), proven=proven_ids(case, own=org))
    own = Registers(
        format="kgbx-registers/1",
        organisations=registers.organisations,
        caseloads=tuple(fact for fact in registers.caseloads if fact.organisation == org),
        caseload_known=(org,),
    )
    return Basis(registers=own, policies=published_policies())


def _log(stage: Stage, composed: Composed) -> None:
    """Add a line to the disclosure log, and store the facts once beside it, under their digest."""
    append(str(stage.folder / "disclosures.jsonl"), composed.entry, facts=composed.facts)


def cross(stage: Stage, stop: Stop, *, carry: Carry | None = None) -> Crossing:
    """Send the case to one stop: compose, bring it, open it there, see what is still to be asked.

    Args:
        stage: Who plays.
        stop: Where the case goes.
        carry: Brings the message; None hands over a file.

    Raises:
        KgbxError: something that the demonstration does not expect.
    """
    composed, received = (carry or stage.by_file)(stop)
    if not stage.message(stop).exists():
        composed.sealed.write(stage.message(stop))
    _log(stage, composed)
    needs = None
    if stop.occasion is not None:
        needed = profile(stop.function, stop.occasion)
        needs = coverage(received.case, needed, at=stage.at, withheld=stage.case)
    return Crossing(stop=stop, composed=composed, received=received, needs=needs)
