"""Conflicts of projects: statements about one thing that each project may make alone, and that exclude each other.

The shapes and rules of the projects are evaluated over their union. What they find there and in none of the projects is
a conflict: two values of a property that has one, two roles at a time, classes that exclude each other, dates out of
order. Documents are each project's own: that two projects read one page is no conflict.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pyoxigraph import NamedNode

from scograph import terms
from scograph.checks.rules import check_rules
from scograph.checks.run import CheckOptions, CheckRun
from scograph.checks.shapes import check_shapes
from scograph.model import Finding
from scograph.portal.union import JointProject, UnionGraph
from scograph.terms import local_name

MAX_STATEMENTS = 10
"""So many statements of a conflict are listed with their places."""
HINT = (
    "if one of them is wrong, correct it there; if sources differ, keep the one that does not hold in a file that ends"
    " in .contradicted.ttl; if they are two things, give one of them another IRI"
)


@dataclass(frozen=True)
class _RuledProject(JointProject):
    """Several projects as one that is held to the rules of all of them."""

    def rule_files(self) -> Iterator[Path]:
        """The rules of each project, those that several use once."""
        return iter(dict.fromkeys(path for project in self.members.values() for path in project.rule_files()))


@dataclass(frozen=True)
class _Stated:
    """The statements about a node."""

    projects: frozenset[str]
    files: tuple[str, ...]


def conflicts(graph: UnionGraph, known: Sequence[Finding], options: CheckOptions | None = None) -> tuple[Finding, ...]:
    """Find what projects say about one thing that excludes each other.

    Args:
        graph: The union of the projects.
        known: What was found in each project by itself, its paths those of the union.
        options: How shapes are evaluated.

    Returns:
        Findings with the codes of the shapes and rules, each with the statements of all projects, and their places.
    """
    project = graph.project
    if not isinstance(project, JointProject):
        return ()
    joint = _RuledProject(project.root, project.settings, members=project.members)
    run = CheckRun(replace(graph, project=joint), options)
    before = {_key(finding) for finding in known}
    found = (finding for finding in (*check_shapes(run), *check_rules(run)) if _key(finding) not in before)
    about = _about(graph)
    return tuple(
        _told(graph, finding, about)
        for finding in found
        if len(_projects(finding, about)) > 1 and not _is_of_own_documents(graph, finding, about)
    )


def _key(finding: Finding) -> tuple[str, str, str, str]:
    return finding.code, finding.focus, finding.path, finding.value


def _about(graph: UnionGraph) -> Mapping[str, _Stated]:
    """The projects and files that state something about each node that has an IRI."""
    files: dict[str, dict[str, None]] = {}
    for parsed in (*(file.parsed for file in graph.facts_files), *(source.parsed for source in graph.sources)):
        for triple in parsed.triples:
            if isinstance(triple.subject, NamedNode):
                files.setdefault(triple.subject.value, {})[parsed.path] = None
    return {
        node: _Stated(frozenset(path.partition("/")[0] for path in paths), tuple(paths))
        for node, paths in files.items()
    }


def _projects(finding: Finding, about: Mapping[str, _Stated]) -> frozenset[str]:
    """The projects that state something about the nodes of a finding."""
    nodes = {finding.focus, *(detail.focus for detail in finding.details)}
    return frozenset(name for node in nodes if node in about for name in about[node].projects)


def _is_of_own_documents(graph: UnionGraph, finding: Finding, about: Mapping[str, _Stated]) -> bool:
    """Whether a finding holds documents of one project beside those of another, as where both read one page."""
    return all(
        len(about[node].projects) == 1
        and any(
            one.predicate == terms.TYPE and one.object == terms.SOURCE_DOCUMENT
            for one in graph.describing(NamedNode(node))
        )
        for node in {finding.focus, *(detail.focus for detail in finding.details)}
        if node in about
    )


def _told(graph: UnionGraph, finding: Finding, about: Mapping[str, _Stated]) -> Finding:
    """A finding as one of several projects, with the statements of each."""
    names = sorted(_projects(finding, about))
    return replace(
        finding,
        message=f"{' and '.join(names)} do not agree: {finding.message}",
        hint=HINT,
        details=(*finding.details, *_statements(graph, finding, about)),
    )


def _statements(graph: UnionGraph, finding: Finding, about: Mapping[str, _Stated]) -> Iterator[Finding]:
    """What each project states of the property at fault, or else of the class of the node."""
    stated = about.get(finding.focus)
    path = finding.path or terms.TYPE.value
    seen: set[tuple[str, str]] = set()
    for file in stated.files if stated else ():
        parsed = next((one for one in graph.all_files if one.path == file), None)
        for triple in parsed.triples if parsed else ():
            name = file.partition("/")[0]
            if triple.subject != NamedNode(finding.focus) or triple.predicate.value != path:
                continue
            if (name, str(triple.object)) in seen or len(seen) == MAX_STATEMENTS:
                continue
            seen.add((name, str(triple.object)))
            terms_of = (str(triple.subject), str(triple.predicate), str(triple.object))
            yield Finding(
                finding.severity,
                finding.code,
                f"{name} says: {local_name(path)} {_shown(triple.object)}",
                focus=finding.focus,
                path=path,
                value=str(triple.object),
                place=graph.places.find(*terms_of, path=file),
            )


def _shown(term: object) -> str:
    return f"<{term.value}>" if isinstance(term, NamedNode) else str(getattr(term, "value", term))


__all__ = ["conflicts"]
