# SPDX-License-Identifier: EUPL-1.2
"""Three organisations with real keys and registers of their own, that pass a made-up family on: A to B, B to C."""

from __future__ import annotations

import json
from random import Random
from typing import TYPE_CHECKING, Any, Final

from kgbx.case import FamilyCase
from kgbx.consent.facts import (
    AuthorityFact,
    BarrierFact,
    CaseloadFact,
    ConsentFact,
    OrganisationFact,
)
from kgbx.consent.joins import Registers
from kgbx.consent.policies import published_policies
from kgbx.envelope.replay import MemoryReplayStore
from kgbx.exchange import Basis, Own, compose, receive
from tests.case.builders import CHILD, FATHER, MOTHER, SMALLEST, Value, an_id, document, full, words
from tests.parties import AT, GI, TEAM, directory_of, party

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from kgbx.exchange import Composed, Received

THERAPIST: Final = "urn:osb:oin:00000099000000008000"
"""Treats adults; which of them a test says."""

TEEN: Final = an_id(0x30)
PURPOSE: Final = {TEAM: "care", GI: "protection", THERAPIST: "treatment"}
EMPTY: Final = FamilyCase(synthetic=True)
_FUNCTION: Final = {TEAM: "lokaal_team", GI: "gi", THERAPIST: "volwassen_ggz"}
_ALWAYS: Final[dict[str, Any]] = {"recorded_at": "2026-01-01", "valid_from": "2026-01-01"}
_DECIDING: Final = (
    *((who, who) for who in (MOTHER, FATHER, TEEN)),
    *((who, child) for who in (MOTHER, FATHER) for child in (TEEN, CHILD)),
)


def registers(*, served: Collection[str] = (FATHER,), behind: Collection[str] = ()) -> Registers:
    """Return registers in which everybody permits everything, and the therapist serves some.

    Args:
        served: Whom the therapist serves.
        behind: Of those, from whom the therapist keeps what it gets.
    """
    everything: dict[str, Any] = {"purposes": ("*",), "categories": ("*",), "decision": "permit", "proven": True}
    serving = [(org, who) for org in (TEAM, GI) for who in (TEEN, CHILD)]
    serving += [(THERAPIST, who) for who in served]
    return Registers(
        format="kgbx-registers/1",
        organisations=tuple(
            OrganisationFact(id=org, function=function, may_use_bsn=True, bound_to_secrecy=True)
            for org, function in _FUNCTION.items()
        ),
        parental_authority=tuple(
            AuthorityFact(child=child, holder=who, **_ALWAYS) for child in (TEEN, CHILD) for who in (MOTHER, FATHER)
        ),
        caseloads=tuple(CaseloadFact(organisation=org, person=who, **_ALWAYS) for org, who in serving),
        caseload_known=("*",),
        barriers=tuple(BarrierFact(organisation=THERAPIST, person=who) for who in behind),
        consents=tuple(
            ConsentFact(
                id=an_id(0x900 + number),
                decided_by=who,
                about=about,
                recipients=(GI, THERAPIST),
                **everything,
                **_ALWAYS,
            )
            for number, (who, about) in enumerate(_DECIDING)
        ),
    )


def organisation(org: str, known: Registers | None = None, *, seed: int = 1) -> Own:
    """Return an organisation; `seed` is for the digests of nothing in its contributions."""
    directory = directory_of(*map(party, _FUNCTION))
    basis = Basis(registers=known or registers(), policies=published_policies())
    random = Random(seed).randbytes  # noqa: S311  # decoys of a test
    return Own(identity=party(org).identity, directory=directory, basis=basis, accept_synthetic=True, random=random)


def told(number: int, text: str = "Ik slaap slecht.", **members: Any) -> Value:  # noqa: ANN401  # of a statement
    """Return something that the teen told about itself."""
    known = {"about": [TEEN], "told_by": {"person": TEEN}, "topics": ["family.history"], "kind": "ervaring"}
    return SMALLEST["statements"] | known | {"id": an_id(number), "wording": words(text)} | members


def kept(number: int, record: int, *persons: str) -> Value:
    """Return that a record is kept from persons in confidence."""
    return full(number, record=an_id(record), withheld_from=list(persons))


def family(**arrays: list[Value]) -> FamilyCase:
    """Return the file of the team: two parents with authority, a teen of fourteen, a child, and more."""
    people = [
        full(1, name={"given": "Mies"}, birth_date="1986", roles=["parent"]),
        full(2, name={"given": "Freek"}, birth_date="1983-11-02", roles=["parent"]),
        full(3, name={"given": "Karel"}, birth_date="2016-10-03", roles=["child"]),
        full(0x30, name={"given": "Tess"}, birth_date="2011-06-30", roles=["child"]),
    ]
    return FamilyCase.from_json(json.dumps(document(persons=people, **arrays)).encode())


def composed(case: FamilyCase, sender: Own, to: str) -> Composed:
    """Return what one organisation sends another."""
    document_of = sender.directory.require(to, AT)  # type: ignore[attr-defined]  # a Directory
    return compose(case, own=sender, to=document_of, purpose=PURPOSE[to], at=AT)


def passed(case: FamilyCase, sender: Own, receiver: Own, *, held: FamilyCase = EMPTY) -> Received:
    """Return what another organisation has after one sent it what may go."""
    sealed = composed(case, sender, receiver.org).sealed.to_bytes()
    return opened(sealed, receiver, held=held)


def opened(sealed: bytes, receiver: Own, *, held: FamilyCase = EMPTY) -> Received:
    """Return what an organisation has after it took a message in."""
    return receive(sealed, case=held, own=receiver, purpose=PURPOSE[receiver.org], at=AT, seen=MemoryReplayStore())


def texts(view: Iterable[Any]) -> set[str]:
    """Return the words of the statements of a view."""
    return {one.wording.text for one in view if hasattr(one, "wording")}
