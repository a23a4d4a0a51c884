# SPDX-License-Identifier: EUPL-1.2
"""Whether a new version of a schema accepts everything that the old one accepts.

Rules:
    - `proven`: for every pair of places that a value can reach, nothing tells them apart; recursion is an induction
      over the depth of values, so a pair that was looked at once is not looked at again;
    - `refused`: there is an example, tried on both schemas, that the old one accepts and the new one does not;
    - `undecided`: at some place a keyword or a pattern is outside what is understood, or the search is too large.
Nothing is guessed: an example that does not hold makes its place undecided.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from kgbx.interop.differences import Deeper, Sides, differences
from kgbx.interop.schemas import Place, escaped, read_schema
from kgbx.interop.shapes import Shapes
from kgbx.interop.texts import NotDecidedError
from kgbx.interop.values import Example, Maker, accepts
from kgbx.limits import MAX_EXAMPLE_DEPTH, MAX_SCHEMA_PAIRS

if TYPE_CHECKING:
    from collections.abc import Iterator

Verdict = Literal["proven", "refused", "undecided"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """What the old schema accepts and the new one does not.

    Attributes:
        example: A whole document; it holds nothing but what the schemas themselves say.
        pointer: Where in the example the difference is.
        old: JSON Pointer to the place in the old schema.
        new: Idem in the new schema.
    """

    example: Any
    pointer: str
    old: str
    new: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """Where it could not be decided.

    Attributes:
        old: JSON Pointer to the place in the old schema.
        new: Idem in the new schema.
        keywords: Keywords there that are not understood; empty if the search was too large, or a pattern
            of names too hard.
    """

    old: str
    new: str
    keywords: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Compatibility:
    """What was found; true if everything that the old schema accepts remains accepted.

    Attributes:
        refusals: Examples, one at most for each pair of places; what lies near the root comes first.
        doubts: Where it could not be decided.
    """

    refusals: tuple[Refusal, ...]
    doubts: tuple[Doubt, ...]

    @property
    def verdict(self) -> Verdict:
        """The answer in one word."""
        if self.refusals:
            return "refused"
        return "undecided" if self.doubts else "proven"

    def __bool__(self) -> bool:
        return self.verdict == "proven"


def compare_schemas(old: bytes, new: bytes) -> Compatibility:
    """Tell whether everything that `old` accepts is accepted by `new`.

    Args:
        old: JSON text of a JSON Schema 2020-12.
        new: Idem.

    Raises:
        DocumentError: see :func:`kgbx.interop.schemas.read_schema`.
    """
    shapes = Shapes(read_schema(old))
    return _Comparison(Sides(shapes, Shapes(read_schema(new)), Maker(shapes))).run()


@dataclass(frozen=True, slots=True)
class _Pair:
    """Two places that one value can reach, and the pair around them."""

    old: Place
    new: Place
    around: _Pair | None = None
    key: str | int = ""
    depth: int = 0

    def deeper(self, found: Deeper) -> _Pair:
        return _Pair(found.old, found.new, self, found.key, self.depth + 1)


@dataclass(slots=True)
class _Comparison:
    """A walk through all pairs, nearest to the root first."""

    sides: Sides
    refusals: list[Refusal] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)

    def run(self) -> Compatibility:
        first = _Pair(self.sides.old.schema.root, self.sides.new.schema.root)
        waiting = deque([first])
        seen: set[tuple[str, str]] = set()
        while waiting:
            pair = waiting.popleft()
            key = self.places(pair)
            if len(seen) >= MAX_SCHEMA_PAIRS:
                self.doubt(pair)
                break
            if key not in seen:
                seen.add(key)
                waiting.extend(self.judge(pair))
        return Compatibility(refusals=tuple(self.refusals), doubts=tuple(self.doubts))

    def places(self, pair: _Pair) -> tuple[str, str]:
        """Return the pointers of a pair, references followed."""
        return self.sides.old.of(pair.old).place.pointer, self.sides.new.of(pair.new).place.pointer

    def judge(self, pair: _Pair) -> Iterator[_Pair]:
        """Note what tells a pair apart; yield the pairs one level deeper."""
        old, new = self.sides.old.of(pair.old), self.sides.new.of(pair.new)
        if new.place.value is True or self.is_empty(old.place):
            return
        refused = False
        try:
            for found in differences(self.sides, old=old, new=new):
                if isinstance(found, Deeper):
                    yield pair.deeper(found)
                elif not refused:
                    refused = self.refuses(pair, found)
        except NotDecidedError:
            if not refused:
                self.doubt(pair)

    def is_empty(self, place: Place) -> bool:
        """Tell whether the old schema certainly accepts nothing here."""
        try:
            return self.sides.maker.make(place) is None
        except NotDecidedError:
            return False

    def refuses(self, pair: _Pair, found: Example) -> bool:
        """Try a value on both places; note it, in a whole document, when only the old one accepts it.

        Raises:
            NotDecidedError: no such document was found.
        """
        if not self.tells_apart(pair, found):
            return False
        example, pointer = self.document(pair, found)
        if not self.tells_apart(_Pair(self.sides.old.schema.root, self.sides.new.schema.root), example):
            raise NotDecidedError
        old, new = self.places(pair)
        self.refusals.append(Refusal(example=example.value, pointer=pointer, old=old, new=new))
        return True

    def tells_apart(self, pair: _Pair, found: Example) -> bool:
        by_old = accepts(self.sides.old, pair.old, value=found.value)
        return by_old and not accepts(self.sides.new, pair.new, value=found.value)

    def document(self, pair: _Pair, found: Example) -> tuple[Example, str]:
        """Build a document around a value; return it and the pointer to the value."""
        pointer = ""
        if pair.depth > MAX_EXAMPLE_DEPTH:
            raise NotDecidedError
        while pair.around is not None:
            around = self.around(pair, found)
            if around is None:
                raise NotDecidedError
            found, pointer, pair = around, f"/{escaped(str(pair.key))}{pointer}", pair.around
        return found, pointer

    def around(self, pair: _Pair, found: Example) -> Example | None:
        """Return the smallest value of the old schema that holds a value at the key of its pair."""
        outer = self.sides.old.of(pair.around.old if pair.around else pair.old)
        if isinstance(pair.key, int):
            return self.sides.maker.array(outer, [found.value])
        return self.sides.maker.object(outer, {pair.key: found.value})

    def doubt(self, pair: _Pair) -> None:
        old, new = self.sides.old.of(pair.old), self.sides.new.of(pair.new)
        hard = {"pattern" for one in (old, new) if one.texts != one.texts.understood()}
        keywords = tuple(sorted({*old.opaque, *new.opaque, *hard}))
        self.doubts.append(Doubt(old=old.place.pointer, new=new.place.pointer, keywords=keywords))
