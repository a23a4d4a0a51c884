# SPDX-License-Identifier: EUPL-1.2
"""What can go wrong between organisations: the road, the store, the answers of a partner."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from kgbx.messages.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

DELIVERY: Mapping[str, Text] = MappingProxyType(
    {
        "X_CONNECT": Text(
            "Er komt geen verbinding met de andere organisatie. Er wordt vanzelf opnieuw geprobeerd.",
            "No connection with the other organisation. It is tried again by itself.",
        ),
        "X_TLS": Text(
            "Het certificaat van de andere organisatie wordt niet vertrouwd. Bel hen; probeer niets zonder controle.",
            "The certificate of the other organisation is not trusted. Call them; do nothing without that check.",
        ),
        "X_TIMEOUT": Text(
            "De andere organisatie antwoordde niet op tijd. Er wordt vanzelf opnieuw geprobeerd.",
            "The other organisation did not answer in time. It is tried again by itself.",
        ),
        "X_BROKEN": Text(
            "De verbinding brak af. Er wordt vanzelf opnieuw geprobeerd.",
            "The connection broke. It is tried again by itself.",
        ),
        "X_BUSY": Text(
            "De andere organisatie kan het nu niet aannemen. Er wordt vanzelf opnieuw geprobeerd.",
            "The other organisation cannot take it now. It is tried again by itself.",
        ),
        "X_NO_PROOF": Text(
            "Er kwam een goed antwoord zonder geldig bewijs van ontvangst. Misschien antwoordt iemand anders: bel de organisatie.",
            "A good answer came without valid proof of receipt. Somebody else may be answering: call the organisation.",
        ),
        "X_NOT_THERE": Text(
            "Op dit adres is de andere organisatie niet te vinden. Vraag hun nieuwe adres en ververs de adreslijst.",
            "The other organisation is not at this address. Ask for the new address and refresh the directory.",
        ),
        "X_REJECTED": Text(
            "De andere organisatie neemt dit bericht zo niet aan. Bel hen; het bericht is bewaard.",
            "The other organisation does not take this message as it is. Call them; the message is kept.",
        ),
        "X_ID_REUSED": Text(
            "Onder dit nummer heeft de andere organisatie al iets anders gekregen. Dit hoort nooit te gebeuren: laat het uitzoeken.",
            "Under this id the other organisation already got something else. This should never happen: have it looked into.",
        ),
        "X_UNDELIVERABLE": Text(
            "De andere organisatie heeft het bericht, maar kan het niet openen. Bel hen nu; het bericht is bewaard.",
            "The other organisation has the message but cannot open it. Call them now; the message is kept.",
        ),
        "X_UNKNOWN_KEY": Text(
            "De andere organisatie heeft een nieuwe sleutel. Het bericht moet opnieuw worden gemaakt en verstuurd.",
            "The other organisation has a new key. The message must be made and sent again.",
        ),
        "X_CRL": Text(
            "De lijst van ingetrokken certificaten is te oud of niet te lezen. Wie ingetrokken was, blijft buiten; wie daarna "
            "is ingetrokken, komt nog binnen. Haal een nieuwe lijst.",
            "The list of revoked certificates is too old or cannot be read. Who was revoked stays out; who was revoked since "
            "still gets in. Fetch a new list.",
        ),
        "X_GONE": Text(
            "Deze organisatie staat niet meer in de adreslijst. Is zij samengegaan met een andere? Bel die, en verstuur het "
            "bericht daarheen met 'kgbx send --instead-of'.",
            "This organisation is not in the directory any more. Did it merge with another one? Call them, and send the "
            "message there with 'kgbx send --instead-of'.",
        ),
        "X_NO_RECEIPT": Text(
            "De andere organisatie heeft het bericht, maar zegt niet dat het verwerkt is. Bel hen.",
            "The other organisation has the message, but does not say that it was processed. Call them.",
        ),
        "X_STUCK": Text(
            "Het bericht is er nog niet. Bel de andere organisatie als het haast heeft.",
            "The message has not arrived yet. Call the other organisation if it is urgent.",
        ),
        "X_EXPIRED": Text(
            "Het bericht is niet op tijd aangekomen en wordt niet meer geprobeerd. Bel de andere organisatie.",
            "The message did not arrive in time and is not tried any more. Call the other organisation.",
        ),
        "X_REFUSED": Text(
            "De andere organisatie heeft het bericht geweigerd. Zoek samen uit waarom; verstuur daarna een nieuw bericht.",
            "The other organisation refused the message. Find out why together; then send a new message.",
        ),
        "X_CONTRADICTS": Text(
            "De andere organisatie geeft twee antwoorden die niet allebei waar kunnen zijn. Bel hen en bewaar beide.",
            "The other organisation gives two answers that cannot both be true. Call them and keep both.",
        ),
        "X_LATE": Text(
            "Dit bericht was hier al afgesloten, maar de andere organisatie heeft het toch verwerkt. Bel hen.",
            "This message was closed here already, but the other organisation processed it all the same. Call them.",
        ),
        "X_RESTORED": Text(
            "De andere organisatie heeft een reservekopie teruggezet. Wat zij daarna had aangenomen, wordt opnieuw aangeboden.",
            "The other organisation restored a backup. What it had accepted since is offered again.",
        ),
        "X_QUARANTINED": Text(
            "Een ontvangen bericht kan niet worden verwerkt en is apart gezet. Laat een collega ernaar kijken.",
            "A message that came in cannot be processed and is set apart. Have a colleague look at it.",
        ),
        "X_UNOPENED": Text(
            "Een ontvangen bericht kan niet worden geopend; de afzender weet dat. Bel hen, en kijk uw sleutels na.",
            "A message that came in cannot be opened; its sender was told. Call them, and look at your keys.",
        ),
        "X_HANDLER": Text(
            "Het eigen systeem nam dit bericht niet aan. Het wordt nog een keer aangeboden.",
            "The own system did not take this message. It is offered again.",
        ),
        "X_CANCELLED": Text(
            "De afzender zegt dat dit bericht niet meer geldt. Was het al verwerkt? Bespreek dan met hen wat dat betekent.",
            "The sender says that this message is of no use any more. If it was processed, discuss with them what that means.",
        ),
        "X_ID_USED": Text(
            "Dit nummer is al gebruikt. Maak een nieuw bericht.",
            "This id has been used already. Make a new message.",
        ),
        "X_UNKNOWN": Text(
            "Dit bericht is hier niet. Kijk met 'kgbx outbox' of 'kgbx inbox' welke er zijn.",
            "This message is not here. See with 'kgbx outbox' or 'kgbx inbox' which there are.",
        ),
        "X_STATE": Text(
            "In deze toestand kan dat niet met het bericht. Kijk met 'kgbx outbox show' hoe het ervoor staat.",
            "That cannot be done with the message in this state. See with 'kgbx outbox show' how it stands.",
        ),
        "X_OFFSET": Text(
            "Het deel staat op een andere plaats dan gedacht. Vraag eerst hoe ver het is.",
            "The part stands at another place than thought. Ask first how far it is.",
        ),
        "X_DIGEST": Text(
            "Het deel is onderweg beschadigd en is weggegooid. Stuur het opnieuw.",
            "The part was damaged on the way and was thrown away. Send it again.",
        ),
        "X_DISK": Text(
            "Er is te weinig ruimte op de schijf. Maak ruimte; tot die tijd wordt niets nieuws aangenomen.",
            "There is too little room on the disk. Make room; until then nothing new is taken.",
        ),
        "X_STORE": Text(
            "De database antwoordt niet of neemt niets aan. Er wordt vanzelf opnieuw geprobeerd; kijk de database na.",
            "The database does not answer or takes nothing. It is tried again by itself; look at the database.",
        ),
        "X_STORE_VERSION": Text(
            "De database is van een nieuwere versie van kgbx. Installeer die versie.",
            "The database is of a newer version of kgbx. Install that version.",
        ),
        "X_STORE_MOVED": Text(
            "Deze database is verhuisd naar een andere. Stel in de instellingen de nieuwe in.",
            "This database was moved to another one. Name the new one in the settings.",
        ),
        "X_STORE_SERVER": Text(
            "De databaseserver is te oud. PostgreSQL 14 of nieuwer is nodig.",
            "The database server is too old. PostgreSQL 14 or newer is needed.",
        ),
        "X_STORE_DRIVER": Text(
            "Voor PostgreSQL ontbreekt een pakket. Installeer het met: pip install 'kgbx[postgres]'.",
            "A package for PostgreSQL is missing. Install it with: pip install 'kgbx[postgres]'.",
        ),
        "X_STORE_PLACE": Text(
            "De database staat op een netwerkschijf; daar kan SQLite gegevens verliezen. Zet haar op een eigen schijf.",
            "The database is on a network disk, where SQLite can lose data. Put it on a disk of this machine.",
        ),
        "X_AUDIT": Text(
            "De keten van het logboek klopt niet: er is iets veranderd of weggehaald. Laat het uitzoeken.",
            "The chain of the log does not hold: something was changed or taken away. Have it looked into.",
        ),
        "X_TOO_OLD": Text(
            "Dit bericht is ouder dan waarvoor dubbelen worden herkend en wordt niet meer aangenomen. Maak een nieuw bericht.",
            "This message is older than duplicates are recognised for and is not taken any more. Make a new message.",
        ),
        "X_SENDER": Text(
            "Wie dit aanbiedt, is niet de organisatie die erbij hoort. Kijk welk certificaat is gebruikt.",
            "Who offers this is not the organisation that it belongs to. See which certificate was used.",
        ),
        "X_MALFORMED": Text(
            "Dit verzoek heeft niet de vorm van de beschrijving van de dienst. Vergelijk het met /v1/openapi.json.",
            "This request does not have the form that the service describes. Compare it with /v1/openapi.json.",
        ),
        "X_IDENTITY": Text(
            "Het is niet duidelijk welke organisatie dit vraagt. Gebruik een certificaat met het OIN van de organisatie.",
            "It is not clear which organisation asks this. Use a certificate with the OIN of the organisation.",
        ),
        "X_METHOD": Text(
            "Dit adres bestaat, maar niet voor deze methode. Kijk in de beschrijving van de dienst.",
            "This address exists, but not for this method. See the description of the service.",
        ),
        "X_SLOW": Text(
            "Het verzoek kwam niet op tijd helemaal aan. Probeer het opnieuw.",
            "The request did not arrive completely in time. Try again.",
        ),
        "X_TOO_LARGE": Text(
            "Dit is meer dan in een verzoek past. Een envelop is hoogstens 4 MiB; stuur delen in stukken.",
            "This is more than a request may have. An envelope has at most 4 MiB; send parts in pieces.",
        ),
        "X_HEADERS": Text(
            "De kopregels van het verzoek zijn samen te lang: hoogstens 16 KiB.",
            "The headers of the request are too long together: at most 16 KiB.",
        ),
        "X_MEDIA": Text(
            "Dit soort inhoud wordt hier niet aangenomen. Kijk in de beschrijving van de dienst.",
            "This kind of content is not taken here. See the description of the service.",
        ),
        "X_RATE": Text(
            "Dit zijn te veel verzoeken achter elkaar. Wacht even en probeer het opnieuw.",
            "These are too many requests in a row. Wait a moment and try again.",
        ),
    }
)
