# SPDX-License-Identifier: EUPL-1.2
"""Plain words for a family, in Dutch and in English: what is kept, and codes whose labels are words of the trade.

Rules: words that somebody knows who left school early (B1), and that frighten nobody; one table, for every sheet.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kgbx.messages import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

KEPT: Final[Mapping[str, Text]] = {
    "organisations": Text("organisaties", "organisations"),
    "professionals": Text("medewerkers", "workers"),
    "persons": Text("naam en geboortedatum", "name and date of birth"),
    "same_person": Text("wie twee keer voorkomt", "who is there twice"),
    "identifiers": Text("nummers, zoals het BSN", "numbers, such as the BSN"),
    "addresses": Text("adressen", "addresses"),
    "contact_points": Text("telefoon en e-mail", "telephone and e-mail"),
    "relations": Text("wie familie is van wie", "who is family of whom"),
    "households": Text("wie bij elkaar wonen", "who live together"),
    "parental_authorities": Text("wie het gezag heeft", "who has parental authority"),
    "measures": Text("wat de rechter besloot", "what the court decided"),
    "involvements": Text("wie er helpen", "who help"),
    "statements": Text("wat er is verteld", "what was told"),
    "reactions": Text("wat iemand daarop zei", "what somebody said about it"),
    "reviews": Text("of het klopte bij nalezen", "whether it was right on reading"),
    "informings": Text("wat wij u lieten weten", "what we let you know"),
    "concerns": Text("zorgen", "worries"),
    "strengths": Text("wat goed gaat", "what goes well"),
    "safety_assessments": Text("hoe veilig het is", "how safe it is"),
    "analyses": Text("hoe het zo kan komen", "how it may have come about"),
    "plans": Text("plannen", "plans"),
    "goals": Text("wat het gezin wil bereiken", "what the family wants to reach"),
    "agreements": Text("afspraken", "agreements"),
    "reports": Text("meldingen", "reports"),
    "reporters": Text("wie iets meldde", "who reported something"),
    "decisions": Text("besluiten", "decisions"),
    "collaborations": Text("wie er samenwerken", "who work together"),
    "milestones": Text("stappen in de hulp", "steps in the help"),
    "documents": Text("brieven en andere papieren", "letters and other papers"),
    "links": Text("wat bij elkaar hoort", "what belongs together"),
    "consents": Text("ja of nee tegen delen", "yes or no to sharing"),
    "withdrawals": Text("wie een ja terugnam", "who took a yes back"),
    "legal_grounds": Text("waarom delen mocht van de wet", "why the law allowed sharing"),
    "third_party_weighings": Text("waarom een naam mee mocht", "why a name could go along"),
    "capacities": Text("of iemand zelf kan beslissen", "whether somebody can decide"),
    "protections": Text("wie wordt beschermd", "who is protected"),
    "confidences": Text("wat geheim moet blijven", "what must stay secret"),
    "restrictions": Text("wat wij nu niet gebruiken", "what we do not use now"),
    "erasures": Text("wat is gewist", "what was erased"),
}
"""What is kept, by type of record, in words that everybody knows."""

PLAIN: Final[Mapping[tuple[str, str], Text]] = {
    ("purpose", "safety"): Text("kijken of iedereen veilig is", "seeing that everybody is safe"),
    ("purpose", "investigation"): Text(
        "onderzoek door de Raad voor de Kinderbescherming", "an inquiry by the Child Protection Board"
    ),
    ("purpose", "protection"): Text("hulp die de rechter oplegde", "help that the court ordered"),
    ("purpose", "supervision"): Text("begeleiding na een straf", "guidance after a sentence"),
    ("purpose", "shelter"): Text("een veilige plek om te slapen", "a safe place to sleep"),
    ("purpose", "school_support"): Text("hulp op school", "help at school"),
    ("purpose", "debt_help"): Text("hulp bij schulden", "help with debts"),
    ("purpose", "allocation"): Text("de goede hulp zoeken", "finding the right help"),
    ("category", "bsn"): Text("het BSN", "the BSN"),
    ("category", "court_order"): Text(
        "gezag, en wat de rechter besloot", "parental authority, and what the court decided"
    ),
    ("category", "concern"): Text("zorgen", "worries"),
    ("category", "safety_plan"): Text("afspraken over veiligheid", "agreements about safety"),
    ("category", "note"): Text("een eigen notitie", "a note of a worker"),
    ("category", "disclosure_log"): Text("wie wat mocht weten, en waarom", "who could know what, and why"),
    ("consent_method", "signed_digital"): Text("met een handtekening op een scherm", "with a signature on a screen"),
    ("consent_method", "oral_witnessed"): Text("hardop, er was iemand bij", "aloud, with somebody there"),
    ("consent_method", "phone"): Text("aan de telefoon", "by telephone"),
    ("consent_method", "portal"): Text("op een website, ingelogd", "on a website, logged in"),
}
"""By code list and code; another code is called by its label."""

MEANS: Final[Mapping[tuple[str, str], Text]] = {
    # BW 1:255, 1:257
    ("measure_kind", "ondertoezichtstelling"): Text(
        "Dit betekent: iemand van de jeugdbescherming kijkt mee en helpt. De kinderrechter beslist daarover.",
        "This means: somebody of youth protection watches along and helps. The children's court decides about that.",
    ),
    ("measure_kind", "voorlopige_ondertoezichtstelling"): Text(
        "Dit betekent: iemand van de jeugdbescherming kijkt nu meteen mee en helpt. Later kijkt de kinderrechter er "
        "opnieuw naar.",
        "This means: somebody of youth protection watches along and helps right now. Later the children's court looks "
        "at it again.",
    ),
    # BW 1:241, 1:302
    ("measure_kind", "voogdij"): Text(
        "Dit betekent: een organisatie neemt de beslissingen die ouders anders nemen.",
        "This means: an organisation takes the decisions that parents take otherwise.",
    ),
    ("measure_kind", "voorlopige_voogdij"): Text(
        "Dit betekent: een organisatie neemt voor een tijd de beslissingen die ouders anders nemen.",
        "This means: for a time an organisation takes the decisions that parents take otherwise.",
    ),
    ("measure_kind", "tijdelijke_voogdij"): Text(
        "Dit betekent: een organisatie neemt voor een tijd de beslissingen die ouders anders nemen.",
        "This means: for a time an organisation takes the decisions that parents take otherwise.",
    ),
    # BW 1:265b
    ("measure_kind", "machtiging_uithuisplaatsing"): Text(
        "Dit betekent: een kind mag ergens anders wonen dan bij de ouders. De kinderrechter beslist daarover.",
        "This means: a child may live elsewhere than with the parents. The children's court decides about that.",
    ),
    # BW 1:263
    ("measure_kind", "schriftelijke_aanwijzing"): Text(
        "Dit betekent: de jeugdbescherming schrijft op wat iemand moet doen of laten.",
        "This means: youth protection writes down what somebody must do or must not do.",
    ),
    # BW 1:266, 1:268
    ("measure_kind", "gezagsbeeindiging"): Text(
        "Dit betekent: een ouder neemt niet meer de beslissingen over het kind. De rechter beslist daarover.",
        "This means: a parent no longer takes the decisions about the child. The court decides about that.",
    ),
    ("measure_kind", "schorsing_gezag"): Text(
        "Dit betekent: een ouder neemt voor een tijd niet de beslissingen over het kind. De rechter beslist daarover.",
        "This means: for a time a parent does not take the decisions about the child. The court decides about that.",
    ),
    # Wet tijdelijk huisverbod 2
    ("measure_kind", "tijdelijk_huisverbod"): Text(
        "Dit betekent: iemand mag een tijd niet in het huis komen.",
        "This means: for a time somebody may not come into the house.",
    ),
    # BW 1:240; Wmo 2015 4.1.1
    ("measure_kind", "raadsonderzoek"): Text(
        "Dit betekent: de Raad voor de Kinderbescherming kijkt wat een kind nodig heeft.",
        "This means: the Child Protection Board looks at what a child needs.",
    ),
    ("measure_kind", "onderzoek_veilig_thuis"): Text(
        "Dit betekent: Veilig Thuis kijkt of iedereen veilig is.",
        "This means: Veilig Thuis looks at whether everybody is safe.",
    ),
}
"""What a court or an authority calls its decision, explained, by code list and code."""
