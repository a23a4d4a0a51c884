# SPDX-License-Identifier: EUPL-1.2
"""Tables of decisions beside those of decisions.json: for every rule what just fits, and what just does not.

One scene in which everything is well: the team asks to give a family story of an adult to a provider. Each row changes
one thing and says all reasons, so that a rule that is lost, and one that speaks too often, are both seen.
"""

from __future__ import annotations

from typing import Any, Final

import pytest

from kgbx.consent.decide import decide
from kgbx.consent.facts import (
    BarrierFact,
    CaseloadFact,
    ConfidenceFact,
    Facts,
    Item,
    KnownCaseload,
    PersonFact,
    ProtectionFact,
    Request,
    RestrictionFact,
    WithdrawalFact,
)
from kgbx.consent.policies import published_policies
from tests.consent.village import (
    AFTER,
    ALWAYS,
    AT,
    AUTHORITY,
    BEFORE,
    KNOWN,
    MEASURES,
    ORG,
    PEOPLE,
    PERSON,
    ground,
    new_id,
    permit,
)

M, F, N, K13, K9, K16, V = (PERSON[name] for name in ("M", "F", "N", "K13", "K9", "K16", "V"))
LT, GI, PROV, VT, RVDK, SCHOOL, GGZ, SHELTER = (
    ORG[name] for name in ("LT", "GI", "PROV", "VT", "RVDK", "SCHOOL", "GGZ", "SHELTER")
)
POLICY: Final = published_policies()[0]
OURS: Final = permit(M, M)
Row = tuple[dict[str, Any], dict[str, Any], dict[str, Any], set[str]]
"""Changes of the facts, of the item, of the request; every reason."""


def answer(facts: dict[str, Any], item: dict[str, Any], asked: dict[str, Any]) -> Any:  # noqa: ANN401  # a Decision
    """Return the decision of the scene with some things changed."""
    lists = {"consents": (OURS,), "caseload_known": ("*",), "parental_authority": AUTHORITY, "measures": MEASURES}
    served = (CaseloadFact(organisation=PROV, person=M, **ALWAYS),)
    known = Facts(**{"persons": PEOPLE, "organisations": KNOWN, "caseloads": served, **lists, **facts})
    what = {"id": "i", "category": "family_story", "about": (M,), "collected_for": "care", "regime": "jeugdwet"}
    who = {"sender": LT, "recipient": PROV, "purpose": "care", "at": AT, "known_at": AT}
    return decide(Item(**{**what, **item}), Request(**{**who, **asked}), facts=known, policy=POLICY)


def protection(**changes: Any) -> dict[str, Any]:  # noqa: ANN401  # members of a fact
    return {"protections": (ProtectionFact(**{"person": M, "allowed": (PROV,), "blocked": (F,), **ALWAYS, **changes}),)}


def serving(*persons: str, org: str = PROV) -> dict[str, Any]:
    return {"caseloads": tuple(CaseloadFact(organisation=org, person=one, **ALWAYS) for one in (M, *persons))}


def organisation(name: str, **changes: Any) -> dict[str, Any]:  # noqa: ANN401  # members of a fact
    changed = [one.model_copy(update=changes if one.id == ORG[name] else {}) for one in KNOWN]
    return {"organisations": tuple(changed)}


