"""Comments, literals as written, and blank node labels of a Turtle text, which the writer keeps when it formats it."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass

from scograph.ntriples import FIRST, REST
from scograph.turtle.comments import CommentedPart, Comments
from scograph.turtle.reading import Tokens


@dataclass(frozen=True)
class Notes:
    """The comments and spellings of a text.

    Args:
        comments: Its comments by what they belong to.
        spellings: How the literal of a triple is written; one that ends in `^^` lacks its datatype.
        labelled: The blank nodes that have a label in the text; the others are written by brackets.
    """

    comments: Comments
    spellings: Mapping[Tokens, str]
    labelled: Container[str] = ()

    def around(self, node: str, section: int | None) -> tuple[Sequence[str], str, Sequence[str]]:
        """The comments above a node, at the end of the line that opens it, and above what closes it.

        Args:
            node: The node.
            section: The section that it is written in, or None for one that stands inside another.
        """
        of = self.comments.of
        opening = _after(of(CommentedPart.OPENING, (node,), section))
        return of(CommentedPart.BEFORE, (node,), section), opening, of(CommentedPart.CLOSING, (node,), section)

    def above(self, subject: str, predicate: str, value: str, section: int | None) -> list[str]:
        """The comments above a predicate and its first object."""
        return [
            *self.comments.of(CommentedPart.ABOVE, (subject, predicate), section),
            *self.leading(subject, predicate, value),
        ]

    def leading(self, subject: str, predicate: str, value: str) -> list[str]:
        """The comments above an object."""
        return self.comments.of(CommentedPart.LEADING, (subject, predicate, value))

    def trailing(self, subject: str, predicate: str, value: str) -> str:
        """The comments at the end of an object's line."""
        return _after(self.comments.of(CommentedPart.TRAILING, (subject, predicate, value)))

    def of_cell(
        self,
        cell: str,
        member: str,
        rest: str,
        is_head: bool,  # noqa: FBT001 -- not a choice of the caller
    ) -> tuple[list[str], str]:
        """The comments above a member of a list and at the end of its line, with all that a cell written out has.

        Args:
            cell: The cell.
            member: The member.
            rest: The next cell, or the end.
            is_head: Whether it is the first cell, whose own comments stand around the list.
        """
        of = self.comments.of
        before, opening, closing = (
            ([], [], [])
            if is_head
            else (of(part, (cell,)) for part in (CommentedPart.BEFORE, CommentedPart.OPENING, CommentedPart.CLOSING))
        )
        first, next_ = (cell, FIRST, member), (cell, REST, rest)
        above = [*before, *opening, *of(CommentedPart.ABOVE, first[:2]), *of(CommentedPart.LEADING, first)]
        above += [*of(CommentedPart.ABOVE, next_[:2]), *of(CommentedPart.LEADING, next_)]
        return above, _after([*of(CommentedPart.TRAILING, first), *of(CommentedPart.TRAILING, next_), *closing])


def _after(comments: Sequence[str]) -> str:
    return f" {' '.join(comments)}" if comments else ""
