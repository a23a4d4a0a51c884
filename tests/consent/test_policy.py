# SPDX-License-Identifier: EUPL-1.2
"""The published policies: every entry has a source, a text date and known codes; what the two versions differ in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kgbx.codes import code_list
from kgbx.consent.access_rules import UAVG_CHANGED
from kgbx.consent.policies import policy_in_force, published_policies
from kgbx.consent.policy import Policy, policy_entries

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kgbx.consent.policy import Provision

POLICIES = published_policies()
OLD, NEW = POLICIES
each_policy = pytest.mark.parametrize("policy", POLICIES, ids=lambda policy: policy.version)


def parts(source: str) -> list[str]:
    return [part.strip() for part in source.split(";")]


def statute_of(part: str, policy: Policy) -> str | None:
    """Return the name of the statute with which a source begins."""
    names = sorted((row.name for row in policy.statutes), key=len, reverse=True)
    return next((name for name in names if part.startswith((f"{name} ", f"{name}:"))), None)


def without_statute(policy: Policy) -> list[str]:
    sources = [note.source for note in policy.notes.values()] + [one.source for one in policy.provisions]
    return [part for source in sources for part in parts(source) if statute_of(part, policy) is None]


def without_note(policy: Policy) -> frozenset[str]:
    return policy_entries(policy) - policy.notes.keys()


@each_policy
def test_every_entry_has_a_note_and_every_note_an_entry(policy: Policy) -> None:
    assert policy_entries(policy) == policy.notes.keys()


@each_policy
def test_every_source_names_a_statute_of_the_closed_list(policy: Policy) -> None:
    assert without_statute(policy) == []


@each_policy
def test_a_note_has_the_text_date_of_the_statute_it_names_first(policy: Policy) -> None:
    dates = {row.name: row.text_date for row in policy.statutes}
    found = {pointer: statute_of(note.source, policy) for pointer, note in policy.notes.items()}
    wrong = [one for one, name in found.items() if name is None or policy.notes[one].text_date != dates[name]]
    assert wrong == []


@each_policy
def test_a_provision_and_its_note_name_the_same_article(policy: Policy) -> None:
    notes = [policy.notes[f"/provisions/{number}"].source for number in range(len(policy.provisions))]
    assert notes == [provision.source for provision in policy.provisions]


@each_policy
def test_every_statute_is_cited(policy: Policy) -> None:
    cited = {statute_of(part, policy) for note in policy.notes.values() for part in parts(note.source)}
    assert cited == {row.name for row in policy.statutes}


def test_an_entry_without_note_and_a_source_without_statute_are_seen() -> None:
    notes = {pointer: note for pointer, note in OLD.notes.items() if pointer != "/provisions/0"}
    assert without_note(OLD.model_copy(update={"notes": notes})) == {"/provisions/0"}
    few = tuple(row for row in OLD.statutes if row.name != "BW 7")
    assert without_statute(OLD.model_copy(update={"statutes": few})) == ["BW 7:446 en 7:453"] * 2


def unknown(codes: Iterable[str], name: str) -> set[str]:
    return set(codes) - set(code_list(name).entries) - {"*"}


@each_policy
def test_every_code_is_in_its_list(policy: Policy) -> None:
    rows = policy.necessary
    provisions = policy.provisions
    lists = [policy.health_functions, policy.criminal_functions, policy.collective_functions, policy.location_functions]
    lists += [policy.reporter_functions, policy.subject_must_be_served, policy.consent_as_gdpr_ground]
    functions = {row.function for row in rows} | {one.function for one in policy.bsn_users}
    functions = functions.union(*lists)
    functions = functions.union(*(one.senders for one in provisions), *(one.recipients for one in provisions))
    purposes = {row.purpose for row in rows}.union(*(one.purposes for one in provisions))
    assert unknown(functions, "org_function") == set()
    assert unknown(purposes, "purpose") == set()
    assert unknown((one for row in rows for one in row.categories), "category") == set()
    assert unknown((kind for one in provisions for kind in one.precondition_kinds), "measure_kind") == set()


@each_policy
def test_the_tree_of_purposes_is_that_of_the_code_list(policy: Policy) -> None:
    assert policy.purpose_tree == {code: entry.parent for code, entry in code_list("purpose").entries.items()}


@each_policy
def test_who_has_a_minimal_set_has_a_ground_and_the_other_way_round(policy: Policy) -> None:
    assert [(row.function, row.purpose) for row in policy.necessary] == [
        (row.function, row.purpose) for row in policy.gdpr_grounds
    ]


def provision(name: str) -> Provision:
    return NEW.provision_by_id[name]


def test_only_the_gi_that_carries_out_the_supervision_order_may_demand() -> None:
    found = provision("JW-7.3.11-4")
    assert (found.recipients, found.precondition_kinds, found.duty_when) == (
        ("gi",),
        ("ondertoezichtstelling",),
        ("on_request",),
    )


def test_a_provisional_order_is_a_reading_and_never_a_duty() -> None:
    place = f"/provisions/{list(NEW.provision_by_id).index('JW-7.3.11-4-VOTS')}"
    assert provision("JW-7.3.11-4-VOTS").duty_when == ()
    assert "a reading" in (NEW.notes[place].verify or "")


def test_the_raad_is_told_by_power_but_for_the_college_that_it_asks() -> None:
    to_raad = {one.id: one.duty_when for one in NEW.provisions if "raad" in one.recipients}
    duties = {name for name, duty in to_raad.items() if duty}
    assert duties == {"BW-1:243"}
    assert provision("BW-1:243").senders == ("gemeente_toegang",)


def test_the_college_is_a_recipient_of_duties_and_no_sender_to_providers() -> None:
    assert {one.id for one in NEW.provisions if "gemeente_toegang" in one.recipients and one.duty_when} == {
        "JW-7.4.0-2",
        "WMO-4.2.12-3",
    }
    assert [one.id for one in NEW.provisions if one.senders == ("gemeente_toegang",)] == ["BW-1:243"]


def test_veilig_thuis_does_not_tell_the_gi_of_a_report_by_name() -> None:
    assert not {"gi"} & {*provision("WMO-4.1.1-2d").recipients, *provision("WMO-4.1.1-2e").recipients}
    assert "gi" in provision("WMO-5.3.3-3").recipients


@each_policy
def test_only_what_says_so_is_limited_to_the_report(policy: Policy) -> None:
    """Wmo 2015 4.1.1 lid 2 onder d and f speak of the report or the request, onder e of information about it too."""
    limited = {one.id: set(one.categories) for one in policy.provisions if one.categories != ("*",)}
    assert limited == {one: {"concern", "contact"} for one in ("WMO-4.1.1-2d", "WMO-4.1.1-2f")}
    assert {code for codes in limited.values() for code in codes} <= set(code_list("category").codes)


def test_an_emergency_is_short_and_looked_at_by_a_second_person() -> None:
    found = provision("NOOD")
    assert (found.max_days, found.second_person, found.duty_when) == (3, True, ())
    assert (found.second_person_within_hours, found.inform_within_hours) == (24, 24)


def test_the_wams_opens_nothing() -> None:
    assert not [one.id for one in NEW.provisions if "wams" in one.id.lower() or "wams" in one.source.lower()]


@pytest.mark.parametrize(
    ("function", "persons"),
    [("gi", "children"), ("veilig_thuis", "any"), ("pleegzorgaanbieder", "children"), ("school", None), (None, None)],
)
def test_whose_bsn_a_function_may_use(function: str | None, persons: str | None) -> None:
    assert NEW.bsn_persons(function) == persons


@pytest.mark.parametrize(
    ("moment", "version"),
    [
        ("2026-01-01", "nl-2026-01"),
        ("2026-08-31", "nl-2026-01"),
        ("2026-08-31T21:59:59Z", "nl-2026-01"),
        ("2026-08-31T22:00:00Z", "nl-2026-09"),
        ("2026-09-01", "nl-2026-09"),
    ],
)
def test_the_policy_changes_at_midnight_in_amsterdam(moment: str, version: str) -> None:
    assert policy_in_force(POLICIES, moment).version == version


def test_the_policies_are_cut_where_the_uavg_was_rewritten() -> None:
    assert (OLD.valid_until, NEW.valid_from, NEW.valid_until) == (UAVG_CHANGED, UAVG_CHANGED, None)


def test_the_two_versions_differ_in_the_text_of_the_uavg_and_in_nothing_that_decides() -> None:
    same = {name for name in Policy.model_fields if getattr(OLD, name) == getattr(NEW, name)}
    assert Policy.model_fields.keys() - same == {"version", "valid_from", "valid_until", "statutes", "notes"}
    dates = [{row.name: row.text_date for row in one.statutes} for one in POLICIES]
    assert {name for name in dates[0] if dates[0][name] != dates[1][name]} == {"UAVG"}
    changed = {pointer for pointer in OLD.notes if OLD.notes[pointer] != NEW.notes[pointer]}
    assert changed == {"/age_12_to_15", "/health_functions", "/criminal_functions"}
