"""The checks of a project: each takes a `CheckRun` and gives findings; `CHECKS` lists them in the order of running."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from scograph.checks.context import check_context
from scograph.checks.evidence import Shown
from scograph.checks.expected_answers import check_questions
from scograph.checks.fit import check_fit, check_recorded
from scograph.checks.hygiene import check_hygiene
from scograph.checks.imports import check_imports
from scograph.checks.profile import check_profile
from scograph.checks.questions import AnswerOrError
from scograph.checks.readings import check_readings
from scograph.checks.references import check_references
from scograph.checks.report import Report
from scograph.checks.rules import check_rules
from scograph.checks.run import CheckOptions, CheckRun, Kept
from scograph.checks.shapes import check_shapes
from scograph.checks.source_texts import SourceText, coverage
from scograph.checks.sources import check_sources, check_texts
from scograph.graph import Graph
from scograph.model import Finding, Place, Severity
from scograph.project import JOURNAL, KNOWN_EXTENSIONS


@dataclass(frozen=True, slots=True)
class Check:
    """One check.

    Args:
        name: What reports call it.
        run: What finds its findings.
        needs_placed_files: Whether it looks at what would be published, which asks that every file has its place.
    """

    name: str
    run: Callable[[CheckRun], Iterable[Finding]]
    needs_placed_files: bool = True


def check_layout(run: CheckRun) -> Iterator[Finding]:
    """Find files of facts that belong to no passage, or to one that has such a file already.

    The folder says which document supports a fact and the file's name which passage and basis; without that a fact has
    no source. Rename or move the file, or describe its passage.

    Args:
        run: The graph, and how it is checked.

    Returns:
        F01 for a folder without source.ttl, F02 for a name without passage, F03 for a basis that there is not, F04 for
        a second file of one passage and basis, F05 for a passage that source.ttl does not describe, F06 for a
        source.ttl without exactly one document, F07 for a triple that stands twice, F08 for a file that nothing reads,
        F09 for two passages of one number, F11 for documents of the version before editions, F12 for an edit
        that has not come to its end.
    """
    graph = run.graph
    yield from graph.problems
    if os.path.lexists(graph.project.folder / JOURNAL):
        yield Finding(
            Severity.ERROR,
            "F12",
            "an edit was cut short, or is under way: some of its files may be changed, and others not yet",
            "the next edit finishes it, as does scograph source fix NAME; scograph undo then takes it back",
            place=Place(JOURNAL),
        )
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


CHECKS: tuple[Check, ...] = (
    Check("layout", check_layout, needs_placed_files=False),
    Check("profile", check_profile),
    Check("imports", check_imports),
    Check("references", check_references),
    Check("shapes", check_shapes),
    Check("rules", check_rules),
    Check("sources", check_sources),
    Check("texts", check_texts),
    Check("readings", check_readings),
    Check("fit", check_fit),
    Check("recorded", check_recorded),
    Check("questions", check_questions),
    Check("hygiene", check_hygiene),
    Check("context", check_context),
)


@dataclass(frozen=True, slots=True)
class CheckedGraph:
    """A graph with what its checks found out.

    Args:
        graph: The graph.
        report: The report.
        answers: The answer to each question, by the file of its query.
        source_texts: What the sources state of their texts.
    """

    graph: Graph
    report: Report
    answers: Mapping[Path, AnswerOrError]
    source_texts: tuple[SourceText, ...]


def check_graph(graph: Graph, options: CheckOptions | None = None, kept: Kept | None = None) -> CheckedGraph:
    """Run every check.

    Args:
        graph: The graph.
        options: How the checks are run.
        kept: What is known of the run before; None for a run that begins with nothing.

    Returns:
        The report, and what else is known of the graph then.

    Raises:
        InputError: A shape or a rule cannot be evaluated.
    """
    run = CheckRun(graph, options, kept)
    checks = [check for check in CHECKS if not (check.needs_placed_files and graph.problems)]
    found = (*graph.losses, *(finding for check in checks for finding in check.run(run)))
    findings = tuple(sorted(found, key=Finding.sort_key))
    files = len(graph.facts_files) + len(graph.sources) + len(graph.ontology_files) + len(graph.shapes_files)
    if graph.problems:
        skipped = ", ".join(check.name for check in CHECKS if check.needs_placed_files)
        notes = (*run.notes, f"not checked until every file has its place: {skipped}")
        return CheckedGraph(graph, Report(findings, files, 0, 0, None, notes), {}, ())
    if not graph.is_sourced:
        run.notes.append("no source.ttl: the facts are published without claims")
    if not graph.shapes:
        run.notes.append("no shapes/ folder: no shapes of the project are checked")
    covered = coverage(run.source_texts)
    report = Report(
        findings,
        files,
        run.triples,
        len(graph.claims),
        covered,
        tuple(run.notes),
        are_shapes_flawed=run.are_shapes_flawed,
        evidence={str(shown): run.evidence.counts.get(shown, 0) for shown in Shown} if run.evidence.claims else None,
    )
    return CheckedGraph(graph, report, run.answers, run.source_texts)
