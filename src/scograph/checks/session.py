"""A session: a graph that is loaded and checked once, and again after edits as far as they matter."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import chain
from typing import Any

from pyoxigraph import BlankNode, Quad

from scograph.bounded import TaskLimits
from scograph.checks import CheckedGraph, check_graph
from scograph.checks.findings import ResultFinding, ValidationContext, shapes_error
from scograph.checks.report import Report
from scograph.checks.run import Asked, CheckOptions
from scograph.checks.session_files import Changes, SessionFiles, Token, contributions, files_seen
from scograph.checks.session_profile import KeptProfile
from scograph.checks.session_queries import KeptAnswers, KeptStore
from scograph.checks.shacl.index import Index
from scograph.checks.shacl.kept import Effort, KeptValidation
from scograph.checks.shacl.model import NotImplementedFeature, Result, ShapeError
from scograph.checks.shacl.validation import Validation, run_validation
from scograph.checks.shapes import validation_context
from scograph.graph import Graph, load_graph
from scograph.model import Finding
from scograph.stores.embedded import EmbeddedStore

_SETTINGS = re.compile(r"(?:.*/)?(?:scograph\.toml|catalog-v001\.xml)")
"""Files that change how others are read: after an edit of one everything is loaded again."""


class Session:
    """A graph that is kept loaded and checked while its files are edited.

    After an edit only those checks run again, and those constraints for those focus nodes, that depend on what changed.
    The report is the one that a check of all would give.

    Args:
        graph: The graph.
        options: How it is checked.

    Raises:
        RdfSyntaxError: Files of shapes or rules cannot be evaluated.
        InputError: A file cannot be read.

    Example:
        >>> from pathlib import Path
        >>> from scograph import Project
        >>> size = Path("rivers.ttl").write_text("<https://example.org/a> <https://example.org/flowsInto> 'b' .")
        >>> session = Project.open("rivers.ttl").load().session()
        >>> session.report.triples
        1
        >>> session.apply({"rivers.ttl": b"<https://example.org/a> <https://example.org/flowsInto> 'b', 'c' ."}).triples
        2
        >>> session.refresh().triples  # the file itself was not edited
        1
    """

    def __init__(self, graph: Graph, options: CheckOptions | None = None) -> None:
        self._options = options or CheckOptions()
        self._begin(graph)

    def _begin(self, graph: Graph) -> None:
        self._files = SessionFiles(graph)
        self._seen = files_seen(graph.project.folder)
        self._kept = _KeptChecks(self._files, self._options)
        self._check()

    @property
    def graph(self) -> Graph:
        """The graph, as it was checked last.

        Example:
            >>> from scograph import Project
            >>> graph = Project.builtin().load()
            >>> graph.session().graph is graph
            True
        """
        return self._files.graph

    @property
    def report(self) -> Report:
        """The report of the last check.

        Example:
            >>> from scograph import Project
            >>> Project.builtin().load().session().report.conforms
            True
        """
        return self.checked.report

    @property
    def effort(self) -> Effort:
        """What the last edit made run: pairs of constraint and focus node, and constraints that ran whole.

        Example:
            >>> from scograph import Project
            >>> session = Project.builtin().load().session()
            >>> report = session.apply({})
            >>> session.effort.pairs
            0
        """
        return self._kept.effort

    def apply(self, changes: Mapping[str, bytes | None]) -> Report:
        """Take edits of files that need not be saved yet, and check.

        Args:
            changes: The bytes of RDF files, by their paths relative to the project; None for a file that is removed.
                They count until `refresh`.

        Returns:
            The report that a check of everything would give.

        Raises:
            RdfSyntaxError: Files break their grammar, or files of shapes or rules cannot be evaluated; `findings` has
                each fault. The next edit goes on from there.
            InputError: A file cannot be read.

        Example:
            >>> from scograph import Project
            >>> session = Project.builtin().load().session()
            >>> name = session.graph.facts_files[0].parsed.path
            >>> session.apply({name: None}).triples < session.apply({name: session.content(name)}).triples
            True
        """
        return self._update({**self._files.given, **changes}, changes)

    def refresh(self) -> Report:
        """Take what the files have become, in place of what `apply` was given, and check.

        Returns:
            The report that a check of everything would give.

        Raises:
            RdfSyntaxError: As for `apply`.
            InputError: A file cannot be read.

        Example:
            >>> from scograph import Project
            >>> session = Project.builtin().load().session()
            >>> session.refresh() == session.report
            True
        """
        seen = files_seen(self.graph.project.folder)
        before = self._seen
        touched = {path for path in {*before, *seen} if before.get(path) != seen.get(path)}
        if any(map(_SETTINGS.fullmatch, touched)):
            self._begin(_loaded_again(self.graph))
            return self.report
        self._seen = seen
        return self._update({}, {*touched, *self._files.given})

    def content(self, path: str) -> bytes:
        """The bytes of a file as the session has them.

        Args:
            path: The file, relative to the project.

        Returns:
            What `apply` was given for it, else what the file has.

        Example:
            >>> from pathlib import Path
            >>> from scograph import Project
            >>> size = Path("rivers.ttl").write_text("<https://example.org/a> <https://example.org/flowsInto> 'b' .")
            >>> session = Project.open("rivers.ttl").load().session()
            >>> report = session.apply({"rivers.ttl": b""})
            >>> session.content("rivers.ttl")
            b''
        """
        return self._files.content(path)

    def _update(self, given: Mapping[str, bytes | None], touched: Iterable[str]) -> Report:
        self._files.given = dict(given)
        graph = self._files.load(touched)
        if graph.imports.read or self.graph.imports.read:
            graph = _loaded_again(self.graph, given)
            given_before = self._files.given
            self._begin(graph)
            self._files.given = given_before
            return self.report
        self._kept.follow(self._files.take(graph))
        self._check()
        return self.report

    def _check(self) -> None:
        checked = check_graph(self.graph, self._options, None if self.graph.problems else self._kept)
        named = self._files.said_first()
        findings = (_renamed(finding, named) for finding in checked.report.findings)
        report = replace(checked.report, findings=tuple(sorted(findings, key=Finding.sort_key)))
        self.checked: CheckedGraph = replace(checked, report=report)


class _KeptChecks:
    """What is known of the last check of a session.

    Args:
        files: The files.
        options: How they are checked.
    """

    def __init__(self, files: SessionFiles, options: CheckOptions) -> None:
        self._files = files
        self._options = options
        self._of_shapes = Effort()
        self._data = Index()
        self._more: Counter[Token] = Counter()
        """Of triples that several files say: how many files more than one."""
        seen: set[Token] = set()
        for part in contributions(files.graph):
            tokens = part.tokens()
            new = [one for one in tokens if one not in seen]
            self._more.update(one for one in tokens if one in seen)
            seen.update(new)
            self._data.add_lines(f"{' '.join(one)} ." for one in new)
        self._shapes: Index | None = None
        self._prefixes: Mapping[str, str] = {}
        self._validation: KeptValidation | None = None
        self._stores: dict[bool, KeptStore] = {}
        """The published dataset: without and with the ontology."""
        self._answers = KeptAnswers()
        self.profile = KeptProfile()

    @property
    def effort(self) -> Effort:
        """What the last edit made run."""
        return replace(self._of_shapes, queries=self._answers.run)

    @property
    def triples(self) -> int:
        """How many triples the published default graph has."""
        return self._store(with_ontology=False).in_default_graph

    @property
    def subjects(self) -> set[str]:
        """The IRIs that the published default graph, the ontology and what it imports say something of."""
        found = {subject for one in self._data.predicates for subject in self._data.forward(one)}
        return {subject[1:-1] for subject in found if subject[0] == "<"}

    @property
    def store(self) -> EmbeddedStore:
        """The published dataset."""
        return self._store(with_ontology=False).store

    @property
    def store_with_ontology(self) -> EmbeddedStore:
        """The published dataset, and the ontology in its default graph."""
        return self._store(with_ontology=True).store

    def loaded_store(self) -> EmbeddedStore:
        """The published dataset, with the names of blank nodes that it has where all files are loaded now."""
        named = self._files.said_first()

        def renamed(term: Any) -> Any:  # noqa: ANN401 -- any term
            return BlankNode(named(str(term))[2:]) if isinstance(term, BlankNode) else term

        return EmbeddedStore(Quad(*map(renamed, quad)) for quad in self._files.graph.quads())

    def _store(self, *, with_ontology: bool) -> KeptStore:
        if with_ontology not in self._stores:
            parts = contributions(self._files.graph)
            quads = (quad for part in parts for quad in part.published())
            more = (quad for part in parts if with_ontology for quad in part.ontology())
            self._stores[with_ontology] = KeptStore(chain(quads, more))
        return self._stores[with_ontology]

    def asked(self, kind: str, queries: Sequence[Asked], limits: TaskLimits) -> list[tuple[int, Any]]:
        """The answers of queries, each with its number, as `run_tasks` gives them."""
        return self._answers.asked(kind, queries, limits)

    def follow(self, changes: Changes) -> None:
        """Take what the graph has become."""
        self._answers.forget(changes.reads)
        for with_ontology, store in self._stores.items():
            net = Counter(changes.published)
            net.update(changes.ontology if with_ontology else {})
            store.change(net)
        added: list[Token] = []
        removed: list[Token] = []
        for token, count in changes.data.items():
            before = int(self._data.has(*token)) + self._more[token]
            after = before + count
            self._more[token] = max(0, after - 1)
            if not self._more[token]:
                del self._more[token]
            if after and not before:
                added.append(token)
            elif before and not after:
                removed.append(token)
        if changes.are_shapes_changed:
            self._shapes = None
        self.profile.follow(self._data, added, removed, partial(self._change, added, removed))

    def _change(self, added: list[Token], removed: list[Token]) -> None:
        if self._validation is None or self._shapes is None:
            self._data.add(added)
            self._data.remove(removed)
        else:
            self._validation.change(added, removed, self._options.deadline)
            self._of_shapes = self._validation.effort

    def validated(self) -> tuple[Validation, ValidationContext]:
        """What shapes find in the graph, and where data and shapes stand."""
        graph = self._files.graph
        prefixes = graph.prefixes
        if self._prefixes != prefixes:
            self._shapes = None
        context = validation_context(graph, self._data, self._shapes)
        try:
            if self._options.engine != "scograph":
                options = self._options
                return run_validation(
                    self._data, context.shapes, engine=options.engine, prefixes=prefixes, deadline=options.deadline
                ), context
            if self._shapes is None or self._validation is None:
                self._validation = KeptValidation(self._data, context.shapes, prefixes, self._options.deadline)
                self._of_shapes = self._validation.effort
                self._shapes, self._prefixes = context.shapes, prefixes
        except NotImplementedFeature:
            self._validation = None
            return run_validation(self._data, context.shapes, prefixes=prefixes), context
        except ShapeError as error:
            raise shapes_error(error, context.in_shapes) from error
        return self._validation.validation, context


def _loaded_again(graph: Graph, given: Mapping[str, bytes | None] | None = None) -> Graph:
    """The project of a graph, read anew with its settings."""
    project = type(graph.project).open(graph.project.root, graph.project.options)
    loaded = load_graph(project, given or {})
    return replace(graph, **{name: getattr(loaded, name) for name in loaded.__dataclass_fields__})


def _renamed(finding: Finding, named: Callable[[str], str]) -> Finding:
    """A finding that calls blank nodes by other names."""
    texts = {name: getattr(finding, name) for name in ("message", "hint", "focus", "path", "value", "note")}
    if not any("_:" in text for text in texts.values()) and not finding.details:
        return finding
    changed: dict[str, Any] = {name: named(text) for name, text in texts.items()}
    details = tuple(_renamed(one, named) for one in finding.details)
    if isinstance(finding, ResultFinding):
        return replace(finding, **changed, details=details, result=_renamed_result(finding.result, named))
    return replace(finding, **changed, details=details)


def _renamed_result(result: Result, named: Callable[[str], str]) -> Result:
    return replace(
        result,
        focus=named(result.focus),
        value=None if result.value is None else named(result.value),
        messages=tuple(map(named, result.messages)),
        details=tuple(_renamed_result(one, named) for one in result.details),
    )
