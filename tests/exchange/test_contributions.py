# SPDX-License-Identifier: EUPL-1.2
"""Contributions: words keep their origin through many hands, and nothing of what is withheld enters."""

from __future__ import annotations

import importlib
import json
from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgbx.canonical import dumps
from kgbx.case import Contribution, FamilyCase
from kgbx.case.digest import record_digest
from kgbx.directory import Directory, verify_document
from kgbx.directory.succession import next_document, sign_next
from kgbx.envelope import jws
from kgbx.envelope.encoding import b64, compact_json, unb64
from kgbx.errors import IntegrityError, UsageError
from kgbx.exchange.contributing import TYP, CheckedContribution, check_contribution, contribute, size_class
from kgbx.exchange.provenance import Provenance, provenance, require_unaltered, with_contributions, with_what_covers
from tests.case.builders import SMALLEST, an_id, document, words
from tests.parties import AT, GI, SCHOOL, TEAM, directory_file, directory_of, party, say_again, trust_file

if TYPE_CHECKING:
    from collections.abc import Callable

provenance_module = importlib.import_module("kgbx.exchange.provenance")

NOW = AT + timedelta(days=40)
DAY = AT + timedelta(days=10)
ON = "2026-03-11"


def everybody() -> Directory:
    return directory_of(*(party(org) for org in (TEAM, GI, SCHOOL)))


def strength(number: int, org: str, text: str = "Zij zingt.") -> dict[str, Any]:
    said = {"id": an_id(number), "words": words(text), "recorded_by": {"org": org}}
    return SMALLEST["strengths"] | said


def case_of(*strengths: dict[str, Any], contributions: tuple[Contribution, ...] = ()) -> FamilyCase:
    value = document(persons=[SMALLEST["persons"]], strengths=list(strengths))
    found = FamilyCase.from_json(json.dumps(value).encode())
    return FamilyCase(
        (record for record in found if record.id in {one["id"] for one in strengths}),
        synthetic=True,
        contributions=contributions,
    )


def of(case: FamilyCase, org: str = TEAM, *, at: Any = DAY, seed: int = 1) -> Contribution:  # noqa: ANN401  # a moment
    own = [record for record in case if record.recorded_by.org == org]
    return contribute(own, signer=party(org).identity, at=at, random=Random(seed).randbytes)  # noqa: S311  # decoys of a test


def checked(contribution: Contribution, directory: Directory | None = None) -> CheckedContribution:
    return check_contribution(contribution, directory=directory or everybody(), at=NOW)


def found_in(case: FamilyCase) -> Provenance:
    return provenance(case, directory=everybody(), at=NOW)


def forged(org: str = TEAM, signer: str | None = None, typ: str = TYP, **changes: object) -> Contribution:
    """Return a contribution with honest signatures over claims of one's own."""
    digests = sorted(b64(bytes([number]) * 32) for number in range(64))
    claim = {"v": 1, "org": org, "on": ON, "digests": digests} | changes
    return Contribution.model_validate_json(
        jws.sign(compact_json(claim), typ=typ, signers=[party(signer or org).identity])
    )


def decoys(seed: int) -> Callable[[int], bytes]:
    return Random(seed).randbytes  # noqa: S311  # decoys of a test


def test_a_contribution_covers_each_record_and_hides_how_many() -> None:
    case = case_of(*(strength(number, TEAM, f"Tekst {number}") for number in range(60, 65)))
    good = checked(of(case))
    assert (good.state, good.org, str(good.on), len(good.digests)) == ("valid", TEAM, ON, 64)
    assert {record_digest(record) for record in case} < good.digests


@pytest.mark.parametrize(("records", "digests"), [(1, 64), (64, 64), (65, 128), (128, 128), (129, 256)])
def test_size_classes_are_powers_of_two(records: int, digests: int) -> None:
    assert size_class(records) == digests


def test_digests_of_records_do_not_show_among_the_decoys() -> None:
    payloads = [unb64(of(case_of(strength(60, TEAM)), seed=seed).payload) for seed in (1, 2)]
    first, second = (json.loads(one)["digests"] for one in payloads)
    assert (first == sorted(first), second == sorted(second), len(set(first) & set(second))) == (True, True, 1)


