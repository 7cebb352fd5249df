"""Checks: a graph in, findings out; each is listed once, in `CHECKS`, in the order of running."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from pyoxigraph import DefaultGraph, Triple

from scograph.bounded import NEVER, Deadline
from scograph.checks.context import check_context
from scograph.checks.hygiene import check_hygiene
from scograph.checks.profile import check_profile
from scograph.checks.questions import check_questions
from scograph.checks.references import check_references
from scograph.checks.report import Report
from scograph.checks.rules import check_rules
from scograph.checks.shapes import check_shapes, held_to_shapes
from scograph.checks.sources import check_sources, coverage, verify_text
from scograph.graph import Graph
from scograph.layout import FactsFile
from scograph.messages import counted
from scograph.model import Finding, Place, Severity
from scograph.places import Part
from scograph.project import KNOWN_EXTENSIONS


@dataclass(frozen=True, slots=True)
class Check:
    """One check.

    Args:
        name: What reports call it.
        run: A graph to its findings.
        needs_placed_files: Whether it looks at what would be published, which asks that every file has its place.
    """

    name: str
    run: Callable[[Graph], Iterable[Finding]]
    needs_placed_files: bool = True


def check_layout(graph: Graph) -> Iterator[Finding]:
    """Find files of facts that belong to no passage, or to one that has such a file already.

    The folder says which document supports a fact and the file's name which passage and basis; without that a fact has
    no source. Rename or move the file, or describe its passage.

    Args:
        graph: The graph.

    Returns:
        F01 for a folder without source.ttl, F02 for a name without passage, F03 for a basis that there is not, F04 for
        a second file of one passage and basis, F05 for a passage that source.ttl does not describe, F06 for a
        source.ttl without exactly one document, F07 for a triple that stands twice, F08 for a file that nothing reads,
        F09 for two passages of one number, F10 for named graphs that are published as one.
    """
    yield from graph.problems
    for path in graph.project.unread_files():
        shown = graph.project.relative(path)
        is_data = shown.startswith("data/")
        yield Finding(
            Severity.ERROR if is_data else Severity.WARNING,
            "F08",
            f"nothing reads a file that ends in {path.suffix or path.name!r} here",
            f"facts go by one of {KNOWN_EXTENSIONS}; move what holds none out of {shown.partition('/')[0]}/",
            place=Place(shown),
        )
    for file in graph.facts_files:
        names = {quad.graph_name for quad in file.parsed.quads if not isinstance(quad.graph_name, DefaultGraph)}
        if names:
            yield Finding(
                Severity.WARNING,
                "F10",
                f"the file names {counted(len(names), 'graph')}: what they say is published as one",
                "give each source a folder of its own if it matters who says what",
                value=min(str(name) for name in names),
                place=graph.places.find(*map(str, _in_graph(file)), path=file.parsed.path, part=Part.SUBJECT),
            )


def _in_graph(file: FactsFile) -> Triple:
    """The first triple of a file that is in a named graph."""
    return next(quad.triple for quad in file.parsed.quads if not isinstance(quad.graph_name, DefaultGraph))


CHECKS: tuple[Check, ...] = (
    Check("layout", check_layout, needs_placed_files=False),
    Check("profile", check_profile),
    Check("references", check_references),
    Check("shapes", check_shapes),
    Check("rules", check_rules),
    Check("sources", check_sources),
    Check("questions", check_questions),
    Check("hygiene", check_hygiene),
    Check("context", check_context),
)


def check_graph(
    graph: Graph,
    texts: Mapping[str, bytes] | None = None,
    engine: str = "scograph",
    deadline: Deadline = NEVER,
) -> Report:
    """Run every check.

    Args:
        graph: The graph.
        texts: Source texts by their names in messages, to verify the passages against.
        engine: What holds the graph to its shapes: `scograph`, `pyshacl`, or `both`, which tells how they differ.
        deadline: When it must be over: constraints, rules and questions that are not evaluated then are findings.

    Returns:
        The report.

    Raises:
        InputError: A shape or a rule cannot be evaluated.
    """
    findings: list[Finding] = []
    notes: list[str] = []
    for check in CHECKS:
        if check.needs_placed_files and graph.problems:
            continue
        if check.run is check_shapes:
            checked = held_to_shapes(graph, engine, deadline)
            findings += checked.findings
            notes += checked.notes
        elif check.run is check_rules:
            findings += check_rules(graph, deadline)
        elif check.run is check_questions:
            findings += check_questions(graph, deadline)
        else:
            findings += check.run(graph)
    if graph.problems:
        skipped = ", ".join(check.name for check in CHECKS if check.needs_placed_files)
        notes.append(f"not checked until every file has its place: {skipped}")
        return Report(_sorted(findings), _files(graph), 0, 0, None, tuple(notes))
    for name, data in (texts or {}).items():
        findings += verify_text(graph, name, data)
    if not graph.is_sourced:
        notes.append("no source.ttl: the facts are published without claims")
    if not graph.shapes:
        notes.append("no shapes/: the facts are held to no shape of the project's own")
    return Report(
        _sorted(findings),
        _files(graph),
        len(graph.default_graph()),
        len(graph.claims),
        coverage(graph),
        tuple(notes),
    )


def _sorted(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    return tuple(sorted(findings, key=Finding.sort_key))


def _files(graph: Graph) -> int:
    return len(graph.facts_files) + len(graph.sources) + len(graph.ontology_files) + len(graph.shapes_files)
