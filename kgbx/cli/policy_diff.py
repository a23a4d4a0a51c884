# SPDX-License-Identifier: EUPL-1.2
"""``kgbx policy diff``: what a new policy lets through that the old one held back."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from kgbx.cli.bilingual import command as bilingual_command
from kgbx.cli.console import Console, console_of, json_option
from kgbx.cli.policy_file import read_policy_file
from kgbx.consent.policies import published_policies
from kgbx.consent.policy_diff import compare
from kgbx.errors import EXIT_FAILED, EXIT_OK
from kgbx.messages import Text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kgbx.consent.policy import Policy
    from kgbx.consent.policy_diff import Comparison, Widening
    from kgbx.consent.policy_world import Form, Situation

SENDERS_SHOWN: Final = 6
_BY: Final = {
    "everybody": Text("iedereen die beslist", "everybody who decides"),
    "one_holder": Text("één van twee gezagsdragers", "one of two holders of authority"),
    "youth": Text("de jeugdige alleen", "the youth alone"),
}
_TRIGGER: Final = {
    "on_request": Text("op verzoek", "on request"),
    "own_initiative": Text("uit eigen beweging", "on own initiative"),
}


@bilingual_command(
    "diff",
    nl="Laat zien wat beleid AFTER toelaat dat beleid BEFORE tegenhoudt.\n\n"
    "Geef de naam van een gepubliceerd beleid of een bestand. Alle verzoeken van een kleine verzonnen wereld worden "
    "twee keer beslist: functie, doel, soort gegevens, leeftijd, toestemming, bepaling, maatregel. Status 1 als iets "
    "ruimer is geworden: laat een jurist of privacyfunctionaris dat dan goedkeuren. Status 2 als een beleid niet te "
    "lezen is, of een functie noemt die niet bestaat.",
    en="Show what the policy AFTER lets through that the policy BEFORE holds back.\n\n"
    "Give the name of a published policy or a file. All requests of a small made-up world are decided twice: function, "
    "purpose, category, age, consent, provision, measure. Status 1 if something became wider: have a lawyer or privacy "
    "officer approve that. Status 2 if a policy cannot be read whole, or names a function that does not exist.",
)
@click.argument("before")
@click.argument("after")
@json_option
@click.pass_context
def diff(context: click.Context, before: str, after: str, *, as_json: bool) -> None:
    """Print what became wider, how much narrower, and leave with status 1 when something became wider."""
    console = console_of(context, as_json=as_json)
    found = compare(read_policy(before), read_policy(after))
    groups = _grouped(found.wider)
    console.say(f"Ruimer: {len(found.wider)} soorten verzoeken", f"Wider: {len(found.wider)} kinds of requests")
    _show_all(console, groups)
    narrower = sum(found.narrower.values())
    console.say(f"Nauwer: {narrower} soorten verzoeken", f"Narrower: {narrower} kinds of requests")
    for (recipient, purpose), number in found.narrower.items():
        console.say(f"  {number:6}  {recipient}, {purpose}", f"  {number:6}  {recipient}, {purpose}")
    members = ", ".join(found.members) or "-"
    console.say(f"Onderdelen die verschillen: {members}", f"Members that differ: {members}")
    console.result(_as_json(found, groups))
    context.exit(EXIT_FAILED if found.wider else EXIT_OK)


def read_policy(name: str) -> Policy:
    """Return a published policy by its version, or the policy in a file.

    Raises:
        DocumentError: the file is no policy that can be read whole and known.
        OSError: there is neither.
    """
    known = {policy.version: policy for policy in published_policies()}
    if name in known and not Path(name).exists():
        return known[name]
    return read_policy_file(name)


@dataclass(frozen=True, slots=True)
class _Group:
    """Widenings that differ in sender, category and age band only, of which one is the example."""

    one: Widening
    senders: tuple[str, ...]
    categories: tuple[str, ...]
    bands: tuple[str, ...]

    @property
    def way(self) -> Text:
        """How secrecy is opened."""
        return _way(self.one.situation, self.one.purpose)


def _grouped(found: Iterable[Widening]) -> list[_Group]:
    """Return the groups, those with the same way to open secrecy beside each other."""
    categories: dict[tuple[object, ...], list[Widening]] = defaultdict(list)
    for one in found:
        categories[_where(one)].append(one)
    bands: dict[tuple[object, ...], list[Widening]] = defaultdict(list)
    for same in categories.values():
        situation, kinds = replace(same[0].situation, band=""), tuple(one.category for one in same)
        bands[(*_head(same[0]), same[0].senders, situation, kinds)].append(same[0])
    senders: dict[tuple[object, ...], list[_Group]] = defaultdict(list)
    for key, alike in bands.items():
        ages = tuple(one.situation.band for one in alike)
        kinds = tuple(one.category for one in categories[_where(alike[0])])
        senders[(*_head(alike[0]), *key[-2:], ages)].append(_Group(alike[0], alike[0].senders, kinds, ages))
    groups = [
        replace(alike[0], senders=tuple(sorted(one for group in alike for one in group.senders)))
        for alike in senders.values()
    ]
    return sorted(groups, key=lambda group: (group.way.en, group.one.recipient, group.one.purpose))


def _where(one: Widening) -> tuple[object, ...]:
    return one.recipient, one.purpose, one.senders, one.situation, one.denied_for


def _head(one: Widening) -> tuple[object, ...]:
    return one.recipient, one.purpose, one.denied_for, one.released_by


def _show_all(console: Console, groups: list[_Group]) -> None:
    """Print each way once, with the requests under it."""
    for way, alike in groupby(groups, key=lambda group: group.way):
        console.say(f"  {way.nl}", f"  {way.en}")
        for group in alike:
            _show(console, group)


def _show(console: Console, group: _Group) -> None:
    one = group.one
    senders = ", ".join(group.senders)
    if len(group.senders) > SENDERS_SHOWN:
        senders = f"{len(group.senders)} functies" if console.language == "nl" else f"{len(group.senders)} functions"
    kinds, ages, codes = (", ".join(some) for some in (group.categories, group.bands, one.denied_for))
    console.say(
        f"      {one.recipient}, {one.purpose}, leeftijd {ages}, van {senders}: {kinds}",
        f"      {one.recipient}, {one.purpose}, age {ages}, from {senders}: {kinds}",
    )
    console.say(f"          eerst {codes}; nu {one.released_by}", f"          was {codes}; now {one.released_by}")


def _way(situation: Situation, purpose: str) -> Text:
    if situation.form is not None:
        return _ground(situation, situation.form)
    served = Text("ontvanger helpt de persoon", "the recipient serves the person")
    if not situation.served:
        served = Text("ontvanger helpt de persoon niet", "the recipient does not serve the person")
    meant = Text("", "")
    if situation.purpose != purpose:
        meant = Text(f" voor {situation.purpose}", f" for {situation.purpose}")
    if situation.team:
        return Text(f"samen in een team{meant.nl}; {served.nl}", f"together in a team{meant.en}; {served.en}")
    by, names = _BY[situation.by or "everybody"], Text("", "")
    if situation.names:
        names = Text(
            f"; noemt een {situation.names}, en waar de persoon verblijft is geheim",
            f"; names a {situation.names}, and the person's whereabouts are protected",
        )
    return Text(
        f"toestemming van {by.nl}{meant.nl}; {served.nl}{names.nl}",
        f"consent of {by.en}{meant.en}; {served.en}{names.en}",
    )


def _ground(situation: Situation, form: Form) -> Text:
    asked = _TRIGGER[form.trigger]
    parts = [Text(f"{situation.provision}, {asked.nl}", f"{situation.provision}, {asked.en}")]
    if situation.measure:
        whose = (
            Text("van deze persoon", "of this person") if situation.measured else Text("van een ander", "of another")
        )
        parts.append(Text(f"{situation.measure} {whose.nl}", f"{situation.measure} {whose.en}"))
    if not form.weighed:
        parts.append(Text("alleen de noodzaak gewogen", "only necessity weighed"))
    if not form.consulted:
        parts.append(Text(f"geen tweede persoon na {form.hours} uur", f"no second person after {form.hours} hours"))
    if form.days is None:
        parts.append(Text("zonder einddatum", "without an end"))
    elif form.days > 1:
        parts.append(Text(f"{form.days} dagen", f"{form.days} days"))
    return Text("; ".join(one.nl for one in parts), "; ".join(one.en for one in parts))


def _as_json(found: Comparison, groups: list[_Group]) -> dict[str, object]:
    return {
        "wider": [_group_as_json(group) for group in groups],
        "narrower": [
            {"recipient": recipient, "purpose": purpose, "requests": number}
            for (recipient, purpose), number in found.narrower.items()
        ],
        "members": list(found.members),
    }


def _group_as_json(group: _Group) -> dict[str, object]:
    """Return a group with an example that can be put into a decision table."""
    one, example = group.one, group.one.example
    return {
        "senders": list(group.senders),
        "recipient": one.recipient,
        "purpose": one.purpose,
        "categories": list(group.categories),
        "ages": list(group.bands),
        "way": group.way.en,
        "denied_for": list(one.denied_for),
        "released_by": one.released_by,
        "example": {
            "request": example.request.model_dump() | {"item": example.item.model_dump(exclude_defaults=True)},
            "facts": example.facts.model_dump(exclude_defaults=True),
        },
    }
