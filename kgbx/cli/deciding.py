# SPDX-License-Identifier: EUPL-1.2
"""Deciding again about what is in the outbox: with which registers, proofs and policy, and where the own files are.

Rules: everything is read at the moment of deciding, so that a register that changed counts; of two files with the same
case nobody can say which is right, so neither counts.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial, wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

from kgbx.case import FamilyCase
from kgbx.cli.bilingual import option
from kgbx.cli.files import read_ordinary
from kgbx.cli.holder import Holder
from kgbx.cli.logbook import append
from kgbx.cli.policy_file import read_policy_file
from kgbx.consent.policies import published_policies
from kgbx.delivery.node import moment
from kgbx.errors import UsageError
from kgbx.exchange import Own
from kgbx.exchange.resealing import Resealing
from kgbx.limits import MAX_DOCUMENT_BYTES
from kgbx.messages import Text

if TYPE_CHECKING:
    from collections.abc import Callable

    from kgbx.cli.console import Console
    from kgbx.cli.stores import Side
    from kgbx.delivery.node import Node
    from kgbx.envelope.identity import Identity
    from kgbx.exchange.passing import Composed

_TWICE: Final = Text(
    "Twee bestanden hebben hetzelfde dossier. Haal er een weg.", "Two files hold the same case. Take one away."
)
_TOGETHER: Final = Text(
    "--cases en --registers gaan samen: zonder die twee is er niets om opnieuw mee te beslissen.",
    "--cases and --registers go together: without those two there is nothing to decide again with.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Deciding:
    """What is decided with.

    Attributes:
        registers: Path of the own registers.
        proofs: Paths of files of proofs.
        policy_file: Path of another policy than the published one.
    """

    registers: str | None = field(repr=False)
    proofs: tuple[str, ...] = field(default=(), repr=False)
    policy_file: str | None = None

    def own(self, node: Node, case: FamilyCase, *, side: Side, console: Console) -> Own:
        """Return the own organisation, with what it decides with about a case now.

        Raises:
            KgbxError: a file has not the right form.
            OSError: a file cannot be read.
        """
        known = side.directory[:2] if self.proofs else None
        holder = Holder(own=node.org, registers=self.registers or "", proofs=self.proofs, directory=known)
        policies = (read_policy_file(self.policy_file),) if self.policy_file else published_policies()
        basis = holder.basis(case, moment(node.now()), console, policies=policies)
        return Own(identity=cast("Identity", node.identity), directory=node.directory, basis=basis)


@dataclass(frozen=True, slots=True)
class CaseFolder:
    """The own files of families in a folder; :class:`kgbx.exchange.resealing.Files`.

    Attributes:
        folder: Holds one file of JSON for each case.
    """

    folder: Path

    def case(self, case_id: str) -> FamilyCase | None:
        """Return the case with an id, None if no file holds it.

        Raises:
            DocumentError: the file that names it holds no valid case.
            UsageError: U_ARGUMENT, two files hold it.
            OSError: a file cannot be read.
        """
        texts = (read_ordinary(str(path), limit=MAX_DOCUMENT_BYTES) for path in sorted(self.folder.glob("*.json")))
        named = [FamilyCase.from_json(text) for text in texts if case_id and case_id.encode() in text]
        found = [case for case in named if case.id == case_id]
        if len(found) > 1:
            raise UsageError(text=_TWICE)
        return found[0] if found else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Again:
    """How a message is decided again whose key its partner does not have any more.

    Attributes:
        cases: Folder of the own files, None to leave it to a person.
        deciding: What is decided with.
        log: File of the disclosure log that each new message is written in.
    """

    cases: str | None
    deciding: Deciding
    log: str | None

    def resealing(self, node: Node, *, side: Side, console: Console) -> Resealing | None:
        """Return what makes the new messages, None where it is left to a person.

        Raises:
            UsageError: U_ARGUMENT, one option without another that it goes with.
            OSError: there is no such folder.
        """
        if (self.cases is None) != (self.deciding.registers is None):
            raise UsageError(text=_TOGETHER)
        if self.cases is None:
            return None
        folder = Path(self.cases)
        if not folder.is_dir():
            raise FileNotFoundError(2, "", self.cases)
        own = partial(self.deciding.own, node, side=side, console=console)
        return Resealing(node, own=own, files=CaseFolder(folder), beside=self._write)

    def _write(self, composed: Composed) -> None:
        if self.log is not None:
            append(self.log, composed.entry, facts=composed.facts)


def deciding_options(function: Callable[..., Any], *, required: bool = True) -> Callable[..., Any]:
    """Add ``--registers``, ``--proofs`` and ``--policy``; the command gets `deciding`."""

    @wraps(function)
    def with_deciding(*args: Any, **options: Any) -> Any:  # noqa: ANN401  # what click passes on
        names = ("registers", "proofs", "policy_file")
        return function(*args, deciding=Deciding(**{name: options.pop(name) for name in names}), **options)

    registers = option(
        "--registers", required=required, metavar="FILE", nl="Uw eigen registers.", en="Your own registers."
    )
    proofs = option(
        "--proofs", multiple=True, metavar="FILE", nl="Bewijzen van anderen; mag vaker.", en="Proofs of others."
    )
    policy = option(
        "--policy",
        "policy_file",
        metavar="FILE",
        nl="Ander beleid dan het gepubliceerde.",
        en="Another policy than the published one.",
    )
    return registers(proofs(policy(with_deciding)))  # type: ignore[no-any-return]  # as json_option


def again_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--cases``, ``--log`` and the options of deciding; the command gets `again`."""

    @wraps(function)
    def with_again(*args: Any, cases: str | None, log: str | None, deciding: Deciding, **options: Any) -> Any:  # noqa: ANN401  # what click passes on
        return function(*args, again=Again(cases=cases, deciding=deciding, log=log), **options)

    cases = option(
        "--cases",
        metavar="FOLDER",
        nl="Uw eigen dossiers: heeft een partner een nieuwe sleutel, dan wordt hieruit opnieuw beslist en verzegeld.",
        en="Your own cases: when a partner has a new key it is decided again from these and sealed again.",
    )
    log = option("--log", metavar="FILE", nl="Schrijf dat dan in dit logboek.", en="Then add a line to this log.")
    return cases(log(deciding_options(with_again, required=False)))  # type: ignore[no-any-return]  # as json_option
