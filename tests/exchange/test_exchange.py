# SPDX-License-Identifier: EUPL-1.2
"""Compose and receive: what goes out, what comes in, and what is refused."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING

import pytest

from kgbx.case import MEDIA_TYPE, Erasure, FamilyCase, Stamp
from kgbx.cli.journey import Stage, Stop, set_stage
from kgbx.consent.joins import Registers
from kgbx.envelope.replay import MemoryReplayStore
from kgbx.envelope.seal import seal
from kgbx.errors import ConsentError, EnvelopeError, IntegrityError, UsageError
from kgbx.exchange import CASE_SHARE, Basis, compose, proven_ids, receive
from tests.case.builders import SMALLEST

if TYPE_CHECKING:
    from kgbx.exchange import Composed, Own, Received

EMPTY = FamilyCase(synthetic=True)


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Stage:
    return set_stage(tmp_path_factory.mktemp("exchange") / "demo")


def stop(stage: Stage, org: str = "2000") -> Stop:
    return next(one for one in stage.script.stops if one.org.endswith(org))


def composed(stage: Stage, org: str = "2000", purpose: str | None = None) -> Composed:
    there = stop(stage, org)
    return compose(
        stage.case,
        own=stage.owns[stage.script.sender],
        to=stage.directory.require(there.org, stage.at),
        purpose=purpose or there.purpose,
        at=stage.at,
    )


def received(stage: Stage, sealed: object, case: FamilyCase = EMPTY, *, synthetic: bool = True) -> Received:
    there = stop(stage)
    own = replace(stage.owns[there.org], accept_synthetic=synthetic)
    return receive(sealed, case=case, own=own, purpose=there.purpose, at=stage.at, seen=MemoryReplayStore())  # type: ignore[arg-type]  # any source


def sealed_by_hand(stage: Stage, body: bytes, **changes: str) -> bytes:
    options = {"media_type": MEDIA_TYPE, "message_type": CASE_SHARE} | changes
    to = stage.directory.require(stop(stage).org, stage.at)
    sender = stage.owns[stage.script.sender].identity
    return seal(body, sender=sender, to=to, at=stage.at, **options).to_bytes()  # type: ignore[arg-type]  # two texts


def test_what_is_permitted_arrives(stage: Stage) -> None:
    sent = composed(stage)
    got = received(stage, sent.sealed)
    assert got.view.to_json() == sent.view.to_json()
    assert got.opened.sender == stage.script.sender


def test_the_account_stays_with_the_sender(stage: Stage) -> None:
    sent = composed(stage)
    body = received(stage, sent.sealed).opened.body.decode()
    assert not any(row.record in body for row in sent.share.account.withheld)
    assert not any(code in body for row in sent.share.account.withheld for code in row.reasons)


def test_the_log_entry_is_about_this_share(stage: Stage) -> None:
    sent = composed(stage)
    entry = json.loads(sent.entry.line())
    assert (entry["sender"], entry["recipient"]) == (stage.script.sender, stop(stage).org)
    assert {row["record"] for row in entry["rows"] if not row["reasons"]} == {
        row.record for row in sent.share.account.passed
    }
    assert {*sent.entry.along, *(row.record for row in sent.share.account.passed)} == {one.id for one in sent.view}


def test_the_facts_of_the_entry_are_those_handed_over(stage: Stage) -> None:
    sent = composed(stage)
    assert sha256(sent.facts).hexdigest() == sent.entry.facts


def test_nothing_to_share_is_not_sent(stage: Stage) -> None:
    with pytest.raises(ConsentError) as caught:
        composed(stage, purpose="marketing")
    assert (caught.value.code, caught.value.exit_status) == ("C_NOTHING", 4)


def test_a_moment_without_policy_sends_nothing(stage: Stage) -> None:
    own = stage.owns[stage.script.sender]
    without = replace(own, basis=Basis(registers=own.basis.registers, policies=()))
    to = stage.directory.require(stop(stage).org, stage.at)
    with pytest.raises(UsageError) as caught:
        compose(stage.case, own=without, to=to, purpose="protection", at=stage.at)
    assert caught.value.code == "U_POLICY"


def test_made_up_data_are_refused_in_production(stage: Stage) -> None:
    with pytest.raises(EnvelopeError) as caught:
        received(stage, composed(stage).sealed, synthetic=False)
    assert caught.value.code == "E_POLICY"


def test_real_data_are_refused_in_a_test(stage: Stage) -> None:
    real = sealed_by_hand(stage, FamilyCase().to_json())
    with pytest.raises(EnvelopeError) as caught:
        received(stage, real)
    assert caught.value.code == "E_POLICY"


def test_made_up_and_real_never_merge(stage: Stage) -> None:
    person = composed(stage).share.view.records("persons")[0]
    with pytest.raises(IntegrityError) as caught:
        received(stage, composed(stage).sealed, FamilyCase([person]))
    assert caught.value.code == "D_SYNTHETIC"


@pytest.mark.parametrize(
    "changes",
    [{"message_type": "https://example.org/other"}, {"media_type": "application/json"}],
    ids=["type", "media"],
)
def test_another_kind_of_message_is_not_taken_for_a_case(stage: Stage, changes: dict[str, str]) -> None:
    with pytest.raises(EnvelopeError) as caught:
        received(stage, sealed_by_hand(stage, EMPTY.to_json(), **changes))
    assert caught.value.code == "E_POLICY"


@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b'{"schema": "x"}'])
def test_what_is_no_valid_case_is_refused(stage: Stage, body: bytes) -> None:
    with pytest.raises(EnvelopeError) as caught:
        received(stage, sealed_by_hand(stage, body))
    assert caught.value.code == "E_SCHEMA"
    assert caught.value.__context__ is None


def test_what_was_altered_on_the_way_is_refused(stage: Stage) -> None:
    body = composed(stage).view.to_json()
    value = json.loads(body)
    assert received(stage, sealed_by_hand(stage, body)).provenance.counts["verified"] > 100
    value["statements"][0]["wording"]["text"] += " Niet."
    with pytest.raises(IntegrityError) as caught:
        received(stage, sealed_by_hand(stage, json.dumps(value).encode()))
    assert (caught.value.code, caught.value.records) == ("D_ALTERED", (value["statements"][0]["id"],))


def test_what_could_not_be_taken_in_may_come_again(stage: Stage) -> None:
    there, seen = stop(stage), MemoryReplayStore()
    own = replace(stage.owns[there.org], accept_synthetic=True)
    without = replace(own, basis=replace(own.basis, policies=()))
    sealed = composed(stage).sealed

    def take(one: Own) -> Received:
        return receive(sealed, case=EMPTY, own=one, purpose=there.purpose, at=stage.at, seen=seen)

    with pytest.raises(UsageError):
        take(without)
    assert len(take(own).case) > 100
    with pytest.raises(EnvelopeError) as caught:
        take(own)
    assert caught.value.code == "E_DUPLICATE"


def test_it_is_signed_with_the_pair_that_is_valid_now(stage: Stage) -> None:
    sender, there = stage.owns[stage.script.sender], stop(stage)
    renewed = sender.identity.with_new_keys("sig", at=stage.at + timedelta(days=8))
    sent = compose(
        stage.case,
        own=replace(sender, identity=renewed),
        to=stage.directory.require(there.org, stage.at),
        purpose=there.purpose,
        at=stage.at,
    )
    assert received(stage, sent.sealed).provenance.counts["verified"] > 100


def test_a_view_without_contributions_arrives_unverified(stage: Stage) -> None:
    got = received(stage, sealed_by_hand(stage, composed(stage).share.view.to_json()))
    assert set(got.provenance.counts) == {"unverified"}
    assert got.case.contributions == ()


def test_what_was_there_stays(stage: Stage) -> None:
    earlier = received(stage, composed(stage).sealed).case
    again = received(stage, composed(stage).sealed, earlier).case
    assert again.to_json() == earlier.to_json()


def test_a_view_that_erases_is_refused(stage: Stage) -> None:
    erasing = FamilyCase([Erasure(**SMALLEST["erasures"])], synthetic=True)
    with pytest.raises(EnvelopeError) as caught:
        received(stage, sealed_by_hand(stage, erasing.to_json()))
    assert caught.value.code == "E_POLICY"


def test_a_view_holds_no_erasures_and_no_contributions(stage: Stage) -> None:
    view = composed(stage).share.view
    assert stage.case.records("erasures")
    assert (view.records("erasures"), view.contributions) == ((), ())


def test_what_was_erased_here_does_not_come_back_with_a_message(stage: Stage) -> None:
    there = received(stage, composed(stage).sealed).case
    statement = there.records("statements")[0]
    stamp = Stamp(recorded_by=statement.recorded_by, recorded_at="2026-03-01T10:00:00Z")
    erased = there.erase(statement.id, rule="unlawful", on="2026-03-01", stamp=stamp)
    assert statement.id not in received(stage, composed(stage).sealed, erased).case


def test_what_stands_here_with_another_content_is_kept_apart(stage: Stage) -> None:
    """Somebody who once saw an id and sends it with other words does not stop the message of who recorded it."""
    value = json.loads(composed(stage).share.view.to_json())
    statement = value["statements"][0]
    statement["wording"]["text"] += " Niet."
    forged = received(stage, sealed_by_hand(stage, json.dumps(value).encode())).case
    got = received(stage, composed(stage).sealed, forged)
    assert [row.record for row in got.quarantined if "DIFFERS_HERE" in row.reasons] == [statement["id"]]
    assert got.case.get(statement["id"]) == forged.get(statement["id"])
    assert got.provenance.counts["verified"] > 100


def test_a_record_of_a_third_without_its_signature_is_kept_apart_where_others_of_it_are_signed(stage: Stage) -> None:
    own_file = received(stage, composed(stage).sealed).case
    value = json.loads(composed(stage).share.view.to_json())
    statement = value["statements"][0] | {"id": "11111111-1111-4111-8111-111111111111"}
    bare = json.dumps(value | {"statements": [statement], "reviews": [], "reactions": [], "links": []}).encode()
    third = next(org for org in stage.owns if org not in (stage.script.sender, stop(stage).org))
    to = stage.directory.require(stop(stage).org, stage.at)
    options = {"media_type": MEDIA_TYPE, "message_type": CASE_SHARE, "to": to, "at": stage.at}
    sealed = {
        org: seal(bare, sender=stage.owns[org].identity, **options).to_bytes()  # type: ignore[arg-type]  # as above
        for org in (third, stage.script.sender)
    }
    got = {org: received(stage, sealed[org], own_file) for org in sealed}
    apart = [row for row in got[third].quarantined if "UNSIGNED_HERE" in row.reasons]
    assert statement["id"] in {row.record for row in apart}
    assert statement["id"] not in got[third].case
    assert statement["id"] in got[stage.script.sender].case


def test_what_the_own_registers_deny_is_quarantined(stage: Stage) -> None:
    there = stop(stage)
    own = stage.owns[there.org]
    blind = Registers(format="kgbx-registers/1", organisations=own.basis.registers.organisations)
    without_caseload = replace(own, basis=Basis(registers=blind, policies=own.basis.policies))
    got = receive(
        composed(stage).sealed, case=EMPTY, own=without_caseload, purpose="care", at=stage.at, seen=MemoryReplayStore()
    )
    assert {code for one in got.quarantined for code in one.reasons} >= {"NOT_NECESSARY"}
    assert not {one.record for one in got.quarantined} & {record.id for record in got.case}


def test_an_organisation_answers_for_what_it_recorded_itself(stage: Stage) -> None:
    mine = proven_ids(stage.case, own=stage.script.sender)
    assert mine
    assert proven_ids(stage.case, own="urn:osb:oin:00000099000000009999") == frozenset()
