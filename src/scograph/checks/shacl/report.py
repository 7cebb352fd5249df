"""Validation reports as RDF: results to triples, and triples to results (SHACL, clause 3.6)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import count

from scograph.checks.shacl.index import Index
from scograph.checks.shacl.lists_and_paths import PathError, read_path
from scograph.checks.shacl.model import Result
from scograph.checks.shacl.nodes import sh
from scograph.checks.shacl.paths import Alternative, Inverse, Path, Predicate, Repeated, Sequential
from scograph.ntriples import FIRST, NIL, REST, TYPE, is_blank
from scograph.terms import XSD

_SIGNS = {"*": "zeroOrMorePath", "+": "oneOrMorePath", "?": "zeroOrOnePath"}
MAX_DETAIL_DEPTH = 3
"""So many details inside of each other are read."""
Line = tuple[str, str, str]


def report_lines(results: Iterable[Result], *, conforms: bool, shapes: Index | None = None) -> Iterator[Line]:
    """A validation report.

    Args:
        results: The results.
        conforms: What the report says of conformance.
        shapes: The shapes graph: what it says of source shapes and source constraints that are blank nodes is written
            too, for nobody could find them otherwise; None to leave that out. It shares no blank nodes with the data.

    Returns:
        The triples of the report, each as three terms; one blank node is the report, one each result and each of its
        details (clause 3.6.2.6).
    """
    numbers = count()
    report = "_:report"
    sources: dict[str, None] = {}
    yield report, TYPE, sh("ValidationReport")
    yield report, sh("conforms"), f'"{"true" if conforms else "false"}"^^<{XSD}boolean>'
    for number, result in enumerate(results, 1):
        node = f"_:result{number}"
        yield report, sh("result"), node
        yield from _result_lines(node, result, numbers, sources)
    if shapes is not None:
        yield from _described(shapes, sources)


def _result_lines(node: str, result: Result, numbers: count[int], sources: dict[str, None]) -> Iterator[Line]:
    yield node, TYPE, sh("ValidationResult")
    yield node, sh("focusNode"), result.focus
    if result.path is not None:
        path, lines = _path_lines(result.path, numbers)
        yield node, sh("resultPath"), path
        yield from lines
    if result.value is not None:
        yield node, sh("value"), result.value
    yield node, sh("resultSeverity"), result.severity
    yield node, sh("sourceConstraintComponent"), result.component
    for name, source in (("sourceConstraint", result.source), ("sourceShape", result.shape)):
        if source:
            sources[source] = None
            yield node, sh(name), source
    for message in result.messages:
        yield node, sh("resultMessage"), message
    inner = {f"{node}-{number}": detail for number, detail in enumerate(result.details, 1)}
    for name in inner:
        yield node, sh("detail"), name
    for name, detail in inner.items():
        yield from _result_lines(name, detail, numbers, sources)


def _described(shapes: Index, sources: Iterable[str]) -> Iterator[Line]:
    """What a shapes graph says of blank nodes, and of those that they lead to."""
    waiting = {source: None for source in sources if is_blank(source)}
    columns = [(predicate, shapes.forward(predicate)) for predicate in shapes.predicates] if waiting else []
    seen = set(waiting)
    queue = list(waiting)
    for node in queue:
        for predicate, forward in columns:
            for value in forward.get(node, ()):
                yield node, predicate, value
                if is_blank(value) and value not in seen:
                    seen.add(value)
                    queue.append(value)


def _path_lines(path: Path, numbers: count[int]) -> tuple[str, list[Line]]:
    if isinstance(path, Predicate):
        return path.iri, []
    node = f"_:path{next(numbers)}"
    match path:
        case Inverse(inner):
            value, lines = _path_lines(inner, numbers)
            return node, [(node, sh("inversePath"), value), *lines]
        case Repeated(inner, sign):
            value, lines = _path_lines(inner, numbers)
            return node, [(node, sh(_SIGNS[sign]), value), *lines]
        case Sequential(paths):
            return _list_lines(paths, numbers)
        case Alternative(paths):
            value, lines = _list_lines(paths, numbers)
            return node, [(node, sh("alternativePath"), value), *lines]


def _list_lines(paths: Iterable[Path], numbers: count[int]) -> tuple[str, list[Line]]:
    lines: list[Line] = []
    cells: list[tuple[str, str]] = []
    for path in paths:
        value, inner = _path_lines(path, numbers)
        cells.append((f"_:path{next(numbers)}", value))
        lines += inner
    ends = [cell for cell, _ in cells[1:]] + [NIL]
    for (cell, value), rest in zip(cells, ends, strict=True):
        lines += [(cell, FIRST, value), (cell, REST, rest)]
    return cells[0][0], lines


def read_results(report: Index) -> Iterator[Result]:
    """The results of a validation report, each with its details.

    Args:
        report: The report.

    Returns:
        Its results, in no order.
    """
    for node in dict.fromkeys(value for values in report.forward(sh("result")).values() for value in values):
        yield _read_result(report, node, (node,))


def _read_result(report: Index, node: str, above: tuple[str, ...]) -> Result:
    def one(name: str) -> str:
        return next(iter(report.forward(sh(name)).get(node, ())), "")

    path = one("resultPath")
    inner = [other for other in report.forward(sh("detail")).get(node, ()) if other not in above]
    details = (_read_result(report, other, (*above, other)) for other in inner if len(above) <= MAX_DETAIL_DEPTH)
    return Result(
        one("focusNode"),
        _path_of(report, path) if path else None,
        one("value") or None,
        one("sourceShape"),
        one("sourceConstraintComponent"),
        one("resultSeverity"),
        tuple(sorted(report.forward(sh("resultMessage")).get(node, ()))),
        one("sourceConstraint"),
        tuple(sorted(details, key=lambda detail: (detail.key, detail.messages))),
    )


def _path_of(report: Index, node: str) -> Path:
    try:
        return read_path(report, node)
    except PathError:
        if is_blank(node):
            return Predicate("")
        raise
