"""A portal: its projects, each loaded and checked by itself, and their union; a broken project leaves the others."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Triple

from scograph import terms
from scograph.checks import CheckedGraph, check_graph
from scograph.checks.report import Report
from scograph.checks.run import CheckOptions
from scograph.checks.source_texts import coverage
from scograph.errors import FindingsError, RdfSyntaxError, ScographError, UsageError
from scograph.graph import Graph, load_graph
from scograph.header import Header
from scograph.messages import counted
from scograph.model import Finding, Severity
from scograph.portal.comparison import Comparing, organisations_of
from scograph.portal.conflicts import conflicts
from scograph.portal.table import Column
from scograph.portal.union import JointProject, UnionGraph, prefixed, union_of
from scograph.project import (
    ALLOWED_LINKS,
    SETTINGS_FILE,
    PortalSettings,
    Project,
    Settings,
    leads_out,
    place_of_key,
    portal_settings,
)

MAX_FINDINGS = 5
"""So many findings of a broken project are written out."""
TITLE = NamedNode(terms.DCTERMS + "title")


@dataclass(frozen=True, slots=True)
class PortalProfile:
    """One project of a portal.

    Args:
        name: Its name, which no other project of the portal has.
        project: The project.
        checked: Its graph, with what its own checks found.
    """

    name: str
    project: Project
    checked: CheckedGraph

    @property
    def graph(self) -> Graph:
        """Its graph."""
        return self.checked.graph


@dataclass(frozen=True, slots=True)
class BrokenProject:
    """A project of a portal that cannot be opened or read, or does not conform: the portal does without it.

    Args:
        name: Its name, or that of its folder where it cannot be opened.
        path: Its path.
        error: What is wrong.
    """

    name: str
    path: Path
    error: ScographError

    def __str__(self) -> str:
        findings = self.error.findings if isinstance(self.error, FindingsError | RdfSyntaxError) else ()
        lines = (
            [str(self.error)] if not isinstance(self.error, RdfSyntaxError) else [f"{self.name}: {self.error.message}"]
        )
        lines += (str(prefixed(finding, str(self.path))) for finding in findings[:MAX_FINDINGS])
        if len(findings) > MAX_FINDINGS:
            lines.append(f"{len(findings) - MAX_FINDINGS:,} more: scograph check {self.path} lists them")
        return "\n".join(lines)


@dataclass(frozen=True)
class Portal:
    """Several projects as one picture.

    Args:
        name: The stem of the published files.
        settings: Title, address and headings.
        profiles: Its projects that conform, in the order in which they are named.
        broken: Those that do not.
    """

    name: str
    settings: PortalSettings
    profiles: tuple[PortalProfile, ...]
    broken: tuple[BrokenProject, ...] = ()
    root: Path = field(default_factory=Path)

    @property
    def projects(self) -> tuple[Project, ...]:
        """The projects that conform."""
        return tuple(profile.project for profile in self.profiles)

    @cached_property
    def graph(self) -> UnionGraph:
        """The union of the graphs; paths of its files begin with the name of their project."""
        members = {profile.name: profile.project for profile in self.profiles}
        languages = tuple(dict.fromkeys(tag for one in self.projects for tag in one.settings.languages))
        joint = JointProject(self.root, Settings(name=self.name, languages=languages), members=members)
        return union_of(joint, {profile.name: profile.graph for profile in self.profiles}, self.header)

    @cached_property
    def header(self) -> Header:
        """What the union states of itself as a dataset: its title and its address."""
        titles = tuple(Literal(text, language=tag) if tag else Literal(text) for tag, text in self.settings.title)
        properties: dict[NamedNode, tuple[Literal | NamedNode, ...]] = {TITLE: titles} if titles else {}
        if self.settings.base:
            properties[terms.URI_SPACE] = (Literal(self.settings.base),)
        return Header(None, properties)

    @cached_property
    def spaces(self) -> Mapping[str, str]:
        """The name of the project whose IRIs begin with an address, by the address (void:uriSpace)."""
        found: dict[str, str] = {}
        for profile in self.profiles:
            space = profile.graph.header.text("void:uriSpace")
            if space:
                found.setdefault(space, profile.name)
        return found

    @cached_property
    def checked(self) -> CheckedGraph:
        """The union with the findings of each project's own checks; their paths begin with the project's name."""
        reports = [(profile.name, profile.checked.report) for profile in self.profiles]
        findings = tuple(prefixed(finding, name) for name, report in reports for finding in report.findings)
        texts = tuple(text for profile in self.profiles for text in profile.checked.source_texts)
        report = Report(
            tuple(sorted(findings, key=Finding.sort_key)),
            sum(report.files for _, report in reports),
            len(self.graph.default_graph()),
            len(self.graph.claims),
            coverage(texts),
            tuple(dict.fromkeys(f"{name}: {note}" for name, report in reports for note in report.notes)),
        )
        return CheckedGraph(self.graph, report, {}, texts)

    @cached_property
    def conflicts(self) -> tuple[Finding, ...]:
        """What its projects say about one thing that excludes each other."""
        return tuple(sorted(conflicts(self.graph, self.checked.report.findings), key=Finding.sort_key))

    @property
    def report(self) -> Report:
        """What was found in its projects, each by itself and together."""
        report = self.checked.report
        return replace(report, findings=tuple(sorted((*report.findings, *self.conflicts), key=Finding.sort_key)))

    def columns(self, comparing: Comparing, day: str = "") -> tuple[Column, ...]:
        """What its projects are the profiles of, as columns of a comparison.

        Args:
            comparing: What compares its union.
            day: The day of the picture; nothing for now.

        Returns:
            The columns, in the order of the projects; what two projects are about stands once.
        """
        found: dict[NamedNode, str] = {}
        for profile in self.profiles:
            for node in organisations_of(profile.graph):
                found.setdefault(node, profile.name)
        return tuple(column for node, name in found.items() for column in comparing.columns((node,), day, name))

    def projects_of(self, triple: Triple) -> tuple[PortalProfile, ...]:
        """The projects that publish a statement.

        Args:
            triple: The statement; its blank nodes are those of the union.

        Returns:
            The projects, in the order of the portal.
        """
        return tuple(self.profiles[number] for number in self._projects_by_triple.get(triple, ()))

    @cached_property
    def _projects_by_triple(self) -> Mapping[Triple, tuple[int, ...]]:
        numbers = {profile.name: number for number, profile in enumerate(self.profiles)}
        found: dict[Triple, dict[int, None]] = {}
        files = (*(f.parsed for f in self.graph.facts_files), *(source.parsed for source in self.graph.sources))
        for parsed in files:
            number = numbers[parsed.path.partition("/")[0]]
            for triple in parsed.triples:
                found.setdefault(triple, {})[number] = None
        return {triple: tuple(some) for triple, some in found.items()}


def open_portal(folder: str | Path) -> Portal:
    """Load the portal that a folder's settings describe.

    Args:
        folder: The folder, whose `scograph.toml` has `[portal]`.

    Returns:
        The portal.

    Raises:
        UsageError: The settings describe none, a project is named that lies elsewhere, or two have one name.
    """
    root = Path(folder)
    name, settings = portal_settings(root)
    if settings is None:
        raise UsageError(f"{folder} is no portal", hint=f"{SETTINGS_FILE} of a portal has [portal] with projects = […]")
    return load_portal(name, settings, settings.projects, lambda path: _opened(root, path), root)


def portal_of(paths: Sequence[str], name: str = "portal") -> Portal:
    """Load projects as a portal.

    Args:
        paths: The paths of the projects.
        name: The stem of the published files.

    Returns:
        The portal.

    Raises:
        UsageError: Two projects have one name, or one base (void:uriSpace).
    """
    return load_portal(name, PortalSettings(projects=tuple(paths)), paths, Project.open, Path())


def load_portal(
    name: str, settings: PortalSettings, paths: Iterable[str], opened: Callable[[str], Project], root: Path
) -> Portal:
    """Open, load and check projects.

    Args:
        name: The stem of the published files.
        settings: Title, address and headings.
        paths: The projects, as they are named.
        opened: Gives the project of a name.
        root: The folder of the portal.

    Returns:
        The portal; projects that are broken are among its `broken`.

    Raises:
        UsageError: Two projects have one name, or one base (void:uriSpace).
    """
    profiles: list[PortalProfile] = []
    broken: list[BrokenProject] = []
    named: dict[str, str] = {}
    for path in paths:
        project: Project | None = None
        try:
            project = opened(path)
            shown = project.settings.name
            if shown in named:
                raise _same_name(shown, named[shown], path)
            named[shown] = path
            profile = PortalProfile(shown, project, _conforming(project))
            _refuse_same_base(profile, profiles)
            profiles.append(profile)
        except _SameError:
            raise
        except ScographError as error:
            broken.append(BrokenProject(project.settings.name if project else Path(path).name, Path(path), error))
    return Portal(name, settings, tuple(profiles), tuple(broken), root)


class _SameError(UsageError):
    """Two projects of one portal have one name, or one base."""


def _refuse_same_base(profile: PortalProfile, others: Iterable[PortalProfile]) -> None:
    space = profile.graph.header.text("void:uriSpace")
    other = next((one for one in others if space and one.graph.header.text("void:uriSpace") == space), None)
    if other is not None:
        raise _SameError(
            f"two projects have the base <{space}>: {_base_place(other, space)} and {_base_place(profile, space)}",
            hint="give each a void:uriSpace of its own, and its things IRIs below it",
        )


def _base_place(profile: PortalProfile, space: str) -> str:
    """Where a project states what its IRIs begin with."""
    for parsed in profile.graph.all_files:
        for triple in parsed.triples:
            if triple.predicate == terms.URI_SPACE and getattr(triple.object, "value", "") == space:
                place = profile.graph.places.find(*map(str, triple), path=parsed.path)
                return f"{profile.name}/{place or parsed.path}"
    return profile.name


def _same_name(name: str, first: str, second: str) -> _SameError:
    return _SameError(
        f"two projects are called {name}: {first} and {second}",
        hint=f"give one of them another name in its {SETTINGS_FILE}: [project] name",
    )


def _conforming(project: Project) -> CheckedGraph:
    """A project's graph, checked by its own shapes and rules."""
    checked = check_graph(load_graph(project), CheckOptions())
    if not checked.report.conforms:
        errors = tuple(one for one in checked.report.findings if one.severity is Severity.ERROR)
        raise FindingsError(
            f"{project.settings.name}: it does not conform: {counted(len(errors), 'error')}",
            errors,
            hint=f"scograph check {project.root}",
        )
    return checked


def _opened(root: Path, name: str) -> Project:
    """A project of a portal, by its path or by the name of an installed one."""
    builtin = Project.builtin()
    if name == builtin.settings.name:
        return builtin
    folder = Path(os.path.normpath(root / name))
    if leads_out(folder, Path(os.path.realpath(root)).parent):
        raise UsageError(
            f"portal.projects has {name!r}, which lies neither in the portal's folder nor beside it",
            hint=f"put the projects beside each other; or, if you trust it, name the folder in {ALLOWED_LINKS}",
            place=place_of_key(root / SETTINGS_FILE, "projects"),
        )
    return Project.open(folder)
