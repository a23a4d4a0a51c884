# SPDX-License-Identifier: EUPL-1.2
"""Whoever holds a case and decides about it: the options of every command that does, and what they lead to.

Rules: what the own organisation recorded counts by itself; what another recorded counts when a proof of it is given
with ``--proofs`` and verifies by the directory and the trust that are given too. A proof that does not count is told by
its state, on stderr; one of a record of another case is not.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from functools import partial, wraps
from typing import TYPE_CHECKING, Any, Final

from kgbx.cli.bilingual import option
from kgbx.cli.console import directory_options, read_file, registers_options
from kgbx.cli.directory import load_directory
from kgbx.consent.joins import facts_from_case, read_registers
from kgbx.errors import UsageError
from kgbx.exchange import Basis, check_proofs, proven_ids, read_proofs_file
from kgbx.limits import MAX_DOCUMENT_BYTES
from kgbx.messages import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from kgbx.case import FamilyCase
    from kgbx.cli.console import Console
    from kgbx.consent.facts import Facts
    from kgbx.consent.joins import Registers
    from kgbx.consent.policy import Policy
    from kgbx.exchange import CheckedProof

TELLS_NOTHING: Final = ("valid", "no_record")
"""States of a proof that need not be told: it counts, or is about another case."""

_TOGETHER: Final = Text(
    "--proofs gaat samen met --directory en --trust: zonder die twee is een bewijs niet na te gaan.",
    "--proofs goes with --directory and --trust: without those two a proof cannot be verified.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """The own organisation, with the files it decides with.

    Attributes:
        own: URN.
        registers: Path of the own registers.
        proofs: Paths of files of proofs.
        directory: Path of the directory, and of the trust file, by which the proofs are verified.
    """

    own: str
    registers: str = field(repr=False)
    proofs: tuple[str, ...] = field(default=(), repr=False)
    directory: tuple[str, str] | None = field(default=None, repr=False)

    def read_registers(self) -> Registers:
        """Return the own registers.

        Raises:
            DocumentError: they have not the right form.
            OSError: they cannot be read.
        """
        return read_registers(read_file(self.registers, limit=MAX_DOCUMENT_BYTES))

    def proven(self, case: FamilyCase, at: datetime, console: Console) -> frozenset[str]:
        """Return the ids of what counts as proven in a case, and tell which proofs do not count.

        Raises:
            DocumentError: a file of proofs has not the right form.
            DirectoryError: the directory cannot be believed.
            OSError: a file cannot be read.
        """
        checked: tuple[CheckedProof, ...] = ()
        if self.directory is not None:
            read = [one for path in self.proofs for one in read_proofs_file(read_file(path, limit=MAX_DOCUMENT_BYTES))]
            checked = check_proofs(read, case=case, directory=load_directory(*self.directory), at=at)
            _tell(console, checked)
        return proven_ids(case, own=self.own, proofs=checked)

    def facts(self, case: FamilyCase, at: datetime, console: Console) -> Facts:
        """Return the facts of a case and the registers; errors as :meth:`read_registers` and :meth:`proven`."""
        registers = self.read_registers()
        return facts_from_case(case, registers, own=self.own, proven=self.proven(case, at, console))

    def basis(self, case: FamilyCase, at: datetime, console: Console, *, policies: tuple[Policy, ...]) -> Basis:
        """Return what is decided with; errors as :meth:`facts`."""
        registers = self.read_registers()
        return Basis(registers=registers, policies=policies, proven=self.proven(case, at, console))


def _tell(console: Console, checked: Iterable[CheckedProof]) -> None:
    states = Counter(one.state for one in checked if one.state not in TELLS_NOTHING)
    if states:
        found = ", ".join(f"{state} ({number})" for state, number in sorted(states.items()))
        console.note(
            f"kgbx: bewijzen die niet tellen: {found}. Kijk welke met 'kgbx proofs check'.",
            f"kgbx: proofs that do not count: {found}. See which with 'kgbx proofs check'.",
        )


def holder_options(function: Callable[..., Any], *, required: bool = True) -> Callable[..., Any]:
    """Add ``--as``, ``--registers``, ``--proofs``, ``--directory`` and ``--trust``; the command gets a `holder`.

    Unless they are required, the holder is None where neither ``--as`` nor ``--registers`` is given.
    """

    @wraps(function)
    def with_holder(*args: Any, own: str | None, registers: str | None, **options: Any) -> Any:  # noqa: ANN401  # what click passes on
        files = (options.pop("proofs"), options.pop("directory_file"), options.pop("trust_file"))
        return function(*args, holder=_holder(own, registers, *files), **options)

    proofs = option(
        "--proofs",
        multiple=True,
        metavar="FILE",
        nl="Bewijzen van wat anderen vastlegden (kgbx-proofs/1), met --directory en --trust; mag vaker.",
        en="Proofs of what others recorded (kgbx-proofs/1), with --directory and --trust; may be given more than once.",
    )
    given = partial(registers_options, required=required)
    return given(proofs(directory_options(with_holder, required=False)))


def _holder(
    own: str | None, registers: str | None, proofs: tuple[str, ...], directory: str | None, trust: str | None
) -> Holder | None:
    """Return whoever the options name.

    Raises:
        UsageError: U_ARGUMENT, one option without another that it goes with.
    """
    if (own is None) != (registers is None) or (own is None and proofs):
        raise UsageError
    if len({bool(proofs), directory is not None, trust is not None}) != 1:
        raise UsageError(text=_TOGETHER)
    if own is None or registers is None:
        return None
    known = None if directory is None or trust is None else (directory, trust)
    return Holder(own=own, registers=registers, proofs=proofs, directory=known)
