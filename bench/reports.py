"""What the engines found, compared by source shape and constraint component."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from pyoxigraph import NamedNode, RdfFormat, parse

Counts = Counter[tuple[str, str]]
"""Results by the local names of source shape and constraint component (`Label`, `MinCount`)."""
Found = Counter[tuple[str, str, str]]
"""Results by the local names of source shape, constraint component and focus node."""

_SH = "http://www.w3.org/ns/shacl#"
_RESULT = NamedNode(_SH + "result")
_SHAPE = NamedNode(_SH + "sourceShape")
_FOCUS = NamedNode(_SH + "focusNode")
_COMPONENT = NamedNode(_SH + "sourceConstraintComponent")
_SUFFIX = "ConstraintComponent"

KNOWN = (
    ("pyshacl", "LessThan", "rdflib orders values of any two types; by SHACL, clauses 4.5.3 and 4.5.4, they violate"),
    (
        "pyshacl",
        "SPARQL",
        "rdflib orders a date and a year or ill-typed date; by SPARQL, clause 17.3, that is an error",
    ),
    ("pyrudof", "Datatype", "it takes an ill-formed date for a date; by SHACL, clause 4.1.2, it violates"),
)
"""Engine, the beginning of a component's name, and why the engine's results differ from those that were meant."""


def read(report: Path) -> Found:
    """Read the results of a validation report.

    Args:
        report: A file of Turtle.

    Returns:
        The results that the report itself has, without those that are details of others.

    Raises:
        SyntaxError: It is no Turtle.
    """
    shape: dict[object, str] = {}
    component: dict[object, str] = {}
    focus: dict[object, str] = {}
    results = []
    for quad in parse(path=str(report), format=RdfFormat.TURTLE):
        if quad.predicate == _RESULT:
            results.append(quad.object)
        elif quad.predicate == _SHAPE:
            shape[quad.subject] = _local(quad.object)
        elif quad.predicate == _FOCUS:
            focus[quad.subject] = _local(quad.object)
        elif quad.predicate == _COMPONENT:
            component[quad.subject] = _local(quad.object).removesuffix(_SUFFIX)
    return Counter(tuple(part.get(result, "?") for part in (shape, component, focus)) for result in results)


def counted(found: Found) -> Counts:
    """The numbers of results by source shape and component."""
    counts: Counts = Counter()
    for (shape, component, _), number in found.items():
        counts[shape, component] += number
    return counts


def _local(term: object) -> str:
    return term.value.replace("#", "/").rpartition("/")[2] if isinstance(term, NamedNode) else "[ ]"


def differences(engine: str, found: Counts, meant: Counts) -> list[str]:
    """Say where an engine's results are not those that the generator's faults were made to give.

    Args:
        engine: The engine's name.
        found: Its results.
        meant: The results to expect.

    Returns:
        A line per shape and component, with the reason where it is known.
    """
    lines = []
    for shape, component in sorted(found.keys() | meant.keys()):
        key = (shape, component)
        if found[key] != meant[key]:
            reason = next(
                (why for name, part, why in KNOWN if engine.startswith(name) and component.startswith(part)),
                "unexplained",
            )
            lines.append(f"{shape} {component}: {found[key]} found, {meant[key]} meant ({reason})")
    return lines
