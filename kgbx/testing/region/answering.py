# SPDX-License-Identifier: EUPL-1.2
"""What somebody of the family answers to a question, and how it is written down.

Rules: whether somebody tells depends on the question, the person and the organisation, and on nothing that the manner
of working changes. Everything that is told is told to the ledger too, as it was told.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from kgbx.testing.region.bodies import CHANCES
from kgbx.testing.region.wants import Entry

if TYPE_CHECKING:
    from datetime import datetime

    from kgbx.case.base import BareRecord
    from kgbx.testing.dice import Dice
    from kgbx.testing.region.kin import Kin
    from kgbx.testing.region.office import Office
    from kgbx.testing.region.wants import Put

_OF_ALL: Final = ("family.", "safety.", "help.", "problem.", "strength.family")
"""Topics about which somebody speaks of parents and children together."""

_PLACES: Final = ("safety.hidden_address", "housing.", "identity.safe_contact")
_MANY: Final[dict[str, str]] = {
    "problem.*": "problem.opvoedvaardigheden",
    "strength.*": "strength.family",
    "identity.languages": "identity.language",
    "identity.birth_date": "identity.birth",
}
"""Of several topics: which one somebody speaks about; and members of a person's record, as a topic."""

_FORMS: Final = ("households", "contact_points")
_KIND: Final = "ervaring"


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """What somebody tells.

    Attributes:
        topic: On what.
        teller: Id of who tells it.
        about: Ids of whom it is about.
        kind: Kind of statement.
    """

    topic: str
    teller: str
    about: tuple[str, ...]
    kind: str = _KIND


def answered(office: Office, put: Put, *, kin: Kin, now: datetime, dice: Dice) -> Entry:
    """Write down what somebody answers to a question, and return it as the ledger knows it."""
    want = put.want
    way = next((one for one in want.ways if one.topic is not None), want.ways[0])
    if way.topic is None and way.record in _FORMS:
        values = _household(kin, now) if way.record == "households" else _phone(put.person or put.of, dice)
        return _filled_in(office, way.record, values, teller=put.of, now=now)
    asked = way.topic or f"identity.{way.member}"
    topic = _MANY.get(asked, asked)
    teller = put.person if want.own_words and put.person is not None else put.of
    kind = _KIND if not want.kinds or _KIND in want.kinds else min(want.kinds)
    about = _about(topic, put.person, teller, kin)
    return stated(office, Telling(topic=topic, teller=teller, about=about, kind=kind), now=now, dice=dice)


def registered(record: BareRecord) -> Entry:
    """Return what a record from a register says, as the ledger knows it."""
    says = record.model_dump(mode="json", by_alias=True, exclude_none=True)
    person, authority = says.get("birth_date"), says.get("minor")
    on = date.fromisoformat(says["source"]["as_of"])
    array = "persons" if person else "parental_authorities"
    return Entry(record=record.id, array=array, about=frozenset({authority or record.id}), on=on, members=says)


def _about(topic: str, person: str | None, teller: str, kin: Kin) -> tuple[str, ...]:
    if person is not None:
        return (person,)
    children = tuple(one.id for one in kin.children) if topic.startswith(_OF_ALL) else ()
    return tuple(dict.fromkeys((teller, *children)))


def stated(office: Office, telling: Telling, *, now: datetime, dice: Dice) -> Entry:
    """Write down what somebody tells, and return it as the ledger knows it."""
    topic, about = telling.topic, frozenset(telling.about)
    told: dict[str, Any] = {"kind": telling.kind, "about": sorted(about), "told_by": {"person": telling.teller}}
    again = _again(topic, dice)
    record = office.state(topic, told if again is None else told | {"tell_again": again}, now=now)
    return Entry(
        record=record,
        array="statements",
        about=about,
        on=now.date(),
        topics=frozenset({topic}),
        kind=telling.kind,
        teller=telling.teller,
        again=again is not None,
        hidden_for=about if topic.startswith(_PLACES) else frozenset(),
    )


def _again(topic: str, dice: Dice) -> str | None:
    """Return whether it may be asked again: what is about safety may, for it changes."""
    if topic.startswith("safety."):
        return "ask"
    if dice.happens(CHANCES["ask_again"]):
        return "ask"
    return "if_changed" if dice.happens(CHANCES["only_if_changed"]) else None


def _household(kin: Kin, now: datetime) -> dict[str, Any]:
    members = [{"person": one} for one in kin.ids]
    return {"kind": "particulier", "members": members, "valid_from": now.date().isoformat()}


def _phone(person: str, dice: Dice) -> dict[str, Any]:
    """Return a made-up number; its last digits stand in no URN, or it would be found in every record as a place."""
    number = f"06 0000 {dice.between(111, 888)}{dice.between(1, 9)}"
    return {"persons": [person], "kind": "mobile", "value": number, "safe_to_use": True}


def _filled_in(office: Office, array: str, values: dict[str, Any], *, teller: str, now: datetime) -> Entry:
    """Write down an answer that is no statement: who lives in a household, how somebody can be reached."""
    people = values["persons"] if "persons" in values else [one["person"] for one in values["members"]]
    about = frozenset(people)
    record = office.write(array, values | {"source": {"kind": "told"}}, now=now)
    hidden = about if array == "contact_points" else frozenset[str]()
    return Entry(
        record=record, array=array, about=about, on=now.date(), members=values, teller=teller, hidden_for=hidden
    )
