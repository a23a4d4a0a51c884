# SPDX-License-Identifier: EUPL-1.2
"""Two organisations, the endpoint of one of them, and how a test asks it something without a network."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from kgbx.delivery.asgi import Endpoint
from kgbx.delivery.hops import PROFILES, SUBJECT, by_certificate
from kgbx.delivery.problems import PROBLEMS
from kgbx.delivery.records import Outgoing
from kgbx.delivery.routes import ROUTES, _fits, possible_problems
from kgbx.delivery.states import LIFETIME
from kgbx.envelope.encoding import b64
from kgbx.envelope.seal import Attachment, seal
from tests.delivery.receiving.sides import START, TYPE, Clock, node_of
from tests.parties import AT, GI, SCHOOL, TEAM, directory_of, party

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from kgbx.delivery.asgi import Deadlines
    from kgbx.delivery.gate import Gate
    from kgbx.delivery.hops import Scope
    from kgbx.delivery.node import Node
    from kgbx.delivery.store import Store
    from kgbx.envelope.seal import Sealed

SIGNED = "application/jose+json"
PLAIN = "application/octet-stream"
EVERYBODY = directory_of(party(TEAM), party(GI), party(SCHOOL))


def oin(org: str) -> str:
    return org.rpartition(":")[2]


def subject_of(org: str) -> tuple[tuple[tuple[str, str], ...], ...]:
    """Return the subject of a certificate as TLS gives it."""
    return ((("commonName", "example.org"),), (("serialNumber", oin(org)),))


def parts_of(sealed: Sealed) -> tuple[bytes, ...]:
    return tuple(sha256(part.read()).digest() for part in sealed.parts)


def a_message(body: bytes = b"{}", *, sender: str = TEAM, to: str = GI, attached: Iterable[bytes] = ()) -> Sealed:
    document = EVERYBODY.document(to, AT)
    if document is None:
        raise LookupError
    return seal(
        body,
        media_type="application/json",
        message_type=TYPE,
        sender=party(sender).identity.at(AT),
        to=document,
        at=AT,
        attachments=[Attachment(source=data) for data in attached],
    )


def put_in(node: Node, sealed: Sealed, *, peer: str = GI, **changes: Any) -> Outgoing:  # noqa: ANN401  # of the row
    """Write a message as one that is to go out, with its parts."""
    for part in sealed.parts:
        data = part.read()
        node.store.parts.append("out", sha256(data).digest(), offset=0, size=len(data), data=data)
    row = Outgoing(
        id=sealed.id,
        peer=peer,
        envelope=sha256(sealed.envelope).digest(),
        parts=parts_of(sealed),
        made_at=START,
        due_at=START,
        expires_at=START + LIFETIME,
        **changes,
    )
    with node.store.transaction() as tx:
        tx.add_out(row, sealed.envelope)
    return row


def give_parts(node: Node, sealed: Sealed, *, owner: str = TEAM) -> None:
    """Bring the parts of a message to a receiver."""
    for part in sealed.parts:
        data = part.read()
        node.store.parts.append(owner, sha256(data).digest(), offset=0, size=len(data), data=data)


@dataclass(frozen=True)
class Said:
    """What an endpoint answered."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:  # noqa: ANN401  # any JSON
        return json.loads(self.body)

    @property
    def code(self) -> str:
        return str(self.json["code"])


@dataclass
class World:
    """A sender (TEAM) and the endpoint of a receiver (GI)."""

    clock: Clock = field(default_factory=Clock)
    store: Store | None = None
    gate: Gate | None = None
    deadlines: Deadlines | None = None

    def __post_init__(self) -> None:
        self.team = node_of(TEAM, self.clock, directory=EVERYBODY)
        self.gi = node_of(GI, self.clock, store=self.store, directory=EVERYBODY)
        identify = by_certificate(PROFILES["mtls"])
        self.endpoint = Endpoint(self.gi, identify, gate=self.gate, deadlines=self.deadlines)

    def ask(  # a request has so many parts
        self,
        method: str,
        path: str,
        body: bytes = b"",
        *,
        by: str | None = TEAM,
        headers: Mapping[str, str] | None = None,
        pieces: Iterable[bytes] | None = None,
    ) -> Said:
        return asyncio.run(self.asked(scope_of(method, path, by=by, headers=headers), pieces or [body]))

    async def asked(self, scope: Scope, pieces: Iterable[bytes]) -> Said:
        said = await ask(self.endpoint, scope, pieces)
        assert said.status in described(scope), "an answer that the description does not know"
        return said

    def offer(self, sealed: Sealed, *, by: str | None = TEAM, **headers: str) -> Said:
        """Offer a message."""
        named = {"content-type": SIGNED} | {name.replace("_", "-"): value for name, value in headers.items()}
        if sealed.parts:
            named.setdefault("kgbx-parts", ", ".join(b64(part) for part in parts_of(sealed)))
        return self.ask("PUT", f"/v1/messages/{sealed.id}", sealed.envelope, by=by, headers=named)

    def bring(self, sealed: Sealed, *, by: str | None = TEAM, **headers: str) -> Said:
        """Offer a message of which the parts are there."""
        if by is not None:
            give_parts(self.gi, sealed, owner=by)
        return self.offer(sealed, by=by, **headers)


def described(scope: Scope) -> set[int]:
    """Return the statuses that a request may get by the tables from which the description is made."""
    steps = scope["path"].split("/")
    there = [one for one in ROUTES if _fits(one, steps)]
    found = [one for one in there if one.method == scope["method"]]
    if not found:
        return {405, 431} if there else {404, 431}
    return {*found[0].statuses, *(PROBLEMS[code].status for code in possible_problems(found[0]))}


def scope_of(
    method: str, path: str, *, by: str | None = TEAM, headers: Mapping[str, str] | None = None, prefix: str = ""
) -> Scope:
    """Return the scope of a request, as the server of this library would give it."""
    address, _, query = path.partition("?")
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "https",
        "path": prefix + address,
        "raw_path": (prefix + address).encode(),
        "root_path": prefix,
        "query_string": query.encode(),
        "headers": [(name.lower().encode(), value.encode("latin-1")) for name, value in (headers or {}).items()],
        "client": ("127.0.0.1", 50000),
        "server": ("127.0.0.1", 443),
        "state": {} if by is None else {SUBJECT: subject_of(by)},
    }


async def ask(application: Any, scope: Scope, pieces: Iterable[bytes]) -> Said:  # noqa: ANN401  # any application
    """Return what an application answers to a request whose body comes in pieces."""
    left, sent = list(pieces) or [b""], []

    async def receive() -> dict[str, Any]:
        await asyncio.sleep(0)
        if not left:  # nobody hangs up
            await asyncio.Event().wait()
        body = left.pop(0)
        return {"type": "http.request", "body": body, "more_body": bool(left)}

    async def send(message: Any) -> None:  # noqa: ANN401
        sent.append(message)

    await application(scope, receive, send)
    start = sent[0]
    headers = {name.decode().lower(): value.decode("latin-1") for name, value in start["headers"]}
    return Said(start["status"], headers, b"".join(message.get("body", b"") for message in sent[1:]))
