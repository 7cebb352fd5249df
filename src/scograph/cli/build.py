"""The command that publishes a project: build."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import click

from scograph.build import BuildOptions, Built, build
from scograph.cli.address import publication_target
from scograph.cli.frame import (
    collect_seldom,
    default_folder,
    examples,
    handled,
    is_builtin_named,
    open_project,
    read_texts,
    say,
)
from scograph.cli.options import (
    BASE_URL,
    BUILTIN,
    DEFAULT_OUTPUT,
    ENDPOINT,
    SOURCE_TEXT,
    STRICT,
    InputPath,
    given_options,
)
from scograph.errors import UsageError
from scograph.feed import feed
from scograph.labels import is_read_as
from scograph.messages import counted
from scograph.model import Severity
from scograph.output import FolderChanges
from scograph.portal import Portal, open_portal, portal_of
from scograph.portal.union import UnionGraph
from scograph.portals import build_portal
from scograph.project import portal_settings
from scograph.releases import Release, changes_of, releases_in
from scograph.site import SiteContent
from scograph.site.words import LANGUAGES
from scograph.texts import TextArchive, texts_by_digest
from scograph.verification import build_again

MAX_OF_A_KIND = 5
"""So many files that are new, changed or gone are named of each."""


@click.command(name="build", epilog=examples("scograph build", "scograph build -o public --no-site"))
@click.argument("paths", metavar="[PATH…]", nargs=-1, type=InputPath(is_project=True))
@click.option(
    "-o", "--output", metavar="FOLDER", default=DEFAULT_OUTPUT, show_default=True, help="The folder to write."
)
@click.option("--site/--no-site", "with_site", default=True, show_default=True, help="Write the pages as well.")
@click.option(
    "--jobs",
    metavar="N",
    type=click.IntRange(1, 64),
    help="Number of processes that write the files. [default: one for each processor on Linux, else 1]",
)
@click.option("--compress", is_flag=True, help="Write .gz and .br beside each file, for servers that send those.")
@click.option(
    "--releases",
    "frozen",
    metavar="FOLDER",
    default="",
    help="A folder of releases; the site and the feed list their changes.",
)
@SOURCE_TEXT
@BASE_URL
@ENDPOINT
@click.option("--verify", "twice", is_flag=True, help="Build twice, with another hash seed, and compare every byte.")
@STRICT
@BUILTIN
@handled
def build_command(  # noqa: PLR0913, PLR0917 -- click hands every option over by itself
    paths: tuple[str, ...],
    output: str,
    source_texts: tuple[str, ...],
    base_url: str,
    endpoint: str,
    frozen: str,
    jobs: int | None,
    *,
    with_site: bool,
    compress: bool,
    twice: bool,
) -> None:
    """Check a project and publish its exports, descriptions and site into a folder.

    A project that does not conform is not published: exit 1, and the folder stays as it was. Several projects, or a
    folder with [portal] in its scograph.toml, are published as one portal: those that do not conform are said and left
    out, with exit 1.
    """
    started = time.perf_counter()
    collect_seldom()
    folder = default_folder(output, "output")
    if os.path.realpath(folder) == os.path.realpath(""):
        raise UsageError(f"{folder} is the current folder, which a build would replace", hint="name another with -o")
    subject = _portal(paths) or open_project(paths[0] if paths else None, may_be_builtin=False)
    options = given_options(click.get_current_context(), without=("output", "jobs", "twice"))
    releases = _releases(frozen)

    def again(folder: Path) -> None:
        if twice:
            build_again(paths or [subject.root], folder, options, os.environ)

    target = publication_target(base_url, endpoint)
    workers = (jobs or _processors()) if with_site else 0
    texts = read_texts(source_texts)
    content = SiteContent(
        target,
        texts,
        history=[changes_of(release) for release in releases],
        feed=feed(releases) if any(release.manifest.date for release in releases) else b"",
    )
    how = BuildOptions(workers, compress=compress, verify=again)
    if isinstance(subject, Portal):
        built = build_portal(subject, folder, content, how)
    else:
        built = build(subject, folder, content, how)
    _tell(built, texts)
    if twice:
        say("a second build gives the same bytes")
    say(f"{len(built.entries) + 2:,} files in {built.folder}{os.sep} · {time.perf_counter() - started:.1f} s")
    if isinstance(subject, Portal):
        _tell_conflicts(subject)
        _tell_broken(subject)


def _portal(paths: Sequence[str]) -> Portal | None:
    """The portal that is meant: several projects, or a folder whose settings describe one."""
    if len(paths) > 1:
        return portal_of(paths)
    if is_builtin_named():
        return None
    folder = Path(paths[0] if paths else "")
    return open_portal(folder) if portal_settings(folder)[1] is not None else None


def _tell_conflicts(portal: Portal) -> None:
    """Say that projects do not agree; what each says is published as it says it."""
    if portal.conflicts:
        names = " ".join(str(project.root) for project in portal.projects)
        say(f"note: {counted(len(portal.conflicts), 'conflict')} between projects: scograph check {names}")


def _tell_broken(portal: Portal) -> None:
    """Say which projects a portal is without and where projects exclude each other; end as a check that failed."""
    conflicts = [finding for finding in portal.conflicts if finding.severity is Severity.ERROR]
    for broken in portal.broken:
        say(str(broken))
    for finding in conflicts[:MAX_OF_A_KIND]:
        say(str(finding))
    if conflicts:
        more = f"; the first {MAX_OF_A_KIND} are above, all in check.json" if conflicts[MAX_OF_A_KIND:] else ""
        say(f"error: {counted(len(conflicts), 'conflict')} between projects{more}: the portal is published with them")
    if portal.broken:
        say(f"error: without {', '.join(broken.name for broken in portal.broken)}: not published, the others are")
    if portal.broken or conflicts:
        raise SystemExit(1)


def _releases(frozen: str) -> tuple[Release, ...]:
    """The releases in a folder, the lowest first; none where no folder is named."""
    found = releases_in(Path(frozen)) if frozen else ()
    if frozen and not found:
        raise UsageError(f"{frozen} holds no release", hint="scograph release makes one; its folder is releases/")
    return found


def _tell(built: Built, texts: Mapping[str, bytes]) -> None:
    """Say what the check found, and what was written."""
    say(built.report.summary())
    unread = _unread_texts(built, texts)
    if unread:
        say(
            f"checked without {counted(unread, 'text')} of {built.checked.graph.project.settings.texts}/: "
            "`scograph check` reads them, and may count other findings and claims"
        )
    if built.report.findings:
        say("the findings are in check.json" + ("" if unread else "; `scograph check` prints them"))
    width = max(len(entry.path) for entry in built.exported)
    for entry in built.exported:
        say(f"  {entry.path:<{width}}  {entry.size:>9,} bytes")
    pages = sum(entry.path.endswith(".html") for entry in built.entries)
    if pages:
        say(f"{pages:,} pages, from index.html on")
        listed = built.checked.graph.project.settings.languages
        if unworded := [tag for tag in listed if not any(is_read_as(tag, one) for one in LANGUAGES)]:
            say(f"note: no pages in {', '.join(unworded)}: there are words for pages in {', '.join(LANGUAGES)} alone")
    if built.note_on_addresses and not isinstance(built.checked.graph, UnionGraph):
        say(built.note_on_addresses)
    if built.is_missing:
        say(built.is_missing)
    if built.rewritten:
        for line in _rewritten(built.rewritten):
            say(line)


def _unread_texts(built: Built, texts: Mapping[str, bytes]) -> int:
    """How many texts of sources are in the archive, which `check` reads and a build does not, and were not given."""
    archive = TextArchive(built.checked.graph.project)
    stated = {text.sha256 for text in built.checked.source_texts if text.sha256} - set(texts_by_digest(texts.values()))
    return sum(archive.path(digest) is not None for digest in stated)


def _processors() -> int:
    """How many processes it is wise to fork: elsewhere than on Linux, none."""
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else 1


def _rewritten(differing: FolderChanges) -> Iterator[str]:
    """What differs from the build before: how much, and the first of each kind."""
    kinds = (("new", differing.added), ("changed", differing.changed), ("gone", differing.removed))
    said = ", ".join(f"{len(paths):,} {kind}" for kind, paths in kinds if paths)
    yield f"since the last build: {said or 'nothing changed'}"
    for kind, paths in kinds:
        for path in paths[:MAX_OF_A_KIND]:
            yield f"  {kind:<7}  {path}"
        if len(paths) > MAX_OF_A_KIND:
            yield f"  {kind:<7}  and {len(paths) - MAX_OF_A_KIND:,} more"
