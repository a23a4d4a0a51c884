# SPDX-License-Identifier: EUPL-1.2
"""What is fuzzed of the envelope: every structure that comes from elsewhere, on its own and at the end of its chain.

Rules: a target takes bytes and answers "accepted" or a code. What is signed or encrypted on the way in is signed and
encrypted again after a change, by keys that are believed, so that the change is found by the check behind and not by
the signature. Anything but a documented error, or content that nobody sent, is a failure.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from kgbx.directory import Directory
from kgbx.envelope import jwe, jws
from kgbx.envelope.encoding import parse_json
from kgbx.envelope.evidence import claimed, read_evidence, verify_evidence
from kgbx.envelope.inspect import inspect
from kgbx.envelope.manifest import TYP
from kgbx.envelope.opening import verified
from kgbx.envelope.receipting import open_receipt, receipt
from kgbx.errors import DirectoryError, EnvelopeError, KgbxError, UsageError
from tests.directory import test_of_evidence as region
from tests.directory.test_statement import TRUST
from tests.envelope.makers import AT, BODY, DIRECTORY, RECEIVER, SENDER, enc_key, opened, sealed
from tests.envelope.structures import EXAMPLES, payload_of, written
from tests.parties import GI, SCHOOL, TEAM, directory_file, party, trust_file

if TYPE_CHECKING:
    from collections.abc import Callable

    from kgbx.envelope.identity import Identity

ATTACHMENT: Final = b"attached"
FIRST, SECOND = sealed(attachments=[ATTACHMENT]), sealed(b"{}", attachments=[b"other", b"more"])
FIRST_CEK: Final = verified(FIRST.envelope, identity=RECEIVER, directory=DIRECTORY).cek
RECEIPTS = tuple(receipt(opened(one), status="processed", identity=RECEIVER, at=AT) for one in (FIRST, SECOND))
RECEIPT_CEK: Final = verified(RECEIPTS[0].envelope, identity=SENDER, directory=DIRECTORY).cek
SENT: Final = {one.id: one.jws for one in (FIRST, SECOND)}
PINNED: Final = trust_file(party(TEAM), party(GI))


@dataclass(frozen=True, slots=True)
class Target:
    """Something that reads what comes from elsewhere.

    Attributes:
        seed: What it accepts.
        other: A second example, from which values are taken.
        run: Reads; raises one of `refusals`, or AssertionError when it accepts what nobody said.
        refusals: The errors by which it refuses.
    """

    seed: bytes
    other: bytes
    run: Callable[[bytes], object]
    refusals: tuple[type[KgbxError], ...] = (EnvelopeError, DirectoryError)

    def outcome(self, data: bytes) -> str:
        """Return "accepted" or the code of the refusal."""
        try:
            self.run(data)
        except self.refusals as error:
            if error.__cause__ is not None or error.__context__ is not None:
                raise AssertionError("another error stands behind the refusal") from None
            return error.code
        return "accepted"


def sealed_by(signer: Identity, data: bytes, *, to: Identity, cek: bytes) -> bytes:
    """Return an envelope around a payload that its sender signed."""
    return encrypted(jws.sign(data, typ=TYP, signers=[signer]), to=to, cek=cek)


def encrypted(statement: bytes, *, to: Identity, cek: bytes) -> bytes:
    """Return an envelope around a statement."""
    return jwe.encrypt(statement, cek=cek, recipients=[enc_key(to)], anonymous=False, random=bytes)


def require(truth: object) -> None:
    """Fail if what was accepted is not what was said."""
    if not truth:
        raise AssertionError("accepted, and nobody said it")


def bare(data: bytes) -> None:
    """Open an envelope with the parts of the first message: what opens is the first message, or the second's."""
    message = opened(data, parts=[blob.read() for blob in FIRST.parts])
    require((message.body, message.parts[1].read(), message.sender) == (BODY, ATTACHMENT, SENDER.org))


def bundle(data: bytes) -> None:
    """Open a bundle: what opens is one of the two messages, whole."""
    message = opened(data)
    content = [part.read() for part in message.parts]
    require(message.sender == SENDER.org)
    require(content in ([BODY, ATTACHMENT], [b"{}", b"other", b"more"]))


