# SPDX-License-Identifier: EUPL-1.2
"""Own files that hold everything that opens and closes, and what other organisations might send: records of every type,
drawn by the published strategies and then aimed at the people and the records of the file; from one seed."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final, cast

from kgbx.case import FamilyCase, Person, Record, SamePerson
from kgbx.case.types import TYPE_OF
from kgbx.consent.access import access_with
from kgbx.consent.access_items import AccessItemiser, access_facts
from kgbx.consent.asker import Asker
from kgbx.consent.joins import REGISTERS_FORMAT, Registers, facts_from_case
from kgbx.consent.share import Share, share
from kgbx.exchange import proven_ids
from kgbx.resources import examples_path
from kgbx.testing.strategies.documents import POOL
from tests.consent.case_worlds import BASE, CaseMaker, by_org
from tests.consent.village import (
    AT,
    AUTHORITY,
    BEFORE,
    BORN,
    CHILDREN,
    MEASURES,
    MOSTLY_ASKED,
    ORG,
    ORGANISATIONS,
    PERSON,
    PERSONS,
    new_id,
)
from tests.consent.worlds import request

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kgbx.case import BareRecord
    from kgbx.consent.facts import Facts

OWN: Final = ORG["LT"]
OTHERS: Final = tuple(ORG[name] for name in ("SCHOOL", "GI", "GGZ", "SHELTER"))
JOURNEY: Final = FamilyCase.from_json(examples_path("journey", "case.json").read_bytes())
KEPT_IN_REGISTERS: Final = ("organisations", "caseloads", "caseload_known", "barriers")
MEMBER_OF: Final = {
    "parental_authorities": "parental_authority",
    "measures": "measures",
    "consents": "consents",
    "withdrawals": "withdrawals",
    "legal_grounds": "legal_grounds",
    "protections": "protections",
    "confidences": "confidences",
    "restrictions": "restrictions",
    "collaborations": "care_teams",
}
"""The facts that stand in records of the file, by type of record."""

REGISTER: Final = {"kind": "register", "register_name": "gezagsregister", "as_of": "2026-01-12"}


def like(array: str, label: str, /, **changes: Any) -> Record:  # noqa: ANN401  # members of a record
    """Return a record of the own organisation, copied from one of that type in the journey."""
    known = next(one for one in JOURNEY.records(array) if not hasattr(one, "decision") or vars(one)["decision"])
    if array == "consents":
        known = next(one for one in JOURNEY.records(array) if vars(one)["decision"] == "permit")
    value = known.model_dump(mode="json", exclude_none=True)
    own = {"id": new_id(label), "recorded_by": {"org": OWN}, "recorded_at": "2025-01-01T09:00:00Z"}
    value = {**value, **own, **changes}
    made = type(known).model_validate_json(json.dumps({key: one for key, one in value.items() if one is not None}))
    return cast("Record", made)


class OwnFile(CaseMaker):
    """The file of the team, with what it registered in records: who decides, who permitted, who must not know."""

    def __init__(self, seed: int) -> None:
        super().__init__(seed)
        told = [one for one in self.case() if TYPE_OF[type(one)].array not in ("persons", "confidences")]
        facts = self.world()
        rows = [*self._persons(), *told, *self._guarding(told), *self._deciding(), *self._permits()]
        self.file = FamilyCase(rows, synthetic=True)
        kept = {name: getattr(facts, name) for name in KEPT_IN_REGISTERS}
        self.registers = Registers(format=REGISTERS_FORMAT, **kept)
        self.policy_in_force = self.policy()
        self.to: str = self.one(*MOSTLY_ASKED, ORG["PROV"], ORG["GI"])
        self.asker: str = self.one(PERSON["F"], PERSON["F"], PERSON["M"], PERSON["K13"])

    def _persons(self) -> Iterable[Record]:
        for name, born in BORN.items():
            role = {"roles": ["child"] if name.startswith("K") else ["parent"]}
            unborn = {"birth_date": None, "expected_birth_date": "2026-08-01"}
            date = unborn if born is None else {"birth_date": born}
            gone = {"name": {"given": name}, "death_date": None, "sex": "vrouw" if name in "MV" else None}
            yield like("persons", name, **{**role, **date, **gone, "id": PERSON[name]})
        yield like("relations", "unborn", **{"from": PERSON["M"], "to": PERSON["U"], "kind": "ouder"})
        state = {"person": PERSON["V"], "capable": False, "represented_by": PERSON["M"]}
        yield like("capacities", "capacity of V", **state, labels=None)
        if self.chance(2):
            home = [{"person": PERSON[name]} for name in ("M", "K9", "K13")]
            yield like("households", "home", members=home, valid_from="2025-01-01")

    def _guarding(self, told: list[BareRecord]) -> Iterable[Record]:
        items = [one.id for one in told if TYPE_OF[type(one)].array == "statements"]
        if self.chance(2):
            blocked = [self.one(PERSON["F"], PERSON["F"], ORG["GI"])]
            yield like("protections", "shield", person=PERSON["M"], blocked=blocked, allowed=None, valid_from=BEFORE)
        if self.chance(2):
            yield like("confidences", "secret", record=self.one(*items), withheld_from=[PERSON["F"]])
        if self.chance(2):
            held = {"record": self.one(*items), "valid_from": BEFORE, "valid_until": None}
            yield like("restrictions", "held", **held)

    def _deciding(self) -> Iterable[Record]:
        for child in dict.fromkeys(one.child for one in AUTHORITY):
            holders = [{"person": one.holder, "capacity": "ouder"} for one in AUTHORITY if one.child == child]
            for place, holder in enumerate(holders if self.chance(2) else [None]):
                held = {"minor": child, "holders": holders if holder is None else [holder], "source": REGISTER}
                yield like("parental_authorities", f"gezag {child} {place}", **held)
        for one in MEASURES if self.chance(2) else ():
            held = {"minor": one.child, "kind": one.kind, "executing_org": one.organisation, "status": "loopt"}
            period = {"valid_from": "2025-01-01", "valid_until": None, "planned_end": None, "source": REGISTER}
            yield like("measures", f"measure {one.kind}", **held, **period, worker=None)

    def _permits(self) -> Iterable[Record]:
        scope: dict[str, Any] = {"recipients": ["*"], "purposes": ["*"], "categories": ["*"], "valid_from": BEFORE}
        scope |= {"valid_until": "2027-01-01", "supersedes": None}
        willing = [(who, who) for who in PERSONS] + [
            (who, child) for who in (PERSON["M"], PERSON["F"]) for child in CHILDREN
        ]
        for who, about in willing:
            if not self.chance(12):
                yield like("consents", f"permit {who} {about}", decided_by=who, subject=about, **scope)
        for name in "ab"[: self.random.randint(0, 2)]:
            who, about = self.one(*willing)
            said = {"decided_by": who, "subject": about, "decision": "refuse", "categories": ["*"]}
            yield like("consents", f"refusal {name}", **{**scope, **said})
        if self.chance(3):
            who, about = self.one(*willing)
            ended = {"consent": new_id(f"permit {who} {about}"), "by": who}
            yield like("withdrawals", "over", **ended, effective_at="2025-02-01T09:00:00Z")

    # --- what others send

    def aimed(self, drawn: BareRecord) -> BareRecord:
        """Return a record of another organisation about the people and the records of this file."""
        value = drawn.model_dump(mode="json", exclude_none=True)
        if self.chance(3) and (same := [one for one in self.file if type(one) is type(drawn)]):
            value = {**self.one(*same).model_dump(mode="json", exclude_none=True), **self._some_of(value)}
        value = json.loads(self._aim(json.dumps(value)))
        value |= {"id": self.id(), "recorded_by": {"org": self.sender}, "recorded_at": "2026-02-20T09:00:00Z"}
        for name, moment in (("valid_from", BEFORE), ("valid_until", "2027-01-01")):
            if name in value and not self.chance(4):
                value[name] = moment
        return type(drawn).model_validate_json(json.dumps({key: one for key, one in value.items() if one is not None}))

    @property
    def sender(self) -> str:
        """Who sends."""
        return OTHERS[len(self.registers.caseloads) % len(OTHERS)]

    def _some_of(self, value: dict[str, Any]) -> dict[str, Any]:
        return {name: value[name] for name in value if self.chance(3) and name != "source"}

    def _aim(self, text: str) -> str:
        """Return JSON in which the ids of the pool name persons and records of the file, and organisations its own."""
        records = [one.id for one in self.file]
        pool = "|".join(POOL)
        text = re.sub(pool, lambda _: self.one(*PERSONS, self.one(*records), self.one(*records)), text)
        return re.sub("urn:osb:oin:00000099000000[0-9]{6}", lambda _: self.one(*ORGANISATIONS), text)

    def same(self, made: BareRecord) -> BareRecord | None:
        """Return that a person of another organisation is one of this file, by BSN."""
        if not isinstance(made, Person):
            return None
        joined = {"id": self.id(), "recorded_by": {"org": self.sender}, "a": made.id, "b": self.one(*PERSONS)}
        known = JOURNEY.records("same_person")[0].model_dump(mode="json", exclude_none=True)
        return SamePerson.model_validate_json(json.dumps({**known, **joined, "basis": "bsn"}))

    def correction(self, made: BareRecord) -> BareRecord | None:
        """Return a link by which another organisation replaces a record of this file by its own."""
        same = [one for one in self.file if type(one) is type(made)]
        if not same:
            return None
        return like_link(self.id(), made.id, self.one(*same).id, by=self.sender)

    # --- what is released

    def facts_of(self, case: FamilyCase) -> Facts:
        return facts_from_case(case, self.registers, own=OWN, proven=proven_ids(case, own=OWN))

    def shared(self, case: FamilyCase) -> Share:
        return share(case, request=request(self.to), policy=self.policy_in_force, facts=self.facts_of(case))

    def passed(self, case: FamilyCase) -> set[str]:
        """Return the ids of the records that the recipient gets."""
        return {row.record for row in self.shared(case).account.passed}

    def seen(self, case: FamilyCase) -> set[str]:
        """Return the ids of the records that the asker may see."""
        facts = access_facts(case, self.facts_of(case), own=OWN)
        itemiser = AccessItemiser(case, facts=facts, policy=self.policy_in_force)
        asker = Asker(itemiser.one(self.asker), at=AT, known_at=AT, facts=facts, policy=self.policy_in_force)
        return {
            one.id
            for one in case
            if isinstance(one, Record) and one.recorded_by.org == OWN and (items := itemiser.items_of(one))
            if all(access_with(asker, item) for item in items)
        }


def like_link(link: str, new: str, old: str, *, by: str) -> BareRecord:
    """Return a link that says that one record replaces another."""
    known = BASE.get(new_id("correction"))
    changes = {"id": link, "from_": new, "to": old, "recorded_by": by_org(by)}
    return known.model_copy(update=changes)  # type: ignore[union-attr]  # it is there
