"""Triples grouped by subject, with the blank nodes that can be nested: the input of the Turtle and RDF/XML writers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from pyoxigraph import Quad, Triple

from scograph.ntriples import FIRST, NIL, REST, iri, is_blank, is_iri, is_literal, refuse_rdf_12, split_lines, term_key
from scograph.serialise.lines import n_triples
from scograph.serialise.nesting import ListWords, find_lists, find_nested

BySubject = Mapping[str, Mapping[str, Sequence[str]]]
"""Objects by predicate by subject, each a token of N-Triples, each object once, nothing sorted."""

_WORDS: ListWords[str] = ListWords(FIRST, REST, NIL)


@dataclass(frozen=True, slots=True)
class Nesting:
    """Where the blank nodes of a graph are written.

    Args:
        nested: Those that are written in the place of the one object that refers to them.
        lists: The first cells of the lists among the nested, with the members; the other cells are nested as well.
    """

    nested: Collection[str]
    lists: Mapping[str, Sequence[str]]


class Grouping:
    """Groups the triples of one graph by subject as they come; they are all held in memory."""

    def __init__(self) -> None:
        self._subjects: dict[str, dict[str, list[str]]] = {}
        self._tokens: dict[str, str] = {}
        self._has_repeated = False
        self.around_blank: set[str] = set()
        """The subjects with a blank node among their objects."""

    def add(self, pieces: Iterable[bytes]) -> None:
        """Take triples.

        Args:
            pieces: N-Triples as the library writes them, in pieces of whole lines.

        Raises:
            InputError: A term is one of RDF 1.2.
        """
        self._has_repeated = True
        subjects, intern = self._subjects, self._tokens.setdefault
        for piece in pieces:
            refuse_rdf_12(piece)
            for subject, predicate, value in split_lines(piece.decode().split("\n")):
                if value[0] != '"':
                    value = intern(value, value)  # noqa: PLW2901 -- that which is named often is held once
                    if value[0] == "_":
                        self.around_blank.add(subject)
                values = subjects.get(subject)
                if values is None:
                    subjects[subject] = {intern(predicate, predicate): [value]}
                elif predicate in values:
                    values[predicate].append(value)
                else:
                    values[intern(predicate, predicate)] = [value]

    @property
    def subjects(self) -> BySubject:
        """What came, each object once."""
        if self._has_repeated:
            for values in self._subjects.values():
                for predicate, objects in values.items():
                    if len(objects) > 1:
                        values[predicate] = list(dict.fromkeys(objects))
            self._has_repeated = False
        return self._subjects

    def objects(self) -> Iterator[str]:
        """Every object, as often as it is one."""
        return _objects(self.subjects)

    def blank_nodes(self) -> set[str]:
        """The blank nodes among the subjects and objects."""
        subjects = self.subjects
        found = {subject for subject in subjects if is_blank(subject)}
        for subject in self.around_blank:
            found.update(value for objects in subjects[subject].values() for value in objects if is_blank(value))
        return found

    def roots(self, nesting: Nesting) -> list[str]:
        """The subjects that stand on their own, sorted: IRIs first, then blank nodes."""
        iris = sorted(filter(is_iri, self.subjects), key=iri)
        blank = [subject for subject in self.subjects if is_blank(subject) and subject not in nesting.nested]
        return [*iris, *sorted(blank, key=term_key)]

    def nesting(self, shared: Collection[str] = (), *, literals_in_lists: bool = True) -> Nesting:
        """Which blank nodes can be written inside another.

        Args:
            shared: Those that have to keep their names, since they occur outside this graph.
            literals_in_lists: Whether the format has a way to write a list that holds a literal.
        """
        subjects = self.subjects
        near = {s: values for s, values in subjects.items() if is_blank(s) or s in self.around_blank}
        references = Counter(value for value in _objects(near) if is_blank(value))
        once = {node for node, count in references.items() if count == 1 and node in near and node not in shared}
        unfit = () if literals_in_lists else {value for value in _objects(near) if is_literal(value)}
        lists = find_lists(near, once, _WORDS, unfit)
        nested = find_nested(near, once, lists, _WORDS)
        members = {head: [near[cell][FIRST][0] for cell in cells] for head, cells in lists.items() if head in nested}
        return Nesting(nested, members)


def grouped(statements: Iterable[Quad] | Iterable[Triple]) -> Grouping:
    """Group triples by subject.

    Args:
        statements: The triples, or quads whose graph names are left out.

    Returns:
        The triples, grouped.

    Raises:
        InputError: A term is one of RDF 1.2.
    """
    grouping = Grouping()
    grouping.add(n_triples(statements))
    return grouping


def shared_blank_nodes(graphs: Mapping[str, Grouping]) -> set[str]:
    """Blank nodes that name a graph, or occur in two: inside another node they would lose their name.

    Args:
        graphs: The graphs by name.
    """
    counted = Counter(node for grouping in graphs.values() for node in grouping.blank_nodes())
    return {name for name in graphs if name and is_blank(name)} | {node for node, count in counted.items() if count > 1}


def _objects(subjects: BySubject) -> Iterator[str]:
    return (value for values in subjects.values() for objects in values.values() for value in objects)
