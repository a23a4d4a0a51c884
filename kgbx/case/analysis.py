# SPDX-License-Identifier: EUPL-1.2
"""What may explain what happens in a family: the explanatory analysis (verklarende analyse).

Rules: an explanation is a supposition, never a fact; several stand side by side and each says how far it holds. The
statements it rests on are linked to it (``based_on``), so that they are decided about apart.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from kgbx.case.base import Actor, Model, Record
from kgbx.case.fields import Day, Id, Many, Maybe, Prose, Remark, doc
from kgbx.case.working import Answer
from kgbx.codes import Code


class Factor(Model):
    """Something that made it likely, set it off, keeps it going or protects."""

    kind: Annotated[str, Code("factor_kind"), doc("soort factor", "What part it plays.")]
    text: Annotated[Remark, doc("tekst", "The factor in words.")]


class Hypothesis(Model):
    """One possible explanation."""

    text: Annotated[Prose, doc("tekst", "The explanation in words.")]
    status: Annotated[str, Code("hypothesis_status"), doc("stand", "How far it holds.", source="Jeugdwet 3.3")]
    factors: Annotated[Maybe[Many[Factor]], doc("factoren", "What plays a part in it.")] = None


class Analysis(Record):
    """Possible explanations of what happens in a family, made together with it."""

    persons: Annotated[Many[Id], Field(min_length=1), doc("personen", "Whom it is about.", source="AVG 4 onder 1")]
    question: Annotated[Prose, doc("vraag", "What is to be explained.")]
    hypotheses: Annotated[Many[Hypothesis], Field(min_length=1), doc("mogelijke verklaringen", "What may explain it.")]
    made_by: Annotated[Actor, doc("gemaakt door", "Professional who wrote it down.")]
    made_with: Annotated[Maybe[Many[Id]], doc("gemaakt met", "Persons who made it.")] = None
    made_on: Annotated[Day, doc("gemaakt op", "Day on which it was made.")]
    answers: Annotated[Maybe[Many[Answer]], doc("akkoord", "Who agrees with it.")] = None
