# SPDX-License-Identifier: EUPL-1.2
"""What arrives and may not touch what is here, whatever the own registers say of it.

Rules: a table of arrivals. What another organisation says may stand beside what is here; it never erases, corrects or
joins what protects somebody, and never speaks for the own organisation. A record is corrected by who recorded it and by
nobody else: in its own message, or with its signature on both the link and the newer version. What is set apart is lost
to nobody: a person of the own organisation looks at it. The own organisation's copy of its own file may do everything.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from kgbx.case import Collaboration, Erasure, FamilyCase, Link, Person, Protection, Restriction, SamePerson
from kgbx.case.types import TYPE_OF
from kgbx.consent.reasons import REASONS, Reason
from kgbx.consent.same import STRONG, Joined
from kgbx.consent.unlike import made_one
from kgbx.messages import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

    from kgbx.case import BareRecord

GUARDING: Final = (
    *("protections", "confidences", "restrictions", "withdrawals", "same_person", "households"),
    *("capacities", "informings", "parental_authorities", "persons"),
)
"""Types that keep something from somebody, or say who decides: only who recorded one may correct it, in person."""

NEVER_ERASED: Final = ("protections", "confidences", "restrictions", "withdrawals")
"""Types that no other organisation erases here."""

CORRECTS_OTHERS: Final = "CORRECTS_OTHERS"
"""Code of a link that replaces a record and is not of who recorded it."""

CHILDREN_IN: Final = ("parental_authorities", "measures")
"""Types whose `minor` is a child of the file."""

_HANDING: Final = frozenset({"handover", "handback"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """Something that what arrives may not do.

    Attributes:
        reason: Its code, what to do, and where that is from.
        found: Gives the ids of the records that would.
    """

    reason: Reason
    found: Callable[[Arriving], Collection[str]]


class Arriving:
    """What arrives and what is here: what several rules look at."""

    def __init__(
        self, arrived: FamilyCase, *, held: FamilyCase, own: str, sender: str, verified: Collection[str] = ()
    ) -> None:
        """Arrange both.

        Args:
            arrived: What arrives.
            held: The own file.
            own: URN of the own organisation.
            sender: URN of the organisation that sent it.
            verified: Ids of what arrives that who recorded it signed, whoever sent it.

        Raises:
            IntegrityError: D_SYNTHETIC, D_CONFLICT: as :meth:`kgbx.case.FamilyCase.merge`.
        """
        self.held = held
        self.own = own
        self.sender = sender
        self._arrived = arrived
        self._verified = verified
        self.fresh = [record for record in arrived if held.get(record.id) != record]
        gone = self.claiming() | self.erasing() | self.correcting()  # first, for they could hide what protects somebody
        kept = FamilyCase((record for record in arrived if record.id not in gone), synthetic=arrived.synthetic)
        self._both = held.merge(kept)

    def claiming(self) -> set[str]:
        """Return what says that the own organisation recorded it."""
        return {record.id for record in self.fresh if record.recorded_by.org == self.own}

    # --- erasing

    def erasing(self) -> set[str]:
        """Return the erasures that are not honoured here."""
        return {one.id for one in self.fresh if isinstance(one, Erasure) and not self._may_erase(one)}

    def _may_erase(self, erasure: Erasure) -> bool:
        """Tell whether the sender erased a record of its own that nothing here is held or protected by."""
        target = self.held.get(erasure.record)
        if target is None or {erasure.recorded_by.org, target.recorded_by.org} != {self.sender}:
            return False
        guards = TYPE_OF[type(target)].array in NEVER_ERASED or vars(target).get("decision") == "refuse"
        return not guards and target.id not in self._kept and not self.held.records("protections")

    @cached_property
    def _kept(self) -> frozenset[str]:
        """Records whose use is restricted: that is done to keep them."""
        return frozenset(one.record for one in self.held.records("restrictions") if isinstance(one, Restriction))

    # --- correcting

    def correcting(self) -> set[str]:
        """Return the links that replace a record and are not of who recorded it, in person or by its signature."""
        return {one.id for one in self._replacing if not self._may_correct(one)}

    @property
    def _replacing(self) -> Iterator[Link]:
        links = (one for one in self.fresh if isinstance(one, Link))
        return (one for one in links if one.kind == "replaces")

    def _may_correct(self, link: Link) -> bool:
        author, older = link.recorded_by.org, self._known(link.to)
        if older is not None and older.recorded_by.org != author:
            return False
        return author == self.sender or self._is_passed_on(link, older)

    def _is_passed_on(self, link: Link, older: BareRecord | None) -> bool:
        """Tell whether who made a correction that another sends signed it, and need not have sent it in person."""
        newer = self._known(link.from_)
        guards = older is not None and TYPE_OF[type(older)].array in GUARDING
        whose = newer is None or newer.recorded_by.org == link.recorded_by.org
        signed = newer is None or newer.id in self.held or newer.id in self._verified
        return not guards and link.id in self._verified and whose and signed

    def _known(self, record: str) -> BareRecord | None:
        return self.held.get(record) or self._arrived.get(record)

    # --- joining persons

    def joining(self) -> set[str]:
        """Return what would make one of two persons who are never one."""
        rows = [one for one in self.fresh if isinstance(one, SamePerson) and one.id in self._both]
        joining = [(one.id, one.a, one.b, one.basis in STRONG) for one in rows]
        between = (one for one in self._replacing if one.id in self._both)
        between = (one for one in between if isinstance(self._both.get(one.from_), Person))
        joining += [(one.id, one.from_, one.to, False) for one in between]
        if not joining:
            return set()
        before, after = Joined(self.held), Joined(self._both)
        apart = [pair for pair in self._never_one if after.may_be_one(*pair) and not before.may_be_one(*pair)]
        doubted = (after.doubted | after.apart) - before.doubted - before.apart
        doubted |= frozenset(made_one(self._both, before=before, after=after, by={one.recorded_by.org for one in rows}))
        bad = {record for record, one, _, _ in joining if any(after.may_be_one(pair[0], one) for pair in apart)}
        return bad | {
            record
            for record, one, _, strong in joining
            if strong and any(after.may_be_one(pair[0], one) for pair in doubted)
        }

    @cached_property
    def _never_one(self) -> set[tuple[str, str]]:
        """Pairs of a protected person, who lives there, or a child, and of who is blocked."""
        protections = [one for one in self._both.records("protections") if isinstance(one, Protection)]
        pairs = set(Joined(self._both).kept_apart(self._both))
        return pairs | {
            (child, other) for one in protections for other in one.blocked for child in self._children - {other}
        }

    @cached_property
    def _children(self) -> frozenset[str]:
        minors = {str(vars(one)["minor"]) for name in CHILDREN_IN for one in self.held.records(name)}
        people = (one for one in self.held.records("persons") if isinstance(one, Person))
        return frozenset(minors | {one.id for one in people if "child" in (one.roles or ())})

    # --- handing over

    def handing_over(self) -> set[str]:
        """Return what says that the own organisation handed the family over, where it did not record so itself."""
        works = (one for one in self.fresh if isinstance(one, Collaboration) and one.requested_by == self.own)
        done = (one for one in works if one.kind in _HANDING and one.state == "completed")
        return {one.id for one in done if self._given.isdisjoint(one.asked)}

    @cached_property
    def _given(self) -> frozenset[str]:
        """To whom the own organisation recorded that it handed over."""
        works = (one for one in self.held.records("collaborations") if isinstance(one, Collaboration))
        done = (one for one in works if one.kind in _HANDING and one.state == "completed")
        ours = (one for one in done if {one.recorded_by.org, one.requested_by} == {self.own})
        return frozenset(org for one in ours for org in one.asked)

    # --- protecting

    def turning(self) -> set[str]:
        """Return protections that keep somebody from what is that person's own."""
        known = Joined(self.held)
        return {
            one.id
            for one in self.fresh
            if isinstance(one, Protection)
            and any(other == one.person or known.is_said_to_be(one.person, other) for other in one.blocked)
        }


