# SPDX-License-Identifier: EUPL-1.2
"""The words in a body that is no case: they are searched for places that the recipient may not learn.

Rules:
    - reasons of a handover, advice, and what is said of a fixed contact are words of a professional; nothing decides
      about them, so what gives away where a protected person is may not stand in them;
    - the search is that of a share, and a little stricter: every organisation that stands in a record that gives a
      place away is a place, but for the two that write to each other;
    - a hit is told to the sender as a place in the body, never as a value.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kgbx.case import Record
from kgbx.clock import format_instant
from kgbx.consent.facts import Request
from kgbx.consent.index import Index
from kgbx.consent.items import Itemiser
from kgbx.consent.joins import facts_from_case
from kgbx.consent.places import own_words, places_of, received_places
from kgbx.consent.policies import policy_in_force
from kgbx.errors import DocumentError, Problem
from kgbx.story.bodies import ConsultAnswer, HandoverBody

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from kgbx.case import FamilyCase
    from kgbx.consent.places import Places
    from kgbx.exchange.passing import Basis
    from kgbx.story.bodies import Body

_WITH_WORDS: Final[tuple[tuple[type[Body], frozenset[str]], ...]] = (
    (HandoverBody, frozenset({"steps", "begins", "professional"})),
    (ConsultAnswer, frozenset({"advice"})),
)
"""Members that hold words, by model."""

_NO_WORDS: Final = frozenset(
    {
        *("id", "salt", "recorded_at", "recorded_by", "org", "persons", "person", "after", "event", "on", "valid_from"),
        *("professional", "introduced_by", "deputy", "duo_with", "regime", "collected_for", "role", "form", "language"),
    }
)
"""Members, at any depth, that hold ids, days and codes."""


def words_of(body: Body) -> Iterator[tuple[str, str]]:
    """Yield pointer and text of every word in a body that somebody wrote."""
    for model, members in _WITH_WORDS:
        if isinstance(body, model):
            value = body.model_dump(mode="json", by_alias=True, exclude_defaults=True, include=set(members))
            yield from _texts(value, "")


def _texts(value: object, pointer: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield pointer, value
    elif isinstance(value, dict):
        for name, one in value.items():
            if name not in _NO_WORDS or not pointer:
                yield from _texts(one, f"{pointer}/{name}")
    elif isinstance(value, list):
        for number, one in enumerate(value):
            yield from _texts(one, f"{pointer}/{number}")


def require_no_place(body: Body, case: FamilyCase, *, basis: Basis, at: datetime) -> None:
    """Return if no words of a body give away where somebody is of whom the recipient may not learn it.

    Args:
        body: What is to be sent.
        case: The sender's own case.
        basis: What the sender decides with.
        at: Present moment, aware.

    Raises:
        DocumentError: D_PLACE, with the places in the body.
        UsageError: U_POLICY.
    """
    words = list(words_of(body))
    places = _hidden_places(body, case, basis, at=at) if words else None
    found = [pointer for pointer, text in words if places and places.stand_in(text)]
    if found:
        raise DocumentError([Problem.of_shape("D_PLACE", pointer) for pointer in found])


def _hidden_places(body: Body, case: FamilyCase, basis: Basis, *, at: datetime) -> Places:
    moment, own, recipient = format_instant(at), body.sender, body.recipient
    request = Request(sender=own, recipient=recipient, purpose="care", at=moment, known_at=moment)
    policy = policy_in_force(basis.policies, moment)
    facts = facts_from_case(case, basis.registers, own=own, proven=basis.proven)
    index = Index.of(facts.model_copy(update={"own": own}), moment, known_at=moment)
    itemiser = Itemiser.of_sender(case, facts=facts, policy=policy, request=request)
    hidden = index.hidden_from(recipient)
    records = [one for one in case if isinstance(one, Record)]
    received = [one for one in records if one.recorded_by.org != own]
    undecided = {one.id for one in received if index.undecided_of(itemiser.revealed(one), one.recorded_by.org)}
    secret = itemiser.secret_organisations | itemiser.named_in_locations(records, hidden) if hidden else frozenset()
    places = places_of(
        case,
        protected=hidden,
        secret_organisations=secret - {own, recipient},
        own_places=own_words(case, own),
    )
    return places | received_places(case, undecided, secret_organisations=itemiser.secret_organisations)
