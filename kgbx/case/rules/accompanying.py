# SPDX-License-Identifier: EUPL-1.2
"""Rules about who stays with the family: fixed contacts that follow each other, hand-overs, waiting.

Rules: the law knows no fixed contact and no warm hand-over; all of this is what the family was promised, so it warns.
Nothing here reads a clock: what should have happened by now is told elsewhere.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from kgbx.case.dates import Certain, day_recorded, overlapping
from kgbx.case.rules.rule import Finding, Rule
from kgbx.clock import span_of
from kgbx.messages import Text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from kgbx.case.course import Collaboration
    from kgbx.case.helpers import Involvement
    from kgbx.case.index import CaseIndex

_FIXED: Final = "fixed_contact"
_YEAR: Final = timedelta(days=365)
_FACES_A_YEAR: Final = 2
_NOT_YET_ACCEPTED: Final = frozenset({"prepared", "offered", "more_information", "declined", "withdrawn"})
_HANDING: Final = frozenset({"handover", "handback"})
_RUNNING: Final = frozenset({"accepted", "warm_meeting"})
_WAITING: Final = frozenset({"requested", "accepted"})
_UNSAFE: Final = frozenset({"acuut_onveilig", "structureel_onveilig"})

Contact = tuple["date", str, "Involvement"]


def _contacts_in_order(index: CaseIndex) -> Iterator[list[Contact]]:
    """Yield for each person the fixed contacts of whom the first day is known, by the first day that it can be."""
    of_person: dict[str, list[Contact]] = defaultdict(list)
    for pointer, contact in index.live("involvements"):
        if contact.role == _FIXED and contact.valid_from is not None:
            first = span_of(contact.valid_from)[0]
            for person in {index.same(person) for person in contact.persons}:
                of_person[person].append((first, pointer, contact))
    for contacts in of_person.values():
        yield sorted(contacts, key=lambda contact: contact[0])


def _face(contact: Involvement) -> tuple[str, str | None]:
    return contact.org, contact.professional


def _once_each(findings: Iterator[Finding]) -> Iterator[Finding]:
    """Yield the first finding at each place: a contact of several persons follows another for each of them."""
    yield from {finding.pointer: finding for finding in findings}.values()


def _nobody_in_between(index: CaseIndex) -> Iterator[Finding]:
    return _once_each(_gaps(index))


def _gaps(index: CaseIndex) -> Iterator[Finding]:
    for contacts in _contacts_in_order(index):
        before: tuple[date, Involvement] | None = None
        for first, pointer, contact in contacts:
            if before is not None and before[0] < first:
                yield Finding(f"{pointer}/valid_from", (before[1], contact))
            last = span_of(contact.valid_until)[1] if contact.valid_until else None
            if last is None:
                break
            before = max(before or (last, contact), (last, contact), key=lambda end: end[0])


def _many_faces(index: CaseIndex) -> Iterator[Finding]:
    return _once_each(_third_face_in_a_year(index))


def _third_face_in_a_year(index: CaseIndex) -> Iterator[Finding]:
    for contacts in _contacts_in_order(index):
        began: list[tuple[date, tuple[str, str | None]]] = []
        for first, pointer, contact in _changes(contacts):
            began.append((first, _face(contact)))
            last = span_of(contact.valid_from or "")[1]
            recent = {face for day, face in began[-_FACES_A_YEAR - 1 :] if last - day < _YEAR}
            if len(recent) > _FACES_A_YEAR:
                yield Finding(f"{pointer}/valid_from")


def _changes(contacts: list[Contact]) -> Iterator[Contact]:
    """Yield the contacts in which the face is another than in the one before."""
    before = None
    for first, pointer, contact in contacts:
        if _face(contact) != before:
            before = _face(contact)
            yield first, pointer, contact


def _not_introduced(index: CaseIndex) -> Iterator[Finding]:
    return _once_each(_successors_nobody_introduced(index))


def _successors_nobody_introduced(index: CaseIndex) -> Iterator[Finding]:
    for contacts in _contacts_in_order(index):
        for (_, _, before), (_, pointer, contact) in pairwise(contacts):
            if _face(before) != _face(contact) and contact.introduced_by is None and not contact.agreed_with:
                yield Finding(pointer)


def _responsible_too_soon(index: CaseIndex) -> Iterator[Finding]:
    for pointer, work in index.live("collaborations"):
        responsible = work.responsible_for_safety
        not_yet = work.kind in _HANDING and work.state in _NOT_YET_ACCEPTED
        if not_yet and responsible is not None and responsible != work.requested_by and responsible in work.asked:
            yield Finding(f"{pointer}/responsible_for_safety")


def _two_responsible(index: CaseIndex) -> Iterator[Finding]:
    of_person: dict[str, list[tuple[Certain, tuple[str, Collaboration]]]] = defaultdict(list)
    for pointer, work in index.live("collaborations"):
        if work.state in _RUNNING and work.responsible_for_safety is not None:
            held = Certain.of(work, day_recorded(work))
            for person in {index.same(person) for person in work.persons}:
                of_person[person].append((held, (pointer, work)))
    found: dict[str, Finding] = {}
    for works in of_person.values():
        for (_, one), (pointer, other) in overlapping(works):
            if one.responsible_for_safety != other.responsible_for_safety:
                found.setdefault(pointer, Finding(f"{pointer}/responsible_for_safety", (one, other)))
    yield from found.values()


def _waits_without_a_contact(index: CaseIndex) -> Iterator[Finding]:
    arrived: set[object] = set()
    waiting: list[tuple[str, object]] = []
    for pointer, step in index.live("milestones"):
        way: object = (frozenset(index.same(person) for person in step.persons), step.help_form, step.org)
        if step.kind not in _WAITING:
            arrived.add(way)
        elif step.contact is None:
            waiting.append((pointer, way))
    for pointer, way in waiting:
        if way not in arrived:
            yield Finding(pointer)


def _norm_of_nobody(index: CaseIndex) -> Iterator[Finding]:
    for pointer, step in index.live("milestones"):
        if step.norm_days is not None and step.norm_source is None:
            yield Finding(f"{pointer}/norm_days")


def _unsafe_and_left(index: CaseIndex) -> Iterator[Finding]:
    for pointer, assessment in index.live("safety_assessments"):
        if assessment.conclusion in _UNSAFE and assessment.assess_again_by is None:
            yield Finding(pointer)


ACCOMPANYING_RULES: Final = (
    Rule(
        id="KGBX-R-069",
        severity="warning",
        text=Text(
            "Dit gezin kreeg in een jaar meer dan twee vaste gezichten. Bespreek hoe er weer een kan blijven.",
            "This family had more than two fixed contacts within a year. Discuss how one can stay again.",
        ),
        source="kgbx: one face that stays",
        check=_many_faces,
    ),
    Rule(
        id="KGBX-R-123",
        severity="warning",
        text=Text(
            "Tussen het vorige vaste gezicht en dit was er niemand. Controleer de dagen, of noem wie er in de "
            "tussentijd was.",
            "Between the former fixed contact and this one there was nobody. Check the days, or name who was there "
            "in between.",
        ),
        source="kgbx: the family always has somebody",
        check=_nobody_in_between,
    ),
    Rule(
        id="KGBX-R-124",
        severity="warning",
        text=Text(
            "Er staat niet wie dit nieuwe vaste gezicht heeft voorgesteld of met wie het is besproken. Vul "
            "introduced_by of agreed_with in.",
            "It does not say who introduced this new fixed contact, or with whom it was discussed. Add introduced_by "
            "or agreed_with.",
        ),
        source="kgbx: a warm hand-over",
        check=_not_introduced,
    ),
    Rule(
        id="KGBX-R-125",
        severity="warning",
        text=Text(
            "Zolang de overdracht niet is aanvaard blijft wie overdraagt verantwoordelijk voor de veiligheid. Verbeter "
            "de stand of responsible_for_safety.",
            "Until the hand-over is accepted, whoever hands over stays responsible for safety. Correct the state or "
            "responsible_for_safety.",
        ),
        source="kgbx; CORV verantwoordelijkVoorZichtOpDeVeiligheidBelegdBij",
        check=_responsible_too_soon,
    ),
    Rule(
        id="KGBX-R-126",
        severity="warning",
        text=Text(
            "Voor iemand houden hier twee organisaties tegelijk zicht op de veiligheid. Spreek af wie het is.",
            "For somebody two organisations keep sight of safety at once here. Agree which one it is.",
        ),
        source="kgbx; CORV verantwoordelijkVoorZichtOpDeVeiligheidBelegdBij",
        check=_two_responsible,
    ),
    Rule(
        id="KGBX-R-127",
        severity="warning",
        text=Text(
            "Het gezin wacht en er staat niet wie het kan bellen. Vul contact in.",
            "The family is waiting and it does not say whom it can call. Add contact.",
        ),
        source="kgbx: nobody waits alone",
        check=_waits_without_a_contact,
    ),
    Rule(
        id="KGBX-R-128",
        severity="warning",
        text=Text(
            "Iemand is onveilig en er staat niet wanneer daar opnieuw naar wordt gekeken. Vul assess_again_by in.",
            "Somebody is unsafe and it does not say when that is judged again. Add assess_again_by.",
        ),
        source="kgbx: who is unsafe is seen again",
        check=_unsafe_and_left,
    ),
    Rule(
        id="KGBX-R-129",
        severity="warning",
        text=Text(
            "Een norm zonder bron kan niemand nakijken. Vul norm_source in.",
            "Nobody can check a norm without a source. Add norm_source.",
        ),
        source="kgbx: norms are data with a source",
        check=_norm_of_nobody,
    ),
)