class TestNobodySignsForAnother:
    """An organisation signs only what it recorded itself."""

    def test_a_record_of_another_is_refused(self) -> None:
        case = case_of(strength(60, GI))
        with pytest.raises(UsageError):
            contribute(case, signer=party(TEAM).identity, at=DAY, random=bytes)

    def test_no_record_is_refused(self) -> None:
        with pytest.raises(UsageError):
            contribute((), signer=party(TEAM).identity, at=DAY, random=bytes)

    def test_a_contribution_in_the_name_of_another_counts_for_nothing(self) -> None:
        case = case_of(strength(60, TEAM))
        digests = sorted([record_digest(case.records("strengths")[0]), *(b64(bytes([n]) * 32) for n in range(63))])
        false = forged(TEAM, signer=GI, digests=digests)
        assert checked(false).state == "other_org"
        assert found_in(case_of(strength(60, TEAM), contributions=(false,))).counts == {"unverified": 1}


BAD: dict[str, dict[str, object]] = {
    "another version": {"v": 2},
    "a version that is true": {"v": True},
    "no organisation": {"org": "GI"},
    "no day": {"on": "2026-02-30"},
    "an instant": {"on": "2026-03-11T10:00:00Z"},
    "a year before clocks": {"on": "1000-01-01"},
    "a year after clocks": {"on": "2999-12-31"},
    "a member more": {"note": "x"},
    "digests that are no list": {"digests": "x"},
    "too few digests": {"digests": sorted(b64(bytes([n]) * 32) for n in range(32))},
    "no power of two": {"digests": sorted(b64(bytes([n]) * 32) for n in range(65))},
    "not sorted": {"digests": sorted((b64(bytes([n]) * 32) for n in range(64)), reverse=True)},
    "one digest twice": {"digests": sorted([b64(bytes([n]) * 32) for n in range(63)] + [b64(bytes(32))])},
    "a short digest": {"digests": sorted([b64(bytes([n]) * 32) for n in range(63)] + [b64(bytes(31))])},
    "a digest that is no text": {"digests": [1] * 64},
}


@pytest.mark.parametrize("name", BAD)
def test_another_form_counts_for_nothing(name: str) -> None:
    assert checked(forged()).state == "valid"
    assert checked(forged(**({"signer": TEAM} | BAD[name]))).state == "malformed"  # type: ignore[arg-type]  # JSON


def test_signatures_of_another_kind_of_statement_count_for_nothing() -> None:
    assert checked(forged(typ="kgbx-proof+jws")).state == "malformed"


def test_a_day_that_has_not_come_counts_for_nothing() -> None:
    assert checked(forged(on="2026-05-01")).state == "future"


def test_a_day_before_the_key_counts_for_nothing() -> None:
    assert (checked(forged(on="2026-02-28")).state, checked(forged(on="2026-03-01")).state) == ("not_in_force", "valid")


def test_an_unknown_organisation_counts_for_nothing() -> None:
    contribution = of(case_of(strength(60, TEAM)))
    assert checked(contribution, directory_of(party(GI))).state == "unknown_key"


@pytest.mark.parametrize("place", [0, 1])
def test_one_broken_signature_suffices(place: int) -> None:
    value = of(case_of(strength(60, TEAM))).model_dump(mode="json")
    other = of(case_of(strength(61, TEAM))).model_dump(mode="json")
    value["signatures"][place] = other["signatures"][place]
    assert checked(Contribution.model_validate_json(dumps(value))).state == "bad_signature"


def after_revoking(days: int) -> Directory:
    """Return a directory in which the keys of the team were revoked some days later."""
    speaker = party(TEAM)
    kids = set(speaker.identity.signing_kids)
    since = int((AT + timedelta(days=days)).timestamp())
    keys = tuple(_revoked(entry, since) if entry.key.kid in kids else entry for entry in speaker.said.keys)
    said = say_again(speaker, keys=keys, seq=2, previous=speaker_digest(speaker))
    return Directory([verify_document(said, org=TEAM, root=speaker.said.root)])


@pytest.mark.parametrize(("after", "state"), [(11, "revoked_later"), (9, "revoked")])
def test_a_key_that_was_revoked_later_shows_as_such(after: int, state: str) -> None:
    contribution, known = of(case_of(strength(60, TEAM))), after_revoking(after)
    assert checked(contribution, known).state == state
    case = case_of(strength(60, TEAM), contributions=(contribution,))
    origin = provenance(case, directory=known, at=NOW).origins[an_id(60)]
    assert origin == ("revoked_later" if state == "revoked_later" else "unjudged")


def _revoked(entry: Any, since: int) -> Any:  # noqa: ANN401  # a key entry
    return replace(entry, status="revoked", revoked_at=since, reason="gestolen")


def speaker_digest(speaker: Any) -> bytes:  # noqa: ANN401  # a party
    return verify_document(speaker.document, org=speaker.identity.org, root=speaker.said.root).sha256


