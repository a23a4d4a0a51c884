# SPDX-License-Identifier: EUPL-1.2
"""The heart: what was told, what the family thinks of the wording, what somebody says to it.

Rules: a statement says who told what, to whom, when, in whose words. A review judges one wording and counts for no
other. A reaction stands beside the record and travels with it (Jeugdwet 7.3.8 lid 2).
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from kgbx.case.base import Actor, Model, Record
from kgbx.case.fields import Day, Digest, Id, Language, Many, Maybe, PartialDate, Prose, Remark, Short, True_, doc
from kgbx.codes import Code

Topic = Annotated[str, Code("topic")]


class Teller(Model):
    """Who told it: exactly one of person, professional, document, register, anonymous."""

    person: Annotated[Maybe[Id], doc("persoon", "Someone of the family or the network.")] = None
    professional: Annotated[Maybe[Id], doc("professional", "A professional.")] = None
    document: Annotated[Maybe[Id], doc("document", "A document.")] = None
    page: Annotated[Maybe[Short], doc("bladzijde", "Page or paragraph of the document.")] = None
    register_name: Annotated[Maybe[Annotated[str, Code("register_name")]], doc("register", "A register.")] = None
    anonymous: Annotated[Maybe[True_], doc("anoniem", "True when the teller is not known or not named.")] = None
    capacity: Annotated[
        Maybe[Annotated[str, Code("capacity")]], doc("hoedanigheid", "In which capacity it was told.")
    ] = None


class FirstTeller(Model):
    """Who told it first, when the teller has it from another: exactly one of person, professional, unknown."""

    person: Annotated[Maybe[Id], doc("persoon", "Someone of the family or the network.")] = None
    professional: Annotated[Maybe[Id], doc("professional", "A professional.")] = None
    unknown: Annotated[Maybe[True_], doc("onbekend", "True when the teller does not know it either.")] = None
    capacity: Annotated[Maybe[Annotated[str, Code("capacity")]], doc("hoedanigheid", "In which capacity.")] = None


class DatesConcerned(Model):
    """When it happened, which is not when it was told."""

    start: Annotated[Maybe[PartialDate], doc("begin", "First day it is about, as precise as known.")] = None
    until: Annotated[Maybe[PartialDate], doc("tot", "First day it is no longer about.")] = None


class OriginalText(Model):
    """The text before it was translated or rewritten."""

    text: Annotated[Prose, doc("tekst", "The original text.")]
    language: Annotated[Language, doc("taal", "Language of the original.", source="RFC 5646")]


class Wording(Model):
    """The words, and whose they are."""

    text: Annotated[Prose, doc("tekst", "The words.")]
    language: Annotated[Language, doc("taal", "Language of the words.", source="RFC 5646")]
    form: Annotated[str, Code("wording_form"), doc("vorm", "How the words came to be.")]
    original: Annotated[Maybe[OriginalText], doc("oorspronkelijk", "The text they were made from.")] = None
    written_by: Annotated[
        Maybe[Id], doc("opgeschreven door", "Person or professional who wrote them down and stands for them.")
    ] = None
    tool: Annotated[Maybe[Short], doc("hulpmiddel", "Program that drew them up.")] = None


class Statement(Record):
    """One thing that was told."""

    kind: Annotated[str, Code("statement_kind"), doc("soort uitspraak", "Kind of statement.", source="Jeugdwet 3.3")]
    topics: Annotated[Many[Topic], Field(min_length=1), doc("onderwerpen", "What it is about.")]
    about: Annotated[
        Many[Id],
        Field(min_length=1),
        doc("betrokkenen", "Whom it is about: the data subjects.", source="AVG 4 onder 1; Jeugdwet 7.3.1 lid 2"),
    ]
    told_by: Annotated[Teller, doc("verteld door", "Who told it.")]
    told_to: Annotated[Maybe[Many[Actor]], doc("verteld aan", "To whom it was told.")] = None
    told_on: Annotated[PartialDate, doc("verteld op", "When it was told, as precise as known.")]
    concerns_period: Annotated[Maybe[DatesConcerned], doc("over de periode", "When it happened.")] = None
    channel: Annotated[Maybe[Annotated[str, Code("channel")]], doc("weg", "How it was told.")] = None
    wording: Annotated[Wording, doc("tekst", "The words.")]
    hearsay: Annotated[Maybe[True_], doc("van horen zeggen", "True when the teller has it from another.")] = None
    first_teller: Annotated[Maybe[FirstTeller], doc("eerste verteller", "From whom the teller has it.")] = None
    verifiability: Annotated[
        Maybe[Annotated[str, Code("verifiability")]],
        doc("feitelijke zekerheid", "How far it is established.", source="Jeugdwet 3.3"),
    ] = None
    tell_again: Annotated[
        Maybe[Annotated[str, Code("tell_again")]], doc("opnieuw vragen", "May it be asked again; absent: no.")
    ] = None


class Review(Record):
    """A person's verdict on a wording that was shown."""

    record: Annotated[Id, doc("record", "What was shown.")]
    by: Annotated[Id, doc("door", "Whose verdict it is.")]
    on_behalf_of: Annotated[Maybe[Id], doc("namens", "Whom a representative speaks for.", source="Jeugdwet 7.3.15")] = (
        None
    )
    verdict: Annotated[str, Code("review_verdict"), doc("oordeel", "The verdict.")]
    reviewed_on: Annotated[Day, doc("beoordeeld op", "Day of the verdict.")]
    wording_digest: Annotated[
        Digest, doc("afdruk van de tekst", "Digest of the wording that was shown, see wording_digest().")
    ]
    remark: Annotated[Maybe[Remark], doc("opmerking", "Why, in a few words.")] = None


class Outcome(Model):
    """What was done with a reaction."""

    result: Annotated[str, Code("reaction_outcome"), doc("gevolg", "What was done.", source="AVG 16")]
    by: Annotated[Actor, doc("door", "Who decided.")]
    on: Annotated[Day, doc("op", "Day of the decision.")]
    reason: Annotated[Maybe[Remark], doc("reden", "Why.", source="AVG 12 lid 4")] = None


class Reaction(Record):
    """Someone's own words about a record."""

    record: Annotated[Id, doc("record", "What it reacts to.")]
    by: Annotated[Id, doc("door", "Who reacts.")]
    kind: Annotated[str, Code("reaction_kind"), doc("soort reactie", "Kind.", source="Jeugdwet 7.3.8 lid 2")]
    words: Annotated[Wording, doc("woorden", "The words of the one who reacts.")]
    reacted_on: Annotated[Day, doc("op", "Day of the reaction.")]
    outcome: Annotated[Maybe[Outcome], doc("gevolg", "What was done with it.")] = None
