# SPDX-License-Identifier: EUPL-1.2
"""A request to destroy records: what is erased, what is kept, and by which article. Pure; nothing is destroyed here.

Rules:
    - whoever decides about a subject asks: from twelve and able alone, under twelve who holds parental authority, an
      incapable adult through the representative (Jeugdwet 7.3.9 with 7.3.15, BW 7:455 with 465, Wmo 2015 5.3.5);
      the professional code's joint request at twelve to fifteen is a switch, default off;
    - what is about somebody else too, or names somebody else, stays until a named person weighed that other's interest:
      destroying cannot be undone, and the machine weighs nothing; what was weighed about one says nothing of another;
    - nothing is erased unless a named person decided it.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Literal

from kgbx.case import Record
from kgbx.case.fields import Day
from kgbx.case.structures import ANY, Key, Shape, Words
from kgbx.case.types import TYPE_OF
from kgbx.consent.access_items import AccessItemiser
from kgbx.consent.consents import Scope, consent_reasons
from kgbx.consent.facts import ConsentFact, Keys
from kgbx.consent.index import Index
from kgbx.consent.policy import has_function
from kgbx.consent.retention import Keeper, retention_table
from kgbx.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from kgbx.case import FamilyCase
    from kgbx.consent.access_facts import AccessItem
    from kgbx.consent.facts import Facts
    from kgbx.consent.policy import Policy

Outcome = Literal["erased", "kept"]

ERASING: Final = "erasure"
"""What a request is matched with as if it were a consent: recipient, category and purpose of its own."""

ARCHIVED: Final = ("raad",)
"""Functions whose files the selection lists of the Archiefwet govern; to be verified."""


class Interest(Shape):
    """That a named person weighed whether keeping a record is of considerable interest to somebody else.

    Attributes:
        record: Which record.
        person: To whom; absent: to the only other person in it.
        outweighs: Whether it must be kept for that interest.
    """

    record: Key
    person: Key | None = None
    outweighs: bool
    why: Words | None = None
    decided_by: Key


class ErasureRequest(Shape):
    """A request, and what the holder's worker decided about it.

    Attributes:
        asked_by: Everybody who asks.
        opposed_by: Holders of parental authority who are against it.
        on: Day of the request.
        records: What it is about.
        ground: Ground of AVG 17 lid 1, a to f; needed where only the AVG applies.
        interests: What was weighed about others.
        decided_by: Who decided; absent: nobody yet.
    """

    asked_by: Keys
    opposed_by: Keys = ()
    on: Day
    records: Keys
    ground: Literal["a", "b", "c", "d", "e", "f"] | None = None
    interests: tuple[Interest, ...] = ()
    decided_by: Key | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What became of one record.

    Attributes:
        record: Its id.
        outcome: Erased or kept.
        rule: By which rule.
        source: Article.
        erasure: Code of the list erasure_rule under which it is erased; None when it is kept.
        escalate: A named person must still weigh or decide.
    """

    record: str
    outcome: Outcome
    rule: str
    source: str
    erasure: str | None = None
    escalate: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """The right to destruction under one law.

    Attributes:
        rule: Its id.
        source: Article.
        erasure: Code of the list erasure_rule.
        months: Within how many months the holder answers.
    """

    rule: str
    source: str
    erasure: str
    months: int


BASES: Final[Mapping[str, Basis]] = MappingProxyType(
    {
        "jeugdwet": Basis(
            rule="JW-7.3.9", source="Jeugdwet 7.3.9 lid 1; AVG 12 lid 3", erasure="request_youth_care_file", months=1
        ),
        "wgbo": Basis(rule="WGBO-455", source="BW 7:455 lid 1; AVG 12 lid 3", erasure="request_wgbo_file", months=1),
        "wmo": Basis(rule="WMO-5.3.5", source="Wmo 2015 5.3.5 lid 1", erasure="request_wmo", months=3),
        "avg_other": Basis(rule="AVG-17", source="AVG 17 lid 1 en 12 lid 3", erasure="request_other", months=1),
    }
)
"""By law of record."""


