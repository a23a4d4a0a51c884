# SPDX-License-Identifier: EUPL-1.2
"""Made-up worlds for the engine, biased: nearly everybody permits, then a few facts differ.

A world is made from one seed, so that thousands are cheap and each can be made again.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from kgbx.consent.decide import Decider
from kgbx.consent.facts import (
    BarrierFact,
    CareTeamFact,
    CaseloadFact,
    ConfidenceFact,
    ConsentFact,
    Facts,
    Item,
    LegalGroundFact,
    MeasureFact,
    ProtectionFact,
    Request,
    RestrictionFact,
    WeighingFact,
    WithdrawalFact,
)
from kgbx.consent.index import Index
from tests.consent.village import (
    AFTER,
    ALWAYS,
    AT,
    AUTHORITY,
    BEFORE,
    CATEGORIES,
    CHILDREN,
    EVERYBODY_PERMITS,
    FAMILY,
    FAULTS,
    FITTING,
    KNOWN,
    MEASURES,
    MOSTLY_ASKED,
    ORG,
    ORGANISATIONS,
    PARENTS,
    PEOPLE,
    PERSON,
    PERSONS,
    POLICIES,
    PURPOSE,
    PURPOSES,
    SERVED,
    ground,
    permit,
)
from tests.effort import scaled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from kgbx.consent.policy import Policy

EXAMPLES: Final = scaled(quick=40, ci=2000, long=20_000)
CASES: Final = scaled(quick=10, ci=500, long=10_000)
"""Examples of a test that makes whole views, each of some hundreds of decisions."""


def for_many_seeds(test: Callable[..., None]) -> Callable[..., None]:
    """Run a test with the argument `seed`, as often as the effort says."""
    return _repeated(test, EXAMPLES)


def for_many_cases(test: Callable[..., None]) -> Callable[..., None]:
    """Run a test of views with the argument `seed`, as often as the effort says."""
    return _repeated(test, CASES)


def _repeated(test: Callable[..., None], examples: int) -> Callable[..., None]:
    decorated: Callable[..., None] = settings(max_examples=examples)(given(seed=st.integers(0, 2**48))(test))
    return decorated


Extra = dict[str, Any]


class Maker:
    """Makes facts, items and whole worlds from one seed."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)  # noqa: S311  # no secret
        self.count = 0
        self.refusals: list[str] = []

    # --- draws

    def one(self, *values: Any) -> Any:  # noqa: ANN401  # one of the values
        return self.random.choice(values)

    def chance(self, times: int) -> bool:
        """Return true once in so many times."""
        return self.random.randrange(times) == 0

    def some(self, values: Sequence[str], most: int = 3) -> tuple[str, ...]:
        return tuple(self.random.sample(values, self.random.randint(1, most)))

    def any_or_some(self, values: Sequence[str]) -> tuple[str, ...]:
        return ("*",) if self.random.random() < 0.6 else self.some(values)

    def id(self) -> str:
        self.count += 1
        return str(UUID(int=self.random.getrandbits(128), version=4))

    def period(self) -> dict[str, Any]:
        period = {"recorded_at": self.one(*[BEFORE] * 8, AT, AFTER), "valid_from": self.one(*[BEFORE] * 4, AT, AFTER)}
        until = self.one(*[None] * 6, AT, AFTER, BEFORE, "2026-03-02")
        return period if until is None else period | {"valid_until": until}

    def policy(self) -> Policy:
        return self.one(*[POLICIES[0]] * 3, *POLICIES)  # type: ignore[no-any-return]  # one of the policies

    def recipients(self, facts: Facts) -> tuple[str, ...]:
        """Return four organisations, those of the grounds first."""
        asked = [one.recipient for one in facts.legal_grounds] + self.random.sample(MOSTLY_ASKED, 4)
        return tuple(dict.fromkeys(asked))[:4]

    # --- facts

    def consent(self, decision: str | None = None) -> ConsentFact:
        about = self.one(*FAMILY, *PERSONS)
        decision = decision or self.one("permit", "permit", "refuse")
        changes: dict[str, Any] = {
            "id": self.id(),
            "decision": decision,
            "recipients": self.any_or_some(ORGANISATIONS),
            "purposes": self.any_or_some(PURPOSES),
            "categories": self.any_or_some(CATEGORIES),
            "proven": not self.chance(4),
        }
        if decision == "refuse":
            self.refusals.append(changes["id"])
        elif self.refusals:
            changes["supersedes"] = tuple(self.random.sample(self.refusals, 1))
        return permit(self.one(about, about, *PARENTS), about, **{**changes, **self.period()})

    def refusal(self) -> ConsentFact:
        return self.consent("refuse")

    def late(self) -> ConsentFact:
        """Return one of everybody's permits, not proven or over."""
        given = self.one(*EVERYBODY_PERMITS)
        return permit(given.decided_by, given.about, id=self.id(), proven=False)

    def ground(self) -> LegalGroundFact:
        """Return a ground that fits, in most cases but for one thing."""
        provision, recipient, until = self.one(*FITTING)
        changes = {"provision": provision, "recipient": ORG[recipient], "valid_until": until}
        fault = self.one({}, {}, *FAULTS)
        return ground(**{"id": self.id(), "refusals_weighed": tuple(self.refusals), **changes, **fault})

    def measure(self) -> MeasureFact:
        kind = self.one("ondertoezichtstelling", "raadsonderzoek")
        org = ORG["GI"] if kind == "ondertoezichtstelling" else ORG["RVDK"]
        return MeasureFact(kind=kind, child=self.one(*CHILDREN), organisation=org, **self.period())

    def protection(self) -> ProtectionFact:
        return ProtectionFact(
            person=self.one(*FAMILY),
            allowed=self.one(("*",), self.some(ORGANISATIONS, 6), ()),
            blocked=self.one((PERSON["F"],), self.some((*PERSONS, *ORGANISATIONS), 2)),
            **self.period(),
        )

    def confidence(self, item: str = "item") -> ConfidenceFact:
        return ConfidenceFact(item=item, withheld_from=self.some(PERSONS, 2))

    def caseload(self) -> CaseloadFact:
        return CaseloadFact(organisation=self.one(*ORGANISATIONS), person=self.one(*PERSONS), **self.period())

    def barrier(self) -> BarrierFact:
        return BarrierFact(organisation=self.one(*ORGANISATIONS), person=self.one(*PERSONS))

    def team(self) -> CareTeamFact:
        members = (ORG["LT"], ORG["PROV"], *self.some(ORGANISATIONS, 5))
        return CareTeamFact(subject=self.one(*FAMILY), organisations=members, **self.period())

    def weighing(self, item: str = "item") -> WeighingFact:
        return WeighingFact(
            item=item,
            person=self.one(*[PERSON["N"]] * 3, *PERSONS),
            decided_by="pro",
            why_not_harmed=self.one("geen schade", "geen schade", " ", None),
            refusals_weighed=tuple(self.refusals),
            proven=not self.chance(3),
            **self.period(),
        )

    def restriction(self, item: str = "item") -> RestrictionFact:
        return RestrictionFact(item=item, **self.period())

    def withdrawal(self, consents: Iterable[ConsentFact] = EVERYBODY_PERMITS) -> WithdrawalFact:
        ended = self.one(*consents)
        by = self.one(None, ended.decided_by, ended.about, *PERSONS)
        recorded, effective = self.one(BEFORE, AT, AFTER), self.one(BEFORE, AT, AFTER)
        return WithdrawalFact(consent=ended.id, by=by, recorded_at=recorded, effective_at=effective)

    # --- worlds

    def world(self) -> Facts:
        """Return facts: everybody permits, or nobody does but grounds and teams abound; then a few facts differ."""
        willing = self.random.random() < 0.6
        neighbour = PERSON["N"] if self.chance(3) else None
        permits = tuple(one for one in EVERYBODY_PERMITS if one.decided_by != neighbour)
        extra: Extra = {
            "consents": permits if willing else (),
            "parental_authority": self.one(*[AUTHORITY] * 6, AUTHORITY[::2], AUTHORITY[1:], ()),
            "caseloads": self.one((), *[SERVED] * 5),
            "measures": self.one((), *[MEASURES] * 4),
            "caseload_known": self.one(*[("*",)] * 4, (ORG["LT"], ORG["GI"]), ()),
        }
        kinds = [self.one(*ALL_KINDS) for _ in range(self.one(0, 1, 1, 2, 4))]
        if not willing:
            kinds += [*OPENING_KINDS, *OPENING_KINDS]
        if neighbour or not willing:
            kinds.append(("third_party_weighings", "weighing"))
        for member, make in kinds:
            extra[member] = (*extra.get(member, ()), getattr(self, make)())
        if self.chance(4):
            self.guard(extra)
        return Facts(persons=PEOPLE, organisations=KNOWN, **extra)

    def guard(self, extra: Extra) -> None:
        """Keep somebody from the father, whom some organisations serve, most of them behind a barrier."""
        person, father = self.one(*FAMILY), PERSON["F"]
        hidden = self.one(
            {"protections": ProtectionFact(person=person, allowed=("*",), blocked=(father,), **ALWAYS)},
            {"confidences": ConfidenceFact(item="item", withheld_from=(father,))},
        )
        serving = self.some(ORGANISATIONS, 6)
        for name, fact in hidden.items():
            extra[name] = (*extra.get(name, ()), fact)
        caseloads = (CaseloadFact(organisation=org, person=father, **ALWAYS) for org in serving)
        extra["caseloads"] = (*extra["caseloads"], *caseloads)
        behind = (BarrierFact(organisation=org, person=father) for org in serving[1:])
        extra["barriers"] = (*extra.get("barriers", ()), *behind)

    def item(self, name: str = "item") -> Item:
        category = self.one(*CATEGORIES)
        about = self.one((PERSON["K13"],), self.some(FAMILY, 2), self.some(PERSONS, 2))
        return Item(
            id=name,
            category=category,
            about=about,
            third_parties=self.one((), (), (), (PERSON["N"],), (PERSON["N"],), self.some(PERSONS, 1)),
            reveals_location_of=about if category == "address" else self.one((), about),
            working_note=self.random.random() < 0.02,
            reveals_reporter=category == "reporter",
            health=category == "health",
            criminal=category == "police_report",
            collected_for=self.one("care", "care", "safety", "treatment", None),
            keep_until=self.one(*[None] * 20, AFTER, AT),
            regime=self.one("jeugdwet", "wgbo"),
        )


