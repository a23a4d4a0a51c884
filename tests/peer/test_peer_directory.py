# SPDX-License-Identifier: EUPL-1.2
"""Both implementations believe the same documents of an organisation, and refuse a directory with the same code."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

import pytest

from kgbx.directory import (
    Directory,
    Keepers,
    Pin,
    Trust,
    add_signature,
    build_trust_file,
    make_document,
    peek_document,
    sign_statement,
    state_directory,
)
from kgbx.envelope import jws
from kgbx.envelope.encoding import b64, unb64
from kgbx.envelope.identity import create_identity
from kgbx.envelope.keys import public_key_from_jwk
from kgbx.errors import KgbxError
from tests.effort import EFFORT
from tests.envelope.makers import AT, NOW, RECEIVER, SENDER, document_of
from tests.interop.javascript import TAKES_LONGER
from tests.peer.faults import chosen, faults
from tests.peer.values import NAMES, SUITES, URLS, WINDOWS

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from kgbx.envelope.identity import Identity
    from tests.peer.faults import Json
    from tests.peer.process import Peer

if EFFORT == "quick":
    pytest.skip(TAKES_LONGER, allow_module_level=True)

SOME: Final = 100
EARLIER: Final = AT - timedelta(days=1)
NEW: Final = create_identity(SENDER.org, at=EARLIER)
KEEPERS: Final = tuple(create_identity(f"urn:osb:oin:00000099{7960 + n:012d}", at=EARLIER) for n in range(3))

OWN: Final = document_of(SENDER, endpoints=(("inbox", "https://example.org/"),))
GOOD: Final = make_document(OWN, root=SENDER.root)
OTHER: Final = make_document(document_of(RECEIVER), root=RECEIVER.root)
SAID: Final = json.loads(unb64(json.loads(GOOD)["payload"]))
BOTH: Final = (GOOD, OTHER)


def file_of(documents: tuple[bytes, ...], statement: bytes | None = None) -> bytes:
    listing = {} if statement is None else {"directory": json.loads(statement)}
    rows = [json.loads(document) for document in documents]
    return json.dumps({"format": "kgbx-directory-file/1", "documents": rows, **listing}).encode()


def trust_of(*pinned: Identity, keepers: int = 0, threshold: int = 2, root: Identity | None = None) -> bytes:
    """Return a trust file; `root` is pinned for SENDER in place of its own."""
    pins = [Pin(org=one.org, root=(root if root and one is SENDER else one).root.signing_kids) for one in pinned]
    roots = tuple(one.root.signing_kids for one in KEEPERS[:keepers])
    return build_trust_file(
        Trust(pinned=tuple(pins), keepers=Keepers(roots=roots, threshold=threshold) if roots else None)
    )


PINNED: Final = trust_of(SENDER, RECEIVER)


def ours(file: bytes, trust: bytes) -> object:
    """Return the numbers of the documents that we believe and answer for, or the code."""
    try:
        directory = Directory.load(file, trust)
    except KgbxError as error:
        return error.code
    return {one.org: seqs for one in (SENDER, RECEIVER) if (seqs := believed(directory, one.org))}


def believed(directory: Directory, org: str) -> list[int]:
    try:
        directory.document(org, AT)
    except KgbxError:
        return []  # only the keepers vouched for it, and their statement expired
    return [document.seq for document in directory.history(org)]


def verdicts(peer: Peer, cases: dict[str, tuple[bytes, bytes]]) -> dict[str, tuple[object, object]]:
    found: dict[str, tuple[object, object]] = {}
    for name, (file, trust) in cases.items():
        answer = peer.ask("directory", directory=b64(file), trust=b64(trust), at=NOW)
        found[name] = ours(file, trust), answer.get("documents", answer.get("code"))
    return found


def disagreements(found: dict[str, tuple[object, object]]) -> dict[str, tuple[object, object]]:
    return {name: both for name, both in found.items() if both[0] != both[1]}


def signed(payload: Json, root: Identity = SENDER) -> bytes:
    data = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    return jws.sign(data, typ="kgbx-org+jws", signers=[root.root])


def test_one_change_of_a_document(peer: Peer) -> None:
    changes = faults(SAID)
    names = chosen(sorted(changes), SOME)
    cases = {name: (file_of((signed(changes[name](SAID)), OTHER)), PINNED) for name in names}
    found = verdicts(peer, cases)
    assert disagreements(found) == {}
    assert {"E_DIR_MALFORMED", "E_DIR_SIGNATURE"} & {str(one) for one, _ in found.values()}


def entry_changed(use: str, /, **changes: object) -> Json:
    """Return the payload with the first key of a use changed."""
    place = next(n for n, entry in enumerate(SAID["keys"]) if entry["use"] == use)
    return {**SAID, "keys": [{**one, **changes} if n == place else one for n, one in enumerate(SAID["keys"])]}


def of_keys() -> dict[str, Json]:
    rows = {f"{use} as {other}": entry_changed(use, use=other) for use in USES for other in USES}
    rows |= {f"{use} {status}": entry_changed(use, status=status) for use in USES for status in ("retired", "revoked")}
    for use in USES:
        for said in (
            {"at": NOW},
            {"at": NOW, "reason": ""},
            {"at": -1},
            {"reason": "x"},
            {"at": NOW, "reason": "a\nb"},
        ):
            rows[f"{use} revoked {said}"] = entry_changed(use, status="revoked", revoked=said)
        rows[f"{use} active and revoked"] = entry_changed(use, revoked={"at": NOW})
        rows |= {f"{use} {window}": entry_changed(use, nbf=window[0], exp=window[1]) for window in WINDOWS}
    return rows


USES: Final = ("sig", "enc", "root")
FORMS: Final[dict[str, Json]] = {
    **{f"name {ascii(name)[:12]} {len(name)}": {**SAID, "name": name} for name in NAMES},
    **{f"suites {suites} {floor}": {**SAID, "suites": suites, "floor": floor} for suites, floor in SUITES},
    **{f"url {ascii(url)[:40]} {len(url)}": {**SAID, "endpoints": [{"type": "inbox", "url": url}]} for url in URLS},
    **{f"exp {n}": {**SAID, "exp": SAID["iat"] + n} for n in (0, 1, 90 * 86_400, 90 * 86_400 + 1)},
    **{f"prev {len(prev)}": {**SAID, "prev": prev} for prev in ("A" * 43, "A" * 42, "A" * 42 + "B")},
    **of_keys(),
    "root pair the other way round": {**SAID, "root": SAID["root"][::-1]},
    "of 256 KiB": json.dumps(SAID).encode().ljust(2**18),
    "over 256 KiB": json.dumps(SAID).encode().ljust(2**18 + 1),
    "member twice": b'{"v":1,"v":1}',
    "no JSON": b"{",
}


def test_forms_of_a_document(peer: Peer) -> None:
    found = verdicts(peer, {name: (file_of((signed(payload), OTHER)), PINNED) for name, payload in FORMS.items()})
    assert disagreements(found) == {}
    assert {json.dumps(one) for one, _ in found.values()} >= {
        '"E_DIR_MALFORMED"',
        json.dumps(ours(file_of(BOTH), PINNED)),
    }


def test_signatures_of_a_document(peer: Peer) -> None:
    statement = json.loads(GOOD)
    changes = faults({**statement, "payload": "AAAA"})
    rows = {name: change(statement) for name, change in changes.items()}
    rows |= {f"{n} signatures": {**statement, "signatures": statement["signatures"] * 3} for n in (6,)}
    rows["own pair twice"] = {**statement, "signatures": statement["signatures"] * 2}
    rows["one"] = {**statement, "signatures": statement["signatures"][:1]}
    names = chosen(sorted(rows), SOME)
    other = json.loads(OTHER)
    cases = {
        name: (json.dumps({"format": "kgbx-directory-file/1", "documents": [rows[name], other]}).encode(), PINNED)
        for name in names
    }
    assert disagreements(verdicts(peer, cases)) == {}


def of_sender(
    seq: int, *, root: Identity = SENDER, former: Identity | None = None, previous: bytes | None = None
) -> bytes:
    """Return another document of SENDER, signed by `root` and perhaps by the former pair."""
    roots = {one.key.kid: one for who in (root, former or root) for one in document_of(who).keys if one.use == "root"}
    rest = [one for one in OWN.keys if one.use != "root"]
    said = replace(OWN, seq=seq, keys=(*roots.values(), *rest), root=root.root.signing_kids)
    return make_document(said, root=root.root, former=former and former.root, previous=previous)


def rooted(document: bytes, root: Identity, *signers: Identity, seq: int, **changes: object) -> bytes:
    """Return a document that says something else of a root pair."""
    payload = json.loads(unb64(json.loads(document)["payload"]))
    kids = root.root.signing_kids
    keys = [{**one, **changes} if public_key_from_jwk(one["jwk"]).kid in kids else one for one in payload["keys"]]
    data = json.dumps({**payload, "seq": seq, "keys": keys}).encode()
    return jws.sign(data, typ="kgbx-org+jws", signers=[one.root for one in signers])


def root_keys() -> dict[str, tuple[bytes, ...]]:
    """Return documents whose root keys are no good, by themselves or by the one before."""
    changed = of_sender(2, root=NEW, former=SENDER)
    iat, revoked = SAID["iat"], {"status": "revoked", "revoked": {"at": NOW}}
    back = rooted(of_sender(4, root=SENDER, former=NEW), NEW, SENDER, NEW, seq=4)
    return {
        **{
            f"root keys from {nbf - iat} to {exp - iat}": (GOOD, rooted(GOOD, SENDER, SENDER, seq=2, nbf=nbf, exp=exp))
            for nbf, exp in ((iat, iat + 1), (iat + 1, iat + 2), (iat - 1, iat))
        },
        "root keys revoked": (GOOD, rooted(GOOD, SENDER, SENDER, seq=2, **revoked)),
        "former root keys revoked": (GOOD, rooted(changed, SENDER, NEW, SENDER, seq=2, **revoked)),
        "former root keys over": (GOOD, rooted(changed, SENDER, NEW, SENDER, seq=2, nbf=5, exp=iat)),
        "former root keys revoked after that": (GOOD, changed, rooted(changed, SENDER, NEW, seq=3, **revoked)),
        "revoked root keys come back": (GOOD, changed, rooted(changed, SENDER, NEW, seq=3, **revoked), back),
        "back to root keys that were not revoked": (GOOD, changed, back),
        "shorter": (GOOD, rooted(GOOD, SENDER, SENDER, seq=2, exp=iat + 1), of_sender(3)),
        "of nobody": (signed([SENDER.org]),),
        "of somebody else, and no document": (GOOD, signed({"org": KEEPERS[0].org})),
        "no payload": (GOOD, json.dumps({**json.loads(GOOD), "payload": "="}).encode()),
    }


def chains() -> dict[str, tuple[bytes, bytes]]:
    """Return directories in which one organisation has several documents."""
    newer, changed = of_sender(2), of_sender(2, root=NEW, former=SENDER)
    alone, third, back = of_sender(2, root=NEW), of_sender(3, root=NEW), of_sender(3)
    renamed = make_document(replace(OWN, name="x"), root=SENDER.root)
    rows: dict[str, tuple[bytes, ...]] = {
        "one": (GOOD,),
        "none": (),
        "two": (GOOD, newer),
        "newest first": (newer, GOOD),
        "the same twice": (GOOD, GOOD),
        "two of one number": (GOOD, renamed),
        "root changed": (GOOD, changed),
        "root changed, the first left out": (changed,),
        "root changed, and one more": (GOOD, changed, third),
        "root changed, the change left out": (GOOD, third),
        "the newest only": (third,),
        "signed by the new pair only": (GOOD, alone),
        "signed by the new pair only, alone": (alone,),
        "back to the former pair": (GOOD, changed, back),
        "names the one before": (GOOD, of_sender(2, previous=peek_document(GOOD).sha256)),
        "names another": (GOOD, of_sender(2, previous=bytes(32))),
        "names another, not the one before": (GOOD, of_sender(3, previous=bytes(32))),
        "key of another organisation": (signed({**SAID, "keys": [*SAID["keys"], foreign_key()]}),),
        "signed by another": (signed(SAID, RECEIVER),),
        **root_keys(),
    }
    trusts = {
        "": PINNED,
        " (new pair pinned)": trust_of(SENDER, RECEIVER, root=NEW),
        " (other pair pinned)": trust_of(SENDER, RECEIVER, root=RECEIVER),
        " (not pinned)": trust_of(RECEIVER),
    }
    return {
        name + pin: (file_of((*documents, OTHER)), trust)
        for name, documents in rows.items()
        for pin, trust in trusts.items()
    }


def foreign_key() -> Json:
    keys = json.loads(unb64(json.loads(OTHER)["payload"]))["keys"]
    return next(entry for entry in keys if entry["use"] == "sig")


def test_documents_that_follow_from_each_other(peer: Peer) -> None:
    found = verdicts(peer, chains())
    assert disagreements(found) == {}
    codes = {one for one, _ in found.values() if isinstance(one, str)}
    assert codes == {"E_DIR_EQUIVOCATION", "E_DIR_UNTRUSTED", "E_DIR_SIGNATURE", "E_DIR_MALFORMED"}


def listing(
    *keepers: Identity,
    listed: tuple[bytes, ...] = BOTH,
    at: datetime = AT,
    change: Callable[[Json], Json] | None = None,
) -> bytes:
    """Return a directory statement signed by keepers."""
    own = [peek_document(make_document(document_of(one), root=one.root)) for one in keepers]
    said = state_directory([peek_document(one) for one in listed], keepers=own, seq=1, at=at)
    data = sign_statement(said, keepers[0].root)
    for keeper in keepers[1:]:
        data = add_signature(data, keeper.root)
    if change is None:
        return data
    payload = json.dumps(change(json.loads(unb64(json.loads(data)["payload"])))).encode()
    return jws.sign(payload, typ="kgbx-directory+jws", signers=[one.root for one in keepers])


def resigned(data: bytes, *places: int) -> bytes:
    """Return a statement with these of its signatures, in this order."""
    statement = json.loads(data)
    return json.dumps({**statement, "signatures": [statement["signatures"][n] for n in places]}).encode()


def spoiled(data: bytes, place: int) -> bytes:
    """Return a statement of which one signature is of other bytes."""
    statement = json.loads(data)
    entry = statement["signatures"][place]
    entry["signature"] = "A" * len(entry["signature"])
    return json.dumps(statement).encode()


def keeping() -> dict[str, tuple[bytes, bytes]]:
    """Return directories with a statement of keepers, and who is believed."""
    one, two, three = KEEPERS
    two_of_two, one_of_two = trust_of(keepers=2), trust_of(keepers=2, threshold=1)
    both = listing(one, two)
    newer, renamed = of_sender(2), make_document(replace(OWN, name="x"), root=SENDER.root)
    days = timedelta(days=1)
    rows: dict[str, tuple[tuple[bytes, ...], bytes | None, bytes]] = {
        "both": (BOTH, both, two_of_two),
        "one of two": (BOTH, listing(one), one_of_two),
        "one where two are needed": (BOTH, listing(one), two_of_two),
        "a stranger in place of one": (BOTH, listing(one, three), two_of_two),
        "a stranger beside enough": (BOTH, listing(one, three), one_of_two),
        "wrong signature of one that is needed": (BOTH, spoiled(both, 1), two_of_two),
        "wrong signature of one that is not": (BOTH, spoiled(both, 3), one_of_two),
        "a pair twice": (BOTH, resigned(both, 0, 1, 0, 1), two_of_two),
        "pairs mixed": (BOTH, resigned(both, 0, 3, 2, 1), one_of_two),
        "three signatures": (BOTH, resigned(both, 0, 1, 2), two_of_two),
        "no signatures": (BOTH, resigned(both), two_of_two),
        "seventeen pairs": (BOTH, resigned(both, *[0, 1] * 17), two_of_two),
        "no statement": (BOTH, None, two_of_two),
        "nobody keeps": (BOTH, both, PINNED),
        "expired": (BOTH, listing(one, two, at=AT - 8 * days), two_of_two),
        "expired, and pinned": (BOTH, listing(one, two, at=AT - 8 * days), trust_of(SENDER, RECEIVER, keepers=2)),
        "ends now": (BOTH, listing(one, two, at=AT - 7 * days), two_of_two),
        "from the future": (BOTH, listing(one, two, at=AT + days), two_of_two),
        "a listed one is missing": ((GOOD,), both, two_of_two),
        "not listed": (BOTH, listing(one, two, listed=(GOOD,)), two_of_two),
        "not listed but pinned": (BOTH, listing(one, two, listed=(GOOD,)), trust_of(RECEIVER, keepers=2)),
        "a newer one beside": ((GOOD, newer, OTHER), both, two_of_two),
        "a newer one in place": ((newer, OTHER), both, two_of_two),
        "an older one in place": ((of_sender(0), OTHER), both, two_of_two),
        "another of its number": ((renamed, OTHER), both, two_of_two),
        "another of its number, pinned": ((renamed, OTHER), both, trust_of(SENDER, keepers=2)),
        "listed twice": (BOTH, listing(one, two, change=twice), two_of_two),
    }
    return {name: (file_of(documents, statement), trust) for name, (documents, statement, trust) in rows.items()}


def twice(payload: Json) -> Json:
    return {**payload, "documents": [*payload["documents"], payload["documents"][0]]}


def test_statements_of_keepers(peer: Peer) -> None:
    found = verdicts(peer, keeping())
    assert disagreements(found) == {}
    codes = {one for one, _ in found.values() if isinstance(one, str)}
    assert codes == {"E_DIR_EQUIVOCATION", "E_DIR_MALFORMED", "E_DIR_ROLLBACK", "E_DIR_SIGNATURE"}


def test_one_change_of_a_statement(peer: Peer) -> None:
    one, two, _ = KEEPERS
    payload = json.loads(unb64(json.loads(listing(one, two))["payload"]))
    changes = faults(payload)
    cases = {
        name: (file_of(BOTH, listing(one, two, change=changes[name])), trust_of(keepers=2))
        for name in chosen(sorted(changes), SOME // 5)
    }
    assert disagreements(verdicts(peer, cases)) == {}


def test_one_change_of_a_trust_file(peer: Peer) -> None:
    trust: dict[str, Any] = json.loads(trust_of(SENDER, RECEIVER, keepers=2))
    changes = faults(trust)
    cases = {
        name: (file_of(BOTH), json.dumps(changes[name](trust)).encode()) for name in chosen(sorted(changes), SOME // 2)
    }
    assert disagreements(verdicts(peer, cases)) == {}
