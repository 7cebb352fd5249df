"""Source positions: from the terms of a triple to the file, line, column and length of what is written.

A file is read for places once, and only when something in it has to be pointed at.
"""

from __future__ import annotations

import errno
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from pyoxigraph import Quad, RdfFormat

from scograph.errors import InputError, RdfSyntaxError
from scograph.model import Finding, GraphName, Place, distinct
from scograph.terms import TYPE
from scograph.xml_encoding import xml_in_utf8

if TYPE_CHECKING:  # a file is read for places by few runs
    from scograph.model import TextSpan
    from scograph.turtle.reading import PlacedText
    from scograph.written import WrittenStatements

WITH_PLACES = (RdfFormat.TURTLE, RdfFormat.TRIG, RdfFormat.N_TRIPLES, RdfFormat.N_QUADS)
"""The formats that are written in Turtle's terms: the n-th triple that is read is the parser's n-th."""


_LINE_END = re.compile(r"[\r\n]")


class Part(StrEnum):
    """What of a triple to point at."""

    SUBJECT = "subject"
    PREDICATE = "predicate"
    OBJECT = "object"


@dataclass(frozen=True, slots=True)
class PlacedFile:
    """A file that statements stand in.

    Args:
        path: The file, as messages show it.
        quads: What it says, in the parser's order; called when it is asked for.
        read: Its bytes.
        rdf: Its format.
        base: The IRI that relative ones in it are resolved against.
        graph: The one graph of it whose statements are looked for; None for all.
    """

    path: str
    quads: Callable[[], Iterable[Quad]]
    read: Callable[[], bytes]
    rdf: RdfFormat | None
    base: str = ""
    graph: GraphName | None = None

    def numbered(self) -> Iterator[tuple[int, Quad]]:
        """Its quads, each with its number among all."""
        for number, quad in enumerate(self.quads()):
            if self.graph is None or quad.graph_name == self.graph:
                yield number, quad


class FileTriple(NamedTuple):
    """A triple of a file.

    Args:
        file: The number of the file.
        number: The number of the triple in it.
        predicate: The predicate, as N-Triples writes it.
        value: The object, as N-Triples writes it.
    """

    file: int
    number: int
    predicate: str
    value: str


