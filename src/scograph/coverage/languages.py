"""Coverage of languages: the languages in which things have labels."""

from __future__ import annotations

from collections import defaultdict

from pyoxigraph import Literal, NamedNode

from scograph import terms
from scograph.coverage.section import Item, Section
from scograph.graph import Graph

_LABELS = (terms.LABEL, terms.PREF_LABEL)


def languages_covered(graph: Graph) -> Section:
    """Measure names: of things that have one, in how many of the languages of the ontology's own names.

    Args:
        graph: The graph.

    Returns:
        The section, with an item for each thing and language that it has no name in.
    """
    names: dict[str, set[str]] = defaultdict(set)
    for triple in (*graph.ontology, *graph.default_graph()):
        if triple.predicate in _LABELS and isinstance(triple.object, Literal) and triple.object.language:
            names[str(triple.subject)].add(triple.object.language)
    own = {str(t.subject) for t in graph.ontology if isinstance(t.subject, NamedNode)}
    wanted = sorted({language for thing in own & names.keys() for language in names[thing]})
    wanted = wanted or sorted(set().union(*names.values()) if names else ())
    items = tuple(
        Item(f"without a name in {language}", f"no name in {language}: {thing}", graph.places.find(thing))
        for language in wanted
        for thing in sorted(names)
        if language not in names[thing]
    )
    counts = ", ".join(f"{language} {sum(language in had for had in names.values()):,}" for language in wanted)
    total = len(names) * len(wanted)
    return Section(
        "languages", total - len(items), total, f"of {len(names):,} things with a name: {counts or 'none'}", items
    )
