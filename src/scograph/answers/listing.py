"""Lists of what is in a graph: its classes with counts, and the things of one class."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from pyoxigraph import Literal, NamedNode

from scograph import terms
from scograph.graph import Graph
from scograph.labels import Labels
from scograph.model import Term

CLASS_COLUMNS = ("class", "label", "count")
THING_COLUMNS = ("thing", "label")
MORE_COLUMNS = {"status": terms.HAS_STATUS, "scheme": NamedNode(terms.SKOS + "inScheme")}
"""Columns that a list of things has where one of them has the property."""
_SUBCLASS_OF = NamedNode(terms.RDFS + "subClassOf")


def class_rows(graph: Graph, labels: Labels) -> list[tuple[Term | None, ...]]:
    """The classes that have instances, the most instances first.

    Args:
        graph: The graph.
        labels: Its labels.

    Returns:
        A row of `CLASS_COLUMNS` for each; the instances of its subclasses count for a class (RDF Schema, clause 3.4).
    """
    counts: Counter[Term] = Counter()
    for classes in _classes_of_things(graph).values():
        counts.update(classes)
    order = sorted(counts.items(), key=lambda item: (-item[1], str(item[0])))
    return [(one, _label(labels, one), Literal(count)) for one, count in order]


def thing_table(graph: Graph, labels: Labels, kind: NamedNode) -> tuple[tuple[str, ...], list[tuple[Term | None, ...]]]:
    """The things of a class and of its subclasses.

    Args:
        graph: The graph.
        labels: Its labels.
        kind: The class.

    Returns:
        `THING_COLUMNS`, and those of `MORE_COLUMNS` that have a value; and a row for each thing, by its scheme if it
        is a concept, then by label; those without a label last. Several values are joined by "; ".
    """
    things = [thing for thing, classes in _classes_of_things(graph).items() if kind in classes]
    known = set(things)
    values: dict[str, dict[Term, list[str]]] = {name: defaultdict(list) for name in MORE_COLUMNS}
    for triple in graph.default_graph():
        for name, predicate in MORE_COLUMNS.items():
            if triple.predicate == predicate and triple.subject in known:
                values[name][triple.subject].append(labels.label(triple.object))
    columns = [name for name, found in values.items() if found]

    def order(thing: Term) -> tuple[list[str], bool, str, str]:
        label = labels.own_label(thing).casefold()
        return sorted(values["scheme"].get(thing, ())), not label, label, str(thing)

    rows: list[tuple[Term | None, ...]] = []
    for thing in sorted(known, key=order):
        more = ("; ".join(sorted(values[name].get(thing, ()))) for name in columns)
        rows.append((thing, _label(labels, thing), *(Literal(text) if text else None for text in more)))
    return (*THING_COLUMNS, *columns), rows


def _label(labels: Labels, term: Term) -> Literal | None:
    label = labels.own_label(term)
    return Literal(label) if label else None


def _classes_of_things(graph: Graph) -> Mapping[Term, frozenset[Term]]:
    """Each thing of the published default graph with its classes, and those above them."""
    triples = graph.default_graph()
    above: dict[Term, list[Term]] = defaultdict(list)
    for triple in (*graph.ontology, *triples):
        if triple.predicate == _SUBCLASS_OF:
            above[triple.subject].append(triple.object)
    typed: dict[Term, dict[Term, None]] = defaultdict(dict)
    for triple in triples:
        if triple.predicate == terms.TYPE and isinstance(triple.object, NamedNode):
            typed[triple.subject][triple.object] = None
    known: dict[tuple[Term, ...], frozenset[Term]] = {}
    found: dict[Term, frozenset[Term]] = {}
    for thing, classes in typed.items():
        key = tuple(classes)
        if key not in known:
            known[key] = _closed(key, above)
        found[thing] = known[key]
    return found


def _closed(classes: Iterable[Term], above: Mapping[Term, Sequence[Term]]) -> frozenset[Term]:
    found: set[Term] = set()
    waiting = list(classes)
    while waiting:
        one = waiting.pop()
        if one not in found and isinstance(one, NamedNode):
            found.add(one)
            waiting += above.get(one, ())
    return frozenset(found)