def _row(code: str, nl: str, en: str, source: str, found: Callable[[Arriving], Collection[str]]) -> Arrival:
    return Arrival(reason=Reason(code=code, text=Text(nl, en), source=source, stricter=True), found=found)


ARRIVALS: Final = (
    Arrival(reason=REASONS["NOT_RECORDED_HERE"], found=Arriving.claiming),
    _row(
        "ERASES_HERE",
        "Dit zou hier iets wissen van een ander, of wat iemand beschermt. Beslis zelf, en antwoord de afzender.",
        "This would erase what is another's, or what protects somebody. Decide yourself, and answer the sender.",
        "AVG 17 en 19; kgbx: an erasure travels as a notice, and each holder decides",
        Arriving.erasing,
    ),
    _row(
        CORRECTS_OTHERS,
        "Dit vervangt wat een ander vastlegde, zonder bewijs dat die dat zelf verbeterde. Vraag het wie het vastlegde.",
        "This replaces what another recorded, without proof that it was who corrected it. Ask who recorded it.",
        "kgbx: a correction is of who recorded what it corrects",
        Arriving.correcting,
    ),
    _row(
        "JOINS_WHO_IS_KEPT_APART",
        "Dit zou twee mensen tot een maken die dat niet zijn. Zoek uit wie het zijn, en leg dat zelf vast.",
        "This would make one of two persons who are not one. Find out who they are, and record that yourself.",
        "Wet BRP 2.59; AVG 5 lid 1 onder d",
        Arriving.joining,
    ),
    _row(
        "HANDS_OVER_OURS",
        "Dit zegt dat uw organisatie het gezin overdroeg, en zelf legde u dat niet vast. Zoek uit wie er nu is.",
        "This says that your organisation handed the family over, and you did not record so. Find out who is there.",
        "kgbx: until who hands over hears that it was completed, its fixed contact stays",
        Arriving.handing_over,
    ),
    _row(
        "PROTECTS_FROM_ONESELF",
        "Deze afscherming houdt iemand weg van zichzelf. Vraag de afzender wie er bedoeld is.",
        "This protection keeps a person from that person's own. Ask the sender who is meant.",
        "AVG 5 lid 1 onder d",
        Arriving.turning,
    ),
)
"""Every thing that what arrives may not do."""

