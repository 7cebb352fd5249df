"""The answers to questions as JSON-LD: a result as RDF, and the list of what is asked.

A result is written in the terms of the W3C's result sets, which say of each solution its place and of each binding its
variable and value (http://www.w3.org/2001/sw/DataAccess/tests/result-set#); the bindings of a solution are indexed by
their variables (JSON-LD 1.1, clause 4.6.1.1), so that a program reads them as it reads SPARQL JSON.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pyoxigraph import BlankNode, Literal, NamedNode

from scograph import terms
from scograph.checks.questions import AnswerTable
from scograph.json_text import json_document
from scograph.model import Term

RESULT_SET = "http://www.w3.org/2001/sw/DataAccess/tests/result-set#"
HYDRA = "http://www.w3.org/ns/hydra/core#"
_LABEL = {"@id": f"{terms.RDFS}label", "@language": "en"}
_RESULT_CONTEXT: Mapping[str, object] = {
    "@version": 1.1,
    "id": "@id",
    "type": "@type",
    "rs": RESULT_SET,
    "label": _LABEL,
    "select": f"{terms.SH}select",
    "boolean": "rs:boolean",
    "variables": {"@id": "rs:resultVariable", "@container": "@set"},
    "solutions": {"@id": "rs:solution", "@container": "@set"},
    "index": "rs:index",
    "bindings": {"@id": "rs:binding", "@container": "@index", "@index": "rs:variable"},
    "value": "rs:value",
}
_LIST_CONTEXT: Mapping[str, object] = {
    "id": "@id",
    "type": "@type",
    "hydra": HYDRA,
    "label": _LABEL,
    "totalItems": "hydra:totalItems",
    "member": {"@id": "hydra:member", "@container": "@set"},
}


def answer_json_ld(iri: str, question: str, query: str, table: AnswerTable) -> bytes:
    """Write the answer to a question.

    Args:
        iri: The IRI of the question.
        question: What it asks, in English.
        query: The query.
        table: The result.

    Returns:
        A JSON-LD document that needs nothing else.
    """
    document = {"@context": _RESULT_CONTEXT, "id": iri, "type": "rs:ResultSet", "label": question, "select": query}
    if table.boolean is not None:
        return _json_bytes({**document, "boolean": table.boolean})
    solutions = [
        {
            "index": number,
            "bindings": {
                variable: {"value": _value(term)}
                for variable, term in zip(table.variables, row, strict=True)
                if term is not None
            },
        }
        for number, row in enumerate(table.rows, 1)
    ]
    return _json_bytes({**document, "variables": list(table.variables), "solutions": solutions})


def questions_json_ld(iri: str, questions: Sequence[tuple[str, str]]) -> bytes:
    """Write the list of questions.

    Args:
        iri: The IRI of the list.
        questions: The IRI of each and what it asks.

    Returns:
        A JSON-LD document that needs nothing else.
    """
    members = [{"id": member, "label": text} for member, text in questions]
    document = {"@context": _LIST_CONTEXT, "id": iri, "type": "hydra:Collection"}
    return _json_bytes({**document, "totalItems": len(members), "member": members})


def _value(term: Term) -> object:
    if isinstance(term, NamedNode):
        return {"id": term.value}
    if isinstance(term, BlankNode):
        return {"id": f"_:{term.value}"}
    if not isinstance(term, Literal):
        return str(term)  # a triple as a value has no form in JSON-LD 1.1
    if term.language:
        return {"@value": term.value, "@language": term.language}
    if term.datatype.value == f"{terms.XSD}string":
        return {"@value": term.value}
    return {"@value": term.value, "@type": term.datatype.value}


def _json_bytes(document: Mapping[str, object]) -> bytes:
    return json_document(document, indent=1)
