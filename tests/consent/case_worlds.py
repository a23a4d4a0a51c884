# SPDX-License-Identifier: EUPL-1.2
"""Made-up small cases about the people of `worlds`: statements, places, secrets, reactions, corrections; from one seed.

Records are copies of a few checked ones, so that thousands of cases are cheap.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from kgbx.case import Consent, FamilyCase, Link, Statement
from kgbx.case.base import ReviewedBy
from kgbx.consent.share import Share, share
from kgbx.resources import examples_path
from tests.consent.village import CATEGORIES, FAMILY, FUNCTION, MOSTLY_ASKED, ORG, PERSON, new_id, permit
from tests.consent.worlds import Maker, request

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kgbx.case import BareRecord
    from kgbx.consent.facts import Facts
    from kgbx.consent.policy import Policy

STREET: Final = "Zilverschoonpad"
TOPICS: Final = (
    *("family.history", "family.history", "child.school", "parent.health", "safety.hidden_address", "request.question"),
)
TEXTS: Final = (
    *["Het gaat goed."] * 4,
    f"Wij wonen nu aan het {STREET}.",
    "Bij de Vuurtoren slaap ik goed.",
    "De Wilg is een fijne school.",
    "Bij GGZ Meerzicht was ik niet.",
)
NAMES: Final = {
    "SHELTER": "Opvang De Vuurtoren",
    "SCHOOL": "De Wilg",
    "GGZ": "GGZ Meerzicht",
    "PROV": "Hulp Weidevogel",
    "LT": "Team Lindeloo",
}


def _common(name: str, by: str = "LT") -> dict[str, Any]:
    return {
        "id": new_id(name),
        "recorded_at": "2026-01-12T09:00:00Z",
        "recorded_by": {"org": ORG[by]},
        "salt": "AAAAAAAAAAAAAAAAAAAAAA",
        "regime": "jeugdwet",
        "collected_for": "care",
    }


def _bare(name: str) -> dict[str, Any]:
    return {key: value for key, value in _common(name).items() if key not in ("regime", "collected_for")}


def _words(text: str) -> dict[str, Any]:
    return {"text": text, "language": "nl", "form": "samengevat"}


def _statement(name: str) -> dict[str, Any]:
    told = {"told_by": {"person": PERSON["M"]}, "told_on": "2026-01-12", "wording": _words("Het gaat goed.")}
    return {**_common(name), "kind": "ervaring", "topics": ["family.history"], "about": [PERSON["K13"]], **told}


_DOCUMENT: Final[dict[str, Any]] = {
    "schema": "https://kgbx.example/schemas/family-case/1.0",
    "synthetic": True,
    "persons": [
        {**_common(name), "id": PERSON[name], "name": {"given": name}, "roles": ["child" if "K" in name else "parent"]}
        for name in ("M", "F", "N", "U", "K9", "K13")
    ],
    "organisations": [
        {**_bare(f"org {name}"), "org": ORG[name], "name": NAMES.get(name, name), "functions": [function]}
        for name, function in FUNCTION.items()
    ],
    "addresses": [
        {
            **_common("address"),
            "persons": [PERSON["M"], PERSON["K13"]],
            "kind": "residence",
            "street": STREET,
            "city": "Oostermeen",
        }
    ],
    "contact_points": [
        {**_common("contact"), "persons": [PERSON["M"]], "kind": "mobile", "value": "06 0000 0017", "safe_to_use": True}
    ],
    "statements": [_statement(name) for name in ("a", "b", "c", "d")],
    "reactions": [
        {
            **_common("reaction"),
            "record": new_id("a"),
            "by": PERSON["M"],
            "kind": "oneens",
            "words": _words("Zo was het niet."),
            "reacted_on": "2026-01-12",
        }
    ],
    "confidences": [{**_common("confidence"), "record": new_id("b"), "withheld_from": [PERSON["F"]]}],
    "links": [
        {**_bare("mention"), "from": new_id("a"), "kind": "mentioned_in", "to": new_id("c")},
        {**_bare("correction"), "from": new_id("c"), "kind": "replaces", "to": new_id("d")},
    ],
}
BASE: Final = FamilyCase.from_json(json.dumps(_DOCUMENT).encode())


def get(name: str) -> Any:  # noqa: ANN401  # a record of any type
    """Return a record of the base case."""
    return BASE.get(new_id(name))


_PERMIT: Final = next(
    one
    for one in FamilyCase.from_json(examples_path("journey", "case.json").read_bytes()).records("consents")
    if isinstance(one, Consent) and one.decision == "permit"
)


def permit_record(decider: str, about: str) -> Consent:
    """Return the record of a permit to the GI, made by the team."""
    scope = {"recipients": (ORG["GI"],), "purposes": ("protection",), "categories": CATEGORIES}
    who = {"id": new_id(f"permit {decider} {about}"), "decided_by": decider, "subject": about}
    time = {"valid_from": "2026-01-01", "valid_until": None, "supersedes": None}
    return _PERMIT.model_copy(update={**scope, **who, **time, "recorded_by": by_org(ORG["LT"])})


REVIEWED: Final = ReviewedBy(org=ORG["LT"], on="2026-01-12")


def by_org(org: str) -> Any:  # noqa: ANN401  # an Actor
    return get("a").recorded_by.model_copy(update={"org": org})


class CaseMaker(Maker):
    """Makes cases, with facts about the same people."""

    def statement(self, record_id: str | None = None) -> Statement:
        hand = self.one(None, None, None, (), (PERSON["M"],))
        return get("a").model_copy(  # type: ignore[no-any-return]  # a Statement
            update={
                "id": record_id or self.id(),
                "about": self.one((PERSON["K13"],), (PERSON["M"],), self.some(FAMILY, 2)),
                "topics": (self.one(*TOPICS),),
                "wording": get("a").wording.model_copy(update={"text": self.one(*TEXTS)}),
                "labels": self.one(None, None, None, ("health",), ("working_note",)),
                "third_parties": self.one(None, None, None, (PERSON["N"],)),
                "recorded_by": by_org(ORG[self.one("LT", "LT", "LT", "LT", "SHELTER", "SCHOOL", "GGZ")]),
                "collected_for": self.one("care", "care", "safety"),
                "reveals_location_of": hand,
                "reviewed_by": None if hand is None else REVIEWED,
            }
        )

    def help_in_secret(self) -> list[Statement]:
        """Return what gives away that the mother is at the GGZ, and a sentence with its name."""
        there = {"topics": ("help.current",), "about": (PERSON["M"],), "recorded_by": by_org(ORG["GGZ"])}
        text = get("a").wording.model_copy(update={"text": "Bij GGZ Meerzicht was ik niet."})
        sentence = {"wording": text, "about": (PERSON["M"],), "topics": ("family.history",)}
        return [get("a").model_copy(update={"id": self.id(), **changes}) for changes in (there, sentence)]

    def note_of(self, org: str) -> Statement:
        """Return a working note that an organisation wrote."""
        note = {"id": self.id(), "labels": ("working_note",), "recorded_by": by_org(ORG[org])}
        return get("a").model_copy(update=note)  # type: ignore[no-any-return]  # a Statement

    def reaction(self, target: str) -> Any:  # noqa: ANN401  # a Reaction
        labels = self.one(None, None, None, ("health",), ("working_note",))
        others = self.one(None, (PERSON["U"],))
        changes = {"id": self.id(), "record": target, "labels": labels, "third_parties": others}
        return get("reaction").model_copy(update=changes)

    def link(self, one: str, other: str) -> Link:
        by = by_org(ORG[self.one("LT", "LT", "SHELTER")])
        changes = {"id": self.id(), "from_": one, "to": other, "recorded_by": by}
        return get("mention").model_copy(update=changes)  # type: ignore[no-any-return]  # a Link

    def case(self) -> FamilyCase:
        """Return a case: some of the base, statements, reactions and links between them."""
        told = [self.statement(record_id) for record_id in map(new_id, "abcd")]
        told += [self.statement() for _ in range(self.random.randint(0, 3))]
        if self.chance(3):
            told += self.help_in_secret()
        targets = [one.id for one in told]
        reactions = [self.reaction(self.one(*targets)) for _ in range(self.random.randint(0, 3))]
        links = [self.link(*self.random.sample(targets, 2)) for _ in range(self.random.randint(0, 2))]
        fixed = [one for one in BASE if not isinstance(one, Statement)]
        return FamilyCase([*fixed, *told, *reactions, *links], synthetic=True)

    def case_facts(self, case: FamilyCase) -> Facts:
        """Return facts; now and then an item of the case is restricted, confidential or protected."""
        facts, records = self.world(), [one.id for one in case]
        more: dict[str, Any] = {}
        if self.chance(2):
            blocked = self.one((PERSON["F"],), (ORG["GI"],))
            more["protections"] = (
                *facts.protections,
                self.protection().model_copy(
                    update={"person": PERSON["M"], "recorded_at": "2025-01-01", "blocked": blocked}
                ),
            )
        if self.chance(3):
            more["confidences"] = (self.confidence(self.one(*records)),)
            more["restrictions"] = (self.restriction(self.one(*records)),)
        if self.chance(3):
            by = self.one(PERSON["M"], PERSON["K13"])
            refused = permit(by, by, id=self.id(), decision="refuse", categories=self.some(CATEGORIES))
            more["consents"] = (*facts.consents, refused)
        return facts.model_copy(update=more)


class CaseScene:
    """A case with facts, a policy and a recipient."""

    def __init__(self, seed: int) -> None:
        self.maker = CaseMaker(seed)
        self.case = self.maker.case()
        self.facts = self.maker.case_facts(self.case)
        self.policy: Policy = self.maker.policy()
        self.to: str = self.maker.one(*MOSTLY_ASKED, ORG["LT"], ORG["PROV"], ORG["GI"])

    def share(self, case: Iterable[BareRecord] | None = None, facts: Facts | None = None) -> Share:
        held = self.case if case is None else FamilyCase(case, synthetic=True)
        return share(held, request=request(self.to), policy=self.policy, facts=facts or self.facts)

    def view(self, case: Iterable[BareRecord] | None = None, facts: Facts | None = None) -> FamilyCase:
        return self.share(case, facts).view
