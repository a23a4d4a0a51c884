# SPDX-License-Identifier: EUPL-1.2
"""By module of kgbx the tests that must notice when it is broken: read by :mod:`tools.mutate`.

Rules: modules are named below ``kgbx``, files of tests below ``tests``; the quick stand first, for the first that fails
ends the run of a mutant; no test of these starts a process of its own to do the work, for that one has no mutant.
"""

from __future__ import annotations

from typing import Final


def _in(folder: str, *names: str) -> tuple[str, ...]:
    return tuple(f"{folder}/test_{name}" for name in names)


_DECIDING: Final = (
    *_in("consent", "own_decisions", "own_grounds", "deciders", "items", "constructed", "table", "properties"),
    *_in("consent", "kept_until", "overdue", "share", "case_properties", "attacks"),
)
_JOINING: Final = (
    *_in("consent", "described_twice", "second_worker", "registered", "foreign_records", "deciders"),
    *_in("consent", "property_foreign", "share", "case_properties", "attacks"),
)
_SHARING: Final = _in(
    "consent", "places", "secret_places", "share_company", "erased", "share", "case_properties", "attacks"
)
_ASKING: Final = _in("consent", "access", "what_speaks_about", "hidden_helper", "who_died", "access_report", "standing")
_KEEPING: Final = _in("consent", "retention", "kept_until", "erasure_requests", "erased")
_ARRIVING: Final = (*_in("exchange", "arriving", "exchange"), *_in("consent", "share", "foreign_records"))
_LOGGING: Final = _in("consent", "replay", "what_went_along", "access_report", "erasure_requests")

_CONSENT: Final[dict[str, tuple[str, ...]]] = {
    **dict.fromkeys(("decide", "vetoes", "consents", "grounds", "index", "items", "bases"), _DECIDING),
    **dict.fromkeys(("joins", "same", "registered", "protecting", "workers"), _JOINING),
    **dict.fromkeys(("share", "places", "texts"), _SHARING),
    **dict.fromkeys(("access", "access_items", "access_rights", "access_rules", "access_vetoes"), _ASKING),
    **dict.fromkeys(("access_report", "asker", "unnamed", "standing"), _ASKING),
    **dict.fromkeys(("retention", "claims", "erasure_requests", "notices"), _KEEPING),
    **dict.fromkeys(("importing", "arriving"), _ARRIVING),
    **dict.fromkeys(("log", "log_insight", "replay"), _LOGGING),
    "overdue": _in("consent", "overdue", "warnings"),
    "family_part": _in("render", "family_story", "family_story_properties"),
}

_STATES: Final = _in("delivery/core", "step", "sending", "sending_time", "table", "machine")
_TAKING_IN: Final = (
    *_in("delivery/receiving", "arrival", "answers", "cancelling", "receiving", "operator", "running"),
    *_in("delivery/sim", "faults", "sim"),
)
_ON_THE_WAY: Final = (
    *_in("delivery/core", "sending", "sending_time", "breaker", "epochs"),
    *_in("delivery/http", "road", "messages", "asking"),
    *_in("delivery/receiving", "arrival", "answers", "receiving", "operator", "cancelling"),
    *_in("delivery/sim", "faults", "sim"),
    *_in("delivery/receiving", "sharing", "withdrawn_consent"),
)
_ENDPOINT: Final = _in(
    "delivery/http", "form", "hops", "messages", "parts", "asking", "mailbox", "nothing_personal", "many"
)
_PROBING: Final = _in("delivery/http", "probing", "probe_command")
_ASKED_AGAIN: Final = (
    *_in("delivery/core", "epochs"),
    *_in("delivery/http", "mailbox", "road", "asking"),
    *_in("delivery/sim", "faults"),
)

_DELIVERY: Final[dict[str, tuple[str, ...]]] = {
    **dict.fromkeys(("core", "transitions", "states"), (*_STATES, *_in("delivery/sim", "faults", "sim"))),
    **dict.fromkeys(("arrival", "receiving", "handing", "judging", "running"), _TAKING_IN),
    **dict.fromkeys(("taking", "serving"), (*_ENDPOINT, *_TAKING_IN)),
    **dict.fromkeys(("routes", "protocol", "problems", "hops", "gate", "asgi", "mailbox"), _ENDPOINT),
    **dict.fromkeys(("applying", "sending", "breaker", "posting", "enqueueing", "together"), _ON_THE_WAY),
    **dict.fromkeys(("road", "transport"), (*_in("delivery/http", "road", "messages", "parts"), *_ON_THE_WAY)),
    **dict.fromkeys(("answering", "collecting", "asked", "epochs"), (*_ASKED_AGAIN, *_TAKING_IN)),
    **dict.fromkeys(("probing", "prober"), _PROBING),
    "audit": _in("delivery/core", "audit"),
}

_ANONYMOUS: Final = (*_in("story", "anonymous", "anonymous_traces"), *_in("exchange", "consulting"))
_MEASURING: Final = (*_in("story", "retelling", "metrics", "properties"),)
_HANDING_OVER: Final = (
    *_in("story", "handover", "handover_messages", "message_schemas"),
    *_in("exchange", "messaging_handover"),
)
_ASKED: Final = _in("story", "coverage", "questions", "offering", "profile", "people", "properties")

_STORY: Final[dict[str, tuple[str, ...]]] = {
    "fixed_contact": _in("story", "fixed_contact", "metrics", "properties"),
    **dict.fromkeys(("retelling", "retelling_needs", "metrics", "metrics_hiding", "metrics_norms"), _MEASURING),
    **dict.fromkeys(("anonymous", "anonymous_initials", "anonymous_patterns", "anonymous_sketch"), _ANONYMOUS),
    **dict.fromkeys(("anonymous_text", "anonymous_traces", "anonymous_words"), _ANONYMOUS),
    **dict.fromkeys(("answers", "coverage", "offering", "people", "profile", "questions", "records"), _ASKED),
    **dict.fromkeys(("same",), (*_ASKED, *_MEASURING)),
    "handover": _HANDING_OVER,
}

_MESSAGING: Final = _in(
    "exchange", "messaging", "messaging_asking", "messaging_erasing", "messaging_words", "messaging_hostile"
)
_PASSING: Final = _in("exchange", "exchange", "arriving", "own_check", "promises_profiles", "narrowing", "joining")

_EXCHANGE: Final[dict[str, tuple[str, ...]]] = {
    **dict.fromkeys(("messaging", "messaging_asking", "messaging_effects", "messaging_words"), _MESSAGING),
    **dict.fromkeys(("messaging_trust", "messaging_handover"), (*_MESSAGING, *_in("exchange", "messaging_handover"))),
    "news": _in("exchange", "news"),
    "consulting": _in("exchange", "consulting"),
    "contributing": _in("exchange", "contributions"),
    "could_have_had": _in("exchange", "could_have_had"),
    "delivering": _in("delivery/receiving", "sharing", "withdrawn_consent"),
    "openings": _in("exchange", "openings"),
    "proofs": _in("exchange", "proofs"),
    "provenance": _in("exchange", "promises_provenance", "proofs"),
    **dict.fromkeys(("passing", "minimal_set", "narrowing", "joining", "private_notes", "covers"), _PASSING),
}

TESTS_OF: Final[dict[str, tuple[str, ...]]] = {
    f"{package}.{module}": tests
    for package, table in (
        ("consent", _CONSENT),
        ("delivery", _DELIVERY),
        ("story", _STORY),
        ("exchange", _EXCHANGE),
    )
    for module, tests in table.items()
}
"""By module the files of tests that must notice, the quick first."""
