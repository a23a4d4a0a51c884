# SPDX-License-Identifier: EUPL-1.2
"""Every reason for which a person does not see a record: sentence, rule, and where the rule comes from.

Rules: reasons are for the professional only, never for who asks: a denial tells that there is something. `stricter`
says that the statute does not demand this denial by itself. Articles were read in the texts of 2026 unless a date
stands beside them.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from kgbx.consent.reasons import Reason
from kgbx.messages import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

_REASONS = (
    Reason(
        code="UNKNOWN_ASKER",
        text=Text(
            "Deze persoon staat niet in het dossier of de registers. Stel eerst vast wie het is.",
            "This person is not in the case or the registers. Establish first who it is.",
        ),
        source="AVG 12 lid 6",
    ),
    Reason(
        code="NO_SUBJECT",
        text=Text(
            "Bij dit gegeven staat niet over wie het gaat. Vul dat in.",
            "This does not say whom it is about. Add that.",
        ),
        source="AVG 4 onder 1",
    ),
    Reason(
        code="NO_RIGHT",
        text=Text(
            "Deze persoon mag dit niet inzien: het gaat over een ander, of een ander oefent het recht uit.",
            "This person has no right to see this: it is about somebody else, or another exercises the right.",
        ),
        source="Jeugdwet 7.3.11 lid 1; BW 7:457 lid 1; Wmo 2015 5.3.2 en 5.3.3; AVG 15",
    ),
    Reason(
        code="OWN_NOT_CAPABLE",
        text=Text(
            "Deze persoon kan dit nu niet overzien, en niemand is door de rechter aangewezen. Kijk samen wat wel kan; "
            "laat een mens beslissen.",
            "This person cannot judge this now, and a court appointed nobody. Look together at what is possible; let a "
            "person decide.",
        ),
        source="AVG 15; UAVG 5 lid 4 onder c",
        stricter=True,
    ),
    Reason(
        code="OTHER_SUBJECT",
        text=Text(
            "Dit gaat ook over een ander. Vertel het deel dat mag, of weeg af en leg dat vast.",
            "This is about another too. Tell the part that is allowed, or weigh it and record that.",
        ),
        source="Jeugdwet 7.3.10 tweede volzin; BW 7:456; Wmo 2015 5.3.2 lid 4; AVG 15 lid 4",
        stricter=True,
    ),
    Reason(
        code="AGE_UNKNOWN",
        text=Text(
            "De leeftijd is niet zeker genoeg om te weten wie dit mag zien. Zoek de geboortedatum op.",
            "The age is not certain enough to know who may see this. Look up the birth date.",
        ),
        source="Jeugdwet 7.3.15",
    ),
    Reason(
        code="YOUTH_OBJECTS",
        text=Text(
            "De jongere wil niet dat deze ouder dit ziet. Praat met de jongere; laat een mens beslissen.",
            "The youth does not want this parent to see it. Talk with the youth; let a person decide.",
        ),
        source="Jeugdwet 7.3.11 lid 3; Wmo 2015 5.3.2 lid 3",
        stricter=True,
    ),
    Reason(
        code="DECEASED_REFUSED",
        text=Text(
            "De overledene wilde niet dat dit werd ingezien. Dat blijft gelden.",
            "The deceased did not want this to be seen. That still holds.",
        ),
        source="Jeugdwet 7.3.12a lid 4",
    ),
    Reason(
        code="WEIGHING_INCOMPLETE",
        text=Text(
            "Er is een afweging vastgelegd, maar het waarom, het bewijs of de tweede persoon ontbreekt. Vul aan.",
            "A weighing is recorded, but the why, the proof or the second person is missing. Complete it.",
        ),
        source="AVG 5 lid 2",
    ),
    Reason(
        code="WORKING_NOTE",
        text=Text(
            "Dit is een persoonlijke werkaantekening. Zet over wat in het dossier hoort; dat mag wel worden ingezien.",
            "This is a personal working note. Move to the file what belongs there; that may be seen.",
        ),
        source="doctrine on personal working notes, Jeugdwet 7.3.8",
        stricter=True,
    ),
    Reason(
        code="REPORTER_IDENTITY",
        text=Text(
            "Dit verraadt wie de melding deed. Vraag de melder, of vertel het zonder.",
            "This reveals who made the report. Ask the reporter, or tell it without.",
        ),
        source="Wmo 2015 5.3.1 lid 4; Uitvoeringsbesluit Wmo 2015 4.1.8 lid 3 (for professionals only on conditions)",
        stricter=True,
    ),
    Reason(
        code="SECRET_LOCATION",
        text=Text(
            "Dit verraadt waar iemand verblijft die beschermd wordt. Alleen een mens kan hierover beslissen.",
            "This gives away where a protected person stays. Only a human being can decide about this.",
        ),
        source="Jeugdwet 7.3.10; 7.3.11 lid 3; Wmo 2015 5.3.2 lid 4; Wet BRP 2.59",
    ),
    Reason(
        code="CONFIDENTIAL",
        text=Text(
            "Dit is in vertrouwen verteld en is niet voor deze persoon. Overleg met wie het vertelde.",
            "This was told in confidence and is not for this person. Talk to the person who told it.",
        ),
        source="Jeugdwet 7.3.10; 7.3.11 lid 3",
    ),
    Reason(
        code="GUARDING",
        text=Text(
            "Dit legt vast hoe iemand beschermd wordt. Alleen de beschermde persoon ziet dat.",
            "This records how somebody is protected. Only the protected person sees it.",
        ),
        source="Jeugdwet 7.3.10; AVG 15 lid 4 en 32",
    ),
    Reason(
        code="NOT_YET_TOLD",
        text=Text(
            "Het gezin is hierover met opzet nog niet ingelicht. Kijk of dat nog moet, en licht het anders in.",
            "The family was not told of this yet, on purpose. See whether that must be so, and else tell it.",
        ),
        source="UAVG 41; Wmo 2015 5.3.1 lid 2 en 3",
    ),
    Reason(
        code="WITHHELD",
        text=Text(
            "Een professional besloot dit nu niet te laten zien. Kijk op de afgesproken dag opnieuw.",
            "A professional decided not to show this now. Look again on the day that was set.",
        ),
        source="Jeugdwet 7.3.2 lid 4, 7.3.10, 7.3.11 lid 3; Wmo 2015 5.3.1 lid 3, 5.3.2 lid 4; UAVG 41",
    ),
    Reason(
        code="WITHHOLDING_INCOMPLETE",
        text=Text(
            "Bij dat besluit ontbreekt de reden of de tweede persoon, of de dag om opnieuw te kijken is voorbij.",
            "That decision lacks its reason or second person, or the day to look again has passed.",
        ),
        source="AVG 5 lid 2; Jeugdwet 7.3.2 lid 4",
    ),
    Reason(
        code="THIRD_PARTY",
        text=Text(
            "Hierin wordt een ander herkenbaar genoemd, of een ander vertelde het. Vraag diegene, of weeg af.",
            "Another person can be recognised here, or told it. Ask that person, or weigh it.",
        ),
        source="Jeugdwet 7.3.10 tweede volzin; BW 7:456; Wmo 2015 5.3.2 lid 4",
        stricter=True,
    ),
)

ACCESS_REASONS: Final[Mapping[str, Reason]] = MappingProxyType({row.code: row for row in _REASONS})
"""Every reason for which a person does not see a record, by code."""
