# SPDX-License-Identifier: EUPL-1.2
"""Writing a record in the form of another standard, and reading it back, by a literal table of homes.

Rules:
    - each member of the record has one row: its place in the other form, or why it has none;
    - reading is closed: what was understood is written again, and where that differs from what came in, the input says
      something that would be lost; a permit of which half was not read is wider than what was given;
    - only decoration is passed over: texts for people beside a code, versions, kinds of reference;
    - what was taken back is imported with its withdrawal or not at all;
    - a permit names its recipients, purposes and categories, in both directions: elsewhere silence does not mean
      everything, and here everything is what nobody agreed to. A refusal without them refuses everything;
    - a problem has a code and a pointer, never a value and never the name of a member that is not known.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

from kgbx.canonical import parse
from kgbx.case import Actor, Ceremony, Consent, Notice, Withdrawal
from kgbx.errors import DocumentError, Problem, UsageError
from kgbx.limits import MAX_DOCUMENT_BYTES
from kgbx.messages import MESSAGES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from kgbx.case.base import Model

Path = tuple[str | int, ...]
Members = dict[str, Any]

CODES: Final = "https://kgbx.example/codes/"
"""Where code lists are named: the name of the list follows."""

SCOPE: Final = ("recipients", "purposes", "categories")
"""The members that say what a consent is for."""

_PERMIT: Final = "permit"
_EVERYTHING: Final = "*"
_MISSING: Final = object()
_INSIDE: Final[Mapping[str, type[Model]]] = {"recorded_by": Actor, "ceremony": Ceremony, "notice": Notice}


class MisfitError(ValueError):
    """A value that does not have the form of its place; caught where it is read, and told without the value."""


def same(value: Any) -> Any:  # noqa: ANN401  # JSON in, JSON out
    """Return a value as it is."""
    return value


@dataclass(frozen=True, slots=True)
class Home:
    """Where a member of a record stands in another form.

    Attributes:
        member: Path in the record, with dots.
        place: Path in the other form; empty where there is none.
        why: Why there is none.
        write: Makes the JSON value of the place.
        read: Makes the value of the member again; MisfitError for another form.
    """

    member: str
    place: Path = ()
    why: str = ""
    write: Callable[[Any], Any] = field(default=same, repr=False)
    read: Callable[[Any], Any] = field(default=same, repr=False)

    @property
    def path(self) -> Path:
        """Path of the member."""
        return tuple(self.member.split("."))


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What another form says, as members of a consent.

    Attributes:
        members: Members of the consent that have a home there.
        withdrawn: Whether it says that the permit was taken back.
        withdrawal: Members of the withdrawal that have a home there.
    """

    members: Members = field(repr=False)
    withdrawn: bool = False
    withdrawal: Members = field(default_factory=dict, repr=False)

    @property
    def missing(self) -> tuple[str, ...]:
        """Required members that the other form did not say, sorted; with a dot those of an object that is there."""
        found = [name for name in _required(Consent) if name not in self.members]
        for name, model in _INSIDE.items():
            inside = self.members.get(name)
            if inside is not None:
                found.extend(f"{name}.{one}" for one in _required(model) if one not in inside)
        return tuple(sorted(found))

    def complete(self, *, withdrawal: Withdrawal | None = None, **members: Any) -> Consent:  # noqa: ANN401  # checked by the model
        """Return the consent, with the members that were missing.

        Args:
            withdrawal: What :meth:`ending` returned; of a permit that was taken back, which must go with it into the
                same file: alone it would be live.
            **members: What a person adds; what was imported is not overwritten.

        Raises:
            UsageError: U_ARGUMENT, the permit was taken back and its withdrawal is not given, or is another.
            DocumentError: a member is missing, or has another shape.
        """
        consent = Consent(**_merged(members, self.members))
        if self.withdrawn and consent.decision == _PERMIT and not self._ends(consent, withdrawal):
            raise UsageError("U_ARGUMENT", pointer="/withdrawal")
        return consent

    def ending(self, **members: Any) -> Withdrawal:  # noqa: ANN401  # checked by the model
        """Return the withdrawal of the permit, with the members that were missing.

        Args:
            **members: What a person adds; what was imported is not overwritten.

        Raises:
            UsageError: U_ARGUMENT, it was not withdrawn.
            DocumentError: a member is missing, or has another shape.
        """
        if not self.withdrawn:
            raise UsageError
        return Withdrawal(**_merged(members, self.withdrawal))

    def _ends(self, consent: Consent, withdrawal: Withdrawal | None) -> bool:
        """Tell whether a withdrawal is that of the consent, and says what was imported of it."""
        if withdrawal is None or withdrawal.consent != consent.id:
            return False
        return self.withdrawal.items() <= plain(withdrawal).items()


