"""Queries of shapes, token by token: what SHACL forbids in them, and pre-binding (SHACL, clause 5.2.1, appendix A).

A variable that a shape binds must have its value in every scope of the query, also in those where SPARQL would not let
it be seen. Parameters, the path and the like are the same for every focus node, so they are written into the text.
`$this` and `$value` differ, so each group that does not begin with a triple pattern of theirs is given one: a pattern
on a graph that holds the focus nodes (`MARKS`). The query can then be asked once for all of them.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from scograph.terms import RDF
from scograph.turtle.tokens import Token, tokens

MARKS = "urn:scograph:bound:"
"""Graphs, properties and nodes whose names begin so hold the values of pre-bound variables."""

_AGGREGATES = frozenset(["COUNT", "SUM", "MIN", "MAX", "AVG", "SAMPLE", "GROUP_CONCAT", "HAVING", "GROUP"])
_FORBIDDEN = {
    "MINUS": "MINUS does not see pre-bound variables: use FILTER NOT EXISTS",
    "VALUES": "VALUES does not go with pre-bound variables: use FILTER … IN",
    "SERVICE": "SERVICE would ask another host",
    "FROM": "FROM would read another graph",
}
_BLOCK_ENDS = frozenset(
    ["FILTER", "OPTIONAL", "UNION", "GRAPH", "BIND", "MINUS", "SERVICE", "VALUES", "SELECT", "EXISTS"]
)
_TYPE = f"{RDF}type"
_NO_STEP = "*"
"""Among the IRIs of a path: it can be walked in no step."""
_ESCAPED = re.compile(r"\\(.)")


class QueryError(ValueError):
    """A query is none, or is not one that shapes may have."""


@dataclass(frozen=True, slots=True)
class RewrittenQuery:
    """A query, ready to be asked.

    Args:
        parts: Its text, cut where a pattern of the marks goes in.
        at_top: The index of the cut at the start of the outermost group.
        needed: The indices of the cuts that cannot be left out.
        is_batched: Whether it can be asked once for all focus nodes.
        predicates: The IRIs of the only predicates whose triples it looks at; None for all triples.
        reads: The same, more closely: see `predicates_read`.
    """

    parts: tuple[str, ...]
    at_top: int
    needed: frozenset[int]
    is_batched: bool
    predicates: frozenset[str] | None
    reads: frozenset[str] | None

    def text(self, mark: str, *, at_top: bool) -> str:
        """The text with a pattern in the groups that need it, and if asked in the outermost one."""
        chosen = self.needed | ({self.at_top} if at_top else frozenset())
        pieces = [self.parts[0]]
        for index, part in enumerate(self.parts[1:]):
            pieces.append(f" {mark} " if index in chosen else "")
            pieces.append(part)
        return "".join(pieces)


def refuse_unsupported(query: str, prefixes: Collection[str], bound: Collection[str]) -> None:
    """Refuse what must not stand in a query with pre-bound variables (SHACL, appendix A), and undeclared prefixes.

    Args:
        query: The query.
        prefixes: The prefixes that are declared for it.
        bound: The names of the variables that may be pre-bound.

    Raises:
        QueryError: It does.
    """
    for prefix in undeclared_prefixes(query, prefixes):
        raise QueryError(f"the prefix {prefix}: is not declared: declare it with sh:prefixes and sh:declare")
    words = list(tokens(query))
    selects = 0
    for index, token in enumerate(words):
        word = token.text.upper() if token.kind == "word" else ""
        if word in _FORBIDDEN:
            raise QueryError(_FORBIDDEN[word])
        if word == "AS" and index + 1 < len(words) and _name(words[index + 1]) in bound:
            raise QueryError(f"AS {words[index + 1].text}: a pre-bound variable cannot be given another value")
        if word == "SELECT":
            selects += 1
            nested = selects > 1 or (index and words[0].text.upper() == "ASK")
            if nested and "this" in bound and "this" not in _projected(words, index):
                raise QueryError("a subquery must select $this, since the variable is pre-bound")


def undeclared_prefixes(query: str, prefixes: Collection[str]) -> Iterator[str]:
    """The prefixes that a query uses, and that neither it nor its shapes declare.

    Args:
        query: The query.
        prefixes: The prefixes that are declared for it.

    Returns:
        The prefixes, without the colon, as often as they are used.
    """
    words = list(tokens(query))
    known = {*prefixes, *(prefix for prefix, _ in _declared(words))}
    for index, token in enumerate(words):
        prefix = token.text.partition(":")[0]
        if token.kind == "name" and not token.text.startswith("_:") and prefix not in known:
            declares = index and _word(words[index - 1]) == "PREFIX"
            if not declares:
                yield prefix


def grouped_by_this(query: str) -> str:
    """A query that groups by `$this` wherever it groups and selects `$this`.

    SPARQL refuses to select a variable that is not grouped by (11.4). `$this` has one value, so that the groups are the
    same with it.

    Args:
        query: The query.

    Returns:
        The query, with `$this` in each GROUP BY that lacks it.

    Example:
        >>> grouped_by_this("SELECT $this ?v WHERE { $this ?p ?v } GROUP BY ?v")
        'SELECT $this ?v WHERE { $this ?p ?v } GROUP BY $this ?v'
    """
    words = list(tokens(query))
    for select in reversed([index for index, token in enumerate(words) if _word(token) == "SELECT"]):
        by = _group_by(words, select)
        if by and "this" in _projected(words, select) and "this" not in _grouped(words, by):
            end = words[by].start + len(words[by].text)
            query = f"{query[:end]} $this{query[end:]}"
    return query


def _group_by(words: Sequence[Token], select: int) -> int:
    """Where the BY of the GROUP BY of a SELECT stands, or 0."""
    depth = 0
    for index in range(select, len(words) - 1):
        if words[index].kind == "punctuation":
            depth += {"{": 1, "}": -1}.get(words[index].text, 0)
        if depth < 0:
            return 0
        if not depth and _word(words[index]) == "GROUP" and _word(words[index + 1]) == "BY":
            return index + 1
    return 0


def _grouped(words: Sequence[Token], by: int) -> set[str]:
    """The names of the variables in a GROUP BY."""
    found: set[str] = set()
    for token in words[by + 1 :]:
        if _word(token) in ("HAVING", "ORDER", "LIMIT", "OFFSET") or token.text == "}":
            break
        found.add(_name(token))
    return found


def rewrite(
    query: str,
    prefixes: Mapping[str, str],
    *,
    constants: Mapping[str, str],
    joined: Sequence[str],
) -> RewrittenQuery:
    """Prepare a query.

    Args:
        query: The query, without the declarations of prefixes that shapes make for it.
        prefixes: Those prefixes.
        constants: Variables that are written into the text, with what is written.
        joined: Variables that are bound by the marks; an ASK is made a SELECT of them.

    Returns:
        The query.
    """
    text = _with_constants(query, constants)
    words = list(tokens(text))
    asks = next((i for i, token in enumerate(words) if _word(token) == "ASK"), None)
    if asks is not None:
        start = words[asks].start
        variables = " ".join(f"?{name}" for name in joined)
        text = f"{text[:start]}SELECT DISTINCT {variables} {text[start + 3 :]}"
        words = list(tokens(text))
    groups = [i for i, token in enumerate(words) if token.text == "{" and token.kind == "punctuation"]
    if not groups:
        raise QueryError("it has no pattern: { … }")
    needed = frozenset(order for order, at in enumerate(groups) if _needs_mark(words, at, joined, is_top=order == 0))
    cuts = [0, *(words[at].start + 1 for at in groups), len(text)]
    parts = [text[a:b] for a, b in pairwise(cuts)]
    declared = "".join(f"PREFIX {prefix}: <{namespace}>\n" for prefix, namespace in prefixes.items())
    parts[0] = declared + parts[0]
    names = {**prefixes, **dict(_declared(words))}
    top = next(order for order, at in enumerate(groups) if _word(words[at + 1]) != "SELECT")
    reads = _Predicates(words, names).read()
    return RewrittenQuery(tuple(parts), top, needed, _is_batched(words, joined), without_classes(reads), reads)


def _with_constants(query: str, constants: Mapping[str, str]) -> str:
    pieces: list[str] = []
    at = 0
    words = list(tokens(query))
    for index, token in enumerate(words):
        name = _name(token)
        if name not in constants:
            continue
        before = [word.text for word in words[max(0, index - 2) : index]]
        end = token.start + len(token.text)
        if len(before) == 2 and before[0].upper() == "BOUND" and before[1] == "(":  # noqa: PLR2004 -- bound(
            pieces.append(query[at : words[index - 2].start])
            pieces.append(" (true) ")
            at = words[index + 1].start + 1 if index + 1 < len(words) else end
            continue
        pieces.append(query[at : token.start])
        where = _clause(words, index)
        constant = constants[name]
        pieces.append(
            f"({constant} AS ?{name})" if where == "SELECT" else f"({constant})" if where == "BY" else f"{constant} "
        )
        at = end
    pieces.append(query[at:])
    return "".join(pieces)


def _clause(words: Sequence[Token], index: int) -> str:
    """Whether a token stands directly in a SELECT's projection, in a GROUP BY or ORDER BY, or elsewhere."""
    depth = 0
    for token in reversed(words[:index]):
        if token.text in (")", "}"):
            depth += 1
        elif token.text in ("(", "{"):
            if not depth:
                return ""
            depth -= 1
        elif not depth and _word(token) in ("SELECT", "BY"):
            return _word(token)
        elif not depth and _word(token) in ("WHERE", "HAVING"):
            return ""
    return ""


