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
from scograph.edit.turtle_block import Splice, changed_block, comments_in, end_of_line, line_end
from scograph.errors import InputError, UsageError
from scograph.model import Place, TextSpan
from scograph.ntriples import term_key
from scograph.read_options import NO_BASE
from scograph.serialise.grouping import Grouping, grouped
from scograph.serialise.names import TermWriter
from scograph.serialise.turtle import GraphWriter
from scograph.turtle.reader import BYTE_ORDER_MARK, read_turtle
from scograph.turtle.reading import Block, PlacedText, Tokens

_STRING_OR_END = re.compile(r'"""(?:[^"\\]|\\.|"(?!""))*"""|"(?:[^"\\\n]|\\.)*"|\n', re.DOTALL)


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
    mark, reading = _read(data, base, path)
    before = {placed.tokens for placed in reading.triples}
    missing = gone - before
    if missing:
        raise InputError(
            f"does not state {' '.join(min(missing))}", place=Place(path), hint="was it changed meanwhile?"
        )
    gone, new = gone - new, new - before
    expected = (before - gone) | new
    edit = _TurtleEdit(base or NO_BASE, path, _newline(reading.text))
    text, replaced, gone, new = edit.replaced(reading, gone, new)
    if gone or new:
        text = edit.restructured(replaced, gone, new)
    text = edit.without_unused(reading.text, text)
    again = read_turtle(text, base=base or NO_BASE, path=path)
    if {placed.tokens for placed in again.triples} != expected or _comments(again) != _comments(reading):
        raise _at_fault(path)
    return (mark + text).encode()


def without_nodes(data: bytes, nodes: Iterable[NamedNode], *, path: str = "-", base: str = "") -> bytes:
    r"""Remove all that a Turtle text states of some nodes, with the blank nodes nested in it; comments stay.

    What other nodes say with one of them as the object stays, and so do statements of blank nodes that have labels.

    Args:
        data: The text in UTF-8; a byte order mark and the ends of its lines stay as they are.
        nodes: The nodes.
        path: The file, as messages show it.
        base: The IRI that relative ones are resolved against, if the text declares none.

    Returns:
        The changed text.

    Raises:
        RdfSyntaxError: The text breaks the grammar.
        InputError: It states nothing of a node; or what came out is not what was asked for, and this tool is at fault.

    Example:
        >>> without_nodes(b'<x:a> <x:p> [ <x:q> 1 ] . # one\n\n<x:b> <x:p> <x:a> .\n', [NamedNode("x:a")])
        b'# one\n\n<x:b> <x:p> <x:a> .\n'
    """
    gone = {str(node) for node in nodes}
    mark, reading = _read(data, base, path)
    missing = gone - {str(block.node) for block in reading.blocks}
    if missing:
        raise InputError(f"states nothing of {min(missing)}", place=Place(path), hint="was it changed meanwhile?")
    edit = _TurtleEdit(base or NO_BASE, path, _newline(reading.text))
    splices = [_whole(reading, block, edit.newline) for block in reading.blocks if str(block.node) in gone]
    text = edit.without_unused(reading.text, _spliced(reading.text, splices))
    again = read_turtle(text, base=base or NO_BASE, path=path)
    kept = [reading.written(block.span) for block in reading.blocks if str(block.node) not in gone]
    if [again.written(block.span) for block in again.blocks] != kept or _comments(again) != _comments(reading):
        raise _at_fault(path)
    return (mark + text).encode()


def _read(data: bytes, base: str, path: str) -> tuple[str, PlacedText]:
    """The byte order mark of a text, if it has one, and the text as it is read."""
    text = data.decode("utf-8")
    mark = BYTE_ORDER_MARK if text.startswith(BYTE_ORDER_MARK) else ""
    return mark, read_turtle(text.removeprefix(BYTE_ORDER_MARK), base=base or NO_BASE, path=path)


def _newline(text: str) -> str:
    """How most lines of a text end."""
    return "\r\n" if text.count("\r\n") * 2 > text.count("\n") else "\n"


def _at_fault(path: str) -> InputError:
    return InputError(
        "the edit would change more than was asked: the file is left as it is",
        hint="this is a fault of the tool; please report it with the file",
        place=Place(path),
    )


