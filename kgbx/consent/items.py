# SPDX-License-Identifier: EUPL-1.2
"""From a record to what decide() looks at of it: categories, subjects, whereabouts, labels.

Rules:
    - type, topics and labels are mapped to categories by schemas/policy/categories.json; no entry means no category,
      and what has no category is not necessary for anybody;
    - a record that speaks about another has the categories, subjects and whereabouts of its target too;
    - unless a person decided otherwise, the whereabouts table says which records give away where their subjects are;
      every record that names an organisation of ``location_functions`` does;
    - a document gives away until somebody reviewed it.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

from kgbx.case import Organisation, Professional, Record, about_of
from kgbx.case.structures import Key, Shape, Words, read_shape
from kgbx.case.types import TYPE_OF
from kgbx.consent.facts import Item
from kgbx.consent.joins import Joined
from kgbx.consent.policy import has_function
from kgbx.resources import schemas_path

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from kgbx.case import BareRecord, FamilyCase
    from kgbx.consent.facts import Facts
    from kgbx.consent.policy import Policy

Keys = tuple[Key, ...]

SPECIAL_LABELS = frozenset({"sexual", "special_other"})
"""Labels of AVG 9 that are no health data; they need the same exception."""

CATEGORY_HEALTH = "health"
CATEGORY_CRIMINAL = "police_report"
LABEL_NOTE = "working_note"
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
            for topic in getattr(record, "topics", None) or ():
                found.update(first_match(topic, self.topics) or self.other_topics)
        for label in getattr(record, "labels", None) or ():
            found.update(self.labels.get(label, ()))
        return frozenset(found)


class Locations(Shape):
    """The table of what gives away where people are: ``kgbx-locations/1``."""

    format: Key
    license: Key
    source: Words
    types: Keys
    local_functions: Keys
    topics: Keys

    def reveal(self, array: str, record: BareRecord) -> bool:
        """Tell whether a record gives its subjects' whereabouts away by its type or topics."""
        if array == DOCUMENTS:
            return True
        known = dict.fromkeys(self.topics, True)
        return array in self.types or any(first_match(topic, known) for topic in getattr(record, "topics", None) or ())


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

    def __init__(self, case: FamilyCase, facts: Facts, policy: Policy) -> None:
        """Gather what many records share.

        Args:
            case: The file of the sender.
            facts: For the functions of organisations.
            policy: For the functions whose very name gives a place away.
        """
        self._case = case
        self._joined = Joined(case)
        self._secret = _organisations_with(policy.location_functions, case, facts)
        self._local = _organisations_with(locations_table().local_functions, case, facts)
        self._betraying = self._secret | {
            one.id for one in case if isinstance(one, Professional) and one.org in self._secret
        }

    @property
    def secret_organisations(self) -> frozenset[str]:
        """URNs of organisations whose very name gives a place away."""
        return self._secret

    def named_in_locations(self, records: Iterable[Record], protected: Collection[str]) -> frozenset[str]:
        """Return the organisations that stand only in records that give away where a protected person is.

        The children's school is one: its name in a text tells as much as the record that was withheld. An organisation
        that also stands in another record is no secret, unless people go there because they live near.
        """
        revealing, others = set[str](), set[str]()
        for record in records:
            found = {text for text in strings_in(record) if text.startswith("urn:osb:oin:")}
            hidden = set(protected).isdisjoint(self._every(self._revealed(record)))
            (others if hidden else revealing).update(found)
        return frozenset(revealing - (others - self._local))

    def items_of(self, record: Record) -> tuple[Item, ...]:
        """Return an item for each category of a record, by category; none when it has no category."""
        chain = [record, *_spoken_about(record, self._case)]
        categories = frozenset[str]().union(*(self._categories(one) for one in chain))
        labels = {label for one in chain for label in one.labels or ()}
        common: dict[str, Any] = {
            "id": record.id,
            "about": self._ids(about_of(record, self._case)),
            "third_parties": self._ids(person for one in chain for person in one.third_parties or ()),
            "reveals_location_of": self._every(person for one in chain for person in self._revealed(one)),
            "working_note": LABEL_NOTE in labels,
            "reveals_reporter": any(TYPE_OF[type(one)].array == REPORTERS for one in chain),
            "health": CATEGORY_HEALTH in categories or not labels.isdisjoint(SPECIAL_LABELS),
            "criminal": CATEGORY_CRIMINAL in categories,
            "collected_for": record.collected_for,
            "keep_until": record.keep_until,
            "regime": record.regime,
        }
        return tuple(Item(category=category, **common) for category in sorted(categories))

    def _ids(self, persons: Iterable[str]) -> tuple[str, ...]:
        """Return the ids that stand for persons, sorted, each once."""
        return tuple(sorted({self._joined.one(person) for person in persons}))

    def _every(self, persons: Iterable[str]) -> tuple[str, ...]:
        """Return every id that may name one of the persons: where somebody lives is hidden for all of them."""
        return tuple(sorted({other for person in persons for other in self._joined.every(person)}))

    def _categories(self, record: Record) -> frozenset[str]:
        return categories_table().of(TYPE_OF[type(record)].array, record)

    def _revealed(self, record: Record) -> tuple[str, ...]:
        """Return whose whereabouts a record gives away: what a person decided, else all it is about."""
        if record.reveals_location_of is not None:
            return record.reveals_location_of
        reviewed = record.reviewed_by is not None and TYPE_OF[type(record)].array == DOCUMENTS
        derived = locations_table().reveal(TYPE_OF[type(record)].array, record) and not reviewed
        if derived or not self._betraying.isdisjoint(strings_in(record)):
            return about_of(record, self._case)
        return ()


def _spoken_about(record: Record, case: FamilyCase) -> Iterator[Record]:
    """Yield the records that a record speaks about: its target, and so on; a circle ends."""
    seen = {record.id}
    current: BareRecord | None = record
    while current is not None:
        target = TYPE_OF[type(current)].target
        current = case.get(getattr(current, target)) if target else None
        if current is None or current.id in seen:
            return
        seen.add(current.id)
        if isinstance(current, Record):
            yield current


def _organisations_with(functions: Keys, case: FamilyCase, facts: Facts) -> frozenset[str]:
    """Return the URNs of organisations that have one of the functions, by the own registers or by any description."""
    orgs = {fact.id for fact in facts.organisations if has_function(fact.function, functions)}
    for one in case:
        if isinstance(one, Organisation) and any(has_function(function, functions) for function in one.functions):
            orgs.add(one.org)
    return frozenset(orgs)


def strings_in(record: BareRecord) -> frozenset[str]:
    """Return every text that stands in a record, at any depth."""
    return strings_of(record.model_dump(mode="json", exclude_none=True))


def strings_of(value: object) -> frozenset[str]:
    """Return every text that stands in a JSON value, at any depth; names of members do not count."""
    return frozenset(_strings(value))


def _strings(value: object) -> Iterable[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for member in value.values():
            yield from _strings(member)
    elif isinstance(value, (list, tuple)):
        for member in value:
            yield from _strings(member)
