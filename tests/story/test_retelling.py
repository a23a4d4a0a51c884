# SPDX-License-Identifier: EUPL-1.2
"""The retelling meter: what counts as asked, what as told again, and what does not."""

from __future__ import annotations

import random
import sys
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgbx.case import FamilyCase
from kgbx.clock import parse_moment
from kgbx.errors import UsageError
from kgbx.story import profile, profiles
from kgbx.story.retelling import Retelling, Tally, retelling
from kgbx.story.retelling_needs import wanted_by
from tests.case.builders import CHILD, FATHER, MOTHER, SMALLEST, TEAM, Value, an_id, bare, full
from tests.story.makers import case, reaction, replaces, review, statement

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

AT = parse_moment("2026-06-01")
GI = "urn:osb:oin:00000099000000002000"
OTHER = "urn:osb:oin:00000099000000009000"
FIRST, AGAIN = 0x100, 0x101


def told(number: int, on: str, org: str, **members: object) -> Value:
    """Return what the mother told an organisation about what she wants, written down that day."""
    by = {"recorded_by": {"org": org}, "recorded_at": f"{on}T12:00:00Z", "told_on": on}
    return statement(number, topics=["parent.wish"], kind="wens", told_by={"person": MOTHER}) | by | members


def twice(**members: object) -> list[Value]:
    """Return what she told the team, and a month later the GI; the second is changed."""
    return [told(FIRST, "2026-03-01", TEAM), told(AGAIN, "2026-04-01", GI, **members)]


def measured(*statements: Value, had: bool = True, **arrays: list[Value]) -> Retelling:
    some = case(statements=list(statements), **arrays)
    return retelling(some, at=AT, could_have_had=lambda *_: had)


def test_what_another_organisation_could_have_passed_on_was_retold() -> None:
    found = measured(*twice())
    assert (found.asked, found.retold, found.ratio) == (2, 1, 0.5)
    (row,) = found.avoidable
    assert (row.statement, row.known, row.need) == (an_id(AGAIN), (an_id(FIRST),), "parent.wish")
    assert (row.person, row.about, row.organisation, row.on.isoformat()) == (MOTHER, MOTHER, GI, "2026-04-01")


def test_it_is_told_by_person_organisation_and_handover() -> None:
    work = SMALLEST["collaborations"] | {"id": an_id(0x110), "kind": "handover", "asked": [GI], "persons": [MOTHER]}
    found = measured(*twice(), collaborations=[work | {"requested_on": "2026-03-20"}])
    assert found.by_person == {MOTHER: Tally(2, 1)}
    assert found.by_organisation == {TEAM: Tally(1, 0), GI: Tally(1, 1)}
    assert found.by_handover == {an_id(0x110): Tally(1, 1), None: Tally(1, 0)}


def test_what_follows_no_handover_is_told_last() -> None:
    work = SMALLEST["collaborations"] | {"id": an_id(0x110), "kind": "handback", "asked": [GI], "persons": [MOTHER]}
    found = measured(*twice(), collaborations=[work | {"requested_on": "2026-03-20"}])
    assert [*found.by_handover] == [an_id(0x110), None]


def test_the_newest_answer_counts_whenever_it_was_written_down() -> None:
    late = told(0x102, "2026-03-01", TEAM, recorded_at="2026-03-12T12:00:00Z")
    found = measured(told(FIRST, "2026-03-10", TEAM), late, told(AGAIN, "2026-04-01", GI))
    assert [row.known for row in found.avoidable if row.statement == an_id(AGAIN)] == [(an_id(FIRST),)]


@pytest.mark.parametrize(("early", "late"), [(0x110, 0x111), (0x111, 0x110)])
def test_of_two_handovers_the_last_counts(early: int, late: int) -> None:
    work = SMALLEST["collaborations"] | {"kind": "handover", "asked": [GI], "persons": [MOTHER]}
    days = {early: "2026-03-10", late: "2026-03-20"}
    found = measured(*twice(), collaborations=[work | {"id": an_id(n), "requested_on": on} for n, on in days.items()])
    assert found.by_handover == {an_id(late): Tally(1, 1), None: Tally(1, 0)}


