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
        "U_PROFILE": Text(
            "Voor deze functie en gelegenheid is er geen informatiebehoefte. Kijk in schemas/needs welke er zijn.",
            "There is no need profile for this function and occasion. See schemas/needs for those that exist.",
        ),
        "U_NOT_EMPTY": Text(
            "De map is niet leeg. Kies een lege map: kgbx overschrijft niets.",
            "The folder is not empty. Choose an empty one: kgbx overwrites nothing.",
        ),
        "U_EXISTS": Text(
            "Er staat al een bestand op deze plaats. Kies een andere naam: kgbx overschrijft niets.",
            "There is a file at this place already. Choose another name: kgbx overwrites nothing.",
        ),
        "U_UNREADABLE": Text(
            "Dit bestand heeft niet de vorm die deze opdracht leest. Kijk of het het goede bestand is.",
            "This file does not have the form that this command reads. Check that it is the right file.",
        ),
        "U_PASSPHRASE": Text(
            "Er is een wachtwoordzin nodig. Gebruik --passphrase-file of KGBX_PASSPHRASE_FILE, of start in een terminal.",
            "A passphrase is needed. Use --passphrase-file or KGBX_PASSPHRASE_FILE, or run in a terminal.",
        ),
        "U_POLICY": Text(
            "Er is op dit moment geen beleid van kracht, of meer dan een. Geef precies een beleid dat dan geldt.",
            "No policy is in force at this moment, or several are. Give exactly one that is.",
        ),
        "C_NOTHING": Text(
            "Niets uit dit dossier mag naar deze ontvanger voor dit doel. Kijk met 'kgbx share' waarom.",
            "Nothing of this case may go to this recipient for this purpose. See why with 'kgbx share'.",
        ),
        "F_FILE": Text(
            "Een bestand kon niet worden gelezen of geschreven. Kijk naar het pad, de rechten en de vrije ruimte.",
            "A file could not be read or written. Check the path, its permissions and the free space.",
        ),
        "F_BUG": Text(
            "Dit is een fout in kgbx zelf. Meld hem, zonder gegevens uit een dossier (zie SECURITY.md).",
            "This is a bug in kgbx itself. Report it, without any data of a case (see SECURITY.md).",
        ),
    }
)
