"""The files of a session: those that changed are parsed again, blank nodes keep their names, differences are told."""

from __future__ import annotations

import hashlib
import os
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import accumulate
from pathlib import Path
from typing import TypeVar

from pyoxigraph import BlankNode, Quad, Triple

from scograph.checks.shacl.index import tokens_of
from scograph.errors import InputError
from scograph.graph import Graph, GraphImports, KeptFiles, load_graph, of_concepts
from scograph.imports import IMPORTS
from scograph.layout import FactsFile, SourceDocument
from scograph.links import passage_urls
from scograph.model import distinct, in_default_graph
from scograph.parse import BlankNodeNumbers, Parsed
from scograph.project import read_bytes
from scograph.terms import TYPE

T = TypeVar("T")
Token = tuple[str, str, str]
_FIRST_NAME = re.compile(r"_:(b\d+|e\d+x\d+)(?![\w-])")


@dataclass(frozen=True, slots=True)
class Changes:
    """What a session's graph has, and had not; and the other way round.

    Args:
        data: By how many files more each triple is said that shapes are about: facts, descriptions, claims, ontology.
        published: The same of the published quads.
        ontology: The same of the ontology's triples, as quads.
        are_shapes_changed: Whether the shapes are others.
    """

    data: Mapping[Token, int]
    published: Mapping[Quad, int]
    ontology: Mapping[Quad, int]
    are_shapes_changed: bool

    @property
    def reads(self) -> frozenset[str]:
        """What queries may read of it, as `predicates_read` tells: predicates, and classes of which things are."""
        quads = [quad for some in (self.published, self.ontology) for quad in some]
        classes = (f"{TYPE.value} {str(quad.object)[1:-1]}" for quad in quads if quad.predicate == TYPE)
        return frozenset((*(quad.predicate.value for quad in quads), *classes))


