# SPDX-License-Identifier: EUPL-1.2
"""Signed statements: General-JSON JWS with pairs of signatures, Ed25519 and ML-DSA, over the same bytes.

Rules:
    - exactly two signatures a signer, in this order: Ed25519, ML-DSA of the suite; one pair, or two for new
      root keys;
    - exact members everywhere, so no unprotected header and no ``crit``, ``b64``, ``jwk``, ``jku``, ``x5c``;
    - ``typ`` separates the domains: a signed manifest is no organisation document;
    - parsing checks form only; each signature is then verified with a key that the caller looked up.

Source: RFC 7515 section 7.2.1; RFC 9864 (Ed25519); RFC 9964 (ML-DSA).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from kgbx.envelope.encoding import b64, compact_json, exact, parse_json, unb64
from kgbx.envelope.keys import ALGS
from kgbx.envelope.suites import KGBX_1, SUITES
from kgbx.errors import EnvelopeError
from kgbx.limits import MAX_ENVELOPE_BYTES, MAX_JWS_PROTECTED_BYTES, MAX_MANIFEST_BYTES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kgbx.envelope.ports import KeyDirectory, Signer
    from kgbx.envelope.suites import SuiteRow

PAIR: Final = KGBX_1.signatures
"""The algorithms of a pair of the default suite, in the order in which the signatures stand."""


EVERY: Final = tuple(SUITES.values())
"""For statements that no envelope says the suite of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """One signature, not verified.

    Attributes:
        alg: Ed25519, ML-DSA-65 or ML-DSA-87.
        kid: The key that is said to have signed; any string.
        signature: 64, 3309 or 4627 bytes.
        signing_input: The bytes that were signed: ASCII(protected "." payload).
    """

    alg: str
    kid: str
    signature: bytes = field(repr=False)
    signing_input: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    """A JWS of the right form; nothing in it may be relied on before every signature has been verified.

    Attributes:
        payload: The bytes that the signatures cover.
        signatures: Two for each signer, in order.
    """

    payload: bytes = field(repr=False)
    signatures: tuple[Signature, ...]

    @property
    def algs(self) -> tuple[str, str]:
        """Algorithms of each pair."""
        first, second = self.signatures[: len(PAIR)]
        return first.alg, second.alg

    @property
    def kids(self) -> tuple[str, str]:
        """Kids of the first pair, not verified."""
        first, second = self.signatures[: len(PAIR)]
        return first.kid, second.kid


def sign(payload: bytes, *, typ: str, signers: Sequence[Signer], suite: SuiteRow | None = None) -> bytes:
    """Return the JWS of `payload`: two signatures by each signer.

    Args:
        payload: The bytes to sign, as they are.
        typ: What the statement is, e.g. ``kgbx-manifest+jws``.
        signers: One, or for a change of root keys two.
        suite: The suite of their keys; None is that of the first signer, of which a root pair is of the default one.

    Raises:
        EnvelopeError: E_KEY_INVALID, a signer lacks the key, or its signature has not the size of this suite's.
    """
    body, suite = b64(payload), suite or SUITES[getattr(signers[0], "suite", KGBX_1.id)]
    kids = [
        (signer, alg, kid) for signer in signers for alg, kid in zip(suite.signatures, signer.signing_kids, strict=True)
    ]
    entries = []
    for signer, alg, kid in kids:
        protected = b64(compact_json({"alg": alg, "kid": kid, "typ": typ}))
        signature = signer.sign(kid, f"{protected}.{body}".encode("ascii"))
        if len(signature) != ALGS[alg].signature_bytes:
            raise EnvelopeError("E_KEY_INVALID")
        entries.append({"protected": protected, "signature": b64(signature)})
    return compact_json({"payload": body, "signatures": entries})


def parse(
    data: bytes,
    *,
    typ: str,
    pairs: int = 1,
    suites: Sequence[SuiteRow] = (KGBX_1,),
    max_payload: int = MAX_MANIFEST_BYTES,
    max_bytes: int = MAX_ENVELOPE_BYTES,
) -> Parsed:
    """Return the payload and signatures of a JWS, by form only.

    Args:
        data: The JWS as received.
        typ: The only ``typ`` that is accepted.
        pairs: Number of pairs of signatures that must be there.
        suites: The pairs that are accepted; all pairs are of one suite.
        max_payload: Longest payload in bytes.
        max_bytes: Longest JWS in bytes.

    Raises:
        EnvelopeError: in this order E_JSON, E_MEMBERS (outer), E_SIG_COUNT, E_MEMBERS (entries and headers; inside a
            header E_ENCODING, E_LENGTH, E_JSON come first), E_SIG_ALG, E_ENCODING or E_LENGTH (payload, signatures).
    """
    members = exact(parse_json(data, max_bytes=max_bytes), ("payload", "signatures"))
    entries = members["signatures"]
    if not isinstance(entries, list) or len(entries) != len(PAIR) * pairs:
        raise EnvelopeError("E_SIG_COUNT")
    entries = [exact(entry, ("protected", "signature")) for entry in entries]
    headers = [_header(entry["protected"]) for entry in entries]
    algs = _algs(headers, pairs, suites)
    if any(header["typ"] != typ for header in headers):
        raise EnvelopeError("E_SIG_ALG")
    payload = unb64(members["payload"])
    if len(payload) > max_payload:
        raise EnvelopeError("E_LENGTH")
    signatures = tuple(
        Signature(
            alg=alg,
            kid=str(header["kid"]),
            signature=unb64(entry["signature"], size=ALGS[alg].signature_bytes),
            signing_input=f"{entry['protected']}.{members['payload']}".encode("ascii"),
        )
        for alg, header, entry in zip(algs, headers, entries, strict=True)
    )
    return Parsed(payload=payload, signatures=signatures)


def _algs(headers: list[dict[str, object]], pairs: int, suites: Sequence[SuiteRow]) -> tuple[str, ...]:
    found = [header["alg"] for header in headers]
    for suite in suites:
        if found == list(suite.signatures * pairs):
            return suite.signatures * pairs
    raise EnvelopeError("E_SIG_ALG")


def _header(protected: object) -> dict[str, object]:
    """Return a signature's header: exactly alg, kid, typ, of which kid is text."""
    data = unb64(protected)
    if len(data) > MAX_JWS_PROTECTED_BYTES:
        raise EnvelopeError("E_LENGTH")
    header = exact(parse_json(data), ("alg", "kid", "typ"))
    if not isinstance(header["kid"], str):
        raise EnvelopeError("E_MEMBERS")
    return header


def verified_owner(signed: Parsed, directory: KeyDirectory) -> str:
    """Return the organisation that owns both keys, after verifying both signatures in order.

    Raises:
        EnvelopeError: E_UNKNOWN_SENDER_KEY, E_SENDER_MISMATCH, E_SIGNATURE.
    """
    owner = ""
    for signature in signed.signatures:
        found = directory.signing_key(signature.kid, signature.alg)
        if found is None or (found.key.kid, found.key.alg) != (signature.kid, signature.alg):
            raise EnvelopeError("E_UNKNOWN_SENDER_KEY")
        if owner not in ("", found.org):
            raise EnvelopeError("E_SENDER_MISMATCH")
        owner = found.org
        found.key.verify(signature.signature, signature.signing_input)
    return owner
