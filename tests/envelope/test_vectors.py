# SPDX-License-Identifier: EUPL-1.2
"""The project's vectors are replayed, and the runner is shown to be able to fail."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import pytest

from kgbx.envelope.vectors import VectorReport, run_vectors
from kgbx.errors import UsageError

DATA: Final = (Path(__file__).parents[1] / "vectors" / "envelope-1.json").read_bytes()
FILE: Final[dict[str, Any]] = json.loads(DATA)
IDS: Final = [vector["id"] for vector in FILE["vectors"]]

ATTACKS: Final = (
    *(1, 2, 3, 4, 5, 6, 7, 9, 10, 11, 12, 13, 14, 16, 17),
    *range(20, 44),
    *(45, 46, 47, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 62, 63, 64),
    *(67, 68, 69, 70, 71, 72),
    *range(73, 83),
    *(84, 85, 86, 87, 88, 89, 90, 91, 92, 93, 95, 96, 97, 98, 99, 100),
    *(101, 103, 106, 107, 108, 110, 111, 113, 114, 115, 116),
    *(117, 118, 119, 120, 122, 123),
    *(125, 126, 127, 129, 130, 131, 132, 133, 134, 135),
    *(141, 142, 143, 145, 146, 148, 149, 151, 183),
)
"""Numbered attacks that this file must hold; 19 and 160 to 182 are tests of their own."""


@pytest.fixture(scope="module")
def report() -> VectorReport:
    return run_vectors(DATA)


def changed(vector_id: str, **changes: object) -> bytes:
    """Return the file with one vector changed, and the vectors that share its replay store."""
    vectors = [v | changes if v["id"] == vector_id else v for v in FILE["vectors"]]
    kept = [v for v in vectors if v["id"] == vector_id or v["seen"]]
    return json.dumps(FILE | {"vectors": kept}).encode()


@pytest.mark.parametrize("vector_id", IDS)
def test_vector_has_the_expected_outcome(report: VectorReport, vector_id: str) -> None:
    result = next(result for result in report.results if result.id == vector_id)
    assert result.ok, f"{result.title}: expected {result.expected}, got {result.got}"


def test_every_vector_has_its_own_id() -> None:
    assert len(set(IDS)) == len(IDS)


def test_file_holds_every_numbered_attack() -> None:
    numbers = {int(vector_id.rstrip("bcdef")) for vector_id in IDS}
    assert set(ATTACKS) - numbers == set()


def test_file_has_accepted_and_refused_vectors() -> None:
    outcomes = {vector["expect"]["outcome"] for vector in FILE["vectors"]}
    assert outcomes == {"accepted", "refused"}


def test_report_is_true_when_nothing_failed(report: VectorReport) -> None:
    assert bool(report) is True


def test_runner_reports_an_accepted_vector_that_should_be_refused() -> None:
    report = run_vectors(changed("140", expect={"outcome": "refused", "codes": ["E_DECRYPT"]}))
    assert [(r.id, r.got) for r in report.failed] == [("140", "accepted")]


def test_runner_reports_a_refused_vector_that_should_be_accepted() -> None:
    report = run_vectors(changed("68", expect={"outcome": "accepted", "codes": []}))
    assert [(r.id, r.got) for r in report.failed] == [("68", "E_DECRYPT")]


def test_runner_reports_another_code() -> None:
    report = run_vectors(changed("68", expect={"outcome": "refused", "codes": ["E_JSON"]}))
    assert bool(report) is False


def test_runner_reports_another_body() -> None:
    expect = {"outcome": "accepted", "codes": [], "body_sha256": "A" * 43}
    report = run_vectors(changed("140", expect=expect))
    assert [r.got for r in report.failed] == ["accepted with another body"]


def test_runner_shares_the_replay_store_only_in_the_session() -> None:
    lonely = [{**v, "seen": None} for v in FILE["vectors"] if v["id"] in {"122", "123"}]
    report = run_vectors(json.dumps(FILE | {"vectors": lonely}).encode())
    assert [r.got for r in report.failed] == ["E_PART_MISSING"]


BAD: Final = (
    (b"{", ""),
    (b"[]", ""),
    (json.dumps(FILE | {"format": "other"}).encode(), "/format"),
    (json.dumps(FILE | {"vectors": {}}).encode(), "/vectors"),
    (json.dumps(FILE | {"vectors": [1]}).encode(), "/vectors/0"),
    (json.dumps(FILE | {"identities": [{"org": "x", "keys": [{}]}]}).encode(), "/identities/0"),
    (json.dumps(FILE | {"senders": [{"org": FILE["senders"][0]["org"], "keys": [{}]}]}).encode(), "/senders/0/keys/0"),
    (changed("140", seen="always"), "/vectors/4/seen"),
    (changed("140", at=-1), "/vectors/4/at"),
    (changed("140", envelope="="), "/vectors/4/envelope"),
    (changed("140", title=1), "/vectors/4/title"),
    (changed("140", **{"as": "nobody"}), "/vectors/4/as"),
    (changed("140", expect={"outcome": "refused", "codes": []}), "/vectors/4/expect/outcome"),
)


@pytest.mark.parametrize(("data", "pointer"), BAD, ids=[pointer or str(n) for n, (_, pointer) in enumerate(BAD)])
def test_unreadable_file_is_a_usage_error_with_a_pointer(data: bytes, pointer: str) -> None:
    with pytest.raises(UsageError) as caught:
        run_vectors(data)
    assert (caught.value.code, caught.value.pointer) == ("U_UNREADABLE", pointer)
