# SPDX-License-Identifier: EUPL-1.2
"""Does an endpoint, ours or a partner's, keep the rules? Tried from outside, rule by rule.

Rules:
    - nothing is left behind: no message is offered that the endpoint could take, and no part is brought;
    - each rule is a row with its source; a rule that could not be tried is not kept;
    - what an endpoint says is told as codes and statuses, never as text.

Source: delivery design, "HTTP API", "Receipts".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from kgbx.delivery import protocol
from kgbx.delivery.node import moment
from kgbx.delivery.prober import NO_PART, NOBODY, Prober, json_of
from kgbx.delivery.states import DEDUPE_DAYS
from kgbx.directory import peek_document
from kgbx.envelope.custody import NoCustody, verify_statement
from kgbx.errors import DeliveryError, DirectoryError, EnvelopeError
from kgbx.limits import MAX_ENVELOPE_BYTES, MAX_HEADER_BYTES
from kgbx.messages import Text

if TYPE_CHECKING:
    from collections.abc import Callable

    from kgbx.delivery.node import Node
    from kgbx.delivery.transport import Response, Transport

CANARY: Final = "zq7-nobody-said-this"
_CUT: Final = "X_BROKEN"
"""How a server may refuse what is too much: by ending the connection."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What was found of one rule.

    Attributes:
        rule: Id of the rule.
        text: The rule.
        kept: Whether the endpoint keeps it.
        detail: Statuses and codes that were seen.
    """

    rule: str
    text: Text
    kept: bool
    detail: str


def _live(prober: Prober) -> bool:
    response = prober.ask("GET", "/v1/health/live")
    return response.status == 204 and protocol.is_ours(response)  # noqa: PLR2004  # a status


def _ready(prober: Prober) -> bool:
    response = prober.ask("GET", "/v1/health/ready")
    return response.status == 204 or prober.refused(response, 503)  # noqa: PLR2004


def _capabilities(prober: Prober) -> bool:
    said = json_of(prober.ask("GET", "/v1/capabilities"))
    days, limits = said.get("dedupe_days"), said.get("limits")
    return (
        isinstance(days, int) and days >= DEDUPE_DAYS and isinstance(limits, dict) and isinstance(said.get("org"), str)
    )


def _keys(prober: Prober) -> bool:
    org = json_of(prober.ask("GET", "/v1/capabilities")).get("org")
    try:
        return peek_document(prober.ask("GET", "/v1/keys").body).org == org
    except (DirectoryError, EnvelopeError):
        return False


def _description(prober: Prober) -> bool:
    return str(json_of(prober.ask("GET", "/v1/openapi.json")).get("openapi", "")).startswith("3.1")


def _unknown_address(prober: Prober) -> bool:
    return all(prober.refused(prober.ask("GET", path), 404) for path in ("/v1/nothing", "/v1/capabilities/"))


def _other_method(prober: Prober) -> bool:
    response = prober.ask("GET", f"/v1/messages/{NOBODY}")
    return prober.refused(response, 405) and "PUT" in response.headers.get("allow", "")


def _malformed(prober: Prober) -> bool:
    headers = {"content-type": protocol.SIGNED_MEDIA}
    paths = ("/v1/messages/1", f"/v1/messages/{NOBODY.upper()[:-1]}X", f"/v1/messages/{NOBODY}")
    return all(prober.refused(prober.ask("PUT", path, body=b"{}", headers=headers), 400) for path in paths)


def _media(prober: Prober) -> bool:
    headers = {"content-type": "text/html"}
    return prober.refused(prober.ask("PUT", f"/v1/messages/{NOBODY}", body=b"{}", headers=headers), 415)


def _nothing_comes_back(prober: Prober) -> bool:
    said = [
        prober.ask("GET", f"/v1/{CANARY}"),
        prober.ask(
            "PUT", f"/v1/messages/{CANARY}", body=CANARY.encode(), headers={"content-type": protocol.SIGNED_MEDIA}
        ),
        prober.ask("GET", f"/v1/messages/{NOBODY}/receipt", headers={"x-canary": CANARY}),
    ]
    return all(CANARY.encode() not in one.body for one in said)


def _no_receipt(prober: Prober) -> bool:
    return prober.refused(prober.ask("GET", f"/v1/messages/{NOBODY}/receipt"), 404)


def _receipt_for_nothing(prober: Prober) -> bool:
    message, headers = prober.no_message(), {"content-type": protocol.SIGNED_MEDIA}
    return prober.refused(prober.ask("PUT", f"/v1/receipts/{NOBODY}/2", body=message.envelope, headers=headers), 404)


def _unknown_key(prober: Prober) -> bool:
    message = prober.no_message()
    response = prober.offer(message)
    said = protocol.problem_of(response)
    at = moment(prober.node.now())
    try:
        statement = verify_statement(said.statement, directory=prober.node.directory, sealed=message, at=at)
    except (EnvelopeError, DirectoryError):
        return False
    return prober.refused(response, 400) and isinstance(statement, NoCustody) and statement.reason == "unknown-key"


def _no_custody_kept(prober: Prober) -> bool:
    message = prober.no_message()
    prober.offer(message)
    return prober.refused(prober.ask("GET", f"/v1/messages/{message.id}/receipt"), 404)


def _too_much(prober: Prober) -> bool:
    headers = {"content-type": protocol.SIGNED_MEDIA}
    return _is_cut(
        prober,
        lambda: prober.ask("PUT", f"/v1/messages/{NOBODY}", body=bytes(MAX_ENVELOPE_BYTES + 1), headers=headers),
        413,
    )


def _long_headers(prober: Prober) -> bool:
    headers = {"x-long": "x" * (MAX_HEADER_BYTES + 1)}
    return _is_cut(prober, lambda: prober.ask("GET", f"/v1/messages/{NOBODY}/receipt", headers=headers), 431, 400)


def _is_cut(prober: Prober, asking: Callable[[], Response], *statuses: int) -> bool:
    """Tell whether too much is refused, with a status or by ending the connection, and others are served after it."""
    try:
        status = asking().status
    except DeliveryError as error:
        if error.code != _CUT:
            raise
        status = statuses[0]
    return status in statuses and _live(prober)


def _part_offset(prober: Prober) -> bool:
    response = prober.ask("HEAD", f"/v1/parts/{NO_PART}")
    return response.status == 200 and protocol.offset_of(response) == 0  # noqa: PLR2004


def _part_elsewhere(prober: Prober) -> bool:
    headers = {"content-type": protocol.PART_MEDIA, "content-range": "bytes 5-9/10"}
    response = prober.ask("PUT", f"/v1/parts/{NO_PART}", body=bytes(5), headers=headers)
    return prober.refused(response, 409) and protocol.offset_of(response) == 0


def _mailbox(prober: Prober) -> bool:
    response = prober.ask("GET", "/v1/mailbox?max=1")
    return response.status == 200 and isinstance(json_of(response).get("messages"), list)  # noqa: PLR2004


def _position(prober: Prober) -> bool:
    said = json_of(prober.ask("GET", "/v1/lanes/nothing-came/position"))
    return said.get("next") == 1 and said.get("missing") == []


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One rule and how it is tried.

    Attributes:
        rule: Id; never used again.
        text: The rule.
        source: Where it stands.
        kept: Tries it.
    """

    rule: str
    text: Text
    source: str
    kept: Callable[[Prober], bool]


