# SPDX-License-Identifier: EUPL-1.2
"""Whatever is changed in a message, both implementations give the same verdict with the same code.

Rules: a change is made before signing and encrypting, so that it is judged where it stands; one change, or two at
once for the order of the checks; each implementation gets the same bytes.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import pytest

from kgbx.envelope.encoding import b64, unb64
from kgbx.envelope.keys import generate_key
from kgbx.envelope.vectors import run_vectors
from kgbx.errors import EnvelopeError
from tests.effort import EFFORT
from tests.interop.javascript import TAKES_LONGER
from tests.peer.faults import TEXTS, chosen, faults, two_of
from tests.peer.process import ACCEPTED, outcome
from tests.peer.torsion import KINDS, TorsionKey
from tools.vector_forge import AT, Changes, Content, Draft, Org, new_org

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.peer.faults import Change, Json
    from tests.peer.process import Peer

if EFFORT == "quick":
    pytest.skip(TAKES_LONGER, allow_module_level=True)

SENDER: Final = new_org(7801)
RECEIVER: Final = new_org(7802)
CONTENT: Final = Content(b'{"synthetic":true}', b"attached")
ID: Final = "11111111-1111-4111-8111-111111111111"
SINGLE: Final = 80
DOUBLE: Final = 60


def draft(changes: Changes, sender: Org = SENDER) -> Draft:
    return Draft(sender=sender, to=[RECEIVER], content=CONTENT, changes=changes)


def richer(manifest: Json) -> Json:
    """Return a manifest with every optional member."""
    first, second = manifest["parts"]
    return {**manifest, "thid": ID, "ref": ID, "parts": [{**first, "name": "a.json"}, second]}


def within(change: Callable[[Json], Json], *path: Any) -> Callable[[Json], Json]:  # noqa: ANN401  # names and places
    """Return a change of the JSON that is written in B64 at a path."""

    def changed(value: Json) -> Json:
        step, *rest = path
        inner = within(change, *rest)(value[step]) if rest else written(change(json.loads(unb64(value[step]))))
        return {**value, step: inner} if isinstance(value, dict) else [*value[:step], inner, *value[step + 1 :]]

    return changed


def written(value: Json) -> str:
    return b64(json.dumps(value, separators=(",", ":")).encode())


PLAIN: Final = draft(Changes())
ENVELOPE: Final = json.loads(PLAIN.build())
PROTECTED: Final = json.loads(unb64(ENVELOPE["protected"]))
MANIFEST: Final = richer(PLAIN.manifest())
STATEMENT: Final = PLAIN.signed(b"{}")
HEADER: Final = json.loads(unb64(STATEMENT["signatures"][0]["protected"]))


def inner(changes: Change, *path: Any) -> Change:  # noqa: ANN401  # idem
    return {f"{path} {name}": within(change, *path) for name, change in changes.items()}


OUTER: Final[Change] = faults(ENVELOPE) | inner(faults(PROTECTED), "protected")
SIGNED: Final[Change] = faults(STATEMENT) | {
    name: change for n in (0, 1) for name, change in inner(faults(HEADER), "signatures", n, "protected").items()
}
SAID: Final[Change] = faults(MANIFEST) | {
    "of a receipt": lambda value: {**value, "kind": "receipt", "parts": [], "receipt": {}},
    "of another sender": lambda value: {**value, "from": {**value["from"], "org": RECEIVER.org}},
    "of another key": lambda value: {**value, "kc": "A" * 43},
    "too old": lambda value: {**value, "iat": 0, "exp": 1},
}

STAGES: Final[dict[str, tuple[Change, Callable[[Callable[[Json], Json]], Changes]]]] = {
    "envelope": (OUTER, lambda change: Changes(outer=change)),
    "statement": (SIGNED, lambda change: Changes(jws=change)),
    "manifest": (SAID, lambda change: Changes(manifest=lambda value: change(richer(value)))),
}


class Both:
    """Both implementations, asked the same."""

    def __init__(self, peer: Peer, folder: Path) -> None:
        self.peer = peer
        self.file = folder / "vectors.json"
        self.rows: list[dict[str, object]] = []
        self.keys = [RECEIVER.enc.jwk()]
        self.senders = {org.org: [org.ed.public.jwk(), org.ml.public.jwk()] for org in (SENDER, RECEIVER)}

    def add(self, name: str, message: Draft) -> None:
        """Add a message; a change that cannot be made is left out."""
        try:
            envelope = message.build()
        except (TypeError, AttributeError, KeyError, IndexError, ValueError, EnvelopeError):
            return
        common = {"as": RECEIVER.org, "at": AT, "seen": None, "parts": [b64(blob) for blob in message.blobs]}
        expect = {"outcome": "accepted", "codes": []}
        self.rows.append({"id": name, "title": name, **common, "envelope": b64(envelope), "expect": expect})

    def verdicts(self) -> dict[str, tuple[str, str]]:
        """Return our verdict and that of the second implementation, by name."""
        file = {
            "format": "kgbx-envelope-vectors/1",
            "title": "changed",
            "identities": [{"org": RECEIVER.org, "keys": self.keys}],
            "senders": [{"org": org, "keys": keys} for org, keys in self.senders.items()],
            "vectors": self.rows,
        }
        self.file.write_text(json.dumps(file))
        theirs = self.peer.vectors(self.file)
        results = run_vectors(self.file.read_bytes()).results
        return {result.id: (result.got, outcome(theirs[result.id])) for result in results}


@pytest.fixture
def both(peer: Peer, tmp_path: Path) -> Both:
    return Both(peer, tmp_path)


def disagreements(verdicts: dict[str, tuple[str, str]]) -> dict[str, tuple[str, str]]:
    return {name: found for name, found in verdicts.items() if found[0] != found[1]}


@pytest.mark.parametrize("stage", STAGES)
class TestChangedJson:
    """A value, member or text of the envelope, the statement or the manifest."""

    def test_one_change(self, both: Both, stage: str) -> None:
        changes, applied = STAGES[stage]
        for name in chosen(sorted(changes), SINGLE):
            both.add(name, draft(applied(changes[name])))
        verdicts = both.verdicts()
        assert disagreements(verdicts) == {}
        assert len(set(verdicts.values())) > 3

    def test_two_changes(self, both: Both, stage: str) -> None:
        """The order of the checks; where the page leaves it open, either code is right."""
        changes, applied = STAGES[stage]
        for name, change in two_of(changes, DOUBLE).items():
            both.add(name, draft(applied(change)))
        open_order = {"E_ENCODING", "E_LENGTH", "E_MANIFEST"}
        found = disagreements(both.verdicts())
        assert {name: codes for name, codes in found.items() if not open_order.issuperset(codes)} == {}


class TestEntries:
    """Which entry is opened when several could be, and what is said when it does not open."""

    SECOND: Final = Org(RECEIVER.org, RECEIVER.ed, RECEIVER.ml, generate_key("HPKE-9-KE"))

    @pytest.mark.parametrize("anonymous", [False, True], ids=["named", "anonymous"])
    def test_damaged_and_wrong_entries(self, both: Both, *, anonymous: bool) -> None:
        to = [RECEIVER, self.SECOND]
        good = Draft(sender=SENDER, to=to, content=CONTENT, anonymous=anonymous)
        wrong = good.recipient(RECEIVER, cek=bytes(32))
        orders: dict[str, Callable[[list[Json]], list[Json]]] = {
            "as sealed": lambda rows: rows,
            "backwards": lambda rows: rows[::-1],
            "first damaged": lambda rows: [spoiled(rows[0]), rows[1]],
            "second damaged": lambda rows: [rows[0], spoiled(rows[1])],
            "both damaged": lambda rows: [spoiled(row) for row in rows],
            "first of another content key": lambda rows: [wrong, rows[1]],
            "second alone": lambda rows: rows[1:],
        }
        for name, order in orders.items():
            changes = Changes(recipients=order)
            both.add(name, Draft(sender=SENDER, to=to, content=CONTENT, anonymous=anonymous, changes=changes))
        both.keys.append(self.SECOND.enc.jwk())
        verdicts = both.verdicts()
        assert disagreements(verdicts) == {}
        damaged = {name: ours for name, (ours, _) in verdicts.items() if ours != ACCEPTED}
        if anonymous:
            assert damaged == {"both damaged": "E_NOT_FOR_ME", "first of another content key": "E_DECRYPT"}
        else:
            names = "first damaged", "both damaged", "first of another content key"
            assert damaged == dict.fromkeys(names, "E_DECRYPT")


def spoiled(entry: Json) -> Json:
    """Return an entry that no key opens."""
    text = entry["encrypted_key"]
    return {**entry, "encrypted_key": ("B" if text[0] == "A" else "A") + text[1:]}


def extended(data: bytes, text: str) -> bytes:
    """Return an object's JSON with a member more, of which the value is this text."""
    return data[:-1] + b',"x":' + text.encode() + b"}"


