"""Any data against any shapes, with no project around them (SHACL, clause 3.4)."""

from __future__ import annotations

import importlib.util
import io
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pyoxigraph import BlankNode, NamedNode, Quad, RdfFormat, Triple, parse

from scograph.bounded import NEVER, Deadline
from scograph.checks.findings import ValidationContext, flaw_findings, located_terms, result_findings, shapes_error
from scograph.checks.imports import missing_findings
from scograph.checks.report import Report
from scograph.checks.shacl.index import Index, without_collection
from scograph.checks.shacl.model import Result, ShapeError
from scograph.checks.shacl.report import Line, report_lines
from scograph.checks.shacl.validation import Validation, run_validation
from scograph.checks.shapes import difference_findings
from scograph.errors import InputError, RdfSyntaxError, UsageError
from scograph.formats import TURTLE, RdfSyntax
from scograph.guard import PIECE, Guard, guard
from scograph.imports import (
    IMPORTS,
    ONTOLOGY,
    VERSION,
    Imported,
    ImportingHeader,
    MissingImport,
    file_in_catalogs,
    header_of,
    imported,
    named_file,
)
from scograph.losses import told
from scograph.model import Finding, GraphName, distinct
from scograph.named_graphs import MissingGraphError, in_graph
from scograph.ntriples import TYPE, iri, is_blank, is_iri
from scograph.parse import BlankNodeNumbers, Parsed, parse_rdf
from scograph.places import WITH_PLACES, PlacedFile, Places
from scograph.project import Project, compression_of, read_bytes, shown_path
from scograph.rdflib_bridge import quiet, to_graph
from scograph.read_options import AS_WRITTEN, OWN_BASE, ReadOptions, document, file_iri
from scograph.reports.validation import REPORT_PREFIXES, report_turtle
from scograph.streams import BYTE_ORDER_MARK, COMPRESSION_MARKS, STDIN, content_of, source_of

if TYPE_CHECKING:
    import rdflib

INFERENCES = ("none", "rdfs", "owlrl")
"""What may be inferred before the shapes are applied."""
_ANNOUNCES_RDF_12 = re.compile(rb"(?:^|\.)\s*@?version\s*[\"']", re.IGNORECASE | re.MULTILINE)
_HEAD = 1 << 12
_MADE_LABEL = re.compile(r"(?:b|path|finding)[0-9]{1,15}|result[0-9]+(?:-[0-9]+)*|report|d[0-9]+x.*")
"""The labels that are made here of blank nodes: of files, and of reports."""


@dataclass(frozen=True)
class Input:
    """A file, or what stands for one.

    Args:
        name: What messages call it.
        row: Its format.
        path: Where it is, or None.
        data: Its bytes, where it is no file.
        quads: Its statements, where it has no text.
        graph: The one graph of it that counts; None for all of them, as one.
        base: The IRI that relative IRIs in it are resolved against; nothing where they are errors.
        options: How it is read.
    """

    name: str
    row: RdfSyntax
    path: Path | None = None
    data: bytes = b""
    quads: tuple[Quad, ...] | None = None
    graph: GraphName | None = None
    base: str = ""
    options: ReadOptions = AS_WRITTEN

    def read(self) -> bytes:
        """Its text."""
        return content_of(source_of(str(self.path), replace(self.options, row=self.row))) if self.path else self.data

    @cached_property
    def plain_path(self) -> Path | None:
        """Its path, if the file holds the text as the parser takes it: not compressed, without a byte order mark."""
        if self.path is None or compression_of(self.path):
            return None
        with self.path.open("rb") as file:
            head = file.read(len(BYTE_ORDER_MARK))
        return None if head == BYTE_ORDER_MARK or head.startswith(COMPRESSION_MARKS) else self.path

    def parsed(self, numbers: BlankNodeNumbers) -> Parsed:
        """What it says, with blank nodes numbered; its errors are in it."""
        if self.quads is None:
            parsed = parse_rdf(self.read(), self.row, self.name, numbers, base=self.base, options=self.options)
            return replace(parsed, graph=self.graph)
        quads = self.quads if self.keeps_labels else tuple(numbers.renumbered(self.quads))
        return Parsed(self.name, quads, graph=self.graph)

    @cached_property
    def keeps_labels(self) -> bool:
        """Whether its blank nodes keep their labels, so that who gave them finds them in the results.

        They are statements without a text, and none of the labels is like those that are made here.
        """
        terms = (term for quad in self.quads or () for term in (quad.subject, quad.object))
        blanks = {term.value for term in terms if isinstance(term, BlankNode)}
        return self.quads is not None and not any(map(_MADE_LABEL.fullmatch, blanks))


