# SPDX-License-Identifier: EUPL-1.2
"""Two organisations with our keys and two with keys of the second implementation, who all believe each other."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from kgbx.directory import Directory, Pin, Trust, build_directory_file, build_trust_file, make_document
from kgbx.envelope.encoding import b64
from kgbx.envelope.keyring import KeyRing
from kgbx.envelope.ports import KeyEntry
from kgbx.envelope.seal import Sealed, seal
from kgbx.envelope.unseal import unseal
from kgbx.errors import EnvelopeError
from tests.envelope.makers import AT, BODY, MEDIA, NOW, OTHER, SENDER, TYPE, document_of, org_urn
from tests.peer.process import ACCEPTED, data

if TYPE_CHECKING:
    from pathlib import Path

    from kgbx.envelope.identity import Identity
    from kgbx.envelope.keys import PrivateKey
    from kgbx.envelope.ports import Opener, OrganisationDocument, ReplayStore, Signer
    from kgbx.envelope.unseal import Opened
    from tests.peer.process import Answer, Peer

SUITES: Final = ("kgbx-1", "kgbx-1h")
PEER: Final = org_urn(7901)
SECOND: Final = org_urn(7902)
RINGS: Final = {one.org: KeyRing.create(one.org, suite="kgbx-1h") for one in (SENDER, OTHER)}


def said(identity: Identity, **changes: Any) -> OrganisationDocument:  # noqa: ANN401  # any field
    """Return what one of our organisations says of its keys of both suites."""
    ring = RINGS[identity.org]
    more = tuple(
        KeyEntry(key=key.public, use="enc" if key in ring.opening else "sig", nbf=NOW - 60, exp=NOW + 86_400)
        for key in (*ring.pair, *ring.opening)
    )
    own = (replace(e, nbf=NOW - 200_000) if e.use == "root" else e for e in document_of(identity).keys)
    fields: dict[str, Any] = {"keys": (*own, *more), "suites": SUITES, **changes}
    return document_of(identity, **fields)


def written(identity: Identity, **changes: Any) -> bytes:  # noqa: ANN401  # idem
    return make_document(said(identity, **changes), root=identity.root)


def holder(org: str, suite: str) -> Identity | KeyRing:
    """Return the keys of one of our organisations."""
    identity = next(one for one in (SENDER, OTHER) if one.org == org)
    return identity if suite == "kgbx-1" else RINGS[org]


def private_keys(identity: Identity) -> list[PrivateKey]:
    """Return the keys of both suites that one of our organisations signs and opens with."""
    ring = RINGS[identity.org]
    own = [key.private for key in identity.keys if key.use != "root" and key.private is not None]
    return [*own, *ring.pair, *ring.opening]


@dataclass(frozen=True)
class World:
    """Who there is, and what both sides know of them; the keys of OTHER are held by both."""

    peer: Peer
    file: bytes
    trust: bytes

    @classmethod
    def made(cls, peer: Peer) -> World:
        answers = {org: peer.ask("create", org=org, at=NOW, suites=SUITES) for org in (PEER, SECOND)}
        documents = [written(SENDER), written(OTHER), *(data(answer["document"]) for answer in answers.values())]
        pins = [Pin(org=one.org, root=one.root.signing_kids) for one in (SENDER, OTHER)]
        pins += [Pin(org=org, root=(answer["root"][0], answer["root"][1])) for org, answer in answers.items()]
        trust = build_trust_file(Trust(pinned=tuple(pins)))
        peer.ask("adopt", org=OTHER.org, keys=[key.jwk() for key in private_keys(OTHER)])
        return cls(peer, build_directory_file(documents), trust)

    @cached_property
    def directory(self) -> Directory:
        """What we believe."""
        return Directory.load(self.file, self.trust)

    def known(self, **files: bytes) -> dict[str, object]:
        """Return what the second implementation is told of organisations."""
        given = {"file": self.file, "trust": self.trust, **files}
        return {"directory": b64(given["file"]), "trust": b64(given["trust"]), "at": NOW}

    def sealed(self, *to: str, sender: Signer = SENDER, **options: Any) -> Sealed:  # noqa: ANN401  # keywords of seal
        """Return a message that we seal."""
        documents = [self.directory.require(org, AT) for org in to or (PEER,)]
        call: dict[str, Any] = {"media_type": MEDIA, "message_type": TYPE, "shared": len(documents) > 1, "body": BODY}
        return seal(sender=sender, to=documents, at=AT, **{**call, **options})

    def theirs(self, bundle: Path, *, org: str = PEER, **options: object) -> Answer:
        """Return what the second implementation says of a bundle."""
        return self.peer.ask("open", **{"org": org, "bundle": str(bundle), **self.known(), **options})

    def made_by_peer(self, bundle: Path, **options: object) -> Answer:
        """Let the second implementation seal a bundle, and return its answer."""
        request = {
            "org": PEER,
            "to": [SENDER.org],
            "type": TYPE,
            "contents": [{"data": b64(BODY), "media": MEDIA}],
            "bundle": str(bundle),
        }
        return self.peer.ask("seal", **{**request, **self.known(), **options})

    def ours(self, bundle: Path, *, opener: Opener = SENDER, seen: ReplayStore | None = None) -> Opened:
        """Return what we open."""
        return unseal(bundle, identity=opener, directory=self.directory, at=AT, seen=seen)

    def our_code(self, bundle: Path, **options: Any) -> str:  # noqa: ANN401  # idem
        """Return ``accepted`` or the code that we give."""
        try:
            self.ours(bundle, **options)
        except EnvelopeError as error:
            return error.code
        return ACCEPTED
