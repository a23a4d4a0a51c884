# SPDX-License-Identifier: EUPL-1.2
"""The figures of a region in words and as plots, in Dutch and in English."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kgbx.messages import Text
from kgbx.render.plots import Plot
from kgbx.story.metrics import CONTACTS, DAYS, NO_REQUEST, NOT_REACHED, REQUEST, STEPS
from kgbx.story.metrics_hiding import LEAST

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kgbx.messages import Language
    from kgbx.story.metrics import Region

_STEPS: Final = {
    "accepted": Text("aangenomen", "accepted"),
    "first_contact": Text("eerste gesprek", "first contact"),
    "started": Text("start van de hulp", "start of help"),
}
_TITLES: Final = {
    "retelling": Text("Opnieuw vertellen", "Telling again"),
    "requests": Text("Aanvragen", "Requests"),
    "days": Text("Dagen van aanvraag tot {}, langste per gezin", "Days from request to {}, longest of each family"),
    "norm": Text("Norm voor {}", "Norm for {}"),
    "contacts": Text("Vaste gezichten in {}", "Fixed contacts in {}"),
    "gap": Text("Zonder vast gezicht", "Without a fixed contact"),
    "professionals": Text("Professionals rond het gezin, laatste jaar", "Professionals around the family, last year"),
    "handovers": Text("Overdracht", "Handover"),
    "overdue": Text("Later vertellen", "Told later"),
}
_CELLS: Final = {
    "nothing_asked": Text("niets gevraagd", "nothing asked"),
    "not_judged": Text("niet te beoordelen: toen gold geen beleid", "not to be judged: no policy in force then"),
    "none_retold": Text("niets opnieuw verteld", "nothing told again"),
    "retold": Text("iets opnieuw verteld dat had mogen meekomen", "something told again that might have come along"),
    NOT_REACHED: Text("nog niet, of gestopt", "not yet, or ended"),
    REQUEST: Text("hulp aangevraagd", "help requested"),
    NO_REQUEST: Text("niets aangevraagd", "nothing requested"),
    "within": Text("binnen de norm", "within the norm"),
    "beyond": Text("langer dan de norm", "longer than the norm"),
    "no_norm": Text("geen norm bekend", "no norm known"),
    "gap": Text("een dag of meer zonder", "a day or more without"),
    "no_gap": Text("altijd een vast gezicht", "always a fixed contact"),
    "no_contact": Text("nooit een vast gezicht", "never a fixed contact"),
    "declined": Text("een overdracht geweigerd", "a handover declined"),
    "none_declined": Text("overdracht zonder weigering", "handover without a refusal"),
    "no_handover": Text("geen overdracht", "no handover"),
    "overdue": Text("nog niet verteld, te laat", "not told yet, too late"),
    "nothing_overdue": Text("niets te laat", "nothing too late"),
}
_HIDDEN: Final = Text("niet getoond (te weinig gezinnen)", "not shown (too few families)")
_FEW: Final = Text(
    f"Minder dan {LEAST} gezinnen: er wordt niets getoond.", f"Fewer than {LEAST} families: nothing is shown."
)
_NONE: Final = Text("geen, of nog geen", "none, or none yet")
_UNIT: Final = Text("Aantal gezinnen", "Number of families")
_WIDTH: Final = 46


def group_title(name: str, language: Language) -> str:
    """Return what a group is called."""
    kind, _, which = name.partition(" ")
    found = _STEPS[which].say(language) if which in _STEPS else which
    return _TITLES[kind].say(language).format(found)


def cell_title(group: str, cell: str, language: Language) -> str:
    """Return what a cell is called."""
    if cell in _CELLS:
        return _CELLS[cell].say(language)
    if group.startswith("contacts ") and cell == "0":
        return _NONE.say(language)
    days = "dagen" if language == "nl" else "days"
    return f"{cell} {days}" if group.startswith("days ") else cell


def words_of(found: Region, language: Language) -> Iterator[str]:
    """Yield the figures as lines."""
    if found.families is None:
        yield _FEW.say(language)
        return
    yield f"{found.families} {'gezinnen' if language == 'nl' else 'families'}"
    for name, cells in found.groups.items():
        if any(cells.values()) or None in cells.values():
            yield f"{group_title(name, language)}:"
            for cell, count in cells.items():
                yield f"  {cell_title(name, cell, language):{_WIDTH}}{'✱' if count is None else count:>6}"
    if found.retold is not None and found.ratio is not None:
        yield (
            f"Van {found.asked} vragen aan gezinnen waren er {found.retold} te besparen ({found.ratio:.2f})."
            if language == "nl"
            else f"Of {found.asked} questions to families {found.retold} could have been spared ({found.ratio:.2f})."
        )
    if any(None in cells.values() for cells in found.groups.values()):
        yield f"✱ {_HIDDEN.say(language)}"


def plots_of(found: Region, language: Language) -> Iterator[tuple[str, Plot]]:
    """Yield the name of each plot, and the plot; none of fewer than five families."""
    if found.families is None:
        return
    yield "waiting", _waiting(found, language)
    yield "contacts", _contacts(found, language)


def _waiting(found: Region, language: Language) -> Plot:
    names = (*(name for name, _ in DAYS), NOT_REACHED)
    return Plot(
        title="Dagen wachten vanaf de aanvraag" if language == "nl" else "Days of waiting from the request",
        unit=f"{_UNIT.say(language)}, {'langste wachttijd' if language == 'nl' else 'longest wait'}",
        categories=[cell_title("days ", name, language) for name in names],
        series=[_STEPS[step].say(language) for step in STEPS],
        figures=[[found.groups[f"days {step}"][name] for name in names] for step in STEPS],
        hidden=_HIDDEN.say(language),
        lang=language,
    )


def _contacts(found: Region, language: Language) -> Plot:
    years = [name.removeprefix("contacts ") for name in found.groups if name.startswith("contacts ")]
    names = (*(name for name, _ in CONTACTS), "0")
    return Plot(
        title="Vaste gezichten per jaar" if language == "nl" else "Fixed contacts in a year",
        unit=_UNIT.say(language),
        categories=years,
        series=[_faces(name, language) for name in names],
        figures=[[found.groups[f"contacts {year}"][name] for year in years] for name in names],
        hidden=_HIDDEN.say(language),
        lang=language,
    )


def _faces(name: str, language: Language) -> str:
    if name == "0":
        return _NONE.say(language)
    one, several = ("vast gezicht", "vaste gezichten") if language == "nl" else ("fixed contact", "fixed contacts")
    return f"{name} {one if name == '1' else several}"
