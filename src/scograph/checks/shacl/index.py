"""An in-memory index of triples by predicate, terms as N-Triples tokens: the data graph and the shapes graph."""

from __future__ import annotations

import gc
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import IO, cast

from pyoxigraph import Quad, RdfFormat, Triple, serialize

from scograph.ntriples import TYPE, is_literal, split_lines
from scograph.terms import RDFS

SUBCLASS = f"<{RDFS}subClassOf>"
PIECE = 1 << 20
"""Characters that are split into lines at a time."""

_DIRECTION = re.compile(rb'"@[A-Za-z0-9-]+--(?:ltr|rtl) [.]\n')
_NOTHING: Mapping[str, Sequence[str]] = {}


@contextmanager
def without_collection() -> Iterator[None]:
    """Hold the search for cycles: an index makes none, and each search would walk through all of it."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


class Index:
    """Triples to be validated.

    Args:
        subclasses: Whether an instance of a class is one of those above it (SHACL, clause 1.1: SHACL instance).
    """

    def __init__(self, *, subclasses: bool = True) -> None:
        self._subclasses = subclasses
        self._columns: dict[str, tuple[list[str], list[str]]] = {}
        self._forward: dict[str, Mapping[str, Sequence[str]]] = {}
        self._backward: dict[str, dict[str, list[str]]] = {}
        self._instances: dict[str, frozenset[str] | set[str]] = {}
        self._terms: dict[str, str] = {}
        self.size = 0
        self.may_have_rdf_12 = False
        """Whether a line that was taken in looks as if it held a triple term or a text with a direction."""

    def add_triples(self, triples: Iterable[Triple]) -> None:
        """Take triples in.

        Args:
            triples: The triples; one that is said twice counts once.
        """
        sink = LineSink(self)
        serialize(triples, output=cast("IO[bytes]", sink), format=RdfFormat.N_TRIPLES)
        sink.close()

    def add_quads(self, quads: Iterable[Quad], rename: str = "", *, has_graphs: bool = True) -> None:
        """Take the triples of quads in, of whatever graph.

        Args:
            quads: The quads, as a parser gives them; nothing of them is held.
            rename: What to put before the labels of blank nodes, so that those of two files never meet.
            has_graphs: Whether some of them may be in a named graph.

        Raises:
            SyntaxError: From the parser that gives the quads.
        """
        sink = LineSink(self, rename)
        triples = (quad.triple for quad in quads) if has_graphs else quads
        serialize(triples, output=cast("IO[bytes]", sink), format=RdfFormat.N_TRIPLES)
        sink.close()

    def add_lines(self, lines: Iterable[str], rename: str = "") -> None:
        """Take lines of canonical N-Triples in."""
        columns, intern = self._columns, self._terms.setdefault
        append: dict[str, tuple[Callable[[str], None], Callable[[str], None]]] = {}
        last = ""
        size = 0
        for tokens in split_lines(lines):
            subject, predicate, value = tokens
            if rename:
                if subject[0] == "_":
                    subject = f"_:{rename}{subject[2:]}"
                if value[0] == "_":
                    value = f"_:{rename}{value[2:]}"
            if subject == last:
                subject = last
            else:
                last = subject = intern(subject, subject)
            if predicate not in append:
                subjects, values = columns.setdefault(predicate, ([], []))
                append[predicate] = subjects.append, values.append
            append_subject, append_value = append[predicate]
            append_subject(subject)
            append_value(value if value[0] == '"' else intern(value, value))
            size += 1
        self.size += size

    @property
    def predicates(self) -> Sequence[str]:
        """Every predicate of the data, in the order of appearance."""
        return (*self._columns, *(p for p in self._forward if p not in self._columns))

    def forward(self, predicate: str) -> Mapping[str, Sequence[str]]:
        """The distinct objects of a predicate by subject."""
        found = self._forward.get(predicate)
        if found is not None:
            return found
        column = self._columns.pop(predicate, None)
        if column is None:
            return _NOTHING
        found = self._forward[predicate] = _grouped(*column)
        return found

    def backward(self, predicate: str) -> Mapping[str, Sequence[str]]:
        """The distinct subjects of a predicate by object."""
        found = self._backward.get(predicate)
        if found is None:
            forward = self.forward(predicate)
            found = self._backward[predicate] = {}
            for subject, values in forward.items():
                for value in values:
                    if value in found:
                        found[value].append(subject)
                    else:
                        found[value] = [subject]
        return found

    def instances(self, class_: str) -> frozenset[str] | set[str]:
        """The SHACL instances of a class: nodes with a type that is it, or is below it (SHACL, clause 1.1)."""
        found = self._instances.get(class_)
        if found is None:
            types = self.backward(TYPE)
            found = set()
            for one in self.below(class_):
                found.update(types.get(one, ()))
            self._instances[class_] = found
        return found

    def below(self, class_: str) -> list[str]:
        """A class and all those below it."""
        if not self._subclasses:
            return [class_]
        direct = self.backward(SUBCLASS)
        found = {class_: None}
        waiting = [class_]
        while waiting:
            for one in direct.get(waiting.pop(), ()):
                if one not in found:
                    found[one] = None
                    waiting.append(one)
        return list(found)

    def triples(self, predicates: Iterable[str] | None = None) -> Iterator[tuple[str, str, str]]:
        """Every triple once, or those with some predicates."""
        for predicate in self.predicates if predicates is None else predicates:
            for subject, values in self.forward(predicate).items():
                for value in values:
                    yield subject, predicate, value

    def has(self, subject: str, predicate: str, value: str) -> bool:
        """Whether it has a triple."""
        return value in self.forward(predicate).get(subject, ())

    def add(self, triples: Iterable[tuple[str, str, str]]) -> None:
        """Take in triples that it does not have, after it has been read.

        Args:
            triples: The triples, each once.
        """
        for subject, predicate, value in triples:
            forward = cast("dict[str, Sequence[str]]", self.forward(predicate))
            if predicate not in self._forward:
                forward = self._forward[predicate] = {}
            forward[subject] = [*forward.get(subject, ()), value]
            if (backward := self._backward.get(predicate)) is not None:
                backward.setdefault(value, []).append(subject)
            self.size += 1
            if predicate == SUBCLASS:
                self._instances.clear()
            elif predicate == TYPE:
                for class_, nodes in self._instances.items():
                    if value in self.below(class_):
                        cast("set[str]", nodes).add(subject)

    def remove(self, triples: Iterable[tuple[str, str, str]]) -> None:
        """Let go of triples that it has.

        Args:
            triples: The triples, each once.
        """
        for subject, predicate, value in triples:
            forward = cast("dict[str, Sequence[str]]", self.forward(predicate))
            left = [one for one in forward[subject] if one != value]
            if left:
                forward[subject] = left
            else:
                del forward[subject]
            if (backward := self._backward.get(predicate)) is not None:
                backward[value].remove(subject)
                if not backward[value]:
                    del backward[value]
            if not forward:
                del self._forward[predicate]
                self._backward.pop(predicate, None)
            self.size -= 1
            if predicate == SUBCLASS:
                self._instances.clear()
            elif predicate == TYPE:
                for class_, nodes in self._instances.items():
                    if not any(one in self.below(class_) for one in left):
                        cast("set[str]", nodes).discard(subject)

    def nodes(self) -> set[str]:
        """Every subject and every object that is no literal."""
        found: set[str] = set()
        for predicate in self.predicates:
            for subject, values in self.forward(predicate).items():
                found.add(subject)
                found.update(value for value in values if not is_literal(value))
        return found


def tokens_of(triples: Iterable[Triple]) -> list[tuple[str, str, str]]:
    """Triples as an index has them, each once, in their order."""
    lines = cast("bytes", serialize(triples, format=RdfFormat.N_TRIPLES)).decode().split("\n")
    return list(dict.fromkeys(cast("Iterable[tuple[str, str, str]]", map(tuple, split_lines(lines)))))


class LineSink(io.RawIOBase):
    """A file whose bytes, lines of N-Triples, go into an index as they come.

    Args:
        index: The index.
        rename: What to put before the labels of blank nodes.
    """

    def __init__(self, index: Index, rename: str = "") -> None:
        self._index = index
        self._rename = rename
        self._pieces: list[bytes] = []
        self._held = 0

    def writable(self) -> bool:
        """Bytes can be written."""
        return True

    def write(self, piece: bytes, /) -> int:  # type: ignore[override]
        """Take a piece; pieces need not end with a line."""
        self._pieces.append(bytes(piece))
        self._held += len(piece)
        if self._held > PIECE:
            self._pass_on()
        return len(piece)

    def close(self) -> None:
        """Take in what is left."""
        if not self.closed:
            self._pass_on()
        super().close()

    def _pass_on(self) -> None:
        whole = b"".join(self._pieces)
        cut = whole.rfind(b"\n") + 1
        self._pieces = [whole[cut:]] if cut < len(whole) else []
        self._held = len(whole) - cut
        if b" <<( " in whole or (b"--" in whole and _DIRECTION.search(whole)):
            self._index.may_have_rdf_12 = True
        self._index.add_lines(whole[:cut].decode().split("\n"), self._rename)


def _grouped(keys: Sequence[str], values: Sequence[str]) -> Mapping[str, Sequence[str]]:
    single = dict(zip(keys, zip(values, strict=True), strict=True))
    if len(single) == len(keys):
        return single
    found: dict[str, list[str]] = {}
    several = False
    for key, value in zip(keys, values, strict=True):
        if key in found:
            found[key].append(value)
            several = True
        else:
            found[key] = [value]
    if several:
        for group in found.values():
            if len(group) > 1 and len(set(group)) != len(group):
                group[:] = dict.fromkeys(group)
    return found
