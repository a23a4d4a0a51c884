# SPDX-License-Identifier: EUPL-1.2
"""Only who recorded a record corrects it: in its own message, or by its signature; the order of messages is all one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pytest

from kgbx.case import FamilyCase, Link
from kgbx.exchange import compose
from kgbx.exchange.joining import joined
from tests.case.builders import CHILD, FATHER, MOTHER, TEAM, Value, an_id, as_bytes, bare, document, full
from tests.exchange.test_arriving import NOTE, OTHER, THIRD, by, correction, own, strength
from tests.journey.relay import THERAPIST, family, opened, organisation, passed, told
from tests.parties import AT, GI
from tests.parties import TEAM as SENDER

if TYPE_CHECKING:
    from kgbx.consent.importing import Quarantined

B, A = OTHER, THIRD
"""Who sends, and whose record it is; the own organisation is a third."""
NEW: Final = an_id(71)
LINK: Final = an_id(91)
REPLACED: Final = {LINK: ("CORRECTS_OTHERS",)}


def read(value: Value) -> FamilyCase:
    return FamilyCase.from_json(as_bytes(value))


def arrival(*, link: str, newer: str) -> Value:
    return document(strengths=[strength(71, newer)], links=[correction(71, NOTE, link)])


def held() -> FamilyCase:
    return read(own(strengths=[strength(org=A)]))


def taken(
    case: FamilyCase, arrived: Value, *, sender: str = B, verified: tuple[str, ...] = ()
) -> tuple[FamilyCase, tuple[Quarantined, ...]]:
    return joined(case, read(arrived), own=TEAM, sender=sender, verified=verified)


def codes(rows: tuple[Quarantined, ...]) -> dict[str, tuple[str, ...]]:
    return {row.record: row.reasons for row in rows}


def current(case: FamilyCase) -> set[str]:
    return {one.id for one in case.current("strengths")}


class TestWhatIsHere:
    """The record of A that is here stays what it is, whatever B sends."""

    @pytest.mark.parametrize(
        ("link", "newer"), [(B, B), (A, A), (A, B), (B, A)], ids=["its own", "in the name of A", "half", "half again"]
    )
    def test_without_the_signature_of_a_nothing_replaces_it(self, link: str, newer: str) -> None:
        case, apart = taken(held(), arrival(link=link, newer=newer))
        assert (codes(apart), NOTE in current(case)) == (REPLACED, True)

    @pytest.mark.parametrize("signed", [(LINK,), (NEW,)], ids=["only the link", "only the newer version"])
    def test_with_half_of_the_signatures_neither(self, signed: tuple[str, ...]) -> None:
        case, apart = taken(held(), arrival(link=A, newer=A), verified=signed)
        assert (codes(apart), NOTE in current(case)) == (REPLACED, True)

    def test_a_signed_link_to_another_newer_version_neither(self) -> None:
        case, apart = taken(held(), arrival(link=A, newer=B), verified=(LINK, NEW))
        assert (codes(apart), NOTE in current(case)) == (REPLACED, True)

    def test_a_signature_of_b_under_its_own_link_neither(self) -> None:
        case, apart = taken(held(), arrival(link=B, newer=B), verified=(LINK, NEW))
        assert (codes(apart), NOTE in current(case)) == (REPLACED, True)

    def test_a_link_from_what_b_said_long_ago_neither(self) -> None:
        here, _ = taken(held(), document(strengths=[strength(71, B)]))
        case, apart = taken(here, arrival(link=B, newer=B))
        assert (codes(apart), current(case)) == (REPLACED, {NOTE, NEW})

    def test_signed_by_a_it_is_corrected_through_b_too(self) -> None:
        """The control."""
        case, apart = taken(held(), arrival(link=A, newer=A), verified=(LINK, NEW))
        assert (apart, current(case)) == ((), {NEW})

    def test_in_person_a_needs_no_other_signature(self) -> None:
        """The control."""
        case, apart = taken(held(), arrival(link=A, newer=A), sender=A)
        assert (apart, current(case)) == ((), {NEW})

    def test_what_guards_is_corrected_in_person_only(self) -> None:
        shield = {"person": MOTHER, "blocked": [FATHER], "valid_from": "2026-01-01"}
        case = read(own(protections=[by(A, full(61, **shield))]))
        later = by(A, full(62, **shield | {"blocked": [CHILD]}))
        arrived = document(protections=[later], links=[correction(62, an_id(61), A)])
        assert codes(taken(case, arrived, verified=(LINK, an_id(62)))[1]) == REPLACED


class TestWhatIsNotHereYet:
    """A link may come before what it replaces: then it is judged when that comes, and the order changes nothing."""

    def both_ways(self, *, link: str, sender: str = B, **more: Any) -> list[set[str]]:  # noqa: ANN401  # of taken
        first, then = arrival(link=link, newer=link), document(strengths=[strength(org=A)])
        late = taken(taken(read(own()), first, sender=sender, **more)[0], then, sender=A)[0]
        soon = taken(taken(read(own()), then, sender=A)[0], first, sender=sender, **more)[0]
        return [current(late), current(soon)]

    @pytest.mark.parametrize("link", [B, A], ids=["its own", "in the name of A"])
    def test_b_takes_nothing_away_beforehand(self, link: str) -> None:
        assert self.both_ways(link=link) == [{NOTE, NEW}, {NOTE, NEW}]

    def test_a_does(self) -> None:
        """The control: an old version that comes late does not come back to life."""
        assert self.both_ways(link=A, sender=A) == [{NEW}, {NEW}]
        assert self.both_ways(link=A, verified=(LINK, NEW)) == [{NEW}, {NEW}]

    def test_what_goes_is_told(self) -> None:
        case, _ = taken(read(own()), arrival(link=B, newer=B))
        after, apart = taken(case, document(strengths=[strength(org=A)]), sender=A)
        assert (codes(apart), LINK in after, NEW in after) == (REPLACED, False, True)

    def test_a_link_about_which_something_was_recorded_here_stays(self) -> None:
        """A person of the own organisation looked at it."""
        case = read(own(strengths=[strength(71, B)], links=[correction(71, NOTE, B), self.said()]))
        after, _ = taken(case, document(strengths=[strength(org=A)]), sender=A)
        assert LINK in after

    def said(self) -> Value:
        return bare(92, from_=LINK, kind="based_on", to=NEW)

    def test_what_we_replaced_ourselves_stays_replaced(self) -> None:
        case = read(own(strengths=[strength(71, TEAM)], links=[correction(71, NOTE, TEAM)]))
        after, apart = taken(case, document(strengths=[strength(org=A)]), sender=A)
        assert (apart, current(after)) == ((), {NEW})


class TestThroughMessages:
    """A to B to C with real keys: C takes A's correction through B, and nothing that B makes of it."""

    def corrected(self) -> tuple[FamilyCase, FamilyCase]:
        """Return A's file before and after it corrected what it recorded."""
        before = family(statements=[told(0x100, "Ik slaap slecht.")])
        newer = told(0x101, "Ik slaap weer goed.")
        link = bare(0x110, from_=an_id(0x101), kind="replaces", to=an_id(0x100))
        return before, family(statements=[told(0x100, "Ik slaap slecht."), newer], links=[link])

    def at_c(self, at_b: FamilyCase) -> tuple[set[str], tuple[Quarantined, ...]]:
        before, _ = self.corrected()
        here = passed(before, organisation(SENDER), organisation(THERAPIST)).case
        there = organisation(GI).directory.require(THERAPIST, AT)  # type: ignore[attr-defined]  # a Directory
        made = compose(at_b, own=organisation(GI), to=there, purpose="treatment", at=AT)
        got = opened(made.sealed.to_bytes(), organisation(THERAPIST), held=here)
        return {one.id for one in got.case.current("statements")}, got.quarantined

    def test_the_correction_of_a_arrives_through_b(self) -> None:
        _, after = self.corrected()
        assert self.at_c(passed(after, organisation(SENDER), organisation(GI)).case) == ({an_id(0x101)}, ())

    def test_without_the_contribution_of_a_it_does_not(self) -> None:
        _, after = self.corrected()
        silent = FamilyCase(passed(after, organisation(SENDER), organisation(GI)).case, synthetic=True)
        found, apart = self.at_c(silent)
        assert an_id(0x100) in found
        assert an_id(0x110) in {row.record for row in apart}

    def test_a_correction_that_b_makes_does_not(self) -> None:
        before, _ = self.corrected()
        at_b = passed(before, organisation(SENDER), organisation(GI)).case
        mine = {"recorded_by": {"org": GI}}
        newer = told(0x102, "Alles gaat goed.", **mine)
        link = bare(0x111, from_=an_id(0x102), kind="replaces", to=an_id(0x100)) | mine
        more = FamilyCase.from_json(as_bytes(document(statements=[newer], links=[link])))
        hostile = FamilyCase((*at_b, *more), synthetic=True, contributions=at_b.contributions)
        found, apart = self.at_c(hostile)
        assert found == {an_id(0x100), an_id(0x102)}
        assert {row.record: row.reasons for row in apart} == {an_id(0x111): ("CORRECTS_OTHERS",)}

    def test_nothing_is_replaced_where_nothing_is_known(self) -> None:
        """The control: an empty file takes the link of A in, for it is signed."""
        _, after = self.corrected()
        at_b = passed(after, organisation(SENDER), organisation(GI)).case
        got = passed(at_b, organisation(GI), organisation(THERAPIST))
        assert [one.id for one in got.case.records("links") if isinstance(one, Link)] == [an_id(0x110)]
