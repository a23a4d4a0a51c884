# SPDX-License-Identifier: EUPL-1.2
"""Made-up consents in every shape, for tests of other standards."""

from __future__ import annotations

from typing import Any, Final

from hypothesis import strategies as st

from kgbx.case import Consent
from kgbx.codes import code_list
from tests.case.builders import AT, CHILD, FATHER, GI, MOTHER, SMALLEST, TEAM, an_id, full

WORKER: Final = SMALLEST["professionals"]["id"]
Value = dict[str, Any]


def codes(name: str) -> st.SearchStrategy[str]:
    return st.sampled_from(sorted(code_list(name).codes))


def some(values: st.SearchStrategy[str], decision: str) -> st.SearchStrategy[list[str]]:
    """Return scopes; only a refusal may be for everything, which no other standard can say of a permit."""
    named = st.lists(values, min_size=1, max_size=3, unique=True)
    return named if decision == "permit" else st.one_of(st.just(["*"]), named)


MOMENTS: Final = (
    "2026-03-01",
    "2026-03-01T09:00:00Z",
    "2026-03-02",
    "2026-03-31T23:59:59Z",
    "2026-09-01",
    "2028-03-01",
)
CHECKED: Final = {"register_name": "gezagsregister", "checked_on": "2026-03-01"}
OPTIONAL: Final[dict[str, st.SearchStrategy[Any]]] = {
    "third_parties": st.just([FATHER]),
    "reveals_location_of": st.just([]),
    "reviewed_by": st.just({"org": TEAM, "on": "2026-03-01"}),
    "labels": st.lists(codes("label"), min_size=1, max_size=2, unique=True),
    "source": codes("source_kind").map(lambda kind: {"kind": kind}),
    "keep_until": st.just("2040-01-01"),
    "extensions": st.just({"https://example.org/x": "geheim"}),
    "authority_evidence": st.just(CHECKED),
    "explicit": st.booleans(),
    "supersedes": st.just([an_id(90)]),
    "notice": st.fixed_dictionaries(
        {"version": st.just("uitleg 2"), "language": st.sampled_from(["nl", "ar"])},
        optional={"digest": st.just("A" * 43), "read_aloud": st.just(value=True), "interpreter": codes("interpreter")},
    ),
    "voluntariness": st.just({"context": "voluntary"}),
    "how_to_withdraw": st.just("Een appje is genoeg."),
    "words": st.just("Doe maar, maar niet alles."),
}


@st.composite
def consents(draw: st.DrawFn) -> Consent:
    start, until = draw(st.lists(st.sampled_from(MOMENTS), min_size=2, max_size=2, unique=True).map(sorted))
    decision = draw(st.sampled_from(["permit", "refuse"]))
    value: Value = full(46) | {
        "recorded_by": draw(st.sampled_from([{"org": TEAM}, {"org": GI, "professional": WORKER}])),
        "regime": draw(codes("regime")),
        "subject": draw(st.sampled_from([MOTHER, CHILD])),
        "decided_by": draw(st.sampled_from([MOTHER, FATHER, GI])),
        "capacity": draw(codes("consent_capacity")),
        "decision": decision,
        "recipients": draw(some(st.sampled_from([GI, TEAM]), decision)),
        "purposes": draw(some(codes("purpose"), decision)),
        "categories": draw(some(codes("category"), decision)),
        "ceremony": {"method": draw(codes("consent_method")), "at": AT}
        | draw(
            st.fixed_dictionaries(
                {},
                optional={
                    "witness": st.just(WORKER),
                    "alone": st.booleans(),
                    "evidence": st.just("A" * 43),
                    "kept_at": st.just("Archief 3"),
                },
            )
        ),
        "valid_from": start,
        "valid_until": until,
    }
    more = {name: draw(values) for name, values in OPTIONAL.items() if draw(st.booleans())}
    return Consent(**(value | more))
