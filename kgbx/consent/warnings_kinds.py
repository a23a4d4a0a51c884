# SPDX-License-Identifier: EUPL-1.2
"""Every kind of warning about what is coming or overdue: what is so, what to do, and where that comes from.

Rules: a row has an id, both sentences and a source; where no law says it, the source says that it is ours. A sentence
names nobody and no place. Ids are never used again for something else.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from kgbx.messages import Text

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of warning.

    Attributes:
        id: Stable code.
        text: What is so on its day, and what to do.
        source: Article, or that it is ours.
    """

    id: str
    text: Text
    source: str


_BIRTHDAYS: Final = (
    Kind(
        id="TURNS_12",
        text=Text(
            "Dit kind wordt twaalf en beslist vanaf deze dag zelf mee over delen. Leg het uit en vraag wat het wil.",
            "This child turns twelve and decides along about sharing from this day. Explain it and ask what it wants.",
        ),
        source="Jeugdwet 7.3.15 lid 1; UAVG 5",
    ),
    Kind(
        id="TURNS_16",
        text=Text(
            "Deze jongere wordt zestien en beslist vanaf deze dag alleen over delen. Leg het uit en vraag het opnieuw.",
            "This youth turns sixteen and decides alone about sharing from this day. Explain it and ask again.",
        ),
        source="Jeugdwet 7.3.5, 7.3.15; UAVG 5",
    ),
    Kind(
        id="TURNS_18",
        text=Text(
            "Deze jongere wordt achttien. Gezag en kinderbeschermingsmaatregelen eindigen. Regel op tijd welke hulp "
            "doorgaat en vraag zelf toestemming.",
            "This youth turns eighteen. Parental authority and child protection measures end. Arrange in time which "
            "help goes on, and ask the youth for consent.",
        ),
        source="BW 1:233, 1:245; Jeugdwet 1.1",
    ),
    Kind(
        id="PERMIT_NOT_ENOUGH",
        text=Text(
            "Deze toestemming is vanaf deze dag niet meer genoeg. Vraag op tijd wie dan ook moet beslissen, of deel "
            "dan niet meer op grond hiervan.",
            "From this day this permit is no longer enough. Ask in time whoever must decide then too, or no longer "
            "share on it.",
        ),
        source="Jeugdwet 7.3.5, 7.3.11, 7.3.15; BW 1:245",
    ),
)