@dataclass(frozen=True, slots=True)
class Options:
    """What is asked of a validation.

    Args:
        engine: `scograph`, `pyshacl`, or `both`, which tells how they differ.
        inference: `none`, or `rdfs` or `owlrl`, which pySHACL does.
        subclasses: Whether an instance of a class is one of those above it.
        meta_shacl: Whether the shapes are first held to SHACL's shapes for shapes.
        focus: Only these focus nodes, as IRIs; None for all.
        allowed: Severities, by their names in SHACL, that do not stand against conformance.
        most: At most so many results; None for all.
        deadline: When the evaluation must be over; what is not evaluated then is told.
        strict_shapes: Whether a flaw of the shapes refuses them all; otherwise what is sound is evaluated.
        read: How imported files are read, and which of them are named.
    """

    engine: str = "scograph"
    inference: str = "none"
    subclasses: bool = True
    meta_shacl: bool = False
    focus: tuple[str, ...] | None = None
    allowed: tuple[str, ...] = ()
    most: int | None = None
    deadline: Deadline = NEVER
    strict_shapes: bool = False
    read: ReadOptions = OWN_BASE


@dataclass(frozen=True)
class Validated:
    """The result of `validate`.

    Args:
        data: What was validated, with what it imports.
        shapes: What it was held to, with what they import.
        options: What was asked for.
        validation: What was found.
        index: The data, as the engine has them.
        shapes_index: The shapes, as the engine has them.
        in_shapes: Where the shapes stand.
        losses: What of the data and shapes becomes no statement, as warnings.
        missing_in_data: Imports of the data that are not at hand.
        missing_in_shapes: Those of the shapes.

    Example:
        >>> import scograph
        >>> validated = scograph.validate(b"<https://example.org/a> a <https://example.org/B> .", b"")
        >>> isinstance(validated, scograph.Validated)
        True
    """

    data: tuple[Input, ...]
    shapes: tuple[Input, ...]
    options: Options
    validation: Validation
    index: Index = field(repr=False)
    shapes_index: Index = field(repr=False)
    in_shapes: Places = field(repr=False)
    losses: tuple[Finding, ...] = ()
    missing_in_data: tuple[MissingImport, ...] = ()
    missing_in_shapes: tuple[MissingImport, ...] = ()

    @property
    def conforms(self) -> bool:
        """Whether the data conform: no result, except of allowed severities (SHACL, clause 3.6.1).

        Example:
            >>> import scograph
            >>> scograph.validate(b"<https://example.org/a> a <https://example.org/B> .", b"").conforms
            True
        """
        return self.validation.conforms(self.options.allowed)

    @property
    def notes(self) -> tuple[str, ...]:
        """What was done differently from the options, and why.

        Example:
            >>> import scograph
            >>> scograph.validate(b"<https://example.org/a> a <https://example.org/B> .", b"").notes
            ()
        """
        left = len(self.validation.results) - len(self.results)
        notes = (*self.validation.notes, *(f"{one.shape}: {one.message}" for one in self.validation.unfinished))
        return (*notes, *([f"{left:,} more results are left out"] if left else ()))

    @property
    def results(self) -> tuple[Result, ...]:
        """The validation results, at most as many as the option says (SHACL, clause 3.6.2).

        Example:
            >>> import scograph
            >>> shapes = (
            ...     b"@prefix ex: <https://example.org/> . @prefix sh: <http://www.w3.org/ns/shacl#> . "
            ...     b"ex:S a sh:NodeShape ; sh:targetNode ex:bo ; sh:property [ sh:path ex:name ; sh:minCount 1 ] ."
            ... )
            >>> [result.focus for result in scograph.validate(b"", shapes).results]
            ['<https://example.org/bo>']
        """
        return self.validation.results[: self.options.most]

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """The results and what is suspicious in the shapes, with their places, gravest first.

        The data are read again for the places, at the first use.

        Example:
            >>> import scograph
            >>> shapes = (
            ...     b"@prefix ex: <https://example.org/> . @prefix sh: <http://www.w3.org/ns/shacl#> . "
            ...     b"ex:S a sh:NodeShape ; sh:targetClass ex:Person ; sh:property [ sh:path ex:age ; sh:maxCount 0 ] ."
            ... )
            >>> data = b"@prefix ex: <https://example.org/> . ex:bo a ex:Person ; ex:age 40 ."
            >>> [str(finding.place) for finding in scograph.validate(data, shapes).findings]
            ['data:1:65']
        """
        context = ValidationContext(self.index, self.shapes_index, self._places(), self.in_shapes)
        found = (
            *result_findings(self.results, context),
            *missing_findings(self.missing_in_data, context.in_data, self.options.read),
            *missing_findings(self.missing_in_shapes, self.in_shapes, self.options.read),
            *flaw_findings(
                (*self.validation.flaws, *self.validation.shape_warnings, *self.validation.unfinished), self.in_shapes
            ),
            *difference_findings(self.validation),
            *self.losses,
        )
        return tuple(sorted(found, key=Finding.sort_key))

    def report(self) -> Report:
        """The same as a report of `check`.

        Example:
            >>> import scograph
            >>> scograph.validate(b"<https://example.org/a> a <https://example.org/B> .", b"").report().triples
            1
        """
        files = len(self.data) + len(self.shapes)
        return Report(
            self.findings,
            files,
            self.index.size,
            None,
            None,
            self.notes,
            self.validation.shapes,
            are_shapes_flawed=bool(self.validation.flaws),
        )

    def to_turtle(self) -> bytes:
        """The validation report as Turtle in UTF-8 (SHACL, clause 3.6).

        Example:
            >>> import scograph
            >>> turtle = scograph.validate(b"<https://example.org/a> a <https://example.org/B> .", b"").to_turtle()
            >>> b"sh:conforms true" in turtle
            True
        """
        return report_turtle(self._report_lines())

    def to_rdflib(self) -> rdflib.Graph:
        """The validation report as an rdflib graph, with the blank nodes of the rdflib graphs that were given.

        Example:
            >>> import scograph
            >>> len(scograph.validate(b"<https://example.org/a> a <https://example.org/B> .", b"").to_rdflib())
            2
        """
        with quiet():
            report = to_graph(_report_triples(self._report_lines()))
        for prefix, namespace in REPORT_PREFIXES.items():
            report.bind(prefix, namespace)
        return report

    def _report_lines(self) -> Iterator[Line]:
        return report_lines(self.results, conforms=self.conforms, shapes=self.shapes_index)

    def _places(self) -> Places:
        wanted = located_terms(self.results, self.index) | {one.importer for one in self.missing_in_data}
        labels = _blank_labels({one for one in wanted if is_blank(one)}, self.index, self.data)
        files = (
            PlacedFile(
                one.name,
                partial(_relabelled, one, number, labels),
                one.read,
                one.row.rdf if one.quads is None else None,
                one.base,
                one.graph,
            )
            for number, one in enumerate(self.data)
        )
        return Places(files, wanted)


