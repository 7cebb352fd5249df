"""The graph of a project, loaded from its RDF files: facts with their passages, claims, ontology, shapes; read-only."""

from __future__ import annotations

import hashlib
import io
import os
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from pathlib import Path
from types import MappingProxyType
from typing import IO, TYPE_CHECKING, Self, cast

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, Triple

from scograph import terms
from scograph.claims import Claim, can_be_claimed
from scograph.errors import FindingsError, InputError, RdfSyntaxError, UsageError
from scograph.header import Header, read_header
from scograph.imports import (
    IMPORTS,
    Imported,
    ImportingHeader,
    MissingImport,
    file_in_catalogs,
    header_of,
    imported,
    named_file,
)
from scograph.layout import FactsFile, SourceDocument, place_files
from scograph.links import passage_urls
from scograph.messages import did_you_mean, first_of
from scograph.model import Finding, Node, Place, Severity, Term, distinct, in_default_graph
from scograph.named_graphs import MissingGraphError
from scograph.parse import BlankNodeNumbers, Parsed, parse_rdf
from scograph.project import INSTALLED, Project, format_of, read_bytes, vocabulary_file, vocabulary_version
from scograph.read_options import document
from scograph.shape_languages import in_languages
from scograph.streams import content_of, expanded, source_of

if TYPE_CHECKING:  # an export looks for no places
    from scograph.places import PlacedFile, Places
    from scograph.serialise.context import Context

_CONCEPTUAL = frozenset(NamedNode(terms.SKOS + name) for name in ("Concept", "ConceptScheme", "Collection"))
_OWN_NAMESPACE = (terms.PREFERRED_NAMESPACE, terms.URI_SPACE)


@dataclass(frozen=True, slots=True)
class GraphImports:
    """What the files of a project import, and the project does not have in the same place.

    Args:
        data: What its ontology, facts and descriptions of sources import.
        shapes: What its shapes import.
        missing: What is not at hand.
        read: The files that were read for it; the others are the project's own.
    """

    data: tuple[Parsed, ...] = ()
    shapes: tuple[Parsed, ...] = ()
    missing: tuple[MissingImport, ...] = ()
    read: tuple[Parsed, ...] = ()


