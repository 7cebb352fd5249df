"""The W3C's test cases of the SPARQL 1.1 Protocol and the Graph Store HTTP Protocol: requests, and what they expect.

From the manifests sparql/sparql11/protocol (34 cases) and sparql/sparql11/http-rdf-update (19 cases) of the repository
w3c/rdf-tests, under the W3C's test suite licence and its 3-clause BSD licence. The names are those of the manifests; of
each case here stand what is sent and what has to come, in a form of our own. What writes is named with the reason why
an endpoint that only reads leaves it out.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

DATA = "http://kasei.us/2009/09/sparql/data/data"
"""The graphs of the protocol's cases are this and `0.rdf` to `3.rdf`; each says of itself that it is a document."""
FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
UPDATE = "application/sparql-update"
PEOPLE = "http://example.org/graph-store/person/"


@dataclass(frozen=True)
class Case:
    """One case.

    Args:
        name: As the manifest has it.
        method: What is sent.
        fields: The query of the address.
        content_type: The media type of the body, or nothing.
        body: The body.
        expects: `boolean` (and true), `boolean form`, `tabular`, `RDF`, or `4xx`.
    """

    name: str
    method: str
    fields: str
    content_type: str
    body: bytes | None
    expects: str

    def __str__(self) -> str:
        return self.name


def _graphs(kind: str, *numbers: int) -> str:
    return "&".join(f"{kind}-graph-uri={quote(f'{DATA}{number}.rdf', safe='')}" for number in numbers)


def _says(*numbers: int) -> str:
    return " . ".join(f"<{DATA}{number}.rdf> a ?type" for number in numbers)


def _posted(name: str, fields: str, query: str, expects: str) -> Case:
    return Case(name, "POST", fields, QUERY, query.encode(), expects)


def _got(name: str, fields: str, expects: str) -> Case:
    return Case(name, "GET", fields, "", None, expects)


def _in_named(*numbers: int) -> str:
    return " ".join(f"GRAPH ?g{number} {{ {_says(number)} }}" for number in numbers)


_BOTH = f"ASK {{ {_says(1, 2)} . }}"
_NAMED = f"ASK {{ {_in_named(1, 2)} }}"
_CONFLICT = (
    "PREFIX foaf: <http://xmlns.com/foaf/0.1/> WITH <http://example/addresses> DELETE { ?p foaf:givenName 'Bill' } "
    "INSERT { ?p foaf:givenName 'William' } WHERE { ?p foaf:givenName 'Bill' }"
)

QUERIES: tuple[Case, ...] = (
    Case("query_post_form", "POST", _graphs("default", 0), FORM, b"query=ASK%20%7B%7D", "boolean"),
    _got("query_dataset_default_graphs_get", f"query={quote(_BOTH)}&{_graphs('default', 1, 2)}", "boolean"),
    _posted("query_dataset_default_graphs_post", _graphs("default", 1, 2), _BOTH, "boolean"),
    _posted("query_dataset_named_graphs_post", _graphs("named", 1, 2), _NAMED, "boolean"),
    _got("query_dataset_named_graphs_get", f"query={quote(_NAMED)}&{_graphs('named', 1, 2)}", "boolean"),
    _posted(
        "query_dataset_full",
        f"{_graphs('default', 3)}&{_graphs('named', 1, 2)}",
        f"ASK {{\n {_says(3)}\n {_in_named(1, 2)} }}",
        "boolean",
    ),
    # The manifest percent-encodes the mark between its two parameters, which names one graph that nobody has; sent here
    # are the two that are meant. That one graph is in the test of what is malformed.
    _posted(
        "query_multiple_dataset",
        _graphs("named", 1, 2),
        f"ASK FROM <{DATA}3.rdf> {{ {_in_named(1, 2)} }}",
        "boolean",
    ),
    _got("query_get", f"query=ASK%20%7B%7D&{_graphs('default', 0)}", "boolean"),
    _posted("query_content_type_select", _graphs("default", 0), "SELECT (1 AS ?value) {}", "tabular"),
    _posted("query_content_type_ask", _graphs("default", 0), "ASK {}", "boolean form"),
    _posted("query_content_type_describe", _graphs("default", 0), "DESCRIBE <http://example.org/>", "RDF"),
    _posted("query_content_type_construct", _graphs("default", 0), "CONSTRUCT { <s> <p> 1 } WHERE {}", "RDF"),
    _posted("query_post_direct", "", "ASK {}", "boolean"),
    Case("bad_query_method", "PUT", f"query=ASK%20%7B%7D&{_graphs('default', 0)}", FORM, b"", "4xx"),
    _got("bad_multiple_queries", "query=ASK%20%7B%7D&query=SELECT%20%2A%20%7B%7D", "4xx"),
    Case("bad_query_wrong_media_type", "POST", "", "text/plain", b"ASK {}", "4xx"),
    Case("bad_query_missing_form_type", "POST", "", "", b"query=ASK%20%7B%7D", "4xx"),
    Case("bad_query_missing_direct_type", "POST", "", "", b"ASK {}", "4xx"),
    Case("bad_query_non_utf8", "POST", "", f"{QUERY}; charset=UTF-16", "ASK {}".encode("utf-16"), "4xx"),
    _got("bad_query_syntax", "query=ASK%20%7B", "4xx"),
    _got("bad_update_get", "update=CLEAR%20ALL", "4xx"),
    Case("bad_multiple_updates", "POST", "", FORM, b"update=CLEAR%20NAMED&update=CLEAR%20DEFAULT", "4xx"),
    Case("bad_update_wrong_media_type", "POST", "", "text/plain", b"CLEAR NAMED", "4xx"),
    Case("bad_update_missing_form_type", "POST", "", "", b"update=CLEAR%20NAMED", "4xx"),
    Case("bad_update_non_utf8", "POST", "", f"{UPDATE}; charset=UTF-16", "CLEAR NAMED".encode("utf-16"), "4xx"),
    Case("bad_update_syntax", "POST", "", FORM, b"update=CLEAR%20XYZ", "4xx"),
    Case(
        "bad_update_dataset_conflict",
        "POST",
        "using-named-graph-uri=http%3A%2F%2Fexample%2Fpeople",
        UPDATE,
        _CONFLICT.encode(),
        "4xx",
    ),
)
_WRITES = "it writes, and expects that what it wrote can be read"
UPDATES: dict[str, str] = {
    "update_dataset_default_graph": _WRITES,
    "update_dataset_default_graphs": _WRITES,
    "update_dataset_named_graphs": _WRITES,
    "update_dataset_full": _WRITES,
    "update_post_form": "it expects that an update is carried out",
    "update_post_direct": "it expects that an update is carried out",
    "update_base_uri": _WRITES,
}
"""Left out of the protocol's cases, and why."""

