"""The nouns for Python programs: a project and its graph, with the verbs of every layer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from pyoxigraph import Quad, Triple

from scograph import graph as graphs
from scograph import project as projects
from scograph.checks import check_graph
from scograph.checks.report import Report
from scograph.checks.shacl.validation import ENGINES
from scograph.errors import UsageError
from scograph.exports import exporter
from scograph.formats import N_TRIPLES, TURTLE
from scograph.rdflib_bridge import quads_of, to_dataset
from scograph.stores.embedded import EmbeddedStore, Results
from scograph.validation import INFERENCES, Input, Options, Validated, inputs_at, validate_inputs

if TYPE_CHECKING:
    import rdflib


class Graph(graphs.Graph):
    """What a project says, parsed once, to be checked, asked and exported."""

    def check(self, texts: Mapping[str, bytes] | None = None) -> Report:
        """Run every check.

        Args:
            texts: Source texts by name, to verify the passages against.

        Returns:
            The report; `report.conforms` is true if nothing is violated.

        Raises:
            InputError: A shape or a rule cannot be evaluated.
        """
        return check_graph(self, texts)

    def query(self, text: str) -> Results:
        """Run a SPARQL query: the default graph holds facts and claims, a named graph what one passage asserts.

        Args:
            text: A SPARQL 1.1 query; the project's own prefixes need no declaration.

        Returns:
            Solutions of a SELECT, the truth of an ASK, triples of a CONSTRUCT or DESCRIBE.

        Raises:
            UsageError: The query does not parse, or wants another host or a change.
        """
        return self._store.query(text, dict(self.prefixes))

    def export(self, format: str, *, facts_only: bool = False, source: str | None = None) -> Iterator[bytes]:  # noqa: A002 -- the word users know
        """Export the graph.

        Args:
            format: A name in `scograph.exports.EXPORTERS`: ttl, nt, jsonld, nq, trig, rdf or context.
            facts_only: Leave out the claims and descriptions.
            source: The name of one source, to take only what it says.

        Returns:
            UTF-8 in pieces.

        Raises:
            UsageError: No format or source has that name.
            FindingsError: Files of the project have no place in it.
        """
        return iter(exporter(format)(self, facts_only=facts_only, source=source))

    def to_rdflib(self) -> rdflib.Dataset:
        """The published dataset for rdflib, each literal with the lexical form that its author wrote."""
        return to_dataset(self.quads(), self.prefixes)

    @cached_property
    def _store(self) -> EmbeddedStore:
        return EmbeddedStore(self.quads())


class Project(projects.Project):
    """A folder with data, and optionally an ontology, shapes, questions and settings."""

    def load(self) -> Graph:
        """Parse the project.

        Returns:
            Its graph.

        Raises:
            RdfSyntaxError: Files break their grammar.
            InputError: A file cannot be read.
        """
        loaded = graphs.load_graph(self)
        fields: dict[str, Any] = {name: getattr(loaded, name) for name in loaded.__dataclass_fields__}
        return Graph(**fields)


Source: TypeAlias = (
    "str | Path | bytes | rdflib.Graph | Triple | Quad | Iterable[str | Path | bytes | rdflib.Graph | Triple | Quad]"
)
"""Data or shapes: files, folders, Turtle as bytes, rdflib graphs, pyoxigraph's triples or quads, or several of them."""


def validate(  # noqa: PLR0913 -- each is an option of its own
    data: Source,
    shapes: Source,
    *,
    ontology: Source = (),
    engine: str = "scograph",
    inference: str = "none",
    subclasses: bool = True,
    meta_shacl: bool = False,
    focus: Iterable[str] | None = None,
    allow_warnings: bool = False,
    allow_infos: bool = False,
    most: int | None = None,
) -> Validated:
    """Hold any data to any shapes, with no project around them (SHACL, clause 3.4).

    Args:
        data: A path (of a file in any RDF syntax, or a folder), Turtle as bytes, an rdflib graph, pyoxigraph's triples
            or quads, or several of these.
        shapes: As for `data`; nothing that they import is fetched.
        ontology: As for `data`: it is read with the data, so that its subclasses count.
        engine: `scograph`; `pyshacl`; or `both`, whose differences are findings.
        inference: `none`; or `rdfs` or `owlrl`, for which pySHACL infers and validates.
        subclasses: Whether an instance of a class is one of the classes above it.
        meta_shacl: Whether the shapes are held to SHACL's shapes for shapes first.
        focus: Only these focus nodes, by their IRIs; None for all.
        allow_warnings: Whether results below sh:Violation do not stand against conformance.
        allow_infos: Whether results of severity sh:Info do not.
        most: At most so many results; None for all.

    Returns:
        `conforms`; `results`; `findings`, which have places in files and bytes; `to_turtle()` and `to_rdflib()`, the
        validation report; `notes` on what was done otherwise than asked for.

    Raises:
        RdfSyntaxError: Files break their grammar, or the shapes are ill-formed; `findings` has each fault.
        InputError: A file cannot be read.
        UsageError: An option has no such value.
    """
    for name, given, known in (("engine", engine, ENGINES), ("inference", inference, INFERENCES)):
        if given not in known:
            raise UsageError(f"{name} is {given!r}", hint=f"it is one of {', '.join(known)}")
    allowed = ("Warning", "Info") if allow_warnings else ("Info",) if allow_infos else ()
    nodes = None if focus is None else tuple(focus)
    options = Options(engine, inference, subclasses, meta_shacl, nodes, allowed, most)
    return validate_inputs(
        (*_inputs(data, "data"), *_inputs(ontology, "ontology")), tuple(_inputs(shapes, "shapes")), options
    )


def _inputs(source: Any, name: str) -> Iterator[Input]:
    """The inputs that an argument stands for; what is no file is called by the argument's name."""
    if isinstance(source, str | Path):
        yield from inputs_at(str(source), _no_stdin, TURTLE)
    elif isinstance(source, bytes):
        yield Input(name, TURTLE, data=source)
    elif isinstance(source, Triple | Quad):
        yield from _inputs((source,), name)
    elif hasattr(source, "serialize") and hasattr(source, "triples"):
        yield Input(name, N_TRIPLES, quads=tuple(quads_of(source)))
    else:
        yield from _inputs_of_several(source, name)


def _inputs_of_several(sources: Iterable[Any], name: str) -> Iterator[Input]:
    quads: list[Quad] = []
    for source in sources:
        if isinstance(source, Triple):
            quads.append(Quad(*source))
        elif isinstance(source, Quad):
            quads.append(source)
        else:
            yield from _inputs(source, name)
    if quads:
        yield Input(name, N_TRIPLES, quads=tuple(quads))


def _no_stdin() -> bytes:
    raise UsageError("'-' is standard input only on the command line", hint="give the bytes themselves")


__all__ = ["Graph", "Project", "Report", "Triple", "Validated", "validate"]
