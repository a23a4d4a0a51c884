# SPDX-License-Identifier: EUPL-1.2
"""Official codes: named with system and version, translated both ways, never guessed."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import pytest

from kgbx.codes import OfficialCode, code_list, code_lists, system, systems, systems_named
from kgbx.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from kgbx.codes import CodeEntry

LISTS = code_lists()
RELATION = code_list("relation_kind")
WITH_OFFICIAL = [name for name in LISTS if code_list(name).systems]


def official_codes(name: str) -> Iterator[tuple[CodeEntry, OfficialCode]]:
    """Yield each code of a list with each of its official codes."""
    for entry in code_list(name).entries.values():
        for one in entry.official:
            yield entry, one


def shared(name: str) -> set[str]:
    """Return the systems in which two codes of a list are the same official code."""
    counted: dict[tuple[str, str | None, str], int] = defaultdict(int)
    for _, one in official_codes(name):
        counted[one.system, one.version, one.code] += 1
    return {key for (key, _, _), count in counted.items() if count > 1}


def test_every_system_has_two_names_and_a_document() -> None:
    assert [key for key, one in systems().items() if not (one.name.nl and one.name.en and one.document)] == []


def test_every_system_is_used_and_every_used_one_is_in_the_table() -> None:
    assert {key for name in LISTS for key in code_list(name).systems} == set(systems())


@pytest.mark.parametrize("name", WITH_OFFICIAL)
def test_an_official_code_names_a_version_of_its_system(name: str) -> None:
    for _, one in official_codes(name):
        assert one.version in (system(one.system).versions or (None,))


@pytest.mark.parametrize("name", LISTS)
def test_two_codes_share_an_official_code_only_where_the_list_says_so(name: str) -> None:
    assert shared(name) == set(code_list(name).lossy)


@pytest.mark.parametrize("name", LISTS)
def test_a_code_has_an_official_code_once(name: str) -> None:
    for entry in code_list(name).entries.values():
        triples = [(one.system, one.version, one.code) for one in entry.official]
        assert len(set(triples)) == len(triples)


@pytest.mark.parametrize("name", WITH_OFFICIAL)
def test_what_is_written_is_read_again_as_the_same_code(name: str) -> None:
    found = code_list(name)
    for entry, one in official_codes(name):
        if one.use == "both":
            assert entry.code in found.readings(one.system, one.code, version=one.version)
        if one.use == "both" and one.system not in found.lossy:
            assert found.code_of(one.system, one.code, version=one.version) == entry.code


@pytest.mark.parametrize("name", WITH_OFFICIAL)
def test_what_is_read_is_written_as_the_same_official_code(name: str) -> None:
    for entry, one in official_codes(name):
        if one.use == "both":
            assert one in code_list(name).official(entry.code, one.system, version=one.version)


def test_a_code_knows_what_others_call_it() -> None:
    assert code_list("relation_kind").official("grootouder", "jzr") == (
        OfficialCode(system="jzr", version="1.0.87", code="125"),
    )


def test_a_system_that_divides_finer_gives_every_choice() -> None:
    found = code_list("measure_end_reason").official("meerderjarig", "cbs_einde_maatregel")
    assert [one.code for one in found] == ["01", "11"]


def test_a_code_that_is_only_read_is_not_written() -> None:
    relation = code_list("relation_kind")
    assert relation.code_of("jzr", "112") == "ouder"
    assert [one.code for one in relation.official("ouder", "jzr")] == ["111"]


def test_a_code_that_is_only_written_is_not_read() -> None:
    relation = code_list("relation_kind")
    assert [one.code for one in relation.official("adoptieouder", "jzr")] == ["111"]
    assert relation.code_of("jzr", "111") == "ouder"


def test_a_version_is_kept_apart() -> None:
    gezag = code_list("gezag_kind")
    assert gezag.code_of("brp_gezag", "TweehoofdigOuderlijkGezag", version="1") == "gezamenlijk_ouderlijk"
    assert gezag.readings("brp_gezag", "TweehoofdigOuderlijkGezag", version="2") == ()
    assert [one.code for one in gezag.official("voogdij", "brp_gezag", version="2")] == ["Voogdij"]


def test_cod472_of_ijw_is_not_that_of_a_zib() -> None:
    relation = code_list("relation_kind")
    assert relation.code_of("ijw_cod472", "13") == "pleegouder"
    assert relation.readings("zib_cod472", "13") == ()
    notes = [system(key).note for key in ("ijw_cod472", "zib_cod472")]
    assert all(note and "23" in note.en and "24" in note.en for note in notes)


def test_an_official_code_with_several_readings_gives_them_all() -> None:
    found = code_list("relation_kind").readings("ijw_cod472", "12")
    assert found == ("echtgenoot", "geregistreerd_partner", "partner", "ex_partner")


REFUSED: dict[str, tuple[Callable[[], object], str]] = {
    "several readings": (lambda: RELATION.code_of("ijw_cod472", "12"), "U_OFFICIAL_SEVERAL"),
    "no reading": (lambda: RELATION.code_of("ijw_cod472", "canary"), "U_OFFICIAL"),
    "another version": (lambda: RELATION.code_of("jzr", "125", version="canary"), "U_OFFICIAL"),
    "no word for it": (lambda: RELATION.official("buur", "jzr"), "U_OFFICIAL"),
    "no such code": (lambda: RELATION.official("canary", "jzr"), "U_CODE"),
    "no such system to write": (lambda: RELATION.official("ouder", "canary"), "U_SYSTEM"),
    "no such system to read": (lambda: RELATION.readings("canary", "125"), "U_SYSTEM"),
    "no such family": (lambda: systems_named("canary"), "U_SYSTEM"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_translated_is_a_usage_error_without_a_value(case: str) -> None:
    ask, code = REFUSED[case]
    with pytest.raises(UsageError) as caught:
        ask()
    assert (caught.value.code, "canary" in str(caught.value)) == (code, False)


@pytest.mark.parametrize("name", ["BRP", "brp"])
def test_a_family_of_systems_is_named_by_how_they_begin(name: str) -> None:
    found = systems_named(name)
    assert len(found) > 3
    assert all(key.startswith("brp_") for key in found)


def test_one_system_is_named_by_its_key() -> None:
    assert systems_named("JZR") == ("jzr",)


def test_a_misspelled_system_is_answered_with_one_that_looks_like_it() -> None:
    with pytest.raises(UsageError) as caught:
        systems_named("jrz")
    assert (caught.value.code, "jzr" in str(caught.value)) == ("U_SYSTEM", True)
