# SPDX-License-Identifier: EUPL-1.2
"""The receipt of a choice: what the person reads, what nobody may read on it, and how it is given."""

from __future__ import annotations

import re
from html import unescape
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any, Final, get_args

import pytest

from kgbx.case import Consent, FamilyCase, Link, Organisation, Professional, Withdrawal
from kgbx.cli.main import run_and_report
from kgbx.clock import parse_instant
from kgbx.consent.access_items import access_facts
from kgbx.consent.joins import facts_from_case
from kgbx.consent.standing import State
from kgbx.errors import ConsentError, UsageError
from kgbx.exchange import proven_ids
from kgbx.render.receipt import CHANGE, MEANS, SENTENCES, Receipt, consent_of
from kgbx.resources import examples_path
from tests.case.builders import bare
from tests.consent.insight import CASE, DAAN, GI, REGISTERS, ROB, SANNE, SCHOOL, SHELTER, TEAM, asker

if TYPE_CHECKING:
    from pathlib import Path

    from kgbx.messages import Language

NOW: Final = "2026-03-10T10:00:00Z"
NOOR: Final = "a386d27b-4b39-4140-bb10-2bd178977f40"
YES: Final = "4254bc19-c75f-4e18-87b5-94a0df5803d3"
LIFTED: Final = "8b589dd4-ef9b-4f49-adae-c0dcabf79fe4"
NO: Final = "c65aaaa1-fb58-4d19-b4b4-e36cbb3acb65"
TAKEN_BACK: Final = "04df17a8-b443-45be-9878-45a20458275e"
SCHOOL_BY_ROB: Final = "f0b878c8-3e52-4b1f-af60-e581f141e511"
SCHOOL_BY_SANNE: Final = "e518ad31-a0a6-4105-a544-3f5464207fbf"
SAFE: Final = "865740a0-ced2-41f7-ac92-29459aa8f8e8"
FILE: Final = str(examples_path("journey", "case.json"))
OWN: Final = ("--as", TEAM, "--registers", str(examples_path("journey", "registers.json")), "--at", "2026-03-10")


def receipt(consent: str | Consent, *, case: FamilyCase = CASE, at: str = NOW, language: Language = "en") -> Receipt:
    chosen = consent_of(case, consent) if isinstance(consent, str) else consent
    sharing = facts_from_case(case, REGISTERS, own=TEAM, proven=proven_ids(case, own=TEAM))
    who = asker(chosen.decided_by, facts=access_facts(case, sharing, own=TEAM), at=at)
    return Receipt(chosen, case, asker=who, at=parse_instant(at), language=language, handed=False)


def text_of(found: Receipt) -> str:
    return "\n".join(found.lines())


def changed(consent: str, **members: Any) -> FamilyCase:  # noqa: ANN401  # members of any type
    return FamilyCase(
        [one.model_copy(update=members) if one.id == consent else one for one in CASE], synthetic=CASE.synthetic
    )


STREET: Final = next(one.street for one in CASE.records("addresses") if SANNE in one.persons and one.street)  # type: ignore[attr-defined]  # addresses
"""Of somebody under protection."""


def renamed(case: FamilyCase, org: str, name: str) -> FamilyCase:
    """Return the case with another name for an organisation."""
    return FamilyCase(
        [
            one.model_copy(update={"name": name}) if isinstance(one, Organisation) and one.org == org else one
            for one in case
        ],
        synthetic=case.synthetic,
    )