@pytest.mark.parametrize("kind", ["consult_named", "act_together"])
def test_what_organisations_do_otherwise_is_no_handover(kind: str) -> None:
    work = SMALLEST["collaborations"] | {"id": an_id(0x110), "kind": kind, "asked": [GI], "persons": [MOTHER]}
    found = measured(*twice(), collaborations=[work | {"requested_on": "2026-03-20"}])
    assert found.by_handover == {None: Tally(2, 1)}


@pytest.mark.parametrize(("about", "asked"), [([MOTHER], 1), ([CHILD, MOTHER], 1), ([CHILD], 0)])
def test_what_somebody_wants_is_asked_of_who_tells_it_alone(about: list[str], asked: int) -> None:
    gi = bare(0x150, org=GI, name="GI", functions=["gi"])
    assert measured(told(FIRST, "2026-03-01", GI, about=about), organisations=[gi]).asked == asked


SPARED: dict[str, Any] = {
    "another person": {"told_by": {"person": FATHER}},
    "about another": {"about": [CHILD]},
    "another topic": {"topics": ["parent.view"]},
    "not a person": {"told_by": {"anonymous": True}},
    "from a file": {"channel": "dossier"},
    "the same organisation": {"recorded_by": {"org": TEAM}},
    "both heard it then": {"told_to": [{"org": GI}, {"org": TEAM}]},
    "told before it was told": {"told_on": "2026-02-01"},
}


@pytest.mark.parametrize("how", SPARED)
def test_what_is_no_retelling(how: str) -> None:
    assert measured(*twice(**SPARED[how])).retold == 0


def test_what_could_not_have_been_had_is_no_retelling() -> None:
    assert (measured(*twice(), had=False).asked, measured(*twice(), had=False).retold) == (2, 0)


def test_an_organisation_that_went_on_from_what_was_known_did_not_make_anybody_retell() -> None:
    assert measured(*twice(), links=[replaces(0x120, an_id(AGAIN), an_id(FIRST))]).retold == 0


def test_who_corrected_one_answer_did_not_ask_for_another() -> None:
    link = replaces(0x120, an_id(AGAIN), an_id(FIRST))
    assert measured(*twice(), told(0x102, "2026-03-05", OTHER), links=[link]).by_organisation[GI] == Tally(1, 0)


def test_who_wrote_down_what_another_heard_knew_it_too() -> None:
    first = told(FIRST, "2026-03-01", TEAM, told_to=[{"org": OTHER}])
    assert measured(first, told(AGAIN, "2026-04-01", TEAM)).retold == 0


def test_an_answer_of_a_kind_that_the_need_does_not_accept_does_not_count() -> None:
    team = bare(0x150, org=GI, name="Team", functions=["lokaal_team"])
    question = {"topics": ["request.question"], "kind": "vraag"}
    again = told(AGAIN, "2026-03-02", GI, **question)
    other, good = (told(FIRST, "2026-03-01", TEAM, **(question | kind)) for kind in ({"kind": "afspraak"}, {}))
    found = [measured(first, again, organisations=[team]).by_organisation[GI] for first in (other, good)]
    assert found == [Tally(1, 0), Tally(1, 1)]


def test_what_a_professional_or_a_register_answers_was_not_asked() -> None:
    needs = [need for one in profiles() for need in profile(*one).needs if any(asks.topic for asks in need.answers)]
    others = {need.id for need in needs if need.answered_by != "family" or need.from_register is not None}
    families = {need.id for need in needs if need.answered_by == "family" and need.from_register is None}
    found = {one.id for function, _ in profiles() for one in wanted_by(function)}
    assert others - families != set()
    assert found.isdisjoint(others - families)


