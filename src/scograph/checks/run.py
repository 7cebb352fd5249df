"""One run of the checks over a graph: its options, and the store, answers and source texts that several checks need."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

from pyoxigraph import NamedNode

from scograph.bounded import NEVER, Deadline, TaskLimits, run_tasks
from scograph.checks.evidence import ClaimEvidence
from scograph.checks.findings import ValidationContext
from scograph.checks.questions import (
    AnswerOrError,
    Question,
    QuestionAnswer,
    answer_questions,
    question_tasks,
    read_questions,
)
from scograph.checks.session_profile import KeptProfile
from scograph.checks.shacl.validation import Validation
from scograph.checks.source_texts import SourceText, source_texts
from scograph.graph import Graph
from scograph.model import in_default_graph
from scograph.stores.embedded import EmbeddedStore
from scograph.texts import texts_by_digest


@dataclass(frozen=True, slots=True)
class CheckOptions:
    """How checks are run.

    Args:
        texts: Source texts by their names in messages, to verify the passages against.
        engine: One of `shacl.validation.ENGINES`; with `both`, each difference of the two is a finding.
        archived: Gives a source text of the project's archive by its SHA-256; None where it is not there.
        shows_every_row: Whether each row by which an answer differs is written out, not only the first of each kind.
        deadline: When the checks must be over: constraints, rules and questions not evaluated then are findings.
        lists_unread: Whether claims that no reading covers are findings.
    """

    texts: Mapping[str, bytes] = field(default_factory=dict)
    engine: str = "scograph"
    deadline: Deadline = NEVER
    archived: Callable[[str], str | None] = lambda _: None
    lists_unread: bool = False
    shows_every_row: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """A query that is asked.

    Args:
        text: The query.
        prefixes: Prefixes that it need not declare.
        task: What evaluates it.
    """

    text: str
    prefixes: Mapping[str, str]
    task: Callable[[], Any]


class Kept(Protocol):
    """What a session knows of the run before (`session`)."""

    @property
    def triples(self) -> int:
        """How many triples the published default graph has."""

    @property
    def subjects(self) -> set[str]:
        """The IRIs that the published default graph, the ontology and what it imports say something of."""

    @property
    def profile(self) -> KeptProfile:
        """What breaks the OWL profile."""

    @property
    def store(self) -> EmbeddedStore:
        """The published dataset."""

    @property
    def store_with_ontology(self) -> EmbeddedStore:
        """The published dataset, and the ontology in its default graph."""

    def loaded_store(self) -> EmbeddedStore:
        """The published dataset, with the names of blank nodes that it has where all files are loaded now."""

    def asked(self, kind: str, queries: Sequence[Asked], limits: TaskLimits) -> list[tuple[int, Any]]:
        """The answers of queries, each with its number, as `run_tasks` gives them."""

    def validated(self) -> tuple[Validation, ValidationContext]:
        """What shapes find in the graph, and where data and shapes stand."""


class CheckRun:
    """One run of the checks of a graph: every check takes it.

    Args:
        graph: The graph.
        options: How the checks are run.
        kept: What is known of the run before; None for a run that begins with nothing.
    """

    def __init__(self, graph: Graph, options: CheckOptions | None = None, kept: Kept | None = None) -> None:
        self.graph = graph
        self.options = options or CheckOptions()
        self.kept = kept
        self.notes: list[str] = []
        """What was not checked, or with another engine than asked for, and why."""
        self.are_shapes_flawed = False
        """Whether shapes, or parts of them, were left out since something is wrong with them."""

    @cached_property
    def store(self) -> EmbeddedStore:
        """The published dataset in Oxigraph."""
        return self.kept.store if self.kept else EmbeddedStore(self.graph.quads())

    @property
    def triples(self) -> int:
        """How many triples the published default graph has."""
        return self.kept.triples if self.kept else len(self.graph.default_graph())

    @property
    def described(self) -> set[str]:
        """The IRIs that the published default graph, the ontology and what it imports say something of."""
        if self.kept:
            return self.kept.subjects
        said = (*self.graph.default_graph(), *self.graph.ontology_with_imports)
        return {triple.subject.value for triple in said if isinstance(triple.subject, NamedNode)}

    @contextmanager
    def store_with_ontology(self) -> Iterator[EmbeddedStore]:
        """The same for the length of a block, with the ontology in the default graph."""
        if self.kept:
            yield self.kept.store_with_ontology
            return
        with self.store.including(in_default_graph(self.graph.ontology)) as store:
            yield store

    def asked(self, kind: str, queries: Sequence[Asked], limits: TaskLimits) -> list[tuple[int, Any]]:
        """Ask queries one after the other, each within the limits.

        Args:
            kind: What they are asked for: rules, questions.
            queries: The queries.
            limits: What each may take.

        Returns:
            The number of each with what its task gives, or with `Unfinished`.
        """
        if self.kept:
            return self.kept.asked(kind, queries, limits)
        return list(run_tasks([query.task for query in queries], limits))

    @cached_property
    def questions(self) -> tuple[Question, ...]:
        """The questions of the project, by file name."""
        return tuple(read_questions(self.graph.project))

    @cached_property
    def answers(self) -> Mapping[Path, AnswerOrError]:
        """The answer to each question that has an answer file, by the file of its query, each evaluated once."""
        answered = [question for question in self.questions if question.answer_path.is_file()]
        if not answered:
            return {}
        prefixes = self.graph.prefixes
        tasks = question_tasks(answered, self.store, prefixes)
        queries = [Asked(one.query, prefixes, task) for one, task in zip(answered, tasks, strict=True)]
        found = self.asked("questions", queries, TaskLimits(len(self.store), self.options.deadline))
        answers = {answered[index].path: answer for index, answer in found}
        unnamed = [one for one in answered if _has_blank_nodes(answers[one.path])] if self.kept else []
        if self.kept and unnamed:
            answers |= answer_questions(unnamed, self.kept.loaded_store(), prefixes, self.options.deadline)
        return answers

    @cached_property
    def source_texts(self) -> tuple[SourceText, ...]:
        """The documents whose text is described by its length, with their spans."""
        return source_texts(self.graph)

    @cached_property
    def evidence(self) -> ClaimEvidence:
        """What shows each stated claim."""
        given = texts_by_digest(self.options.texts.values())
        archived = self.options.archived
        return ClaimEvidence(self.graph, self.source_texts, lambda digest: given.get(digest) or archived(digest))


def _has_blank_nodes(answer: AnswerOrError) -> bool:
    return isinstance(answer, QuestionAnswer) and b'"bnode"' in answer.json
