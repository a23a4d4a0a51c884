# SPDX-License-Identifier: EUPL-1.2
"""The import check: what of a received view the own registers deny.

Rules: what may not touch what is here (:mod:`.arriving`); vetoes, necessity, and the refusals and withdrawals that the
recipient knows, whoever decides, under every id that the own file joins; never a release, for the sender answers for
that. Nothing that a message says of who is one or who decides lets the message in. What is denied is quarantined here;
the sender is told "processed" all the same, because a refusal would tell it who the recipient's clients are.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kgbx.case import Capacity, FamilyCase, Link, Person, Record, SamePerson
from kgbx.consent.arriving import touching
from kgbx.consent.consents import Scope, is_refused, is_taken_back
from kgbx.consent.decide import necessity
from kgbx.consent.index import Index
from kgbx.consent.items import Itemiser
from kgbx.consent.known_functions import require_known_functions
from kgbx.consent.texts import strings_in
from kgbx.consent.vetoes import vetoes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from kgbx.consent.facts import Facts, Item, Request
    from kgbx.consent.policy import Policy

    _Rule = Callable[[Item, Request, Index, Policy], set[str]]

REFUSED = "REFUSED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Quarantined:
    """A record that arrived and may not be used here.

    Attributes:
        record: Its id.
        reasons: Codes, sorted; for the own privacy officer only.
    """

    record: str
    reasons: tuple[str, ...]


def import_check(
    view: FamilyCase,
    *,
    request: Request,
    policy: Policy,
    facts: Facts,
    held: FamilyCase,
    before: Facts | None = None,
) -> tuple[FamilyCase, tuple[Quarantined, ...]]:
    """Return what may be used of a view, and what is kept apart, by id.

    Args:
        view: What arrived.
        request: From its sender to the own organisation, for the own purpose.
        policy: The own policy in force.
        facts: From the own registers and file, with the view in it.
        before: From the same with :func:`unjoined` of the view, so that nothing that it says of who is one or who
            decides counts in its own check; absent: `facts`.
        held: The own file: what claims to be recorded here is believed only if it is in it.

    Raises:
        DocumentError: D_CODE, the policy names a function that no code list knows.
        IntegrityError: D_CONFLICT, an id is here already with another content; D_SYNTHETIC, made-up with real.
        UsageError: U_MOMENT, a moment of the request is neither an instant nor a day.
    """
    denied = touching(view, held=held, own=request.recipient, sender=request.sender)
    kept, rows = set_apart(view, denied)
    usable, more = denied_here(kept, request=request, policy=policy, facts=facts, held=held, before=before)
    return usable, tuple(sorted((*rows, *more), key=lambda row: row.record))


def denied_here(
    view: FamilyCase,
    *,
    request: Request,
    policy: Policy,
    facts: Facts,
    held: FamilyCase,
    before: Facts | None = None,
) -> tuple[FamilyCase, tuple[Quarantined, ...]]:
    """Return the same of a view in which nothing touches what is here: :func:`import_check` without that look.

    Args:
        view: What arrived and touches nothing.
        request: As for :func:`import_check`, and so are the others.
        policy: The own policy in force.
        facts: From the own registers and file, with the view in it.
        before: From the same with :func:`unjoined` of the view.
        held: The own file.

    Raises:
        DocumentError: D_CODE.
        IntegrityError: D_CONFLICT, D_SYNTHETIC.
        UsageError: U_MOMENT.
    """
    require_known_functions(policy)
    denied = dict[str, set[str]]()
    plain = unjoined(view)
    known, alone = (_marked_here(one, held) for one in (facts, facts if before is None else before))
    looks = (
        _Look(held.merge(view), known, request, policy, _reasons),
        _Look(held.merge(plain), alone, request, policy, _kept_away),
    )
    for record in view:
        if isinstance(record, Record) and record.id not in denied:
            found = {code for look in looks for code in look.codes(record)}
            if found:
                denied[record.id] = found
    return set_apart(view, denied)


def _marked_here(facts: Facts, held: FamilyCase) -> Facts:
    """Return facts without the marks of secrecy that arrive: the sender knew them, and chose to whom it sent this."""
    kept = tuple(one for one in facts.protections if one.flag is None or one.flag in held)
    return facts.model_copy(update={"protections": kept})


def unjoined(view: FamilyCase) -> FamilyCase:
    """Return a view without what it says of who is one, and of who is not able to decide."""
    joining = {one.id for one in view if isinstance(one, (SamePerson, Capacity))}
    joining |= {one.id for one in view if isinstance(one, Link) and isinstance(view.get(one.from_), Person)}
    return FamilyCase((one for one in view if one.id not in joining), synthetic=view.synthetic)


def set_apart(view: FamilyCase, denied: dict[str, set[str]]) -> tuple[FamilyCase, tuple[Quarantined, ...]]:
    """Return a view without what is denied and what cannot be understood without it, and the rows of both, by id.

    Args:
        view: What arrived.
        denied: Codes by id of a record.
    """
    _with_dependents(view, denied)
    kept = FamilyCase(
        (record for record in view if record.id not in denied),
        synthetic=view.synthetic,
        disputed=tuple(one for one in view.disputed if one not in denied),
    )
    rows = tuple(Quarantined(record=one, reasons=tuple(sorted(codes))) for one, codes in sorted(denied.items()))
    return kept, rows


class _Look:
    """One way to look at what arrived: with what it says of persons, or without."""

    def __init__(self, case: FamilyCase, facts: Facts, request: Request, policy: Policy, rule: _Rule) -> None:
        self._case = case
        self._index = Index.of(facts, request.at, known_at=request.known_at)
        # the sender answers for what it says that its records give away; here that is asked again before they pass on
        self._itemiser = Itemiser(case, facts.model_copy(update={"own": None}), policy)
        self._request = request
        self._policy = policy
        self._rule = rule

    def codes(self, record: Record) -> Iterator[str]:
        """Yield why a record is kept apart; nothing for what is erased here."""
        for item in self._itemiser.items_of(record) if record.id in self._case else ():
            yield from self._rule(item, self._request, self._index, self._policy)


def _reasons(item: Item, request: Request, index: Index, policy: Policy) -> set[str]:
    return _kept_away(item, request, index, policy) | necessity(item, request, index=index, policy=policy)


def _kept_away(item: Item, request: Request, index: Index, policy: Policy) -> set[str]:
    """Return the vetoes, and what anybody said no to or took back: who decides need not be known here."""
    scope = Scope.of(request, item.category, policy=policy)
    refused = any(is_refused(one, scope, index=index) or is_taken_back(one, scope, index=index) for one in item.about)
    return vetoes(item, request, index=index, policy=policy) | ({REFUSED} if refused else set())


def _with_dependents(view: FamilyCase, denied: dict[str, set[str]]) -> None:
    """Add what names a denied record: reactions, links, confidences cannot be understood without it."""
    named_by: dict[str, list[str]] = defaultdict(list)
    for record in view:
        for one in strings_in(record):
            if one in view:
                named_by[one].append(record.id)
    waiting = [one for one in denied if not isinstance(view.get(one), Person)]
    while waiting:
        fresh = [one for one in named_by[waiting.pop()] if one not in denied]
        denied.update({one: {"RECORD_NOT_IN_VIEW"} for one in fresh})
        waiting += [one for one in fresh if not isinstance(view.get(one), Person)]
