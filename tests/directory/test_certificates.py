# SPDX-License-Identifier: EUPL-1.2
"""Certificates with an OIN introduce an organisation; whatever is wrong with one, it does not."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from functools import cache

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID as Purpose
from cryptography.x509.oid import NameOID

from kgbx.directory import Authorities, Certifying, Directory, Trust, build_trust_file, check_certificate, peek_document
from kgbx.directory.certificates import LABEL, PURPOSES, signing_input
from kgbx.envelope import jws
from kgbx.errors import DirectoryError, UsageError
from tests.directory.authority import ISSUER, KEY, OIN, ROOT, Authority, Wish, authorities, authority, certified, leaf
from tests.directory.test_document import payload_of
from tests.parties import AT, GI, TEAM, directory_file, party, trust_file

GOOD = leaf(ISSUER, KEY, Wish())


@cache
def rsa_key(bits: int) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


def check(certificate: x509.Certificate, judged: Authorities | None = None) -> None:
    check_certificate(certified(certificate), authorities=judged or authorities(), at=AT)


def refused(certificate: x509.Certificate, judged: Authorities | None = None) -> bool:
    with pytest.raises(DirectoryError) as caught:
        check(certificate, judged)
    return caught.value.code == "E_CERT"


@pytest.mark.parametrize("usage", ["digital_signature", "content_commitment"])
def test_a_good_certificate_introduces_its_organisation(usage: str) -> None:
    check(leaf(ISSUER, KEY, Wish(usage=usage)))


@pytest.mark.parametrize("alg", ["PS256", "RS256"])
def test_a_certificate_with_an_rsa_key_does_so_too(alg: str) -> None:
    key = rsa_key(2048)
    document = certified(leaf(ISSUER, key, Wish()), key=key, alg=alg)
    check_certificate(document, authorities=authorities(), at=AT)


def test_a_short_rsa_key_is_refused() -> None:
    key = rsa_key(1024)
    document = certified(leaf(ISSUER, key, Wish()), key=key, alg="PS256")
    with pytest.raises(DirectoryError) as caught:
        check_certificate(document, authorities=authorities(), at=AT)
    assert caught.value.code == "E_CERT"


@pytest.mark.parametrize(
    "wish",
    [
        Wish(oins=("00000099000000002000",)),
        Wish(oins=()),
        Wish(oins=(OIN, OIN)),
        Wish(usage=None),
        Wish(usage="key_agreement"),
        Wish(end=AT - timedelta(seconds=1)),
        Wish(start=AT + timedelta(seconds=1)),
        Wish(extensions=(x509.BasicConstraints(ca=True, path_length=None),)),
        Wish(extensions=(x509.ExtendedKeyUsage([Purpose.SERVER_AUTH]),)),
        Wish(extensions=(x509.ExtendedKeyUsage([Purpose.OCSP_SIGNING, Purpose.TIME_STAMPING]),)),
        Wish(subject=(x509.NameAttribute(NameOID.GIVEN_NAME, "Voorbeeld"),)),
        Wish(subject=(x509.NameAttribute(NameOID.SURNAME, "Voorbeeld"),)),
    ],
    ids=[
        *("another OIN", "no OIN", "two", "no usage", "another usage", "expired", "not yet"),
        *("an authority", "a server", "other services", "a given name", "a surname"),
    ],
)
def test_a_certificate_that_does_not_fit_is_refused(wish: Wish) -> None:
    assert refused(leaf(ISSUER, KEY, wish))


def test_a_certificate_that_has_ended_since_does_not_count() -> None:
    """Who finds its key years later can write any date."""
    ended = certified(leaf(ISSUER, KEY, Wish(end=AT + timedelta(minutes=1))))
    with pytest.raises(DirectoryError) as caught:
        check_certificate(ended, authorities=authorities(), at=AT + timedelta(hours=1))
    assert caught.value.code == "E_CERT"
    check_certificate(ended, authorities=authorities(), at=AT + timedelta(seconds=30))


def test_a_root_that_has_ended_since_does_not_count() -> None:
    root = authority("Wortel die eindigt", wish=Wish(usage="authority", end=AT + timedelta(minutes=1)))
    issuer = authority("Uitgever daaronder", root)
    document = certified(leaf(issuer, KEY, Wish()), issuer=issuer)
    judged = Authorities(roots=(root.certificate,), lists=(issuer.crl(), root.crl()))
    check_certificate(document, authorities=judged, at=AT)
    with pytest.raises(DirectoryError) as caught:
        check_certificate(document, authorities=judged, at=AT + timedelta(hours=1))
    assert caught.value.code == "E_CERT"


@pytest.mark.parametrize(
    ("after", "code"),
    [(timedelta(seconds=-1), "E_DIR_NOT_YET"), (timedelta(days=90), "E_DIR_STALE")],
    ids=["not made yet", "expired"],
)
def test_a_document_that_is_not_in_force_introduces_nobody(after: timedelta, code: str) -> None:
    fresh = AT + timedelta(days=100)
    judged = Authorities(roots=(ROOT.certificate,), lists=(ISSUER.crl(end=fresh), ROOT.crl(end=fresh)))
    with pytest.raises(DirectoryError) as caught:
        check_certificate(certified(GOOD), authorities=judged, at=AT + after)
    assert caught.value.code == code
    check_certificate(certified(GOOD), authorities=judged, at=AT + timedelta(days=90, seconds=-1))


@pytest.mark.parametrize("purpose", sorted(PURPOSES))
def test_a_purpose_that_fits_may_stand_among_others(purpose: str) -> None:
    purposes = x509.ExtendedKeyUsage([Purpose.SERVER_AUTH, x509.ObjectIdentifier(purpose)])
    check(leaf(ISSUER, KEY, Wish(extensions=(purposes,))))


def under(policy: str) -> x509.Certificate:
    information = x509.PolicyInformation(x509.ObjectIdentifier(policy), None)
    return leaf(ISSUER, KEY, Wish(extensions=(x509.CertificatePolicies([information]),)))


def test_only_the_policies_that_were_configured_count() -> None:
    judged = replace(authorities(), policies=frozenset({"2.999.1", "2.999.2"}))
    check(under("2.999.2"), judged)
    assert refused(under("2.999.3"), judged)
    assert refused(GOOD, judged)


def test_a_chain_to_another_root_is_refused() -> None:
    assert refused(GOOD, authorities(root=authority("Een andere wortel")))


def test_a_chain_to_a_root_of_the_same_name_is_refused() -> None:
    name = ROOT.certificate.subject.rfc4514_string().removeprefix("CN=")
    other = authority.__wrapped__(name)
    assert refused(GOOD, authorities(root=other))


def test_without_roots_nothing_is_certified() -> None:
    assert refused(GOOD, Authorities(roots=(), lists=authorities().lists))


def test_a_certificate_that_another_organisation_issued_is_refused() -> None:
    fake = Authority(GOOD, KEY)
    assert refused(leaf(fake, KEY, Wish()))


@pytest.mark.parametrize("revoked", [GOOD, ISSUER.certificate], ids=["its own", "the issuer's"])
def test_a_revoked_certificate_is_refused(revoked: x509.Certificate) -> None:
    assert refused(GOOD, authorities(revoked))


def test_without_a_revocation_list_nobody_knows() -> None:
    assert refused(GOOD, Authorities(roots=(ROOT.certificate,), lists=()))
    assert refused(GOOD, Authorities(roots=(ROOT.certificate,), lists=(ROOT.crl(),)))
    assert refused(GOOD, Authorities(roots=(ROOT.certificate,), lists=(ISSUER.crl(),)))


def test_a_stale_revocation_list_does_not_count() -> None:
    stale = ISSUER.crl(end=AT - timedelta(seconds=1))
    assert refused(GOOD, Authorities(roots=(ROOT.certificate,), lists=(stale, ROOT.crl())))


def test_a_revocation_list_that_another_key_signed_does_not_count() -> None:
    forged = Authority(ISSUER.certificate, ec.generate_private_key(ec.SECP256R1())).crl()
    assert refused(GOOD, Authorities(roots=(ROOT.certificate,), lists=(forged, ROOT.crl())))


def scope(**changes: object) -> x509.IssuingDistributionPoint:
    all_of_it: dict[str, object] = {
        "full_name": None,
        "relative_name": None,
        "only_contains_user_certs": False,
        "only_contains_ca_certs": False,
        "only_some_reasons": None,
        "indirect_crl": False,
        "only_contains_attribute_certs": False,
    }
    return x509.IssuingDistributionPoint(**(all_of_it | changes))  # type: ignore[arg-type]  # as the test wants it


HERE, ELSEWHERE = (x509.UniformResourceIdentifier(f"http://example.org/{name}.crl") for name in ("a", "b"))
AT_HERE = leaf(
    ISSUER,
    KEY,
    Wish(extensions=(x509.CRLDistributionPoints([x509.DistributionPoint([HERE], None, None, None)]),)),
)


def listing(extension: x509.ExtensionType) -> Authorities:
    return Authorities(roots=(ROOT.certificate,), lists=(ISSUER.crl(extensions=(extension,)), ROOT.crl()))


@pytest.mark.parametrize(
    "extension",
    [
        x509.DeltaCRLIndicator(1),
        x509.UnrecognizedExtension(x509.ObjectIdentifier("2.999.1"), b"\x05\x00"),
        scope(only_contains_ca_certs=True),
        scope(only_contains_attribute_certs=True),
        scope(indirect_crl=True),
        scope(only_some_reasons=frozenset({x509.ReasonFlags.key_compromise})),
        scope(full_name=[ELSEWHERE]),
        scope(relative_name=x509.RelativeDistinguishedName([x509.NameAttribute(NameOID.COMMON_NAME, "a")])),
    ],
    ids=["delta", "unknown", "authorities", "attributes", "indirect", "reasons", "elsewhere", "relative"],
)
def test_a_list_that_would_not_have_named_it_clears_nothing(extension: x509.ExtensionType) -> None:
    assert refused(AT_HERE, listing(extension))


@pytest.mark.parametrize(
    "extension",
    [scope(only_contains_user_certs=True), scope(full_name=[ELSEWHERE, HERE]), x509.CRLNumber(1)],
    ids=["no authorities", "here", "number"],
)
def test_a_list_that_would_have_named_it_clears_it(extension: x509.ExtensionType) -> None:
    check(AT_HERE, listing(extension))


def test_a_list_without_authorities_does_not_clear_an_issuer() -> None:
    lists = (ISSUER.crl(), ROOT.crl(extensions=(scope(only_contains_user_certs=True),)))
    assert refused(GOOD, Authorities(roots=(ROOT.certificate,), lists=lists))


def test_a_list_that_clears_nothing_can_still_revoke() -> None:
    delta = ISSUER.crl(GOOD, extensions=(x509.DeltaCRLIndicator(1),))
    assert refused(GOOD, Authorities(roots=(ROOT.certificate,), lists=(ISSUER.crl(), delta, ROOT.crl())))


def test_an_issuer_that_may_not_sign_lists_clears_nothing() -> None:
    issuer = authority("Uitgever zonder lijsten", ROOT, wish=Wish(usage="key_cert_sign"))
    judged = Authorities(roots=(ROOT.certificate,), lists=(issuer.crl(), ROOT.crl()))
    with pytest.raises(DirectoryError) as caught:
        check_certificate(certified(leaf(issuer, KEY, Wish()), issuer=issuer), authorities=judged, at=AT)
    assert caught.value.code == "E_CERT"


@pytest.mark.parametrize(
    "message", [b"", signing_input(party(TEAM).said).removeprefix(LABEL), signing_input(party(GI).said)]
)
def test_a_signature_under_something_else_is_refused(message: bytes) -> None:
    with pytest.raises(DirectoryError) as caught:
        check_certificate(certified(GOOD, message=message), authorities=authorities(), at=AT)
    assert caught.value.code == "E_CERT"


def test_a_signature_by_another_key_is_refused() -> None:
    document = certified(GOOD, key=ec.generate_private_key(ec.SECP256R1()))
    with pytest.raises(DirectoryError) as caught:
        check_certificate(document, authorities=authorities(), at=AT)
    assert caught.value.code == "E_CERT"


@pytest.mark.parametrize("alg", ["PS256", "RS256"])
def test_the_algorithm_must_be_that_of_the_key(alg: str) -> None:
    with pytest.raises(DirectoryError) as caught:
        check_certificate(certified(GOOD, alg=alg), authorities=authorities(), at=AT)
    assert caught.value.code == "E_CERT"


def test_a_certificate_cannot_be_moved_to_another_document() -> None:
    said = replace(certified(GOOD), seq=2, jws=b"")
    members = json.loads(signing_input(said).removeprefix(LABEL)) | {"cert": payload_of(certified(GOOD).jws)["cert"]}
    data = jws.sign(
        json.dumps(members, sort_keys=True, separators=(",", ":")).encode(),
        typ="kgbx-org+jws",
        signers=[party(TEAM).identity.root],
    )
    with pytest.raises(DirectoryError) as caught:
        check_certificate(peek_document(data), authorities=authorities(), at=AT)
    assert caught.value.code == "E_CERT"


def test_a_document_with_a_certificate_is_canonical() -> None:
    """Otherwise nobody could tell which bytes the certificate's key signed."""
    members = payload_of(certified(GOOD).jws)
    loose = jws.sign(json.dumps(members).encode(), typ="kgbx-org+jws", signers=[party(TEAM).identity.root])
    with pytest.raises(DirectoryError) as caught:
        peek_document(loose)
    assert caught.value.code == "E_DIR_MALFORMED"


