"""Changes of how documents are described, apart from facts: editions, passages with their places, readings."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from pyoxigraph import DefaultGraph, NamedNode, Quad

from scograph import terms
from scograph.differences.matching import Difference
from scograph.differences.sides import Side
from scograph.messages import counted
from scograph.model import Node, Term

_PARTS = (terms.PASSAGE, terms.IGNORED_SPAN)
_WHOLE = (*_PARTS, terms.EDITION, terms.READING)
_OF_A_DOCUMENT = frozenset((terms.HAS_NEWEST_EDITION, *terms.OF_AN_EDITION))
_PLACES = frozenset(
    (
        *(terms.CHAR_START, terms.CHAR_END, terms.NON_BLANK_LENGTH, terms.TEXT_SHA256, terms.TEXT_START),
        *(terms.TEXT_END, terms.STANDS_IN, terms.IS_PLACED_IN, terms.IS_GONE_FROM, terms.PASSAGE_URL),
        *(terms.IS_REVISION_OF, terms.IS_READ_WITH, terms.QUOTATION, terms.CARRIES_OVER),
    )
)
"""What is said of a part of a text and is no news to a reader, unless it came or went with the part itself."""


@dataclass(frozen=True, slots=True)
class DocumentChange:
    """What changed in the description of one document.

    Args:
        node: The document, or what is described of none.
        label: Its label, or its CURIE.
        words: What changed, in one line.
    """

    node: Node
    label: str
    words: str


def is_description(quad: Quad, side: Side) -> bool:
    """Whether a statement describes an edition, a reading or a part of a text, and is no fact.

    Args:
        quad: A statement that came or went.
        side: The side on which it stands.

    Returns:
        Whether `document_changes` tells of it.
    """
    if not isinstance(quad.graph_name, DefaultGraph):
        return False
    types = _types(quad.subject, side)
    if terms.SOURCE_DOCUMENT in types and quad.predicate in _OF_A_DOCUMENT:
        return True
    return bool(types & {terms.EDITION, terms.READING}) or (
        bool(types & set(_PARTS)) and quad.predicate not in _TOLD_OF_PARTS
    )


_TOLD_OF_PARTS = frozenset((terms.NOTE, terms.LOCATOR))
"""What a reader is told of a part of a text as of anything else."""


def document_changes(
    before: Side, after: Side, difference: Difference, carried: Mapping[Node, int]
) -> tuple[DocumentChange, ...]:
    """What changed in the descriptions of documents, a line for each document.

    Args:
        before: The first side.
        after: The second side.
        difference: Their difference.
        carried: How many facts of each document are now supported by what a passage became.

    Returns:
        The changes, by the names of the documents.
    """
    counts: dict[Node, Counter[str]] = defaultdict(Counter)
    numbers: dict[Node, set[Node]] = defaultdict(set)
    _count(difference.added, before, after, counts, numbers, is_added=True)
    _count(difference.removed, after, before, counts, numbers, is_added=False)
    for document, number in carried.items():
        counts[document]["carried"] = number
    found = []
    for document in {*counts, *numbers}:
        words = _words(counts[document], len(numbers[document]))
        side = after if document in after.graph.by_subject else before
        if words:
            found.append(DocumentChange(document, side.labels.label(document), words))
    return tuple(sorted(found, key=lambda change: (change.label.casefold(), str(change.node))))


def document_of(node: Node, side: Side) -> Node:
    """The document of a part or an edition; of a reading, that of the first claim it covers; else the node itself."""
    said = side.graph.by_subject.get(node, ())
    for triple in said:
        if triple.predicate in terms.PART_OF or triple.predicate == terms.IS_EDITION_OF:
            return triple.object if isinstance(triple.object, NamedNode) else node
    covered = sorted((t.object for t in said if t.predicate == terms.COVERS), key=str)
    for claim in covered:
        if isinstance(claim, NamedNode) and claim in side.claims:
            return document_of(side.claims[claim].passage, side)
    return node


def _count(  # noqa: PLR0913 -- two sides, and two tables to fill
    quads: Collection[Quad],
    other: Side,
    side: Side,
    counts: Mapping[Node, Counter[str]],
    numbers: Mapping[Node, set[Node]],
    *,
    is_added: bool,
) -> None:
    """Count what came to one side, or went from it, by document."""
    revised = {quad.object for quad in quads if quad.predicate == terms.IS_REVISION_OF}
    for quad in quads:
        node = quad.subject
        if isinstance(node, NamedNode) and is_description(quad, side):
            document = document_of(node, side)
            is_new = node not in other.graph.by_subject
            kind = _kind(quad, revised, is_new=is_new, is_added=is_added)
            if kind:
                counts[document][kind] += 1
            elif not is_new and quad.predicate in _PLACES and node != document:
                numbers[document].add(node)


def _kind(quad: Quad, revised: AbstractSet[Term], *, is_new: bool, is_added: bool) -> str:
    """What a statement is counted as, or nothing; a passage that was revised is not told as gone too."""
    if is_added and quad.predicate == terms.IS_REVISION_OF:
        return "edited"
    if is_added and quad.predicate == terms.IS_GONE_FROM:
        return "" if quad.subject in revised else "gone"
    if is_new and quad.predicate == terms.TYPE and quad.object in _WHOLE:
        name = "edition" if quad.object == terms.EDITION else "reading" if quad.object == terms.READING else "part"
        return name if is_added else f"{name} removed"
    return ""


def _words(counts: Mapping[str, int], numbers: int) -> str:
    """One line of what was counted."""
    new = counts.get("part", 0) - counts.get("edited", 0)
    said = [
        (counts.get("edition", 0), "new edition"),
        (counts.get("edition removed", 0), "edition removed"),
        (counts.get("edited", 0), "passage edited"),
        (counts.get("gone", 0), "passage gone"),
        (max(new, 0), "new passage"),
        (counts.get("part removed", 0), "passage removed"),
        (counts.get("carried", 0), "fact carried over"),
        (counts.get("reading", 0), "new reading"),
        (counts.get("reading removed", 0), "reading removed"),
    ]
    parts = [_counted(number, words) for number, words in said if number]
    if numbers and not parts:  # else they are new because of the rest
        parts.append(f"numbers of {counted(numbers, 'passage')}")
    return ", ".join(parts)


def _counted(number: int, words: str) -> str:
    """A number with its noun, which may stand before a participle or behind an adjective."""
    adjective, _, rest = words.rpartition(" ") if words.startswith("new ") else ("", "", words)
    noun, _, after = rest.partition(" ")
    many = counted(number, f"{adjective} {noun}".strip())
    return f"{many} {after}".strip()


def _types(node: Term, side: Side) -> set[Term]:
    described = side.graph.by_subject.get(node, ()) if isinstance(node, NamedNode) else ()
    return {t.object for t in described if t.predicate == terms.TYPE}