class TestOriginSurvives:
    """A record that passed A, B and C verifies at C against A's key; what B altered is refused."""

    def passed_on(self, *strengths: dict[str, Any], keep: int) -> FamilyCase:
        """Return what B passes on to C: the last `keep` of A's records and one of its own."""
        from_a = case_of(*strengths)
        at_b = case_of(*strengths, strength(90, GI), contributions=(of(from_a),))
        view = case_of(*strengths[-keep:], strength(90, GI))
        return with_contributions(
            view,
            held=at_b,
            signer=party(GI).identity,
            directory=everybody(),
            at=NOW,
            random=Random(2).randbytes,  # noqa: S311  # decoys of a test
        )

    def test_through_a_third_organisation_with_most_withheld(self) -> None:
        view = self.passed_on(*(strength(60 + n, TEAM, f"Tekst {n}") for n in range(10)), keep=2)
        assert found_in(view).counts == {"verified": 3}
        require_unaltered(found_in(view))

    def test_what_was_altered_on_the_way_is_refused(self) -> None:
        view = self.passed_on(*(strength(60 + n, TEAM) for n in range(3)), keep=3)
        altered = case_of(
            strength(60, TEAM),
            strength(61, TEAM, "Zij zingt niet."),
            strength(62, TEAM),
            contributions=view.contributions,
        )
        found = found_in(altered)
        assert (found.not_as_signed, found.origins[an_id(60)]) == ((an_id(61),), "verified")
        with pytest.raises(IntegrityError) as caught:
            require_unaltered(found)
        assert (caught.value.code, caught.value.records) == ("D_ALTERED", (an_id(61),))

    def test_an_honest_organisation_passes_nothing_on_as_verified_that_it_altered(self) -> None:
        held = case_of(
            strength(60, TEAM, "Anders."), strength(61, TEAM), contributions=(of(case_of(strength(61, TEAM))),)
        )
        view = with_contributions(
            held, held=held, signer=party(GI).identity, directory=everybody(), at=NOW, random=bytes
        )
        assert (view.contributions, found_in(view).counts) == ((), {"unverified": 2})

    def test_a_record_held_twice_keeps_both_contributions(self) -> None:
        record = strength(60, TEAM)
        both = of(case_of(record)), of(case_of(record), at=DAY + timedelta(days=5), seed=2)
        merged = case_of(record, contributions=both[:1]).merge(case_of(record, contributions=both[1:]))
        found = found_in(merged)
        assert (len(found.contributions), str(found.signed_on[an_id(60)])) == (2, ON)

    def test_an_own_file_keeps_what_shows_more_of_it_and_nothing_else(self) -> None:
        first, second = strength(60, TEAM), strength(61, TEAM)
        file = case_of(first, second, contributions=(of(case_of(first)),))
        new = of(case_of(first, second), seed=2)
        arrived = found_in(case_of(first, second, contributions=(new,)))
        kept = with_what_covers(file, arrived, directory=everybody(), at=NOW)
        assert found_in(kept).counts == {"verified": 2}
        again = found_in(case_of(first, second, contributions=(of(case_of(first, second), seed=3),)))
        assert with_what_covers(kept, again, directory=everybody(), at=NOW) == kept

    def test_contributions_that_cover_nothing_here_stay_behind(self) -> None:
        held = case_of(
            strength(60, TEAM),
            strength(61, SCHOOL),
            contributions=(
                of(case_of(strength(60, TEAM))),
                of(case_of(strength(61, SCHOOL)), SCHOOL),
            ),
        )
        view = with_contributions(
            case_of(strength(60, TEAM)),
            held=held,
            signer=party(GI).identity,
            directory=everybody(),
            at=NOW,
            random=bytes,
        )
        assert [found.org for found in found_in(view).contributions] == [TEAM]