@dataclass(frozen=True)
class Graph:
    """What a project says, parsed once.

    Args:
        project: The project.
        sources: Its sources, by name.
        facts_files: Its files of facts, by path.
        ontology_files: The files of its ontology.
        shapes_files: The files of its shapes.
        problems: What is wrong with the layout of its files.
    """

    project: Project
    sources: tuple[SourceDocument, ...]
    facts_files: tuple[FactsFile, ...]
    ontology_files: tuple[Parsed, ...] = ()
    shapes_files: tuple[Parsed, ...] = ()
    problems: tuple[Finding, ...] = field(default=())

    @property
    def losses(self) -> tuple[Finding, ...]:
        """What of its files becomes no statement, as warnings."""
        return distinct(finding for parsed in self.all_files for finding in parsed.losses)

    @property
    def is_sourced(self) -> bool:
        """Whether the project says where its facts come from."""
        return bool(self.sources)

    @cached_property
    def ontology(self) -> tuple[Triple, ...]:
        """The triples of the ontology, with the concepts, each once.

        Example:
            >>> from scograph import Project
            >>> from pyoxigraph import NamedNode
            >>> graph = Project.builtin().load()
            >>> NamedNode("https://w3id.org/scograph/ontology#State") in {t.subject for t in graph.ontology}
            True
        """
        return distinct(triple for parsed in self.ontology_files for triple in parsed.triples)

    @cached_property
    def shapes(self) -> tuple[Triple, ...]:
        """The triples of the shapes, each once.

        Example:
            >>> from scograph import Project
            >>> len(Project.builtin().load().shapes) > 100
            True
        """
        return distinct(triple for parsed in self.shapes_files for triple in parsed.triples)

    @cached_property
    def facts(self) -> tuple[Triple, ...]:
        """The asserted facts, each once.

        Example:
            >>> from scograph import Project
            >>> graph = Project.builtin().load()
            >>> len(graph.facts) == len(set(graph.facts)) > 1000
            True
        """
        return distinct(triple for file in self._selected(None) for triple in file.parsed.triples if file.is_asserted)

    @cached_property
    def claims(self) -> tuple[Claim, ...]:
        """A claim for every statement of every passage, asserted or only recorded.

        Example:
            >>> from scograph import Project
            >>> claim = Project.builtin().load().claims[0]
            >>> claim.iri.value.startswith(claim.passage.value + "#")
            True
        """
        return tuple(self._claims(None))

    @cached_property
    def prefixes(self) -> Mapping[str, str]:
        """The namespace of each prefix: those of headers (`vann:preferredNamespacePrefix`), then those of files.

        Example:
            >>> from scograph import Project
            >>> Project.builtin().load().prefixes["scog"]
            'https://w3id.org/scograph/ontology#'
        """
        found = dict(self._preferred_prefixes())
        namespaces = set(found.values())
        files = (*self.ontology_files, *(source.parsed for source in self.sources))
        for parsed in (*files, *(file.parsed for file in self.facts_files), *self.shapes_files):
            for prefix, namespace in sorted(parsed.prefixes.items()):
                if prefix and prefix not in found and namespace not in namespaces:
                    found[prefix] = namespace
                    namespaces.add(namespace)
        return dict(sorted(found.items()))

    def _preferred_prefixes(self) -> Iterator[tuple[str, str]]:
        """The prefix that a header (of the ontology, of the dataset) gives its namespace."""
        header = (*self.ontology, *(triple for source in self.sources for triple in source.parsed.triples))
        prefixes = {t.subject: _text(t.object) for t in header if t.predicate == terms.PREFERRED_PREFIX}
        for triple in header:
            if triple.predicate in _OWN_NAMESPACE and triple.subject in prefixes:
                yield prefixes[triple.subject], _text(triple.object)

    @cached_property
    def namespaces(self) -> tuple[str, ...]:
        """The namespaces that the project calls its own: of its ontology, and of its dataset's IRIs."""
        header = (*self.ontology, *(triple for source in self.sources for triple in source.parsed.triples))
        return tuple(sorted({_text(t.object) for t in header if t.predicate in _OWN_NAMESPACE and _text(t.object)}))

    @cached_property
    def context(self) -> Context:
        """The JSON-LD context that its ontology, shapes and prefixes give."""
        from scograph.serialise.derive import derive_context  # noqa: PLC0415 -- few exports need it

        return derive_context(self.ontology, self.shapes, self.prefixes, self.term_namespace)

    @cached_property
    def header(self) -> Header:
        """What it states of itself as a dataset, in the descriptions of its sources, or in its facts if it has none.

        Facts without sources and ontology may be those of one ontology, whose header counts then.
        """
        described = tuple(triple for source in self.sources for triple in source.parsed.triples)
        if described or self.ontology:
            return read_header(described or self.facts, self.ontology)
        ontologies = {t.subject for t in self.facts if t.predicate == terms.TYPE and t.object == terms.ONTOLOGY}
        return read_header(self.facts, self.facts if len(ontologies) == 1 else ())

    @property
    def term_namespace(self) -> str:
        """The namespace of the ontology's own terms, or nothing."""
        found = (_text(t.object) for t in self.ontology if t.predicate == terms.PREFERRED_NAMESPACE)
        return next(found, "")  # the project's own files come before those of what it uses

    @cached_property
    def by_subject(self) -> Mapping[Node, tuple[Triple, ...]]:
        """The triples of the published default graph and the ontology, by subject.

        Example:
            >>> from scograph import Project
            >>> from pyoxigraph import NamedNode
            >>> graph = Project.builtin().load()
            >>> len(graph.by_subject[NamedNode("https://w3id.org/scograph/id/state/kaz")]) > 5
            True
        """
        index: dict[Node, list[Triple]] = defaultdict(list)
        for triple in distinct((*self.default_graph(), *self.ontology)):
            index[_node(triple.subject)].append(triple)
        return {subject: tuple(triples) for subject, triples in index.items()}

    def describing(self, node: Term) -> tuple[Triple, ...]:
        """The triples of `by_subject` for a term, none for one that is no subject."""
        return self.by_subject.get(node, ()) if isinstance(node, NamedNode | BlankNode) else ()

    def default_graph(self, *, facts_only: bool = False, source: str | None = None) -> tuple[Triple, ...]:
        """The triples that are published in the default graph.

        Args:
            facts_only: Leave out the claims and the descriptions of documents and concepts.
            source: The name of one source, to take only what it says.

        Returns:
            Facts, descriptions of documents, passages and concepts, the addresses of passages, and claims, each triple
            once.

        Raises:
            FindingsError: A file of the project belongs to no passage.
            UsageError: No source has that name.

        Example:
            >>> from scograph import Project
            >>> graph = Project.builtin().load()
            >>> set(graph.facts) < set(graph.default_graph())
            True
        """
        if self.problems:
            raise FindingsError(
                f"{self.project.settings.name}: its files do not tell which passage says what",
                self.problems,
                hint="put the files where they belong; scograph check lists the same",
            )
        self._require_source(source)
        if facts_only:
            files = (file for file in self._selected(source) if file.is_asserted)
            return distinct(triple for file in files for triple in file.parsed.triples)
        return self._whole if source is None else self._of_source(source)

    @cached_property
    def _whole(self) -> tuple[Triple, ...]:
        """The published default graph, made once: each export, description and page begins with it."""
        return self._of_source(None)

    def _of_source(self, source: str | None) -> tuple[Triple, ...]:
        facts = (triple for file in self._selected(source) if file.is_asserted for triple in file.parsed.triples)
        sources = [s for s in self.sources if source in (None, s.name)]
        described = (triple for s in sources for triple in s.parsed.triples)
        linked = (triple for s in sources for triple in passage_urls(s.parsed.triples))
        claims = self.claims if source is None else self._claims(source)
        claimed = (triple for claim in claims for triple in claim.triples())
        return distinct((*facts, *described, *linked, *self.concepts, *claimed))

    def passage_graphs(self, *, source: str | None = None) -> Iterator[Quad]:
        """What each passage asserts, in a graph named by the passage.

        Args:
            source: The name of one source, to take only its passages.

        Returns:
            The quads, by file.

        Example:
            >>> from scograph import Project
            >>> graph = Project.builtin().load()
            >>> {quad.triple for quad in graph.passage_graphs()} <= set(graph.facts)
            True
        """
        self._require_source(source)
        for file in self._selected(source):
            if file.passage and file.is_asserted:
                for triple in distinct(file.parsed.triples):
                    yield Quad(triple.subject, triple.predicate, triple.object, file.passage)

    def named_graphs(self, *, source: str | None = None) -> Iterator[Quad]:
        """The published named graphs: those of the passages, and those that files name (TriG, N-Quads, JSON-LD).

        What a file says in a named graph is published in the default graph as well, as what a passage asserts is.

        Args:
            source: As for `passage_graphs`.

        Returns:
            The quads, each once.

        Example:
            >>> from pathlib import Path
            >>> from scograph import Project
            >>> size = Path("rivers.nq").write_text("<urn:a> <urn:flowsInto> <urn:b> <urn:atlas> .")
            >>> [str(quad.graph_name) for quad in Project.open("rivers.nq").load().named_graphs()]
            ['<urn:atlas>']
        """
        written = list(self.quads_in_named_graphs(source=source))
        passages = self.passage_graphs(source=source)
        return iter(distinct((*passages, *written))) if written else passages

    def quads_in_named_graphs(self, *, source: str | None = None) -> Iterator[Quad]:
        """What files state in graphs that they name (TriG, N-Quads, JSON-LD).

        Args:
            source: As for `passage_graphs`.

        Returns:
            The quads, in the order of the files.
        """
        self._require_source(source)
        files = (file for file in self._selected(source) if file.is_asserted)
        quads = (quad for file in files if file.parsed.graph is None for quad in file.parsed.quads)
        return (quad for quad in quads if not isinstance(quad.graph_name, DefaultGraph))

    def only_graph(self, name: str) -> Self:
        """The same ontology and shapes with what one named graph says, which becomes the default graph.

        Args:
            name: The IRI of a passage, or of a graph that a file names.

        Returns:
            The graph, without sources and claims.

        Raises:
            MissingGraphError: No graph has that name.

        Example:
            >>> from pathlib import Path
            >>> from scograph import Project
            >>> size = Path("rivers.trig").write_text("<urn:x> { <urn:a> <urn:in> <urn:b> } <urn:c> <urn:in> <urn:d> .")
            >>> [str(triple.subject) for triple in Project.open("rivers.trig").load().only_graph("urn:x").facts]
            ['<urn:a>']
        """
        node = NamedNode(name)
        files = []
        for file in self.facts_files:
            if file.passage == node and file.is_asserted:
                files.append(FactsFile(file.parsed))
            elif file.is_asserted and any(quad.graph_name == node for quad in file.parsed.quads):
                files.append(FactsFile(replace(file.parsed, graph=node)))
        if not files:
            raise MissingGraphError(name)
        return replace(self, sources=(), facts_files=tuple(files), problems=())

    def quads(self, *, facts_only: bool = False, source: str | None = None) -> Iterator[Quad]:
        """The published dataset: the default graph, then the named graphs.

        Args:
            facts_only: As for `default_graph`.
            source: As for `default_graph`.

        Returns:
            The quads.

        Example:
            >>> from scograph import Project
            >>> graph = Project.builtin().load()
            >>> len(list(graph.quads())) == len(graph.default_graph()) + len(list(graph.named_graphs()))
            True
        """
        yield from in_default_graph(self.default_graph(facts_only=facts_only, source=source))
        yield from self.named_graphs(source=source)

    @cached_property
    def concepts(self) -> tuple[Triple, ...]:
        """The concepts and their schemes, which are published with the facts that point at them.

        What a file says of the concepts and schemes that it declares (SKOS Reference, clauses 3 and 4), in whatever
        file of the ontology that is.
        """
        return distinct(triple for parsed in self.ontology_files for triple in of_concepts(parsed.triples))

    def describe(self, iri: str) -> tuple[Triple, ...]:
        """Give what is published about one thing: its triples, and those of the blank nodes that they lead to.

        Args:
            iri: The IRI of the thing.

        Returns:
            The triples; none if the graph does not have this subject.

        Raises:
            UsageError: The text is not an IRI.

        Example:
            >>> from scograph import Project
            >>> triples = Project.builtin().load().describe("https://w3id.org/scograph/id/state/kaz")
            >>> sorted(t.object.value for t in triples if t.predicate.value.endswith("#iso3166Alpha3"))
            ['KAZ']
        """
        found: list[Triple] = []
        seen: set[Node] = set()
        try:
            waiting: list[Node] = [NamedNode(iri)]
        except ValueError as error:
            raise UsageError(f"{iri!r} is no IRI: {error}", hint="write it in full, https://… say") from error
        while waiting:
            node = waiting.pop()
            if node in seen:
                continue
            seen.add(node)
            for triple in self.by_subject.get(node, ()):
                found.append(triple)
                if isinstance(triple.object, BlankNode):
                    waiting.append(triple.object)
        return tuple(found)

    @cached_property
    def imports(self) -> GraphImports:
        """What its files import (owl:imports), read when it is first asked for; nothing of it is published.

        Raises:
            RdfSyntaxError: Files that are imported break their grammar; each fault is in it.
            InputError: A file that settings or options name cannot be read, or a catalog is ill-formed.
        """
        facts = tuple(file.parsed for file in self.facts_files)
        data = (*self.ontology_files, *facts, *(source.parsed for source in self.sources))
        files = (*data, *self.shapes_files)
        if not any(quad.predicate == IMPORTS for parsed in files for quad in parsed.quads):
            return GraphImports()
        reader = _ImportReader(self.project, files)
        of_data, of_shapes = reader.imported(data), reader.imported(self.shapes_files)
        if reader.errors:
            raise RdfSyntaxError(sorted(reader.errors, key=Finding.sort_key))
        missing = (*of_data.missing, *of_shapes.missing)
        return GraphImports(of_data.found, of_shapes.found, missing, tuple(reader.read.values()))

    @property
    def all_files(self) -> tuple[Parsed, ...]:
        """Its files: facts first, then sources, ontology and shapes."""
        files = (*(file.parsed for file in self.facts_files), *(source.parsed for source in self.sources))
        return (*files, *self.ontology_files, *self.shapes_files)

    @property
    def ontology_with_imports(self) -> tuple[Triple, ...]:
        """The triples of the ontology and of what it and the facts import, each once."""
        return distinct((*self.ontology, *(triple for parsed in self.imports.data for triple in parsed.triples)))

    @cached_property
    def places(self) -> Places:
        """Where statements stand: facts first, then sources, ontology and shapes; a claim where its fact does."""
        from scograph.places import Places  # noqa: PLC0415 -- as above

        return Places((self.placed_file(parsed) for parsed in self.all_files), others=self._claimed)

    @cached_property
    def places_with_imports(self) -> Places:
        """The same with what is imported, which is looked at last."""
        if not self.imports.read:
            return self.places
        from scograph.places import Places  # noqa: PLC0415 -- as above

        files = (*self.all_files, *self.imports.read)
        return Places((self.placed_file(parsed) for parsed in files), others=self._claimed)

    def placed_file(self, parsed: Parsed) -> PlacedFile:
        """A file of the project, as places are looked up in it."""
        from scograph.places import PlacedFile  # noqa: PLC0415 -- as above

        path = self.project.path_of(parsed.path)
        row = format_of(path)
        rdf = parsed.rdf or (row.rdf if row else None)
        return PlacedFile(
            parsed.path,
            lambda: parsed.written or parsed.quads,
            partial(_text_of, path, parsed.content),
            rdf,
            parsed.base,
            parsed.graph,
        )

    def _claimed(self) -> Mapping[str, tuple[str, str, str, str]]:
        """The statement that each claim is about, and its file."""
        return {
            str(claim.iri): (str(s), str(p), str(o), file.parsed.path)
            for file in self.facts_files
            for claim in self.claims_of(file)
            for s, p, o in (claim.triple,)
        }

    def _selected(self, source: str | None) -> Iterator[FactsFile]:
        return (file for file in self.facts_files if source is None or file.source == source)

    def _claims(self, source: str | None) -> Iterator[Claim]:
        return (claim for file in self._selected(source) for claim in self.claims_of(file))

    def claims_of(self, file: FactsFile) -> Iterator[Claim]:
        """A claim for every statement of a file that a passage supports.

        Args:
            file: One of its files of facts.

        Returns:
            The claims, in the order of the file.
        """
        if file.passage:
            for triple in distinct(file.parsed.triples):
                if can_be_claimed(triple):
                    yield Claim(triple, file.passage, terms.basis(file.basis))

    def _require_source(self, source: str | None) -> None:
        names = [s.name for s in self.sources]
        if source is not None and source not in names:
            hint = did_you_mean(source, names, f"sources: {first_of(names) or 'none'}", form="{!r}")
            raise UsageError(f"no source is called {source!r}", hint=hint)


