# SPDX-License-Identifier: EUPL-1.2
"""How long a record is kept, by which rule, and what goes when it is over."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kgbx.case import Actor, FamilyCase, Record, Stamp
from kgbx.case.types import TYPE_OF_ARRAY
from kgbx.codes import code_list
from kgbx.consent.retention import (
    Keeper,
    KeptWithTheRest,
    Retention,
    RetentionRule,
    expire,
    goes_with,
    retention,
    retention_table,
)
from kgbx.errors import UsageError
from tests.case.builders import CHILD, CONSENT, GI, MOTHER, PERIOD, TEAM, Value, an_id, full
from tests.consent.insight import CASE
from tests.effort import EXAMPLES, scaled

if TYPE_CHECKING:
    from collections.abc import Iterable

STRENGTH, CONSENT_ID = an_id(50), an_id(51)
NEVER: Final = "9999"


def at(moment: str, org: str = TEAM) -> Value:
    return {"recorded_at": moment, "recorded_by": {"org": org}}


def strength(number: int = 50, **members: object) -> Value:
    words = {"text": "Samen sterk.", "language": "nl", "form": "woordelijk"}
    return full(number, domain="network", persons=[MOTHER], words=words, **at("2026-03-01T10:00:00Z")) | members


def family(*strengths: Value, **more: list[Value]) -> FamilyCase:
    """Return a case that no rule looked at: of many a day in it would be told that it is late."""
    persons = [
        full(1, birth_date="1986-05-21", **at("2020-01-01T10:00:00Z")),
        full(3, birth_date="2016-10-03", **at("2020-01-01T10:00:00Z")),
    ]
    arrays = {"persons": persons, "strengths": list(strengths), **more}
    rows = [TYPE_OF_ARRAY[array].model(**value) for array, values in arrays.items() for value in values]
    return FamilyCase(rows, synthetic=True)


def kept(case: FamilyCase, record: str = STRENGTH, function: str | None = "lokaal_team") -> Retention:
    found = case.get(record)
    assert isinstance(found, Record)
    return retention(found, "2026-03-01", case=case, own=TEAM, function=function)


class TestTerms:
    """Jeugdwet 20 years, WGBO 20, Wmo 15, Veilig Thuis 20, GI and Raad by their own files; from the last change."""

    @pytest.mark.parametrize(
        ("regime", "function", "until", "rule"),
        [
            ("jeugdwet", "lokaal_team", "2046-03-02", "JW-7.3.8-3"),
            ("jeugdwet", "jeugd_ggz", "2046-03-02", "JW-7.3.8-3"),
            ("wgbo", "volwassen_ggz", "2046-03-02", "WGBO-454-3"),
            ("wmo", "gemeente_toegang", "2041-03-02", "WMO-5.3.4-1"),
            ("wmo", "veilig_thuis", "2046-03-02", "WMO-5.3.4-2"),
            ("jeugdwet", "gi", "2064-10-03", "GI-MAJORITY-30"),
            ("avg_other", "raad", None, "AVG-5-1-E"),
            ("jeugdwet", "raad", "2116-10-03", "RAAD-100"),
            ("avg_other", "school", None, "AVG-5-1-E"),
            ("jeugdwet", None, None, "NO-RULE"),
        ],
    )
    def test_by_law_and_holder(self, regime: str, function: str | None, until: str | None, rule: str) -> None:
        found = kept(family(strength(regime=regime)), function=function)
        assert (found.keep_until, found.rule) == (until, rule)

    def test_the_raad_keeps_for_ever_what_ended_parental_authority(self) -> None:
        measure = full(60, minor=CHILD, kind="gezagsbeeindiging", status="loopt", valid_from="2026-02-01")
        assert kept(family(strength(), measures=[measure]), function="raad").rule == "RAAD-EVER"

    def test_without_a_birth_date_what_counts_from_birth_is_kept(self) -> None:
        case = FamilyCase(
            (one.model_copy(update={"birth_date": None}) if one.id == CHILD else one for one in family(strength())),
            synthetic=True,
        )
        assert kept(case, function="gi").keep_until is None

    def test_every_rule_has_source_date_and_a_code_for_erasing(self) -> None:
        table = retention_table()
        codes = set(code_list("erasure_rule").codes)
        rows: tuple[RetentionRule | KeptWithTheRest, ...] = (*table.rules, table.kept_with_the_rest)
        assert {row.id for row in rows if not row.source or not row.text_date or row.erasure not in codes} == set()

    @pytest.mark.parametrize(
        ("changed", "until"),
        [
            ("2026-03-01T10:00:00Z", "2046-03-02"),
            ("2026-02-28T23:00:00Z", "2046-03-01"),
            ("2026-02-28T22:59:59Z", "2046-03-01"),
            ("2024-02-28T23:00:00Z", "2044-02-29"),
            ("2080-02-28T23:00:00Z", "2100-03-01"),
        ],
        ids=["during a day", "as a day begins", "as a day ends", "29 February", "29 February to a year without"],
    )
    def test_it_is_over_when_all_years_have_passed(self, changed: str, until: str) -> None:
        assert kept(family(strength(**at(changed)))).keep_until == until


class TestLastChange:
    """The last change that the holder recorded under the same law; an import is no change of the sender's file."""

    def test_another_own_record_renews_the_file(self) -> None:
        later = strength(53, **at("2027-05-05T10:00:00Z"))
        assert kept(family(strength(), later)).keep_until == "2047-05-06"

    def test_an_import_does_not(self) -> None:
        imported = strength(53, **at("2027-05-05T10:00:00Z", GI))
        assert kept(family(strength(), imported)).keep_until == "2046-03-02"

    def test_a_record_under_another_law_does_not(self) -> None:
        other = strength(53, regime="wmo", **at("2027-05-05T10:00:00Z"))
        assert kept(family(strength(), other)).keep_until == "2046-03-02"

    def test_an_erasure_does_not(self) -> None:
        stamp = Stamp(recorded_by=Actor(org=TEAM), recorded_at="2030-01-01T10:00:00Z")
        case = family(strength(), strength(53)).erase(an_id(53), rule="unlawful", on="2030-01-01", stamp=stamp)
        assert kept(case).keep_until == "2046-03-02"

    def test_a_copy_has_a_clock_of_its_own(self) -> None:
        case = family(strength(), strength(53, **at("2027-05-05T10:00:00Z", GI)))
        assert kept(case, an_id(53)).keep_until == "2047-05-06"

    def test_which_starts_when_it_was_received(self) -> None:
        case = family(strength(), strength(53, **at("2027-05-05T10:00:00Z", GI)))
        keeper = Keeper(
            case, "2026-03-01", own=TEAM, function="lokaal_team", received={an_id(53): "2028-01-01T12:00:00Z"}
        )
        copy = case.get(an_id(53))
        assert isinstance(copy, Record)
        assert keeper.of(copy).keep_until == "2048-01-02"