def manifest(data: bytes) -> None:
    """Open what a sender signed, whatever it is: the content is what was encrypted."""
    envelope = sealed_by(SENDER, data, to=RECEIVER, cek=FIRST_CEK)
    message = opened(envelope, parts=[blob.read() for blob in FIRST.parts])
    require((message.body, message.sender) == (BODY, SENDER.org))
    require(RECEIVER.org in {addressee.org for addressee in message.manifest.to})


def statement(data: bytes) -> None:
    """Open a statement of any form."""
    opened(encrypted(data, to=RECEIVER, cek=FIRST_CEK), parts=[blob.read() for blob in FIRST.parts])


def given(data: bytes) -> None:
    """Open the receipt that a receiver signed."""
    envelope = sealed_by(RECEIVER, data, to=SENDER, cek=RECEIPT_CEK)
    found = open_receipt(envelope, identity=SENDER, directory=DIRECTORY, at=AT, sent=SENT.get)
    require(found.sender == RECEIVER.org)
    require(found.receipt.message_id in SENT)


def proven(data: bytes) -> None:
    """Verify evidence by the keepers of a directory."""
    record = read_evidence(data)
    found = verify_evidence(record, directory=Directory.of_evidence(record, TRUST))
    require(found.manifest.sender == TEAM)


def used(directory: Directory) -> None:
    """Ask a directory what sealing and opening ask."""
    for org in directory.organisations:
        found = directory.document(org, AT)
        for entry in () if found is None else found.keys:
            directory.signing_key(entry.key.kid, entry.key.alg)
        directory.encryption_key(org, AT)


def document(data: bytes) -> None:
    """Use what an organisation says of itself, properly signed."""
    signed = jws.sign(data, typ="kgbx-org+jws", signers=[party(TEAM).identity.root])
    used(Directory.load(directory_file(signed), trust_file(party(TEAM))))


SAID: Final = [json.loads(party(org).document) for org in (TEAM, GI, SCHOOL)]
STATED: Final = json.loads(region.STATEMENT)
CHAINS: Final[dict[str, Target]] = {
    "bare envelope": Target(FIRST.envelope, SECOND.envelope, bare),
    "bundle": Target(FIRST.to_bytes(), SECOND.to_bytes(), bundle),
    "headers": Target(FIRST.envelope, SECOND.envelope, inspect),
    "signed manifest": Target(written(payload_of(FIRST.jws)), written(payload_of(SECOND.jws)), manifest),
    "encrypted statement": Target(FIRST.jws, SECOND.jws, statement),
    "signed receipt": Target(written(payload_of(RECEIPTS[0].jws)), written(payload_of(RECEIPTS[1].jws)), given),
    "evidence that is verified": Target(region.RECORD.encode(), region.received().encode(), proven),
    "evidence that is shown": Target(
        region.RECORD.encode(), region.received().encode(), lambda data: claimed(read_evidence(data))
    ),
    "signed document": Target(
        written(payload_of(party(TEAM).document)), written(payload_of(party(GI).document)), document
    ),
    "directory of keepers": Target(
        written({"format": "kgbx-directory-file/1", "directory": STATED, "documents": SAID}),
        written({"format": "kgbx-directory-file/1", "documents": SAID[::-1]}),
        lambda data: used(Directory.load(data, TRUST)),
    ),
    "directory of pins": Target(
        directory_file(*(party(org).document for org in (TEAM, GI))),
        directory_file(*(party(org).document for org in (GI, TEAM))),
        lambda data: used(Directory.load(data, PINNED)),
    ),
    "trust": Target(
        PINNED,
        TRUST,
        lambda data: used(Directory.load(directory_file(party(TEAM).document, party(GI).document), data)),
    ),
}


def reader(read: Callable[[Any], object]) -> Callable[[bytes], object]:
    """Return a reader of bytes."""
    return lambda data: read(parse_json(data))


def _alone(name: str) -> Target:
    _, example, read = EXAMPLES[name]
    kin = next(value for other, (kind, value, _) in EXAMPLES.items() if kind == EXAMPLES[name][0] or other == name)
    refusals = (EnvelopeError, DirectoryError, *((UsageError,) if name == "vectors" else ()))
    return Target(written(example), written(kin), reader(read), refusals)


TARGETS: Final[dict[str, Target]] = {**{name: _alone(name) for name in EXAMPLES}, **CHAINS}
"""Every target by name."""
