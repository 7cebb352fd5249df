"""Which blank nodes can be written in the place of the one object that refers to them, and which of them are lists.

The terms may be of any kind that can be told apart: what the library parsed, or what stands in a line.
"""

from __future__ import annotations

from collections.abc import Collection, Container, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T", bound=Hashable)
Subjects = Mapping[T, Mapping[T, Collection[T]]]

MAX_DEPTH = 50
"""Blank nodes nest so deep at most: writers go down by calls, and readers may have limits of their own."""


@dataclass(frozen=True, slots=True)
class ListWords(Generic[T]):
    """The words of lists, as terms of the kind in question."""

    first: T
    rest: T
    nil: T


def find_lists(
    subjects: Subjects[T], once: Iterable[T], words: ListWords[T], unfit: Container[T] = ()
) -> dict[T, list[T]]:
    """The cells of each longest well-formed list by its first cell (RDF 1.1 Semantics, appendix D.3).

    Args:
        subjects: Predicates and objects of every subject.
        once: The blank nodes that are referred to once.
        words: The words of lists.
        unfit: The members that a list of the format cannot hold.

    Returns:
        The cells, in order.
    """
    rests: dict[T, T] = {}
    for cell in once:
        values = subjects[cell]
        is_cell = len(values) == 2 and all(  # noqa: PLR2004 -- its member, and the rest
            len(values.get(word, ())) == 1 for word in (words.first, words.rest)
        )
        if is_cell and next(iter(values[words.first])) not in unfit:
            rests[cell] = next(iter(values[words.rest]))
    before = {rest: cell for cell, rest in rests.items() if rest != words.nil}
    lists: dict[T, list[T]] = {}
    for last in (cell for cell, rest in rests.items() if rest == words.nil):
        cells = [last]
        while cells[-1] in before:
            cells.append(before[cells[-1]])
        lists[cells[-1]] = cells[::-1]
    return lists


def find_nested(subjects: Subjects[T], once: Container[T], lists: dict[T, list[T]], words: ListWords[T]) -> set[T]:
    """The blank nodes that a root leads to, but for every `MAX_DEPTH`th level, which starts a block of its own.

    Each is referred to once, so what no root leads to can only lie in a cycle. A list is one level; where one would
    start a block, its first cell does, and the list of `lists` is the rest.

    Args:
        subjects: Predicates and objects of every subject.
        once: The blank nodes that are referred to once.
        lists: The lists; those that are too deep are shortened.
        words: The words of lists.

    Returns:
        The blank nodes that are written in place.
    """
    nested: set[T] = set()
    waiting: list[tuple[T, int]] = [(node, 0) for node in subjects if node not in once]
    while waiting:
        node, depth = waiting.pop()
        for value in _referred(subjects, node, lists, words):
            if value not in once:
                continue
            waiting.append((value, depth + 1))
            if (depth + 1) % MAX_DEPTH:
                nested.update(lists.get(value, [value]))
            else:
                cells = lists.pop(value, [value])
                lists.update({cells[1]: cells[1:]} if len(cells) > 1 else {})
    return nested


def _referred(subjects: Subjects[T], node: T, lists: Mapping[T, list[T]], words: ListWords[T]) -> Iterator[T]:
    """The objects that a node, or the members of the list that it starts, are followed by one level down."""
    cells = lists.get(node, [])
    for source in cells or (node,):
        for predicate, objects in subjects[source].items():
            if not (cells and predicate == words.rest):
                yield from objects
