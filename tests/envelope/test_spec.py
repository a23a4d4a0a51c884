# SPDX-License-Identifier: EUPL-1.2
"""The page that specifies the envelope: its formulas open a vector, its tables are those of the code."""

from __future__ import annotations

import hashlib
import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

from kgbx import limits
from kgbx.envelope.encoding import pad, unb64
from kgbx.envelope.manifest import blob_size
from kgbx.envelope.suites import SUITES
from kgbx.envelope.unseal import unseal
from kgbx.envelope.vectors import VectorReport, run_vectors
from kgbx.errors import FAMILIES, EnvelopeError
from tests.envelope import by_the_page
from tools import check_musts

if TYPE_CHECKING:
    from kgbx.envelope.keys import PublicKey
    from kgbx.envelope.ports import OrganisationDocument, SigningKey

ROOT: Final = Path(__file__).parents[2]
PAGE: Final = (ROOT / check_musts.SPEC).read_text(encoding="utf-8")
TABLE: Final = json.loads((ROOT / check_musts.TABLE).read_text(encoding="utf-8"))
VECTORS: Final = ROOT / "tests" / "vectors"
FILE: Final[dict[str, Any]] = json.loads((VECTORS / "envelope-1.json").read_bytes())
OF_ID: Final[dict[str, dict[str, Any]]] = {vector["id"]: vector for vector in FILE["vectors"]}
SECOND: Final = (VECTORS / "envelope-2.json").read_bytes()
SECOND_IDS: Final = [vector["id"] for vector in json.loads(SECOND)["vectors"]]
OWN_FILES_ONLY: Final = {"E_KEY_FILE", "E_PASSPHRASE"}


def rows_under(title: str) -> list[list[str]]:
    """Return the cells of the first table under a title of the page."""
    section = PAGE.split(f"\n## {title}\n", 1)[1] if f"\n## {title}\n" in PAGE else PAGE.split(f"\n### {title}\n", 1)[1]
    lines = section[section.index("\n|") + 1 :].split("\n\n", 1)[0].splitlines()
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


@pytest.fixture(scope="module")
def found() -> by_the_page.Found:
    return by_the_page.opened(FILE, OF_ID["140"])


class TestWorkedExample:
    """Section 14, computed by following the page."""

    def test_every_value_is_the_one_on_the_page(self, found: by_the_page.Found) -> None:
        told = {name: bytes.fromhex(value) for name, value in rows_under("14. A worked example")}
        assert told == {name: found.values.get(name) for name in told}

    def test_the_content_comes_out(self, found: by_the_page.Found) -> None:
        assert hashlib.sha256(found.contents[0]).digest() == unb64(OF_ID["140"]["expect"]["body_sha256"])

    def test_the_sizes_are_those_on_the_page(self, found: by_the_page.Found) -> None:
        sizes = (len(found.statement), len(found.padded), by_the_page.pad(len(found.statement)))
        csizes = [part["csize"] for part in found.manifest["parts"]]
        assert (sizes, csizes) == ((6126, 6144, 6144), [4168, 20568])

    def test_the_commitment_is_that_of_the_header(self, found: by_the_page.Found) -> None:
        assert unb64(found.manifest["kc"]) == found.values["kc"]


