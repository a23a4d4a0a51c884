# SPDX-License-Identifier: EUPL-1.2
"""Consents in FHIR R5 and in ISO/IEC TS 27560: what comes back, what is lost, and what is refused."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kgbx.case import Consent, Withdrawal
from kgbx.errors import DocumentError, UsageError
from kgbx.interop import dpv, fhir_consent
from kgbx.interop.homes import lost, plain
from tests.case.builders import CONSENT, FATHER, GI, MOTHER, PERIOD, SMALLEST, an_id, full
from tests.effort import scaled
from tests.interop.consents import consents

if TYPE_CHECKING:
    from types import ModuleType

STANDARDS: Final = pytest.mark.parametrize("standard", [fhir_consent, dpv], ids=["FHIR R5", "TS 27560"])
SCOPE: Final = ("recipients", "purposes", "categories")
EXAMPLES: Final = scaled(quick=30, ci=200, long=20000)
LEFT: Final[dict[str, Any]] = {"capacity": "self", "salt": "A" * 22, "collected_for": "care"}
"""What neither standard can say."""


def consent(**members: Any) -> Consent:  # noqa: ANN401  # JSON values
    return Consent(**(full(46, **CONSENT, **PERIOD) | members))


def withdrawal(**members: Any) -> Withdrawal:  # noqa: ANN401  # JSON values
    return Withdrawal(**(SMALLEST["withdrawals"] | members))


def data(value: object) -> bytes:
    return json.dumps(value).encode()


def expected(standard: ModuleType, one: Consent) -> dict[str, Any]:
    """Return the members that must come back: all but the lost ones; FHIR refuses everything or nothing."""
    members = plain(one)
    for path in lost(standard.HOMES):
        outer, _, inner = path.partition(".")
        if inner and outer in members:
            members[outer].pop(inner, None)
        elif not inner:
            members.pop(outer, None)
    if standard is fhir_consent and one.decision == "refuse":
        members |= {name: ["*"] for name in SCOPE}
    return members


class TestRoundTrip:
    """What has a home comes back as it was; what is lost is exactly what the table lists."""

    @STANDARDS
    @settings(max_examples=EXAMPLES)
    @given(one=consents())
    def test_what_has_a_home_comes_back(self, standard: ModuleType, one: Consent) -> None:
        found = standard.import_consent(data(standard.export_consent(one)))
        assert found.members == expected(standard, one)
        assert not found.withdrawn

    @STANDARDS
    @settings(max_examples=EXAMPLES)
    @given(one=consents())
    def test_with_what_was_lost_it_is_the_same_consent_again(self, standard: ModuleType, one: Consent) -> None:
        found = standard.import_consent(data(standard.export_consent(one)))
        again = found.complete(**plain(one))
        scope = {} if one.decision == "permit" or standard is dpv else dict.fromkeys(SCOPE, ("*",))
        assert again == one.model_copy(update=scope)

    @STANDARDS
    def test_every_member_has_one_row(self, standard: ModuleType) -> None:
        rows = [home.member for home in standard.HOMES]
        inside = {"ceremony", "notice", "recorded_by"}
        schema = {
            f"{name}.{sub}" if name in inside else name
            for name, info in Consent.model_fields.items()
            for sub in (inner_of(info.annotation) if name in inside else ("",))
        }
        assert len(rows) == len(set(rows))
        assert set(rows) == schema

    @STANDARDS
    def test_a_row_has_a_home_or_a_reason(self, standard: ModuleType) -> None:
        for home in (*standard.HOMES, *standard.WITHDRAWAL_HOMES):
            assert home.place or home.why

    @STANDARDS
    def test_a_refusal_of_everything_is_said_by_saying_nothing(self, standard: ModuleType) -> None:
        refusal = consent(decision="refuse", recipients=["*"], purposes=["*"], categories=["*"])
        said = data(standard.export_consent(refusal)).decode()
        assert "*" not in said
        assert standard.import_consent(said.encode()).members["recipients"] == ["*"]

    @STANDARDS
    def test_what_is_missing_is_named(self, standard: ModuleType) -> None:
        found = standard.import_consent(data(standard.export_consent(consent())))
        assert found.missing == ("capacity", "collected_for", "salt")
        with pytest.raises(DocumentError) as caught:
            found.complete(capacity="self", salt="A" * 22)
        assert [(one.code, one.pointer) for one in caught.value.problems] == [("D_MISSING", "/collected_for")]

    @STANDARDS
    def test_what_was_imported_is_not_overwritten(self, standard: ModuleType) -> None:
        found = standard.import_consent(data(standard.export_consent(consent())))
        assert found.complete(**LEFT, decision="refuse", recipients=["*"]).recipients == (GI,)


def inner_of(annotation: Any) -> list[str]:  # noqa: ANN401  # a type
    """Return the members of the model in an annotation."""
    from kgbx.case import Actor, Ceremony, Notice  # noqa: PLC0415  # only here

    model = next(one for one in (Actor, Ceremony, Notice) if one.__name__ in str(annotation))
    return list(model.model_fields)


PLACES: Final = {
    fhir_consent: (("provision", 0), {"recipients": "actor", "purposes": "purpose", "categories": "code"}),
    dpv: (
        ("dpv:hasProcess",),
        {"recipients": "dpv:hasRecipient", "purposes": "dpv:hasPurpose", "categories": "dpv:hasPersonalData"},
    ),
}
"""Where the scope of a permit stands."""


class TestSpecific:
    """A permit names whom, what for and what: silence elsewhere never becomes everything here, nor the other way."""

    @STANDARDS
    @pytest.mark.parametrize("member", SCOPE)
    def test_a_permit_that_does_not_name_one_of_them_is_refused(self, standard: ModuleType, member: str) -> None:
        around, names = PLACES[standard]
        for leave in ("out", "empty"):
            value = standard.export_consent(consent())
            inner = at_path(value, around)
            inner.update({names[member]: []}) if leave == "empty" else inner.pop(names[member])
            with pytest.raises(DocumentError) as caught:
                standard.import_consent(data(value))
            pointer = "".join(f"/{step}" for step in around)
            assert [(one.code, one.pointer) for one in caught.value.problems] == [("D_NO_HOME", pointer)]

    def test_a_fhir_provision_that_is_empty_is_refused(self) -> None:
        value = fhir_consent.export_consent(consent())
        value["provision"] = [{}]
        with pytest.raises(DocumentError) as caught:
            fhir_consent.import_consent(data(value))
        assert [(one.code, one.pointer) for one in caught.value.problems] == [("D_NO_HOME", "/provision/0")] * 3

    def test_a_second_fhir_provision_is_refused(self) -> None:
        value = fhir_consent.export_consent(consent())
        value["provision"] *= 2
        with pytest.raises(DocumentError) as caught:
            fhir_consent.import_consent(data(value))
        assert [(one.code, one.pointer) for one in caught.value.problems] == [("D_NO_HOME", "/provision")]

    def test_a_record_without_a_process_is_refused(self) -> None:
        value = dpv.export_consent(consent())
        del value["dpv:hasProcess"]
        with pytest.raises(DocumentError) as caught:
            dpv.import_consent(data(value))
        assert {one.code for one in caught.value.problems} == {"D_NO_HOME"}

    @STANDARDS
    @pytest.mark.parametrize("member", SCOPE)
    def test_a_permit_for_everything_is_not_written(self, standard: ModuleType, member: str) -> None:
        with pytest.raises(DocumentError) as caught:
            standard.export_consent(consent(**{member: ["*"]}))
        assert [(one.code, one.pointer) for one in caught.value.problems] == [("D_NO_HOME", f"/{member}")]

    @STANDARDS
    def test_a_code_that_means_everything_is_refused(self, standard: ModuleType) -> None:
        around, names = PLACES[standard]
        value = standard.export_consent(consent(categories=["contact"]))
        at_path(value, around)[names["categories"]] = json.loads(
            json.dumps(at_path(value, around)[names["categories"]]).replace("contact", "*")
        )
        with pytest.raises(DocumentError) as caught:
            standard.import_consent(data(value))
        assert {one.code for one in caught.value.problems} == {"D_NO_HOME"}


def at_path(value: Any, path: tuple[str | int, ...]) -> Any:  # noqa: ANN401  # JSON
    for step in path:
        value = value[step]
    return value


class TestWithdrawal:
    """A permit that was taken back is told as such."""

    def test_in_fhir_it_is_inactive_and_nothing_more(self) -> None:
        resource = fhir_consent.export_consent(consent(), withdrawal=withdrawal())
        found = fhir_consent.import_consent(data(resource))
        assert (resource["status"], found.withdrawn, found.withdrawal) == ("inactive", True, {"consent": an_id(46)})

    def test_in_27560_it_is_an_event_of_its_own(self) -> None:
        record = dpv.export_consent(consent(), withdrawal=withdrawal(by=FATHER, effective_at="2026-04-01"))
        found = dpv.import_consent(data(record))
        assert [one["@type"] for one in record["dpv:hasConsentStatus"]] == ["dpv:ConsentGiven", "dpv:ConsentWithdrawn"]
        assert found.withdrawal == {"consent": an_id(46), "by": FATHER, "effective_at": "2026-04-01"}

    @STANDARDS
    def test_a_permit_that_was_taken_back_is_not_made_live(self, standard: ModuleType) -> None:
        found = standard.import_consent(data(standard.export_consent(consent(), withdrawal=withdrawal())))
        with pytest.raises(UsageError) as caught:
            found.complete(**LEFT)
        assert (caught.value.code, caught.value.pointer) == ("U_ARGUMENT", "/withdrawal")

    @STANDARDS
    def test_with_its_withdrawal_it_is_the_same_permit(self, standard: ModuleType) -> None:
        found = standard.import_consent(data(standard.export_consent(consent(), withdrawal=withdrawal())))
        ended = found.ending(**plain(withdrawal()))
        assert (ended.consent, found.complete(withdrawal=ended, **LEFT).id) == (an_id(46), an_id(46))

    @pytest.mark.parametrize("members", [{"consent": an_id(99)}, {"effective_at": "2031-01-01"}])
    def test_with_another_withdrawal_it_is_refused(self, members: dict[str, str]) -> None:
        found = dpv.import_consent(data(dpv.export_consent(consent(), withdrawal=withdrawal())))
        with pytest.raises(UsageError):
            found.complete(withdrawal=withdrawal(**members), **LEFT)

    @STANDARDS
    def test_a_refusal_that_ended_still_refuses(self, standard: ModuleType) -> None:
        said = standard.export_consent(consent(decision="refuse"), withdrawal=withdrawal())
        assert standard.import_consent(data(said)).complete(**LEFT).decision == "refuse"

    @STANDARDS
    def test_what_was_not_withdrawn_has_no_ending(self, standard: ModuleType) -> None:
        with pytest.raises(UsageError):
            standard.import_consent(data(standard.export_consent(consent()))).ending()

    @STANDARDS
    def test_that_of_another_consent_is_wrong_usage(self, standard: ModuleType) -> None:
        with pytest.raises(UsageError) as caught:
            standard.export_consent(consent(), withdrawal=withdrawal(consent=an_id(99)))
        assert caught.value.code == "U_ARGUMENT"


class TestFhirMeaning:
    """In R5 decision is the default, and a provision is the exception to it."""

    def test_a_permit_denies_by_default_and_names_what_is_permitted(self) -> None:
        resource = fhir_consent.export_consent(consent())
        assert resource["decision"] == "deny"
        assert [one["reference"]["identifier"]["value"] for one in resource["provision"][0]["actor"]] == [GI]

    def test_a_refusal_denies_and_has_no_exception(self) -> None:
        resource = fhir_consent.export_consent(consent(decision="refuse"))
        assert (resource["decision"], "provision" in resource) == ("deny", False)

    def test_who_reads_a_refusal_refuses_everything(self) -> None:
        members = fhir_consent.import_consent(data(fhir_consent.export_consent(consent(decision="refuse")))).members
        assert members["decision"] == "refuse"
        assert [members[name] for name in SCOPE] == [["*"]] * 3

    @pytest.mark.parametrize(
        ("until", "end"),
        [
            ("2026-09-01", "2026-08-31"),
            ("2028-03-01", "2028-02-29"),
            ("2026-04-01T00:00:00Z", "2026-03-31T23:59:59Z"),
        ],
    )
    def test_the_end_is_the_last_that_counts(self, until: str, end: str) -> None:
        assert fhir_consent.export_consent(consent(valid_until=until))["period"]["end"] == end

    def test_it_is_verified_only_where_somebody_was_there(self) -> None:
        seen = CONSENT["ceremony"] | {"witness": an_id(4)}  # type: ignore[operator]  # an object
        for given_how, verified in ((CONSENT["ceremony"], False), (seen, True)):
            resource = fhir_consent.export_consent(consent(ceremony=given_how))
            assert resource["verification"][0]["verified"] is verified

    def test_a_period_that_never_holds_cannot_be_said(self) -> None:
        with pytest.raises(UsageError) as caught:
            fhir_consent.export_consent(consent(valid_from="2026-03-01", valid_until="2026-03-01"))
        assert caught.value.code == "U_ARGUMENT"

    @settings(max_examples=scaled(quick=20, ci=150, long=3000), deadline=None)
    @given(one=consents())
    def test_the_resource_is_valid_r5(self, one: Consent) -> None:
        model = pytest.importorskip("fhir.resources.consent", reason="machine cannot: fhir.resources is absent")
        resource = fhir_consent.export_consent(one)
        read = model.Consent.model_validate(resource)
        assert read.decision == "deny"
        assert read.id == one.id

    def test_what_is_for_people_only_is_passed_over(self) -> None:
        resource = fhir_consent.export_consent(consent())
        resource["text"] = {"status": "generated", "div": "<div>Noor</div>"}
        resource["subject"] |= {"display": "Noor", "type": "Patient"}
        resource["meta"]["versionId"] = "2"
        resource["regulatoryBasis"][0]["coding"][0]["display"] = "Jeugdwet"
        assert fhir_consent.import_consent(data(resource)).members == expected(fhir_consent, consent())


def changed(value: dict[str, Any], *path: str | int, to: Any) -> bytes:  # noqa: ANN401  # JSON
    """Return a document in which one place has another value."""
    inner: Any = value
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = to
    return data(value)


class TestRefused:
    """What would change its meaning when read halfway is refused, with a pointer and without a value."""

    @pytest.mark.parametrize(
        ("path", "to", "code", "pointer"),
        [
            (("decision",), "permit", "D_FORMAT", "/decision"),
            (("status",), "draft", "D_FORMAT", "/status"),
            (("provision", 0, "geheim"), 1, "D_NO_HOME", "/provision/0"),
            (("provision", 0, "provision"), [{"code": []}], "D_NO_HOME", "/provision/0"),
            (("provision", 0, "action"), [{"text": "geheim"}], "D_NO_HOME", "/provision/0"),
            (("provision", 0, "text"), "geheim", "D_NO_HOME", "/provision/0"),
            (("provision", 0, "display"), "geheim", "D_NO_HOME", "/provision/0"),
            (("provision", 0, "source"), "geheim", "D_NO_HOME", "/provision/0"),
            (("provision", 0, "language"), "geheim", "D_NO_HOME", "/provision/0"),
            (("provision", 0, "code", 0, "text"), "geheim", "D_NO_HOME", "/provision/0/code/0"),
            (("provision", 0, "actor", 0, "display"), "geheim", "D_NO_HOME", "/provision/0/actor/0"),
            (("source",), "geheim", "D_NO_HOME", ""),
            (("provision", 0, "period", "end"), "2026-05-01", "D_FORMAT", "/provision/0/period/end"),
            (("provision",), [{}, {"code": "geheim"}], "D_NO_HOME", "/provision/0"),
            (("grantor", 0, "identifier", "value"), "geheim", "D_FORMAT", "/grantor/0"),
            (("grantor",), [], "D_NO_HOME", ""),
            (("period", "end"), "geheim", "D_FORMAT", "/period/end"),
            (("period", "end"), "9999-12-31", "D_FORMAT", "/period/end"),
            (("sourceAttachment",), [{"title": "geheim"}], "D_NO_HOME", ""),
            (("implicitRules",), "https://example.org/geheim", "D_NO_HOME", ""),
            (("regulatoryBasis", 0, "coding", 0, "system"), "geheim", "D_FORMAT", "/regulatoryBasis/0/coding/0/system"),
            (("id",), 7, "D_FORMAT", "/id"),
            (("verification", 0, "verified"), 0, "D_FORMAT", "/verification/0/verified"),
        ],
    )
    def test_in_fhir(self, path: tuple[str | int, ...], to: Any, code: str, pointer: str) -> None:  # noqa: ANN401  # JSON
        with pytest.raises(DocumentError) as caught:
            fhir_consent.import_consent(changed(fhir_consent.export_consent(consent()), *path, to=to))
        assert (code, pointer) in {(one.code, one.pointer) for one in caught.value.problems}
        assert "geheim" not in f"{caught.value!s}{caught.value!r}{caught.value.problems!r}"

    @pytest.mark.parametrize(
        ("path", "to", "code", "pointer"),
        [
            (("dpv:hasConsentStatus", 0, "@type"), "geheim", "D_FORMAT", "/dpv:hasConsentStatus/0/@type"),
            (("dpv:hasProcess", "geheim"), 1, "D_NO_HOME", "/dpv:hasProcess"),
            (("dpv:hasProcess", "dpv:hasPurpose"), [{"@id": "geheim"}], "D_FORMAT", "/dpv:hasProcess/dpv:hasPurpose"),
            (("@context", "dpv"), "https://example.org/geheim", "D_FORMAT", "/@context/dpv"),
            (("dct:conformsTo",), "geheim", "D_FORMAT", "/dct:conformsTo"),
            (("@id",), "urn:uuid:geheim", "D_FORMAT", "/@id"),
            (("dpv:hasDataSubject",), "geheim", "D_FORMAT", "/dpv:hasDataSubject"),
            (("dpv:hasLegalBasis",), "geheim", "D_NO_HOME", ""),
        ],
    )
    def test_in_27560(self, path: tuple[str | int, ...], to: Any, code: str, pointer: str) -> None:  # noqa: ANN401  # JSON
        with pytest.raises(DocumentError) as caught:
            dpv.import_consent(changed(dpv.export_consent(consent()), *path, to=to))
        assert (code, pointer) in {(one.code, one.pointer) for one in caught.value.problems}
        assert "geheim" not in f"{caught.value!s}{caught.value!r}{caught.value.problems!r}"

    @STANDARDS
    @pytest.mark.parametrize("value", [[], {}, "x", None, {"resourceType": "Patient"}, {"@type": "dpv:Consent"}])
    def test_something_else_is_refused(self, standard: ModuleType, value: object) -> None:
        with pytest.raises(DocumentError) as caught:
            standard.import_consent(data(value))
        assert [(one.code, one.pointer) for one in caught.value.problems] == [("D_TYPE", "")]

    @STANDARDS
    @settings(max_examples=scaled(quick=50, ci=400, long=50000))
    @given(drawn=st.data())
    def test_whatever_is_changed_it_is_read_whole_or_refused(self, standard: ModuleType, drawn: st.DataObject) -> None:
        value = standard.export_consent(consent(notice={"version": "2", "language": "nl"}))
        junk: Any = drawn.draw(st.sampled_from([None, "", 0, [], {}, True, ["x"], {"x": "y"}, "urn:uuid:x", [[{}]]]))
        path = drawn.draw(st.sampled_from(sorted(paths(value), key=str)))
        try:
            found = standard.import_consent(changed(value, *path, to=junk)).complete(**LEFT)
        except DocumentError:
            return
        assert standard.import_consent(data(standard.export_consent(found))).members == expected(standard, found)


def paths(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:  # noqa: ANN401  # JSON
    """Return the path of every value inside."""
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    inside = [one for step, inner in steps for one in paths(inner, (*path, step))]
    return [*([path] if path else []), *inside]


@STANDARDS
def test_neither_tells_the_salt_nor_what_the_person_said(standard: ModuleType) -> None:
    one = consent(words="Doe maar, Rob weet van niets.", decided_by=MOTHER)
    said = data(standard.export_consent(one)).decode()
    assert one.salt not in said
    assert "Rob" not in said
