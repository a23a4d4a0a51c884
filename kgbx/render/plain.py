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
    "persons": Text("personen", "people"),
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
