# SPDX-License-Identifier: EUPL-1.2
"""What worries, what works, how safe it is, what was reported, and what the family wants and agreed.

Rules: a concern names whom it is about, never by derivation whom it accuses; the statements it rests on are linked to
it. Goals and agreements are records of their own, linked to their plan as parts of it.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from kgbx.case.base import Actor, Model, Record, Timed
from kgbx.case.fields import Day, Id, Many, Maybe, Org, PartialDate, Party, Prose, Remark, Short, doc
from kgbx.case.told import DatesConcerned, Wording
from kgbx.codes import Code


class Seen(Model):
    """Whether a person of the family sees a concern too."""

    person: Annotated[Id, doc("persoon", "Who was asked.")]
    answer: Annotated[str, Code("seen_by_family"), doc("antwoord", "Yes, partly or no.")]
    remark: Annotated[Maybe[Remark], doc("opmerking", "What the person said.")] = None


class Concern(Record):
    """A worry about a person. The statements in which it is mentioned are linked to it."""

    domain: Annotated[str, Code("problem_domain"), doc("gebied", "What it is about.", source="Jeugdwet 7.1.4.1")]
    affects: Annotated[
        Many[Id], Field(min_length=1), doc("raakt", "Who is affected; somebody who is only accused never is.")
    ]
    bearer: Annotated[
        Maybe[Id], doc("van wie", "Whose own problem it is, such as an illness; never who is accused.")
    ] = None
    level: Annotated[str, Code("concern_level"), doc("ernst", "How serious it is.")]
    status: Annotated[Maybe[Annotated[str, Code("concern_status")]], doc("stand", "Whether it is still so.")] = None
    since: Annotated[Maybe[PartialDate], doc("sinds", "Since when, as precise as known.")] = None
    words: Annotated[Maybe[Wording], doc("tekst", "The concern in words.")] = None
    seen_by_family: Annotated[Maybe[Many[Seen]], doc("gezien door gezin", "Who of the family sees it too.")] = None


class Strength(Record):
    """What goes well, and who helps."""

    domain: Annotated[str, Code("strength_domain"), doc("gebied", "Where the strength lies.")]
    persons: Annotated[Many[Id], Field(min_length=1), doc("personen", "Whose strength it is.")]
    helper: Annotated[Maybe[Id], doc("wie helpt", "Person of the network who helps.")] = None
    words: Annotated[Wording, doc("tekst", "The strength in words.")]


class Answer(Model):
    """What a person said to a judgement, a plan or an agreement."""

    person: Annotated[Id, doc("persoon", "Who was asked.")]
    answer: Annotated[str, Code("agreed"), doc("antwoord", "Yes, partly, no, or not asked.")]
    on: Annotated[Maybe[Day], doc("op", "Day.")] = None
    remark: Annotated[Maybe[Remark], doc("opmerking", "What the person said.")] = None


class SafetyAssessment(Record):
    """A professional judgement of how safe persons are."""

    persons: Annotated[Many[Id], Field(min_length=1), doc("personen", "Whose safety was judged.")]
    assessed_by: Annotated[Actor, doc("beoordeeld door", "Who judged.")]
    assessed_on: Annotated[Day, doc("beoordeeld op", "Day of the judgement.")]
    phase: Annotated[str, Code("safety_phase"), doc("fase", "First sorting, judgement, or a second look.")]
    instrument: Annotated[
        Maybe[Annotated[str, Code("safety_instrument")]], doc("instrument", "Which instrument was used.")
    ] = None
    instrument_version: Annotated[Maybe[Short], doc("versie", "Version of the instrument.")] = None
    score: Annotated[Maybe[Short], doc("score", "Score of the instrument, never its items.")] = None
    conclusion: Annotated[
        str, Code("safety_level"), doc("conclusie", "How safe.", source="Besluit verplichte meldcode")
    ]
    outcome: Annotated[Maybe[Annotated[str, Code("safety_outcome")]], doc("vervolg", "What follows.")] = None
    explanation: Annotated[Maybe[Prose], doc("onderbouwing", "Why this conclusion.")] = None
    child_seen: Annotated[Maybe[bool], doc("kind gezien", "Whether the child was seen.")] = None
    child_seen_alone: Annotated[
        Maybe[bool], doc("kind alleen gezien", "Whether the child was seen without its parents.")
    ] = None
    overrides_score: Annotated[
        Maybe[Remark], doc("wijkt af van score", "Why the conclusion differs from the instrument's score.")
    ] = None
    assess_again_by: Annotated[Maybe[Day], doc("opnieuw voor", "Day before which it is judged again.")] = None
    answers: Annotated[Maybe[Many[Answer]], doc("akkoord", "Who agrees with it.")] = None


class Incident(Model):
    """What happened, as a report says it."""

    dates: Annotated[Maybe[DatesConcerned], doc("wanneer", "When it happened.")] = None
    place: Annotated[Maybe[Remark], doc("waar", "Where it happened, in words.")] = None
    description: Annotated[Prose, doc("beschrijving", "What happened.")]


class Report(Record):
    """That a possible danger was reported. Who reported it stands apart. Source: Wmo 2015 4.1.1 lid 2."""

    kind: Annotated[str, Code("report_kind"), doc("soort melding", "Kind.", source="Wmo 2015 4.1.1; Jeugdwet 3.1")]
    persons: Annotated[Many[Id], Field(min_length=1), doc("personen", "About whom.")]
    reported_on: Annotated[Day, doc("gemeld op", "Day of the report.")]
    reported_to: Annotated[Org, doc("gemeld bij", "Organisation that received it.")]
    reference: Annotated[Maybe[Short], doc("kenmerk", "The reporting organisation's own reference.")] = None
    incident: Annotated[Maybe[Incident], doc("voorval", "What happened.")] = None
    life_areas: Annotated[
        Maybe[Many[Annotated[str, Code("life_area")]]], doc("leefgebieden", "Areas of life with worries.")
    ] = None
    risk_level: Annotated[
        Maybe[Annotated[str, Code("risk_level")]], doc("risiconiveau", "Level of the police's scale, if filled in.")
    ] = None
    feedback_wanted: Annotated[Maybe[bool], doc("terugkoppeling", "Whether the reporter wants to hear more.")] = None
    status: Annotated[Maybe[Annotated[str, Code("report_status")]], doc("stand", "What became of it.")] = None


class Reporter(Record):
    """Who made a report; apart from it, for it may be secret. Source: Wmo 2015 5.3.1 lid 4."""

    report: Annotated[Id, doc("melding", "Which report.")]
    person: Annotated[Maybe[Id], doc("persoon", "Somebody of the network.")] = None
    professional: Annotated[Maybe[Id], doc("professional", "A professional.")] = None
    org: Annotated[Maybe[Org], doc("organisatie", "An organisation.")] = None
    anonymous_to_family: Annotated[
        bool, doc("anoniem voor gezin", "Whether the family must not know.", source="Wmo 2015 5.3.1 lid 4")
    ]


class Plan(Record):
    """A plan of a family and those who help it. Its goals and agreements are linked to it."""

    kind: Annotated[str, Code("plan_kind"), doc("soort plan", "Kind of plan.", source="Jeugdwet 1.1, 4.1.2, 4.1.3")]
    persons: Annotated[Many[Id], Field(min_length=1), doc("personen", "For whom.")]
    made_by: Annotated[Maybe[Actor], doc("gemaakt door", "Professional who wrote it down.")] = None
    made_with: Annotated[Maybe[Many[Id]], doc("gemaakt met", "Persons who made it.")] = None
    made_on: Annotated[Day, doc("gemaakt op", "Day on which it was made.")]
    established_on: Annotated[
        Maybe[Day], doc("vastgesteld op", "Day on which it was established.", source="Jeugdwet 4.1.3")
    ] = None
    written_on: Annotated[
        Maybe[Day], doc("op schrift op", "Day on which it was put in writing.", source="Jeugdwet 4.1.3")
    ] = None
    family_plan_offered_on: Annotated[
        Maybe[Day],
        doc("familiegroepsplan aangeboden op", "Day on which the family could make it first.", source="Jeugdwet 4.1.2"),
    ] = None
    why_no_family_plan: Annotated[
        Maybe[Remark],
        doc("waarom geen familiegroepsplan", "Why the family could not make it first.", source="Jeugdwet 4.1.2"),
    ] = None
    evaluate_on: Annotated[Maybe[Day], doc("terugkijken op", "Day on which it is looked at together.")] = None
    words: Annotated[Maybe[Wording], doc("tekst", "The plan in words.")] = None
    answers: Annotated[Maybe[Many[Answer]], doc("akkoord", "Who agrees with it.", source="Jeugdwet 4.1.3")] = None


class Scale(Model):
    """A mark from nought to ten that a person gave."""

    value: Annotated[int, Field(ge=0, le=10), doc("cijfer", "From 0 to 10.")]
    by: Annotated[Id, doc("door", "Who gave it.")]
    on: Annotated[Day, doc("op", "Day.")]


class Step(Model):
    """A step towards a goal."""

    text: Annotated[Remark, doc("tekst", "What is done.")]
    who: Annotated[Maybe[Party], doc("wie", "Person or organisation that does it.")] = None
    by_when: Annotated[Maybe[Day], doc("voor", "Day before which it is done.")] = None
    done_on: Annotated[Maybe[Day], doc("gedaan op", "Day on which it was done.")] = None


class Goal(Record):
    """What a person wants to reach, in the own words."""

    owners: Annotated[Many[Id], Field(min_length=1), doc("van wie", "Whose goal it is.")]
    words: Annotated[Wording, doc("eigen woorden", "The goal as its owner says it.")]
    domain: Annotated[Maybe[Annotated[str, Code("life_area")]], doc("leefgebied", "Area of life.")] = None
    status: Annotated[str, Code("goal_status"), doc("stand", "How far it is.")]
    scaling: Annotated[Maybe[Many[Scale]], doc("cijfers", "Marks given, oldest first.")] = None
    steps: Annotated[Maybe[Many[Step]], doc("stappen", "Steps towards it.")] = None
    target_date: Annotated[Maybe[PartialDate], doc("streefdatum", "When it should be reached.")] = None


class Agreement(Timed):
    """What was agreed, between whom."""

    kind: Annotated[str, Code("agreement_kind"), doc("soort afspraak", "Kind of agreement.")]
    persons: Annotated[Many[Id], Field(min_length=1), doc("personen", "Between or for whom.")]
    orgs: Annotated[Maybe[Many[Org]], doc("organisaties", "Organisations that keep it too.")] = None
    words: Annotated[Wording, doc("tekst", "What was agreed.")]
    agreed_on: Annotated[Maybe[Day], doc("afgesproken op", "Day.")] = None
    evaluate_on: Annotated[Maybe[Day], doc("terugkijken op", "Day on which it is looked at together.")] = None
    breach_response: Annotated[Maybe[Remark], doc("als het niet lukt", "What happens when it is not kept.")] = None
    answers: Annotated[Maybe[Many[Answer]], doc("akkoord", "Who agrees with it.")] = None