@dataclass(frozen=True, slots=True)
class KeptFiles:
    """Files of a project that were parsed before.

    Args:
        files: They, by the names that messages show.
        numbers: Gives what names the blank nodes of a file that is parsed anew.
        named: Gives such a file with the names that its blank nodes are to keep.
    """

    files: Mapping[str, Parsed]
    numbers: Callable[[str], BlankNodeNumbers]
    named: Callable[[Parsed], Parsed]


def load_graph(
    project: Project,
    changed: Mapping[str, bytes | None] = MappingProxyType({}),
    kept: KeptFiles | None = None,
) -> Graph:
    """Parse a project.

    Args:
        project: The project.
        changed: Files of data, relative to the project, that are to become others: their bytes, None for those that are
            to be removed.
        kept: Files that were parsed before, which are not read again.

    Returns:
        Its graph; files that are laid out wrongly are among its problems, not errors.

    Raises:
        RdfSyntaxError: Files break their grammar, or state a namespace or prefix that is none; all of it is in it.
        InputError: A file cannot be read.
    """
    all_numbers = BlankNodeNumbers()
    options = project.options
    errors: list[Finding] = []

    def read(paths: Iterable[Path]) -> list[Parsed]:
        found = []
        for path in paths:
            name = project.relative(path) if changed or kept else ""
            if kept and (before := kept.files.get(name)) is not None:
                found.append(before)
                continue
            content = changed[name] if name in changed else read_bytes(path)
            if content is None:
                continue
            numbers = kept.numbers(project.relative(path)) if kept else all_numbers
            first = numbers.count
            source = source_of(str(path), options if path == project.root else replace(options, row=None))
            text = content_of(replace(source, opened=cast("IO[bytes]", io.BytesIO(content))))
            name = project.relative(path)
            parsed = parse_rdf(text, source.row, name, numbers, base=source.base, options=options)
            errors.extend(parsed.errors)
            digest = hashlib.sha256(content).hexdigest()
            given = content if name in changed else None
            one = replace(parsed, sha256=digest, blank_nodes=numbers.count - first, content=given)
            found.append(kept.named(one) if kept else one)
        return found

    ontology = read(project.ontology_files())
    shapes = read(project.shapes_files())
    if project.used and project.settings.languages:
        own = [parsed for parsed in shapes if not parsed.path.startswith(INSTALLED)]
        used = shapes[len(own) :]
        is_kept = kept is not None and all(kept.files.get(one.path) is one for one in used)
        shapes = shapes if is_kept else [*own, *in_languages(used, project.settings.languages)]
    files = tuple(project.data_files())
    added = {project.folder / path for path in changed if format_of(Path(path))} - set(files) if changed else ()
    data = read(sorted((*files, *added)) if added else files)
    new = (one for one in (*ontology, *data) if kept is None or kept.files.get(one.path) is not one)
    errors += _unusable_headers(new, project)
    if errors:
        raise RdfSyntaxError(sorted(errors, key=Finding.sort_key))
    sources, facts, problems = place_files(data)
    graph = Graph(project, sources, facts, tuple(ontology), tuple(shapes), problems)
    if not problems:
        return graph
    from scograph.places import Places  # noqa: PLC0415 -- as above

    places = Places(graph.placed_file(parsed) for parsed in data)
    return replace(graph, problems=tuple(places.placed(problem, last=True) for problem in problems))


