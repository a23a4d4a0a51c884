# SPDX-License-Identifier: EUPL-1.2
"""Why something may be shared: consents and their withdrawals, legal grounds, weighings, who is capable.

Rules: one consent is one person's or organisation's yes or no about one person; a refusal is never withdrawn, it is
superseded by a permit of the same decider that names it. A legal ground records what a named professional weighed;
nothing here weighs. Consents, grounds and weighings hold for a period of moments: a day means its first instant in
Europe/Amsterdam.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from kgbx.case.base import Actor, Model, Record
from kgbx.case.fields import (
    AnyOrg,
    Day,
    Digest,
    Id,
    Language,
    Line,
    Many,
    Maybe,
    Moment,
    Org,
    Party,
    Provision,
    Remark,
    Short,
    True_,
    doc,
)
from kgbx.codes import Code

Category = Annotated[str, Code("category")]
AnyCategory = Annotated[str, Code("category", wildcard=True)]
AnyPurpose = Annotated[str, Code("purpose", wildcard=True)]


class Ceremony(Model):
    """How a decision about sharing was given."""

    method: Annotated[str, Code("consent_method"), doc("wijze", "On paper, aloud, signed on a screen.")]
    at: Annotated[Moment, doc("op", "When it was given.")]
    witness: Annotated[Maybe[Id], doc("getuige", "Professional who was there.")] = None
    alone: Annotated[
        Maybe[bool], doc("alleen", "Whether the person could decide without anybody of the family there.")
    ] = None
    evidence: Annotated[Maybe[Digest], doc("bewijs", "SHA-256 of the signed form or recording.")] = None
    kept_at: Annotated[Maybe[Line], doc("bewaard bij", "Where the form or recording is kept.")] = None


class Notice(Model):
    """What the person was told before deciding."""

    version: Annotated[Short, doc("versie", "Version of the explanation.", source="AVG 13")]
    digest: Annotated[Maybe[Digest], doc("vingerafdruk", "SHA-256 of the text of the explanation.")] = None
    language: Annotated[Language, doc("taal", "Language of the explanation.")]
    read_aloud: Annotated[Maybe[True_], doc("voorgelezen", "True when it was read aloud.")] = None
    interpreter: Annotated[Maybe[Annotated[str, Code("interpreter")]], doc("tolk", "Interpreter who helped.")] = None


class RegisterCheck(Model):
    """That somebody looked in a register, and what can be looked up there again."""

    register_name: Annotated[str, Code("register_name"), doc("register", "Which register.", source="BW 1:244")]
    reference: Annotated[Maybe[Short], doc("kenmerk", "What the register calls it.")] = None
    checked_on: Annotated[Day, doc("nagekeken op", "Day on which it was looked up.")]
    checked_by: Annotated[Maybe[Id], doc("nagekeken door", "Professional who looked it up.")] = None


class Voluntariness(Model):
    """How free the person was to say no."""

    context: Annotated[
        str, Code("consent_context"), doc("verband", "Help that was asked for, pressed upon, or ordered.")
    ]
    refusal_explained: Annotated[
        Maybe[bool],
        doc("gevolg van nee uitgelegd", "Whether the effect of a no was explained.", source="AVG 7 lid 4"),
    ] = None


class Consent(Record):
    """One decider's permit or refusal to share about one person."""

    subject: Annotated[Id, doc("betrokkene", "About whom is shared.", source="AVG 4 onder 1")]
    decided_by: Annotated[
        Party, doc("gegeven door", "Who decided: the person, a representative.", source="Jeugdwet 7.3.11, 7.3.15")
    ]
    capacity: Annotated[str, Code("consent_capacity"), doc("hoedanigheid", "In which capacity.")]
    authority_evidence: Annotated[
        Maybe[RegisterCheck],
        doc("bewijs van hoedanigheid", "Where it was looked up.", source="BW 1:244, 1:391"),
    ] = None
    decision: Annotated[str, Code("consent_decision"), doc("beslissing", "Yes or no.", source="AVG 4 onder 11")]
    recipients: Annotated[
        Many[AnyOrg], Field(min_length=1), doc("ontvangers", "Who may, or may not, receive; * is everyone.")
    ]
    purposes: Annotated[Many[AnyPurpose], Field(min_length=1), doc("doelen", "What for; * is every purpose.")]
    categories: Annotated[Many[AnyCategory], Field(min_length=1), doc("soorten gegevens", "What; * is everything.")]
    explicit: Annotated[
        Maybe[bool], doc("uitdrukkelijk", "Whether it was given in so many words.", source="AVG 9 lid 2 onder a")
    ] = None
    supersedes: Annotated[
        Maybe[Many[Id]], doc("komt in plaats van", "Refusals of the same decider that this permit lifts.")
    ] = None
    ceremony: Annotated[Ceremony, doc("hoe gegeven", "How and when it was given.", source="AVG 7 lid 1")]
    notice: Annotated[Maybe[Notice], doc("uitleg", "What was explained beforehand.", source="AVG 7 lid 2, 13")] = None
    voluntariness: Annotated[
        Maybe[Voluntariness],
        doc("vrijheid om nee te zeggen", "How free the person was.", source="AVG 7 lid 4"),
    ] = None
    how_to_withdraw: Annotated[
        Maybe[Line], doc("intrekken", "How the person was told to take it back.", source="AVG 7 lid 3")
    ] = None
    words: Annotated[Maybe[Remark], doc("eigen woorden", "What the person said with it.")] = None
    valid_from: Annotated[Moment, doc("geldig vanaf", "From when it holds.")]
    valid_until: Annotated[Moment, doc("geldig tot", "First moment at which it no longer holds.")]