@dataclass(frozen=True, slots=True)
class _Case:
    """Everything a check of one record looks at."""

    record: Record
    request: ErasureRequest
    item: AccessItem | None
    asked_for: frozenset[str]
    function: str | None
    claimed: bool
    one: Callable[[str], str]

    @property
    def others(self) -> set[str]:
        """Persons in the record for whom nobody asks."""
        return set() if self.item is None else {*self.item.about, *self.item.third_parties} - self.asked_for

    @property
    def interests(self) -> list[Interest]:
        """What a named person weighed about this record, with a why."""
        said = (one for one in self.request.interests if one.record == self.record.id)
        return [one for one in said if (one.why or "").strip() and one.decided_by.strip()]

    @property
    def not_weighed(self) -> bool:
        """Whether there is somebody else whose interest nobody weighed; who is in it may not be known either."""
        if self.item is None:
            return not self.interests
        only = self.others if len(self.others) == 1 else set()
        weighed = [only if one.person is None else {self.one(one.person)} for one in self.interests]
        return not self.others <= set().union(*weighed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Keep:
    """A reason to keep a record.

    Attributes:
        rule: Its id.
        source: Article.
        applies: Whether it holds for a record.
        escalate: A named person can still lift it by weighing or deciding.
        verify: The reading or the article is not certain.
    """

    rule: str
    source: str
    applies: Callable[[_Case], bool]
    escalate: bool = False
    verify: bool = False


KEEPS: Final = (
    Keep(
        rule="NOT-ENTITLED",
        source="Jeugdwet 7.3.9 lid 1 met 7.3.15; BW 7:455 met 465; Wmo 2015 5.3.5 lid 3 en 4; UAVG 5 lid 4",
        applies=lambda one: not one.asked_for,
    ),
    Keep(
        rule="CLAIM",
        source="AVG 17 lid 3 onder e en 18 lid 1 onder c",
        applies=lambda one: one.claimed,
    ),
    Keep(
        rule="ARCHIVES",
        source="Archiefwet 1995; AVG 17 lid 3 onder b; UAVG 45",
        applies=lambda one: has_function(one.function, ARCHIVED),
        verify=True,
    ),
    Keep(
        rule="ACCOUNT",
        source="AVG 5 lid 2 en 17 lid 3 onder e: why something was shared is shown for as long as it is kept",
        applies=lambda one: TYPE_OF[type(one.record)].array in retention_table().kept_with_the_rest.types,
        verify=True,
    ),
    Keep(
        rule="NO-GROUND",
        source="AVG 17 lid 1",
        applies=lambda one: one.record.regime == "avg_other" and one.request.ground is None,
        escalate=True,
    ),
    Keep(
        rule="INTEREST-OF-OTHER",
        source="Jeugdwet 7.3.9 lid 2; BW 7:455 lid 2; Wmo 2015 5.3.5 lid 2",
        applies=lambda one: any(interest.outweighs for interest in one.interests),
    ),
    Keep(
        rule="INTEREST-NOT-WEIGHED",
        source="Jeugdwet 7.3.9 lid 2; BW 7:455 lid 2; Wmo 2015 5.3.5 lid 2",
        applies=lambda one: one.not_weighed,
        escalate=True,
    ),
    Keep(
        rule="NOT-DECIDED",
        source="AVG 5 lid 2 en 22",
        applies=lambda one: not (one.request.decided_by or "").strip(),
        escalate=True,
    ),
)
"""Every reason to keep, the first that applies is named."""


def answer_request(
    case: FamilyCase,
    request: ErasureRequest,
    *,
    own: str,
    facts: Facts,
    policy: Policy,
    joint_12_to_15: bool = False,
) -> tuple[Answer, ...]:
    """Return what becomes of each record of a request, in its order.

    Args:
        case: The holder's file.
        request: Who asks for what, and what was weighed and decided.
        own: URN of the holder.
        facts: What :func:`kgbx.consent.joins.facts_from_case` found.
        policy: The policy in force, for who of several holders of parental authority must ask.
        joint_12_to_15: Whether at twelve to fifteen the holders must ask too (NVO code; not in the statute).

    Raises:
        UsageError: U_ARGUMENT, a record of the request is not in the case.
    """
    return tuple(_Answering(case, request, own, facts, policy, joint=joint_12_to_15).answers())


class _Answering:
    """One request: what is looked up once."""

    def __init__(
        self, case: FamilyCase, request: ErasureRequest, own: str, facts: Facts, policy: Policy, *, joint: bool
    ) -> None:
        self._case = case
        self._request = request
        self._itemiser = AccessItemiser(case, facts=facts, policy=policy)
        self._policy = policy.model_copy(update={"age_12_to_15": "youth_and_authority" if joint else "youth"})
        asked = facts.model_copy(update={"consents": tuple(self._as_consents()), "withdrawals": ()})
        self._index = Index.of(asked, request.on, known_at=request.on)
        self._function = self._index.function(own)
        self._keeper = Keeper(case, request.on, own=own, function=self._function)

    def answers(self) -> Iterator[Answer]:
        for record_id in self._request.records:
            record = self._case.get(record_id)
            if not isinstance(record, Record):
                raise UsageError
            yield self._answer(record)

    def _answer(self, record: Record) -> Answer:
        items = self._itemiser.items_of(record)
        item = items[0] if items else None
        claimed = self._keeper.of(record).held
        asked_for = self._asked_for(item)
        found = _Case(record, self._request, item, asked_for, self._function, claimed, self._itemiser.one)
        keep = next((row for row in KEEPS if row.applies(found)), None)
        if keep is not None:
            return Answer(record=record.id, outcome="kept", rule=keep.rule, source=keep.source, escalate=keep.escalate)
        basis = BASES[record.regime]
        return Answer(record=record.id, outcome="erased", rule=basis.rule, source=basis.source, erasure=basis.erasure)

    def _asked_for(self, item: AccessItem | None) -> frozenset[str]:
        """Return the subjects for whom everybody asks who decides about them."""
        scope = Scope(ERASING, ERASING, frozenset({ANY}))
        about = item.about if item else ()
        return frozenset(
            one for one in about if not consent_reasons(one, scope, index=self._index, policy=self._policy)
        )

    def _as_consents(self) -> Iterator[ConsentFact]:
        """Yield what everybody wants, as consents, so that the same people decide as about sharing."""
        subjects = {
            person
            for one in self._request.records
            if isinstance(record := self._case.get(one), Record)
            for item in self._itemiser.items_of(record)
            for person in item.about
        }
        said = ((self._request.asked_by, "permit"), (self._request.opposed_by, "refuse"))
        for people, decision in said:
            for person in people:
                for subject in sorted(subjects):
                    yield ConsentFact(
                        id=f"{decision} {person} {subject}",
                        decided_by=self._itemiser.one(person),
                        about=subject,
                        decision=decision,  # type: ignore[arg-type]  # one of the two above
                        recipients=(ERASING,),
                        purposes=(ANY,),
                        categories=(ANY,),
                        proven=True,
                        recorded_at=self._request.on,
                        valid_from=self._request.on,
                    )
