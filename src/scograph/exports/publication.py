"""A publication: a graph with its header, its published files and their addresses; descriptions are made from it."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from pyoxigraph import Literal, NamedNode

from scograph import terms
from scograph.exports.tables import TABLES
from scograph.formats import JSON_SCHEMA, OF_JSON_LD, rdf_format_of_type
from scograph.graph import Graph
from scograph.header import Header
from scograph.labels import Labels
from scograph.manifest import Entry

NOT_STATED = "not stated"
"""The name of the publisher where the graph names none and a standard requires one."""
WITH_ONTOLOGY = "-with-ontology.ttl"
"""How the file's name ends that has the default graph and the ontology, for tools that take one file."""
CORE = "-core"
"""How the stem of a file of shapes ends that leaves out SHACL-SPARQL: the same shapes in SHACL Core alone."""
MIN_DESCRIPTION_LENGTH = 50
"""Minimum length of a description: search engines show no dataset with a shorter one."""

_DATES = tuple(terms.XSD + name for name in ("date", "gYear", "gYearMonth", "dateTime"))
_YEAR = 4


def ni(digest: str) -> str:
    """The name of something by its content (RFC 6920, clause 3).

    Args:
        digest: Its SHA-256, in hexadecimal digits.

    Returns:
        An IRI of the scheme `ni`.
    """
    return f"ni:///sha-256;{base64.urlsafe_b64encode(bytes.fromhex(digest)).decode().rstrip('=')}"


@dataclass(frozen=True, slots=True)
class PublicationTarget:
    """Address, date and version that a graph is published under.

    Args:
        base: The address that the published files lie under, ending in a slash; nothing for that of the dataset's own
            IRIs, if its header states one.
        endpoint: The address where the dataset answers SPARQL, or nothing.
        date: The date of publication, as `YYYY-MM-DD`; nothing for that in the dataset's header.
        version: The version, where this is a release.
        previous: The version of the release before, if there was one.
    """

    base: str = ""
    endpoint: str = ""
    date: str = ""
    version: str = ""
    previous: str = ""


@dataclass(frozen=True)
class Agent:
    """A publisher or creator.

    Args:
        iri: The agent's IRI, or nothing if none is stated.
        name: The name.
    """

    iri: str
    name: str


