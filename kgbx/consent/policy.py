# SPDX-License-Identifier: EUPL-1.2
"""A policy: everything about sharing that the law or an agreement may change, as versioned data.

Rules: unknown members are refused; a look-up by function walks up from the narrow function to the wider ones and takes
the first that has an entry; a purpose outside the tree is a root. What no policy can change (default deny, vetoes,
proofs, a release for every subject) is not here.

Form: ``kgbx-policy/1``; tables may leave out format, dates and notes.
"""

from __future__ import annotations

from functools import cached_property
from hashlib import sha256
from typing import Annotated, Literal

from pydantic import Field

from kgbx.canonical import dumps
from kgbx.case.fields import Day
from kgbx.case.structures import ANY, Key, Shape, Words
from kgbx.codes import code_list
from kgbx.consent.facts import Keys

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
        subjects: Anyone, or the measured child and those who hold authority over it.
        purposes: Purposes, or any.
        second_person: Whether somebody else than the decider must have been consulted.
        second_person_within_hours: How long after the start that may still happen.
        max_days: Longest term, in days of local dates.
    """

    id: Key
    source: Words
    senders: Keys
    recipients: Keys
    duty_when: tuple[Literal["own_initiative", "on_request"], ...] = ()
    precondition: Key | Keys | None = None
    subjects: Literal["any", "measured_child_or_authority_holder"] = "any"
    purposes: Keys
    second_person: bool = False
    second_person_within_hours: Annotated[int, Field(ge=0, le=720)] | None = None
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


class Policy(Shape):
    """A policy, of which one is in force at a time."""

    format: Literal["kgbx-policy/1"] | None = None
    version: Key
    valid_from: Day | None = None
    valid_until: Day | None = None
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
    provisions: tuple[Provision, ...]
    notes: dict[Key, Note] = Field(default_factory=dict)

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

    def purposes_above(self, purpose: str) -> frozenset[str]:
        """Return `purpose`, every wider purpose, and the sign for any."""
        chain = [purpose]
        while (parent := self.purpose_tree.get(chain[-1])) is not None and parent not in chain:
            chain.append(parent)
        return frozenset((*chain, ANY))


def has_function(function: str | None, functions: Keys) -> bool:
    """Tell whether `function` or a wider one is among `functions`, or any is."""
    return any(wider in functions for wider in wider_functions(function)) or (function is not None and ANY in functions)


def wider_functions(function: str | None) -> tuple[str, ...]:
    """Return a function and every wider one, narrowest first; one that no code list knows stands alone."""
    if function is None:
        return ()
    functions = code_list("org_function")
    return functions.ancestors(function) if function in functions.entries else (function,)
