# SPDX-License-Identifier: EUPL-1.2
"""A made-up family that is helped for years: cases of any size in which the records differ and name each other.

Rules: nothing is drawn by chance, so every run measures the same bytes. Each contact adds what a contact adds: what was
told, what the family thinks of it, who was informed; now and then a correction, a plan, a hand-over, a consent.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from collections import defaultdict
from datetime import date, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from kgbx.case import SCHEMA_URI, wording_digest
from kgbx.case.told import Statement

if TYPE_CHECKING:
    from collections.abc import Iterator

Value = dict[str, Any]
Row = tuple[str, Value]

TEAM: Final = "urn:osb:oin:00000099000000001000"
GI: Final = "urn:osb:oin:00000099000000002000"
FIRST_DAY: Final = date(2015, 1, 5)
BETWEEN_CONTACTS: Final = timedelta(days=3)
CHANGE_OF_FACE: Final = 90

TOLD: Final = (
    ("wens", "parent.wish", "Ik wil dat het 's avonds rustig is, zodat iedereen kan slapen."),
    ("ervaring", "family.contact_arrangement", "Op zondag is het lastig: dan moet alles in twee tassen."),
    ("zorg", "child.school", "De juf belde weer. Hij doet niet mee en zit de hele dag onder zijn capuchon."),
    ("kracht", "family.network", "Mijn zus komt elke dinsdag koken. Dan lachen we tenminste een keer."),
    ("gebeurtenis", "safety.incident", "Er is geschreeuwd en er is een deur kapot gegaan. De kinderen waren boven."),
    ("mening", "help.what_worked", "Dat u hetzelfde gezicht bleef heeft het meest geholpen, niet de formulieren."),
)


def an_id(*name: object) -> str:
    """Return the id that belongs to a name."""
    return str(UUID(bytes=sha256(repr(name).encode()).digest()[:16], version=4))


MOTHER, FATHER, SON, DAUGHTER = (an_id("person", number) for number in range(4))


def record(day: date, *name: object, full: bool = True, **members: Any) -> Value:  # noqa: ANN401  # JSON values
    """Return a record of a day; ``from_`` becomes ``from``."""
    salt = urlsafe_b64encode(sha256(repr(("salt", name)).encode()).digest()[:16]).rstrip(b"=").decode()
    common = {"id": an_id(*name), "recorded_at": f"{day}T10:00:00Z", "recorded_by": {"org": TEAM}, "salt": salt}
    law = {"regime": "jeugdwet", "collected_for": "care"} if full else {}
    return common | law | {member.rstrip("_"): value for member, value in members.items()}


def words(text: str, worker: str) -> Value:
    """Return a wording that a worker wrote down."""
    return {"text": text, "language": "nl", "form": "eigen_woorden_genoteerd", "written_by": worker}


def worker_of(contact: int) -> str:
    """Return the id of the fixed contact at the time of a contact."""
    return an_id("professional", contact // CHANGE_OF_FACE)


def household() -> Iterator[Row]:
    """Yield the family itself."""
    day = FIRST_DAY
    for person, birth in ((MOTHER, "1986-04"), (FATHER, "1984"), (SON, "2010-11-02"), (DAUGHTER, "2014-06-30")):
        yield "persons", record(day, person) | {"id": person, "birth_date": birth}
    for child in (SON, DAUGHTER):
        for parent in (MOTHER, FATHER):
            yield "relations", record(day, "relation", parent, child, from_=parent, to=child, kind="ouder")
        holders = [{"person": parent, "capacity": "ouder"} for parent in (MOTHER, FATHER)]
        register = {"kind": "register", "register_name": "brp", "as_of": str(day)}
        gezag: Value = {"minor": child, "kind": "gezamenlijk_ouderlijk", "holders": holders, "source": register}
        yield "parental_authorities", record(day, "gezag", child, **gezag)
    members = [{"person": person} for person in (MOTHER, SON, DAUGHTER)]
    yield "households", record(day, "household", kind="particulier", members=members)


def told(contact: int, day: date) -> Iterator[Row]:
    """Yield what was told in a contact, what the family thinks of the wording, and who was informed."""
    kind, topic, text = TOLD[contact % len(TOLD)]
    teller, other = (MOTHER, FATHER) if contact % 3 else (FATHER, MOTHER)
    worker = worker_of(contact)
    statement = record(
        day,
        "statement",
        contact,
        kind=kind,
        topics=[topic],
        about=[teller, SON if contact % 2 else DAUGHTER],
        told_by={"person": teller, "capacity": "ouder_met_gezag"},
        told_to=[{"org": TEAM, "professional": worker}],
        told_on=str(day),
        channel="gesprek_thuis",
        wording=words(f"{text} (gesprek {contact})", worker),
        tell_again="no",
    )
    yield "statements", statement
    digest = wording_digest(Statement.model_validate_json(json.dumps(statement)))
    shown: Value = {"record": statement["id"], "by": teller, "reviewed_on": str(day), "wording_digest": digest}
    yield "reviews", record(day, "review", contact, verdict="akkoord", **shown)
    how: Value = {"on": str(day), "how": "telefonisch", "by": {"org": TEAM, "professional": worker}}
    yield "informings", record(day, "informing", contact, record=statement["id"], person=other, informed=True, **how)
    if not contact % 2:
        said = words(f"Ik zie dat anders, maar ik snap waarom het zo is opgeschreven ({contact}).", worker)
        answer: Value = {"record": statement["id"], "by": other, "kind": "oneens", "reacted_on": str(day)}
        yield "reactions", record(day, "reaction", contact, words=said, **answer)


def worked_out(contact: int, day: date) -> Iterator[Row]:
    """Yield what the workers make of it: a concern that rests on what was told, goals, judgements, corrections."""
    statement, worker = an_id("statement", contact), worker_of(contact)
    if not contact % 3:
        members: Value = {"domain": "conflict_thuis", "affects": [SON], "level": "zorg", "since": f"{day.year}"}
        members["words"] = words(f"Ruzie als de kinderen gebracht worden, {contact // 3} keer gehoord.", worker)
        yield "concerns", record(day, "concern", contact, **members)
        grounds: Value = {"from_": an_id("concern", contact), "kind": "mentioned_in", "to": statement}
        yield "links", record(day, "grounds", contact, full=False, **grounds)
    if not contact % 5:
        own = words(f"Een avond in de week zonder ruzie, dit is poging {contact // 5}.", worker)
        marks = [{"value": contact % 11, "by": MOTHER, "on": str(day)}]
        yield "goals", record(day, "goal", contact, owners=[MOTHER], words=own, status="bezig", scaling=marks)
        level: Value = {"phase": "herbeoordeling", "conclusion": "zorgen_geen_onveiligheid"}
        judged: Value = {"assessed_by": {"org": TEAM, "professional": worker}, "assessed_on": str(day)}
        yield "safety_assessments", record(day, "safety", contact, persons=[SON, DAUGHTER], **judged, **level)
    if contact and not contact % 7:
        links: Value = {"from_": statement, "kind": "replaces", "to": an_id("statement", contact - 7)}
        yield "links", record(day, "replaces", contact, full=False, **links)


def agreed(contact: int, day: date) -> Iterator[Row]:
    """Yield what was agreed and decided: agreements, consents, documents, another fixed contact."""
    worker = worker_of(contact)
    if not contact % 4:
        text = words(f"Wie boos is gaat een half uur wandelen en belt daarna ({contact}).", worker)
        answers = [{"person": person, "answer": "ja", "on": str(day)} for person in (MOTHER, FATHER)]
        members: Value = {"kind": "veiligheid", "persons": [MOTHER, FATHER], "words": text, "answers": answers}
        yield "agreements", record(day, "agreement", contact, agreed_on=str(day), **members)
    if not contact % 11:
        period: Value = {"valid_from": str(day), "valid_until": str(day + timedelta(days=180))}
        ceremony = {"method": "paper", "at": f"{day}T09:00:00Z", "witness": worker}
        scope: Value = {"recipients": [GI], "purposes": ["care"], "categories": ["care_plan", "family_story"]}
        who: Value = {"subject": MOTHER, "decided_by": MOTHER, "capacity": "self", "decision": "permit"}
        yield "consents", record(day, "consent", contact, ceremony=ceremony, **who, **scope, **period)
        about: Value = {"title": f"Verslag van gesprek {contact}", "about": [SON], "topics": ["child.school"]}
        file: Value = {"media_type": "application/pdf", "size": 20_000 + contact, "sha256": "A" * 43}
        yield "documents", record(day, "document", contact, kind="verslag", written_on=str(day), **about, **file)
    if not contact % CHANGE_OF_FACE:
        yield (
            "professionals",
            record(day, "professional", contact, full=False, name="Anouk Terpstra", org=TEAM) | {"id": worker},
        )
        held: Value = {"valid_from": str(day), "valid_until": str(day + CHANGE_OF_FACE * BETWEEN_CONTACTS)}
        helped: Value = {"persons": [MOTHER, FATHER, SON, DAUGHTER], "org": TEAM, "professional": worker}
        end: Value = {"role": "fixed_contact", "end_reason": "vertrek"}
        if contact:
            end["introduced_by"] = worker_of(contact - 1)
        yield "involvements", record(day, "involvement", contact, **helped, **held, **end)


def family_case(contacts: int) -> bytes:
    """Return the case of the family after so many contacts: about three and a half kilobytes for each."""
    arrays: dict[str, list[Value]] = defaultdict(list)
    rows = [*household()]
    for contact in range(contacts):
        day = FIRST_DAY + contact * BETWEEN_CONTACTS
        rows += [*told(contact, day), *worked_out(contact, day), *agreed(contact, day)]
    for array, row in rows:
        arrays[array].append(row)
    return json.dumps({"schema": SCHEMA_URI, "synthetic": True, **arrays}, ensure_ascii=False).encode()
