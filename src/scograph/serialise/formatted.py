"""A Turtle text in the layout that the tool itself writes, with its comments, literals and labels as they were.

The layout is that of `serialise.turtle`, by the same writer: prefixes sorted and only those used, subjects sorted, `a`
first, then the predicates by IRI, one object a line. A comment that stands for itself begins a section; subjects are
sorted within it, so that an order with a meaning survives where it is written down.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict

from pyoxigraph import BlankNode, Literal, NamedNode

from scograph import terms
from scograph.errors import InputError
from scograph.model import Place, Term
from scograph.read_options import NO_BASE
from scograph.serialise.grouping import grouped
from scograph.serialise.names import TermWriter
from scograph.serialise.notes import Notes
from scograph.serialise.turtle import GraphWriter
from scograph.turtle.comments import Comments, attach
from scograph.turtle.grammar import QUOTED
from scograph.turtle.reader import read_turtle
from scograph.turtle.reading import Declaration, PlacedText, Tokens
from scograph.turtle.written import TermReader, is_absolute

_IRI = re.compile(r"<[^<>]*>")
_ROUNDS = 3
"""So far around a blank node one looks to tell it from others."""


def formatted(data: bytes | str, *, path: str = "-", base: str = "") -> str:
    """Lay a Turtle text out; laid out again, the result is the same.

    Args:
        data: The text, as characters or as UTF-8.
        path: The file, as messages show it.
        base: The IRI that relative ones are resolved against, if the text declares none; they stay as they are.

    Returns:
        The same triples and comments in the canonical layout.

    Raises:
        RdfSyntaxError: The text breaks the grammar.
        InputError: Relative IRIs stand before a base and after one; or what came out does not say the same, and this
            tool is at fault.
    """
    base = base or NO_BASE  # relative IRIs stay as they are
    reading = read_turtle(data, base=base, path=path)
    text = _laid_out(reading, base)
    if NO_BASE in text:
        raise InputError(
            "relative IRIs before a base and after one: the file is left as it is",
            hint="declare one base at the top of the file",
            place=Place(path),
        )
    again = read_turtle(text, base=base, path=path)
    if _said(reading) != _said(again):
        raise InputError(
            "laying it out would change what it says: the file is left as it is",
            hint="this is a fault of the tool; please report it with the file",
            place=Place(path),
        )
    return text


def _said(reading: PlacedText) -> tuple[Counter[tuple[object, ...]], list[str]]:
    """The distinct triples, with what is said around a blank node for its name, and the words of the comments."""
    triples = {placed.terms for placed in reading.triples}
    colours: dict[Term, object] = {}
    for _ in range(_ROUNDS):
        around: dict[Term, list[int]] = defaultdict(list)
        for subject, predicate, value in triples:
            said = hash((predicate, colours.get(subject, _seen(subject)), colours.get(value, _seen(value))))
            for node, role in ((subject, 1), (value, 2)):
                if isinstance(node, BlankNode):
                    around[node].append(hash((role, said)))
        colours = {node: hash(tuple(sorted(there))) for node, there in around.items()}
    coloured = (tuple(colours.get(term, term) for term in triple) for triple in triples)
    words = " ".join(reading.written(comment) for comment in reading.comments)
    return Counter(coloured), sorted(words.split())


def _seen(term: Term) -> Term | None:
    return None if isinstance(term, BlankNode) else term


def _laid_out(reading: PlacedText, base: str) -> str:
    comments = attach(reading)
    declared_base = _base(reading)
    if any(declaration.prefix is None for declaration in reading.declarations):
        base = declared_base.iri if declared_base else ""
    spelling = _Spelling(reading, base)
    names = TermWriter(reading.prefixes, spelling.iris, spelling.labels, spelling.nil)
    sections: list[list[str]] = [[]]
    if reading.triples:
        graph = grouped(placed.triple for placed in reading.triples)
        sections = GraphWriter(graph, names, notes=Notes(comments, spelling.literals, spelling.labels)).sections()
    declared = _declarations(reading, comments, names, declared_base)
    pieces = ["".join(f"{line}\n" for line in comments.head), declared]
    for number, header in enumerate(comments.sections):
        written = sections[number] if number < len(sections) else []
        pieces += ["".join(f"{line}\n" for line in header), *written]
    return "\n".join(piece for piece in pieces if piece)


def _base(reading: PlacedText) -> Declaration | None:
    """The base of the whole text: the only one, declared before anything else."""
    bases = [declaration for declaration in reading.declarations if declaration.prefix is None]
    if len(bases) != 1 or (reading.blocks and reading.blocks[0].span.start < bases[0].span.start):
        return None
    return bases[0] if bases[0] == reading.declarations[0] else None


def _declarations(reading: PlacedText, comments: Comments, names: TermWriter, base: Declaration | None) -> str:
    """The base and prefixes that were used, with their comments; those of others go to the head of the file."""
    used = dict(names.used())
    lines: dict[str | None, str] = {}
    spelt = {
        one.iri: iri[0]
        for one in reading.declarations
        if one.iri.startswith(NO_BASE) and (iri := _IRI.search(reading.written(one.span)))
    }
    if base and not all(map(is_absolute, names.kept)):
        lines[None] = f"@base {spelt.get(base.iri, f'<{base.iri}>')} ."
    lines |= {prefix: f"@prefix {prefix}: {spelt.get(used[prefix], f'<{used[prefix]}>')} ." for prefix in sorted(used)}
    above: dict[str | None, list[str]] = {key: [] for key in lines}
    after: dict[str | None, list[str]] = {key: [] for key in lines}
    homeless: list[str] = []
    for number, declaration in enumerate(reading.declarations):
        before, behind = comments.declarations.get(number, ([], []))
        above.get(declaration.prefix, homeless).extend(before)
        after.get(declaration.prefix, homeless).extend(behind)
    homeless += above.pop(next(iter(lines)), []) if lines else []
    if homeless:
        comments.head.extend(["", *homeless] if comments.head else homeless)
    return "".join(
        "\n".join([*above.get(key, ()), " ".join([line, *after[key]])]) + "\n" for key, line in lines.items()
    )


class _Spelling:
    """How a text writes its terms, where that still holds under its last prefixes and one base.

    Args:
        reading: The text.
        base: The base that its layout keeps.
    """

    def __init__(self, reading: PlacedText, base: str) -> None:
        self.iris: dict[str, str] = {}
        self.labels: dict[str, str] = {}
        self.literals: dict[Tokens, str] = {}
        self.nil = ""
        self._vocabulary = TermReader(base)
        self._vocabulary.prefixes = dict(reading.prefixes)
        for placed in reading.triples:
            for term, span in zip(placed.terms, placed[1:4], strict=True):
                written = reading.written(span)
                if isinstance(term, NamedNode) and term.value not in self.iris:
                    self._keep(term, written)
                if term == terms.NIL and written.startswith("("):
                    self.nil = "()"
            value = placed.terms[2]
            is_cell = placed.predicate == placed.object and placed.terms[1] == terms.REST
            if isinstance(value, BlankNode) and not is_cell:  # a cell is placed at its member, which may have a label
                self._label(value, reading.written(placed.object))
            if isinstance(value, Literal):
                self.literals.setdefault(placed.tokens, self._literal(value, reading.written(placed.object)))

        for block in reading.blocks:
            if isinstance(block.node, BlankNode):
                self._label(block.node, reading.written(block.subject))

    def _label(self, node: BlankNode, written: str) -> None:
        if written.startswith("_:"):
            self.labels[str(node)] = written.removeprefix("_:")

    def _keep(self, term: NamedNode, written: str) -> None:
        if ":" not in written and not written.startswith("<"):
            return
        try:
            if self._vocabulary.node(written) == term:
                self.iris[term.value] = written
        except ValueError:  # its prefix or base is not that of the whole text
            return

    def _literal(self, literal: Literal, written: str) -> str:
        quoted = QUOTED.match(written)
        if not quoted or quoted.end() == len(written):
            return written
        suffix = written[quoted.end() :].rsplit(None, 1)[-1]
        if literal.language:
            return quoted[0] + suffix
        self._keep(literal.datatype, suffix.removeprefix("^^"))
        return quoted[0] + "^^"
