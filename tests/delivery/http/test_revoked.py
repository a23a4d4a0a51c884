# SPDX-License-Identifier: EUPL-1.2
"""T21: certificates that were revoked: kept out, their lists renewed, and old lists told instead of cutting all off."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from kgbx.delivery.asgi import Endpoint
from kgbx.delivery.hops import CERTIFICATE, PROFILES, by_certificate
from kgbx.delivery.http import HttpTransport, client_context
from kgbx.delivery.protocol import get_receipt
from kgbx.delivery.revoking import Revocations
from kgbx.delivery.server import server_context
from kgbx.directory.revoking import read_lists
from kgbx.errors import UsageError
from tests.delivery.http.live import Authority, close_clients, kept, running
from tests.delivery.http.world import World, a_message, scope_of
from tests.parties import GI, SCHOOL, TEAM

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

AGO = datetime.now(UTC) - timedelta(hours=1)


@pytest.fixture(autouse=True)
def closed() -> Iterator[None]:
    yield
    close_clients()


class Hop:
    """An endpoint with TLS and a list of revoked certificates."""

    def __init__(self, folder: Path) -> None:
        self.authority = Authority(folder)
        self.file = folder / "revoked.pem"
        self.world = World()
        self.world.clock.now = int(datetime.now(UTC).timestamp() * 1000)
        self.team, self.school = self.authority.issue(TEAM), self.authority.issue(SCHOOL)
        self.own = self.authority.issue(GI)
        self.write(self.authority.list_of())

    def write(self, data: bytes, *, later: int = 0) -> None:
        self.file.write_bytes(data)
        moment = 1_900_000_000 + later
        os.utime(self.file, (moment, moment))

    def watched(self) -> Revocations:
        return Revocations(self.world.gi, lists=self.file, authorities=self.authority.certificate)

    def alerts(self) -> list[str]:
        with self.world.gi.store.transaction() as tx:
            return [one.code for one in tx.alerts()]

    def asked(self, revocations: Revocations, files: tuple[Path, Path]) -> int:
        """Return the status of an answer over TLS, to who has this certificate."""
        context = server_context(certificate=self.own[0], key=self.own[1], authorities=self.authority.certificate)
        endpoint = Endpoint(self.world.gi, revocations.allows(by_certificate(PROFILES["mtls"])))
        client = kept(
            HttpTransport(client_context(authorities=self.authority.certificate, certificate=files[0], key=files[1]))
        )
        with running(endpoint, context=context) as live:
            url = f"https://localhost:{live.port}"
            said = client.send(url, get_receipt(a_message().id, level=1), deadline=20)
            client.close()
        return said.status


@pytest.fixture
def hop(tmp_path: Path) -> Hop:
    return Hop(tmp_path)


class TestWhoIsLetIn:
    """MUST: who has a certificate that was revoked is nobody, and hears so; all others are let in."""

    def test_who_was_revoked_is_nobody_and_hears_it(self, hop: Hop) -> None:
        hop.write(hop.authority.list_of(hop.school[0]))
        revocations = hop.watched()
        assert (hop.asked(revocations, hop.school), hop.asked(revocations, hop.team)) == (401, 404)

    def test_who_is_revoked_later_is_kept_out_as_soon_as_the_list_says_so(self, hop: Hop) -> None:
        revocations = hop.watched()
        assert hop.asked(revocations, hop.school) == 404
        hop.write(hop.authority.list_of(hop.school[0]), later=10)
        assert revocations.run_once() == 0
        assert (hop.asked(revocations, hop.school), hop.alerts()) == (401, [])

    def test_a_server_that_tells_no_certificate_lets_nobody_in(self, hop: Hop) -> None:
        identify = hop.watched().allows(by_certificate(PROFILES["mtls"]))
        scope = scope_of("GET", "/v1/mailbox", by=TEAM)
        assert CERTIFICATE not in scope["state"]
        assert identify(scope) is None
        assert identify({**scope, "state": {**scope["state"], CERTIFICATE: b"no certificate"}}) is None

    def test_a_certificate_of_an_authority_without_a_list_is_not_let_in(self, hop: Hop, tmp_path: Path) -> None:
        other = Authority(tmp_path, "Ander gezag")
        both = tmp_path / "both.pem"
        both.write_bytes(hop.authority.certificate.read_bytes() + other.certificate.read_bytes())
        hop.write(other.list_of())
        hop.authority.certificate = both
        assert hop.asked(hop.watched(), hop.team) == 401


class TestOldLists:
    """MUST: a list that is too old or cannot be read is an alarm; who was revoked stays out, nobody else is cut off."""

    def test_an_old_list_is_told_once_and_still_counts(self, hop: Hop) -> None:
        hop.write(hop.authority.list_of(hop.school[0], until=AGO))
        revocations = hop.watched()
        for _ in range(3):
            revocations.run_once()
        assert (hop.asked(revocations, hop.school), hop.asked(revocations, hop.team)) == (401, 404)
        assert hop.alerts() == ["X_CRL"]

    @pytest.mark.parametrize("damage", [b"", b"no list", None], ids=["empty", "no list", "gone"])
    def test_a_list_that_cannot_be_read_leaves_what_was_known(self, hop: Hop, damage: bytes | None) -> None:
        hop.write(hop.authority.list_of(hop.school[0]))
        revocations = hop.watched()
        hop.file.unlink() if damage is None else hop.write(damage, later=10)
        for _ in range(2):
            revocations.run_once()
        assert (hop.asked(revocations, hop.school), hop.alerts()) == (401, ["X_CRL"])

    def test_a_good_list_is_no_alarm(self, hop: Hop) -> None:
        hop.watched().run_once()
        assert hop.alerts() == []


class TestReading:
    def test_one_list_in_der_and_several_in_pem(self, hop: Hop, tmp_path: Path) -> None:
        other = Authority(tmp_path, "Ander gezag")
        both = hop.authority.certificate.read_bytes() + other.certificate.read_bytes()
        found = read_lists(hop.authority.list_of() + other.list_of(until=AGO), authorities=both)
        assert (len(found.lists), found.until) == (2, AGO.replace(microsecond=0))

    @pytest.mark.parametrize("kind", ["of another", "nothing", "no list", "half a list"])
    def test_what_is_no_list_of_a_believed_authority_is_refused(self, hop: Hop, tmp_path: Path, kind: str) -> None:
        good = hop.authority.list_of()
        bad = {
            "of another": good + Authority(tmp_path, "Ander gezag").list_of(),
            "nothing": b"",
            "no list": hop.authority.certificate.read_bytes(),
            "half a list": good.replace(b"\n", b"\n!", 3),
        }
        with pytest.raises(UsageError) as caught:
            read_lists(bad[kind], authorities=hop.authority.certificate.read_bytes())
        assert caught.value.code == "U_UNREADABLE"

    def test_a_list_of_changes_clears_nobody(self, hop: Hop) -> None:
        hop.write(hop.authority.list_of(delta=True))
        assert hop.asked(hop.watched(), hop.team) == 401
