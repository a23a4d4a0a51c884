# SPDX-License-Identifier: EUPL-1.2
"""What access() knows besides what decide() knows: parents, deaths, and what named persons decided about insight.

Rules: as for :mod:`kgbx.consent.facts`; a withholding narrows and needs no proof, a grant widens and needs proof, a
reason, and where the right says so a second person. Neither is ever taken from a received message.

Forms: members of the facts of ``kgbx-access-table/1``; decisions in a file of their own, ``kgbx-access-decisions/1``.
"""

from __future__ import annotations

from typing import Literal

from kgbx.case.fields import Day
from kgbx.case.structures import Key, Moment, Shape, Words, read_shape
from kgbx.consent.facts import Facts, Item, Keys, Timed

Ground = Literal[
    "serious_disadvantage",
    "good_care",
    "inquiry_veilig_thuis",
    "childs_interest",
    "rights_of_others",
]


class ParentFact(Shape):
    """That somebody is a legal parent of a child, whether or not with parental authority."""

    child: Key
    parent: Key


class DeathFact(Shape):
    """That somebody died; `on` is the last day on which it can have been."""

    person: Key
    on: Day


class Withholding(Timed):
    """That a named person decided not to show something now.

    Attributes:
        person: From whom; or any.
        subjects: What is about these persons; or any.
        items: These records; or any.
        ground: Why the law allows it.
        reason: What made it necessary here.
        consulted: With whom it was discussed.
        review_on: Day on which it is looked at again.
    """

    person: Key
    subjects: Keys
    items: Keys
    ground: Ground
    reason: Words | None = None
    decided_by: Key
    consulted: Key | None = None
    review_on: Day


class Grant(Timed):
    """That a named person weighed a right that needs weighing, for named records.

    Attributes:
        person: Who may see.
        about: The subject, or the third party, for whom it was weighed.
        items: Records.
        right: Id of the right; THIRD_PARTY for somebody who is only mentioned.
        why: How it was weighed.
    """

    person: Key
    about: Key
    items: Keys
    right: Key
    why: Words | None = None
    decided_by: Key
    consulted: Key | None = None
    proven: bool


class AccessFacts(Facts):
    """Everything access() may look at besides the item, the person and the policy.

    Attributes:
        parents: Legal parents.
        deaths: Who died, and when.
        withholdings: What is withheld from whom by a decision.
        grants: What was weighed and granted.
        under_court: Persons under guardianship (curatele) or mentorship: who represents them was appointed by a court.
    """

    parents: tuple[ParentFact, ...] = ()
    deaths: tuple[DeathFact, ...] = ()
    withholdings: tuple[Withholding, ...] = ()
    grants: tuple[Grant, ...] = ()
    under_court: Keys = ()


class AccessDecisions(Shape):
    """What named persons of the own organisation decided about insight: a file."""

    format: Literal["kgbx-access-decisions/1"]
    withholdings: tuple[Withholding, ...] = ()
    grants: tuple[Grant, ...] = ()


class AccessItem(Item):
    """What access() looks at of a record.

    Attributes:
        told_by: Who told it, when the words are that person's own.
        guards: It records how somebody is protected.
        not_told: The family was not told of it yet, on purpose.
        not_told_to: Persons who were not told of it yet, on purpose.
        speaks_of: Ids of its other versions, and of every version of what it speaks about: what is kept from somebody
            is kept with all of these.
    """

    told_by: Key | None = None
    guards: bool = False
    not_told: bool = False
    not_told_to: Keys = ()
    speaks_of: Keys = ()

    @property
    def together(self) -> frozenset[str]:
        """Its own id and those of `speaks_of`."""
        return frozenset((self.id, *self.speaks_of))


class AccessRequest(Shape):
    """Who wants to see, and at which moments."""

    person: Key
    at: Moment
    known_at: Moment


def read_access_decisions(data: bytes) -> AccessDecisions:
    """Return the decisions about insight in a file.

    Raises:
        DocumentError: all problems, with pointers and without values.
    """
    return read_shape(data, AccessDecisions)
