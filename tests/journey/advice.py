# SPDX-License-Identifier: EUPL-1.2
"""Made-up families with a protection and registers, and everything that the library advises about them.

What is gathered is whom each output says to ask, and in which words: ids where it holds ids, lines where it prints.
"""

from __future__ import annotations

import json
import random
import re
from dataclasses import dataclass, field
from functools import cached_property
from html import unescape
from itertools import product
from typing import TYPE_CHECKING, Any, Final

from kgbx.case import FamilyCase, Person, Protection
from kgbx.cli.main import run_and_report
from kgbx.clock import local_day, parse_instant
from kgbx.consent.access_items import AccessItemiser, access_facts
from kgbx.consent.access_report import access_report
from kgbx.consent.asker import Asker
from kgbx.consent.facts import CaseloadFact, ConsentFact, OrganisationFact, ProtectionFact, Request
from kgbx.consent.family_part import family_part
from kgbx.consent.joins import Registers
from kgbx.consent.policies import policy_in_force, published_policies
from kgbx.consent.warnings import warnings
from kgbx.exchange import Basis, blocked_by, decide_share, fitted, openings, proven_ids, sparing
from kgbx.exchange.news import news
from kgbx.render.family_story import StoryPage
from kgbx.render.names import Names
from kgbx.render.page import Page
from kgbx.render.report import ReportPage
from kgbx.render.view import render_view
from kgbx.story import Family, coverage, profile, profiles, questions
from kgbx.story.records import Records
from kgbx.testing.families import make_family
from tests.case.builders import an_id, full

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import pytest

    from kgbx.exchange.passing import Decided
    from kgbx.story import Coverage, Profile

TEAM: Final = "urn:osb:oin:00000099000000001000"
_ALWAYS: Final = "2020-01-01T00:00:00Z"
_KNOWN: Final[dict[str, Any]] = {"recorded_at": _ALWAYS, "valid_from": _ALWAYS}
_THIRD_COLUMN: Final = 60
NAME: Final = "Blokmans"
"""What who is blocked is called, so that it is found in every text."""


@dataclass(frozen=True, slots=True)
class Named:
    """That an output says to ask a person.

    Attributes:
        output: Which output.
        person: Id of the person; empty for a line of text.
        need: Whether it is where somebody lives that is asked, and about whom.
        text: The line, where it is printed.
    """

    output: str
    person: str
    place: bool = False
    about: str | None = None
    text: str = ""


