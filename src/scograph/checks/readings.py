"""Readings: claims that rest on edited words and are to be read again, readings of claims that are no more, readers."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Set as AbstractSet

from pyoxigraph import Literal, NamedNode

from scograph import terms
from scograph.checks.run import CheckRun
from scograph.claims import can_be_claimed, claim_iri
from scograph.layout import FactsFile, SourceDocument
from scograph.messages import did_you_mean
from scograph.model import Finding, Place, Severity
from scograph.readings import readings_of

_OF_CLAIMS = {
    terms.COVERS: (Severity.ERROR, "read"),
    terms.CARRIES_OVER: (Severity.WARNING, "carried over to be read"),
}
"""What a source.ttl says of claims: how bad it is if a claim is no more, and in words."""


def check_readings(run: CheckRun) -> Iterator[Finding]:
    """Find the claims to be read again, and readings of claims that are no more or by a reader who is not declared.

    A fact that was right of the old words may be wrong of the new ones, and who read a fact has not read the one that
    took its place. Read the words, change what they do not say, and record it with `scograph source read`.

    Args:
        run: The graph, and how it is checked.

    Returns:
        T01 for each asserted claim that a passage carries over and no reading covers, at the fact; T02 for a claim that
        a reading covers or a passage carries over, and that is no more, at that line; T03 for a reader that
        scograph.toml does not declare. If claims that nobody has read are asked for: T04 for each interpreted claim
        without a reading whose note says what is interpreted, and how; T05 for each other asserted claim that no
        reading covers.
    """
    graph = run.graph
    covered: set[str] = set()
    carried: set[str] = set()
    revised: dict[NamedNode, str] = {}
    known = {claim.iri.value for claim in graph.claims}
    for source in graph.sources:
        yield from _without_claim(run, source, known)
        yield from _undeclared_readers(run, source)
        stated = (triple.object for triple in source.parsed.triples if triple.predicate == terms.COVERS)
        covered |= {claim.value for claim in stated if isinstance(claim, NamedNode)}
        moved = (triple.object for triple in source.parsed.triples if triple.predicate == terms.CARRIES_OVER)
        carried |= {claim.value for claim in moved if isinstance(claim, NamedNode)}
        revised |= _revised(source)
    for file in graph.facts_files:
        if file.is_asserted and file.passage is not None and carried:
            yield from _unread(run, file, revised.get(file.passage, "before"), carried - covered)
    if run.options.lists_unread:
        yield from _never_read(run, covered)


def _never_read(run: CheckRun, covered: AbstractSet[str]) -> Iterator[Finding]:
    """The asserted claims that no reading covers, and the interpreted ones that none explains."""
    explained = readings_of(run.graph).explained
    for file in run.graph.facts_files:
        if file.passage is None or not file.is_asserted:
            continue
        is_interpreted = file.basis == "interpreted"
        option = " --notes-from-comments" if is_interpreted else ""
        for triple in dict.fromkeys(file.parsed.triples):
            if not can_be_claimed(triple):
                continue
            iri = claim_iri(triple, file.passage, terms.basis(file.basis)).value
            if iri in (explained if is_interpreted else covered):
                continue
            subject, predicate, value = map(str, triple)
            place = run.graph.places.find(subject, predicate, value, path=file.parsed.path)
            yield Finding(
                Severity.WARNING if is_interpreted else Severity.INFO,
                "T04" if is_interpreted else "T05",
                "interpreted, and no reading says what is interpreted, and how"
                if is_interpreted
                else "nobody has held it against the words of its passage",
                f"scograph source read {file.source} --reader HANDLE{option}",
                focus=subject.strip("<>"),
                path=predicate[1:-1],
                value=value,
                place=place or Place(file.parsed.path),
            )


def _unread(run: CheckRun, file: FactsFile, old: str, unread: AbstractSet[str]) -> Iterator[Finding]:
    """The claims of a file that were carried over and that no reading covers."""
    if file.passage is None:
        return
    basis = terms.basis(file.basis)
    for triple in dict.fromkeys(file.parsed.triples):
        if not can_be_claimed(triple) or claim_iri(triple, file.passage, basis).value not in unread:
            continue
        subject, predicate, value = map(str, triple)
        place = run.graph.places.find(subject, predicate, value, path=file.parsed.path)
        yield Finding(
            Severity.WARNING,
            "T01",
            f"to be read: it was carried over from passage {old}, whose words were edited to those of this one",
            f"hold it against the new words, then run: scograph source read {file.source}",
            focus=subject.strip("<>"),
            path=predicate[1:-1],
            value=value,
            place=place or Place(file.parsed.path),
        )


def _without_claim(run: CheckRun, source: SourceDocument, known: AbstractSet[str]) -> Iterator[Finding]:
    """The claims that a file says were read or carried over, and that are no more: their facts changed or moved."""
    for subject, predicate, claim in source.parsed.triples:
        if predicate not in _OF_CLAIMS or not isinstance(claim, NamedNode) or claim.value in known:
            continue
        severity, what = _OF_CLAIMS[predicate]
        passage, name = claim.value.partition("#")[0].rpartition("/")[2], source.parsed.path.split("/")[-2]
        yield Finding(
            severity,
            "T02",
            f"a fact of passage {passage} was {what}, and is no more: it was changed, moved or removed since",
            f"hold what is there now against the words: scograph source read {name} {passage} --reader HANDLE records "
            "it, and takes this line out; if no fact rests on the passage any more, take it out by hand",
            focus=str(subject).strip("<>"),
            path=predicate.value,
            value=str(claim),
            place=run.graph.places.find(str(subject), str(predicate), str(claim), path=source.parsed.path)
            or Place(source.parsed.path),
        )


def _undeclared_readers(run: CheckRun, source: SourceDocument) -> Iterator[Finding]:
    """The readers in a file that the settings do not declare."""
    declared = dict(run.graph.project.settings.readers)
    for reading, predicate, reader in source.parsed.triples:
        if predicate != terms.READER or not isinstance(reader, Literal) or reader.value in declared:
            continue
        hint = f'declare it in scograph.toml, below [readers]: {reader.value} = "person", or "program"'
        yield Finding(
            Severity.WARNING,
            "T03",
            f"no reader is called {reader.value!r}: whether it is a person or a program is not known",
            did_you_mean(reader.value, declared, hint),
            focus=str(reading).strip("<>"),
            path=predicate.value,
            value=str(reader),
            place=run.graph.places.find(str(reading), str(predicate), str(reader), path=source.parsed.path)
            or Place(source.parsed.path),
        )


def _revised(source: SourceDocument) -> dict[NamedNode, str]:
    """The passages of a document that are revisions, each with the number of the first that it revises."""
    found: dict[NamedNode, str] = {}
    for triple in source.parsed.triples:
        new, old = triple.subject, triple.object
        if triple.predicate == terms.IS_REVISION_OF and isinstance(new, NamedNode) and isinstance(old, NamedNode):
            found.setdefault(new, old.value.rpartition("/")[2])
    return found