CONTRADICTS_HERE: Final = Reason(
    code="CONTRADICTS_HERE",
    text=Text(
        "Hiermee zou het eigen dossier een regel breken. Vraag de afzender naar wat ervoor en erna kwam.",
        "With this the own file would break a rule. Ask the sender for what came before and after it.",
    ),
    source="kgbx: the own file can always be read again",
    stricter=True,
)
"""Why a record is set apart that by itself may be here."""

DIFFERS_HERE: Final = Reason(
    code="DIFFERS_HERE",
    text=Text(
        "Dit staat hier al met een andere inhoud onder hetzelfde id. Vraag wie het vastlegde welke klopt.",
        "This stands here already with another content under the same id. Ask who recorded it which one is right.",
    ),
    source="AVG 5 lid 1 onder d; kgbx: both are kept, and one message never stops another",
    stricter=True,
)
"""Why a record is set apart whose id is taken."""

UNSIGNED_HERE: Final = Reason(
    code="UNSIGNED_HERE",
    text=Text(
        "Wie dit zou hebben vastgelegd, ondertekent zijn records; dit kwam zonder. Vraag het na bij die organisatie.",
        "Who is said to have recorded this signs its records here; this came without. Ask that organisation.",
    ),
    source="AVG 5 lid 1 onder d, f; kgbx",
    stricter=True,
)
"""Why a record of a third organisation is set apart that came without the signature that its others here have."""

WHY_APART: Final[Mapping[str, Reason]] = MappingProxyType(
    {
        **REASONS,
        **{row.reason.code: row.reason for row in ARRIVALS},
        **{one.code: one for one in (CONTRADICTS_HERE, DIFFERS_HERE, UNSIGNED_HERE)},
    }
)
"""Everything for which a record that arrives is set apart, by code."""


def corrected_by_others(held: FamilyCase, arrived: FamilyCase, *, own: str) -> frozenset[str]:
    """Return the ids of links here that would replace what arrives only now, and that another than its recorder made.

    When they came what they replace was not here, so nobody could tell whose it is. The order in which messages come
    decides nothing. What the own organisation replaces, or recorded something about, stays: a person looked at that.

    Args:
        held: The own file.
        arrived: What is taken in.
        own: URN of the own organisation.
    """
    fresh = {one.id: one.recorded_by.org for one in arrived if one.id not in held and one.id not in held.erased}
    links = (one for one in held.records("links") if isinstance(one, Link) and one.kind == "replaces")
    theirs = (one for one in links if one.to in fresh and one.recorded_by.org not in {own, fresh[one.to]})
    return frozenset(one.id for one in theirs)


def touching(
    arrived: FamilyCase, *, held: FamilyCase, own: str, sender: str, verified: Collection[str] = ()
) -> dict[str, set[str]]:
    """Return the codes of what arrives and may not be taken in, by id of the record; of the own copy nothing.

    Args:
        arrived: What arrives.
        held: The own file.
        own: URN of the own organisation.
        sender: URN of the organisation that sent it.
        verified: Ids of what arrives that who recorded it signed, whoever sent it.

    Raises:
        IntegrityError: D_SYNTHETIC, D_CONFLICT: as :meth:`kgbx.case.FamilyCase.merge`.
    """
    found: dict[str, set[str]] = defaultdict(set)
    if sender != own:
        both = Arriving(arrived, held=held, own=own, sender=sender, verified=verified)
        for row in ARRIVALS:
            for record in row.found(both):
                found[record].add(row.reason.code)
    return dict(found)