_ENDS: Final = (
    Kind(
        id="CONSENT_ENDS",
        text=Text(
            "Deze toestemming eindigt. Vraag haar op tijd opnieuw als delen nog nodig is.",
            "This permit ends. Ask for it again in time if sharing is still needed.",
        ),
        source="AVG 4 onder 11, 7",
    ),
    Kind(
        id="REFUSAL_ENDS",
        text=Text(
            "Deze weigering eindigt. Dat is geen toestemming: vraag of het nee nog geldt.",
            "This refusal ends. That is no permit: ask whether the no still stands.",
        ),
        source="AVG 4 onder 11; Jeugdwet 7.3.11 lid 1",
    ),
    Kind(
        id="GROUND_ENDS",
        text=Text(
            "Deze grondslag eindigt. Weeg opnieuw als delen nog nodig is; verlengen zonder weging kan niet.",
            "This legal ground ends. Weigh again if sharing is still needed; it cannot go on without.",
        ),
        source="AVG 5 lid 1 onder b; AVG 6",
    ),
    Kind(
        id="GROUND_TERM",
        text=Text(
            "Deze grondslag duurt langer dan het beleid toelaat, of heeft geen einde, en opent daarom niets. Leg een "
            "nieuwe vast met een einde.",
            "This legal ground lasts longer than the policy allows, or has no end, and so opens nothing. Record a new "
            "one with an end.",
        ),
        source="the policy (max_days)",
    ),
    Kind(
        id="GROUND_LOSES_MEASURE",
        text=Text(
            "De maatregel waarop deze grondslag rust, eindigt eerder dan de grondslag. Ga na of hij wordt verlengd; "
            "zo niet, dan opent de grondslag vanaf deze dag niets.",
            "The measure that this legal ground rests on ends before the ground does. Find out whether it is extended; "
            "if not, the ground opens nothing from this day.",
        ),
        source="Jeugdwet 7.3.11 lid 4; the policy (precondition)",
    ),
    Kind(
        id="WEIGHING_ENDS",
        text=Text(
            "Deze afweging over iemand die wordt genoemd eindigt. Weeg opnieuw als delen nog nodig is.",
            "This weighing about somebody who is mentioned ends. Weigh again if sharing is still needed.",
        ),
        source="Jeugdwet 7.3.11 lid 1",
    ),
    Kind(
        id="MEASURE_ENDS",
        text=Text(
            "Deze maatregel eindigt. Bespreek met het kind en de ouders wat daarna komt.",
            "This measure ends. Discuss with the child and the parents what comes next.",
        ),
        source="BW 1:258, 1:260, 1:265c",
    ),
    Kind(
        id="MEASURE_OVER",
        text=Text(
            "Deze maatregel staat als lopend in het dossier, maar de dag waarop hij eindigt is voorbij. Controleer "
            "het register of de beschikking.",
            "The case says that this measure is running, but the day on which it ends is past. Check the register or "
            "the decision of the court.",
        ),
        source="AVG 5 lid 1 onder d; BW 1:258",
    ),
    Kind(
        id="AUTHORITY_ENDS",
        text=Text(
            "Dit gezag eindigt. Controleer in het register wie vanaf deze dag beslist.",
            "This parental authority ends. Check in the register who decides from this day.",
        ),
        source="BW 1:245",
    ),
    Kind(
        id="PROTECTION_ENDS",
        text=Text(
            "Deze bescherming eindigt; daarna kan worden gedeeld wat nu geheim is. Beslis vooraf, met wie beschermd "
            "wordt, of zij moet doorgaan.",
            "This protection ends; after it may be shared what is secret now. Decide before, with who is protected, "
            "whether it must go on.",
        ),
        source="AVG 32; Wet BRP 2.59",
    ),
    Kind(
        id="RESTRICTION_ENDS",
        text=Text(
            "Deze beperking eindigt en het gegeven kan weer worden gebruikt. Laat dat vooraf weten aan wie erom vroeg.",
            "This restriction ends and the record may be used again. Tell whoever asked for it before.",
        ),
        source="AVG 18 lid 3",
    ),
    Kind(
        id="AGREEMENT_ENDS",
        text=Text(
            "Deze afspraak eindigt. Kijk samen of zij moet doorgaan.",
            "This agreement ends. Look together whether it must go on.",
        ),
        source="kgbx: what was agreed does not lapse unseen",
    ),
    Kind(
        id="OBJECTION_ENDS",
        text=Text(
            "Vanaf deze dag is bezwaar tegen dit besluit te laat. Vraag het gezin of het dat weet.",
            "From this day objection to this decision is too late. Ask the family whether it knows.",
        ),
        source="Awb 6:7",
    ),
    Kind(
        id="KEEP_UNTIL",
        text=Text(
            "Beloofd is dat dit gegeven op deze dag weg is. Kijk met 'kgbx expire' of dat kan.",
            "It was promised that this record is gone on this day. See with 'kgbx expire' whether it can be.",
        ),
        source="AVG 5 lid 1 onder e",
    ),
    Kind(
        id="POLICY_ENDS",
        text=Text(
            "Vanaf deze dag geldt een ander beleid. Kijk met 'kgbx policy diff' wat er verandert.",
            "From this day another policy is in force. See with 'kgbx policy diff' what changes.",
        ),
        source="the policy (valid_until)",
    ),
)