class TestWhoeverHasAnotherDirectory:
    """A record is not called altered because the reader's directory is older or newer than the sender's."""

    def rotated(self) -> tuple[FamilyCase, Directory]:
        """Two records of one organisation, signed before and after its keys changed, and a directory that knows."""
        speaker = party(TEAM)
        renewed = speaker.identity.with_new_keys("sig", at=AT + timedelta(days=28))
        previous = verify_document(speaker.document, org=TEAM, root=speaker.said.root)
        second = sign_next(next_document(previous, renewed, at=AT + timedelta(days=20)), renewed, previous=previous)
        directory = Directory.load(
            directory_file(speaker.document, second, party(GI).document), trust_file(speaker, party(GI))
        )
        one, two = strength(60, TEAM, "Een."), strength(61, TEAM, "Twee.")
        later = [record for record in case_of(two) if record.recorded_by.org == TEAM]
        signed = contribute(
            later, signer=renewed.at(AT + timedelta(days=39)), at=AT + timedelta(days=39), random=decoys(4)
        )
        return case_of(one, two, contributions=(of(case_of(one)), signed)), directory

    def test_who_knows_the_new_keys(self) -> None:
        case, directory = self.rotated()
        assert provenance(case, directory=directory, at=NOW).counts == {"verified": 2}

    def test_who_does_not_know_them_yet(self) -> None:
        case, _ = self.rotated()
        assert found_in(case).counts == {"verified": 1, "unjudged": 1}
        require_unaltered(found_in(case))

    def test_a_key_that_was_retired_in_the_afternoon_signed_in_the_morning(self) -> None:
        speaker, noon = party(TEAM), DAY + timedelta(hours=2)
        kids = set(speaker.identity.signing_kids)
        keys = tuple(replace(one, status="retired") if one.key.kid in kids else one for one in speaker.said.keys)
        second = say_again(speaker, keys=keys, seq=2, iat=int(noon.timestamp()), previous=speaker_digest(speaker))
        documents = directory_file(speaker.document, second)
        directory = Directory.load(documents, trust_file(speaker))
        assert checked(of(case_of(strength(60, TEAM))), directory).state == "valid"


class TestAFileDoesNotGrowWithoutEnd:
    """Of contributions that cover the same only one is kept, and never more than a bound."""

    def test_the_fewest_are_kept(self) -> None:
        records = [strength(60 + number, TEAM) for number in range(3)]
        every = tuple(of(case_of(*records), seed=seed) for seed in range(5))
        some = of(case_of(records[0]), seed=9)
        arrived = found_in(case_of(*records, contributions=(*every, some)))
        kept = with_what_covers(case_of(*records), arrived, directory=everybody(), at=NOW)
        assert (len(kept.contributions), found_in(kept).counts) == (1, {"verified": 3})

    def test_never_more_than_the_bound(self, monkeypatch: pytest.MonkeyPatch) -> None:
        records = [strength(60 + number, TEAM) for number in range(3)]
        apart = tuple(of(case_of(record), seed=number) for number, record in enumerate(records))
        monkeypatch.setattr(provenance_module, "MOST_BYTES_OF_OTHERS", 2 * len(apart[0].payload))
        arrived = found_in(case_of(*records, contributions=apart))
        kept = with_what_covers(case_of(*records), arrived, directory=everybody(), at=NOW)
        assert len(kept.contributions) == 2

    def test_who_recorded_much_signs_several(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(provenance_module, "MOST_DIGESTS", 2)
        own = case_of(*(strength(60 + number, GI) for number in range(5)))
        view = with_contributions(
            own, held=own, signer=party(GI).identity, directory=everybody(), at=NOW, random=decoys(5)
        )
        assert (len(view.contributions), found_in(view).counts) == (3, {"verified": 5})


class TestNothingOfWhatIsWithheldEnters:
    """Two cases that differ only in withheld records give views of one length, equal but for digests and signatures."""

    @given(
        own=st.integers(0, 3),
        withheld=st.lists(st.sampled_from(["Zij zingt.", "x", "Een lang verhaal. " * 9]), max_size=4),
    )
    def test_lengths_are_equal(self, own: int, withheld: list[str]) -> None:
        kept = [strength(60 + number, GI) for number in range(own)]
        more = [strength(70 + number, GI, text) for number, text in enumerate(withheld)]
        views = [
            with_contributions(
                case_of(*kept),
                held=held,
                signer=party(GI).identity,
                directory=everybody(),
                at=NOW,
                random=Random(s).randbytes,  # noqa: S311  # decoys
            )
            for s, held in enumerate((case_of(*kept), case_of(*kept, *more)))
        ]
        assert len({len(view.to_json()) for view in views}) == 1
        one, two = (_without_what_is_opaque(view) for view in views)
        assert one == two

    def test_one_record_more_that_goes_along_does_show(self) -> None:
        views = [
            with_contributions(
                case_of(*kept),
                held=case_of(*kept),
                signer=party(GI).identity,
                directory=everybody(),
                at=NOW,
                random=Random(3).randbytes,  # noqa: S311  # decoys of a test
            )
            for kept in ([strength(60, GI)], [strength(60, GI), strength(61, GI)])
        ]
        assert len({len(view.to_json()) for view in views}) == 2


def _without_what_is_opaque(view: FamilyCase) -> object:
    value = json.loads(view.to_json())
    for contribution in value.get("contributions", []):
        said = json.loads(unb64(contribution["payload"]))
        contribution["payload"] = said | {"digests": len(said["digests"])}
        for one in contribution["signatures"]:
            one["signature"] = len(one["signature"])
    return value
