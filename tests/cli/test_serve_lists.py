# SPDX-License-Identifier: EUPL-1.2
"""kgbx serve and lists of revoked certificates: what is wrong is told before anything listens."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from kgbx.errors import EXIT_FILE, EXIT_USAGE
from tests.delivery.http.live import Authority
from tests.delivery.receiving.test_run_delivery_howto import ORGS, prepare

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SIDE = ("--store", "gi.db", "--identity", "keys-gi", "--directory", "directory.json", "--trust", "trust.json")


@pytest.fixture
def served(kgbx: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """Run kgbx serve with these options."""
    monkeypatch.chdir(tmp_path)
    prepare(tmp_path)
    kgbx("store", "init", "--store", "gi.db")
    return lambda *options: kgbx("serve", *SIDE, "--listen", "127.0.0.1:0", *options)


def test_a_list_goes_with_certificates(served: Callable[..., Any]) -> None:
    ran = served("--tokens", "tokens.json", "--tls-crl", "revoked.pem")
    assert (ran.status, "--tls-crl goes with --tls-cert" in ran.err) == (EXIT_USAGE, True)


@pytest.mark.parametrize(("data", "status"), [(b"no list", EXIT_USAGE), (None, EXIT_FILE)], ids=["no list", "gone"])
def test_a_list_that_cannot_be_read_is_told_and_nothing_listens(
    served: Callable[..., Any], tmp_path: Path, data: bytes | None, status: int
) -> None:
    authority = Authority(tmp_path)
    certificate, key = authority.issue(ORGS["gi"])
    if data is not None:
        (tmp_path / "revoked.pem").write_bytes(data)
    files = ("--tls-cert", certificate, "--tls-key", key, "--tls-ca", authority.certificate)
    ran = served(*files, "--tls-crl", "revoked.pem")
    assert (ran.status, "Listening" in ran.err) == (status, False)
