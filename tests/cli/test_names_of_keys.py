# SPDX-License-Identifier: EUPL-1.2
"""The name of a key is base64url, so one in 64 begins with a dash: it is no option, wherever it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kgbx.cli.keys_destroy import command as destroy

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cli.conftest import Ran, Region

    Kgbx = Callable[..., Ran]

DASHED = [f"{dashes}{'A' * (43 - len(dashes))}" for dashes in ("-", "--", "-h", "-" * 43)]


@pytest.mark.parametrize("kid", DASHED)
def test_the_name_of_a_key_may_begin_with_a_dash(kgbx: Kgbx, region: Region, kid: str) -> None:
    folder, at = region.identity("team"), ("--at", "2026-03-02")
    why = ("--reason", kid, "--previous", region.path / "team.json", "--out", region.path / "absent.json", "--json")
    for call in (
        ("revoke", folder, kid, *why, *at),
        ("revoke", *at, *why, "--", folder, kid),
        ("destroy", "--early", folder, kid, "--json"),
        ("destroy", folder, "--json", kid),
    ):
        ran = kgbx("keys", *call)
        assert (ran.status, ran.json["error"]["code"]) == (2, "U_KEY"), ran.err


@pytest.mark.parametrize("kid", DASHED)
def test_arguments_keep_their_order_around_the_name_of_a_key(kid: str) -> None:
    words = ["-", kid, "--early", "a", f"--at={kid}", kid, "--json", "--", "--json"]
    found = destroy.make_context("destroy", list(words)).params
    expected = {"folder": "-", "kids": (kid, "a", kid, "--json"), "early": True, "at": kid, "as_json": True}
    assert found == expected


def test_what_looks_like_an_option_and_is_none_is_still_refused(kgbx: Kgbx, region: Region) -> None:
    ran = kgbx("keys", "destroy", region.identity("team"), DASHED[0], "--erly", "--json")
    assert (ran.status, ran.json["error"]["code"]) == (2, "U_ARGUMENT")
