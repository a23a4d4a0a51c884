# SPDX-License-Identifier: EUPL-1.2
"""What a receipt says: what became of one message, judged by form.

Rules:
    - level 2 says ``processed`` or ``refused``, level 3 ``taken_up``: a professional has it;
    - a refusal, and only a refusal, has a code; anything but a refusal lists every part, all of them right;
    - a receipt names the message by id, sender and the digest of the very manifest that was signed: a receipt for
      other content under the same id proves nothing.

Source: envelope specification, section 3.6.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal, cast

from kgbx.clock import is_second
from kgbx.envelope.encoding import ORG, UUID4, b64, exact, unb64
from kgbx.errors import FAMILIES, EnvelopeError
from kgbx.limits import MAX_PARTS

if TYPE_CHECKING:
    from collections.abc import Iterable

Status = Literal["processed", "refused", "taken_up"]

LEVELS: Final[dict[Status, int]] = {"processed": 2, "refused": 2, "taken_up": 3}
"""The level of each status."""

NO_REFUSAL: Final = frozenset({"E_DUPLICATE", "E_KEY_FILE", "E_PASSPHRASE"})
"""Codes that nobody signs: a duplicate gets the receipt that it got before, the others are about own files."""

REFUSALS: Final = frozenset(code for codes in FAMILIES.values() for code in codes) - NO_REFUSAL
"""Codes that a refusal may carry."""

DIGEST_PREFIX: Final = "sha-256:"
_DIGEST_BYTES: Final = 32
_MEMBERS: Final = ("of", "level", "status", "at", "parts")


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What became of a message.

    Attributes:
        message_id: Id of the message.
        sender: URN of the organisation that sent the message, and to which the receipt goes.
        manifest: SHA-256 of the manifest as it was signed.
        status: ``processed``, ``refused`` or ``taken_up``.
        at: When, Unix seconds.
        code: Why it was refused, else None.
        parts: Index of a part and whether it is right.
    """

    message_id: str
    sender: str
    manifest: bytes = field(repr=False)
    status: Status
    at: int
    code: str | None = None
    parts: tuple[tuple[int, bool], ...] = ()

    @property
    def level(self) -> int:
        """2 for ``processed`` and ``refused``, 3 for ``taken_up``."""
        return LEVELS[self.status]

    def as_json(self) -> dict[str, object]:
        """Return the member ``receipt`` of the manifest."""
        members: dict[str, object] = {
            "of": {"id": self.message_id, "from": self.sender, "manifest": digest_text(self.manifest)},
            "level": self.level,
            "status": self.status,
            "at": self.at,
            "parts": [{"n": n, "ok": ok} for n, ok in self.parts],
        }
        return members if self.code is None else {**members, "code": self.code}


def digest_text(digest: bytes) -> str:
    """Return a digest as it is written: ``sha-256:`` and base64url."""
    return DIGEST_PREFIX + b64(digest)


def digest_from(text: object) -> bytes:
    """Return the 32 bytes of a digest as it is written.

    Raises:
        EnvelopeError: E_MANIFEST, no text with the prefix; E_ENCODING, E_LENGTH.
    """
    if not isinstance(text, str) or not text.startswith(DIGEST_PREFIX):
        raise EnvelopeError("E_MANIFEST")
    return unb64(text.removeprefix(DIGEST_PREFIX), size=_DIGEST_BYTES)


def read_receipt(value: object) -> Receipt:
    """Return what the member ``receipt`` says.

    Raises:
        EnvelopeError: E_MEMBERS; E_MANIFEST, a wrong type or value; E_ENCODING or E_LENGTH in the digest.
    """
    members = exact(value, _MEMBERS, optional=("code",))
    of = exact(members["of"], ("id", "from", "manifest"))
    message_id, sender, status = of["id"], of["from"], members["status"]
    _require(isinstance(message_id, str) and UUID4.match(message_id) is not None)
    _require(isinstance(sender, str) and ORG.match(sender) is not None)
    _require(isinstance(status, str) and status in LEVELS)
    _require(type(members["level"]) is int and members["level"] == LEVELS[cast("Status", status)])
    _require(is_second(members["at"]) and cast("int", members["at"]) >= 0)
    receipt = Receipt(
        message_id=str(message_id),
        sender=str(sender),
        manifest=digest_from(of["manifest"]),
        status=cast("Status", status),
        at=cast("int", members["at"]),
        code=cast("str | None", members.get("code")),
        parts=_parts(members["parts"]),
    )
    require_consistent(receipt)
    return receipt


def require_consistent(receipt: Receipt) -> None:
    """Return if status, code and parts go together.

    Raises:
        EnvelopeError: E_MANIFEST.
    """
    if receipt.status == "refused":
        _require(isinstance(receipt.code, str) and receipt.code in REFUSALS)
    else:
        _require(receipt.code is None and bool(receipt.parts) and all(ok for _, ok in receipt.parts))
    _require([n for n, _ in receipt.parts] == list(range(len(receipt.parts))))


def require_after(earlier: Iterable[Receipt], receipt: Receipt) -> None:
    """Return if a receipt can follow those that the same organisation gave for the same message.

    One a level; never positive after a refusal. Two that contradict each other are an alarm: one of them is a lie.

    Raises:
        EnvelopeError: E_ID_REUSE, it contradicts an earlier one; E_DUPLICATE, it says what an earlier one said.
    """
    before = list(earlier)
    if any(contradict(one, receipt) for one in before):
        raise EnvelopeError("E_ID_REUSE")
    if any(one.level == receipt.level for one in before):
        raise EnvelopeError("E_DUPLICATE")


def contradict(one: Receipt, other: Receipt) -> bool:
    """Tell whether two receipts of one organisation for one message cannot both be true, in whichever order."""
    if one.level == other.level or "refused" in (one.status, other.status):
        return (one.manifest, one.status, one.code) != (other.manifest, other.status, other.code)
    return one.manifest != other.manifest


def _parts(value: object) -> tuple[tuple[int, bool], ...]:
    """Return the parts, of which the order is judged with the rest."""
    rows = value if isinstance(value, list) and len(value) <= MAX_PARTS else None
    _require(rows is not None)
    found = [exact(row, ("n", "ok")) for row in rows or ()]
    _require(all(type(row["n"]) is int and type(row["ok"]) is bool for row in found))
    return tuple((cast("int", row["n"]), cast("bool", row["ok"])) for row in found)


def _require(condition: bool) -> None:  # noqa: FBT001  # reads as a sentence
    if not condition:
        raise EnvelopeError("E_MANIFEST")