def _bsn_of(born: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return facts and item: the number of somebody born then, to a recipient that may use those of children."""
    person = PersonFact(id="p", birth_date=born, capable=True)
    permits = {"consents": tuple(permit(one, "p", id=one) for one in ("p", M, F))}
    holders = {"parental_authority": tuple(one.model_copy(update={"child": "p"}) for one in AUTHORITY[:2])}
    facts = {"persons": (*PEOPLE, person), **organisation("PROV", may_use_bsn="children"), **serving("p")}
    return {**facts, **permits, **holders}, {**BSN, "about": ("p",)}


BSN: Final = {"category": "bsn"}
PLACE: Final = {"reveals_location_of": (M,)}
BEHIND: Final = {"barriers": (BarrierFact(organisation=PROV, person=F),)}
SECRET: Final = {"confidences": (ConfidenceFact(item="i", withheld_from=(F,)),)}

VETOES: Final[dict[str, Row]] = {
    "nothing stands in the way": ({}, {}, {}, set()),
    "a working note": ({}, {"working_note": True}, {}, {"WORKING_NOTE"}),
    "a reporter": ({}, {"reveals_reporter": True}, {}, {"REPORTER_IDENTITY"}),
    "a restriction": ({"restrictions": (RestrictionFact(item="i", **ALWAYS),)}, {}, {}, {"PROCESSING_RESTRICTED"}),
    "a restriction of another": ({"restrictions": (RestrictionFact(item="j", **ALWAYS),)}, {}, {}, set()),
    "a restriction later": (
        {"restrictions": (RestrictionFact(item="i", recorded_at=BEFORE, valid_from=AFTER),)},
        {},
        {},
        set(),
    ),
    "kept until today": ({}, {"keep_until": AT}, {}, {"RETENTION_OVER"}),
    "kept until tomorrow": ({}, {"keep_until": "2026-03-02"}, {}, set()),
    "bsn": ({}, BSN, {}, set()),
    "bsn of the sender's": (organisation("LT", may_use_bsn=False), BSN, {}, {"BSN_NOT_AUTHORISED"}),
    "bsn of the recipient's": (organisation("PROV", may_use_bsn=False), BSN, {}, {"BSN_NOT_AUTHORISED"}),
    "bsn of a child, leave for children": (
        {**organisation("PROV", may_use_bsn="children"), **serving(K16), "consents": (permit(K16, K16),)},
        {**BSN, "about": (K16,)},
        {},
        set(),
    ),
    "bsn of a child and an adult, leave for children": (
        {**organisation("PROV", may_use_bsn="children"), **serving(K16), "consents": (OURS, permit(K16, K16))},
        {**BSN, "about": (K16, M)},
        {},
        {"BSN_NOT_AUTHORISED"},
    ),
    "bsn of somebody of 17, leave for children": (*_bsn_of("2008-03-02"), {}, set()),
    "bsn of somebody of 18, leave for children": (*_bsn_of("2008-03-01"), {}, {"BSN_NOT_AUTHORISED"}),
    "bsn of somebody of 17 or 18, leave for children": (*_bsn_of("2008"), {}, {"BSN_NOT_AUTHORISED"}),
    "bsn to whom nobody knows": (
        {"organisations": tuple(one for one in KNOWN if one.id != LT)},
        BSN,
        {},
        {"BSN_NOT_AUTHORISED"},
    ),
    "no bsn and no leave": (organisation("PROV", may_use_bsn=False), {}, {}, set()),
    "bsn, leave for children": (organisation("PROV", may_use_bsn="children"), BSN, {}, {"BSN_NOT_AUTHORISED"}),
    "a place, allowed": (protection(), PLACE, {}, set()),
    "a place of nobody protected": (protection(person=N), PLACE, {}, set()),
    "no place": (protection(allowed=()), {}, {}, set()),
    "a place, not allowed": (protection(allowed=(GI,)), PLACE, {}, {"SECRET_LOCATION"}),
    "a place, anybody allowed": (protection(allowed=("*",)), PLACE, {}, set()),
    "a place, allowed and blocked": (protection(blocked=(PROV,)), PLACE, {}, {"SECRET_LOCATION"}),
    "a place, everybody blocked": (protection(blocked=("*",)), PLACE, {}, {"SECRET_LOCATION"}),
    "a place, another organisation blocked": (protection(blocked=(GI,)), PLACE, {}, set()),
    "a place, another organisation blocked, nothing known": (
        {**protection(blocked=(GI,)), "caseload_known": ()},
        PLACE,
        {},
        set(),
    ),
    "a place, serves the blocked": ({**protection(), **serving(F)}, PLACE, {}, {"SECRET_LOCATION"}),
    "a place, another serves the blocked": (
        {**protection(), "caseloads": (*serving()["caseloads"], *serving(F, org=GI)["caseloads"])},
        PLACE,
        {},
        set(),
    ),
    "a place, serves the blocked behind a barrier": ({**protection(), **serving(F), **BEHIND}, PLACE, {}, set()),
    "a place, a barrier for another": (
        {**protection(), **serving(F), "barriers": (BarrierFact(organisation=PROV, person=M),)},
        PLACE,
        {},
        {"SECRET_LOCATION"},
    ),
    "a place, nothing known": ({**protection(), "caseload_known": ()}, PLACE, {}, {"SECRET_LOCATION"}),
    "a place, known of the recipient": ({**protection(), "caseload_known": (PROV,)}, PLACE, {}, set()),
    "a place, known of another": ({**protection(), "caseload_known": (GI,)}, PLACE, {}, {"SECRET_LOCATION"}),
    "a place, known of the blocked": (
        {**protection(), "caseload_known": (KnownCaseload(organisation=PROV, person=F),)},
        PLACE,
        {},
        set(),
    ),
    "a place, known of somebody else": (
        {**protection(), "caseload_known": (KnownCaseload(organisation=PROV, person=M),)},
        PLACE,
        {},
        {"SECRET_LOCATION"},
    ),
    "a place, one of two protections": (
        {"protections": (*protection()["protections"], *protection(allowed=())["protections"])},
        PLACE,
        {},
        {"SECRET_LOCATION"},
    ),
    "a place, protection over": (protection(allowed=(), valid_until=AT), PLACE, {}, set()),
    "in confidence": (SECRET, {}, {}, set()),
    "in confidence, serves": ({**SECRET, **serving(F)}, {}, {}, {"CONFIDENTIAL"}),
    "in confidence, serves behind a barrier": ({**SECRET, **serving(F), **BEHIND}, {}, {}, set()),
    "in confidence, nothing known": ({**SECRET, "caseload_known": ()}, {}, {}, {"CONFIDENTIAL"}),
    "in confidence, one of two is served": (
        {"confidences": (ConfidenceFact(item="i", withheld_from=(F, N)),), **serving(F)},
        {},
        {},
        {"CONFIDENTIAL"},
    ),
    "another in confidence": (
        {"confidences": (ConfidenceFact(item="j", withheld_from=(F,)),), **serving(F)},
        {},
        {},
        set(),
    ),
    "in confidence from the recipient": (
        {"confidences": (ConfidenceFact(item="i", withheld_from=(PROV,)),)},
        {},
        {},
        {"CONFIDENTIAL"},
    ),
}

TO_GI: Final = {"recipient": GI, "purpose": "protection"}
NECESSITY: Final[dict[str, Row]] = {
    "another category": ({}, {"category": "debts"}, {}, {"NOT_NECESSARY"}),
    "another purpose": ({}, {}, {"purpose": "safety"}, {"NOT_NECESSARY", "NO_GDPR_GROUND"}),
    "a narrower purpose": ({}, {}, {"purpose": "treatment"}, {"NOT_NECESSARY", "NO_GDPR_GROUND"}),
    "about nobody": ({}, {"about": ()}, {}, {"NO_SUBJECT"}),
    "a recipient that is not known": (
        {},
        {},
        {"recipient": "nobody"},
        {"NOT_NECESSARY", "NO_GDPR_GROUND"},
    ),
    "not served, permit for all": ({"caseloads": ()}, {}, {}, {"SUBJECT_NOT_SERVED"}),
    "served by another": (serving(org=GI), {}, {}, {"SUBJECT_NOT_SERVED"}),
    "not served, permit for this one": (
        {"caseloads": (), "consents": (permit(M, M, recipients=(PROV,)),)},
        {},
        {},
        set(),
    ),
    "not served, one of two permits for this one": (
        {"caseloads": (), "consents": (OURS, permit(M, M, id="x", recipients=(PROV,)))},
        {},
        {},
        set(),
    ),
    "not served, permit for this one without proof": (
        {"caseloads": (), "consents": (OURS, permit(M, M, id="x", recipients=(PROV,), proven=False))},
        {},
        {},
        {"SUBJECT_NOT_SERVED"},
    ),
    "not served, a refusal names it": (
        {"caseloads": (), "consents": (OURS, permit(M, M, id="x", recipients=(PROV,), decision="refuse"))},
        {},
        {},
        {"SUBJECT_NOT_SERVED", "REFUSED"},
    ),
    "not served, a ground names it": (
        {"caseloads": (), "legal_grounds": (ground(id="g", provision="WAMS", recipient=PROV, subjects=(M,)),)},
        {},
        {},
        set(),
    ),
    "not served, a ground for another names it": (
        {"caseloads": (), "legal_grounds": (ground(id="g", provision="WAMS", recipient=GI, subjects=(M,)),)},
        {},
        {},
        {"SUBJECT_NOT_SERVED"},
    ),
    "not served, where that does not matter": ({"caseloads": ()}, {}, TO_GI, set()),
    "one of two not served": (
        {"consents": (OURS, permit(N, N))},
        {"about": (M, N)},
        {},
        {"SUBJECT_NOT_SERVED"},
    ),
    "health": ({}, {"category": "health", "health": True}, {}, set()),
    "a provider that keeps no secrets": (organisation("PROV", bound_to_secrecy=False), {}, {}, set()),
}


def said(**changes: Any) -> dict[str, Any]:  # noqa: ANN401  # members of a fact
    return {"consents": (permit(M, M, **changes),)}


def both(**changes: Any) -> dict[str, Any]:  # noqa: ANN401  # members of a fact
    """Return a refusal and a later permit of the same person."""
    return {"consents": (permit(M, M, id="no", decision="refuse"), permit(M, M, **changes))}


def withdrawn(**changes: Any) -> dict[str, Any]:  # noqa: ANN401  # members of a fact
    ended = {"consent": OURS.id, "recorded_at": AT, "effective_at": AT, **changes}
    return {"withdrawals": (WithdrawalFact(**ended),)}


MISSING: Final = {"CONSENT_MISSING"}
CONSENT: Final[dict[str, Row]] = {
    "not proven": (said(proven=False), {}, {}, MISSING),
    "of another": ({"consents": (permit(F, M),)}, {}, {}, MISSING),
    "about another": ({"consents": (permit(M, F),)}, {}, {}, MISSING),
    "for this recipient": (said(recipients=(PROV,)), {}, {}, set()),
    "for another recipient": (said(recipients=(GI,)), {}, {}, MISSING),
    "for this category": (said(categories=("family_story",)), {}, {}, set()),
    "for another category": (said(categories=("health",)), {}, {}, MISSING),
    "for this purpose": (said(purposes=("care",)), {}, {}, set()),
    "for another purpose": (said(purposes=("safety",)), {}, {}, MISSING),
    "for a narrower purpose": (said(purposes=("treatment",)), {}, {}, MISSING),
    "for a wider purpose": (
        {**said(purposes=("care",)), **serving(org=GGZ)},
        {},
        {"recipient": GGZ, "purpose": "treatment"},
        set(),
    ),
    "refused": (said(decision="refuse"), {}, {}, {"REFUSED"}),
    "refused without proof": (both() | {}, {}, {}, {"REFUSED"}),
    "a refusal for another recipient": (
        {"consents": (OURS, permit(M, M, id="no", decision="refuse", recipients=(GI,)))},
        {},
        {},
        set(),
    ),
    "a refusal lifted": (both(supersedes=("no",)), {}, {}, set()),
    "a refusal lifted without proof": (both(supersedes=("no",), proven=False), {}, {}, {"REFUSED"}),
    "a refusal lifted for another recipient": (both(supersedes=("no",), recipients=(GI,)), {}, {}, {"REFUSED"}),
    "another refusal lifted": (both(supersedes=("another",)), {}, {}, {"REFUSED"}),
    "one of two refusals lifted": (
        {"consents": (*both(supersedes=("no",))["consents"], permit(M, M, id="no too", decision="refuse"))},
        {},
        {},
        {"REFUSED"},
    ),
    "a refusal lifted by another": (
        {"consents": (OURS, permit(M, M, id="no", decision="refuse"), permit(F, M, supersedes=("no",)))},
        {},
        {},
        {"REFUSED"},
    ),
    "a refusal lifted by a permit that was withdrawn": (
        {**both(supersedes=("no",)), **withdrawn()},
        {},
        {},
        {"REFUSED"},
    ),
    "refused by somebody of whom there is no record": (
        {"consents": (OURS, permit(new_id("nobody here"), M, id="no", decision="refuse"))},
        {},
        {},
        {"REFUSED"},
    ),
    "refused by a relative who does not decide": (
        {"consents": (OURS, permit(F, M, id="no", decision="refuse"))},
        {},
        {},
        set(),
    ),
    "withdrawn": (withdrawn(), {}, {}, MISSING),
    "withdrawn by the decider": (withdrawn(by=M), {}, {}, MISSING),
    "withdrawn by somebody else": (withdrawn(by=F), {}, {}, set()),
    "withdrawn tomorrow": (withdrawn(effective_at="2026-03-02"), {}, {}, set()),
    "told tomorrow": (withdrawn(recorded_at="2026-03-02"), {}, {}, set()),
    "another one withdrawn": (withdrawn(consent="another"), {}, {}, set()),
    "a refusal withdrawn": (
        {"consents": (permit(M, M, id="no", decision="refuse"),), **withdrawn(consent="no")},
        {},
        {},
        {"REFUSED"},
    ),
    "two subjects, one permits": ({**serving(F)}, {"about": (M, F)}, {}, MISSING),
    "two subjects, both permit": ({"consents": (OURS, permit(F, F)), **serving(F)}, {"about": (M, F)}, {}, set()),
    "a third party who does not permit": ({}, {"third_parties": (N,)}, {}, {"THIRD_PARTY"}),
    "a third party who permits": ({"consents": (OURS, permit(N, N, id="n"))}, {"third_parties": (N,)}, {}, set()),
    "a third party of twelve": ({"consents": (OURS, permit(K13, K13))}, {"third_parties": (K13,)}, {}, set()),
    "a child of nine, for itself": (
        {"consents": (OURS, permit(K9, K9))},
        {"third_parties": (K9,)},
        {},
        {"THIRD_PARTY"},
    ),
}
TABLE: Final = {
    **{f"veto: {name}": row for name, row in VETOES.items()},
    **{f"necessity: {name}": row for name, row in NECESSITY.items()},
    **{f"consent: {name}": row for name, row in CONSENT.items()},
}


@pytest.mark.parametrize("name", TABLE)
def test_every_reason_and_no_other(name: str) -> None:
    facts, item, asked, wanted = TABLE[name]
    decision = answer(facts, item, asked)
    assert set(decision.reasons) == wanted
    assert dict(decision.released_by) == ({} if wanted else dict.fromkeys(item.get("about", (M,)), "consent"))
    assert not decision.escalate
