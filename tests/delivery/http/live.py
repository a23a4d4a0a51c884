# SPDX-License-Identifier: EUPL-1.2
"""A real server on the loopback interface, certificates that are thrown away, and clients that misbehave."""

from __future__ import annotations

import asyncio
import socket
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from kgbx.delivery.asgi import Endpoint
from kgbx.delivery.hops import by_token
from kgbx.delivery.http import HttpTransport, client_context
from kgbx.delivery.server import EndpointServer
from tests.delivery.http.world import World, oin
from tests.parties import SCHOOL, TEAM

if TYPE_CHECKING:
    import ssl
    from collections.abc import Iterator
    from pathlib import Path

    from kgbx.delivery.asgi import Deadlines
    from kgbx.delivery.server import Patience

TOKENS = {TEAM: "token of the team", SCHOOL: "token of the school"}
DIGESTS = {org: sha256(token.encode()).digest() for org, token in TOKENS.items()}


@dataclass(frozen=True)
class Live:
    """A server that runs."""

    server: EndpointServer
    host: str
    port: int
    scheme: str = "http"

    @property
    def url(self) -> str:
        return f"{self.scheme}://{self.host}:{self.port}"

    @property
    def connections(self) -> int:
        return len(self.server.server_state.connections)

    def open(self, said: bytes = b"") -> socket.socket:
        """Open a connection, say something, and say no more."""
        connection = socket.create_connection((self.host, self.port), timeout=20)
        connection.sendall(said)
        return connection


@contextmanager
def running(
    endpoint: Endpoint, *, patience: Patience | None = None, context: ssl.SSLContext | None = None
) -> Iterator[Live]:
    """Run a server in a thread of its own until the block ends."""
    listening = socket.create_server(("127.0.0.1", 0), backlog=2048)
    server = EndpointServer(endpoint, context=context, patience=patience)
    server.config.timeout_graceful_shutdown = 5
    thread = threading.Thread(target=asyncio.run, args=(server.serve(sockets=[listening]),), daemon=True)
    thread.start()
    try:
        host, port = listening.getsockname()
        yield Live(server, host, port, "http" if context is None else "https")
    finally:
        server.should_exit = True
        thread.join(30)
        listening.close()


def open_to_tokens(world: World, deadlines: Deadlines | None = None) -> Endpoint:
    return Endpoint(world.gi, by_token(DIGESTS), gate=world.gate, deadlines=deadlines)


def client_of(org: str = TEAM) -> HttpTransport:
    """Return a client that is known by its token."""
    headers = {"authorization": f"Bearer {TOKENS[org]}"}
    return kept(HttpTransport(CONTEXT, headers=headers, plain_on_loopback=True))


CONTEXT = client_context(authorities=None)
_CLIENTS: list[HttpTransport] = []


def kept(client: HttpTransport) -> HttpTransport:
    """Return a client that is closed at the end of the test."""
    _CLIENTS.append(client)
    return client


def close_clients() -> None:
    while _CLIENTS:
        _CLIENTS.pop().close()


def hung_up(connection: socket.socket) -> bytes:
    """Wait until the other side ends the connection, and return what it said; a time-out fails the test."""
    said = bytearray()
    try:
        while data := connection.recv(65536):
            said += data
    except ConnectionError:
        pass
    finally:
        connection.close()
    return bytes(said)


class Authority:
    """Who gives out certificates with an OIN, as PKIoverheid does."""

    def __init__(self, folder: Path, name: str = "Testgezag") -> None:
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        basic = x509.BasicConstraints(ca=True, path_length=0)
        certificate = (
            self._begun(self._name, self._key).add_extension(basic, critical=True).sign(self._key, hashes.SHA256())
        )
        self.certificate = folder / f"{name}.pem"
        self.certificate.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))

    def _begun(self, subject: x509.Name, key: ec.EllipticCurvePrivateKey) -> x509.CertificateBuilder:
        now = datetime.now(UTC)  # the machine's own clock: TLS reads no other
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=1))
        )

    def issue(
        self, org: str, *, attribute: x509.ObjectIdentifier = NameOID.SERIAL_NUMBER, times: int = 1
    ) -> tuple[Path, Path]:
        """Return the files of a certificate for the OIN of an organisation, and of its key."""
        key = ec.generate_private_key(ec.SECP256R1())
        names = [x509.NameAttribute(attribute, oin(org))] * times
        names = [x509.NameAttribute(NameOID.COMMON_NAME, "example.org"), *names]
        subject = x509.Name([x509.RelativeDistinguishedName([name]) for name in names])
        uses = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH])
        certificate = (
            self._begun(subject, key)
            .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
            .add_extension(uses, critical=False)
            .sign(self._key, hashes.SHA256())
        )
        stem = f"{oin(org)}-{attribute.dotted_string}-{times}"
        files = self._folder / f"{stem}.pem", self._folder / f"{stem}.key"
        files[0].write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        files[1].write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        return files

    def list_of(self, *revoked: Path, until: datetime | None = None, delta: bool = False) -> bytes:
        """Return the list, PEM, of the certificates in these files."""
        now = datetime.now(UTC)
        made = x509.CertificateRevocationListBuilder().issuer_name(self._name).last_update(now - timedelta(days=2))
        made = made.next_update(until or now + timedelta(days=1))
        if delta:
            made = made.add_extension(x509.DeltaCRLIndicator(1), critical=True)
        for path in revoked:
            number = x509.load_pem_x509_certificate(path.read_bytes()).serial_number
            row = x509.RevokedCertificateBuilder().serial_number(number).revocation_date(now)
            made = made.add_revoked_certificate(row.build())
        return made.sign(self._key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
