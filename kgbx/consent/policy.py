# SPDX-License-Identifier: EUPL-1.2
"""A policy: everything about sharing that the law or an agreement may change, as versioned data.

Rules: unknown members are refused; a look-up by function walks up from the narrow function to the wider ones and takes
the first that has an entry; a purpose outside the tree is a root. What no policy can change (default deny, vetoes,
proofs, a release for every subject) is not here.

Form: ``kgbx-policy/1``; tables may leave out format, dates and notes.
"""

from __future__ import annotations

from functools import cached_property, lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field

from kgbx.canonical import dumps
from kgbx.case.fields import Day
from kgbx.case.structures import ANY, Key, Shape, Words
from kgbx.codes import code_list
from kgbx.consent.facts import Keys

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Self

FORMAT: Literal["kgbx-policy/1"] = "kgbx-policy/1"


class Necessary(Shape):
    """The minimal set of a function for a purpose (AVG 5 lid 1 onder c)."""

    function: Key
    purpose: Key
    categories: Keys


class GdprGround(Shape):
    """That a function has a ground of AVG 6 for a purpose."""

    function: Key
    purpose: Key


class Provision(Shape):
    """A statutory door through secrecy.

    Attributes:
        id: What a legal ground cites.
        source: Article.
        senders: Functions, or any.
        recipients: Functions, or any.
        duty_when: Triggers for which sharing is a duty; otherwise it is a power.
        precondition: Kind or kinds of measure that must be live for the recipient, in a register.
        subjects: Anyone; the measured child and those who hold authority over it; or a child under eighteen and those
            who hold authority over a child that the ground is about too.
        purposes: Purposes, or any.
        second_person: Whether somebody else than the decider must have been consulted.
        second_person_within_hours: How long after the start that may still happen.
        categories: What may be told under it; ``*`` is anything.
        inform_within_hours: How long after the start the family may be informed; later is overdue, never forbidden.
        max_days: Longest term, in days of local dates.
    """

    id: Key
    source: Words
    senders: Keys
    recipients: Keys
    duty_when: tuple[Literal["own_initiative", "on_request"], ...] = ()
    precondition: Key | Keys | None = None
    subjects: Literal["any", "measured_child_or_authority_holder", "child_or_its_authority_holder"] = "any"
    purposes: Keys
    categories: Keys = (ANY,)
    second_person: bool = False
    second_person_within_hours: Annotated[int, Field(ge=0, le=720)] | None = None
    inform_within_hours: Annotated[int, Field(ge=0, le=720)] | None = None
    max_days: Annotated[int, Field(ge=1, le=3650)] | None = None

    @property
    def precondition_kinds(self) -> Keys:
        """Kinds of measure of which one must be live; empty when none is needed."""
        if self.precondition is None:
            return ()
        return (self.precondition,) if isinstance(self.precondition, str) else self.precondition


class Note(Shape):
    """Where an entry of a policy comes from."""

    source: Words
    text_date: Day
    note: Words | None = None
    verify: Words | None = None


class Statute(Shape):
    """A law that this policy cites, and the text that was read.

    Attributes:
        name: As sources write it; book 1 of the BW is written ``BW 1``.
        number: BWB number, or that of a regulation.
        text_date: Date of the text that is meant.
        verify: What was not read in that text.
    """

    name: Words
    number: Words
    text_date: Day
    verify: Words | None = None


class BsnUser(Shape):
    """Whose BSN organisations of a function may use at most; the own registers say whether they do."""

    function: Key
    persons: Literal["children", "any"]


