"""SPARQL in this process, over an Oxigraph store in memory (SPARQL 1.1 Query Language).

A query sees each literal as it was written: the store itself would keep numbers, dates and the like by value only (see
`lexical_forms` and `lexical_queries`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager

from pyoxigraph import DefaultGraph, NamedNode, Quad, QueryBoolean, QuerySolutions, QueryTriples, Store, Triple

from scograph.errors import UsageError
from scograph.named_graphs import MissingGraphError
from scograph.read_options import NO_BASE
from scograph.stores.gate import refuse_unsafe
from scograph.stores.lexical_forms import stored_quads, written_quads
from scograph.stores.lexical_queries import InexactQueryError, ask
from scograph.stores.solutions import ordered_columns
from scograph.turtle.tokens import LineIndex, Token, tokens

_IRI_OR_OTHER = re.compile(
    r"""\"{3}.*?\"{3}|'{3}.*?'{3}|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|<(?P<iri>[^<>"{}|^`\\\x00-\x20]*)>|\#[^\n]*""",
    re.DOTALL,
)
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")

Results = QuerySolutions | QueryBoolean | QueryTriples | Iterator[Triple] | list[Triple]

_POSITION = re.compile(r"error at (\d+):(\d+): (?:expected (?:one of )?)?(.*)", re.DOTALL)
_FUNCTION = re.compile(r"The custom function <(?P<iri>[^>]*)> (?P<fault>.*)", re.DOTALL)
"""What pyoxigraph says, in a RuntimeError, of a function that it does not have, or not with so many arguments."""


class NoBaseError(UsageError):
    """A query has a relative IRI and no base to resolve it against (SPARQL 1.1, 4.1.1.2)."""


class EmbeddedStore:
    """A read-only SPARQL store in memory.

    Args:
        quads: Its content.
    """

    def __init__(self, quads: Iterable[Quad]) -> None:
        self._store = Store()
        self._predicates: set[str] = set()
        self._store.bulk_extend(stored_quads(quads, self._predicates))

    def __len__(self) -> int:
        return len(self._store)

    def __contains__(self, quad: Quad) -> bool:
        return stored_quads((quad,), set())[0] in self._store

    def query(self, text: str, prefixes: dict[str, str] | None = None, base: str = "", *, graph: str = "") -> Results:
        """Run a query.

        Args:
            text: A SPARQL 1.1 query.
            prefixes: Prefixes that the query may use without declaring them.
            base: The IRI that relative IRIs in it are resolved against, if it has no BASE (SPARQL 1.1, 4.1.1).
            graph: The IRI of the named graph that it is asked of as the default graph; nothing for the store's own.

        Returns:
            Solutions, a boolean, or triples. The columns of `SELECT *` have the order in which they appear.

        Raises:
            UsageError: The query does not parse, calls a function that is not known, or is refused (`stores.gate`); or
                it may meet a literal that the store would change, and has something that is not of SPARQL 1.1.
            MissingGraphError: The store has no such graph.

        Example:
            >>> EmbeddedStore(()).query("ASK { FILTER(<https://example.org/f>(1)) }")
            Traceback (most recent call last):
            scograph.errors.UsageError: the query cannot be run: line 1, column 14: no function <https://example.org/f>
        """
        refuse_unsafe(text)
        if graph and not self._store.contains_named_graph(NamedNode(graph)):
            raise MissingGraphError(graph)
        try:
            default = NamedNode(graph) if graph else None
            asked = ordered_columns(text, prefixes, base or None)
            return ask(self._store, asked, self._predicates, prefixes, base, default_graph=default)
        except InexactQueryError as error:
            raise inexact(text, error) from error
        except SyntaxError as error:
            raise unparsable(text, error.msg or str(error), prefixes) from error
        except (ValueError, OSError) as error:
            raise UsageError(f"the query cannot be run: {error}") from error
        except RuntimeError as error:
            refused = unknown_function(text, str(error), prefixes)
            if refused is None:
                raise
            raise refused from error

    @contextmanager
    def including(self, quads: Iterable[Quad]) -> Iterator[EmbeddedStore]:
        """Hold more quads for the length of a block.

        Args:
            quads: The quads; those that the store has already stay in it.

        Yields:
            The store.
        """
        added = [quad for quad in stored_quads(quads, self._predicates) if quad not in self._store]
        self._store.extend(added)
        try:
            yield self
        finally:
            for quad in added:
                self._store.remove(quad)

    def change(self, added: Iterable[Quad], removed: Iterable[Quad]) -> None:
        """Follow a change of what the store holds.

        Args:
            added: Quads that it does not have.
            removed: Quads that it has.
        """
        for quad in stored_quads(removed, set()):
            self._store.remove(quad)
        self._store.extend(stored_quads(added, self._predicates))

    def dump(self, graph: str = "") -> Iterator[Quad]:
        """The quads of a graph.

        Args:
            graph: Its IRI, or nothing for the default graph.

        Returns:
            The quads, in the store's order.
        """
        return written_quads(
            self._store.quads_for_pattern(None, None, None, NamedNode(graph) if graph else DefaultGraph())
        )

    def quads_of_all_graphs(self) -> Iterator[Quad]:
        """The quads of all graphs, in the store's order."""
        return written_quads(self._store.quads_for_pattern(None, None, None, None))

    def graphs(self) -> tuple[str, ...]:
        """The IRIs of its named graphs, sorted."""
        return tuple(sorted(str(name.value) for name in self._store.named_graphs()))

    def close(self) -> None:
        """Let go of the store; in memory there is nothing to do."""


def unparsable(text: str, message: str, prefixes: dict[str, str] | None = None) -> UsageError:
    """The error for a query that does not parse.

    Args:
        text: The query.
        message: What the engine says.
        prefixes: Prefixes that the query may use without declaring them.

    Returns:
        The engine's message, without its list of every character that could have stood there; of a relative IRI it has
        none.
    """
    relative = _relative_iri(text, prefixes)
    if relative:
        line, column = (
            text.count("\n", 0, relative.start()) + 1,
            relative.start() - text.rfind("\n", 0, relative.start()),
        )
        return NoBaseError(
            f"the query does not parse: line {line}, column {column}: the relative IRI {relative[0]} needs a base",
            hint="write BASE <https://…/> at the beginning of the query, or the IRI in full",
        )
    match = _POSITION.match(message)
    if not match:
        return UsageError(f"the query does not parse: {message.splitlines()[0]}")
    line, column = int(match[1]), int(match[2])
    rows = text.splitlines() or [""]
    row = rows[min(line, len(rows)) - 1]
    reason = next((item for item in match[3].split(", ") if item[:1].isalpha() and len(item.split()) > 2), "")  # noqa: PLR2004 -- a sentence
    rest = row[column - 1 :].strip()[:40]
    end = "end of the query" if line >= len(rows) else "end of the line"
    found = f"at {rest!r}" if rest else f"at the {end}"
    what = f"{reason}, {found}" if reason else f"unexpected {repr(rest) if rest else end}"
    if "Prefix not found" in message:
        name = row[: column - 1].split()[-1] if row[: column - 1].split() else ""
        what = f"prefix not declared, {found if not name else f'at {name!r}'}"
        hint = f"add PREFIX {name.partition(':')[0] or 'name'}: <…> at the beginning"
        return UsageError(f"the query does not parse: line {line}, column {column}: {what}", hint=hint)
    return UsageError(
        f"the query does not parse: line {line}, column {column}: {what}", hint="see a .rq file in ontology/questions/"
    )


def inexact(text: str, error: InexactQueryError) -> UsageError:
    """The error for a query that cannot be asked of literals as they were written.

    Args:
        text: The query.
        error: What it has.

    Returns:
        The error, with the place.
    """
    line, column = LineIndex(text).position(error.start)
    return UsageError(
        f"the query cannot be run: line {line}, column {column}: {error}, and the query may meet literals such as "
        '"01"^^xsd:integer, which only queries of SPARQL 1.1 see as they are written',
        hint="write the query in SPARQL 1.1",
    )


def unknown_function(text: str, message: str, prefixes: Mapping[str, str] | None = None) -> UsageError | None:
    """The error for a query that calls a function which is not known (SPARQL 1.1, clause 17.6).

    Args:
        text: The query.
        message: What the engine says.
        prefixes: Prefixes that the query does not declare.

    Returns:
        The error, with the place of the call; None if the engine says something else.
    """
    match = _FUNCTION.fullmatch(message)
    if not match:
        return None
    iri = match["iri"]
    is_missing = match["fault"] == "is not supported"
    what = f"no function <{iri}>" if is_missing else f"<{iri}> {match['fault']}"
    start = _call(text, iri, prefixes or {})
    at = "" if start is None else "line {}, column {}: ".format(*LineIndex(text).position(start))
    hint = "the functions are those of SPARQL 1.1 and the casts of XML Schema" if is_missing else ""
    return UsageError(f"the query cannot be run: {at}{what}", hint=hint)


def _call(text: str, iri: str, prefixes: Mapping[str, str]) -> int | None:
    """Where a query calls a function first; None where it writes its name with escapes or relative to a base."""
    declared = dict(prefixes)
    before: list[Token] = []
    for token in tokens(text):
        last = before[-1] if before else None
        if token.text == "(" and last and _names(last, iri, declared):
            return last.start
        if token.kind == "iri" and len(before) > 1 and before[-2].text.upper() == "PREFIX":
            declared[before[-1].text.removesuffix(":")] = token.text[1:-1]
        before = [*before[-1:], token]
    return None


def _names(token: Token, iri: str, prefixes: Mapping[str, str]) -> bool:
    if token.kind == "iri":
        return token.text[1:-1] == iri
    prefix, _, local = token.text.partition(":")
    return token.kind == "name" and prefixes.get(prefix, "") + local == iri


def _relative_iri(text: str, prefixes: dict[str, str] | None) -> re.Match[str] | None:
    """The first relative IRI in a query that would parse if there were a base."""
    try:
        Store().query(text, prefixes=prefixes, base_iri=NO_BASE)
    except (SyntaxError, ValueError, OSError):
        return None
    iris = (match for match in _IRI_OR_OTHER.finditer(text) if match["iri"] is not None)
    return next((match for match in iris if not _SCHEME.match(match["iri"])), None)
