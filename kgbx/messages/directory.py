# SPDX-License-Identifier: EUPL-1.2
"""What can be wrong with organisation documents, the directory and the keys on this machine."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from kgbx.messages.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

DIRECTORY: Mapping[str, Text] = MappingProxyType(
    {
        "E_KEY_INVALID": Text(
            "Een sleutel heeft niet de juiste vorm of is onveilig. Gebruik hem niet; vraag de organisatie om een nieuwe.",
            "A key is malformed or unsafe. Do not use it; ask the organisation for a new one.",
        ),
        "E_KEY_REVOKED": Text(
            "De sleutel van de afzender is ingetrokken. Vertrouw dit bericht niet; bel de afzender.",
            "The sender's key has been revoked. Do not trust this message; call the sender.",
        ),
        "E_KEY_EXPIRED": Text(
            "De sleutel was niet geldig toen het bericht werd gemaakt. Vraag de afzender het opnieuw te verzenden.",
            "The key was not valid when the message was made. Ask the sender to send it again.",
        ),
        "E_KEY_FILE": Text(
            "Het sleutelbestand ontbreekt, is beschadigd of is voor anderen leesbaar, of anderen kunnen in de map schrijven. "
            "Herstel het, of zet de rechten op 0600 en die van de map op 0700.",
            "The key file is missing, damaged or readable by others, or others can write in its folder. Restore it, or set "
            "its mode to 0600 and that of the folder to 0700.",
        ),
        "E_PASSPHRASE": Text(
            "De wachtwoordzin past niet bij dit sleutelbestand. Probeer het opnieuw.",
            "The passphrase does not fit this key file. Try again.",
        ),
        "E_DIR_STALE": Text(
            "Het adresboek of het document van de organisatie is verlopen. Haal een nieuw op; er is niets verzonden of geopend.",
            "The directory or the organisation's document has expired. Fetch a new one; nothing was sent or opened.",
        ),
        "E_DIR_NOT_YET": Text(
            "Het document van de organisatie is later gemaakt dan nu. Zet de klok van deze computer goed; er is niets verzonden of geopend.",
            "The organisation's document was made later than now. Set the clock of this computer; nothing was sent or opened.",
        ),
        "E_DIR_ROLLBACK": Text(
            "Dit adresboek is ouder dan wat hier al bekend is. Gebruik het niet en zoek uit waar het vandaan komt.",
            "This directory is older than what is already known here. Do not use it; find out where it came from.",
        ),
        "E_DIR_EQUIVOCATION": Text(
            "Er zijn twee verschillende documenten met hetzelfde volgnummer. Dit hoort nooit: bel de organisatie.",
            "There are two different documents with one sequence number. This must never happen: call the organisation.",
        ),
        "E_DIR_SIGNATURE": Text(
            "De handtekening onder het document of adresboek klopt niet. Gebruik het niet.",
            "The signature under the document or directory does not verify. Do not use it.",
        ),
        "E_DIR_MALFORMED": Text(
            "Dit document of adresboek heeft niet de juiste vorm. Vraag de organisatie om een goed exemplaar.",
            "This document or directory is malformed. Ask the organisation for a good copy.",
        ),
        "E_DIR_UNTRUSTED": Text(
            "Niets in het vertrouwensbestand staat in voor deze organisatie. Controleer haar sleutels langs een andere weg.",
            "Nothing in the trust file vouches for this organisation. Check its keys by another way first.",
        ),
        "E_DIR_UNKNOWN_ORG": Text(
            "Deze organisatie staat niet in het adresboek. Kijk of het adres klopt, of haal een nieuw adresboek op.",
            "This organisation is not in the directory. Check the organisation's id, or fetch a new directory.",
        ),
        "E_CERT": Text(
            "Het certificaat van de organisatie ontbreekt, is niet geldig, of er is geen verse intrekkingslijst bij. Haal die lijst op, of controleer haar sleutels langs een andere weg.",
            "The organisation's certificate is missing or not valid, or there is no fresh revocation list for it. Fetch that list, or check its keys by another way.",
        ),
    }
)