class _ImportReader:
    """Finds and reads what files of a project import: its own files, those that it names, those of catalogs.

    Args:
        project: The project.
        files: Its files.
    """

    def __init__(self, project: Project, files: Iterable[Parsed]) -> None:
        self.errors: list[Finding] = []
        self.read: dict[str, Parsed] = {}
        self._project = project
        self._folder = os.path.abspath(project.folder)  # noqa: PTH100 -- links are kept
        self._files = {parsed.path: parsed for parsed in files}
        self._headers = {path: self._header(parsed) for path, parsed in self._files.items()}
        self._numbers = BlankNodeNumbers("import")

    def imported(self, files: Sequence[Parsed]) -> Imported[Parsed]:
        """What some files import, without these files themselves."""
        own = {parsed.path for parsed in files}
        folders = dict.fromkeys(Path(self._folder, path).parent for path in own)

        def find(iri: str) -> Parsed | str:
            path: Path | str | None = named_file(iri, self._project.options)
            if path is None:
                at_hand = (one for name, one in self._files.items() if document(iri) in self._headers[name].names)
                if (one := next(at_hand, None)) is not None:
                    return one
                path = file_in_catalogs(iri, tuple(folders)) or _file_of_vocabulary(iri)
            if isinstance(path, str):
                return path
            folders.setdefault(Path(os.path.abspath(path)).parent)  # noqa: PTH100 -- links are kept
            return self._parsed(path, iri)

        found = imported([self._headers[parsed.path] for parsed in files], find, self._header)
        return replace(found, found=tuple(one for one in found.found if one.path not in own))

    def _header(self, parsed: Parsed) -> ImportingHeader:
        return header_of(parsed.quads, Path(self._folder, parsed.path))

    def _parsed(self, path: Path, iri: str) -> Parsed:
        """A file that is imported; its relative IRIs are resolved against the IRI that it is imported by."""
        full = Path(os.path.abspath(path))  # noqa: PTH100 -- links are kept
        name = full.relative_to(self._folder).as_posix() if full.is_relative_to(self._folder) else full.as_posix()
        if name in self._files:
            return self._files[name]
        if name not in self.read:
            options = replace(self._project.options, row=None, base=iri)
            source = source_of(str(path), options)
            text = content_of(source)
            self.read[name] = parse_rdf(text, source.row, name, self._numbers, base=source.base, options=options)
            self.errors += self.read[name].errors
        return self.read[name]