def _check(number: int, kept: Callable[[Prober], bool], source: str, *, nl: str, en: str) -> Check:
    return Check(rule=f"KGBX-P-{number:03}", text=Text(nl, en), source=source, kept=kept)


CHECKS: Final = (
    _check(
        1, _live, "HTTP API", nl="Het eindpunt antwoordt en noemt zijn versie.", en="It answers and tells its version."
    ),
    _check(
        2, _ready, "HTTP API", nl="Het zegt of het nu berichten aanneemt.", en="It says whether it takes messages now."
    ),
    _check(
        3,
        _capabilities,
        "HTTP API, dedupe window",
        nl="Het zegt wat het kan, en herkent dubbelen ten minste 30 dagen.",
        en="It says what it can do, and recognises doubles for at least 30 days.",
    ),
    _check(4, _keys, "HTTP API", nl="Het toont zijn ondertekende document.", en="It shows its signed document."),
    _check(
        5,
        _description,
        "HTTP API",
        nl="Het beschrijft zichzelf (OpenAPI 3.1).",
        en="It describes itself (OpenAPI 3.1).",
    ),
    _check(
        6,
        _unknown_address,
        "RFC 9110 section 15.5.5; no redirects",
        nl="Een onbekend adres is 404, nooit een omleiding.",
        en="An unknown address is 404, never a redirect.",
    ),
    _check(
        7,
        _other_method,
        "RFC 9110 section 15.5.6",
        nl="Een andere methode is 405.",
        en="Another method is 405, with Allow.",
    ),
    _check(
        8,
        _malformed,
        "HTTP API: 400 not 422",
        nl="Wat niet de juiste vorm heeft, is 400.",
        en="What has not the right form is 400.",
    ),
    _check(
        9,
        _media,
        "RFC 9110 section 15.5.16",
        nl="Een andere soort inhoud is 415.",
        en="Another kind of content is 415.",
    ),
    _check(
        10,
        _nothing_comes_back,
        "HTTP API: no value in a problem",
        nl="Niets van wat is gestuurd, komt terug in een fout.",
        en="Nothing of what was sent comes back in a problem.",
    ),
    _check(11, _no_receipt, "Receipts", nl="Zonder bericht is er geen ontvangstbewijs.", en="No message, no receipt."),
    _check(
        12,
        _receipt_for_nothing,
        "Receipts",
        nl="Een bewijs over een onbekend bericht wordt niet aangenomen.",
        en="A receipt about an unknown message is not taken.",
    ),
    _check(
        13,
        _unknown_key,
        "envelope specification, section 3.6",
        nl="Een envelop zonder eigen sleutel krijgt een ondertekend nee.",
        en="An envelope without a key of its own gets a signed no.",
    ),
    _check(
        14,
        _no_custody_kept,
        "envelope specification, section 3.6",
        nl="Na dat nee is er niets bewaard.",
        en="After that no, nothing is kept.",
    ),
    _check(15, _too_much, "HTTP API, limits", nl="Meer dan 4 MiB wordt afgebroken.", en="More than 4 MiB is cut off."),
    _check(
        16, _long_headers, "HTTP API, limits", nl="Te lange kopregels worden geweigerd.", en="Long headers are refused."
    ),
    _check(
        17,
        _part_offset,
        "HTTP API, parts",
        nl="Het zegt hoeveel van een deel er is.",
        en="It says how much of a part is there.",
    ),
    _check(
        18,
        _part_elsewhere,
        "HTTP API, parts",
        nl="Een stuk op een andere plaats wordt geweigerd.",
        en="A piece at another place is refused.",
    ),
    _check(19, _mailbox, "HTTP API, mailbox", nl="Er is een postbus.", en="There is a mailbox."),
    _check(20, _position, "HTTP API, lanes", nl="Het zegt waar een volgorde staat.", en="It says where a lane stands."),
)
"""Every rule that is tried. Source: delivery design, the section that each row names."""


def probe(node: Node, transport: Transport, *, url: str) -> tuple[Finding, ...]:
    """Try every rule at an endpoint, and return what was found.

    Args:
        node: Who asks: a partner of whose endpoint it is.
        transport: Carries requests.
        url: Base URL.

    Raises:
        UsageError: U_ARGUMENT, `url` is no base URL.
    """
    prober = Prober(node, transport, url)
    return tuple(_tried(prober, check) for check in CHECKS)


def _tried(prober: Prober, check: Check) -> Finding:
    prober.seen.clear()
    try:
        kept, code = check.kept(prober), ""
    except (DeliveryError, DirectoryError, EnvelopeError) as error:
        kept, code = False, error.code
    return Finding(rule=check.rule, text=check.text, kept=kept, detail=" ".join((*prober.seen, code)).strip())
