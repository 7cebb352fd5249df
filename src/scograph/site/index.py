"""The index of a site: the page of each thing, term, shape and passage of a graph, and the lists that pages need."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from typing import Any

from pyoxigraph import Literal, NamedNode, Triple

from scograph import terms
from scograph.answers.meaning import CONCEPT, Meaning
from scograph.answers.reasons import Reasons
from scograph.checks import CheckedGraph
from scograph.claims import Claim
from scograph.errors import InputError
from scograph.exports.publication import Publication, PublicationTarget
from scograph.graph import Graph
from scograph.labels import NAMING, Labels, is_read_as
from scograph.manifest import Entry
from scograph.model import Term
from scograph.portal import Portal
from scograph.site.comparison_list import COMPARE, PortalComparisons
from scograph.site.paths import THINGS, anchor, digest_name, page_stem
from scograph.site.words import LANGUAGES
from scograph.texts import texts_by_digest

CLASS_TYPES = frozenset((terms.CLASS, *(NamedNode(terms.RDFS + name) for name in ("Class", "Datatype"))))
"""The types of classes and datatypes, in OWL and in RDF Schema."""
PROPERTY_TYPES = frozenset(
    (
        *(terms.OBJECT_PROPERTY, terms.DATATYPE_PROPERTY, terms.ANNOTATION_PROPERTY, terms.FUNCTIONAL_PROPERTY),
        NamedNode(terms.RDF + "Property"),
        *(
            NamedNode(f"{terms.OWL}{kind}Property")
            for kind in (
                *("InverseFunctional", "Transitive", "Symmetric", "Asymmetric", "Reflexive", "Irreflexive"),
                "Ontology",
            )
        ),
    )
)
"""The types of properties, in OWL and in RDF Schema."""
BASES = {
    "disagreements": frozenset(map(terms.basis, ("contradicted", "denied"))),
    "uncertain": frozenset(map(terms.basis, ("interpreted", "possible"))),
}
"""The stems of the pages on certainty, which are keys of words too, with the bases of the claims that they list.