def of_concepts(triples: Iterable[Triple]) -> Iterator[Triple]:
    """What is said of the concepts and schemes that are declared there."""
    triples = tuple(triples)
    declared = {triple.subject for triple in triples if triple.predicate == terms.TYPE and triple.object in _CONCEPTUAL}
    return (triple for triple in triples if triple.subject in declared)


def _text_of(path: Path, content: bytes | None = None) -> bytes:
    return expanded(read_bytes(path) if content is None else content, path)


def _file_of_vocabulary(iri: str) -> Path | str:
    """The file of the vocabulary that the tool carries, if an IRI is that of its ontology or of its version."""
    own = terms.SCOG.removesuffix("#")
    return vocabulary_file() if document(iri) in (own, f"{own}/{vocabulary_version()}") else ""


_PREFIX = re.compile(r"(?:[^\W\d_](?:[\w.\-\u00b7]*[\w\-\u00b7])?)?")
"""A prefix as Turtle and SPARQL write it (PN_PREFIX), and letters of later Unicode versions."""


def _unusable_headers(files: Iterable[Parsed], project: Project) -> Iterator[Finding]:
    """Namespaces and prefixes that headers state and that are none: they would be written into files and queries."""
    for parsed in files:
        for triple in parsed.triples:
            message = _header_fault(triple)
            if not message:
                continue
            from scograph.places import PlacedFile, Places  # noqa: PLC0415 -- few projects have such a header

            path = project.path_of(parsed.path)
            placed = PlacedFile(
                parsed.path,
                partial(tuple, parsed.quads),
                partial(_text_of, path, parsed.content),
                parsed.rdf,
                parsed.base,
            )
            finding = Finding(
                Severity.ERROR,
                "header",
                message,
                hint="a prefix looks like ex, a namespace like https://example.org/",
                focus=str(triple.subject),
                path=str(triple.predicate),
                value=str(triple.object),
                place=Place(parsed.path),
            )
            yield Places([placed]).placed(finding)


def _header_fault(triple: Triple) -> str:
    if triple.predicate == terms.PREFERRED_PREFIX:
        value = _text(triple.object)
        return "" if _PREFIX.fullmatch(value) else f"{value!r} is no prefix"
    if triple.predicate in _OWN_NAMESPACE and isinstance(triple.object, Literal):
        try:
            NamedNode(triple.object.value)
        except ValueError:
            return f"{triple.object.value!r} is no IRI"
    return ""


def _text(term: Term) -> str:
    return term.value if isinstance(term, Literal | NamedNode) else ""


def _node(term: Term) -> Node:
    if isinstance(term, NamedNode | BlankNode):
        return term
    raise InputError(f"{term} stands as a subject, which RDF 1.1 does not allow")