def validate_inputs(
    data: Sequence[Input],
    shapes: Sequence[Input],
    options: Options = Options(),
) -> Validated:
    """Hold data to shapes.

    Args:
        data: The data, and ontologies whose statements count as data.
        shapes: The shapes. What either imports is added to it, if it is at hand; nothing is fetched.
        options: What is asked for.

    Returns:
        What was found.

    Raises:
        RdfSyntaxError: Files break their grammar, or the shapes cannot be evaluated; each fault is in it.
        InputError: A file cannot be read.
        MissingGraphError: No input has the graph that is to count.
    """
    numbers = BlankNodeNumbers()
    parsed = [one.parsed(numbers) for one in shapes]
    errors = [error for said in parsed for error in said.errors]
    losses = [loss for said in parsed for loss in said.losses]
    index = Index(subclasses=options.subclasses)
    _read_all(index, data, errors, losses)
    at_hand = _FilesAtHand(data, shapes, options.read)
    of_shapes = at_hand.imported_by_shapes(parsed)
    of_data = at_hand.imported_by_data(index)
    shapes, data = (*shapes, *of_shapes.found), (*data, *of_data.found)
    for one in of_shapes.found:
        parsed.append(one.parsed(numbers))
        errors += parsed[-1].errors
        losses += parsed[-1].losses
    for number, one in enumerate(of_data.found, len(data) - len(of_data.found)):
        errors += _read_into(index, one, number, losses)
    if errors:
        raise RdfSyntaxError(sorted(distinct(errors), key=Finding.sort_key))
    shapes_index = Index()
    for said in parsed:
        shapes_index.add_quads(said.quads)
    in_shapes = Places(
        PlacedFile(
            one.path, partial(_quads_of, one), given.read, given.row.rdf if given.quads is None else None, given.base
        )
        for one, given in zip(parsed, shapes, strict=True)
    )
    prefixes = {prefix: namespace for one in parsed for prefix, namespace in one.prefixes.items()}
    try:
        if options.meta_shacl:
            _hold_to_shapes_for_shapes(shapes_index, in_shapes)
        validation = run_validation(
            index,
            shapes_index,
            engine=options.engine,
            inference=options.inference,
            focus=options.focus,
            prefixes=prefixes,
            deadline=options.deadline,
            is_strict=options.strict_shapes,
            most=options.most,
        )
    except ShapeError as error:
        raise shapes_error(error, in_shapes) from error
    return Validated(
        data,
        shapes,
        options,
        validation,
        index,
        shapes_index,
        in_shapes,
        distinct(losses),
        of_data.missing,
        of_shapes.missing,
    )