class Places:
    """The statements of some files by their terms, and where they stand.

    Args:
        files: The files; what is said in several is placed in the first.
        wanted: Only what has one of these terms as subject or object can be found; None for all.
        others: Names for statements, such as those of claims, each with subject, predicate, object and file.
    """

    def __init__(
        self,
        files: Iterable[PlacedFile],
        wanted: frozenset[str] | None = None,
        others: Callable[[], Mapping[str, tuple[str, str, str, str]]] = dict,
    ) -> None:
        self._files = tuple(files)
        self._wanted = wanted
        self._others = others
        self._readings: dict[int, PlacedText | WrittenStatements | None] = {}

    def find(  # noqa: PLR0913 -- a triple has three terms
        self,
        subject: str,
        predicate: str = "",
        value: str = "",
        *,
        path: str = "",
        part: Part | None = None,
        last: bool = False,
    ) -> Place | None:
        """Find where a statement stands; without one that fits, where its subject is spoken of.

        Args:
            subject: The subject, as N-Triples writes it.
            predicate: The predicate, or nothing.
            value: The object, or nothing.
            path: Only in this file.
            part: What to point at; by default the object of the triple, else the predicate, else the subject.
            last: The last of several, where the default is the first.

        Returns:
            The place, or None where nothing speaks of the subject.
        """
        here = self._said(self._by_subject, subject, path)
        alike = [one for one in here if one.predicate == predicate]
        exact = [one for one in (alike if predicate else here) if one.value == value]
        if exact:
            return self._place(exact[-1 if last else 0], part or Part.OBJECT)
        if alike:
            return self._place(alike[-1 if last else 0], part or Part.PREDICATE)
        if here:
            typed = (one for one in here if one.predicate == str(TYPE))
            return self._place(next(typed, here[0]), Part.SUBJECT)
        other = self._named.get(subject)
        if other and (not path or path == other[3]):
            return self.find(*other[:3], path=other[3], part=part)
        there = self._said(self._by_object, subject, path)
        return self._place(there[0], Part.OBJECT) if there else None

    def placed(self, finding: Finding, *, last: bool = False) -> Finding:
        """A finding with the place of its focus, path and value; one that has a line already is left as it is."""
        if not finding.focus or (finding.place and finding.place.line):
            return finding
        path = finding.place.path if finding.place else ""
        place = self.find(term(finding.focus), term(finding.path), finding.value, path=path, last=last)
        return replace(finding, place=place) if place else finding

    def within(self, subject: str, predicate: str, value: str, line: int, column: int) -> Place | None:
        """Find a place inside of a literal, such as that of an error in a query.

        Args:
            subject: The subject, as N-Triples writes it.
            predicate: The predicate.
            value: The literal.
            line: A line of its text.
            column: A column of that line.

        Returns:
            The place in the file; None where escapes hide it.
        """
        place = self.find(subject, predicate, value)
        if place is None or place.line is None or place.column is None:
            return None
        said = self._said(self._by_subject, subject, place.path)
        one = next((one for one in said if (one.predicate, one.value) == (predicate, value)), None)
        reading = self._reading(one.file) if one else None
        if one is None or reading is None:
            return None
        placed = reading.triples[one.number]
        if placed is None:
            return None
        written = reading.written(placed.object)
        escape = "&" if self._files[one.file].rdf is RdfFormat.RDF_XML else "\\"
        if line == 1 and escape not in written[:column]:
            quotes = 3 if written.startswith(('"""', "'''")) else int(written.startswith(('"', "'")))
            return Place(place.path, place.line, place.column + quotes + column - 1, 1)
        return Place(place.path, place.line + line - 1, column, 1) if line <= written.count("\n") + 1 else None

    def files_about(self, subject: str) -> tuple[str, ...]:
        """The files that say something of a subject, each once, in the order of the files."""
        return distinct(self._files[one.file].path for one in self._by_subject.get(subject, ()))

    def owner(self, subject: str) -> str:
        """The IRI in whose statement a blank node is written, or nothing."""
        said = self._by_subject.get(subject, ())
        reading = self._reading(said[0].file) if said else None
        return reading.owner(said[0].number) if reading else ""

    def _said(self, index: Mapping[str, Sequence[FileTriple]], name: str, path: str) -> Sequence[FileTriple]:
        said = index.get(name, ())
        return [one for one in said if self._files[one.file].path == path] if path else said

    def _place(self, statement: FileTriple, part: Part) -> Place:
        path = self._files[statement.file].path
        reading = self._reading(statement.file)
        placed = reading.triples[statement.number] if reading and statement.number < len(reading.triples) else None
        if reading is None or placed is None:
            return Place(path)
        span: TextSpan = getattr(placed, part)
        end = _LINE_END.search(reading.text, span.start, span.end)
        return replace(reading.place(span, path), length=(end.start() if end else span.end) - span.start)

    def _reading(self, number: int) -> PlacedText | WrittenStatements | None:
        """A file as it is written; None where its format, or a change since it was parsed, gives no places."""
        if number not in self._readings:
            file = self._files[number]
            self._readings[number] = _read(file)
        return self._readings[number]

    @cached_property
    def _named(self) -> Mapping[str, tuple[str, str, str, str]]:
        return self._others()

    @cached_property
    def _by_subject(self) -> Mapping[str, Sequence[FileTriple]]:
        found: dict[str, list[FileTriple]] = defaultdict(list)
        wanted = self._wanted
        for number, file in enumerate(self._files):
            for at, quad in file.numbered():
                subject = str(quad.subject)
                if wanted is None or subject in wanted:
                    found[subject].append(FileTriple(number, at, str(quad.predicate), str(quad.object)))
        return dict(found)

    @cached_property
    def _by_object(self) -> Mapping[str, Sequence[FileTriple]]:
        """The first use of each term as an object, else as a predicate."""
        found: dict[str, list[FileTriple]] = {}
        wanted = self._wanted
        for number, file in enumerate(self._files):
            for at, quad in file.numbered():
                value = str(quad.object)
                if value not in found and (wanted is None or value in wanted):
                    found[value] = [FileTriple(number, at, str(quad.predicate), value)]
        return found


_GONE = (errno.ENOENT, errno.ENOTDIR)
"""Errors of a file that was removed since it was parsed; after any other a report would lack places without a word."""


def _read(file: PlacedFile) -> PlacedText | WrittenStatements | None:
    """A file as it is written, by a reader that few runs need.

    Raises:
        InputError: The file is there, and the system does not let it be read.
    """
    try:
        if file.rdf in WITH_PLACES:
            from scograph.turtle.reader import read_turtle  # noqa: PLC0415

            return read_turtle(file.read(), base=file.base, path=file.path, rdf=file.rdf)
        if file.rdf is RdfFormat.JSON_LD:
            from scograph.jsonld.reader import read_json_ld  # noqa: PLC0415

            return read_json_ld(file.read(), file.quads(), file.base)
        if file.rdf is RdfFormat.RDF_XML:
            from scograph.rdfxml_reader import read_rdf_xml  # noqa: PLC0415

            return read_rdf_xml(xml_in_utf8(file.read(), file.path), file.quads(), file.base)
    except (RdfSyntaxError, UnicodeDecodeError):
        pass
    except InputError as error:
        cause = error.__cause__
        if isinstance(cause, OSError) and cause.errno not in _GONE:
            raise
    return None


def term(text: str) -> str:
    """A term as N-Triples writes it, of how a finding names it: an IRI without its brackets."""
    return text if not text or text.startswith(("_:", '"', "<", "(", "^")) else f"<{text}>"
