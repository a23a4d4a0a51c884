# SPDX-License-Identifier: EUPL-1.2
"""Made-up organisations with fresh keys, their documents, and files that pin them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING

from kgbx.directory import (
    Directory,
    Pin,
    Trust,
    build_directory_file,
    build_trust_file,
    describe,
    make_document,
)
from kgbx.envelope.identity import create_identity

if TYPE_CHECKING:
    from kgbx.envelope.identity import Identity
    from kgbx.envelope.ports import OrganisationDocument

AT = datetime(2026, 3, 1, 10, 0, tzinfo=UTC)
TEAM = "urn:osb:oin:00000099000000001000"
GI = "urn:osb:oin:00000099000000002000"
SCHOOL = "urn:osb:oin:00000099000000003000"


@dataclass(frozen=True, slots=True)
class Party:
    """An organisation with its keys and its first document."""

    identity: Identity
    said: OrganisationDocument
    document: bytes

    @property
    def pin(self) -> Pin:
        return Pin(org=self.identity.org, root=self.said.root)


@cache
def party(org: str) -> Party:
    identity = create_identity(org, at=AT)
    said = describe(identity, name=f"Organisatie {org[-4:]}", seq=1, at=AT)
    return Party(identity, said, make_document(said, root=identity.root))


def say_again(speaker: Party, **changes: object) -> bytes:
    """Return a properly signed document of `speaker` that says something else."""
    return make_document(replace(speaker.said, **changes), root=speaker.identity.root)  # type: ignore[arg-type]  # any field


def directory_of(*parties: Party) -> Directory:
    return Directory.load(directory_file(*(one.document for one in parties)), trust_file(*parties))


def directory_file(*documents: bytes) -> bytes:
    return build_directory_file(documents)


def trust_file(*parties: Party) -> bytes:
    return build_trust_file(Trust(pinned=tuple(one.pin for one in parties)))
