# SPDX-License-Identifier: EUPL-1.2
"""From a record to what decide() looks at of it: categories, subjects, whereabouts, labels.

Rules:
    - type, topics and labels are mapped to categories by schemas/policy/categories.json; no entry means no category,
      and what has no category is not necessary for anybody;
    - a record that speaks about another has the categories, subjects and whereabouts of its target too;
    - unless a person decided otherwise, the whereabouts table says which records give away where their subjects are;
      every record that names an organisation of ``location_functions`` does;
    - a document gives away until somebody reviewed it;
    - that a record gives nothing away is believed of the own organisation only; another may only say that it does.
"""

from __future__ import annotations

from functools import cache, cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from kgbx.case import Organisation, Professional, Record, about_of
from kgbx.case.structures import Key, Shape, Words, read_shape
from kgbx.case.types import TYPE_OF
from kgbx.consent.facts import Item
from kgbx.consent.policy import has_function
from kgbx.consent.retention import Keeper
from kgbx.consent.same import Joined
from kgbx.consent.texts import Texts
from kgbx.resources import schemas_path

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from kgbx.case import BareRecord, FamilyCase
    from kgbx.consent.facts import Facts, Request
    from kgbx.consent.policy import Policy

Keys = tuple[Key, ...]

SPECIAL_LABELS = frozenset({"sexual", "special_other"})
"""Labels of AVG 9 that are no health data; they need the same exception."""

CATEGORY_HEALTH = "health"
CATEGORY_CRIMINAL = "police_report"
LABEL_NOTE = "working_note"
_NEVER = "3000"
"""The first year that no moment has."""

ORG = "urn:osb:oin:"
"""How the URN of every organisation begins."""

REPORTERS = "reporters"
DOCUMENTS = "documents"


class ByValue(Shape):
    """Categories that depend on the value of one member of a type."""

    type: Key
    member: Key
    values: Keys
    categories: Keys
    otherwise: Keys


class Categories(Shape):
    """The table of categories: ``kgbx-categories/1``."""

    format: Key
    license: Key
    source: Words
    types: dict[Key, Keys]
    by_value: tuple[ByValue, ...]
    by_topic: Keys
    topics: dict[Key, Keys]
    other_topics: Keys
    labels: dict[Key, Keys]

    def of(self, array: str, record: BareRecord) -> frozenset[str]:
        """Return the categories of a record by type, value, topics and labels."""
        found = set(self.types.get(array, ()))
        for row in self.by_value:
            if row.type == array:
                found.update(row.categories if getattr(record, row.member) in row.values else row.otherwise)
        if array in self.by_topic:
            for topic in vars(record).get("topics") or ():
                found.update(first_match(topic, self.topics) or self.other_topics)
        for label in vars(record).get("labels") or ():
            found.update(self.labels.get(label, ()))
        return frozenset(found)


class Locations(Shape):
    """The table of what gives away where people are: ``kgbx-locations/1``.

    Attributes:
        types: Record types that do.
        local_functions: Of organisations to which people go because they live near.
        regional_functions: Of organisations that serve everybody of a region: their name tells no more.
        topics: Topics that do.
    """

    format: Key
    license: Key
    source: Words
    types: Keys
    local_functions: Keys
    regional_functions: Keys
    topics: Keys

    def reveal(self, array: str, record: BareRecord) -> bool:
        """Tell whether a record gives its subjects' whereabouts away by its type or topics."""
        if array == DOCUMENTS:
            return True
        return array in self.types or any(first_match(one, self._telling) for one in vars(record).get("topics") or ())

    @cached_property
    def _telling(self) -> dict[str, bool]:
        return dict.fromkeys(self.topics, True)


T = TypeVar("T")


def first_match(topic: str, table: Mapping[str, T]) -> T | None:
    """Return the entry of a dotted topic, else that of its group (``safety.*``), else None."""
    return table.get(topic, table.get(f"{topic.partition('.')[0]}.*"))


@cache
def categories_table() -> Categories:
    """Return the published table of categories."""
    return read_shape(schemas_path("policy", "categories.json").read_bytes(), Categories)


@cache
def locations_table() -> Locations:
    """Return the published table of whereabouts."""
    return read_shape(schemas_path("policy", "locations.json").read_bytes(), Locations)


