"""Profiles of stores: where their endpoints are, and where they differ from the standard.

SPARQL 1.1 Protocol, SPARQL 1.1 Graph Store HTTP Protocol. The tests see each of these on the running store.
"""

from __future__ import annotations

from dataclasses import dataclass

from scograph.errors import UsageError

RDF4J_DEFAULT = "http://www.openrdf.org/schema/sesame#nil"
"""How RDF4J calls the graph without a name, which its queries otherwise mix with all others."""


TOGETHER = 1 << 20
"""Bytes: a transaction costs some stores a tenth of a second, and a project has hundreds of small graphs."""


@dataclass(frozen=True, slots=True)
class StoreProfile:
    """One kind of store.

    Args:
        name: What `--profile` calls it.
        title: Its full name.
        address: What its base address looks like; nothing where it is the query endpoint, which looks like anything.
        query: Where queries go, after the base address.
        update: Where updates go; nothing if it takes none.
        graphs: Where the Graph Store Protocol is spoken; nothing if it is not.
        default_graph: The name that a query gives to the default graph alone, where a query without one is over all.
        has_default_graph: Whether there is one; if not, a graph with a name takes its place.
        is_atomic: Whether readers see a PUT wholly or not at all, and a kill leaves the one or the other.
        together: Bytes of small graphs that one update may carry; 0 where each graph needs requests of its own.
        plain_decimals: Whether decimals are sent without needless zeros: TDB2 takes `1.50`, gives `1.5` for it, and
            and can no longer delete it.
        chunk: Bytes that a request may have; 0 if there is no limit. Of three uploads of 77 MB Virtuoso 7.2.5 answered
            one, and waited for itself in two.
        cuts_answers: Whether an answer that has too many rows for its settings just ends, with a status of 200.
        own_graphs: Graphs that it holds when it is new.
        marks: What gives it away: a header of its answers, and how its value begins.
        open_query: Where queries go that need no user, after the base address, if that is another endpoint.
        names_each_graph: Whether a query that is given its default graph has no named graphs but those that are named.
        solutions: The form that results are asked for in where others lack something, or take much longer.
        has_bare_iris_in_csv: Whether its CSV leaves IRIs that have commas without quotation marks.
        time: The parameter that bounds the time of a query, and how many of its units are a second.
        cut_by_rows: The header of an answer that has as many rows as its settings allow, and may lack some.
        cut_by_time: The header of an answer that lacks what was not found in time.
    """

    name: str
    title: str
    address: str
    query: str
    update: str
    graphs: str
    default_graph: str = ""
    has_default_graph: bool = True
    is_atomic: bool = True
    together: int = 0
    plain_decimals: bool = False
    chunk: int = 0
    cuts_answers: bool = False
    own_graphs: tuple[str, ...] = ()
    marks: tuple[str, str] = ("", "")
    open_query: str = ""
    names_each_graph: bool = False
    solutions: str = ""
    has_bare_iris_in_csv: bool = False
    time: tuple[str, int] = ("", 0)
    cut_by_rows: str = ""
    cut_by_time: str = ""


PROFILES: tuple[StoreProfile, ...] = (
    StoreProfile(
        "oxigraph",
        "Oxigraph",
        "http://localhost:7878",
        "/query",
        "/update",
        "/store",
        together=TOGETHER,
        has_bare_iris_in_csv=True,
        marks=("server", "Oxigraph/"),
    ),
    StoreProfile(
        "fuseki",
        "Apache Jena Fuseki",
        "http://localhost:3030/DATASET",
        "/query",
        "/update",
        "/data",
        together=TOGETHER,
        plain_decimals=True,
        marks=("fuseki-request-id", ""),
        time=("timeout", 1),
    ),
    StoreProfile(
        "rdf4j",
        "Eclipse RDF4J",
        "http://localhost:8080/rdf4j-server/repositories/REPOSITORY",
        "",
        "/statements",
        "/rdf-graphs/service",
        default_graph=RDF4J_DEFAULT,
        together=TOGETHER,
        names_each_graph=True,
        time=("timeout", 1),
    ),
    StoreProfile(
        "virtuoso",
        "OpenLink Virtuoso",
        "http://localhost:8890",
        "/sparql-auth",
        "/sparql-auth",
        "/sparql-graph-crud-auth",
        has_default_graph=False,
        is_atomic=False,
        chunk=1 << 24,
        cuts_answers=True,
        own_graphs=(
            "http://localuriqaserver/sparql",
            "http://www.openlinksw.com/schemas/virtrdf#",
            "http://www.w3.org/ns/ldp#",
        ),
        marks=("server", "Virtuoso/"),
        open_query="/sparql",
        names_each_graph=True,
        solutions="xml",
        time=("timeout", 1000),
        cut_by_rows="x-sparql-maxrows",
        cut_by_time="x-sql-state",
    ),
    StoreProfile("sparql", "SPARQL 1.1", "", "", "", "", chunk=1 << 20, is_atomic=False),
)
"""The kinds of stores, the plain standard last."""


def profile(name: str) -> StoreProfile:
    """The profile of a name.

    Args:
        name: What `--profile` calls it.

    Returns:
        The profile.

    Raises:
        UsageError: There is none of that name.
    """
    for row in PROFILES:
        if row.name == name:
            return row
    raise UsageError(f"no profile {name!r}", hint=f"one of {', '.join(row.name for row in PROFILES)}")
