# SPDX-License-Identifier: EUPL-1.2
"""What the log keeps of a record that travelled, so that a family can be told who received it when it is erased.

Rules: ids and codes only; nothing is kept of a record that names an organisation that gives a place away, or in whose
text the place of anybody under a protection stands: without the text nobody can judge later for whom that is a
secret, so after its erasure nothing is told of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kgbx.case import Record
from kgbx.case.structures import Key, Shape
from kgbx.consent.access_items import AccessItemiser
from kgbx.consent.facts import Keys
from kgbx.consent.places import places_of
from kgbx.consent.texts import strings_in
from kgbx.consent.unnamed import unnamed_for

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kgbx.case import FamilyCase
    from kgbx.consent.facts import Facts
    from kgbx.consent.policy import Policy
    from kgbx.consent.share import Account, Row

NOT_TOLD: Final = "not"
"""What a legal ground says where the family was not told of it, on purpose."""


class Insight(Shape):
    """What access() looks at of a record besides what decide() does; as in :class:`AccessItem`.

    Attributes:
        not_told: The family was not told of it, or of the ground on which it went.
        not_told_to: Who was not told of it, or from whom it was held in confidence.
    """

    third_parties: Keys = ()
    told_by: Key | None = None
    guards: bool = False
    not_told: bool = False
    not_told_to: Keys = ()
    reveals_reporter: bool = False
    speaks_of: Keys = ()


def insights(account: Account, *, case: FamilyCase, facts: Facts, policy: Policy) -> dict[str, Insight]:
    """Return what to keep of the records that travelled, by record."""
    return dict(_Keeping(account, case, facts, policy).insights())


class _Keeping:
    """One share: what is looked up once."""

    def __init__(self, account: Account, case: FamilyCase, facts: Facts, policy: Policy) -> None:
        self._account = account
        self._case = case
        self._facts = facts
        self._itemiser = AccessItemiser(case, facts=facts, policy=policy)
        protected = frozenset(fact.person for fact in facts.protections)
        self._secret = unnamed_for(protected, case=case, facts=facts, itemiser=self._itemiser, seen=lambda _: True)
        self._places = places_of(case, protected=protected, secret_organisations=self._secret, own_places=())

    def insights(self) -> Iterator[tuple[str, Insight]]:
        """Yield each record that travelled with what is kept of it."""
        for row in self._account.passed:
            record = self._case.get(row.record)
            if isinstance(record, Record) and not self._betrays(record):
                yield from ((record.id, one) for one in self._insight(record, row))

    def _betrays(self, record: Record) -> bool:
        texts = strings_in(record)
        return not self._secret.isdisjoint(texts) or bool(self._places.pointers(record, texts))

    def _insight(self, record: Record, row: Row) -> Iterable[Insight]:
        """Return what is kept of a record: the same for each of its categories; nothing where it has none."""
        grounds = self._grounds(row)
        untold = {person for ground in grounds for person in self._itemiser.untold.get(ground, ())}
        for item in self._itemiser.items_of(record)[:1]:
            kept = (fact.withheld_from for fact in self._facts.confidences if fact.item in item.together)
            untold.update(*kept)
            yield Insight(
                third_parties=item.third_parties,
                told_by=item.told_by,
                guards=item.guards,
                not_told=item.not_told or NOT_TOLD in grounds.values(),
                not_told_to=tuple(sorted(untold | set(item.not_told_to))),
                reveals_reporter=item.reveals_reporter,
                speaks_of=item.speaks_of,
            )

    def _grounds(self, row: Row) -> dict[str, str]:
        """Return the legal grounds that a record may have gone on, each with whether the family was told."""
        request = self._account.request
        releases = {one for decision in row.decisions.values() for one in decision.released_by.values()}
        provisions = {one.partition(":")[2] for one in releases}
        return {
            fact.id: fact.family_informed
            for fact in self._facts.legal_grounds
            if (fact.sender, fact.recipient) == (request.sender, request.recipient) and fact.provision in provisions
        }
