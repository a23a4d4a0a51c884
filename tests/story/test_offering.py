# SPDX-License-Identifier: EUPL-1.2
"""What must go along with a handover, held against what goes."""

from __future__ import annotations

import pytest

from kgbx.errors import DocumentError
from kgbx.story.offering import MAY_BE_NONE, Going, going, require_all
from kgbx.story.profile import profile
from tests.case.builders import CHILD, FATHER, MOTHER, Value, full, words
from tests.story.makers import AT, a_need, a_profile, case, made, protection, statement

AGREEMENT = full(0x300, kind="omgang", persons=[CHILD], words=words())
NEED = a_need(id="agreements", asks={"record": "agreements"}, per="case", answered_by="professional")


def found(
    *needs: Value, none: tuple[str, ...] = (), held: dict[str, list[Value]] | None = None, **arrays: list[Value]
) -> Going:
    view = case(**arrays)
    return going(view, made(a_profile(*needs)), held=case(**(held or arrays)), at=AT, none=none)


def lacking(going_along: Going) -> list[tuple[str, str | None, str]]:
    return [(one.need, one.person, one.why) for one in going_along.lacking]


def test_a_must_that_is_not_there_is_lacking() -> None:
    assert lacking(found(NEED)) == [("agreements", None, "missing")]


def test_what_should_or_may_be_there_is_not() -> None:
    assert lacking(found(NEED | {"level": "should"}, NEED | {"level": "may", "id": "x"})) == []


def test_one_that_is_too_old_is_lacking() -> None:
    need = a_need(asks={"topic": "parent.wish"}, per="case", max_age_days=30)
    assert lacking(found(need, statements=[statement(told_on="2026-01-01")])) == [("wish", None, "stale")]


def test_an_agreement_has_a_date() -> None:
    assert lacking(found(NEED, agreements=[AGREEMENT])) == [("agreements", None, "undated")]


@pytest.mark.parametrize("dated", [{"agreed_on": "2026-02-01"}, {"evaluate_on": "2026-09-01"}, {"valid_from": "2026"}])
def test_any_date_will_do(dated: dict[str, str]) -> None:
    assert lacking(found(NEED, agreements=[AGREEMENT | dated])) == []


def test_what_may_not_go_along_is_withheld_and_not_lacking() -> None:
    going_along = found(NEED, held={"agreements": [AGREEMENT | {"agreed_on": "2026-02-01"}]})
    assert (lacking(going_along), [row.need.id for row in going_along.withheld]) == ([], ["agreements"])


def test_what_nobody_may_be_asked_is_not_lacking() -> None:
    need = a_need(asks={"topic": "parent.wish"}, per="each_authority_holder")
    assert lacking(found(need)) == [("wish", MOTHER, "missing"), ("wish", FATHER, "missing")]
    assert lacking(found(need, protections=[protection(person=CHILD, blocked=[FATHER])])) == [
        ("wish", MOTHER, "missing")
    ]


class TestSayingThatThereIsNone:
    """Somebody looked and found none: only where that can be, and only if there is none."""

    def test_then_it_is_not_lacking(self) -> None:
        going_along = found(NEED, none=("agreements",))
        assert (lacking(going_along), going_along.denied) == ([], ())

    def test_not_of_what_goes_along(self) -> None:
        assert found(NEED, none=("agreements",), agreements=[AGREEMENT]).denied == (0,)

    def test_not_of_what_is_held_back(self) -> None:
        assert found(NEED, none=("agreements",), held={"agreements": [AGREEMENT]}).denied == (0,)

    def test_not_of_anything(self) -> None:
        assert found(NEED, none=("agreements", "informed", "x")).denied == (1, 2)

    def test_all_of_them_are_needs_of_the_profile(self) -> None:
        assert MAY_BE_NONE.keys() <= {need.id for need in profile("any", "handover").needs}


def test_all_that_is_wrong_is_told_at_once_and_names_needs_only() -> None:
    with pytest.raises(DocumentError) as caught:
        require_all(found(NEED, a_need(), none=("x",)))
    assert [(one.code, one.pointer) for one in caught.value.problems] == [
        ("D_OFFER_NONE", "/none/0"),
        ("D_OFFER_LACKS", "/needs/agreements"),
        ("D_OFFER_LACKS", "/needs/wish"),
    ]


def test_a_handover_of_which_all_goes_along_is_fine() -> None:
    require_all(found(NEED, agreements=[AGREEMENT | {"agreed_on": "2026-02-01"}]))
