# SPDX-License-Identifier: EUPL-1.2
"""Who of the family may see a record: a literal table, each row with its source.

Rules: a right names by which article a person may see what is about a subject. `text_date` is the day of the text
that was read, where several laws are named of the oldest; `reading` marks rows that are our reading of a text. A row
that is `weighed` opens nothing until a named person weighed it: nothing here weighs.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Literal

from kgbx.messages import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

Who = Literal[
    "self", "teller", "holder", "representative", "court_representative", "permitted", "parent", "other", "anyone"
]

JEUGDWET: Final = "jeugdwet"
WMO: Final = "wmo"
WGBO: Final = "wgbo"
AVG: Final = "avg_other"
EVERY_REGIME: Final = (JEUGDWET, WMO, WGBO, AVG)
UAVG_CHANGED: Final = "2026-09-01"
"""UAVG 5 was rewritten with effect from this day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Right:
    """Why a person may see what is about a subject.

    Attributes:
        id: Stable id.
        text: The right in a sentence.
        source: Article.
        text_date: Day of the text that was read; of several laws, of the oldest.
        who: What the person is to the subject.
        ages: Lowest and highest age of the subject, both inclusive; at death when the subject died.
        capable: Whether the subject must be able to judge the own interests; None: it does not matter.
        regimes: Laws of record under which it holds; a record without one needs a right that holds under all.
        dead: Whether it is about a subject who died.
        weighed: A named person must have weighed it.
        consulted: Somebody else must have been consulted.
        withheld: It must be withheld from the subject because it would be a grave disadvantage to know it.
        objection: An objection of the subject closes it.
        valid_from: First day of the text, where that matters.
        valid_until: First day on which the text no longer holds.
        first: What must be done before showing anything.
        reading: Our reading of the text.
    """

    id: str
    text: Text
    source: str
    text_date: str
    who: Who
    ages: tuple[int, int]
    capable: bool | None = None
    regimes: tuple[str, ...] = EVERY_REGIME
    dead: bool = False
    weighed: bool = False
    consulted: bool = False
    withheld: bool = False
    objection: bool = False
    valid_from: str = ""
    valid_until: str = "9999"
    first: tuple[str, ...] = ()
    reading: bool = False


TALK_WITH_YOUTH: Final = "TALK_WITH_YOUTH"
"""What must come first: hear the youth before a parent sees the youth's file."""

