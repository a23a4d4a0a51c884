# SPDX-License-Identifier: EUPL-1.2
"""What a privacy officer asks: who may get what, what a withdrawal changes, what only a stricter choice holds back."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from kgbx.consent.reasons import REASONS
from tests.cli.conftest import GI, SCHOOL, TEAM
from tests.cli.test_share_and_demo import AT, CASE, REGISTERS, share

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Ran

    Kgbx = Callable[..., Ran]

GRANDMOTHER = "8dc11467-1983-4a7f-9267-57b868c5c7cf"
REFUSAL = "8b589dd4-ef9b-4f49-adae-c0dcabf79fe4"
WITHDRAWN = "04df17a8-b443-45be-9878-45a20458275e"
AGREEMENT = "01da72fd-4a2f-4b80-a046-1305d07d5396"


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return registers that know the own organisation, a GI and a school only: two columns are quick."""
    registers = json.loads(REGISTERS.read_bytes())
    registers["organisations"] = [one for one in registers["organisations"] if one["id"] in (TEAM, GI, SCHOOL)]
    path = tmp_path_factory.mktemp("few") / "registers.json"
    path.write_text(json.dumps(registers), encoding="utf-8")
    return path


def policy(kgbx: Kgbx, command: str, *more: object, registers: object, case: object = CASE) -> Ran:
    return kgbx("policy", command, case, "--as", TEAM, "--registers", registers, "--at", AT, *more)


def column(ran: Ran, org: str = GI) -> dict[str, Any]:
    return next(one for one in ran.json["recipients"] if one["recipient"] == org)


def test_the_matrix_says_what_share_says(kgbx: Kgbx, few: Path) -> None:
    shared = share(kgbx, "--json").json
    rows = column(policy(kgbx, "who", "--json", registers=few))["records"]
    assert {row["record"] for row in rows if row["permit"]} == {row["record"] for row in shared["passed"]}
    assert {row["record"]: [one["code"] for one in row["reasons"]] for row in rows if not row["permit"]} == {
        row["record"]: row["reasons"] for row in shared["withheld"]
    }


def test_the_own_organisation_is_no_recipient(kgbx: Kgbx, few: Path) -> None:
    found = [one["recipient"] for one in policy(kgbx, "who", "--json", registers=few).json["recipients"]]
    assert found == [GI, SCHOOL]


def test_each_record_has_a_line_with_a_mark_for_each_recipient(kgbx: Kgbx, few: Path) -> None:
    out = policy(kgbx, "who", registers=few).out
    assert f" +  -  {AGREEMENT}  agreements\n" in out
    assert "Jeugdwet 7.3.11 lid 3" in out


def test_one_record_is_explained_with_articles_and_grounds(kgbx: Kgbx, few: Path) -> None:
    out = policy(kgbx, "who", "--record", AGREEMENT, registers=few).out
    assert "duty:JW-7.3.11-4 [Jeugdwet 7.3.11 lid 4] 7848e502-a911-429a-b0d3-acc4457e21ef" in out
    assert "CONSENT_MISSING, NOT_NECESSARY, SUBJECT_NOT_SERVED, THIRD_PARTY" in out
    assert "Jeugdwet 3.2 en 3.3; BW 1:262; AVG 5 lid 1 onder c" in out


@pytest.mark.parametrize("record", ["nobody", TEAM])
def test_a_record_that_is_not_there_is_an_error(kgbx: Kgbx, few: Path, record: str) -> None:
    ran = policy(kgbx, "who", "--record", record, registers=few)
    assert (ran.status, "U_RECORD" in ran.err) == (2, True)


def test_no_words_of_the_case_are_printed(kgbx: Kgbx, few: Path) -> None:
    told = [one["wording"]["text"] for one in json.loads(CASE.read_bytes())["statements"]]
    said = (
        policy(kgbx, "who", "--statute", registers=few).out
        + policy(kgbx, "what-if", "--withdraw", GRANDMOTHER, "--json", registers=few).out
    )
    assert not any(text in said for text in told)


