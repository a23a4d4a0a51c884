# SPDX-License-Identifier: EUPL-1.2
"""Superseded official codes lead to one that is in use, and what no source names stays unknown."""

from __future__ import annotations

import pytest

from kgbx.codes import Migrated, code_list, code_lists, migrate, migrations, systems
from kgbx.errors import UsageError

SYSTEMS = sorted(migrations())
CHECKED = {"008": "301", "015": "111", "037": "125", "046": "491"}
"""The superseded codes of JZR that the research names, with their successors."""


def test_every_migration_is_of_a_known_system_in_a_known_version() -> None:
    for key, table in migrations().items():
        assert table.version in systems()[key].versions
        assert table.source


@pytest.mark.parametrize("key", SYSTEMS)
def test_every_successor_is_in_use_and_supersedes_nothing_itself(key: str) -> None:
    table = migrations()[key]
    assert {one.successor for one in table.superseded.values()} <= set(table.current)
    assert set(table.superseded) & set(table.current) == set()


@pytest.mark.parametrize("key", SYSTEMS)
def test_a_code_in_use_stays_what_it_is(key: str) -> None:
    assert [code for code in migrations()[key].current if migrate(key, code) != Migrated("current", code)] == []


@pytest.mark.parametrize("key", SYSTEMS)
def test_migrating_twice_is_migrating_once(key: str) -> None:
    for code in migrations()[key].superseded:
        once = migrate(key, code)
        assert once.status == "superseded"
        assert migrate(key, once.code or "") == Migrated("current", once.code)


def test_jzr_holds_exactly_the_superseded_codes_that_were_checked() -> None:
    jzr = migrations()["jzr"]
    assert {code: one.successor for code, one in jzr.superseded.items()} == CHECKED
    assert not jzr.complete
    assert jzr.note
    assert "35" in jzr.note.nl


@pytest.mark.parametrize("key", SYSTEMS)
def test_what_a_list_translates_in_this_version_is_in_use(key: str) -> None:
    table = migrations()[key]
    wanted = key, table.version
    entries = [entry for name in code_lists() for entry in code_list(name).entries.values()]
    codes = {one.code for entry in entries for one in entry.official if (one.system, one.version) == wanted}
    assert codes
    assert codes <= set(table.current)


def test_an_old_name_leads_to_the_new_one() -> None:
    assert migrate("brp_gezag", "TweehoofdigOuderlijkGezag") == Migrated("superseded", "GezamenlijkOuderlijkGezag")


def test_an_old_code_can_be_translated_by_way_of_its_successor() -> None:
    assert code_list("relation_kind").code_of("jzr", migrate("jzr", "037").code or "") == "grootouder"


@pytest.mark.parametrize("code", ["016", "", "15", "015 ", "canary"])
def test_what_no_source_names_is_unknown(code: str) -> None:
    assert migrate("jzr", code) == Migrated("unknown")


def test_a_system_without_migration_is_a_usage_error() -> None:
    with pytest.raises(UsageError) as caught:
        migrate("canary", "015")
    assert (caught.value.code, "canary" in str(caught.value)) == ("U_MIGRATION", False)
