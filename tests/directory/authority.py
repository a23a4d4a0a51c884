# SPDX-License-Identifier: EUPL-1.2
"""A made-up authority: a root, an issuer and certificates with an OIN, as wrong as a test wants them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from kgbx.directory import Authorities, make_document, peek_document
from kgbx.directory.certificates import signing_input
from kgbx.envelope.ports import CertificateClaim
from tests.parties import AT, TEAM, party

if TYPE_CHECKING:
    from kgbx.envelope.ports import OrganisationDocument

OIN: Final = TEAM.rpartition(":")[2]
Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a certificate says."""

    oins: tuple[str, ...] = (OIN,)
    usage: str | None = "digital_signature"
    start: datetime = AT - timedelta(days=30)
    end: datetime = AT + timedelta(days=700)
    subject: tuple[x509.NameAttribute[str], ...] = ()
    extensions: tuple[x509.ExtensionType, ...] = ()


@dataclass(frozen=True, slots=True)
class Authority:
    """A certificate that may sign certificates, and its key."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    def crl(
        self,
        *revoked: x509.Certificate,
        end: datetime = AT + timedelta(days=2),
        extensions: tuple[x509.ExtensionType, ...] = (),
    ) -> x509.CertificateRevocationList:
        issuer = self.certificate.subject
        builder = x509.CertificateRevocationListBuilder().issuer_name(issuer).last_update(AT - timedelta(days=1))
        for one in revoked:
            row = x509.RevokedCertificateBuilder().serial_number(one.serial_number).revocation_date(AT)
            builder = builder.add_revoked_certificate(row.build())
        for extension in extensions:
            builder = builder.add_extension(extension, critical=True)
        return builder.next_update(end).sign(self.key, SHA256())


def usage(name: str | None) -> x509.KeyUsage:
    names = (
        *("digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement"),
        *("key_cert_sign", "crl_sign", "encipher_only", "decipher_only"),
    )
    both = {"key_cert_sign", "crl_sign"} if name == "authority" else {name}  # "key_cert_sign" alone: no lists
    return x509.KeyUsage(**{one: one in both for one in names})


@cache
def authority(name: str, issuer: Authority | None = None, *, wish: Wish = Wish(usage="authority")) -> Authority:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    signer = issuer.key if issuer else key
    builder = (
        started(subject, key, issuer.certificate.subject if issuer else subject, wish)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(usage(wish.usage), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False)
    )
    return Authority(builder.sign(signer, SHA256()), key)


def started(subject: x509.Name, key: Key, issuer: x509.Name, wish: Wish) -> x509.CertificateBuilder:
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(key.public_key())
    serial = x509.random_serial_number()
    return builder.serial_number(serial).not_valid_before(wish.start).not_valid_after(wish.end)


def leaf(issuer: Authority, key: Key, wish: Wish) -> x509.Certificate:
    oins = [x509.NameAttribute(NameOID.SERIAL_NUMBER, oin) for oin in wish.oins]
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Lokaal team Voorbeeldstad"), *oins, *wish.subject])
    builder = started(subject, key, issuer.certificate.subject, wish)
    if wish.usage is not None:
        builder = builder.add_extension(usage(wish.usage), critical=True)
    for extension in wish.extensions:
        builder = builder.add_extension(extension, critical=isinstance(extension, x509.BasicConstraints))
    keyid = x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.key.public_key())
    return builder.add_extension(keyid, critical=False).sign(issuer.key, SHA256())


ROOT: Final = authority("Voorbeeld hoofdcertificaat")
ISSUER: Final = authority("Voorbeeld uitgever", ROOT)
KEY: Final = ec.generate_private_key(ec.SECP256R1())


def signature(key: Key, alg: str, message: bytes) -> bytes:
    if isinstance(key, ec.EllipticCurvePrivateKey):
        both = decode_dss_signature(key.sign(message, ec.ECDSA(SHA256())))
        return b"".join(number.to_bytes(32) for number in both)
    pss = padding.PSS(mgf=padding.MGF1(SHA256()), salt_length=32)
    return key.sign(message, pss if alg == "PS256" else padding.PKCS1v15(), SHA256())


def certified(
    certificate: x509.Certificate,
    *,
    key: Key = KEY,
    alg: str = "ES256",
    message: bytes | None = None,
    issuer: Authority = ISSUER,
) -> OrganisationDocument:
    """Return the document of the team with a certificate that signed it."""
    said = party(TEAM).said
    chain = tuple(one.public_bytes(Encoding.DER) for one in (certificate, issuer.certificate))
    signed = signature(key, alg, signing_input(said) if message is None else message)
    claim = CertificateClaim(chain=chain, alg=alg, signature=signed)
    return peek_document(make_document(replace(said, cert=claim), root=party(TEAM).identity.root))


def authorities(*revoked: x509.Certificate, root: Authority = ROOT) -> Authorities:
    return Authorities(roots=(root.certificate,), lists=(ISSUER.crl(*revoked), ROOT.crl(*revoked)))
