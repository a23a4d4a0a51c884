# SPDX-License-Identifier: EUPL-1.2
"""Both implementations take the same receipts for the same message, and refuse the others with the same code."""

from __future__ import annotations

import hashlib
import itertools
import json
from typing import TYPE_CHECKING, Any, Final

import pytest

from kgbx.directory import Directory
from kgbx.envelope.encoding import b64, unb64
from kgbx.envelope.receipting import open_receipt, receipt
from kgbx.envelope.seal import Sealed, seal
from kgbx.envelope.unseal import unseal
from kgbx.errors import FAMILIES, KgbxError
from tests.effort import EFFORT
from tests.envelope.makers import AT, BODY, MEDIA, NOW, OTHER, SENDER, TYPE
from tests.interop.javascript import TAKES_LONGER
from tests.peer.documents import FROM, TO, TRUST, file_of
from tests.peer.faults import chosen, faults
from tests.peer.process import ACCEPTED
from tests.peer.world import SUITES, holder, private_keys
from tools.vector_forge import Changes, Content, Draft, Org

if TYPE_CHECKING:
    from kgbx.envelope.identity import Identity
    from tests.peer.faults import Edit, Json
    from tests.peer.process import Peer

if EFFORT == "quick":
    pytest.skip(TAKES_LONGER, allow_module_level=True)

SOME: Final = 80
FILE: Final = file_of((FROM, TO))
DIRECTORY: Final = Directory.load(FILE, TRUST)


def sent(suite: str) -> Sealed:
    to, sender = DIRECTORY.require(OTHER.org, AT), holder(SENDER.org, suite)
    return seal(
        BODY, sender=sender, to=to, at=AT, media_type=MEDIA, message_type=TYPE, suite=suite, attachments=[b"more"]
    )


MESSAGE: Final = sent("kgbx-1")
PAYLOAD: Final = unb64(json.loads(MESSAGE.jws)["payload"])
PROCESSED: Final[dict[str, Any]] = {
    "of": {"id": MESSAGE.id, "from": SENDER.org, "manifest": "sha-256:" + b64(hashlib.sha256(PAYLOAD).digest())},
    "level": 2,
    "status": "processed",
    "at": NOW,
    "parts": [{"n": 0, "ok": True}, {"n": 1, "ok": True}],
}
REFUSED: Final[dict[str, Any]] = {**PROCESSED, "status": "refused", "code": "E_SCHEMA", "parts": []}


def org_of(identity: Identity) -> Org:
    keys = {key.alg: key for key in private_keys(identity)}
    return Org(identity.org, keys["Ed25519"], keys["ML-DSA-65"], keys["HPKE-9-KE"])


def envelope_of(manifest: Edit, sender: Identity = OTHER) -> bytes:
    changes = Changes(manifest=manifest)
    return Draft(sender=org_of(sender), to=[org_of(SENDER)], content=Content(b"", b""), changes=changes).build()


def saying(said: Json, **members: object) -> bytes:
    return envelope_of(lambda value: {**value, "kind": "receipt", "parts": [], "receipt": said, **members})


@pytest.fixture(scope="module")
def holding(peer: Peer) -> Peer:
    """Let the second implementation hold the keys of who sent the message."""
    peer.ask("adopt", org=SENDER.org, keys=[key.jwk() for key in private_keys(SENDER)])
    return peer


def ours(envelope: bytes) -> str:
    try:
        open_receipt(envelope, identity=SENDER, directory=DIRECTORY, at=AT, sent={MESSAGE.id: MESSAGE.jws}.get)
    except KgbxError as error:
        return error.code
    return ACCEPTED


def theirs(peer: Peer, envelope: bytes, payload: bytes = PAYLOAD) -> str:
    known = {"directory": b64(FILE), "trust": b64(TRUST), "at": NOW}
    answer = peer.ask("receipt", org=SENDER.org, envelope=b64(envelope), sent=b64(payload), **known)
    return ACCEPTED if "by" in answer else str(answer["code"])


def disagreements(peer: Peer, envelopes: dict[str, bytes]) -> dict[str, tuple[str, str]]:
    found = {name: (ours(envelope), theirs(peer, envelope)) for name, envelope in envelopes.items()}
    return {name: both for name, both in found.items() if both[0] != both[1]}


