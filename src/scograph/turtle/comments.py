"""Which part of a Turtle text each of its comments belongs to.

A comment at the end of a line belongs to what stands before it; one with a line of its own to what comes next, or to
the end of the brackets, the list or the statement that it closes. Between statements, lines that touch the next one
belong to it. Others stand for themselves: they begin a section, and those before the first declaration head the file.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum
from itertools import islice
from operator import attrgetter
from typing import NamedTuple

from scograph.model import TextSpan
from scograph.ntriples import REST
from scograph.turtle.reading import Block, Declaration, PlacedText, Tokens

_LINE_BREAK = re.compile(r"\r\n|\r|\n")


class CommentedPart(Enum):
    """A part of a statement that comments belong to."""

    BEFORE = "above a subject"
    OPENING = "at the end of a subject's line, or after the bracket that opens a node"
    ABOVE = "above a predicate"
    LEADING = "above an object"
    TRAILING = "at the end of an object's line"
    CLOSING = "above the dot or the bracket that closes a node"


Owner = tuple[CommentedPart, tuple[str, ...]]
"""A part, and the node, subject and predicate, or triple that it is a part of."""


class _Anchor(NamedTuple):
    """A place where something begins or ends.

    Args:
        at: The offset.
        rank: What ends here comes before what opens here, and this before what begins.
        before: Whose a comment after it in its line is, a part or a declaration's number; None to look further back.
        after: Whose a comment in the lines before it is.
    """

    at: int
    rank: int
    before: Owner | int | None
    after: Owner | int | None


@dataclass
class Comments:
    """The comments of a text by what they belong to.

    Args:
        head: Those at the head of the file; an empty text parts paragraphs.
        sections: What stands above each section, in the same way; nothing above the first.
        section_of: The section that each triple is first stated in.
        declarations: Those above each declaration, and those at the end of its line, by its number.
        parts: Those of the parts of statements, each with the number of its section.
    """

    head: list[str] = field(default_factory=list)
    sections: list[list[str]] = field(default_factory=lambda: [[]])
    section_of: dict[Tokens, int] = field(default_factory=dict)
    declarations: dict[int, tuple[list[str], list[str]]] = field(default_factory=lambda: defaultdict(lambda: ([], [])))
    parts: dict[Owner, list[tuple[int, str]]] = field(default_factory=lambda: defaultdict(list))

    def of(self, part: CommentedPart, key: tuple[str, ...], section: int | None = None) -> list[str]:
        """The comments of a part: all, or those of one section."""
        return [text for at, text in self.parts.get((part, key), ()) if section is None or at == section]


def attach(reading: PlacedText) -> Comments:
    """Say of each comment what it belongs to.

    Args:
        reading: The text.

    Returns:
        The comments by what they belong to, and the sections that they make.
    """
    comments = Comments()
    section_of_block, inside = _between_statements(reading, comments)
    placed = iter(reading.triples)
    for block, section in zip(reading.blocks, section_of_block, strict=True):
        for triple in islice(placed, len(block.triples)):
            comments.section_of.setdefault(triple.tokens, section)
    if inside:
        anchors = sorted(_anchors(reading), key=attrgetter("at", "rank"))
        places = [anchor.at for anchor in anchors]
        starts = [block.span.start for block in reading.blocks]
        for comment in inside:
            owner = _owner(reading, comment, anchors, bisect_right(places, comment.start))
            text = _text(reading, comment)
            if isinstance(owner, int):
                comments.declarations[owner][1].append(text)
            else:
                block_number = bisect_right(starts, comment.start) - 1
                comments.parts[owner].append((section_of_block[block_number], text))
    _follow_their_parts(comments)
    return comments


def _text(reading: PlacedText, comment: TextSpan) -> str:
    return reading.written(comment).rstrip()


def _between_statements(reading: PlacedText, comments: Comments) -> tuple[list[int], list[TextSpan]]:
    """Attach the comments that stand between statements on lines of their own.

    Returns:
        The section of each block, and the other comments.
    """
    inside: list[TextSpan] = []
    sections: list[int] = []
    waiting = iter(reading.comments)
    comment = next(waiting, None)
    items: list[Block | Declaration | None] = [*reading.blocks, *reading.declarations, None]
    items.sort(key=lambda item: item.span.start if item else len(reading.text))
    end_before = 0
    declared = 0
    for number, item in enumerate(items):
        start = item.span.start if item else len(reading.text)
        gap: list[TextSpan] = []
        while comment and comment.start < start:
            is_inside = comment.start < end_before
            ends_a_line = number and not gap and not _breaks(reading, end_before, comment.start)
            (inside if is_inside or ends_a_line else gap).append(comment)
            comment = next(waiting, None)
        _attach_gap(reading, comments, gap, item, declared if number else None)
        if isinstance(item, Declaration):
            declared += 1
        elif item:
            sections.append(len(comments.sections) - 1)
        end_before = item.span.end if item else start
    return sections, inside


def _attach_gap(
    reading: PlacedText, comments: Comments, gap: list[TextSpan], item: Block | Declaration | None, declared: int | None
) -> None:
    """Attach the comments before a statement, a declaration or the end; `declared` is None at the head of the file."""
    paragraphs = _paragraphs(reading, gap)
    if isinstance(item, Declaration) and declared is not None:
        comments.declarations[declared][0].extend(line for paragraph in paragraphs for line in paragraph)
        return
    if isinstance(item, Block) and gap and _breaks(reading, gap[-1].end, item.span.start) == 1:
        section = len(comments.sections) - (0 if declared is not None and len(paragraphs) > 1 else 1)
        comments.parts[CommentedPart.BEFORE, (str(item.node),)].extend((section, line) for line in paragraphs.pop())
    lines = [line for paragraph in paragraphs for line in ("", *paragraph)][1:]
    if declared is None:
        comments.head.extend(lines)
    elif lines:
        comments.sections.append(lines)


def _paragraphs(reading: PlacedText, gap: list[TextSpan]) -> list[list[str]]:
    """Comments in lines that follow each other, and those after an empty line apart."""
    paragraphs: list[list[str]] = []
    end = 0
    for comment in gap:
        if not paragraphs or _breaks(reading, end, comment.start) > 1:
            paragraphs.append([])
        paragraphs[-1].append(_text(reading, comment))
        end = comment.end
    return paragraphs


def _breaks(reading: PlacedText, start: int, end: int) -> int:
    return len(_LINE_BREAK.findall(reading.text, start, end))


def _anchors(reading: PlacedText) -> Iterator[_Anchor]:
    for number, declaration in enumerate(reading.declarations):
        yield _Anchor(declaration.span.start, 2, number, number)
        yield _Anchor(declaration.span.end, 0, number, number)
    subjects = {str(placed.terms[0]) for placed in reading.triples}
    predicate_before: TextSpan | None = None
    for placed in reading.triples:
        subject, predicate, value = placed.tokens
        is_member = placed.predicate == placed.object
        if is_member and reading.text[placed.object.start] == ")":
            continue
        if is_member and predicate == REST:
            continue
        if not is_member and placed.predicate != predicate_before:
            predicate_before = placed.predicate
            above = (CommentedPart.ABOVE, (subject, predicate))
            yield _Anchor(placed.predicate.start, 2, above, above)
            yield _Anchor(placed.predicate.end, 0, above, above)
        leading, trailing = (CommentedPart.LEADING, placed.tokens), (CommentedPart.TRAILING, placed.tokens)
        yield _Anchor(placed.object.start, 2, trailing, leading)
        yield _Anchor(placed.object.end, 0, trailing, trailing)
        if value in subjects:
            yield from _inside(reading, placed.object, value)
    for block in reading.blocks:
        node = str(block.node)
        opening = (CommentedPart.OPENING, (node,))
        yield _Anchor(block.subject.start, 2, opening, opening)
        yield _Anchor(block.subject.end, 0, opening, opening)
        yield from _inside(reading, block.subject, node)
        yield _Anchor(block.span.end - 1, 1, None, (CommentedPart.CLOSING, (node,)))


def _inside(reading: PlacedText, span: TextSpan, node: str) -> Iterator[_Anchor]:
    if reading.text[span.start] in "[(":
        yield _Anchor(span.start + 1, 1, (CommentedPart.OPENING, (node,)), None)
        yield _Anchor(span.end - 1, 1, None, (CommentedPart.CLOSING, (node,)))


def _owner(reading: PlacedText, comment: TextSpan, anchors: list[_Anchor], following: int) -> Owner | int:
    before = comment.start - 1
    while before >= 0 and reading.text[before] in " \t":
        before -= 1
    if before < 0 or reading.text[before] in "\r\n":
        for number in range(following, len(anchors)):
            owner = anchors[number].after
            if owner is not None:
                return owner
    for number in range(following - 1, -1, -1):
        owner = anchors[number].before
        if owner is not None:
            return owner
    raise ValueError(f"nothing stands before {_text(reading, comment)}")


def _follow_their_parts(comments: Comments) -> None:
    """Move comments to the section where their triple is first stated, if it is stated twice."""
    sections: dict[tuple[str, ...], set[int]] = defaultdict(set)
    for (subject, predicate, _), section in comments.section_of.items() if comments.parts else ():
        sections[subject,].add(section)
        sections[subject, predicate].add(section)
    for (_, key), entries in comments.parts.items():
        there = sections.get(key)
        if there:
            entries[:] = [(section if section in there else min(there), text) for section, text in entries]