def test_a_document_without_a_certificate_is_not_certified() -> None:
    with pytest.raises(DirectoryError) as caught:
        check_certificate(party(TEAM).said, authorities=authorities(), at=AT)
    assert caught.value.code == "E_CERT"


@pytest.mark.parametrize(
    "change",
    [{"alg": "none"}, {"alg": []}, {"x5c": []}, {"x5c": ["AA=A"]}, {"x5c": [1]}, {"x5c": ["AAAA"] * 7}, {"sig": "="}],
)
def test_a_malformed_certificate_makes_the_document_malformed(change: dict[str, object]) -> None:
    members = payload_of(certified(GOOD).jws)
    members["cert"] |= change
    payload = json.dumps(members, sort_keys=True, separators=(",", ":")).encode()
    with pytest.raises(DirectoryError) as caught:
        peek_document(jws.sign(payload, typ="kgbx-org+jws", signers=[party(TEAM).identity.root]))
    assert caught.value.code == "E_DIR_MALFORMED"


def test_what_is_no_certificate_certifies_nothing() -> None:
    document = certified(GOOD)
    broken = replace(document, cert=replace(document.cert, chain=(b"nothing",)))  # type: ignore[type-var]  # it is there
    with pytest.raises(DirectoryError) as caught:
        check_certificate(broken, authorities=authorities(), at=AT)
    assert caught.value.code == "E_CERT"


