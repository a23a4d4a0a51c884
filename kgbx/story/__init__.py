# SPDX-License-Identifier: EUPL-1.2
"""Told once: what a receiving function needs to know, what of it is known already, and what may still be asked of whom.

Rules: nothing that was told, or that a register knows, becomes a question; nothing is asked of a person who is blocked;
where somebody lives is asked of that person only. This package must not decide who may see a record: it looks at the
case or view that it is given. It does no input or output but reading the published profiles.
"""

from __future__ import annotations

from kgbx.story.anonymous import AnonymousAnswer, AnonymousQuestion, anonymous_answer, anonymous_consult
from kgbx.story.anonymous_traces import Trace, find_traces
from kgbx.story.answers import Answer
from kgbx.story.coverage import Coverage, Row, coverage
from kgbx.story.handover import Handover, Step, act, prepare, take
from kgbx.story.people import Family
from kgbx.story.profile import ANY_FUNCTION, Asks, Need, Profile, profile, profiles, read_profile
from kgbx.story.questions import Question, not_to_ask, questions, to_find_out

__all__ = [
    "ANY_FUNCTION",
    "AnonymousAnswer",
    "AnonymousQuestion",
    "Answer",
    "Asks",
    "Coverage",
    "Family",
    "Handover",
    "Need",
    "Profile",
    "Question",
    "Row",
    "Step",
    "Trace",
    "act",
    "anonymous_answer",
    "anonymous_consult",
    "coverage",
    "find_traces",
    "not_to_ask",
    "prepare",
    "profile",
    "profiles",
    "questions",
    "read_profile",
    "take",
    "to_find_out",
]
