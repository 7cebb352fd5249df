"""A comparison as data: CSV, a line for each passage behind a fact; JSON-LD, an observation for each cell."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from pyoxigraph import Literal, NamedNode

from scograph import terms
from scograph.json_text import json_document
from scograph.model import Term
from scograph.portal.table import CellFact, Comparison, Row, RowTerm
from scograph.serialise.table import csv_table

CSV_HEAD = (
    *("heading", "terms", "organisation", "organisation name", "project", "profile edition", "status"),
    *("shown", "shown name", "shown status", "status claim", "from", "until", "on", "seen"),
    *("subject", "property", "value", "language or datatype"),
    *("basis", "document", "edition", "passage", "link", "claim"),
)
"""The columns of a comparison in CSV."""
KINDS_OF_DATES = ("from", "until", "on", "seen")
_QB = "http://purl.org/linked-data/cube#"
CONTEXT: Mapping[str, Any] = {
    "dcterms": terms.DCTERMS,
    "qb": _QB,
    "rdf": terms.RDF,
    "rdfs": terms.RDFS,
    "scog": terms.SCOG,
    "sh": terms.SH,
    "xsd": terms.XSD,
    "title": "rdfs:label",
    "day": {"@id": "dcterms:temporal", "@type": "xsd:date"},
    "topic": {"@id": "dcterms:coverage"},
    "headings": {"@id": "dcterms:hasPart", "@container": "@list"},
    "subject": {"@id": "dcterms:subject", "@type": "@id"},
    "path": {"@id": "sh:path", "@type": "@id"},
    "inversePath": {"@id": "sh:inversePath", "@type": "@id"},
    "observations": {"@reverse": "qb:dataSet"},
    "heading": {"@id": "dcterms:isPartOf", "@type": "@id"},
    "organisation": {"@id": "scog:isAbout", "@type": "@id"},
    "edition": {"@id": "dcterms:source", "@type": "@id"},
    "status": {"@id": "dcterms:type", "@type": "@id"},
    "facts": "dcterms:references",
    "onRecord": "dcterms:relation",
    "statedSubject": {"@id": "rdf:subject", "@type": "@id"},
    "statedProperty": {"@id": "rdf:predicate", "@type": "@id"},
    "statedValue": "rdf:object",
    "claims": {"@id": "dcterms:isReferencedBy", "@type": "@id"},
    "statuses": "dcterms:references",
}
"""The JSON-LD context: observations of RDF Data Cube, statements of RDF, and terms of Dublin Core."""


def comparison_csv(comparison: Comparison, name: Callable[[Term], str], heading: Callable[[Row], str]) -> bytes:
    """A comparison as CSV (RFC 4180).

    Args:
        comparison: The comparison.
        name: What a thing is called.
        heading: What a row is called.

    Returns:
        UTF-8: a line for each passage behind a fact or a value on record; one for each cell without.
    """
    return csv_table(CSV_HEAD, _rows(comparison, name, heading))


def _rows(
    comparison: Comparison, name: Callable[[Term], str], heading: Callable[[Row], str]
) -> Iterator[tuple[str, ...]]:
    for row, cells in zip(comparison.rows, comparison.cells, strict=True):
        what = (heading(row), " ".join(map(str, row.terms)))
        for column, cell in zip(comparison.columns, cells, strict=True):
            days = " ".join(one.day for one in column.editions if one.day)
            who = (*what, column.node.value, name(column.node), column.project, days, cell.status.value)
            for fact in (*cell.facts, *cell.against):
                for line in _fact_lines(fact, name):
                    yield (*who, *line)
            if not (cell.facts or cell.against):
                yield (*who, *("",) * (len(CSV_HEAD) - len(who)))


def _fact_lines(fact: CellFact, name: Callable[[Term], str]) -> Iterator[tuple[str, ...]]:
    value = fact.triple.object
    kind = (value.language or value.datatype.value) if isinstance(value, Literal) else ""
    dates = (" ".join(text for known, text in fact.dates if known == one) for one in KINDS_OF_DATES)
    statuses = " ".join(_text(one.thing) for one in fact.statuses)
    claims = " ".join(support.claim for one in fact.statuses for support in one.supports)
    said = (
        *(_text(fact.thing), name(fact.thing), statuses, claims, *dates),
        *(_text(fact.triple.subject), fact.triple.predicate.value, _text(value), kind),
    )
    for support, day in zip(fact.supports, fact.days, strict=True):
        yield (*said, support.basis, support.document, day, support.passage, support.link, support.claim)
    if not fact.supports:
        yield (*said, "", "", "", "", "", "")


def comparison_json_ld(
    comparison: Comparison, title: str, name: Callable[[Term], str], heading: Callable[[Row], str]
) -> bytes:
    """A comparison as JSON-LD (JSON-LD 1.1): an observation (RDF Data Cube, clause 6) for each cell.

    Args:
        comparison: The comparison.
        title: What it is called.
        name: What a thing is called.
        heading: What a row is called.

    Returns:
        UTF-8.
    """
    observations = []
    for number, cells in enumerate(comparison.cells, 1):
        for column, cell in zip(comparison.columns, cells, strict=True):
            editions = [one.edition.value for one in column.editions if one.edition is not None]
            observation: dict[str, Any] = {
                "@type": "qb:Observation",
                "heading": f"#row-{number}",
                "organisation": column.node.value,
                "status": cell.status.iri.value,
                "edition": editions,
                "facts": [_fact_json(fact, name) for fact in cell.facts],
                "onRecord": [_fact_json(fact, name) for fact in cell.against],
            }
            observations.append({key: value for key, value in observation.items() if value != []})
    rows = [
        {"@id": f"#row-{number}", "title": heading(row), **_terms_json(row.terms)}
        for number, row in enumerate(comparison.rows, 1)
    ]
    document = {
        "@context": CONTEXT,
        "@id": "#comparison",
        "@type": "qb:DataSet",
        "title": title,
        **({"day": comparison.day} if comparison.day else {}),
        **({"topic": _value_json(comparison.facet.value)} if comparison.facet else {}),
        "headings": rows,
        "observations": observations,
    }
    return json_document(document, indent=1)


def _terms_json(row: tuple[RowTerm, ...]) -> dict[str, Any]:
    found: dict[str, list[Any]] = {"subject": [], "path": []}
    for term in row:
        if not term.is_property:
            found["subject"].append(term.node.value)
        else:
            found["path"].append({"inversePath": term.node.value} if term.is_inverse else term.node.value)
    return {key: values for key, values in found.items() if values}


def _fact_json(fact: CellFact, name: Callable[[Term], str]) -> dict[str, Any]:
    return {
        "@type": "rdf:Statement",
        "title": name(fact.thing),
        "statedSubject": _text(fact.triple.subject),
        "statedProperty": fact.triple.predicate.value,
        "statedValue": _value_json(fact.triple.object),
        **({"claims": [support.claim for support in fact.supports]} if fact.supports else {}),
        **({"statuses": [_fact_json(one, name) for one in fact.statuses]} if fact.statuses else {}),
    }


def _value_json(term: Term) -> dict[str, str]:
    if isinstance(term, NamedNode):
        return {"@id": term.value}
    if isinstance(term, Literal):
        if term.language:
            return {"@value": term.value, "@language": term.language}
        return {"@value": term.value, **({} if term.datatype == terms.STRING else {"@type": term.datatype.value})}
    return {"@id": str(term)}


def _text(term: Term) -> str:
    return term.value if isinstance(term, NamedNode | Literal) else str(term)
