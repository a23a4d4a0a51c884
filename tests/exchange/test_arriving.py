# SPDX-License-Identifier: EUPL-1.2
"""What arrives and may not touch what is here: each row of the table, and what may be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest

from kgbx.case import FamilyCase
from kgbx.consent.arriving import ARRIVALS, WHY_APART
from kgbx.exchange.joining import joined
from tests.case.builders import (
    CHILD,
    CONSENT,
    FATHER,
    MOTHER,
    PERIOD,
    TEAM,
    Value,
    an_id,
    as_bytes,
    bare,
    document,
    full,
    words,
)

if TYPE_CHECKING:
    from kgbx.consent.importing import Quarantined

OTHER: Final = "urn:osb:oin:00000099000000003000"
THIRD: Final = "urn:osb:oin:00000099000000004000"
SHIELD: Final = full(61, person=MOTHER, blocked=[FATHER], valid_from="2026-01-01")
NOTE: Final = an_id(70)


def by(org: str, value: Value) -> Value:
    return value | {"recorded_by": {"org": org}}


def strength(number: int = 70, org: str = OTHER) -> Value:
    return by(org, full(number, domain="network", persons=[MOTHER], words=words("Samen.")))


def erasure(record: str, org: str = OTHER) -> Value:
    return by(org, bare(90, record=record, rule="unlawful", on="2026-03-01"))


def correction(new: int, old: str, org: str = OTHER) -> Value:
    return by(org, bare(91, from_=an_id(new), kind="replaces", to=old))


def own(**rows: list[Value]) -> Value:
    return document(persons=[full(1), full(2), full(3, roles=["child"])], **rows)


def taken(held: Value, arrived: Value, sender: str = OTHER) -> tuple[FamilyCase, tuple[Quarantined, ...]]:
    return joined(
        FamilyCase.from_json(as_bytes(held)), FamilyCase.from_json(as_bytes(arrived)), own=TEAM, sender=sender
    )


def codes(held: Value, arrived: Value, sender: str = OTHER) -> dict[str, tuple[str, ...]]:
    return {row.record: row.reasons for row in taken(held, arrived, sender)[1]}


def test_every_row_says_what_to_do_and_where_it_is_from() -> None:
    assert all(row.reason.text.nl and row.reason.text.en and row.reason.source for row in ARRIVALS)
    assert {row.reason.code for row in ARRIVALS} <= WHY_APART.keys()


class TestErasing:
    """An erasure is honoured from who recorded the record and sent the erasure, and never of what protects."""

    def test_of_the_sender_itself_it_is_honoured(self) -> None:
        case, apart = taken(own(strengths=[strength()]), document(erasures=[erasure(NOTE)]))
        assert (NOTE in case, NOTE in case.erased, apart) == (False, True, ())

    @pytest.mark.parametrize(
        ("recorder", "eraser", "sender"),
        [(TEAM, OTHER, OTHER), (THIRD, OTHER, OTHER), (THIRD, THIRD, OTHER), (OTHER, TEAM, OTHER)],
        ids=["of ours", "of a third", "in a third's name", "in our name"],
    )
    def test_of_another_it_is_not(self, recorder: str, eraser: str, sender: str) -> None:
        held = own(strengths=[strength(org=recorder)])
        case, apart = taken(held, document(erasures=[erasure(NOTE, eraser)]), sender)
        assert (NOTE in case, [row.record for row in apart]) == (True, [an_id(90)])

    @pytest.mark.parametrize(
        ("array", "row"),
        [
            ("confidences", full(61, record=NOTE, withheld_from=[FATHER])),
            ("restrictions", full(61, record=NOTE, ground="objection", valid_from="2026-01-01")),
            ("consents", full(61, **CONSENT, **PERIOD) | {"decision": "refuse"}),
            ("protections", SHIELD),
        ],
        ids=["confidence", "restriction", "refusal", "protection"],
    )
    def test_of_what_narrows_it_never_is(self, array: str, row: Value) -> None:
        held = own(strengths=[strength(org=TEAM)], **{array: [by(OTHER, row)]})
        case, apart = taken(held, document(erasures=[erasure(an_id(61))]))
        assert (an_id(61) in case, [one.reasons for one in apart]) == (True, [("ERASES_HERE",)])

    def test_what_is_restricted_here_stays(self) -> None:
        claim = full(62, record=NOTE, ground="needed_for_claim", valid_from="2026-01-01")
        held = own(strengths=[strength()], restrictions=[claim])
        assert NOTE in taken(held, document(erasures=[erasure(NOTE)]))[0]

    def test_a_file_that_protects_somebody_forgets_nothing_by_itself(self) -> None:
        held = own(strengths=[strength()], protections=[SHIELD])
        assert codes(held, document(erasures=[erasure(NOTE)])) == {an_id(90): ("ERASES_HERE",)}

    def test_what_the_holder_erased_is_never_set_apart(self) -> None:
        held = own(erasures=[erasure(NOTE, TEAM)])
        case, apart = taken(held, document(strengths=[strength()]))
        assert (an_id(90) in case, NOTE in case, apart) == (True, False, ())

    def test_the_own_copy_may_erase_what_it_likes(self) -> None:
        case, apart = taken(own(protections=[SHIELD]), document(erasures=[erasure(an_id(61), TEAM)]), TEAM)
        assert (an_id(61) in case, apart) == (False, ())


class TestCorrecting:
    """What another organisation recorded is corrected by nobody else."""

    def test_of_its_own_record_it_is_taken_in(self) -> None:
        held = own(strengths=[strength()])
        arrived = document(strengths=[strength(71)], links=[correction(71, NOTE)])
        assert codes(held, arrived) == {}

    def test_of_ours_it_is_not_and_both_stand(self) -> None:
        held = own(strengths=[strength(org=TEAM)])
        case, apart = taken(held, document(strengths=[strength(71)], links=[correction(71, NOTE)]))
        assert [(row.record, row.reasons) for row in apart] == [(an_id(91), ("CORRECTS_OTHERS",))]
        assert {one.id for one in case.current("strengths")} == {NOTE, an_id(71)}

    @pytest.mark.parametrize(("sender", "kept"), [(OTHER, True), (THIRD, False)])
    def test_of_what_guards_only_its_recorder_sends_one(self, sender: str, *, kept: bool) -> None:
        held = own(protections=[by(OTHER, SHIELD)])
        later = by(OTHER, full(62, person=MOTHER, blocked=[FATHER], valid_from="2026-02-01"))
        case, _ = taken(held, document(protections=[later], links=[correction(62, an_id(61))]), sender)
        assert (an_id(91) in case) is kept


class TestJoining:
    """Nobody makes one of a blocked person and a protected one, who lives there, or a child."""

    @pytest.mark.parametrize("basis", ["bsn", "professional"])
    @pytest.mark.parametrize("one", [MOTHER, CHILD], ids=["protected", "child"])
    def test_of_who_is_kept_apart(self, one: str, basis: str) -> None:
        same = by(OTHER, bare(92, a=one, b=FATHER, basis=basis))
        held = own(protections=[SHIELD])
        assert codes(held, document(same_person=[same])) == {an_id(92): ("JOINS_WHO_IS_KEPT_APART",)}

    def test_over_a_third_id(self) -> None:
        same = [by(OTHER, bare(n, a=an_id(5), b=one, basis="bsn")) for n, one in ((92, MOTHER), (93, FATHER))]
        assert set(codes(own(protections=[SHIELD]), document(same_person=same))) == {an_id(92), an_id(93)}

    def test_by_a_correction_of_a_person(self) -> None:
        held = own(protections=[SHIELD])
        arrived = document(persons=[by(OTHER, full(5))], links=[correction(5, FATHER)])
        arrived["same_person"] = [by(OTHER, bare(92, a=an_id(5), b=MOTHER, basis="professional"))]
        case, apart = taken(held, arrived)
        assert ("JOINS_WHO_IS_KEPT_APART",) in {row.reasons for row in apart} or an_id(91) not in case

    def test_an_erasure_beside_it_hides_nothing(self) -> None:
        same = by(OTHER, bare(92, a=MOTHER, b=FATHER, basis="bsn"))
        held = own(protections=[by(OTHER, SHIELD)])
        case, apart = taken(held, document(same_person=[same], erasures=[erasure(an_id(61))]))
        assert (an_id(61) in case, {row.record for row in apart}) == (True, {an_id(90), an_id(92)})

    def test_two_persons_that_we_recorded_are_joined_by_us(self) -> None:
        same = by(OTHER, bare(92, a=MOTHER, b=CHILD, basis="bsn"))
        assert codes(own(), document(same_person=[same])) == {an_id(92): ("JOINS_WHO_IS_KEPT_APART",)}

    def other_child(self, **members: object) -> dict[str, tuple[str, ...]]:
        """Return what is set apart where another says that a child of ours and one of a third are one."""
        held = own()
        held["persons"] = [full(3, birth_date="2014-05-05"), by(THIRD, full(5) | members)]
        same = by(OTHER, bare(92, a=an_id(5), b=CHILD, basis="bsn"))
        return codes(held, document(same_person=[same]))

    @pytest.mark.parametrize("born", ["2012-05-05", "2012", "2014-06"])
    def test_who_were_born_on_different_days_are_not_made_one(self, born: str) -> None:
        assert self.other_child(birth_date=born) == {an_id(92): ("JOINS_WHO_IS_KEPT_APART",)}

    @pytest.mark.parametrize("born", ["2014-05-05", "2014", "2014-05"])
    def test_who_may_be_born_on_one_day_may_be(self, born: str) -> None:
        """The control; twins of whom no number is here are among them."""
        assert self.other_child(birth_date=born) == {}

    @pytest.mark.parametrize(("value", "apart"), [("999990020", True), ("999990019", False)])
    def test_twins_have_numbers_of_their_own(self, value: str, *, apart: bool) -> None:
        held = own()
        held["persons"] = [full(3, birth_date="2014-05-05"), by(THIRD, full(5, birth_date="2014-05-05"))]
        held["identifiers"] = [
            full(0x40, person=CHILD, system="bsn", value="999990019", legal_basis="jw_7_2_1"),
            by(THIRD, full(0x41, person=an_id(5), system="bsn", value=value, legal_basis="jw_7_2_1")),
        ]
        same = by(OTHER, bare(92, a=an_id(5), b=CHILD, basis="bsn"))
        assert bool(codes(held, document(same_person=[same]))) is apart

    def test_its_own_person_may_be_one_of_ours(self) -> None:
        """The control."""
        arrived = document(persons=[by(OTHER, full(5))])
        arrived["same_person"] = [by(OTHER, bare(92, a=an_id(5), b=MOTHER, basis="bsn"))]
        assert codes(own(protections=[SHIELD]), arrived) == {}


class TestHandingOver:
    """That the own organisation handed over a family is not said by another before the own file says so."""

    def work(self, number: int, org: str, **members: object) -> Value:
        told = {"kind": "handover", "persons": [MOTHER], "requested_by": TEAM, "asked": [OTHER], "state": "completed"}
        days = dict.fromkeys(("requested_on", "completed_on", "first_day_receiver"), "2026-01-02")
        return by(org, full(number, **told | days | {"responsible_for_safety": OTHER} | members))

    def test_it_is_set_apart(self) -> None:
        case, apart = taken(own(), document(collaborations=[self.work(80, OTHER)]))
        assert ({row.record: row.reasons for row in apart}, an_id(80) in case) == (
            {an_id(80): ("HANDS_OVER_OURS",)},
            False,
        )

    def test_when_we_recorded_it_too_it_is_taken_in(self) -> None:
        """The control."""
        assert codes(own(collaborations=[self.work(81, TEAM)]), document(collaborations=[self.work(80, OTHER)])) == {}

    def test_of_others_it_is_taken_in(self) -> None:
        """The control."""
        theirs = self.work(80, OTHER, requested_by=THIRD)
        assert codes(own(), document(collaborations=[theirs])) == {}


def test_what_says_that_we_recorded_it_is_set_apart() -> None:
    permit = full(60, **CONSENT, **PERIOD)
    assert codes(own(), document(consents=[permit])) == {an_id(60): ("NOT_RECORDED_HERE",)}


def test_the_id_of_the_own_file_stays() -> None:
    held, arrived = own() | {"id": an_id(9)}, document(strengths=[strength()]) | {"id": an_id(8)}
    assert taken(held, arrived)[0].id == an_id(9)
