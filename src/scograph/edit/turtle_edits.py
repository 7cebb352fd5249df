"""Minimal edits of a Turtle text: triples are removed, replaced and added, and all other bytes stay (RDF 1.1 Turtle).

What is added stands where the canonical layout has it. After each edit the text is read again: it must state the
triples that it stated, with exactly what was to change, and have all its comments; else the edit is refused.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pyoxigraph import BlankNode, NamedNode, Triple

from scograph import terms
from scograph.errors import InputError, UsageError
from scograph.model import Place, TextSpan
from scograph.ntriples import TYPE, predicate_key, term_key
from scograph.read_options import NO_BASE
from scograph.serialise.grouping import Grouping, grouped
from scograph.serialise.names import TermWriter
from scograph.serialise.turtle import INDENT, GraphWriter
from scograph.turtle.reader import BYTE_ORDER_MARK, read_turtle
from scograph.turtle.reading import Block, PlacedText, Tokens

_Splice = tuple[int, int, str]
"""Characters before what is replaced, those up to its end, and what takes its place."""


def edited_turtle(
    data: bytes, removed: Iterable[Triple], added: Iterable[Triple], *, path: str = "-", base: str = ""
) -> bytes:
    r"""Change triples of a Turtle text; whatever is not about them keeps its bytes.

    Args:
        data: The text in UTF-8; a byte order mark and the ends of its lines stay as they are.
        removed: Triples that it states and is to state no more, wherever it does.
        added: Triples that it is to state; those that it states already stay where they are.
        path: The file, as messages show it.
        base: The IRI that relative ones are resolved against, if the text declares none.

    Returns:
        The changed text.

    Raises:
        RdfSyntaxError: The text breaks the grammar.
        UsageError: A triple has a blank node, whose name means nothing outside of its text.
        InputError: A triple to be removed is not there; or what came out does not say what it is to say, and this tool
            is at fault.

    Example:
        >>> from pyoxigraph import Literal, NamedNode, Triple
        >>> size = [Triple(NamedNode("x:a"), NamedNode("x:size"), Literal(value)) for value in ("1", "2")]
        >>> edited_turtle(b'# Sizes.\n<x:a> <x:size> "1" . # small\n', size[:1], size[1:])
        b'# Sizes.\n<x:a> <x:size> "2" . # small\n'
    """
    gone, new = ({_tokens(triple) for triple in triples} for triples in (removed, added))
    text = data.decode("utf-8")
    mark = BYTE_ORDER_MARK if text.startswith(BYTE_ORDER_MARK) else ""
    text = text.removeprefix(BYTE_ORDER_MARK)
    reading = read_turtle(text, base=base or NO_BASE, path=path)
    before = {placed.tokens for placed in reading.triples}
    missing = gone - before
    if missing:
        raise InputError(
            f"does not state {' '.join(min(missing))}", place=Place(path), hint="was it changed meanwhile?"
        )
    gone, new = gone - new, new - before
    expected = (before - gone) | new
    edit = _TurtleEdit(base or NO_BASE, path, "\r\n" if text.count("\r\n") * 2 > text.count("\n") else "\n")
    text, replaced, gone, new = edit.replaced(reading, gone, new)
    if gone or new:
        text = edit.restructured(replaced, gone, new)
    text = edit.without_unused(reading.text, text)
    again = read_turtle(text, base=base or NO_BASE, path=path)
    comments = sorted(reading.written(comment).rstrip() for comment in reading.comments)
    if {placed.tokens for placed in again.triples} != expected or comments != sorted(
        again.written(comment).rstrip() for comment in again.comments
    ):
        raise InputError(
            "the edit would change more than was asked: the file is left as it is",
            hint="this is a fault of the tool; please report it with the file",
            place=Place(path),
        )
    return (mark + text).encode()


def new_turtle(
    triples: Iterable[Triple], *, comment: str = "", prefixes: Mapping[str, str] = terms.WELL_KNOWN_PREFIXES
) -> bytes:
    """A new Turtle text in the canonical layout.

    Args:
        triples: What it states.
        comment: A line that it begins with, without the `#`, or nothing.
        prefixes: The prefixes that it may use; those that it uses are declared.

    Returns:
        The text in UTF-8.

    Example:
        >>> from pyoxigraph import NamedNode, Triple
        >>> print(new_turtle([Triple(NamedNode("x:a"), NamedNode("x:b"), NamedNode("x:c"))], comment="One.").decode())
        # One.
        <BLANKLINE>
        <x:a>
            <x:b> <x:c> .
        <BLANKLINE>
    """
    names = TermWriter(prefixes)
    blocks = GraphWriter(grouped(triples), names).blocks()
    head = "".join(f"@prefix {prefix}: <{namespace}> .\n" for prefix, namespace in names.used())
    pieces = [f"# {comment}\n"] if comment else []
    return "\n".join([*pieces, *([head] if head else []), *blocks]).encode()


def _tokens(triple: Triple) -> Tokens:
    if isinstance(triple.subject, BlankNode) or isinstance(triple.object, BlankNode):
        raise UsageError(f"{triple} has a blank node, and cannot be edited by itself")
    return str(triple.subject), str(triple.predicate), str(triple.object)


@dataclass(frozen=True, slots=True)
class _WrittenPredicate:
    """A predicate of a statement with its objects, each where it is written."""

    span: TextSpan
    predicate: str
    objects: list[tuple[TextSpan, str]]

    @property
    def end(self) -> int:
        return self.objects[-1][0].end


@dataclass(frozen=True, slots=True)
class _TurtleEdit:
    """One edit of a text: its base, its path in messages, and how its lines end."""

    base: str
    path: str
    newline: str

    def replaced(
        self, reading: PlacedText, gone: set[Tokens], new: set[Tokens]
    ) -> tuple[str, PlacedText, set[Tokens], set[Tokens]]:
        """Let new objects take the places of those that go, and give what is left to do."""
        wanted: dict[tuple[str, str], list[str]] = defaultdict(list)
        for subject, predicate, value in sorted(new, key=lambda tokens: term_key(tokens[2])):
            wanted[subject, predicate].append(value)
        pairs: dict[Tokens, str] = {}
        for tokens in sorted(gone, key=lambda tokens: term_key(tokens[2])):
            values = wanted.get(tokens[:2])
            if values:
                pairs[tokens] = values.pop(0)
        if not pairs:
            return reading.text, reading, gone, new
        names = TermWriter(_prefixes(reading))
        splices: list[_Splice] = []
        done: set[Tokens] = set()
        for placed in reading.triples:
            tokens = placed.tokens
            if tokens in pairs and tokens not in done:
                done.add(tokens)
                splices.append((*placed.object, names.token(pairs[tokens])))
        text = _spliced(reading.text, splices)
        text = self._declared(text, names)
        again = read_turtle(text, base=self.base, path=self.path)
        still = {placed.tokens for placed in again.triples}
        put = {(*tokens[:2], value) for tokens, value in pairs.items()}
        return text, again, gone & still, new - put

    def restructured(self, reading: PlacedText, gone: set[Tokens], new: set[Tokens]) -> str:
        """Take out what goes, and add what has no place yet."""
        names = TermWriter(_prefixes(reading))
        adding: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        for subject, predicate, value in sorted(new, key=lambda tokens: term_key(tokens[2])):
            adding[subject][predicate].append(value)
        splices: list[_Splice] = []
        whole: set[int] = set()
        subjects = {tokens[0] for tokens in gone}
        for block in reading.blocks:
            subject = str(block.node)
            if subject not in subjects and subject not in adding:
                continue
            stated = {placed.tokens for placed in reading.triples[block.triples.start : block.triples.stop]}
            here = stated & gone
            if here == stated and subject not in adding:
                splices.append(_whole(reading, block))
                whole.add(block.span.start)
                continue
            add = adding.pop(subject, {})
            if here or add:
                start, end = block.span.start, _line_end(reading, block)
                local = _Local(self, _header(reading, block), reading.text[start:end])
                splices.append((start, end, local.changed(here, add, names)))
        if adding:
            outset = min((start for start, _, _ in splices), default=len(reading.text))
            splices += self._new_blocks(reading, adding, names, whole, outset)
        return self._declared(_spliced(reading.text, splices), names)

    def _new_blocks(
        self,
        reading: PlacedText,
        adding: Mapping[str, Mapping[str, Sequence[str]]],
        names: TermWriter,
        removed: set[int],
        outset: int,
    ) -> list[_Splice]:
        """Blocks of subjects that the text has no statement of, each behind the one that sorts before it."""
        lines = (
            f"{subject} {predicate} {value} .\n".encode()
            for subject, said in adding.items()
            for predicate, values in said.items()
            for value in values
        )
        graph = Grouping()
        graph.add(lines)
        written = dict(zip(sorted(adding, key=term_key), GraphWriter(graph, names).blocks(), strict=True))
        kept = [
            block for block in reading.blocks if isinstance(block.node, NamedNode) and block.span.start not in removed
        ]
        there = sorted(kept, key=lambda block: term_key(str(block.node)))
        at: dict[int, list[str]] = defaultdict(list)
        first: list[str] = []
        for subject in sorted(written, key=term_key):
            lower = [block for block in there if term_key(str(block.node)) < term_key(subject)]
            (at[_line_end(reading, lower[-1])] if lower else first).append(self._ended(written[subject]))
        nl = self.newline
        found: list[_Splice] = []
        for place, blocks in at.items():
            found.append((place, place, "".join(f"{nl}{nl}{block.removesuffix(nl)}" for block in blocks)))
        if first:
            joined = nl.join(first)
            if kept:
                place = _above(reading, kept[0])
                found.append((place, place, joined + nl))
            else:
                place = outset
                found.append((place, place, (nl if reading.text.strip() else "") + joined))
        return found

    def _declared(self, text: str, names: TermWriter) -> str:
        """The text with declarations of the prefixes that were used anew."""
        reading = _read_lending(text, self.base, self.path)
        declared = {one.prefix: one for one in reading.declarations if one.prefix is not None}
        splices: list[_Splice] = []
        nl = self.newline
        for prefix, namespace in names.used():
            if prefix in declared:
                continue
            line = f"@prefix {prefix}: <{namespace}> ."
            before = [one for name, one in sorted(declared.items()) if name < prefix]
            if before:
                end = _end_of_line(text, before[-1].span.end)
                splices.append((end, end, f"{nl}{line}"))
            elif declared:
                start = min(one.span.start for one in declared.values())
                splices.append((start, start, f"{line}{nl}"))
            else:
                bases = [one.span.end for one in reading.declarations]
                if bases:
                    end = _end_of_line(text, bases[-1])
                    splices.append((end, end, f"{nl}{line}"))
                else:
                    place = _above(reading, reading.blocks[0]) if reading.blocks else len(text)
                    splices.append((place, place, f"{line}{nl}{nl}"))
        return _spliced(text, splices)

    def without_unused(self, before: str, text: str) -> str:
        """The text without declarations of prefixes that it used before and uses no more."""
        splices: list[_Splice] = []
        for one in read_turtle(text, base=self.base, path=self.path).declarations:
            if not one.prefix:
                continue
            use = re.compile(rf"(?<![\w.:-]){re.escape(one.prefix)}:")
            start, end = one.span.start, _end_of_line(text, one.span.end)
            is_alone = not text[one.span.end : end].strip() and (start == 0 or text[start - 1] == "\n")
            if is_alone and len(use.findall(text)) == 1 < len(use.findall(before)):
                splices.append((start, _after_newline(text, end), ""))
        return _spliced(text, splices)

    def _ended(self, text: str) -> str:
        return text.replace("\n", self.newline) if self.newline != "\n" else text


def _read_lending(text: str, base: str, path: str) -> PlacedText:
    """Read a text that may use prefixes of `terms.WELL_KNOWN_PREFIXES` that it does not declare yet."""
    lent = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in terms.WELL_KNOWN_PREFIXES.items())
    reading = read_turtle(lent + text, base=base, path=path)
    by = len(lent)

    def moved(span: TextSpan) -> TextSpan:
        return TextSpan(span.start - by, span.end - by)

    own = tuple(type(one)(moved(one.span), one.prefix, one.iri) for one in reading.declarations if one.span.start >= by)
    blocks = tuple(Block(moved(one.span), moved(one.subject), one.node, one.triples) for one in reading.blocks)
    comments = tuple(map(moved, reading.comments))
    return PlacedText(text, reading.triples, blocks, own, comments, reading.prefixes, reading.lines)


def _prefixes(reading: PlacedText) -> dict[str, str]:
    """The prefixes that mean one thing in the whole text, and well-known ones that it does not declare."""
    meanings: dict[str, set[str]] = defaultdict(set)
    first = min((block.span.start for block in reading.blocks), default=len(reading.text))
    late = set()
    for one in reading.declarations:
        if one.prefix is not None:
            meanings[one.prefix].add(one.iri)
            if one.span.start > first:
                late.add(one.prefix)
    found = {prefix: next(iter(iris)) for prefix, iris in meanings.items() if len(iris) == 1 and prefix not in late}
    known = set(found.values())
    lent = terms.WELL_KNOWN_PREFIXES.items()
    return found | {prefix: iri for prefix, iri in lent if prefix not in meanings and iri not in known}


def _header(reading: PlacedText, block: Block) -> str:
    """The declarations that hold where a statement stands, with well-known ones before them."""
    lent = [f"@prefix {prefix}: <{iri}> ." for prefix, iri in terms.WELL_KNOWN_PREFIXES.items()]
    own = [reading.written(one.span) for one in reading.declarations if one.span.end <= block.span.start]
    return "\n".join([*lent, *own, ""])


def _whole(reading: PlacedText, block: Block) -> _Splice:
    """Where a statement stands with its line, and the empty line behind it; comments stay."""
    text = reading.text
    start = block.span.start - (len(text[: block.span.start]) - len(text[: block.span.start].rstrip(" \t")))
    end = block.span.end
    inside = [comment for comment in reading.comments if block.span.start <= comment.start < end]
    kept = "".join(f"{reading.written(comment)}\n" for comment in inside)
    is_alone = start == 0 or text[start - 1] in "\r\n"
    line = _end_of_line(text, end)
    if is_alone and not text[end:line].strip():
        end = _after_newline(text, line)
        following = _end_of_line(text, end)
        is_below_comment = text[:start].rpartition("\n")[0].rpartition("\n")[2].lstrip().startswith("#")
        if end == len(text) and not kept:
            start = len(text[:start].rstrip(" \t\r\n"))
            start = _after_newline(text, _end_of_line(text, start)) if start else 0
        elif not text[end:following].strip() and not kept and not is_below_comment:
            end = _after_newline(text, following)
    return start, end, kept


def _line_end(reading: PlacedText, block: Block) -> int:
    """The end of the line on which a statement ends, if only blanks and a comment follow it there."""
    end = _end_of_line(reading.text, block.span.end)
    rest = reading.text[block.span.end : end].strip()
    return end if not rest or rest.startswith("#") else block.span.end


def _end_of_line(text: str, at: int) -> int:
    """Where the line ends that a place is on, before its line feed."""
    while at < len(text) and text[at] not in "\r\n":
        at += 1
    return at


def _after_newline(text: str, at: int) -> int:
    if text.startswith("\r\n", at):
        return at + 2
    return min(at + 1, len(text))


def _above(reading: PlacedText, block: Block) -> int:
    """The beginning of the line of a statement, or of the comments right above it."""
    text = reading.text
    place = text.rfind("\n", 0, block.span.start) + 1
    while place:
        above = text.rfind("\n", 0, place - 1) + 1
        if not text[above:place].lstrip().startswith("#"):
            break
        place = above
    return place


def _spliced(text: str, splices: Iterable[_Splice]) -> str:
    pieces, at = [], 0
    for start, end, put in sorted(splices, key=lambda splice: splice[:2]):
        pieces += [text[at:start], put]
        at = end
    return "".join([*pieces, text[at:]])


class _Local:
    """One statement that is changed step by step.

    Args:
        edit: The edit that it belongs to.
        header: The declarations that hold for it.
        text: The statement, with what follows its dot on the same line.
    """

    def __init__(self, edit: _TurtleEdit, header: str, text: str) -> None:
        self._edit = edit
        self._header = header
        self._text = text
        self._read()

    def _read(self) -> None:
        reading = read_turtle(self._header + self._text, base=self._edit.base, path=self._edit.path)
        by = len(self._header)
        block = reading.blocks[0]
        self._dot = block.span.end - by - 1
        self._comments = [TextSpan(one.start - by, one.end - by) for one in reading.comments if one.start >= by]
        groups: dict[TextSpan, _WrittenPredicate] = {}
        for placed in reading.triples:
            predicate, value = (TextSpan(span.start - by, span.end - by) for span in placed[2:4])
            if placed.terms[0] == block.node and placed.subject == block.subject:
                group = groups.setdefault(predicate, _WrittenPredicate(predicate, placed.tokens[1], []))
                group.objects.append((value, placed.tokens[2]))
        self._groups = sorted(groups.values(), key=lambda group: group.span.start)

    def changed(self, gone: set[Tokens], add: Mapping[str, Sequence[str]], names: TermWriter) -> str:
        """The statement without what goes, and with what is added."""
        values = {tokens[1:] for tokens in gone}
        for predicate in sorted(add, key=predicate_key):  # before others go: a statement must never be empty
            self._add(predicate, add[predicate], names)
        while True:
            found = next(
                (
                    (group, number)
                    for group in reversed(self._groups)
                    for number, (_, value) in enumerate(group.objects)
                    if (group.predicate, value) in values
                ),
                None,
            )
            if found is None:
                return self._text
            self._remove(*found)

    def _put(self, *splices: _Splice) -> None:
        self._text = _spliced(self._text, splices)
        self._read()

    def _has_comment(self, start: int, end: int) -> bool:
        return any(start <= comment.start < end for comment in self._comments)

    def _separator(self, start: int, end: int, mark: str) -> int:
        """Where a comma or semicolon stands between two places, comments aside; -1 if there is none."""
        at = start
        while at < end:
            comment = next((one for one in self._comments if one.start <= at < one.end), None)
            if comment:
                at = comment.end
            elif self._text[at] == mark:
                return at
            else:
                at += 1
        return -1

    def _pad(self, group: _WrittenPredicate) -> str:
        start = max(self._text.rfind("\n", 0, group.span.start), self._text.rfind("\r", 0, group.span.start)) + 1
        before = self._text[start : group.span.start]
        return before if start and not before.strip() else INDENT

    def _remove(self, group: _WrittenPredicate, number: int) -> None:
        if len(group.objects) > 1:
            self._remove_object(group, number)
        else:
            self._remove_group(group)

    def _remove_object(self, group: _WrittenPredicate, number: int) -> None:
        span = group.objects[number][0]
        if number + 1 < len(group.objects):
            following = group.objects[number + 1][0].start
            if not self._has_comment(span.end, following):
                self._put((span.start, following, ""))
                return
            comma = self._separator(span.end, following, ",")
        else:
            previous = group.objects[number - 1][0].end
            if not self._has_comment(previous, span.start):
                self._put((previous, span.end, ""))
                return
            comma = self._separator(previous, span.start, ",")
        self._put((span.start, span.end, ""), (comma, comma + 1, ""))

    def _remove_group(self, group: _WrittenPredicate) -> None:
        at = self._groups.index(group)
        start, end = group.span.start, group.end
        if at + 1 < len(self._groups):
            following = self._groups[at + 1].span.start
            if not self._has_comment(end, following):
                self._put((start, following, ""))
            else:
                mark = self._separator(end, following, ";")
                self._put((start, mark + 1, "".join(self._comments_in(start, mark))))
            return
        previous = self._groups[at - 1].end
        if not self._has_comment(previous, start):
            self._put((previous, end, ""))
            return
        mark = self._separator(previous, start, ";")
        self._put((mark, mark + 1, "."), (start, self._dot + 1, "".join(self._comments_in(start, self._dot))))

    def _comments_in(self, start: int, end: int) -> list[str]:
        return [
            self._text[one.start : one.end] + self._edit.newline for one in self._comments if start <= one.start < end
        ]

    def _add(self, predicate: str, values: Sequence[str], names: TermWriter) -> None:
        existing = next((group for group in self._groups if group.predicate == predicate), None)
        if existing:
            for value in values:
                self._add_object(next(group for group in self._groups if group.predicate == predicate), value, names)
            return
        nl = self._edit.newline
        following = next(
            (group for group in self._groups if predicate_key(group.predicate) > predicate_key(predicate)), None
        )
        pad = self._pad(following or self._groups[-1])
        name = "a" if predicate == TYPE else names.token(predicate)
        written = f"{name} " + f" ,{nl}{pad}{INDENT}".join(map(names.token, values))
        if following:
            self._add_before(following, written, pad)
            return
        end = self._groups[-1].end
        line = _end_of_line(self._text, end)
        if not self._has_comment(end, line):
            self._put((end, end, f" ;{nl}{pad}{written}"))
        elif self._dot < line:
            self._put((self._dot, self._dot + 1, ";"), (line, line, f"{nl}{pad}{written} ."))
        else:
            has_mark = self._separator(end, line, ";") >= 0
            self._put(*(() if has_mark else ((end, end, " ;"),)), (line, line, f"{nl}{pad}{written}"))

    def _add_before(self, following: _WrittenPredicate, written: str, pad: str) -> None:
        nl = self._edit.newline
        at = self._groups.index(following)
        place = following.span.start
        if at:
            mark = self._separator(self._groups[at - 1].end, place, ";")
            line = _end_of_line(self._text, mark)
            if line < place:
                self._put((line, line, f"{nl}{pad}{written} ;"))
                return
        self._put((place, place, f"{written} ;{nl}{pad}"))

    def _add_object(self, group: _WrittenPredicate, value: str, names: TermWriter) -> None:
        nl, pad = self._edit.newline, self._pad(group) + INDENT
        written = names.token(value)
        larger = next((span for span, other in group.objects if term_key(other) > term_key(value)), None)
        last = group.objects[-1][0]
        if larger is None and self._has_comment(last.end, _end_of_line(self._text, last.end)):
            larger = last  # the comment beside the last object stays there
        if larger:
            self._put((larger.start, larger.start, f"{written} ,{nl}{pad}"))
        else:
            self._put((last.end, last.end, f" ,{nl}{pad}{written}"))