def _needs_mark(words: Sequence[Token], at: int, joined: Sequence[str], *, is_top: bool) -> bool:
    """Whether a group uses a pre-bound variable and does not begin with triple patterns that bind it."""
    if at + 1 < len(words) and _word(words[at + 1]) == "SELECT":
        return False  # the subquery's own group is given it
    used: set[str] = set()
    depth = 0
    for token in words[at + 1 :]:
        if token.text == "{" and token.kind == "punctuation":
            depth += 1
        elif token.text == "}" and token.kind == "punctuation":
            if not depth:
                break
            depth -= 1
        elif not depth and _name(token) in joined:
            used.add(_name(token))
    is_select = at > 0 and any(_word(token) == "SELECT" for token in _head(words, at))
    if is_top or is_select:
        used = set(joined)
    return not used <= _bound_at_once(words, at, joined)


def _head(words: Sequence[Token], at: int) -> Iterator[Token]:
    """The tokens before a group's brace, back to the brace before it."""
    for token in reversed(words[:at]):
        if token.kind == "punctuation" and token.text in ("{", "}"):
            return
        yield token


def _bound_at_once(words: Sequence[Token], at: int, joined: Sequence[str]) -> set[str]:
    """The variables in the triple patterns that a group begins with."""
    found: set[str] = set()
    for token in words[at + 1 :]:
        if _word(token) in _BLOCK_ENDS or (token.kind == "punctuation" and token.text in ("{", "}")):
            break
        if _name(token) in joined:
            found.add(_name(token))
    return found


