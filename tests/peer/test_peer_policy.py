# SPDX-License-Identifier: EUPL-1.2
"""Both implementations judge keys, windows, documents and suites alike: when opening, and when sealing to somebody.

Rules: the message and the keys stay as they are; what the documents of sender and receiver say of them changes.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pytest

from kgbx.directory import Directory
from kgbx.envelope.encoding import b64
from kgbx.envelope.keys import generate_key
from kgbx.envelope.ports import KeyEntry
from kgbx.envelope.seal import seal
from kgbx.envelope.unseal import unseal
from kgbx.errors import KgbxError
from tests.effort import EFFORT
from tests.envelope.makers import AT, BODY, MEDIA, NOW, OTHER, SENDER, TYPE
from tests.interop.javascript import TAKES_LONGER
from tests.peer.documents import FROM, SAYING, TO, TRUST, file_of
from tests.peer.process import ACCEPTED, outcome
from tests.peer.world import SUITES, holder, private_keys

if TYPE_CHECKING:
    from pathlib import Path

    from tests.peer.world import World

if EFFORT == "quick":
    pytest.skip(TAKES_LONGER, allow_module_level=True)


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
