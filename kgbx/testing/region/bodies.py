# SPDX-License-Identifier: EUPL-1.2
"""The organisations of the region, and what is assumed about it: two tables, to be read and corrected.

Rules: a percentage says how often something happens here, so that everything happens often enough to be seen. None was
measured anywhere; no figure of a simulation says how often something happens in real life.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Literal

from kgbx.messages import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

Serves = Literal["family", "children", "child", "adults", "first_parent", "second_parent"]
"""Whom of a family an organisation serves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """An organisation.

    Attributes:
        name: How the region calls it.
        number: Last digits of its OIN, all made up.
        title: What it is.
        function: Its function.
        purpose: What it asks for.
        occasion: Occasion of its need profile.
        serves: Whom of a family.
        regime: Law under which it records.
        bsn: Whose BSN it may use.
        provision: Provision on which others may share with it without permission; None: on permission only.
    """

    name: str
    number: int
    title: Text
    function: str
    purpose: str
    occasion: str
    serves: Serves
    regime: str
    bsn: bool | Literal["children"] = False
    provision: str | None = None

    @property
    def org(self) -> str:
        """URN of the organisation."""
        return f"urn:osb:oin:00000099{self.number:012d}"


_ALL: Final = (
    Body(
        name="school",
        number=6000,
        title=Text("school", "school"),
        function="school",
        purpose="school_support",
        occasion="support",
        serves="children",
        regime="avg_other",
    ),
    Body(
        name="team",
        number=1000,
        title=Text("lokaal team", "local team"),
        function="lokaal_team",
        purpose="care",
        occasion="intake",
        serves="family",
        regime="jeugdwet",
        bsn="children",
    ),
    Body(
        name="veilig_thuis",
        number=5000,
        title=Text("Veilig Thuis", "Veilig Thuis"),
        function="veilig_thuis",
        purpose="safety",
        occasion="melding",
        serves="family",
        regime="wmo",
        bsn=True,
        provision="WMO-5.2.6",
    ),
    Body(
        name="raad",
        number=3000,
        title=Text("Raad voor de Kinderbescherming", "Raad voor de Kinderbescherming"),
        function="raad",
        purpose="investigation",
        occasion="vto",
        serves="family",
        regime="avg_other",
        bsn="children",
        provision="BW-1:240",
    ),
    Body(
        name="gi",
        number=2000,
        title=Text("gecertificeerde instelling", "gecertificeerde instelling"),
        function="gi",
        purpose="protection",
        occasion="start_measure",
        serves="family",
        regime="jeugdwet",
        bsn="children",
        provision="JW-7.3.11-4",
    ),
    Body(
        name="youth_ggz",
        number=9700,
        title=Text("jeugd-ggz", "mental health care for youth"),
        function="jeugd_ggz",
        purpose="treatment",
        occasion="intake",
        serves="child",
        regime="wgbo",
        bsn=True,
    ),
    Body(
        name="adult_ggz",
        number=4000,
        title=Text("ggz voor volwassenen", "mental health care for adults"),
        function="volwassen_ggz",
        purpose="treatment",
        occasion="intake",
        serves="first_parent",
        regime="wgbo",
        bsn=True,
    ),
    Body(
        name="addiction_care",
        number=4100,
        title=Text("verslavingszorg", "addiction care"),
        function="verslavingszorg",
        purpose="treatment",
        occasion="intake",
        serves="second_parent",
        regime="wgbo",
        bsn=True,
    ),
    Body(
        name="debt_help",
        number=8000,
        title=Text("schuldhulp", "debt help"),
        function="schuldhulp",
        purpose="debt_help",
        occasion="intake",
        serves="adults",
        regime="avg_other",
    ),
)

BODIES: Final[Mapping[str, Body]] = MappingProxyType({body.name: body for body in _ALL})
"""Every organisation of the region, by name."""

REGISTER_ORG: Final = "urn:osb:oin:00000099000000009800"
"""The municipality, from whose registers everybody has who there is and who holds authority."""

CHANCES: Final[Mapping[str, int]] = MappingProxyType(
    {
        "two_parents": 65,
        "at_odds": 35,
        "school_first": 85,
        "veilig_thuis": 55,
        "raad": 65,
        "measure": 70,
        "back": 80,
        "second_report": 25,
        "youth_ggz": 45,
        "adult_ggz": 35,
        "addiction_care": 20,
        "debt_help": 45,
        "flight": 60,
        "confide": 40,
        "dispute": 45,
        "withdraw": 35,
        "lift": 35,
        "turnover": 50,
        "permit": 78,
        "permit_partly": 12,
        "refuse_at_odds": 45,
        "weigh": 75,
        "weigh_refusals": 80,
        "barrier": 60,
        "tells": 85,
        "ask_again": 20,
        "only_if_changed": 20,
        "lost": 25,
        "twice": 20,
        "decline": 25,
        "more_information": 20,
        "waits": 30,
        "withdraw_handover": 4,
    }
)
"""What happens in how many of a hundred cases."""

QUESTIONS_A_TALK: Final = 12
"""Questions that fit in one talk; the next talk is a week later. An assumption, like the percentages."""

DAYS_BETWEEN_TALKS: Final = 7
DAYS_TO_GATHER: Final = 1
"""Days that asking the other organisations takes."""
