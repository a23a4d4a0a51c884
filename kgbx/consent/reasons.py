# SPDX-License-Identifier: EUPL-1.2
"""Every reason for which a record is not shared: sentence, rule, and where the rule comes from.

Rules: reasons are for the sender and its log, never for the recipient. `stricter` says that the statute does not demand
this denial by itself: it is a safety choice of this library or of the policy, and `Decision.explain` tells so.
Articles were read in the texts of 2026 unless a date stands beside them.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from kgbx.messages import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kgbx.messages import Language

_STRICTER: Final = Text(" (strenger dan de wet)", " (stricter than the statute)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One reason for a denial.

    Attributes:
        code: Stable code.
        text: What stands in the way and what can be done.
        source: Article.
        stricter: The statute alone would not deny.
    """

    code: str
    text: Text
    source: str
    stricter: bool = False

    def say(self, language: Language) -> str:
        """Return the sentence with its article, and whether only we are stricter."""
        stricter = _STRICTER.say(language) if self.stricter else ""
        return f"{self.text.say(language)} [{self.source}{stricter}]"


_ROWS = (
    Reason(
        code="COLLECTIVE_RECIPIENT",
        text=Text(
            "Een overleg van organisaties kan niets ontvangen. Stuur het aan elke organisatie die het nodig heeft.",
            "A consultation or team of organisations cannot receive. Send it to each organisation that needs it.",
        ),
        source="AVG 4 onder 7; no statute gives a regional safety team a task of its own",
    ),
    Reason(
        code="WORKING_NOTE",
        text=Text(
            "Dit is een persoonlijke werkaantekening. Die wordt niet gedeeld; zet over wat in het dossier hoort.",
            "This is a personal working note. It is not shared; move to the file what belongs there.",
        ),
        source="doctrine on personal working notes, Jeugdwet 7.3.8",
        stricter=True,
    ),
    Reason(
        code="REPORTER_IDENTITY",
        text=Text(
            "Dit verraadt wie de melding deed. Laat die gegevens weg of vraag de melder.",
            "This reveals who made the report. Leave that out or ask the reporter.",
        ),
        source="Wmo 2015 5.3.1 lid 4; Uitvoeringsbesluit Wmo 2015 4.1.8 lid 3 (for professionals only on conditions)",
        stricter=True,
    ),
    Reason(
        code="BSN_NOT_AUTHORISED",
        text=Text(
            "Een van beide organisaties mag dit burgerservicenummer niet gebruiken. Stuur het zonder BSN.",
            "One of both organisations may not use this citizen service number. Send it without.",
        ),
        source="Jeugdwet 7.2.1 lid 1; Wmo 2015 5.2.9; UAVG 46",
    ),
    Reason(
        code="RETENTION_OVER",
        text=Text(
            "De bewaartermijn is voorbij. Het had al vernietigd moeten zijn: doe dat, of leg vast waarom niet.",
            "The retention period is over. It should have been destroyed: do so, or record why not.",
        ),
        source="Jeugdwet 7.3.8 lid 3; AVG 5 lid 1 onder e",
    ),
    Reason(
        code="PROCESSING_RESTRICTED",
        text=Text(
            "De verwerking is beperkt op verzoek. Overleg met degene die daarom vroeg.",
            "Processing is restricted on request. Talk to the person who asked for it.",
        ),
        source="AVG 18",
    ),
    Reason(
        code="SECRET_LOCATION",
        text=Text(
            "Dit verraadt waar iemand verblijft die beschermd wordt. Alleen een mens kan hierover beslissen.",
            "This gives away where a protected person stays. Only a human being can decide about this.",
        ),
        source="Jeugdwet 7.3.11 lid 3; Wmo 2015 5.3.2 lid 4; Wet BRP 2.59",
        stricter=True,
    ),
    Reason(
        code="CONFIDENTIAL",
        text=Text(
            "Dit is in vertrouwen verteld en mag deze ontvanger niet bereiken. Overleg met wie het vertelde.",
            "This was told in confidence and may not reach this recipient. Talk to the person who told it.",
        ),
        source="Jeugdwet 7.3.10; 7.3.11 lid 3",
        stricter=True,
    ),
    Reason(
        code="NOT_NECESSARY",
        text=Text(
            "Dit hoort niet bij wat deze ontvanger voor dit doel nodig heeft. Stuur het niet.",
            "This is not part of what this recipient needs for this purpose. Do not send it.",
        ),
        source="AVG 5 lid 1 onder c",
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
        code="SUBJECT_NOT_SERVED",
        text=Text(
            "De ontvanger kent een van de personen niet over wie dit gaat. Laat het weg of vraag toestemming.",
            "The recipient does not serve one of the persons this is about. Leave it out or ask consent.",
        ),
        source="AVG 5 lid 1 onder b en c",
    ),
    Reason(
        code="NO_DECISION_MAKER",
        text=Text(
            "Niet bekend is wie over deze persoon mag beslissen. Zoek het op in het gezagsregister.",
            "It is not known who may decide for this person. Look it up in the register of parental authority.",
        ),
        source="BW 1:245; Jeugdwet 7.3.15",
    ),
    Reason(
        code="REFUSED",
        text=Text(
            "Iemand die hierover mag beslissen heeft geweigerd. Praat met diegene; deel het niet.",
            "Somebody who may decide about this has refused. Talk with that person; do not share it.",
        ),
        source="Jeugdwet 7.3.11 lid 1; AVG 7 lid 3",
    ),
    Reason(
        code="CONSENT_MISSING",
        text=Text(
            "Er is geen geldige toestemming van iedereen die hierover beslist. Vraag die.",
            "There is no valid consent of everybody who decides about this. Ask for it.",
        ),
        source="Jeugdwet 7.3.11 lid 1 en 7.3.15; WGBO (BW 7:457); Wmo 2015 5.3.3",
    ),
    Reason(
        code="PROVISION_UNKNOWN",
        text=Text(
            "De aangehaalde bepaling staat niet in het beleid dat nu geldt. Kies een bepaling die er wel in staat.",
            "The cited provision is not in the policy in force. Cite one that is.",
        ),
        source="policy in force",
    ),
    Reason(
        code="PROVISION_SENDER",
        text=Text("De bepaling geldt niet voor deze afzender.", "The provision is not for this sender."),
        source="the provision cited",
    ),
    Reason(
        code="PROVISION_RECIPIENT",
        text=Text("De bepaling geldt niet voor deze ontvanger.", "The provision is not for this recipient."),
        source="the provision cited",
    ),
    Reason(
        code="PROVISION_PURPOSE",
        text=Text("De bepaling geldt niet voor dit doel.", "The provision is not for this purpose."),
        source="the provision cited",
    ),
    Reason(
        code="PROVISION_CATEGORY",
        text=Text(
            "Deze bepaling is niet voor dit soort gegeven. Laat het weg, of kies een andere grondslag.",
            "The provision is not for this kind of record. Leave it out, or cite another ground.",
        ),
        source="the provision cited",
    ),
    Reason(
        code="PRECONDITION_NOT_IN_REGISTER",
        text=Text(
            "De maatregel waarop de bepaling rust staat niet in het register van deze ontvanger. Controleer dat.",
            "The measure that the provision rests on is not in a register for this recipient. Check it.",
        ),
        source="the provision cited; Jeugdwet 7.3.11 lid 4; BW 1:240",
    ),
    Reason(
        code="SUBJECT_OUT_OF_SCOPE",
        text=Text("De bepaling gaat niet over deze persoon.", "The provision does not reach this person."),
        source="the provision cited; Jeugdwet 7.3.11 lid 4",
    ),
    Reason(
        code="BALANCING_INCOMPLETE",
        text=Text(
            "De afweging is niet volledig. Leg vast waarom het nodig, evenredig en niet anders te bereiken is.",
            "The weighing is not complete. Record why it is necessary, proportionate and not otherwise attainable.",
        ),
        source="AVG 5 lid 2 en 6; EVRM 8 lid 2",
    ),
    Reason(
        code="NOT_INFORMED_WITHOUT_REASON",
        text=Text(
            "Het gezin is niet ingelicht en er staat geen reden bij. Licht het in of leg de reden vast.",
            "The family was not informed and no reason is recorded. Inform it or record the reason.",
        ),
        source="AVG 13, 14 en 23; UAVG 41",
    ),
    Reason(
        code="NO_SECOND_PAIR_OF_EYES",
        text=Text(
            "Bij deze bepaling moet een tweede persoon meekijken. Overleg met een collega en leg dat vast.",
            "This provision asks for a second person. Consult a colleague and record it.",
        ),
        source="the provision cited",
        stricter=True,
    ),
    Reason(
        code="TERM_TOO_LONG",
        text=Text(
            "De grondslag geldt langer dan de bepaling toelaat. Kies een kortere termijn.",
            "The ground lasts longer than the provision allows. Choose a shorter term.",
        ),
        source="the provision cited",
        stricter=True,
    ),
    Reason(
        code="REFUSAL_NOT_WEIGHED",
        text=Text(
            "Iemand weigerde, en die weigering is niet meegewogen. Weeg haar en leg dat vast.",
            "Somebody refused, and that refusal was not weighed. Weigh it and record that.",
        ),
        source="AVG 5 lid 2; BPSW Beroepscode",
    ),
    Reason(
        code="NO_GDPR_GROUND",
        text=Text(
            "Er is voor deze ontvanger en dit doel geen grondslag in het beleid. Toestemming repareert dat niet.",
            "The policy has no ground for this recipient and purpose. Consent does not repair that.",
        ),
        source="AVG 6",
    ),
    Reason(
        code="NO_ART9_EXCEPTION",
        text=Text(
            "Voor gegevens over gezondheid is een uitzondering of uitdrukkelijke toestemming van allen nodig.",
            "Data about health need an exception, or the explicit consent of all.",
        ),
        source="AVG 9; UAVG 22 en 30",
    ),
    Reason(
        code="NO_ART10_EXCEPTION",
        text=Text(
            "Voor strafrechtelijke gegevens is een uitzondering of toestemming van allen nodig.",
            "Criminal data need an exception, or the consent of all.",
        ),
        source="AVG 10; UAVG 31 tot en met 33",
    ),
    Reason(
        code="NOT_RECORDED_HERE",
        text=Text(
            "Dit zegt hier vastgelegd te zijn, maar staat niet in het eigen dossier. Vraag de afzender hoe dat kan.",
            "This claims to be recorded here, but is not in the own file. Ask the sender how that can be.",
        ),
        source="kgbx: preconditions never come from the message that is checked",
        stricter=True,
    ),
    Reason(
        code="RECORD_NOT_IN_VIEW",
        text=Text(
            "Dit verwijst naar iets dat niet meegaat, en is zonder dat niet te begrijpen.",
            "This refers to something that does not travel, and cannot be understood without it.",
        ),
        source="kgbx: a record travels whole or not at all",
        stricter=True,
    ),
    Reason(
        code="THIRD_PARTY",
        text=Text(
            "Hierin wordt een ander herkenbaar genoemd. Vraag diegene, laat het weg, of weeg waarom het niet schaadt.",
            "Another person can be recognised here. Ask that person, leave it out, or weigh why it does no harm.",
        ),
        source="Jeugdwet 7.3.11 lid 1; BW 7:457 lid 1",
    ),
)

REASONS: Mapping[str, Reason] = MappingProxyType({row.code: row for row in _ROWS})
"""Every reason, by code."""
