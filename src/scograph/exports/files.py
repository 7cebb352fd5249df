"""Converts RDF files of any size to a format, as streams, for `export`, `load` and canonical forms."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import Any

from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, Triple, parse, serialize

from scograph.contexts import with_contexts
from scograph.errors import InputError, Rdf12Error, RdfSyntaxError
from scograph.exports.shaped import compacted, flattened, framed
from scograph.exports.writers import WRITERS, Prefixed
from scograph.formats import (
    CSV,
    JSON_LD,
    N_QUADS,
    N_TRIPLES,
    NDJSON_LD,
    RDF_FORMATS_BY_NAME,
    RDF_XML,
    TRIG,
    TURTLE,
    RdfSyntax,
)
from scograph.guard import IllFormedError, guard
from scograph.jsonld.dropped import dropped
from scograph.losses import tell
from scograph.messages import counted, graphs_lost
from scograph.model import Place, in_default_graph
from scograph.named_graphs import MissingGraphError, has_graphs, in_graph
from scograph.ntriples import refuse_rdf_12
from scograph.parse import (
    Text,
    other_syntax_error,
    parser_base,
    places_of_faults,
    quads_in,
    relative_in_json,
    syntax_errors,
)
from scograph.serialise.context import UnstreamedContextError
from scograph.serialise.derive import derive_context
from scograph.serialise.entities import BATCH
from scograph.serialise.expanded import expanded
from scograph.serialise.jsonld import JsonLd
from scograph.serialise.lines import n_quads, n_triples
from scograph.serialise.numbering import BlankNodeNames
from scograph.serialise.repeated_subjects import RepeatedSubjects
from scograph.serialise.sorting import sort_lines
from scograph.streams import Source, SourceReader, content_of
from scograph.turtle.tokens import rdf_12_tokens

MAX_REREAD = 256 << 20
"""Bytes of a file that are read again for the line of what is refused in it."""


@dataclass(frozen=True)
class ExportOptions:
    """How files are exported.

    Args:
        sort: Whether the output is sorted instead of being in the order of the files.
        shape: The shape of JSON-LD, one of `exports.SHAPES`.
        context: The context of JSON-LD; if there is none, the prefixes that the first file declares.
        context_url: The context's address, to be written in its place.
        frame: The frame for the shape `framed`.
        graph: The IRI of the one named graph that is exported, as a default graph; nothing for all.
        progress: Called with the number of bytes of the input that were read.
        note: Called with each remark on the output.
    """

    sort: bool = False
    shape: str = "compact"
    context: Any = None
    context_url: str = ""
    frame: Mapping[str, Any] | None = None
    graph: str = ""
    progress: Callable[[int], None] = lambda _: None
    note: Callable[[str], None] = lambda _: None


def export_files(sources: Sequence[Source], form: str, options: ExportOptions) -> Iterator[bytes]:
    """Export RDF files.

    Args:
        sources: The files, in the order in which they are written.
        form: `nt`, `nq`, `ttl`, `trig`, `rdf`, `jsonld` or `ndjson-ld`.
        options: How.

    Returns:
        UTF-8 in pieces; blank nodes are named by first appearance.

    Raises:
        RdfSyntaxError: A file breaks its grammar.
        InputError: A file cannot be read, or says what the format cannot carry.
        MissingGraphError: No file has the graph, which is known at their end.
    """
    with _open_files(sources, options, form) as files:
        yield from _write(files, form, options)
        _require_graph(files, options)


@contextmanager
def _open_files(sources: Iterable[Source], options: ExportOptions, form: str) -> Iterator[list[_File]]:
    loses_graphs = not options.graph and not has_graphs(form, options.shape)
    lost = _LostGraphs(form, options.note) if loses_graphs else None
    with ExitStack() as stack:
        readers = [stack.enter_context(closing(SourceReader(source, options.progress))) for source in sources]
        yield [_File(reader, options.graph, lost) for reader in readers]


class _LostGraphs:
    """Says once that the names of graphs are not written.

    Args:
        form: The name of the format that has none.
        note: Called with what is to be said.
    """

    def __init__(self, form: str, note: Callable[[str], None]) -> None:
        self._form = form
        self._note = note
        self._is_said = False

    def looked_for(self, quads: Iterable[Quad]) -> Iterator[Quad]:
        """The same quads; at the first that is in a named graph it is said."""
        rest = iter(quads)
        for quad in rest if not self._is_said else ():
            if not isinstance(quad.graph_name, DefaultGraph):
                if not self._is_said:
                    self._note(graphs_lost(self._form, str(quad.graph_name)))
                    self._is_said = True
                yield quad
                break
            yield quad
        yield from rest


class _File:
    """An RDF file while it is parsed."""

    def __init__(self, reader: SourceReader, graph: str, lost: _LostGraphs | None) -> None:
        self.source = source = reader.source
        self._reader = reader
        self._lost = lost if source.row.graphs else None
        self._written = self._whole = b""
        if source.row is JSON_LD and source.options.contexts:
            self._written = b"".join(iter(self._reader.read, b""))  # the reader bounds how deep it nests
            self._whole = with_contexts(self._written, source.name, source.options, source.base)
            guard(self._whole, source.row.rdf, source.name)
        self._parser = quads_in(self._whole or self._reader.stream(), source.row, parser_base(source.row, source.base))
        self._before: list[Quad] = []
        self._graph = NamedNode(graph) if graph else None
        self.has_graph = False
        self._text = Text(source.name, source.row.rdf, source.options, self._read_again)

    def prefixes(self) -> dict[str, str]:
        """The prefixes that stand at the head of the file."""
        with self.located():
            self._before += islice(self._parser, 1)
        return {prefix: namespace for prefix, namespace in self._parser.prefixes.items() if prefix}

    def quads(self) -> Iterator[Quad]:
        """The quads; to be read once. Behind the last one it is told what of the file makes no statement."""
        quads: Iterator[Quad] = chain(self._before, self._parser) if self._before else self._parser
        if self.source.row is JSON_LD:
            quads = self._with_losses(quads)
        if self._lost:
            quads = self._lost.looked_for(quads)
        return quads if self._graph is None else self._of_graph(quads, self._graph)

    def _of_graph(self, quads: Iterable[Quad], name: NamedNode) -> Iterator[Quad]:
        for quad in in_default_graph(in_graph(quads, name)):
            self.has_graph = True
            yield quad

    def _with_losses(self, quads: Iterable[Quad]) -> Iterator[Quad]:
        """The quads of JSON-LD; relative IRIs end them where there is no base."""
        for quad in quads:
            if not self.source.base and (errors := tuple(relative_in_json((quad,), self._text))):
                raise RdfSyntaxError(errors)
            yield quad
        losses = self._reader.losses
        if self._whole:
            losses = dropped(self._whole, self.source.name, self.source.base, written=self._written)
        if errors := tell(losses):
            raise RdfSyntaxError(errors)

    def _read_again(self) -> bytes:
        """The text of the file, for the place of an error; nothing of what was read from a pipe, or is very large."""
        path = Path(self.source.path)
        if not path.is_file() or path.stat().st_size > MAX_REREAD:
            return b""
        return content_of(self.source)

    def generated_are_local(self) -> bool:
        """Whether a label that the parser made up is known to occur in one statement only."""
        return self.source.row in (TURTLE, TRIG) and not self._reader.labels_look_generated

    @contextmanager
    def located(self) -> Iterator[None]:
        """Turn the parser's errors into ours, with the file's name."""
        try:
            yield
        except SyntaxError as error:
            faults = (self._reader.fault,) if self._reader.fault else _places_in_xml(self.source, error)
            raise RdfSyntaxError(syntax_errors(error, self._parser, self._text, faults)) from error
        except IllFormedError as error:
            if told := other_syntax_error(self._text):
                raise RdfSyntaxError((told,)) from error
            raise
        except Rdf12Error as error:
            raise Rdf12Error(error.what, _place_of_rdf_12(self.source)) from error
        except MemoryError as error:
            raise InputError(
                f"{self.source.name}: a literal or name that is longer than the parser holds",
                hint="is a closing quote missing?",
            ) from error


def _places_in_xml(source: Source, error: SyntaxError) -> Sequence[Place]:
    """Where RDF/XML breaks the rules of its format; the file is read again for that, which a pipe cannot be."""
    if source.row is not RDF_XML or error.lineno is not None or not Path(source.path).is_file():
        return ()
    with closing(SourceReader(source)) as reader:
        data = reader.stream().read(MAX_REREAD)
    return places_of_faults(data, source.row, source.name, str(error))


def _place_of_rdf_12(source: Source) -> str:
    """Where in a file the first syntax of RDF 1.2 is: its name and line; its name alone where that cannot be found."""
    if not Path(source.path).is_file():  # what was read from a pipe is gone
        return source.name
    with closing(SourceReader(source)) as reader:
        data = reader.stream().read(MAX_REREAD)
    if source.row in (TURTLE, TRIG) and len(data) < MAX_REREAD:
        line = next((line for line, _, _ in rdf_12_tokens(data)), None)
    elif source.row in (N_TRIPLES, N_QUADS):
        line = next((n for n, text in enumerate(data.splitlines(), 1) if _is_rdf_12(text)), None)
    else:
        line = None
    return f"{source.name}:{line}" if line else source.name


def _is_rdf_12(line: bytes) -> bool:
    try:
        refuse_rdf_12(line + b" ")
    except Rdf12Error:
        return True
    return False


def _write(files: Sequence[_File], form: str, options: ExportOptions) -> Iterator[bytes]:
    if form in (N_TRIPLES.name, N_QUADS.name):
        lines = _lines(files, n_quads if form == N_QUADS.name else None)
        yield from sort_lines(lines) if options.sort else lines
        return
    prefixes = files[0].prefixes()
    context = derive_context([], [], prefixes, "") if options.context is None else options.context
    if form in (JSON_LD.name, NDJSON_LD.name):
        shape = JsonLdShape(options.shape, context, options.context_url, options.frame, form == NDJSON_LD.name)
        if writer := shape.compact(options.note):
            yield from _compact(files, writer, options)
        else:
            yield from shape.other(_numbered(files), sort=options.sort)
        return
    quads = _in_order(files, options)
    rdf_format = RDF_FORMATS_BY_NAME.get(form, JSON_LD)
    if rdf_format in (TURTLE, TRIG):
        yield from _native(quads, rdf_format, prefixes)
    elif rdf_format.graphs:
        yield from WRITERS[form](Prefixed(prefixes), (), quads)
    else:
        yield from WRITERS[form](Prefixed(prefixes), (quad.triple for quad in quads), ())


@dataclass(frozen=True)
class JsonLdShape:
    """What a JSON-LD document is to be like.

    Args:
        shape: One of `exports.SHAPES`.
        context: Its context.
        url: The context's address, to be written in its place.
        frame: The frame for the shape `framed`.
        by_line: Whether each entity is a document of its own, on a line.
    """

    shape: str
    context: Any
    url: str = ""
    frame: Mapping[str, Any] | None = None
    by_line: bool = False

    def compact(self, note: Callable[[str], None]) -> JsonLd | None:
        """The writer of compact JSON-LD that takes an entity at a time.

        Args:
            note: Called with the reason why there is none, where that is the context.

        Returns:
            The writer; nothing where the shape is another one, or the context takes the whole document.

        Raises:
            InputError: Lines cannot be written with the context.
        """
        if self.shape != "compact":
            return None
        writer = JsonLd(self.context, self.url, by_line=self.by_line)
        try:
            writer.read_context()
        except UnstreamedContextError as error:
            if self.by_line:
                raise
            note(f"the context {error.feature}: the whole document is made in memory, by PyLD")
            return None
        return writer

    def other(self, quads: Iterable[Quad], *, sort: bool) -> Iterator[bytes]:
        """Write quads in another shape, or with a context that takes the whole document, which is held in memory.

        Args:
            quads: The quads, their blank nodes named.
            sort: Whether an expanded document is sorted; the others are.

        Returns:
            UTF-8.

        Raises:
            InputError: The context or the frame is not one, or the document is larger than the bound.
            UsageError: PyLD is not installed.
        """
        is_expanded = self.shape == "expanded"
        document = expanded(quads, sort=sort or not is_expanded)
        if is_expanded:
            return document
        if self.shape == "framed":
            return framed(document, self.context, self.frame or {}, self.url)
        return (flattened if self.shape == "flattened" else compacted)(document, self.context, self.url)

    def sorted(self, quads: Iterable[Quad], note: Callable[[str], None]) -> Iterator[bytes]:
        """Write quads by graph and subject; see `compact` and `other`."""
        writer = self.compact(note)
        return writer.sorted(quads) if writer else self.other(quads, sort=True)


def triples_of(sources: Sequence[Source], options: ExportOptions) -> Iterator[Triple]:
    """The triples of RDF files, their blank nodes named.

    Args:
        sources: The files.
        options: How they are read.

    Returns:
        The triples of all graphs.

    Raises:
        RdfSyntaxError: A file breaks its grammar.
        InputError: A file cannot be read.
        MissingGraphError: No file has the graph, which is known at their end.
    """
    with _open_files(sources, options, CSV.name) as files:
        for quad in _numbered(files):
            yield quad.triple
        _require_graph(files, options)


def _require_graph(files: Iterable[_File], options: ExportOptions) -> None:
    if options.graph and not any(file.has_graph for file in files):
        raise MissingGraphError(options.graph)


def _lines(files: Iterable[_File], write: Callable[[Iterable[Quad]], Iterator[bytes]] | None) -> Iterator[bytes]:
    """Lines of N-Quads, or of N-Triples, which a file without graphs has in either."""
    names = BlankNodeNames()
    for file in files:
        names.next_file()
        writer = write or (n_triples if file.source.row.graphs else n_quads)
        with file.located():
            for piece in writer(file.quads()):
                refuse_rdf_12(piece)
                yield names.in_lines(piece)


def _numbered(files: Iterable[_File]) -> Iterator[Quad]:
    """The quads with their blank nodes named, which only those batches pay for that have any."""
    names = BlankNodeNames()
    for file in files:
        names.next_file()
        with file.located():
            quads = file.quads()
            while batch := list(islice(quads, BATCH)):
                lines = serialize(batch, format=RdfFormat.N_QUADS) or b""
                refuse_rdf_12(lines)
                yield from parse(names.in_lines(lines), RdfFormat.N_QUADS) if b"_:" in lines else batch


def _in_order(files: Sequence[_File], options: ExportOptions) -> Iterator[Quad]:
    if not options.sort:
        return _numbered(files)
    return (quad for piece in sort_lines(_lines(files, n_quads)) for quad in parse(piece, RdfFormat.N_QUADS))


def _compact(files: Sequence[_File], writer: JsonLd, options: ExportOptions) -> Iterator[bytes]:
    if options.sort:
        yield from writer.sorted(_numbered(files))
        return
    repeated = RepeatedSubjects()
    if len(files) > 1:  # two files may use one label for two blank nodes
        yield from writer.in_order_of_the_file(_numbered(files), repeated=repeated)
    else:
        (file,) = files
        with file.located():
            yield from writer.in_order_of_the_file(
                file.quads(),
                graphs=file.source.row.graphs,
                generated_are_local=file.generated_are_local,
                repeated=repeated,
            )
    if count := repeated.count:
        what = f"{counted(count, 'subject')} {'is' if count == 1 else 'are'}"
        options.note(f"{what} written more than once, which means the same; --sort writes each once")


def _native(quads: Iterable[Quad], rdf_format: RdfSyntax, prefixes: Mapping[str, str]) -> Iterator[bytes]:
    """Turtle or TriG as the library writes it, the prefixes once."""
    head = "".join(f"@prefix {prefix}: <{namespace}> .\n" for prefix, namespace in sorted(prefixes.items())).encode()
    if head:
        yield head
    if not rdf_format.graphs:
        quads = in_default_graph(quads)
    iterator = iter(quads)
    while piece := serialize(islice(iterator, BATCH), format=rdf_format.rdf, prefixes=dict(prefixes)):
        yield piece[len(head) :]