def _required(model: type[Model]) -> Iterator[str]:
    return (name for name, info in model.model_fields.items() if info.is_required())


def _merged(under: Mapping[str, Any], over: Mapping[str, Any]) -> Members:
    found = dict(under)
    for name, value in over.items():
        below = found.get(name)
        found[name] = _merged(below, value) if isinstance(below, dict) and isinstance(value, dict) else value
    return found


def document_of(data: bytes, *, member: str, kind: str) -> Members:
    """Return the JSON object in `data`, if one of its members says that it is of the right kind.

    Raises:
        DocumentError: no JSON, too large or too deep; D_TYPE, something else.
    """
    value = parse(data, max_bytes=MAX_DOCUMENT_BYTES)
    if not isinstance(value, dict) or value.get(member) != kind:
        raise DocumentError((problem("D_TYPE", ()),))
    return value


def get(value: Any, path: Path) -> Any:  # noqa: ANN401  # JSON
    """Return the value at a path, or a marker that :func:`absent` knows."""
    for step in path:
        if isinstance(step, int):
            if not isinstance(value, list) or len(value) <= step:
                return _MISSING
        elif not isinstance(value, dict) or step not in value:
            return _MISSING
        value = value[step]
    return value


def absent(value: Any) -> bool:  # noqa: ANN401  # JSON or the marker
    """Tell whether :func:`get` found nothing."""
    return value is _MISSING


def put(target: Any, path: Path, *, value: Any) -> None:  # noqa: ANN401  # JSON
    """Put a value at a path; objects and arrays on the way are made."""
    for step, after in pairwise(path):
        empty: Any = [] if isinstance(after, int) else {}
        if isinstance(step, int):
            target.extend([] if len(target) > step else [empty])
            target = target[step]
        else:
            target = target.setdefault(step, empty)
    last = path[-1]
    if isinstance(last, int):
        target.append(value)
    else:
        target[last] = value


def written(members: Mapping[str, Any], homes: Iterable[Home], *, into: Members) -> Members:
    """Put every member that is there in its place, and return `into`."""
    for home in homes:
        value = get(members, home.path)
        if home.place and not absent(value):
            put(into, home.place, value=home.write(value))
    return into


def read_members(value: Any, homes: Iterable[Home]) -> Members:  # noqa: ANN401  # JSON
    """Return the members that stand in their places.

    Raises:
        DocumentError: D_FORMAT, a value has another form; all of them, each with its pointer.
    """
    members: Members = {}
    problems = []
    for home in homes:
        found = get(value, home.place) if home.place else _MISSING
        if absent(found):
            continue
        try:
            put(members, home.path, value=home.read(found))
        except MisfitError:
            problems.append(problem("D_FORMAT", home.place))
    if problems:
        raise DocumentError(problems)
    return members


def require_equal(given: Any, again: Any) -> None:  # noqa: ANN401  # JSON
    """Refuse what would be lost: everything in which `given` differs from what was understood of it.

    Raises:
        DocumentError: D_NO_HOME, D_MISSING, D_FORMAT.
    """
    problems = tuple(_differences(given, again, ()))
    if problems:
        raise DocumentError(problems)


def _differences(given: Any, again: Any, path: Path) -> Iterator[Problem]:  # noqa: ANN401  # JSON
    if isinstance(given, dict) and isinstance(again, dict):
        yield from _members_differ(given, again, path)
    elif isinstance(given, list) and isinstance(again, list):
        if len(given) != len(again):
            yield problem("D_NO_HOME", path)
        for place, (one, other) in enumerate(zip(given, again, strict=False)):
            yield from _differences(one, other, (*path, place))
    elif type(given) is not type(again) or given != again:
        yield problem("D_FORMAT", path)