def test_what_only_a_stricter_choice_holds_back_is_listed_apart(kgbx: Kgbx, few: Path) -> None:
    ran = policy(kgbx, "who", "--statute", "--json", registers=few)
    codes = {code for one in ran.json["stricter"] for code in one["codes"]}
    assert codes >= {"SECRET_LOCATION", "CONFIDENTIAL"}
    assert all(code == "age_12_to_15" or REASONS[code].stricter for code in codes)


def test_that_the_holders_are_asked_beside_a_youth_is_a_stricter_choice(kgbx: Kgbx, few: Path, tmp_path: Path) -> None:
    case = json.loads(CASE.read_bytes())
    school = [one for one in case["consents"] if one["purposes"] == ["school_support"]]
    case["consents"] = [one for one in case["consents"] if one not in school or one["capacity"] == "self"]
    (tmp_path / "case.json").write_text(json.dumps(case), encoding="utf-8")
    ran = policy(kgbx, "who", "--statute", "--json", case=tmp_path / "case.json", registers=few)
    found = [one for one in ran.json["stricter"] if one["codes"][0] == "age_12_to_15"]
    assert {one["purpose"] for one in found} == {"school_support"}
    assert "Jeugdwet 7.3.11 lid 1" in found[0]["articles"][0]


def test_without_being_asked_for_it_is_not_listed(kgbx: Kgbx, few: Path) -> None:
    assert "stricter" not in policy(kgbx, "who", "--json", registers=few).json


def test_a_register_that_goes_beyond_the_law_is_told(kgbx: Kgbx, few: Path, tmp_path: Path) -> None:
    registers = json.loads(few.read_bytes())
    gi = next(one for one in registers["organisations"] if one["id"] == GI)
    gi["may_use_bsn"] = True
    (tmp_path / "registers.json").write_text(json.dumps(registers), encoding="utf-8")
    assert policy(kgbx, "who", "--json", registers=few).json["bsn_beyond_policy"] == []
    assert policy(kgbx, "who", "--json", registers=tmp_path / "registers.json").json["bsn_beyond_policy"] == [GI]


def test_an_emergency_that_nobody_looked_at_is_told(kgbx: Kgbx, few: Path, tmp_path: Path) -> None:
    case = json.loads(CASE.read_bytes())
    ground = case["legal_grounds"][1]
    ground |= {"provision": "NOOD", "valid_from": "2026-02-26", "valid_until": "2026-02-28", "family_informed": "not"}
    ground.pop("consulted", None)
    (tmp_path / "case.json").write_text(json.dumps(case), encoding="utf-8")
    found = policy(kgbx, "who", case=tmp_path / "case.json", registers=few).out
    assert (
        f"Overdue since 2026-02-26T23:00:00Z: legal ground {ground['id']} (NOOD): the family was not informed" in found
    )


class TestWhatIf:
    """What a withdrawal changes is told for each recipient, in ids."""

    def test_what_rested_on_the_consent_no_longer_goes(self, kgbx: Kgbx, few: Path) -> None:
        found = column(policy(kgbx, "what-if", "--withdraw", GRANDMOTHER, "--json", registers=few))
        assert (found["before"] - found["after"], len(found["no_longer"]), found["newly"]) == (5, 5, [])

    def test_others_keep_what_they_get(self, kgbx: Kgbx, few: Path) -> None:
        out = policy(kgbx, "what-if", "--withdraw", GRANDMOTHER, registers=few).out
        assert "school_support: 6 go, nothing changes" in out
        assert "protection: 104 go, then 99" in out

    @pytest.mark.parametrize("consent", [REFUSAL, AGREEMENT, "nobody"])
    def test_only_a_permit_can_be_withdrawn(self, kgbx: Kgbx, few: Path, consent: str) -> None:
        ran = policy(kgbx, "what-if", "--withdraw", consent, registers=few)
        assert (ran.status, "U_CONSENT" in ran.err) == (2, True)

    def test_withdrawing_again_changes_nothing(self, kgbx: Kgbx, few: Path) -> None:
        found = policy(kgbx, "what-if", "--withdraw", WITHDRAWN, "--json", registers=few).json["recipients"]
        assert [one["before"] - one["after"] for one in found] == [0] * len(found)
