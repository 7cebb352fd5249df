"""Queries that see literals as they were written, in a store that has them by `lexical_forms` (SPARQL 1.1).

Such a literal is a term of its own in the store, so that patterns, joins, DISTINCT, COUNT and GROUP BY need nothing but
constants that are stored alike. Where an expression takes a value (arithmetic, comparisons, ORDER BY), a variable that
may hold one is given to a function that turns it back. Which variables may, follows from the predicates of their
patterns; a query without any is left as it is.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from pyoxigraph import NamedNode, QueryBoolean, QuerySolutions, QueryTriples, RdfFormat, Store, Triple, parse

from scograph.escapes import escape, unescape
from scograph.stores.lexical_forms import (
    AGGREGATES,
    AVG_DISTINCT,
    DATATYPE,
    FUNCTIONS,
    MAX,
    MIN,
    STORED,
    STRDT,
    SUM_DISTINCT,
    VALUE,
    is_kept,
    written_results,
)
from scograph.terms import RDF, XSD
from scograph.turtle.tokens import Token, tokens

ANY = "*"
"""Among predicates: all of them."""
MAX_PREDICATES = 200
"""So many predicates of literals that are stored as written are told apart."""

_NUMBER = re.compile(r"[-+.\d](?<![\w.:/#-].)(?:[\d.]*\d)?(?:[eE][-+]?\d+)?")
"""A number, in or before a text that is none of SPARQL too; one after an operand is an operation's."""
_MAKES_LITERALS = re.compile(r"\^\^|STRDT", re.IGNORECASE)
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_LOCAL_ESCAPE = re.compile(r"\\(.)")
_ALWAYS = ""
"""Among the sources of an expression, beside the names of variables: it may give such a literal by itself."""
_AGGREGATES = frozenset(["COUNT", "SUM", "MIN", "MAX", "AVG", "SAMPLE", "GROUP_CONCAT"])
_OF_TERMS = frozenset(["STR", "LANG", "DATATYPE", "SAMETERM", "ISIRI", "ISURI", "ISBLANK", "ISLITERAL"])
"""The functions that look at a term, not at its value."""
_GROUP_WORDS = frozenset(["FILTER", "OPTIONAL", "UNION", "GRAPH", "BIND", "MINUS", "VALUES", "SELECT"])


NO_PLACES: Mapping[str, str] = {}
Answers = QuerySolutions | QueryBoolean | QueryTriples | Iterator[Triple]


class InexactQueryError(ValueError):
    """A query has what cannot be rewritten.

    Args:
        message: What that is.
        start: Its offset.
    """

    def __init__(self, message: str, start: int) -> None:
        super().__init__(message)
        self.start = start


class _QueryEdit(NamedTuple):
    """A change of the text.

    Args:
        start: Where what it replaces begins.
        end: Where that ends.
        text: What takes its place.
        sources: It is made if one of these may give a literal that is stored as written.
    """

    start: int
    end: int
    text: str
    sources: frozenset[str]


class _Node(NamedTuple):
    """An expression.

    Args:
        kind: `variable`, `literal`, `operation`, `call` or `aggregate`; `nothing` for what has no such literal in it.
        start: Where it begins.
        end: Where it ends.
        name: The variable's name, the function's in capitals, or how a literal is stored, if that differs.
        parts: Its operands.
        opened: Where the operand of an aggregate begins.
        is_distinct: Whether an aggregate takes each term once.
    """

    kind: str
    start: int
    end: int
    name: str = ""
    parts: tuple[_Node, ...] = ()
    opened: int = 0
    is_distinct: bool = False


