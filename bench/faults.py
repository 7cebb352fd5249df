"""The kinds of faults, each with the validation results that it was made to give.

That is a judge of its own: where engines disagree, it says which results were meant.
"""

from __future__ import annotations

from dataclasses import dataclass

Value = str | tuple[str, str, str]
"""The local name of an individual ({number} is the cluster's), or a literal: form, language, datatype."""


@dataclass(frozen=True)
class Fault:
    """One kind of fault: which records can have it, what is changed, and what an engine must then find."""

    kind: str
    classes: tuple[str, ...]
    results: tuple[tuple[str, str], ...]
    set: tuple[tuple[str, Value], ...] = ()
    add: tuple[tuple[str, Value], ...] = ()
    drop: tuple[str, ...] = ()
    sparql_results: tuple[tuple[str, str], ...] = ()


_EVENTS = ("Event", "LaterEvent")
_LABELLED = ("Organisation", "Body", "Agreement", *_EVENTS)


def _date(text: str) -> Value:
    return (text, "", "date")


FAULTS = (
    Fault("label-missing", _LABELLED, (("Label", "MinCount"),), drop=("label",)),
    Fault("label-twice-in-a-language", _LABELLED, (("Label", "UniqueLang"),), add=(("label", ("Again", "en", "")),)),
    Fault("label-in-another-language", _LABELLED, (("Label", "LanguageIn"),), add=(("label", ("Nom", "fr", "")),)),
    Fault(
        "label-without-language",
        _LABELLED,
        (("Label", "Datatype"), ("Label", "LanguageIn")),
        add=(("label", ("Name", "", "")),),
    ),
    Fault("notation-bad", ("Organisation",), (("Notation", "Pattern"),), set=(("notation", ("org 1", "", "")),)),
    Fault(
        "notation-twice", ("Organisation",), (("Notation", "MaxCount"),), add=(("notation", ("ORG-999999", "", "")),)
    ),
    Fault(
        "founded-ill-typed", ("Organisation",), (("Founded", "Datatype"),), set=(("foundedOn", _date("2024-99-99")),)
    ),
    Fault(
        "founded-year-only", ("Organisation",), (("Founded", "Datatype"),), set=(("foundedOn", ("1998", "", "gYear")),)
    ),
    Fault(
        "headquarters-of-wrong-class",
        ("Organisation",),
        (("Headquarters", "Class"),),
        set=(("headquartersIn", "agreement-{number}"),),
    ),
    Fault(
        "headquarters-literal",
        ("Organisation",),
        (("Headquarters", "Class"), ("Headquarters", "NodeKind")),
        set=(("headquartersIn", ("Port Town", "", "")),),
    ),
    Fault("status-out-of-list", ("Organisation",), (("Status", "In"),), set=(("status", ("asleep", "", "")),)),
    Fault(
        "dissolved-without-date",
        ("Organisation",),
        (("OrganisationShape", "Or"),),
        set=(("status", ("dissolved", "", "")),),
    ),
    Fault(
        "established-with-time",
        ("Body",),
        (("Established", "Datatype"),),
        set=(("establishedOn", ("2001-06-15T00:00:00Z", "", "dateTime")),),
    ),
    Fault(
        "body-of-a-state",
        ("Body",),
        (("BodyOf", "Class"), ("BodyOfNotation", "MinCount")),
        set=(("isBodyOf", "state-0"),),
    ),
    Fault("body-of-two", ("Body",), (("BodyOf", "MaxCount"),), add=(("isBodyOf", "organisation-0"),)),
    Fault("agency-kind-out-of-list", ("Agency",), (("AgencyKind", "In"),), set=(("agencyKind", ("secret", "", "")),)),
    Fault(
        "agency-without-date",
        ("Agency",),
        (("Established", "MinCount"), ("AgencyShape", "Node")),
        drop=("establishedOn",),
    ),
    Fault(
        "in-force-before-signed",
        ("Agreement",),
        (("Signed", "LessThanOrEquals"),),
        set=(("inForceFrom", _date("1901-01-01")),),
    ),
    Fault(
        "in-force-year-only",
        ("Agreement",),
        (("InForce", "Datatype"), ("Signed", "LessThanOrEquals")),
        set=(("inForceFrom", ("2050", "", "gYear")),),
    ),
    Fault("signed-missing", ("Agreement",), (("Signed", "MinCount"),), drop=("signedOn",)),
    Fault("one-party", ("Agreement",), (("Parties", "QualifiedMinCount"),), set=(("hasParty", "state-1"),)),
    Fault("party-of-wrong-class", ("Agreement",), (("PartyShape", "Class"),), add=(("hasParty", "body-{number}"),)),
    Fault("depositary-body", ("Agreement",), (("Depositary", "Xone"),), set=(("depositary", "body-{number}"),)),
    Fault("no-articles", ("Agreement",), (("Articles", "MinInclusive"),), set=(("articles", ("0", "", "integer")),)),
    Fault(
        "articles-ill-typed",
        ("Agreement",),
        (("Articles", "Datatype"), ("Articles", "MinInclusive")),
        set=(("articles", ("twelve", "", "integer")),),
    ),
    Fault("text-language-odd", ("Agreement",), (("TextLanguage", "In"),), add=(("textLanguage", ("xx", "", "")),)),
    Fault("code-lower-case", ("State",), (("Code", "Pattern"),), set=(("code", ("abc", "", "")),)),
    Fault("code-long", ("State",), (("Code", "Pattern"), ("Code", "MaxLength")), set=(("code", ("ABCD", "", "")),)),
    Fault("state-with-more", ("State",), (("StateShape", "Closed"),), add=(("nickname", ("Land", "", "")),)),
    Fault(
        "end-before-start",
        ("Membership",),
        (("MembershipStart", "LessThan"),),
        set=(("endDate", _date("1900-01-01")),),
    ),
    Fault(
        "start-with-time",
        ("Membership",),
        (("MembershipStart", "Datatype"), ("MembershipStart", "LessThan")),
        set=(("startDate", ("2001-06-15T09:00:00Z", "", "dateTime")), ("endDate", _date("2030-01-01"))),
    ),
    Fault("role-out-of-list", ("Membership",), (("Role", "In"),), set=(("hasRole", "role-guest"),)),
    Fault(
        "member-of-two-states",
        ("Membership",),
        (("OfState", "MaxCount"),),
        set=(("ofState", "state-1"),),
        add=(("ofState", "state-2"),),
    ),
    Fault("order-negative", ("Membership",), (("Order", "MinInclusive"),), set=(("order", ("-1", "", "integer")),)),
    Fault("organisation-missing", ("Membership",), (("InOrganisation", "MinCount"),), drop=("inOrganisation",)),
    Fault(
        "member-before-founding",
        ("Membership",),
        (),
        set=(("startDate", _date("1911-05-05")),),
        drop=("endDate",),
        sparql_results=(("MembershipShape", "SPARQL"),),
    ),
    Fault(
        "event-ends-before-start",
        _EVENTS,
        (("EventStart", "LessThanOrEquals"),),
        set=(("endDate", _date("1900-01-01")),),
    ),
    Fault(
        "participants-decimal",
        _EVENTS,
        (("Participants", "Datatype"),),
        set=(("participants", ("2.5", "", "decimal")),),
    ),
    Fault(
        "participants-none", _EVENTS, (("Participants", "MinExclusive"),), set=(("participants", ("0", "", "integer")),)
    ),
    Fault("organised-by-state", _EVENTS, (("OrganisedBy", "Class"),), set=(("organisedBy", "state-0"),)),
    Fault("follows-no-event", ("LaterEvent",), (("FollowsAny", "Class"),), set=(("follows", "body-{number}"),)),
    Fault("text-short", ("Passage",), (("Text", "MinLength"),), set=(("text", ("Short.", "en", "")),)),
    Fault(
        "text-in-another-language",
        ("Passage",),
        (("Text", "LanguageIn"),),
        add=(("text", ("Un texte assez long pour la forme.", "fr", "")),),
    ),
    Fault("part-of-body", ("Passage",), (("PartOf", "Node"),), set=(("partOf", "body-{number}"),)),
    Fault("passage-with-end", ("Passage",), (("PassageShape", "Not"),), add=(("endDate", _date("2001-01-01")),)),
    Fault("number-large", ("Passage",), (("Number", "And"),), set=(("number", ("100", "", "integer")),)),
)
"""Every kind; none has an effect on the results of another record."""
