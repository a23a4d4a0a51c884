# SPDX-License-Identifier: EUPL-1.2
"""A second implementation, in JavaScript and written from the specification alone: each opens what the other seals.

No code is shared, down to the primitives: its cryptography is that of the packages in package.json, not of OpenSSL.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

from kgbx.envelope.encoding import b64, unb64
from kgbx.envelope.replay import MemoryReplayStore
from kgbx.envelope.seal import Attachment
from kgbx.limits import MIB
from tests.effort import EFFORT, scaled
from tests.envelope.makers import BODY, OTHER, SENDER, TYPE
from tests.interop.javascript import TAKES_LONGER, run
from tests.peer.process import ACCEPTED, body_of, outcome
from tests.peer.world import PEER, SECOND, SUITES, holder

if TYPE_CHECKING:
    from kgbx.envelope.seal import Sealed
    from tests.peer.process import Answer, Peer
    from tests.peer.world import World

if EFFORT == "quick":
    pytest.skip(TAKES_LONGER, allow_module_level=True)

VECTORS: Final = Path(__file__).parents[1] / "vectors"
FILES: Final = tuple(sorted(VECTORS.glob("envelope-*.json")))
ROWS: Final[dict[str, dict[str, Any]]] = {
    f"{path.stem.removeprefix('envelope-')}:{row['id']}": row
    for path in FILES
    for row in json.loads(path.read_bytes())["vectors"]
}
SIZES: Final = (0, 1, 4096, 4097, 16_384, 20_000, 70_000)
LARGE: Final = scaled(quick=1, ci=3, long=64) * MIB

both_suites = pytest.mark.parametrize("suite", SUITES)


def test_its_types_are_right(scripts: Path) -> None:
    done = run(scripts, "node_modules/.bin/tsc", "-p", ".")
    assert (done.returncode, done.stdout) == (0, "")


@pytest.fixture(scope="module")
def verdicts(peer: Peer) -> dict[str, Answer]:
    found = {path.stem.removeprefix("envelope-"): peer.vectors(path) for path in FILES}
    return {f"{generation}:{name}": row for generation, rows in found.items() for name, row in rows.items()}


@pytest.mark.parametrize("name", ROWS)
def test_vector_has_the_expected_outcome(verdicts: dict[str, Answer], name: str) -> None:
    found, expect = verdicts[name], ROWS[name]["expect"]
    assert outcome(found) in (expect["codes"] or [ACCEPTED])
    if "body_sha256" in expect:
        assert body_of(found) == unb64(expect["body_sha256"])


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def written(message: Sealed, folder: Path) -> Path:
    message.write(folder / "message.kgbx")
    return folder / "message.kgbx"


@both_suites
class TestItOpensWhatWeSeal:
    """Every form of message, in both suites."""

    def test_body_and_parts_of_every_size(self, world: World, tmp_path: Path, suite: str) -> None:
        contents = [bytes(n % 251 for n in range(size)) for size in SIZES]
        parts = [Attachment(source=content, name=f"{len(content)}.bin") for content in contents]
        sealed = world.sealed(sender=holder(SENDER.org, suite), suite=suite, attachments=parts)
        found = world.theirs(written(sealed, tmp_path))
        assert (found["id"], found["from"], found["type"], found["suite"]) == (sealed.id, SENDER.org, TYPE, suite)
        told = [(part["size"], part["sha256"], part["name"]) for part in found["parts"]]
        assert told == [
            (len(BODY), sha256(BODY), None),
            *((len(content), sha256(content), f"{len(content)}.bin") for content in contents),
        ]

    @pytest.mark.parametrize("anonymous", [False, True], ids=["named", "anonymous"])
    def test_each_of_several_recipients(self, world: World, tmp_path: Path, suite: str, *, anonymous: bool) -> None:
        options: dict[str, Any] = {"suite": suite, "anonymous": anonymous, "sender": holder(SENDER.org, suite)}
        bundle = written(world.sealed(SECOND, OTHER.org, PEER, **options), tmp_path)
        assert [outcome(world.theirs(bundle, org=org)) for org in (PEER, SECOND)] == [ACCEPTED, ACCEPTED]

    def test_trimmed_copy_is_for_one(self, world: World, tmp_path: Path, suite: str) -> None:
        sealed = world.sealed(PEER, SECOND, suite=suite, sender=holder(SENDER.org, suite))
        kid = json.loads(sealed.envelope)["recipients"][0]["header"]["kid"]
        bundle = written(sealed.trimmed(kid), tmp_path)
        outcomes = [outcome(world.theirs(bundle, org=org)) for org in (PEER, SECOND)]
        assert outcomes == [ACCEPTED, "E_NOT_FOR_ME"]

    def test_wrapping_is_as_the_page_spells_it_out(self, world: World, tmp_path: Path, suite: str) -> None:
        bundle = written(world.sealed(suite=suite, sender=holder(SENDER.org, suite)), tmp_path)
        assert world.peer.ask("spell", org=PEER, bundle=str(bundle)) == {"agrees": True, "size": 32}

    def test_with_private_keys_of_ours(self, world: World, tmp_path: Path, suite: str) -> None:
        """A seed makes the same key on both sides."""
        bundle = written(world.sealed(OTHER.org, suite=suite, sender=holder(SENDER.org, suite)), tmp_path)
        assert outcome(world.theirs(bundle, org=OTHER.org)) == ACCEPTED


@both_suites
class TestWeOpenWhatItSeals:
    """The same the other way round: its keys, document, signatures, wrapping and parts."""

    def test_body_and_parts_of_every_size(self, world: World, tmp_path: Path, suite: str) -> None:
        contents = [BODY, *(bytes(n % 253 for n in range(size)) for size in SIZES)]
        rows = [{"data": b64(content), "media": "text/plain", "name": f"{len(content)}.txt"} for content in contents]
        answer = world.made_by_peer(tmp_path / "x", contents=rows, suite=suite)
        found = world.ours(tmp_path / "x", opener=holder(SENDER.org, suite))
        assert (found.manifest.id, found.sender, found.manifest.suite) == (answer["id"], PEER, suite)
        assert [part.read() for part in found.parts] == contents

    @pytest.mark.parametrize("anonymous", [False, True], ids=["named", "anonymous"])
    def test_each_of_several_recipients(self, world: World, tmp_path: Path, suite: str, *, anonymous: bool) -> None:
        to = [SECOND, OTHER.org, SENDER.org]
        world.made_by_peer(tmp_path / "x", to=to, suite=suite, anonymous=anonymous)
        codes = [world.our_code(tmp_path / "x", opener=holder(org, suite)) for org in (SENDER.org, OTHER.org)]
        assert codes == [ACCEPTED, ACCEPTED]

    def test_copy_that_it_trimmed_is_for_one(self, world: World, tmp_path: Path, suite: str) -> None:
        world.made_by_peer(tmp_path / "x", to=[SENDER.org, OTHER.org], suite=suite)
        kid = holder(OTHER.org, suite).encryption_kids[0]
        world.peer.ask("trim", bundle=str(tmp_path / "x"), kid=kid, to=str(tmp_path / "y"))
        codes = [world.our_code(tmp_path / "y", opener=holder(org, suite)) for org in (SENDER.org, OTHER.org)]
        assert codes == ["E_NOT_FOR_ME", ACCEPTED]

    def test_thread_and_answer(self, world: World, tmp_path: Path, suite: str) -> None:
        first = world.made_by_peer(tmp_path / "x", suite=suite)["id"]
        world.made_by_peer(tmp_path / "y", suite=suite, thid=first, ref=first)
        manifest = world.ours(tmp_path / "y", opener=holder(SENDER.org, suite)).manifest
        assert (manifest.thread, manifest.ref) == (first, first)


class TestStreamed:
    """A large attachment goes from file to file on both sides, and gets its name only when all is checked."""

    def test_ours_is_written_by_it(self, world: World, tmp_path: Path) -> None:
        content = bytes(range(256)) * (LARGE // 256)
        (tmp_path / "in").write_bytes(content)
        bundle = written(world.sealed(attachments=[tmp_path / "in"]), tmp_path)
        found = world.theirs(bundle, out=str(tmp_path / "out"))
        assert outcome(found) == ACCEPTED
        assert (tmp_path / "out" / "1.bin").read_bytes() == content

    def test_its_own_is_written_by_us(self, world: World, tmp_path: Path) -> None:
        content = bytes(range(255, -1, -1)) * (LARGE // 256)
        (tmp_path / "in").write_bytes(content)
        attached = {"path": str(tmp_path / "in"), "size": len(content), "media": "application/octet-stream"}
        world.made_by_peer(tmp_path / "x", contents=[{"data": b64(BODY), "media": "text/plain"}, attached])
        world.ours(tmp_path / "x").parts[1].save(tmp_path / "saved")
        assert (tmp_path / "saved").read_bytes() == content

    def test_it_leaves_nothing_of_a_damaged_one(self, world: World, tmp_path: Path) -> None:
        bundle = written(world.sealed(PEER, OTHER.org, attachments=[bytes(100_000)]), tmp_path)
        damaged = bytearray(bundle.read_bytes())
        damaged[-20] ^= 1
        bundle.write_bytes(damaged)
        answers = outcome(world.theirs(bundle, out=str(tmp_path / "out"))), world.our_code(bundle, opener=OTHER)
        assert answers == ("E_PART_DECRYPT", "E_PART_DECRYPT")
        assert list((tmp_path / "out").iterdir()) == []


def test_both_remember_what_they_accepted(world: World, tmp_path: Path) -> None:
    bundle, seen = written(world.sealed(PEER, OTHER.org), tmp_path), MemoryReplayStore()
    theirs = [outcome(world.theirs(bundle, seen="replay")) for _ in range(2)]
    ours = [world.our_code(bundle, opener=OTHER, seen=seen) for _ in range(2)]
    assert theirs == ours == [ACCEPTED, "E_DUPLICATE"]