class TestPromises:
    """An earlier day that was promised wins; a later one does not."""

    def test_an_earlier_day_wins(self) -> None:
        found = kept(family(strength(keep_until="2030-01-01")))
        assert (found.keep_until, found.rule, found.erasure) == ("2030-01-01", "PROMISED", "retention_promised")

    def test_a_later_day_does_not(self) -> None:
        assert kept(family(strength(keep_until="2060-01-01"))).rule == "JW-7.3.8-3"

    def test_where_no_term_holds_the_promise_does(self) -> None:
        assert kept(family(strength(keep_until="2030-01-01")), function=None).rule == "PROMISED"

    @pytest.mark.parametrize(
        ("moment", "over"),
        [("2029-12-31T22:59:59Z", False), ("2029-12-31T23:00:00Z", True), ("2030-01-01", True), ("2029-12-31", False)],
    )
    def test_it_is_over_as_that_day_begins_in_amsterdam(self, moment: str, over: bool) -> None:  # noqa: FBT001  # a parameter
        assert kept(family(strength(keep_until="2030-01-01"))).over(moment) == over

    def test_what_is_needed_for_a_claim_is_held(self) -> None:
        claim = full(60, record=STRENGTH, ground="needed_for_claim", valid_from="2026-01-01")
        found = kept(family(strength(keep_until="2026-02-01"), restrictions=[claim]))
        assert (found.held, found.over("2040-01-01")) == (True, False)

    @pytest.mark.parametrize(
        "members", [{"ground": "objection"}, {"valid_until": "2026-02-15"}, {"valid_from": "2026-04-01"}]
    )
    def test_any_other_restriction_does_not_hold(self, members: dict[str, str]) -> None:
        claim = full(60, record=STRENGTH, **{"ground": "needed_for_claim", "valid_from": "2026-01-01"} | members)
        assert not kept(family(strength(keep_until="2026-02-01"), restrictions=[claim])).held


class TestKeptWithTheRest:
    """Why something was shared is shown for as long as anything is kept, a refusal for as long as it binds."""

    def consent(self, **members: object) -> Value:
        return full(51, **CONSENT, **at("2021-01-01T10:00:00Z")) | PERIOD | members

    def test_a_consent_is_kept_as_long_as_the_file(self) -> None:
        case = family(strength(), consents=[self.consent(regime="wmo")])
        assert (kept(case, CONSENT_ID).keep_until, kept(case, CONSENT_ID).rule) == ("2046-03-02", "WITH-THE-FILE")

    def test_and_as_long_as_it_binds(self) -> None:
        case = family(strength(), consents=[self.consent(valid_until="2070-01-01")])
        assert kept(case, CONSENT_ID).keep_until == "2070-01-02"

    def test_if_the_file_is_kept_for_ever_so_is_it(self) -> None:
        case = family(strength(regime="avg_other"), consents=[self.consent()])
        assert kept(case, CONSENT_ID).keep_until is None


