# SPDX-License-Identifier: EUPL-1.2
"""Organisation documents: what is accepted, and one case for everything that is not."""

from __future__ import annotations

import base64
import json
import unicodedata
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from kgbx.directory import describe, make_document, peek_document, verify_document
from kgbx.directory.payload import INVISIBLE
from kgbx.envelope import jws
from kgbx.envelope.identity import create_identity
from kgbx.errors import DirectoryError, EnvelopeError
from tests.parties import AT, GI, SCHOOL, TEAM, party

if TYPE_CHECKING:
    from collections.abc import Callable


def payload_of(document: bytes) -> dict[str, Any]:
    text = json.loads(document)["payload"]
    members: dict[str, Any] = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    return members


def signed(payload: bytes, org: str = TEAM) -> bytes:
    return jws.sign(payload, typ="kgbx-org+jws", signers=[party(org).identity.root])


def changed(change: Callable[[dict[str, Any]], object]) -> bytes:
    members = payload_of(party(TEAM).document)
    change(members)
    return signed(json.dumps(members).encode())


def test_a_document_reads_back_what_was_said() -> None:
    said = party(TEAM).said
    read = peek_document(party(TEAM).document)
    assert replace(read, sha256=b"", jws=b"") == said


def test_a_document_keeps_the_bytes_as_received() -> None:
    assert peek_document(party(TEAM).document).jws == party(TEAM).document


def test_a_document_verifies_against_the_believed_root() -> None:
    one = party(TEAM)
    assert verify_document(one.document, org=TEAM, root=one.said.root).org == TEAM


def test_a_document_of_another_root_is_not_trusted() -> None:
    with pytest.raises(DirectoryError) as caught:
        verify_document(party(TEAM).document, org=TEAM, root=party(GI).said.root)
    assert caught.value.code == "E_DIR_UNTRUSTED"


def test_a_document_of_another_organisation_is_not_trusted() -> None:
    with pytest.raises(DirectoryError) as caught:
        verify_document(party(TEAM).document, org=GI, root=party(TEAM).said.root)
    assert caught.value.code == "E_DIR_UNTRUSTED"


def test_signing_with_another_root_pair_is_refused() -> None:
    with pytest.raises(DirectoryError) as caught:
        make_document(party(TEAM).said, root=party(GI).identity.root)
    assert caught.value.code == "E_DIR_SIGNATURE"


def test_an_identity_without_its_root_cannot_describe_itself() -> None:
    daily = create_identity(TEAM, at=AT).without_root()
    with pytest.raises(EnvelopeError) as caught:
        describe(daily, name="x", seq=1, at=AT)
    assert caught.value.code == "E_KEY_FILE"


def test_a_signature_of_the_signing_pair_is_no_root_signature() -> None:
    """The signing pair is kept on a server: whoever steals it must not be able to publish keys."""
    members = json.dumps(payload_of(party(TEAM).document)).encode()
    forged = jws.sign(members, typ="kgbx-org+jws", signers=[party(TEAM).identity])
    with pytest.raises(DirectoryError) as caught:
        peek_document(forged)
    assert caught.value.code == "E_DIR_SIGNATURE"


def test_a_changed_payload_is_refused() -> None:
    outer = json.loads(party(TEAM).document)
    outer["payload"] = json.loads(party(SCHOOL).document)["payload"]
    with pytest.raises(DirectoryError) as caught:
        peek_document(json.dumps(outer).encode())
    assert caught.value.code == "E_DIR_SIGNATURE"


@pytest.mark.parametrize("index", [0, 1])
def test_each_of_the_two_signatures_counts(index: int) -> None:
    outer = json.loads(party(TEAM).document)
    signature = outer["signatures"][index]["signature"]
    outer["signatures"][index]["signature"] = ("A" if signature[0] != "A" else "B") + signature[1:]
    with pytest.raises(DirectoryError) as caught:
        peek_document(json.dumps(outer).encode())
    assert caught.value.code == "E_DIR_SIGNATURE"


def far(members: dict[str, Any]) -> None:
    members.update(iat=2**53 - 86_401, exp=2**53 - 1)


def key_ends_far(members: dict[str, Any]) -> None:
    members["keys"][0]["exp"] = 2**53 - 1


def revoked_far(members: dict[str, Any]) -> None:
    members["keys"][0] |= {"status": "revoked", "revoked": {"at": 2**53 - 1}}


@pytest.mark.parametrize("change", [far, key_ends_far, revoked_far])
def test_a_second_that_is_no_date_is_refused(change: Callable[[dict[str, Any]], object]) -> None:
    with pytest.raises(DirectoryError) as caught:
        peek_document(changed(change))
    assert caught.value.code == "E_DIR_MALFORMED"


def test_the_characters_that_no_name_may_hold_are_those_of_four_categories() -> None:
    """What a newer Unicode adds is not looked at: an older one does not know it."""
    found = {chr(code) for code in range(0x110000) if INVISIBLE.match(chr(code))}
    known = {char for char in map(chr, range(0x110000)) if unicodedata.category(char) != "Cn"}
    assert found & known == {char for char in known if unicodedata.category(char) in {"Cc", "Cf", "Zl", "Zp"}}
    assert len(found) == 65 + 170 + 2


def test_a_name_with_half_a_character_is_refused() -> None:
    with pytest.raises(DirectoryError) as caught:
        make_document(replace(party(TEAM).said, name="Team \udcff"), root=party(TEAM).identity.root)
    assert caught.value.code == "E_DIR_MALFORMED"
    assert caught.value.__context__ is None