class Policy(Shape):
    """A policy, of which one is in force at a time."""

    format: Literal["kgbx-policy/1"] | None = None
    version: Key
    valid_from: Day | None = None
    valid_until: Day | None = None
    statutes: tuple[Statute, ...] = ()
    necessary: tuple[Necessary, ...]
    gdpr_grounds: tuple[GdprGround, ...]
    purpose_tree: dict[Key, Key | None]
    joint_authority: Literal["all", "one_unless_objection"] = "all"
    age_12_to_15: Literal["youth_and_authority", "youth"] = "youth_and_authority"
    health_functions: Keys
    criminal_functions: Keys
    consent_as_gdpr_ground: Keys
    collective_functions: Keys
    reporter_functions: Keys
    subject_must_be_served: Keys = ()
    location_functions: Keys = ()
    bsn_users: tuple[BsnUser, ...] = ()
    provisions: tuple[Provision, ...]
    notes: dict[Key, Note] = Field(default_factory=dict)

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """Return a copy that remembers nothing: what was looked up in the original may not hold in the copy."""
        copied = super().model_copy(update=update, deep=deep)
        for name in copied.__dict__.keys() - type(self).model_fields.keys():
            del copied.__dict__[name]
        return copied

    @cached_property
    def digest(self) -> bytes:
        """SHA-256 of the canonical policy: it stands in every log entry."""
        return sha256(dumps(self.model_dump(mode="json", exclude_unset=True))).digest()

    @cached_property
    def provision_by_id(self) -> dict[str, Provision]:
        """Provisions by id."""
        return {provision.id: provision for provision in self.provisions}

    @cached_property
    def _necessary(self) -> dict[tuple[str, str], frozenset[str]]:
        found: dict[tuple[str, str], frozenset[str]] = {}
        for row in self.necessary:
            key = row.function, row.purpose
            found[key] = found.get(key, frozenset()) | frozenset(row.categories)
        return found

    @cached_property
    def _gdpr_grounds(self) -> frozenset[tuple[str, str]]:
        return frozenset((row.function, row.purpose) for row in self.gdpr_grounds)

    def categories_for(self, function: str | None, purpose: str) -> frozenset[str]:
        """Return the minimal set of a function for exactly this purpose; empty when there is none."""
        found = (self._necessary.get((wider, purpose)) for wider in wider_functions(function))
        return next((categories for categories in found if categories is not None), frozenset())

    def has_gdpr_ground(self, function: str | None, purpose: str) -> bool:
        """Tell whether a function has a ground of AVG 6 for exactly this purpose."""
        return any((wider, purpose) in self._gdpr_grounds for wider in wider_functions(function))

    def bsn_persons(self, function: str | None) -> str | None:
        """Return whose BSN a function may use at most: ``any``, ``children``, or None for nobody's."""
        known = {row.function: row.persons for row in self.bsn_users}
        return next((known[wider] for wider in wider_functions(function) if wider in known), None)

    def purposes_above(self, purpose: str) -> frozenset[str]:
        """Return `purpose`, every wider purpose, and the sign for any."""
        chain = [purpose]
        while (parent := self.purpose_tree.get(chain[-1])) is not None and parent not in chain:
            chain.append(parent)
        return frozenset((*chain, ANY))


_NOT_DECIDING = frozenset({"format", "version", "valid_from", "valid_until", "statutes", "notes"})
_EACH_ROW = frozenset({"necessary", "gdpr_grounds", "provisions", "bsn_users"})


def policy_entries(policy: Policy) -> frozenset[str]:
    """Return the pointers of everything in a policy that needs a source: each row of a table, and each switch."""
    members = Policy.model_fields.keys() - _NOT_DECIDING
    rows = {f"/{name}/{number}" for name in _EACH_ROW for number in range(len(getattr(policy, name)))}
    return frozenset({f"/{name}" for name in members - _EACH_ROW} | rows)


def has_function(function: str | None, functions: Keys) -> bool:
    """Tell whether `function` or a wider one is among `functions`, or any is."""
    return any(wider in functions for wider in wider_functions(function)) or (function is not None and ANY in functions)


@lru_cache(maxsize=1024)
def wider_functions(function: str | None) -> tuple[str, ...]:
    """Return a function and every wider one, narrowest first; one that no code list knows stands alone."""
    if function is None:
        return ()
    functions = code_list("org_function")
    return functions.ancestors(function) if function in functions.entries else (function,)
