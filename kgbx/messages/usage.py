# SPDX-License-Identifier: EUPL-1.2
"""What the caller asked that cannot be done, and what the machine refused."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from kgbx.messages.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

USAGE: Mapping[str, Text] = MappingProxyType(
    {
        "U_ARGUMENT": Text(
            "Zo kan deze opdracht niet worden uitgevoerd. Kijk bij --help of in de documentatie van de functie.",
            "This cannot be done with these arguments. See --help or the documentation of the function.",
        ),
        "U_MOMENT": Text(
            "Een moment moet een tijdzone hebben. Geef een datetime met UTC, of een tekst als 2026-03-01T10:00:00Z.",
            "A moment needs a time zone. Give an aware datetime in UTC, or a text like 2026-03-01T10:00:00Z.",
        ),
        "U_NOT_DURABLE": Text(
            "Wat deze verbinding met de database vastlegt, kan bij stroomuitval verloren gaan. Roep eerst prepare() aan.",
            "What this connection to the database commits can be lost when the power fails. Call prepare() first.",
        ),
        "U_PROFILE": Text(
            "Voor deze functie en gelegenheid is er geen informatiebehoefte. Bekijk met 'kgbx needs' welke er zijn.",
            "There is no need profile for this function and occasion. See with 'kgbx needs' which there are.",
        ),
        "U_CODE_LIST": Text(
            "Deze codelijst bestaat niet. Bekijk met 'kgbx codes' welke er zijn.",
            "There is no such code list. See with 'kgbx codes' which there are.",
        ),
        "U_CODE": Text(
            "Deze code staat niet in de codelijst. Bekijk met 'kgbx codes LIJST' welke er zijn.",
            "This code is not in the code list. See with 'kgbx codes LIST' which there are.",
        ),
        "U_RULE": Text(
            "Deze regel bestaat niet. Bekijk met 'kgbx rules' welke er zijn.",
            "There is no such rule. See with 'kgbx rules' which there are.",
        ),
        "U_SYSTEM": Text(
            "Dit officiële stelsel van codes is niet bekend. Bekijk met 'kgbx codes' onder OFFICIEEL welke er zijn.",
            "This official system of codes is not known. See with 'kgbx codes', under OFFICIAL, which there are.",
        ),
        "U_OFFICIAL": Text(
            "Hier hoort in dit stelsel of deze versie geen code bij. Kies zelf een code en leg vast wat er stond.",
            "This has no counterpart in this system or version. Choose a code yourself and keep what was said.",
        ),
        "U_OFFICIAL_SEVERAL": Text(
            "Deze officiële code kan meer dan een ding betekenen. Kies uit de mogelijke lezingen (readings).",
            "This official code can mean more than one thing. Choose one of its readings.",
        ),
        "U_MIGRATION": Text(
            "Van dit stelsel is niet bekend welke codes zijn vervangen. Kijk in docs/reference/codes.md.",
            "It is not known which codes of this system were superseded. See docs/reference/codes.md.",
        ),
        "U_NOT_EMPTY": Text(
            "De map is niet leeg. Kies een lege map: kgbx overschrijft niets.",
            "The folder is not empty. Choose an empty one: kgbx overwrites nothing.",
        ),
        "U_FOLDER": Text(
            "Meer dan een gezin past niet op stdout. Noem met --out een map.",
            "More than one family does not fit on stdout. Name a folder with --out.",
        ),
        "U_OWN_COPIES": Text(
            "Een bestand zou iets wissen, vervangen of openen in een ander. Kwam het van een andere organisatie: gebruik "
            "'kgbx receive'. Zijn het kopieën van het eigen dossier: zeg dat met --own-copies.",
            "A file would erase, replace or open something in another. If it came from another organisation, use 'kgbx "
            "receive'. If they are copies of the own case, say so with --own-copies.",
        ),
        "U_EXISTS": Text(
            "Er staat al een bestand op deze plaats. Kies een andere naam: kgbx overschrijft niets.",
            "There is a file at this place already. Choose another name: kgbx overwrites nothing.",
        ),
        "U_UNREADABLE": Text(
            "Dit bestand heeft niet de vorm die deze opdracht leest. Kijk of het het goede bestand is.",
            "This file does not have the form that this command reads. Check that it is the right file.",
        ),
        "U_SHARED": Text(
            "Anderen kunnen dit bestand lezen of wijzigen, of het is van iemand anders: er is niet op te bouwen. Vertrouwt u de inhoud, zet de rechten dan op 0600; kies anders een nieuw bestand.",
            "Others can read or change this file, or it belongs to somebody else: it cannot be relied on. If you trust its content, set its mode to 0600; else choose a new file.",
        ),
        "U_CHANGED": Text(
            "Een bijlage is geen gewoon bestand, of veranderde terwijl ze werd gelezen. Maak een kopie en geef die.",
            "An attachment is no ordinary file, or it changed while it was read. Make a copy and give that.",
        ),
        "U_PASSPHRASE": Text(
            "Er is een wachtwoordzin nodig. Gebruik --passphrase-file of KGBX_PASSPHRASE_FILE, of start in een terminal.",
            "A passphrase is needed. Use --passphrase-file or KGBX_PASSPHRASE_FILE, or run in a terminal.",
        ),
        "U_STEP": Text(
            "Deze stap van de overdracht kan nu niet, of is aan de andere organisatie. Kijk hoe ver de overdracht is.",
            "This step of the handover cannot be taken now, or is for the other organisation. See how far the handover is.",
        ),
        "U_STEP_DAY": Text(
            "Deze dag ligt voor de vorige stap van de overdracht. Geef de dag waarop u de stap zet.",
            "This day lies before the last step of the handover. Give the day on which you take the step.",
        ),
        "U_REASON": Text(
            "Deze stap heeft een reden nodig. Schrijf op waarom.",
            "This step needs a reason. Write down why.",
        ),
        "U_NOT_RESPONSIBLE": Text(
            "Uw organisatie is niet verantwoordelijk voor dit gezin en kan het dus niet overdragen. Vraag het wie dat wel is.",
            "Your organisation is not responsible for this family, and so cannot hand it over. Ask the one that is.",
        ),
        "U_HANDOVER_OPEN": Text(
            "Dit gezin wordt al aan een andere organisatie overgedragen. Trek dat eerst in, of wacht het af.",
            "This family is being handed over to another organisation already. Withdraw that first, or wait for it.",
        ),
        "U_HANDOVER": Text(
            "Deze overdracht is hier niet, of er zijn er meer. Kijk met 'kgbx handover show' welke er zijn.",
            "This handover is not here, or there are several. See with 'kgbx handover show' which there are.",
        ),
        "U_ROOT": Text(
            "Dit trekt hoofdsleutels in die dit document zelf moeten ondertekenen. Vervang ze eerst: kgbx keys rotate FOLDER --use root, kgbx keys publish, en trek de oude daarna in.",
            "This withdraws root keys that must sign this very document. Replace them first: kgbx keys rotate FOLDER --use root, kgbx keys publish, and withdraw the old ones after that.",
        ),
        "U_KEY": Text(
            "Deze sleutel is hier niet. Bekijk met 'kgbx keys show' welke er zijn.",
            "There is no such key here. See with 'kgbx keys show' which there are.",
        ),
        "U_KEY_IN_USE": Text(
            "Deze sleutel is nog nodig. Wacht tot 'kgbx keys show' zegt dat hij weg kan, of geef --early als u hem niet vertrouwt.",
            "This key is still needed. Wait until 'kgbx keys show' says that it can go, or give --early if you do not trust it.",
        ),
        "U_NO_KEYS": Text(
            "Op dit moment mag geen van uw sleutels ondertekenen. Maak nieuwe met 'kgbx keys rotate' en maak ze bekend.",
            "None of your keys may sign at this moment. Make new ones with 'kgbx keys rotate' and publish them.",
        ),
        "U_SIGNED": Text(
            "Dit paar sleutels heeft al ondertekend. Laat een andere beheerder ondertekenen.",
            "This pair of keys has signed already. Let another keeper sign.",
        ),
        "U_POLICY": Text(
            "Er is op dit moment geen beleid van kracht, of meer dan een. Geef precies een beleid dat dan geldt.",
            "No policy is in force at this moment, or several are. Give exactly one that is.",
        ),
        "U_LOG_POLICY": Text(
            "Het beleid waarmee dit is besloten is er niet bij. Geef het met --policy; het logboek noemt zijn digest.",
            "The policy this was decided under is not at hand. Give it with --policy; the log names its digest.",
        ),
        "U_LOG_FACTS": Text(
            "De feiten waarmee dit is besloten zijn er niet, of ze zijn veranderd. Geef met --facts de map ernaast.",
            "The facts this was decided with are not there, or were changed. Give the folder beside the log with --facts.",
        ),
        "U_LOG_ENTRY": Text(
            "Deze regel staat niet in het logboek. Kijk met 'kgbx replay' welke er zijn.",
            "This entry is not in the log. See with 'kgbx replay' which there are.",
        ),
        "U_CONSENT": Text(
            "Dit dossier heeft geen toestemming met dit id. Geef het id van een toestemming die nu geldt.",
            "This case has no consent with this id. Give the id of a consent that holds now.",
        ),
        "U_PROVABLE": Text(
            "Hier is niets dat uw organisatie kan bewijzen: alleen een toestemming, grond of afweging die u zelf vastlegde.",
            "Here is nothing that your organisation can prove: only a consent, ground or weighing that you recorded yourself.",
        ),
        "U_PERSON": Text(
            "Deze persoon is niet bekend in dit dossier of in uw registers. Kijk of het id klopt.",
            "This person is not known in this case or in your registers. Check the id.",
        ),
        "U_RECORD": Text(
            "Dit dossier heeft geen gegeven met dit id waarover besloten wordt. Laat --record weg om alle te zien.",
            "This case has no record with this id that is decided about. Leave out --record to see all.",
        ),
        "C_RECEIPT": Text(
            "Van deze keuze gaat niets op papier: wie besliste is geen persoon, of het blad zou verraden waar iemand is. Vertel het.",
            "Nothing of this choice goes on paper: the decider is no person, or the page would tell where somebody is. Say it aloud.",
        ),
        "C_NOTHING": Text(
            "Niets uit dit dossier mag naar deze ontvanger voor dit doel. Kijk met 'kgbx share' waarom.",
            "Nothing of this case may go to this recipient for this purpose. See why with 'kgbx share'.",
        ),
        "C_CONTACT": Text(
            "Via dit contactgegeven mag niets worden gegeven: het moet van deze persoon alleen zijn, nu gelden en veilig zijn. Lees het samen.",
            "Nothing may be handed over by this contact point: it must be of this person alone, hold now and be safe. Read it together.",
        ),
        "C_CONFIRM": Text(
            "Er moet eerst iets gebeuren voordat dit wordt meegegeven; wat, staat hierboven. Is het gedaan, geef dan --confirm met de code.",
            "Something must be done before this is handed over; what stands above. When it was done, give --confirm with the code.",
        ),
        "F_FILE": Text(
            "Een bestand kon niet worden gelezen of geschreven. Kijk naar het pad, de rechten en de vrije ruimte.",
            "A file could not be read or written. Check the path, its permissions and the free space.",
        ),
        "F_WORKER": Text(
            "Een proces dat bestanden nakeek, stopte voor het klaar was, misschien door gebrek aan geheugen. Niet alles is nagekeken. Probeer het met --jobs 1.",
            "A process that was checking files stopped before it was done, perhaps for want of memory. Not everything was checked. Try it with --jobs 1.",
        ),
        "F_BUG": Text(
            "Dit is een fout in kgbx zelf. Meld hem, zonder gegevens uit een dossier (zie SECURITY.md).",
            "This is a bug in kgbx itself. Report it, without any data of a case (see SECURITY.md).",
        ),
    }
)
