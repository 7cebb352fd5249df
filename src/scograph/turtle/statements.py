"""The statements of Turtle and TriG (RDF 1.1 Turtle, clause 6.5; RDF 1.1 TriG, clause 4.5)."""

from __future__ import annotations

from scograph import terms
from scograph.model import TextSpan
from scograph.turtle.properties import Open, Opener, Properties, Step
from scograph.turtle.reading import Declaration
from scograph.turtle.scanner import Value


class StatementReader(Properties):
    """Reads Turtle, or TriG where graphs are allowed."""

    def __init__(self, text: str, base: str, path: str, *, with_graphs: bool) -> None:
        super().__init__(text, base, path)
        self._with_graphs = with_graphs
        self._begin = self._statement

    def read(self) -> None:
        """Read the whole text."""
        state: Step | None = self._statement
        while state:
            state = state()

    def _statement(self) -> Step | None:  # noqa: PLR0911 -- one for each way to begin
        kind = self._next()
        if kind == "end":
            if self._in_graph:
                raise self.unexpected("the closing } of the graph")
            return None
        self._statement_start = self.start
        self._first_triple = len(self.columns.subjects)
        if self._in_graph and kind == "}":
            return self._end_graph()
        if not self._in_graph and kind in ("language", "word"):
            return self._directive()
        if kind == "{" and self._with_graphs and not self._in_graph:
            return self._begin_graph(None)
        if kind in ("iri", "name", "blank"):
            written = self.written()
            self._subject = self._here(self.value(written, self.start))
            return self._after_label
        if kind == "[":
            return self._subject_bracket()
        if kind == "(":
            return self._subject_list()
        raise self.unexpected(
            "a subject",
            "a subject is <an IRI>, prefix:name, _:label, [ ] or ( ); does the statement before it end with a dot?",
        )

    def _after_label(self) -> Step:
        """A subject that may be the name of a graph."""
        self._statement_subject = self._subject
        if self._with_graphs and not self._in_graph:
            if self._next() == "{":
                return self._begin_graph(self.values[self._subject])
            self._held = True
        return self._verb

    def _subject_bracket(self) -> Step:
        start = self.start
        kind = self._next()
        self._subject = self._statement_subject = self.occurrence(self.blank(), start, self.position)
        if kind == "]":
            return self._after_label
        self.position = self.start
        self._stack.append(Open(Opener.SUBJECT_BRACKET, self._subject, 0, self._subject))
        return self._verb

    def _subject_list(self) -> Step:
        start = self.start
        if self._next() == ")":
            self._subject = self._statement_subject = self.occurrence(terms.NIL, start, self.position)
            return self._verb
        self._subject = self._statement_subject = self.occurrence(self.blank(), start, self.position)
        return self._begin_list(Opener.SUBJECT_LIST, self._subject)

    def _directive(self) -> Step:
        written = self.written()
        word = written.upper()
        with_dot = written.startswith("@")
        if written in ("@prefix", "@base") or word in ("PREFIX", "BASE"):
            prefix = None
            if word.endswith("PREFIX"):
                if self._next() != "name" or self.written().partition(":")[2]:
                    raise self.unexpected("a prefix with its colon", "write @prefix name: <…> .")
                prefix = self.written()[:-1]
            if self._next() != "iri":
                raise self.unexpected("an IRI in angle brackets")
            iri = self._declared(prefix)
            if with_dot and self._next() != ".":
                raise self.unexpected("the dot that ends a declaration")
            self.declarations.append(Declaration(TextSpan(self._statement_start, self.position), prefix, iri))
            return self._statement
        if word == "GRAPH" and self._with_graphs:
            return self._graph
        raise self.unexpected("a subject", "a subject is <an IRI>, prefix:name, _:label, [ ] or ( )")

    def _declared(self, prefix: str | None) -> str:
        try:
            if prefix is None:
                return self.vocabulary.declare_base(self.written())
            return self.vocabulary.declare_prefix(prefix, self.written())
        except ValueError as error:
            raise self.error(self.start, str(error), "write the IRI in full, or declare a base: @base <…> .") from error

    # Graphs

    def _graph(self) -> Step:
        kind = self._next()
        if kind in ("iri", "name", "blank"):
            name = self.value(self.written(), self.start)
        elif kind == "[" and self._next() == "]":
            name = self.blank()
        else:
            raise self.unexpected("the name of a graph", "a name is <an IRI>, prefix:name, _:label or [ ]")
        if self._next() != "{":
            raise self.unexpected("the opening { of the graph")
        return self._begin_graph(name)

    def _begin_graph(self, name: Value | None) -> Step:
        self._in_graph = True
        self.graphs.append((len(self.columns.subjects), name))
        return self._statement

    def _end_graph(self) -> Step:
        self._in_graph = False
        self._end_batch()
        self.graphs.append((len(self.columns.subjects), None))
        return self._statement