@dataclass
class World:
    """A family at the end of its story, as the team holds it, in which somebody is blocked.

    It is usable where there are two people of whom one can be kept from the other.
    """

    seed: int
    blocking: bool = True
    dice: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self.dice = random.Random(self.seed)  # noqa: S311  # no secret
        made = make_family(self.seed, self.dice.choice((1, 6, 18)))
        self.at = "2026-03-01T10:00:00Z"
        people = Family(Records(made), local_day(parse_instant(self.at)))
        self.usable = len(people.members) > 1
        self.person, self.blocked = self.dice.sample(people.members if self.usable else ("nobody", "none"), 2)
        self.in_case, self.in_registers = self.dice.choice(((True, False), (False, True), (True, True)))
        self.case = FamilyCase(self._records(made), id=made.id, synthetic=True)
        self.children = frozenset(people.children)
        self.willing = self.dice.choice((0, 0.7, 1))

    def _records(self, made: FamilyCase) -> Iterator[Any]:
        for one in made:
            named = isinstance(one, Person) and one.id == self.blocked
            yield one.model_copy(update={"name": _named(one)}) if named else one  # type: ignore[arg-type]  # a Person
        if self.blocking and self.in_case and self.usable:
            value = full(0xF00, person=self.person, blocked=[self.blocked], valid_from="2020-01-01")
            stamp = {"recorded_at": _ALWAYS, "recorded_by": {"org": TEAM}}
            yield Protection.model_validate_json(json.dumps(value | stamp))

    @cached_property
    def registers(self) -> Registers:
        """What the team knows of organisations, and perhaps of who is protected."""
        functions = {one.org: one.functions[0] for one in self.case.records("organisations") if one.functions}  # type: ignore[attr-defined]  # organisations
        kept = [
            ProtectionFact(person=self.person, allowed=("*",), blocked=(self.blocked,), **_KNOWN)
            for _ in range(self.blocking and self.in_registers and self.usable)
        ]
        served = [(org, one.id) for org in functions for one in self.case.records("persons") if one.id != self.blocked]
        return Registers(
            format="kgbx-registers/1",
            organisations=tuple(
                OrganisationFact(id=org, function=function, may_use_bsn=True, bound_to_secrecy=True)
                for org, function in functions.items()
            ),
            caseloads=tuple(CaseloadFact(organisation=org, person=who, **_KNOWN) for org, who in served),
            caseload_known=("*",),
            protections=tuple(kept),
            consents=tuple(self._permits()),
        )

    def _permits(self) -> Iterator[ConsentFact]:
        """Yield permits of nearly everybody about everybody for everything."""
        people = [one.id for one in self.case.records("persons")]
        everything: dict[str, Any] = {"purposes": ("*",), "categories": ("*",), "recipients": ("*",), "proven": True}
        for number, (who, about) in enumerate(product(people, repeat=2)):
            if self.dice.random() < self.willing:
                pair: dict[str, Any] = {
                    "id": an_id(0xE000 + number),
                    "decided_by": who,
                    "about": about,
                    "decision": "permit",
                }
                yield ConsentFact(**pair, **everything, **_KNOWN)

    @cached_property
    def decided(self) -> tuple[Request, Decided]:
        """Return what would go to one of the other organisations, for what its function needs."""
        needed = self.profile
        others = [fact for fact in self.registers.organisations if fact.id != TEAM and fact.function == needed.function]
        to = others[0].id if others else "urn:osb:oin:00000099000000005000"
        purpose = needed.purpose or "care"
        request = Request(sender=TEAM, recipient=to, purpose=purpose, at=self.at, known_at=self.at)
        basis = Basis(registers=self.registers, policies=published_policies(), proven=proven_ids(self.case, own=TEAM))
        return request, decide_share(self.case, request=request, basis=basis)

    @cached_property
    def profile(self) -> Profile:
        """A need profile: of an organisation around this family where there is one."""
        functions = {fact.function for fact in self.registers.organisations} - {"lokaal_team"}
        fitting = [names for names in profiles() if names[0] in functions] or list(profiles())
        chosen = profile(*self.dice.choice(fitting))
        return fitted(chosen, policy_in_force(published_policies(), self.at))[0]

    # --- whom it says to ask

    def named(self) -> list[Named]:
        """Return everybody whom an output of the library says to ask."""
        return [*self._of_questions(), *self._of_permits(), *self._of_warnings(), *self._of_news(), *self._of_pages()]

    @cached_property
    def covered(self) -> Coverage:
        """What the recipient would know, as the sender looks."""
        request, decided = self.decided
        blocked = blocked_by(decided.facts, at=request.at, known_at=request.known_at)
        moment = parse_instant(self.at)
        return coverage(decided.share.view, self.profile, at=moment, withheld=self.case, blocked=blocked)

    @cached_property
    def own(self) -> Coverage:
        """What the team knows itself."""
        request, decided = self.decided
        blocked = blocked_by(decided.facts, at=request.at, known_at=request.known_at)
        return coverage(self.case, self.profile, at=parse_instant(self.at), blocked=blocked, own=TEAM)

    def _of_questions(self) -> Iterator[Named]:
        for output, found in (("questions of the recipient", self.covered), ("own questions", self.own)):
            for one in questions(found):
                yield from (Named(output, who, bool(one.need.location), one.about) for who in one.ask)

    def _of_permits(self) -> Iterator[Named]:
        request, decided = self.decided
        opened = openings(self.case, self.covered, request=request, decided=decided)
        ways = [way for one in opened for way in one.ways] + [one.permits for one in sparing(opened)]
        yield from (Named("permits", one.decided_by) for way in ways for one in way)

    def _of_warnings(self) -> Iterator[Named]:
        _, decided = self.decided
        found = warnings(self.case, facts=decided.facts, policy=decided.policy, at=self.at, days=730)
        yield from (Named(f"warning {one.kind}", who) for one in found for who in one.deciders)

    def _of_news(self) -> Iterator[Named]:
        if self.blocking and not self.in_case:
            return  # who receives knows its own case only
        found = news(FamilyCase(synthetic=True), self.case, at=parse_instant(self.at), needed=self.profile)
        for row in found.missing:
            yield from (Named("news", who, bool(row.need.location), row.person) for who in row.ask)

    def _of_pages(self) -> Iterator[Named]:
        names = Names(self.decided[1].share.view, day=local_day(parse_instant(self.at)), language="nl")
        for ask in Page(names, self.covered).asks:
            yield Named("page", "", text=f"{ask.whom} {ask.manner}")
        if not self.usable or (self.blocking and not self.in_case):
            return
        page = render_view(
            self.case, self.own, sender_name="A", recipient_name="B", at=parse_instant(self.at), language="nl"
        )
        section = page.partition('id="ask"')[2].partition("</section>")[0]
        for whom in re.findall(r"<strong><bdi>(.*?)</bdi></strong>", section):
            yield Named("page of a view", "", text=unescape(whom))

    def sheets(self) -> Iterator[Named]:
        """Yield what the story and the access report tell each of the family to do."""
        _, decided = self.decided
        facts = access_facts(self.case, decided.facts, own=TEAM)
        one = AccessItemiser(self.case, facts=facts, policy=decided.policy).one
        moment = parse_instant(self.at)
        for person in self.case.records("persons"):
            asker = Asker(one(person.id), at=self.at, known_at=self.at, facts=facts, policy=decided.policy)
            part = family_part(self.case, asker, own=TEAM, log=())
            story = StoryPage(part, policy=decided.policy, at=moment, language="nl")
            yield Named("story", "", text=" ".join(text for pair in story.can_do for text in pair))
            report = access_report(self.case, asker, about=person.id)
            sheet = ReportPage(report, self.case, policy=decided.policy, at=moment, language="nl", handed=False)
            yield Named("access report", "", text=sheet.say("end"))

    def printed(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> tuple[list[str], dict[str, Any]]:
        """Return what ``kgbx needs`` tells the sender: the lines that say whom to ask, and the JSON."""
        request, _ = self.decided
        (folder / "case.json").write_bytes(self.case.to_json())
        (folder / "registers.json").write_text(self.registers.model_dump_json(exclude_defaults=True), encoding="utf-8")
        function = self.profile.function or self.profile.occasion
        given = ["needs", str(folder / "case.json"), "--for", function, "--to", request.recipient, "--as", TEAM]
        given += ["--registers", str(folder / "registers.json"), "--at", self.at]
        if self.profile.purpose is None or self.profile.function is None:
            return [], {}
        capsys.readouterr()
        run_and_report([*given, "--occasion", self.profile.occasion])
        lines = capsys.readouterr().out.splitlines()
        run_and_report([*given, "--occasion", self.profile.occasion, "--json"])
        return _asking(lines), json.loads(capsys.readouterr().out)


def _named(person: Person) -> Any:  # noqa: ANN401  # a name
    name = person.name
    return None if name is None else name.model_copy(update={"given": NAME, "call_name": NAME})


def _asking(lines: list[str]) -> list[str]:
    """Return the lines under the headings that say whom to ask, and those of permits."""
    found, inside = [], False
    for line in lines:
        if line and not line.startswith(" "):
            inside = line.startswith(("To ask", "Still to ask", "Nog te vragen", "For the sender only: permits"))
        if inside or "-> a permit" in line:
            asked = line[_THIRD_COLUMN:] if "permit" not in line else line
            found.append(asked.replace(f"about {NAME}", ""))
    return found