@pytest.mark.parametrize(
    "changed",
    [
        lambda text: Changes(payload=lambda data: extended(data, text)),
        lambda text: Changes(plaintext=lambda data: extended(data, text)),
        lambda text: Changes(data=lambda data: extended(data, text)),
        lambda text: Changes(protected=lambda value: extended(json.dumps(value).encode(), text)),
    ],
    ids=["manifest", "statement", "envelope", "header"],
)
def test_every_text_is_json_for_both_or_for_neither(both: Both, changed: Callable[[str], Changes]) -> None:
    """An unknown member is E_MEMBERS if it is JSON, and E_JSON if it is not."""
    for text in TEXTS:
        both.add(ascii(text), draft(changed(text)))
    verdicts = both.verdicts()
    assert disagreements(verdicts) == {}
    assert {ours for ours, _ in verdicts.values()} == {"E_JSON", "E_MEMBERS"}


@pytest.mark.parametrize(("kind", "verdict"), KINDS.items())
def test_signature_of_a_key_that_is_not_of_prime_order(both: Both, kind: str, verdict: str) -> None:
    """Verified without the cofactor by both: with it, all of these would be right."""
    key = TorsionKey()
    sender = Org(SENDER.org, key, SENDER.ml, SENDER.enc)  # type: ignore[arg-type]  # a key of our own making
    both.senders[SENDER.org] = [key.public.jwk(), SENDER.ml.public.jwk()]
    changes = Changes(sign=lambda n, message: SENDER.ml.sign(message) if n else key.sign_as(kind, message))
    both.add(kind, draft(changes, sender))
    assert both.verdicts() == {kind: (verdict, verdict)}


def test_control_the_unchanged_message_is_accepted_by_both(both: Both) -> None:
    both.add("unchanged", draft(Changes()))
    assert both.verdicts() == {"unchanged": (ACCEPTED, ACCEPTED)}
