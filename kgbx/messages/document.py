# SPDX-License-Identifier: EUPL-1.2
"""Problems of a document: before parsing, in its shape, as a whole. Rules have ids KGBX-R-nnn and a table of their own."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from kgbx.messages.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

DOCUMENT: Mapping[str, Text] = MappingProxyType(
    {
        "D_INVALID": Text(
            "Het document is niet geldig; de problemen staan in de lijst. Verbeter ze en probeer het opnieuw.",
            "The document is not valid; its problems are in the list. Correct them and try again.",
        ),
        "D_SIZE": Text(
            "Het document is groter dan 32 MiB. Stuur grote bestanden mee als bijlage, niet in het dossier.",
            "The document is larger than 32 MiB. Send large files as attachments, not inside the case.",
        ),
        "D_VALUES": Text(
            "Het document heeft meer dan 2.000.000 waarden. Een gezinsdossier heeft er nooit zo veel: kijk wat het bestand maakte.",
            "The document has more than 2,000,000 values. A family case never does: look at what produced the file.",
        ),
        "D_MANY": Text(
            "Er zijn meer problemen dan hier staan: dit zijn er 1000. Verbeter deze en kijk het dossier opnieuw na.",
            "There are more problems than are told here: these are 1000. Correct them and check the case again.",
        ),
        "D_ENCODING": Text(
            "Het document is geen UTF-8. Bewaar het opnieuw als UTF-8.",
            "The document is not UTF-8. Save it again as UTF-8.",
        ),
        "D_BOM": Text(
            "Het document begint met een byte order mark. Bewaar het als UTF-8 zonder BOM.",
            "The document starts with a byte order mark. Save it as UTF-8 without BOM.",
        ),
        "D_JSON": Text(
            "Dit is geen volledige JSON. Kijk of het bestand helemaal is aangekomen en of het JSON is.",
            "This is not complete JSON. Check that the file arrived whole and that it is JSON.",
        ),
        "D_DEPTH": Text(
            "De haken zijn dieper genest dan 64 niveaus. Een gezinsdossier is nooit zo diep: kijk wat het bestand maakte.",
            "The brackets nest deeper than 64 levels. A family case never does: look at what produced the file.",
        ),
        "D_DUPLICATE_MEMBER": Text(
            "In dit object staat dezelfde naam twee keer. Haal er een weg; kgbx kiest niet.",
            "This object has the same member name twice. Remove one; kgbx does not choose.",
        ),
        "D_NUMBER": Text(
            "Hier staat een getal dat JSON niet veilig kan dragen (NaN, oneindig of groter dan 2^53-1). Gebruik een tekst.",
            "A number here cannot travel safely in JSON (NaN, infinite, or beyond 2^53-1). Use a string.",
        ),
        "D_SURROGATE": Text(
            "Een tekst bevat een half teken (een los surrogaat). Kijk wat het bestand maakte en schrijf het teken voluit.",
            "A string holds half a character (a lone surrogate). Look at what produced the file; write the character whole.",
        ),
        "D_VERSION": Text(
            "Deze versie van het schema kent kgbx niet. Werk kgbx bij, of vraag de afzender om een bekende versie.",
            "This schema version is not known to kgbx. Update kgbx, or ask the sender for a version it knows.",
        ),
        "D_TYPE": Text(
            "Hier staat een waarde van de verkeerde soort. Kijk in het schema wat hier hoort.",
            "The value here is of the wrong type. Look in the schema for what belongs here.",
        ),
        "D_MISSING": Text(
            "Dit verplichte veld ontbreekt. Vul het in.",
            "This required member is missing. Add it.",
        ),
        "D_UNKNOWN_MEMBER": Text(
            "In dit object staat een naam die het schema niet kent. Haal hem weg, verbeter de spelling, of gebruik extensions.",
            "This object has a member that the schema does not know. Remove it, correct its spelling, or use extensions.",
        ),
        "D_CODE": Text(
            "Deze code staat niet in de codelijst van dit veld. Kies er een die er wel in staat.",
            "This code is not in the code list of this member. Choose one that is.",
        ),
        "D_FORMAT": Text(
            "Deze tekst heeft niet de vorm die het veld vraagt. Kijk in het schema naar de vorm.",
            "This string does not have the form that the member asks for. Look in the schema for the form.",
        ),
        "D_LENGTH": Text(
            "Dit is te kort of te lang. Kijk in het schema naar de grens.",
            "This is too short or too long. Look in the schema for the limit.",
        ),
        "D_RANGE": Text(
            "Dit getal valt buiten de grenzen. Kijk in het schema naar de grens.",
            "This number is out of range. Look in the schema for the limit.",
        ),
        "D_SCHEMA": Text(
            "Dit is hier geen JSON Schema 2020-12. Kijk op deze plaats wat het sleutelwoord vraagt en of de verwijzing klopt.",
            "This is not JSON Schema 2020-12 here. See what the keyword asks at this place and where the reference leads.",
        ),
        "D_NO_HOME": Text(
            "Dit is niet over te nemen zonder dat de betekenis verandert. Haal het weg als dat mag. Een toestemming zegt voor "
            "wie, waarvoor en wat: vul aan wat daarvan ontbreekt.",
            "This cannot be carried over without a change of meaning. Remove it if you may. A permit says for whom, for "
            "what and of what: add what is missing of these.",
        ),
        "D_REFERENCE": Text(
            "Dit verwijst naar iets dat er niet is. Voeg het toe, of verbeter het id.",
            "This refers to something that is not here. Add it, or correct the id.",
        ),
        "D_STEP_SENDER": Text(
            "Deze stap van de overdracht is niet aan de organisatie die hem stuurde. Er is niets veranderd; neem contact op.",
            "This step of the handover is not for the organisation that sent it. Nothing was changed; contact them.",
        ),
        "D_STEP_EARLY": Text(
            "Er ontbreekt een eerdere stap van deze overdracht. Er is niets veranderd; vraag de afzender alles nog eens te "
            "sturen.",
            "An earlier step of this handover is missing. Nothing was changed; ask the sender to send everything again.",
        ),
        "D_STEP_ORDER": Text(
            "Deze stap kan niet volgen op wat van de overdracht bekend is, of mist een reden. Er is niets veranderd; neem "
            "contact op.",
            "This step cannot follow what is known of the handover, or gives no reason. Nothing was changed; contact them.",
        ),
        "D_STEP_TYPE": Text(
            "De laatste stap in dit bericht hoort in een ander soort bericht. Er is niets veranderd; neem contact op.",
            "The last step in this message belongs in another type of message. Nothing was changed; contact them.",
        ),
        "D_HANDOVER": Text(
            "Van deze overdracht is hier niets bekend. Er is niets veranderd; vraag de afzender om het aanbod.",
            "Nothing is known here of this handover. Nothing was changed; ask the sender for the offer.",
        ),
        "D_HANDOVER_PERSONS": Text(
            "Dit gaat over andere personen dan de overdracht. Er is niets veranderd; vraag de afzender wie er bedoeld zijn.",
            "This is about other persons than the handover. Nothing was changed; ask the sender who is meant.",
        ),
        "D_PLACE": Text(
            "Deze woorden verraden waar iemand is die beschermd wordt. Schrijf het anders.",
            "These words give away where somebody is who is protected. Write it differently.",
        ),
        "D_OFFER_LACKS": Text(
            "Zonder dit wordt een gezin niet overgedragen, en het gaat niet mee. Leg het vast, of zeg dat het er niet is.",
            "A family is not handed over without this, and it does not go along. Record it, or say that there is none.",
        ),
        "D_OFFER_NONE": Text(
            "Hiervan kan niemand zeggen dat het er niet is, of het staat in het dossier. Haal het uit de lijst.",
            "Of this nobody can say that there is none, or the case holds it. Take it from the list.",
        ),
        "D_FIXED_CONTACT": Text(
            "Dit zegt niet goed wie vanaf de overdracht het vaste gezicht is. Er is niets veranderd; vraag de ander om een "
            "mens van die organisatie, vanaf de dag van de overdracht.",
            "This does not say rightly who is the fixed contact from the handover on. Nothing was changed; ask the other "
            "for a human being of that organisation, from the day of the handover.",
        ),
        "D_CONSULT": Text(
            "Dit is geen vraag om advies van deze afzender aan deze organisatie, of geen antwoord op een vraag van u. Er is "
            "niets veranderd; neem contact op.",
            "This is no question for advice of this sender to this organisation, or no answer to one of yours. Nothing was "
            "changed; contact them.",
        ),
        "D_CORRECTION": Text(
            "Deze verbetering is niet van wie het vastlegde, of verbetert niets. Er is niets veranderd; vraag de afzender.",
            "This correction is not of who recorded it, or corrects nothing. Nothing was changed; ask the sender.",
        ),
        "D_ALTERED": Text(
            "Een gegeven is niet zoals de opsteller het ondertekende. Neem niets over en vraag de afzender en de opsteller "
            "hoe dat kan.",
            "A record is not as the organisation that recorded it signed it. Take nothing over, and ask the sender and that "
            "organisation how that can be.",
        ),
        "D_CONFLICT": Text(
            "Twee gegevens hebben hetzelfde id maar niet dezelfde inhoud. Bewaar beide en vraag de opstellers welke klopt.",
            "Two records have the same id but not the same content. Keep both and ask those who recorded them.",
        ),
        "D_LOG_EMPTY": Text(
            "In dit logboek staat niets dat te lezen is. Zoek het goede bestand, of een kopie ervan.",
            "Nothing that can be read stands in this log. Look for the right file, or a copy of it.",
        ),
        "D_LOG_TORN": Text(
            "Deze regel is afgebroken: het schrijven is misgegaan, of de regel is beschadigd. Zoek uit wat toen is gedeeld.",
            "This line is torn: writing went wrong, or the line was damaged. Find out what was shared then.",
        ),
        "D_LOG_CHANGED": Text(
            "Deze regel is niet zoals hij is geschreven: er is iets veranderd of weggehaald. Vergelijk met een kopie.",
            "This line is not as it was written: something was changed or taken out. Compare it with a copy.",
        ),
        "D_LOG_BREAK": Text(
            "Deze regel volgt niet op de regel ervoor: regels zijn weg, verplaatst, verdubbeld of veranderd. Vergelijk met een kopie.",
            "This line does not follow the one before it: lines are gone, moved, doubled or changed. Compare it with a copy.",
        ),
        "D_LOG_CUT": Text(
            "De laatste regels van dit logboek zijn weg: het bestand .last ernaast noemt een regel die er niet is. Zoek een kopie.",
            "The last lines of this log are gone: the file .last beside it names a line that is not here. Look for a copy.",
        ),
        "D_EXCLUDED": Text(
            "Dit vraagprofiel vraagt wat het beleid deze functie niet laat weten. Haal het weg.",
            "This need profile asks for what the policy keeps from this function. Remove it.",
        ),
        "D_TRACE": Text(
            "Hier staat iets dat naar het gezin kan leiden. Haal het weg of schrijf het anders.",
            "Something here may lead to the family. Take it out or write it differently.",
        ),
        "D_ERASED": Text(
            "Dit gegeven is gewist en komt niet terug. Leg zo nodig een nieuw gegeven vast, met een nieuw id.",
            "This record was erased and does not come back. If need be, record a new one, with a new id.",
        ),
        "D_SYNTHETIC": Text(
            "Verzonnen en echte gegevens mogen niet samen. Houd test en praktijk apart.",
            "Made-up and real data never go together. Keep test and production apart.",
        ),
    }
)