def _read_all(index: Index, data: Sequence[Input], errors: list[Finding], losses: list[Finding]) -> None:
    """Take data into an index; their errors are raised together with those that there are already."""
    missing = {str(one.graph.value) for one in data if isinstance(one.graph, NamedNode)}
    with without_collection():
        for number, one in enumerate(data):
            before = index.size
            errors += _read_into(index, one, number, losses)
            if isinstance(one.graph, NamedNode) and index.size > before:
                missing.discard(one.graph.value)
    if errors:
        raise RdfSyntaxError(sorted(errors, key=Finding.sort_key))
    if missing:
        raise MissingGraphError(min(missing))


class _FilesAtHand:
    """Finds what data and shapes import: among themselves, by the options, and by catalogs beside them.

    Args:
        data: The data.
        shapes: The shapes.
        options: How imported files are read, and which are named.
    """

    def __init__(self, data: Sequence[Input], shapes: Sequence[Input], options: ReadOptions) -> None:
        self._data = data
        self._shapes = shapes
        self._options = options
        self._read: dict[str, Input] = {}
        self._headers: dict[int, ImportingHeader] = {}

    def imported_by_shapes(self, parsed: Sequence[Parsed]) -> Imported[Input]:
        """What the shapes import, but for themselves."""
        for one, said in zip(self._shapes, parsed, strict=True):
            self._headers[id(one)] = header_of(said.quads, one.path)
        return self._imported([self._headers[id(one)] for one in self._shapes], self._shapes, self._data)

    def imported_by_data(self, index: Index) -> Imported[Input]:
        """What the data import, but for themselves; they are known by the index, since they may be large."""
        imports = index.forward(str(IMPORTS))
        if not imports:
            return Imported()
        ontologies = (*index.backward(TYPE).get(str(ONTOLOGY), ()), *imports)
        names = {document(iri(one)) for one in ontologies if is_iri(one)}
        versions = index.forward(str(VERSION))
        names |= {document(iri(one)) for name in ontologies for one in versions.get(name, ()) if is_iri(one)}
        names |= {file_iri(one.path) for one in self._data if one.path}
        pairs = ((name, iri(one)) for name, ones in imports.items() for one in ones if is_iri(one))
        return self._imported([ImportingHeader(frozenset(names), tuple(pairs))], self._data, self._shapes)

    def _imported(
        self, headers: Sequence[ImportingHeader], own: Sequence[Input], others: Sequence[Input]
    ) -> Imported[Input]:
        paths = [one.path for one in own if one.path]
        folders = dict.fromkeys(path.parent for path in paths)

        def find(name: str) -> Input | str:
            path: Path | str | None = named_file(name, self._options)
            if path is None:
                at_hand = (one for one in others if document(name) in self._header(one).names)
                if (one := next(at_hand, None)) is not None:
                    return one
                path = file_in_catalogs(name, tuple(folders))
            if isinstance(path, str):
                return path
            folders.setdefault(path.parent)
            return self._input(path, name)

        found = imported(headers, find, self._header)
        return replace(found, found=tuple(one for one in found.found if not any(one is other for other in own)))

    def _header(self, one: Input) -> ImportingHeader:
        """What a file says of itself; what breaks its grammar is told when it is taken in."""
        if id(one) not in self._headers:
            with told(lambda _: None, strict=False):
                self._headers[id(one)] = header_of(one.parsed(BlankNodeNumbers()).quads, one.path)
        return self._headers[id(one)]

    def _input(self, path: Path, name: str) -> Input:
        """A file that is imported; its relative IRIs are resolved against the IRI that it is imported by."""
        key = os.path.realpath(path)
        for one in (*self._data, *self._shapes):
            if one.path and os.path.realpath(one.path) == key:
                return one
        if key not in self._read:
            options = replace(self._options, row=None, base=name)
            source = source_of(str(path), options)
            self._read[key] = Input(shown_path(path), source.row, path, base=source.base, options=options)
        return self._read[key]