def test_a_handover_later_or_of_others_is_not_the_one() -> None:
    base = SMALLEST["collaborations"] | {"kind": "handover", "asked": [GI]}
    late = base | {"id": an_id(0x110), "persons": [MOTHER], "requested_on": "2026-04-02"}
    others = base | {"id": an_id(0x111), "persons": [FATHER], "requested_on": "2026-03-20"}
    assert set(measured(*twice(), collaborations=[late, others]).by_handover) == {None}


def test_what_is_marked_or_found_wrong_or_not_agreed_with_does_not_count() -> None:
    first, again = twice()
    verdict = review(0x131, first, verdict="niet_akkoord", recorded_at="2026-03-15T12:00:00Z")
    assert measured(first, again, reviews=[verdict]).retold == 0
    assert measured(first | {"verifiability": "weersproken"}, again).retold == 0
    marked = FamilyCase(case(statements=[first, again]), synthetic=True, disputed=[an_id(FIRST)])
    assert retelling(marked, at=AT, could_have_had=lambda *_: True).retold == 0


def test_what_derives_from_another_was_not_asked() -> None:
    link = bare(0x120, from_=an_id(AGAIN), kind="derived_from", to=an_id(FIRST))
    assert measured(*twice(), links=[link]).total == Tally(1, 0)


def test_a_disputed_answer_does_not_count_from_then_on() -> None:
    early, late = ({"recorded_at": f"2026-{month}-15T12:00:00Z"} for month in ("03", "04"))
    assert measured(*twice(), reactions=[reaction(0x130, kind="oneens", **early)]).retold == 0
    assert measured(*twice(), reactions=[reaction(0x130, kind="oneens", **late)]).retold == 1


def test_an_answer_that_was_replaced_does_not_count() -> None:
    newer = told(0x140, "2026-03-05", TEAM, topics=["parent.view"])
    link = replaces(0x120, an_id(0x140), an_id(FIRST)) | {"recorded_at": "2026-03-05T12:00:00Z"}
    assert measured(*twice(), newer, links=[link]).retold == 0


def test_an_answer_that_is_stale_by_the_need_does_not_count() -> None:
    gi = bare(0x150, org=GI, name="GI", functions=["gi"])
    need = next(one for one in wanted_by("gi") if one.max_age_days is not None and not one.of_self)
    members: dict[str, Any] = {"topics": sorted(need.topics)[:1], "kind": (need.accepts or ("ervaring",))[0]}
    rows = [told(FIRST, "2026-03-01", TEAM, **members), told(AGAIN, "2026-03-02", GI, **members)]
    late = told(AGAIN, "2026-05-30", GI, **members)
    assert need.id in {one.need for one in measured(*rows, organisations=[gi]).avoidable}
    assert need.id not in {one.need for one in measured(rows[0], late, organisations=[gi]).avoidable}


def test_the_needs_are_those_of_who_heard_it() -> None:
    school = bare(0x150, org=GI, name="School", functions=["school"])
    assert {one.id for one in wanted_by("school")} != set()
    assert measured(*twice(), organisations=[school]).by_organisation == {TEAM: Tally(1, 0)}


def test_a_function_without_a_profile_counts_by_topic() -> None:
    court = bare(0x150, org=GI, name="Rechtbank", functions=["rechtbank"])
    assert wanted_by("rechtbank") == ()
    assert measured(*twice(), organisations=[court]).retold == 1


def test_what_was_recorded_later_is_not_counted_yet() -> None:
    some = case(statements=twice())
    found = retelling(some, at=parse_moment("2026-03-15"), could_have_had=lambda *_: True)
    assert found.total == Tally(1, 0)


def test_what_was_told_before_and_recorded_later_is_not_counted_yet() -> None:
    late = told(AGAIN, "2026-03-10", GI) | {"recorded_at": "2026-04-01T12:00:00Z"}
    some = case(statements=[told(FIRST, "2026-03-01", TEAM), late])
    assert retelling(some, at=parse_moment("2026-03-15"), could_have_had=lambda *_: True).asked == 1


def test_two_ids_of_one_person_are_one_person() -> None:
    same = SMALLEST["same_person"] | {"id": an_id(0x160), "a": MOTHER, "b": an_id(0x161), "basis": "bsn"}
    rows = twice(told_by={"person": an_id(0x161)}, about=[an_id(0x161)])
    assert measured(*rows, same_person=[same]).retold == 1


