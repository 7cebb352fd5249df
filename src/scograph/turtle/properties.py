"""Predicates and objects, brackets and lists of Turtle (RDF 1.1 Turtle, clause 6.5).

A state is a method that reads what it expects and returns the next one; what is open lies on a stack, so that nesting
costs no calls. Where the grammar leaves the order of triples open, it is the parser's: that one hands out the triples
of one token last first, and sees that a text is a literal only with the token after it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any

from scograph import terms
from scograph.turtle.grammar import NEXT_OBJECT, VERB_OBJECT
from scograph.turtle.scanner import Scanner, Value
from scograph.turtle.written import parts

Step = Callable[[], Any]
"""A state returns the next one, or None at the end; a type cannot name itself."""


class Opener(Enum):
    """What is open: brackets or a list, where a subject or an object is wanted."""

    SUBJECT_BRACKET = "a subject in brackets"
    OBJECT_BRACKET = "an object in brackets"
    SUBJECT_LIST = "a list as subject"
    OBJECT_LIST = "a list as object"


_LISTS = (Opener.SUBJECT_LIST, Opener.OBJECT_LIST)


@dataclass(slots=True)
class Open:
    """What a bracket or parenthesis interrupted.

    Args:
        kind: Which of them.
        subject: The occurrence of the subject before.
        predicate: The occurrence of the predicate before.
        node: The occurrence of the node that it opens.
        growing: The occurrences that end where the present member of a list does.
    """

    kind: Opener
    subject: int
    predicate: int
    node: int
    growing: tuple[int, ...] = ()


class Properties(Scanner):
    """Reads what is said of a subject, and nested nodes."""

    _begin: Step
    """What a statement is followed by."""

    def __init__(self, text: str, base: str, path: str) -> None:
        super().__init__(text, base, path)
        self._in_graph = False
        self._kind = ""
        self._held = False
        self._batch = 0
        self._stack: list[Open] = []
        self._subject = 0
        self._predicate = 0
        self._value = 0
        self._statement_start = 0
        self._statement_subject = 0
        self._first_triple = 0

    def _next(self) -> str:
        """Go to the next token, and return its kind, or itself if it is punctuation."""
        if self._held:
            self._held = False
            return self._kind
        self._end_batch()
        self._kind = self.token()
        return self._kind

    def _end_batch(self) -> None:
        """The triples of the last token, last first."""
        columns, batch = self.columns, self._batch
        if len(columns.subjects) - batch > 1:
            for column in (columns.subjects, columns.predicates, columns.objects):
                column[batch:] = column[batch:][::-1]
        self._batch = len(columns.subjects)

    def _here(self, value: Value) -> int:
        return self.occurrence(value, self.start, self.position)

    def _end_statement(self) -> Step:
        if len(self.columns.subjects) > self._first_triple:
            last = len(self.columns.subjects)
            self.blocks.append(
                (self._statement_start, self.position, self._statement_subject, self._first_triple, last)
            )
        return self._begin

    # Predicates and objects

    def _verb(self) -> Step:
        return self._run(after=";") or self._slow_verb

    def _slow_verb(self) -> Step:
        kind = self._next()
        if kind in ("iri", "name"):
            self._predicate = self._here(self.node(self.written(), self.start))
        elif kind == "word" and self.written() == "a":
            self._predicate = self._here(terms.TYPE)
        else:
            raise self.unexpected("a predicate", "a predicate is <an IRI>, prefix:name or the word a")
        return self._object

    def _verb_or_end(self) -> Step:
        kind = self._next()
        self._held = kind != ";"
        if kind == ";":
            return self._verb_or_end
        return self._after_object if kind in (".", "]", "}") else self._slow_verb

    def _run(self, after: str) -> Step | None:  # noqa: C901 -- one loop over most of a file
        """Read predicates and objects that are written in one piece each, as long as there are such.

        Args:
            after: The token before: `;` if a predicate comes next, `,` if an object does.

        Returns:
            The state that goes on.
        """
        if self._held:
            return None
        self._end_batch()
        text, columns, values, known = self.text, self.columns, self.values, self.vocabulary.known
        add_start, add_end, add_value = columns.starts.append, columns.ends.append, values.append
        add_subject, add_predicate, add_object = (
            columns.subjects.append,
            columns.predicates.append,
            columns.objects.append,
        )
        subject, predicate, position = self._subject, self._predicate, self.position
        patterns = {";": VERB_OBJECT.match, ",": NEXT_OBJECT.match}
        match = patterns[after](text, position)
        if not match:
            return None
        while match:
            verb, written, after = match.groups()
            if verb:
                start = match.start(1)
                add_value(known.get(verb) or self.node(verb, start))
                add_start(start)
                add_end(match.end(1))
                predicate = len(values) - 1
            start = match.start(2)
            value = known.get(written)
            add_value(self.value(written, start) if value is None else value)
            add_start(start)
            add_end(match.end(2))
            position = match.end()
            if after == "]":
                break
            add_subject(subject)
            add_predicate(predicate)
            add_object(len(values) - 1)
            if after == ".":
                break
            match = patterns[after](text, position)
        self._predicate = predicate
        self._batch = len(columns.subjects)
        self.position = position
        if not match:
            return self._verb_or_end if after == ";" else self._object
        if after == "." and not self._stack:
            return self._end_statement
        self.position = position - 1
        if after == "]":
            if written[-1] in "\"'" and parts(written) == (
                written,
                "",
            ):  # the parser sees that it is no longer with the bracket
                self._next()
                self._held = True
            self.emit(subject, predicate, len(values) - 1)
        return self._after_object

    def _object(self) -> Step:
        kind = self._next()
        if kind in ("iri", "name", "blank", "number") or (kind == "word" and self.written() in ("true", "false")):
            return self._said(self._here(self.value(self.written(), self.start)))
        if kind == "string":
            return self._literal()
        if kind == "[":
            return self._object_bracket()
        if kind == "(":
            return self._object_list()
        raise self.unexpected(
            "an object", 'an object is <an IRI>, prefix:name, _:label, [ ], ( ), a number or "a text"'
        )

    def _said(self, value: int) -> Step:
        """Note that the object is complete."""
        self.emit(self._subject, self._predicate, value)
        return self._after(value)

    def _after(self, value: int) -> Step:
        self._value = value
        in_list = self._stack and self._stack[-1].kind in _LISTS
        return self._after_member if in_list else self._after_object

    def _literal(self) -> Step:
        start, end = self.start, self.position
        quoted = self.written()
        suffix = ""
        kind = self._next()
        if kind == "language":
            suffix = self.written()
        elif kind == "carets":
            if self._next() not in ("iri", "name"):
                raise self.unexpected("a datatype", "a datatype is <an IRI> or prefix:name")
            suffix = "^^" + self.written()
        else:
            self._held = True
        if suffix:
            end = self.position
        return self._said(self.occurrence(self.literal(quoted, suffix, start), start, end))

    # Brackets

    def _object_bracket(self) -> Step:
        start = self.start
        kind = self._next()
        node = self.occurrence(self.blank(), start, self.position)
        if kind == "]":
            return self._said(node)
        self.position = self.start
        self._stack.append(Open(Opener.OBJECT_BRACKET, self._subject, self._predicate, node))
        self._subject = node
        return self._verb

    def _close_bracket(self) -> Step:
        closed = self._stack.pop()
        self.columns.ends[closed.node] = self.position
        self._subject, self._predicate = closed.subject, closed.predicate
        return self._after_subject_bracket if closed.kind is Opener.SUBJECT_BRACKET else self._said(closed.node)

    def _after_subject_bracket(self) -> Step:
        kind = self._next()
        if kind == ".":
            return self._end_statement()
        self._held = True
        if kind == "}" and self._in_graph:
            return self._end_statement()
        return self._verb

    # Lists

    def _object_list(self) -> Step:
        start = self.start
        if self._next() == ")":
            return self._said(self.occurrence(terms.NIL, start, self.position))
        head = self.occurrence(self.blank(), start, self.position)
        self.emit(self._subject, self._predicate, head)
        return self._begin_list(Opener.OBJECT_LIST, head)

    def _begin_list(self, kind: Opener, head: int) -> Step:
        self._stack.append(Open(kind, self._subject, self._predicate, head))
        self._subject = head
        return self._member()

    def _member(self, *growing: int) -> Step:
        """A member of a list, whose first token was read."""
        self._held = True
        self._predicate = self._here(terms.FIRST)
        self._stack[-1].growing = (self._predicate, *growing)
        return self._object

    def _after_member(self) -> Step:
        columns, inside = self.columns, self._stack[-1]
        for occurrence in inside.growing:
            columns.ends[occurrence] = columns.ends[self._value]
        if self._next() == ")":
            self.emit(self._subject, self._here(terms.REST), self._here(terms.NIL))
            return self._close_list(self._stack.pop())
        rest, cell = self._here(terms.REST), self._here(self.blank())
        self.emit(self._subject, rest, cell)
        self._subject = cell
        return self._member(rest, cell)

    def _close_list(self, closed: Open) -> Step:
        self.columns.ends[closed.node] = self.position
        self._subject, self._predicate = closed.subject, closed.predicate
        if closed.kind is Opener.OBJECT_LIST:
            return self._after(closed.node)
        self._subject = closed.node
        return self._verb

    # What follows an object

    def _after_object(self) -> Step:
        kind = self._next()
        if kind == ",":
            return self._run(after=",") or self._object
        if kind == ";":
            return self._run(after=";") or self._verb_or_end
        if self._stack:
            if kind == "]":
                return self._close_bracket()
            raise self.unexpected("a comma, a semicolon or the closing bracket")
        if kind == ".":
            return self._end_statement()
        if kind == "}" and self._in_graph:
            self._held = True
            return self._end_statement()
        raise self.unexpected("a comma, a semicolon or a dot", "end the statement before with a dot")
