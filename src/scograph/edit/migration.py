"""A project of the version before editions, taken over: what documents said of their texts moves to editions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode, Triple

from scograph import terms
from scograph.edit.changes import FileChange
from scograph.edit.document import edition_iri
from scograph.edit.turtle_edits import edited_turtle
from scograph.errors import InputError, RdfSyntaxError
from scograph.formats import TURTLE
from scograph.layout import is_source_file
from scograph.model import Place
from scograph.parse import parse_rdf
from scograph.project import Project, compression_of, read_bytes
from scograph.read_options import NO_BASE
from scograph.texts import DIGITS


@dataclass(frozen=True, slots=True)
class Migration:
    """What changes in one file.

    Args:
        change: The file, before and after.
        edition: The edition that is made.
        extent: How much of the document was read: `whole` where its text was kept, else `excerpt`.
    """

    change: FileChange
    edition: NamedNode
    extent: str


def migrations(project: Project) -> tuple[Migration, ...]:
    """What takes a project of the last version over.

    Each source.ttl whose document states a digest, a length or a day of retrieval gets an edition with these, and its
    passages and ignored spans stand in it. All else stays as it is, and so do the IRIs of passages and claims.

    Args:
        project: The project.

    Returns:
        One entry for each file that changes, by path; nothing where the project is of this version.

    Raises:
        RdfSyntaxError: A file breaks the grammar.
        InputError: A document states a length and neither digest nor day, so that its edition has no name; or the file
            is compressed.
    """
    found = []
    for path in project.data_files():
        shown = project.relative(path)
        if is_source_file(shown):
            one = migrated(read_bytes(path), shown, is_compressed=bool(compression_of(path)))
            if one:
                found.append(one)
    return tuple(found)


def migrated(data: bytes, path: str, *, is_compressed: bool = False) -> Migration | None:
    """Take one description of a document over.

    Args:
        data: The bytes of source.ttl.
        path: The file, as messages show it.
        is_compressed: Whether the file is compressed, and so cannot be edited.

    Returns:
        The change, or None where the document says nothing that an edition says.

    Raises:
        RdfSyntaxError: The file breaks the grammar.
        InputError: The edition would have no name, the file is compressed, or the edit would say something else.

    >>> old = b'''@prefix scog: <https://w3id.org/scograph/ontology#> .
    ...
    ... <https://example.org/notes>
    ...     a scog:SourceDocument ;
    ...     scog:retrievedOn "2026-11-30"^^<http://www.w3.org/2001/XMLSchema#date> .
    ... '''
    >>> migrated(old, "source.ttl").edition.value
    'https://example.org/notes/edition/2026-11-30'
    """
    parsed = parse_rdf(data, TURTLE, path, base=NO_BASE)
    if parsed.errors:
        raise RdfSyntaxError(parsed.errors)
    triples = set(parsed.triples)
    document = next(
        (t.subject for t in parsed.triples if t.predicate == terms.TYPE and t.object == terms.SOURCE_DOCUMENT), None
    )
    moved = {t for t in triples if t.subject == document and t.predicate in terms.OF_AN_EDITION}
    if not moved or not isinstance(document, NamedNode):
        return None
    if is_compressed:
        raise InputError(
            "a compressed description of a document cannot be edited", hint="unpack it first", place=Place(path)
        )
    edition, extent = _named(document, moved, path)
    added = [*_of_the_edition(document, edition, extent, moved), *_of_the_parts(document, edition, triples)]
    return Migration(FileChange(path, data, edited_turtle(data, moved, added, path=path)), edition, extent)


def _named(document: NamedNode, moved: Iterable[Triple], path: str) -> tuple[NamedNode, str]:
    """The edition's IRI, and its extent."""
    values = {t.predicate: t.object.value for t in moved if isinstance(t.object, Literal)}
    if digest := values.get(terms.SHA256, ""):
        return edition_iri(document, None, digest[:DIGITS]), "whole"
    if day := values.get(terms.RETRIEVED_ON, ""):
        return edition_iri(document, None, day), "excerpt"
    raise InputError(
        f"{document} has a length, and neither a digest nor a day: nothing names its edition",
        hint="add scog:sha256 or scog:retrievedOn",
        place=Place(path),
    )


def _of_the_edition(document: NamedNode, edition: NamedNode, extent: str, moved: Iterable[Triple]) -> Iterator[Triple]:
    yield Triple(document, terms.HAS_NEWEST_EDITION, edition)
    yield Triple(edition, terms.TYPE, terms.EDITION)
    yield Triple(edition, terms.IS_EDITION_OF, document)
    yield Triple(edition, terms.HAS_EXTENT, NamedNode(terms.EXTENT + extent))
    for triple in sorted(moved, key=str):
        yield Triple(edition, triple.predicate, triple.object)


def _of_the_parts(document: NamedNode, edition: NamedNode, triples: Iterable[Triple]) -> Iterator[Triple]:
    parts = {t.subject for t in triples if t.predicate in terms.PART_OF and t.object == document}
    for part in sorted((part for part in parts if isinstance(part, NamedNode)), key=str):
        yield Triple(part, terms.STANDS_IN, edition)
        yield Triple(part, terms.IS_PLACED_IN, edition)
