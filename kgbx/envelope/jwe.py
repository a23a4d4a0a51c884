# SPDX-License-Identifier: EUPL-1.2
"""The outer envelope: General-JSON JWE, HPKE recipients of one suite, A256GCM content, committed to its key.

Rules:
    - exact members; one protected header of five known members; 1 to 16 recipients, all named or all anonymous;
    - every length and alphabet is checked before any cryptography (steps 1 to 4 of the receive procedure);
    - ``kc`` commits to the content key: an envelope that opens under two keys opens under neither;
    - a content key serves one envelope.

Source: RFC 7516 section 7.2.1; draft-ietf-jose-hpke-encrypt (key encryption mode); envelope specification,
sections 3.2 and 3.8.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from kgbx.envelope.encoding import KID, b64, compact_json, exact, hkdf, pad, parse_json, unb64
from kgbx.envelope.keys import ALGS, ENCRYPTED_KEY_BYTES
from kgbx.envelope.suites import KGBX_1, SUITE_OF_KEM, SUITES, SuiteRow
from kgbx.errors import EnvelopeError
from kgbx.limits import MAX_ENVELOPE_BYTES, MAX_PROTECTED_BYTES, MAX_RECIPIENTS

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from kgbx.envelope.keys import PublicKey
    from kgbx.envelope.ports import Opener

CEK_BYTES: Final = 32
IV_BYTES: Final = 12
TAG_BYTES: Final = 16
KC_BYTES: Final = 32

TYP: Final = "kgbx-envelope+jwe"
CTY: Final = "kgbx-manifest+jws"
MEMBERS: Final = ("protected", "recipients", "iv", "ciphertext", "tag")
PROTECTED: Final = ("alg", "enc", "typ", "cty", "kc")
"""Members of the protected header."""

HPKE_INFO: Final = b"JOSE-HPKE rcpt\xffA256GCM\xff"
"""Recipient structure of JOSE-HPKE: label, ``enc``, no extra info."""

_KC_INFO: Final = b"kgbx/1 key commitment\x00A256GCM"
_SPACE: Final = b" "


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """One entry of ``recipients``.

    Attributes:
        kid: Thumbprint of the recipient's key, None when anonymous.
        ek: HPKE encapsulation, 1120 bytes in suite kgbx-1.
        encrypted_key: Encrypted content key, 48 bytes.
    """

    kid: str | None
    ek: bytes = field(repr=False)
    encrypted_key: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Jwe:
    """An envelope of the right form, not opened.

    Attributes:
        protected: The protected header as it stands, base64url: the associated data of the content.
        kc: Key commitment as it stands, base64url.
        recipients: 1 to 16.
        iv: 12 bytes.
        ciphertext: Content without its tag.
        tag: 16 bytes.
        suite: The suite that its ``alg`` implies.
    """

    protected: str = field(repr=False)
    kc: str = field(repr=False)
    recipients: tuple[Recipient, ...]
    iv: bytes = field(repr=False)
    ciphertext: bytes = field(repr=False)
    tag: bytes = field(repr=False)
    suite: SuiteRow = KGBX_1


def _said(suite: SuiteRow) -> dict[str, str]:
    """Return what the protected header of a suite says beside ``kc``."""
    return {"alg": suite.kem, "enc": suite.content, "typ": TYP, "cty": CTY}


def commitment(cek: bytes) -> str:
    """Return ``kc``: base64url of 32 bytes that only this content key gives."""
    return b64(hkdf(cek, _KC_INFO, size=KC_BYTES))


def encrypt(
    plaintext: bytes,
    *,
    cek: bytes,
    recipients: Sequence[PublicKey],
    anonymous: bool,
    random: Callable[[int], bytes],
    suite: SuiteRow = KGBX_1,
) -> bytes:
    """Return the envelope of `plaintext`, padded with spaces, for 1 to 16 encryption keys.

    Args:
        plaintext: The inner JWS.
        cek: 32 random bytes, never used before.
        recipients: The keys it opens with.
        anonymous: Leave the kids out; each recipient then tries its own keys.
        random: Gives n random bytes.
        suite: The suite of all of these keys.

    Raises:
        EnvelopeError: E_SUITE, a key is of another suite: suites are never mixed.
    """
    if any(key.alg != suite.kem for key in recipients):
        raise EnvelopeError("E_SUITE")
    protected = b64(compact_json({**_said(suite), "kc": commitment(cek)}))
    ek_bytes, entries = ALGS[suite.kem].ek_bytes, []
    for key in recipients:
        wrapped = key.wrap(cek, HPKE_INFO)
        header = {} if anonymous else {"kid": key.kid}
        header["ek"] = b64(wrapped[:ek_bytes])
        entries.append({"header": header, "encrypted_key": b64(wrapped[ek_bytes:])})
    iv = random(IV_BYTES)
    padded = plaintext.ljust(pad(len(plaintext)), _SPACE)
    sealed = AESGCM(cek).encrypt(iv, padded, protected.encode("ascii"))
    return compact_json(
        {
            "protected": protected,
            "recipients": entries,
            "iv": b64(iv),
            "ciphertext": b64(sealed[:-TAG_BYTES]),
            "tag": b64(sealed[-TAG_BYTES:]),
        }
    )


def encode(jwe: Jwe) -> bytes:
    """Return the envelope as written by :func:`encrypt`."""
    entries = [
        {
            "header": {**({} if r.kid is None else {"kid": r.kid}), "ek": b64(r.ek)},
            "encrypted_key": b64(r.encrypted_key),
        }
        for r in jwe.recipients
    ]
    fields = {"iv": b64(jwe.iv), "ciphertext": b64(jwe.ciphertext), "tag": b64(jwe.tag)}
    return compact_json({"protected": jwe.protected, "recipients": entries, **fields})


def parse(data: bytes, *, suites: Collection[str] = SUITES) -> Jwe:
    """Return an envelope after steps 1 to 4: form only, no cryptography.

    Args:
        data: The envelope.
        suites: Names of the suites that are accepted.

    Raises:
        EnvelopeError: E_TOO_LARGE, E_JSON, E_MEMBERS, E_LENGTH, E_SUITE, E_ENCODING, E_RECIPIENTS.
    """
    # 1 size
    if len(data) > MAX_ENVELOPE_BYTES:
        raise EnvelopeError("E_TOO_LARGE")
    # 2 strict parse, exact members
    members = exact(parse_json(data), MEMBERS)
    entries = _entries(members["recipients"])
    # 3 protected header
    protected, kc, suite = _protected(members["protected"], suites)
    # 4 every binary field, then the list of recipients
    unb64(kc, size=KC_BYTES)
    jwe = Jwe(
        protected=protected,
        kc=str(kc),
        iv=unb64(members["iv"], size=IV_BYTES),
        ciphertext=unb64(members["ciphertext"]),
        tag=unb64(members["tag"], size=TAG_BYTES),
        recipients=tuple(_recipient(header, entry["encrypted_key"], suite=suite) for header, entry in entries),
        suite=suite,
    )
    if not 1 <= len(entries) <= MAX_RECIPIENTS:
        raise EnvelopeError("E_RECIPIENTS")
    _require_kids([header.get("kid") for header, _ in entries], named=any("kid" in header for header, _ in entries))
    return jwe


def _entries(value: object) -> list[tuple[dict[str, object], dict[str, object]]]:
    """Return header and entry of each recipient, none of what is no list; only their members are judged here."""
    if not isinstance(value, list):
        return []
    entries = [exact(entry, ("header", "encrypted_key")) for entry in value]
    return [(exact(entry["header"], ("ek",), optional=("kid",)), entry) for entry in entries]


def _protected(value: object, suites: Collection[str]) -> tuple[str, object, SuiteRow]:
    """Return the protected header as it stands, its ``kc``, of which only the presence is judged, and the suite."""
    if isinstance(value, str) and len(value) > MAX_PROTECTED_BYTES * 4 // 3 + 1:
        raise EnvelopeError("E_LENGTH")
    header = exact(parse_json(unb64(value)), PROTECTED)
    alg = header["alg"]
    suite = SUITE_OF_KEM.get(alg) if isinstance(alg, str) else None
    if (
        suite is None
        or suite.id not in suites
        or any(header[name] != allowed for name, allowed in _said(suite).items())
    ):
        raise EnvelopeError("E_SUITE")
    return str(value), header["kc"], suite


def _recipient(header: dict[str, object], encrypted_key: object, *, suite: SuiteRow) -> Recipient:
    kid = header.get("kid")
    return Recipient(
        kid=kid if isinstance(kid, str) else None,
        ek=unb64(header["ek"], size=ALGS[suite.kem].ek_bytes),
        encrypted_key=unb64(encrypted_key, size=ENCRYPTED_KEY_BYTES),
    )


def _require_kids(kids: list[object], *, named: bool) -> None:
    """Return if the kids are all thumbprints, none twice, or all absent."""
    if not named:
        return
    thumbprints = {kid for kid in kids if isinstance(kid, str) and KID.match(kid)}
    if len(thumbprints) != len(kids):
        raise EnvelopeError("E_RECIPIENTS")


def open_key(jwe: Jwe, opener: Opener) -> tuple[bytes, str]:
    """Return the content key and the kid of the own key that opened it: steps 5 and 6.

    Raises:
        EnvelopeError: E_NOT_FOR_ME, no entry is for a key of `opener`; E_DECRYPT, its entry does not open, the content
            key is not 32 bytes, or it is not the one that ``kc`` commits to.
    """
    # 5 own kid, or for anonymous entries a trial of the own keys
    anonymous = jwe.recipients[0].kid is None
    found = _trial(jwe, opener) if anonymous else _by_kid(jwe, opener)
    if found is None:
        raise EnvelopeError("E_NOT_FOR_ME")
    # 6 content key and its commitment
    cek, kid = found
    if len(cek) != CEK_BYTES or not hmac.compare_digest(commitment(cek), jwe.kc):
        raise EnvelopeError("E_DECRYPT")
    return cek, kid


def _by_kid(jwe: Jwe, opener: Opener) -> tuple[bytes, str] | None:
    own = opener.encryption_kids
    for recipient in jwe.recipients:
        if recipient.kid is not None and recipient.kid in own:
            return _unwrap(opener, recipient.kid, recipient), recipient.kid
    return None


def _trial(jwe: Jwe, opener: Opener) -> tuple[bytes, str] | None:
    for recipient in jwe.recipients:
        for kid in opener.encryption_kids:
            try:
                return _unwrap(opener, kid, recipient), kid
            except EnvelopeError:
                continue
    return None


def _unwrap(opener: Opener, kid: str, recipient: Recipient) -> bytes:
    return opener.unwrap(kid, ek=recipient.ek, encrypted_key=recipient.encrypted_key, info=HPKE_INFO)


def decrypt(jwe: Jwe, cek: bytes) -> bytes:
    """Return the inner JWS without its padding: step 7.

    Raises:
        EnvelopeError: E_DECRYPT.
    """
    try:
        padded = AESGCM(cek).decrypt(jwe.iv, jwe.ciphertext + jwe.tag, jwe.protected.encode("ascii"))
    except InvalidTag:
        padded = None
    if padded is None:
        raise EnvelopeError("E_DECRYPT")
    return padded.rstrip(_SPACE)
