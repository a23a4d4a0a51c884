# SPDX-License-Identifier: EUPL-1.2
"""Requests to destroy records, notices to who had received them, and the own statement beside a record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pytest

from kgbx.case import Actor, FamilyCase, Reaction, Restriction, Stamp, Statement, Wording
from kgbx.case.types import TYPE_OF_ARRAY
from kgbx.consent.erasure_requests import BASES, KEEPS, Answer, ErasureRequest, Interest, answer_request
from kgbx.consent.facts import Request
from kgbx.consent.joins import Registers, facts_from_case
from kgbx.consent.notices import Erased, ErasureNotice, answer_notice, notices, read_answer, read_notice
from kgbx.consent.own_statement import own_statement
from kgbx.consent.retention import Keeper
from kgbx.consent.share import share
from kgbx.errors import DocumentError, UsageError
from tests.case.builders import TEAM as OWN
from tests.case.builders import an_id, full
from tests.consent.insight import AT, CASE, GI, LOG, POLICY, REGISTERS, SANNE, SHARING, TEAM, VT

if TYPE_CHECKING:
    from collections.abc import Collection

MOTHER, FATHER, YOUNG, YOUTH, GRANDMOTHER = (an_id(number) for number in range(1, 6))
RECORD: Final = an_id(50)
ON: Final = "2026-03-01"
BORN: Final = {MOTHER: "1986-05-21", FATHER: "1983-11-02", YOUNG: "2016-10-03", YOUTH: "2012-06-30"}
WORDS: Final = {"text": "Samen sterk.", "language": "nl", "form": "woordelijk"}


def registers(function: str = "lokaal_team") -> Registers:
    period = {"recorded_at": "2020-01-01", "valid_from": "2020-01-01"}
    value: dict[str, Any] = {
        "format": "kgbx-registers/1",
        "organisations": ({"id": OWN, "function": function},),
        "parental_authority": tuple(
            {"child": child, "holder": holder, **period} for child in (YOUNG, YOUTH) for holder in (MOTHER, FATHER)
        ),
    }
    return Registers.model_validate(value)


def family(*about: str, **members: object) -> FamilyCase:
    rows = [TYPE_OF_ARRAY["persons"].model(**full(n, birth_date=born)) for n, born in enumerate(BORN.values(), start=1)]
    strength = full(50, domain="network", persons=list(about), words=WORDS) | members
    return FamilyCase([*rows, TYPE_OF_ARRAY["strengths"].model(**strength)], synthetic=True)


def weighed(*, outweighs: bool, why: str = "Voor later van belang.", **members: str) -> Interest:
    said: dict[str, Any] = {"record": RECORD, "outweighs": outweighs, "why": why, "decided_by": "pro"} | members
    return Interest(**said)


def answer(
    case: FamilyCase, *asked_by: str, function: str = "lokaal_team", joint: bool = False, **members: object
) -> Answer:
    given: dict[str, Any] = {"decided_by": "pro", "records": (RECORD,)} | members
    request = ErasureRequest(asked_by=asked_by, on=ON, **given)
    facts = facts_from_case(case, registers(function), own=OWN)
    return answer_request(case, request, own=OWN, facts=facts, policy=POLICY, joint_12_to_15=joint)[0]


class TestWhoMayAsk:
    """From twelve and able alone; under twelve who holds parental authority; the joint request is a switch."""

    @pytest.mark.parametrize(
        ("about", "asked_by", "outcome"),
        [
            (MOTHER, (MOTHER,), "erased"),
            (MOTHER, (FATHER,), "kept"),
            (YOUTH, (YOUTH,), "erased"),
            (YOUTH, (MOTHER, FATHER), "kept"),
            (YOUNG, (YOUNG,), "kept"),
            (YOUNG, (MOTHER, FATHER), "erased"),
            (YOUNG, (MOTHER,), "kept"),
        ],
    )
    def test_by_age_and_authority(self, about: str, asked_by: tuple[str, ...], outcome: str) -> None:
        found = answer(family(about), *asked_by)
        assert found.outcome == outcome
        assert found.rule == ("JW-7.3.9" if outcome == "erased" else "NOT-ENTITLED")

    @pytest.mark.parametrize(("asked_by", "outcome"), [((YOUTH,), "kept"), ((YOUTH, MOTHER, FATHER), "erased")])
    def test_with_the_switch_youth_and_holders_ask_together(self, asked_by: tuple[str, ...], outcome: str) -> None:
        assert answer(family(YOUTH), *asked_by, joint=True).outcome == outcome

    def test_a_holder_who_is_against_it_stops_it(self) -> None:
        assert answer(family(YOUNG), MOTHER, FATHER, opposed_by=(FATHER,)).rule == "NOT-ENTITLED"


class TestWhatIsKept:
    """The interest of another, a claim, an account, archives, no ground: each by its article."""

    def test_what_is_about_another_too_waits_for_a_person(self) -> None:
        found = answer(family(MOTHER, FATHER), MOTHER)
        assert (found.rule, found.escalate) == ("INTEREST-NOT-WEIGHED", True)
        assert "7.3.9 lid 2" in found.source

    def test_what_names_another_waits_for_a_person(self) -> None:
        assert answer(family(MOTHER, helper=GRANDMOTHER), MOTHER).rule == "INTEREST-NOT-WEIGHED"

    def test_that_interest_keeps_it(self) -> None:
        found = answer(family(MOTHER, FATHER), MOTHER, interests=(weighed(outweighs=True),))
        assert (found.outcome, found.rule, found.escalate) == ("kept", "INTEREST-OF-OTHER", False)

    def test_or_does_not(self) -> None:
        assert answer(family(MOTHER, FATHER), MOTHER, interests=(weighed(outweighs=False),)).outcome == "erased"

    def test_a_weighing_that_does_not_say_why_is_none(self) -> None:
        found = answer(family(MOTHER, FATHER), MOTHER, interests=(weighed(outweighs=False, why=" "),))
        assert found.rule == "INTEREST-NOT-WEIGHED"

    @pytest.mark.parametrize(
        ("persons", "rule"),
        [
            ((None,), "INTEREST-NOT-WEIGHED"),
            ((FATHER,), "INTEREST-NOT-WEIGHED"),
            ((FATHER, MOTHER), "INTEREST-NOT-WEIGHED"),
            ((FATHER, GRANDMOTHER), "JW-7.3.9"),
        ],
    )
    def test_each_other_is_weighed(self, persons: tuple[str | None, ...], rule: str) -> None:
        said = tuple(weighed(outweighs=False, **({} if one is None else {"person": one})) for one in persons)
        assert answer(family(MOTHER, FATHER, helper=GRANDMOTHER), MOTHER, interests=said).rule == rule

    def test_a_weighing_of_nobody_is_none(self) -> None:
        found = answer(family(MOTHER, FATHER), MOTHER, interests=(weighed(outweighs=False, decided_by=" "),))
        assert found.rule == "INTEREST-NOT-WEIGHED"

    @pytest.mark.parametrize("nobody", [None, " "])
    def test_nobody_decided_yet(self, nobody: str | None) -> None:
        assert answer(family(MOTHER), MOTHER, decided_by=nobody).rule == "NOT-DECIDED"

    def test_the_raad_keeps_its_archives(self) -> None:
        assert answer(family(MOTHER), MOTHER, function="raad").rule == "ARCHIVES"

    @pytest.mark.parametrize(("ground", "rule"), [(None, "NO-GROUND"), ("b", "AVG-17")])
    def test_under_the_avg_alone_a_ground_is_needed(self, ground: str | None, rule: str) -> None:
        assert answer(family(MOTHER, regime="avg_other"), MOTHER, ground=ground).rule == rule

    def test_a_claim_holds_it(self) -> None:
        claim = Restriction(**full(60, record=RECORD, ground="needed_for_claim", valid_from="2026-01-01"))
        assert answer(FamilyCase((*family(MOTHER), claim), synthetic=True), MOTHER).rule == "CLAIM"

    def test_a_consent_is_kept_to_give_account(self) -> None:
        consent = next(one for one in CASE.records("consents") if getattr(one, "subject", None) == SANNE)
        request = ErasureRequest(asked_by=(SANNE,), on="2026-03-02", records=(consent.id,), decided_by="pro")
        assert answer_request(CASE, request, own=TEAM, facts=SHARING, policy=POLICY)[0].rule == "ACCOUNT"

    @pytest.mark.parametrize(
        ("regime", "rule", "erasure"),
        [
            ("jeugdwet", "JW-7.3.9", "request_youth_care_file"),
            ("wgbo", "WGBO-455", "request_wgbo_file"),
            ("wmo", "WMO-5.3.5", "request_wmo"),
        ],
    )
    def test_each_law_has_its_own_right(self, regime: str, rule: str, erasure: str) -> None:
        found = answer(family(MOTHER, regime=regime), MOTHER)
        assert (found.rule, found.erasure) == (rule, erasure)

    def test_an_unknown_record_is_refused(self) -> None:
        with pytest.raises(UsageError) as caught:
            answer(family(MOTHER), MOTHER, records=(an_id(99),))
        assert caught.value.code == "U_ARGUMENT"

    def test_every_row_names_its_source(self) -> None:
        assert [one.rule for one in KEEPS if not one.source] == []
        assert [one.rule for one in BASES.values() if not one.source] == []


def stamp(org: str, on: str = "2026-03-03") -> Stamp:
    return Stamp(recorded_by=Actor(org=org), recorded_at=f"{on}T10:00:00Z")


def passed(org: str) -> set[str]:
    return {row.record for entry in LOG if entry.recipient == org for row in entry.rows if not row.reasons}


def erase(records: Collection[str], org: str = TEAM) -> FamilyCase:
    case = CASE
    for one in sorted(records):
        case = case.erase(one, rule="request_youth_care_file", on="2026-03-03", stamp=stamp(org))
    return case


BOTH: Final = min(one.id for one in CASE.records("statements") if one.id in passed(GI) and one.id in passed(VT))


class TestNotices:
    """Who had received what was erased is told: ids, rules and days, nothing else."""

    def test_each_recipient_is_told_of_what_it_had(self) -> None:
        found = notices(erase([BOTH]), LOG, own=TEAM)
        assert {org for org in (GI, VT) if BOTH in {one.record for one in found[org].records}} == {GI, VT}

    def test_who_had_nothing_of_it_is_not_told(self) -> None:
        assert notices(erase([BOTH]), LOG[:1], own=TEAM).keys() == {GI}
        assert notices(CASE, LOG, own=TEAM) == {}

    def test_an_erasure_that_another_recorded_is_not_told_on(self) -> None:
        assert notices(erase([BOTH], org=GI), LOG, own=TEAM) == {}

    def test_a_notice_holds_ids_rules_and_days_only(self) -> None:
        notice = notices(erase([BOTH]), LOG, own=TEAM)[VT]
        members = {name for one in notice.model_dump()["records"] for name in one}
        assert members == {"record", "rule", "on"}
        assert read_notice(notice.to_json()) == notice

    @pytest.mark.parametrize(
        "data",
        [
            b'{"records":[]}',
            b'{"records":[{"record":"x","rule":"unlawful","on":"2026-03-03"}]}',
            b'{"records":[{"record":"00000000-0000-4000-8000-000000000001","rule":"because","on":"2026-03-03"}]}',
            b'{"records":[{"record":"00000000-0000-4000-8000-000000000001","rule":"unlawful","on":"2026-03-03","x":1}]}',
        ],
        ids=["nothing", "no id", "another rule", "one member more"],
    )
    def test_another_form_is_refused(self, data: bytes) -> None:
        with pytest.raises(DocumentError) as caught:
            read_notice(data)
        assert caught.value.code == "D_INVALID"


def received(notice: ErasureNotice, *, at: str = ON, agreed: Collection[str] = ()) -> tuple[dict[str, str], FamilyCase]:
    keeper = Keeper(CASE, at, own=GI, function="gi")
    done, case = answer_notice(notice, CASE, keeper=keeper, at=at, stamp=stamp(GI, at), agreed=agreed)
    assert read_answer(done.to_json()) == done
    return {one.record: f"{one.answer} {one.rule or ''}".strip() for one in done.answers}, case


def notice_of(record: str) -> ErasureNotice:
    return ErasureNotice(records=(Erased(record=record, rule="request_youth_care_file", on="2026-03-03"),))


class TestAnswers:
    """A recipient decides for itself; a message alone never destroys what must still be kept."""

    def test_what_its_own_term_keeps_is_kept_by_that_rule(self) -> None:
        answers, case = received(notice_of(BOTH))
        assert (answers[BOTH], BOTH in case) == ("kept GI-MAJORITY-30", True)

    def test_what_a_person_agreed_to_is_erased(self) -> None:
        answers, case = received(notice_of(BOTH), agreed=[BOTH])
        assert (answers[BOTH], BOTH in case, BOTH in case.erased) == ("erased", False, True)

    def test_what_is_over_is_erased(self) -> None:
        answers, case = received(notice_of(BOTH), at="2090-01-01")
        assert (answers[BOTH], BOTH in case) == ("erased", False)

    def test_what_a_claim_needs_is_kept_although_somebody_agreed(self) -> None:
        words = Wording(text="Zo was het niet.", language="nl", form="woordelijk")
        said = own_statement(CASE, BOTH, by=SANNE, words=words, on=ON, stamp=stamp(GI))
        claim = full(70, record=said.id, ground="needed_for_claim", valid_from="2026-01-01")
        held = CASE.add(said, TYPE_OF_ARRAY["restrictions"].model(**claim))
        keeper = Keeper(held, ON, own=GI, function="gi")
        done, case = answer_notice(notice_of(BOTH), held, keeper=keeper, at=ON, stamp=stamp(GI), agreed=[BOTH])
        assert [(one.answer, one.rule) for one in done.answers] == [("kept", "CLAIM")]
        assert case == held

    def test_what_has_no_term_of_its_own_is_not_said_to_be_gone(self) -> None:
        link = CASE.records("links")[0].id
        answers, case = received(notice_of(link), agreed=[link])
        assert (answers[link], link in case) == ("kept WITH-THE-FILE", True)

    def test_what_was_never_there_is_answered_alike(self) -> None:
        answers, case = received(notice_of(an_id(99)))
        assert (answers[an_id(99)], case) == ("erased", CASE)


class TestOwnStatement:
    """The words of a person are added to a record on request, and travel with it (Jeugdwet 7.3.8 lid 2)."""

    def added(self, record: str) -> tuple[FamilyCase, Reaction]:
        words = Wording(text="Ik zie dit anders.", language="nl", form="woordelijk")
        own = own_statement(CASE, record, by=SANNE, words=words, on="2026-03-01", stamp=stamp(TEAM))
        return CASE.add(own), own

    @pytest.mark.parametrize(("org", "purpose"), [(GI, "protection"), (VT, "safety")])
    def test_it_travels_with_the_record(self, org: str, purpose: str) -> None:
        target = next(
            one.id for one in CASE.current("statements")
            if isinstance(one, Statement) and one.id in passed(org) and one.told_by.person == SANNE
        )  # fmt: skip
        case, own = self.added(target)
        facts = facts_from_case(
            case, REGISTERS, own=TEAM, proven=[one.id for one in case if one.recorded_by.org == TEAM]
        )
        request = Request(sender=TEAM, recipient=org, purpose=purpose, at=AT, known_at=AT)
        view = share(case, request=request, policy=POLICY, facts=facts).view
        assert target in view
        assert own.id in view

    def test_it_is_of_that_kind_and_under_the_law_of_the_record(self) -> None:
        record = CASE.get(BOTH)
        _, own = self.added(BOTH)
        assert (own.kind, own.regime) == ("eigen_verklaring", getattr(record, "regime", None))

    @pytest.mark.parametrize("record", [an_id(99), CASE.records("links")[0].id], ids=["nothing", "a link"])
    def test_there_must_be_a_record_to_speak_about(self, record: str) -> None:
        with pytest.raises(UsageError) as caught:
            self.added(record)
        assert caught.value.code == "U_ARGUMENT"