@pytest.mark.parametrize("size", [0, 1, 2, 3, 60, 4095, 4096, 4097, 6126, 16_384, 20_000, 2**20 + 1, 2**36])
def test_the_formulas_of_sizes_are_those_of_the_code(size: int) -> None:
    padded = by_the_page.pad(size)
    assert (padded, 56 + padded + 16 * (padded // 16_384 + 1)) == (pad(size), blob_size(size))


class TestTables:
    """What the page says in tables is what the code says."""

    def test_limits(self) -> None:
        told = {name: int(figure) for name, figure, _ in rows_under("11. Limits")}
        assert told == {name: getattr(limits, name) for name in told}

    def test_every_limit_of_the_envelope_is_told(self) -> None:
        source = Path(limits.__file__).read_text(encoding="utf-8")
        section = source.split("# --- envelope", 1)[1].split("# --- organisation documents", 1)[0]
        names = set(re.findall(r"^([A-Z_]+): Final", section, re.MULTILINE))
        assert names - {row[0] for row in rows_under("11. Limits")} == set()

    def test_codes(self) -> None:
        told = {family: tuple(codes.split(", ")) for family, codes, _ in rows_under("7.1 Codes")}
        own = {name: tuple(c for c in codes if c not in OWN_FILES_ONLY) for name, codes in FAMILIES.items()}
        assert told == own

    def test_codes_of_the_steps_and_requirements_exist(self) -> None:
        known = {code for codes in FAMILIES.values() for code in codes}
        assert set(re.findall(r"\bE_[A-Z_]+[A-Z]\b", PAGE)) <= known

    def test_suites(self) -> None:
        told = {row[0]: (row[1], row[4].split(", ")) for row in rows_under("10. Suites")}
        assert told == {row.id: (row.kem, list(row.signatures)) for row in SUITES.values()}


@pytest.fixture(scope="module")
def report() -> VectorReport:
    return run_vectors(SECOND)


@pytest.mark.parametrize("vector_id", SECOND_IDS)
def test_vector_of_the_second_generation_has_the_expected_outcome(report: VectorReport, vector_id: str) -> None:
    result = next(result for result in report.results if result.id == vector_id)
    assert result.ok, f"{result.title}: expected {result.expected}, got {result.got}"


def test_every_vector_of_the_second_generation_has_its_own_id() -> None:
    assert len(set(SECOND_IDS)) == len(SECOND_IDS) > 0


# --- the check of musts.json

EVIDENCE: Final = check_musts.Evidence(check_musts.read_vectors(VECTORS), ROOT)


def test_every_requirement_and_attack_is_shown_by_something() -> None:
    assert check_musts.problems(PAGE, TABLE, EVIDENCE) == []


def with_must(**row: Any) -> dict[str, Any]:  # noqa: ANN401  # any row
    return {**TABLE, "musts": {**TABLE["musts"], "KGBX-E-019": row}}


PLANTED: Final = {
    "nothing accepted": (with_must(refuse=["1:67"]), "KGBX-E-019: nothing shows what is accepted"),
    "nothing refused": (with_must(accept=["2:202d"]), "KGBX-E-019: nothing shows what is refused"),
    "no such vector": (with_must(accept=["1:9999"], refuse=["1:67"]), "KGBX-E-019: there is no 1:9999"),
    "refused as accepted": (with_must(accept=["1:68"], refuse=["1:67"]), "KGBX-E-019: vector 1:68 is not accepted"),
    "another code": (
        with_must(accept=["1:140"], refuse=["1:67", "1:01"]),
        "KGBX-E-019: vector 1:01 has none of its codes",
    ),
    "no reason": (with_must(tests=["1:67"], why=""), "KGBX-E-019: a row without vectors names tests and says why"),
    "no such test": (
        with_must(tests=["tests/envelope/test_spec.py::test_nothing"], why="x"),
        "KGBX-E-019: there is no tests/envelope/test_spec.py::test_nothing",
    ),
    "no row": (
        {**TABLE, "musts": {}},
        "KGBX-E-019: it does not stand in both docs/spec/envelope.md and docs/spec/musts.json",
    ),
    "no attack": ({**TABLE, "attacks": {}}, "attack 151: it does not stand in both the list and docs/spec/musts.json"),
    "attack shown by nothing": (
        {**TABLE, "attacks": {**TABLE["attacks"], "151": {"codes": ["E_PART_DIGEST"], "shown_by": []}}},
        "attack 151: nothing shows it",
    ),
    "attack with another code": (
        {**TABLE, "attacks": {**TABLE["attacks"], "151": {"codes": ["E_JSON"], "shown_by": ["1:151"]}}},
        "attack 151: vector 1:151 expects another outcome",
    ),
}


@pytest.mark.parametrize(("table", "line"), PLANTED.values(), ids=PLANTED)
def test_what_is_not_shown_is_told(table: dict[str, Any], line: str) -> None:
    assert line in check_musts.problems(PAGE, table, EVIDENCE)


def test_a_gap_in_the_numbers_is_told() -> None:
    page = PAGE.replace("KGBX-E-001", "KGBX-E-099")
    assert any("without a gap" in line for line in check_musts.problems(page, TABLE, EVIDENCE))


def test_a_code_that_no_vector_shows_is_told() -> None:
    page = PAGE.replace("as associated data. [E_DECRYPT]", "as associated data. [E_DECRYPT, E_PART_SIZE]")
    assert "KGBX-E-019: no vector shows E_PART_SIZE" in check_musts.problems(page, TABLE, EVIDENCE)


def test_the_check_ends_with_a_status(tmp_path: Path) -> None:
    (tmp_path / "docs" / "spec").mkdir(parents=True)
    (tmp_path / check_musts.SPEC).write_text(PAGE, encoding="utf-8")
    (tmp_path / check_musts.TABLE).write_text(json.dumps(TABLE), encoding="utf-8")
    assert (check_musts.main(ROOT), check_musts.main(tmp_path)) == (0, 1)


# --- attack 181: what is refused early costs little


class Counting:
    """An opener and directory that open nothing, know nobody and count how often they are asked."""

    def __init__(self, org: str, kids: tuple[str, ...] = ()) -> None:
        self.org = org
        self.encryption_kids = kids
        self.unwrapped = 0
        self.looked_up = 0

    def unwrap(self, kid: str, *, ek: bytes, encrypted_key: bytes, info: bytes) -> bytes:  # noqa: ARG002  # only counts
        self.unwrapped += 1
        raise EnvelopeError("E_DECRYPT")

    def signing_key(self, kid: str, alg: str) -> SigningKey | None:  # noqa: ARG002  # only counts
        self.looked_up += 1
        return None

    def document(self, org: str, at: datetime) -> OrganisationDocument | None:  # noqa: ARG002  # only counts
        self.looked_up += 1
        return None

    def encryption_key(self, org: str, at: datetime) -> PublicKey:
        raise NotImplementedError(org, at)


def refused(vector_id: str, counting: Counting) -> str:
    vector = OF_ID[vector_id]
    at = datetime.fromtimestamp(vector["at"], UTC)
    with pytest.raises(EnvelopeError) as caught:
        unseal(unb64(vector["envelope"]), identity=counting, directory=counting, at=at, seen=None)
    return caught.value.code


def kids_of(vector_id: str) -> tuple[str, ...]:
    envelope = json.loads(unb64(OF_ID[vector_id]["envelope"]))
    return tuple(entry["header"]["kid"] for entry in envelope["recipients"])


OF_FORM: Final = tuple(f"{n:02d}" for n in (*range(1, 8), 9, 16, 17, *range(20, 42), 43, 45, 50, 51, 52, 53, 56, 69))


class TestRefusalsAreCheap:
    """Who sends many bad envelopes makes the receiver do no more than the steps before the failure."""

    @pytest.mark.parametrize("vector_id", OF_FORM)
    def test_form_is_refused_before_any_key_is_used(self, vector_id: str) -> None:
        counting = Counting(OF_ID[vector_id]["as"], kids_of("140"))
        refused(vector_id, counting)
        assert (counting.unwrapped, counting.looked_up) == (0, 0)

    def test_what_is_for_another_is_refused_before_any_key_is_used(self) -> None:
        counting = Counting(OF_ID["140"]["as"], ("A" * 43,))
        assert (refused("140", counting), counting.unwrapped) == ("E_NOT_FOR_ME", 0)

    def test_what_does_not_decrypt_never_reaches_the_directory(self) -> None:
        counting = Counting(OF_ID["140"]["as"], kids_of("140"))
        assert (refused("140", counting), counting.unwrapped, counting.looked_up) == ("E_DECRYPT", 1, 0)
