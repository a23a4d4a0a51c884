# SPDX-License-Identifier: EUPL-1.2
"""Certificates that name an OIN, such as those of PKIoverheid: they introduce an organisation.

Rules:
    - the document is in force at the present; the chain leads to a root that the caller configured, and is valid both
      when the document was made and at the present: who has the key of an old certificate can write any date. Names
      and client authentication are not asked for, which certificates with an OIN lack;
    - the certificate is of an organisation, not of an authority or a person: its subject has one serial number, the
      OIN; its key may be used for signatures, its purposes (if it names any) have one of :data:`PURPOSES`, and it
      is issued under one of the policies that the caller configured, if any;
    - the certificate's key signed the payload of the document, in the algorithm that is named;
    - revocation lists clear every certificate of the chain at the present (:mod:`kgbx.directory.revoking`): without
      one nobody knows, and that means no. When a certificate was revoked does not matter.
This is classical cryptography: use it to get to know an organisation, then pin its root keys. Must not fetch anything.

Source: envelope specification, section 3.7; RFC 5280 sections 4.2.1 and 6; RFC 7518 sections 3.3 to 3.5; RFC 9336.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509.oid import NameOID
from cryptography.x509.verification import ExtensionPolicy, PolicyBuilder, Store, VerificationError

from kgbx.clock import require_aware
from kgbx.directory.payload import build_payload, without_cert
from kgbx.directory.revoking import UNREADABLE, is_authority, is_cleared
from kgbx.envelope import jws
from kgbx.errors import DirectoryError, EnvelopeError, UsageError
from kgbx.limits import MAX_CERTIFICATES, MAX_ORG_DOCUMENT_BYTES, MIN_RSA_BITS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kgbx.envelope.ports import CertificateClaim, OrganisationDocument

LABEL: Final = b"kgbx/1 org cert\x00"
"""Stands before the payload: a signature under something else means nothing here."""

PURPOSES: Final = frozenset(
    (
        "1.3.6.1.5.5.7.3.2",  # clientAuth: RFC 5280 section 4.2.1.12
        "1.3.6.1.5.5.7.3.36",  # documentSigning: RFC 9336
        "1.3.6.1.4.1.311.10.3.12",  # document signing as it was before RFC 9336
    )
)
"""Purposes (extended key usage, dotted) for which an organisation's certificate is issued: any one of them does."""