class Tags(HTMLParser):
    """Collects tags and what they would fetch."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: dict[str, str | None] = {}
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes.update({f"{tag}.{name}": value for name, value in attrs})


class TestWords:
    """What the person reads."""

    def test_a_permit_says_who_what_for_and_until_when(self) -> None:
        text = text_of(receipt(YES))
        for said in (
            "For Noor van Toonbeeld",
            "You said yes.",
            "yourself",
            "Jeugdbescherming Vierstromen",
            "from 24 February 2026 until 1 September 2026",
            "You may always stop.",
            "Ask Anouk Terpstra, Lokaal Team Lindeloo.",
        ):
            assert said in text

    def test_a_refusal_says_no_and_how_to_say_yes_after_all(self) -> None:
        text = text_of(receipt(NO, language="nl"))
        for said in ("U zei nee.", "Daan van Toonbeeld", "iedereen", "alle doelen", "alsnog ja zeggen"):
            assert said in text
        assert "U mag altijd stoppen" not in text

    def test_taking_back_needs_no_form_and_no_reason(self) -> None:
        text = " ".join(text_of(receipt(YES, language="nl")).split())
        assert "U hoeft niets in te vullen en niet te zeggen waarom." in text

    @pytest.mark.parametrize(
        ("consent", "at", "says"),
        [
            (YES, NOW, "This holds now."),
            (YES, "2026-02-23T10:00:00Z", "This does not hold yet."),
            (YES, "2026-08-31T22:00:00Z", "This no longer holds: the time is over."),
            (YES, "2026-08-31T21:59:59Z", "This holds now."),
            (TAKEN_BACK, NOW, "This no longer holds: it was taken back on 9 February 2026."),
            (TAKEN_BACK, "2026-02-09T10:09:59Z", "This holds now."),
            (LIFTED, NOW, "This still holds, but not for what you said yes to later."),
            (LIFTED, "2026-02-20T10:00:00Z", "This holds now."),
        ],
    )
    def test_it_says_whether_it_holds(self, consent: str, at: str, says: str) -> None:
        assert receipt(consent, at=at).state == says

    @pytest.mark.parametrize("decision", MEANS)
    def test_each_standing_has_its_meaning_and_its_change(self, decision: str) -> None:
        never = {"permit": {"lifted", "partly_lifted"}, "refuse": {"withdrawn", "unproven"}}[decision]
        assert set(MEANS[decision]) == set(CHANGE[decision]) == set(get_args(State)) - never
        assert {*MEANS[decision].values(), *CHANGE[decision].values()} <= set(SENTENCES)

    @pytest.mark.parametrize(
        ("consent", "at", "means", "change"),
        [
            (YES, NOW, "We may share", "You may always stop."),
            (YES, "2026-02-23T10:00:00Z", "Later we may share", "You may always take this yes back."),
            (YES, "2026-08-31T22:00:00Z", "Because of this yes we share nothing now.", "You may always say yes again."),
            (TAKEN_BACK, NOW, "Because of this yes we share nothing now.", "You may always say yes again."),
            (LIFTED, NOW, "We do not share what is below, unless you said yes", "You may always say yes after all."),
            (NO, NOW, "We do not share what is below, unless the law", "You may always say yes after all."),
        ],
    )
    def test_what_it_means_follows_from_whether_it_holds(self, consent: str, at: str, means: str, change: str) -> None:
        found = receipt(consent, at=at)
        assert found.means.startswith(means)
        assert found.change[0].startswith(change)

    def test_no_sentence_says_that_everybody_is_named(self) -> None:
        """A shelter may have been left out; whether one was must not show either."""
        both = [receipt(YES, case=changed(YES, recipients=to)) for to in ((GI,), (GI, SHELTER))]
        assert text_of(both[0]) == text_of(both[1])
        for language in ("nl", "en"):
            said = receipt(YES, language=language).means
            assert not re.search(r"alleen met|only with|hier staat|named here", said)

    def test_what_cannot_be_taken_back_does_not_say_how(self) -> None:
        case = changed(YES, how_to_withdraw="Bel ons.")
        assert [len(receipt(YES, case=case, at=at).change) for at in (NOW, "2026-09-02T10:00:00Z")] == [2, 1]

    def test_what_was_agreed_about_taking_back_is_told_and_not_repeated(self) -> None:
        case = changed(YES, how_to_withdraw="Bel opvang De Haven, Wilgenpad.")
        found = receipt(YES, case=case)
        assert found.change[1].startswith("We agreed with you how to tell us.")
        assert not any(word in found.html() for word in ("Haven", "Wilgenpad"))

    def test_a_withdrawal_by_somebody_who_may_not_withdraw_is_not_told_to_count(self) -> None:
        back = next(one for one in CASE.records("withdrawals") if isinstance(one, Withdrawal))
        strange = back.model_copy(update={"id": NOOR[:-1] + "1", "consent": YES, "by": ROB})
        case = FamilyCase([*CASE, strange], synthetic=True)
        assert receipt(YES, case=case).state == "This holds now."

    def test_a_permit_that_nobody_heard_is_not_told_to_count(self) -> None:
        ceremony = consent_of(CASE, YES).ceremony.model_copy(
            update={"method": "oral_witnessed", "witness": None, "evidence": None}
        )
        found = receipt(YES, case=changed(YES, ceremony=ceremony))
        assert found.state.startswith("This does not count yet")

    def test_programs_read_whether_it_counts_as_a_code(self) -> None:
        assert [receipt(one).as_value()["standing"] for one in (YES, LIFTED, TAKEN_BACK)] == [
            "now",
            "partly_lifted",
            "withdrawn",
        ]

    def test_what_is_recorded_later_is_not_told_to_count(self) -> None:
        case = changed(YES, recorded_at="2026-03-11T10:00:00Z")
        assert receipt(YES, case=case).state == "This does not hold yet."

    @pytest.mark.parametrize("sentence", SENTENCES.values(), ids=SENTENCES)
    def test_sentences_are_short(self, sentence: Any) -> None:  # noqa: ANN401  # a Text
        """B1: no sentence longer than 25 words, in Dutch and in English."""
        for language in ("nl", "en"):
            for part in re.split(r"(?<=[.?!:]) ", sentence.say(language)):
                assert len(part.split()) <= 25

    def test_no_id_stands_on_it(self) -> None:
        for consent in CASE.current("consents"):
            if isinstance(consent, Consent) and consent.id != SCHOOL_BY_ROB:
                assert not re.search(r"urn:|[0-9a-f]{8}-", text_of(receipt(consent)))


class TestSilence:
    """What nobody may read on it."""

    @pytest.mark.parametrize("said", [True, None, False])
    def test_a_worker_whom_the_family_may_not_know_is_not_named(self, *, said: bool | None) -> None:
        worker = consent_of(CASE, YES).recorded_by.professional or ""
        case = changed(worker, may_be_named_to_family=said)
        ask = receipt(YES, case=case).ask
        assert ask == ("Ask Lokaal Team Lindeloo." if said is False else "Ask Anouk Terpstra, Lokaal Team Lindeloo.")
        assert ("Terpstra" in receipt(YES, case=case).html()) == (said is not False)

    @pytest.mark.parametrize("first", [True, False])
    def test_nor_one_of_whom_any_version_says_so(self, *, first: bool) -> None:
        worker = CASE.get(consent_of(CASE, YES).recorded_by.professional or "")
        assert isinstance(worker, Professional)
        old = worker.model_copy(update={"may_be_named_to_family": None if first else False})
        new = worker.model_copy(update={"id": NOOR[:-1] + "1", "may_be_named_to_family": False if first else None})
        link = Link(**bare(70, from_=new.id, kind="replaces", to=old.id))
        others = [one for one in CASE if one.id != old.id]
        case = FamilyCase([*others, old, new, link], synthetic=True)
        assert receipt(YES, case=case).ask == "Ask Lokaal Team Lindeloo."

    def test_a_shelter_is_named_to_nobody(self) -> None:
        case = changed(YES, recipients=(GI, SHELTER))
        found = receipt(YES, case=case)
        names = [
            one.name for one in CASE.records("organisations") if isinstance(one, Organisation) and one.org == SHELTER
        ]
        assert found.rows[1].values == ("Jeugdbescherming Vierstromen",)
        assert all(name not in found.html() for name in names)

    def test_it_is_the_same_whether_a_shelter_is_left_out_or_absent(self) -> None:
        assert receipt(YES, case=changed(YES, recipients=(SHELTER, GI))).html() == receipt(YES).html()

    def test_where_only_a_shelter_is_left_there_is_no_receipt(self) -> None:
        with pytest.raises(ConsentError) as caught:
            receipt(YES, case=changed(YES, recipients=(SHELTER,)))
        assert caught.value.code == "C_RECEIPT"

    def test_who_is_kept_away_does_not_read_where_the_children_go_to_school(self) -> None:
        with pytest.raises(ConsentError) as caught:
            receipt(SCHOOL_BY_ROB)
        assert caught.value.code == "C_RECEIPT"
        assert receipt(SCHOOL_BY_SANNE).rows[1].values != ()

    def test_a_shelter_that_recorded_it_is_not_who_to_ask(self) -> None:
        recorder = consent_of(CASE, YES).recorded_by.model_copy(update={"org": SHELTER, "professional": None})
        assert receipt(YES, case=changed(YES, recorded_by=recorder)).ask == "Ask who read this with you."

    def test_a_guardian_that_is_an_organisation_gets_none(self) -> None:
        case = changed(YES, decided_by=GI, capacity="gi_guardian", subject=DAAN)
        with pytest.raises(ConsentError) as caught:
            receipt(YES, case=case)
        assert caught.value.code == "C_RECEIPT"

    def test_nothing_that_was_written_in_own_words_is_on_it(self) -> None:
        members = {"how_to_withdraw": "Geheim1", "words": "Geheim2"}
        ceremony = consent_of(CASE, YES).ceremony.model_copy(update={"kept_at": "Geheim3"})
        notice = {"voluntariness": None, "extensions": {"https://example.org/x": "Geheim4"}}
        found = receipt(YES, case=changed(YES, ceremony=ceremony, **members, **notice))
        assert "Geheim" not in found.html() + text_of(found) + str(found.as_value())

    @pytest.mark.parametrize("said", ["{street}", "Opvang {street} 1", "Bij de Vuurtoren"])
    def test_an_organisation_whose_name_holds_a_protected_place_is_not_named(self, said: str) -> None:
        """Whoever is protected, and whoever the receipt is for: paper is found by others."""
        name = said.format(street=STREET)
        case = renamed(changed(YES, recipients=(GI, SCHOOL)), SCHOOL, name)
        assert receipt(YES, case=case).rows[1].values == ("Jeugdbescherming Vierstromen",)

    def test_a_worker_whose_name_holds_a_protected_place_is_not_who_to_ask(self) -> None:
        assert receipt(YES, case=renamed(CASE, TEAM, f"Team {STREET}")).ask == "Ask who read this with you."


class TestPage:
    """One file, in the language of the reader, for the screen and for paper."""

    @pytest.mark.parametrize("language", ["nl", "en"])
    def test_it_names_its_language_and_fetches_nothing(self, language: Language) -> None:
        page = Tags(receipt(YES, language=language).html())
        assert (page.attributes["html.lang"], page.attributes["html.dir"]) == (language, "ltr")
        assert not {"script", "link", "img", "iframe", "form"} & set(page.tags)
        assert not [name for name in page.attributes if name.endswith((".src", ".href", ".onclick"))]

    def test_it_prints_without_colour(self) -> None:
        printed = receipt(YES).html().rpartition("@media print")[2].partition("</style>")[0]
        assert "color: #000 !important; background: #fff !important" in printed

    def test_every_value_is_escaped(self) -> None:
        page = receipt(YES, case=renamed(CASE, GI, "<b>bel</b> & vraag")).html()
        assert "&lt;b&gt;bel&lt;/b&gt; &amp; vraag" in page
        assert "<b>" not in page

    def test_every_line_for_the_screen_stands_on_the_page(self) -> None:
        found = receipt(YES)
        page = unescape(found.html())
        assert all(value in page for row in found.rows for value in (row.label, *row.values))
        assert all(text in page for text in (found.reader, found.how, found.said, found.state, found.ask))


class TestCommand:
    """``kgbx receipt``."""

    def run(self, *arguments: str, language: str = "en") -> int:
        return run_and_report(["--lang", language, "receipt", FILE, *arguments, *OWN])

    def test_it_prints_text_and_says_to_read_it_together(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert self.run(YES, language="nl") == 0
        printed = capsys.readouterr().out
        assert "U zei ja." in printed
        assert "Neem het niet mee naar huis" in printed

    def test_it_writes_a_page_that_only_the_owner_reads_and_prints_nothing(
        self, capsys: pytest.CaptureFixture[str], tmp_path: Path
    ) -> None:
        page = tmp_path / "receipt.html"
        assert self.run(YES, "--html", str(page)) == 0
        assert capsys.readouterr().out == ""
        assert page.stat().st_mode & 0o077 == 0
        assert page.read_text(encoding="utf-8").startswith("<!doctype html>")

    def test_a_safe_contact_point_of_the_person_alone_allows_it_home(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert self.run("6a8542d5-0435-4c9e-8255-f5b9b72d1594", "--contact-point", SAFE) == 0
        assert "Keep this where only you see it." in capsys.readouterr().out

    def test_another_contact_point_is_refused_before_anything_is_printed(
        self, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert self.run(YES, "--contact-point", SAFE) == 4
        assert capsys.readouterr().out == ""

    def test_no_receipt_that_betrays_a_place_is_status_four(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert self.run(SCHOOL_BY_ROB) == 4
        printed = capsys.readouterr()
        assert (printed.out, SCHOOL in printed.err, ROB in printed.err) == ("", False, False)

    @pytest.mark.parametrize("wrong", [NOOR, "x", "00000000-0000-4000-8000-000000000000"])
    def test_an_id_of_no_consent_is_wrong_usage(self, wrong: str) -> None:
        assert self.run(wrong) == 2
        with pytest.raises(UsageError) as caught:
            consent_of(CASE, wrong)
        assert caught.value.code == "U_CONSENT"