class Withdrawal(Record):
    """The end of a permit; it needs no form and no reason. Source: AVG 7 lid 3."""

    consent: Annotated[Id, doc("toestemming", "The permit that ends.", source="AVG 7 lid 3")]
    by: Annotated[Party, doc("door", "Who withdraws it.", source="AVG 7 lid 3; UAVG 5 lid 3")]
    capacity: Annotated[Maybe[Annotated[str, Code("consent_capacity")]], doc("hoedanigheid", "In which capacity.")] = (
        None
    )
    expressed_at: Annotated[Maybe[Moment], doc("gezegd op", "When it was said; it may be recorded later.")] = None
    effective_at: Annotated[Moment, doc("werkt vanaf", "From when it no longer holds; what was done stays lawful.")]
    words: Annotated[Maybe[Remark], doc("eigen woorden", "What the person said with it.")] = None


class LegalGround(Record):
    """That a professional decided to share on a provision of law, and how it was weighed."""

    provision: Annotated[Provision, doc("bepaling", "Which provision, as the policy names it.")]
    sender: Annotated[Org, doc("verstrekker", "Who shares.")]
    recipient: Annotated[Org, doc("ontvanger", "Who receives.")]
    subjects: Annotated[Many[Id], Field(min_length=1), doc("betrokkenen", "About whom.", source="AVG 4 onder 1")]
    categories: Annotated[Many[AnyCategory], Field(min_length=1), doc("soorten gegevens", "What; * is everything.")]
    purposes: Annotated[Many[AnyPurpose], Field(min_length=1), doc("doelen", "What for.")]
    trigger: Annotated[str, Code("legal_trigger"), doc("aanleiding", "On request or on own initiative.")]
    request: Annotated[Maybe[Short], doc("verzoek", "Reference of the request, if there was one.")] = None
    necessity: Annotated[Maybe[Remark], doc("noodzaak", "Why each kind of data is needed.", source="AVG 6")] = None
    proportionality: Annotated[
        Maybe[Remark], doc("evenredigheid", "Harm of silence against harm of sharing.", source="AVG 5, 6")
    ] = None
    subsidiarity: Annotated[
        Maybe[Remark], doc("minder ingrijpend", "What was tried or considered instead.", source="AVG 5, 6")
    ] = None
    effectiveness: Annotated[Maybe[Remark], doc("werkt het", "Why sharing will help.", source="BPSW Beroepscode")] = (
        None
    )
    preconditions: Annotated[
        Maybe[Many[RegisterCheck]],
        doc("voorwaarden nagekeken", "Where the measure that it asks for was looked up."),
    ] = None
    decided_by: Annotated[Id, doc("besloten door", "Professional who decided.")]
    decided_on: Annotated[Maybe[Day], doc("besloten op", "Day of the decision.")] = None
    consulted: Annotated[Maybe[Id], doc("overlegd met", "Professional with whom it was discussed.")] = None
    consulted_on: Annotated[Maybe[Day], doc("overlegd op", "Day on which it was discussed.")] = None
    family_informed: Annotated[
        str, Code("family_informed"), doc("gezin ingelicht", "When the family was told.", source="AVG 13, 14")
    ]
    reason_not_informed: Annotated[
        Maybe[Remark], doc("reden niet ingelicht", "Why the family was not told.", source="UAVG 41")
    ] = None
    informed: Annotated[Maybe[Many[Id]], doc("wie zijn ingelicht", "Who was told.", source="AVG 13, 14")] = None
    informed_on: Annotated[Maybe[Day], doc("ingelicht op", "Day on which they were told.")] = None
    inform_by: Annotated[Maybe[Day], doc("inlichten voor", "Day before which the family is told after all.")] = None
    child_heard: Annotated[
        Maybe[Remark], doc("kind gehoord", "What the child said of it, or why not asked.", source="IVRK 12")
    ] = None
    refusals_weighed: Annotated[
        Maybe[Many[Id]], doc("meegewogen weigeringen", "Refusals that were known and weighed.")
    ] = None
    review_on: Annotated[Maybe[Day], doc("opnieuw bekijken op", "Day on which it is looked at again.")] = None
    valid_from: Annotated[Moment, doc("geldig vanaf", "From when it holds.")]
    valid_until: Annotated[Maybe[Moment], doc("geldig tot", "First moment at which it no longer holds.")] = None


