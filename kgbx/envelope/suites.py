# SPDX-License-Identifier: EUPL-1.2
"""The suites: closed bundles of parameters. New cryptography is a new row, never a new combination.

Rules: a suite comes from the partner's signed document and the local policy, and the message states it as a signed
fact; nothing is negotiated per message and nothing is retried weaker; the suite of an envelope follows from its one
``alg``. A reserve suite is used only where the sender asks for it and the documents of both sides list it.

Source: envelope specification, section 3.11.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Literal

from kgbx.errors import EnvelopeError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kgbx.envelope.ports import OrganisationDocument


@dataclass(frozen=True, slots=True, kw_only=True)
class SuiteRow:
    """One row of the registry of suites.

    Attributes:
        id: Name in signed manifests and documents.
        strength: Order for floors; a floor refuses every suite of less strength.
        kem: JOSE ``alg`` of all recipients.
        content: JOSE ``enc`` of the envelope.
        parts: Encryption of the parts.
        signatures: JOSE ``alg`` of the two signatures, in order.
        status: ``default`` is used unless asked otherwise; ``reserve`` needs the documents of both sides.
    """

    id: str
    strength: int
    kem: str
    content: str
    parts: str
    signatures: tuple[str, str]
    status: Literal["default", "reserve"]


SUITES: Final[Mapping[str, SuiteRow]] = MappingProxyType(
    {
        row.id: row
        for row in (
            SuiteRow(
                id="kgbx-1",
                strength=1,
                kem="HPKE-9-KE",
                content="A256GCM",
                parts="Cobblestone-256",
                signatures=("Ed25519", "ML-DSA-65"),
                status="default",
            ),
            SuiteRow(
                id="kgbx-1h",
                strength=2,
                kem="HPKE-10-KE",
                content="A256GCM",
                parts="Cobblestone-256",
                signatures=("Ed25519", "ML-DSA-87"),
                status="reserve",
            ),
        )
    }
)
"""Every suite there is."""

KGBX_1: Final = SUITES["kgbx-1"]
"""The suite that is used unless asked otherwise."""

KGBX_1H: Final = SUITES["kgbx-1h"]
"""The reserve: the strongest parameters of the same standards, and P-384 where X25519 is not on the list."""

SUITE_OF_KEM: Final[Mapping[str, SuiteRow]] = MappingProxyType({row.kem: row for row in SUITES.values()})
"""The suite of each ``alg`` that an envelope may have."""


def suite_named(name: str) -> SuiteRow:
    """Return a suite.

    Raises:
        EnvelopeError: E_SUITE, there is none of this name.
    """
    row = SUITES.get(name)
    if row is None:
        raise EnvelopeError("E_SUITE")
    return row


def require_suite(suite: SuiteRow, document: OrganisationDocument) -> None:
    """Return if an organisation accepts `suite`: it lists it, and its floor is known and not above it.

    Raises:
        EnvelopeError: E_SUITE.
    """
    floor = SUITES.get(document.floor)
    if suite.id not in document.suites or floor is None or floor.strength > suite.strength:
        raise EnvelopeError("E_SUITE")
