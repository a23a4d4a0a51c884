# SPDX-License-Identifier: EUPL-1.2
"""Why an envelope is not opened, one sentence a code. Source of the codes: the envelope specification, section 3.9."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from kgbx.messages.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

_RESEND_NL = "Vraag de afzender het opnieuw te verzenden."
_RESEND_EN = "Ask the sender to send it again."
_DISTRUST_NL = "Open het niet en bel de afzender op een nummer dat u al had."
_DISTRUST_EN = "Do not open it; call the sender on a number you already had."

ENVELOPE: Mapping[str, Text] = MappingProxyType(
    {
        "E_TOO_LARGE": Text(
            f"De envelop is groter dan 4 MiB. {_RESEND_NL}", f"The envelope is larger than 4 MiB. {_RESEND_EN}"
        ),
        "E_JSON": Text(
            f"De envelop is geen geldige JSON; misschien is het bestand afgebroken. {_RESEND_NL}",
            f"The envelope is not valid JSON; the file may have been cut off. {_RESEND_EN}",
        ),
        "E_MEMBERS": Text(
            f"De envelop heeft niet precies de onderdelen die erin horen. {_RESEND_NL}",
            f"The envelope does not have exactly the members it should. {_RESEND_EN}",
        ),
        "E_ENCODING": Text(
            f"Een onderdeel van de envelop is niet goed gecodeerd. {_RESEND_NL}",
            f"A member of the envelope is not properly encoded. {_RESEND_EN}",
        ),
        "E_LENGTH": Text(
            f"Een onderdeel van de envelop heeft de verkeerde lengte. {_RESEND_NL}",
            f"A member of the envelope has the wrong length. {_RESEND_EN}",
        ),
        "E_RECIPIENTS": Text(
            f"De lijst van ontvangers in de envelop klopt niet. {_RESEND_NL}",
            f"The list of recipients in the envelope is wrong. {_RESEND_EN}",
        ),
        "E_BUNDLE": Text(
            f"Het bestand is geen heel kgbx-bestand. {_RESEND_NL}", f"The file is not a whole kgbx file. {_RESEND_EN}"
        ),
        "E_SUITE": Text(
            "Deze versleuteling wordt hier niet gebruikt. Er is geen zwakkere weg: vraag de afzender om kgbx-1.",
            "This cryptography is not used here. There is no weaker way: ask the sender for kgbx-1.",
        ),
        "E_SIG_ALG": Text(
            f"De handtekeningen zijn niet van de vereiste soort. {_DISTRUST_NL}",
            f"The signatures are not of the required kinds. {_DISTRUST_EN}",
        ),
        "E_SIG_COUNT": Text(
            f"Er horen precies twee handtekeningen te zijn. {_DISTRUST_NL}",
            f"There must be exactly two signatures. {_DISTRUST_EN}",
        ),
        "E_NOT_FOR_ME": Text(
            "Deze envelop is niet aan deze organisatie gericht, of aan een sleutel die hier niet meer is. Vraag de afzender om hem met het nieuwste adresboek opnieuw te maken.",
            "This envelope is not for this organisation, or for a key that is no longer here. Ask the sender to make it again with the newest directory.",
        ),
        "E_DECRYPT": Text(
            f"De envelop gaat niet open: hij is onderweg veranderd of beschadigd. {_RESEND_NL}",
            f"The envelope does not open: it was changed or damaged on the way. {_RESEND_EN}",
        ),
        "E_UNKNOWN_SENDER_KEY": Text(
            "De sleutel van de afzender is hier niet bekend. Werk het adresboek bij en probeer het opnieuw.",
            "The sender's key is not known here. Update the directory and try again.",
        ),
        "E_SIGNATURE": Text(
            f"Een handtekening van de afzender klopt niet. {_DISTRUST_NL}",
            f"A signature of the sender does not verify. {_DISTRUST_EN}",
        ),
        "E_SENDER_MISMATCH": Text(
            f"De handtekeningen zijn niet van de organisatie die zegt de afzender te zijn. {_DISTRUST_NL}",
            f"The signatures are not of the organisation that claims to be the sender. {_DISTRUST_EN}",
        ),
        "E_BINDING": Text(
            f"Inhoud en envelop horen niet bij elkaar; iemand heeft ze opnieuw ingepakt. {_DISTRUST_NL}",
            f"Content and envelope do not belong together; someone has repacked them. {_DISTRUST_EN}",
        ),
        "E_NOT_ADDRESSEE": Text(
            "De afzender heeft dit bericht niet aan deze organisatie gericht. Lees het niet en meld het de afzender.",
            "The sender did not address this message to this organisation. Do not read it; tell the sender.",
        ),
        "E_KIND": Text(
            "Dit is een ander soort bericht dan hier wordt geopend (een ontvangstbewijs is geen bericht). Open het waar dat soort wordt gelezen.",
            "This is another kind of message than is opened here (a receipt is not a message). Open it where that kind is read.",
        ),
        "E_MANIFEST": Text(
            f"De inhoudsopgave in de envelop klopt niet. {_RESEND_NL}",
            f"The manifest in the envelope is wrong. {_RESEND_EN}",
        ),
        "E_TIME": Text(
            f"De tijden in het bericht kloppen niet of de geldigheid is langer dan 30 dagen. {_RESEND_NL}",
            f"The times in the message are wrong or it is valid for more than 30 days. {_RESEND_EN}",
        ),
        "E_NOT_YET": Text(
            "Het bericht is volgens deze klok in de toekomst gemaakt. Controleer de klok van deze machine.",
            "By this clock the message was made in the future. Check the clock of this machine.",
        ),
        "E_EXPIRED": Text(
            f"De geldigheid van het bericht is voorbij. Controleer de klok van deze machine. {_RESEND_NL}",
            f"The message has expired. Check the clock of this machine. {_RESEND_EN}",
        ),
        "E_DUPLICATE": Text(
            "Dit bericht is hier al eerder ontvangen. U hoeft niets te doen.",
            "This message was received here before. There is nothing to do.",
        ),
        "E_ID_REUSE": Text(
            f"Onder dit nummer was er al iets anders: een ander bericht, of een ontvangstbewijs dat dit tegenspreekt. {_DISTRUST_NL}",
            f"Something else came under this id before: another message, or a receipt that contradicts this one. {_DISTRUST_EN}",
        ),
        "E_PART_MISSING": Text(
            f"Een deel van het bericht ontbreekt. {_RESEND_NL}", f"A part of the message is missing. {_RESEND_EN}"
        ),
        "E_PART_SIZE": Text(
            f"Een deel van het bericht heeft niet de opgegeven grootte. {_RESEND_NL}",
            f"A part of the message does not have the size it should. {_RESEND_EN}",
        ),
        "E_PART_DECRYPT": Text(
            f"Een deel van het bericht gaat niet open: het is veranderd of beschadigd. {_RESEND_NL}",
            f"A part of the message does not open: it was changed or damaged. {_RESEND_EN}",
        ),
        "E_PART_PADDING": Text(
            f"De opvulling van een deel klopt niet. {_DISTRUST_NL}", f"The padding of a part is wrong. {_DISTRUST_EN}"
        ),
        "E_PART_DIGEST": Text(
            f"Een deel is niet de inhoud waar de afzender voor tekende. {_DISTRUST_NL}",
            f"A part is not the content that the sender signed. {_DISTRUST_EN}",
        ),
        "E_SCHEMA": Text(
            f"De envelop is in orde, maar de inhoud is geen geldig dossier. {_RESEND_NL}",
            f"The envelope is sound, but its content is not a valid case. {_RESEND_EN}",
        ),
        "E_POLICY": Text(
            "Dit bericht past niet bij de afspraken voor dit soort bericht. Overleg met de afzender.",
            "This message does not fit the policy for its type. Talk to the sender.",
        ),
        "W_ROLLBACK_NOT_CHECKED": Text(
            "Er is niet nagegaan of het adresboek ouder is dan een eerder. Geef een bestand op waarin dat wordt bijgehouden.",
            "It was not checked whether the directory is older than one before. Name a file in which that is kept.",
        ),
        "W_KEY_CONTESTED": Text(
            "Meer dan één organisatie noemt dezelfde sleutel de hare; hij telt voor geen van hen. Bel die organisaties.",
            "More than one organisation lists the same key as its own; it counts for none of them. Call these organisations.",
        ),
        "W_REPLAY_NOT_CHECKED": Text(
            "Er is niet nagegaan of dit bericht al eerder is ontvangen. Geef een bestand op waarin dat wordt bijgehouden.",
            "It was not checked whether this message was received before. Name a file in which that is kept.",
        ),
    }
)
