# SPDX-License-Identifier: EUPL-1.2
"""The public names of kgbx are those of the snapshot; a changed signature is seen."""

from __future__ import annotations

import importlib
from pathlib import Path
from types import ModuleType

import pytest

from tools import generate_api

SNAPSHOT = Path(__file__).parent / "public_api.txt"


def test_the_public_api_is_that_of_the_snapshot() -> None:
    assert generate_api.api() == SNAPSHOT.read_text(encoding="utf-8"), "if users should have this: make fix"


@pytest.mark.parametrize("module", generate_api.MODULES)
def test_a_public_module_is_in_the_snapshot(module: str) -> None:
    assert f"[{module}]" in SNAPSHOT.read_text(encoding="utf-8")


def test_every_name_that_kgbx_promises_is_there() -> None:
    package = importlib.import_module("kgbx")
    assert [name for name in package.__all__ if not hasattr(package, name)] == []
    assert set(package.__all__) <= set(dir(package))


def test_a_changed_signature_is_seen() -> None:
    module = ModuleType("planted")
    exec("def f(a): ...\n", vars(module))  # noqa: S102  # made here
    before = list(generate_api.described("f", module.f))
    exec("def f(a, b=1): ...\n", vars(module))  # noqa: S102  # made here
    assert [before, list(generate_api.described("f", module.f))] == [["def f(a)"], ["def f(a, b=1)"]]


def test_a_missing_name_of_kgbx_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no_such_name"):
        importlib.import_module("kgbx").no_such_name  # noqa: B018  # looking is the test
