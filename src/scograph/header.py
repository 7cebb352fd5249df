"""The header of a dataset: what a graph states of itself as a dataset, and of its ontology."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from pyoxigraph import Literal, NamedNode, Triple

from scograph import terms
from scograph.model import Term, distinct

_DATASET_TYPES = (terms.from_curie("void:Dataset"), terms.from_curie("dcat:Dataset"))


@dataclass(frozen=True)
class Header:
    """What a graph states of itself as a dataset.

    Args:
        iri: The dataset's IRI, if it has one.
        properties: The values of its properties.
        ontology: Those of the headers of the ontology, which give title and description where the dataset has none.
        ontology_iri: The IRI of the first of these headers, if there is one.
    """

    iri: NamedNode | None
    properties: Mapping[NamedNode, tuple[Term, ...]]
    ontology: Mapping[NamedNode, tuple[Term, ...]] = field(default_factory=dict)
    ontology_iri: NamedNode | None = None

    def values(self, name: str) -> tuple[Term, ...]:
        """The values of a property, by its CURIE."""
        return self.properties.get(terms.from_curie(name), ())

    def texts(self, *names: str) -> tuple[Literal, ...]:
        """The texts of the first of some properties that has any; of the ontology's header if none has."""
        for properties in (self.properties, self.ontology):
            for name in names:
                values = properties.get(terms.from_curie(name), ())
                texts = tuple(value for value in values if isinstance(value, Literal))
                if texts:
                    return tuple(sorted(texts, key=lambda text: (text.language or "", text.value)))
        return ()

    def text(self, name: str) -> str:
        """The one value of a property of the dataset as text, the first if there are several, or nothing."""
        texts = sorted(value.value for value in self.values(name) if isinstance(value, Literal | NamedNode))
        return texts[0] if texts else ""

    def nodes(self, name: str) -> tuple[NamedNode, ...]:
        """The IRIs among the values of a property of the dataset, sorted."""
        nodes = (value for value in self.values(name) if isinstance(value, NamedNode))
        return tuple(sorted(nodes, key=lambda node: node.value))


def read_header(described: Sequence[Triple], ontology: Sequence[Triple]) -> Header:
    """Read the header of a dataset.

    Args:
        described: The triples that may describe the dataset.
        ontology: The triples of its ontology.

    Returns:
        The header: that of the one node that is typed as a dataset, or else has `void:uriSpace`.
    """
    typed = [t.subject for t in described if t.predicate == terms.TYPE and t.object in _DATASET_TYPES]
    spaced = [t.subject for t in described if t.predicate == terms.URI_SPACE]
    iris = sorted({node.value for node in typed or spaced if isinstance(node, NamedNode)})
    iri = NamedNode(iris[0]) if iris else None
    ontologies = {t.subject for t in ontology if t.predicate == terms.TYPE and t.object == terms.ONTOLOGY}
    return Header(
        iri,
        _by_property(t for t in described if t.subject == iri) if iri else {},
        _by_property(t for t in ontology if t.subject in ontologies),
        next((node for node in sorted(ontologies, key=str) if isinstance(node, NamedNode)), None),
    )


def _by_property(triples: Iterable[Triple]) -> dict[NamedNode, tuple[Term, ...]]:
    values: dict[NamedNode, list[Term]] = {}
    for triple in triples:
        values.setdefault(triple.predicate, []).append(triple.object)
    return {predicate: distinct(some) for predicate, some in values.items()}