def _is_batched(words: Sequence[Token], joined: Sequence[str]) -> bool:
    """Whether the answers for all focus nodes together are those for each of them (SPARQL 1.1, clause 18.5)."""
    names = [_word(token) for token in words]
    if "LIMIT" in names or "OFFSET" in names:
        return False
    if not _AGGREGATES & set(names):
        return True
    if names.count("SELECT") != 1 or names.count("GROUP") != 1:
        return False
    grouped: set[str] = set()
    for token in words[names.index("GROUP") + 1 :]:
        if _word(token) in ("HAVING", "ORDER"):
            break
        grouped.add(_name(token))
    return set(joined) <= grouped


def _projected(words: Sequence[Token], select: int) -> set[str]:
    found: set[str] = set()
    for token in words[select + 1 :]:
        if _word(token) == "WHERE" or token.text == "{":
            break
        found.add(_name(token))
    return found


def _declared(words: Sequence[Token]) -> Iterator[tuple[str, str]]:
    """The prefixes that a query declares itself."""
    for index, token in enumerate(words[:-2]):
        if _word(token) == "PREFIX":
            yield words[index + 1].text.rstrip(":"), words[index + 2].text[1:-1]


def _name(token: Token) -> str:
    return token.text[1:] if token.kind == "variable" else ""