def test_another_typ_is_refused() -> None:
    manifest = jws.sign(b"{}", typ="kgbx-manifest+jws", signers=[party(TEAM).identity.root])
    with pytest.raises(DirectoryError) as caught:
        peek_document(manifest)
    assert caught.value.code == "E_DIR_MALFORMED"


def first_key(members: dict[str, Any]) -> dict[str, Any]:
    key: dict[str, Any] = members["keys"][0]
    return key


def private(members: dict[str, Any]) -> None:
    members["keys"][0]["jwk"] = party(TEAM).identity.keys[0].private.jwk()  # type: ignore[union-attr]  # it is there


MALFORMED: dict[str, Callable[[dict[str, Any]], object]] = {
    "v true": lambda m: m.update(v=True),
    "v 2": lambda m: m.update(v=2),
    "unknown member": lambda m: m.update(Vredebregt=1),
    "name missing": lambda m: m.pop("name"),
    "name empty": lambda m: m.update(name=" "),
    "name with a control character": lambda m: m.update(name="a\u0007"),
    "name with a control character of C1": lambda m: m.update(name="a\u009b2K"),
    "name that turns": lambda m: m.update(name="a\u202eb"),
    "name with an invisible character": lambda m: m.update(name="a\u200bb"),
    "name of two lines": lambda m: m.update(name="a\u2028b"),
    "name of two paragraphs": lambda m: m.update(name="a\u2029b"),
    "reason that turns": lambda m: first_key(m).update(status="revoked", revoked={"at": 1, "reason": "a\u202eb"}),
    "name too long": lambda m: m.update(name="a" * 201),
    "org of another form": lambda m: m.update(org="urn:osb:oin:1"),
    "org with a newline": lambda m: m.update(org=m["org"] + "\n"),
    "seq negative": lambda m: m.update(seq=-1),
    "seq a float": lambda m: m.update(seq=1.0),
    "seq a bool": lambda m: m.update(seq=True),
    "exp before iat": lambda m: m.update(exp=m["iat"]),
    "lifetime over 90 days": lambda m: m.update(exp=m["iat"] + 90 * 86400 + 1),
    "prev no digest": lambda m: m.update(prev="abc"),
    "root of one": lambda m: m.update(root=m["root"][:1]),
    "root swapped": lambda m: m.update(root=m["root"][::-1]),
    "root not listed": lambda m: m.update(keys=m["keys"][:3]),
    "no keys": lambda m: m.update(keys=[]),
    "keys no list": lambda m: m.update(keys={}),
    "key twice": lambda m: m["keys"].append(m["keys"][0]),
    "65 keys": lambda m: m.update(keys=m["keys"][:1] * 65),
    "key with a kid": lambda m: first_key(m).update(kid="x"),
    "key of unknown use": lambda m: first_key(m).update(use="all"),
    "use a list": lambda m: first_key(m).update(use=[]),
    "signing key as enc": lambda m: first_key(m).update(use="enc"),
    "status unknown": lambda m: first_key(m).update(status="lost"),
    "revoked without moment": lambda m: first_key(m).update(status="revoked"),
    "moment without revoked": lambda m: first_key(m).update(revoked={"at": 1}),
    "revoked at text": lambda m: first_key(m).update(status="revoked", revoked={"at": "gisteren"}),
    "nbf after exp": lambda m: first_key(m).update(nbf=first_key(m)["exp"]),
    "no suites": lambda m: m.update(suites=[]),
    "suite of another form": lambda m: m.update(suites=["none"]),
    "floor not a suite": lambda m: m.update(floor="kgbx-0"),
    "floor a list": lambda m: m.update(floor=["kgbx-1"]),
    "endpoint in the clear": lambda m: m.update(endpoints=[{"type": "kgbx", "url": "http://example.org/"}]),
    "endpoint of a script": lambda m: m.update(endpoints=[{"type": "kgbx", "url": "javascript:alert(1)"}]),
}

INVALID_KEYS: dict[str, Callable[[dict[str, Any]], object]] = {
    "private member": private,
    "jwk no object": lambda m: first_key(m).update(jwk="x"),
    "key too short": lambda m: first_key(m)["jwk"].update(x="AAAA"),
    "point of low order": lambda m: first_key(m)["jwk"].update(x="A" * 43),
    "unknown algorithm": lambda m: first_key(m)["jwk"].update(alg="RS256"),
}


@pytest.mark.parametrize("name", MALFORMED)
def test_a_malformed_document_is_refused(name: str) -> None:
    with pytest.raises(DirectoryError) as caught:
        peek_document(changed(MALFORMED[name]))
    assert caught.value.code == "E_DIR_MALFORMED"


@pytest.mark.parametrize("name", INVALID_KEYS)
def test_a_document_with_an_unsafe_key_is_refused(name: str) -> None:
    with pytest.raises(DirectoryError) as caught:
        peek_document(changed(INVALID_KEYS[name]))
    assert caught.value.code == "E_KEY_INVALID"


def test_an_unchanged_document_made_the_same_way_is_accepted() -> None:
    """The control: the helper of the cases above makes good documents."""
    assert peek_document(changed(lambda members: members)).org == TEAM


@pytest.mark.parametrize("data", [b"", b"[]", b"\xff", b'{"payload":"x"}', signed(b"nothing"), signed(b"[]")])
def test_what_is_no_document_is_malformed(data: bytes) -> None:
    with pytest.raises(DirectoryError) as caught:
        peek_document(data)
    assert caught.value.code == "E_DIR_MALFORMED"


def test_a_refusal_carries_nothing_of_the_document() -> None:
    with pytest.raises(DirectoryError) as caught:
        peek_document(changed(MALFORMED["unknown member"]))
    error = caught.value
    assert "Vredebregt" not in f"{error!r}{error}{error.args}{error.__context__!r}"
