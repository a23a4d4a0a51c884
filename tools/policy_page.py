# SPDX-License-Identifier: EUPL-1.2
"""Make docs/reference/policy.md from the published policies: minimal sets, provisions, switches, statutes, sources."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kgbx.consent.policies import published_policies
from tools.markdown import NOTE, table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kgbx.consent.policy import Note, Policy, Provision

LEAD: Final = """# The policy on sharing

{note}
A policy says who may get what for which purpose, and by which article. It is data: `schemas/policy/nl-*.json`. What
no policy can change is not in it: nothing goes without a ground, every subject of a record counts, a permit needs proof
and a refusal none, a veto beats everything, and where a protected person is stays secret.

The version in force is chosen by the moment: {versions}.
`kgbx policy diff OLD NEW` shows what one permits and the other does not. How long records are kept is data of its own:
`schemas/policy/retention-nl.json`.

Not legal advice. The minimal sets are a first proposal, for professionals and a DPIA to correct. *To verify* says what
was not read, or which reading is ours.

This page is about {version}, the newest. The other version decides the same; it cites the older text of the UAVG.
"""
SWITCHES: Final = (
    *("joint_authority", "age_12_to_15", "health_functions", "criminal_functions", "consent_as_gdpr_ground"),
    *("collective_functions", "reporter_functions", "subject_must_be_served", "location_functions"),
)
ANYBODY: Final = "anybody"


def policy_page() -> str:
    """Return docs/reference/policy.md."""
    policies = published_policies()
    newest = policies[-1]
    versions = ", ".join(_period(policy) for policy in policies)
    lead = LEAD.format(note=NOTE, versions=versions, version=f"`{newest.version}`")
    return "\n".join([lead, *_minimal_sets(newest), *_provisions(newest), *_rest(newest), *_statutes(newest)])


def _period(policy: Policy) -> str:
    until = f" until {policy.valid_until}" if policy.valid_until else ""
    return f"`{policy.version}` from {policy.valid_from}{until}"


def _minimal_sets(policy: Policy) -> Iterator[str]:
    yield "## Minimal sets\n\nWhat a function may get for a purpose, if secrecy is opened too (AVG 5 lid 1 onder c).\n"
    rows = (
        (
            f"`{row.function}`",
            f"`{row.purpose}`",
            ", ".join(row.categories),
            *_told(policy.notes[f"/necessary/{number}"]),
        )
        for number, row in enumerate(policy.necessary)
    )
    yield table(("function", "purpose", "categories", "note", "source", "text of", "to verify"), rows)
    yield "Each of them has a ground of AVG 6 for exactly that purpose:\n"
    grounds = (
        (f"`{row.function}`", f"`{row.purpose}`", *_told(policy.notes[f"/gdpr_grounds/{number}"])[1:])
        for number, row in enumerate(policy.gdpr_grounds)
    )
    yield table(("function", "purpose", "source", "text of", "to verify"), grounds)


def _provisions(policy: Policy) -> Iterator[str]:
    yield "## Provisions\n\nStatutory doors through secrecy. A named person weighs; kgbx checks that it was done.\n"
    head = ("provision", "from", "to", "for", "conditions", "note", "source", "text of", "to verify")
    rows = (
        (
            f"`{one.id}`",
            _functions(one.senders),
            _functions(one.recipients),
            ", ".join(one.purposes).replace("*", "any purpose"),
            _conditions(one),
            *_told(policy.notes[f"/provisions/{number}"]),
        )
        for number, one in enumerate(policy.provisions)
    )
    yield table(head, rows)


def _functions(functions: tuple[str, ...]) -> str:
    return ", ".join(functions).replace("*", ANYBODY)


def _conditions(provision: Provision) -> str:
    found = [f"duty {' and '.join(provision.duty_when)}".replace("_", " ") if provision.duty_when else "power"]
    if provision.precondition_kinds:
        found.append(f"live in a register: {', '.join(provision.precondition_kinds)}")
    if provision.subjects != "any":
        child = "measured child" if provision.precondition_kinds else "child under eighteen"
        found.append(f"about the {child} or who holds authority over it")
    if provision.categories != ("*",):
        found.append(f"only {' and '.join(provision.categories)}")
    if provision.second_person:
        found.append(f"a second person, within {provision.second_person_within_hours} hours after")
    if provision.inform_within_hours is not None:
        found.append(f"the family informed within {provision.inform_within_hours} hours after")
    if provision.max_days is not None:
        found.append(f"at most {provision.max_days} days")
    return "; ".join(found)


def _rest(policy: Policy) -> Iterator[str]:
    yield "## Switches and lists\n"
    head = ("member", "value", "note", "source", "text of", "to verify")
    yield table(head, ((f"`{one}`", _value(getattr(policy, one)), *_told(policy.notes[f"/{one}"])) for one in SWITCHES))
    yield "Purposes, and the wider one of which a consent or ground suffices:\n"
    tree = ((f"`{purpose}`", f"`{wide}`" if wide else "") for purpose, wide in policy.purpose_tree.items())
    yield table(("purpose", "part of"), tree)
    yield "Whose BSN a function may use at most; the own registers say whether it does:\n"
    users = (
        (f"`{row.function}`", row.persons, *_told(policy.notes[f"/bsn_users/{number}"]))
        for number, row in enumerate(policy.bsn_users)
    )
    yield table(("function", "of", "note", "source", "text of", "to verify"), users)


def _value(value: str | tuple[str, ...]) -> str:
    return value if isinstance(value, str) else ", ".join(value) or "none"


def _statutes(policy: Policy) -> Iterator[str]:
    yield "## Statutes\n\nEvery source names one of these.\n"
    rows = ((one.name, one.number, one.text_date, one.verify or "") for one in policy.statutes)
    yield table(("statute", "number", "text of", "to verify"), rows)


def _told(note: Note) -> tuple[str, str, str, str]:
    return note.note or "", note.source, note.text_date, note.verify or ""