class ThirdPartyWeighing(Record):
    """That a professional weighed why somebody who is mentioned is not harmed. Source: Jeugdwet 7.3.10."""

    record: Annotated[Id, doc("record", "The record that mentions the person.")]
    person: Annotated[Id, doc("derde", "Who is mentioned.", source="Jeugdwet 7.3.10")]
    decided_by: Annotated[Id, doc("besloten door", "Professional who decided.")]
    why_not_harmed: Annotated[Remark, doc("waarom niet geschaad", "Why the person is not harmed.")]
    refusals_weighed: Annotated[
        Maybe[Many[Id]], doc("meegewogen weigeringen", "Refusals that were known and weighed.")
    ] = None
    valid_from: Annotated[Moment, doc("geldig vanaf", "From when it holds.")]
    valid_until: Annotated[Maybe[Moment], doc("geldig tot", "First moment at which it no longer holds.")] = None


class Capacity(Record):
    """Whether a person is able to judge the own interests in sharing. Source: Jeugdwet 7.3.15 lid 1."""

    person: Annotated[Id, doc("persoon", "Whose ability it is.")]
    capable: Annotated[bool, doc("wilsbekwaam", "Whether the person can judge it.", source="Jeugdwet 7.3.15 lid 1")]
    assessed_by: Annotated[Actor, doc("beoordeeld door", "Who assessed it.")]
    assessed_on: Annotated[Day, doc("beoordeeld op", "Day of the assessment.")]
    represented_by: Annotated[
        Maybe[Id], doc("vertegenwoordigd door", "Who decides instead.", source="Jeugdwet 7.3.15 lid 3; BW 7:465")
    ] = None
    basis: Annotated[str, Code("capacity_basis"), doc("grondslag", "What it rests on.")]
    explanation: Annotated[Maybe[Remark], doc("toelichting", "How it was assessed.")] = None