class SessionFiles:
    """The files of a project while a session lasts.

    Args:
        graph: The graph, as it was loaded.
    """

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.given: dict[str, bytes | None] = {}
        """The bytes of files that are not, or not yet, what the disk has; None for one that counts as removed."""
        self._project = graph.project
        self._parsings = 0
        self._parsed = {parsed.path: parsed for parsed in graph.all_files}
        self._names: dict[str, tuple[str, ...]] = {}
        """The names of the blank nodes of each file, in the order of their appearance."""
        self._waiting: dict[str, None] = {}
        if graph.problems:  # it does not have the files that belong to no passage
            self._parsed = {}
            self.graph = self.load(())
        else:
            first = 0
            for parsed in self._in_order():
                self._names[parsed.path] = tuple(f"b{first + number}" for number in range(parsed.blank_nodes))
                first += parsed.blank_nodes
            edited = [path for path, parsed in self._parsed.items() if self._is_edited(parsed)]
            self.graph = self.load(edited) if edited else graph

    def _is_edited(self, parsed: Parsed) -> bool:
        """Whether a file is other on disk than it was when it was parsed."""
        if not parsed.sha256 or parsed.content is not None:
            return False
        try:
            content = read_bytes(self._project.path_of(parsed.path))
        except InputError:  # it is gone, and loading the project says what of it
            return True
        return hashlib.sha256(content).hexdigest() != parsed.sha256

    def load(self, paths: Iterable[str]) -> Graph:
        """The graph, with some files parsed again.

        Args:
            paths: The files that changed, appeared or are gone, by the names that messages show.

        Returns:
            The graph; the session's own is the one before until `take`.

        Raises:
            RdfSyntaxError: Files break their grammar; they are parsed again the next time.
            InputError: A file cannot be read.
        """
        self._waiting.update(dict.fromkeys(paths))
        new: dict[str, Parsed] = {}
        names: dict[str, tuple[str, ...]] = {}

        def numbers(_: str) -> BlankNodeNumbers:
            self._parsings += 1
            return BlankNodeNumbers(f"e{self._parsings}x")

        def named(parsed: Parsed) -> Parsed:
            fresh = tuple(f"e{self._parsings}x{number}" for number in range(parsed.blank_nodes))
            old = self._parsed.get(parsed.path)
            kept = _alike(old.quads, parsed.quads) if old and fresh and not parsed.written else {}
            names[parsed.path] = tuple(kept.get(name, name) for name in fresh)
            new[parsed.path] = _renamed(parsed, kept) if kept else parsed
            return new[parsed.path]

        files = {path: parsed for path, parsed in self._parsed.items() if path not in self._waiting}
        graph = load_graph(self._project, self.given, KeptFiles(files, numbers, named))
        self._parsed = {**files, **new, **{one.path: one for one in graph.all_files}}
        self._names = {path: names.get(path) or self._names.get(path, ()) for path in self._parsed}
        self._waiting = {}
        fields = {name: getattr(graph, name) for name in graph.__dataclass_fields__}
        return self._known_of_before(replace(self.graph, **fields), new.values())

    def _known_of_before(self, graph: Graph, new: Collection[Parsed]) -> Graph:
        """A graph that knows what was found out of the one before, as far as it is the same."""
        before, known = self.graph, graph.__dict__
        if before.imports == GraphImports() and not any(q.predicate == IMPORTS for one in new for q in one.quads):
            known["imports"] = before.imports
        if _same(before.ontology_files, graph.ontology_files):
            known |= {name: getattr(before, name) for name in ("ontology", "concepts")}
        if _same(before.shapes_files, graph.shapes_files):
            known["shapes"] = before.shapes
        if graph.prefixes == before.prefixes and {"ontology", "shapes"} <= known.keys():
            known["context"] = before.context
        return graph

    def take(self, graph: Graph) -> Changes:
        """Go on with a graph.

        Args:
            graph: The graph.

        Returns:
            How it differs from the one before.
        """
        old, new = _contributions(self.graph), _contributions(graph)
        data: Counter[Token] = Counter()
        published: Counter[Quad] = Counter()
        ontology: Counter[Quad] = Counter()
        for key in {*old, *new}:
            before, after = old.get(key), new.get(key)
            if before is None or after is None or before.key != after.key:
                some = [one for one in (after,) if one], [one for one in (before,) if one]
                _count(data, *((item for one in side for item in one.tokens()) for side in some))
                _count(published, *((item for one in side for item in one.published()) for side in some))
                _count(ontology, *((item for one in side for item in one.ontology()) for side in some))
        shapes = [tuple(map(id, one.shapes_files)) for one in (self.graph, graph)]
        self.graph = graph
        return Changes(_other(data), _other(published), _other(ontology), are_shapes_changed=shapes[0] != shapes[1])

    def content(self, path: str) -> bytes:
        """The bytes of a file as the session has them."""
        given = self.given.get(path)
        return read_bytes(self._project.path_of(path)) if given is None else given

    def said_first(self) -> Callable[[str], str]:
        """Gives a text with the names that blank nodes would have if all files were loaded now."""
        files = list(self._in_order())
        firsts = accumulate((parsed.blank_nodes for parsed in files), initial=0)
        names = {
            name: f"b{first + number}"
            for parsed, first in zip(files, firsts, strict=False)
            for number, name in enumerate(self._names.get(parsed.path, ()))
        }
        if all(name == other for name, other in names.items()):
            return lambda text: text
        return lambda text: _FIRST_NAME.sub(lambda found: f"_:{names.get(found[1], found[1])}", text)

    def _in_order(self) -> Iterator[Parsed]:
        """The files in the order in which they are loaded."""
        first = (*self.graph.ontology_files, *self.graph.shapes_files)
        yield from first
        others = self._parsed.keys() - {parsed.path for parsed in first}
        yield from (self._parsed[path] for path in sorted(others, key=self._project.path_of))


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one file adds to the graph.

    Args:
        key: What it depends on.
        graph: The graph.
        part: The file as the graph has it.
        kind: What of it counts: facts, a source, ontology, or what is imported.
    """

    key: tuple[object, ...]
    graph: Graph
    part: FactsFile | SourceDocument | Parsed
    kind: str

    def tokens(self) -> list[Token]:
        """The triples that shapes are about as the index has them, each once."""
        return tokens_of(self.part.triples if isinstance(self.part, Parsed) else self._described())

    def published(self) -> Iterator[Quad]:
        """The published quads."""
        part = self.part
        if isinstance(part, FactsFile):
            yield from in_default_graph(distinct(self._described()))
            if part.is_asserted:
                named = replace(self.graph, sources=(), facts_files=(part,), problems=())
                yield from named.named_graphs()
        elif isinstance(part, SourceDocument):
            yield from in_default_graph(distinct(self._described()))
        elif self.kind == "ontology":
            yield from in_default_graph(distinct(of_concepts(part.triples)))

    def ontology(self) -> Iterator[Quad]:
        """The triples of the ontology, as quads."""
        if isinstance(self.part, Parsed) and self.kind == "ontology":
            yield from in_default_graph(distinct(self.part.triples))

    def _described(self) -> Iterator[Triple]:
        part = self.part
        if isinstance(part, FactsFile):
            yield from part.parsed.triples if part.is_asserted else ()
            for claim in self.graph.claims_of(part):
                yield from claim.triples()
        elif isinstance(part, SourceDocument):
            yield from part.parsed.triples
            yield from passage_urls(part.parsed.triples)


def _contributions(graph: Graph) -> dict[tuple[str, str], Contribution]:
    found: dict[tuple[str, str], Contribution] = {}
    for file in graph.facts_files:
        key = (id(file.parsed), file.passage, file.basis)
        found["facts", file.parsed.path] = Contribution(key, graph, file, "facts")
    for source in graph.sources:
        found["source", source.parsed.path] = Contribution((id(source.parsed),), graph, source, "source")
    for kind, files in (("ontology", graph.ontology_files), ("import", graph.imports.data)):
        for parsed in files:
            found[kind, parsed.path] = Contribution((id(parsed),), graph, parsed, kind)
    return found


def contributions(graph: Graph) -> Collection[Contribution]:
    """What each file adds to a graph."""
    return _contributions(graph).values()


def _count(net: Counter[T], more: Iterable[T], fewer: Iterable[T]) -> None:
    net.update(more)
    net.subtract(fewer)


def _other(net: Counter[T]) -> Mapping[T, int]:
    """What is said more or less often than before."""
    return {one: count for one, count in net.items() if count}


def _same(some: tuple[Parsed, ...], others: tuple[Parsed, ...]) -> bool:
    return len(some) == len(others) and all(one is other for one, other in zip(some, others, strict=True))


def _alike(old: tuple[Quad, ...], new: tuple[Quad, ...]) -> dict[str, str]:
    """The names of blank nodes in the newer statements of a file, each with the older name of the same node.

    What stands before the first statement that differs is the same, and what stands after the last.
    """
    names: dict[str, str] = {}
    taken: set[str] = set()

    def same(one: Quad, other: Quad) -> bool:
        pairs = []
        for here, there in zip(one, other, strict=True):
            if isinstance(here, BlankNode) and isinstance(there, BlankNode):
                pairs.append((here.value, there.value))
            elif here != there:
                return False
        for here_name, there_name in pairs:
            if names.get(there_name, here_name) != here_name or (there_name not in names and here_name in taken):
                return False
        names.update((there_name, here_name) for here_name, there_name in pairs)
        taken.update(here_name for here_name, _ in pairs)
        return True

    length = min(len(old), len(new))
    start = 0
    while start < length and same(old[start], new[start]):
        start += 1
    end = 0
    while end < length - start and same(old[-1 - end], new[-1 - end]):
        end += 1
    return names


def _renamed(parsed: Parsed, names: Mapping[str, str]) -> Parsed:
    def renamed(term: object) -> object:
        return BlankNode(names.get(term.value, term.value)) if isinstance(term, BlankNode) else term

    return replace(parsed, quads=tuple(Quad(*map(renamed, quad)) for quad in parsed.quads))  # type: ignore[arg-type]


Seen = Mapping[str, tuple[int, int]]


def files_seen(folder: Path) -> Seen:
    """The time and size of each file of a folder, by its path in it; hidden ones are left out."""
    found: dict[str, tuple[int, int]] = {}
    waiting = [str(folder)]
    while waiting:
        for entry in _entries(waiting.pop()):
            if entry.name.startswith("."):
                continue
            try:
                if entry.is_dir(follow_symlinks=True):
                    waiting.append(entry.path)
                else:
                    stat = entry.stat()
                    found[os.path.relpath(entry.path, folder)] = stat.st_mtime_ns, stat.st_size
            except OSError:  # it went away: it is no file any more
                continue
    return found


def _entries(folder: str) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except OSError:
        return []
