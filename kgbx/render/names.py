# SPDX-License-Identifier: EUPL-1.2
"""Names, ages and dates as people write them.

Rules: a person without a name has none here either, and never an id; a date is as precise as it is known. A worker of
whom any description says that the family may not know the name has none on what is for the family.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kgbx.case import Organisation, Professional
from kgbx.case.erasing import versions_of
from kgbx.codes import code_list
from kgbx.messages import Text
from kgbx.render.words import MONTHS, PAGE
from kgbx.story import Family
from kgbx.story.records import Records, day_of_moment

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from kgbx.case import FamilyCase, Person
    from kgbx.messages import Language

_YEAR_CHARS: Final = 4
_DAY_CHARS: Final = 10
_ADULT: Final = 18
_UNNAMED: Final = Text("een persoon zonder naam", "a person without a name")
_UNNAMED_ORG: Final = Text("een organisatie zonder naam", "an organisation without a name")
_UNNAMED_DOCUMENT: Final = Text("een document", "a document")
_UNNAMED_WORKER: Final = Text("een professional", "a professional")


class Names:
    """Who everybody is, in one language.

    Attributes:
        records: Current records of the case.
        family: Its people on the day.
        language: Language of labels and dates.
    """

    def __init__(self, case: FamilyCase, *, day: date, language: Language, for_family: bool = False) -> None:
        """Look up who everybody is.

        Args:
            case: The case.
            day: For ages.
            language: Language of labels and dates.
            for_family: Whether a family reads it.
        """
        self.records = Records(case)
        self.family = Family(self.records, day)
        self.language = language
        described = (one for one in self.records.current("organisations") if isinstance(one, Organisation))
        self._organisations = {one.org: one.name for one in described}
        self._unnamed = _not_for_the_family(case) if for_family else frozenset()

    def say(self, key: str) -> str:
        """Return a text of the page."""
        return PAGE[key].say(self.language)

    def label(self, name: str, code: str | None) -> str:
        """Return the label of a code; empty where there is none."""
        return code_list(name).label(code, self.language) if code else ""

    def person(self, person_id: str) -> str:
        """Return what a person is called."""
        found = self.family.person(person_id)
        return (_called(found) if found else "") or _UNNAMED.say(self.language)

    def full(self, person_id: str) -> str:
        """Return the whole name of a person."""
        found = self.family.person(person_id)
        return (_whole(found) if found else "") or self.person(person_id)

    def young(self, person_id: str) -> str:
        """Return what a person is called, with the age of a child."""
        ages = self.family.ages(person_id)
        name = self.person(person_id)
        return f"{name} ({ages[0]})" if ages and ages[0] == ages[1] < _ADULT else name

    def people(self, persons: Iterable[str]) -> str:
        """Return names with commas."""
        return ", ".join(dict.fromkeys(self.person(person) for person in persons))

    def organisation(self, org: str) -> str:
        """Return the name of an organisation; a URN says nobody anything."""
        return self._organisations.get(org) or _UNNAMED_ORG.say(self.language)

    def party(self, party: str) -> str:
        """Return the name of a person or an organisation."""
        return self.organisation(party) if party.startswith("urn:") else self.person(party)

    def professional(self, professional_id: str | None, org: str | None = None) -> str:
        """Return name and organisation of a professional, as far as they are known."""
        found = self.records.case.get(professional_id or "")
        if isinstance(found, Professional):
            org = found.org
            if found.id not in self._unnamed:
                return f"{found.name}, {self.organisation(org)}"
        return self.organisation(org) if org else _UNNAMED_WORKER.say(self.language)

    def writer(self, writer: str | None) -> str:
        """Return who wrote something down: a professional or a person; empty where it is not said."""
        if writer is None:
            return ""
        found = self.records.case.get(writer)
        return self.professional(writer) if isinstance(found, Professional) else self.person(writer)

    def document(self, document_id: str) -> str:
        """Return the title of a document, as far as it is known."""
        title = getattr(self.records.case.get(document_id), "title", None)
        return str(title) if title else _UNNAMED_DOCUMENT.say(self.language)

    def date(self, moment: str | None) -> str:
        """Return a partial date, or the day of an instant, in words; empty where there is none."""
        if moment is None:
            return ""
        text = day_of_moment(moment).isoformat() if len(moment) > _DAY_CHARS else moment
        year, month, day = (*text.split("-"), "", "")[:3]
        words = [day.lstrip("0"), MONTHS[self.language][int(month) - 1] if month else "", year]
        return " ".join(filter(None, words))

    def period(self, start: str | None, until: str | None) -> str:
        """Return since when and until when something holds; empty where neither is known."""
        parts = [
            f"{self.say(key)} {self.date(moment)}" for key, moment in (("since", start), ("until", until)) if moment
        ]
        return " ".join(parts)


def _not_for_the_family(case: FamilyCase) -> frozenset[str]:
    """Return the workers whose name the family may not know by any version of their description."""
    kept = {one.id for one in case if isinstance(one, Professional) and one.may_be_named_to_family is False}
    versions = versions_of(case)
    return frozenset(kept.union(*(versions.get(one, ()) for one in kept)))


def _called(person: Person) -> str:
    name = person.name
    return "" if name is None else name.call_name or (name.given or "").split(" ")[0] or name.surname or ""


def _whole(person: Person) -> str:
    name = person.name
    if name is None:
        return ""
    own = " ".join(filter(None, (name.prefix, name.surname)))
    partner = " ".join(filter(None, (name.partner_prefix, name.partner_surname)))
    surnames = {"partner": (partner,), "partner_then_own": (partner, own), "own_then_partner": (own, partner)}
    chosen = "-".join(filter(None, surnames.get(name.usage or "own", (own,)))) or own
    return " ".join(filter(None, (name.call_name or name.given or name.initials, chosen)))
