# SPDX-License-Identifier: EUPL-1.2
"""For each rule of the family case, and for each code of shape, records that break it and nothing else: a table.

What ``@name`` and ``#name`` mean stands in :mod:`kgbx.testing.near_miss_records`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kgbx.testing.near_miss_records import (
    AT,
    BSN_BASIS,
    GI,
    GOAL,
    NOT_MADE_UP,
    PAPER,
    PERIOD,
    REPORT,
    TEAM,
    TOO_LARGE,
    TOO_LONG,
    WORDS,
    erased,
    fixed,
    gezag,
    ground,
    helper,
    hidden,
    home,
    measure,
    permit,
    person,
    reaction,
    relation,
    replaces,
    review,
    step,
    together,
    told,
)
from kgbx.testing.near_miss_rows_more import MORE_RULE_ROWS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kgbx.testing.near_miss_records import Rows

RULE_ROWS: Final[Mapping[str, Rows]] = {
    "KGBX-R-001": (told(told_by={"professional": "@nobody"}),),
    "KGBX-R-002": (relation("opvoeder", ("a", "c"), valid_from="2020-05", valid_until="2020-04"),),
    "KGBX-R-005": (told(told_on="2026-03-02"),),
    "KGBX-R-006": (person("c", "2016", expected_birth_date="2016-05-01"),),
    "KGBX-R-007": (person("a", "1986-05", death_date="1986-04"),),
    "KGBX-R-014": (person("a"), person("b"), replaces("a", "b"), replaces("b", "a")),
    "KGBX-R-015": (relation("ouder", ("a", "b")), relation("biologische_ouder", ("b", "a"))),
    "KGBX-R-016": (person("a", "2006"), person("c", "2016"), relation("ouder", ("a", "c"))),
    "KGBX-R-017": (relation("ouder", ("a", "c")), relation("ouder", ("b", "c")), relation("adoptieouder", ("d", "c"))),
    "KGBX-R-018": (relation("buur", ("c", "c")),),
    "KGBX-R-019": (
        relation("echtgenoot", ("a", "b"), valid_from="2010"),
        relation("echtgenoot", ("d", "a"), valid_from="2015"),
    ),
    "KGBX-R-020": (person("a", "2017"), person("c", "2016"), relation("ouder", ("a", "c"))),
    "KGBX-R-021": (person("c", "2016"), relation("opvoeder", ("a", "c"), valid_from="2015")),
    "KGBX-R-022": (home(7), home(8)),
    "KGBX-R-023": (("identifiers", {**BSN_BASIS, "value": "999990018"}),),
    "KGBX-R-024": (("identifiers", {"person": "@a", "system": "bsn", "value": "999990019"}),),
    "KGBX-R-027": (("identifiers", {**BSN_BASIS, "value": "999990019"}),),
    "KGBX-R-028": (told(wording={**WORDS, "text": "Haar nummer is 999990019."}),),
    "KGBX-R-030": (person("c", "2017"), permit(subject="@c", decided_by="@c")),
    "KGBX-R-035": (person("c", "2008-02-29"), gezag("tijdelijk_geen", valid_until="2026-03-02")),
    "KGBX-R-036": (person("a", "2009"), gezag("eenhoofdig_ouderlijk", "a")),
    "KGBX-R-041": (gezag("gezamenlijk_ouderlijk", "a"),),
    "KGBX-R-042": (gezag("tijdelijk_geen", valid_from="2020"), gezag("niet_te_bepalen", valid_from="2021")),
    "KGBX-R-043": (person("c", "2016"), gezag("gezamenlijk_ouderlijk", "a", "b", valid_from="2015")),
    "KGBX-R-044": (gezag("tijdelijk_geen", under_investigation=True),),
    "KGBX-R-045": (("measures", {"minor": "@c", "kind": "ondertoezichtstelling", "status": "loopt"}),),
    "KGBX-R-047": (measure(kind="machtiging_uithuisplaatsing"),),
    "KGBX-R-048": (measure(planned_end="2027-09-16"),),
    "KGBX-R-049": (person("c", "2008-06-30"), measure(planned_end="2026-07-01")),
    "KGBX-R-055": (told(told_by={"person": "@a", "anonymous": True}),),
    "KGBX-R-056": (told(hearsay=True),),
    "KGBX-R-057": (told(kind="diagnose"),),
    "KGBX-R-058": (told(), review("b", "#s")),
    "KGBX-R-067": (told(wording={**WORDS, "form": "automatisch_opgesteld"}),),
    "KGBX-R-068": (
        helper("h"),
        helper("i"),
        fixed("h", valid_from="2024"),
        fixed("i", valid_from="2025", introduced_by="@h"),
    ),
    "KGBX-R-070": (helper("h"), fixed("h", valid_from="2024", valid_until="2026")),
    "KGBX-R-071": (together(last_day_sender="2026-02-28", first_day_receiver="2026-03-02"),),
    "KGBX-R-072": (together(state="declined", reason="Wij zitten vol."),),
    "KGBX-R-073": (
        step("accepted", "2026-02-02", contact="@h"),
        step("requested", "2026-02-03", contact="@h"),
        helper("h"),
    ),
    "KGBX-R-078": (person("a"), person("a")),
    "KGBX-R-079": (person("a", "2026-03"), told()),
    "KGBX-R-080": (relation("ouder", ("a", "b")), relation("partner", ("a", "b"))),
    "KGBX-R-081": (("identifiers", {**BSN_BASIS, "value": NOT_MADE_UP}),),
    "KGBX-R-082": (relation("ouder", ("a", "c")), gezag("eenhoofdig_ouderlijk", "b")),
    "KGBX-R-083": (PAPER, told(told_by={"document": "@d"})),
    "KGBX-R-084": (told(), review("a", "A" * 43)),
    "KGBX-R-085": (told(kind="mening", verifiability="vastgesteld"),),
    "KGBX-R-086": (person("a", reveals_location_of=[]),),
    "KGBX-R-087": (person("a", extensions={"urn:x:yz": ["x" * TOO_LARGE] * 2}),),
    "KGBX-R-088": (person("a", source={"kind": "register", "register_name": "brp"}),),
    "KGBX-R-091": (person("a"), ("links", {"from": "@a", "kind": "part_of", "to": "@a"})),
    "KGBX-R-094": (gezag("tijdelijk_geen", source={"kind": "told"}),),
    "KGBX-R-095": (person("c", expected_birth_date="2026-06-01"), told(about=["@c"])),
    "KGBX-R-096": (("involvements", {"persons": ["@c"], "org": TEAM, "role": "fixed_contact"}),),
    "KGBX-R-101": (permit(valid_until="2026-02-01"),),
    "KGBX-R-102": (permit(id="@p"), permit(supersedes=["@p"])),
    "KGBX-R-103": (
        person("b"),
        permit(id="@p", decision="refuse", decided_by="@b", capacity="relative"),
        permit(supersedes=["@p"]),
    ),
    "KGBX-R-104": (
        permit(id="@p", decision="refuse"),
        ("withdrawals", {"consent": "@p", "by": "@a", "effective_at": AT}),
    ),
    "KGBX-R-105": (helper("h"), ground(provision="JW-99")),
    "KGBX-R-106": (hidden(allowed=[]),),
    "KGBX-R-107": (hidden(blocked=[TEAM]),),
    "KGBX-R-108": (permit(recipients=["*"]),),
    "KGBX-R-109": (permit(capacity="mentor"),),
    "KGBX-R-110": (helper("h"), ground(family_informed="not", reason_not_informed=" ")),
    "KGBX-R-111": (
        (
            "capacities",
            {
                "person": "@a",
                "capable": False,
                "assessed_by": {"org": TEAM},
                "assessed_on": "2026-03-01",
                "basis": "professional_assessment",
                "represented_by": "@a",
            },
        ),
    ),
    "KGBX-R-112": (
        helper("h"),
        told(third_parties=["@b"]),
        (
            "third_party_weighings",
            {"record": "@s", "person": "@d", "decided_by": "@h", "why_not_harmed": "Hij zei het zelf.", **PERIOD},
        ),
    ),
    "KGBX-R-113": (("same_person", {"a": "@a", "b": "@a", "basis": "professional"}),),
    "KGBX-R-114": (measure(kind="raadsonderzoek", end_reason="volgens_plan"),),
    "KGBX-R-115": (told(), ("informings", {"record": "@s", "person": "@a", "informed": False})),
    "KGBX-R-116": (REPORT, ("reporters", {"report": "@r", "person": "@b", "org": GI, "anonymous_to_family": True})),
    "KGBX-R-117": (("plans", {"kind": "gezinsplan", "persons": ["@c"], "made_on": "2026-03-02"}),),
    "KGBX-R-118": (reaction("x", id="@x"),),
    "KGBX-R-130": (erased("s"), reaction("s")),
    "KGBX-R-131": (person("b"), erased("b")),
    **MORE_RULE_ROWS,
}
"""By rule: the records that break it."""

SHAPE_ROWS: Final[Mapping[str, Rows]] = {
    "D_MISSING": (relation("buur", ("a", "b"), salt=None),),
    "D_UNKNOWN_MEMBER": (person("a", birthdate="2016"),),
    "D_CODE": (person("a", sex="m"),),
    "D_TYPE": (person("a", labels="health"),),
    "D_FORMAT": (person("a", "31-12-2016"),),
    "D_LENGTH": (person("a", name={"given": "x" * TOO_LONG}),),
    "D_RANGE": (("goals", {**GOAL, "scaling": [{"value": 11, "by": "@a", "on": "2026-03-01"}]}),),
}
"""By code of shape: the records that have it; a member that is None is left out."""
