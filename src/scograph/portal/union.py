"""The union of several graphs: their files side by side, each statement once, with the project that each file is of."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from pyoxigraph import BlankNode, Quad

from scograph.graph import Graph
from scograph.header import Header
from scograph.layout import FactsFile, SourceDocument
from scograph.model import Finding, Place
from scograph.parse import Parsed
from scograph.project import INSTALLED, Project, builtin_folder


@dataclass(frozen=True)
class JointProject(Project):
    """Several projects as one, which has no files but theirs.

    Args:
        members: The projects, by name; the paths of their files begin with it.
    """

    members: Mapping[str, Project] = field(default_factory=dict)

    def data_files(self) -> Iterator[Path]:
        """The files with facts of each project."""
        return (path for project in self.members.values() for path in project.data_files())

    def ontology_files(self) -> Iterator[Path]:
        """The files of the ontology of each project."""
        return (path for project in self.members.values() for path in project.ontology_files())

    def shapes_files(self) -> Iterator[Path]:
        """The files of the shapes of each project."""
        return (path for project in self.members.values() for path in project.shapes_files())

    def rule_files(self) -> Iterator[Path]:
        """None: each project is held to its own rules."""
        return iter(())

    def question_files(self) -> Iterator[Path]:
        """None: each project is asked its own questions."""
        return iter(())

    def fixture_files(self) -> Iterator[Path]:
        """None: each project tries its own shapes."""
        return iter(())

    @property
    def template_folder(self) -> Path | None:
        """None: the pages of a portal are the tool's."""
        return None

    def path_of(self, name: str) -> Path:
        """The path of a file by the name that messages show: the project's name, and the path in that project."""
        member, _, rest = name.partition("/")
        if name.startswith(INSTALLED) or member not in self.members:
            return super().path_of(name)
        return self.members[member].path_of(rest)


@dataclass(frozen=True)
class UnionGraph(Graph):
    """What several projects say, as one graph.

    Args:
        stated: What it states of itself as a dataset.
    """

    stated: Header = field(default_factory=lambda: Header(None, {}))

    @cached_property
    def header(self) -> Header:
        """What it states of itself as a dataset, not what one of its projects does."""
        return self.stated


def union_of(project: JointProject, graphs: Mapping[str, Graph], stated: Header) -> UnionGraph:
    """Join graphs.

    Args:
        project: Their projects as one.
        graphs: The graphs by the names of their projects.
        stated: What the union states of itself as a dataset.

    Returns:
        The union. A file that several use, of the vocabulary that the tool carries, say, is in it once.
    """
    sources: list[SourceDocument] = []
    facts: list[FactsFile] = []
    ontology: dict[str, Parsed] = {}
    shapes: dict[str, Parsed] = {}
    problems: list[Finding] = []
    for number, (name, graph) in enumerate(graphs.items()):
        apart = _Renaming(name, number)
        sources += (replace(one, name=f"{name}/{one.name}", parsed=apart.renamed(one.parsed)) for one in graph.sources)
        facts += (
            replace(one, parsed=apart.renamed(one.parsed), source=one.source and f"{name}/{one.source}")
            for one in graph.facts_files
        )
        for found, files in ((ontology, graph.ontology_files), (shapes, graph.shapes_files)):
            for parsed in files:
                real = os.path.realpath(graph.project.path_of(parsed.path))
                if real not in found:
                    found[real] = apart.renamed(parsed, _installed_name(Path(real)))
        problems += (prefixed(problem, name) for problem in graph.problems)
    return UnionGraph(
        project,
        tuple(sources),
        tuple(facts),
        tuple(ontology.values()),
        tuple(shapes.values()),
        tuple(problems),
        stated=stated,
    )


def prefixed(finding: Finding, name: str) -> Finding:
    """A finding of a project, with places that begin with the project's name."""

    def moved(place: Place | None) -> Place | None:
        if place is None or place.path.startswith(INSTALLED):
            return place
        return replace(place, path=f"{name}/{place.path}")

    details = tuple(prefixed(one, name) for one in finding.details)
    return replace(finding, place=moved(finding.place), required_by=moved(finding.required_by), details=details)


def _installed_name(real: Path) -> str:
    """What a file of the vocabulary is called in every project; nothing for other files."""
    installed = builtin_folder()
    root = Path(os.path.realpath(installed))
    if any(real.is_relative_to(root / part) for part in ("ontology", "shapes")):
        return INSTALLED + real.relative_to(root).as_posix()
    return ""


class _Renaming:
    """Gives the files of one project paths and blank nodes that no other project has.

    Args:
        name: The name of the project.
        number: Its number: what the names of its blank nodes begin with.
    """

    def __init__(self, name: str, number: int) -> None:
        self._name = name
        self._label = f"p{number}"

    def renamed(self, parsed: Parsed, path: str = "") -> Parsed:
        """A file with its path below the project's name, or another path, and its blank nodes apart."""
        path = path or (parsed.path if parsed.path.startswith(INSTALLED) else f"{self._name}/{parsed.path}")
        return replace(
            parsed, path=path, quads=tuple(self._apart(parsed.quads)), written=tuple(self._apart(parsed.written))
        )

    def _apart(self, quads: Sequence[Quad]) -> Iterable[Quad]:
        for quad in quads:
            some = (quad.subject, quad.object, quad.graph_name)
            if any(isinstance(term, BlankNode) for term in some):
                subject, value, graph = (
                    BlankNode(f"{self._label}{term.value}") if isinstance(term, BlankNode) else term for term in some
                )
                yield Quad(subject, quad.predicate, value, graph)  # type: ignore[arg-type]
            else:
                yield quad
