"""The public Python API: the classes Project and Graph with the methods of every layer, and validate()."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from pyoxigraph import NamedNode, Quad, Triple

from scograph import graph as graphs
from scograph import project as projects
from scograph.checks import check_graph
from scograph.checks.report import Report
from scograph.checks.run import CheckOptions
from scograph.checks.session import Session
from scograph.checks.shacl.validation import ENGINES
from scograph.deprecated import renamed_argument
from scograph.errors import UsageError
from scograph.exports import exporter
from scograph.formats import N_TRIPLES, RDF_FORMATS_BY_NAME, TURTLE, RdfSyntax, format_name
from scograph.losses import told
from scograph.rdflib_bridge import quads_of, to_dataset
from scograph.read_options import ReadOptions, checked_base, checked_import, document
from scograph.stores.embedded import EmbeddedStore, Results
from scograph.validation import INFERENCES, Input, Options, Validated, inputs_at, validate_inputs

if TYPE_CHECKING:
    import rdflib


class Graph(graphs.Graph):
    """The parsed graph of a project, read-only: check it, query it, export it.

    `Project.load` makes it; its other attributes are those of `scograph.graph.Graph`.

    Example:
        >>> from scograph import Project
        >>> graph = Project.builtin().load()
        >>> len(graph.claims) > len(graph.facts) > 1000
        True
    """

    def check(self, texts: Mapping[str, bytes] | None = None) -> Report:
        """Run every check of `docs/reference/checks.md`.

        Args:
            texts: The text of each source as UTF-8 bytes, by the name of the source, to compare the passages with.

        Returns:
            The report; `report.conforms` is true if there is no error.

        Raises:
            InputError: A shape or a rule cannot be evaluated.

        Example:
            >>> from scograph import Project
            >>> report = Project.builtin().load().check()
            >>> report.conforms, report.coverage_percent
            (True, 100.0)
        """
        return check_graph(self, CheckOptions(texts or {})).report

    def session(self, texts: Mapping[str, bytes] | None = None) -> Session:
        """Keep the graph loaded and checked while its files are edited.

        Args:
            texts: As for `check`.

        Returns:
            The session: `session.apply({path: bytes})` gives the report after an edit, `session.refresh()` the one
            after edits on disk; each is equal to that of a check of everything.

        Raises:
            InputError: A shape or a rule cannot be evaluated.

        Example:
            >>> from scograph import Project
            >>> session = Project.builtin().load().session()
            >>> name = session.graph.facts_files[0].parsed.path
            >>> session.apply({name: None}).triples < session.apply({name: session.content(name)}).triples
            True
        """
        return Session(self, CheckOptions(texts or {}))

    def query(self, text: str) -> Results:
        """Run a SPARQL query; the default graph has facts and claims, a named graph what one passage asserts.

        Args:
            text: A SPARQL 1.1 query; the prefixes of the project need no declaration.

        Returns:
            pyoxigraph's solutions of a SELECT, boolean of an ASK, or triples of a CONSTRUCT or DESCRIBE.

        Raises:
            UsageError: The query does not parse, or it has SERVICE, or it is an update.

        Example:
            >>> from scograph import Project
            >>> graph = Project.builtin().load()
            >>> for row in graph.query('SELECT ?state { ?state scog:iso3166Alpha3 "KAZ" }'):
            ...     print(row["state"].value)
            https://w3id.org/scograph/id/state/kaz
        """
        return self._store.query(text, dict(self.prefixes))

    def export(self, format: str, *, facts_only: bool = False, source: str | None = None) -> Iterator[bytes]:  # noqa: A002 -- the word users know
        """Export the graph in a format.

        Args:
            format: The name of a format in `docs/reference/downloads.md`, for example ttl, nt, jsonld, nq, trig or rdf.
            facts_only: Whether to leave out the claims and descriptions.
            source: The name of one source, to export only what it says; None for all.

        Returns:
            The document as pieces of UTF-8.

        Raises:
            UsageError: No format or source has that name.
            FindingsError: A file of the project belongs to no passage.

        Example:
            >>> from scograph import Project
            >>> graph = Project.builtin().load()
            >>> lines = b"".join(graph.export("nt", facts_only=True)).splitlines()
            >>> len(lines) == len(graph.facts)
            True
        """
        return iter(exporter(format)(self, facts_only=facts_only, source=source))

    def to_rdflib(self) -> rdflib.Dataset:
        """Copy the published dataset to rdflib.

        Returns:
            The dataset: a default graph and a named graph for each passage. Literals keep their lexical form.

        Example:
            >>> from scograph import Project
            >>> graph = Project.builtin().load()
            >>> dataset = graph.to_rdflib()
            >>> len(dataset.default_graph) == len(graph.default_graph())
            True
        """
        return to_dataset(self.quads(), self.prefixes)

    @cached_property
    def _store(self) -> EmbeddedStore:
        return EmbeddedStore(self.quads())


class Project(projects.Project):
    """A folder with data, and optionally an ontology, shapes, questions and settings.

    Example:
        >>> from scograph import Project
        >>> Project.builtin().root.is_dir()
        True
    """

    def load(self, *, base: str = "", strict: bool = False, imports: Mapping[str, str | Path] | None = None) -> Graph:
        """Parse the files of the project.

        Args:
            base: The IRI that relative IRIs in the files are resolved against; without it, `base` in `scograph.toml`.
                Without both they are errors, since what is published would name paths of this machine.
            strict: Whether content of JSON-LD files that becomes no statement is an error; else it is a
                `DroppedWarning`, and in the findings of `check`.
            imports: The paths of files that checks read where `owl:imports` names their IRIs, beside those that
                `scograph.toml` and catalogs name.

        Returns:
            Its graph.

        Raises:
            RdfSyntaxError: Files have syntax errors; `findings` has each with its place.
            InputError: A file cannot be read.

        Example:
            >>> from pathlib import Path
            >>> from scograph import Project
            >>> size = Path("rivers.ttl").write_text("<https://example.org/a> <https://example.org/flowsInto> 'b' .")
            >>> graph = Project.open("rivers.ttl").load()
            >>> print(graph.facts[0].object)
            "b"
        """
        files = {**self.options.imports, **_import_files(imports or {})}
        options = replace(self.options, base=checked_base(base) if base else self.options.base, imports=files)
        project = replace(self, options=options)
        with told(strict=strict or None):
            loaded = graphs.load_graph(project)
        fields: dict[str, Any] = {name: getattr(loaded, name) for name in loaded.__dataclass_fields__}
        return Graph(**fields)


Source: TypeAlias = (
    "str | Path | bytes | rdflib.Graph | Triple | Quad | Iterable[str | Path | bytes | rdflib.Graph | Triple | Quad]"
)
"""Data or shapes: files, folders, Turtle as bytes, rdflib graphs, pyoxigraph's triples or quads, or several of them."""