_JANE = '<{person}> a foaf:Person ; {more} foaf:businessCard [ a v:VCard ; v:fn "{card}" ] .'
_ALICE = '[] a foaf:Person ; foaf:businessCard [ a v:VCard ; v:given-name "Alice" ] .'
_PREFIXES = "@prefix foaf: <http://xmlns.com/foaf/0.1/> . @prefix v: <http://www.w3.org/2006/vcard/ns#> . "


@dataclass(frozen=True)
class GraphCase:
    """A case of the Graph Store Protocol that reads.

    Args:
        name: As the manifest has it.
        method: GET or HEAD.
        graph: The IRI of the graph; nothing for the default graph.
        status: The status that is expected.
        turtle: What the graph holds when the case is run and what has to come; nothing where there is no such graph.
    """

    name: str
    method: str
    graph: str
    status: int
    turtle: str

    def __str__(self) -> str:
        return self.name


def _person(state: int, card: str, more: str = "") -> tuple[str, str]:
    """The IRI of the graph of a person after some write, and what it holds then."""
    graph = f"{PEOPLE}{state}"
    return graph, _PREFIXES + _JANE.format(person=f"{PEOPLE}1", card=card, more=more)


def _read(name: str, graph: str, turtle: str) -> GraphCase:
    return GraphCase(name, "GET", graph, 200, turtle)


# The manifest writes one graph again and again and reads it between; a store that is only read has each of these states
# under a name of its own. Where the manifest takes the address of the request for the graph's name (clause 4.1), the
# name is a parameter here (clause 4.2), which is the way that our server has.
READS: tuple[GraphCase, ...] = (
    _read("get_of_put__initial_state", *_person(1, "John Doe")),
    _read("get_of_put__graph_already_in_store", *_person(2, "Jane Doe")),
    _read("get_of_put__default_graph", "", _PREFIXES + _ALICE),
    GraphCase("get_of_delete__existing_graph", "GET", f"{PEOPLE}deleted", 404, ""),
    _read("get_of_post__existing_graph", *_person(3, "Jane Doe", 'foaf:name "Jane Doe" ;')),
    _read(
        "get_of_post__multipart_formdata",
        *_person(4, "Jane Doe", 'foaf:name "Jane Doe" ; foaf:givenName "Jane" ; foaf:familyName "Doe" ;'),
    ),
    _read("get_of_post__create__new_graph", f"{PEOPLE}new", _PREFIXES + _ALICE),
    _read("get_of_post__after_noop", f"{PEOPLE}new", _PREFIXES + _ALICE),
    GraphCase("head_on_an_existing_graph", "HEAD", f"{PEOPLE}1", 200, ""),
    GraphCase("head_on_a_nonexisting_graph", "HEAD", f"{PEOPLE}none", 404, ""),
)
_REFUSED = "it writes; the answer here is 405 whatever it would write"
WRITES: dict[str, str] = dict.fromkeys(
    (
        "put__initial_state",
        "put__graph_already_in_store",
        "put__default_graph",
        "put__mismatched_payload",
        "delete__existing_graph",
        "delete__nonexistent_graph",
        "post__existing_graph",
        "post__multipart_formdata",
        "post__create__new_graph",
    ),
    _REFUSED,
)
"""Left out of the graph store's cases, and why."""