OPENING_KINDS: Final = (("legal_grounds", "ground"), ("care_teams", "team"))
ALL_KINDS: Final = (
    *OPENING_KINDS,
    *[("consents", "refusal")] * 3,
    *[("consents", "consent")] * 3,
    ("consents", "late"),
    *[("protections", "protection")] * 2,
    ("third_party_weighings", "weighing"),
    ("confidences", "confidence"),
    ("measures", "measure"),
    ("caseloads", "caseload"),
    ("barriers", "barrier"),
    ("withdrawals", "withdrawal"),
    ("restrictions", "restriction"),
)


def request(recipient: str, purpose: str | None = None, *, at: str = AT, known_at: str = AT) -> Request:
    return Request(
        sender=ORG["LT"], recipient=recipient, purpose=purpose or PURPOSE[recipient], at=at, known_at=known_at
    )


def plus(facts: Facts, **more: Any) -> Facts:  # noqa: ANN401  # facts of any kind
    """Return facts with one more in each of the named lists."""
    return facts.model_copy(update={name: (*getattr(facts, name), fact) for name, fact in more.items()})


def decisions(facts: Facts, items: Iterable[Item], policy: Policy, to: Iterable[str] = ORGANISATIONS) -> dict[Any, Any]:
    """Return the decision about each item for each recipient, over one index."""
    index = Index.of(facts, AT, known_at=AT)
    deciders = {one: Decider(index, request=request(one), policy=policy) for one in to}
    return {(item.id, one): decider.decide(item) for item in items for one, decider in deciders.items()}


def permitted(facts: Facts, items: Iterable[Item], policy: Policy, to: Iterable[str] = ORGANISATIONS) -> set[Any]:
    """Return who may get which item."""
    return {key for key, decision in decisions(facts, items, policy, to).items() if decision}
