# SPDX-License-Identifier: EUPL-1.2
"""Options about the road between organisations: certificates, the proxy in front, and tokens on one machine."""

from __future__ import annotations

import ssl
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from kgbx.canonical import parse
from kgbx.cli.bilingual import option
from kgbx.cli.console import read_file
from kgbx.delivery.hops import PROFILES, by_certificate, by_proxy, by_token
from kgbx.delivery.http import HttpTransport, client_context
from kgbx.errors import DocumentError, UsageError
from kgbx.messages import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from kgbx.delivery.hops import Identify

_MAX_BYTES: Final = 1 << 20
HOP: Final = Text(
    "Kies hoe partners worden herkend: --tls-cert met --tls-key en --tls-ca, of --proxy-secret-file, of (alleen op "
    "deze machine) --tokens.",
    "Choose how partners are recognised: --tls-cert with --tls-key and --tls-ca, or --proxy-secret-file, or (on this "
    "machine only) --tokens.",
)


_NOT_PEM: Final = Text(
    "Deze certificaten zijn niet te lezen, of de sleutel hoort niet bij het certificaat. Geef bij --tls-cert, "
    "--tls-key en --tls-ca PEM-bestanden die bij elkaar horen, en een sleutel zonder wachtwoord.",
    "These certificates cannot be read, or the key does not belong to the certificate. Give to --tls-cert, --tls-key "
    "and --tls-ca PEM files that belong together, and a key without a password.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tls:
    """Certificates.

    Attributes:
        certificate: PEM file of the own certificate.
        key: PEM file of its private key.
        authorities: PEM file of the authorities that are believed.
    """

    certificate: str | None
    key: str | None
    authorities: str | None

    @property
    def given(self) -> bool:
        """Whether there is an own certificate."""
        return self.certificate is not None

    def transport(self, token_file: str | None) -> HttpTransport:
        """Return what carries requests to partners.

        Raises:
            OSError: a file cannot be read.
            UsageError: U_ARGUMENT, what is in it is no certificate or key.
        """
        paths = [None if one is None else Path(one) for one in (self.authorities, self.certificate, self.key)]
        with reading_certificates():
            context = client_context(authorities=paths[0], certificate=paths[1], key=paths[2])
        headers = {} if token_file is None else {"authorization": f"Bearer {secret_in(token_file)}"}
        return HttpTransport(context, headers=headers, plain_on_loopback=token_file is not None)


@contextmanager
def reading_certificates() -> Iterator[None]:
    """Say in words that a file holds no certificate or key, or that these do not go together.

    Raises:
        UsageError: U_ARGUMENT.
    """
    try:
        yield
    except ssl.SSLError:
        pass
    else:
        return
    raise UsageError(text=_NOT_PEM)


def tls_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--tls-cert``, ``--tls-key`` and ``--tls-ca``; the command gets `tls`."""

    @wraps(function)
    def with_tls(*args: Any, **options: Any) -> Any:  # noqa: ANN401  # what click passes on
        names = ("tls_cert", "tls_key", "tls_ca")
        certificate, key, authorities = (options.pop(name) for name in names)
        return function(*args, tls=Tls(certificate=certificate, key=key, authorities=authorities), **options)

    for name, nl, en in (
        ("--tls-ca", "Certificaten van wie u gelooft (PEM).", "Certificates of whom you believe (PEM)."),
        ("--tls-key", "Sleutel van het eigen certificaat (PEM).", "Key of the own certificate (PEM)."),
        ("--tls-cert", "Eigen certificaat met OIN (PEM).", "Own certificate with OIN (PEM)."),
    ):
        with_tls = option(name, metavar="FILE", nl=nl, en=en)(with_tls)
    return with_tls


def identify_with(tls: Tls, *, profile: str, proxy_secret_file: str | None, tokens: str | None) -> Identify:
    """Return how partners are recognised.

    Raises:
        UsageError: U_ARGUMENT, none of the ways or more than one.
        OSError: a file cannot be read.
    """
    if [tls.given, proxy_secret_file is not None, tokens is not None].count(True) != 1:
        raise UsageError(text=HOP)
    if proxy_secret_file is not None:
        return by_proxy(secret_in(proxy_secret_file))
    return by_certificate(PROFILES[profile]) if tokens is None else by_token(_tokens_in(tokens))


def secret_in(path: str) -> str:
    """Return the first line of a file."""
    return read_file(path, limit=_MAX_BYTES).split(b"\n")[0].strip().decode("ascii", "replace")


def _tokens_in(path: str) -> dict[str, bytes]:
    """Return the digest of the token of each organisation; the file is a JSON object of URN and token."""
    try:
        found = parse(read_file(path, limit=_MAX_BYTES))
    except DocumentError:
        found = None
    if not isinstance(found, dict) or not all(isinstance(one, str) for one in found.values()):
        raise UsageError("U_UNREADABLE")
    return {org: sha256(str(token).encode()).digest() for org, token in found.items()}
