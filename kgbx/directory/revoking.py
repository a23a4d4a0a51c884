# SPDX-License-Identifier: EUPL-1.2
"""Whether revocation lists clear a certificate: silence counts only where the list would have spoken.

Rules:
    - a list clears a certificate of its issuer if the issuer's key signed it and may sign lists, it is fresh, it is
      whole (no delta list), it is about this kind of certificate, and nothing critical in it is unknown here;
    - a list of the issuer that names the certificate revokes it, whatever else the list lacks: doubt means no.

Source: RFC 5280 sections 5.2 and 6.3.3.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm

from kgbx.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

UNREADABLE: Final = (
    *(ValueError, x509.DuplicateExtension, x509.ExtensionNotFound),
    *(x509.UnsupportedGeneralNameType, x509.InvalidVersion, UnsupportedAlgorithm),
)
"""What reading a malformed certificate or list raises; the texts hold values and are never shown."""

_PEM: Final = re.compile(rb"-----BEGIN X509 CRL-----.*?-----END X509 CRL-----", re.DOTALL)

_KNOWN: Final = (x509.AuthorityKeyIdentifier, x509.CRLNumber, x509.IssuingDistributionPoint)
"""Extensions of a list that are understood here; another one may change what its silence means."""


def is_cleared(
    chain: Iterable[x509.Certificate], *, lists: Iterable[x509.CertificateRevocationList], at: datetime
) -> bool:
    """Tell whether a list at hand clears every certificate of a chain but the last, its root.

    Args:
        chain: The organisation's certificate first, then the issuer of each.
        lists: Revocation lists, of any issuer.
        at: Present moment, aware.
    """
    held = tuple(lists)
    try:
        return all(_clears(certificate, issuer, held, at) for certificate, issuer in pairwise(chain))
    except UNREADABLE:
        return False


def is_authority(certificate: x509.Certificate) -> bool:
    """Tell whether a certificate says that it may sign certificates.

    Raises:
        ValueError: it is malformed; any of :data:`UNREADABLE`.
    """
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except x509.ExtensionNotFound:
        return False


def _clears(
    certificate: x509.Certificate,
    issuer: x509.Certificate,
    lists: tuple[x509.CertificateRevocationList, ...],
    moment: datetime,
) -> bool:
    of_issuer = [one for one in lists if one.issuer == issuer.subject and _is_signed_by(one, issuer)]
    if any(one.get_revoked_certificate_by_serial_number(certificate.serial_number) for one in of_issuer):
        return False
    speaking = [one for one in of_issuer if _is_fresh(one, moment) and _is_about(one, certificate)]
    return bool(speaking) and issuer.extensions.get_extension_for_class(x509.KeyUsage).value.crl_sign


def _is_signed_by(one: x509.CertificateRevocationList, issuer: x509.Certificate) -> bool:
    try:
        return one.is_signature_valid(issuer.public_key())  # type: ignore[arg-type]  # another kind of key: TypeError
    except (TypeError, ValueError, UnsupportedAlgorithm):
        return False


def _is_fresh(one: x509.CertificateRevocationList, moment: datetime) -> bool:
    end = one.next_update_utc
    return end is not None and one.last_update_utc <= moment < end


def _is_about(one: x509.CertificateRevocationList, certificate: x509.Certificate) -> bool:
    """Tell whether a list would name this certificate if it were revoked."""
    try:
        values = [extension.value for extension in one.extensions if not _may_be_ignored(extension)]
    except UNREADABLE:
        return False  # that list only: another may do
    if not all(isinstance(value, _KNOWN) for value in values):
        return False
    return all(_covers(value, certificate) for value in values if isinstance(value, x509.IssuingDistributionPoint))


def _may_be_ignored(extension: x509.Extension[x509.ExtensionType]) -> bool:
    return not extension.critical and not isinstance(
        extension.value, x509.DeltaCRLIndicator | x509.IssuingDistributionPoint
    )


def _covers(scope: x509.IssuingDistributionPoint, certificate: x509.Certificate) -> bool:
    if scope.indirect_crl or scope.only_contains_attribute_certs or scope.only_some_reasons or scope.relative_name:
        return False
    if is_authority(certificate) and scope.only_contains_user_certs:
        return False
    if not is_authority(certificate) and scope.only_contains_ca_certs:
        return False
    return scope.full_name is None or bool(set(scope.full_name) & _points(certificate))


def _points(certificate: x509.Certificate) -> set[x509.GeneralName]:
    """Return where the certificate says that its lists are, as far as all reasons for revocation are there."""
    try:
        points = certificate.extensions.get_extension_for_class(x509.CRLDistributionPoints).value
    except x509.ExtensionNotFound:
        return set()
    return {name for point in points if not point.reasons and not point.crl_issuer for name in point.full_name or ()}


# --- for who recognises partners on the road


@dataclass(frozen=True, slots=True, kw_only=True)
class RevocationLists:
    """Lists that authorities on the road signed; when they are too old is for the caller.

    Attributes:
        until: When the first of them is too old.
        lists: The lists.
    """

    until: datetime
    lists: tuple[x509.CertificateRevocationList, ...] = field(repr=False)

    def allow(self, certificate: bytes) -> bool:
        """Tell whether no list names a certificate, DER, and one would if it were revoked: doubt means no."""
        try:
            found = x509.load_der_x509_certificate(certificate)
            of_issuer = [one for one in self.lists if one.issuer == found.issuer]
            named = any(one.get_revoked_certificate_by_serial_number(found.serial_number) for one in of_issuer)
            return not named and any(_is_about(one, found) for one in of_issuer)
        except UNREADABLE:
            return False


def read_lists(data: bytes, *, authorities: bytes) -> RevocationLists:
    """Return what a file of lists says: PEM, one or more; or DER, one.

    Args:
        data: The file.
        authorities: PEM of the authorities that are believed.

    Raises:
        UsageError: U_UNREADABLE, it holds no list, one that none of these signed, or one without an end.
    """
    found: list[x509.CertificateRevocationList] = []
    ends: list[datetime] = []
    try:
        believed = x509.load_pem_x509_certificates(authorities)
        found = [x509.load_pem_x509_crl(one) for one in _PEM.findall(data)] or [x509.load_der_x509_crl(data)]
        signed = [one for one in found if any(_may_sign(one, authority) for authority in believed)]
        ends = [one.next_update_utc for one in signed if one.next_update_utc is not None]
    except UNREADABLE:
        pass
    if not ends or len(ends) != len(found):
        raise UsageError("U_UNREADABLE")
    return RevocationLists(until=min(ends), lists=tuple(found))


def _may_sign(one: x509.CertificateRevocationList, authority: x509.Certificate) -> bool:
    """Tell whether an authority signed a list; where it says what its key may be used for, lists must be among it."""
    if one.issuer != authority.subject or not _is_signed_by(one, authority):
        return False
    try:
        return authority.extensions.get_extension_for_class(x509.KeyUsage).value.crl_sign
    except x509.ExtensionNotFound:
        return True
