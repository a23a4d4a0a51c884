# SPDX-License-Identifier: EUPL-1.2
"""What the story for the family says itself, in Dutch and in English: literal tables.

Rules: words that a child of twelve knows; short sentences; a minor is spoken to as one speaks to a child, with ``je``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kgbx.messages import Text
from kgbx.render.sheet import COMMON, COMMON_YOUNG

if TYPE_CHECKING:
    from collections.abc import Mapping

STORY: Final[Mapping[str, Text]] = {
    **COMMON,
    "title": Text("Uw verhaal, zoals wij het opschreven", "Your story, as we wrote it down"),
    "from": Text("van", "from"),
    "lead": Text(
        "Hier leest u wat u ons vertelde, en wat wij opschreven. Wat hier staat, hoeft u ons niet nog een keer te "
        "vertellen.",
        "Here you read what you told us, and what we wrote down. What is here you need not tell us again.",
    ),
    "contents": Text("Op dit blad", "On this page"),
    "subject": Text("U", "You"),
    "object": Text("u", "you"),
    "and": Text("en", "and"),
    "somebody": Text("iemand van wie hier geen naam staat", "somebody whose name is not here"),
    "some_org": Text("een organisatie van wie hier geen naam staat", "an organisation whose name is not here"),
    "us": Text("ons", "us"),
    "some_worker": Text("een medewerker", "a worker"),
    "own": Text("Wat u vertelde", "What you told"),
    "no_own": Text("Hier staat niets dat u zelf vertelde.", "There is nothing here that you told yourself."),
    "others": Text("Wat anderen vertelden", "What others told"),
    "no_others": Text("Hier staat niets dat anderen vertelden.", "There is nothing here that others told."),
    "told": Text("vertelde dit op", "told this on"),
    "was_told_to": Text("aan", "to"),
    "stands_in": Text("Dit staat in", "This is from"),
    "unnamed_teller": Text(
        "Wie dit vertelde, wil niet genoemd worden. Verteld op", "Who told this does not want to be named. Told on"
    ),
    "hearsay": Text("Die weet het van een ander.", "Who told it has it from somebody else."),
    "hearsay_self": Text("U weet dit van een ander.", "You have this from somebody else."),
    "about": Text("Dit gaat over", "This is about"),
    "own_language": Text("In de eigen taal", "In the own language"),
    "earlier": Text("Eerst stond hier", "First, this said"),
    "secret": Text("Dit is in vertrouwen. Wij zeggen het niet tegen", "This is in confidence. We do not tell it to"),
    "against": Text("Niet iedereen is het hiermee eens.", "Not everybody agrees with this."),
    "against_self": Text("U bent het hier niet mee eens.", "You do not agree with this."),
    "got": Text("Dit gaven wij door aan", "We passed this on to"),
    "number": Text("nummer", "number"),
    "notes": Text("Wat er verder is opgeschreven", "What else was written down"),
    "no_notes": Text("Hier is verder niets opgeschreven.", "Nothing else was written down here."),
    "written": Text("Opgeschreven door", "Written down by"),
    "step": Text("Stap", "Step"),
    "done": Text("gedaan", "done"),
    "since": Text("sinds", "since"),
    "until": Text("tot", "until"),
    "rest": Text("Wat wij ook bewaren", "What we keep too"),
    "rest_intro": Text(
        "Dit bewaren wij ook. Wilt u het lezen? Vraag het ons.", "We keep this too. Do you want to read it? Ask us."
    ),
    "no_rest": Text("Verder bewaren wij niets dat u kunt zien.", "We keep nothing else that you can see."),
    "col_number": Text("Hoe vaak", "How many"),
    "passed": Text("Wie kreeg wat, en waarom", "Who received what, and why"),
    "passed_intro": Text(
        "Wij gaven dit door aan anderen, zodat u het daar niet opnieuw hoeft te vertellen.",
        "We passed this on to others, so that you need not tell it there again.",
    ),
    "nothing_passed": Text("Er is niets doorgegeven dat u kunt zien.", "Nothing was passed on that you can see."),
    "no_list": Text(
        "Bij dit blad zit geen lijst van wie wat kreeg. Vraag ons erom.",
        "There is no list of who received what with this page. Ask us for it.",
    ),
    "about_whom": Text("over wie", "about whom"),
    "lacking": Text("Wat anderen misschien nog niet weten", "What others may not know yet"),
    "lacking_intro": Text(
        "Op dit blad staat niet dat zij dit van ons kregen. Niet iedereen hoeft alles te weten. Wilt u dat zij het "
        "weten? Zeg het ons, dan vertelt u het niet nog een keer.",
        "This page does not say that they received this from us. Not everybody needs to know everything. Do you want "
        "them to know? Tell us, and you need not tell it again.",
    ),
    "lacks_all": Text("nog niets van wat hierboven is verteld.", "nothing yet of what was told above."),
    "lacks_none": Text("alles wat hierboven is verteld, is daar bekend.", "all that was told above is known there."),
    "lacks": Text("nog niet", "not yet"),
    "up_to": Text("tot en met", "to"),
    "nobody_else": Text("Er staat hier niemand anders die u helpt.", "There is nobody else here who helps you."),
    "choices": Text("Waar u ja of nee op zei", "What you said yes or no to"),
    "no_choices": Text(
        "Er staat hier geen ja of nee van u over delen.", "There is no yes or no of yours about sharing here."
    ),
    "permit": Text("U zei ja", "You said yes"),
    "refuse": Text("U zei nee", "You said no"),
    "permit_whom": Text("wie het krijgt", "who gets it"),
    "refuse_whom": Text("wie het niet krijgt", "who does not get it"),
    "everybody": Text("iedereen", "everybody"),
    "everything": Text("alles", "everything"),
    "anything": Text("alles", "everything"),
    "do": Text("Wat u kunt doen", "What you can do"),
    "do_add": Text("Wilt u iets toevoegen?", "Do you want to add something?"),
    "do_add_how": Text(
        "Zeg het tegen ons. Wij schrijven het op in uw eigen woorden, en u leest het na.",
        "Tell us. We write it down in your own words, and you read it over.",
    ),
    "do_disagree": Text("Bent u het ergens niet mee eens?", "Do you disagree with something?"),
    "do_disagree_how": Text(
        "Zeg bij welk nummer. Uw woorden komen erbij te staan. Zij gaan mee als wij het doorgeven.",
        "Say at which number. Your words will stand beside it. They go along when we pass it on.",
    ),
    "do_wrong": Text("Klopt er iets niet, of moet er iets weg?", "Is something wrong, or must something go?"),
    "do_wrong_how": Text(
        "Vraag het ons. Wij verbeteren het of halen het weg. Kan dat niet, dan leggen wij uit waarom.",
        "Ask us. We correct it or remove it. If that cannot be done, we explain why.",
    ),
    "do_withdraw": Text("Wilt u een ja terugnemen?", "Do you want to take a yes back?"),
    "do_withdraw_how": Text(
        "Dat mag altijd. U hoeft niets in te vullen en niet te zeggen waarom. Vanaf dan delen wij het niet meer, "
        "behalve als de wet zegt dat het moet of mag. Wat al gedeeld is, kunnen wij niet terughalen.",
        "You always may. There is nothing to fill in and you need not say why. From then on we no longer share it, "
        "unless the law says that we must or may. What was shared already we cannot take back.",
    ),
    "do_ask": Text("Bij wie?", "Whom?"),
    "do_ask_whom": Text("Praat met", "Talk with"),
    "end": Text(
        "Dit blad laat zien wat u mag zien. Soms mag iets niet op papier, om u of een ander te beschermen. Wilt u een "
        "lijst van alles wat wij over u bewaren? Vraag ons om het overzicht. Bent u het niet eens met wat wij doen? "
        "Dan kunt u klagen bij ons, bij de Autoriteit Persoonsgegevens of bij de rechter.",
        "This page shows what you may see. Sometimes something may not be on paper, to protect you or another. Do you "
        "want a list of all that we keep about you? Ask us for the overview. Do you disagree with what we do? Then you "
        "can complain to us, to the data protection authority or to a court.",
    ),
}
"""Sentences of the story."""

YOUNG: Final[Mapping[str, str]] = {
    **COMMON_YOUNG,
    "title": "Jouw verhaal, zoals wij het opschreven",
    "lead": "Hier lees je wat je ons vertelde, en wat wij opschreven. Wat hier staat, hoef je ons niet nog een keer te "
    "vertellen.",
    "subject": "Jij",
    "object": "jou",
    "own": "Wat jij vertelde",
    "no_own": "Hier staat niets dat je zelf vertelde.",
    "hearsay_self": "Jij weet dit van een ander.",
    "against_self": "Jij bent het hier niet mee eens.",
    "rest_intro": "Dit bewaren wij ook. Wil je het lezen? Vraag het ons.",
    "no_rest": "Verder bewaren wij niets dat je kunt zien.",
    "passed_intro": "Wij gaven dit door aan anderen, zodat je het daar niet opnieuw hoeft te vertellen.",
    "nothing_passed": "Er is niets doorgegeven dat je kunt zien.",
    "lacking_intro": "Op dit blad staat niet dat zij dit van ons kregen. Niet iedereen hoeft alles te weten. Wil je "
    "dat zij het weten? Zeg het ons, dan vertel je het niet nog een keer.",
    "nobody_else": "Er staat hier niemand anders die je helpt.",
    "choices": "Waar jij ja of nee op zei",
    "no_choices": "Er staat hier geen ja of nee van jou over delen.",
    "permit": "Jij zei ja",
    "refuse": "Jij zei nee",
    "do": "Wat je kunt doen",
    "do_add": "Wil je iets toevoegen?",
    "do_add_how": "Zeg het tegen ons. Wij schrijven het op in jouw eigen woorden, en jij leest het na.",
    "do_disagree": "Ben je het ergens niet mee eens?",
    "do_disagree_how": "Zeg bij welk nummer. Jouw woorden komen erbij te staan. Zij gaan mee als wij het doorgeven.",
    "do_withdraw": "Wil je een ja terugnemen?",
    "do_withdraw_how": "Dat mag altijd. Je hoeft niets in te vullen en niet te zeggen waarom. Vanaf dan delen wij het "
    "niet meer, behalve als de wet zegt dat het moet of mag. Wat al gedeeld is, kunnen wij niet terughalen.",
    "end": "Dit blad laat zien wat je mag zien. Soms mag iets niet op papier, om jou of een ander te beschermen. Wil "
    "je een lijst van alles wat wij over je bewaren? Vraag ons om het overzicht. Ben je het niet eens met wat wij "
    "doen? Dan kun je klagen bij ons, bij de Autoriteit Persoonsgegevens of bij de rechter.",
}
"""What is said otherwise, in Dutch, to somebody under eighteen."""

SAID: Final[Mapping[tuple[str, str], Text]] = {
    ("reaction_kind", "eens"): Text("dit klopt.", "this is right."),
    ("reaction_kind", "deels_eens"): Text("een deel klopt.", "part of this is right."),
    ("reaction_kind", "oneens"): Text("dit klopt niet.", "this is not right."),
    ("reaction_kind", "aanvulling"): Text("dit moet erbij.", "this must be added."),
    ("reaction_kind", "correctie_feit"): Text("zo is het niet gegaan.", "it did not happen so."),
    ("reaction_kind", "intrekking"): Text("ik neem dit terug.", "I take this back."),
    ("reaction_kind", "eigen_verklaring"): Text("dit is mijn verhaal.", "this is my story."),
    ("review_verdict", "akkoord"): Text("gelezen, en het klopt.", "read, and it is right."),
    ("review_verdict", "akkoord_met_aanvulling"): Text(
        "gelezen, en er moet iets bij.", "read, and something must be added."
    ),
    ("review_verdict", "niet_akkoord"): Text("gelezen, en het klopt niet.", "read, and it is not right."),
    ("review_verdict", "kon_niet"): Text("ik kon dit niet lezen.", "I could not read this."),
    ("review_verdict", "wilde_niet"): Text("ik wilde dit niet lezen.", "I did not want to read this."),
    ("reaction_outcome", "accepted"): Text("Wij hebben het veranderd.", "We changed it."),
    ("reaction_outcome", "noted"): Text("Wij hebben het erbij gezet.", "We put it beside it."),
    ("reaction_outcome", "rejected"): Text("Wij hebben het niet veranderd.", "We did not change it."),
    ("agreed", "ja"): Text("ja.", "yes."),
    ("agreed", "deels"): Text("voor een deel.", "in part."),
    ("agreed", "nee"): Text("nee.", "no."),
    ("agreed", "niet_gevraagd"): Text("nog niet gevraagd.", "not asked yet."),
    ("seen_by_family", "ja"): Text("dit zie ik ook.", "I see this too."),
    ("seen_by_family", "deels"): Text("een deel hiervan zie ik ook.", "I see part of this too."),
    ("seen_by_family", "nee"): Text("zo zie ik het niet.", "I do not see it so."),
    ("safety_level", "acuut_onveilig"): Text("Nu niet veilig.", "Not safe now."),
    ("safety_level", "structureel_onveilig"): Text("Al lang niet veilig.", "Not safe for a long time."),
    ("safety_level", "zorgen_geen_onveiligheid"): Text(
        "Er zijn zorgen, maar het is niet onveilig.", "There are worries, but it is not unsafe."
    ),
    ("safety_level", "veilig_genoeg"): Text("Veilig genoeg.", "Safe enough."),
    ("safety_level", "onbekend"): Text("Dat weten wij nog niet.", "We do not know yet."),
}
"""What somebody said about what was written, or what we found, by code list and code."""

HEADINGS: Final[Mapping[str, Text]] = {
    "involvements": Text("Wie er helpen", "Who help"),
    "agreements": Text("Afspraken", "Agreements"),
    "goals": Text("Wat iemand wil bereiken", "What somebody wants to reach"),
    "plans": Text("Plannen", "Plans"),
    "strengths": Text("Wat goed gaat", "What goes well"),
    "concerns": Text("Zorgen", "Worries"),
    "safety_assessments": Text("Hoe veilig het is", "How safe it is"),
    "analyses": Text("Hoe het zo kan komen", "How it may have come about"),
    "measures": Text("Wat de rechter besloot, en onderzoek", "What the court decided, and inquiries"),
    "decisions": Text("Besluiten", "Decisions"),
    "documents": Text("Brieven en andere papieren", "Letters and other papers"),
}
"""What is told in its own words besides statements, in the order of the page."""
