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
Line = tuple[str, str, str]


def report_lines(results: Iterable[Result], *, conforms: bool) -> Iterator[Line]:
    """A validation report.

    Args:
        results: The results.
        conforms: What the report says of conformance.

    Returns:
        The triples of the report, each as three terms; one blank node is the report, one each result.
    """
    numbers = count()
    report = "_:report"
    yield report, TYPE, sh("ValidationReport")
    yield report, sh("conforms"), f'"{"true" if conforms else "false"}"^^<{XSD}boolean>'
    for number, result in enumerate(results, 1):
        node = f"_:result{number}"
        yield report, sh("result"), node
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
        if result.source:
            yield node, sh("sourceConstraint"), result.source
        yield node, sh("sourceShape"), result.shape
        for message in result.messages:
            yield node, sh("resultMessage"), message


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
    """The results of a validation report; those that are only details of others are left out.

    Args:
        report: The report.

    Returns:
        Its results, in no order.
    """

    def one(node: str, name: str) -> str:
        return next(iter(report.forward(sh(name)).get(node, ())), "")

    for node in dict.fromkeys(value for values in report.forward(sh("result")).values() for value in values):
        path = one(node, "resultPath")
        constraint = one(node, "sourceConstraint")
        yield Result(
            one(node, "focusNode"),
            _path_of(report, path) if path else None,
            one(node, "value") or None,
            one(node, "sourceShape"),
            one(node, "sourceConstraintComponent"),
            one(node, "resultSeverity"),
            tuple(sorted(report.forward(sh("resultMessage")).get(node, ()))),
            constraint,
        )


def _path_of(report: Index, node: str) -> Path:
    try:
        return read_path(report, node)
    except PathError:
        if is_blank(node):
            return Predicate("")
        raise
