# SPDX-License-Identifier: EUPL-1.2
"""A trusted sender that signs nonsense: only EnvelopeError leaves, and what opens is what was signed."""

from __future__ import annotations

import json
from typing import Any, Final

from hypothesis import given
from hypothesis import strategies as st

from kgbx.envelope.ports import KeyEntry, OrganisationDocument
from kgbx.errors import EnvelopeError
from tests.envelope.makers import AT, NOW, StaticDirectory, directory_of, opened
from tests.envelope.test_tampering import JSON, paths, put
from tools.vector_forge import Changes, Content, Draft, Org, new_org


def document(org: Org) -> OrganisationDocument:
    keys = tuple(
        KeyEntry(key=key.public, use="enc" if key is org.enc else "sig", nbf=0, exp=NOW * 2)
        for key in (org.ed, org.ml, org.enc)
    )
    return OrganisationDocument(
        org=org.org,
        name="Voorbeeldorganisatie",
        seq=1,
        iat=0,
        exp=NOW * 2,
        keys=keys,
        root=(org.ed.kid, org.ml.kid),
        suites=("kgbx-1",),
        floor="kgbx-1",
    )


class Reader:
    """The receiving organisation."""

    def __init__(self, own: Org) -> None:
        self.org = own.org
        self.encryption_kids = (own.enc.kid,)
        self._key = own.enc

    def unwrap(self, kid: str, *, ek: bytes, encrypted_key: bytes, info: bytes) -> bytes:
        assert kid == self._key.kid
        return self._key.unwrap(ek=ek, encrypted_key=encrypted_key, info=info)


SENDER: Final = new_org(7201)
RECEIVER: Final = new_org(7202)
READER: Any = Reader(RECEIVER)
DIRECTORY: Final[StaticDirectory] = directory_of(document(SENDER), document(RECEIVER))
CONTENT: Final = Content(b'{"synthetic":true}', b"attached")


def draft(changes: Changes) -> Draft:
    return Draft(sender=SENDER, to=[RECEIVER], content=CONTENT, changes=changes)


MANIFEST: Final = draft(Changes()).manifest()
JWS: Final = draft(Changes()).signed(json.dumps(MANIFEST).encode())


def outcome(message: Draft) -> str:
    try:
        found = opened(message.build(), identity=READER, directory=DIRECTORY, parts=message.blobs)
    except EnvelopeError as error:
        return error.code
    assert (found.body, found.sender) == (CONTENT.body, SENDER.org)
    return "accepted"


def test_control_the_unchanged_message_opens() -> None:
    assert outcome(draft(Changes())) == "accepted"


class TestSignedNonsense:
    """Any value of the manifest, of the JWS or of a header may be any JSON, well signed."""

    @given(st.sampled_from(paths(MANIFEST)), JSON)
    def test_manifest(self, path: tuple[Any, ...], new: object) -> None:
        code = outcome(draft(Changes(manifest=lambda members: put(members, path, new))))
        assert code == "accepted" or code.startswith("E_")

    @given(st.sampled_from(paths(JWS)), JSON)
    def test_statement(self, path: tuple[Any, ...], new: object) -> None:
        assert outcome(draft(Changes(jws=lambda signed: put(signed, path, new)))).startswith("E_")

    @given(st.sampled_from(["alg", "kid", "typ"]), st.integers(0, 1), JSON)
    def test_header_of_a_signature(self, name: str, n: int, new: object) -> None:
        change = Changes(headers=lambda rows: put(rows, (n, name), new))
        assert outcome(draft(change)).startswith("E_")

    @given(st.binary(max_size=300))
    def test_payload(self, payload: bytes) -> None:
        assert outcome(draft(Changes(payload=lambda _: payload))).startswith("E_")

    @given(st.binary(max_size=300))
    def test_plaintext(self, plaintext: bytes) -> None:
        assert outcome(draft(Changes(plaintext=lambda _: plaintext))).startswith("E_")

    @given(st.integers(0, 1), st.binary(max_size=300))
    def test_part(self, n: int, blob: bytes) -> None:
        message = draft(Changes())
        envelope = message.build()
        parts = [blob if i == n else good for i, good in enumerate(message.blobs)]
        try:
            opened(envelope, identity=READER, directory=DIRECTORY, parts=parts)
        except EnvelopeError as error:
            code = error.code
        else:
            code = "accepted"
        assert code == "E_PART_SIZE"


def test_present_of_the_vectors_is_that_of_the_tests() -> None:
    assert int(AT.timestamp()) == NOW == MANIFEST["iat"]