@pytest.mark.parametrize("said", [PROCESSED, REFUSED], ids=["processed", "refused"])
def test_one_change(holding: Peer, said: Json) -> None:
    changes = faults(said)
    rows = {name: saying(changes[name](said)) for name in chosen(sorted(changes), SOME)}
    assert disagreements(holding, {"unchanged": saying(said), **rows}) == {}
    assert ours(saying(said)) == ACCEPTED


def test_what_goes_together(holding: Peer) -> None:
    """Status, level, code and parts."""
    listed: tuple[list[int], ...] = ([], [0], [0, 1], [0, 1, 2], [1, 0], [0, 0])
    rows = {}
    for status, level, code, parts, ok in itertools.product(
        ("processed", "refused", "taken_up"), (2, 3), (None, "E_SCHEMA"), listed, (True, False)
    ):
        said = {**PROCESSED, "status": status, "level": level, "parts": [{"n": n, "ok": ok} for n in parts]}
        rows[f"{status} {level} {code} {parts} {ok}"] = said if code is None else {**said, "code": code}
    envelopes = {name: saying(rows[name]) for name in chosen(sorted(rows), 60)}
    assert disagreements(holding, envelopes) == {}


def test_codes_of_a_refusal(holding: Peer) -> None:
    rows = {code: saying({**REFUSED, "code": code}) for code in (*FAMILIES, "E_X", "U_ARGUMENT", "e_schema")}
    assert disagreements(holding, rows) == {}


@pytest.mark.parametrize(
    ("members", "code"),
    [
        ({"kc": "A" * 43}, "E_BINDING"),
        ({"to": []}, "E_RECIPIENTS"),
        ({"iat": 0, "exp": 5}, "E_EXPIRED"),
        ({"from": {"org": SENDER.org, "sig": []}}, "E_SENDER_MISMATCH"),
        ({"kind": "message", "parts": []}, "E_MEMBERS"),
        ({"thid": MESSAGE.id, "ref": MESSAGE.id}, ACCEPTED),
    ],
    ids=lambda value: value if isinstance(value, str) else "-".join(value),
)
def test_manifest_of_a_receipt(holding: Peer, members: dict[str, object], code: str) -> None:
    """A form that is wrong is told before all but the kind; what it is about comes after all."""
    assert (ours(saying(PROCESSED, **members)), theirs(holding, saying(PROCESSED, **members))) == (code, code)
    other = {**PROCESSED, "of": {**PROCESSED["of"], "manifest": "sha-256:" + "A" * 43}}
    both = {"form": saying({**PROCESSED, "level": 9}, **members), "about another": saying(other, **members)}
    assert disagreements(holding, both) == {}


def test_parts_beside_a_receipt_and_no_receipt(holding: Peer) -> None:
    rows = {
        "parts": envelope_of(lambda value: {**value, "kind": "receipt", "receipt": PROCESSED}),
        "no receipt": envelope_of(lambda value: {**value, "kind": "receipt", "parts": []}),
        "a message": envelope_of(lambda value: value),
        "from one that it was not sent to": envelope_of(
            lambda value: {**value, "kind": "receipt", "parts": [], "receipt": PROCESSED}, SENDER
        ),
    }
    assert disagreements(holding, rows) == {}
    assert [ours(row) for row in rows.values()] == ["E_MANIFEST", "E_MEMBERS", "E_KIND", "E_SENDER_MISMATCH"]


@pytest.mark.parametrize("at", [NOW - 300, NOW - 301, NOW + 300, NOW + 301])
def test_moment_of_a_receipt(holding: Peer, at: int) -> None:
    envelope = saying({**PROCESSED, "at": at})
    expected = ACCEPTED if abs(at - NOW) == 300 else "E_TIME"
    assert (ours(envelope), theirs(holding, envelope)) == (expected, expected)


@pytest.mark.parametrize("suite", SUITES)
def test_receipt_that_we_make(holding: Peer, suite: str) -> None:
    message, reader = sent(suite), holder(OTHER.org, suite)
    opened = unseal(message, identity=reader, directory=DIRECTORY, at=AT, seen=None)
    answer = receipt(opened, status="processed", identity=reader, at=AT)
    assert theirs(holding, answer.envelope, unb64(json.loads(message.jws)["payload"])) == ACCEPTED
