"""One statement of a Turtle text with objects taken out and put in: its tokens, and the white space between them.

Every token that stays, every comment, and all white space between two neighbours that both stay keep their bytes.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from operator import attrgetter

from scograph.model import TextSpan
from scograph.ntriples import TYPE, predicate_key, term_key
from scograph.serialise.names import TermWriter
from scograph.serialise.turtle import INDENT
from scograph.turtle.reading import Block, PlacedText, Tokens

Splice = tuple[int, int, str]
"""Characters before what is replaced, those up to its end, and what takes its place."""


def changed_block(  # noqa: PLR0913, PLR0917 -- what is changed, and how it is written
    reading: PlacedText,
    block: Block,
    gone: set[Tokens],
    added: Mapping[str, Sequence[str]],
    names: TermWriter,
    newline: str,
) -> Splice:
    """Change a statement that keeps a part of what it says, or gets something to say.

    Args:
        reading: The text that it stands in.
        block: The statement.
        gone: What it says and is to say no more.
        added: The new objects as N-Triples writes them, by predicate.
        names: Writes terms.
        newline: How lines end.

    Returns:
        What takes the place of the statement, with the rest of the line on which it ends.
    """
    return _Statement(reading, block, names, newline).changed(gone, added)


def comments_in(reading: PlacedText, span: TextSpan) -> tuple[TextSpan, ...]:
    """The comments that begin inside of a part of a text."""
    first, end = (bisect_left(reading.comments, at, key=attrgetter("start")) for at in (span.start, span.end))
    return reading.comments[first:end]


def line_end(reading: PlacedText, block: Block) -> int:
    """The end of the line on which a statement ends, if only blanks and a comment follow it there."""
    end = end_of_line(reading.text, block.span.end)
    rest = reading.text[block.span.end : end].strip()
    return end if not rest or rest.startswith("#") else block.span.end


def end_of_line(text: str, at: int) -> int:
    """Where the line ends that a place is on, before its line feed."""
    while at < len(text) and text[at] not in "\r\n":
        at += 1
    return at


@dataclass(eq=False, slots=True)
class _Token:
    """A subject, predicate, object or mark, and the white space and comments before it."""

    text: str
    gap: str
    is_mark: bool = False
    stays: bool = True
    inside: str = ""
    """The comments inside of it, which stay where it goes: the empty list `( )` may have some."""


@dataclass(eq=False, slots=True)
class _Predicate:
    """A predicate with its objects, among the tokens of a statement."""

    predicate: str
    token: _Token
    objects: list[tuple[_Token, str]] = field(default_factory=list)

    @property
    def stays(self) -> bool:
        """Whether an object of it stays."""
        return any(token.stays for token, _ in self.objects)

    @property
    def last(self) -> _Token:
        return self.objects[-1][0]


class _Statement:
    """A statement as tokens that stay or go.

    Args:
        reading: The text that it stands in.
        block: The statement.
        names: Writes terms.
        newline: How lines end.
    """

    def __init__(self, reading: PlacedText, block: Block, names: TermWriter, newline: str) -> None:
        self._reading, self._block, self._names, self._newline = reading, block, names, newline
        text = reading.text
        self._comments = {one.start: one.end for one in comments_in(reading, block.span)}
        self._end = line_end(reading, block)
        self._rest = text[block.span.end : self._end]
        """The blanks and the comment behind the dot, on its line."""
        self._tokens = [_Token(reading.written(block.subject), "")]
        self._predicates: list[_Predicate] = []
        spans: dict[TextSpan, tuple[_Predicate, list[tuple[TextSpan, str]]]] = {}
        for placed in reading.triples[block.triples.start : block.triples.stop]:
            if placed.terms[0] == block.node and placed.subject == block.subject:
                token = _Token(reading.written(placed.predicate), "")
                there = spans.setdefault(placed.predicate, (_Predicate(placed.tokens[1], token), []))
                there[1].append((placed.object, placed.tokens[2]))
        at = block.subject.end
        for span in sorted(spans, key=lambda span: span.start):
            predicate, objects = spans[span]
            at = self._read_token(predicate.token, at, span)
            self._predicates.append(predicate)
            for value, said in sorted(objects, key=lambda one: one[0].start):
                inside = (f" {reading.written(comment)}{newline}" for comment in comments_in(reading, value))
                token = _Token(reading.written(value), "", inside="".join(inside))
                at = self._read_token(token, at, value)
                predicate.objects.append((token, said))
        self._read_marks(at, block.span.end)

    def _read_token(self, token: _Token, at: int, span: TextSpan) -> int:
        """Read the marks before a token, and the token."""
        token.gap = self._read_marks(at, span.start)
        self._tokens.append(token)
        return span.end

    def _read_marks(self, at: int, end: int) -> str:
        """Read the marks between two places, and give what stands behind the last of them."""
        start = at
        while at < end:
            if at in self._comments:
                at = self._comments[at]
                continue
            if self._reading.text[at] in ",;.":
                self._tokens.append(_Token(self._reading.text[at], self._reading.text[start:at], is_mark=True))
                start = at + 1
            at += 1
        return self._reading.text[start:end]

    def changed(self, gone: set[Tokens], added: Mapping[str, Sequence[str]]) -> Splice:
        """What takes the place of the statement and the rest of its line."""
        subject = str(self._block.node)
        for predicate in sorted(added, key=predicate_key):
            self._add(predicate, added[predicate])
        for one in self._predicates:
            for token, value in one.objects:
                if (subject, one.predicate, value) in gone:
                    token.stays = False
                    token.gap += token.inside
        self._take_out_marks()
        self._move_marks_up()
        return self._block.span.start, self._end, "".join(self._pieces())

    # What is put in.

    def _add(self, predicate: str, values: Sequence[str]) -> None:
        existing = next((one for one in self._predicates if one.predicate == predicate), None)
        if existing:
            for value in values:
                self._add_object(existing, value)
            return
        following = next(
            (one for one in self._predicates if predicate_key(one.predicate) > predicate_key(predicate)), None
        )
        line = f"{self._newline}{self._pad(following or self._predicates[-1])}"
        new = _Predicate(predicate, _Token("a" if predicate == TYPE else self._names.token(predicate), line))
        tokens = [new.token]
        for value in values:
            if new.objects:
                tokens.append(_Token(",", " ", is_mark=True))
            token = _Token(self._names.token(value), f"{line}{INDENT}" if new.objects else " ")
            tokens.append(token)
            new.objects.append((token, value))
        if following:
            self._put_before(following, new, tokens)
        else:
            self._put_last(new, tokens)

    def _put_before(self, following: _Predicate, new: _Predicate, tokens: list[_Token]) -> None:
        """Put a predicate before another one, above the comments right above that."""
        at = self._tokens.index(following.token)
        beside, below = self._parted(following.token.gap)
        if below:
            new.token.gap, following.token.gap = beside + new.token.gap, below
        else:
            new.token.gap, following.token.gap = beside, new.token.gap
        self._tokens[at:at] = [*tokens, _Token(";", " ", is_mark=True)]
        self._predicates.insert(self._predicates.index(following), new)

    def _put_last(self, new: _Predicate, tokens: list[_Token]) -> None:
        """Put a predicate behind the last one, and behind a comment that stands beside that."""
        at = self._tokens.index(self._predicates[-1].last) + 1
        self._predicates.append(new)
        mark = self._tokens[at]
        beside, below = self._parted(mark.gap)
        if beside.strip() and below:  # a comment before the mark
            new.token.gap, mark.gap = beside + new.token.gap, below
            self._tokens[at:at] = [_Token(";", " ", is_mark=True), *tokens]
        elif mark.text == ";" and self._parted(self._tokens[at + 1].gap)[0].strip():  # one behind it
            beside, below = self._parted(self._tokens[at + 1].gap)
            new.token.gap, self._tokens[at + 1].gap = beside + new.token.gap, below
            self._tokens[at + 1 : at + 1] = tokens
        elif mark.text == "." and self._rest.lstrip().startswith("#"):  # one behind the statement
            new.token.gap = self._rest.rstrip() + new.token.gap
            self._rest = ""
            self._tokens[at:] = [_Token(";", mark.gap, is_mark=True), *tokens, _Token(".", " ", is_mark=True)]
        else:
            self._tokens[at:at] = [_Token(";", " ", is_mark=True), *tokens]

    def _add_object(self, predicate: _Predicate, value: str) -> None:
        """Put an object among those of a predicate; a comment beside the last of them stays there."""
        line = f"{self._newline}{self._pad(predicate)}{INDENT}"
        larger = next((token for token, other in predicate.objects if term_key(other) > term_key(value)), None)
        if larger is None and self._has_comment_beside(predicate.last):
            larger = predicate.last
        new = _Token(self._names.token(value), line)
        comma = _Token(",", " ", is_mark=True)
        if larger is None:
            at = self._tokens.index(predicate.last) + 1
            self._tokens[at:at] = [comma, new]
            predicate.objects.append((new, value))
            return
        at = self._tokens.index(larger)
        beside, below = self._parted(larger.gap)
        if below and larger.gap.strip():
            new.gap, larger.gap = beside + line, below
        else:
            new.gap, larger.gap = larger.gap, line
        self._tokens[at:at] = [new, comma]
        predicate.objects.insert([token for token, _ in predicate.objects].index(larger), (new, value))

    def _has_comment_beside(self, token: _Token) -> bool:
        """Whether a comment stands behind a token on its line."""
        at = self._tokens.index(token) + 1
        mark = self._tokens[at]
        beside, below = self._parted(mark.gap)
        if beside.strip() or below:
            return bool(beside.strip())
        behind = self._tokens[at + 1].gap if at + 1 < len(self._tokens) else self._rest
        return self._parted(behind)[0].lstrip().startswith("#")

    @staticmethod
    def _parted(gap: str) -> tuple[str, str]:
        """White space and comments up to the end of a line, and what follows from there."""
        end = end_of_line(gap, 0)
        return gap[:end], gap[end:]

    def _pad(self, predicate: _Predicate) -> str:
        """What the line begins with on which a predicate stands; the usual where something stands before it."""
        line = max(predicate.token.gap.rfind("\n"), predicate.token.gap.rfind("\r"))
        return predicate.token.gap[line + 1 :] if line >= 0 else INDENT

    # What is taken out.

    def _take_out_marks(self) -> None:
        """Let go, with the objects, of their predicates, commas and semicolons."""
        for number, one in enumerate(self._predicates):
            if one.stays:
                for token, _ in one.objects:
                    if not token.stays:
                        later = [other for other, _ in one.objects[[o for o, _ in one.objects].index(token) :]]
                        self._drop_marks(token, is_behind=any(other.stays for other in later))
                continue
            first = self._tokens.index(one.token)
            last = self._tokens.index(one.last)
            for token in self._tokens[first : last + 1]:
                token.stays = False
            self._drop_marks(
                one.last if any(other.stays for other in self._predicates[number + 1 :]) else one.token,
                is_behind=any(other.stays for other in self._predicates[number + 1 :]),
            )

    def _drop_marks(self, token: _Token, *, is_behind: bool) -> None:
        """Let go of the marks behind a token, or of those before it."""
        at = self._tokens.index(token)
        around = self._tokens[at + 1 :] if is_behind else reversed(self._tokens[:at])
        for mark in around:
            if not mark.is_mark:
                return
            mark.stays = False

    def _move_marks_up(self) -> None:
        """Let a mark behind what goes stand before the comments that stay of it."""
        before: list[_Token] = []
        for token in self._tokens:
            if not token.stays:
                before.append(token)
                continue
            if token.is_mark and before and before[0].is_mark and self._has_comment([*before[1:], token]):
                before[0].text, before[0].stays, token.stays = token.text, True, False
                before = [*before[1:], token]
            else:
                before = []

    def _has_comment(self, tokens: Sequence[_Token]) -> bool:
        return any(token.gap.strip() for token in tokens)

    def _pieces(self) -> Iterator[str]:
        """The statement and the rest of its line, in pieces."""
        gaps: list[str] = []
        for token in self._tokens:
            gaps.append(token.gap)
            if token.stays:
                yield self._joined(gaps, is_before_mark=token.is_mark)
                yield token.text
                gaps = []
        tail = self._joined(gaps, is_before_mark=True) if gaps else ""
        if not tail.strip():
            yield self._rest
        elif self._rest.strip() or self._end < end_of_line(self._reading.text, self._end):
            yield tail + self._rest.lstrip(" \t")
        else:
            yield tail.rstrip()

    def _joined(self, gaps: Sequence[str], *, is_before_mark: bool) -> str:
        """What stands between two tokens of which those between are gone: one of the gaps, with all comments."""
        if len(gaps) == 1:
            return gaps[0]
        commented = [gap for gap in gaps if gap.strip()]
        if not commented:
            return gaps[-1 if is_before_mark else 0] or " "
        found = gaps[0] if "\n" in gaps[0] and not gaps[0].strip() else ""
        for gap in commented:
            found = found + gap.lstrip() if found.endswith(("\n", " ", "\t")) else found + gap
        return found
