"""The answers to questions as JSON-LD: a result as RDF, and the list of what is asked.

A result is written in the terms of the W3C's result sets, which say of each solution its place and of each binding its
variable and value (http://www.w3.org/2001/sw/DataAccess/tests/result-set#); the bindings of a solution are indexed by
their variables (JSON-LD 1.1, clause 4.6.1.1), so that a program reads them as it reads SPARQL JSON.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence

from pyoxigraph import BlankNode, Literal, NamedNode

from scograph import terms
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


def answer_json_ld(  # noqa: PLR0913 -- what an answer consists of
    iri: str,
    question: str,
    query: str,
    heads: Sequence[str],
    rows: Iterable[Sequence[Term | None]],
    *,
    boolean: bool | None = None,
) -> bytes:
    """Write the answer to a question.

    Args:
        iri: The IRI of the question.
        question: What it asks, in English.
        query: The query.
        heads: The variables of the result.
        rows: Its solutions, in order, each with a value or None for each variable.
        boolean: The answer to an ASK, which has no solutions.

    Returns:
        A JSON-LD document that needs nothing else.
    """
    solutions = [
        {
            "index": place,
            "bindings": {
                head: {"value": _value(cell)} for head, cell in zip(heads, row, strict=True) if cell is not None
            },
        }
        for place, row in enumerate(rows, 1)
    ]
    said = {"@context": _RESULT_CONTEXT, "id": iri, "type": "rs:ResultSet", "label": question, "select": query}
    if boolean is None:
        return _written({**said, "variables": list(heads), "solutions": solutions})
    return _written({**said, "boolean": boolean})


def questions_json_ld(iri: str, questions: Sequence[tuple[str, str]]) -> bytes:
    """Write the list of questions.

    Args:
        iri: The IRI of the list.
        questions: The IRI of each and what it asks.

    Returns:
        A JSON-LD document that needs nothing else.
    """
    members = [{"id": member, "label": text} for member, text in questions]
    said = {"@context": _LIST_CONTEXT, "id": iri, "type": "hydra:Collection"}
    return _written({**said, "totalItems": len(members), "member": members})


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


def _written(said: Mapping[str, object]) -> bytes:
    return (json.dumps(said, ensure_ascii=False, indent=1) + "\n").encode()
