"""The imports of ontologies and shapes: owl:imports, followed to the files at hand (OWL 2 Syntax, clause 3.4)."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from pyoxigraph import NamedNode, Quad

from scograph.bounds import IMPORTED_FILES
from scograph.catalogs import catalog_entry
from scograph.errors import InputError, UsageError
from scograph.read_options import ReadOptions, checked_import, document, file_iri
from scograph.terms import OWL, TYPE

IMPORTS = NamedNode(OWL + "imports")
VERSION = NamedNode(OWL + "versionIRI")
ONTOLOGY = NamedNode(OWL + "Ontology")

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ImportingHeader:
    """What a file says of itself as an ontology.

    Args:
        names: The IRIs by which it can be imported: of the ontology, of its version, of the file.
        imports: Its owl:imports: each the subject as N-Triples writes it, and the IRI.
    """

    names: frozenset[str]
    imports: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class MissingImport:
    """An import that is not at hand.

    Args:
        importer: The subject of owl:imports, as N-Triples writes it.
        iri: What it imports.
        why: Why it was not read, if more is known than that no file has it.
    """

    importer: str
    iri: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class Imported(Generic[T]):
    """What some files import.

    Args:
        found: What was found, in the order in which it is asked for, each once.
        missing: What was not.
    """

    found: tuple[T, ...] = ()
    missing: tuple[MissingImport, ...] = ()


def header_of(quads: Iterable[Quad], path: str | Path | None = None) -> ImportingHeader:
    """What a file says of itself as an ontology.

    Args:
        quads: Its statements.
        path: Where it is, if it is a file.

    Returns:
        Its names and imports.
    """
    ontologies, versions, imports = set(), [], []
    for quad in quads:
        if quad.predicate == TYPE and quad.object == ONTOLOGY:
            ontologies.add(quad.subject)
        elif quad.predicate == VERSION and isinstance(quad.object, NamedNode):
            versions.append((quad.subject, quad.object.value))
        elif quad.predicate == IMPORTS and isinstance(quad.object, NamedNode):
            ontologies.add(quad.subject)
            imports.append((str(quad.subject), quad.object.value))
    names = {document(one.value) for one in ontologies if isinstance(one, NamedNode)}
    names.update(document(iri) for subject, iri in versions if subject in ontologies)
    return ImportingHeader(frozenset(names | ({file_iri(path)} if path else set())), tuple(dict.fromkeys(imports)))


def imported(
    roots: Iterable[ImportingHeader],
    find: Callable[[str], T | str],
    header: Callable[[T], ImportingHeader],
) -> Imported[T]:
    """Follow the imports of some files, and the imports of what they import.

    Args:
        roots: What the files say of themselves.
        find: An IRI to what has that name, or to the reason why nothing has, in words or empty.
        header: What has been found to what it says of itself.

    Returns:
        What was found, and what was not.

    Raises:
        InputError: More files are imported than the bound allows.
    """
    roots = tuple(roots)
    names = {name for root in roots for name in root.names}
    waiting = deque(pair for root in roots for pair in root.imports)
    found: list[T] = []
    missing: list[MissingImport] = []
    reasons: dict[str, str] = {}
    while waiting:
        importer, iri = waiting.popleft()
        key = document(iri)
        if key in names:
            continue
        one = reasons[key] if key in reasons else find(iri)
        if isinstance(one, str):
            reasons[key] = one
            missing.append(MissingImport(importer, iri, one))
            continue
        if len(found) >= IMPORTED_FILES.limit:
            raise InputError(
                f"more than {IMPORTED_FILES.limit:,} files are imported (bound: {IMPORTED_FILES.name})",
                hint=IMPORTED_FILES.hint,
            )
        found.append(one)
        said = header(one)
        names |= {key, *said.names}
        waiting.extend(said.imports)
    return Imported(tuple(found), tuple(missing))


def named_file(iri: str, options: ReadOptions) -> Path | None:
    """The file that an option or a setting names for an IRI, or None."""
    file = options.imports.get(document(iri))
    return None if file is None else Path(file)


def file_in_catalogs(iri: str, folders: Sequence[Path]) -> Path | str:
    """The file that catalogs name for an IRI, or why there is none.

    Args:
        iri: The IRI.
        folders: The folders whose catalogs are asked.

    Returns:
        The file; or the reason in words, empty if no catalog has the IRI.

    Raises:
        InputError: A catalog is ill-formed, or larger than a bound.
    """
    entry = catalog_entry(folders, dict.fromkeys((iri, document(iri), f"{document(iri)}#")))
    if entry is None:
        return ""
    return entry.path or entry.why_not


def given_imports(options: Iterable[str]) -> dict[str, str]:
    """The files that options name for imports.

    Args:
        options: Each `IRI=FILE`.

    Returns:
        By the IRI, the file.

    Raises:
        UsageError: An option is none, or two name files for one IRI.

    Example:
        >>> given_imports(["http://xmlns.com/foaf/0.1/=foaf.ttl"])
        {'http://xmlns.com/foaf/0.1/': 'foaf.ttl'}
    """
    files: dict[str, str] = {}
    for option in options:
        iri, file = split_named(option)
        checked_import(iri, file)
        if files.setdefault(document(iri), file) != file:
            raise UsageError(f"two files for the import of {iri}", hint="name one")
    return files


def split_named(option: str) -> tuple[str, str]:
    """The name and the file of an option `NAME=FILE`; where the name has `=` in it, the file is what is there."""
    parts = option.split("=")
    splits = [("=".join(parts[:at]), "=".join(parts[at:])) for at in range(1, len(parts))]
    there = (one for one in splits if one[1] and Path(one[1]).exists())
    return next(there, splits[0] if splits else (option, ""))
