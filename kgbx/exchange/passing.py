# SPDX-License-Identifier: EUPL-1.2
"""Passing a case on: compose a message from a case, and take a message into a case.

Rules:
    - compose = share, contribute, seal, log: only what decide() permits for this recipient is sealed, one envelope an
      organisation; a view with nothing in it is not sent; what shows where records come from goes along;
    - the case is part 0, byte for byte; a cover, which says what it is for and what not to ask, is a part beside it;
    - receive = unseal, validate, verify provenance, import check, merge: a view in which a record is not as its
      organisation signed it is refused; what the own registers deny is quarantined and told to nobody outside; made-up
      and real data never meet;
    - the account of a share stays with the sender: it is returned beside the message and never enters it.
The present and ids are arguments.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, TypedDict, Unpack
from uuid import uuid4

from kgbx.case import MEDIA_TYPE, FamilyCase
from kgbx.clock import format_instant
from kgbx.consent.arriving import UNSIGNED_HERE
from kgbx.consent.facts import Request
from kgbx.consent.importing import set_apart
from kgbx.consent.joins import facts_from_case
from kgbx.consent.log import disclosure, facts_bytes
from kgbx.consent.policies import policy_in_force
from kgbx.consent.share import share
from kgbx.envelope.seal import seal
from kgbx.envelope.unseal import unseal
from kgbx.errors import ConsentError, DocumentError, EnvelopeError, IntegrityError
from kgbx.exchange.covers import cover_of, covering
from kgbx.exchange.joining import taken_in
from kgbx.exchange.later import WrittenLater
from kgbx.exchange.narrowing import narrowed
from kgbx.exchange.provenance import Provenance, provenance, require_unaltered, with_contributions, with_what_covers
from kgbx.story.bodies.types import TYPE_OF_NAME

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from datetime import datetime
    from uuid import UUID

    from kgbx.consent.facts import Facts
    from kgbx.consent.importing import Quarantined
    from kgbx.consent.joins import Registers
    from kgbx.consent.log import Disclosure
    from kgbx.consent.policy import Policy
    from kgbx.consent.share import Share
    from kgbx.envelope.identity import Identity
    from kgbx.envelope.ports import KeyDirectory, OrganisationDocument, ReplayStore
    from kgbx.envelope.seal import Sealed
    from kgbx.envelope.unseal import Opened, SealedSource
    from kgbx.story.bodies import Cover

CASE_SHARE: Final = TYPE_OF_NAME["case_share"].uri
"""Message type of a case that is passed on."""


class How(TypedDict, total=False):
    """The keywords of :func:`compose` that may be left out.

    Attributes:
        ids: Gives UUIDs version 4 for the message and the log.
        message_type: Type of the message; absent: a case that is passed on.
        cover: What it is for, and what not to ask.
        only: Ids of records: of what may go only these go, and what they cannot be understood without.
        thread: Id of the thread, UUID version 4.
        ref: Id of the message that is answered or corrected, UUID version 4.
    """

    ids: Callable[[], UUID]
    message_type: str
    cover: Cover | None
    only: Collection[str]
    thread: str | None
    ref: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """What an organisation decides with.

    Attributes:
        registers: Its own registers.
        policies: Candidates, of which one is in force.
        proven: Ids of consents, grounds and weighings whose proof it verified.
    """

    registers: Registers = field(repr=False)
    policies: tuple[Policy, ...] = field(repr=False)
    proven: Collection[str] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Own:
    """An organisation that sends and receives.

    Attributes:
        identity: Its keys: signs and opens.
        directory: Knows everybody's keys.
        basis: What it decides with.
        accept_synthetic: False in production: made-up data are refused. True in a test: real data are.
        random: Gives n random bytes, for contributions.
    """

    identity: Identity
    directory: KeyDirectory = field(repr=False)
    basis: Basis
    accept_synthetic: bool = False
    random: Callable[[int], bytes] = field(default=os.urandom, repr=False)

    @property
    def org(self) -> str:
        """URN of the organisation."""
        return self.identity.org


@dataclass(frozen=True, slots=True, kw_only=True)
class Composed:
    """A message that is ready to go, and what the sender keeps of it.

    Attributes:
        sealed: The message.
        view: What is in it: the view of the share, with contributions that show where its records come from.
        share: The view, and the account of why; the account is for the sender only.
        entry: Line of the disclosure log.
        facts: Canonical facts, to store under ``entry.facts``.
    """

    sealed: Sealed
    view: FamilyCase
    share: Share
    entry: Disclosure = field(repr=False)
    facts: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """A message that was taken in.

    Attributes:
        opened: The envelope's side of it.
        view: What arrived.
        case: The own case with what may be used of it, and the contributions that cover it.
        provenance: Where each record of the view comes from.
        quarantined: What the own registers deny, and what would contradict the own case; kept apart, told to nobody
            outside.
        cover: What the sender says it is for, and what not to ask; None without one.
    """

    opened: Opened
    view: FamilyCase
    case: FamilyCase
    provenance: Provenance = field(repr=False)
    quarantined: tuple[Quarantined, ...] = ()
    cover: Cover | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """A share with what it was decided with.

    Attributes:
        share: View and account.
        policy: The policy in force.
        facts: The facts of that moment.
    """

    share: Share
    policy: Policy = field(repr=False)
    facts: Facts = field(repr=False)


def decide_share(case: FamilyCase, *, request: Request, basis: Basis) -> Decided:
    """Return what may go to a recipient, without sending it.

    Args:
        case: The sender's own file.
        request: Who to whom, for what, at which moments.
        basis: What the sender decides with.

    Raises:
        UsageError: U_POLICY, no policy or several are in force; U_MOMENT.
    """
    policy = policy_in_force(basis.policies, request.at)
    facts = facts_from_case(case, basis.registers, own=request.sender, proven=basis.proven)
    return Decided(share=share(case, request=request, policy=policy, facts=facts), policy=policy, facts=facts)


def compose(
    case: FamilyCase,
    *,
    own: Own,
    to: OrganisationDocument,
    purpose: str,
    at: datetime,
    **how: Unpack[How],
) -> Composed:
    """Return the message for one recipient, holding only what may go to it.

    Args:
        case: The sender's own file.
        own: The sender.
        to: The recipient's organisation document.
        purpose: What the recipient needs it for.
        at: Present moment, aware; also the moment of what is known.
        how: As :class:`How` explains.

    Raises:
        ConsentError: C_NOTHING, no record may go, or none of those that were asked for.
        UsageError: U_POLICY; U_NO_KEYS, no pair of the own keys may sign at `at`; and those of
            :func:`kgbx.envelope.seal.seal`.
        EnvelopeError: as :func:`kgbx.envelope.seal.seal`.
    """
    moment, ids = format_instant(at), how.get("ids", uuid4)
    request = Request(sender=own.org, recipient=to.org, purpose=purpose, at=moment, known_at=moment)
    decided = decide_share(case, request=request, basis=own.basis)
    share = decided.share if "only" not in how else narrowed(decided.share, how["only"])
    if not share.account.passed:
        raise ConsentError("C_NOTHING")
    sender = own.identity.at(at)
    view = with_contributions(share.view, held=case, signer=sender, directory=own.directory, at=at, random=own.random)
    sealed = seal(
        view.to_json(),
        media_type=MEDIA_TYPE,
        message_type=how.get("message_type", CASE_SHARE),
        attachments=covering(how.get("cover")),
        sender=sender,
        to=to,
        suite=sender.suite,
        at=at,
        ids=ids,
        thread=how.get("thread"),
        ref=how.get("ref"),
    )
    entry = disclosure(
        share.account, policy=decided.policy, facts=decided.facts, entry_id=str(ids()), case=case, view=view
    )
    return Composed(sealed=sealed, view=view, share=share, entry=entry, facts=facts_bytes(decided.facts))


def receive(
    sealed: SealedSource,
    *,
    case: FamilyCase,
    own: Own,
    purpose: str,
    at: datetime,
    seen: ReplayStore | None,
) -> Received:
    """Return the own case with what arrived.

    Args:
        sealed: As for :func:`kgbx.envelope.unseal.unseal`.
        case: The own case; an empty one for a family that is not known yet.
        own: The recipient.
        purpose: What this organisation receives it for.
        at: Present moment, aware.
        seen: Replay store; written last, when everything else went well. Who stores the message in the same transaction
            gives a store of that transaction.

    Raises:
        EnvelopeError: the code of the first check that failed; E_SCHEMA, not a valid case; E_POLICY, another type of
            message, made-up where real is expected or the other way round, or a view that erases: erasures come as a
            notice only, or a sender could take away what protects somebody here.
        IntegrityError: D_ALTERED, a record is not as the organisation that recorded it signed it; nothing is merged.
        UsageError: U_POLICY, U_MOMENT.
    """
    later = None if seen is None else WrittenLater(seen)
    opened = unseal(sealed, identity=own.identity, directory=own.directory, at=at, seen=later)
    if opened.manifest.type != CASE_SHARE:
        raise EnvelopeError("E_POLICY")
    received = take_case(opened, case=case, own=own, purpose=purpose, at=at)
    if later is not None:
        later.write_now()
    return received


def take_case(opened: Opened, *, case: FamilyCase, own: Own, purpose: str, at: datetime) -> Received:
    """Return the own case with what an opened message holds, whatever its type says of why it came.

    Args:
        opened: A message of which the body is a family case.
        case: The own case; an empty one for a family that is not known yet.
        own: The recipient.
        purpose: What this organisation receives it for.
        at: Present moment, aware.

    Raises:
        EnvelopeError: E_SCHEMA, E_POLICY, as :func:`receive`; E_PART_SIZE, the cover is too large.
        IntegrityError: as :func:`receive`.
        UsageError: U_POLICY, U_MOMENT.
    """
    if opened.manifest.parts[0].media != MEDIA_TYPE:
        raise EnvelopeError("E_POLICY")
    view, cover = _view(opened.body), cover_of(opened)
    if view.synthetic != own.accept_synthetic or view.erased:
        raise EnvelopeError("E_POLICY")
    if cover is not None and bool(cover.synthetic) != view.synthetic:
        raise EnvelopeError("E_POLICY")
    if case.synthetic != view.synthetic and len(case):
        raise IntegrityError("D_SYNTHETIC")
    origins = provenance(view, directory=own.directory, at=at)
    require_unaltered(origins)
    moment = format_instant(at)
    request = Request(sender=opened.sender, recipient=own.org, purpose=purpose, at=moment, known_at=moment)
    policy = policy_in_force(own.basis.policies, moment)
    known = provenance(case, directory=own.directory, at=at)
    doubtful = origins.unsigned_beside(known, view, but={own.org, opened.sender})
    signed, unsigned = set_apart(view, {record: {UNSIGNED_HERE.code} for record in doubtful})
    merged, apart = taken_in(
        case, signed, request=request, registers=own.basis.registers, policy=policy, verified=origins.verified
    )
    return Received(
        opened=opened,
        view=view,
        case=with_what_covers(merged, origins, directory=own.directory, at=at, known=known),
        provenance=origins,
        quarantined=tuple(sorted((*unsigned, *apart), key=lambda row: row.record)),
        cover=cover,
    )


def _view(body: bytes) -> FamilyCase:
    try:
        return FamilyCase.from_json(body)
    except DocumentError:
        pass
    raise EnvelopeError("E_SCHEMA")
