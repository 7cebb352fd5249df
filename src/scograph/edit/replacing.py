"""Deprecated terms in the data of a project, replaced by what dcterms:isReplacedBy names; claims keep their records."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from scograph import terms
from scograph.claims import HEX_DIGITS, claim_iri
from scograph.edit.changes import FileChange
from scograph.edit.turtle_edits import edited_turtle
from scograph.errors import InputError
from scograph.fit.table import FitRow, fit_table, read_fit_table
from scograph.formats import TURTLE
from scograph.graph import Graph, load_graph
from scograph.layout import FactsFile
from scograph.model import Place, Term
from scograph.project import FIT_FILE, Project, compression_of, format_of, read_bytes

_DEPRECATED = NamedNode(terms.OWL + "deprecated")
_IS_REPLACED_BY = NamedNode(terms.DCTERMS + "isReplacedBy")
_CONCEPT = NamedNode(terms.SKOS + "Concept")
_OF_CLAIMS = frozenset((terms.COVERS, terms.CARRIES_OVER))


@dataclass(frozen=True, slots=True)
class Replacing:
    """What is replaced in a project.

    Args:
        changes: The files, before and after.
        terms: Each deprecated term that was used, with what takes its place.
        statements: How many statements used one.
    """

    changes: tuple[FileChange, ...] = ()
    terms: Mapping[NamedNode, NamedNode] | None = None
    statements: int = 0


def replaced_terms(project: Project, changed: Iterable[FileChange] = ()) -> Replacing:
    """Find the data that use deprecated classes, properties and concepts, and what they are to say instead.

    A term is replaced where its vocabulary says `owl:deprecated true` and names one by `dcterms:isReplacedBy`, which is
    followed as long as that is deprecated too. The description of a deprecated term itself stays. A claim has another
    IRI where its statement changes; readings and recorded fits that name it follow.

    Args:
        project: The project.
        changed: Changes of files that come before.

    Returns:
        The changes, with those that came before in them.

    Raises:
        InputError: A file that cannot be edited uses a deprecated term: it is no Turtle, or compressed, or a blank node
            uses it.
    """
    before = {change.path: change for change in changed}
    graph = load_graph(project)
    new = _replacements(graph)
    if not new:
        return Replacing(tuple(before.values()))
    concepts: set[Term] = {t.subject for t in graph.ontology if t.predicate == terms.TYPE and t.object == _CONCEPT}
    files = {file.parsed.path: file for file in graph.facts_files}
    parsed = [*(file.parsed for file in files.values()), *(source.parsed for source in graph.sources)]
    statements: dict[str, dict[Triple, Triple]] = {}
    for one in parsed:
        found = {t: _said_anew(t, new, concepts) for t in one.triples if t.subject not in new}
        statements[one.path] = {old: said for old, said in found.items() if said != old}
    claims = _claims(statements, files)
    for source in graph.sources:
        for triple in source.parsed.triples:
            if triple.predicate in _OF_CLAIMS and isinstance(triple.object, NamedNode) and triple.object in claims:
                renamed = Triple(triple.subject, triple.predicate, claims[triple.object])
                statements[source.parsed.path][triple] = renamed
    for path, said in statements.items():
        if said:
            before[path] = _edited(project, path, said, before.get(path))
    for source in graph.sources:
        table = _table(project, str(PurePosixPath(source.parsed.path).parent / FIT_FILE), claims)
        if table is not None:
            before[table.path] = table
    every = [old for said in statements.values() for old in said if old.predicate not in _OF_CLAIMS]
    used = {node for old in every for node in (old.predicate, old.object) if isinstance(node, NamedNode)}
    changes = tuple(before[path] for path in sorted(before))
    return Replacing(changes, {node: new[node] for node in used & new.keys()}, len(every))


def _replacements(graph: Graph) -> dict[NamedNode, NamedNode]:
    """What takes the place of each deprecated term that names one, to the end of the chain."""
    deprecated = {t.subject for t in graph.ontology if t.predicate == _DEPRECATED and _is_true(t.object)}
    named: dict[Term, set[NamedNode]] = {}
    for triple in graph.ontology:
        if triple.predicate == _IS_REPLACED_BY and isinstance(triple.object, NamedNode):
            named.setdefault(triple.subject, set()).add(triple.object)
    found: dict[NamedNode, NamedNode] = {}
    for start in deprecated:
        node, seen = start, {start}
        while node in deprecated and len(named.get(node, ())) == 1:
            (node,) = named[node]
            if node in seen:
                break
            seen.add(node)
        if isinstance(start, NamedNode) and isinstance(node, NamedNode) and node not in deprecated:
            found[start] = node
    return found


def _is_true(term: Term) -> bool:
    return isinstance(term, Literal) and term.value in {"true", "1"}


def _said_anew(triple: Triple, new: Mapping[NamedNode, NamedNode], concepts: Collection[Term]) -> Triple:
    """A statement without deprecated terms: its property, its class, or a concept that is its value."""
    value = triple.object
    is_term = triple.predicate == terms.TYPE or value in concepts
    said = new.get(value, value) if isinstance(value, NamedNode) and is_term else value
    return Triple(triple.subject, new.get(triple.predicate, triple.predicate), said)


def _claims(
    statements: Mapping[str, Mapping[Triple, Triple]], files: Mapping[str, FactsFile]
) -> dict[NamedNode, NamedNode]:
    """The new IRI of each claim whose statement changes."""
    found: dict[NamedNode, NamedNode] = {}
    for path, said in statements.items():
        file = files.get(path)
        if file is not None and file.passage is not None:
            for old, new in said.items():
                basis = terms.basis(file.basis)
                found[claim_iri(old, file.passage, basis)] = claim_iri(new, file.passage, basis)
    return found


def _edited(project: Project, path: str, said: Mapping[Triple, Triple], change: FileChange | None) -> FileChange:
    file = project.folder / path
    if format_of(file) is not TURTLE or compression_of(file):
        raise InputError(
            "a deprecated term is used in a file that cannot be edited",
            hint=f"write it by hand: {_shown(next(iter(said.items())))}",
            place=Place(path),
        )
    blank = next((old for old in said if any(isinstance(node, BlankNode) for node in (old.subject, old.object))), None)
    if blank is not None:
        raise InputError(
            "a deprecated term is used with a blank node, which an edit cannot name",
            hint=f"write it by hand: {_shown((blank, said[blank]))}",
            place=Place(path),
        )
    data = read_bytes(file)
    now = change.after if change is not None and change.after is not None else data
    after = edited_turtle(now, said.keys(), said.values(), path=path)
    return FileChange(path, change.before if change is not None else data, after)


def _shown(said: tuple[Triple, Triple]) -> str:
    old, new = said
    return f"{new.predicate} {new.object} instead of {old.predicate} {old.object}"


def _table(project: Project, path: str, claims: Mapping[NamedNode, NamedNode]) -> FileChange | None:
    """The table of recorded fits with the new names of claims; nothing where it names none of them, or is at fault."""
    file = project.folder / path
    if not claims or not file.is_file():
        return None
    data = read_bytes(file)
    table = read_fit_table(data, path)
    digits = {old.value[-HEX_DIGITS:]: new.value[-HEX_DIGITS:] for old, new in claims.items()}
    rows = [row for _, row in table.rows]
    if table.faults or not any(row.claim in digits for row in rows):
        return None
    renamed = (
        FitRow(digits.get(one.claim, one.claim), one.passage, one.edition, one.start, one.end, one.sha256)
        for one in rows
    )
    return FileChange(path, data, fit_table(renamed))