@renamed_argument("most", "limit")
def validate(  # noqa: PLR0913 -- each is an option of its own
    data: Source,
    shapes: Source,
    *,
    ontology: Source = (),
    engine: str = "scograph",
    inference: str = "none",
    subclasses: bool = True,
    meta_shacl: bool = False,
    graph: str | None = None,
    focus: Iterable[str] | None = None,
    allow_warnings: bool = False,
    allow_infos: bool = False,
    limit: int | None = None,
    strict: bool = False,
    strict_shapes: bool = False,
    base: str = "",
    format: str | None = None,  # noqa: A002 -- the word users know
    imports: Mapping[str, str | Path] | None = None,
) -> Validated:
    """Validate any RDF data against any SHACL shapes, without a project (SHACL, clause 3.4).

    Args:
        data: A path (of a file in any RDF syntax, or of a folder), Turtle as bytes, an rdflib graph or dataset,
            pyoxigraph's triples or quads, or several of these. All graphs of a dataset are validated as one.
        shapes: As for `data`. What data or shapes import (`owl:imports`) is read if it is among the files given, in
            `imports`, or in a catalog beside the files (`catalog-v001.xml`); if not, that is a finding.
        ontology: As for `data`; it is added to the data, so that its subclasses are used.
        engine: `scograph`; `pyshacl`; or `both`, which compares the two and reports differences as findings.
        inference: `none`; or `rdfs` or `owlrl`, for which pySHACL infers and validates.
        subclasses: Whether an instance of a class is also an instance of its superclasses.
        meta_shacl: Whether to validate the shapes first, with SHACL's shapes for shapes.
        graph: The IRI of the one named graph of `data` that is validated; None for all graphs.
        focus: The IRIs of the focus nodes to validate; None for all.
        allow_warnings: Whether data with results below sh:Violation conform.
        allow_infos: Whether data with results of severity sh:Info conform.
        limit: The maximum number of results; None for all.
        strict: Whether content of JSON-LD that becomes no statement is an error; else it is a `DroppedWarning`, and
            one of the findings.
        strict_shapes: Whether a flaw of the shapes refuses them all. Otherwise each is a finding, what is concerned is
            left out, and the rest is evaluated; shapes that refer to themselves are evaluated too.
        base: The IRI that relative IRIs are resolved against; without it, a file's own IRI is (RFC 3986, 5.1.3), and in
            bytes they are errors.
        format: The name of the format of `data` that is a file or bytes; None to go by extension and content.
        imports: The paths of files that are read where `owl:imports` names their IRIs.

    Returns:
        The results and findings, and the validation report as Turtle or an rdflib graph.

    Raises:
        RdfSyntaxError: Files have syntax errors, or with `strict_shapes` the shapes have flaws; `findings` has each.
        InputError: A file cannot be read.
        UsageError: An option does not have this value, `data` has no such graph, or `data` or `shapes` is an address
            or the text of a file.

    Example:
        >>> import scograph
        >>> data = b"@prefix ex: <https://example.org/> . ex:bo a ex:Person ."
        >>> shapes = (
        ...     b"@prefix ex: <https://example.org/> . @prefix sh: <http://www.w3.org/ns/shacl#> . "
        ...     b"ex:S a sh:NodeShape ; sh:targetClass ex:Person ; sh:property [ sh:path ex:name ; sh:minCount 1 ] ."
        ... )
        >>> validated = scograph.validate(data, shapes)
        >>> validated.conforms
        False
        >>> for finding in validated.findings:
        ...     print(finding.code, finding.focus)
        sh:minCount https://example.org/bo
    """
    for name, given, known in (("engine", engine, ENGINES), ("inference", inference, INFERENCES)):
        if given not in known:
            raise UsageError(f"{name} is {given!r}", hint=f"it is one of {', '.join(known)}")
    allowed = ("Warning", "Info") if allow_warnings else ("Info",) if allow_infos else ()
    nodes = None if focus is None else tuple(focus)
    only = None if graph is None else NamedNode(graph)
    files = _import_files(imports or {})
    others = ReadOptions(checked_base(base) if base else "", has_own_base=True, imports=files)
    options = Options(
        engine, inference, subclasses, meta_shacl, nodes, allowed, limit, strict_shapes=strict_shapes, read=others
    )
    read = replace(others, row=_row(format))
    inputs = [replace(one, graph=only) for one in _inputs(data, "data", read)]
    with told(strict=strict or None):
        return validate_inputs(
            (*inputs, *_inputs(ontology, "ontology", others)), tuple(_inputs(shapes, "shapes", others)), options
        )


