"""The table of recorded fits of a source made again: a row for each stated claim that the words at hand say."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from scograph.checks.evidence import ClaimEvidence, JudgedClaim, Shown
from scograph.checks.fit import fit_finding
from scograph.checks.recorded import rows_now
from scograph.checks.source_texts import source_texts
from scograph.edit.changes import FileChange
from scograph.edit.document import Document
from scograph.errors import RdfSyntaxError
from scograph.fit.table import FitRow, fit_table
from scograph.graph import Graph, load_graph
from scograph.labels import Labels
from scograph.layout import SourceDocument
from scograph.model import Finding
from scograph.project import FIT_FILE, Project, read_bytes
from scograph.texts import TextArchive, digest_of


@dataclass(frozen=True, slots=True)
class Recording:
    """What is recorded of some sources.

    Args:
        changes: The changes of their tables.
        unsaid: The stated claims that the words at hand do not say.
        graph: The graph as it will be; None where it cannot be read.
        reason: Why nothing is recorded; empty where it is.
    """

    changes: tuple[FileChange, ...] = ()
    unsaid: tuple[JudgedClaim, ...] = ()
    graph: Graph | None = None
    reason: str = ""

    def findings(self) -> tuple[Finding, ...]:
        """The claims that the words do not say, at their facts.

        The files must be as they are to be: the places are looked up in them.
        """
        if self.graph is None:
            return ()
        labels = Labels(self.graph)
        found = (
            fit_finding(one, one.verdict.missing if one.verdict else (), self.graph, labels) for one in self.unsaid
        )
        return tuple(sorted(found, key=Finding.sort_key))


def record_fits(
    project: Project,
    sources: Iterable[str],
    changes: Sequence[FileChange],
    text_of: Callable[[str], str | None],
) -> Recording:
    """Make the tables of sources again.

    A claim whose passage has its words at hand gets a row if they say it. One whose words are not at hand keeps its row
    as long as the row agrees with the passage.

    Args:
        project: The project.
        sources: The source.ttl of each source, relative to the project.
        changes: The changes of an edit that are to be written together with the tables.
        text_of: Gives a text by its SHA-256; None where it is not at hand.

    Returns:
        The changes of the tables, and what the words do not say.
    """
    wanted = frozenset(sources)
    after: Mapping[str, bytes | None] = {change.path: change.after for change in changes}
    try:
        graph = load_graph(project, after)
    except RdfSyntaxError as error:
        return Recording(reason=f"a file cannot be read: {error.findings[0].place}: {error.findings[0].message}")
    if graph.problems:
        first = graph.problems[0]
        return Recording(reason=f"a file has not its place: {first.place}: {first.message}")
    evidence = ClaimEvidence(graph, source_texts(graph), text_of)
    tables: list[FileChange] = []
    unsaid: list[JudgedClaim] = []
    for source, recorded in zip(graph.sources, evidence.recorded, strict=True):
        if source.parsed.path not in wanted:
            continue
        judged = tuple(evidence.claims_of(frozenset(source.passages.values())))
        unsaid += [one for one in judged if one.verdict and not one.verdict.is_shown]
        rows = _rows(source, judged, {iri: row for iri, (row, _) in recorded.agreeing.items()})
        before = read_bytes(project.folder / recorded.path) if recorded.table else None
        tables.append(FileChange(recorded.path, before, fit_table(rows) if rows else None))
    at_hand = tuple(one for one in unsaid if one.claim.passage in evidence.whole)
    return Recording(tuple(change for change in tables if change.before != change.after), at_hand, graph)


def has_table(document: Document) -> bool:
    """Whether a source has a table of recorded fits."""
    return (document.project.folder / document.path).with_name(FIT_FILE).is_file()


def recorded_with(document: Document, changes: Sequence[FileChange], text: str = "") -> Recording:
    """What is to be recorded with an edit of a source: where it has a table, or a text is new.

    Args:
        document: The document that is edited.
        changes: The changes of the edit.
        text: A text that the archive does not have yet.

    Returns:
        The changes of the table; none where nothing changes.
    """
    changed = any(change.before != change.after for change in changes)
    if not changed or not (text or has_table(document)):
        return Recording()
    archive, digest = TextArchive(document.project), digest_of(text)
    return record_fits(
        document.project,
        [document.path],
        changes,
        lambda sha256: text if text and sha256 == digest else archive.text(sha256),
    )


def _rows(source: SourceDocument, claims: Iterable[JudgedClaim], kept: Mapping[str, FitRow]) -> list[FitRow]:
    now = rows_now(source)
    found = []
    for one in claims:
        iri = one.claim.iri.value
        passage = now.get(one.claim.passage)
        if one.shown is Shown.TEXT and passage:
            found.append(replace(passage, claim=iri.partition("#")[2]))
        elif one.shown is Shown.RECORDED:
            found.append(kept[iri])
    return found