def test_the_directory_tells_that_a_certificate_was_the_reason() -> None:
    certifying = Certifying(authorities=authorities(), at=AT)
    nobody = build_trust_file(Trust(pinned=()))
    directory = Directory.load(directory_file(certified(GOOD).jws), nobody, certifying=certifying)
    assert directory.anchors(TEAM) == ("certificate",)


def test_a_certificate_that_does_not_count_leaves_the_organisation_out() -> None:
    certifying = Certifying(authorities=authorities(GOOD), at=AT)
    directory = Directory.load(
        directory_file(certified(GOOD).jws), build_trust_file(Trust(pinned=())), certifying=certifying
    )
    assert (directory.organisations, directory.untrusted) == ((), (TEAM,))


def test_a_stranger_with_a_certificate_stops_nobody() -> None:
    certifying = Certifying(authorities=authorities(), at=AT)
    double = (certified(GOOD).jws, party(TEAM).document, party(GI).document)
    directory = Directory.load(directory_file(*double), trust_file(party(GI)), certifying=certifying)
    assert (directory.organisations, directory.untrusted) == ((GI,), (TEAM,))


def test_authorities_are_read_from_pem() -> None:
    root, crl = ROOT.certificate.public_bytes(Encoding.PEM), ISSUER.crl().public_bytes(Encoding.PEM)
    assert Authorities.load([root], [crl]).roots == (ROOT.certificate,)
    for roots, lists in (([b"x"], [crl]), ([root], [b"x"])):
        with pytest.raises(UsageError) as caught:
            Authorities.load(roots, lists)
        assert caught.value.code == "U_UNREADABLE"


def test_what_is_no_policy_is_refused() -> None:
    with pytest.raises(UsageError) as caught:
        Authorities.load([], [], policies=["no policy"])
    assert caught.value.code == "U_UNREADABLE"