def _members_differ(given: Members, again: Members, path: Path) -> Iterator[Problem]:
    if given.keys() - again.keys():  # their names may be anything, so the pointer ends here
        yield problem("D_NO_HOME", path)
    for name in again:
        if name in given:
            yield from _differences(given[name], again[name], (*path, name))
        else:
            yield problem("D_MISSING", path)


def problem(code: str, path: Path) -> Problem:
    """Return a problem at a path of known names."""
    pointer = "".join(f"/{str(step).replace('~', '~0').replace('/', '~1')}" for step in path)
    return Problem(code=code, pointer=pointer, text=MESSAGES[code])


def text(value: Any) -> str:  # noqa: ANN401  # JSON
    """Return a text as it is.

    Raises:
        MisfitError: it is none.
    """
    if not isinstance(value, str):
        raise MisfitError
    return value


def without_prefix(prefix: str) -> Callable[[Any], str]:
    """Return a reader of texts that begin with a prefix."""

    def read(value: Any) -> str:  # noqa: ANN401  # JSON
        if not text(value).startswith(prefix):
            raise MisfitError
        return str(value).removeprefix(prefix)

    return read


def each(function: Callable[[Any], Any]) -> Callable[[Any], list[Any]]:
    """Return a function of every element of an array.

    The result raises MisfitError for what is no array.
    """

    def over(value: Any) -> list[Any]:  # noqa: ANN401  # JSON
        if not isinstance(value, list | tuple):
            raise MisfitError
        return [function(one) for one in value]

    return over


def party_uri(party: str) -> str:
    """Return the URI of a person's id or of an organisation, which has one already."""
    return party if party.startswith("urn:") else f"urn:uuid:{party}"


def party_of(uri: Any) -> str:  # noqa: ANN401  # JSON
    """Return the id or the organisation of a URI.

    Raises:
        MisfitError: it is no URN.
    """
    if not text(uri).startswith("urn:"):
        raise MisfitError
    return str(uri).removeprefix("urn:uuid:")


def exported(consent: Consent, withdrawal: Withdrawal | None) -> tuple[Members, Members]:
    """Return a consent and what ended it as JSON members, to be written in another form.

    Args:
        consent: A permit or a refusal.
        withdrawal: What ended it, if anything did; without it the second answer is empty.

    Raises:
        UsageError: U_ARGUMENT, the withdrawal is of another consent.
        DocumentError: D_NO_HOME, a permit for everything (``*``): no other form can say that somebody agreed to it.
    """
    if withdrawal is not None and withdrawal.consent != consent.id:
        raise UsageError
    members = plain(consent)
    if members["decision"] == _PERMIT:
        require_specific(members, {name: (name,) for name in SCOPE})
    return members, {} if withdrawal is None else plain(withdrawal)


def require_specific(members: Mapping[str, Any], places: Mapping[str, Path]) -> None:
    """Refuse a permit that does not name what it is for.

    Args:
        members: Members of a permit.
        places: Where each member of the scope stands in what was given.

    Raises:
        DocumentError: D_NO_HOME at the place of each member that is missing, empty or means everything.
    """
    unsaid = [name for name in SCOPE if not members.get(name) or _EVERYTHING in members[name]]
    if unsaid:
        raise DocumentError(tuple(problem("D_NO_HOME", places[name]) for name in unsaid))


def everything() -> Members:
    """Return the scope of a refusal that names none."""
    return {name: [_EVERYTHING] for name in SCOPE}


def without_everything(members: Mapping[str, Any]) -> Members:
    """Return members without a scope that means everything: the other form says it by saying nothing."""
    return {name: value for name, value in members.items() if name not in SCOPE or _EVERYTHING not in value}


def places_of_scope(homes: Iterable[Home]) -> dict[str, Path]:
    """Return where what holds each member of the scope stands; the member itself may be missing."""
    return {home.member: home.place[:-1] for home in homes if home.member in SCOPE}


def plain(record: Consent | Withdrawal) -> Members:
    """Return a record as JSON members."""
    return record.model_dump(mode="json", exclude_none=True)


def lost(homes: Iterable[Home]) -> frozenset[str]:
    """Return the members that have no home."""
    return frozenset(home.member for home in homes if not home.place)