@dataclass(frozen=True)
class Publication:
    """A graph with its published files.

    Args:
        graph: The graph.
        entries: The files that were written before the descriptions.
        canonical: The SHA-256 of the dataset's canonical form; nothing if it has none within the bounds.
        target: Address, date and version that it is published under.
        inputs: The SHA-256 of each data file that was read, by path.
    """

    graph: Graph
    entries: tuple[Entry, ...]
    canonical: str
    target: PublicationTarget = field(default_factory=PublicationTarget)
    inputs: Mapping[str, str] = field(default_factory=dict)

    @property
    def header(self) -> Header:
        """What the graph states of itself as a dataset."""
        return self.graph.header

    @cached_property
    def labels(self) -> Labels:
        """The graph's labels."""
        return Labels(self.graph)

    @property
    def base(self) -> str:
        """The address that releases and the latest build lie under, ending in a slash; nothing if none is known."""
        return site_address(self.header, self.target)

    @property
    def folder_address(self) -> str:
        """The address of the published folder, ending in a slash; nothing if none is known."""
        base = self.base
        return f"{base}releases/{self.target.version}/" if base and self.target.version else base

    def address(self, path: str) -> str:
        """The address of a published file; its name by its content where no address is known."""
        if self.folder_address:
            return self.folder_address + path
        entry = next((entry for entry in self.entries if entry.path == path), None)
        return ni(entry.sha256) if entry else f"{self._name_by_content}#{path}"

    @property
    def _name_by_content(self) -> str:
        """The dataset's name by its canonical form, or by the bytes of its N-Quads where it has none."""
        return ni(self.canonical or next(entry.sha256 for entry in self.entries if entry.path.endswith(".nq")))

    def part(self, path: str, name: str) -> NamedNode:
        """Something that a description talks about besides the dataset and its files."""
        address = self.address(path)
        return NamedNode(f"{address}{'-' if '#' in address else '#'}{name}")

    @cached_property
    def dataset(self) -> NamedNode:
        """The dataset that is described: of a release that version, else the dataset as it goes on."""
        if self.target.version and self.folder_address:
            return NamedNode(self.folder_address)
        return self.abstract_dataset

    @property
    def abstract_dataset(self) -> NamedNode:
        """The dataset whatever its version: by its IRI, or else by the content it has."""
        return self.header.iri or NamedNode(self._name_by_content)

    @property
    def version(self) -> str:
        """The release's version, else the one that the header states, or nothing."""
        return self.target.version or self.header.text("owl:versionInfo")

    @property
    def date(self) -> str:
        """The date of publication as `YYYY-MM-DD`, or nothing."""
        return date_of(self.header, self.target)

    @property
    def titles(self) -> tuple[Literal, ...]:
        """The titles; the project's name where none is stated."""
        return self.header.texts("dcterms:title") or (Literal(self.graph.project.settings.name),)

    @property
    def title(self) -> str:
        """The title in English, else the first."""
        return main_text(self.titles)

    @property
    def descriptions(self) -> tuple[Literal, ...]:
        """The descriptions; a count of what is there where none is stated."""
        stated = self.header.texts("dcterms:description", "dcterms:abstract", "rdfs:comment")
        return stated or (Literal(self.counted, language="en"),)

    @property
    def description(self) -> str:
        """The description in English, else the first, with a count of what is there if it is short."""
        text = main_text(self.descriptions)
        is_enough = len(text) >= MIN_DESCRIPTION_LENGTH or text == self.counted
        return text if is_enough else f"{text.rstrip('.')}. {self.counted}"

    @cached_property
    def counted(self) -> str:
        """The number of facts, things and documents, in a sentence."""
        facts = self.graph.facts
        things = {triple.subject for triple in facts}
        sources = {source.document for source in self.graph.sources}
        documents = f", from {len(sources):,} document{'s' * (len(sources) != 1)}" if sources else ", published as RDF"
        return (
            f"A knowledge graph of {len(facts):,} fact{'s' * (len(facts) != 1)}"
            f" about {len(things):,} thing{'s' * (len(things) != 1)}{documents}."
        )

    @property
    def publisher(self) -> Agent:
        """The publisher."""
        return next(iter(self._agents("dcterms:publisher", "dcterms:creator")), Agent("", NOT_STATED))

    @property
    def creators(self) -> tuple[Agent, ...]:
        """The creators; the publisher where none is named."""
        return self._agents("dcterms:creator") or (self.publisher,)

    def _agents(self, *names: str) -> tuple[Agent, ...]:
        for name in names:
            values = sorted(self.header.values(name), key=str)
            if values:
                return tuple(
                    Agent("" if isinstance(value, Literal) else value.value, self.labels.label(value))
                    for value in values
                    if isinstance(value, NamedNode | Literal)
                )
        return ()

    @property
    def licence(self) -> str:
        """The licence's IRI, or nothing."""
        return next((node.value for node in self.header.nodes("dcterms:license")), "")

    @property
    def endpoint(self) -> str:
        """The address of the SPARQL endpoint, or nothing."""
        return self.target.endpoint or self.header.text("void:sparqlEndpoint")

    @cached_property
    def years(self) -> tuple[str, str] | None:
        """The first and the last year that a date among the facts lies in."""
        years = sorted(
            triple.object.value[:_YEAR]
            for triple in self.graph.facts
            if isinstance(triple.object, Literal)
            and triple.object.datatype.value in _DATES
            and triple.object.value[:_YEAR].isdecimal()
        )
        return (years[0], years[-1]) if years else None

    @property
    def distributions(self) -> tuple[Entry, ...]:
        """The files that catalogues list: not the single tables, which the archive has, nor what describes JSON-LD."""
        name = self.graph.project.settings.name
        about = {f"{name}.{row.extension}" for row in OF_JSON_LD}
        return tuple(e for e in self.entries if not e.path.startswith(f"{TABLES}/") and e.path not in about)

    @property
    def json_schema(self) -> str:
        """The address of the JSON Schema that the JSON-LD conforms to; nothing if it is not published."""
        path = f"{self.graph.project.settings.name}.{JSON_SCHEMA.extension}"
        return self.address(path) if any(entry.path == path for entry in self.entries) else ""

    def is_dump(self, entry: Entry) -> bool:
        """Whether a file holds the dataset, or its facts alone."""
        name = self.graph.project.settings.name
        is_rdf = rdf_format_of_type(entry.media_type) is not None
        return is_rdf and entry.path.startswith((f"{name}.", f"{name}-facts."))


def site_address(header: Header, target: PublicationTarget) -> str:
    """The address that everything published lies under, ending in a slash, or nothing."""
    space = header.text("void:uriSpace")
    if target.base:
        return target.base if target.base.endswith("/") else f"{target.base}/"
    return space if space.startswith(("http://", "https://")) and space.endswith("/") else ""


def date_of(header: Header, target: PublicationTarget) -> str:
    """The date of publication: the one given, else that of the dataset's last change, or nothing."""
    stated = target.date or header.text("dcterms:modified") or header.text("dcterms:issued")
    return stated[:10] if len(stated) >= 10 and stated[4] == stated[7] == "-" else ""  # noqa: PLR2004 -- YYYY-MM-DD


def main_text(texts: Iterable[Literal]) -> str:
    """The text in English, else the one without a language, else the first."""
    ordered = sorted(texts, key=lambda text: (text.language or "", text.value))
    english = (text for text in ordered if (text.language or "").partition("-")[0] == "en")
    untagged = (text for text in ordered if not text.language)
    return next((text.value for group in (english, untagged, ordered) for text in group), "")
