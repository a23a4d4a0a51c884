# SPDX-License-Identifier: EUPL-1.2
"""Cheap seals for the simulator: they bind what real ones bind, with a keyed hash that everybody in the world knows.

Rules: an envelope names its key, its sender and what its receiver will think of it; a receipt names its message; a
statement of custody is a real one with signatures of the right size. Nothing here protects anything.

Source: delivery design, "Tests and figures".
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING, Final, cast

from kgbx.delivery.arrival import Unacceptable, Unjudged, Unopenable
from kgbx.delivery.judging import Answer
from kgbx.delivery.states import HOUR
from kgbx.envelope import jws
from kgbx.envelope.custody import TYP, read_statement
from kgbx.envelope.encoding import b64
from kgbx.envelope.keys import ALGS
from kgbx.envelope.suites import KGBX_1
from kgbx.errors import EnvelopeError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from kgbx.delivery.judging import Kept, NotOpened, Outcome
    from kgbx.delivery.records import Incoming, Outgoing
    from kgbx.envelope.blobs import Blob
    from kgbx.envelope.custody import Statement
    from kgbx.envelope.ports import Keyholder
    from kgbx.envelope.unseal import Opened

CANARY: Final = "Canaria van der Zangvogel"
"""A made-up name inside every envelope: it must be found nowhere else."""

FLAVOURS: Final = ("good", "against policy", "poison", "does not open", "unjudged")
"""What the receiver will think of a message."""

UNJUDGED_FOR: Final = 6 * HOUR
_SEPARATOR: Final = "|"


def stamp(*words: str) -> bytes:
    """Return words with a keyed hash behind them."""
    text = _SEPARATOR.join(words)
    return f"{text}{_SEPARATOR}{_hash(text)}".encode()


@lru_cache(maxsize=4096)
def words_of(data: bytes) -> tuple[str, ...] | None:
    """Return the words of a stamp, None for what is no stamp."""
    text, _, digest = data.decode("utf-8", "replace").rpartition(_SEPARATOR)
    return tuple(text.split(_SEPARATOR)) if digest == _hash(text) else None


def _hash(text: str) -> str:
    return b64(sha256(b"simulator" + text.encode()).digest())


@dataclass(frozen=True, slots=True)
class Sealed:
    """What is in an envelope, for who can open it."""

    id: str
    sender: str
    receiver: str
    key: str
    flavour: str


def seal(content: Sealed) -> bytes:
    """Return an envelope."""
    return stamp("envelope", content.id, content.sender, content.receiver, content.key, content.flavour, CANARY)


def unsealed(envelope: bytes) -> Sealed | None:
    """Return what is in an envelope, None for what is none."""
    words = words_of(envelope)
    if words is None or words[0] != "envelope":
        return None
    return Sealed(*words[1:6])


class CheapKeys:
    """Signs for an organisation, and knows which of its keys still open."""

    def __init__(self, org: str) -> None:
        """Make the keys of an organisation."""
        self.org = org
        self.signing_kids = _kids(org)
        self.key = 1

    @property
    def encryption_kids(self) -> tuple[str, ...]:
        """The one key that still opens."""
        return (f"{self.org}#{self.key}",)

    def sign(self, kid: str, message: bytes) -> bytes:
        """Return something of the size of a signature that only this key gives."""
        alg = KGBX_1.signatures[self.signing_kids.index(kid)]
        return _signature(kid, alg, message)

    def as_keyholder(self) -> Keyholder:
        """Return it as what the node wants: it never unwraps."""
        return cast("Keyholder", self)


def _kids(org: str) -> tuple[str, str]:
    first, second = (b64(sha256(f"{org}/{n}".encode()).digest()) for n in range(2))
    return first, second


def _signature(kid: str, alg: str, message: bytes) -> bytes:
    size = ALGS[alg].signature_bytes
    return (sha256(kid.encode() + message).digest() * (size // 32 + 1))[:size]


@lru_cache(maxsize=1024)
def verified(data: bytes) -> Statement | None:
    """Return what a statement says, None if a signature is not of the organisation that it names."""
    try:
        signed, statement = jws.parse(data, typ=TYP, suites=(KGBX_1,)), read_statement(data)
    except EnvelopeError:
        return None
    if signed.kids != _kids(statement.by):
        return None
    good = all(one.signature == _signature(one.kid, one.alg, one.signing_input) for one in signed.signatures)
    return statement if good else None


@dataclass(frozen=True, slots=True)
class CheapJudge:
    """Opens and signs as :class:`kgbx.delivery.judging.Judge` wants it.

    Attributes:
        keys: Of the organisation.
        now: Its clock.
    """

    keys: CheapKeys
    now: Callable[[], int]

    def may_sign(self) -> bool:
        """Tell that it can sign: it always can."""
        return True

    def opened(self, row: Incoming, envelope: bytes, *, parts: Sequence[Blob]) -> Opened | NotOpened:  # noqa: ARG002
        """Return what is in the message, or why there is nothing."""
        content = unsealed(envelope)
        if content is None or content.key not in self.keys.encryption_kids or content.flavour == "does not open":
            return Unopenable(code="E_DECRYPT")
        if (content.sender, content.id) != (row.peer, row.id):
            return Unacceptable(code="E_BINDING")
        if content.flavour == "unjudged" and self.now() < row.received_at + UNJUDGED_FOR:
            return Unjudged(code="E_DIR_STALE")
        return cast("Opened", content)

    def said(self, opened: Opened, status: str, *, code: str | None = None) -> bytes:
        """Return the receipt for a message that was opened."""
        content = cast("Sealed", opened)
        return stamp("receipt", content.id, self.keys.org, content.sender, status, code or "")

    def refused(self, envelope: bytes, parts: Sequence[Blob]) -> bytes | None:  # noqa: ARG002
        """Return the refusal of a message that was not opened."""
        content = unsealed(envelope)
        return None if content is None else self.said(cast("Opened", content), "refused", code="E_BINDING")

    def undeliverable(self, row: Incoming, envelope: bytes) -> bytes:  # noqa: ARG002
        """Return the word that it does not open."""
        return stamp("receipt", row.id, self.keys.org, row.peer, "undeliverable", "")

    def answer(self, row: Incoming, envelope: bytes, *, sent: Outgoing, kept: Kept) -> Answer:
        """Return what a receipt that came in says of a message that was sent."""
        words = words_of(envelope)
        if words is None or words[:4] != ("receipt", sent.id, row.peer, self.keys.org):
            raise EnvelopeError("E_BINDING")
        if envelope in kept.proofs:
            raise EnvelopeError("E_DUPLICATE")
        return Answer(outcome=cast("Outcome", words[4]), code=words[5] or None, proof=envelope)

    def cancelled(self, row: Incoming, envelope: bytes) -> str | None:
        """Return None if a cancellation is its sender's word about its own message."""
        return None if words_of(envelope) == ("cancellation", row.ref or "", row.peer, self.keys.org) else "E_BINDING"


def sealed_again(envelope: bytes, *, message_id: str, key: str) -> bytes:
    """Return the same content for another key, under another id."""
    content = unsealed(envelope)
    if content is None:
        raise EnvelopeError("E_BINDING")
    return seal(replace(content, id=message_id, key=key))
