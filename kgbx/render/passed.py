# SPDX-License-Identifier: EUPL-1.2
"""Who received what, in the words of every sheet for a family."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from kgbx.consent.policy import Policy
    from kgbx.render.sheet import Sheet


@dataclass(frozen=True, slots=True)
class Passed:
    """What one organisation received at one time.

    Attributes:
        whom: Its name.
        when: Day in words.
        what_for: What for.
        what: What, with how much.
        why: Why this was allowed.
        about: About whom; empty where the sheet is about one person.
    """

    whom: str
    when: str
    what_for: str
    what: str
    why: tuple[str, ...]
    about: str = ""


def kinds(sheet: Sheet, arrays: Mapping[str, int]) -> str:
    """Return how many records of each type."""
    return ", ".join(sheet.kept(array, number) for array, number in arrays.items())


def reasons(sheet: Sheet, releases: Iterable[str], *, policy: Policy) -> tuple[str, ...]:
    """Return what opened secrecy: consent, working together, or the law with its article."""
    return tuple(dict.fromkeys(_reason(sheet, release, policy=policy) for release in releases))


def _reason(sheet: Sheet, release: str, *, policy: Policy) -> str:
    kind, _, provision = release.partition(":")
    found = policy.provision_by_id.get(provision)
    article = f" ({found.source})" if found else f" ({provision})" if provision else ""
    return sheet.say(kind) + article