_TO_DO: Final = (
    Kind(
        id="EMERGENCY_NOT_SEEN",
        text=Text(
            "Er is in nood gedeeld en niemand anders dan wie besloot heeft meegekeken. Laat dat alsnog doen en leg het "
            "vast.",
            "Something was shared in an emergency and nobody but the decider looked at it. Have that done and record "
            "it.",
        ),
        source="the policy (second_person_within_hours); BPSW Beroepscode",
    ),
    Kind(
        id="EMERGENCY_NOT_TOLD",
        text=Text(
            "Er is in nood gedeeld en het gezin is niet ingelicht. Doe dat zodra het veilig kan en leg het vast.",
            "Something was shared in an emergency and the family was not told. Do so as soon as it is safe, and "
            "record it.",
        ),
        source="AVG 13, 14; UAVG 41; the policy (inform_within_hours)",
    ),
    Kind(
        id="GROUND_NOT_TOLD",
        text=Text(
            "Deze grondslag zegt dat het gezin niet is ingelicht en niet waarom. Licht het in, of leg de reden vast.",
            "This legal ground says that the family was not told and not why. Tell it, or record the reason.",
        ),
        source="AVG 13, 14; UAVG 41",
    ),
    Kind(
        id="INFORM_BY",
        text=Text(
            "Voor deze dag zou het gezin alsnog worden ingelicht over deze grondslag. Doe het, of leg vast waarom het "
            "nog niet kan.",
            "Before this day the family would be told of this legal ground after all. Do so, or record why not yet.",
        ),
        source="AVG 13, 14; UAVG 41",
    ),
    Kind(
        id="PERSON_NOT_TOLD",
        text=Text(
            "Iemand is hierover niet ingelicht. Kijk of het nu wel kan, en of dat veilig is.",
            "Somebody was not told of this. See whether it can be done now, and whether that is safe.",
        ),
        source="AVG 13, 14; Jeugdwet 7.3.2 lid 4",
    ),
    Kind(
        id="PERMIT_WITHOUT_PROOF",
        text=Text(
            "Van deze toestemming is geen bewijs nagegaan, dus zij opent niets. Vraag het bewijs aan wie haar "
            "vastlegde, of vraag zelf toestemming.",
            "No proof of this permit was verified, so it opens nothing. Ask for the proof where it was recorded, or "
            "ask for consent yourself.",
        ),
        source="AVG 7 lid 1",
    ),
    Kind(
        id="GROUND_WITHOUT_PROOF",
        text=Text(
            "Van deze grondslag is geen bewijs nagegaan, dus hij opent niets. Een grondslag van een ander opent hier "
            "nooit iets: weeg zelf, en leg een eigen grondslag vast als delen nodig is.",
            "No proof of this legal ground was verified, so it opens nothing. A ground of another never opens anything "
            "here: weigh it yourself, and record a ground of your own if sharing is needed.",
        ),
        source="AVG 5 lid 2",
    ),
    Kind(
        id="PROTECTION_WITHOUT_ALLOWED",
        text=Text(
            "Waar iemand is blijft hier geheim, en geen enkele organisatie mag het weten. Is dat zo bedoeld? Leg "
            "anders een bescherming vast met wie het mag weten.",
            "Where somebody is stays secret here, and no organisation may know it. Is that meant? If not, record a "
            "protection with who may know.",
        ),
        source="AVG 32; Wet BRP 2.59",
    ),
    Kind(
        id="CONFIDENCE_REVIEW",
        text=Text(
            "Op deze dag wordt bekeken of dit nog in vertrouwen moet blijven. Vraag eerst wie het vertelde.",
            "On this day it is looked at whether this must stay in confidence. Ask who told it first.",
        ),
        source="Jeugdwet 7.3.2 lid 4, 7.3.10",
    ),
    Kind(
        id="GROUND_REVIEW",
        text=Text(
            "Op deze dag wordt opnieuw naar deze grondslag gekeken. Is delen nog nodig?",
            "On this day this legal ground is looked at again. Is sharing still needed?",
        ),
        source="AVG 5 lid 2, 6",
    ),
    Kind(
        id="ASSESS_AGAIN",
        text=Text(
            "Voor deze dag wordt opnieuw beoordeeld hoe veilig het is. Zie het kind.",
            "Before this day it is judged again how safe it is. See the child.",
        ),
        source="kgbx: the day stands in the judgement itself (assess_again_by)",
    ),
    Kind(
        id="PLAN_LOOK_BACK",
        text=Text(
            "Op deze dag kijkt u samen met het gezin terug op dit plan. Leg daarna een nieuwe versie vast.",
            "On this day you look back at this plan together with the family. Record a new version after it.",
        ),
        source="kgbx: the day stands in the plan itself (evaluate_on)",
    ),
    Kind(
        id="AGREEMENT_LOOK_BACK",
        text=Text(
            "Op deze dag kijkt u samen terug op deze afspraak. Leg daarna een nieuwe versie vast.",
            "On this day you look back at this agreement together. Record a new version after it.",
        ),
        source="kgbx: the day stands in the agreement itself (evaluate_on)",
    ),
    Kind(
        id="CORRECTION_OPEN",
        text=Text(
            "Op deze dag vroeg iemand om een correctie en er is niet op beslist. Beslis binnen een maand en laat het "
            "weten.",
            "On this day somebody asked for a correction and nobody decided on it. Decide within a month and tell.",
        ),
        source="AVG 12 lid 3, 16",
    ),
    Kind(
        id="FIXED_CONTACT_ENDS",
        text=Text(
            "Dit vaste gezicht stopt en er is geen opvolger. Spreek met het gezin af wie het wordt, en stel die voor.",
            "This fixed contact ends and there is no successor. Agree with the family who it will be, and introduce "
            "them.",
        ),
        source="kgbx: the family always has somebody",
    ),
    Kind(
        id="WAITING_NORM",
        text=Text(
            "Vanaf deze dag duurt het wachten langer dan de norm. Bel de organisatie, vertel het gezin hoe het zit en "
            "kijk wat in de tussentijd kan.",
            "From this day the wait is longer than the norm. Call the organisation, tell the family how things stand "
            "and see what can be done in the meantime.",
        ),
        source="the norm that stands in the record (norm_source)",
    ),
    Kind(
        id="WAITING_PROMISE",
        text=Text(
            "Op deze dag zou de volgende stap er zijn; die staat niet in het dossier. Leg hem vast, of vertel het "
            "gezin wanneer wel.",
            "On this day the next step was promised; the case does not have it. Record it, or tell the family when.",
        ),
        source="kgbx: a promise about waiting is kept or renewed",
    ),
    Kind(
        id="WAITING_SAFETY",
        text=Text(
            "Het gezin wacht. Ga uiterlijk op deze dag opnieuw na of het veilig is.",
            "The family is waiting. See again on this day at the latest whether it is safe.",
        ),
        source="kgbx: what was agreed for the wait (safety_check_every_days)",
    ),
    Kind(
        id="HANDOVER_STUCK",
        text=Text(
            "Deze overdracht zou op deze dag verder zijn en is niet afgerond. Bel de ander en blijf er zelf tot het "
            "rond is.",
            "This handover should have moved on by this day and is not completed. Call the other one, and stay until "
            "it is.",
        ),
        source="kgbx: the family always has somebody; fourteen days for an answer are ours",
    ),
    Kind(
        id="HANDOVER_DECLINED",
        text=Text(
            "Deze overdracht is afgewezen en er is daarna niets gevraagd. Zoek een ander en vertel het gezin hoe het "
            "zit.",
            "This handover was declined and nothing was asked since. Find another, and tell the family how things "
            "stand.",
        ),
        source="kgbx: the family always has somebody",
    ),
)

KINDS: Final[Mapping[str, Kind]] = MappingProxyType({row.id: row for row in (*_BIRTHDAYS, *_ENDS, *_TO_DO)})
"""Every kind by id."""

DECIDERS_LEFT_OUT: Final = Text(
    "Niet iedereen die beslist wordt hier genoemd: voor iemand moet iets verborgen blijven. Overleg eerst over de "
    "veiligheid.",
    "Not everybody who decides is named here: something must stay hidden from somebody. Discuss safety first.",
)
"""Said where a decider is blocked in a protection, or something is kept from that person in confidence."""