def _import_files(imports: Mapping[str, str | Path]) -> dict[str, str]:
    """The files for imports, by the IRIs of their documents."""
    for iri, file in imports.items():
        checked_import(iri, str(file))
    return {document(iri): str(file) for iri, file in imports.items()}


def _row(name: str | None) -> RdfSyntax | None:
    """The format that a name or an alias of it means."""
    known = format_name(name, RDF_FORMATS_BY_NAME) if name else None
    if name and not known:
        raise UsageError(f"format is {name!r}", hint=f"it is one of {', '.join(RDF_FORMATS_BY_NAME)}")
    return RDF_FORMATS_BY_NAME[known] if known else None


_TAKES = "give a path, Turtle as bytes, an rdflib graph, or pyoxigraph's triples or quads"


def _inputs(source: Any, name: str, options: ReadOptions) -> Iterator[Input]:
    """The inputs that an argument stands for; what is no file is called by the argument's name."""
    if isinstance(source, str) and ("://" in source or "\n" in source):
        what = f"an address, {source}: nothing is fetched" if "\n" not in source else "text of several lines, no path"
        raise UsageError(f"{name} is {what}", hint=_TAKES)
    if isinstance(source, str | Path):
        yield from inputs_at(str(source), _no_stdin, options)
    elif isinstance(source, bytes):
        yield Input(name, options.row or TURTLE, data=source, base=options.base, options=options)
    elif isinstance(source, Triple | Quad):
        yield from _inputs((source,), name, options)
    elif hasattr(source, "serialize") and hasattr(source, "triples"):
        yield Input(name, N_TRIPLES, quads=tuple(quads_of(source)))
    else:
        yield from _inputs_of_several(source, name, options)


def _inputs_of_several(sources: Iterable[Any], name: str, options: ReadOptions) -> Iterator[Input]:
    quads: list[Quad] = []
    for source in sources:
        if isinstance(source, Triple):
            quads.append(Quad(*source))
        elif isinstance(source, Quad):
            quads.append(source)
        else:
            yield from _inputs(source, name, options)
    if quads:
        yield Input(name, N_TRIPLES, quads=tuple(quads))


def _no_stdin() -> bytes:
    raise UsageError("'-' is standard input only on the command line", hint="give the bytes themselves")


__all__ = ["Graph", "Project", "Report", "Triple", "Validated", "validate"]
