# SPDX-License-Identifier: EUPL-1.2
"""The made-up family of the journey, for tests about insight."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from kgbx.case import FamilyCase
from kgbx.consent.access_items import access_facts
from kgbx.consent.access_report import AccessReport, access_report
from kgbx.consent.asker import Asker
from kgbx.consent.facts import Request
from kgbx.consent.joins import facts_from_case, read_registers
from kgbx.consent.log import Disclosure, chained, disclosure
from kgbx.consent.policies import policy_in_force, published_policies
from kgbx.consent.share import share
from kgbx.exchange import proven_ids
from kgbx.resources import examples_path

if TYPE_CHECKING:
    from kgbx.consent.access_facts import AccessFacts
    from kgbx.consent.facts import Facts

AT: Final = "2026-03-02T09:00:00Z"
TEAM, SCHOOL, GI, VT, SHELTER = (f"urn:osb:oin:0000009900000000{one}" for one in (1000, 3000, 2000, 5000, 7000))
SANNE: Final = "6b62c913-e48a-4dea-abee-739c577bd985"
ROB: Final = "5a23fa87-960d-4a3a-a129-3ddf67977276"
DAAN: Final = "48c32dee-6754-489a-9405-8416106438af"
LOTTE: Final = "79377362-ffe9-4b21-ad8b-1b41c6c16b9f"
RIA: Final = "8afc42e4-eec4-4731-b52d-dea0e9b35b58"
FAMILY: Final = (SANNE, ROB, DAAN, LOTTE)
CASE: Final = FamilyCase.from_json(examples_path("journey", "case.json").read_bytes())
REGISTERS: Final = read_registers(examples_path("journey", "registers.json").read_bytes())
POLICY: Final = policy_in_force(published_policies(), AT)
SHARING: Final = facts_from_case(CASE, REGISTERS, own=TEAM, proven=proven_ids(CASE, own=TEAM))
FACTS: Final = access_facts(CASE, SHARING, own=TEAM)
PURPOSES: Final = {GI: "protection", SCHOOL: "school_support", VT: "safety", SHELTER: "shelter"}


def shared(case: FamilyCase, recipient: str, facts: Facts = SHARING) -> Disclosure:
    request = Request(sender=TEAM, recipient=recipient, purpose=PURPOSES[recipient], at=AT, known_at=AT)
    account = share(case, request=request, policy=POLICY, facts=facts).account
    return disclosure(account, policy=POLICY, facts=facts, entry_id=f"entry {recipient}", case=case)


LOG: Final = chained(shared(CASE, recipient) for recipient in PURPOSES)


def asker(person: str, facts: AccessFacts = FACTS, at: str = AT) -> Asker:
    return Asker(person, at=at, known_at=at, facts=facts, policy=POLICY)


def report(case: FamilyCase, person: str, about: str, log: tuple[Disclosure, ...] = LOG) -> AccessReport:
    return access_report(case, asker(person), about=about, log=log)


def as_bytes(found: AccessReport) -> bytes:
    return json.dumps(found.as_value()).encode()
