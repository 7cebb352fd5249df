"""Property paths: what they are, how SPARQL writes them, and the values they lead to (SHACL, clause 2.3.1)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from scograph.checks.shacl.index import Index

Step = Callable[[str], Iterable[str]]
_NONE: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Predicate:
    """A single property, by its IRI in angle brackets."""

    iri: str

    def __str__(self) -> str:
        return self.iri


@dataclass(frozen=True, slots=True)
class Inverse:
    """A path walked from its end (clause 2.3.1.4)."""

    path: Path

    def __str__(self) -> str:
        return f"^{_tight(self.path)}"


@dataclass(frozen=True, slots=True)
class Sequential:
    """Paths one after the other (clause 2.3.1.2)."""

    paths: tuple[Path, ...]

    def __str__(self) -> str:
        return f"({'/'.join(str(path) for path in self.paths)})"


@dataclass(frozen=True, slots=True)
class Alternative:
    """Any of several paths (clause 2.3.1.3)."""

    paths: tuple[Path, ...]

    def __str__(self) -> str:
        return f"({'|'.join(str(path) for path in self.paths)})"


@dataclass(frozen=True, slots=True)
class Repeated:
    """A path walked any number of times: `*`, `+` or `?` (clauses 2.3.1.5 to 2.3.1.7)."""

    path: Path
    sign: str

    def __str__(self) -> str:
        return f"{_tight(self.path)}{self.sign}"


Path = Predicate | Inverse | Sequential | Alternative | Repeated


def _tight(path: Path) -> str:
    return f"({path})" if isinstance(path, Inverse | Repeated) else str(path)


def predicates_of(path: Path) -> set[str]:
    """Every property that a path names."""
    match path:
        case Predicate(iri):
            return {iri}
        case Inverse(inner) | Repeated(inner, _):
            return predicates_of(inner)
        case Sequential(paths) | Alternative(paths):
            return set().union(*(predicates_of(inner) for inner in paths))


def follow(index: Index, path: Path, nodes: Collection[str]) -> Mapping[str, Sequence[str]]:
    """The value nodes of focus nodes (SHACL, clause 2.3.1; SPARQL 1.1, clause 18.4, for how paths are walked).

    Args:
        index: The data.
        path: The path.
        nodes: The focus nodes.

    Returns:
        Each focus node's values, each once; nodes may be missing that have none, and others be there.
    """
    match path:
        case Predicate(iri):
            return index.forward(iri)
        case Inverse(Predicate(iri)):
            return index.backward(iri)
    step = _step(index, path)
    return {node: tuple(dict.fromkeys(step(node))) for node in nodes}


def _step(index: Index, path: Path, *, backwards: bool = False) -> Step:
    """The function that walks a path from one node; values may come more than once."""
    match path:
        case Predicate(iri):
            column = index.backward(iri) if backwards else index.forward(iri)
            return lambda node: column.get(node, _NONE)
        case Inverse(inner):
            return _step(index, inner, backwards=not backwards)
        case Sequential(paths):
            steps = [_step(index, inner, backwards=backwards) for inner in paths]
            return _in_sequence(steps[::-1] if backwards else steps)
        case Alternative(paths):
            choices = [_step(index, inner, backwards=backwards) for inner in paths]
            return lambda node: (value for choice in choices for value in choice(node))
        case Repeated(inner, sign):
            return _repeated(_step(index, inner, backwards=backwards), sign)


def _in_sequence(steps: Sequence[Step]) -> Step:
    def walk(node: str) -> Iterable[str]:
        reached: Iterable[str] = (node,)
        for step in steps:
            reached = {value: None for one in reached for value in step(one)}
        return reached

    return walk


def _repeated(step: Step, sign: str) -> Step:
    if sign == "?":
        return lambda node: (node, *step(node))

    def walk(node: str) -> Iterable[str]:
        found: dict[str, None] = {node: None} if sign == "*" else {}
        waiting = [node]
        while waiting:
            for value in step(waiting.pop()):
                if value not in found:
                    found[value] = None
                    waiting.append(value)
        return found

    return walk


Changed = Mapping[str, Sequence[tuple[str, str]]]
"""Subjects and objects of triples that were added or removed, by predicate."""


def starts(index: Index, path: Path, nodes: Iterable[str]) -> set[str]:
    """The nodes from which a path leads to one of some nodes.

    Args:
        index: The data.
        path: The path.
        nodes: The nodes that it may lead to.

    Returns:
        The nodes that it may begin at.
    """
    return _reached(_step(index, path, backwards=True), nodes)


def touched(index: Index, path: Path, changed: Changed) -> set[str]:
    """The nodes of which values may have changed: those from which a path leads over a changed triple.

    Args:
        index: The data before and after the change, both in one: a way that is no more leads over what is in neither
            alone.
        path: The path.
        changed: The triples that were added or removed.

    Returns:
        The nodes that such a way begins at.
    """
    return _touched(index, path, changed, backwards=False)


def _touched(index: Index, path: Path, changed: Changed, *, backwards: bool) -> set[str]:
    """Where the ways begin that lead over a changed triple; walked backwards, where they end."""
    match path:
        case Predicate(iri):
            return {pair[1 if backwards else 0] for pair in changed.get(iri, ())}
        case Inverse(inner):
            return _touched(index, inner, changed, backwards=not backwards)
        case Alternative(paths):
            return set().union(*(_touched(index, inner, changed, backwards=backwards) for inner in paths))
        case Sequential(paths):
            found: set[str] = set()
            for inner in paths if backwards else reversed(paths):  # from the far end, so that each step is walked once
                found = _reached(_step(index, inner, backwards=not backwards), found)
                found |= _touched(index, inner, changed, backwards=backwards)
            return found
        case Repeated(inner, sign):
            found = _touched(index, inner, changed, backwards=backwards)
            return (
                found if sign == "?" else _reached(_repeated(_step(index, inner, backwards=not backwards), "*"), found)
            )


def _reached(step: Step, nodes: Iterable[str]) -> set[str]:
    return {value for node in nodes for value in step(node)}
