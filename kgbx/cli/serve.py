# SPDX-License-Identifier: EUPL-1.2
"""``kgbx serve``: the endpoint to which partners bring messages. It takes custody and opens nothing."""

from __future__ import annotations

import asyncio
import socket
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kgbx.cli.bilingual import command as bilingual_command
from kgbx.cli.bilingual import option
from kgbx.cli.console import console_of, json_option
from kgbx.cli.fresh import FreshDirectory
from kgbx.cli.roads import HOP, Tls, identify_with, reading_certificates, tls_options
from kgbx.cli.stores import Side, side_options
from kgbx.cli.telling import log_to_stderr
from kgbx.delivery.asgi import Endpoint
from kgbx.delivery.hops import PROFILES
from kgbx.delivery.revoking import Revocations
from kgbx.delivery.running import Sometimes, at_work
from kgbx.delivery.server import EndpointServer, allow_connections, server_context
from kgbx.errors import UsageError
from kgbx.messages import Text

if TYPE_CHECKING:
    import ssl

    from kgbx.delivery.hops import Identify
    from kgbx.delivery.node import Node
    from kgbx.delivery.running import Engine

_MAX_PORT = 65_535
_ADDRESS = Text(
    "Geef --listen als HOST:PORT, zoals 0.0.0.0:8443.",
    "Give --listen as HOST:PORT, such as 0.0.0.0:8443.",
)
_LISTS = Text(
    "--tls-crl gaat samen met --tls-cert, --tls-key en --tls-ca: een proxy kijkt zelf naar ingetrokken certificaten.",
    "--tls-crl goes with --tls-cert, --tls-key and --tls-ca: a proxy looks at revoked certificates itself.",
)
_LOOPBACK_ONLY = Text(
    "Zonder eigen certificaat (--tls-cert) luistert kgbx alleen op deze machine: 127.0.0.1, ::1 of localhost.",
    "Without a certificate of its own (--tls-cert) kgbx listens on this machine only: 127.0.0.1, ::1 or localhost.",
)
_LOOPBACK = ("127.0.0.1", "::1", "localhost")


@bilingual_command(
    "serve",
    nl="Neem berichten van partners aan, tot u het stopt (Ctrl-C).\n\n"
    "Elk bericht wordt eerst vastgelegd en dan ondertekend bevestigd. Hier wordt niets geopend: dat doet 'kgbx "
    "worker'. Partners worden herkend aan hun certificaat, of door een proxy op deze machine.",
    en="Take messages from partners, until you stop it (Ctrl-C).\n\n"
    "Each message is written down first and then confirmed, signed. Nothing is opened here: 'kgbx worker' does that. "
    "Partners are recognised by their certificate, or by a proxy on this machine.",
)
@side_options
@tls_options
@option("--listen", default="127.0.0.1:8443", show_default=True, metavar="HOST:PORT", nl="Adres.", en="Address.")
@option(
    "--profile",
    type=click.Choice(sorted(PROFILES)),
    default="mtls",
    show_default=True,
    nl="Hoe het OIN in certificaten staat.",
    en="How the OIN stands in certificates.",
)
@option(
    "--tls-crl",
    metavar="FILE",
    nl="Lijst van ingetrokken certificaten (CRL, PEM of DER), van elk gezag dat certificaten uitgeeft.",
    en="List of revoked certificates (CRL, PEM or DER), of each authority that issues certificates.",
)
@option(
    "--proxy-secret-file",
    metavar="FILE",
    nl="Een proxy op deze machine zegt wie het is, met dit geheim.",
    en="A proxy on this machine says who it is, with this secret.",
)
@option(
    "--tokens",
    metavar="FILE",
    nl="Alleen om te proberen, op deze machine: JSON van URN en geheim woord.",
    en="Only to try it, on this machine: JSON of URN and token.",
)
@json_option
@click.pass_context
def command(
    context: click.Context,
    side: Side,
    tls: Tls,
    listen: str,
    profile: str,
    tls_crl: str | None,
    proxy_secret_file: str | None,
    tokens: str | None,
    *,
    as_json: bool,
) -> None:
    """Serve until a signal comes."""
    console = console_of(context, as_json=as_json)
    identify = identify_with(tls, profile=profile, proxy_secret_file=proxy_secret_file, tokens=tokens)
    node = replace(side.node(console, lasting=True), directory=FreshDirectory(side))
    host, port = _address(listen, plain=not tls.given)
    log_to_stderr()
    allow_connections()
    if PROFILES[profile].warning or tokens is not None:
        console.note(
            "LET OP: zo is het alleen om te proberen, niet voor echte gezinnen.",
            "NOTE: like this it is only for trying, not for real families.",
        )
    watches, identify = _without_revoked(node, identify, tls=tls, lists=tls_crl)
    with socket.create_server((host, port), reuse_port=False) as on, at_work(watches):
        on.setblocking(False)  # noqa: FBT003  # the socket module has no name for it
        port = on.getsockname()[1]
        console.note(f"Luistert op {host}:{port}.", f"Listening on {host}:{port}.")
        console.result({"host": host, "port": port})
        server = EndpointServer(Endpoint(node, identify), context=_context(tls))
        asyncio.run(server.serve(sockets=[on]))
    node.store.close()


def _without_revoked(node: Node, identify: Identify, *, tls: Tls, lists: str | None) -> tuple[list[Engine], Identify]:
    """Return what looks for newer lists of revoked certificates, and who recognises partners by them."""
    if lists is None:
        return [], identify
    if tls.authorities is None:
        raise UsageError(text=_LISTS)
    revoked = Revocations(node, lists=Path(lists), authorities=Path(tls.authorities))
    return [Sometimes(revoked)], revoked.allows(identify)


def _address(listen: str, *, plain: bool) -> tuple[str, int]:
    """Return host and port; without a certificate of its own it listens to this machine only."""
    host, _, port = listen.rpartition(":")
    if not port.isdecimal() or int(port) > _MAX_PORT:
        raise UsageError(text=_ADDRESS)
    if plain and host.strip("[]") not in _LOOPBACK:
        raise UsageError(text=_LOOPBACK_ONLY)
    return host.strip("[]"), int(port)


def _context(tls: Tls) -> ssl.SSLContext | None:
    if tls.certificate is None:
        return None
    if tls.key is None or tls.authorities is None:
        raise UsageError(text=HOP)
    with reading_certificates():
        return server_context(certificate=Path(tls.certificate), key=Path(tls.key), authorities=Path(tls.authorities))