_OF_PERSONS: Final = (NameOID.GIVEN_NAME, NameOID.SURNAME)
_COORDINATE: Final = 32
_PSS: Final = padding.PSS(mgf=padding.MGF1(SHA256()), salt_length=SHA256.digest_size)
_RSA_PADDINGS: Final = {"PS256": _PSS, "RS256": padding.PKCS1v15()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Authorities:
    """What certificates are judged by; nothing is fetched.

    Attributes:
        roots: Certificates at which a chain may end.
        lists: Revocation lists, at least one fresh one of the issuer of every certificate that is to count.
        policies: Object identifiers, dotted; a certificate must be issued under one of them. Empty asks for none.
    """

    roots: tuple[x509.Certificate, ...] = field(repr=False)
    lists: tuple[x509.CertificateRevocationList, ...] = field(repr=False)
    policies: frozenset[str] = frozenset()

    @classmethod
    def load(cls, roots: Iterable[bytes], lists: Iterable[bytes], *, policies: Iterable[str] = ()) -> Authorities:
        """Return the authorities of PEM files.

        Args:
            roots: Contents of files with certificates.
            lists: Contents of files with one revocation list each.
            policies: Object identifiers, dotted, of the policies that count; none to ask for none.

        Raises:
            UsageError: U_UNREADABLE, a file holds no certificate, or no list; or an identifier is none.
        """
        try:
            certificates = [one for data in roots for one in x509.load_pem_x509_certificates(data)]
            return cls(
                roots=tuple(certificates),
                lists=tuple(x509.load_pem_x509_crl(data) for data in lists),
                policies=frozenset(x509.ObjectIdentifier(one).dotted_string for one in policies),
            )
        except ValueError:
            pass
        raise UsageError("U_UNREADABLE")


def signing_input(document: OrganisationDocument) -> bytes:
    """Return the bytes that the certificate's key must sign, for a document that is about to be made.

    Raises:
        DirectoryError: E_DIR_MALFORMED, the document would not be accepted.
    """
    return LABEL + without_cert(build_payload(document))


def check_certificate(document: OrganisationDocument, *, authorities: Authorities, at: datetime) -> None:
    """Return if a certificate confirms that the document is of its organisation.

    Args:
        document: With its JWS as received; its root signatures are verified by the caller.
        authorities: Roots and revocation lists.
        at: Present moment, aware: document, chain and revocation lists must be valid then.

    Raises:
        DirectoryError: E_DIR_NOT_YET, E_DIR_STALE, the document is made later than `at`, or has expired; E_CERT, no
            certificate, or any other rule of this module is broken.
        UsageError: U_MOMENT, `at` has no offset.
    """
    moment = require_aware(at)
    require_in_force(document, moment)
    claim = document.cert
    if claim is None:
        raise DirectoryError("E_CERT")
    made = datetime.fromtimestamp(document.iat, tz=UTC)
    chains = [_chain(claim, authorities, at=one) for one in (made, moment)]
    if not all(chain is not None and is_cleared(chain, lists=authorities.lists, at=moment) for chain in chains):
        raise DirectoryError("E_CERT")
    leaf = x509.load_der_x509_certificate(claim.chain[0])
    if not _is_of(leaf, document.org, authorities) or not _signed(claim, leaf, LABEL + _certified(document)):
        raise DirectoryError("E_CERT")


def require_in_force(document: OrganisationDocument, moment: datetime) -> None:
    """Return if a document is made by `moment` and has not expired then.

    Raises:
        DirectoryError: E_DIR_NOT_YET, E_DIR_STALE.
    """
    second = int(moment.timestamp())
    if second < document.iat:
        raise DirectoryError("E_DIR_NOT_YET")
    if document.exp <= second:
        raise DirectoryError("E_DIR_STALE")


def _certified(document: OrganisationDocument) -> bytes:
    try:
        pairs = 1 if document.former_root is None else 2
        found = jws.parse(document.jws, typ="kgbx-org+jws", pairs=pairs, max_payload=MAX_ORG_DOCUMENT_BYTES)
        return without_cert(found.payload)
    except EnvelopeError:
        pass
    raise DirectoryError("E_CERT")


def _chain(claim: CertificateClaim, authorities: Authorities, *, at: datetime) -> list[x509.Certificate] | None:
    """Return the chain from the organisation to a root, all of it valid at a moment; None without one."""
    if not authorities.roots:
        return None
    try:
        leaf, *others = [x509.load_der_x509_certificate(der) for der in claim.chain]
        builder = PolicyBuilder().store(Store(list(authorities.roots))).time(at).max_chain_depth(MAX_CERTIFICATES)
        policies = builder.extension_policies(
            ca_policy=ExtensionPolicy.webpki_defaults_ca(), ee_policy=ExtensionPolicy.permit_all()
        )
        return policies.build_client_verifier().verify(leaf, others).chain
    except (*UNREADABLE, VerificationError):
        return None


def _is_of(leaf: x509.Certificate, org: str, authorities: Authorities) -> bool:
    """Tell whether a certificate is one that an organisation signs with, and of this organisation."""
    try:
        serials = [row.value for row in leaf.subject.get_attributes_for_oid(NameOID.SERIAL_NUMBER)]
        personal = any(leaf.subject.get_attributes_for_oid(name) for name in _OF_PERSONS)
        fits = _may_sign(leaf) and _has_purpose(leaf) and _is_under(leaf, authorities.policies)
        return serials == [org.rpartition(":")[2]] and not personal and not is_authority(leaf) and fits
    except UNREADABLE:
        return False


def _may_sign(leaf: x509.Certificate) -> bool:
    usage = leaf.extensions.get_extension_for_class(x509.KeyUsage).value
    return usage.digital_signature or usage.content_commitment


def _has_purpose(leaf: x509.Certificate) -> bool:
    try:
        purposes = leaf.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except x509.ExtensionNotFound:
        return True
    return any(one.dotted_string in PURPOSES for one in purposes)


def _is_under(leaf: x509.Certificate, policies: frozenset[str]) -> bool:
    if not policies:
        return True
    under = leaf.extensions.get_extension_for_class(x509.CertificatePolicies).value
    return any(one.policy_identifier.dotted_string in policies for one in under)


def _signed(claim: CertificateClaim, leaf: x509.Certificate, message: bytes) -> bool:
    try:
        key = leaf.public_key()
        if claim.alg in _RSA_PADDINGS and isinstance(key, rsa.RSAPublicKey) and key.key_size >= MIN_RSA_BITS:
            key.verify(claim.signature, message, _RSA_PADDINGS[claim.alg], SHA256())
            return True
        if claim.alg == "ES256" and isinstance(key, ec.EllipticCurvePublicKey) and key.curve.name == "secp256r1":
            key.verify(_as_der(claim.signature), message, ec.ECDSA(SHA256()))
            return True
    except (InvalidSignature, ValueError, UnsupportedAlgorithm):
        pass
    return False


def _as_der(signature: bytes) -> bytes:
    """Return the DER of the two coordinates that JOSE writes one after the other."""
    if len(signature) != 2 * _COORDINATE:
        raise ValueError
    first, second = (int.from_bytes(part) for part in (signature[:_COORDINATE], signature[_COORDINATE:]))
    return encode_dss_signature(first, second)