class Itemiser:
    """Makes the items of the records of one case, looking things up once."""

    def __init__(self, case: FamilyCase, facts: Facts, policy: Policy, *, keeper: Keeper | None = None) -> None:
        """Gather what many records share.

        Args:
            case: The file of the sender.
            facts: For the functions of organisations.
            policy: For the functions whose very name gives a place away.
            keeper: How long the holder of the file keeps a record; without it only what was promised counts.
        """
        self._case = case
        self._keeper = keeper
        self._joined = Joined(case)
        self._secret = _organisations_with(policy.location_functions, case, facts)
        self._local = _organisations_with(locations_table().local_functions, case, facts)
        regional = locations_table().regional_functions
        self._regional = frozenset(one.id for one in facts.organisations if has_function(one.function, regional))
        people = [one for one in case if isinstance(one, Professional)]
        self._betraying = self._secret | {one.id for one in people if one.org in self._secret}
        self._own = facts.own
        self._reveals: dict[str, tuple[str, ...]] = {}
        self.texts = Texts()

    @classmethod
    def of_sender(cls, case: FamilyCase, *, facts: Facts, policy: Policy, request: Request) -> Itemiser:
        """Return the one for a request: a record is kept no longer than the sender's own rules say.

        Raises:
            UsageError: U_MOMENT, the moment of the request is neither an instant nor a day.
        """
        function = next((one.function for one in facts.organisations if one.id == request.sender), None)
        keeper = Keeper(case, request.at, own=request.sender, function=function)
        return cls(case, facts, policy, keeper=keeper)

    @property
    def secret_organisations(self) -> frozenset[str]:
        """URNs of organisations whose very name gives a place away."""
        return self._secret

    def named_in_locations(self, records: Iterable[Record], protected: frozenset[str]) -> frozenset[str]:
        """Return the organisations that stand in records that give away where a protected person is.

        The children's school is one: its name in a text tells as much as the record that was withheld.
        """
        telling = (record for record in records if not protected.isdisjoint(self.revealed(record)))
        return self.named_by(telling)

    def named_by(self, records: Iterable[Record]) -> frozenset[str]:
        """Return the organisations that stand in records, described or not."""
        return frozenset(text for record in records for text in self.texts.of(record) if text.startswith(ORG))

    def named_openly(self, records: Iterable[Record]) -> frozenset[str]:
        """Return the organisations that records name, and those of a region, but not those that people live near to."""
        return (self._regional | self.named_by(records)) - self._local

    @property
    def regional(self) -> frozenset[str]:
        """Organisations that serve everybody of a region."""
        return self._regional

    def items_of(self, record: Record) -> tuple[Item, ...]:
        """Return an item for each category of a record, by category; none when it has no category."""
        categories, labels, others, places = set[str](), set[str](), set[str](), set[str]()
        chain = (record, *_spoken_about(record, self._case))
        for one in chain:
            categories |= categories_table().of(TYPE_OF[type(one)].array, one)
            labels.update(one.labels or ())
            others.update(one.third_parties or ())
            places.update(self.revealed(one))
        common: dict[str, Any] = {
            "id": record.id,
            "about": self._ids(about_of(record, self._case)),
            "third_parties": self._ids(others),
            "reveals_location_of": tuple(sorted(places)),
            "working_note": LABEL_NOTE in labels,
            "reveals_reporter": any(TYPE_OF[type(one)].array == REPORTERS for one in chain),
            "health": CATEGORY_HEALTH in categories or not labels.isdisjoint(SPECIAL_LABELS),
            "criminal": CATEGORY_CRIMINAL in categories,
            "collected_for": record.collected_for,
            "keep_until": self._kept_until(record),
            "regime": record.regime,
            "recorded_by": record.recorded_by.org,
        }
        return tuple(Item(category=category, **common) for category in sorted(categories))

    def _kept_until(self, record: Record) -> str | None:
        """Return the earlier of the days that was promised and that the rules of the holder say; None is never."""
        ruled = None if self._keeper is None else self._keeper.of(record).keep_until
        return min((one for one in (record.keep_until, ruled) if one is not None and one < _NEVER), default=None)

    def _ids(self, persons: Iterable[str]) -> tuple[str, ...]:
        """Return the ids that stand for persons, sorted, each once."""
        return tuple(sorted({self._joined.one(person) for person in persons}))

    def _every(self, persons: Iterable[str]) -> tuple[str, ...]:
        """Return every id that may name one of the persons: where somebody lives is hidden for all of them."""
        return tuple(sorted({other for person in persons for other in self._joined.every(person)}))

    def revealed(self, record: Record) -> tuple[str, ...]:
        """Return every id of those whose whereabouts a record gives away by itself."""
        found = self._reveals.get(record.id)
        if found is None:
            found = self._reveals[record.id] = self._every(self._decided_or_derived(record))
        return found

    def _decided_or_derived(self, record: Record) -> tuple[str, ...]:
        """Return whose whereabouts a record gives away: what a person decided, else all it is about."""
        own = self._own in (None, record.recorded_by.org)
        said = record.reveals_location_of or ()
        if record.reveals_location_of is not None and own:
            return said
        reviewed = own and record.reviewed_by is not None and TYPE_OF[type(record)].array == DOCUMENTS
        derived = locations_table().reveal(TYPE_OF[type(record)].array, record) and not reviewed
        if derived or not self._betraying.isdisjoint(self.texts.of(record)):
            return (*about_of(record, self._case), *said)
        return said


def _spoken_about(record: Record, case: FamilyCase) -> list[Record]:
    """Return the records that a record speaks about: its target, and so on; a circle ends."""
    found = list[Record]()
    seen = {record.id}
    current: BareRecord | None = record
    while current is not None and (target := TYPE_OF[type(current)].target):
        current = case.get(getattr(current, target))
        if current is None or current.id in seen:
            break
        seen.add(current.id)
        if isinstance(current, Record):
            found.append(current)
    return found


def _organisations_with(functions: Keys, case: FamilyCase, facts: Facts) -> frozenset[str]:
    """Return the URNs of organisations that have one of the functions, by the own registers or by any description."""
    orgs = {fact.id for fact in facts.organisations if has_function(fact.function, functions)}
    for one in case:
        if isinstance(one, Organisation) and any(has_function(function, functions) for function in one.functions):
            orgs.add(one.org)
    return frozenset(orgs)
