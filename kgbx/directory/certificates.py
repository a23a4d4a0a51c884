# SPDX-License-Identifier: EUPL-1.2
"""Certificates that name an OIN, such as those of PKIoverheid: they introduce an organisation.

Rules, all at the moment at which the document was made:
    - the chain leads to a root that the caller configured; names and client authentication are not asked for, which
      certificates with an OIN lack;
    - the subject has one serial number, the OIN of the organisation; the key may be used for signatures;
    - the certificate's key signed the payload of the document, in the algorithm that is named;
    - a revocation list that the issuer signed and that is fresh at the present is at hand, and lists no certificate of
      the chain: without one nobody knows, and that means no. When it was revoked does not matter: who has the key can
      write any date.
This is classical cryptography: use it to get to know an organisation, then pin its root keys. Must not fetch anything.

Source: envelope specification, section 3.7; RFC 5280 sections 4.2.1.3 and 6; RFC 7518 sections 3.3 to 3.5.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import pairwise
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
from kgbx.envelope import jws
from kgbx.errors import DirectoryError, EnvelopeError, UsageError
from kgbx.limits import MAX_CERTIFICATES, MAX_ORG_DOCUMENT_BYTES, MIN_RSA_BITS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kgbx.envelope.ports import CertificateClaim, OrganisationDocument

LABEL: Final = b"kgbx/1 org cert\x00"
"""Stands before the payload: a signature under something else means nothing here."""

_COORDINATE: Final = 32
_PSS: Final = padding.PSS(mgf=padding.MGF1(SHA256()), salt_length=SHA256.digest_size)
_RSA_PADDINGS: Final = {"PS256": _PSS, "RS256": padding.PKCS1v15()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Authorities:
    """What certificates are judged by; nothing is fetched.

    Attributes:
        roots: Certificates at which a chain may end.
        lists: Revocation lists, at least one fresh one of the issuer of every certificate that is to count.
    """

    roots: tuple[x509.Certificate, ...] = field(repr=False)
    lists: tuple[x509.CertificateRevocationList, ...] = field(repr=False)

    @classmethod
    def load(cls, roots: Iterable[bytes], lists: Iterable[bytes]) -> Authorities:
        """Return the authorities of PEM files.

        Raises:
            UsageError: U_UNREADABLE, a file holds no certificate, or no list.
        """
        try:
            certificates = [one for data in roots for one in x509.load_pem_x509_certificates(data)]
            return cls(roots=tuple(certificates), lists=tuple(x509.load_pem_x509_crl(data) for data in lists))
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
        at: Present moment, aware: revocation lists must be fresh then.

    Raises:
        DirectoryError: E_CERT, no certificate, or any rule of this module is broken.
        UsageError: U_MOMENT, `at` has no offset.
    """
    moment = require_aware(at)
    claim = document.cert
    chain = None if claim is None else _chain(claim, authorities, made=datetime.fromtimestamp(document.iat, tz=UTC))
    if claim is None or chain is None:
        raise DirectoryError("E_CERT")
    leaf = chain[0]
    good = _names(leaf, document.org) and _may_sign(leaf) and _signed(claim, leaf, LABEL + _certified(document))
    if not good or not _is_not_revoked(chain, authorities.lists, moment):
        raise DirectoryError("E_CERT")


def _certified(document: OrganisationDocument) -> bytes:
    try:
        pairs = 1 if document.former_root is None else 2
        found = jws.parse(document.jws, typ="kgbx-org+jws", pairs=pairs, max_payload=MAX_ORG_DOCUMENT_BYTES)
        return without_cert(found.payload)
    except EnvelopeError:
        pass
    raise DirectoryError("E_CERT")


def _chain(claim: CertificateClaim, authorities: Authorities, *, made: datetime) -> list[x509.Certificate] | None:
    """Return the chain from the organisation to a root that was valid when the document was made, None without one."""
    if not authorities.roots:
        return None
    try:
        leaf, *others = [x509.load_der_x509_certificate(der) for der in claim.chain]
        builder = PolicyBuilder().store(Store(list(authorities.roots))).time(made).max_chain_depth(MAX_CERTIFICATES)
        policies = builder.extension_policies(
            ca_policy=ExtensionPolicy.webpki_defaults_ca(), ee_policy=ExtensionPolicy.permit_all()
        )
        return policies.build_client_verifier().verify(leaf, others).chain
    except (ValueError, VerificationError, UnsupportedAlgorithm):
        return None


def _names(leaf: x509.Certificate, org: str) -> bool:
    serials = leaf.subject.get_attributes_for_oid(NameOID.SERIAL_NUMBER)
    return [row.value for row in serials] == [org.rpartition(":")[2]]


def _may_sign(leaf: x509.Certificate) -> bool:
    try:
        usage = leaf.extensions.get_extension_for_class(x509.KeyUsage).value
    except (x509.ExtensionNotFound, ValueError):
        return False
    return usage.digital_signature or usage.content_commitment


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


def _is_not_revoked(
    chain: list[x509.Certificate], lists: tuple[x509.CertificateRevocationList, ...], moment: datetime
) -> bool:
    """Tell whether a fresh list of the issuer of every certificate but the root is at hand and none names one."""
    return all(_is_cleared(certificate, issuer, lists, moment) for certificate, issuer in pairwise(chain))


def _is_cleared(
    certificate: x509.Certificate,
    issuer: x509.Certificate,
    lists: tuple[x509.CertificateRevocationList, ...],
    moment: datetime,
) -> bool:
    fitting = [one for one in lists if one.issuer == issuer.subject and _is_signed_by(one, issuer)]
    named = any(one.get_revoked_certificate_by_serial_number(certificate.serial_number) for one in fitting)
    return not named and any(_is_fresh(one, moment) for one in fitting)


def _is_signed_by(one: x509.CertificateRevocationList, issuer: x509.Certificate) -> bool:
    try:
        return one.is_signature_valid(issuer.public_key())  # type: ignore[arg-type]  # another kind of key: TypeError
    except (TypeError, ValueError, UnsupportedAlgorithm):
        return False


def _is_fresh(one: x509.CertificateRevocationList, moment: datetime) -> bool:
    end = one.next_update_utc
    return end is not None and one.last_update_utc <= moment < end
