"""One run of the checks over a graph: its options, and the store, answers and source texts that several checks need."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Protocol

from scograph.bounded import NEVER, Deadline
from scograph.checks.evidence import ClaimEvidence
from scograph.checks.findings import ValidationContext
from scograph.checks.questions import AnswerOrError, Question, answer_questions, read_questions
from scograph.checks.shacl.validation import Validation
from scograph.checks.source_texts import SourceText, source_texts
from scograph.graph import Graph
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


class Kept(Protocol):
    """What a session knows of the run before (`session`)."""

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
        return EmbeddedStore(self.graph.quads())

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
        return answer_questions(answered, self.store, self.graph.prefixes, self.options.deadline)

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
