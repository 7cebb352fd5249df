"""The files of facts beside a source.ttl, by the passage that their names begin with."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pyoxigraph import NamedNode, Triple

from scograph import terms
from scograph.claims import can_be_claimed, claim_iri
from scograph.edit.changes import FileChange
from scograph.edit.document import Document, Span
from scograph.edit.turtle_edits import edited_turtle
from scograph.errors import UsageError
from scograph.project import SOURCE_FILE, format_of, listed, read_bytes
from scograph.read_options import NO_BASE
from scograph.turtle.reader import read_turtle

_NUMBER = re.compile(r"(\d+)-")
_BASIS = re.compile(r"\d+-[a-z0-9-]+\.([a-z]+)\.[a-z]+")


def basis_of(name: str) -> str:
    """The basis that the name of a file of facts states.

    Args:
        name: The name.

    Returns:
        The suffix, such as `interpreted`; `stated` where it has none.

    Example:
        >>> basis_of("07-founding.ttl"), basis_of("07-founding.superseded.ttl")
        ('stated', 'superseded')
    """
    match = _BASIS.fullmatch(name)
    return match[1] if match else "stated"


def claims_of(document: Document, path: str, passage: NamedNode) -> Iterator[tuple[Triple, NamedNode]]:
    """The claims that a file of facts makes, or would make of another passage.

    Args:
        document: The document.
        path: The file, Turtle, relative to the project.
        passage: The passage.

    Returns:
        Each triple that a claim can name, with its claim.

    Raises:
        RdfSyntaxError: The file is no Turtle.
    """
    basis = terms.basis(basis_of(path.rpartition("/")[2]))
    base = document.project.options.base or NO_BASE
    for placed in read_turtle(read_bytes(document.project.folder / path), base=base, path=path).triples:
        if can_be_claimed(placed.triple):
            yield placed.triple, claim_iri(placed.triple, passage, basis)


def fact_files(document: Document) -> dict[str, tuple[str, ...]]:
    """The files of facts of a document.

    Args:
        document: The document.

    Returns:
        Their paths relative to the project, by the number of the passage.
    """
    folder = document.path.rpartition("/")[0]
    found: dict[str, tuple[str, ...]] = {}
    for entry in listed(document.project.folder / folder):
        match = _NUMBER.match(entry.name)
        if match and entry.name != SOURCE_FILE and format_of(document.project.folder / folder / entry.name):
            found[match[1]] = (*found.get(match[1], ()), f"{folder}/{entry.name}")
    return found


def moved_facts(document: Document, old: Span, new: Span) -> tuple[FileChange, ...]:
    """Let the facts of one passage rest on another: its files get names that begin with the other's number.

    Args:
        document: The document.
        old: The passage.
        new: The other one.

    Returns:
        The changes of files: each file is made under its new name, and removed under its old one. Where the other
        passage has a file of the same basis, that one gets the facts and the comments.

    Raises:
        UsageError: A file of the new name is there already, one is not Turtle, or facts of two files with blank nodes
            would have to be joined.
    """
    changes: list[FileChange] = []
    files = fact_files(document)
    own = {basis_of(path.rpartition("/")[2]): path for path in files.get(new.name, ())}
    for path in files.get(old.name, ()):
        folder, _, name = path.rpartition("/")
        target = f"{folder}/{new.name}-{name.partition('-')[2]}"
        other = own.get(basis_of(name), "")
        if not name.endswith(".ttl") or (other and not other.endswith(".ttl")):
            raise UsageError(f"{path} is not Turtle, and is not renamed", hint=f"rename it to {target} by hand first")
        data = read_bytes(document.project.folder / path)
        if other:
            before = read_bytes(document.project.folder / other)
            after = _joined(before, data, other, path, document.project.options.base)
            changes += [FileChange(other, before, after), FileChange(path, data, None)]
            continue
        if (document.project.folder / target).exists():
            raise UsageError(f"{target} is there already", hint=f"rename {path} first, or join the two files by hand")
        changes += [FileChange(target, None, data), FileChange(path, data, None)]
    return tuple(changes)


def _joined(before: bytes, data: bytes, path: str, other: str, base: str) -> bytes:
    """A file of facts with those of another one, whose comments stand below its own first ones."""
    triples = [placed.triple for placed in read_turtle(data, base=base or NO_BASE, path=other).triples]
    text = edited_turtle(before, (), triples, path=path, base=base).decode("utf-8")
    comments = [line.strip() for line in data.decode("utf-8").splitlines() if line.lstrip().startswith("#")]
    lines = text.splitlines(keepends=True)
    at = next((number for number, line in enumerate(lines) if not line.startswith("#")), len(lines))
    return "".join((*lines[:at], *(f"{line}\n" for line in comments), *lines[at:])).encode()
