# SPDX-License-Identifier: EUPL-1.2
"""Which right opens a record for one of its subjects.

Rules: the first row of the table that fits; every age that a partial birth date allows needs one; a weighed right needs
a complete weighing of a named person for exactly this record; what somebody who died did not want stays so.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from kgbx.consent.access_rules import AVG, EVERY_REGIME, RIGHTS
from kgbx.consent.access_vetoes import CONSULT, stands
from kgbx.consent.asker import is_complete
from kgbx.consent.consents import BANDS, YOUTH_ALONE_FROM, consent_reasons
from kgbx.consent.index import YOUTH_DECIDES_FROM

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from kgbx.consent.access_facts import AccessItem
    from kgbx.consent.access_rules import Right
    from kgbx.consent.asker import Asker

OBJECTION: Final = "YOUTH_OBJECTS"
"""Code of what closes a right that the youth does not want used."""

OWN_NOT_CAPABLE: Final = "OWN_NOT_CAPABLE"
"""Code of what only we close: under the AVG nobody else exercises the rights of who is not under a court order."""


class Subject:
    """What opens a record for one subject, and what does not although it might have.

    Attributes:
        right: The right that opens it, None when there is none.
        reasons: Codes of what came near and failed.
    """

    def __init__(self, subject: str, item: AccessItem, asker: Asker) -> None:
        """Look for the first right that fits every age the subject may have."""
        self._subject = subject
        self._item = item
        self._asker = asker
        self._index = asker.index_at(subject)
        self._dead = asker.died_on(subject) is not None
        self._found = self._index.persons.get(subject)
        self._ages = asker.ages(subject)
        self.reasons: set[str] = set()
        self.right = self._open()

    def _open(self) -> Right | None:
        """Return the right for the youngest possible age, if every possible age has one."""
        if self._dead and self._refused():
            self.reasons.add("DECEASED_REFUSED")
            return None
        low, high = self._ages
        bands = [band for band in BANDS if band[0] <= high and low <= band[1]]
        rights = [self._first(band) for band in bands]
        if self._closed_by_us():
            self.reasons.add(OWN_NOT_CAPABLE)
        if any(rights) and not all(rights):
            self.reasons.add("AGE_UNKNOWN")
        return rights[0] if rights and all(rights) else None

    def _first(self, band: tuple[int, int]) -> Right | None:
        return next((row for row in RIGHTS if self._fits(row, band)), None)

    def _fits(self, row: Right, band: tuple[int, int]) -> bool:
        if not (self._holds(row) and row.ages[0] <= band[0] and band[1] <= row.ages[1]):
            return False
        if row.capable is not None and (self._found is None or self._found.capable is not row.capable):
            return False
        if not _WHO[row.who](self):
            return False
        if row.objection and self._refused():
            self.reasons.add(OBJECTION)
            return False
        if row.withheld and not self._withheld_from_subject():
            return False
        return not row.weighed or self._weighed(row)

    def _withheld_from_subject(self) -> bool:
        """Tell whether the subject does not see it, rightly, because knowing it would be a grave disadvantage."""
        found = self._asker.withholdings(self._item, whom=self._subject)
        return any(fact.ground in CONSULT and stands(fact, self._asker.index.at) for fact in found)

    def _holds(self, row: Right) -> bool:
        """Tell whether the text is in force for the law under which the record was made; without one, under all."""
        regime = self._item.regime
        today = self._asker.index.today.isoformat()
        fits = regime in row.regimes if regime is not None else row.regimes == EVERY_REGIME
        return fits and row.dead == self._dead and row.valid_from <= today < row.valid_until

    def _closed_by_us(self) -> bool:
        """Tell whether somebody of sixteen or older asks for the own file under the AVG, and only we are in the way."""
        return (
            self.is_self()
            and self._item.regime == AVG
            and self._ages[0] >= YOUTH_ALONE_FROM
            and self._found is not None
            and not self._found.capable
            and not self._asker.under_court(self._subject)
        )

    def _weighed(self, row: Right) -> bool:
        grants = self._asker.grants(self._item, about=self._subject, right=row.id)
        complete = any(is_complete(grant, consulted=row.consulted) for grant in grants)
        if grants and not complete:
            self.reasons.add("WEIGHING_INCOMPLETE")
        return complete

    def _refused(self) -> bool:
        """Tell whether the subject, old enough, said no to this person, and took nothing of it back."""
        if self._ages[1] < YOUTH_DECIDES_FROM:
            return False
        said = [
            fact
            for fact in self._index.consents.get(self._subject, ())
            if fact.decided_by == self._subject and self._asker.scope(self._item).within(fact)
        ]
        lifted = {one for fact in said if fact.decision == "permit" and fact.proven for one in fact.supersedes}
        return any(fact.decision == "refuse" and fact.id not in lifted for fact in said)

    # --- who the person is to the subject

    def is_self(self) -> bool:
        """Tell whether the person asks about himself or herself."""
        return self._subject == self._asker.person

    def is_teller(self) -> bool:
        """Tell whether the person told it in the own words."""
        return self._asker.told(self._item)

    def is_holder(self) -> bool:
        """Tell whether the person holds parental authority over the subject."""
        return self._asker.person in self._index.holders.get(self._subject, ())

    def is_representative(self) -> bool:
        """Tell whether the person represents the subject."""
        return self._found is not None and self._found.represented_by == self._asker.person

    def is_court_representative(self) -> bool:
        """Tell whether the person represents the subject because a court said so."""
        return self.is_representative() and self._asker.under_court(self._subject)

    def is_permitted(self) -> bool:
        """Tell whether everybody who decides about the subject permitted exactly this person."""
        scope = self._asker.scope(self._item)
        return not consent_reasons(self._subject, scope, index=self._index, policy=self._asker.policy)

    def is_parent(self) -> bool:
        """Tell whether the person is a legal parent of the subject without parental authority."""
        return self._asker.is_parent(self._subject) and not self.is_holder()

    def is_other(self) -> bool:
        """Tell whether the subject is somebody else; it opens nothing where the person has no right of the own."""
        return self._subject != self._asker.person

    def is_anyone(self) -> bool:
        """Tell that it does not matter who the person is."""
        return True


_WHO: Final[Mapping[str, Callable[[Subject], bool]]] = MappingProxyType(
    {
        "self": Subject.is_self,
        "teller": Subject.is_teller,
        "holder": Subject.is_holder,
        "representative": Subject.is_representative,
        "court_representative": Subject.is_court_representative,
        "permitted": Subject.is_permitted,
        "parent": Subject.is_parent,
        "other": Subject.is_other,
        "anyone": Subject.is_anyone,
    }
)