def inputs_at(path: str, stdin: Callable[[], bytes], options: ReadOptions) -> Iterator[Input]:
    """The inputs that a path on the command line stands for.

    Args:
        path: A file, a folder of RDF files, a named pipe, or `-`.
        stdin: What reads standard input.
        options: How they are read; a format in it is that of what is named, not of the files in a folder.

    Returns:
        The inputs, by path.

    Raises:
        InputError: There is no such file or folder, or nothing in it is RDF by its extension or content.
        UsageError: The format of standard input cannot be told.
    """
    place = Path(path)
    if path == STDIN or place.is_fifo():
        source = source_of(path, options, io.BytesIO(stdin()) if path == STDIN else None)
        yield Input(path, source.row, data=content_of(source), base=source.base, options=options)
    elif place.is_dir():
        yield from (_file(one, replace(options, row=None)) for one in Project.open(place).data_files())
    else:
        yield _file(place, options)


def _file(path: Path, options: ReadOptions) -> Input:
    if not path.is_file():
        read_bytes(path)  # it says what it is
    source = source_of(str(path), options)
    return Input(path.as_posix(), source.row, path, base=source.base, options=options)


def _read_into(index: Index, one: Input, number: int, losses: list[Finding]) -> Sequence[Finding]:
    """Take an input into an index; for one that breaks its grammar, its errors, and it counts for nothing.

    What makes no statement is added to the losses.
    """
    rename = "" if one.keeps_labels else f"d{number}x"
    if one.quads is not None:
        index.add_quads(in_graph(one.quads, one.graph), rename)
        return ()
    if one.row.rdf not in WITH_PLACES:
        parsed = one.parsed(BlankNodeNumbers())
        index.add_quads(in_graph(parsed.quads, one.graph), rename)
        losses += parsed.losses
        return parsed.errors
    try:
        if one.plain_path:
            head = _guarded(one, one.plain_path)
            quads = parse(path=one.plain_path, format=one.row.rdf, base_iri=one.base or None)
        else:
            data = one.read().removeprefix(BYTE_ORDER_MARK)
            guard(data, one.row.rdf, one.name)
            head = data[:_HEAD]
            quads = parse(data, one.row.rdf, base_iri=one.base or None)
        index.add_quads(in_graph(quads, one.graph), rename, has_graphs=one.row.rdf.supports_datasets)
    except (SyntaxError, MemoryError) as error:
        errors = one.parsed(BlankNodeNumbers()).errors
        if not errors:
            raise InputError(f"{one.name}: cannot be parsed: {error}") from error
        return errors
    if index.may_have_rdf_12 or _ANNOUNCES_RDF_12.search(head):
        index.may_have_rdf_12 = False
        return one.parsed(BlankNodeNumbers()).errors
    return ()


