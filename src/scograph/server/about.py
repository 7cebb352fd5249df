"""The description of a built folder: its dataset, licence and makers, and the versions of its ontology."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from scograph import terms
from scograph.errors import InputError
from scograph.server.folder import Snapshot

DESCRIBED_IN = ("void.ttl", "dataset.ttl")
"""The files that describe the dataset; the first that exists is read."""
_VERSION_IRI = NamedNode(terms.OWL + "versionIRI")
_LICENCE = NamedNode(terms.DCTERMS + "license")
_MAKERS = (NamedNode(terms.DCTERMS + "creator"), NamedNode(terms.DCTERMS + "publisher"))
_LABEL = NamedNode(terms.RDFS + "label")
_PARTITIONED = (NamedNode(terms.VOID + "class"), NamedNode(terms.VOID + "property"))
_TITLE = NamedNode(terms.DCTERMS + "title")


@dataclass(frozen=True, slots=True)
class About:
    """The description of a built folder.

    Args:
        dataset: The IRI of the dataset, or nothing.
        base: What the IRIs of its things begin with (`void:uriSpace`), or nothing.
        title: Its title, in English where there is one.
        licences: The IRIs of its licences.
        makers: The IRIs of who made it.
        versions: The local path of each version of the ontology, and that of the ontology.
        prefixes: Its prefixes.
        vocabulary: The classes and properties that its data use, by IRI, each with its label or nothing.
    """

    dataset: str
    base: str
    title: str
    licences: tuple[str, ...]
    makers: tuple[str, ...]
    versions: tuple[tuple[str, str], ...]
    prefixes: tuple[tuple[str, str], ...]
    vocabulary: tuple[tuple[str, str], ...]

    def local(self, iri: str) -> str | None:
        """The path of an IRI of this folder, or None for others'."""
        return iri[len(self.base) :] if self.base and iri.startswith(self.base) else None


def about(snapshot: Snapshot) -> About:
    """Read the description of a built folder.

    Args:
        snapshot: The folder.

    Returns:
        The description; empty values for what the folder does not state.
    """
    file = next((name for name in DESCRIBED_IN if name in snapshot.files), "")
    triples, prefixes = _triples(snapshot, file)
    dataset = next((s for s, p, _ in triples if p == terms.URI_SPACE), None)
    described = [(p, o) for s, p, o in triples if s == dataset] if dataset else []
    base = next(_texts(described, (terms.URI_SPACE,)), "")
    titles = [o for p, o in described if p == _TITLE and isinstance(o, Literal)]
    titles.sort(key=lambda title: (title.language != "en", title.language or ""))
    versions, more = _triples(snapshot, "ontology.ttl")
    labels = _labels(versions)
    used = {o.value for _, p, o in triples if p in _PARTITIONED and isinstance(o, NamedNode)}
    return About(
        dataset.value if isinstance(dataset, NamedNode) else "",
        base,
        titles[0].value if titles else snapshot.manifest.name,
        tuple(dict.fromkeys(_texts(described, (_LICENCE,)))),
        tuple(dict.fromkeys(_texts(described, _MAKERS))),
        tuple(
            (str(version.value).removeprefix(base), str(ontology.value).removeprefix(base))
            for ontology, predicate, version in versions
            if predicate == _VERSION_IRI and isinstance(version, NamedNode) and isinstance(ontology, NamedNode)
        ),
        tuple({**more, **prefixes}.items()),
        tuple((iri, labels.get(iri, "")) for iri in sorted(used)),
    )


def _labels(triples: Iterable[tuple[object, NamedNode, object]]) -> dict[str, str]:
    """The labels of terms, in English where they have one."""
    labels: dict[str, str] = {}
    for subject, predicate, label in triples:
        if predicate != _LABEL or not isinstance(subject, NamedNode) or not isinstance(label, Literal):
            continue
        if label.language == "en" or subject.value not in labels:
            labels[subject.value] = label.value
    return labels


def _triples(snapshot: Snapshot, name: str) -> tuple[list[tuple[object, NamedNode, object]], dict[str, str]]:
    if name not in snapshot.files:
        return [], {}
    parser = parse(snapshot.files[name].read(), RdfFormat.TURTLE)
    try:
        triples = [(quad.subject, quad.predicate, quad.object) for quad in parser]
    except (SyntaxError, ValueError) as error:
        raise InputError(
            f"{snapshot.folder / name}: cannot be read: {error}", hint="build the folder anew with `scograph build`"
        ) from error
    return triples, dict(parser.prefixes)


def _texts(properties: Iterable[tuple[NamedNode, object]], predicates: tuple[NamedNode, ...]) -> Iterator[str]:
    for predicate, value in properties:
        if predicate in predicates and isinstance(value, NamedNode | Literal):
            yield value.value