def _comments(reading: PlacedText) -> list[str]:
    return [reading.written(comment).rstrip() for comment in reading.comments]


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
        splices: list[Splice] = []
        done: set[Tokens] = set()
        for placed in reading.triples:
            tokens = placed.tokens
            if tokens in pairs and tokens not in done and not comments_in(reading, placed.object):
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
        splices: list[Splice] = []
        whole: set[int] = set()
        subjects = {tokens[0] for tokens in gone}
        for block in reading.blocks:
            subject = str(block.node)
            if subject not in subjects and subject not in adding:
                continue
            stated = {placed.tokens for placed in reading.triples[block.triples.start : block.triples.stop]}
            here = stated & gone
            if here == stated and subject not in adding:
                splices.append(_whole(reading, block, self.newline))
                whole.add(block.span.start)
                continue
            add = adding.pop(subject, {})
            if here or add:
                splices.append(changed_block(reading, block, here, add, names, self.newline))
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
    ) -> list[Splice]:
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
            (at[_below(reading, lower[-1], removed)] if lower else first).append(self._ended(written[subject]))
        nl = self.newline
        found = [
            (place, place, "".join(f"{nl}{nl}{block.removesuffix(nl)}" for block in blocks))
            for place, blocks in at.items()
        ]
        above = [place for place in (_above(reading, block) for block in kept) if place >= 0]
        if first and above:
            found.append((above[0], above[0], nl.join([*first, ""])))
        elif first:
            place = len(reading.text) if kept else outset
            before = reading.text[:place]
            gap = "" if not before.strip() else nl if before.endswith(("\r", "\n")) else nl + nl
            found.append((place, place, gap + nl.join(first)))
        return found

    def _declared(self, text: str, names: TermWriter) -> str:
        """The text with declarations of the prefixes that were used anew."""
        reading = _read_lending(text, self.base, self.path)
        first = min((block.span.start for block in reading.blocks), default=len(text))
        above = [one for one in reading.declarations if one.span.end <= first]
        declared = {one.prefix: one for one in above if one.prefix is not None}
        splices: list[Splice] = []
        nl = self.newline
        for prefix, namespace in names.used():
            if prefix in declared:
                continue
            line = f"@prefix {prefix}: <{namespace}> ."
            before = [one for name, one in sorted(declared.items()) if name < prefix]
            if before:
                end = end_of_line(text, before[-1].span.end)
                splices.append((end, end, f"{nl}{line}"))
            elif declared:
                start = min(one.span.start for one in declared.values())
                splices.append((start, start, f"{line}{nl}"))
            else:
                bases = [one.span.end for one in above]
                if bases:
                    end = end_of_line(text, bases[-1])
                    splices.append((end, end, f"{nl}{line}"))
                else:
                    place = max(_above(reading, reading.blocks[0]), 0) if reading.blocks else len(text)
                    splices.append((place, place, f"{line}{nl}{nl}"))
        return _spliced(text, splices)

    def without_unused(self, before: str, text: str) -> str:
        """The text without declarations of well-known prefixes that it used before and uses no more."""
        splices: list[Splice] = []
        for one in read_turtle(text, base=self.base, path=self.path).declarations:
            if not one.prefix or terms.WELL_KNOWN_PREFIXES.get(one.prefix) != one.iri:
                continue
            use = re.compile(rf"(?<![\w.:-]){re.escape(one.prefix)}:")
            start, end = one.span.start, end_of_line(text, one.span.end)
            is_alone = not text[one.span.end : end].strip() and (start == 0 or text[start - 1] == "\n")
            if is_alone and len(use.findall(text)) == 1 < len(use.findall(before)):
                splices.append((start, _after_newline(text, end), ""))
        return _spliced(text, splices)

    def _ended(self, text: str) -> str:
        """A text of this tool with the ends of lines of the file; those inside of strings are values, and stay."""
        return _STRING_OR_END.sub(lambda match: self.newline if match[0] == "\n" else match[0], text)


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


def _whole(reading: PlacedText, block: Block, newline: str) -> Splice:
    """Where a statement stands with its lines, and the empty line behind it; comments stay, each on a line."""
    text = reading.text
    start, end = len(text[: block.span.start].rstrip(" \t")), block.span.end
    inside = [reading.written(one) for one in comments_in(reading, block.span)]
    line = line_end(reading, block)
    if (start and text[start - 1] not in "\r\n") or (line == end and line < end_of_line(text, end)):
        kept = "".join(f"{newline}{comment}" for comment in inside)
        begins_line = not start or text[start - 1] in "\r\n"
        behind = len(text[end:]) - len(text[end:].lstrip(" \t")) if begins_line else 0
        return block.span.start, end + behind, kept + newline if kept else ""
    inside += [text[end:line].strip()] if text[end:line].strip() else []
    end = _after_newline(text, line)
    if inside:
        return start, end, newline.join(inside) + text[line:end]
    if end == len(text):
        start = len(text[:start].rstrip(" \t\r\n"))
        return (_after_newline(text, end_of_line(text, start)) if start else 0), end, ""
    following = end_of_line(text, end)
    if not text[end:following].strip() and not _is_comment_line(reading, _line_above(text, start)):
        end = _after_newline(text, following)
    return start, end, ""


def _line_above(text: str, start: int) -> int:
    """Where the line begins that is above a line; -1 for the first line."""
    return max(text.rfind("\n", 0, start - 1), -1) + 1 if start else -1


def _is_comment_line(reading: PlacedText, start: int) -> bool:
    """Whether a line has a comment and nothing else."""
    if start < 0:
        return False
    text = reading.text
    at = start + len(text[start : end_of_line(text, start)]) - len(text[start : end_of_line(text, start)].lstrip())
    return any(comment.start == at for comment in reading.comments)


def _after_newline(text: str, at: int) -> int:
    if text.startswith("\r\n", at):
        return at + 2
    return min(at + 1, len(text))


def _above(reading: PlacedText, block: Block) -> int:
    """The beginning of the line of a statement, or of the comments right above it; -1 if it does not begin its line."""
    place = reading.text.rfind("\n", 0, block.span.start) + 1
    if reading.text[place : block.span.start].strip():
        return -1
    while _is_comment_line(reading, _line_above(reading.text, place)):
        place = _line_above(reading.text, place)
    return place


def _below(reading: PlacedText, block: Block, removed: set[int]) -> int:
    """The end of the line on which a statement ends, or the next that ends its line and is not removed."""
    text = reading.text
    for one in reading.blocks:
        if one.span.start >= block.span.start and one.span.start not in removed:
            end = end_of_line(text, one.span.end)
            if line_end(reading, one) == end:
                return end
    return len(text.rstrip("\r\n"))


def _spliced(text: str, splices: Iterable[Splice]) -> str:
    pieces, at = [], 0
    for start, end, put in sorted(splices, key=lambda splice: splice[:2]):
        pieces += [text[at:start], put]
        at = end
    return "".join([*pieces, text[at:]])