def ask(  # noqa: PLR0913 -- what `Store.query` takes
    store: Store,
    query: str,
    predicates: Collection[str],
    prefixes: Mapping[str, str] | None = None,
    base: str = "",
    *,
    default_graph: NamedNode | list[NamedNode] | None = None,
    named_graphs: list[NamedNode] | None = None,
    places: Mapping[str, str] = NO_PLACES,
) -> Answers:
    """Ask a store a query, of the literals as they were written.

    Args:
        store: A store of stored quads (`lexical_forms.stored_quads`).
        query: The query; one that has no `*` after its SELECT names the columns in their order.
        predicates: The IRIs of the predicates whose literals are stored as written; `ANY` among them for all.
        prefixes: The prefixes that it need not declare.
        base: What its IRIs are relative to.
        default_graph: As for pyoxigraph's store.
        named_graphs: As for pyoxigraph's store.
        places: Texts in the query, and what takes their place when it is asked: so that the same query with other IRIs
            need not be read again.

    Returns:
        The results, with the literals as they were written; read as they are iterated.

    Raises:
        InexactQueryError: It may meet such literals, and has something that is not of SPARQL 1.1.
        SyntaxError: It does not parse; and so on, as pyoxigraph's store.
    """
    options: dict[str, Any] = {
        "prefixes": None if prefixes is None else dict(prefixes),
        "base_iri": base or None,
        "default_graph": default_graph,
        "named_graphs": named_graphs,
    }
    try:
        text = rewritten(query, prefixes, base, predicates)
    except InexactQueryError:
        Store().query(_placed(query, places), **options)  # what is wrong with it, if it does not parse
        raise
    if text is None:
        return store.query(_placed(query, places), **options)
    own: dict[str, Any] = {"custom_functions": dict(FUNCTIONS), "custom_aggregate_functions": dict(AGGREGATES)}
    try:
        return written_results(store.query(_placed(text, places), **options, **own))
    except SyntaxError:
        Store().query(_placed(query, places), **options)  # the same, where it stands in what was written
        raise


def _placed(text: str, places: Mapping[str, str]) -> str:
    for place, other in places.items():
        text = text.replace(place, other)
    return text


def rewritten(
    query: str, prefixes: Mapping[str, str] | None = None, base: str = "", predicates: Collection[str] = ()
) -> str | None:
    """Rewrite a query for a store that has some literals as they were written.

    Args:
        query: A query that parses; one that has no `*` after its SELECT names the columns in their order.
        prefixes: The prefixes that it need not declare.
        base: What its IRIs are relative to.
        predicates: The IRIs of the predicates that have such literals; `ANY` among them for all.

    Returns:
        The query to ask with `lexical_forms.FUNCTIONS` and `AGGREGATES`, whose results `written_results` turns back;
        None if it has no constant and no pattern with such a literal, and is to be asked as it is.

    Raises:
        InexactQueryError: It may meet such literals, and has something that is not of SPARQL 1.1.

    Example:
        >>> rewritten("ASK { ?s <https://example.org/age> ?o FILTER(?o < 5) }", predicates=["https://example.org/age"])
        'ASK { ?s <https://example.org/age> ?o FILTER(<urn:scograph:function:value>(?o) < 5) }'
    """
    if not predicates and not _has_constants(query):
        return None
    return _rewritten(query, tuple((prefixes or {}).items()), base, frozenset(predicates))


@lru_cache(maxsize=256)
def _has_constants(query: str) -> bool:
    """Whether a query may have a literal that the store would change, among its constants."""
    numbers = (match[0] for match in _NUMBER.finditer(query))
    return _MAKES_LITERALS.search(query) is not None or any(
        number[-1].isdigit() and not is_kept(number, _kind(number)) for number in numbers
    )


@lru_cache(maxsize=256)
def _rewritten(query: str, prefixes: tuple[tuple[str, str], ...], base: str, predicates: frozenset[str]) -> str | None:
    reading = _QueryRewriter(query, dict(prefixes), base, predicates)
    try:
        reading.query()
    except IndexError as error:
        raise InexactQueryError("the query ends too early", len(query)) from error
    except RecursionError as error:
        raise InexactQueryError("expressions nest too deep", 0) from error
    return reading.text()