def _guarded(one: Input, path: Path) -> bytes:
    """The first bytes of a file whose bytes are within the bounds (`guard`)."""
    watch = Guard(one.row.rdf, one.name)
    head = b""
    with path.open("rb") as file:
        while data := file.read(PIECE):
            head = head or data[:_HEAD]
            watch.feed(data)
    watch.end()
    return head


def _hold_to_shapes_for_shapes(shapes: Index, places: Places) -> None:
    """Refuse shapes that break SHACL's shapes for shapes, which pySHACL carries (SHACL, appendix C)."""
    spec = importlib.util.find_spec("pyshacl")
    if spec is None or spec.origin is None:
        raise UsageError("SHACL's shapes for shapes are not here", hint="pip install pyshacl")
    path = Path(spec.origin).parent / "assets" / "shacl-shacl.ttl"
    rules = Index()
    rules.add_quads(parse_rdf(read_bytes(path), TURTLE, path.name).quads)
    results = run_validation(shapes, rules).results
    if results:
        context = ValidationContext(shapes, rules, in_data=places)
        found = (replace(one, code="shapes", required_by=None) for one in result_findings(results, context))
        raise RdfSyntaxError(sorted(found, key=Finding.sort_key))


def _quads_of(parsed: Parsed) -> Sequence[Quad]:
    return parsed.quads


def _report_triples(lines: Iterable[Line]) -> Iterator[Triple]:
    written = "".join(f"{subject} {predicate} {value} .\n" for subject, predicate, value in lines).encode()
    return (quad.triple for quad in parse(written, RdfFormat.N_TRIPLES))


# Blank nodes have other labels each time a file is parsed; what stays is the order of their first appearance.


def _blank_labels(wanted: Iterable[str], index: Index, data: Sequence[Input]) -> Mapping[tuple[int, str], str]:
    """For blank nodes of the index, their labels when the data are parsed once more, with the number of their input.

    A blank node is known by a predicate and by how many other blank nodes are subjects of it before.
    """
    ranks: dict[str, dict[int, str]] = {}
    left = set(wanted)
    for predicate in index.predicates if left else ():
        blanks = [subject for subject in index.forward(predicate) if is_blank(subject)]
        found = {rank: blank for rank, blank in enumerate(blanks) if blank in left}
        if found:
            ranks[predicate] = found
            left.difference_update(found.values())
    labels: dict[tuple[int, str], str] = {}
    seen: dict[str, dict[tuple[int, str], None]] = {predicate: {} for predicate in ranks}
    for number, one in enumerate(data if ranks else ()):
        for quad in in_graph(_parsed_again(one), one.graph):
            predicate = str(quad.predicate)
            key = (number, str(quad.subject))
            if predicate in seen and isinstance(quad.subject, BlankNode) and key not in seen[predicate]:
                label = ranks[predicate].get(len(seen[predicate]))
                seen[predicate][key] = None
                if label:
                    labels[key] = label
    return labels


def _relabelled(one: Input, number: int, labels: Mapping[tuple[int, str], str]) -> Iterator[Quad]:
    """The statements of an input, with the labels that the index has for the blank nodes that are looked for."""

    def named(node: Any) -> Any:
        label = labels.get((number, str(node))) if isinstance(node, BlankNode) else None
        return BlankNode(label[2:]) if label else node

    for quad in _parsed_again(one):
        yield Quad(named(quad.subject), quad.predicate, named(quad.object), quad.graph_name) if labels else quad


def _parsed_again(one: Input) -> Iterator[Quad]:
    """The statements of an input in their order, with blank nodes numbered by first appearance."""
    if one.quads is not None or one.row.rdf not in WITH_PLACES:
        with told(lambda _: None, strict=False):  # as they were told the first time
            parsed = one.parsed(BlankNodeNumbers())
        yield from parsed.quads
        return
    base = one.base or None
    quads = (
        parse(path=one.plain_path, format=one.row.rdf, base_iri=base)
        if one.plain_path
        else parse(one.read().removeprefix(BYTE_ORDER_MARK), one.row.rdf, base_iri=base)
    )
    yield from BlankNodeNumbers().renumbered(quads)
