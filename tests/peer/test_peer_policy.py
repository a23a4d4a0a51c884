# SPDX-License-Identifier: EUPL-1.2
"""Both implementations judge keys, windows, documents and suites alike: when opening, and when sealing to somebody.

Rules: the message and the keys stay as they are; what the documents of sender and receiver say of them changes.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import pytest

from kgbx.directory import Directory, Pin, Trust, build_directory_file, build_trust_file, make_document
from kgbx.envelope.encoding import b64
from kgbx.envelope.keys import generate_key
from kgbx.envelope.ports import KeyEntry
from kgbx.envelope.seal import seal
from kgbx.envelope.unseal import unseal
from kgbx.errors import KgbxError
from tests.effort import EFFORT
from tests.envelope.makers import AT, BODY, MEDIA, NOW, OTHER, SENDER, TYPE
from tests.interop.javascript import TAKES_LONGER
from tests.peer.process import ACCEPTED, outcome
from tests.peer.world import SUITES, holder, private_keys, said

if TYPE_CHECKING:
    from pathlib import Path

    from kgbx.envelope.ports import OrganisationDocument
    from tests.peer.world import World

if EFFORT == "quick":
    pytest.skip(TAKES_LONGER, allow_module_level=True)

Said = tuple["OrganisationDocument", ...]

FROM: Final = said(SENDER)
TO: Final = said(OTHER)
TRUST: Final = build_trust_file(
    Trust(pinned=tuple(Pin(org=one.org, root=one.root.signing_kids) for one in (SENDER, OTHER)))
)


def of_use(document: OrganisationDocument, use: str, **changes: Any) -> OrganisationDocument:  # noqa: ANN401  # any field
    """Return the document with every key of a use changed."""
    return replace(document, keys=tuple(replace(e, **changes) if e.use == use else e for e in document.keys))


def of_one(document: OrganisationDocument, n: int, **changes: Any) -> OrganisationDocument:  # noqa: ANN401  # idem
    """Return the document with signing key `n` changed."""
    signing = [entry for entry in document.keys if entry.use == "sig"]
    return replace(document, keys=tuple(replace(e, **changes) if e is signing[n] else e for e in document.keys))


def without(document: OrganisationDocument, n: int) -> OrganisationDocument:
    signing = [entry for entry in document.keys if entry.use == "sig"]
    return replace(document, keys=tuple(entry for entry in document.keys if entry is not signing[n]))


REVOKED: Final = {"status": "revoked", "revoked_at": NOW + 5}
NEXT: Final = replace(FROM, seq=2, iat=NOW - 60)

SAYING: Final[dict[str, Said]] = {
    "as it is": (FROM, TO),
    **{
        f"signing keys {changes}": (of_use(FROM, "sig", **changes), TO)
        for changes in ({"status": "retired"}, REVOKED, {"nbf": NOW}, {"nbf": NOW + 1}, {"exp": NOW}, {"exp": NOW + 1})
    },
    **{
        f"signing key {n} {changes}": (of_one(FROM, n, **changes), TO)
        for n in range(4)
        for changes in (REVOKED, {"exp": NOW}, {"nbf": NOW + 1})
    },
    **{f"without signing key {n}": (without(FROM, n), TO) for n in range(4)},
    **{
        f"sender's document {changes}": (replace(FROM, **changes), TO)
        for changes in (
            *({"iat": NOW}, {"iat": NOW + 1}, {"exp": NOW}, {"exp": NOW + 1}, {"suites": ("kgbx-1",)}),
            *({"suites": ("kgbx-1h",), "floor": "kgbx-1h"}, {"floor": "kgbx-1h"}),
            {"suites": ("kgbx-9", "kgbx-1"), "floor": "kgbx-9"},
        )
    },
    **{
        f"receiver's keys {changes}": (FROM, of_use(TO, "enc", **changes))
        for changes in ({"status": "retired"}, REVOKED, {"nbf": NOW}, {"nbf": NOW + 1}, {"exp": NOW}, {"exp": NOW + 1})
    },
    **{
        f"receiver's document {changes}": (FROM, replace(TO, **changes))
        for changes in (
            *({"iat": NOW}, {"iat": NOW + 1}, {"exp": NOW}, {"exp": NOW + 1}, {"suites": ("kgbx-1",)}),
            *({"suites": ("kgbx-1h",), "floor": "kgbx-1h"}, {"floor": "kgbx-1h"}),
            {"suites": ("kgbx-9", "kgbx-1"), "floor": "kgbx-9"},
        )
    },
    "no document of the receiver": (FROM,),
    "no document of the sender": (TO,),
    **{f"then without signing key {n}": (FROM, without(NEXT, n), TO) for n in (0, 2)},
    "then revoked": (FROM, of_use(NEXT, "sig", **REVOKED), TO),
    "then retired": (FROM, of_use(NEXT, "sig", status="retired"), TO),
    "then expired": (FROM, replace(NEXT, exp=NOW - 1), TO),
    "revoked in the future": (FROM, of_use(replace(NEXT, iat=NOW + 60), "sig", **REVOKED), TO),
    "revoked by an earlier one of higher number": (
        FROM,
        of_use(replace(NEXT, iat=NOW - 90_000), "sig", **REVOKED),
        TO,
    ),
    "receiver then without keys": (FROM, TO, replace(TO, seq=2, keys=tuple(e for e in TO.keys if e.use != "enc"))),
}


@dataclass(frozen=True)
class Asked:
    """Both implementations with the same directory."""

    world: World
    suite: str
    file: bytes

    @property
    def told(self) -> dict[str, object]:
        return self.world.known(file=self.file, trust=TRUST)

    def opening(self, bundle: Path) -> tuple[str, str]:
        """Return our verdict and theirs on a message from SENDER to OTHER."""
        theirs = outcome(self.world.peer.ask("open", org=OTHER.org, bundle=str(bundle), **self.told))
        try:
            directory = Directory.load(self.file, TRUST)
            unseal(bundle, identity=holder(OTHER.org, self.suite), directory=directory, at=AT, seen=None)
        except KgbxError as error:
            return error.code, theirs
        return ACCEPTED, theirs

    def sealing(self, folder: Path) -> tuple[str, str]:
        """Return the kid that we would seal to and theirs, or the codes."""
        request = {"org": SENDER.org, "to": [OTHER.org], "type": TYPE, "suite": self.suite, "bundle": str(folder / "x")}
        contents = [{"data": b64(BODY), "media": MEDIA}]
        answer = self.world.peer.ask("seal", **request, contents=contents, **self.told)
        theirs = answer["code"] if "code" in answer else kid_in((folder / "x").read_bytes())
        return self.our_kid(), theirs

    def our_kid(self) -> str:
        sender = holder(SENDER.org, self.suite)
        try:
            to = Directory.load(self.file, TRUST).require(OTHER.org, AT)
            sealed = seal(BODY, sender=sender, to=to, at=AT, media_type=MEDIA, message_type=TYPE, suite=self.suite)
        except KgbxError as error:
            return error.code
        return kid_in(sealed.to_bytes())


def kid_in(bundle: bytes) -> str:
    envelope = bundle[20 : 20 + int.from_bytes(bundle[12:20], "big")]
    return str(json.loads(envelope)["recipients"][0]["header"]["kid"])


def file_of(documents: Said) -> bytes:
    roots = {one.org: one.root for one in (SENDER, OTHER)}
    return build_directory_file([make_document(document, root=roots[document.org]) for document in documents])


@pytest.fixture(scope="module")
def holding(world: World) -> World:
    """Let the second implementation hold the keys of the sender too."""
    world.peer.ask("adopt", org=SENDER.org, keys=[key.jwk() for key in private_keys(SENDER)])
    return world


@pytest.fixture(scope="module", params=SUITES)
def sent(request: pytest.FixtureRequest, holding: World, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """Return a suite and a message in it."""
    path = tmp_path_factory.mktemp("sent") / "message.kgbx"
    holding.sealed(OTHER.org, sender=holder(SENDER.org, request.param), suite=request.param).write(path)
    return request.param, path


@pytest.fixture(scope="module")
def verdicts(holding: World, sent: tuple[str, Path]) -> dict[str, tuple[str, str]]:
    suite, path = sent
    return {name: Asked(holding, suite, file_of(documents)).opening(path) for name, documents in SAYING.items()}


@pytest.mark.parametrize("name", SAYING)
def test_opening(verdicts: dict[str, tuple[str, str]], name: str) -> None:
    ours, theirs = verdicts[name]
    assert ours == theirs


def test_the_cases_of_opening_have_every_outcome(verdicts: dict[str, tuple[str, str]]) -> None:
    codes = {"E_DIR_NOT_YET", "E_DIR_STALE", "E_KEY_EXPIRED", "E_KEY_REVOKED", "E_SUITE", "E_UNKNOWN_SENDER_KEY"}
    assert {ours for ours, _ in verdicts.values()} == {ACCEPTED, *codes}


@pytest.mark.parametrize("suite", SUITES)
@pytest.mark.parametrize("name", [name for name in SAYING if "receiver" in name or name == "as it is"])
def test_sealing(holding: World, tmp_path: Path, suite: str, name: str) -> None:
    ours, theirs = Asked(holding, suite, file_of(SAYING[name])).sealing(tmp_path)
    assert ours == theirs


@pytest.mark.parametrize(("first", "second"), [(-10, -5), (-5, -10), (-5, 0), (-5, 1)])
def test_latest_key_is_sealed_to(holding: World, tmp_path: Path, first: int, second: int) -> None:
    keys = [generate_key("HPKE-9-KE").public for _ in range(2)]
    rows = [
        KeyEntry(key=key, use="enc", nbf=NOW + n, exp=NOW + 99) for key, n in zip(keys, (first, second), strict=True)
    ]
    document = replace(TO, keys=(*(entry for entry in TO.keys if entry.use != "enc"), *rows))
    ours, theirs = Asked(holding, "kgbx-1", file_of((FROM, document))).sealing(tmp_path)
    assert ours == theirs == keys[first < second <= 0].kid