def test_nothing_asked_has_no_ratio() -> None:
    found = retelling(FamilyCase(synthetic=True), at=AT, could_have_had=lambda *_: True)
    assert (found.asked, found.retold, found.ratio, found.avoidable) == (0, 0, None, ())


def test_a_moment_without_zone_is_refused() -> None:
    with pytest.raises(UsageError) as caught:
        retelling(case(), at=AT.replace(tzinfo=None), could_have_had=lambda *_: True)
    assert caught.value.code == "U_MOMENT"


DAYS = [f"2026-0{month}-0{day}" for month in (2, 3, 4) for day in (1, 5, 9)]
MADE = st.tuples(
    st.sampled_from(DAYS), st.sampled_from([TEAM, GI, OTHER]), st.sampled_from(["parent.wish", "parent.view"])
)


def made(rows: list[tuple[str, str, str]]) -> list[Value]:
    return [told(0x1000 + n, on, org, topics=[topic]) for n, (on, org, topic) in enumerate(rows)]


def by_hand(rows: list[tuple[str, str, str]]) -> int:
    """Count again, naively: somebody else knew it on an earlier day, and the organisation itself did not."""

    def knew(day: str, topic: str) -> set[str]:
        return {org for on, org, subject in rows if on < day and subject == topic}

    return sum(bool(knew(on, topic) - {org}) and org not in knew(on, topic) for on, org, topic in rows)


class TestTheMeterCountsWhatIsToldAgain:
    """An answer is retold when another organisation had it, fresh and undisputed, and could lawfully pass it on."""

    @given(st.lists(MADE, max_size=12))
    def test_it_agrees_with_a_naive_count(self, rows: list[tuple[str, str, str]]) -> None:
        found = measured(*made(rows))
        assert (found.asked, found.retold) == (len(rows), by_hand(rows))
        assert found.retold == len(found.avoidable) == sum(one.retold for one in found.by_person.values())

    @given(st.lists(MADE, max_size=12), st.integers(0, 2**16))
    def test_the_order_of_the_records_means_nothing(self, rows: list[tuple[str, str, str]], seed: int) -> None:
        some = case(statements=made(rows))
        shuffled = list(some)
        random.Random(seed).shuffle(shuffled)  # noqa: S311  # an order, not a secret
        one, two = (
            retelling(each, at=AT, could_have_had=lambda *_: True)
            for each in (some, FamilyCase(shuffled, synthetic=True))
        )
        assert one == two

    @given(st.lists(MADE, max_size=12))
    def test_what_may_not_be_had_is_never_counted(self, rows: list[tuple[str, str, str]]) -> None:
        assert measured(*made(rows), had=False).retold == 0


def calls(measure: Callable[[], object]) -> int:
    """Return how many functions of kgbx are called."""
    count = 0

    def seen(frame: FrameType, event: str, _: object) -> None:
        nonlocal count
        count += event == "call" and "kgbx" in frame.f_code.co_filename

    sys.setprofile(seen)
    try:
        measure()
    finally:
        sys.setprofile(None)
    return count


def long_case(size: int) -> FamilyCase:
    days = [f"2026-0{1 + n % 5}-{1 + n % 27:02d}" for n in range(size)]
    return case(statements=[told(0x1000 + n, day, (TEAM, GI, OTHER)[n % 3]) for n, day in enumerate(days)])


def test_ten_times_the_records_take_at_most_eleven_times_the_work() -> None:
    small, large = (long_case(size) for size in (50, 500))
    work = [calls(lambda one=one: retelling(one, at=AT, could_have_had=lambda *_: True)) for one in (small, large)]  # type: ignore[misc]  # one is bound at once
    assert work[1] <= 11 * work[0]


def test_what_is_told_of_it_names_ids_only() -> None:
    assert "Ik wil" not in repr(measured(*twice()))
    assert full(1)["id"] == MOTHER
