# SPDX-License-Identifier: EUPL-1.2
"""Which partner brings a request: by its certificate, by the word of a trusted proxy, or by a token on one machine.

Rules:
    - whoever cannot be identified is nobody, and nobody may do anything that is for partners;
    - an organisation is named by the one OIN in the subject of a certificate that TLS verified;
    - a header counts only from this machine and only beside the secret of the proxy, compared in constant time;
    - who is identified here only *brings* something: who wrote it is proved by its signatures.

Source: delivery design, "HTTP API" (hop profiles); Digikoppeling Beveiligingsstandaarden (OIN in subject.serialNumber).
"""

from __future__ import annotations

import hmac
import ipaddress
import re
from collections.abc import Callable, Mapping, MutableMapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final, Literal, TypeAlias

Scope: TypeAlias = MutableMapping[str, Any]
Identify: TypeAlias = Callable[[Scope], str | None]
"""Gives the URN of the organisation that brings a request, None for nobody."""

SUBJECT: Final = "kgbx_subject"
"""Member of the state of a request under which the server puts the subject of the client's certificate."""

CERTIFICATE: Final = "kgbx_certificate"
"""Member of the state of a request under which the server puts the client's certificate, DER."""

CLIENT_HEADER: Final = b"kgbx-client-oin"
SECRET_HEADER: Final = b"kgbx-proxy-secret"

_OIN: Final = re.compile(r"[0-9]{20}\Z")
_URN: Final = "urn:osb:oin:"
_BEARER: Final = "Bearer "
_LEAST_SECRET: Final = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class HopProfile:
    """How organisations recognise each other on the road.

    Attributes:
        name: ``mtls`` or ``test``.
        attribute: Attribute of a certificate's subject that holds the OIN.
        warning: Whether to say at every start that this is not for real families.
    """

    name: Literal["mtls", "test"]
    attribute: str
    warning: bool


PROFILES: Final = {
    "mtls": HopProfile(name="mtls", attribute="serialNumber", warning=False),
    "test": HopProfile(name="test", attribute="organizationalUnitName", warning=True),
}
"""``mtls``: certificates as those of PKIoverheid; ``test``: throw-away certificates, whose makers cannot write an OIN
where it belongs."""


def by_certificate(profile: HopProfile) -> Identify:
    """Return who recognises a partner by the certificate that TLS verified; needs the server of :mod:`.server`."""

    def identify(scope: Scope) -> str | None:
        state = scope.get("state")
        subject = state.get(SUBJECT) if isinstance(state, Mapping) else None
        return None if subject is None else org_of_subject(subject, profile.attribute)

    return identify


def org_of_subject(subject: object, attribute: str) -> str | None:
    """Return the URN by the OIN in a subject, as ``getpeercert`` of :mod:`ssl` gives it; None unless there is one."""
    if not isinstance(subject, tuple):
        return None
    found = [value for names in subject for key, value in names if key == attribute]
    return _URN + found[0] if len(found) == 1 and _OIN.match(found[0]) else None


def by_proxy(secret: str) -> Identify:
    """Return who believes the OIN that a proxy on this machine puts in a header, beside a secret.

    The proxy ends TLS, verifies certificates, and must replace both headers of what comes in.

    Args:
        secret: At least 32 characters; shared with the proxy only.

    Raises:
        ValueError: the secret is too short.
    """
    if len(secret) < _LEAST_SECRET:
        raise ValueError("a secret of a proxy has at least 32 characters")
    expected = secret.encode()

    def identify(scope: Scope) -> str | None:
        said, oin = _only(scope, SECRET_HEADER), _only(scope, CLIENT_HEADER)
        trusted = is_local(scope) and hmac.compare_digest(said or b"", expected)
        text = (oin or b"").decode("latin-1")
        return _URN + text if trusted and _OIN.match(text) else None

    return identify


def by_token(tokens: Mapping[str, bytes]) -> Identify:
    """Return who recognises a partner by a token, for tests and demonstrations on one machine: never further.

    Args:
        tokens: SHA-256 of the token of each organisation, by URN.
    """
    known = dict(tokens)

    def identify(scope: Scope) -> str | None:
        said = (_only(scope, b"authorization") or b"").decode("latin-1")
        if not is_local(scope) or not said.startswith(_BEARER):
            return None
        digest = sha256(said.removeprefix(_BEARER).encode()).digest()
        found = [org for org, known_digest in known.items() if hmac.compare_digest(known_digest, digest)]
        return found[0] if len(found) == 1 else None

    return identify


def is_local(scope: Scope) -> bool:
    """Tell whether a request comes over the loopback interface or a Unix socket."""
    client = scope.get("client")
    if client is None:
        return _over_unix_socket(scope)
    try:
        return ipaddress.ip_address(client[0]).is_loopback
    except (ValueError, TypeError, IndexError):
        return False


def _over_unix_socket(scope: Scope) -> bool:
    """Tell whether the server's own address is a path: a server that knows no client has told nothing yet."""
    server = scope.get("server")
    return isinstance(server, tuple | list) and len(server) == 2 and server[1] is None and bool(server[0])  # noqa: PLR2004


def _only(scope: Scope, name: bytes) -> bytes | None:
    found = [value for key, value in scope.get("headers", ()) if key.lower() == name]
    return found[0] if len(found) == 1 else None
