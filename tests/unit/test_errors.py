# SPDX-License-Identifier: EUPL-1.2
"""What an error of kgbx says, and what it leads a program to do."""

from __future__ import annotations

import copy
import pickle

import pytest

from kgbx import errors
from kgbx.errors import (
    FAMILIES,
    ConsentError,
    DeliveryError,
    DirectoryError,
    DocumentError,
    EnvelopeError,
    IntegrityError,
    KgbxError,
    Problem,
    UsageError,
)
from kgbx.messages import MESSAGES, Text

CLASSES = [
    (KgbxError, Exception, 70),
    (UsageError, ValueError, 2),
    (DocumentError, KgbxError, 1),
    (IntegrityError, KgbxError, 1),
    (ConsentError, KgbxError, 4),
    (EnvelopeError, KgbxError, 3),
    (DirectoryError, KgbxError, 3),
    (DeliveryError, KgbxError, 5),
]


@pytest.mark.parametrize(("kind", "base", "status"), CLASSES)
def test_hierarchy_and_exit_status(kind: type[KgbxError], base: type[Exception], status: int) -> None:
    assert issubclass(kind, base)
    assert issubclass(kind, KgbxError)
    assert kind.exit_status == status


def test_every_error_class_is_in_the_table() -> None:
    found = {one for one in vars(errors).values() if isinstance(one, type) and issubclass(one, KgbxError)}
    assert found == {kind for kind, _, _ in CLASSES}


def test_exit_statuses_are_those_that_are_documented() -> None:
    statuses = {name: value for name, value in vars(errors).items() if name.startswith("EXIT_")}
    assert sorted(statuses.values()) == [0, 1, 2, 3, 4, 5, 6, 70, 129, 130, 143]


def test_an_error_says_code_place_and_what_to_do() -> None:
    error = KgbxError("U_ARGUMENT", pointer="/persons/0")
    assert str(error) == f"U_ARGUMENT /persons/0: {MESSAGES['U_ARGUMENT'].en}"
    assert error.say("nl") == f"U_ARGUMENT /persons/0: {MESSAGES['U_ARGUMENT'].nl}"


def test_a_more_exact_sentence_takes_the_place_of_the_standard_one() -> None:
    assert str(UsageError("U_ARGUMENT", text=Text("Zo niet.", "Not so."))) == "U_ARGUMENT: Not so."


def test_repr_shows_class_and_code_only() -> None:
    assert repr(DocumentError.single("D_TYPE", "/persons/0")) == "<DocumentError D_INVALID>"


def test_a_code_without_a_sentence_is_a_bug_and_found_at_once() -> None:
    with pytest.raises(KeyError, match="Q_NOT_THERE"):
        KgbxError("Q_NOT_THERE")


def test_a_document_error_lists_its_problems_in_order() -> None:
    problems = [Problem.of_shape("D_TYPE", "/a"), Problem.of_shape("D_MISSING")]
    error = DocumentError(iter(problems))
    assert error.problems == tuple(problems)
    assert str(error).splitlines() == [
        f"D_TYPE /a: {MESSAGES['D_TYPE'].en}",
        f"D_MISSING (document): {MESSAGES['D_MISSING'].en}",
    ]


def test_an_unknown_version_has_its_own_exit_status() -> None:
    assert DocumentError.single("D_VERSION", "/schema").exit_status == 6


def test_a_problem_as_json_has_the_documented_members() -> None:
    problem = Problem.of_shape("D_CODE", "/persons/0/sex")
    assert problem.as_json("nl") == {
        "code": "D_CODE",
        "rule": None,
        "severity": "error",
        "pointer": "/persons/0/sex",
        "message": MESSAGES["D_CODE"].nl,
    }


def test_an_integrity_error_names_records_sorted() -> None:
    assert IntegrityError("D_CONFLICT", ["b", "a"]).records == ("a", "b")


@pytest.mark.parametrize(("family", "code"), [(family, code) for family, codes in FAMILIES.items() for code in codes])
def test_an_envelope_code_has_its_family(family: str, code: str) -> None:
    assert EnvelopeError(code).family == family


def test_no_envelope_code_is_in_two_families() -> None:
    codes = [code for family in FAMILIES.values() for code in family]
    assert len(codes) == len(set(codes))


def test_to_the_outside_every_cannot_open_looks_the_same() -> None:
    assert {EnvelopeError(code).external for code in FAMILIES["undeliverable"]} == {"undeliverable"}


def test_what_is_no_secret_is_told_to_the_outside() -> None:
    assert EnvelopeError("E_EXPIRED").external == "E_EXPIRED"


@pytest.mark.parametrize(
    "error",
    [
        KgbxError("F_FILE"),
        UsageError(),
        DocumentError.single("D_TYPE", "/a"),
        IntegrityError("D_CONFLICT", ["a"]),
        EnvelopeError("E_TIME"),
        DirectoryError("E_DIR_STALE"),
    ],
)
def test_an_error_survives_a_worker_process(error: KgbxError) -> None:
    for twin in (pickle.loads(pickle.dumps(error)), copy.copy(error)):  # noqa: S301  # made here
        assert (type(twin), str(twin), twin.exit_status) == (type(error), str(error), error.exit_status)
