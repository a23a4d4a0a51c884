# SPDX-License-Identifier: EUPL-1.2
"""The page of ``kgbx status``: what somebody must see at three at night, first things first.

Rules: first whether anything must be done; then what is stuck, for whom, since when, and what to do; then what is
waiting by itself; the machine last. A line says one thing. What is well is said in one line.
"""

from __future__ import annotations

import textwrap
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from kgbx.cli.columns import columns
from kgbx.cli.post import URGENCIES, age, clock, sentence

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from kgbx.delivery.records import Alert, Incoming
    from kgbx.delivery.status import RoadState, Status, Stuck
    from kgbx.messages import Language

_GIB: Final = 1 << 30
_MOST: Final = 10
"""Alerts and messages set apart that are shown; of more the page says how many."""

_FEW_DAYS: Final = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What the page is made of.

    Attributes:
        status: How delivery stands.
        names: Names of partners, by URN, as far as known.
        key_days: How many days the own keys last, None when nobody looked.
        broken_link: Number of the first bad link of the audit chain, 0 for a whole chain, None when nobody looked.
        language: Of the words.
        width: Characters of a line.
    """

    status: Status
    names: Mapping[str, str] = field(default_factory=dict)
    key_days: int | None = None
    broken_link: int | None = None
    language: Language = "en"
    width: int = 96

    @property
    def well(self) -> bool:
        """Whether nobody need do anything."""
        few = self.key_days is not None and self.key_days < _FEW_DAYS
        return self.status.well and not few and not self.broken_link

    def lines(self) -> Iterator[str]:
        """Yield the lines of the page."""
        yield from self._head()
        for block in (self._stuck, self._here, self._apart, self._alerts, self._roads, self._own):
            found = list(block())
            if found:
                yield ""
                yield from found

    def _say(self, nl: str, en: str) -> str:
        return nl if self.language == "nl" else en

    def _name(self, org: str | None) -> str:
        if org is None:
            return self._say("deze organisatie", "this organisation")
        return f"{self.names[org]} ({org})" if org in self.names else org

    def _clock(self, moment: int) -> str:
        return clock(moment, now=self.status.at)

    def _age(self, since: int) -> str:
        return age(since, now=self.status.at, language=self.language)

    def _wrapped(self, text: str) -> Iterator[str]:
        yield from textwrap.wrap(
            text, self.width, initial_indent="    ", subsequent_indent="    ", break_on_hyphens=False
        )

    def _head(self) -> Iterator[str]:
        at = self._clock(self.status.at)
        if self.well:
            yield self._say(f"{at}  Alles loopt. Er hoeft niets te gebeuren.", f"{at}  All is well. Nothing to do.")
            return
        yield self._say(
            f"{at}  ER MOET IETS GEBEUREN. Begin bovenaan.", f"{at}  SOMETHING MUST BE DONE. Start at the top."
        )

    def _stuck(self) -> Iterator[str]:
        for one in self.status.stuck:
            urgency = URGENCIES[one.urgency][self.language != "nl"]
            yield self._say(f"VAST: naar {self._name(one.peer)}", f"STUCK: to {self._name(one.peer)}")
            since = f"{self._clock(one.since)} ({self._age(one.since)})"
            yield self._say(
                f"    {_messages(one.count, 'nl')}, {urgency}, de oudste sinds {since}",
                f"    {_messages(one.count, 'en')}, {urgency}, the oldest since {since}",
            )
            yield from self._wrapped(f"{one.code}: {sentence(one.code, self.language)}")
            yield from self._last(one)
            yield f"    kgbx outbox show {one.oldest}"

    def _last(self, one: Stuck) -> Iterator[str]:
        if one.problem is not None and one.problem != one.code:
            yield from self._wrapped(
                self._say("Laatste poging: ", "Last try: ") + f"{one.problem}: {sentence(one.problem, self.language)}"
            )
        tried = self._say(f"    {one.attempts} keer geprobeerd", f"    tried {one.attempts} times")
        if one.next_at is None:
            yield tried + self._say("; wordt niet vanzelf opnieuw geprobeerd", "; not tried again by itself")
        else:
            again = self._clock(max(one.next_at, self.status.at))
            yield tried + self._say(f"; opnieuw om {again}", f"; again at {again}")

    def _alerts(self) -> Iterator[str]:
        """Yield alerts, those alike together; what stands above already is only counted."""
        above = {(one.peer, one.code) for one in self.status.stuck} | {
            (one.peer, "X_QUARANTINED") for one in self.status.apart
        }
        groups: dict[tuple[str | None, str], list[Alert]] = {}
        for one in self.status.alerts:
            groups.setdefault((one.peer, one.code), []).append(one)
        shown = [found for about, found in groups.items() if about not in above]
        if groups:
            count = len(self.status.alerts)
            yield self._say(f"MELDINGEN die niemand nog afdeed: {count}", f"ALERTS not dealt with: {count}")
        for found in shown[:_MOST]:
            yield from self._alert(found)
        if len(shown) < len(groups):
            yield self._say(
                "    De andere gaan over wat hierboven staat.", "    The others are about what stands above."
            )
        if groups:
            last = self.status.alerts[0].id
            yield self._say(
                f"    afgedaan: kgbx alerts seen {last} --before", f"    dealt with: kgbx alerts seen {last} --before"
            )

    def _rest(self, shown: list[list[Alert]]) -> str:
        if shown:
            return self._say("    De andere gaan over wat hierboven staat.", "    The others are about what is above.")
        return self._say("    Ze gaan over wat hierboven staat.", "    They are about what is above.")

    def _alert(self, found: list[Alert]) -> Iterator[str]:
        last, first = found[0], found[-1]
        times = "" if last is first else self._say(f", {len(found)} keer", f", {len(found)} times")
        yield f"  {last.id}  {self._clock(first.at)}{times}  {self._name(last.peer)}  {last.message_id or ''}".rstrip()
        yield from self._wrapped(f"{last.code}: {sentence(last.code, self.language)}")

    def _apart(self) -> Iterator[str]:
        rows = self.status.apart
        if rows:
            yield self._say(f"APART GEZET, ontvangen: {len(rows)}", f"SET APART, received: {len(rows)}")
        for one in rows[:_MOST]:
            yield from self._one_apart(one)

    def _one_apart(self, one: Incoming) -> Iterator[str]:
        since = f"{self._clock(one.received_at)} ({self._age(one.received_at)})"
        yield self._say(f"  van {self._name(one.peer)}, {since}", f"  from {self._name(one.peer)}, {since}")
        code = one.problem or "X_QUARANTINED"
        yield from self._wrapped(f"{code}: {sentence(code, self.language)}")
        yield f"    kgbx inbox show {one.peer} {one.id}"

    def _roads(self) -> Iterator[str]:
        if not self.status.roads:
            return
        head = (
            self._say("partner", "partner"),
            self._say("wacht", "waiting"),
            self._say("oudste", "oldest"),
            self._say("zonder antwoord", "unanswered"),
            self._say("laatst goed", "last good"),
            self._say("weg", "road"),
        )
        rows = [self._road(one) for one in self.status.roads]
        yield from columns(head, rows, width=self.width)

    def _road(self, one: RoadState) -> tuple[str, ...]:
        return (
            self.names.get(one.peer.org, one.peer.org),
            str(one.waiting or ""),
            "" if one.oldest is None else self._age(one.oldest),
            str(one.unanswered or ""),
            "" if one.peer.last_ok_at is None else self._clock(one.peer.last_ok_at),
            self._breaker(one),
        )

    def _breaker(self, one: RoadState) -> str:
        peer = one.peer
        if peer.breaker == "closed" or peer.open_until is None:
            return self._say("open", "clear")
        until = self._clock(max(peer.open_until, self.status.at))
        return self._say(
            f"dicht na {peer.failures} mislukte pogingen; proef om {until}",
            f"shut after {peer.failures} failures; probe at {until}",
        )

    def _here(self) -> Iterator[str]:
        """Yield what is wrong with this machine itself."""
        if self.status.disk_low:
            yield self._say(
                f"SCHIJF BIJNA VOL: {self._free} vrij. Er wordt niets nieuws aangenomen. Maak ruimte.",
                f"DISK NEARLY FULL: {self._free} free. Nothing new is taken. Make room.",
            )
        if self.broken_link:
            yield self._say(f"LOGBOEK GEBROKEN bij regel {self.broken_link}", f"LOG BROKEN at row {self.broken_link}")
            yield from self._wrapped(f"X_AUDIT: {sentence('X_AUDIT', self.language)}")
        if self.key_days is not None and self.key_days < _FEW_DAYS:
            yield self._say(
                f"SLEUTELS nog {self.key_days} dagen: kgbx keys rotate",
                f"KEYS last {self.key_days} days: kgbx keys rotate",
            )

    @property
    def _free(self) -> str:
        return f"{self.status.free / _GIB:.1f} GiB"

    def _own(self) -> Iterator[str]:
        yield "  ".join(self._machine(self._free))

    def _machine(self, free: str) -> Iterator[str]:
        status = self.status
        yield self._say(f"schijf {free} vrij", f"disk {free} free")
        if status.unhandled:
            since = "" if status.oldest_unhandled is None else f" ({self._age(status.oldest_unhandled)})"
            yield self._say(f"nog over te dragen {status.unhandled}{since}", f"to hand over {status.unhandled}{since}")
        if self.key_days is not None:
            yield self._say(f"sleutels nog {self.key_days} dagen", f"keys {self.key_days} days left")
        if self.broken_link == 0:
            yield self._say("logboek heel", "log whole")
        if status.more:
            yield self._say("er is meer dan hier staat", "there is more than is shown")


def _messages(count: int, language: Language) -> str:
    if language == "nl":
        return "1 bericht" if count == 1 else f"{count} berichten"
    return "1 message" if count == 1 else f"{count} messages"
