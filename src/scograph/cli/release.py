"""The command that freezes a version: release."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from scograph.cli.address import publication_target
from scograph.cli.frame import default_folder, examples, handled, open_project, read_texts, say, write
from scograph.cli.options import BASE_URL, BUILTIN, ENDPOINT, SOURCE_TEXT, STRICT, InputPath
from scograph.errors import ScographError
from scograph.feed import PATH as FEED
from scograph.feed import feed
from scograph.project import RELEASES, read_bytes
from scograph.readings import told_readings
from scograph.releases import is_as_released, release, releases_in


@click.command(name="release", epilog=examples("scograph release 1.0.0"))
@click.argument("version")
@click.argument("path", required=False, type=InputPath(is_project=True))
@click.option(
    "-o", "--output", metavar="FOLDER", default=RELEASES, show_default=True, help="The folder with all releases."
)
@SOURCE_TEXT
@BASE_URL
@ENDPOINT
@STRICT
@BUILTIN
@handled
def release_command(  # noqa: PLR0913, PLR0917 -- click hands every option over by itself
    version: str, path: str | None, output: str, source_texts: tuple[str, ...], base_url: str, endpoint: str
) -> None:
    """Freeze a project under a version: everything a build writes, and what changed since the last release.

    Writes FOLDER/VERSION/, which is never changed again, and lists all releases in FOLDER/feed.atom. Refused if the
    project does not conform, if the version is not higher than the last, and if an IRI that was published would be gone
    without owl:deprecated and a replacement (dcterms:isReplacedBy). One that was killed before its feed was written is
    completed by the same command, if nothing changed meanwhile. The date is that of the dataset's dcterms:modified,
    or of SOURCE_DATE_EPOCH.
    """
    folder = default_folder(output, "output")
    target = publication_target(base_url, endpoint)
    project, texts = open_project(path, may_be_builtin=False), read_texts(source_texts)
    if _complete_feed(folder) and is_as_released(project, version, folder, texts, target):
        say(f"{folder / version} was written, and the release is now complete")
        return
    done = release(project, version, folder, texts, target)
    if done.built.manifest.date:
        with _told_to_complete(done.built.folder):
            write(str(folder / FEED), [feed(releases_in(folder))])
    say(done.built.report.summary())
    if done.changes:
        say(done.changes[0].summary)
        if done.changes[1].entities:
            say(f"ontology: {done.changes[1].summary}")
    else:
        say("the first release")
    if read := told_readings(done.built.publication.graph):
        say(read)
    if not done.built.publication.base:
        say("note: no address is known: state void:uriSpace in the dataset's header, or give --base-url")
    if not done.built.manifest.date:
        say("note: no date, so this release is not in the feed: state dcterms:modified, or set SOURCE_DATE_EPOCH")
    if done.built.is_missing:
        say(done.built.is_missing)
    say(f"{len(done.built.entries) + 2} files in {done.built.folder}{os.sep}")


@contextmanager
def _told_to_complete(folder: Path) -> Iterator[None]:
    """Say of a release that it is written, where its feed cannot be."""
    try:
        yield
    except ScographError:
        say(f"note: {folder} is written; the same command again completes the release")
        raise


def _complete_feed(folder: Path) -> bool:
    """Write the feed that a release did not come to, since it was killed between the two; whether that was so."""
    last = releases_in(folder)
    if not last or not last[-1].manifest.date:
        return False
    told, path = feed(last), folder / FEED
    if not path.is_file() or read_bytes(path) != told:
        write(str(path), [told])
        say(f"note: {path} did not list all releases; it is updated up to {last[-1].version}")
        return True
    return False
