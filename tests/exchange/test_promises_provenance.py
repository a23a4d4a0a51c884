# SPDX-License-Identifier: EUPL-1.2
"""Words keep their origin through real messages: A to B to C; and what is withheld changes nothing but opaque bytes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kgbx.case import MEDIA_TYPE, FamilyCase, Statement
from kgbx.envelope.encoding import unb64
from kgbx.envelope.seal import seal
from kgbx.errors import IntegrityError
from kgbx.exchange import CASE_SHARE
from kgbx.exchange.provenance import provenance
from tests.case.builders import FATHER, an_id
from tests.effort import scaled
from tests.journey.relay import THERAPIST, composed, family, kept, opened, organisation, passed, told
from tests.parties import AT, GI, TEAM

if TYPE_CHECKING:
    from kgbx.exchange import Composed, Received
    from tests.case.builders import Value

EXAMPLES: Final = scaled(quick=2, ci=60, long=1000)
NUMBER: Final = 50


def statements(number: int, *, withheld: int = 0, first: int = 0x100) -> list[Value]:
    """Return statements, of which the last are working notes, which never travel."""
    return [
        told(first + place, f"Zin {place}.", **({"labels": ["working_note"]} if place >= number else {}))
        for place in range(number + withheld)
    ]


def at_gi(case: FamilyCase) -> Received:
    return passed(case, organisation(TEAM), organisation(GI))


class TestOriginThroughMessages:
    """A record that went from A to B to C verifies at C against A's key, with most of the case withheld too."""

    def test_it_verifies_against_the_key_of_a(self) -> None:
        arrived = passed(at_gi(family(statements=statements(3))).case, organisation(GI), organisation(THERAPIST))
        origins = provenance(arrived.case, directory=organisation(THERAPIST).directory, at=AT)
        said = {one.id: one.recorded_by.org for one in arrived.view.records("statements")}
        assert set(said.values()) == {TEAM}
        assert {origins.origins[one] for one in said} == {"verified"}
        assert {one.org for one in arrived.provenance.contributions} == {TEAM}

    def test_with_four_fifths_of_the_case_withheld(self) -> None:
        confidences = [kept(0x300 + place, 0x100 + place, FATHER) for place in range(NUMBER * 4 // 5)]
        case = family(statements=statements(NUMBER), confidences=confidences)
        held = at_gi(case).case
        arrived = passed(held, organisation(GI), organisation(THERAPIST))
        told_there = arrived.view.records("statements")
        assert (len(held.records("statements")), len(told_there)) == (NUMBER, NUMBER // 5)
        assert {arrived.provenance.origins[one.id] for one in told_there} == {"verified"}

    def test_without_the_contribution_of_a_it_is_unverified(self) -> None:
        """The control: it is that contribution which verifies it."""
        held = at_gi(family(statements=statements(3))).case
        silent = FamilyCase(held, synthetic=True)
        arrived = passed(silent, organisation(GI), organisation(THERAPIST))
        assert {arrived.provenance.origins[one.id] for one in arrived.view.records("statements")} == {"unverified"}


class TestWhatBAltered:
    """What B altered is refused at C, whole; an honest B that holds it so passes it on as unverified."""

    def altered(self) -> tuple[FamilyCase, Composed]:
        """Return what B would send with one word changed, and what it sends honestly."""
        held = at_gi(family(statements=statements(3))).case
        honest = composed(held, organisation(GI), THERAPIST)
        rows = (_changed(one) if one.id == an_id(0x101) else one for one in honest.view)
        return FamilyCase(rows, synthetic=True, contributions=honest.view.contributions), honest

    def sent(self, view: FamilyCase) -> bytes:
        gi = organisation(GI)
        to = gi.directory.require(THERAPIST, AT)  # type: ignore[attr-defined]  # a Directory
        options = {"media_type": MEDIA_TYPE, "message_type": CASE_SHARE}
        return seal(view.to_json(), sender=gi.identity.at(AT), to=to, at=AT, **options).to_bytes()  # type: ignore[arg-type]  # two texts

    def test_it_is_refused_and_nothing_is_taken_in(self) -> None:
        with pytest.raises(IntegrityError) as caught:
            opened(self.sent(self.altered()[0]), organisation(THERAPIST))
        assert (caught.value.code, caught.value.records) == ("D_ALTERED", (an_id(0x101),))

    def test_sealed_by_the_same_hand_the_honest_view_is_taken_in(self) -> None:
        """The control: it is the changed word that is refused."""
        view = self.altered()[1].view
        assert len(opened(self.sent(view), organisation(THERAPIST)).case.records("statements")) == 3

    def test_who_held_it_altered_and_is_honest_vouches_for_nothing(self) -> None:
        held = at_gi(family(statements=statements(3))).case
        rows = (_changed(one) if one.id == an_id(0x101) else one for one in held)
        changed = FamilyCase(rows, synthetic=True, contributions=held.contributions)
        arrived = passed(changed, organisation(GI), organisation(THERAPIST))
        assert {arrived.provenance.origins[one.id] for one in arrived.view.records("statements")} == {"unverified"}


def _changed(record: Any) -> Statement:  # noqa: ANN401  # a statement
    wording = record.wording.model_copy(update={"text": "Het gaat goed thuis."})
    changed: Statement = record.model_copy(update={"wording": wording})
    return changed


class TestWhatIsWithheldChangesNothing:
    """Cases that differ only in what is withheld give messages of one length, and views equal but for opaque bytes."""

    @settings(max_examples=EXAMPLES)
    @given(
        own=st.integers(1, 12),
        withheld=st.sampled_from([1, 7, 70, 130]),
        words=st.sampled_from(["x", "Lang verhaal. " * 40]),
    )
    def test_from_who_recorded_it(self, own: int, withheld: int, words: str) -> None:
        """However much it withholds: it signs what it gives and nothing else."""
        more = [told(0x700 + place, words, labels=["working_note"]) for place in range(withheld)]
        cases = (family(statements=statements(own)), family(statements=[*statements(own), *more]))
        one, two = (composed(case, organisation(TEAM, seed=seed), GI) for seed, case in enumerate(cases))
        self.require_alike(one, two)

    @settings(max_examples=EXAMPLES)
    @given(passed_on=st.integers(1, 6), withheld=st.integers(0, 20), other=st.integers(0, 20))
    def test_from_who_passes_it_on(self, passed_on: int, withheld: int, other: int) -> None:
        """Within one size class of what the recorder once gave."""
        one, two = (
            composed(self.held(passed_on, number, seed=number), organisation(GI, seed=number), THERAPIST)
            for number in (withheld, other)
        )
        self.require_alike(one, two)

    def held(self, passed_on: int, withheld: int, *, seed: int) -> FamilyCase:
        confidences = [kept(0x800 + place, 0x600 + place, FATHER) for place in range(withheld)]
        secret = statements(withheld, first=0x600)
        case = family(statements=[*statements(passed_on), *secret], confidences=confidences)
        return passed(case, organisation(TEAM, seed=seed), organisation(GI)).case

    def require_alike(self, one: Composed, two: Composed) -> None:
        bodies = [each.view.to_json() for each in (one, two)]
        assert len(bodies[0]) == len(bodies[1])
        assert len(one.sealed.to_bytes()) == len(two.sealed.to_bytes())
        assert masked(bodies[0]) == masked(bodies[1])

    def test_another_size_class_does_show(self) -> None:
        """A control: what C may learn is the size class of what the recorder once gave."""
        small, large = (self.held(2, number, seed=1) for number in (5, 70))
        one, two = (composed(case, organisation(GI), THERAPIST) for case in (small, large))
        assert len(one.view.to_json()) < len(two.view.to_json())

    def test_one_word_more_that_goes_along_does_show(self) -> None:
        """A control: equal lengths are not those of padding alone."""
        one, two = (composed(family(statements=statements(number)), organisation(TEAM), GI) for number in (3, 4))
        assert len(one.view.to_json()) != len(two.view.to_json())
        assert masked(one.view.to_json()) != masked(two.view.to_json())


def masked(body: bytes) -> object:
    """Return a view with the length of each digest and signature in its place."""
    value = json.loads(body)
    for contribution in value["contributions"]:
        said = json.loads(unb64(contribution["payload"]))
        contribution["payload"] = said | {"digests": [len(one) for one in said["digests"]]}
        for one in contribution["signatures"]:
            one["signature"] = len(one["signature"])
    return value