RIGHTS: Final = (
    Right(
        id="OWN",
        text=Text("Het gaat over diegene zelf.", "It is about that person."),
        source="Jeugdwet 7.3.10 en 7.3.15 lid 1; BW 7:456; Wmo 2015 5.3.2 lid 1 en 2; AVG 15",
        text_date="2026-01-01",
        who="self",
        ages=(12, 130),
        capable=True,
    ),
    Right(
        id="OWN_12_17_AVG",
        text=Text(
            "Het gaat over diegene zelf, en die is twaalf of ouder.", "It is about that person, who is twelve or older."
        ),
        source="UAVG 5 lid 4 onder b",
        text_date="2026-09-01",
        who="self",
        ages=(12, 17),
        regimes=(AVG,),
        valid_from=UAVG_CHANGED,
    ),
    Right(
        id="TOLD_IT",
        text=Text("Diegene vertelde het zelf, in eigen woorden.", "That person told it, in the own words."),
        source="AVG 15; Jeugdwet 7.3.10",
        text_date="2026-01-01",
        who="teller",
        ages=(0, 130),
        reading=True,
    ),
    Right(
        id="HOLDER_UNDER_12",
        text=Text(
            "Gezag over een kind dat nog geen twaalf is.", "Parental authority over a child who is not yet twelve."
        ),
        source="Jeugdwet 7.3.15 lid 1; BW 7:465 lid 1; Wmo 2015 5.3.2 lid 3; UAVG 5 lid 4 onder a",
        text_date="2026-01-01",
        who="holder",
        ages=(0, 11),
    ),
    Right(
        id="HOLDER_INCAPABLE",
        text=Text(
            "Gezag over een minderjarige die dit niet zelf kan overzien.",
            "Parental authority over a minor who cannot judge this.",
        ),
        source="Jeugdwet 7.3.15 lid 2; BW 7:465 lid 2; Wmo 2015 5.3.2 lid 3",
        text_date="2026-01-01",
        who="holder",
        ages=(12, 17),
        capable=False,
        regimes=(JEUGDWET, WMO, WGBO),
    ),
    Right(
        id="HOLDER_INCAPABLE_AVG",
        text=Text(
            "Gezag over een kind onder de zestien dat dit niet zelf kan overzien.",
            "Parental authority over a child under sixteen who cannot judge this.",
        ),
        source="UAVG 5 lid 4 (tekst tot 2026-09-01)",
        text_date="2020-01-01",
        who="holder",
        ages=(12, 15),
        capable=False,
        regimes=(AVG,),
        valid_until=UAVG_CHANGED,
    ),
    Right(
        id="HOLDER_12_15",
        text=Text(
            "Gezag over een kind van twaalf tot en met vijftien: toestemming voor de hulp is ook van de ouder nodig.",
            "Parental authority over a child of twelve to fifteen: the help needs the parent's consent too.",
        ),
        source="Jeugdwet 7.3.11 lid 2 onder b met 7.3.4 lid 2; BW 7:457 lid 3 met 450 lid 2",
        text_date="2026-01-01",
        who="holder",
        ages=(12, 15),
        capable=True,
        regimes=(JEUGDWET, WGBO),
        objection=True,
        first=(TALK_WITH_YOUTH,),
    ),
    Right(
        id="HOLDER_12_15_WMO",
        text=Text(
            "Wettelijk vertegenwoordiger van een kind onder de zestien, tenzij het belang van het kind zich verzet.",
            "Legal representative of a child under sixteen, unless the child's interest is against it.",
        ),
        source="Wmo 2015 5.3.2 lid 3",
        text_date="2026-01-01",
        who="holder",
        ages=(12, 15),
        capable=True,
        regimes=(WMO,),
        objection=True,
        first=(TALK_WITH_YOUTH,),
    ),
    Right(
        id="HOLDER_12_15_AVG",
        text=Text(
            "Wettelijk vertegenwoordiger van een kind van twaalf tot en met vijftien.",
            "Legal representative of a child of twelve to fifteen.",
        ),
        source="UAVG 5 lid 4 onder b",
        text_date="2026-09-01",
        who="holder",
        ages=(12, 15),
        regimes=(AVG,),
        objection=True,
        valid_from=UAVG_CHANGED,
        first=(TALK_WITH_YOUTH,),
    ),
    Right(
        id="HOLDER_16_17_GRAVE",
        text=Text(
            "Gezag over een jongere van zestien of zeventien, die dit zelf niet te lezen krijgt omdat dat ernstig "
            "nadeel geeft, en een professional woog af dat het belang van de jongere vraagt dat een ander het weet.",
            "Parental authority over a youth of sixteen or seventeen who may not read this because of grave "
            "disadvantage, and a professional weighed that the youth's interest asks that another knows.",
        ),
        source="Jeugdwet 7.3.2 lid 4 tweede volzin; 7.3.11 lid 1",
        text_date="2026-01-01",
        who="holder",
        ages=(16, 17),
        regimes=(JEUGDWET,),
        weighed=True,
        consulted=True,
        withheld=True,
        reading=True,
    ),
    Right(
        id="REPRESENTATIVE_COURT",
        text=Text(
            "Curator of mentor van een volwassene die dit niet zelf kan overzien.",
            "Guardian or mentor, appointed by a court, of an adult who cannot judge this.",
        ),
        source="Jeugdwet 7.3.15 lid 2; BW 7:465 lid 3; Wmo 2015 5.3.2 lid 3; UAVG 5 lid 4 onder c (eerder: lid 4)",
        text_date="2026-01-01",
        who="court_representative",
        ages=(18, 130),
        capable=False,
    ),
    Right(
        id="REPRESENTATIVE",
        text=Text(
            "Vertegenwoordiger van een volwassene die dit niet zelf kan overzien.",
            "Representative of an adult who cannot judge this.",
        ),
        source="Jeugdwet 7.3.15 lid 3; BW 7:465 lid 3; Wmo 2015 1.1.1 lid 2 en 5.3.2 lid 3",
        text_date="2026-01-01",
        who="representative",
        ages=(18, 130),
        capable=False,
        regimes=(JEUGDWET, WMO, WGBO),
    ),
    Right(
        id="PERMITTED",
        text=Text(
            "Wie hierover beslist, gaf toestemming aan precies deze persoon.",
            "Whoever decides about this permitted exactly this person.",
        ),
        source="Jeugdwet 7.3.11 lid 1 en 7.3.15; BW 7:457 lid 1; Wmo 2015 5.3.3",
        text_date="2026-01-01",
        who="permitted",
        ages=(0, 130),
    ),
    Right(
        id="PARENT_FACTS",
        text=Text(
            "Ouder zonder gezag, voor belangrijke feiten over het kind; nooit het dossier.",
            "Parent without parental authority, for important facts about the child; never the file.",
        ),
        source="BW 1:377c lid 1",
        text_date="2025-07-05",
        who="parent",
        ages=(0, 15),
        weighed=True,
    ),
    Right(
        id="WEIGHED_OTHER",
        text=Text(
            "Het gaat ook over een ander, en iemand woog af dat diens privacy dit toelaat.",
            "It is about another too, and somebody weighed that the other's privacy allows it.",
        ),
        source="Jeugdwet 7.3.10 tweede volzin; BW 7:456; Wmo 2015 5.3.2 lid 4",
        text_date="2026-01-01",
        who="other",
        ages=(0, 130),
        weighed=True,
    ),
    Right(
        id="DEAD_PERMITTED",
        text=Text(
            "De overledene gaf bij leven toestemming aan deze persoon.", "The deceased permitted this person in life."
        ),
        source="Jeugdwet 7.3.12a lid 1 onder a: recorded in writing or electronically, as every permit in a file is",
        text_date="2026-01-01",
        who="permitted",
        ages=(12, 130),
        capable=True,
        regimes=(JEUGDWET,),
        dead=True,
        reading=True,
    ),
    Right(
        id="DEAD_HOLDER",
        text=Text(
            "Gezag over een kind dat overleed voor het zestien was.",
            "Parental authority over a child who died before sixteen.",
        ),
        source="Jeugdwet 7.3.12a lid 2",
        text_date="2026-01-01",
        who="holder",
        ages=(0, 15),
        regimes=(JEUGDWET,),
        dead=True,
    ),
    Right(
        id="DEAD_WEIGHTY",
        text=Text(
            "Een zwaarwegend belang bij het dossier van een overledene, dat een professional afwoog.",
            "A weighty interest in the file of a deceased, which a professional weighed.",
        ),
        source="Jeugdwet 7.3.12a lid 1 onder b en lid 3",
        text_date="2026-01-01",
        who="anyone",
        ages=(0, 130),
        regimes=(JEUGDWET,),
        dead=True,
        weighed=True,
    ),
)
"""Every right, the first that fits is named."""

RIGHT_BY_ID: Final[Mapping[str, Right]] = MappingProxyType({row.id: row for row in RIGHTS})

FIRST: Final[Mapping[str, Text]] = MappingProxyType(
    {
        TALK_WITH_YOUTH: Text(
            "Praat eerst met de jongere over wat de ouder te zien krijgt.",
            "Talk first with the youth about what the parent will see.",
        )
    }
)
"""What must be done before something is shown, by code."""
