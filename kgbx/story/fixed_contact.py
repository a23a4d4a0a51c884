# SPDX-License-Identifier: EUPL-1.2
"""The fixed contact of a family: who it is on a day, where there is none, and how a handover passes it on.

Rules:
    - a person has at most one fixed contact on any day, and from the first one on never none;
    - a handover that was completed ends the fixed contact of who handed over, on the day on which that of who took over
      begins, also where the record that says so has not arrived yet: the receiver decides, as it does about safety. It
      counts when one of the two recorded it, for a third could end anybody's;
    - what is uncertain claims nothing: a gap, or two at once, is told only if it is there whatever days are meant;
    - when the goal was reached and nobody follows, the family needs no fixed contact: that is no gap.
Consults, and whatever else organisations do together, never begin or end a fixed contact.

Source: Norm vast gezicht, Toekomstscenario kind- en gezinsbescherming; KGBX-R-068.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from kgbx.case import Collaboration, Involvement
from kgbx.clock import day_of_moment, span_of
from kgbx.errors import DocumentError, Problem, UsageError
from kgbx.story.records import Records

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from kgbx.case import BareRecord, FamilyCase, Professional, Record, Stamp
    from kgbx.story.handover import Handover

FIXED: Final = "fixed_contact"
"""Role of an involvement: a value of the code list ``participant_role``."""

HANDED_OVER: Final = "overdracht"
REACHED: Final = "klaar"
"""Why an involvement ended: values of the code list ``involvement_end_reason``."""

_HANDING: Final = frozenset({"handover", "handback"})
_ONGOING: Final = date.max


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """That somebody is the fixed contact of a person.

    Attributes:
        record: The involvement.
        first: First day that may be meant.
        surely: First day on which it is sure.
        until: First day that may be meant on which it is no longer so.
        last: First day on which that is sure; ``date.max`` while it goes on.
    """

    record: Involvement
    first: date
    surely: date
    until: date
    last: date

    def on(self, day: date) -> bool:
        """Tell whether it may be so on a day."""
        return self.first <= day < self.last


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """Days on which a person who had a fixed contact surely has none.

    Attributes:
        person: Id of the person.
        after: Id of the involvement that ended.
        start: First day without.
        until: First day with one again; None where nobody follows.
    """

    person: str
    after: str
    start: date
    until: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Twice:
    """Days on which a person surely has two fixed contacts.

    Attributes:
        person: Id of the person.
        records: Ids of both involvements, the earlier one first.
        start: First day.
    """

    person: str
    records: tuple[str, str]
    start: date


def fixed_contacts(case: FamilyCase) -> dict[str, tuple[Held, ...]]:
    """Return for each person who has or had a fixed contact all of them, by the day on which they began.

    Args:
        case: The own file, a view, or what several organisations know together.
    """
    records = Records(case)
    same = records.persons(sure=True)
    done = [one for one in records.current("collaborations") if _completed(one)]
    found: dict[str, list[Held]] = defaultdict(list)
    for record in records.current("involvements"):
        if record.role == FIXED:
            for person in sorted({same.of(one) for one in record.persons}):
                ends = [one for one in done if person in {same.of(each) for each in one.persons}]
                found[person].append(_held(record, ends))
    return {person: tuple(sorted(held, key=_order)) for person, held in sorted(found.items())}


def _order(held: Held) -> tuple[date, str, str]:
    return held.first, held.record.recorded_at, held.record.id


def _completed(one: Collaboration) -> bool:
    """Tell whether a handover was completed, as one of the two who took part recorded it."""
    told = one.recorded_by.org in {one.requested_by, *one.asked}
    return told and one.kind in _HANDING and one.state == "completed" and one.completed_on is not None


def _held(record: Involvement, handed_over: Iterable[Collaboration]) -> Held:
    recorded = day_of_moment(record.recorded_at)
    first, surely = span_of(record.valid_from) if record.valid_from else (recorded, recorded)
    until, last = span_of(record.valid_until) if record.valid_until else (_ONGOING, _ONGOING)
    ends = [date.fromisoformat(one.completed_on or "") for one in handed_over if _ends(one, record, first)]
    end = min(ends, default=_ONGOING)
    return Held(record=record, first=first, surely=surely, until=min(until, end), last=min(last, end))


def _ends(work: Collaboration, record: Involvement, first: date) -> bool:
    """Tell whether a handover ends a fixed contact: one of its sender, that began before it."""
    if work.requested_by != record.org or work.completed_on is None:
        return False
    on = date.fromisoformat(work.completed_on)
    return first < on or (first == on and record.recorded_at <= work.recorded_at)


def fixed_contact(case: FamilyCase, *, on: date) -> dict[str, Involvement]:
    """Return the fixed contact of each person who has one on a day; of two the one that began last.

    Args:
        case: The own file, a view, or what several organisations know together.
        on: The day, in Europe/Amsterdam.
    """
    rows = ((person, [one for one in held if one.on(on)]) for person, held in fixed_contacts(case).items())
    return {person: there[-1].record for person, there in rows if there}


def gaps(case: FamilyCase, *, on: date) -> tuple[Gap, ...]:
    """Return where somebody who had a fixed contact has none, up to and including a day.

    Args:
        case: The own file, a view, or what several organisations know together.
        on: The last day that is looked at, in Europe/Amsterdam.
    """
    rows = fixed_contacts(case).items()
    return tuple(gap for person, held in rows for gap in _gaps(person, held) if gap.start <= on)


def _gaps(person: str, held: Sequence[Held]) -> Iterator[Gap]:
    latest = held[0]
    for one in held[1:]:
        if latest.last < one.first and latest.record.end_reason != REACHED:
            yield Gap(person=person, after=latest.record.id, start=latest.last, until=one.first)
        latest = max(latest, one, key=lambda each: each.last)
    if latest.last != _ONGOING and latest.record.end_reason != REACHED:
        yield Gap(person=person, after=latest.record.id, start=latest.last, until=None)


def twice(case: FamilyCase) -> tuple[Twice, ...]:
    """Return where somebody surely has two fixed contacts at once.

    Args:
        case: The own file, a view, or what several organisations know together.
    """
    return tuple(one for person, held in fixed_contacts(case).items() for one in _twice(person, held))


def _twice(person: str, held: Sequence[Held]) -> Iterator[Twice]:
    there = [one for one in held if one.surely < one.until]
    latest: Held | None = None
    for one in sorted(there, key=lambda each: (each.surely, each.until)):
        if latest is not None and one.surely < latest.until and not _same_face(latest.record, one.record):
            yield Twice(person=person, records=(latest.record.id, one.record.id), start=one.surely)
        latest = one if latest is None or latest.until < one.until else latest


def _same_face(one: Involvement, other: Involvement) -> bool:
    return (one.org, one.professional) == (other.org, other.professional)


# --- how a handover passes it on


def begins(
    handover: Handover, professional: Professional, *, case: FamilyCase, like: Record, stamp: Stamp
) -> Involvement:
    """Return the fixed contact of the receiver, from the day on which it completed the handover.

    Args:
        handover: What the receiver knows of it: completed.
        professional: Who it is, of the receiver.
        case: The receiver's own case, for who introduces it: the fixed contact of the sender.
        like: A record of the receiver, under the law and for the purpose of which this one is recorded.
        stamp: Who records it and when; of the receiver.

    Raises:
        UsageError: U_STEP, the handover was not completed, or this is not the receiver.
        DocumentError: an argument has the wrong shape.
    """
    if handover.own != "receiver" or handover.state != "completed":
        raise UsageError("U_STEP")
    on = handover.steps[-1].on
    known = (one for one in fixed_contact(case, on=date.fromisoformat(on)).values() if one.org == handover.sender)
    faces = sorted({one.professional for one in known if one.professional is not None and one.professional in case})
    return Involvement(
        **stamp.head() | ({"introduced_by": faces[0]} if faces else {}),
        regime=like.regime,
        collected_for=like.collected_for,
        persons=handover.persons,
        org=handover.receiver,
        professional=professional.id,
        role=FIXED,
        valid_from=on,
    )


def require_begins(begun: Involvement, *, professional: Professional, handover: Handover) -> None:
    """Return if a completion says rightly who is the fixed contact from now on.

    Raises:
        DocumentError: D_FIXED_CONTACT, with the place: it is not of the receiver, or not recorded by it, no human being
            is named, or it does not begin on the day of the completion, or ends at once.
    """
    wanted = {
        "org": handover.receiver,
        "role": FIXED,
        "professional": professional.id,
        "valid_from": handover.steps[-1].on,
        "valid_until": None,
        "end_reason": None,
    }
    wrong = [f"/begins/{name}" for name, value in wanted.items() if getattr(begun, name) != value]
    wrong += ["/professional/org"] if professional.org != handover.receiver else []
    for name, record in (("begins", begun), ("professional", professional)):
        wrong += [f"/{name}/recorded_by/org"] if record.recorded_by.org != handover.receiver else []
    if wrong:
        raise DocumentError([Problem.of_shape("D_FIXED_CONTACT", pointer) for pointer in wrong])


def passed_on(case: FamilyCase, *, handover: Handover, begun: Involvement, stamp: Stamp) -> tuple[BareRecord, ...]:
    """Return the records by which either side writes down that a handover was completed.

    Each side records that it was. Who handed over also ends its own fixed contact, on the day on which the other one
    begins; for persons who were not handed over it goes on. Persons whom the own file does not know are left out.

    Args:
        case: The own file.
        handover: What is known here of it: completed.
        begun: The fixed contact of the receiver.
        stamp: Who records it and when; of this organisation.

    Raises:
        UsageError: U_STEP, the handover was not completed.
    """
    if handover.state != "completed":
        raise UsageError("U_STEP")
    on = handover.steps[-1].on
    known = tuple(person for person in begun.persons if person in case or handover.own == "receiver")
    if not known:
        return ()
    work = Collaboration(
        **stamp.head(),
        regime=begun.regime,
        collected_for=begun.collected_for,
        kind="handover",
        persons=known,
        requested_by=handover.sender,
        asked=(handover.receiver,),
        state="completed",
        requested_on=handover.steps[0].on,
        first_day_receiver=on,
        completed_on=on,
        responsible_for_safety=handover.receiver,
    )
    if handover.own == "receiver":
        return work, begun
    own = (one for one in Records(case).current("involvements") if _goes_on(one, handover.sender, begun))
    ended = [record for one in own for record in _ended(one, begun, on=on, stamp=stamp)]
    return (*ended, work)


def _goes_on(one: Involvement, org: str, begun: Involvement) -> bool:
    own = one.role == FIXED and one.org == org and one.recorded_by.org == org
    begun_before = one.valid_from is None or span_of(one.valid_from)[0] <= span_of(begun.valid_from or "")[0]
    return own and one.valid_until is None and begun_before and bool({*one.persons} & {*begun.persons})


def _ended(one: Involvement, begun: Involvement, *, on: str, stamp: Stamp) -> Iterator[BareRecord]:
    """Yield the successor that ends on a day, the link to it, and what goes on for those who were not handed over."""
    handed = tuple(person for person in one.persons if person in begun.persons)
    ended = one.model_copy(update=stamp.head() | {"persons": handed, "valid_until": on, "end_reason": HANDED_OVER})
    yield ended
    yield stamp.link(ended.id, kind="replaces", to=one.id)
    if left := tuple(person for person in one.persons if person not in begun.persons):
        staying = one.model_copy(update=stamp.head() | {"persons": left})
        yield staying
        yield stamp.link(staying.id, kind="derived_from", to=one.id)
