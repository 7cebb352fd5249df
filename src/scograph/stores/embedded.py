"""SPARQL in this process, over an Oxigraph store in memory (SPARQL 1.1 Query Language).

The store keeps numbers and booleans by value, so a query gives `1.5` for a literal written `"1.50"`; exports do not go
through it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from pyoxigraph import DefaultGraph, NamedNode, Quad, QueryBoolean, QuerySolutions, QueryTriples, Store, Triple

from scograph.errors import UsageError
from scograph.stores.gate import refuse_unsafe

Results = QuerySolutions | QueryBoolean | QueryTriples | list[Triple]

_POSITION = re.compile(r"error at (\d+):(\d+): (?:expected (?:one of )?)?(.*)", re.DOTALL)


class EmbeddedStore:
    """A read-only SPARQL store in memory.

    Args:
        quads: Its content.
    """

    def __init__(self, quads: Iterable[Quad]) -> None:
        self._store = Store()
        self._store.bulk_extend(quads)

    def __len__(self) -> int:
        return len(self._store)

    def query(self, text: str, prefixes: dict[str, str] | None = None) -> Results:
        """Run a query.

        Args:
            text: A SPARQL 1.1 query.
            prefixes: Prefixes that the query may use without declaring them.

        Returns:
            Solutions, a boolean, or triples.

        Raises:
            UsageError: The query does not parse, or is refused (`stores.gate`).
        """
        refuse_unsafe(text)
        try:
            return self._store.query(text, prefixes=prefixes)
        except SyntaxError as error:
            raise unparsable(text, error.msg or str(error)) from error
        except (ValueError, OSError) as error:
            raise UsageError(f"the query cannot be run: {error}") from error

    @contextmanager
    def including(self, quads: Iterable[Quad]) -> Iterator[EmbeddedStore]:
        """Hold more quads for the length of a block.

        Args:
            quads: The quads; those that the store has already stay in it.

        Yields:
            The store.
        """
        added = [quad for quad in quads if quad not in self._store]
        self._store.extend(added)
        try:
            yield self
        finally:
            for quad in added:
                self._store.remove(quad)

    def dump(self, graph: str = "") -> Iterator[Quad]:
        """The quads of a graph.

        Args:
            graph: Its IRI, or nothing for the default graph.

        Returns:
            The quads, in the store's order.
        """
        return self._store.quads_for_pattern(None, None, None, NamedNode(graph) if graph else DefaultGraph())

    def graphs(self) -> tuple[str, ...]:
        """The IRIs of its named graphs, sorted."""
        return tuple(sorted(str(name.value) for name in self._store.named_graphs()))

    def close(self) -> None:
        """Let go of the store; in memory there is nothing to do."""


def unparsable(text: str, message: str) -> UsageError:
    """The error for a query that does not parse.

    Args:
        text: The query.
        message: What the engine says.

    Returns:
        The engine's message, without its list of every character that could have stood there.
    """
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
