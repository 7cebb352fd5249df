"""Releases: published folders under a version that are never changed again (Semantic Versioning 2.0.0)."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import total_ordering
from pathlib import Path
from typing import Any, Self

from pyoxigraph import Literal, NamedNode

from scograph import terms
from scograph.build import BuildOptions, Built, conforming, publish
from scograph.differences.changes import Changes, changes
from scograph.differences.matching import compare
from scograph.differences.patches import rdf_patch
from scograph.differences.rendering import changes_json, markdown
from scograph.differences.sides import graph_side, open_side
from scograph.errors import FindingsError, InputError, ScographError, UsageError
from scograph.exports.publication import Publication, PublicationTarget
from scograph.graph import Graph, load_graph
from scograph.guard import read_json
from scograph.json_text import json_document
from scograph.manifest import Manifest
from scograph.messages import counted
from scograph.model import Document, Finding, Severity, Term
from scograph.output import OF_RELEASES as CHANGES
from scograph.output import refuse_unfit
from scograph.project import MANIFEST, RELEASES, Project, manifest_of, read_bytes, refuse_link_out
from scograph.site import SiteContent
from scograph.verification import verify_folder

CHANGELOG = "changelog.md"
PATCH = "changes.rdfp"

DEPRECATED = NamedNode(terms.OWL + "deprecated")
IS_REPLACED_BY = NamedNode(terms.DCTERMS + "isReplacedBy")

_PASSAGE = re.compile(
    b"^<([^>]+)> " + re.escape(f"{terms.TYPE} {terms.PASSAGE} .".encode()) + b"$",
    re.MULTILINE,
)
_VERSION = re.compile(
    r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)"
    r"(?:-((?:0|[1-9]\d*|\d*[A-Za-z-][0-9A-Za-z-]*)(?:\.(?:0|[1-9]\d*|\d*[A-Za-z-][0-9A-Za-z-]*))*))?",
    re.ASCII,
)


@total_ordering
@dataclass(frozen=True, slots=True)
class Version:
    """A version that others can be higher than (Semantic Versioning 2.0.0, clauses 2, 9 and 11).

    Args:
        numbers: Major, minor, patch.
        before: The parts of the pre-release, as in `1.0.0-rc.1`; none if it is a full release.
    """

    numbers: tuple[int, int, int]
    before: tuple[str, ...] = ()

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """The version that a text writes, or None; build metadata, which has no order, is refused."""
        match = _VERSION.fullmatch(text)
        if not match:
            return None
        return cls((int(match[1]), int(match[2]), int(match[3])), tuple(match[4].split(".")) if match[4] else ())

    def __str__(self) -> str:
        return ".".join(map(str, self.numbers)) + (f"-{'.'.join(self.before)}" if self.before else "")

    def __lt__(self, other: Version) -> bool:
        return self._key() < other._key()

    def _key(self) -> tuple[tuple[int, int, int], bool, tuple[tuple[bool, int, str], ...]]:
        parts = tuple((not part.isdecimal(), int(part) if part.isdecimal() else 0, part) for part in self.before)
        return self.numbers, not self.before, parts


@dataclass(frozen=True, slots=True)
class Release:
    """A release that lies in a folder.

    Args:
        version: Its version.
        folder: Its folder.
        manifest: Its manifest.
    """

    version: Version
    folder: Path
    manifest: Manifest


@dataclass(frozen=True, slots=True)
class Released:
    """What a release wrote.

    Args:
        built: The folder.
        changes: What changed since the release before, if there was one: of the facts, and of the ontology.
    """

    built: Built
    changes: tuple[Changes, Changes] | None


def releases_in(folder: Path) -> tuple[Release, ...]:
    """The releases in a folder, by version.

    Args:
        folder: The folder; it need not be there.

    Returns:
        The releases, the lowest first.

    Raises:
        InputError: A manifest is not one, or a release is a link out of the folder.
    """
    releases = []
    for path in folder.iterdir() if folder.is_dir() else ():
        version = Version.parse(path.name)
        if version and (path / MANIFEST).is_file():
            refuse_link_out(path, folder)
            releases.append(Release(version, path, manifest_of(path)))
    return tuple(sorted(releases, key=lambda release: release.version))


def released_passages(project: Project) -> frozenset[str]:
    """The IRIs of the passages that the last release of a project has.

    Args:
        project: The project; its releases lie in `releases/`.

    Returns:
        The IRIs; none where there is no release.
    """
    found: set[str] = set()
    for release in releases_in(project.folder / RELEASES)[-1:]:
        for entry in release.manifest.entries:
            if entry.path.endswith(".nt") and "/" not in entry.path:
                found.update(iri.decode() for iri in _PASSAGE.findall(read_bytes(release.folder / entry.path)))
    return frozenset(found)


def release(
    project: Project,
    text: str,
    folder: Path,
    texts: Mapping[str, bytes] | None = None,
    target: PublicationTarget | None = None,
) -> Released:
    """Freeze a project under a version.

    Args:
        project: The project.
        text: The version, `MAJOR.MINOR.PATCH`.
        folder: The folder with all releases.
        texts: Source texts to verify the passages against.
        target: Where it is published, and when.

    Returns:
        What was written, into a folder of the version's name.

    Raises:
        UsageError: The version is none, is not higher than the last, or is not that of the dataset's header.
        FindingsError: The project does not conform, or an IRI that was published would be gone.
        ScographError: The last release is not what it was.
    """
    version = Version.parse(text)
    if version is None:
        raise UsageError(f"{text!r} is not a version", hint="write MAJOR.MINOR.PATCH, for example 1.2.0 (semver.org)")
    before = releases_in(folder)
    last = before[-1] if before else None
    if last and not last.version < version:
        raise UsageError(
            f"{version} is not higher than {last.version}, the last release",
            hint=f"a release is never changed: take {_next(last.version)}, or a higher number before it",
        )
    release_folder = folder / str(version)
    refuse_unfit(project, release_folder)
    if release_folder.exists():
        raise UsageError(f"{release_folder} exists already", hint="move it away, or take a higher version")
    if last:
        differing = verify_folder(last.folder, deep=False)
        if differing:
            raise ScographError(
                f"the last release, {last.version}, is not what it was: {differing[0]}",
                hint=f"scograph verify {last.folder} lists all; put it back as it was published",
            )
    return _write_release(project, version, release_folder, last, texts, target)


def is_as_released(
    project: Project,
    text: str,
    folder: Path,
    texts: Mapping[str, bytes] | None = None,
    target: PublicationTarget | None = None,
) -> bool:
    """Whether the last release is, byte for byte, what `release` would write with the same arguments.

    Args:
        project: The project.
        text: The version.
        folder: The folder with all releases.
        texts: Source texts to verify the passages against.
        target: Where it is published, and when.

    Returns:
        Whether it has that version, is whole, and has the manifest, with the digest of every file, that a release of
        the project after the one before it has.
    """
    releases = releases_in(folder)
    if not releases or str(releases[-1].version) != text or verify_folder(releases[-1].folder, deep=False):
        return False
    last = releases[-1]
    with tempfile.TemporaryDirectory(prefix="scograph-") as beside:
        try:
            again = _write_release(
                project,
                last.version,
                Path(beside) / text,
                releases[-2] if len(releases) > 1 else None,
                texts,
                target,
                is_durable=False,
            )
        except ScographError:  # as it is now it could not be released so
            return False
        return again.built.manifest == last.manifest


def _write_release(  # noqa: PLR0913, PLR0917 -- what `release` was given
    project: Project,
    version: Version,
    release_folder: Path,
    last: Release | None,
    texts: Mapping[str, bytes] | None,
    target: PublicationTarget | None,
    *,
    is_durable: bool = True,
) -> Released:
    """Write a release that comes after another one, or is the first."""
    graph = load_graph(project)
    _refuse_other_version(graph, version)
    reported = "scograph check reports the same errors, and the warnings"
    conforming_graph = conforming(graph, texts, done="released", hint=reported)
    changed = None
    if last:
        missing = tuple(_missing_iris(last, graph))
        if missing:
            raise FindingsError(
                f"{graph.project.settings.name}: not released, {counted(len(missing), 'published IRI')} "
                f"{'is' if len(missing) == 1 else 'are'} missing or not replaced",
                missing,
                hint="a published IRI must still be described, or name its replacement",
            )
        changed = _changes(last, graph, str(version))
    target = replace(target or PublicationTarget(), version=str(version), previous=str(last.version) if last else "")
    built = publish(
        conforming_graph,
        release_folder,
        SiteContent(target),
        BuildOptions(jobs=0, is_durable=is_durable),
        lambda publication: _change_documents(publication, changed),
    )
    return Released(built, changed)


def _next(version: Version) -> str:
    major, minor, patch = version.numbers
    return str(Version((major, minor, patch))) if version.before else f"{major}.{minor}.{patch + 1}"


def _refuse_other_version(graph: Graph, version: Version) -> None:
    header = graph.header
    stated = header.text("owl:versionInfo")
    if header.iri and stated and stated != str(version):
        raise UsageError(
            f"the dataset says of itself that it is version {stated}, not {version}",
            hint=f'write owl:versionInfo "{version}" there, and a new dcterms:modified',
            place=graph.places.find(str(header.iri), f"<{terms.OWL}versionInfo>"),
        )


def _changes(last: Release, graph: Graph, version: str) -> tuple[Changes, Changes]:
    """What changed of the facts, and of the ontology; concepts, which are published with both, are with the facts."""
    by_part = []
    for part in ("data", "ontology"):
        before = open_side(str(last.folder), part, name=str(last.version))
        after = graph_side(graph, part, version)
        by_part.append(changes(before, after, compare(before.lines, after.lines)))
    data, ontology = by_part
    known = {entity.node for entity in data.entities}
    return data, replace(ontology, entities=tuple(e for e in ontology.entities if e.node not in known))


# IRIs that would be missing.


def _missing_iris(last: Release, graph: Graph) -> Iterator[Finding]:
    """The IRIs of the last release that have no description any more, or are deprecated without a replacement."""
    old = open_side(str(last.folder))
    terms_before = open_side(str(last.folder), "ontology").graph
    header = graph.header
    spaces = (*graph.namespaces, *((header.iri.value,) if header.iri else ()))
    published = {*old.graph.by_subject, *terms_before.by_subject}
    for node in sorted((n for n in published if isinstance(n, NamedNode)), key=lambda n: n.value):
        if node in old.claims or (spaces and not node.value.startswith(spaces)):
            continue
        problem = _replacement_problem(node, graph)
        if problem:
            label = old.labels.own_label(node)
            yield Finding(
                Severity.ERROR,
                "release",
                f"{node.value}{f' ({label})' if label else ''} {problem[0]}",
                problem[1],
                focus=node.value,
                place=graph.places.find(str(node)),
            )


def _replacement_problem(node: NamedNode, graph: Graph) -> tuple[str, str] | None:
    triples = graph.by_subject.get(node, ())
    keep = "say of it: a owl:Thing ; owl:deprecated true ; dcterms:isReplacedBy <…> ; with its label"
    if not triples:
        return "was published in the last release, and is missing now", keep
    is_deprecated = any(t.predicate == DEPRECATED and _is_true(t.object) for t in triples)
    replacements = [t.object for t in triples if t.predicate == IS_REPLACED_BY]
    if is_deprecated and not replacements:
        return "is deprecated, and nothing replaces it", "add: dcterms:isReplacedBy <…> ."
    for replacement in replacements:
        if not isinstance(replacement, NamedNode) or replacement not in graph.by_subject:
            return f"is replaced by {replacement}, which has no description", "name one that is described"
        if _is_deprecated(replacement, graph):
            return f"is replaced by {replacement}, which is deprecated itself", "name the one that is in use"
    return None


def _is_deprecated(node: NamedNode, graph: Graph) -> bool:
    return any(t.predicate == DEPRECATED and _is_true(t.object) for t in graph.by_subject.get(node, ()))


def _is_true(term: Term) -> bool:
    return isinstance(term, Literal) and term.value in ("true", "1")


# The changes that a release publishes.


def _change_documents(publication: Publication, changed: tuple[Changes, Changes] | None) -> Iterator[Document]:
    """The changes for programs, for people, and for stores."""
    head = {
        "version": publication.version,
        "date": publication.date,
        "address": publication.folder_address,
        "title": publication.title,
        "publisher": publication.publisher.name,
        "previous": publication.target.previous,
    }
    described: dict[str, Any] = {"release": {key: value for key, value in head.items() if value}}
    if changed:
        described |= changes_json(changed[0]) | {"ontology": changes_json(changed[1])}
    else:
        described |= {
            "to": {"name": publication.version, "canonicalSha256": publication.canonical},
            "summary": f"The first release. {publication.counted}",
            "entities": [],
        }
    yield Document(CHANGES, "application/json", (json_document(described),))
    yield Document(CHANGELOG, "text/markdown", tuple(_changelog(publication, changed, described["summary"])))
    if changed:
        yield Document(PATCH, "application/rdf-patch", tuple(rdf_patch(changed[0].difference)))


def _changelog(publication: Publication, changed: tuple[Changes, Changes] | None, summary: str) -> Iterator[bytes]:
    date = f" ({publication.date})" if publication.date else ""
    yield f"# {publication.title}, {publication.version}{date}\n\n".encode()
    if changed is None:
        yield f"{summary}\n".encode()
        return
    yield f"Since {publication.target.previous}: ".encode()
    yield from markdown(changed[0])
    if changed[1].entities:
        yield b"\n## Ontology\n\n"
        yield from markdown(changed[1])


def changes_of(release: Release) -> dict[str, Any]:
    """What a release says of its changes.

    Raises:
        InputError: It says nothing, or no JSON.
    """
    path = release.folder / CHANGES
    try:
        described = read_json(read_bytes(path), str(path))
    except ValueError as error:
        raise InputError(
            f"{path}: not JSON: {error}", hint=f"scograph verify {release.folder} shows the details"
        ) from error
    if not isinstance(described, dict) or "release" not in described or "entities" not in described:
        raise InputError(
            f"{path}: not the changes of a release", hint=f"scograph verify {release.folder} shows the details"
        )
    return described
