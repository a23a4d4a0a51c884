# SPDX-License-Identifier: EUPL-1.2
"""What the page says itself, in Dutch and in English: a literal table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kgbx.messages import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kgbx.messages import Language

MONTHS: Final[Mapping[Language, tuple[str, ...]]] = {
    "nl": (
        *("januari", "februari", "maart", "april", "mei", "juni"),
        *("juli", "augustus", "september", "oktober", "november", "december"),
    ),
    "en": (
        *("January", "February", "March", "April", "May", "June"),
        *("July", "August", "September", "October", "November", "December"),
    ),
}

PAGE: Final[Mapping[str, Text]] = {
    "and": Text("en", "and"),
    "from": Text("Van", "From"),
    "question": Text("Vraag", "Question"),
    "last": Text("laatst verteld", "last told"),
    "last_told": Text("laatst besproken op", "last spoken of on"),
    "title": Text("Gezinsdossier", "Family case"),
    "for": Text("voor", "for"),
    "made_up": Text("Alles op deze bladzijde is verzonnen.", "Everything on this page is made up."),
    "explanations": Text("Mogelijke verklaringen", "Possible explanations"),
    "look_out": Text("Let op", "Take care"),
    "never_know": Text("mag nooit weten waar", "must never know where"),
    "stays": Text("verblijft", "is staying"),
    "glance": Text("In het kort", "At a glance"),
    "fixed_contact": Text("Vast gezicht", "Fixed contact"),
    "no_fixed_contact": Text("Nog niet bekend", "Not known yet"),
    "deputy": Text("vervanger", "stands in"),
    "safety_now": Text("Veiligheid", "Safety"),
    "no_safety": Text("Nog geen beoordeling", "No assessment yet"),
    "told_once": Text("Al verteld", "Told already"),
    "told_count": Text("keer hoeft het gezin niet opnieuw te vertellen", "things the family need not tell again"),
    "still_count": Text("nog te vragen", "still to ask"),
    "people": Text("Over wie gaat het", "Who this is about"),
    "family": Text("Gezin", "Family"),
    "network": Text("Om hen heen", "Around them"),
    "years": Text("jaar", "years old"),
    "born": Text("geboren", "born"),
    "expected": Text("verwacht", "expected"),
    "died": Text("overleden", "died"),
    "authority": Text("Gezag", "Parental authority"),
    "speaks": Text("Taal", "Language"),
    "interpreter": Text("Tolk", "Interpreter"),
    "reach": Text("Bereikbaar", "Reached by"),
    "lives": Text("Adres", "Address"),
    "home": Text("Woont met", "Lives with"),
    "identifier": Text("Nummer", "Number"),
    "unsafe": Text("niet veilig om te gebruiken", "not safe to use"),
    "safe": Text("veilig", "safe"),
    "secret_place": Text("geheim adres", "secret address"),
    "since": Text("sinds", "since"),
    "until": Text("tot", "until"),
    "children_say": Text("Wat de kinderen zeggen", "What the children say"),
    "safety": Text("Veiligheid en afspraken", "Safety and agreements"),
    "agreements": Text("Afspraken", "Agreements"),
    "measures": Text("Maatregelen en besluiten", "Measures and decisions"),
    "assessments": Text("Beoordeling", "Assessment"),
    "about_safety": Text("Wat er over veiligheid is verteld", "What was told about safety"),
    "seen": Text("kind gezien", "child seen"),
    "seen_alone": Text("kind alleen gezien", "child seen alone"),
    "again_by": Text("opnieuw beoordelen voor", "assess again before"),
    "look_back": Text("samen terugkijken op", "look back together on"),
    "breach": Text("Lukt het niet:", "If it does not work:"),
    "wishes": Text("Wat het gezin wil bereiken", "What the family wants to reach"),
    "plan": Text("Plan", "Plan"),
    "made_with": Text("gemaakt met", "made with"),
    "target": Text("streefdatum", "target date"),
    "mark": Text("gaf een", "gave a"),
    "done": Text("gedaan", "done"),
    "story": Text("Het verhaal", "The story"),
    "facts": Text("Wat er is gebeurd en gezien", "What happened and was seen"),
    "opinions": Text("Wat mensen vinden, voelen en willen", "What people think, feel and want"),
    "nothing": Text("Hierover staat niets in dit dossier.", "This case holds nothing about this."),
    "worries": Text("Zorgen en krachten", "Worries and strengths"),
    "worry": Text("Zorg", "Worry"),
    "strength": Text("Kracht", "Strength"),
    "sees": Text("ziet dit", "sees this"),
    "around": Text("Wie er om het gezin heen staan", "Who is around the family"),
    "withheld": Text(
        "Alleen voor de afzender: bekend, maar dit mag niet mee", "For the sender only: known, but it may not travel"
    ),
    "to_ask": Text("Nog te vragen, en aan wie", "Still to ask, and of whom"),
    "ask_intro": Text(
        "Alleen dit is nog niet bekend. De rest is al verteld; vraag het niet opnieuw.",
        "Only this is not known yet. The rest was told already; do not ask it again.",
    ),
    "ask": Text("vraag het aan", "ask"),
    "or": Text("of", "or"),
    "through": Text("in eigen woorden, via", "in the own words, through"),
    "about": Text("over", "about"),
    "about_all": Text("het gezin", "the family"),
    "if_changed": Text("vraag alleen of er iets veranderd is", "ask only whether something changed"),
    "again": Text("mag opnieuw worden gevraagd", "may be asked again"),
    "nothing_to_ask": Text(
        "Er is niets meer dat u het gezin hoeft te vragen.", "There is nothing left to ask the family."
    ),
    "find_out": Text("Zoek zelf op", "Find out yourself"),
    "find_intro": Text(
        "Dit vraagt u niet aan het gezin: het staat in een register, of een collega weet het.",
        "Do not ask the family this: it is in a register, or a colleague knows it.",
    ),
    "known": Text("Al verteld, dus niet opnieuw vragen", "Told already, so do not ask again"),
    "not_agreed": Text("niet iedereen is het eens", "not everybody agrees"),
    "told_by": Text("verteld door", "told by"),
    "told_to": Text("verteld aan", "told to"),
    "written_by": Text("opgeschreven door", "written down by"),
    "from_register": Text("uit register", "from register"),
    "anonymous": Text("iemand die niet genoemd wil worden", "somebody who does not want to be named"),
    "somebody": Text("iemand van wie hier geen naam staat", "somebody whose name is not here"),
    "hearsay": Text("van horen zeggen", "hearsay"),
    "agreed": Text("leest dit en is het ermee eens:", "read this and agrees:"),
    "says": Text("zegt hierover", "says about this"),
    "disagrees": Text("is het er niet mee eens", "disagrees"),
    "dispute": Text("Hierover bestaat verschil van mening.", "People disagree about this."),
    "in_confidence": Text(
        "In vertrouwen verteld. Bespreek dit niet met", "Told in confidence. Do not discuss this with"
    ),
    "earlier": Text("Eerder stond hier", "Before, this said"),
    "original": Text("In de eigen taal", "In the own language"),
    "outcome": Text("Wat ermee is gedaan", "What was done with it"),
    "also": Text("Ook in dit dossier", "Also in this case"),
    "documents": Text("Documenten", "Documents"),
    "waiting": Text("Hulp en wachten", "Help and waiting"),
    "working": Text("Samenwerking", "Working together"),
    "reports": Text("Meldingen", "Reports"),
    "from_to": Text("Van", "From"),
    "to": Text("aan", "to"),
    "provenance": Text("Ondertekend en versleuteld verzonden door", "Signed, and sent encrypted, by"),
    "provenance_end": Text(
        "De handtekening is bij het openen gecontroleerd. Bij elke uitspraak staat wie haar heeft gedaan en wie haar "
        "heeft opgeschreven.",
        "The signature was verified when this was opened. Each statement says who made it and who wrote it down.",
    ),
    "recorded_by": Text("vastgelegd door", "recorded by"),
}
"""Texts by key."""
