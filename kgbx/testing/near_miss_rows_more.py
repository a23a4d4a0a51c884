# SPDX-License-Identifier: EUPL-1.2
"""Records that break one rule each: the rules about what goes together, who is there, and how long things are kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kgbx.testing.near_miss_records import (
    AT,
    BSN_BASIS,
    GI,
    NEW,
    REPORT,
    TEAM,
    fixed,
    gezag,
    ground,
    helper,
    measure,
    organisation,
    permit,
    person,
    plan,
    reaction,
    review,
    safety,
    step,
    together,
    told,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kgbx.testing.near_miss_records import Rows

_OF_PARENT: Final = {"subject": "@c", "decided_by": "@b", "capacity": "parent_with_authority"}
_DEBTS: Final = ("concerns", {"domain": "schulden", "affects": ["@c"], "level": "zorg"})
_MOVED: Final = {"end_reason": "vertrek", "introduced_by": "@h"}

MORE_RULE_ROWS: Final[Mapping[str, Rows]] = {
    "KGBX-R-008": (person("c", expected_birth_date="2026-12-07"),),
    "KGBX-R-009": (measure(valid_from="2025"), measure(valid_from="2026")),
    "KGBX-R-010": (plan("2026-02-01"), plan("2026-03-01")),
    "KGBX-R-011": (_DEBTS, _DEBTS),
    "KGBX-R-012": (("professionals", {"name": "Wil Proefstra", "org": TEAM, "discipline": "anders"}),),
    "KGBX-R-013": (permit(decision="refuse", recipients=["*", GI]),),
    "KGBX-R-033": (gezag("eenhoofdig_ouderlijk", "a"), person("b"), permit(**_OF_PARENT)),
    "KGBX-R-034": (gezag("tijdelijk_geen"), person("b"), permit(**_OF_PARENT)),
    "KGBX-R-037": (helper("h"), measure(), ground(recipient=NEW)),
    "KGBX-R-039": (person("a", "1986", death_date="2026-02"), permit()),
    "KGBX-R-046": (organisation("gi", "pleegzorgaanbieder"),),
    "KGBX-R-050": (
        measure(),
        gezag("voogdij", holders=[{"org": GI, "capacity": "derde"}]),
    ),
    "KGBX-R-052": (person("c", "2014-02"), measure(kind="jeugdreclassering", valid_from="2026-01")),
    "KGBX-R-054": (
        organisation("school"),
        (REPORT[0], {**REPORT[1], "kind": "verzoek_tot_onderzoek"}),
        ("reporters", {"report": "@r", "org": NEW, "anonymous_to_family": False}),
    ),
    "KGBX-R-063": (told(), ("confidences", {"record": "@s", "withheld_from": ["@a"]})),
    "KGBX-R-065": (told(told_on="2024"), safety(id="@v"), ("links", {"from": "@s", "kind": "grounds", "to": "@v"})),
    "KGBX-R-069": (
        helper("h"),
        helper("i"),
        helper("j"),
        fixed("h", valid_from="2024-01-01", valid_until="2024-06-01", end_reason="vertrek"),
        fixed("i", valid_from="2024-06-01", valid_until="2024-12-30", **_MOVED),
        fixed("j", valid_from="2024-12-30", introduced_by="@i"),
    ),
    "KGBX-R-075": (told(keep_until="2041-02-28"),),
    "KGBX-R-119": (
        person("c", "2016", death_date="2026-01"),
        measure(kind="raadsonderzoek", valid_from="2026-02"),
    ),
    "KGBX-R-120": (organisation("lokaal_team"), measure(executing_org=NEW)),
    "KGBX-R-121": (measure(status="geeindigd", end_reason="omgezet"),),
    "KGBX-R-122": (helper("h"), told(kind="diagnose", told_by={"professional": "@h"})),
    "KGBX-R-123": (
        helper("h"),
        fixed("h", valid_from="2024", valid_until="2024-06", end_reason="ziekte"),
        fixed("h", valid_from="2025"),
    ),
    "KGBX-R-124": (
        helper("h"),
        helper("i"),
        fixed("h", valid_from="2024-01-01", valid_until="2025-01-01", end_reason="vertrek"),
        fixed("i", valid_from="2025-01-01"),
    ),
    "KGBX-R-125": (together(kind="handover", state="offered", responsible_for_safety=GI),),
    "KGBX-R-126": (
        together(responsible_for_safety=TEAM, valid_from="2025-01-01"),
        together(responsible_for_safety=GI, valid_from="2025-06-01"),
    ),
    "KGBX-R-127": (step("requested", "2026-02-02"),),
    "KGBX-R-128": (safety(conclusion="acuut_onveilig"),),
    "KGBX-R-129": (helper("h"), step("requested", "2026-02-02", contact="@h", norm_days=5)),
    "KGBX-R-140": (told(), review("a", "#s", verdict="kon_niet")),
    "KGBX-R-141": (told(told_on="2026-03-01"), reaction("s", reacted_on="2026-02-01")),
    "KGBX-R-142": (told(keep_until="2026-03-01"),),
    "KGBX-R-143": (person("a", "1990"), ("identifiers", {**BSN_BASIS, "value": "999990019"})),
    "KGBX-R-144": (
        gezag("tijdelijk_geen", valid_from="2020", valid_until="2021"),
        gezag("niet_te_bepalen", valid_from="2022"),
    ),
    "KGBX-R-145": (permit(ceremony={"method": "phone", "at": AT}),),
    "KGBX-R-146": (
        helper("h"),
        ground(family_informed="not", reason_not_informed="Het onderzoek loopt.", informed_on="2026-03-01"),
    ),
    "KGBX-R-147": (
        permit(id="@p"),
        ("withdrawals", {"consent": "@p", "by": "@a", "expressed_at": "2026-03-04", "effective_at": "2026-03-03"}),
    ),
    "KGBX-R-148": (permit(decided_by="@b", capacity="parent_with_authority"),),
}
"""By rule: the records that break it."""