def _word(token: Token) -> str:
    return token.text.upper() if token.kind == "word" else ""


def predicates_read(query: str, prefixes: Mapping[str, str]) -> frozenset[str] | None:
    """The predicates whose triples the answer of a query depends on.

    Args:
        query: A SPARQL query.
        prefixes: Prefixes that it need not declare.

    Returns:
        Their IRIs; where it looks for things of a class alone, that of rdf:type, a blank, and the IRI of the class.
        None where any triple may matter.

    Example:
        >>> predicates_read("ASK { ?s <urn:p>/<urn:q> ?o }", {}) == {"urn:p", "urn:q"}
        True
        >>> [one.partition(" ")[2] for one in predicates_read("ASK { ?s a <urn:C> }", {})]
        ['urn:C']
        >>> predicates_read("DESCRIBE <urn:a>", {}) is None
        True
    """
    words = list(tokens(query))
    if not any(_word(token) in ("SELECT", "ASK", "CONSTRUCT") for token in words):
        return None
    return _Predicates(words, {**prefixes, **dict(_declared(words))}).read()


def without_classes(reads: frozenset[str] | None) -> frozenset[str] | None:
    """The predicates alone of what `predicates_read` gives."""
    return None if reads is None else frozenset(one.partition(" ")[0] for one in reads)


class _All(Exception):  # noqa: N818 -- it ends the reading, and is no error
    """Any triple may matter."""


