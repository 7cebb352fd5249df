"""A difference as an RDF Patch and as a SPARQL 1.1 Update."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from pyoxigraph import BlankNode, DefaultGraph, Quad

from scograph.differences.matching import Component, ComponentCount, Difference, blank_nodes, renamed
from scograph.errors import InputError
from scograph.exports.publication import ni
from scograph.model import GraphName, Term

MAX_PATTERN_STATEMENTS = 200
"""Maximum number of statements in one pattern: a store needs a join for each."""


def rdf_patch(difference: Difference) -> Iterator[bytes]:
    """Write a difference as an RDF Patch (the format of RDF Delta).

    Args:
        difference: The difference.

    Returns:
        UTF-8, a line each. The header names both datasets by the digest of their canonical form; blank nodes of the one
        to change have the names that its canonical form gives them (`scograph hash --lines` writes it).
    """
    yield f"H id <{ni(difference.after)}> .\n".encode()
    yield f"H prev <{ni(difference.before)}> .\n".encode()
    yield b"TX .\n"
    for mark, quads in (("D", difference.removed), ("A", difference.added)):
        for quad in quads:
            yield f"{mark} {quad} .\n".encode()
    yield b"TC .\n"


def sparql_update(difference: Difference) -> Iterator[bytes]:
    """Write a difference as a SPARQL 1.1 Update.

    Blank nodes have no names that an update could use. So each part that blank nodes connect is found by all that is
    said of it, and by nothing else being said; all parts of that kind are deleted, and as many as there should be are
    inserted.

    Args:
        difference: The difference.

    Returns:
        UTF-8, an operation each.

    Raises:
        InputError: A part with blank nodes is too large for a pattern, or has a blank node for a graph.
    """
    ground = [[q for q in some if not next(blank_nodes(q), None)] for some in (difference.removed, difference.added)]
    operations = [_removal(kind.component) for kind in difference.component_counts if kind.before]
    if ground[0]:
        operations.append(f"DELETE DATA {{\n{_data(ground[0])}}}")
    inserted = [*ground[1], *_copies(difference.component_counts)]
    if inserted:
        operations.append(f"INSERT DATA {{\n{_data(inserted)}}}")
    for number, operation in enumerate(operations):
        yield f"{operation}{' ;' if number + 1 < len(operations) else ''}\n".encode()


def _copies(component_counts: Iterable[ComponentCount]) -> Iterator[Quad]:
    """The parts of each kind as the second side has them, their blank nodes numbered."""
    count = 0
    for kind in component_counts:
        for _ in range(kind.after):
            names: dict[BlankNode, BlankNode] = {}
            for quad in kind.component:
                for node in blank_nodes(quad):
                    if node not in names:
                        names[node] = BlankNode(f"n{count}")
                        count += 1
            yield from (renamed(quad, names) for quad in kind.component)


def _data(quads: Iterable[Quad]) -> str:
    return _grouped(quads, {})


def _grouped(quads: Iterable[Quad], variables: dict[BlankNode, str], step: str = "  ") -> str:
    """Statements by graph, as data or, where blank nodes have variables, as a pattern."""
    lines = []
    for graph, some in groupby(sorted(quads, key=lambda q: (str(q.graph_name), str(q))), key=lambda q: q.graph_name):
        inside = [f"{' '.join(_written(t, variables) for t in quad.triple)} ." for quad in some]
        if isinstance(graph, DefaultGraph):
            lines += [f"{step}{line}\n" for line in inside]
        else:
            lines.append(f"{step}GRAPH {_graph(graph)} {{\n")
            lines += [f"{step}  {line}\n" for line in inside]
            lines.append(f"{step}}}\n")
    return "".join(lines)


def _graph(graph: GraphName) -> str:
    if isinstance(graph, BlankNode):
        raise InputError(
            "a graph is named by a blank node, which no update can name", hint="take -f rdf-patch, or give it an IRI"
        )
    return str(graph)


def _written(term: Term, variables: dict[BlankNode, str]) -> str:
    return variables.get(term, str(term)) if isinstance(term, BlankNode) else str(term)


def _removal(component: Component) -> str:
    """The operation that deletes all parts that are like one."""
    if len(component) > MAX_PATTERN_STATEMENTS:
        raise InputError(
            f"blank nodes connect {len(component):,} statements, "
            f"and a pattern of more than {MAX_PATTERN_STATEMENTS} is refused",
            hint="take -f rdf-patch, or give the blank nodes IRIs",
        )
    nodes = sorted(
        {node for quad in component for node in blank_nodes(quad)}, key=lambda node: (len(node.value), node.value)
    )
    variables = {node: f"?b{number}" for number, node in enumerate(nodes)}
    pattern = _grouped(component, variables)
    filters = [f"  FILTER(isBlank({variable}))\n" for variable in variables.values()]
    filters += [
        f"  FILTER({one} != {other})\n"
        for number, one in enumerate(variables.values())
        for other in list(variables.values())[number + 1 :]
    ]
    for node, variable in variables.items():
        filters += _nothing_else(node, variable, component, variables)
    return f"DELETE {{\n{pattern}}} WHERE {{\n{pattern}{''.join(filters)}}}"


def _nothing_else(
    node: BlankNode, variable: str, component: Sequence[Quad], variables: dict[BlankNode, str]
) -> Iterator[str]:
    """That a blank node is the subject and the object of its statements, and of no others in any graph."""
    for pattern, others in (
        (f"{variable} ?p ?x", [(q, q.object) for q in component if q.subject == node]),
        (f"?x ?p {variable}", [(q, q.subject) for q in component if q.object == node]),
    ):
        by_graph: dict[GraphName, list[str]] = defaultdict(list)
        for quad, other in others:
            test = f"(?p = {quad.predicate} && sameTerm(?x, {_written(other, variables)}))"
            by_graph[quad.graph_name].append(test)
        default = " || ".join(by_graph.pop(DefaultGraph(), [])) or "false"
        yield f"  FILTER NOT EXISTS {{ {pattern} FILTER(!({default})) }}\n"
        tests = (f"(?g = {_graph(graph)} && ({' || '.join(some)}))" for graph, some in by_graph.items())
        yield f"  FILTER NOT EXISTS {{ GRAPH ?g {{ {pattern} }} FILTER(!({' || '.join(tests) or 'false'})) }}\n"