One lists what one source says against another, and one what no source says in so many words.
"""
MAX_QUERIED = 200_000
"""Statements up to which the site has a page that loads all of them into a browser, to ask them by SPARQL."""
_TERM_TYPES = CLASS_TYPES | PROPERTY_TYPES
_VERSION_IRI = NamedNode(terms.OWL + "versionIRI")
"""The day of a reading."""


@dataclass(frozen=True, slots=True)
class SourcePassage:
    """A passage of a document.

    Args:
        node: Its IRI.
        document: The document.
        number: The last part of its IRI.
        span: Its first character and the one after its last, counted from 0; None where the text is not at hand.
        locator: Where it is, in words.
        edition: The edition in which its characters count.
    """

    node: NamedNode
    document: NamedNode | None
    number: str
    span: tuple[int, int] | None
    locator: str
    edition: NamedNode | None = None


@dataclass(frozen=True, slots=True)
class SiteContent:
    """What is published beside a graph and its exports.

    Args:
        target: Where and as what it is published.
        texts: The texts of documents, by any name; each is shown with its document, which has its digest.
        history: What each release says of its changes, the first release first, for the page of changes.
        feed: The same as an Atom feed, or nothing.
        portal: The projects, where the graph is the union of those of a portal.
    """

    target: PublicationTarget = field(default_factory=PublicationTarget)
    texts: Mapping[str, bytes] = field(default_factory=dict)
    history: Sequence[Mapping[str, Any]] = ()
    feed: bytes = b""
    portal: Portal | None = None


class SiteIndex:
    """A graph with the paths of its pages; pages read the graph through it.

    Args:
        publication: The graph, and where and as what it is published.
        checked: The graph, with what its checks found out.
        downloads: The files that are published beside the site.
        content: What is published beside the graph.
    """

    def __init__(
        self, publication: Publication, checked: CheckedGraph, downloads: Iterable[Entry], content: SiteContent
    ) -> None:
        graph = checked.graph
        self.publication = publication
        self.graph = graph
        self.checked = checked
        self.downloads = tuple(downloads)
        self.content = content
        self.base = publication.header.text("void:uriSpace")
        self.spaces = content.portal.spaces if content.portal else {}
        self.comparisons = PortalComparisons(content.portal) if content.portal else None
        self.broken = tuple(one.name for one in content.portal.broken) if content.portal else ()
        self.meaning = Meaning(graph)
        self.reasons = Reasons(graph, Labels(graph))
        self.languages = _languages(graph)
        given = texts_by_digest(content.texts.values())
        stated = (text for text in checked.source_texts if text.sha256 in given)
        self.texts = {text.edition: given[text.sha256] for text in stated}

    @cached_property
    def stems(self) -> Mapping[NamedNode, str]:
        """The path, without extension, of each thing that has a page of its own; claims stand on their passages'.

        Raises:
            InputError: Two things would have the same page.
        """
        found: dict[NamedNode, str] = {}
        owners: dict[str, NamedNode] = {}
        subjects = {t.subject for t in self.graph.default_graph()} - self._claims
        nodes = sorted((node for node in subjects if isinstance(node, NamedNode)), key=str)
        claimed = {rest for node in nodes if (rest := self.below_base(node))}
        for node in nodes:
            stem = self._stem_in_space(node) or page_stem(node.value, self.base, self._file_stems, claimed)
            other = owners.setdefault(stem, node)
            if other != node:
                raise InputError(f"{other} and {node} would both have the page {stem}")
            found[node] = stem
        return found

    def _stem_in_space(self, node: NamedNode) -> str:
        """The path of a thing of a portal: the name of the project whose IRIs begin as its does, and what follows."""
        for space, name in self.spaces.items():
            if node.value.startswith(space):
                moved = f"{space}{name}/{node.value.removeprefix(space)}"
                stem = page_stem(moved, space, self._file_stems)
                if not stem.startswith(f"{THINGS}/"):
                    return stem
        return ""

    @cached_property
    def _file_stems(self) -> frozenset[str]:
        return frozenset(file.path.partition(".")[0] for file in self.downloads)

    def below_base(self, node: NamedNode) -> str | None:
        """What follows the base in an IRI; None if it does not begin with the base."""
        return node.value[len(self.base) :] if self.base and node.value.startswith(self.base) else None

    @cached_property
    def fragments(self) -> Mapping[NamedNode, tuple[NamedNode, ...]]:
        """The things, terms and shapes whose IRIs are fragments of an IRI below the base, by that IRI.

        Claims are not among them: they stand on the pages of their passages.
        """
        groups: dict[NamedNode, list[NamedNode]] = defaultdict(list)
        for node in dict.fromkeys((*self.stems, *self.terms, *self.shapes)):
            document, hash_, _ = node.value.partition("#")
            if hash_ and self.below_base(node) is not None:
                groups[NamedNode(document)].append(node)
        return {document: tuple(nodes) for document, nodes in groups.items()}

    @cached_property
    def document_stems(self) -> Mapping[NamedNode, str]:
        """The path of each page that lists the fragments of an IRI of which nothing is said, without extension.

        An IRI with one fragment needs none, nor one with nothing but terms or shapes: those stand on one page.
        """
        lists = (
            document
            for document, nodes in self.fragments.items()
            if document not in self.stems and len(nodes) > 1 and any(node in self.stems for node in nodes)
        )
        taken = self._file_stems.union(self.stems.values())
        return {document: page_stem(document.value, self.base, taken) for document in lists}

    @cached_property
    def _claims(self) -> frozenset[Term]:
        return frozenset(self.claims)

    def stem(self, node: NamedNode) -> str:
        """The path, without extension, of the page of a thing, or of the list of an IRI's fragments."""
        return self.stems[node] if node in self.stems else self.document_stems[node]

    def address(self, term: Term) -> str:
        """The address of what is said of a thing, from the root of a language's tree; nothing if no page does."""
        if not isinstance(term, NamedNode):
            return ""
        stem = self.stems.get(term)
        if stem is not None:
            return f"{stem}.html"
        if term in self.terms or term in self.shapes or term in self._headers:
            return self._address_of_term(term)
        page, hash_, fragment = term.value.partition("#")
        if hash_ and term in self._claims:
            return f"{self.stems[NamedNode(page)]}.html#{fragment}"
        return f"{self.document_stems[term]}.html" if term in self.document_stems else ""

    def _address_of_term(self, term: NamedNode) -> str:
        if term in self.terms:
            return f"ontology.html#{self.term_anchor(term)}"
        return f"shapes.html#{anchor(term.value)}" if term in self.shapes else "ontology.html"

    def term_anchor(self, term: NamedNode) -> str:
        """The fragment of a term: its IRI's own for the ontology's terms, a name by digest for those of others."""
        is_own = term.value.startswith(self.graph.term_namespace)
        return anchor(term.value) if is_own else digest_name(term.value)

    @cached_property
    def terms(self) -> Mapping[NamedNode, tuple[Triple, ...]]:
        """The classes and properties that the ontology declares, with what it says of each."""
        found = dict.fromkeys(
            t.subject
            for t in self.graph.ontology
            if t.predicate == terms.TYPE and t.object in _TERM_TYPES and isinstance(t.subject, NamedNode)
        )
        return {node: self.graph.by_subject.get(node, ()) for node in sorted(found, key=str)}

    @cached_property
    def terms_by_name(self) -> Mapping[str, NamedNode]:
        """The named classes and properties by the last part of their IRIs in small letters, classes first."""
        named = [node for node, triples in self.terms.items() if any(t.predicate in NAMING for t in triples)]
        ordered = sorted(named, key=self.is_class)
        return {terms.local_name(node.value).lower(): node for node in ordered}

    def is_class(self, term: NamedNode) -> bool:
        """Whether the ontology declares a term as a class or a datatype."""
        return any(triple.object in CLASS_TYPES for triple in self.terms.get(term, ()))

    @cached_property
    def shapes(self) -> Mapping[NamedNode, tuple[Triple, ...]]:
        """The named shapes, with what is said of each."""
        groups: dict[NamedNode, list[Triple]] = defaultdict(list)
        for triple in self.graph.shapes:
            if isinstance(triple.subject, NamedNode):
                groups[triple.subject].append(triple)
        shape_types = (NamedNode(terms.SH + "NodeShape"), NamedNode(terms.SH + "PropertyShape"))
        return {
            node: tuple(triples)
            for node, triples in sorted(groups.items(), key=lambda item: item[0].value)
            if any(t.predicate == terms.TYPE and t.object in shape_types for t in triples)
        }

    @cached_property
    def _headers(self) -> frozenset[Term]:
        return frozenset(
            t.subject for t in self.graph.ontology if t.predicate == terms.TYPE and t.object == terms.ONTOLOGY
        )

    @cached_property
    def ontology_versions(self) -> tuple[NamedNode, ...]:
        """The IRIs of the ontology and of its version (OWL 2, clause 3.1)."""
        headers = [t for t in self.graph.ontology if t.subject in self._headers]
        versions = [t.object for t in headers if t.predicate == _VERSION_IRI]
        return tuple(node for node in (*sorted(self._headers, key=str), *versions) if isinstance(node, NamedNode))

    @cached_property
    def passages(self) -> Mapping[NamedNode, SourcePassage]:
        """The passages, those of a document in the order of the text; those that are gone from it stand last."""
        found = [self._passage(node) for source in self.graph.sources for node in source.passages.values()]
        gone = {passage.node for passage in found if self.reasons.is_gone(passage.node)}
        found.sort(key=lambda p: (str(p.document), p.node in gone, p.span or (0, 0), p.number))
        return {passage.node: passage for passage in found}

    @cached_property
    def passages_of(self) -> Mapping[NamedNode, list[SourcePassage]]:
        """The passages of each document."""
        groups: dict[NamedNode, list[SourcePassage]] = defaultdict(list)
        for passage in self.passages.values():
            if passage.document:
                groups[passage.document].append(passage)
        return groups

    def _passage(self, node: NamedNode) -> SourcePassage:
        document = self.first(node, terms.IS_PASSAGE_OF)
        span = (self.number(node, terms.CHAR_START), self.number(node, terms.CHAR_END))
        locator = self.first(node, terms.LOCATOR)
        edition = self.first(node, terms.IS_PLACED_IN)
        return SourcePassage(
            node,
            document if isinstance(document, NamedNode) else None,
            node.value.rpartition("/")[2],
            (span[0], span[1]) if span[0] is not None and span[1] is not None else None,
            locator.value if isinstance(locator, Literal) else "",
            edition if isinstance(edition, NamedNode) else None,
        )

    @cached_property
    def editions_of(self) -> Mapping[NamedNode, list[NamedNode]]:
        """The editions of each document, the newest first."""
        found: dict[NamedNode, list[NamedNode]] = defaultdict(list)
        for document in self.documents:
            edition = self.first(document, terms.HAS_NEWEST_EDITION)
            while isinstance(edition, NamedNode) and edition not in found[document]:
                found[document].append(edition)
                edition = self.first(edition, terms.FOLLOWS)
        return found

    @cached_property
    def readings_of(self) -> Mapping[Term, list[NamedNode]]:
        """The readings in which claims were held against the words, by document and by claim, the latest first."""
        found: dict[Term, dict[NamedNode, None]] = defaultdict(dict)
        for source in self.graph.sources:
            for triple in source.parsed.triples:
                if triple.predicate == terms.COVERS and isinstance(triple.subject, NamedNode):
                    found[source.document][triple.subject] = None
                    found[triple.object][triple.subject] = None
        days = {node: str(self.first(node, terms.READ_ON) or "") for nodes in found.values() for node in nodes}
        return {of: sorted(nodes, key=lambda n: (days[n], n.value), reverse=True) for of, nodes in found.items()}

    @cached_property
    def statuses(self) -> Mapping[Term, tuple[Triple, ...]]:
        """The facts that give each thing a status, such as proposed or ended, that is not `in force`."""
        groups: dict[Term, list[Triple]] = defaultdict(list)
        for triple in self.graph.facts:
            if triple.predicate == terms.HAS_STATUS and triple.object != terms.IN_FORCE:
                groups[triple.subject].append(triple)
        return {node: tuple(found) for node, found in groups.items()}

    @cached_property
    def claims(self) -> Mapping[Term, Claim]:
        """The claims by their IRIs."""
        return {claim.iri: claim for claim in self.graph.claims}

    def parts_by(self, predicate: NamedNode) -> Mapping[Term, frozenset[NamedNode]]:
        """The passages that one property relates to an edition, by the edition."""
        return self._parts_by.get(predicate, {})

    @cached_property
    def _parts_by(self) -> Mapping[NamedNode, Mapping[Term, frozenset[NamedNode]]]:
        groups: dict[NamedNode, dict[Term, set[NamedNode]]] = defaultdict(lambda: defaultdict(set))
        for node in self.passages:
            for triple in self.graph.describing(node):
                if triple.predicate in {terms.STANDS_IN, terms.IS_GONE_FROM}:
                    groups[triple.predicate][triple.object].add(node)
        return {p: {edition: frozenset(nodes) for edition, nodes in of.items()} for p, of in groups.items()}

    @cached_property
    def documents(self) -> tuple[NamedNode, ...]:
        """The documents that facts come from, by name."""
        nodes = {source.document for source in self.graph.sources}
        labels = Labels(self.graph)
        return tuple(sorted(nodes, key=lambda node: (labels.label(node).casefold(), node.value)))

    @cached_property
    def entities(self) -> tuple[NamedNode, ...]:
        """The things with a page that are neither documents nor passages."""
        apart = {*self.passages, *self.documents}
        return tuple(node for node in self.stems if node not in apart)

    @cached_property
    def empty_pages(self) -> frozenset[str]:
        """The stems of those pages of no thing that have nothing to show: they are neither written nor linked."""
        facts, meaning = self.graph.facts, self.meaning
        bases = {claim.basis for claim in self.graph.claims}
        has = {
            "sources": bool(self.documents),
            "questions": bool(self.checked.answers),
            "query": 0 < self.statements <= MAX_QUERIED,
            "timeline": bool(
                {t.subject for t in facts}.intersection(n for n in self.entities if meaning.span(n) is not None)
            ),
            "map": any(meaning.coordinates(node) is not None for node in self.entities),
            "structure": any(t.predicate in meaning.wholes and isinstance(t.object, NamedNode) for t in facts),
            "parties": bool(meaning.involvements),
            "ontology": bool(self.terms),
            "concepts": bool(self.concepts),
            "changes": bool(self.content.history),
            COMPARE: bool(self.comparisons and self.comparisons.columns),
            **{stem: not bases.isdisjoint(listed) for stem, listed in BASES.items()},
        }
        return frozenset(stem for stem, is_there in has.items() if not is_there)

    @cached_property
    def statements(self) -> int:
        """How many statements the published dataset has, in all graphs; those beyond `MAX_QUERIED` are not counted."""
        return sum(1 for _ in islice(self.graph.quads(), MAX_QUERIED + 1))

    @cached_property
    def concepts(self) -> tuple[NamedNode, ...]:
        """The concepts of SKOS that have a page."""
        return tuple(node for node in self.entities if self.meaning.is_a(node, CONCEPT))

    @cached_property
    def classes(self) -> Mapping[NamedNode | None, list[NamedNode]]:
        """The things with a page, by each of their classes; those that have none by None."""
        groups: dict[NamedNode | None, list[NamedNode]] = defaultdict(list)
        for node in self.stems:
            if node not in self.passages:
                for kind in self.types(node) or (None,):
                    groups[kind].append(node)
        return dict(sorted(groups.items(), key=lambda item: str(item[0])))

    @cached_property
    def class_stems(self) -> Mapping[NamedNode | None, str]:
        """The path of the list of each class, without extension; a name that two classes share is told apart."""
        names: dict[NamedNode | None, str] = {}
        taken = Counter(_readable(kind) for kind in self.classes)
        for kind in self.classes:
            name = _readable(kind)
            names[kind] = f"class/{name if taken[name] == 1 or kind is None else digest_name(kind.value)}"
        return names

    def types(self, node: NamedNode) -> tuple[NamedNode, ...]:
        """The classes of a thing."""
        triples = self.graph.by_subject.get(node, ())
        return tuple(t.object for t in triples if t.predicate == terms.TYPE and isinstance(t.object, NamedNode))

    def first(self, node: Term, predicate: NamedNode) -> Term | None:
        """The first value of a property, or None."""
        return next((t.object for t in self.graph.describing(node) if t.predicate == predicate), None)

    def number(self, node: Term, predicate: NamedNode) -> int | None:
        """The first value of a property where it is a whole number, or None."""
        value = self.first(node, predicate)
        return int(value.value) if isinstance(value, Literal) and value.value.isdecimal() else None

    def connections(self, node: NamedNode) -> int:
        """How many statements point at a thing, those of involvements counted with it."""
        return len(self.reasons.incoming(node))

    @cached_property
    def property_order(self) -> Mapping[NamedNode, int]:
        """The order that the shapes give to properties (SHACL, clause 2.3.2.3)."""
        paths = {t.subject: t.object for t in self.graph.shapes if t.predicate.value == terms.SH + "path"}
        orders: dict[NamedNode, int] = {}
        for triple in self.graph.shapes:
            path = paths.get(triple.subject)
            value = triple.object
            is_order = triple.predicate.value == terms.SH + "order"
            if is_order and isinstance(path, NamedNode) and isinstance(value, Literal) and value.value.isdecimal():
                orders[path] = min(orders.get(path, int(value.value)), int(value.value))
        return orders

    @cached_property
    def dataset(self) -> NamedNode | None:
        """The thing that stands for the whole: the dataset, or the ontology."""
        header = self.publication.header
        node = header.iri or header.ontology_iri
        return node if isinstance(node, NamedNode) else None

    @cached_property
    def uses(self) -> Counter[Term]:
        """How often each property is used, and how many instances each class has, in what is published."""
        counts: Counter[Term] = Counter()
        for triple in self.graph.default_graph():
            counts[triple.object if triple.predicate == terms.TYPE else triple.predicate] += 1
        return counts


def _readable(kind: NamedNode | None) -> str:
    """The end of a class's IRI as small words: `PartyStatus` is `party-status`."""
    if kind is None:
        return "none"
    words = terms.local_words(kind.value)
    return words if words and words != "none" else digest_name(kind.value)


def _languages(graph: Graph) -> tuple[str, ...]:
    """The languages of the site: those of the interface that the project's settings list, or in which it is named.

    Where they list none, the ontology or else the dataset says it by its names.
    """
    if listed := graph.project.settings.languages:
        return tuple(one for one in LANGUAGES if any(is_read_as(tag, one) for tag in listed)) or LANGUAGES[:1]
    described = [t for source in graph.sources for t in source.parsed.triples]
    datasets = {t.subject for t in described if t.predicate == terms.URI_SPACE}
    for named in (graph.ontology, [t for t in described if t.subject in datasets]):
        used = {
            t.object.language
            for t in named
            if t.predicate in NAMING and isinstance(t.object, Literal) and t.object.language
        }
        found = tuple(language for language in LANGUAGES if any(is_read_as(tag, language) for tag in used))
        if found:
            return found
    return LANGUAGES[:1]