class _Predicates:
    """Reads which predicates a query's triple patterns name; gives up, and so asks for all triples, where in doubt.

    Of the triple patterns of rdf:type those that name the class are told apart by it.
    """

    def __init__(self, words: Sequence[Token], prefixes: Mapping[str, str]) -> None:
        self._words = words
        self._prefixes = prefixes
        self._at = 0
        self._found: set[str] = set()

    def read(self) -> frozenset[str] | None:
        """The IRIs of the predicates, or None for all triples."""
        try:
            while self._at < len(self._words):
                if self._text() == "{":
                    self._at += 1
                    self._group()
                else:
                    self._at += 1
        except (_All, IndexError):
            return None
        return frozenset(self._found)

    def _text(self) -> str:
        token = self._words[self._at]
        return token.text if token.kind == "punctuation" else ""

    def _group(self) -> None:  # noqa: C901 -- a branch for each part of a group
        """A group's content, to its closing brace."""
        while True:
            token = self._words[self._at]
            word = _word(token)
            if self._text() == "}":
                self._at += 1
                return
            if self._text() == "{":
                self._at += 1
                self._group()
            elif word in ("SELECT", "GROUP", "ORDER", "HAVING", "LIMIT", "OFFSET", "DISTINCT", "WHERE"):
                self._skip_to("{", "}")
            elif word == "VALUES":
                self._skip_to("}")
                self._at += 1
            elif word in ("FILTER", "BIND"):
                self._at += 1
                self._expression()
            elif word in ("OPTIONAL", "UNION", "MINUS") or self._text() == ".":
                self._at += 1
            elif word == "GRAPH":
                self._at += 2
                if self._words[self._at + 1].text == "}":  # whether there is such a graph, whatever it says
                    raise _All
            elif word:
                raise _All
            else:
                self._triples()

    def _skip_to(self, *braces: str) -> None:
        while self._text() not in braces:
            self._at += 1

    def _expression(self) -> None:
        """A constraint: brackets, a call, or [NOT] EXISTS with a group."""
        while _word(self._words[self._at]) in ("NOT", "EXISTS"):
            self._at += 1
        if self._text() == "{":
            self._at += 1
            self._group()
            return
        if self._text() != "(":
            self._at += 1
        if self._text() != "(":
            raise _All
        depth = 0
        while True:
            text = self._text()
            self._at += 1
            if text == "(":
                depth += 1
            elif text == ")":
                depth -= 1
                if not depth:
                    return
            elif text == "{":
                self._group()

    def _triples(self) -> None:
        """Triples of one subject."""
        subject = self._words[self._at]
        self._node()
        if self._text() in (".", "}"):
            return
        self._properties(is_of_term=bool(self._iri(subject)))

    def _properties(self, *, is_of_term: bool = False) -> None:
        """Properties with their objects; whether their subject is an IRI."""
        while True:
            names = self._path()
            self._object(names, is_of_term=is_of_term)
            while self._text() == ",":
                self._at += 1
                self._object(names, is_of_term=is_of_term)
            if self._text() != ";":
                return
            while self._text() == ";":
                self._at += 1
            if self._text() in (".", "}", "]") or _word(self._words[self._at]) in _BLOCK_ENDS:
                return

    def _object(self, names: Sequence[str], *, is_of_term: bool) -> None:
        """An object of properties, of which one that is rdf:type alone is told with the class.

        A path that can be walked in no step leads from each node to itself, unless one of its ends is a term.
        """
        start = self._at
        self._node()
        if _NO_STEP in names and not (is_of_term or self._iri(self._words[start])):
            raise _All
        class_ = self._iri(self._words[start]) if names == [_TYPE] and self._at == start + 1 else ""
        self._found.update([f"{_TYPE} {class_}"] if class_ else (name for name in names if name not in ("", _NO_STEP)))

    def _iri(self, token: Token) -> str:
        """The IRI that a token writes, or nothing."""
        if token.kind == "iri":
            return token.text[1:-1]
        prefix, _, rest = token.text.partition(":")
        if token.kind == "name" and prefix in self._prefixes:
            return self._prefixes[prefix] + _ESCAPED.sub(r"\1", rest)
        return ""

    def _node(self) -> None:
        """A subject or an object: a term, or a node in brackets."""
        token = self._words[self._at]
        self._at += 1
        if self._text_of(token) == "[":
            if self._text() != "]":
                self._properties()
            if self._text() != "]":
                raise _All
            self._at += 1
        elif self._text_of(token) == "(":
            raise _All
        elif token.kind == "string":
            if self._words[self._at].kind == "language":
                self._at += 1
            elif self._text() == "^^":
                self._at += 2
        elif token.kind not in ("iri", "name", "variable", "number") and _word(token) not in ("TRUE", "FALSE"):
            raise _All

    @staticmethod
    def _text_of(token: Token) -> str:
        return token.text if token.kind == "punctuation" else ""

    def _path(self) -> list[str]:
        """A predicate or path, as the IRIs in it, with an empty one where it is walked backwards or repeatedly.

        Where all steps can be left out, `_NO_STEP` is among them. A path that can be walked in no step in a part of
        it, or over any property but some, may see all nodes.
        """
        depth = 0
        names: list[str] = []
        steps = optional = 0
        is_flat = True
        while True:
            token = self._words[self._at]
            text = self._text()
            if text in ("(", "^"):
                names += [""] if text == "^" else []
                depth += text == "("
                is_flat = is_flat and text != "("
                self._at += 1
                continue
            if not (name := _TYPE if token.text == "a" else self._iri(token)):
                raise _All
            names.append(name)
            steps += 1
            self._at += 1
            while self._text() in ("+", ")", "*", "?"):
                names += [""] if self._text() != ")" else []
                depth -= self._text() == ")"
                optional += self._text() in ("*", "?")
                self._at += 1
            if self._text() not in ("/", "|"):
                break
            is_flat = is_flat and self._text() == "/"
            self._at += 1
        if depth or (optional and not is_flat):
            raise _All
        return [*names, _NO_STEP] if optional == steps else names