def stamp(moment: str) -> Stamp:
    return Stamp(recorded_by=Actor(org=TEAM), recorded_at=moment)


def over(case: FamilyCase, moment: str) -> tuple[Retention, ...]:
    return tuple(Keeper(case, moment, own=TEAM, function="lokaal_team").over())


class TestExpiring:
    """What is over goes, with what speaks about it; what remains is that it was erased."""

    def test_only_what_is_over_goes(self) -> None:
        case = family(strength(keep_until="2026-02-01"), strength(53))
        gone = expire(case, over(case, "2026-03-01"), on="2026-03-01", stamp=stamp("2026-03-01T10:00:00Z"))
        assert (STRENGTH in gone, an_id(53) in gone, gone.erased) == (False, True, frozenset({STRENGTH}))

    def test_an_erasure_names_rule_and_day_and_no_content(self) -> None:
        case = family(strength(keep_until="2026-02-01"))
        gone = expire(case, over(case, "2026-03-01"), on="2026-03-01", stamp=stamp("2026-03-01T10:00:00Z"))
        written = gone.to_json()
        assert b"Samen sterk" not in written
        assert b"retention_promised" in written

    def test_what_speaks_about_it_goes_too(self) -> None:
        words = {"text": "Zo was het niet.", "language": "nl", "form": "woordelijk"}
        reaction = full(61, record=STRENGTH, by=MOTHER, kind="oneens", words=words, reacted_on="2026-03-01")
        case = family(strength(keep_until="2026-02-01"), reactions=[reaction])
        gone = expire(case, over(case, "2026-03-01"), on="2026-03-01", stamp=stamp("2026-03-01T10:00:00Z"))
        assert gone.erased == {STRENGTH, an_id(61)}
        assert goes_with(case, {STRENGTH}) == {an_id(61): STRENGTH}

    def test_the_whole_family_is_over_after_its_term(self) -> None:
        day = "2046-02-27"
        gone = expire(CASE, over(CASE, day), on=day, stamp=stamp("2046-02-27T10:00:00Z"))
        assert [one for one in gone if isinstance(one, Record) and one.recorded_by.org == TEAM] == []

    def test_and_nothing_of_it_years_before(self) -> None:
        assert over(CASE, "2041-01-01") == ()

    def test_a_moment_must_be_one(self) -> None:
        with pytest.raises(UsageError) as caught:
            Keeper(CASE, "soon", own=TEAM, function="lokaal_team")
        assert caught.value.code == "U_MOMENT"


days = st.dates(min_value=date(2000, 1, 1), max_value=date(2060, 1, 1))


def until(found: Retention) -> str:
    return found.keep_until or NEVER


def strengths_on(days_of_records: Iterable[object], org: str = TEAM) -> list[Value]:
    return [strength(70 + n, **at(f"{day}T10:00:00Z", org)) for n, day in enumerate(days_of_records)]


