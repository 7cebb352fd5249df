"""The tool from top to bottom: load, check, stop or go on, export, write."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import Quad, Triple

from scograph.checks import check_graph
from scograph.checks.report import Report
from scograph.checks.shapes import published_shapes
from scograph.errors import FindingsError, UsageError
from scograph.exports import EXPORTERS, context_of, exporter
from scograph.graph import Graph, load_graph
from scograph.model import FORMATS_BY_NAME, Document
from scograph.project import MANIFEST, Project, manifest_paths
from scograph.serialise.derive import context_bytes
from scograph.serialise.turtle import turtle

FACTS_ONLY = ("nt", "ttl", "jsonld")
"""The formats that the facts are published in without their claims."""
MOST_SHOWN = 5
"""So many files that are in the way are named."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the manifest.

    Args:
        path: The file, relative to the folder.
        media_type: Its media type.
        size: Its bytes.
        sha256: Its digest.
    """

    path: str
    media_type: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Built:
    """What a build wrote.

    Args:
        folder: Where.
        entries: The files, by path; the manifest itself is not among them.
        report: The report of the check before it.
    """

    folder: Path
    entries: tuple[Entry, ...]
    report: Report


def build(project: Project, folder: Path, texts: Mapping[str, bytes] | None = None) -> Built:
    """Check a project and publish it into a folder.

    The files are written beside the folder and then take its place, so that a failure leaves the last good output.

    Args:
        project: The project.
        folder: The folder to write; it may hold an earlier build, and nothing else.
        texts: Source texts to verify the passages against.

    Returns:
        What was written.

    Raises:
        FindingsError: The project does not conform; nothing was written.
        UsageError: The folder holds something that is no build of ours, or cannot be written.
    """
    _refuse_foreign(project, folder)
    graph = load_graph(project)
    report = check_graph(graph, texts)
    if not report.conforms:
        raise FindingsError(
            f"{project.settings.name}: not built, it does not conform", report.findings, hint=f"{folder} is as it was"
        )
    target = Path(os.path.realpath(folder))
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        beside = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    except OSError as error:
        raise _unwritable(folder, error) from error
    try:
        entries = tuple(_write(beside, document) for document in sorted(documents(graph, report), key=lambda d: d.path))
        (beside / MANIFEST).write_bytes(manifest_bytes(entries))
        beside.chmod(0o755)
        _swap(beside, target)
    except OSError as error:
        raise _unwritable(folder, error) from error
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return Built(folder, entries, report)


def documents(graph: Graph, report: Report) -> Iterator[Document]:
    """Everything that is published of a graph.

    Args:
        graph: The graph.
        report: The report of its check.

    Returns:
        The documents, but for the manifest.
    """
    stem = graph.project.settings.name
    for row in EXPORTERS:
        if row.name in FORMATS_BY_NAME:
            yield row(graph)
    for name in FACTS_ONLY:
        yield exporter(name)(graph, facts_only=True, stem=f"{stem}-facts")
    merged = {"ontology.ttl": graph.ontology}
    for name, shapes in published_shapes(graph).items():
        merged[f"shapes-{name}.ttl" if name else "shapes.ttl"] = shapes
    for path, triples in merged.items():
        if triples:
            yield Document(path, FORMATS_BY_NAME["ttl"].media_type, turtle(_quads(triples), graph.prefixes))
    yield Document("context.jsonld", FORMATS_BY_NAME["jsonld"].media_type, (context_bytes(context_of(graph)),))
    yield Document("check.json", "application/json", (report.to_json(),))


def manifest_bytes(entries: Iterable[Entry]) -> bytes:
    """The manifest: path, media type, bytes and SHA-256 of each file, by path."""
    files = [
        {"path": entry.path, "mediaType": entry.media_type, "bytes": entry.size, "sha256": entry.sha256}
        for entry in entries
    ]
    return (json.dumps({"files": files}, indent=2) + "\n").encode()


def _quads(triples: Iterable[Triple]) -> Iterator[Quad]:
    return (Quad(triple.subject, triple.predicate, triple.object) for triple in triples)


def _write(folder: Path, document: Document) -> Entry:
    digest = hashlib.sha256()
    size = 0
    with (folder / document.path).open("xb") as file:
        for piece in document:
            file.write(piece)
            digest.update(piece)
            size += len(piece)
    return Entry(document.path, document.media_type, size, digest.hexdigest())


def _unwritable(folder: Path, error: OSError) -> UsageError:
    return UsageError(f"{folder}: cannot be written: {error.strerror}", hint="name another folder with -o")


def _refuse_foreign(project: Project, folder: Path) -> None:
    """A build takes the place of the whole folder, so nothing may be in it that a build did not write."""
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder} is a file", hint="name a folder with -o")
    target, root = (Path(os.path.realpath(path)) for path in (folder, project.root))
    if root.is_relative_to(target):
        raise UsageError(f"{folder} holds the project itself", hint="name another folder with -o")
    for name in ("data", "ontology", "shapes"):
        if target.is_relative_to(root / name):
            raise UsageError(f"{folder} lies in {name}/, which is read as input", hint="name another folder with -o")
    present = {path.relative_to(target).as_posix() for path in target.rglob("*") if not path.is_dir()}
    foreign = sorted(present - {MANIFEST} - (manifest_paths(target) or frozenset()))
    if foreign or (present and manifest_paths(target) is None):
        raise UsageError(
            f"{folder} holds what no build of ours wrote: {', '.join(foreign[:MOST_SHOWN] or [MANIFEST])}"
            + (f" and {len(foreign) - MOST_SHOWN} more" if len(foreign) > MOST_SHOWN else ""),
            hint="name another folder with -o, or move them away: a build replaces the folder",
        )


def _swap(new: Path, folder: Path) -> None:
    """Put a folder in the place of another; if that fails in between, the old one is put back."""
    if not folder.exists():
        new.rename(folder)
        return
    old = Path(tempfile.mkdtemp(prefix=f".{folder.name}-old-", dir=folder.parent.resolve()))
    os.rmdir(old)  # noqa: PTH106 -- only its name is wanted
    folder.rename(old)
    try:
        new.rename(folder)
    except OSError:
        old.rename(folder)
        raise
    shutil.rmtree(old, ignore_errors=True)