class _QueryRewriter:
    """Reads a query, and notes what is to be changed.

    Args:
        query: The query.
        prefixes: Its prefixes.
        base: What its IRIs are relative to.
        predicates: The predicates of literals that are stored as written.
    """

    def __init__(self, query: str, prefixes: dict[str, str], base: str, predicates: frozenset[str]) -> None:
        self._query = query
        self._words: Sequence[Token] = [*_words(query), Token("end", "", len(query))]
        self._at = 0
        self._prefixes = prefixes
        self._base = base
        self._predicates = predicates
        self._edits: list[_QueryEdit] = []
        self._marked: set[str] = set()
        self._flows: list[tuple[frozenset[str], str]] = []
        self._makes_graph = False

    def text(self) -> str | None:
        """The changed query; None if there is nothing to change, in it or in its results."""
        changing = True
        while changing:
            changing = False
            for sources, name in self._flows:
                if name not in self._marked and (_ALWAYS in sources or not self._marked.isdisjoint(sources)):
                    self._marked.add(name)
                    changing = True
        edits = [one for one in self._edits if _ALWAYS in one.sources or not self._marked.isdisjoint(one.sources)]
        if not edits and not self._marked and not (self._makes_graph and self._predicates):
            return None
        pieces: list[str] = []
        at = 0
        for edit in sorted(edits, key=lambda one: one.start):
            pieces += [self._query[at : edit.start], edit.text]
            at = max(at, edit.end)
        return "".join([*pieces, self._query[at:]])

    # Tokens.

    @property
    def _token(self) -> Token:
        return self._words[self._at]

    def _is(self, text: str) -> bool:
        token = self._words[self._at]
        return token.kind == "punctuation" and token.text == text

    def _word(self) -> str:
        token = self._words[self._at]
        return token.text.upper() if token.kind == "word" else ""

    def _take(self) -> Token:
        token = self._words[self._at]
        self._at += 1
        return token

    def _takes(self, *texts: str) -> bool:
        """Take a sign or a word if it is next."""
        token = self._words[self._at]
        text = token.text if token.kind == "punctuation" else token.text.upper() if token.kind == "word" else ""
        if not text or text not in texts:
            return False
        self._at += 1
        return True

    def _need(self, text: str) -> Token:
        token = self._token
        if not self._takes(text):
            raise self._strange()
        return token

    def _strange(self) -> InexactQueryError:
        token = self._token
        return InexactQueryError(f"{token.text[:40]!r} is not of SPARQL 1.1", token.start)

    def _end(self) -> int:
        """Where the last token that was taken ends."""
        token = self._words[self._at - 1]
        return token.start + len(token.text)

    def _iri(self, token: Token) -> str:
        """The IRI of a token."""
        if token.kind == "name":
            prefix, _, local = token.text.partition(":")
            if prefix not in self._prefixes:
                raise InexactQueryError(f"the prefix {prefix}: is not declared", token.start)
            return self._prefixes[prefix] + _LOCAL_ESCAPE.sub(r"\1", local)
        iri = token.text[1:-1]
        if _SCHEME.match(iri) and "\\" not in iri:
            return iri
        try:
            (triple,) = parse(f"<urn:s> <urn:p> <{iri}> .", RdfFormat.TURTLE, base_iri=self._base or None)
        except (SyntaxError, ValueError) as error:
            raise InexactQueryError(f"{token.text} has no base", token.start) from error
        return str(triple.object.value)

    # Queries.

    def query(self) -> None:
        """The whole query."""
        while self._word() in ("BASE", "PREFIX"):
            if self._takes("BASE"):
                self._base = self._iri(self._take())
            else:
                self._need("PREFIX")
                name = self._take()
                self._prefixes[name.text.partition(":")[0]] = self._iri(self._take())
        if self._word() == "SELECT":
            self._select()
        else:
            self._other_form()
        self._modifiers()
        if self._token.kind != "end":
            raise self._strange()

    def _other_form(self) -> None:
        """An ASK, CONSTRUCT or DESCRIBE to the end of its pattern."""
        if not self._takes("ASK"):
            self._makes_graph = True
            if self._takes("DESCRIBE"):
                while self._token.kind in ("variable", "iri", "name") or self._is("*"):
                    self._take()
            else:
                self._need("CONSTRUCT")
                if self._takes("{"):
                    self._triples_to_brace()
        self._dataset()
        if not self._makes_graph or self._word() == "WHERE" or self._is("{"):
            self._where()

    def _dataset(self) -> None:
        while self._takes("FROM"):
            self._takes("NAMED")
            self._take()

    def _where(self) -> None:
        self._takes("WHERE")
        self._group()

    def _select(self) -> None:
        self._need("SELECT")
        self._takes("DISTINCT", "REDUCED")
        while True:
            if self._token.kind == "variable" or self._is("*"):
                self._take()
            elif self._is("("):
                self._binding()
            else:
                break
        self._dataset()
        self._where()

    def _binding(self) -> None:
        """`(expression AS ?variable)`."""
        self._need("(")
        sources = self._of_term(self._expression())
        if self._takes("AS"):
            self._flows.append((sources, self._take().text[1:]))
        self._need(")")

    def _modifiers(self) -> None:
        if self._takes("GROUP"):
            self._need("BY")
            self._group_conditions()
        if self._takes("HAVING"):
            while self._is("(") or self._begins_call():
                self._of_value(self._primary())
        if self._takes("ORDER"):
            self._need("BY")
            while self._takes("ASC", "DESC") or self._is("(") or self._token.kind == "variable" or self._begins_call():
                self._of_value(self._primary())
        while self._takes("LIMIT", "OFFSET"):
            self._take()
        if self._takes("VALUES"):
            self._values()

    def _group_conditions(self) -> None:
        while True:
            if self._is("("):
                self._binding()
            elif self._token.kind == "variable":
                self._take()
            elif self._begins_call():
                self._of_term(self._primary())
            else:
                return

    def _begins_call(self) -> bool:
        following = self._words[min(self._at + 1, len(self._words) - 1)]
        is_call = self._token.kind in ("word", "iri", "name") and following.text == "("
        is_exists = self._word() == "EXISTS" or (self._word() == "NOT" and following.text.upper() == "EXISTS")
        return (is_call and self._word() not in ("HAVING", "ORDER", "VALUES")) or is_exists

    def _values(self) -> None:
        """The data of VALUES, with its variables."""
        is_many = self._takes("(")
        names = []
        while self._token.kind == "variable":
            names.append(self._take().text[1:])
        if is_many:
            self._need(")")
        self._need("{")
        while not self._takes("}"):
            if is_many:
                self._need("(")
            for name in names:
                if self._term():
                    self._marked.add(name)
            if is_many:
                self._need(")")

    def _term(self) -> bool:
        """A term of VALUES, or UNDEF; whether it is stored as written."""
        if self._takes("UNDEF"):
            return False
        if self._token.kind in ("iri", "name"):
            self._take()
            return False
        return bool(self._of_term(self._literal()))

    # Patterns.

    def _group(self) -> None:
        self._need("{")
        if self._word() == "SELECT":
            self._select()
            self._modifiers()
            self._need("}")
            return
        while not self._takes("}"):
            word = self._word()
            if self._is("{"):
                self._group()
            elif word in ("OPTIONAL", "MINUS"):
                self._take()
                self._group()
            elif self._takes("UNION", "."):
                pass
            elif self._takes("GRAPH"):
                self._take()
                self._group()
            elif self._takes("FILTER"):
                self._of_value(self._primary())
            elif self._takes("BIND"):
                self._binding()
            elif self._takes("VALUES"):
                self._values()
            else:
                self._same_subject()

    def _triples_to_brace(self) -> None:
        """The triples of a template."""
        while not self._takes("}"):
            if not self._takes("."):
                self._same_subject()

    def _same_subject(self) -> None:
        subject = self._words[self._at]
        variable = self._graph_node()
        if subject.text in ("[", "(") and (
            self._is(".") or self._is("}") or self._word() in _GROUP_WORDS or self._is("{")
        ):
            return
        self._properties(variable)

    def _properties(self, subject: str) -> None:
        while True:
            touches, is_path = self._verb()
            while True:
                value = self._graph_node()
                if touches and value:
                    self._marked.add(value)
                if touches and is_path and subject:
                    self._marked.add(subject)
                if not self._takes(","):
                    break
            if not self._takes(";"):
                return
            while self._takes(";"):
                pass
            if self._is(".") or self._is("}") or self._is("]") or self._is("{") or self._word() in _GROUP_WORDS:
                return

    def _verb(self) -> tuple[bool, bool]:
        """A predicate or path: whether it may lead to or from a literal that is stored as written; if it is a path."""
        if self._token.kind == "variable":
            self._take()
            return bool(self._predicates), False
        begin = self._at
        is_any = self._path()
        named = self._words[begin : self._at]
        touches = bool(self._predicates) and (
            is_any or ANY in self._predicates or any(self._named(token) in self._predicates for token in named)
        )
        return touches, len(named) > 1

    def _named(self, token: Token) -> str:
        return self._iri(token) if token.kind in ("iri", "name") else RDF + "type" if token.text == "a" else ""

    def _path(self) -> bool:
        """A path: whether it may end at any node, as paths of no step and negated ones do."""
        is_any = False
        while True:
            while self._takes("^", "!"):
                is_any |= self._words[self._at - 1].text == "!"
            if self._takes("("):
                if not self._is(")"):
                    is_any |= self._path()
                self._need(")")
            elif self._token.kind in ("iri", "name") or self._token.text == "a":
                self._take()
            else:
                raise self._strange()
            if self._takes("*", "?"):
                is_any = True
            else:
                self._takes("+")
            if not self._takes("/", "|"):
                return is_any

    def _graph_node(self) -> str:
        """A subject or object: the name of a variable, else nothing."""
        if self._takes("["):
            if not self._is("]"):
                self._properties("")
            self._need("]")
            return ""
        if self._takes("("):
            touches = not self._predicates.isdisjoint((RDF + "first", ANY))
            while not self._takes(")"):
                name = self._graph_node()
                if name and touches:
                    self._marked.add(name)
            return ""
        token = self._token
        if token.kind == "variable":
            return self._take().text[1:]
        if token.kind in ("iri", "name"):
            self._take()
            return ""
        self._of_term(self._literal())
        return ""

    def _literal(self) -> _Node:
        token = self._token
        if token.kind == "number":
            self._take()
            return self._typed(token.text, _kind(token.text), token.start, self._end())
        if self._takes("TRUE", "FALSE"):
            return _Node("nothing", token.start, self._end())
        if token.kind != "string":
            raise self._strange()
        self._take()
        if self._token.kind == "language":
            self._take()
        elif self._takes("^^"):
            quotes = 3 if token.text[:3] in ('"""', "'''") else 1
            datatype = self._iri(self._take())
            return self._typed(unescape(token.text[quotes:-quotes]), datatype, token.start, self._end())
        return _Node("nothing", token.start, self._end())

    @staticmethod
    def _typed(text: str, datatype: str, start: int, end: int) -> _Node:
        if is_kept(text, datatype):
            return _Node("nothing", start, end)
        return _Node("literal", start, end, f'"{escape(text)}"^^<{STORED}{datatype}>')

    # Expressions, which are read first, since what follows says whether an operand is taken by its value.

    def _expression(self) -> _Node:
        """An expression: operands with operators between them, whose precedence does not matter here."""
        start = self._token.start
        parts = [self._primary()]
        while True:
            token = self._token
            if token.kind == "number" and token.text[0] in "+-":  # `?a -1`
                parts.append(self._literal())
            elif self._takes("NOT", "IN"):
                if self._words[self._at - 1].text.upper() == "NOT":
                    self._need("IN")
                parts += self._arguments()
            elif self._takes("|", "&"):
                self._need(token.text)
                parts.append(self._primary())
            elif self._takes("=", "+", "-", "*", "/"):
                parts.append(self._primary())
            elif self._takes("!"):
                self._need("=")
                parts.append(self._primary())
            elif self._takes("<", ">"):
                self._takes("=")
                parts.append(self._primary())
            else:
                break
        return parts[0] if len(parts) == 1 else _Node("operation", start, self._end(), parts=tuple(parts))

    def _primary(self) -> _Node:
        token = self._token
        if self._takes("("):
            inner = self._expression()
            self._need(")")
            return inner
        if self._takes("!", "-", "+"):
            return _Node("operation", token.start, self._end(), parts=(self._primary(),))
        if token.kind == "variable":
            self._take()
            return _Node("variable", token.start, self._end(), token.text[1:])
        is_name = token.kind in ("iri", "name")
        return self._named_call() if is_name else self._word_call() if self._word() else self._literal()

    def _named_call(self) -> _Node:
        """An IRI, which may be the name of a function."""
        token = self._take()
        parts = self._arguments() if self._is("(") else []
        return _Node("operation", token.start, self._end(), parts=tuple(parts))

    def _word_call(self) -> _Node:
        """What begins with a word: EXISTS, a function, an aggregate, true or false."""
        token, word = self._token, self._word()
        if word in ("TRUE", "FALSE"):
            return self._literal()
        self._take()
        if word in ("EXISTS", "NOT"):
            if word == "NOT":
                self._need("EXISTS")
            self._group()
            return _Node("nothing", token.start, self._end())
        if not self._is("("):
            self._at -= 1
            raise self._strange()
        if word in _AGGREGATES:
            return self._aggregate(word, token.start)
        return _Node("call", token.start, 0, word, tuple(self._arguments()))

    def _arguments(self) -> list[_Node]:
        self._need("(")
        found: list[_Node] = []
        while not self._takes(")"):
            self._takes("DISTINCT")
            found.append(self._expression())
            self._takes(",")
        return found

    def _aggregate(self, word: str, start: int) -> _Node:
        self._need("(")
        is_distinct = self._takes("DISTINCT")
        opened = self._end()
        parts: tuple[_Node, ...] = ()
        if not self._takes("*"):
            parts = (self._expression(),)
            if self._takes(";"):
                self._need("SEPARATOR")
                self._need("=")
                self._take()
        self._need(")")
        return _Node("aggregate", start, self._end(), word, parts, opened, is_distinct)

    def _of_value(self, node: _Node) -> None:
        """Note what an expression needs whose value is taken."""
        if node.kind == "variable":
            sources = frozenset([node.name])
            self._edits.append(_QueryEdit(node.start, node.start, f"<{VALUE}>(", sources))
            self._edits.append(_QueryEdit(node.end, node.end, ")", sources))
        elif node.kind == "operation":
            for part in node.parts:
                self._of_value(part)
        elif node.kind == "aggregate":
            self._aggregate_of(node, is_value=True)
        elif node.kind == "call":
            self._call_of(node, is_value=True)

    def _of_term(self, node: _Node) -> frozenset[str]:
        """Note what an expression needs that is taken as a term; what may give a literal that is stored as written."""
        if node.kind == "variable":
            return frozenset([node.name])
        if node.kind == "literal":
            always = frozenset([_ALWAYS])
            self._edits.append(_QueryEdit(node.start, node.end, node.name, always))
            return always
        if node.kind == "operation":
            self._of_value(node)
        elif node.kind == "aggregate":
            return self._aggregate_of(node, is_value=False)
        elif node.kind == "call":
            return self._call_of(node, is_value=False)
        return frozenset()

    def _call_of(self, node: _Node, *, is_value: bool) -> frozenset[str]:
        """Note what a call needs."""
        nothing: frozenset[str] = frozenset()
        if node.name == "BOUND":
            return nothing
        if node.name in ("IF", "COALESCE"):
            branches = node.parts[1:] if node.name == "IF" else node.parts
            for part in node.parts[: len(node.parts) - len(branches)]:
                self._of_value(part)
            if not is_value:
                return nothing.union(*(self._of_term(part) for part in branches))
            for part in branches:
                self._of_value(part)
            return nothing
        if node.name in _OF_TERMS:
            sources = nothing.union(*(self._of_term(part) for part in node.parts))
            if node.name == "DATATYPE":
                self._edits.append(_QueryEdit(node.start, node.start + len(node.name), f"<{DATATYPE}>", sources))
            return nothing
        for part in node.parts:
            self._of_value(part)
        if node.name == "STRDT" and not is_value:
            always = frozenset([_ALWAYS])
            self._edits.append(_QueryEdit(node.start, node.start + len(node.name), f"<{STRDT}>", always))
            return always
        return nothing

    def _aggregate_of(self, node: _Node, *, is_value: bool) -> frozenset[str]:
        """Note what an aggregate needs."""
        nothing: frozenset[str] = frozenset()
        if not node.parts:
            return nothing
        part = node.parts[0]
        if node.name in ("COUNT", "GROUP_CONCAT"):
            self._of_term(part)
            return nothing
        is_sum = node.name in ("SUM", "AVG")
        if is_value and not is_sum:
            self._of_value(part)
            return nothing
        if is_sum and not node.is_distinct:
            self._of_value(part)
            return nothing
        if node.name == "SAMPLE":
            return self._of_term(part)
        own = {"MIN": MIN, "MAX": MAX, "SUM": SUM_DISTINCT, "AVG": AVG_DISTINCT}[node.name]
        sources = self._of_term(part)
        self._edits.append(_QueryEdit(node.start, node.opened, f"<{own}>(", sources))
        return nothing if is_sum else sources


def _kind(number: str) -> str:
    """The datatype of a number that is written without one (SPARQL 1.1, clause 4.1.2)."""
    return XSD + ("double" if "e" in number.lower() else "decimal" if "." in number else "integer")


def _words(query: str) -> Iterator[Token]:
    """The tokens; a point after a number ends a triple (SPARQL 1.1, clause 19.8: DECIMAL)."""
    for token in tokens(query):
        if token.kind == "number" and token.text[-1] == ".":
            yield Token("number", token.text[:-1], token.start)
            yield Token("punctuation", ".", token.start + len(token.text) - 1)
        else:
            yield token