class TestProperties:
    """More own records never shorten a term; imports never change one; a promise never lengthens one."""

    @settings(max_examples=scaled(quick=EXAMPLES["quick"] // 2, ci=200, long=2000))
    @given(own=st.lists(days, max_size=3), foreign=st.lists(days, max_size=3), promise=days)
    def test_for_any_days(self, own: list[object], foreign: list[object], promise: object) -> None:
        alone = until(kept(family(strength())))
        mine = until(kept(family(strength(), *strengths_on(own))))
        others = until(kept(family(strength(), *strengths_on(foreign, GI))))
        promised = until(kept(family(strength(keep_until=str(promise)), *strengths_on(own))))
        assert mine >= alone
        assert others == alone
        assert promised == min(mine, str(promise))


NARROW = {
    "protections": full(70, person=MOTHER, allowed=[TEAM], blocked=[CHILD], valid_from="2026-01-01"),
    "confidences": full(70, record=STRENGTH, withheld_from=[CHILD]),
    "restrictions": full(70, record=STRENGTH, ground="accuracy_contested", valid_from="2026-01-01"),
    "consents": full(70, **CONSENT, **PERIOD) | {"decision": "refuse"},
}


@pytest.mark.parametrize("array", NARROW)
def test_a_promise_opens_nothing_that_is_kept_from_somebody(array: str) -> None:
    """To forget a protection, a confidence, a restriction or a refusal early would open what it closes."""
    case = family(strength(), **{array: [NARROW[array] | {"keep_until": "2026-03-02"} | at("2026-03-01T10:00:00Z")]})
    assert kept(case, an_id(70)).over("2026-04-01") is False


@pytest.mark.parametrize("array", ["protections", "restrictions", "consents"])
def test_what_ended_goes_on_the_promised_day_or_when_it_ended(array: str) -> None:
    ended = NARROW[array] | {"keep_until": "2026-03-02", "valid_until": "2026-06-01"} | at("2026-03-01T10:00:00Z")
    assert kept(family(strength(), **{array: [ended]}), an_id(70)).over("2026-07-01") is True


CLAIM: Final = {"ground": "needed_for_claim", "valid_from": "2026-01-01"}


def reacted(number: int, record: str) -> Value:
    words = {"text": "Zo was het niet.", "language": "nl", "form": "woordelijk"}
    return full(number, record=record, by=MOTHER, kind="oneens", words=words, reacted_on="2026-03-01")


class TestClaims:
    """What a claim holds stays whole: what it speaks about, its versions, who may say so, and why it was shared."""

    def held(self, *, links: tuple[Value, ...] = (), **more: list[Value]) -> FamilyCase:
        """Return a case in which a claim needs the reaction, and not the strength that it is about."""
        rows = [reacted(70, STRENGTH)]
        claims = [full(71, record=an_id(70), **CLAIM)]
        gone = strength(keep_until="2026-02-01")
        return family(gone, reactions=rows, restrictions=claims, links=list(links), **more)

    def test_what_is_held_holds_what_it_speaks_about(self) -> None:
        case = self.held()
        assert kept(case).held
        assert over(case, "2026-03-01") == ()
        assert an_id(70) in expire(case, over(case, "2026-03-01"), on="2026-03-01", stamp=stamp("2026-03-01T10:00:00Z"))

    def test_what_is_not_held_goes(self) -> None:
        """The control."""
        case = family(strength(keep_until="2026-02-01"), reactions=[reacted(70, STRENGTH)])
        assert set(goes_with(case, {one.record for one in over(case, "2026-03-01")})) == {an_id(70)}

    def test_the_claim_itself_and_the_account_of_sharing_stay_as_long(self) -> None:
        case = self.held(consents=[full(51, keep_until="2026-02-01", **CONSENT, **PERIOD)])
        assert [kept(case, one).held for one in (an_id(71), CONSENT_ID)] == [True, True]

    def test_every_version_is_held(self) -> None:
        correction = full(72, **{"from": STRENGTH, "to": an_id(73), "kind": "replaces"})
        bare = {name: correction[name] for name in correction if name not in ("regime", "collected_for")}
        case = family(
            *(strength(number, keep_until="2026-02-01") for number in (50, 73)),
            restrictions=[full(71, record=STRENGTH, **CLAIM)],
            links=[bare],
        )
        assert [kept(case, one).held for one in (STRENGTH, an_id(73))] == [True, True]

    @pytest.mark.parametrize(("by", "held"), [(TEAM, False), (GI, True)])
    def test_only_who_recorded_a_claim_corrects_it(self, by: str, *, held: bool) -> None:
        later = full(74, record=an_id(70), **CLAIM | {"valid_until": "2026-01-02"}) | {"recorded_by": {"org": by}}
        link = full(75, **{"from": an_id(74), "to": an_id(71), "kind": "replaces"}) | {"recorded_by": {"org": by}}
        bare = {name: link[name] for name in link if name not in ("regime", "collected_for")}
        case = family(
            strength(),
            reactions=[reacted(70, STRENGTH)],
            restrictions=[full(71, record=an_id(70), **CLAIM), later],
            links=[bare],
        )
        assert kept(case).held is held


class TestTheEndsOfTheCalendar:
    """A case may name every year from 1000 to 2999: no day of it stops the terms."""

    @pytest.mark.parametrize("day", ["2999-12-31", "2999-12-31T23:59:59Z", "2999-12-30", "1000-01-01"])
    def test_an_end_of_a_protection(self, day: str) -> None:
        shield = full(60, person=MOTHER, blocked=[CHILD], valid_from="1000-01-01", valid_until=day)
        case = family(strength(), protections=[shield])
        assert kept(case, an_id(60)).over("2998-12-31") is (day < "2999")

    @pytest.mark.parametrize("moment", ["1000-01-01T00:00:00Z", "2999-12-31T23:30:00Z", "2990-02-28T10:00:00Z"])
    def test_a_last_change(self, moment: str) -> None:
        assert until(kept(family(strength(**at(moment))))) <= "2999-12-31"

    def test_a_youngest_child(self) -> None:
        child = full(3, birth_date="2999", roles=["child"])
        case = FamilyCase([*family(strength(), persons=[]), TYPE_OF_ARRAY["persons"].model(**child)], synthetic=True)
        assert until(kept(case, function="gi")) == "2999-12-31"
