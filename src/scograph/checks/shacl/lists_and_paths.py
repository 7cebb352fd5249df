"""RDF lists and property paths, read from a shapes graph (SHACL, clauses 1.1 and 2.3.1)."""

from __future__ import annotations

from scograph.checks.shacl.index import Index
from scograph.checks.shacl.nodes import sh
from scograph.checks.shacl.paths import Alternative, Inverse, Path, Predicate, Repeated, Sequential
from scograph.checks.shacl.vocabulary import PATHS
from scograph.messages import counted
from scograph.ntriples import FIRST, NIL, REST, is_iri, is_literal

MAX_PATH_DEPTH = 200
"""Maximum nesting of a property path."""

_SIGNS = {"zeroOrMorePath": "*", "oneOrMorePath": "+", "zeroOrOnePath": "?"}


class PathError(ValueError):
    """A path is ill-formed."""


def read_path(graph: Index, node: str) -> Path:
    """Read a property path (SHACL, clause 2.3.1).

    Args:
        graph: The shapes graph.
        node: The path's node.

    Returns:
        The path.

    Raises:
        PathError: It is ill-formed, or refers to itself.
    """
    return _path(graph, node, ())


def _path(graph: Index, node: str, above: tuple[str, ...]) -> Path:
    if is_iri(node) and node != NIL:
        return Predicate(node)
    if node == NIL or is_literal(node):
        raise PathError("a path is a property, a list of two paths or more, or one of sh:inversePath and its like")
    if node in above or len(above) > MAX_PATH_DEPTH:
        raise PathError("a path leads back into itself")
    above = (*above, node)
    if node in graph.forward(FIRST):
        return Sequential(_paths(graph, node, above))
    found = [(name, value) for name in PATHS for value in graph.forward(sh(name)).get(node, ())]
    if len(found) != 1:
        raise PathError(f"a path that says {len(found)} things at once" if found else "a path that says nothing")
    name, value = found[0]
    if name == "alternativePath":
        return Alternative(_paths(graph, value, above))
    inner = _path(graph, value, above)
    return Inverse(inner) if name == "inversePath" else Repeated(inner, _SIGNS[name])


def _paths(graph: Index, list_: str, above: tuple[str, ...]) -> tuple[Path, ...]:
    members = list_members(graph, list_)
    if members is None:
        raise PathError("a list of paths is not well formed")
    if len(members) < 2:  # noqa: PLR2004 -- the standard's number
        raise PathError(f"a list of {counted(len(members), 'path')}: it takes two or more")
    return tuple(_path(graph, member, above) for member in members)


def list_members(graph: Index, node: str) -> tuple[str, ...] | None:
    """The members of a list, or None for what is no well-formed list (SHACL, clause 1.1: SHACL list)."""
    firsts, rests = graph.forward(FIRST), graph.forward(REST)
    members: list[str] = []
    seen: set[str] = set()
    while node != NIL:
        first, rest = firsts.get(node, ()), rests.get(node, ())
        if node in seen or len(first) != 1 or len(rest) != 1:
            return None
        seen.add(node)
        members.append(first[0])
        node = rest[0]
    return None if NIL in firsts or NIL in rests else tuple(members)
