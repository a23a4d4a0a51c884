# SPDX-License-Identifier: EUPL-1.2
"""Writes the steps of a story down as records.

Rules: what a step does not say comes from the defaults of ``world.json``; whom a text names without being about them
becomes a third party of the record; a helper and an organisation get a record when they are first named. A step that
names somebody or something that is not in this family (a sister who came by chance) is left out.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, TypeGuard

from kgbx.case.digest import wording_digest
from kgbx.case.told import Statement
from kgbx.case.types import TYPE_OF_ARRAY
from kgbx.clock import format_instant
from kgbx.testing.people import AbsentError
from kgbx.testing.story import Step, world

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kgbx.case.base import BareRecord
    from kgbx.testing.dice import Dice
    from kgbx.testing.people import Family

_OF_THE_STEP: Final = frozenset(
    {
        "month",
        "day",
        "every",
        "until",
        "chance",
        "add",
        "as",
        "writer",
        "say",
        "form",
        "replaces",
        "drop",
        "links",
        "tells",
        "notes",
    }
)
"""Members of a step that are not members of the record."""

_WORDS: Final = {"statements": "wording", "collaborations": "question"}
_VERBATIM: Final = frozenset({"reactions", "goals"})
_MENTIONS: Final = {"strengths": ("helper",), "reporters": ("person",)}
"""Members that name somebody whom the record is not about."""

_SUBJECTS: Final = ("about", "affects", "owners", "persons", "subjects", "person", "subject", "minor", "bearer")
_DAY: Final = re.compile(r"=(?P<days>[+-][0-9]+)?\Z")
_LESS_PRECISE: Final = re.compile(r"=(?P<count>[+-][0-9]+)(?P<unit>[my])\Z")
_FIRST_HOUR: Final = 8
_MONTHS: Final = 12


class Scribe:
    """Writes down what happens to one family.

    Attributes:
        records: What was written, in order.
    """

    def __init__(self, family: Family, *, start: date, dice: Dice) -> None:
        self.records: list[BareRecord] = []
        self._family = family
        self._start = start
        self._dice = dice
        self._ids: dict[str, str] = dict(family.ids)
        self._written: dict[str, dict[str, Any]] = {}
        self._values: dict[str, dict[str, Any]] = {}
        self._moment = datetime(start.year, start.month, start.day, _FIRST_HOUR, tzinfo=UTC)
        self._writer = "worker"
        self._named: set[str] = set()
        self._said: set[str] = set()

    def day_of(self, month: int, day: int) -> date:
        """Return the day of a step; days count from 1 to 28."""
        years, place = divmod(self._start.month - 1 + month, _MONTHS)
        return date(self._start.year + years, place + 1, day)

    def write(self, step: Step, month: int) -> None:
        """Write one step down, in a month counted from the start, or leave it out."""
        day = self.day_of(month, step.get("day", 1))
        first = datetime(day.year, day.month, day.day, _FIRST_HOUR, tzinfo=UTC)
        self._moment = max(first, self._moment + timedelta(minutes=1))
        self._writer = step.get("writer", "worker")
        self._named = set()
        try:
            self._write(step)
        except AbsentError:
            return

    def _write(self, step: Step) -> None:
        array = step["add"]
        value = self._resolved(self._members(array, step))
        if "replaces" in step:
            value = self._corrected(step, value)
        if "say" in step:
            value[_WORDS.get(array, "words")] = self._wording(step, array)
        self._complete(array, value)
        links = self._resolved(step.get("links", {}))
        if "replaces" in step:
            links = {**links, "replaces": [self._written[step["replaces"]]["id"]]}
        record_id = self._append(array, value, alias=step.get("as") or step.get("replaces"))
        for kind, targets in links.items():
            for target in targets:
                self._append("links", {"from": record_id, "kind": kind, "to": target})

    def _members(self, array: str, step: Step) -> dict[str, Any]:
        """Return the members of the record as the step and the defaults give them."""
        own = {name: member for name, member in step.items() if name not in _OF_THE_STEP}
        if "replaces" in step:
            return own
        return {**world()["defaults"].get(array, {}), **self._teller(step), **own}

    def _teller(self, step: Step) -> dict[str, Any]:
        """Return who tells a statement, and that it is about the teller unless the step says otherwise."""
        if who := step.get("tells"):
            told_by = {"person": f"@{who}", "capacity": self._family.capacity_of(who)}
            return {"told_by": told_by, "about": [f"@{who}"]}
        if who := step.get("notes"):
            return {"told_by": {"professional": f"@{who}"}, "source": {"kind": "observed"}}
        return {}

    def _corrected(self, step: Step, changes: dict[str, Any]) -> dict[str, Any]:
        name = step["replaces"]
        if name not in self._written:
            raise AbsentError
        kept = {member: value for member, value in self._written[name].items() if member not in step.get("drop", ())}
        return {**kept, **changes, "id": self._dice.id()}

    def _wording(self, step: Step, array: str) -> dict[str, Any]:
        spoken = "tells" in step or array in _VERBATIM
        text = step["say"] if isinstance(step["say"], str) else self._one_of(step["say"])
        form = step.get("form", "woordelijk" if spoken else "samengevat")
        return {"text": self._filled(text), "language": "nl", "form": form, "written_by": self._id_of("writer")}

    def _one_of(self, texts: list[str]) -> str:
        """Return one of the texts, one that was not said before as long as there is one."""
        text = self._dice.choice([text for text in texts if text not in self._said] or texts)
        self._said.add(text)
        return text

    def _complete(self, array: str, value: dict[str, Any]) -> None:
        """Add what follows from other members: digests, sizes, third parties."""
        if array == "reviews":
            shown = Statement.model_validate(self._values[value["record"]])
            value["wording_digest"] = wording_digest(shown)
        if array == "documents":
            value |= {"size": self._dice.between(20_000, 900_000), "sha256": self._dice.text(32)}
        mentioned = self._named | {value[member] for member in _MENTIONS.get(array, ()) if member in value}
        if mentioned and array != "persons" and TYPE_OF_ARRAY[array].about is not None:
            target = TYPE_OF_ARRAY[array].target
            spoken_of = self._values[value[target]] if target else {}
            if others := mentioned - _subjects_of(value, array) - _subjects_of(spoken_of):
                value["third_parties"] = sorted(others)

    def _append(self, array: str, value: dict[str, Any], *, alias: str | None = None) -> str:
        """Write a record with what every record has, and return its id."""
        writer = self._actor("writer")
        common = {"recorded_at": format_instant(self._moment), "recorded_by": writer, "salt": self._dice.text(16)}
        if TYPE_OF_ARRAY[array].about is not None:
            organisation = world()["organisations"][self._organisation_of(self._writer)]
            law = {"regime": organisation["regime"], "collected_for": organisation["purpose"]}
            value = {**law, **value}
        whole = {**value, "id": value.get("id") or self._dice.id(), **common}
        self._keep(array, whole, alias or whole["id"])
        return str(whole["id"])

    def _keep(self, array: str, value: dict[str, Any], name: str) -> None:
        self.records.append(TYPE_OF_ARRAY[array].model.model_validate(value, by_alias=True, by_name=False))
        self._written[name] = value
        self._values[value["id"]] = value
        self._ids[name] = value["id"]
        if array == "persons":
            self._family.born(name, "expected_birth_date" not in value)

    # --- values

    def _resolved(self, value: Any) -> Any:  # noqa: ANN401  # any JSON
        if isinstance(value, dict):
            return {name: self._resolved(member) for name, member in value.items()}
        if isinstance(value, list):
            return self._list(value)
        return self._text(value) if isinstance(value, str) else value

    def _list(self, values: list[Any]) -> list[Any]:
        """Return a list without those who are not there; a list that loses everybody is absent itself."""
        found: list[Any] = []
        for value in values:
            if value in ("@family", "@children", "@adults"):
                found += [self._ids[name] for name in self._family.group(value[1:])]
                continue
            try:
                found.append(self._resolved(value))
            except AbsentError:
                continue
        if values and not found:
            raise AbsentError
        return list(dict.fromkeys(found)) if all(isinstance(one, str) for one in found) else found

    def _text(self, text: str) -> Any:  # noqa: ANN401  # a text or an actor
        if text.startswith("@"):
            return self._id_of(text[1:])
        if text.startswith("!"):
            return self._actor(text[1:])
        if text.startswith("="):
            return self._date(text)
        return self._filled(text)

    def _date(self, text: str) -> str:
        day = self._moment.date()
        if text == "=now":
            return format_instant(self._moment)
        if found := _DAY.match(text):
            return (day + timedelta(days=int(found["days"] or 0))).isoformat()
        found = _LESS_PRECISE.match(text)
        if found is None:
            return self._filled(text)
        if found["unit"] == "y":
            return str(day.year + int(found["count"]))
        years, month = divmod(day.month - 1 + int(found["count"]), _MONTHS)
        return f"{day.year + years}-{month + 1:02d}"

    def _filled(self, text: str) -> str:
        """Put names in a text, and remember whom it names."""
        filled, named = self._family.fill(text)
        self._named |= {self._ids[name] for name in named}
        return filled

    # --- who and what

    def _actor(self, name: str) -> dict[str, str]:
        name = self._writer if name == "writer" else name
        return {"org": self._urn(self._organisation_of(name)), "professional": self._id_of(name)}

    def _organisation_of(self, name: str) -> str:
        organisation: str = world()["professionals"][name]["org"]
        return organisation

    def _urn(self, name: str) -> str:
        """Return the URN of an organisation, and describe it when it is first named."""
        organisation = world()["organisations"][name]
        urn = f"urn:osb:oin:00000099{organisation['number']:012d}"
        if name not in self._written:
            self._describe("organisations", name, {"org": urn, **self._family.described(organisation)})
        return urn

    def _id_of(self, name: str) -> str:
        name = self._writer if name == "writer" else name
        if name == "writer_org":
            return self._urn(self._organisation_of(self._writer))
        if name in world()["organisations"]:
            return self._urn(name)
        if name in world()["professionals"] and name not in self._ids:
            self._introduce(name)
        if name not in self._ids:
            raise AbsentError
        return self._ids[name]

    def _introduce(self, name: str) -> None:
        """Describe a helper when that helper is first named."""
        helper = world()["professionals"][name]
        self._ids[name] = self._dice.id()
        described = {
            member: helper[member] for member in ("discipline", "job_title", "registrations") if member in helper
        }
        value = {"name": self._family.helper(name), "org": self._urn(helper["org"]), **described}
        self._describe("professionals", name, {**value, "id": self._ids[name]})

    def _describe(self, array: str, name: str, value: Mapping[str, Any]) -> None:
        """Write a record that describes an organisation or a helper, recorded by the organisation that writes."""
        urn = f"urn:osb:oin:00000099{world()['organisations'][self._organisation_of(self._writer)]['number']:012d}"
        common = {"recorded_at": format_instant(self._moment), "recorded_by": {"org": urn}, "salt": self._dice.text(16)}
        self._keep(array, {"id": self._dice.id(), **value, **common}, name)


def _subjects_of(value: Mapping[str, Any], array: str = "") -> set[str]:
    """Return the persons that a record is about or who speaks in it, as its members say."""
    found: set[str] = set()
    for member in _SUBJECTS:
        named = value.get(member, ()) if member not in _MENTIONS.get(array, ()) else ()
        found.update([named] if isinstance(named, str) else named)
    found.update(speaker for speaker in (value.get("by"), value.get("told_by", {}).get("person")) if _is_id(speaker))
    found.update(member["person"] for member in value.get("members", ()))
    return found


def _is_id(value: object) -> TypeGuard[str]:
    return isinstance(value, str)
